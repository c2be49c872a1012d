//! Removing the encryption of a message, and nothing else.
//!
//! The layers inside stay as they are (signatures, compression), as `gpg --decrypt --unwrap`
//! leaves them. The integrity check is made over the whole before a byte is given out.

use openpgp::crypto::{Decryptor, SessionKey};
use openpgp::packet::seip::SEIP1;
use openpgp::packet::{Body, PKESK, Packet, SEIP, SKESK, Tag};
use openpgp::parse::{PacketParserBuilder, PacketParserResult, Parse};
use openpgp::serialize::MarshalInto;
use openpgp::types::{KeyFlags, SymmetricAlgorithm};
use openssl::symm::{Cipher, Crypter, Mode};
use sequoia_openpgp as openpgp;
use zeroize::Zeroizing;

use super::{PgpCert, PgpError, PgpKey, ready};
use crate::limits;

const UNSUPPORTED: PgpError = PgpError::Damaged(
    "it is encrypted in a newer way than is read here; with GnuPG, encrypt it with --rfc4880",
);

/// An encrypted message in its parts.
pub(super) struct Sealed {
    pub(super) to_keys: Vec<PKESK>,
    pub(super) to_passphrases: Vec<SKESK>,
    /// The body of the encrypted packet (SEIPD version 1), without its version.
    ciphertext: Vec<u8>,
}

impl Sealed {
    /// Reads exactly one encrypted message, armored or binary.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PgpError> {
        ready();
        if bytes.len() > limits::PGP_MESSAGE_BYTES * 2 {
            return Err(PgpError::TooLarge { what: "a message", most: limits::PGP_MESSAGE_BYTES });
        }
        let form = |e: openpgp::anyhow::Error| PgpError::form("encrypted message", e);
        let most = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let builder = PacketParserBuilder::from_bytes(bytes).map_err(form)?;
        let mut parser =
            builder.max_packet_size(most).buffer_unread_content().build().map_err(form)?;
        let mut sealed =
            Self { to_keys: Vec::new(), to_passphrases: Vec::new(), ciphertext: Vec::new() };
        let mut done = false;
        while let PacketParserResult::Some(here) = parser {
            let (packet, next) = here.next().map_err(form)?;
            if done {
                return Err(PgpError::form("encrypted message", "something follows it"));
            }
            match packet {
                Packet::PKESK(one) => sealed.to_keys.push(one),
                Packet::SKESK(one) => sealed.to_passphrases.push(one),
                Packet::SEIP(SEIP::V1(body)) => {
                    done = true;
                    if let Body::Unprocessed(bytes) = body.body() {
                        sealed.ciphertext.clone_from(bytes);
                    }
                }
                Packet::Marker(_) => {}
                Packet::SEIP(_) => return Err(UNSUPPORTED),
                // What GnuPG 2.4 writes to keys that ask for it.
                Packet::Unknown(other) if other.tag() == Tag::AED => return Err(UNSUPPORTED),
                _ => return Err(PgpError::form("encrypted message", "it is not encrypted")),
            }
            if sealed.to_keys.len() + sealed.to_passphrases.len() > limits::PGP_RECIPIENTS {
                return Err(PgpError::form("encrypted message", "it has too many recipients"));
            }
            parser = next;
        }
        if done { Ok(sealed) } else { Err(PgpError::form("encrypted message", "it is cut off")) }
    }

    /// Decrypts with a session key (RFC 9580, section 5.13.1) and checks the hash at the end.
    pub(super) fn open(
        &self,
        algorithm: SymmetricAlgorithm,
        key: &SessionKey,
    ) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        const WRONG: PgpError = PgpError::Damaged("its integrity check fails");
        let mut plain = run(algorithm, key, &self.ciphertext)?;
        // 16 random bytes, the last two again; the message; 0xd3 0x14 and SHA-1 over all before.
        let end = plain.len().checked_sub(22).filter(|end| *end >= 18).ok_or(WRONG)?;
        let hash = openssl::sha::sha1(plain.get(..end + 2).unwrap_or_default());
        let given = plain.get(end + 2..).unwrap_or_default();
        let marked = plain.get(end..end + 2) == Some(&[0xd3, 0x14]);
        if !marked || given.len() != hash.len() || !openssl::memcmp::eq(given, &hash) {
            return Err(WRONG);
        }
        plain.truncate(end);
        plain.drain(..18);
        Ok(plain)
    }

    /// Whether a session key is likely the right one, by the two bytes that are repeated: a wrong
    /// passphrase gives, 1 time of 256, a key of the right form. (Nobody far away may learn this
    /// answer; it is for files on this machine.)
    pub(super) fn fits(&self, algorithm: SymmetricAlgorithm, key: &SessionKey) -> bool {
        let start = self.ciphertext.get(..18).and_then(|start| run(algorithm, key, start).ok());
        start.is_some_and(|plain| plain.get(14..16) == plain.get(16..18))
    }
}

