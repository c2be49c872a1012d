//! Bytes by somebody who means harm: an error within bounds, never a panic, never a large
//! allocation.

use std::io::Write;

use openpgp::crypto::{S2K, SessionKey};
use openpgp::packet::pkesk::PKESK3;
use openpgp::packet::skesk::SKESK4;
use openpgp::packet::{Packet, Tag};
use openpgp::serialize::MarshalInto;
use openpgp::serialize::stream::{ArbitraryWriter, Compressor, LiteralWriter, Message};
use openpgp::types::{CompressionAlgorithm, SymmetricAlgorithm};
use proptest::prelude::*;
use sequoia_openpgp as openpgp;

use super::decrypt::Sealed;
use super::tests::{NOW, key};
use super::*;
use crate::{Certificate, DeviceKey, DeviceRole, Revocation, limits};

/// A text of zeros in some layers of compression.
fn compressed(layers: usize, zeros: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut message = Message::new(&mut out);
    for _ in 0..layers {
        message = Compressor::new(message).algo(CompressionAlgorithm::Zlib).build().unwrap();
    }
    let mut text = LiteralWriter::new(message).build().unwrap();
    let block = vec![0; 1 << 20];
    let mut left = zeros;
    while left > 0 {
        let some = left.min(block.len());
        text.write_all(&block[..some]).unwrap();
        left -= some;
    }
    text.finalize().unwrap();
    out
}

#[test]
fn a_text_that_grows_too_large_is_refused() {
    let most = limits::PGP_TEXT_BYTES;
    let refused = read(&compressed(1, most + 1), &[], NOW).map(|_| ());
    assert_eq!(refused, Err(PgpError::TooLarge { what: "a message", most }));
    assert_eq!(read(&compressed(1, most), &[], NOW).unwrap().plaintext.len(), most);
    let long = vec![0; limits::PGP_MESSAGE_BYTES * 2 + 1];
    assert!(matches!(read(&long, &[], NOW), Err(PgpError::TooLarge { .. })));
    assert!(matches!(key(1, "Ada").decrypt(&long), Err(PgpError::TooLarge { .. })));
    assert!(matches!(literal(&long), Err(PgpError::TooLarge { .. })));
    assert!(matches!(dearmor(&long), Err(PgpError::TooLarge { .. })));
}

#[test]
fn layers_of_compression_are_bounded() {
    let depth = usize::from(limits::PGP_DEPTH);
    assert!(read(&compressed(depth, 10), &[], NOW).is_ok());
    assert!(read(&compressed(depth + 1, 10), &[], NOW).is_err());
    assert!(read(&compressed(40, 10), &[], NOW).is_err());
}

#[test]
fn a_packet_that_grows_is_not_read_to_its_end() {
    // A billion zeros, twice compressed to some kilobytes, in a packet that nobody knows.
    let mut out = Vec::new();
    let mut message = Message::new(&mut out);
    for _ in 0..2 {
        message = Compressor::new(message).algo(CompressionAlgorithm::Zlib).build().unwrap();
    }
    let mut packet = ArbitraryWriter::new(message, Tag::Private(60)).unwrap();
    let block = vec![0; 1 << 20];
    for _ in 0..100 {
        packet.write_all(&block).unwrap();
    }
    packet.finalize().unwrap();
    assert!(read(&out, &[], NOW).is_err());
}

#[test]
fn texts_signatures_and_recipients_without_number_are_refused() {
    let ada = key(1, "Ada");
    let text = literal(b"x").unwrap();
    assert!(read(&[text.clone(), text.clone()].concat(), &[], NOW).is_err());
    let one = ada.sign_detached(b"x", NOW).unwrap();
    let many = one.repeat(limits::PGP_PACKETS + 1);
    assert!(ada.cert().verify_detached(b"x", &many, NOW).is_err());
    assert!(read(&[many, text.clone()].concat(), &[], NOW).is_err());
    let sealed = encrypt(&[&ada.cert()], &text, NOW).unwrap();
    let head = usize::from(sealed[1]) + 2;
    let many = [sealed[..head].repeat(limits::PGP_RECIPIENTS), sealed.clone()].concat();
    assert!(matches!(ada.decrypt(&many), Err(PgpError::Form { .. })));
    let certs = vec![ada.cert(); limits::PGP_RECIPIENTS + 1];
    let all: Vec<&PgpCert> = certs.iter().collect();
    assert!(encrypt(&all, &text, NOW).is_err());
    assert_eq!(encrypt(&[], &text, NOW), Err(PgpError::NoRecipients));
}

#[test]
fn a_text_in_the_wrong_place_is_no_message() {
    let ada = key(1, "Ada");
    let text = literal(b"x").unwrap();
    let signed = ada.sign_message(b"x", NOW).unwrap();
    let signature = ada.sign_detached(b"x", NOW).unwrap();
    let announced = &signed[..15];
    for wrong in [
        // Announced, and no signature; a signature that nobody announced; two texts; nothing.
        [announced, text.as_slice()].concat(),
        [text.as_slice(), &signature].concat(),
        [signed.as_slice(), &text].concat(),
        [signed.as_slice(), &signed].concat(),
        announced.to_vec(),
        signature.clone(),
        encrypt(&[&ada.cert()], &text, NOW).unwrap(),
        ada.cert().binary(),
        Vec::new(),
    ] {
        assert!(matches!(read(&wrong, &[&ada.cert()], NOW), Err(PgpError::Form { .. })));
    }
    // The old way: the signature first.
    let old = [signature.as_slice(), &text].concat();
    let author = read(&old, &[&ada.cert()], NOW).unwrap().author;
    assert_eq!(author, Authorship::By(ada.cert().fingerprint()));
}

