//! What a sealer signs: the payload of the certificate (`spec/outcome.md`, "The payload").

use mundi_identity::{DevicePublic, Fingerprint};
use sha2::{Digest, Sha256};

use super::sealers::Sealers;
use crate::cbor::{self, CborError, Reader};
use crate::entry::EntryId;
use crate::limits::{CUT, MEMBERS, ROUND};
use crate::opening::{Opening, rules_hash};

/// The content type of an outcome.
pub const CONTENT_TYPE: &str = "application/vnd.mundi.outcome+cbor";

/// The payload's format.
const FORMAT: u64 = 1;

/// SHA-256 of an outcome's payload for round 0: two seals are of one outcome where these agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutcomeHash(pub [u8; 32]);

impl std::fmt::Debug for OutcomeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OutcomeHash({})", EntryId(self.0))
    }
}

/// What every payload of a conversation has in common: it follows from `open`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The conversation.
    pub conversation: EntryId,
    /// SHA-256 of the rules' text.
    pub rules: [u8; 32],
    /// SHA-256 of the terms as `open` writes them.
    pub terms: [u8; 32],
    /// Whose signatures count.
    pub sealers: Sealers,
    /// The edition of the rules language.
    pub edition: u32,
}

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The decisive entry.
    pub entry: EntryId,
    /// The heads of what it was evaluated on: sorted, distinct.
    pub cut: Vec<EntryId>,
    /// The decisive entry's time, in ms since 1970.
    pub at: u64,
    /// The output, in deterministic CBOR.
    pub output: Vec<u8>,
}

/// What is signed in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Of which conversation.
    pub basis: Basis,
    /// The round.
    pub round: u32,
    /// What is sealed.
    pub outcome: Outcome,
}

impl Basis {
    /// That of a conversation.
    #[must_use]
    pub fn of(conversation: EntryId, opening: &Opening) -> Self {
        Self {
            conversation,
            rules: rules_hash(&opening.rules.text),
            terms: Sha256::digest(opening.encode_terms()).into(),
            sealers: Sealers::new(&opening.sealers(), &opening.rules.seal),
            edition: opening.rules.edition,
        }
    }

    /// What is signed for an outcome in a round.
    #[must_use]
    pub fn payload(&self, round: u32, outcome: &Outcome) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 + self.sealers.n() * 69 + outcome.cut.len() * 34);
        let out = &mut out;
        let hash = |out: &mut Vec<u8>, key: u64, hash: &[u8; 32]| {
            cbor::write_uint(out, key);
            cbor::write_bytes(out, hash);
        };
        let number = |out: &mut Vec<u8>, key: u64, number: u64| {
            cbor::write_uint(out, key);
            cbor::write_uint(out, number);
        };
        cbor::write_map(out, 12);
        number(out, 1, FORMAT);
        hash(out, 2, &self.conversation.0);
        hash(out, 3, &self.rules);
        hash(out, 4, &self.terms);
        number(out, 5, u64::from(round));
        cbor::write_uint(out, 6);
        self.sealers.write(out);
        number(out, 7, self.sealers.q() as u64);
        hash(out, 8, &outcome.entry.0);
        cbor::write_uint(out, 9);
        write_ids(out, &outcome.cut);
        number(out, 10, outcome.at);
        cbor::write_uint(out, 11);
        out.extend(&outcome.output);
        number(out, 12, u64::from(self.edition));
        std::mem::take(out)
    }

    /// The hash of an outcome.
    #[must_use]
    pub fn hash(&self, outcome: &Outcome) -> OutcomeHash {
        OutcomeHash(Sha256::digest(self.payload(0, outcome)).into())
    }
}