/// AES in CFB mode, backwards.
fn run(
    algorithm: SymmetricAlgorithm,
    key: &SessionKey,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, PgpError> {
    let cipher = match algorithm {
        SymmetricAlgorithm::AES128 => Cipher::aes_128_cfb128(),
        SymmetricAlgorithm::AES192 => Cipher::aes_192_cfb128(),
        SymmetricAlgorithm::AES256 => Cipher::aes_256_cfb128(),
        _ => return Err(PgpError::Damaged("its cipher is not supported; use AES")),
    };
    let mut plain = Zeroizing::new(vec![0; ciphertext.len() + 16]);
    let mut decrypt = || {
        let mut from = Crypter::new(cipher, Mode::Decrypt, key, Some(&[0; 16]))?;
        let length = from.update(ciphertext, &mut plain)?;
        Ok::<usize, openssl::error::ErrorStack>(
            length + from.finalize(plain.get_mut(length..).unwrap_or_default())?,
        )
    };
    let length = decrypt().map_err(PgpError::library)?;
    plain.truncate(length);
    Ok(plain)
}

impl PgpCert {
    /// A copy of an encrypted message in which its one recipient, if hidden, is named as this
    /// key: for a program on this machine that holds the secret key, and would otherwise try all
    /// its keys and not say why none fits. `None`: not such a message, or the key has several
    /// parts that it could be for.
    #[must_use]
    pub fn named_in(&self, message: &[u8]) -> Option<Vec<u8>> {
        let sealed = Sealed::parse(message).ok()?;
        let [PKESK::V3(one)] = sealed.to_keys.as_slice() else { return None };
        if one.recipient().is_some() || !sealed.to_passphrases.is_empty() {
            return None;
        }
        let encrypts =
            |flags: KeyFlags| flags.for_transport_encryption() || flags.for_storage_encryption();
        let mut parts = self.0.keys().subkeys().filter(|part| {
            part.key().pk_algo() == one.pk_algo()
                && part.self_signatures().any(|s| s.key_flags().is_some_and(encrypts))
        });
        let (part, None) = (parts.next()?, parts.next()) else { return None };
        let mut named = one.clone();
        named.set_recipient(Some(part.key().keyid()));
        let mut body = SEIP1::new();
        body.set_body(Body::Unprocessed(sealed.ciphertext));
        let mut out = Packet::from(named).to_vec().ok()?;
        out.extend(Packet::from(body).to_vec().ok()?);
        Some(out)
    }
}

/// Splits what a private key decrypted: cipher, key, sum of the key's bytes.
fn session(plain: &[u8]) -> Option<(SymmetricAlgorithm, SessionKey)> {
    let (algorithm, rest) = plain.split_first()?;
    let algorithm = SymmetricAlgorithm::from(*algorithm);
    let (key, sum) = rest.split_at_checked(rest.len().checked_sub(2)?)?;
    let expected = key.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    let fits = algorithm.key_size().is_ok_and(|size| size == key.len());
    (fits && sum == expected.to_be_bytes()).then(|| (algorithm, SessionKey::from(key)))
}

/// Decrypts with whichever part of the key it is for.
pub(super) fn decrypt(key: &PgpKey, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
    let sealed = Sealed::parse(message)?;
    let mut damaged = None;
    for one in &sealed.to_keys {
        for mut pair in key.pairs(one.pk_algo()) {
            let named = one.recipient();
            if named.is_some_and(|handle| !handle.aliases(pair.public().key_handle())) {
                continue;
            }
            let Ok(plain) = Decryptor::decrypt(&mut pair, one.esk(), None) else { continue };
            let Some((algorithm, session)) = session(&plain) else { continue };
            match sealed.open(algorithm, &session) {
                Ok(inner) => return Ok(inner),
                Err(error) => damaged = Some(error),
            }
        }
    }
    Err(damaged.unwrap_or(PgpError::NotForUs))
}
