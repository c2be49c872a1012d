//! A key that stays in a real GnuPG. A missing gpg is a failure.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../../identity/tests/support/mod.rs"]
mod support;

use std::os::unix::fs::PermissionsExt;

use mundi_identity::pgp::{Authorship, Keyholder, PgpError, encrypt, literal, read};
use mundi_identity::{Certificate, DeviceKey, DeviceRole, Fingerprint, Reason, Revocation};
use mundi_node::gnupg::{GnuPg, GnuPgError};
use support::{AGENT, ED25519, Gpg, PASSPHRASE, RSA, now};

const NO_PASSPHRASE: &str = "%no-protection\n";

/// A key without a passphrase: the agent asks nothing.
fn open_key(gpg: &Gpg, kind: &str, name: &str) -> GnuPg {
    let parameters = format!(
        "{NO_PASSPHRASE}{kind}Name-Real: {name}\nName-Email: {name}@example.org\nExpire-Date: 0\n"
    );
    gpg.run(&["--generate-key"], parameters.as_bytes()).ok();
    GnuPg::open(Some(gpg.home()), &gpg.public(name).fingerprint()).unwrap()
}

/// A pinentry that gives one answer to every question for a passphrase.
fn pinentry(gpg: &Gpg, answer: &str) {
    let script = format!(
        "#!/bin/sh\necho OK\nwhile read -r line; do case \"$line\" in\nGETPIN*) printf '{answer}' \
         ;;\nBYE*) echo OK; exit 0 ;;\n*) echo OK ;;\nesac; done\n"
    );
    let file = gpg.home().join("pinentry");
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o700)).unwrap();
    let line = format!("{AGENT}pinentry-program {}\n", file.display());
    std::fs::write(gpg.home().join("gpg-agent.conf"), line).unwrap();
    let mut reload = std::process::Command::new("gpgconf");
    reload.arg("--homedir").arg(gpg.home()).args(["--kill", "gpg-agent"]);
    assert!(reload.status().unwrap().success());
}

#[test]
fn a_key_that_stays_in_gpg_certifies_signs_and_decrypts() {
    let gpg = Gpg::new();
    for (kind, name) in [(ED25519, "ada"), (RSA, "cy")] {
        let key = open_key(&gpg, kind, name);
        let cert = key.cert().clone();
        let device = DeviceKey::rehearsal("test", "ada", "").public();
        let roles = [DeviceRole::Access];
        let made = Certificate::sign_pgp(&key, device, "Ada", &roles, 0, None, now()).unwrap();
        assert_eq!(Certificate::decode(made.bytes()).unwrap().person(), cert.fingerprint());
        assert!(!String::from_utf8_lossy(made.bytes()).contains("example.org"));
        let revoked = Revocation::sign_pgp(&key, device, Reason::Retired, now()).unwrap();
        assert_eq!(Revocation::decode(revoked.bytes()).unwrap().person(), cert.fingerprint());

        let signed = key.sign_message(b"the lamp", now()).unwrap();
        let sealed = encrypt(&[&cert], &signed, now()).unwrap();
        let inner = key.decrypt(&sealed).unwrap();
        assert_eq!(*inner, signed);
        let opened = read(&inner, &[&cert], now()).unwrap();
        assert_eq!(*opened.plaintext, b"the lamp");
        assert_eq!(opened.author, Authorship::By(cert.fingerprint()));
        let sealed = encrypt(&[&cert], &literal(b"unsigned").unwrap(), now()).unwrap();
        let opened = read(&key.decrypt(&sealed).unwrap(), &[&cert], now()).unwrap();
        assert_eq!((opened.author, &**opened.plaintext), (Authorship::Unsigned, &b"unsigned"[..]));
        let theirs = gpg.run(&["--encrypt", "--sign", "-u", name, "-R", name], b"theirs").ok();
        let opened = read(&key.decrypt(&theirs).unwrap(), &[&cert], now()).unwrap();
        assert_eq!(opened.author, Authorship::By(cert.fingerprint()));
    }
}

#[test]
fn a_subkey_for_signing_vouches_where_there_is_one() {
    let gpg = Gpg::new();
    let before = open_key(&gpg, ED25519, "ada").cert().fingerprint();
    let add = ["--quick-add-key", &before.to_string(), "ed25519", "sign", "1y"];
    gpg.with("", &add, b"").ok();
    let key = GnuPg::open(Some(gpg.home()), &before).unwrap();
    assert_ne!(key.cert().signing_part(now()).unwrap(), before);
    let device = DeviceKey::rehearsal("test", "ada", "").public();
    let roles = [DeviceRole::Access];
    let made = Certificate::sign_pgp(&key, device, "Ada", &roles, 0, None, now()).unwrap();
    assert_eq!(Certificate::decode(made.bytes()).unwrap().person(), before);
    let signed = key.sign_message(b"x", now()).unwrap();
    assert_eq!(read(&signed, &[key.cert()], now()).unwrap().author, Authorship::By(before));
}

