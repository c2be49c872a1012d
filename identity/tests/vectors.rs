//! The vectors of `spec/vectors/identity`: one failure each. A file holds what must become of a
//! certificate or revocation ("ok", or the error's text), and its bytes in hexadecimal.
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-identity --test vectors` writes those anew that are made
//! here; the others (`rsa-…`) were made by GnuPG and stay as they are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod forge;

use std::collections::BTreeMap;
use std::path::PathBuf;

use openpgp::packet::key::{Key4, PrimaryRole};
use openpgp::packet::signature::subpacket::SubpacketValue;
use openpgp::packet::{Packet, UserID};
use openpgp::parse::Parse;
use openpgp::serialize::MarshalInto;
use openpgp::types::{Duration, HashAlgorithm, KeyFlags, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use self::forge::{
    Fields, NOW, Parts, ada, array, ben, binding, binding_at, certificate, changed, dated, device,
    document, flipped, message, notation, part, payload, signing, vouched,
};
use mundi_identity::certificate::PGP_KIND;
use mundi_identity::pgp::CREATED;
use mundi_identity::{Certificate, DeviceRole, PersonKey, Reason, Revocation, revocation};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/identity"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

/// Good ones.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let primary_only = Packet::from(ada().nth(0).public().clone().role_into_primary());
    let by_primary = Fields::document().over(&message(), &mut ada().nth(0));
    let roles = DeviceRole::ALL;
    let with_roles =
        Certificate::sign_pgp(&ada(), device(), "Ada", &roles, 1000, Some(NOW), NOW).unwrap();
    let root = PersonKey::rehearsal("vectors", "ada");
    vec![
        ("good-subkey", certificate(&ada()).bytes().to_vec()),
        ("good-primary-key-alone", vouched(&primary_only.to_vec().unwrap(), &by_primary)),
        ("good-roles-and-end", with_roles.bytes().to_vec()),
        ("good-notation", document(Fields::document().with(notation(false)))),
        ("good-root-key", root.certify(device(), "Ada", 1000, None).unwrap().bytes().to_vec()),
    ]
}

/// A certificate by a key for which anybody can sign.
fn small_order() -> Vec<u8> {
    let mut point = [0; 32];
    point[0] = 1;
    let at = Timestamp::from(CREATED);
    let key = Key4::<_, PrimaryRole>::import_public_ed25519(&point, at).unwrap();
    let mut payload = payload();
    payload.splice(5..25, key.fingerprint().as_bytes().to_vec());
    let key = Packet::from(openpgp::packet::Key::from(key)).to_vec().unwrap();
    let message = array(PGP_KIND, &payload, &[]);
    let signature = Fields::document().over(&message, &mut ada().nth(1));
    array(PGP_KIND, &payload, &[&key, &signature])
}

/// Failures of the payload, of the array and of the parts' places.
fn misshapen() -> Vec<(&'static str, Vec<u8>)> {
    let good = certificate(&ada()).bytes().to_vec();
    let key = ada().public_key();
    let signature = Fields::document().over(&message(), &mut ada().nth(1));
    let id = Packet::from(UserID::from("Ada <ada@example.org>")).to_vec().unwrap();
    let primary = Packet::from(ada().nth(0).public().clone().role_into_primary()).to_vec().unwrap();
    let whole = openpgp::Cert::from_bytes(&*ada().secret_bytes().unwrap()).unwrap();
    let secret = whole.keys().secret().next().unwrap().key().clone().role_into_primary();
    let secret = Packet::from(secret).to_vec().unwrap();
    // The header's old form: tag 6 with a length of one byte.
    let old = [&[0x98, primary[1]], &primary[2..]].concat();
    let twice = [signature.as_slice(), &signature].concat();
    vec![
        ("payload-flipped", flipped(good.clone(), 80)),
        ("signature-flipped", flipped(good.clone(), good.len() - 1)),
        ("key-flipped", flipped(good.clone(), good.len() - 300)),
        ("cut-off", good[..good.len() - 1].to_vec()),
        ("trailing-byte", [good.as_slice(), &[0]].concat()),
        ("array-of-five", flipped(good.clone(), 0)),
        ("payload-long-integer", changed(|p| drop(p.splice(2..3, [0x18, 1])))),
        ("payload-format-two", changed(|p| p[2] = 2)),
        ("payload-small-order-device", changed(|p| p[28..60].fill(0))),
        ("payload-name-with-newline", changed(|p| p[64] = b'\n')),
        (
            "payload-roles-access-alone",
            changed(|p| {
                p[0] += 1;
                p.extend(b"\x07\x81\x66access");
            }),
        ),
        (
            "payload-roles-unsorted",
            changed(|p| {
                p[0] += 1;
                p.extend(b"\x07\x82\x64root\x65relay");
            }),
        ),
        (
            "payload-role-unknown",
            changed(|p| {
                p[0] += 1;
                p.extend(b"\x07\x81\x65chief");
            }),
        ),
        ("key-user-id-inside", vouched(&[primary.as_slice(), &id].concat(), &signature)),
        ("key-trailing-packet", vouched(&[key.as_slice(), &signature].concat(), &signature)),
        ("key-small-order", small_order()),
        ("key-secret", vouched(&secret, &signature)),
        ("key-old-header", vouched(&old, &signature)),
        ("signature-twice", vouched(&key, &twice)),
    ]
}

/// Failures of the signature over the payload.
fn badly_signed() -> Vec<(&'static str, Vec<u8>)> {
    let with = |part| document(Fields::document().with(part));
    let hash = |hash| document(Fields { hash, ..Fields::document() });
    let user_id = part(SubpacketValue::SignersUserID(b"ada@example.org".to_vec()));
    let day = Duration::seconds(86_400);
    let text = Fields { kind: SignatureType::Text, ..Fields::document() };
    let undated = Fields { hashed: vec![notation(false)], ..Fields::document() };
    let early = Fields { hashed: vec![dated(u64::from(CREATED) - 1)], ..Fields::document() };
    let unhashed = Fields { unhashed: vec![notation(false)], ..Fields::document() };
    let by_ben = Fields::document().over(&message(), &mut ben().nth(1));
    let issuer = SubpacketValue::IssuerFingerprint(ben().nth(1).public().fingerprint());
    let primary = Fields::document().over(&message(), &mut ada().nth(0));
    vec![
        ("another-persons-key", vouched(&ben().public_key(), &by_ben)),
        ("another-persons-signature", vouched(&ada().public_key(), &by_ben)),
        ("signed-by-the-part-that-does-not-sign", vouched(&ada().public_key(), &primary)),
        ("issuer-another-key", with(part(issuer))),
        ("hash-sha1", hash(HashAlgorithm::SHA1)),
        ("hash-sha224", hash(HashAlgorithm::SHA224)),
        ("critical-notation", with(notation(true))),
        ("unhashed-part", document(unhashed)),
        ("user-id-in-signature", with(user_id)),
        ("signature-expires", with(part(SubpacketValue::SignatureExpirationTime(day)))),
        ("text-signature", document(text)),
        ("no-date", document(undated)),
        ("two-dates", with(dated(NOW / 1000))),
        ("older-than-the-key", document(early)),
    ]
}

/// Failures of the subkey.
fn badly_bound() -> Vec<(&'static str, Vec<u8>)> {
    let good = HashAlgorithm::SHA512;
    let second = || Some(ada().nth(1));
    let span = Duration::seconds(86_400);
    let expires = part(SubpacketValue::KeyExpirationTime(span));
    let ends = part(SubpacketValue::SignatureExpirationTime(span));
    let encrypts = KeyFlags::empty().set_transport_encryption();
    let encrypts = part(SubpacketValue::KeyFlags(encrypts));
    vec![
        ("subkey-expired", binding(good, vec![signing(), expires], second())),
        ("subkey-binding-expired", binding(good, vec![signing(), ends], second())),
        ("subkey-bound-later", binding_at(NOW / 1000 + 1, good, vec![signing()], second())),
        ("subkey-hash-sha1", binding(HashAlgorithm::SHA1, vec![signing()], second())),
        ("subkey-does-not-sign", binding(good, vec![encrypts], second())),
        ("subkey-without-back-signature", binding(good, vec![signing()], None)),
        ("subkey-back-signature-of-another", binding(good, vec![signing()], Some(ben().nth(1)))),
        ("subkey-critical-notation", binding(good, vec![signing(), notation(true)], second())),
    ]
}

fn revocations() -> Vec<(&'static str, Vec<u8>)> {
    let made = Revocation::sign_pgp(&ada(), device(), Reason::Lost, NOW).unwrap();
    let good = made.bytes().to_vec();
    let root = PersonKey::rehearsal("vectors", "ada");
    let root = Revocation::sign(&root, device(), Reason::Compromised, NOW).unwrap();
    let key = ada().public_key();
    let end = good.windows(key.len()).position(|w| w == key.as_slice()).unwrap() - 3;
    let payload = &good[2 + revocation::PGP_KIND.len()..end];
    let stolen: Vec<u8> = {
        let at = payload.windows(5).position(|w| w == b"\x64lost").unwrap();
        [&payload[..at], b"\x66stolen", &payload[at + 5..]].concat()
    };
    let again = |kind: &str, payload: &[u8]| {
        let message = array(kind, payload, &[]);
        let signature = Fields::document().over(&message, &mut ada().nth(1));
        array(revocation::PGP_KIND, payload, &[&key, &signature])
    };
    vec![
        ("revocation-good", good.clone()),
        ("revocation-good-root-key", root.bytes().to_vec()),
        ("revocation-flipped", flipped(good.clone(), good.len() - 1)),
        ("revocation-unknown-reason", again(revocation::PGP_KIND, &stolen)),
        // What was signed as a certificate is no revocation, whatever the array says.
        ("revocation-signed-as-certificate", again(PGP_KIND, payload)),
        ("revocation-cut-off", good[..good.len() - 1].to_vec()),
    ]
}

/// What becomes of the bytes of a file.
fn judge(name: &str, bytes: &[u8]) -> String {
    let said = if name.starts_with("revocation") {
        Revocation::decode(bytes).map(|_| ()).map_err(|e| e.to_string())
    } else {
        Certificate::decode(bytes).map(|_| ()).map_err(|e| e.to_string())
    };
    said.err().unwrap_or_else(|| "ok".to_owned())
}

#[test]
fn every_vector_is_judged_as_it_says() {
    let mut made = BTreeMap::new();
    for (name, bytes) in
        [good(), misshapen(), badly_signed(), badly_bound(), revocations()].concat()
    {
        assert!(made.insert(name.to_owned(), bytes).is_none(), "{name} twice");
    }
    if std::env::var("MUNDI_VECTORS").is_ok_and(|value| value == "write") {
        for (name, bytes) in &made {
            let (title, said) = (name.replace('-', " "), judge(name, bytes));
            let text = format!("# {title}\nexpect: {said}\nbytes: {}\n", hex(bytes));
            std::fs::write(folder().join(format!("{name}.txt")), text).unwrap();
        }
    }
    let mut seen = 0;
    for file in std::fs::read_dir(folder()).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let line = |start| text.lines().find_map(|line| line.strip_prefix(start));
        let Some(bytes) = line("bytes: ").map(unhex) else { continue };
        assert_eq!(line("expect: ").unwrap(), judge(&name, &bytes), "{name}");
        let good = name.contains("good");
        assert_eq!(line("expect: ") == Some("ok"), good, "{name}");
        match made.get(&name) {
            Some(again) => assert!(*again == bytes, "{name} has other bytes"),
            None => assert!(name.starts_with("rsa-"), "{name} is not made here"),
        }
        seen += 1;
    }
    assert!(seen >= made.len(), "a file is missing");
}
