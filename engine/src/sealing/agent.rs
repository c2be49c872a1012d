//! What a sealer's device does next (`spec/outcome.md`, "What an agent does").
//!
//! A function of the log and of what the host's clock says; the host signs, keeps, and then sends.

use mundi_identity::{DevicePublic, Fingerprint};

use super::judge::No;
use super::seals::{Row, count};
use crate::draft::Draft;
use crate::entry::EntryId;
use crate::limits::PARENTS;
use crate::outcome::seal::{ACKNOWLEDGEMENT, SEAL};
use crate::outcome::{Outcome, OutcomeHash, SealBody, Sealers};
use crate::replica::Replica;
use crate::verdict::Verdict;

/// How long an agent waits before it acts, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// A provisional outcome stands for so long before it is proposed.
    pub settle: u64,
    /// And so much longer for each sealer that comes before.
    pub stagger: u64,
    /// Before moving to another round while somebody is not heard; times the round's number, from 1.
    pub patience: u64,
}

impl Waits {
    /// None: where entries travel by hand, who has them has what there is.
    pub const NONE: Self = Self { settle: 0, stagger: 0, patience: 0 };
}

impl Default for Waits {
    /// Those of the law: a few times what an entry takes over Tor.
    fn default() -> Self {
        Self { settle: 3_000, stagger: 2_000, patience: 10_000 }
    }
}

/// What the host's clock says, in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Now.
    pub now: u64,
    /// Since when the provisional outcome has been what it is.
    pub outcome: u64,
    /// Since when no seal has come.
    pub seal: u64,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing, until something comes.
    Nothing,
    /// Nothing before this time, in ms since 1970.
    Wait(u64),
    /// To note what is here ([`Replica::acknowledge`]): there are more heads than an entry can name.
    Acknowledge,
    /// To seal ([`Replica::seal`]).
    Seal(Intent),
    /// To ask the person first: the outcome leaves these entries of theirs out.
    Ask(Intent, Vec<EntryId>),
}

/// A seal to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The round.
    pub round: u32,
    /// What is sealed.
    pub outcome: Outcome,
}

impl Replica {
    /// What a person's device with the sealing key does next.
    #[must_use]
    pub fn next_seal(&self, device: &DevicePublic, clocks: &Clocks, waits: &Waits) -> Next {
        let Some(me) = self.basis.sealers.number(device) else { return Next::Nothing };
        if matches!(self.finality(), super::Finality::Final(_) | super::Finality::Broken { .. }) {
            return Next::Nothing;
        }
        let (parents, all) = self.parents_for(device);
        let Some(next) = self.choice(me, &self.past_of(device, &parents), clocks, waits) else {
            return Next::Nothing;
        };
        if !matches!(next, Next::Wait(_)) && all > PARENTS {
            return Next::Acknowledge;
        }
        next
    }

    /// The seals in the past of what a device writes next.
    fn past_of(&self, device: &DevicePublic, parents: &[EntryId]) -> Vec<Row> {
        let under: Vec<u32> = {
            let world = self.sandbox().world();
            let parents = parents.iter().filter_map(|id| world.log.find(id));
            parents.chain(world.log.tip(device)).collect()
        };
        self.seals.within(&under).cloned().collect()
    }

    fn choice(&self, me: u32, past: &[Row], clocks: &Clocks, waits: &Waits) -> Option<Next> {
        // Whatever has become of it: nobody seals a round twice.
        let mine = self.seals.rows().iter().filter(|row| row.sealer == me);
        let Some(before) = mine.map(|row| row.round).max() else {
            let proposed = count(past.iter(), 0).most_sealed().copied();
            return match proposed {
                Some(hash) => self.adopt(me, &hash),
                None => self.propose(me, clocks, waits),
            };
        };
        let sealers = &self.basis.sealers;
        let heard = count(past.iter(), before);
        let to = heard.moves(sealers.n(), sealers.q())?;
        let next = before.checked_add(1)?;
        // Where somebody has moved already, there is nothing to wait for.
        let moved = past.iter().any(|row| row.round > before && row.counts());
        let until = clocks.seal.saturating_add(waits.patience.saturating_mul(u64::from(next)));
        if heard.heard().len() < sealers.n() && !moved && clocks.now < until {
            return Some(Next::Wait(until));
        }
        Some(Next::Seal(self.intent(next, &to)?))
    }

    fn intent(&self, round: u32, hash: &OutcomeHash) -> Option<Intent> {
        Some(Intent { round, outcome: self.seals.outcome(hash)?.outcome.clone() })
    }

    /// Adopts what others have proposed.
    fn adopt(&self, me: u32, hash: &OutcomeHash) -> Option<Next> {
        let intent = self.intent(0, hash)?;
        let omitted = self.omitted(&self.basis.sealers.person(me)?, &intent.outcome);
        Some(if omitted.is_empty() { Next::Seal(intent) } else { Next::Ask(intent, omitted) })
    }

    /// A person's accepted entries before the decisive one that a cut leaves out.
    fn omitted(&self, person: &Fingerprint, outcome: &Outcome) -> Vec<EntryId> {
        let world = self.sandbox().world();
        let log = &world.log;
        let cut = outcome.cut.iter().filter_map(|id| log.find(id));
        let past = log.past(cut);
        let decisive = log.find(&outcome.entry).and_then(|index| log.position(index)).unwrap_or(0);
        let before = log.order().iter().take(decisive).filter(|index| {
            !past.contains(**index)
                && log.person(**index) == *person
                && usize::from(log.message(**index)) < world.rules.messages.len()
                && self.verdicts.get(**index as usize) == Some(&0)
        });
        before.map(|index| log.id(*index)).collect()
    }

    fn propose(&self, me: u32, clocks: &Clocks, waits: &Waits) -> Option<Next> {
        let stagger = waits.stagger.saturating_mul(u64::from(me));
        self.ending().filter(|ending| matches!(ending, crate::Ending::Consensus { .. }))?;
        let until = clocks.outcome.saturating_add(waits.settle).saturating_add(stagger);
        if clocks.now < until {
            return Some(Next::Wait(until));
        }
        match self.own_outcome() {
            Ok(Some(outcome)) => Some(Next::Seal(Intent { round: 0, outcome })),
            Ok(None) | Err(No::Stopped | No::Refused(_)) => None,
        }
    }

    /// The `seal` entry of an intent, at a time (ms since 1970; moved after all that it builds on).
    #[must_use]
    pub fn seal(&self, intent: &Intent, key: &mundi_identity::DeviceKey, at: u64) -> Draft {
        let body = SealBody::sign(&self.basis, intent.round, intent.outcome.clone(), key);
        self.chained(key.public(), SEAL, body.encode(), at, None)
    }

    /// An entry that says nothing but what its author has seen.
    #[must_use]
    pub fn acknowledge(&self, device: DevicePublic, at: u64) -> Draft {
        self.chained(device, SEAL, ACKNOWLEDGEMENT.to_vec(), at, None)
    }

    /// When the last valid seal was written, as its author says, in ms since 1970.
    #[must_use]
    pub fn last_sealed_at(&self) -> Option<u64> {
        let world = self.sandbox().world();
        let valid = self.seals.rows().iter().filter(|row| row.verdict == Some(Verdict::Accepted));
        valid.map(|row| world.log.at(row.index)).max()
    }

    /// Whose seals count here.
    #[must_use]
    pub fn sealers(&self) -> &Sealers {
        &self.basis.sealers
    }
}
