//! What a certificate proves: all that a reader wants to know, which exists only verified
//! (`spec/outcome.md`, "The certificate"). `verifying.rs` makes it.

use std::collections::{BTreeMap, BTreeSet};

use mundi_identity::{Certificate as Device, DevicePublic, Fingerprint, Reason};

use super::payload::{OutcomeHash, Payload};
use super::sealers::Sealers;
use crate::opening::{Member, Opening};
use crate::value::Value;

/// A sealer, for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Who.
    pub person: Fingerprint,
    /// The name in the certificate of the device that seals. The person chose it.
    pub name: String,
    /// The roles that the person held when the conversation was opened.
    pub roles: Vec<String>,
    /// The key that seals.
    pub key: DevicePublic,
    /// That the key was revoked, as far as the verifier was told.
    pub revoked: Option<Revoked>,
}

/// That a sealing key was revoked: the worst that was said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Why.
    pub reason: Reason,
    /// When, in ms since 1970, as the person says.
    pub at: u64,
}

/// What a verified certificate says; there is no other way to have one.
#[derive(Clone, Debug)]
pub struct Proven {
    /// Rules, terms, topic and members.
    pub opening: Opening,
    /// What was sealed.
    pub payload: Payload,
    /// The output.
    pub output: Value,
    /// Whose seals count, in the order of their fingerprints: at least q.
    pub signed: Vec<Signer>,
    /// Who sealed with a key that was revoked as compromised: this does not count.
    pub compromised: Vec<Signer>,
    /// Who is listed and did not sign.
    pub silent: Vec<Signer>,
    /// Who, as the file itself shows, sealed two outcomes in one round.
    pub twice: Vec<Fingerprint>,
    /// All seals in the file.
    seals: BTreeSet<Seal>,
}

/// Round, sealer, outcome.
pub(super) type Seal = (u32, u32, OutcomeHash);

/// By sealer: what is known of the end of their key.
pub(super) type Ends = BTreeMap<u32, Revoked>;

/// Whether a sealer's key was revoked as compromised.
pub(super) fn compromised(ends: &Ends, sealer: &u32) -> bool {
    ends.get(sealer).is_some_and(|end| end.reason == Reason::Compromised)
}

/// Who has sealed two outcomes in one round, in the order of fingerprints.
fn doubled(seals: &BTreeSet<Seal>, sealers: &Sealers) -> Vec<Fingerprint> {
    let next = seals.iter().skip(1);
    let same = seals.iter().zip(next).filter(|(a, b)| (a.0, a.1) == (b.0, b.1));
    let numbers: BTreeSet<u32> = same.map(|(a, _)| a.1).collect();
    numbers.into_iter().filter_map(|n| sealers.person(n)).collect()
}

/// Two certificates of one conversation for different outcomes: who has sealed two outcomes in one
/// round, in either file or in what justifies it. `None` where they do not contradict each other.
#[must_use]
pub fn broken(a: &Proven, b: &Proven) -> Option<Vec<Fingerprint>> {
    let same = a.payload.basis.conversation == b.payload.basis.conversation;
    if !same || a.payload.hash() == b.payload.hash() {
        return None;
    }
    let seals = a.seals.union(&b.seals).copied().collect();
    Some(doubled(&seals, &a.payload.basis.sealers))
}

impl Proven {
    /// Of a payload that was verified, with what was found on the way.
    pub(super) fn of(
        payload: Payload,
        opening: Opening,
        output: Value,
        seals: BTreeSet<Seal>,
        ends: &Ends,
    ) -> Self {
        let (mut signed, mut spoilt, mut silent) = (Vec::new(), Vec::new(), Vec::new());
        let members: BTreeMap<Fingerprint, &Member> =
            opening.members.iter().filter_map(|m| Some((m.person()?, m))).collect();
        let hash = payload.hash();
        for ((person, key), number) in payload.basis.sealers.persons().iter().zip(0..) {
            let member = members.get(person);
            let roles = member.map(|m| m.roles.as_slice()).unwrap_or_default().iter();
            let role = |r: &u16| opening.rules.roles.get(usize::from(*r)).map(|r| r.name.clone());
            let name = member.and_then(|m| m.devices.first()).map(Device::name);
            let signer = Signer {
                person: *person,
                name: name.unwrap_or_default().to_owned(),
                roles: roles.filter_map(role).collect(),
                key: *key,
                revoked: ends.get(&number).copied(),
            };
            match seals.contains(&(payload.round, number, hash)) {
                false => silent.push(signer),
                true if compromised(ends, &number) => spoilt.push(signer),
                true => signed.push(signer),
            }
        }
        let twice = doubled(&seals, &payload.basis.sealers);
        Self { opening, payload, output, signed, compromised: spoilt, silent, twice, seals }
    }

    /// What a person is called: by the certificate of their first device in `open`. `None` where
    /// they joined later.
    #[must_use]
    pub fn name_of(&self, person: &Fingerprint) -> Option<&str> {
        let member = self.opening.members.iter().find(|m| m.person() == Some(*person))?;
        member.devices.first().map(Device::name)
    }
}
