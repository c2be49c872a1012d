//! What a certificate proves: all that a reader wants to know, which exists only verified
//! (`spec/outcome.md`, "What verifying checks"). A pure function of the file: no clock, no log.

use std::collections::{BTreeMap, BTreeSet};

use mundi_identity::cose_sign::Sign;
use mundi_identity::{Certificate as Device, DevicePublic, Fingerprint, Reason, Revocation};
use sha2::{Digest, Sha256};

use super::certificate::{Certificate, read_payload};
use super::count::{Count, Validity};
use super::output::read_output;
use super::payload::{Basis, CONTENT_TYPE, OutcomeHash, Payload};
use super::refusal::{Refusal, VerifyError};
use super::sealers::Sealers;
use crate::entry::{Entry, EntryId, verify};
use crate::library::Library;
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
type Seal = (u32, u32, OutcomeHash);

/// By sealer: what is known of the end of their key.
type Ends = BTreeMap<u32, Revoked>;

impl Certificate {
    /// Verifies all that the file shows, in the order of the law.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self, library: &Library) -> Result<Proven, VerifyError> {
        self.verify_knowing(library, &[])
    }

    /// As [`Self::verify`], with revocations that are known from elsewhere. Those of other keys
    /// than the sealers' change nothing.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify_knowing(
        &self,
        library: &Library,
        known: &[Revocation],
    ) -> Result<Proven, VerifyError> {
        let rounds = self.justification.iter();
        let rounds: Vec<Vec<Payload>> = rounds
            .map(|round| round.iter().map(|sign| read_payload(&sign.payload)).collect())
            .collect::<Result<_, _>>()?;
        let opening = self.opening(library)?;
        let output = self.same_basis(&opening)?;
        let seals = self.sealed()?;
        let ends = self.ends(known)?;
        self.enough(&seals, &ends)?;
        let seals = self.justified(seals, &rounds)?;
        Ok(self.proven(opening, output, seals, &ends))
    }

    fn sealers(&self) -> &Sealers {
        &self.payload.basis.sealers
    }

    /// `other-conversation`
    fn opening(&self, library: &Library) -> Result<Opening, VerifyError> {
        let refused = |text: String| VerifyError::new(Refusal::OtherConversation, text);
        let (found, named) =
            (EntryId(Sha256::digest(&self.open).into()), self.payload.basis.conversation);
        if found != named {
            return Err(refused(format!(
                "the `open` entry in the file is {found}, but {named} was sealed: its rules and people are not \
                 those of this outcome"
            )));
        }
        let none = |why: String| refused(format!("the `open` entry opens no conversation: {why}"));
        let open = Entry::decode(&self.open).and_then(verify).map_err(|e| none(e.to_string()))?;
        Opening::read(&open, library).map_err(|e| none(e.to_string()))
    }

    /// `other-rules`, `other-sealers`; gives the output.
    fn same_basis(&self, opening: &Opening) -> Result<Value, VerifyError> {
        let named = &self.payload.basis;
        let given = Basis::of(named.conversation, opening);
        let other = [
            (named.rules != given.rules, "rules"),
            (named.terms != given.terms, "terms"),
            (named.edition != given.edition, "an edition"),
        ];
        if let Some((_, what)) = other.iter().find(|(other, _)| *other) {
            let text =
                format!("{what} were sealed that are not those with which the conversation opened");
            return Err(VerifyError::new(Refusal::OtherRules, text));
        }
        let output =
            read_output(&opening.rules, &self.payload.outcome.output).ok_or_else(|| {
                let text =
                    "the output that was sealed is nothing that the conversation's rules can give";
                VerifyError::new(Refusal::OtherRules, text)
            })?;
        if named.sealers != given.sealers {
            let (n, q) = (given.sealers.n(), given.sealers.q());
            let text = format!(
                "the sealers are not those that `open` and the rules give ({q} of {n}): persons, keys or their \
                 number differ"
            );
            return Err(VerifyError::new(Refusal::OtherSealers, text));
        }
        Ok(output)
    }

    /// All `COSE_Sign`s in the file.
    fn signs(&self) -> impl Iterator<Item = Sign> + '_ {
        let own = Sign {
            content_type: CONTENT_TYPE,
            payload: self.payload.encode(),
            signatures: self.signatures.clone(),
        };
        std::iter::once(own).chain(self.justification.iter().flatten().cloned())
    }

    /// `not-a-sealer`, `bad-signature`; gives the seals of the last round.
    fn sealed(&self) -> Result<BTreeSet<u32>, VerifyError> {
        let number = |key: &DevicePublic| {
            self.sealers().number(key).ok_or_else(|| {
                let text = format!("a signature is by the key {key}, which is no sealer's here");
                VerifyError::new(Refusal::NotASealer, text)
            })
        };
        for sign in self.justification.iter().flatten() {
            sign.signatures.iter().try_for_each(|one| number(&one.key).map(drop))?;
        }
        let seals = self.signatures.iter().map(|one| number(&one.key)).collect::<Result<_, _>>()?;
        for sign in self.signs() {
            let answers = sign.verified();
            let bad = sign.signatures.iter().zip(answers).find(|(_, good)| !good);
            if let Some((one, _)) = bad {
                let text = format!(
                    "the signature by the key {} does not verify: what it signed is something else, or it is \
                     forged",
                    one.key
                );
                return Err(VerifyError::new(Refusal::BadSignature, text));
            }
        }
        Ok(seals)
    }

    /// `bad-signature` of revocations; what is known of the sealers' keys.
    fn ends(&self, known: &[Revocation]) -> Result<Ends, VerifyError> {
        let bad = |e: mundi_identity::RevocationError| {
            let text = format!("a revocation in the file is none: {e}");
            VerifyError::new(Refusal::BadSignature, text)
        };
        let own = self.revocations.iter().map(|bytes| Revocation::decode(bytes).map_err(bad));
        let own: Vec<Revocation> = own.collect::<Result<_, _>>()?;
        let rank = |one: &Revoked| (one.reason as u8, std::cmp::Reverse(one.at));
        let mut ends = Ends::new();
        for one in own.iter().chain(known) {
            let Some(number) = self.sealers().number(&one.device()) else { continue };
            // Whoever likes can revoke; only the key's own person can revoke it.
            if self.sealers().person(number) != Some(one.person()) {
                continue;
            }
            let revoked = Revoked { reason: one.reason(), at: one.at() };
            let worst = ends.entry(number).or_insert(revoked);
            if rank(&revoked) > rank(worst) {
                *worst = revoked;
            }
        }
        Ok(ends)
    }

    /// `revoked`, `too-few`
    fn enough(&self, seals: &BTreeSet<u32>, ends: &Ends) -> Result<(), VerifyError> {
        let (n, q) = (self.sealers().n(), self.sealers().q());
        let left = seals.iter().filter(|n| !compromised(ends, n)).count();
        if left < seals.len() && left < q {
            let text = format!(
                "{q} of {n} sealers are needed: {} signed, and only {left} with a key that was not revoked as \
                 compromised; anybody could have made the others",
                seals.len()
            );
            return Err(VerifyError::new(Refusal::Revoked, text));
        }
        // Where nobody seals, nothing is ever final.
        if left < q || left == 0 {
            let text = format!(
                "{q} of {n} sealers are needed, and {} signed: this outcome is not final",
                seals.len()
            );
            return Err(VerifyError::new(Refusal::TooFew, text));
        }
        Ok(())
    }

    /// `unjustified`; gives all seals of the file. Revocations change nothing here: what a round gave
    /// is past.
    fn justified(
        &self,
        last: BTreeSet<u32>,
        rounds: &[Vec<Payload>],
    ) -> Result<BTreeSet<Seal>, VerifyError> {
        let payload = &self.payload;
        let refused = |text: String| VerifyError::new(Refusal::Unjustified, text);
        if u32::try_from(rounds.len()) != Ok(payload.round) {
            return Err(refused(format!(
                "the outcome was sealed in round {}, and the file has the seals of {} rounds before it: they do \
                 not show that no other outcome was final earlier",
                payload.round,
                rounds.len()
            )));
        }
        let hash = payload.hash();
        let mut seals: BTreeSet<Seal> =
            last.into_iter().map(|sealer| (payload.round, sealer, hash)).collect();
        let mut moved: Option<OutcomeHash> = None;
        for ((signs, payloads), r) in self.justification.iter().zip(rounds).zip(0..) {
            let mut count = Count::default();
            for (sign, one) in signs.iter().zip(payloads) {
                if one.round != r || one.basis != payload.basis {
                    return Err(refused(format!(
                        "among the seals of round {r} is one of another round or conversation"
                    )));
                }
                let hash = one.hash();
                let by = sign.signatures.iter().filter_map(|s| self.sealers().number(&s.key));
                for sealer in by {
                    count.add(sealer, &hash, Validity::Valid);
                    seals.insert((r, sealer, hash));
                }
            }
            if moved.is_some_and(|moved| !count.seals().contains_key(&moved)) {
                return Err(unjustified(r));
            }
            moved = count.moves(self.sealers().n(), self.sealers().q());
            if moved.is_none() {
                return Err(unjustified(r.saturating_add(1)));
            }
        }
        match moved {
            Some(moved) if moved != hash => Err(unjustified(payload.round)),
            _ => Ok(seals),
        }
    }

    fn proven(
        &self,
        opening: Opening,
        output: Value,
        seals: BTreeSet<Seal>,
        ends: &Ends,
    ) -> Proven {
        let (mut signed, mut spoilt, mut silent) = (Vec::new(), Vec::new(), Vec::new());
        let members: BTreeMap<Fingerprint, &Member> =
            opening.members.iter().filter_map(|m| Some((m.person()?, m))).collect();
        let hash = self.payload.hash();
        for ((person, key), number) in self.sealers().persons().iter().zip(0..) {
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
            match seals.contains(&(self.payload.round, number, hash)) {
                false => silent.push(signer),
                true if compromised(ends, &number) => spoilt.push(signer),
                true => signed.push(signer),
            }
        }
        let twice = doubled(&seals, self.sealers());
        let payload = self.payload.clone();
        Proven { opening, payload, output, signed, compromised: spoilt, silent, twice, seals }
    }
}

fn compromised(ends: &Ends, sealer: &u32) -> bool {
    ends.get(sealer).is_some_and(|end| end.reason == Reason::Compromised)
}

fn unjustified(round: u32) -> VerifyError {
    let text = format!(
        "the seals of the round before do not lead to what was sealed in round {round}: another outcome could \
         be final"
    );
    VerifyError::new(Refusal::Unjustified, text)
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
    /// What a person is called: by the certificate of their first device in `open`. `None` where
    /// they joined later.
    #[must_use]
    pub fn name_of(&self, person: &Fingerprint) -> Option<&str> {
        let member = self.opening.members.iter().find(|m| m.person() == Some(*person))?;
        member.devices.first().map(Device::name)
    }
}
