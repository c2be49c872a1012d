use std::collections::BTreeSet;

use super::*;

/// 2026-01-01T00:00:00Z, in ms since 1970.
pub(crate) const NOW: u64 = 1_767_225_600_000;

pub(crate) fn key(seed: u8, name: &str) -> PgpKey {
    let bytes = |n: u8| zeroize::Zeroizing::new([seed.wrapping_mul(16).wrapping_add(n); 32]);
    let seeds = PgpSeeds { certify: bytes(1), sign: bytes(2), encrypt: bytes(3) };
    PgpKey::from_seeds(&seeds, name).unwrap()
}

fn ada() -> PgpKey {
    key(1, "Ada <ada@example.org>")
}

fn ben() -> PgpKey {
    key(2, "Ben <ben@example.org>")
}

#[test]
fn the_same_seeds_give_the_same_bytes_and_the_user_id_does_not_change_the_fingerprint() {
    assert_eq!(ada().cert().binary(), ada().cert().binary());
    assert_eq!(*ada().secret_bytes().unwrap(), *ada().secret_bytes().unwrap());
    let other = key(1, "Somebody else");
    assert_eq!(other.cert().fingerprint(), ada().cert().fingerprint());
    assert_ne!(other.cert().binary(), ada().cert().binary());
    assert_ne!(ben().cert().fingerprint(), ada().cert().fingerprint());
}

#[test]
fn a_key_says_its_name_its_kind_and_when_it_was_made() {
    let cert = ada().cert();
    assert_eq!(cert.user_ids(), ["Ada <ada@example.org>"]);
    assert_eq!(cert.name().as_deref(), Some("Ada"));
    assert_eq!(cert.algorithm(), "Ed25519");
    assert_eq!(cert.created(), u64::from(CREATED) * 1000);
    assert_eq!(cert.usable(NOW), Ok(()));
    assert_eq!(cert.fingerprint().as_bytes().len(), 20);
}

#[test]
fn a_key_reads_back_armored_and_binary() {
    let cert = ada().cert();
    assert_eq!(PgpCert::parse(&cert.binary()).unwrap(), cert);
    assert_eq!(PgpCert::parse(cert.armored().as_bytes()).unwrap(), cert);
    let pasted = format!("Hello,\nhere is my key:\n\n{}\nBye\n", cert.armored());
    assert_eq!(PgpCert::parse(pasted.as_bytes()).unwrap(), cert);
}

#[test]
fn a_secret_key_two_keys_and_junk_are_no_public_key() {
    assert_eq!(PgpCert::parse(&ada().secret_bytes().unwrap()), Err(PgpError::Secret));
    let two = [ada().cert().binary(), ben().cert().binary()].concat();
    assert_eq!(PgpCert::parse(&two), Err(PgpError::Several(2)));
    let most = crate::limits::PGP_KEY_BYTES;
    for junk in [&b""[..], b"hello", &[0xff; 100], &[0x99, 0xff, 0xff, 4]] {
        assert!(matches!(PgpCert::parse(junk), Err(PgpError::Form { .. })), "{junk:?}");
    }
    assert!(matches!(PgpCert::parse(&vec![0; most + 1]), Err(PgpError::TooLarge { .. })));
    let message = armor(&literal(b"text").unwrap());
    assert!(PgpCert::parse(message.as_bytes()).is_err());
}

#[test]
fn what_is_signed_and_encrypted_to_somebody_only_they_open() {
    let (ada, ben) = (ada(), ben());
    let inner = ada.sign_message(b"the lamp", NOW).unwrap();
    let sealed = encrypt(&[&ben.cert()], &inner, NOW).unwrap();
    assert_eq!(*ben.decrypt(&sealed).unwrap(), inner);
    assert_eq!(ada.decrypt(&sealed), Err(PgpError::NotForUs));
    let armored = armor(&sealed);
    assert!(armored.starts_with("-----BEGIN PGP MESSAGE-----"));
    assert_eq!(dearmor(armored.as_bytes()).unwrap(), sealed);
    assert_eq!(*ben.decrypt(armored.as_bytes()).unwrap(), inner);
    let opened = read(&inner, &[&ben.cert(), &ada.cert()], NOW).unwrap();
    assert_eq!(*opened.plaintext, b"the lamp");
    assert_eq!(opened.author, Authorship::By(ada.cert().fingerprint()));
}

