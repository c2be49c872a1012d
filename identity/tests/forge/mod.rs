//! Certificates and signatures with any fields, as no honest program makes them.

#![allow(unreachable_pub, reason = "a module of tests")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use openpgp::crypto::hash::{Context, Hash};
use openpgp::crypto::{KeyPair, Signer, mpi};
use openpgp::packet::signature::Signature4;
use openpgp::packet::signature::subpacket::{
    NotationData, NotationDataFlags, Subpacket, SubpacketArea, SubpacketValue,
};
use openpgp::packet::{Packet, Signature};
use openpgp::serialize::MarshalInto;
use openpgp::types::{HashAlgorithm, KeyFlags, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use mundi_identity::certificate::PGP_KIND;
use mundi_identity::pgp::{CREATED, PgpKey, PgpSeeds};
use mundi_identity::{Certificate, DeviceKey, DevicePublic, DeviceRole};
use openpgp::Cert;
use openpgp::parse::Parse;

/// 2026-01-01T00:00:00Z, in ms since 1970.
pub const NOW: u64 = 1_767_225_600_000;

fn key(seed: u8, name: &str) -> PgpKey {
    let bytes = |n: u8| zeroize::Zeroizing::new([seed * 16 + n; 32]);
    let seeds = PgpSeeds { certify: bytes(1), sign: bytes(2), encrypt: bytes(3) };
    PgpKey::from_seeds(&seeds, name).unwrap()
}

/// `[kind, payload]`, or with byte strings more.
pub fn array(kind: &str, payload: &[u8], more: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut to = minicbor::Encoder::new(&mut out);
    to.array(2 + more.len() as u64).unwrap().str(kind).unwrap();
    out.extend(payload);
    let mut to = minicbor::Encoder::new(&mut out);
    for part in more {
        to.bytes(part).unwrap();
    }
    out
}

pub fn device() -> DevicePublic {
    DeviceKey::rehearsal("vectors", "ada", "").public()
}

pub fn ada() -> PgpKey {
    key(1, "Ada <ada@example.org>")
}

pub fn ben() -> PgpKey {
    key(2, "Ben <ben@example.org>")
}

pub fn certificate(holder: &PgpKey) -> Certificate {
    let roles = [DeviceRole::Access];
    Certificate::sign_pgp(holder, device(), "Ada", &roles, 1000, None, NOW).unwrap()
}

/// The payload of the good certificate.
pub fn payload() -> Vec<u8> {
    let made = certificate(&ada());
    let key = ada().public_key();
    let end = made.bytes().windows(key.len()).position(|w| w == key.as_slice()).unwrap() - 3;
    made.bytes()[2 + PGP_KIND.len()..end].to_vec()
}

/// The parts of a key.
pub trait Parts {
    /// What stands in a certificate.
    fn public_key(&self) -> Vec<u8>;
    /// The primary key, or a subkey.
    fn nth(&self, n: usize) -> KeyPair;
}

impl Parts for PgpKey {
    fn public_key(&self) -> Vec<u8> {
        self.cert().minimal(NOW).unwrap()
    }

    fn nth(&self, n: usize) -> KeyPair {
        let whole = Cert::from_bytes(&*self.secret_bytes().unwrap()).unwrap();
        whole.keys().secret().nth(n).unwrap().key().clone().into_keypair().unwrap()
    }
}

pub fn part(value: SubpacketValue) -> Subpacket {
    Subpacket::new(value, false).unwrap()
}

pub fn dated(seconds: u64) -> Subpacket {
    let at = Timestamp::from(u32::try_from(seconds).unwrap());
    part(SubpacketValue::SignatureCreationTime(at))
}

pub fn notation(critical: bool) -> Subpacket {
    let data = NotationData::new("x@example.org", "y", NotationDataFlags::empty());
    Subpacket::new(SubpacketValue::NotationData(data), critical).unwrap()
}

/// A signature with any fields.
pub struct Fields {
    pub kind: SignatureType,
    pub hash: HashAlgorithm,
    pub hashed: Vec<Subpacket>,
    pub unhashed: Vec<Subpacket>,
}

impl Fields {
    pub fn document() -> Self {
        Self {
            kind: SignatureType::Binary,
            hash: HashAlgorithm::SHA512,
            hashed: vec![dated(NOW / 1000)],
            unhashed: vec![],
        }
    }

    pub fn with(mut self, hashed: Subpacket) -> Self {
        self.hashed.push(hashed);
        self
    }

    pub fn sign(self, by: &mut KeyPair, feed: impl Fn(&Signature, &mut Context)) -> Signature {
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
    pub fn over(self, message: &[u8], by: &mut KeyPair) -> Vec<u8> {
        let made = self.sign(by, |fields, context| {
            context.update(message);
            fields.hash(context).unwrap();
        });
        Packet::from(made).to_vec().unwrap()
    }
}

/// A certificate of the good payload with any key and any signature.
pub fn vouched(key: &[u8], signature: &[u8]) -> Vec<u8> {
    array(PGP_KIND, &payload(), &[key, signature])
}

pub fn message() -> Vec<u8> {
    array(PGP_KIND, &payload(), &[])
}

/// With ada's key, and any fields of the signature by her subkey.
pub fn document(fields: Fields) -> Vec<u8> {
    vouched(&ada().public_key(), &fields.over(&message(), &mut ada().nth(1)))
}

/// With any binding of ada's subkey, whose back-signature `back` makes.
pub fn binding(hash: HashAlgorithm, hashed: Vec<Subpacket>, back: Option<KeyPair>) -> Vec<u8> {
    binding_at(u64::from(CREATED), hash, hashed, back)
}

pub fn binding_at(
    at: u64,
    hash: HashAlgorithm,
    hashed: Vec<Subpacket>,
    back: Option<KeyPair>,
) -> Vec<u8> {
    let (mut owner, mut second) = (ada().nth(0), ada().nth(1));
    let primary = owner.public().clone().role_into_primary();
    let subkey = second.public().clone().role_into_subordinate();
    let mut hashed = [vec![dated(at)], hashed].concat();
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

pub fn signing() -> Subpacket {
    part(SubpacketValue::KeyFlags(KeyFlags::empty().set_signing()))
}

/// The good payload, changed and signed again.
pub fn changed(change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut payload = payload();
    change(&mut payload);
    let message = array(PGP_KIND, &payload, &[]);
    let signature = Fields::document().over(&message, &mut ada().nth(1));
    array(PGP_KIND, &payload, &[&ada().public_key(), &signature])
}

pub fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}
