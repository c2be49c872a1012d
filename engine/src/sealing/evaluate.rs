//! Evaluating a cut: what its causal past, taken by itself, comes to.

use super::judge::No;
use crate::cbor::value_bytes;
use crate::entry::{Entry, EntryId};
use crate::log::Closure;
use crate::outcome::{Outcome, OutcomeHash};
use crate::replica::{Judging, Replica};
use crate::value::Value;
use crate::verdict::Reasons;
use crate::world::Ending;

impl Replica {
    /// Whether an outcome that somebody has sealed is what its cut comes to.
    pub(crate) fn is_right(&mut self, hash: &OutcomeHash) -> Result<bool, No> {
        let Some(sealed) = self.seals.outcome(hash) else { return Err(No::Stopped) };
        if let Some(right) = sealed.right {
            return Ok(right);
        }
        let outcome = sealed.outcome.clone();
        let past = {
            let world = self.sandbox().world();
            let cut = outcome.cut.iter().filter_map(|id| world.log.find(id));
            world.log.past(cut)
        };
        let found = self.comes_to(&past, &outcome.entry)?;
        let at = self.time_of(&outcome.entry);
        let right = found.as_ref().is_some_and(|(entry, value)| {
            *entry == outcome.entry
                && at == Some(outcome.at)
                && value_bytes(value) == outcome.output
        });
        if let Some(sealed) = self.seals.outcome_mut(hash) {
            sealed.right = Some(right);
            sealed.value = found.filter(|_| right).map(|(_, value)| value);
        }
        Ok(right)
    }

    /// The consensus of a closed part of the log. Where it is the part that is folded up to the entry
    /// that is said to be decisive, the answer is there already.
    pub(super) fn comes_to(
        &self,
        part: &Closure,
        decisive: &EntryId,
    ) -> Result<Option<(EntryId, Value)>, No> {
        let folded = {
            let world = self.sandbox().world();
            let position = world.log.find(decisive).and_then(|index| world.log.position(index));
            match (&world.fold.ending, position) {
                (Some(Ending::Consensus { entry, output }), Some(position))
                    if entry == decisive && world.is_prefix(part, position + 1) =>
                {
                    Some((*entry, output.clone()))
                }
                _ => None,
            }
        };
        match folded {
            Some(found) => Ok(Some(found)),
            None => self.anew(part),
        }
    }

    /// Evaluates a closed part of the log in a conversation of its own.
    fn anew(&self, part: &Closure) -> Result<Option<(EntryId, Value)>, No> {
        let bytes: Option<Vec<Vec<u8>>> = {
            let world = self.sandbox().world();
            let one = |index| {
                let bytes = world.log.bytes(index).map(std::borrow::Cow::into_owned);
                if bytes.is_none() {
                    world.missing.set(Some(world.log.id(index)));
                }
                bytes
            };
            part.entries().map(one).collect()
        };
        let mut entries = bytes.ok_or(No::Stopped)?.into_iter().map(|bytes| Entry::decode(&bytes));
        // What is in the log has been verified.
        let open = entries.next().and_then(Result::ok).ok_or(No::Stopped)?.of_a_log();
        let mut replica =
            Self::open(&open, &self.library, Reasons::Skip).map_err(|_| No::Stopped)?;
        replica.judging = Judging::Nothing;
        for entry in entries {
            replica.insert(entry.map_err(|_| No::Stopped)?.of_a_log());
        }
        replica.advance();
        Ok(match replica.ending() {
            Some(Ending::Consensus { entry, output }) => Some((entry, output)),
            _ => None,
        })
    }

    /// The outcome that this log comes to, with a cut that gives it, if there is consensus.
    pub(super) fn own_outcome(&self) -> Result<Option<Outcome>, No> {
        let Some(Ending::Consensus { entry, output }) = self.ending() else { return Ok(None) };
        let (up_to, all, at) = {
            let world = self.sandbox().world();
            let log = &world.log;
            let Some(index) = log.find(&entry) else { return Ok(None) };
            let position = log.position(index).unwrap_or(0);
            (log.prefix(position + 1), log.prefix(log.len()), log.at(index))
        };
        // What is up to the decisive entry; where a fork or a revocation makes that come to something
        // else by itself, all that is here.
        for part in [up_to, all] {
            if self
                .comes_to(&part, &entry)?
                .as_ref()
                .is_some_and(|(one, value)| *one == entry && *value == output)
            {
                let world = self.sandbox().world();
                let heads = world.log.heads_of(&part);
                let mut cut: Vec<EntryId> = heads.iter().map(|one| world.log.id(*one)).collect();
                cut.sort_unstable();
                let outcome = Outcome { entry, cut, at, output: value_bytes(&output) };
                return Ok((outcome.cut.len() <= crate::limits::CUT).then_some(outcome));
            }
        }
        Ok(None)
    }
}