#[test]
fn a_large_message_does_not_block_the_pipes() {
    let gpg = Gpg::new();
    let key = open_key(&gpg, ED25519, "ada");
    let large: Vec<u8> =
        (0..3_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let signed = key.sign_message(&large, now()).unwrap();
    let sealed = encrypt(&[key.cert()], &signed, now()).unwrap();
    let opened = read(&key.decrypt(&sealed).unwrap(), &[key.cert()], now()).unwrap();
    assert!(*opened.plaintext == large);
}

#[test]
fn the_users_own_options_do_not_reach_a_certificate() {
    let gpg = Gpg::new();
    let key = open_key(&gpg, ED25519, "ada");
    let conf = "armor\nsig-notation !name@example.org=x\ndefault-sig-expire 1d\ntextmode\n";
    std::fs::write(gpg.home().join("gpg.conf"), conf).unwrap();
    let device = DeviceKey::rehearsal("test", "ada", "").public();
    let roles = [DeviceRole::Access];
    let made = Certificate::sign_pgp(&key, device, "Ada", &roles, 0, None, now()).unwrap();
    assert!(!String::from_utf8_lossy(made.bytes()).contains("example.org"));
}

#[test]
fn all_secret_keys_are_listed_with_their_names_and_those_that_cannot_be_used_last() {
    let gpg = Gpg::new();
    let signs_only = "Key-Type: eddsa\nKey-Curve: ed25519\nKey-Usage: sign\n";
    gpg.make(signs_only, "sig");
    gpg.make(ED25519, "ada");
    gpg.make(RSA, "cy");
    // Only public: not a choice.
    let other = Gpg::new();
    gpg.import(&other.make(ED25519, "eve").binary());
    let all = GnuPg::choices(Some(gpg.home()), now()).unwrap();
    let shown: Vec<(String, Vec<String>, bool)> = all
        .iter()
        .map(|one| (one.cert.algorithm(), one.cert.user_ids(), one.trouble.is_none()))
        .collect();
    let expected = [("Ed25519", "ada", true), ("RSA 3072", "cy", true), ("Ed25519", "sig", false)];
    assert_eq!(
        shown,
        expected.map(|(kind, name, usable)| {
            (kind.to_owned(), vec![format!("{name} <{name}@example.org>")], usable)
        })
    );
    assert!(matches!(all[2].trouble, Some(PgpError::CannotEncrypt(_))));
}

#[test]
fn an_empty_gpg_has_no_choices_and_no_key() {
    let gpg = Gpg::new();
    assert!(GnuPg::choices(Some(gpg.home()), now()).unwrap().is_empty());
    let nobody = Fingerprint::new(&[1; 20]).unwrap();
    let error = GnuPg::open(Some(gpg.home()), &nobody).map(|_| ());
    assert_eq!(error, Err(GnuPgError::NoKey(nobody)));
}

#[test]
fn a_key_that_is_only_public_is_no_key_to_use() {
    let (gpg, other) = (Gpg::new(), Gpg::new());
    let eve = other.make(ED25519, "eve");
    gpg.import(&eve.binary());
    let error = GnuPg::open(Some(gpg.home()), &eve.fingerprint()).map(|_| ());
    assert_eq!(error, Err(GnuPgError::NoKey(eve.fingerprint())));
}

#[test]
fn the_agent_asks_for_the_passphrase_and_each_answer_has_its_reason() {
    let gpg = Gpg::new();
    let cert = gpg.make(ED25519, "ada");
    let key = GnuPg::open(Some(gpg.home()), &cert.fingerprint()).unwrap();
    let sealed = encrypt(&[&cert], &literal(b"x").unwrap(), now()).unwrap();

    pinentry(&gpg, "ERR 83886179 Operation cancelled\\n");
    let cancelled = Err(PgpError::Holder(GnuPgError::Cancelled.to_string()));
    assert_eq!(key.sign_detached(b"x", now()), cancelled);
    assert_eq!(key.decrypt(&sealed).map(|_| vec![]), cancelled);

    pinentry(&gpg, "D wrong\\nOK\\n");
    assert_eq!(key.sign_detached(b"x", now()), Err(PgpError::Passphrase));
    assert_eq!(key.decrypt(&sealed).map(|_| ()), Err(PgpError::Passphrase));

    pinentry(&gpg, &format!("D {PASSPHRASE}\\nOK\\n"));
    let signature = key.sign_detached(b"x", now()).unwrap();
    assert_eq!(cert.verify_detached(b"x", &signature, now()), Ok(()));
    assert!(key.decrypt(&sealed).is_ok());
}

#[test]
fn one_key_of_a_gpg_does_not_open_what_is_for_another_key_there() {
    let gpg = Gpg::new();
    let keys = [(ED25519, "ada"), (ED25519, "eve"), (RSA, "cy")]
        .map(|(kind, name)| open_key(&gpg, kind, name));
    for (n, to) in keys.iter().enumerate() {
        let sealed = encrypt(&[to.cert()], &literal(b"x").unwrap(), now()).unwrap();
        for (m, key) in keys.iter().enumerate() {
            let opened = key.decrypt(&sealed).map(|_| ());
            assert_eq!(opened, if n == m { Ok(()) } else { Err(PgpError::NotForUs) }, "{n} {m}");
        }
    }
}

#[test]
fn a_message_for_somebody_else_and_a_damaged_one_have_their_reasons() {
    let gpg = Gpg::new();
    let key = open_key(&gpg, ED25519, "ada");
    let other = Gpg::new();
    let eve = other.make(ED25519, "eve");
    let sealed = encrypt(&[&eve], &literal(b"x").unwrap(), now()).unwrap();
    assert_eq!(key.decrypt(&sealed).map(|_| ()), Err(PgpError::NotForUs));
    let mut sealed = encrypt(&[key.cert()], &literal(b"x").unwrap(), now()).unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    assert!(key.decrypt(&sealed).is_err());
    assert!(key.decrypt(b"junk").is_err());
    assert!(key.decrypt(b"").is_err());
}
