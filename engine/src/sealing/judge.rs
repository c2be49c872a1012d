//! The verdict on a `seal`: by its causal past alone, so it never changes (`spec/outcome.md`, "`seal`
//! entries").

use super::seals::{Row, count};
use crate::code::Code;
use crate::entry::EntryId;
#[cfg(feature = "faults")]
use crate::faults::{Fault, planted};
use crate::log::Log;
use crate::outcome::Outcome;
use crate::replica::Replica;
use crate::verdict::{Refusal, Verdict};

/// Bytes of an entry could not be had: nothing can be said.
pub(crate) struct Stopped;

/// A refusal, or a stop.
pub(crate) enum No {
    Refused(Refusal),
    Stopped,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Replica {
    /// The verdict on an entry that is a seal, and its reason for people.
    pub(crate) fn judge_seal(&mut self, number: u32) -> Result<(Verdict, String), Stopped> {
        let Some(row) = self.seals.row(number).cloned() else { return Err(Stopped) };
        if let Some(verdict) = row.verdict {
            return Ok((verdict, row.text));
        }
        let (verdict, text) = match self.consider(&row) {
            Ok(()) => (Verdict::Accepted, String::new()),
            Err(No::Refused(refusal)) => (Verdict::Refused(refusal.code), refusal.text),
            Err(No::Stopped) => return Err(Stopped),
        };
        if let Some(row) = self.seals.row_mut(number) {
            row.verdict = Some(verdict);
            row.text.clone_from(&text);
        }
        Ok((verdict, text))
    }

    /// The conditions, in the order of the law.
    fn consider(&mut self, row: &Row) -> Result<(), No> {
        if self.sandbox().world().log.knows_of_revocation(row.index) {
            return Err(self.refusal(
                row,
                Code::Revoked,
                "the key was revoked before it sealed this",
            ));
        }
        let earlier = self
            .seals
            .under(row.index)
            .find(|one| one.sealer == row.sealer && one.round >= row.round);
        #[cfg(feature = "faults")]
        let earlier = earlier.filter(|_| !planted(Fault::SealedAgain));
        if let Some(earlier) = earlier {
            let text = format!("it had sealed round {} already", earlier.round);
            return Err(self.refusal(row, Code::SealedTwice, &text));
        }
        self.is_justified(row)?;
        self.builds_on_its_cut(row)?;
        if self.is_right(&row.outcome)? {
            return Ok(());
        }
        #[cfg(feature = "faults")]
        if planted(Fault::WrongOutcomeCounts) {
            return Ok(());
        }
        Err(self.refusal(row, Code::WrongOutcome, "what it names, evaluated, has another outcome"))
    }

    /// Whether the cut lies in the seal's own past, and is the heads of a past with the decisive entry.
    fn builds_on_its_cut(&mut self, row: &Row) -> Result<(), No> {
        let Some(sealed) = self.seals.outcome(&row.outcome) else { return Err(No::Stopped) };
        let outcome = sealed.outcome.clone();
        let known = sealed.whole;
        let same = |one: &Row| {
            one.outcome == row.outcome
                && !matches!(one.verdict, Some(Verdict::Refused(Code::BadRef)) | None)
        };
        if known == Some(true) && self.seals.under(row.index).any(same) {
            // Whoever sealed it in this one's past had it in theirs.
            return Ok(());
        }
        let whole = {
            let world = self.sandbox().world();
            let log = &world.log;
            within(log, row.index, &outcome) && known.unwrap_or_else(|| is_whole(log, &outcome))
        };
        // What is found of an outcome holds wherever its entries are there.
        if whole && let Some(sealed) = self.seals.outcome_mut(&row.outcome) {
            sealed.whole = Some(true);
        }
        if whole {
            return Ok(());
        }
        #[cfg(feature = "faults")]
        if planted(Fault::AnyCut) {
            return Ok(());
        }
        Err(self.refusal(row, Code::BadRef, "its cut is not the heads of what it builds on"))
    }

    fn is_justified(&self, row: &Row) -> Result<(), No> {
        let Some(before) = row.round.checked_sub(1) else { return Ok(()) };
        #[cfg(feature = "faults")]
        if planted(Fault::UnjustifiedCounts) {
            return Ok(());
        }
        let sealers = &self.basis.sealers;
        let heard = count(self.seals.under(row.index), before);
        let mut own = self.seals.under(row.index).filter(|one| one.sealer == row.sealer);
        let accepted = Some(Verdict::Accepted);
        let skips = !own.any(|one| one.round == before && one.verdict == accepted);
        #[cfg(feature = "faults")]
        let skips = skips && !planted(Fault::RoundsSkipped);
        let text = if skips {
            format!("it skips round {before}")
        } else if heard.moves(sealers.n(), sealers.q()) == Some(row.outcome) {
            return Ok(());
        } else {
            format!("the seals of round {before} that it builds on do not lead to it")
        };
        Err(self.refusal(row, Code::Unjustified, &text))
    }

    fn refusal(&self, row: &Row, code: Code, why: &str) -> No {
        let person = self.basis.sealers.person(row.sealer);
        let name = person.map(|person| self.name_of(&person)).unwrap_or_default();
        self.reasons.refuse(code, || format!("{name}'s seal does not count: {why}")).into()
    }
}

/// Whether all that an outcome names is in an entry's causal past.
fn within(log: &Log, index: u32, outcome: &Outcome) -> bool {
    let past = log.past(log.under(index));
    let has = |id: &EntryId| log.find(id).is_some_and(|one| past.contains(one));
    has(&outcome.entry) && outcome.cut.iter().all(has)
}

/// Whether the cut is the heads of its past, and that holds the decisive entry.
fn is_whole(log: &Log, outcome: &Outcome) -> bool {
    let cut: Vec<u32> = outcome.cut.iter().filter_map(|id| log.find(id)).collect();
    let past = log.past(cut.iter().copied());
    let heads = log.heads_of(&past);
    let same = heads.len() == cut.len() && heads.iter().all(|one| cut.contains(one));
    same && log.find(&outcome.entry).is_some_and(|one| past.contains(one))
}
