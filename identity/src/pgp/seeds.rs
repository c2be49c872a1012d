//! A person's OpenPGP key from three seeds: the same bytes every time.

use openpgp::Cert;
use openpgp::crypto::KeyPair;
use openpgp::packet::key::{Key4, PrimaryRole, SecretParts, SubordinateRole, UnspecifiedRole};
use openpgp::packet::signature::subpacket::SubpacketValue;
use openpgp::packet::{Key, Packet, Signature, UserID};
use openpgp::types::{
    CompressionAlgorithm, Features, HashAlgorithm, KeyFlags, SignatureType, SymmetricAlgorithm,
    Timestamp,
};
use sequoia_openpgp as openpgp;
use zeroize::Zeroizing;

use super::{PgpError, PgpKey, det, ready};
use crate::limits;

/// The three secret seeds of an OpenPGP key, 32 bytes each.
pub struct PgpSeeds {
    /// Of the primary key (Ed25519), which certifies.
    pub certify: Zeroizing<[u8; 32]>,
    /// Of the subkey (Ed25519) that signs.
    pub sign: Zeroizing<[u8; 32]>,
    /// Of the subkey (Curve25519) that is encrypted to.
    pub encrypt: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for PgpSeeds {
    /// Nothing of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PgpSeeds")
    }
}

/// When every key that comes from seeds says it was made: 2020-01-01T00:00:00Z, in seconds since
/// 1970. It is hashed into the fingerprint, so it cannot be the real time: a phrase alone must
/// give the same key for good.
pub const CREATED: u32 = 1_577_836_800;

/// What the parts of a key are for (RFC 9580, section 5.2.3.29).
fn flags(value: KeyFlags) -> SubpacketValue {
    SubpacketValue::KeyFlags(value)
}

/// What the owner's programs understand; it stands in the user id's signature.
fn preferences() -> Vec<SubpacketValue> {
    vec![
        SubpacketValue::PreferredSymmetricAlgorithms(vec![
            SymmetricAlgorithm::AES256,
            SymmetricAlgorithm::AES128,
        ]),
        SubpacketValue::PreferredHashAlgorithms(vec![HashAlgorithm::SHA512, HashAlgorithm::SHA256]),
        // Compressing before encrypting tells something about the text by its size.
        SubpacketValue::PreferredCompressionAlgorithms(vec![CompressionAlgorithm::Uncompressed]),
        flags(KeyFlags::empty().set_certification()),
        SubpacketValue::PrimaryUserID(true),
        SubpacketValue::Features(Features::empty().set_seipdv1()),
    ]
}

/// The user id as a packet, if it can be shown.
fn user_id(text: &str) -> Result<UserID, PgpError> {
    let shown = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if !shown || text.len() > limits::USER_ID_BYTES {
        return Err(PgpError::UserId);
    }
    Ok(UserID::from(text))
}

struct Parts {
    primary: Key<SecretParts, PrimaryRole>,
    sign: Key<SecretParts, SubordinateRole>,
    encrypt: Key<SecretParts, SubordinateRole>,
}

impl Parts {
    fn new(seeds: &PgpSeeds) -> openpgp::Result<Self> {
        let at = Timestamp::from(CREATED);
        let ed = |seed: &[u8; 32]| {
            Key4::<SecretParts, UnspecifiedRole>::import_secret_ed25519(seed, at).map(Key::from)
        };
        let encrypt = Key4::<SecretParts, UnspecifiedRole>::import_secret_cv25519(
            seeds.encrypt.as_slice(),
            None,
            None,
            at,
        )?;
        Ok(Self {
            primary: ed(&seeds.certify)?.role_into_primary(),
            sign: ed(&seeds.sign)?.role_into_subordinate(),
            encrypt: Key::from(encrypt).role_into_subordinate(),
        })
    }

    fn bind(
        &self,
        signer: &mut KeyPair,
        subkey: &Key<SecretParts, SubordinateRole>,
        more: Vec<SubpacketValue>,
    ) -> Result<Signature, PgpError> {
        det::sign(signer, SignatureType::SubkeyBinding, CREATED.into(), more, |fields, context| {
            fields.hash_subkey_binding(context, &self.primary, subkey)
        })
    }

    /// All the packets of the secret key, in order.
    fn packets(self, id: UserID) -> Result<Vec<Packet>, PgpError> {
        let mut owner = self.primary.clone().into_keypair().map_err(PgpError::library)?;
        let mut second = self.sign.clone().into_keypair().map_err(PgpError::library)?;
        let at = Timestamp::from(CREATED);
        let kind = SignatureType::PositiveCertification;
        let named = det::sign(&mut owner, kind, at, preferences(), |fields, context| {
            fields.hash_userid_binding(context, &self.primary, &id)
        })?;
        let kind = SignatureType::PrimaryKeyBinding;
        let back = det::sign(&mut second, kind, at, Vec::new(), |fields, context| {
            fields.hash_primary_key_binding(context, &self.primary, &self.sign)
        })?;
        let signing =
            vec![flags(KeyFlags::empty().set_signing()), SubpacketValue::EmbeddedSignature(back)];
        let signing = self.bind(&mut owner, &self.sign, signing)?;
        let both = KeyFlags::empty().set_transport_encryption().set_storage_encryption();
        let encrypting = self.bind(&mut owner, &self.encrypt, vec![flags(both)])?;
        Ok(vec![
            self.primary.into(),
            id.into(),
            named.into(),
            self.sign.into(),
            signing.into(),
            self.encrypt.into(),
            encrypting.into(),
        ])
    }
}

impl PgpKey {
    /// Makes the key of three seeds: a primary key that certifies, a subkey that signs and one
    /// that is encrypted to. The same seeds and user id give the same bytes, and the fingerprint
    /// depends on the seed of the primary key alone.
    ///
    /// # Errors
    /// A user id that cannot be shown.
    pub fn from_seeds(seeds: &PgpSeeds, user_id_text: &str) -> Result<Self, PgpError> {
        ready();
        let id = user_id(user_id_text)?;
        let packets = Parts::new(seeds).map_err(PgpError::library)?.packets(id)?;
        let cert = Cert::from_packets(packets.into_iter()).map_err(PgpError::library)?;
        Ok(Self::new(cert))
    }
}
