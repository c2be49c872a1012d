//! An invitation: an epoch's secret on its way to one member (`spec/envelope.md`, "Invitation").
//!
//! It is signed, then encrypted to one recipient. Reading goes in two steps, because the key that
//! verifies it may come sealed under the secret that it brings: [`Letter::open`] decrypts and
//! believes nothing; [`Letter::verify`] makes it an [`Invitation`].

use mundi_engine::EntryId;
use mundi_engine::cbor::{self, CborError, Reader};
use mundi_identity::Fingerprint;
use mundi_identity::envelope::EpochSecret;
use mundi_identity::pgp::{self, Authorship, Keyholder, PgpCert};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{ExchangeError, form};

const KIND: &str = "mundi.invitation.1";
const WHAT: &str = "the invitation";

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The conversation.
    pub conversation: EntryId,
    /// The epoch: the conversation's id, or that of a `rekey` entry.
    pub epoch: EntryId,
    /// Its secret.
    pub secret: EpochSecret,
    /// For whom it is.
    pub recipient: Fingerprint,
    /// [`roster`] of the members in `open`.
    pub roster: [u8; 32],
    /// Who signs it.
    pub inviter: Fingerprint,
    /// When, in ms since 1970.
    pub at: u64,
}

/// SHA-256 over the sorted fingerprints, each after its length in one byte.
#[must_use]
pub fn roster(members: &[Fingerprint]) -> [u8; 32] {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    for member in &sorted {
        let bytes = member.as_bytes();
        hash.update([u8::try_from(bytes.len()).unwrap_or(0)]);
        hash.update(bytes);
    }
    hash.finalize().into()
}

impl Invitation {
    /// Signs it and encrypts it to its recipient.
    ///
    /// # Errors
    /// The keys cannot be used.
    pub fn seal(&self, from: &dyn Keyholder, to: &PgpCert) -> Result<Vec<u8>, ExchangeError> {
        let inner = from.sign_message(&self.encode(), self.at)?;
        Ok(pgp::encrypt(&[to], &inner, self.at)?)
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(256));
        cbor::write_array(&mut out, 8);
        cbor::write_text(&mut out, KIND);
        cbor::write_bytes(&mut out, &self.conversation.0);
        cbor::write_bytes(&mut out, &self.epoch.0);
        cbor::write_bytes(&mut out, self.secret.bytes());
        cbor::write_bytes(&mut out, self.recipient.as_bytes());
        cbor::write_bytes(&mut out, &self.roster);
        cbor::write_bytes(&mut out, self.inviter.as_bytes());
        cbor::write_uint(&mut out, self.at);
        out
    }

    fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut from = Reader::new(bytes);
        if from.array()? != 8 || from.text()? != KIND {
            return Err(CborError::Kind);
        }
        let invitation = Self {
            conversation: EntryId(from.hash()?),
            epoch: EntryId(from.hash()?),
            secret: EpochSecret::new(&from.hash()?),
            recipient: person(&mut from)?,
            roster: from.hash()?,
            inviter: person(&mut from)?,
            at: from.uint()?,
        };
        from.end()?;
        Ok(invitation)
    }
}

fn person(from: &mut Reader<'_>) -> Result<Fingerprint, CborError> {
    Fingerprint::new(from.bytes()?).ok_or(CborError::Kind)
}

/// An invitation that was decrypted, and of which nothing is verified.
pub struct Letter {
    inner: Zeroizing<Vec<u8>>,
    claims: Invitation,
}

impl Letter {
    /// Decrypts an invitation. `Ok(None)`: it is for somebody else.
    ///
    /// # Errors
    /// It is for this key, and holds something else than an invitation.
    pub fn open(holder: &dyn Keyholder, sealed: &[u8]) -> Result<Option<Self>, ExchangeError> {
        let Ok(inner) = holder.decrypt(sealed) else { return Ok(None) };
        let opened = pgp::read(&inner, &[], 0)?;
        let claims = Invitation::decode(&opened.plaintext).map_err(form(WHAT))?;
        Ok(Some(Self { inner, claims }))
    }

    /// What it says, verified or not: to find the key that verifies it.
    #[must_use]
    pub fn claims(&self) -> &Invitation {
        &self.claims
    }

    /// Verifies who signed it, and that it is for this person.
    ///
    /// # Errors
    /// Its signature is missing or wrong, or it was made for somebody else.
    pub fn verify(
        self,
        me: &Fingerprint,
        inviter: &PgpCert,
        now: u64,
    ) -> Result<Invitation, ExchangeError> {
        let said = self.claims.inviter;
        match pgp::read(&self.inner, &[inviter], now)?.author {
            Authorship::By(signer) if signer == said => {}
            Authorship::By(signer) => {
                return Err(ExchangeError::OtherSigner { said, signed: signer.to_string() });
            }
            Authorship::UnknownKey => {
                let signed = "a key that is not known here".to_owned();
                return Err(ExchangeError::OtherSigner { said, signed });
            }
            Authorship::Unsigned => return Err(ExchangeError::Unsigned),
            Authorship::Bad => return Err(ExchangeError::BadSignature),
        }
        if self.claims.recipient != *me {
            return Err(ExchangeError::PassedOn(self.claims.recipient));
        }
        Ok(self.claims)
    }
}
