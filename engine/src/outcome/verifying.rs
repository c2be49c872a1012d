//! Verifying a certificate: all that the file shows, in the order of the law (`spec/outcome.md`, "What
//! verifying checks"). A pure function of the file and the library: no clock, no log.

use std::collections::BTreeSet;

use mundi_identity::cose_sign::Sign;
use mundi_identity::{DevicePublic, Revocation};
use sha2::{Digest, Sha256};

use super::certificate::{Certificate, read_payload};
use super::count::Count;
use super::output::read_output;
use super::payload::{Basis, CONTENT_TYPE, OutcomeHash, Payload};
use super::proof::{Ends, Proven, Revoked, Seal, compromised};
use super::refusal::{Refusal, VerifyError};
use super::sealers::Sealers;
use crate::entry::{Entry, EntryId, verify};
use crate::library::Library;
use crate::limits::OUTCOME_DEPTH;
use crate::opening::Opening;
use crate::value::Value;

impl Certificate {
    /// Verifies all that the file shows, in the order of the law.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self, library: &Library) -> Result<Proven, VerifyError> {
        self.verify_knowing(library, &[])
    }

    /// As [`Self::verify`], inside of others: `left` is how deep certificates may nest in this one.
    pub(crate) fn verify_nested(
        &self,
        library: &Library,
        left: usize,
    ) -> Result<Proven, VerifyError> {
        self.verify_all(library, &[], left)
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
        self.verify_all(library, known, OUTCOME_DEPTH)
    }

    fn verify_all(
        &self,
        library: &Library,
        known: &[Revocation],
        left: usize,
    ) -> Result<Proven, VerifyError> {
        let rounds = self.justification.iter();
        let rounds: Vec<Vec<Payload>> = rounds
            .map(|round| round.iter().map(|sign| read_payload(&sign.payload)).collect())
            .collect::<Result<_, _>>()?;
        let opening = self.opening(library, left)?;
        let output = self.same_basis(&opening)?;
        let seals = self.sealed()?;
        let ends = self.ends(known)?;
        self.enough(&seals, &ends)?;
        let seals = self.justified(seals, &rounds)?;
        Ok(Proven::of(self.payload.clone(), opening, output, seals, &ends))
    }

    fn sealers(&self) -> &Sealers {
        &self.payload.basis.sealers
    }

    /// `other-conversation`
    fn opening(&self, library: &Library, left: usize) -> Result<Opening, VerifyError> {
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
        let opened = Opening::take_up(&open, library, left, mundi_lang::check)
            .map_err(|e| none(e.to_string()))?;
        Ok(opened.opening)
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
                    count.add(sealer, &hash);
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
}

fn unjustified(round: u32) -> VerifyError {
    let text = format!(
        "the seals of the round before do not lead to what was sealed in round {round}: another outcome could \
         be final"
    );
    VerifyError::new(Refusal::Unjustified, text)
}
