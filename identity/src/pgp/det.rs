//! Signatures that are the same every time.
//!
//! The library's own builder puts a random salt into every signature. Here one is built from its
//! parts, without: Ed25519 and RSA (PKCS 1, version 1.5) then sign deterministically, and a seed
//! phrase gives the same key, byte for byte.

use openpgp::crypto::hash::Context;
use openpgp::crypto::{KeyPair, Signer, mpi};
use openpgp::packet::Signature;
use openpgp::packet::signature::Signature4;
use openpgp::packet::signature::subpacket::{Subpacket, SubpacketArea, SubpacketValue};
use openpgp::types::{HashAlgorithm, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use super::PgpError;

/// The hash of every signature that we make.
pub(super) const HASH: HashAlgorithm = HashAlgorithm::SHA512;

/// Signs: `hash` feeds the digest with what is signed and the signature's own fields.
pub(super) fn sign(
    signer: &mut KeyPair,
    kind: SignatureType,
    at: Timestamp,
    more: Vec<SubpacketValue>,
    hash: impl Fn(&Signature, &mut Context) -> openpgp::Result<()>,
) -> Result<Signature, PgpError> {
    let made = (|| {
        let mut values = vec![
            SubpacketValue::IssuerFingerprint(signer.public().fingerprint()),
            SubpacketValue::SignatureCreationTime(at),
            // GnuPG before 2.4 finds the key by nothing else.
            SubpacketValue::Issuer(signer.public().keyid()),
        ];
        values.extend(more);
        let packets: openpgp::Result<Vec<Subpacket>> =
            values.into_iter().map(|value| Subpacket::new(value, false)).collect();
        let area = SubpacketArea::new(packets?)?;
        let algorithm = signer.public().pk_algo();
        let build = |prefix: [u8; 2], mpis: mpi::Signature| {
            let (hashed, unhashed) = (area.clone(), SubpacketArea::default());
            Signature4::new(kind, algorithm, HASH, hashed, unhashed, prefix, mpis)
        };
        let nothing = mpi::Signature::Unknown { mpis: Box::default(), rest: Vec::new().into() };
        let mut context = HASH.context()?.for_signature(4);
        hash(&build([0; 2], nothing).into(), &mut context)?;
        let digest = context.into_digest()?;
        let mpis = signer.sign(HASH, &digest)?;
        let prefix =
            [digest.first().copied(), digest.get(1).copied()].map(Option::unwrap_or_default);
        openpgp::Result::Ok(Signature::from(build(prefix, mpis)))
    })();
    made.map_err(PgpError::library)
}

/// Signs a document (type 0x00).
pub(super) fn sign_document(
    signer: &mut KeyPair,
    data: &[u8],
    at: Timestamp,
) -> Result<Signature, PgpError> {
    use openpgp::crypto::hash::Hash;
    sign(signer, SignatureType::Binary, at, Vec::new(), |fields, context| {
        context.update(data);
        fields.hash(context)
    })
}