#[test]
fn a_session_key_of_any_length_and_cipher_is_only_not_for_us() {
    let ada = key(1, "Ada");
    let sealed = encrypt(&[&ada.cert()], &literal(b"x").unwrap(), NOW).unwrap();
    let body = &sealed[usize::from(sealed[1]) + 2..];
    let part = ada.cert().encryption_keys(NOW).unwrap().remove(0);
    for length in 0..40 {
        for first in [0, 2, 7, 9, 100, 255] {
            let mut plain = vec![first; length];
            // The sum of the key's bytes, so that it is taken as far as it goes.
            if let Some(end) = length.checked_sub(2).filter(|end| *end > 0) {
                let sum: u16 = plain[1..end].iter().map(|b| u16::from(*b)).sum();
                plain[end..].copy_from_slice(&sum.to_be_bytes());
            }
            let esk = part.encrypt(&SessionKey::from(plain)).unwrap();
            let to = PKESK3::new(None, part.pk_algo(), esk).unwrap();
            let message = [Packet::from(to).to_vec().unwrap().as_slice(), body].concat();
            assert!(ada.decrypt(&message).is_err(), "{length} {first}");
        }
    }
}

#[test]
fn a_passphrase_that_would_cost_terabytes_is_refused() {
    let s2k = S2K::Argon2 { salt: [0; 16], t: 255, p: 255, m: 31 };
    let esk = Some(vec![0; 33].into());
    let to = SKESK4::new(SymmetricAlgorithm::AES256, s2k, esk).unwrap();
    let good = protect(b"p", b"x").unwrap();
    let body = &good[usize::from(good[1]) + 2..];
    let message = [Packet::from(to).to_vec().unwrap().as_slice(), body].concat();
    assert!(matches!(unprotect(b"p", &message), Err(PgpError::Form { .. })));
}

#[test]
fn a_session_key_that_only_looks_right_is_a_wrong_passphrase_and_no_damage() {
    let sealed = Sealed::parse(&protect(b"p", b"x").unwrap()).unwrap();
    let wrong = |n: u16| SessionKey::from([n.to_be_bytes().as_slice(), &[0; 30]].concat());
    let algorithm = SymmetricAlgorithm::AES256;
    let fitting = (0..1000).filter(|n| sealed.fits(algorithm, &wrong(*n))).count();
    assert!(fitting < 3, "{fitting} of 1000, and one of 65,536 is expected");
}

#[test]
fn kinds_of_encryption_that_are_not_read_are_named() {
    let ada = key(1, "Ada");
    let sealed = encrypt(&[&ada.cert()], &literal(b"x").unwrap(), NOW).unwrap();
    let head = &sealed[..usize::from(sealed[1]) + 2];
    // GnuPG's packet 20: version 1, AES-256, OCB, chunk size, nonce and text.
    let theirs = [head, &[0xd4, 40, 1, 9, 2, 10], &[7; 36]].concat();
    let error = ada.decrypt(&theirs).unwrap_err().to_string();
    assert!(error.contains("newer way"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_bytes_are_an_error_or_a_value_and_never_a_panic(
        which in 0..7_usize,
        changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let ada = key(1, "Ada");
        let cert = ada.cert();
        let inner = ada.sign_message(b"the lamp", NOW).unwrap();
        let device = DeviceKey::from_seed(&[1; 32]).public();
        let made =
            Certificate::sign_pgp(&ada, device, "A", &[DeviceRole::Access], 0, None, NOW).unwrap();
        let mut bytes = match which {
            0 => cert.binary(),
            1 => cert.armored().into_bytes(),
            2 => encrypt(&[&cert], &inner, NOW).unwrap(),
            3 => armor(&inner).into_bytes(),
            4 => ada.secret_bytes().unwrap().to_vec(),
            5 => made.bytes().to_vec(),
            _ => inner,
        };
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len();
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at.max(1)),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        if let Ok(other) = PgpCert::parse(&bytes) {
            let _ = (other.name(), other.usable(NOW), other.minimal(NOW), other.armored());
        }
        if let Ok(other) = PgpKey::import(&bytes, Some(b"p")) {
            let _ = (other.sign_message(b"x", NOW), other.secret_bytes());
        }
        let _ = (read(&bytes, &[&cert], NOW).is_ok(), ada.decrypt(&bytes).is_ok());
        let _ = (dearmor(&bytes), cert.named_in(&bytes), cert.verify_detached(b"x", &bytes, NOW));
        let _ = (unprotect(b"p", &bytes).is_ok(), Revocation::decode(&bytes).is_ok());
        if let Ok(read) = Certificate::decode(&bytes) {
            prop_assert_eq!(read, made);
        }
    }
}
