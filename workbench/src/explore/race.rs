//! Whether a message that comes late changes an outcome: somebody had not seen the entry that decides,
//! said something before it, and that arrives when all think that it is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::suppose::{Supposed, Supposer};
use mundi_engine::{Ending, Value, Verdict};
use mundi_lang::rules::MessageId;

use super::graph::StateId;
use super::moves::Move;
use super::search::{Step, Waiting};

/// A decision that a late message changes.
#[derive(Clone, Debug)]
pub(super) struct Race {
    /// Where neither was said.
    pub(super) at: StateId,
    /// What comes late, and stands first in the order.
    pub(super) late: Arc<Supposed>,
    /// What decides without it.
    pub(super) decides: Arc<Supposed>,
    /// The output without it.
    pub(super) before: Value,
    /// How it is with it.
    pub(super) after: After,
}

/// How it is with the late message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Consensus, with another output.
    Output(Value),
    /// It ended without consensus.
    Failed(String),
    /// It goes on.
    GoesOn,
}

/// Looks for races among the steps from one state; of each two messages one race is enough.
pub(super) fn races(
    supposer: &mut Supposer,
    waiting: &Waiting,
    steps: &[Step],
    races: &mut BTreeMap<(MessageId, MessageId), Race>,
) {
    for step in steps {
        let (Move::Say(decides), Some(Ending::Consensus { output, .. })) = (&step.by, &step.ending)
        else {
            continue;
        };
        for other in steps {
            let Move::Say(late) = &other.by else { continue };
            let key = (decides.message, late.message);
            let concurrent = late.person != decides.person && late.at <= decides.at;
            if !concurrent || races.contains_key(&key) {
                continue;
            }
            supposer.go(&waiting.point);
            if supposer.say(late) != Verdict::Accepted {
                continue;
            }
            supposer.say(decides);
            let after = match supposer.ending() {
                Some(Ending::Consensus { output: same, .. }) if same == *output => continue,
                Some(Ending::Consensus { output, .. }) => After::Output(output),
                Some(Ending::Failure { text, .. }) => After::Failed(text),
                None => After::GoesOn,
            };
            let (late, decides, before) = (late.clone(), decides.clone(), output.clone());
            races.insert(key, Race { at: waiting.id, late, decides, before, after });
        }
    }
}
