//! The words, and the keys that come from them.

use bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

use super::Label;
use crate::device::DeviceKey;
use crate::person::PersonKey;
use crate::pgp::PgpSeeds;

/// Words in a phrase: 256 bits and a checksum of 8.
const WORDS: usize = 24;

/// The bytes of a text that are looked at: 24 words of 8 letters fit many times.
const TEXT_BYTES: usize = 4096;

/// 24 words. Wiped from memory when it is dropped, and never printed.
pub struct Phrase(Zeroizing<[u8; 32]>);

/// What is wrong with the words of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Too few or too many.
    #[error("a seed phrase has {WORDS} words, here are {0}")]
    Count(usize),
    /// Not in the list.
    #[error("word {place} of the seed phrase, `{word}`, is not in the list{}",
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Word {
        /// Which word, from 1.
        place: usize,
        /// The word as it was given, shortened.
        word: String,
        /// The closest word of the list, if one is close.
        near: Option<&'static str>,
    },
    /// All words are in the list, but one is not the right one, or two are swapped.
    #[error(
        "every word of the seed phrase is in the list, but together they do not fit: one is \
         wrong, or two are swapped"
    )]
    Checksum,
}

impl std::fmt::Debug for Phrase {
    /// Nothing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phrase")
    }
}

impl Phrase {
    /// From 32 random bytes. Who passes a copy wipes it.
    #[must_use]
    pub fn from_entropy(entropy: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*entropy))
    }

    /// Reads 24 words: any spaces between them, capitals or not, numbers before them ("1. word").
    ///
    /// # Errors
    /// Which word is wrong, and which could be meant; or how many there are; or that they do not
    /// fit together.
    pub fn parse(text: &str) -> Result<Self, PhraseError> {
        let shortened = text.get(..TEXT_BYTES).unwrap_or(text);
        let lower = Zeroizing::new(shortened.to_lowercase());
        let parts = lower.split(|c: char| c.is_whitespace() || c == ',');
        let is_word =
            |part: &&str| part.chars().any(|c| !(c.is_ascii_digit() || ".):".contains(c)));
        let words: Vec<&str> = parts.filter(is_word).collect();
        if words.len() != WORDS || text.len() > TEXT_BYTES {
            return Err(PhraseError::Count(words.len()));
        }
        for (place, word) in words.iter().enumerate() {
            if Language::English.find_word(word).is_none() {
                let near = closest(word);
                let word = word.chars().take(16).filter(|c| !c.is_control()).collect();
                return Err(PhraseError::Word { place: place + 1, word, near });
            }
        }
        let joined = Zeroizing::new(words.join(" "));
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &joined)
            .map_err(|_| PhraseError::Checksum)?;
        let (entropy, length) = mnemonic.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        let bytes = entropy.get(..length).and_then(|bytes| bytes.try_into().ok());
        bytes.map(|bytes| Self(Zeroizing::new(bytes))).ok_or(PhraseError::Count(words.len()))
    }

    fn mnemonic(&self) -> Option<Mnemonic> {
        // 32 bytes are one of the sizes that there are words for.
        Mnemonic::from_entropy_in(Language::English, &*self.0).ok()
    }

    /// The words, with a space between two.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        // Room for all of it, so that the text never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(WORDS * 9));
        for word in self.mnemonic().iter().flat_map(Mnemonic::words) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The 32 bytes at a label.
    fn key(&self, label: Label) -> Zeroizing<[u8; 32]> {
        let seed = self.mnemonic().map(|words| Zeroizing::new(words.to_seed_normalized("")));
        let seed = seed.unwrap_or_else(|| Zeroizing::new([0; 64]));
        Zeroizing::new(slip10_ed25519::derive_ed25519_private_key(&*seed, &label.path()))
    }

    /// The seeds of the OpenPGP key.
    #[must_use]
    pub fn pgp(&self) -> PgpSeeds {
        PgpSeeds {
            certify: self.key(Label::Certify),
            sign: self.key(Label::Sign),
            encrypt: self.key(Label::Encrypt),
        }
    }

    /// The root key, of a person without OpenPGP.
    #[must_use]
    pub fn root(&self) -> PersonKey {
        PersonKey::from_seed(&self.key(Label::Root))
    }

    /// The key of a device, by its number. (Numbers from 2^31 on repeat: a path's step has 31
    /// bits.)
    #[must_use]
    pub fn device(&self, n: u32) -> DeviceKey {
        DeviceKey::from_seed(&self.device_seed(n))
    }

    /// The secret seed of a device's key, for a home that is to make the key later.
    #[must_use]
    pub fn device_seed(&self, n: u32) -> Zeroizing<[u8; 32]> {
        self.key(Label::Device(n))
    }
}

/// The word of the list that is closest to one that is not in it: at most two letters changed,
/// added, left out or swapped; of several the first in the list.
fn closest(word: &str) -> Option<&'static str> {
    if word.len() > 16 {
        return None;
    }
    let all = Language::English.word_list().iter();
    let near = all.map(|known| (distance(word, known), *known)).min_by_key(|(far, _)| *far);
    near.filter(|(far, _)| *far <= 2).map(|(_, known)| known)
}

/// Letters to change, add, leave out, or swap with the next one (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&above, j) + usize::from(x != y);
            let mut best = changed.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "phrase_tests.rs"]
mod tests;
