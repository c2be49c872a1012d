//! With a real GnuPG: keys that it made are identities here, and what one of us encrypts and
//! signs the other decrypts and verifies. A missing gpg is a failure.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use mundi_identity::pgp::{
    self, Authorship, Keyholder, PgpCert, PgpError, PgpKey, PgpSeeds, encrypt, literal, read,
};
use mundi_identity::{
    Certificate, CertificateKind, DeviceKey, DevicePublic, DeviceRole, Phrase, Reason, Revocation,
};
use support::{ED25519, Gpg, PASSPHRASE, RSA, now};

fn device() -> DevicePublic {
    DeviceKey::rehearsal("test", "ada", "").public()
}

fn certify(holder: &dyn Keyholder) -> Certificate {
    let roles = [DeviceRole::Access];
    Certificate::sign_pgp(holder, device(), "Ada", &roles, 0, None, now()).unwrap()
}

/// A key that no GnuPG has made.
fn ben() -> PgpKey {
    let seed = |n: u8| zeroize::Zeroizing::new([n; 32]);
    let seeds = PgpSeeds { certify: seed(1), sign: seed(2), encrypt: seed(3) };
    PgpKey::from_seeds(&seeds, "Ben <ben@example.org>").unwrap()
}

fn author(message: &[u8], of: &PgpCert) -> Authorship {
    read(message, &[of], now()).unwrap().author
}

#[test]
fn a_key_made_by_gpg_becomes_an_identity() {
    let gpg = Gpg::new();
    for (kind, name, algorithm) in [(ED25519, "ada", "Ed25519"), (RSA, "cy", "RSA 3072")] {
        let public = gpg.make(kind, name);
        assert_eq!(public.usable(now()), Ok(()));
        assert_eq!(public.algorithm(), algorithm);
        assert_eq!(public.name().as_deref(), Some(name));
        let secret = gpg.run(&["--export-secret-keys", name], b"").ok();
        let import = |with: Option<&[u8]>| PgpKey::import(&secret, with).map(|_| ());
        assert_eq!(import(Some(b"wrong")), Err(PgpError::Passphrase));
        assert_eq!(import(None), Err(PgpError::PassphraseNeeded));
        let key = gpg.secret(name);
        assert_eq!(key.cert().fingerprint(), public.fingerprint());

        let made = certify(&key);
        let read = Certificate::decode(made.bytes()).unwrap();
        assert_eq!(read.person(), public.fingerprint());
        assert_eq!(read.kind(), CertificateKind::OpenPgp);
        let text = String::from_utf8_lossy(made.bytes());
        assert!(!text.contains("example.org"), "an address would leak into every log");
        let revoked = Revocation::sign_pgp(&key, device(), Reason::Lost, now()).unwrap();
        assert_eq!(Revocation::decode(revoked.bytes()).unwrap().person(), public.fingerprint());
    }
}

#[test]
fn what_we_encrypt_and_sign_gpg_decrypts_and_verifies() {
    let gpg = Gpg::new();
    gpg.import(&ben().cert().binary());
    for (kind, name) in [(ED25519, "ada"), (RSA, "cy")] {
        let public = gpg.make(kind, name);
        let signers = [ben(), gpg.secret(name)];
        for signer in signers {
            let inner = signer.sign_message(b"the lamp", now()).unwrap();
            let sealed = encrypt(&[&public], &inner, now()).unwrap();
            let answer = gpg.run(&["--decrypt"], &sealed);
            assert!(answer.said.contains("[GNUPG:] GOODSIG"), "{}", answer.said);
            assert_eq!(answer.ok(), b"the lamp");
            let detached = signer.sign_detached(b"data", now()).unwrap();
            let file = gpg.home().join("detached.sig");
            std::fs::write(&file, detached).unwrap();
            let answer = gpg.run(&["--verify", file.to_str().unwrap(), "-"], b"data");
            assert!(answer.said.contains("[GNUPG:] GOODSIG"), "{}", answer.said);
            assert!(!gpg.run(&["--verify", file.to_str().unwrap(), "-"], b"Data").good);
        }
    }
}

