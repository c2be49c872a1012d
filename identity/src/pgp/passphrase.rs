//! Files under a passphrase: OpenPGP messages that `gpg -d` opens.

use std::io::Write;

use openpgp::packet::SKESK;
use openpgp::serialize::stream::{Encryptor, Message};
use openpgp::types::SymmetricAlgorithm;
use sequoia_openpgp as openpgp;
use zeroize::Zeroizing;

use super::decrypt::Sealed;
use super::key::{password, plain_s2k};
use super::{PgpError, encrypt, read, ready};

/// Encrypts to a passphrase: AES-256, the key from 65,011,712 bytes of iterated and salted
/// SHA-256 (RFC 9580, section 3.7.1.3: the most that OpenPGP can write, about 0.1 s).
///
/// # Errors
/// The passphrase is empty, or the text too long.
pub fn protect(passphrase: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, PgpError> {
    ready();
    let password = password(passphrase)?;
    let inner = Zeroizing::new(encrypt::literal(plaintext)?);
    let mut out = Vec::with_capacity(inner.len() + 256);
    let written = (|| {
        let message = Message::new(&mut out);
        let mut into = Encryptor::with_passwords(message, Some(password))
            .symmetric_algo(SymmetricAlgorithm::AES256)
            .build()?;
        into.write_all(&inner)?;
        into.finalize()
    })();
    written.map_err(PgpError::library)?;
    Ok(out)
}

/// Opens what [`protect`] or `gpg -c` made.
///
/// # Errors
/// [`PgpError::Passphrase`]: a wrong passphrase; other errors: no such message, or damaged.
pub fn unprotect(passphrase: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
    let password = password(passphrase)?;
    let sealed = Sealed::parse(bytes)?;
    let mut error = PgpError::Passphrase;
    for one in &sealed.to_passphrases {
        // The key's cipher comes out wrong, in most cases, when the passphrase is.
        let SKESK::V4(one) = one else { continue };
        if !plain_s2k(one.s2k()) {
            error = PgpError::form("file under a passphrase", "its protection is not supported");
            continue;
        }
        if one.esk().is_ok_and(|esk| esk.is_some_and(|esk| esk.len() < 2)) {
            continue;
        }
        let Ok((algorithm, session)) = one.decrypt(&password) else { continue };
        let size = algorithm.key_size().ok();
        if size != Some(session.len()) || !sealed.fits(algorithm, &session) {
            continue;
        }
        match sealed.open(algorithm, &session) {
            Ok(inner) => return Ok(read(&inner, &[], 0)?.plaintext),
            Err(other) => error = other,
        }
    }
    if sealed.to_passphrases.is_empty() {
        return Err(PgpError::form("file under a passphrase", "it has no passphrase"));
    }
    Err(error)
}
