//! The seals of a log: who has sealed what in which round, and what is in whose past.
//!
//! All of it follows from the entries and their causal past, so nothing is ever taken back: going back to
//! a checkpoint leaves it as it is, and a resumed conversation makes it anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pasts::Pasts;
use crate::code::Code;
use crate::log::Log;
use crate::outcome::seal::SEAL;
use crate::outcome::{Basis, Count, Outcome, OutcomeHash, SealBody};
use crate::value::Value;
use crate::verdict::Verdict;

/// One seal.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its index in the log.
    pub(crate) index: u32,
    /// The number of the person among the sealers.
    pub(crate) sealer: u32,
    pub(crate) round: u32,
    pub(crate) outcome: OutcomeHash,
    /// Once it is judged; it never changes.
    pub(crate) verdict: Option<Verdict>,
    /// Why, for people.
    pub(crate) text: String,
}

impl Row {
    /// Whether its signature counts: where it is valid; and where its author had sealed the round before,
    /// since both could stand in a certificate.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Accepted | Verdict::Refused(Code::SealedTwice)))
    }
}

/// An outcome that somebody has sealed, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) outcome: Outcome,
    /// Whether its cut is the heads of its past, with the decisive entry in it; `None`: not looked at.
    pub(crate) whole: Option<bool>,
    /// Whether the cut's past gives it; `None`: not evaluated.
    pub(crate) right: Option<bool>,
    /// Its output with types, where it is right.
    pub(crate) value: Option<Value>,
}

/// All seals of a log.
#[derive(Clone, Debug)]
pub(crate) struct Seals {
    basis: Arc<Basis>,
    /// How many entries have been taken note of, in order of arrival.
    seen: u32,
    rows: Vec<Row>,
    numbers: BTreeMap<u32, u32>,
    pasts: Pasts,
    outcomes: BTreeMap<OutcomeHash, Sealed>,
}

/// The bytes of an entry were needed and could not be had.
pub(crate) struct Lost(pub(crate) u32);

impl Seals {
    /// None yet.
    pub(crate) fn new(basis: Arc<Basis>) -> Self {
        Self {
            basis,
            seen: 0,
            rows: Vec::new(),
            numbers: BTreeMap::new(),
            pasts: Pasts::default(),
            outcomes: BTreeMap::new(),
        }
    }

    /// Takes note of the entries that have come. `judged` says the verdict that is known of one.
    pub(crate) fn catch_up(
        &mut self,
        log: &Log,
        judged: &dyn Fn(u32) -> Option<Verdict>,
    ) -> Result<(), Lost> {
        let end = u32::try_from(log.len()).unwrap_or(u32::MAX);
        let seal = log.number(SEAL);
        while self.seen < end {
            let index = self.seen;
            let mut number = None;
            if Some(log.message(index)) == seal {
                let body = log.body(index).ok_or(Lost(index))?;
                // An acknowledgement is no seal.
                if let Ok(Some(body)) = SealBody::read(&body) {
                    number = self.add(index, body, judged(index));
                }
            }
            self.pasts.push(index, log.under(index), number);
            self.seen += 1;
        }
        Ok(())
    }

    fn add(&mut self, index: u32, body: SealBody, verdict: Option<Verdict>) -> Option<u32> {
        let sealer = self.basis.sealers.number(&body.signature.key)?;
        let outcome = self.basis.hash(&body.outcome);
        let number = u32::try_from(self.rows.len()).ok()?;
        self.outcomes.entry(outcome).or_insert(Sealed {
            outcome: body.outcome,
            whole: None,
            right: None,
            value: None,
        });
        let round = body.round;
        self.rows.push(Row { index, sealer, round, outcome, verdict, text: String::new() });
        self.numbers.insert(index, number);
        Some(number)
    }

    /// The number of the seal that an entry is.
    pub(crate) fn number(&self, index: u32) -> Option<u32> {
        self.numbers.get(&index).copied()
    }

    /// A seal.
    pub(crate) fn row(&self, number: u32) -> Option<&Row> {
        self.rows.get(number as usize)
    }

    /// A seal, to be judged.
    pub(crate) fn row_mut(&mut self, number: u32) -> Option<&mut Row> {
        self.rows.get_mut(number as usize)
    }

    /// All seals.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The seals in the causal past of what an entry builds on.
    pub(crate) fn under(&self, entry: u32) -> impl Iterator<Item = &Row> + '_ {
        let own = self.number(entry);
        let before = move |number: u32| self.pasts.has(entry, number) && Some(number) != own;
        self.rows.iter().zip(0..).filter(move |(_, n)| before(*n)).map(|(row, _)| row)
    }

    /// The seals in the causal past of any of these entries, themselves included.
    pub(crate) fn within<'a>(&'a self, entries: &'a [u32]) -> impl Iterator<Item = &'a Row> + 'a {
        let any = move |number: u32| entries.iter().any(|entry| self.pasts.has(*entry, number));
        self.rows.iter().zip(0..).filter(move |(_, n)| any(*n)).map(|(row, _)| row)
    }

    /// Outcomes that have a valid seal and were not evaluated here: their seals were judged before the
    /// conversation was put away, and what they come to was not saved.
    pub(crate) fn unevaluated(&self) -> Vec<OutcomeHash> {
        let valid = self.rows.iter().filter(|row| row.verdict == Some(Verdict::Accepted));
        let open = |hash: &OutcomeHash| self.outcome(hash).is_some_and(|one| one.right.is_none());
        let mut found: Vec<OutcomeHash> = valid.map(|row| row.outcome).filter(open).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A sealed outcome.
    pub(crate) fn outcome(&self, hash: &OutcomeHash) -> Option<&Sealed> {
        self.outcomes.get(hash)
    }

    /// A sealed outcome, to note what is found of it.
    pub(crate) fn outcome_mut(&mut self, hash: &OutcomeHash) -> Option<&mut Sealed> {
        self.outcomes.get_mut(hash)
    }
}

/// Counts the seals of a round among these, as far as they count.
pub(crate) fn count<'a>(rows: impl Iterator<Item = &'a Row>, round: u32) -> Count<OutcomeHash> {
    let mut count = Count::default();
    let counting = rows.filter(|row| row.round == round && row.counts());
    counting.for_each(|row| count.add(row.sealer, &row.outcome));
    count
}
