//! A key that stays in GnuPG: signing and decrypting by calling `gpg`.
//!
//! The secret key, its passphrase and the questions about it are GnuPG's: its agent asks by
//! pinentry, and may sit on a card. Data goes in and out by pipes; nothing is written to disk, and
//! no secret is an argument. Answers are read from GnuPG's status lines, which do not depend on
//! the language, never from its texts. The user's `gpg.conf` is not read: an option there could
//! put an address or a notation into a signature that goes into every log.

mod answer;
mod run;

use std::path::{Path, PathBuf};

use mundi_identity::Fingerprint;
use mundi_identity::limits::PGP_MESSAGE_BYTES;
use mundi_identity::pgp::{Keyholder, PgpCert, PgpError};
use zeroize::Zeroizing;

use self::answer::Answer;
pub use self::answer::GnuPgError;

/// Secret keys that are listed: who has more names one by its fingerprint.
const KEYS: usize = 100;

/// Where GnuPG is, and where it keeps its keys.
#[derive(Clone, Debug)]
struct Program {
    gpg: PathBuf,
    /// `None`: where GnuPG looks by itself.
    home: Option<PathBuf>,
}

/// One secret key of GnuPG's, as a choice for an identity.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The public key: its fingerprint, user ids, kind.
    pub cert: PgpCert,
    /// Why it cannot be an identity now; `None`: it can.
    pub trouble: Option<PgpError>,
}

/// A key that stays in GnuPG.
#[derive(Debug)]
pub struct GnuPg {
    program: Program,
    cert: PgpCert,
}

impl Program {
    fn new(home: Option<&Path>) -> Self {
        Self { gpg: "gpg".into(), home: home.map(Path::to_path_buf) }
    }

    /// The fingerprints of the primary keys of which some secret part is there (or on a card).
    fn secret_keys(&self, name: Option<&Fingerprint>) -> Result<Vec<Fingerprint>, GnuPgError> {
        let name = name.map(ToString::to_string);
        let mut arguments = vec!["--with-colons", "--list-secret-keys"];
        arguments.extend(name.as_deref());
        let answer = self.run(&arguments, b"", PGP_MESSAGE_BYTES)?;
        let text = String::from_utf8_lossy(&answer.out);
        let mut all = Vec::new();
        let mut primary = false;
        for line in text.lines() {
            let field = |n: usize| line.split(':').nth(n).unwrap_or_default();
            match field(0) {
                "sec" => primary = true,
                // The line after `sec`; those after `ssb` are of subkeys.
                "fpr" if std::mem::take(&mut primary) => all.extend(fingerprint(field(9))),
                _ => {}
            }
        }
        all.truncate(KEYS);
        Ok(all)
    }

    fn public(&self, of: &Fingerprint) -> Result<PgpCert, GnuPgError> {
        let name = of.to_string();
        let arguments = ["--no-armor", "--export-options", "export-clean", "--export", &name];
        let answer = self.run(&arguments, b"", PGP_MESSAGE_BYTES)?;
        if answer.out.is_empty() {
            return Err(GnuPgError::NoKey(*of));
        }
        let cert = PgpCert::parse(&answer.out)?;
        if cert.fingerprint() == *of { Ok(cert) } else { Err(GnuPgError::NoKey(*of)) }
    }
}

/// 40 hexadecimal digits.
fn fingerprint(text: &str) -> Option<Fingerprint> {
    if text.len() != 40 || !text.is_ascii() {
        return None;
    }
    let byte = |n: usize| u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..20).map(byte).collect();
    Fingerprint::new(&bytes?)
}

impl GnuPg {
    /// The secret keys that GnuPG holds, at most 100, those that can be an identity at a time (ms
    /// since 1970) first. `home` is GnuPG's folder; `None`: where it looks by itself.
    ///
    /// # Errors
    /// There is no gpg, or it fails.
    pub fn choices(home: Option<&Path>, at: u64) -> Result<Vec<Choice>, GnuPgError> {
        let program = Program::new(home);
        let mut all = Vec::new();
        for one in program.secret_keys(None)? {
            // A key of a kind that is not known here does not hide the others.
            if let Ok(cert) = program.public(&one) {
                let trouble = cert.usable(at).err();
                all.push(Choice { cert, trouble });
            }
        }
        all.sort_by_key(|choice| choice.trouble.is_some());
        Ok(all)
    }

    /// The key with a fingerprint. Nothing is signed or asked yet.
    ///
    /// # Errors
    /// There is no gpg, or no such secret key in it.
    pub fn open(home: Option<&Path>, key: &Fingerprint) -> Result<Self, GnuPgError> {
        let program = Program::new(home);
        let secret = program.secret_keys(Some(key));
        match secret {
            Ok(all) if all.contains(key) => {}
            Ok(_) | Err(GnuPgError::NoSecret) => return Err(GnuPgError::NoKey(*key)),
            Err(other) => return Err(other),
        }
        let cert = program.public(key)?;
        Ok(Self { program, cert })
    }

    fn sign(&self, how: &[&str], data: &[u8], at: u64) -> Result<Vec<u8>, GnuPgError> {
        // The exclamation mark: this part of the key, and no other.
        let part = format!("{}!", self.cert.signing_part(at)?);
        let mut arguments = vec!["--no-armor", "--digest-algo", "SHA512", "--local-user", &part];
        arguments.extend(how);
        let mut answer = self.program.run(&arguments, data, data.len() + 64 * 1024)?;
        answer.require("SIG_CREATED")?;
        Ok(std::mem::take(&mut *answer.out))
    }

    fn unwrap(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, GnuPgError> {
        let own = self.cert.fingerprint().to_string();
        // Of hidden recipients ours is tried first, so that the agent does not ask about others.
        let arguments = ["--default-key", &own, "--try-secret-key", &own, "--unwrap", "--decrypt"];
        // And of one hidden recipient that is named GnuPG says why it did not work.
        let named = self.cert.named_in(message);
        let message = named.as_deref().unwrap_or(message);
        let answer: Answer = self.program.run(&arguments, message, PGP_MESSAGE_BYTES * 2)?;
        // Said only after the integrity check; the exit status also counts signatures inside.
        answer.require("DECRYPTION_OKAY")?;
        // GnuPG uses whichever of its keys fits; another person's message is not this one's.
        match answer.decrypted_by() {
            Some(by) if by != self.cert.fingerprint() => Err(GnuPgError::NotForUs),
            _ => Ok(answer.out),
        }
    }
}

impl Keyholder for GnuPg {
    fn cert(&self) -> &PgpCert {
        &self.cert
    }

    /// Dated by GnuPG's clock; `at` chooses the part that signs.
    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        Ok(self.sign(&["--detach-sign"], data, at)?)
    }

    /// Dated by GnuPG's clock; `at` chooses the part that signs.
    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        // Compressing before encrypting tells something about the text by its size.
        Ok(self.sign(&["--compress-algo", "none", "--sign"], plaintext, at)?)
    }

    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        Ok(self.unwrap(message)?)
    }
}
