//! The vectors of `spec/vectors/identity`: one failure each. A file holds what must become of a
//! certificate or revocation ("ok", or the error's text), and its bytes in hexadecimal.
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-identity vectors` writes those anew that are made
//! here; the others (`rsa-…`) were made by GnuPG and stay as they are.

use std::collections::BTreeMap;
use std::path::PathBuf;

use openpgp::crypto::hash::{Context, Hash};
use openpgp::crypto::{KeyPair, Signer, mpi};
use openpgp::packet::signature::Signature4;
use openpgp::packet::signature::subpacket::{
    NotationData, NotationDataFlags, Subpacket, SubpacketArea, SubpacketValue,
};
use openpgp::packet::{Packet, Signature, UserID};
use openpgp::serialize::MarshalInto;
use openpgp::types::{Duration, HashAlgorithm, KeyFlags, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use super::tests::{NOW, key};
use super::{CREATED, PgpKey};
use crate::certificate::PGP_KIND;
use crate::{
    Certificate, DeviceKey, DevicePublic, DeviceRole, PersonKey, Reason, Revocation, revocation,
    vouch,
};

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

fn device() -> DevicePublic {
    DeviceKey::rehearsal("vectors", "ada", "").public()
}

fn ada() -> PgpKey {
    key(1, "Ada <ada@example.org>")
}

fn ben() -> PgpKey {
    key(2, "Ben <ben@example.org>")
}

fn certificate(holder: &PgpKey) -> Certificate {
    let roles = [DeviceRole::Access];
    Certificate::sign_pgp(holder, device(), "Ada", &roles, 1000, None, NOW).unwrap()
}

/// The payload of the good certificate.
fn payload() -> Vec<u8> {
    let made = certificate(&ada());
    let key = ada().public_key();
    let end = made.bytes().windows(key.len()).position(|w| w == key.as_slice()).unwrap() - 3;
    made.bytes()[2 + PGP_KIND.len()..end].to_vec()
}

impl PgpKey {
    fn public_key(&self) -> Vec<u8> {
        self.cert().minimal(NOW).unwrap()
    }

    fn nth(&self, n: usize) -> KeyPair {
        self.secret.keys().secret().nth(n).unwrap().key().clone().into_keypair().unwrap()
    }
}

fn part(value: SubpacketValue) -> Subpacket {
    Subpacket::new(value, false).unwrap()
}

fn dated(seconds: u64) -> Subpacket {
    let at = Timestamp::from(u32::try_from(seconds).unwrap());
    part(SubpacketValue::SignatureCreationTime(at))
}

fn notation(critical: bool) -> Subpacket {
    let data = NotationData::new("x@example.org", "y", NotationDataFlags::empty());
    Subpacket::new(SubpacketValue::NotationData(data), critical).unwrap()
}

/// A signature with any fields.
struct Fields {
    kind: SignatureType,
    hash: HashAlgorithm,
    hashed: Vec<Subpacket>,
    unhashed: Vec<Subpacket>,
}

impl Fields {
    fn document() -> Self {
        Self {
            kind: SignatureType::Binary,
            hash: HashAlgorithm::SHA512,
            hashed: vec![dated(NOW / 1000)],
            unhashed: vec![],
        }
    }

    fn with(mut self, hashed: Subpacket) -> Self {
        self.hashed.push(hashed);
        self
    }

    fn sign(self, by: &mut KeyPair, feed: impl Fn(&Signature, &mut Context)) -> Signature {
        let algorithm = by.public().pk_algo();
        let build = |prefix: [u8; 2], mpis: mpi::Signature| {
            let hashed = SubpacketArea::new(self.hashed.clone()).unwrap();
            let unhashed = SubpacketArea::new(self.unhashed.clone()).unwrap();
            Signature4::new(self.kind, algorithm, self.hash, hashed, unhashed, prefix, mpis)
        };
        let nothing = mpi::Signature::Unknown { mpis: Box::default(), rest: Vec::new().into() };
        let mut context = self.hash.context().unwrap().for_signature(4);
        feed(&build([0; 2], nothing).into(), &mut context);
        let digest = context.into_digest().unwrap();
        let mpis = by.sign(self.hash, &digest).unwrap();
        build([digest[0], digest[1]], mpis).into()
    }

    /// Over the good certificate's content, as a packet.
    fn over(self, message: &[u8], by: &mut KeyPair) -> Vec<u8> {
        let made = self.sign(by, |fields, context| {
            context.update(message);
            fields.hash(context).unwrap();
        });
        Packet::from(made).to_vec().unwrap()
    }
}

/// A certificate of the good payload with any key and any signature.
fn vouched(key: &[u8], signature: &[u8]) -> Vec<u8> {
    vouch::array(PGP_KIND, &payload(), &[key, signature])
}

fn message() -> Vec<u8> {
    vouch::array(PGP_KIND, &payload(), &[])
}

/// With ada's key, and any fields of the signature by her subkey.
fn document(fields: Fields) -> Vec<u8> {
    vouched(&ada().public_key(), &fields.over(&message(), &mut ada().nth(1)))
}

/// With any binding of ada's subkey, whose back-signature `back` makes.
fn binding(hash: HashAlgorithm, hashed: Vec<Subpacket>, back: Option<KeyPair>) -> Vec<u8> {
    let (mut owner, mut second) = (ada().nth(0), ada().nth(1));
    let primary = owner.public().clone().role_into_primary();
    let subkey = second.public().clone().role_into_subordinate();
    let mut hashed = [vec![dated(u64::from(CREATED))], hashed].concat();
    if let Some(mut by) = back {
        let kind = SignatureType::PrimaryKeyBinding;
        let fields = Fields { kind, hashed: vec![dated(u64::from(CREATED))], ..Fields::document() };
        let made = fields.sign(&mut by, |fields, context| {
            fields.hash_primary_key_binding(context, &primary, &subkey).unwrap();
        });
        hashed.push(part(SubpacketValue::EmbeddedSignature(made)));
    }
    let fields = Fields { kind: SignatureType::SubkeyBinding, hash, hashed, unhashed: vec![] };
    let made = fields.sign(&mut owner, |fields, context| {
        fields.hash_subkey_binding(context, &primary, &subkey).unwrap();
    });
    let packets = [Packet::from(primary), subkey.into(), made.into()];
    let key: Vec<u8> = packets.iter().flat_map(|p| p.to_vec().unwrap()).collect();
    vouched(&key, &Fields::document().over(&message(), &mut second))
}

fn signing() -> Subpacket {
    part(SubpacketValue::KeyFlags(KeyFlags::empty().set_signing()))
}

/// The good payload, changed and signed again.
fn changed(change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut payload = payload();
    change(&mut payload);
    let message = vouch::array(PGP_KIND, &payload, &[]);
    let signature = Fields::document().over(&message, &mut ada().nth(1));
    vouch::array(PGP_KIND, &payload, &[&ada().public_key(), &signature])
}

fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
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

/// Failures of the payload, of the array and of the parts' places.
fn misshapen() -> Vec<(&'static str, Vec<u8>)> {
    let good = certificate(&ada()).bytes().to_vec();
    let key = ada().public_key();
    let signature = Fields::document().over(&message(), &mut ada().nth(1));
    let id = Packet::from(UserID::from("Ada <ada@example.org>")).to_vec().unwrap();
    let primary = Packet::from(ada().nth(0).public().clone().role_into_primary()).to_vec().unwrap();
    let secret = ada().secret.keys().secret().next().unwrap().key().clone().role_into_primary();
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
        let message = vouch::array(kind, payload, &[]);
        let signature = Fields::document().over(&message, &mut ada().nth(1));
        vouch::array(revocation::PGP_KIND, payload, &[&key, &signature])
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