#[test]
fn what_gpg_encrypts_and_signs_we_decrypt_and_verify() {
    let gpg = Gpg::new();
    for (kind, name) in [(ED25519, "ada"), (RSA, "cy")] {
        let public = gpg.make(kind, name);
        let key = gpg.secret(name);
        for recipient in ["--recipient", "--hidden-recipient"] {
            let sealed =
                gpg.run(&["--encrypt", "--sign", "-u", name, recipient, name], b"the lamp").ok();
            let inner = key.decrypt(&sealed).unwrap();
            let opened = read(&inner, &[&public], now()).unwrap();
            assert_eq!(*opened.plaintext, b"the lamp");
            assert_eq!(opened.author, Authorship::By(public.fingerprint()));
            assert_eq!(author(&inner, &ben().cert()), Authorship::UnknownKey);
        }
        let armored = gpg.run(&["--encrypt", "--armor", "-r", name], b"unsigned").ok();
        let inner = key.decrypt(&armored).unwrap();
        assert_eq!(author(&inner, &public), Authorship::Unsigned);
        assert!(matches!(ben().decrypt(&armored), Err(PgpError::NotForUs)));
        let detached = gpg.run(&["--detach-sign", "-u", name], b"data").ok();
        assert_eq!(public.verify_detached(b"data", &detached, now()), Ok(()));
        assert!(public.verify_detached(b"Data", &detached, now()).is_err());
        let signed = gpg.run(&["--sign", "-u", name], &[b'x'; 5000]).ok();
        assert!(signed.len() < 4000, "GnuPG compresses");
        assert_eq!(author(&signed, &public), Authorship::By(public.fingerprint()));
    }
}

