//! The in-person code of two people: what both see alike, if nobody stands between them.
//!
//! `spec/mail.md`, "Making sure of somebody", says how it is made. It is the same on both sides,
//! and it changes if either key is another.

use std::fmt;

use mundi_identity::{Fingerprint, identicon};
use sha2::{Digest, Sha256};

use super::{Home, HomeError};

/// What is hashed before the two fingerprints.
const PURPOSE: &[u8] = b"mundi.safety.1";
/// Groups of digits.
const GROUPS: usize = 12;
/// Digits of a group.
const DIGITS: usize = 5;
/// Bytes of hash behind a group: 40 bits modulo 100,000 favour no group by more than 2^-23.
const BYTES: usize = 5;
/// What an OpenPGP QR code begins with.
const SCHEME: &str = "openpgp4fpr:";

/// The in-person code of two people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyCode {
    groups: Vec<String>,
    picture: Fingerprint,
}

/// In which way somebody was made sure of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// They read the in-person code to each other.
    Code,
    /// The fingerprint was compared.
    Fingerprint,
    /// A QR code with the fingerprint was scanned.
    Scan,
    /// Their owner says that both saw the same code.
    Word,
}

impl Means {
    /// As it is noted in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Means::Code => "code",
            Means::Fingerprint => "fingerprint",
            Means::Scan => "scan",
            Means::Word => "word",
        }
    }
}

/// Why what was typed or scanned makes nobody sure of anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Neither a code nor a fingerprint.
    #[error(
        "this is neither a code nor a fingerprint: a code has 60 digits, a whole fingerprint 40 \
         hexadecimal digits (here: {0})"
    )]
    Form(usize),
    /// It is the owner's own fingerprint.
    #[error("this is your own fingerprint; type or scan theirs")]
    Own,
    /// A group is another.
    #[error(
        "group {group} differs: it is {here} here, and {given} in what was given; nothing is noted. \
         If it was not mistyped, this key is not theirs: get their card again, from their hand"
    )]
    Differs {
        /// Which, from 1.
        group: usize,
        /// What stands here.
        here: String,
        /// What was given.
        given: String,
    },
}

impl SafetyCode {
    /// The code of two people, whoever asks.
    #[must_use]
    pub fn of(one: &Fingerprint, other: &Fingerprint) -> Self {
        let (first, second) = (one.min(other), one.max(other));
        let block = |number: u8| -> [u8; 32] {
            let mut hash = Sha256::new_with_prefix(PURPOSE).chain_update([number]);
            for print in [first, second] {
                // 20 or 32 bytes: the length tells where the second begins.
                let length = u8::try_from(print.as_bytes().len()).unwrap_or(0);
                hash = hash.chain_update([length]).chain_update(print.as_bytes());
            }
            hash.finalize().into()
        };
        let (low, high) = (block(0), block(1));
        let bytes: Vec<u8> = low.into_iter().chain(high).collect();
        let group = |bytes: &[u8]| {
            let number = bytes.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
            format!("{:05}", number % 100_000)
        };
        let groups = bytes.chunks_exact(BYTES).take(GROUPS).map(group).collect();
        Self { groups, picture: Fingerprint::from(low) }
    }

    /// The twelve groups of five digits.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// A picture of both keys together: seven lines, for the eye.
    #[must_use]
    pub fn picture(&self) -> String {
        identicon::text(&self.picture)
    }

    fn compare(&self, digits: &str) -> Result<(), Mismatch> {
        let here: Vec<&str> = self.groups.iter().map(String::as_str).collect();
        differing(&here.concat(), digits, DIGITS)
    }
}

impl fmt::Display for SafetyCode {
    /// Three lines of four groups.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.groups.chunks(4).map(|line| line.join(" ")).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// The first group in which two texts of ASCII differ.
fn differing(here: &str, given: &str, size: usize) -> Result<(), Mismatch> {
    let groups = |text: &str| -> Vec<String> {
        let bytes = text.as_bytes().chunks(size);
        bytes.map(|group| String::from_utf8_lossy(group).into_owned()).collect()
    };
    let (here, given) = (groups(here), groups(given));
    let differs = here.iter().zip(&given).position(|(here, given)| here != given);
    match differs.and_then(|at| Some((at, here.get(at)?, given.get(at)?))) {
        None => Ok(()),
        Some((at, here, given)) => {
            Err(Mismatch::Differs { group: at + 1, here: here.clone(), given: given.clone() })
        }
    }
}

/// Compares what somebody typed or scanned with what is known here of `them`.
///
/// # Errors
/// It is no code and no fingerprint, or another one: the first group that differs.
pub(super) fn compare(
    me: &Fingerprint,
    them: &Fingerprint,
    given: &str,
) -> Result<Means, Mismatch> {
    let lower = given.trim().to_lowercase();
    let (text, scanned) = match lower.strip_prefix(SCHEME) {
        Some(rest) => (rest, true),
        None => (lower.as_str(), false),
    };
    let digits: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | ':')).collect();
    let theirs = them.to_string();
    if !scanned && digits.len() == GROUPS * DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
        return SafetyCode::of(me, them).compare(&digits).map(|()| Means::Code);
    }
    let whole = digits.len() == theirs.len() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !whole {
        return Err(Mismatch::Form(digits.chars().count()));
    }
    if digits == me.to_string() {
        return Err(Mismatch::Own);
    }
    differing(&theirs, &digits, 4)?;
    Ok(if scanned { Means::Scan } else { Means::Fingerprint })
}

