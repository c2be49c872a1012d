//! Whether a log gives what a certificate says: the cut's causal past alone, replayed
//! (`spec/outcome.md`, "Words").

use std::collections::{BTreeMap, BTreeSet};

use super::payload::Outcome;
use super::proof::Proven;
use super::refusal::{Refusal, VerifyError};
use crate::cbor::value_bytes;
use crate::entry::{EntryId, Verified};
use crate::library::Library;
use crate::replica::{Replica, Taken};
use crate::verdict::Reasons;
use crate::world::Ending;

/// Replays the cut's past out of a log's entries, and compares decisive entry, time and output.
///
/// # Errors
/// `bad-cut`: the cut is not in this log, or is none. `other-output`: it gives another outcome.
pub fn compare(proven: &Proven, log: &[Verified], library: &Library) -> Result<(), VerifyError> {
    let outcome = &proven.payload.outcome;
    let conversation = proven.payload.basis.conversation;
    let past = past(&outcome.cut, log)?;
    let bad = |text: String| VerifyError::new(Refusal::BadCut, text);
    let mut entries = log.iter().filter(|entry| past.contains(&entry.id()));
    let open = entries.find(|entry| entry.id() == conversation);
    let open = open.ok_or_else(|| bad("the cut is of another conversation".into()))?;
    let mut replica = Replica::open(open, library, Reasons::Skip)
        .map_err(|e| bad(format!("the log opens no conversation: {e}")))?;
    for entry in log.iter().filter(|e| past.contains(&e.id()) && e.id() != conversation) {
        if let Taken::Invalid { code, text } = replica.insert(entry.clone()) {
            let id = entry.id();
            return Err(bad(format!("the cut builds on {id}, which is invalid ({code}): {text}")));
        }
    }
    replica.advance();
    let mut heads = replica.heads();
    heads.sort_unstable();
    if heads != outcome.cut {
        let text = "the cut is not the heads of its own past: it names an entry that another of it builds on";
        return Err(bad(text.into()));
    }
    same(outcome, &replica)
}

/// All that the cut builds on, itself among it.
fn past(cut: &[EntryId], log: &[Verified]) -> Result<BTreeSet<EntryId>, VerifyError> {
    let known: BTreeMap<EntryId, &Verified> = log.iter().map(|e| (e.id(), e)).collect();
    let mut past = BTreeSet::new();
    let mut left = cut.to_vec();
    while let Some(id) = left.pop() {
        if !past.insert(id) {
            continue;
        }
        let Some(entry) = known.get(&id) else {
            let text = format!(
                "the log lacks {id}, on which the outcome rests: it is another conversation's, or not all of it"
            );
            return Err(VerifyError::new(Refusal::BadCut, text));
        };
        left.extend(entry.prev().into_iter().chain(entry.parents()));
        // The first entry of a chain need not name `open`, on which all builds.
        left.extend(entry.conversation());
    }
    Ok(past)
}

fn same(outcome: &Outcome, replica: &Replica) -> Result<(), VerifyError> {
    let other = |text: String| Err(VerifyError::new(Refusal::OtherOutput, text));
    match replica.ending() {
        Some(Ending::Consensus { entry, .. }) if entry != outcome.entry => {
            other(format!("the log has consensus at {entry}, not at {}", outcome.entry))
        }
        Some(Ending::Consensus { entry, .. }) if replica.time_of(&entry) != Some(outcome.at) => {
            other("the decisive entry has another time than the one that was sealed".into())
        }
        Some(Ending::Consensus { output, .. }) if value_bytes(&output) != outcome.output => {
            other("the log gives another output than the one that was sealed".into())
        }
        Some(Ending::Consensus { .. }) => Ok(()),
        Some(Ending::Failure { .. }) => other("by the log, the conversation failed".into()),
        None => other("by the log, there is no consensus yet".into()),
    }
}