#[test]
fn a_message_to_two_opens_for_both() {
    let sealed = encrypt(&[&ada().cert(), &ben().cert()], &literal(b"both").unwrap(), NOW).unwrap();
    for key in [ada(), ben()] {
        let opened = read(&key.decrypt(&sealed).unwrap(), &[], NOW).unwrap();
        assert_eq!(*opened.plaintext, b"both");
        assert_eq!(opened.author, Authorship::Unsigned);
    }
}

#[test]
fn an_encrypted_message_does_not_say_to_whom() {
    let sealed = encrypt(&[&ben().cert()], &literal(b"x").unwrap(), NOW).unwrap();
    // Packet 1 (new format), its length, version 3, key id.
    assert_eq!(sealed[0], 0xc1);
    assert_eq!(sealed[2..11], [3, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn every_flipped_bit_of_an_encrypted_message_is_noticed() {
    let (ada, ben) = (ada(), ben());
    let inner = ada.sign_message(b"the lamp", NOW).unwrap();
    let sealed = encrypt(&[&ben.cert()], &inner, NOW).unwrap();
    for bit in (0..sealed.len() * 8).step_by(5) {
        let mut spoilt = sealed.clone();
        spoilt[bit / 8] ^= 1 << (bit % 8);
        if let Ok(found) = ben.decrypt(&spoilt) {
            assert_eq!(*found, inner, "bit {bit}");
        }
    }
    for cut in 0..sealed.len() {
        assert!(ben.decrypt(&sealed[..cut]).is_err(), "cut at {cut}");
    }
    let longer = [sealed.as_slice(), &literal(b"more").unwrap()].concat();
    assert!(ben.decrypt(&longer).is_err());
}

#[test]
fn a_message_says_what_is_known_of_its_author() {
    let (ada, ben) = (ada(), ben());
    let inner = ada.sign_message(b"the lamp", NOW).unwrap();
    let author = |bytes: &[u8], known: &[&PgpCert], at| read(bytes, known, at).unwrap().author;
    assert_eq!(author(&inner, &[], NOW), Authorship::UnknownKey);
    assert_eq!(author(&inner, &[&ben.cert()], NOW), Authorship::UnknownKey);
    let mut spoilt = inner.clone();
    let place = inner.windows(8).position(|w| w == b"the lamp").unwrap();
    spoilt[place] = b'T';
    assert_eq!(author(&spoilt, &[&ada.cert()], NOW), Authorship::Bad);
    assert_eq!(author(&spoilt, &[&ben.cert()], NOW), Authorship::UnknownKey);
    // Dated later than now, by more than clocks differ.
    assert_eq!(author(&inner, &[&ada.cert()], NOW - 3_600_000), Authorship::Bad);
    assert_eq!(author(&literal(b"x").unwrap(), &[&ada.cert()], NOW), Authorship::Unsigned);
}

#[test]
fn a_detached_signature_verifies_for_its_key_and_data_only() {
    let (ada, ben) = (ada(), ben());
    let signature = ada.sign_detached(b"data", NOW).unwrap();
    assert_eq!(signature, ada.sign_detached(b"data", NOW).unwrap());
    assert_eq!(ada.cert().verify_detached(b"data", &signature, NOW), Ok(()));
    assert!(ada.cert().verify_detached(b"Data", &signature, NOW).is_err());
    assert!(ben.cert().verify_detached(b"data", &signature, NOW).is_err());
    assert!(ada.cert().verify_detached(b"data", b"", NOW).is_err());
    for bit in 0..signature.len() * 8 {
        let mut spoilt = signature.clone();
        spoilt[bit / 8] ^= 1 << (bit % 8);
        let verdict = ada.cert().verify_detached(b"data", &spoilt, NOW);
        // The first two bytes of the hash are a hint that nobody signs; this rule ignores them.
        let hint = signature.len() - 64 - 4 - 2;
        assert!(verdict.is_err() || (hint..hint + 2).contains(&(bit / 8)), "bit {bit}");
    }
}

#[test]
fn an_imported_key_is_the_exported_one() {
    let ada = ada();
    let text = ada.export(b"correct horse").unwrap();
    assert!(text.starts_with("-----BEGIN PGP PRIVATE KEY BLOCK-----"));
    let back = PgpKey::import(text.as_bytes(), Some(b"correct horse")).unwrap();
    assert_eq!(*back.secret_bytes().unwrap(), *ada.secret_bytes().unwrap());
    let plain = PgpKey::import(&ada.secret_bytes().unwrap(), None).unwrap();
    assert_eq!(*plain.secret_bytes().unwrap(), *ada.secret_bytes().unwrap());
    let import = |passphrase| PgpKey::import(text.as_bytes(), passphrase).map(|_| ());
    assert_eq!(import(Some(b"wrong")), Err(PgpError::Passphrase));
    assert_eq!(import(None), Err(PgpError::PassphraseNeeded));
    assert_eq!(ada.export(b"").map(|_| ()), Err(PgpError::EmptyPassphrase));
    let public = PgpKey::import(&ada.cert().binary(), None).map(|_| ());
    assert_eq!(public, Err(PgpError::NoSecret));
}

#[test]
fn what_is_protected_opens_with_its_passphrase_only() {
    let bytes = protect(b"correct horse", b"the key").unwrap();
    assert_eq!(*unprotect(b"correct horse", &bytes).unwrap(), b"the key");
    for wrong in ["", "wrong", "correct horse "] {
        let error = unprotect(wrong.as_bytes(), &bytes).map(|_| ());
        let expected =
            if wrong.is_empty() { PgpError::EmptyPassphrase } else { PgpError::Passphrase };
        assert_eq!(error, Err(expected), "{wrong:?}");
    }
    let mut spoilt = bytes.clone();
    *spoilt.last_mut().unwrap() ^= 1;
    assert!(matches!(unprotect(b"correct horse", &spoilt), Err(PgpError::Damaged(_))));
    assert!(unprotect(b"correct horse", &bytes[..bytes.len() - 1]).is_err());
    assert_eq!(protect(b"", b"x"), Err(PgpError::EmptyPassphrase));
}

#[test]
fn two_protected_files_of_one_text_differ() {
    let all: BTreeSet<Vec<u8>> = (0..3).map(|_| protect(b"p", b"same").unwrap()).collect();
    assert_eq!(all.len(), 3);
}

#[test]
fn a_user_id_that_cannot_be_shown_is_refused() {
    for id in ["", "  ", "a\nb", &"x".repeat(257)] {
        let seeds = || zeroize::Zeroizing::new([1; 32]);
        let seeds = PgpSeeds { certify: seeds(), sign: seeds(), encrypt: seeds() };
        assert_eq!(PgpKey::from_seeds(&seeds, id).map(|_| ()), Err(PgpError::UserId), "{id:?}");
    }
}

#[test]
fn secrets_do_not_print() {
    let key = ada();
    let printed = format!("{key:?} {:?}", key.cert());
    assert!(!printed.contains("ada@"), "{printed}");
    let opened = read(&literal(b"hidden words").unwrap(), &[], NOW).unwrap();
    assert!(!format!("{opened:?}").contains("hidden"));
    let seed = zeroize::Zeroizing::new([0x5a; 32]);
    let seeds = PgpSeeds { certify: seed.clone(), sign: seed.clone(), encrypt: seed };
    let printed = format!("{seeds:?}");
    assert!(!printed.contains("90") && !printed.contains("5a"), "{printed}");
}