impl Home {
    /// The in-person code of the owner and somebody.
    #[must_use]
    pub fn safety_code(&self, person: &Fingerprint) -> SafetyCode {
        SafetyCode::of(&self.me(), person)
    }

    /// Makes sure of somebody by what was typed or scanned: their in-person code, or their whole
    /// fingerprint (also as `openpgp4fpr:…`), and notes how and when.
    ///
    /// # Errors
    /// It is another one, of which the first group that differs is named; nothing is noted. There
    /// is no such contact, or the disk fails.
    pub fn verify_by(
        &mut self,
        person: &Fingerprint,
        given: &str,
        now: u64,
    ) -> Result<Means, HomeError> {
        let means = compare(&self.me(), person, given)
            .map_err(|mismatch| HomeError::Useless(mismatch.to_string()))?;
        self.verify_contact(person, means.name(), now)?;
        Ok(means)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(byte: u8) -> Fingerprint {
        Fingerprint::new(&[byte; 20]).unwrap()
    }

    #[test]
    fn both_see_the_same_code_of_sixty_digits_and_a_picture() {
        let code = SafetyCode::of(&print(1), &print(2));
        assert_eq!(code, SafetyCode::of(&print(2), &print(1)));
        assert_eq!(code.groups().len(), 12);
        assert!(code.groups().iter().all(|g| g.len() == 5));
        assert_eq!(code.picture().lines().count(), 7);
        insta::assert_snapshot!(format!("{code}\n{}", code.picture()));
    }

    #[test]
    fn another_key_on_either_side_gives_another_code() {
        let code = SafetyCode::of(&print(1), &print(2));
        for (one, other) in [(1, 3), (3, 2), (1, 1), (2, 2)] {
            let another = SafetyCode::of(&print(one), &print(other));
            assert_ne!(another, code);
            assert_ne!(another.picture(), code.picture());
        }
    }

    #[test]
    fn codes_and_fingerprints_are_compared_as_people_write_them() {
        let (me, them) = (print(1), print(0xab));
        let code = SafetyCode::of(&me, &them);
        let hex = them.to_string();
        let spaced = "ABAB ".repeat(10);
        for (given, means) in [
            (code.to_string(), Means::Code),
            (code.groups().concat(), Means::Code),
            (code.groups().join("-"), Means::Code),
            (hex.clone(), Means::Fingerprint),
            (spaced, Means::Fingerprint),
            (format!("OPENPGP4FPR:{}", hex.to_uppercase()), Means::Scan),
        ] {
            assert_eq!(compare(&me, &them, &given), Ok(means), "{given}");
        }
    }

    #[test]
    fn the_first_group_that_differs_is_named() {
        let (me, them) = (print(1), print(0xab));
        let mut groups = SafetyCode::of(&me, &them).groups().to_vec();
        let right = groups[6].clone();
        groups[6] = if right == "00000" { "00001".into() } else { "00000".into() };
        let found = compare(&me, &them, &groups.join(" "));
        let given = groups[6].clone();
        assert_eq!(found, Err(Mismatch::Differs { group: 7, here: right, given }));
        let other = them.to_string().replacen("abab", "abac", 1);
        let found = compare(&me, &them, &other);
        let (here, given) = ("abab".into(), "abac".into());
        assert_eq!(found, Err(Mismatch::Differs { group: 1, here, given }));
    }

    #[test]
    fn parts_and_the_own_fingerprint_prove_nothing() {
        let (me, them) = (print(1), print(0xab));
        let hex = them.to_string();
        for part in ["", "ab", "12345", &hex[..39], "openpgp4fpr:abab", "ü".repeat(20).as_str()] {
            assert!(matches!(compare(&me, &them, part), Err(Mismatch::Form(_))), "{part}");
        }
        assert_eq!(compare(&me, &them, &me.to_string()), Err(Mismatch::Own));
    }
}