#[test]
fn a_large_message_goes_both_ways() {
    let gpg = Gpg::new();
    let public = gpg.make(ED25519, "ada");
    let key = gpg.secret("ada");
    let large: Vec<u8> =
        (0..3_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let sealed = encrypt(&[&public], &key.sign_message(&large, now()).unwrap(), now()).unwrap();
    assert!(gpg.run(&["--decrypt"], &sealed).ok() == large);
    let sealed = gpg.run(&["--encrypt", "--sign", "-r", "ada"], &large).ok();
    let opened = read(&key.decrypt(&sealed).unwrap(), &[&public], now()).unwrap();
    assert!(*opened.plaintext == large);
}

#[test]
fn a_key_that_we_export_gpg_imports_and_uses() {
    for key in [ben(), Gpg::new().secret_of(ED25519)] {
        let gpg = Gpg::new();
        let text = key.export(PASSPHRASE.as_bytes()).unwrap();
        gpg.import(text.as_bytes());
        let name = key.cert().fingerprint().to_string();
        assert_eq!(gpg.public(&name), key.cert());
        assert!(!gpg.with("wrong", &["--sign", "-u", &name], b"x").good, "it has a passphrase");
        let signed = gpg.run(&["--sign", "-u", &name], b"x").ok();
        assert_eq!(author(&signed, &key.cert()), Authorship::By(key.cert().fingerprint()));
        let sealed = encrypt(&[&key.cert()], &literal(b"x").unwrap(), now()).unwrap();
        assert_eq!(gpg.run(&["--decrypt"], &sealed).ok(), b"x");
    }
}

#[test]
fn gpg_takes_the_key_of_a_phrase_with_all_its_signatures() {
    let gpg = Gpg::new();
    let phrase = Phrase::from_entropy(&[7; 32]);
    let key = PgpKey::from_seeds(&phrase.pgp(), "Ada <ada@example.org>").unwrap();
    gpg.import(&key.cert().binary());
    let name = key.cert().fingerprint().to_string();
    let checked = gpg.run(&["--check-sigs", "--with-colons", &name], b"").ok();
    let checked = String::from_utf8(checked).unwrap();
    let signatures = checked.lines().filter(|l| l.starts_with("sig:")).count();
    let good = checked.lines().filter(|l| l.starts_with("sig:!:")).count();
    assert_eq!((signatures, good), (3, 3), "{checked}");
    assert_eq!(gpg.public(&name).binary(), key.cert().binary());
}

#[test]
fn gpg_opens_what_is_protected_with_the_passphrase_only() {
    let gpg = Gpg::new();
    let bytes = pgp::protect(PASSPHRASE.as_bytes(), b"the key").unwrap();
    assert_eq!(gpg.run(&["--decrypt"], &bytes).ok(), b"the key");
    assert!(!gpg.with("wrong", &["--decrypt"], &bytes).good);
    let theirs = gpg.run(&["--symmetric"], b"theirs").ok();
    assert_eq!(*pgp::unprotect(PASSPHRASE.as_bytes(), &theirs).unwrap(), b"theirs");
}

#[test]
fn gpg_sees_no_key_id_in_a_message_and_opens_it_with_the_owners_key_only() {
    let gpg = Gpg::new();
    let public = gpg.make(ED25519, "ada");
    gpg.make(ED25519, "eve");
    // What the file `secret` is: 33 bytes, unsigned.
    let secret = encrypt(&[&public], &literal(&[9; 33]).unwrap(), now()).unwrap();
    let listed = gpg.run(&["--list-packets"], &secret);
    let text = String::from_utf8(listed.ok()).unwrap();
    assert!(text.contains("keyid 0000000000000000"), "{text}");
    assert_eq!(text.matches(":pubkey enc packet:").count(), 1, "{text}");
    assert_eq!(gpg.run(&["--decrypt"], &secret).ok(), [9; 33]);
    let other = Gpg::new();
    other.make(ED25519, "eve");
    assert!(!other.run(&["--decrypt"], &secret).good);
}

#[test]
fn a_subkey_for_signing_vouches_where_there_is_one() {
    let gpg = Gpg::new();
    for (kind, name, sub) in [(ED25519, "ada", "ed25519"), (RSA, "cy", "rsa3072")] {
        let before = gpg.make(kind, name);
        let primary = before.signing_part(now()).unwrap();
        assert_eq!(primary, before.fingerprint());
        let fingerprint = before.fingerprint().to_string();
        gpg.run(&["--quick-add-key", &fingerprint, sub, "sign", "1y"], b"").ok();
        let key = gpg.secret(name);
        assert_ne!(key.cert().signing_part(now()).unwrap(), primary);
        let made = certify(&key);
        assert_eq!(Certificate::decode(made.bytes()).unwrap().person(), before.fingerprint());
        // Two years later the subkey has expired, and the primary key signs.
        let later = now() + 2 * 366 * 86_400_000;
        assert_eq!(key.cert().signing_part(later).unwrap(), primary);
    }
}

#[test]
fn the_largest_keys_that_may_vouch_fit_into_a_certificate() {
    let gpg = Gpg::new();
    let kind = RSA.replace("Key-Length: 3072", "Key-Length: 4096");
    let public = gpg.make(&kind, "cy");
    let name = public.fingerprint().to_string();
    gpg.run(&["--quick-add-key", &name, "rsa4096", "sign"], b"").ok();
    let device_name = "n".repeat(mundi_identity::limits::NAME_BYTES);
    let roles = DeviceRole::ALL;
    let end = Some(i64::MAX.unsigned_abs());
    let key = gpg.secret("cy");
    let made = Certificate::sign_pgp(&key, device(), &device_name, &roles, 0, end, now()).unwrap();
    assert!(made.bytes().len() > 2500, "{}", made.bytes().len());
}

#[test]
fn a_key_whose_primary_part_is_kept_offline_works_with_its_subkeys() {
    let gpg = Gpg::new();
    let name = gpg.make(ED25519, "ada").fingerprint().to_string();
    gpg.run(&["--quick-add-key", &name, "ed25519", "sign"], b"").ok();
    let subkeys = gpg.run(&["--export-secret-subkeys", &name], b"").ok();
    let key = PgpKey::import(&subkeys, Some(PASSPHRASE.as_bytes())).unwrap();
    assert_eq!(key.cert(), gpg.public(&name));
    assert_eq!(certify(&key).person(), key.cert().fingerprint());
    let sealed = encrypt(&[&key.cert()], &literal(b"x").unwrap(), now()).unwrap();
    assert!(key.decrypt(&sealed).is_ok());
}

#[test]
fn a_key_that_is_revoked_or_cannot_encrypt_is_not_usable() {
    let gpg = Gpg::new();
    let public = gpg.make(ED25519, "ada");
    let name = public.fingerprint().to_string().to_uppercase();
    let file = gpg.home().join(format!("openpgp-revocs.d/{name}.rev"));
    // GnuPG puts a colon before the block, against accidents.
    let text = std::fs::read_to_string(file).unwrap().replace(":-----BEGIN", "-----BEGIN");
    gpg.import(text.as_bytes());
    let revoked = gpg.public("ada");
    assert!(matches!(revoked.usable(now()), Err(PgpError::Revoked(_))));
    assert!(matches!(revoked.minimal(now()), Err(PgpError::CannotSign(_))));
    let refused = encrypt(&[&revoked], &literal(b"x").unwrap(), now());
    assert!(matches!(refused, Err(PgpError::CannotEncrypt(_))));

    let kind = "Key-Type: eddsa\nKey-Curve: ed25519\nKey-Usage: sign\n";
    let signs_only = gpg.make(kind, "sig");
    assert!(matches!(signs_only.usable(now()), Err(PgpError::CannotEncrypt(_))));
    assert!(matches!(public.usable(0), Err(PgpError::Expired(_))));
}

#[test]
fn a_signature_holds_after_its_key_has_expired_but_not_after_it_was_revoked() {
    let gpg = Gpg::new();
    let public = gpg.make(ED25519, "ada");
    let name = public.fingerprint().to_string();
    gpg.run(&["--quick-set-expire", &name, "2d"], b"").ok();
    let public = gpg.public("ada");
    let signature = gpg.secret("ada").sign_detached(b"x", now()).unwrap();
    let later = now() + 5 * 86_400_000;
    assert!(matches!(public.usable(later), Err(PgpError::Expired(_))));
    assert_eq!(public.verify_detached(b"x", &signature, later), Ok(()));
    let inner = gpg.secret("ada").sign_message(b"x", now()).unwrap();
    assert_eq!(
        read(&inner, &[&public], later).unwrap().author,
        Authorship::By(public.fingerprint())
    );
    assert!(gpg.secret("ada").sign_detached(b"x", later).is_err());

    // GnuPG's prepared revocation gives no reason, so the key may have been stolen long ago.
    let file = format!("openpgp-revocs.d/{}.rev", name.to_uppercase());
    let text = std::fs::read_to_string(gpg.home().join(file)).unwrap();
    gpg.import(text.replace(":-----BEGIN", "-----BEGIN").as_bytes());
    let revoked = gpg.public("ada");
    assert!(revoked.verify_detached(b"x", &signature, now()).is_err());
    assert_eq!(author(&inner, &revoked), Authorship::Bad);
}

#[test]
fn a_weak_key_does_not_vouch() {
    let gpg = Gpg::new();
    let public = gpg.make(&RSA.replace("3072", "1024"), "cy");
    assert!(matches!(public.minimal(now()), Err(PgpError::CannotSign(_))));
    assert!(public.usable(now()).is_err());
}

#[test]
fn kinds_of_keys_that_are_not_used_are_refused_by_name() {
    let gpg = Gpg::new();
    let kind = "Key-Type: ecdsa\nKey-Curve: nistp256\nKey-Usage: sign\n";
    gpg.make(kind, "nist");
    let secret = gpg.run(&["--export-secret-keys", "nist"], b"").ok();
    let refused = PgpKey::import(&secret, Some(PASSPHRASE.as_bytes())).map(|_| ());
    assert_eq!(refused, Err(PgpError::Algorithm("NIST P-256".to_owned())));
}

impl Gpg {
    /// The secret key of somebody whom this GnuPG makes.
    fn secret_of(&self, kind: &str) -> PgpKey {
        self.make(kind, "somebody");
        self.secret("somebody")
    }
}