impl Payload {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.basis.payload(self.round, &self.outcome)
    }

    /// The hash of its outcome.
    #[must_use]
    pub fn hash(&self) -> OutcomeHash {
        self.basis.hash(&self.outcome)
    }

    /// Reads one.
    ///
    /// # Errors
    /// It is not in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut from = Reader::new(bytes);
        if from.map()? != 12 {
            return Err(CborError::Kind);
        }
        key(&mut from, 1)?;
        if from.uint()? != FORMAT {
            return Err(CborError::Kind);
        }
        key(&mut from, 2)?;
        let conversation = EntryId(from.hash()?);
        key(&mut from, 3)?;
        let rules = from.hash()?;
        key(&mut from, 4)?;
        let terms = from.hash()?;
        key(&mut from, 5)?;
        let round = read_round(&mut from)?;
        key(&mut from, 6)?;
        let persons = read_sealers(&mut from)?;
        key(&mut from, 7)?;
        let q = usize::try_from(from.uint()?).map_err(|_| CborError::Kind)?;
        key(&mut from, 8)?;
        let entry = EntryId(from.hash()?);
        key(&mut from, 9)?;
        let cut = read_ids(&mut from)?;
        key(&mut from, 10)?;
        let at = from.uint()?;
        key(&mut from, 11)?;
        let output = from.any()?.to_vec();
        key(&mut from, 12)?;
        let edition = u32::try_from(from.uint()?).map_err(|_| CborError::Kind)?;
        from.end()?;
        let sealers = Sealers::with(persons, q);
        let basis = Basis { conversation, rules, terms, sealers, edition };
        Ok(Self { basis, round, outcome: Outcome { entry, cut, at, output } })
    }
}

fn key(from: &mut Reader<'_>, number: u64) -> Result<(), CborError> {
    if from.uint()? == number { Ok(()) } else { Err(CborError::Kind) }
}

/// A round.
pub(super) fn read_round(from: &mut Reader<'_>) -> Result<u32, CborError> {
    let round = u32::try_from(from.uint()?).map_err(|_| CborError::Kind)?;
    if round <= ROUND { Ok(round) } else { Err(CborError::Kind) }
}

fn read_sealers(from: &mut Reader<'_>) -> Result<Vec<(Fingerprint, DevicePublic)>, CborError> {
    let count = from.array()?;
    if count > MEMBERS as u64 {
        return Err(CborError::Kind);
    }
    let mut all: Vec<(Fingerprint, DevicePublic)> = Vec::new();
    for _ in 0..count {
        if from.array()? != 2 {
            return Err(CborError::Kind);
        }
        let person = Fingerprint::new(from.bytes()?).ok_or(CborError::Kind)?;
        let key = DevicePublic(from.hash()?);
        if all.last().is_some_and(|(last, _)| *last >= person) {
            return Err(CborError::Order);
        }
        all.push((person, key));
    }
    Ok(all)
}

/// Ids, which must be sorted and distinct, 1 to [`CUT`] of them.
pub(super) fn read_ids(from: &mut Reader<'_>) -> Result<Vec<EntryId>, CborError> {
    let count = from.array()?;
    if count == 0 || count > CUT as u64 {
        return Err(CborError::Kind);
    }
    let mut all: Vec<EntryId> = Vec::new();
    for _ in 0..count {
        let id = EntryId(from.hash()?);
        if all.last().is_some_and(|last| *last >= id) {
            return Err(CborError::Order);
        }
        all.push(id);
    }
    Ok(all)
}

/// An array of ids.
pub(super) fn write_ids(out: &mut Vec<u8>, ids: &[EntryId]) {
    cbor::write_array(out, ids.len());
    ids.iter().for_each(|id| cbor::write_bytes(out, &id.0));
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A payload of three sealers, two of whom are enough.
    pub(crate) fn sample() -> Payload {
        let person = |n: u8| (Fingerprint::from([n; 32]), DevicePublic([n + 100; 32]));
        let basis = Basis {
            conversation: EntryId([1; 32]),
            rules: [2; 32],
            terms: [3; 32],
            sealers: Sealers::with(vec![person(1), person(2), person(3)], 2),
            edition: 1,
        };
        let cut = vec![EntryId([5; 32]), EntryId([6; 32])];
        let outcome =
            Outcome { entry: EntryId([5; 32]), cut, at: 1_767_225_607_000, output: vec![0xf6] };
        Payload { basis, round: 0, outcome }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for round in [0, 1, 65_535] {
            let payload = Payload { round, ..sample() };
            assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
        }
        assert!(Payload::decode(&Payload { round: 65_536, ..sample() }.encode()).is_err());
    }

    #[test]
    fn the_hash_is_the_same_in_every_round_and_no_two_outcomes_share_it() {
        let sample = sample();
        assert_eq!(Payload { round: 7, ..sample.clone() }.hash(), sample.hash());
        let mut other = sample.clone();
        other.outcome.cut.pop();
        assert_ne!(other.hash(), sample.hash());
    }

    #[test]
    fn no_other_bytes_are_the_same_payload() {
        let bytes = sample().encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Payload::decode(&flipped) {
                assert_eq!(read.encode(), flipped, "bit {bit}");
            }
        }
    }
}
