//! How a conversation stands at one point: what is left of its pattern, who may say what, its state.

use mundi_engine::{Ending, Replica};
use mundi_identity::Fingerprint;
use serde_json::json;

use super::parts::Shown;
use crate::rehearsal::in_words;
use crate::show::Naming;

/// How a conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// What is left of the pattern of the whole, and of each stage that is being held: its readings.
    pub pattern: Vec<(Option<String>, Vec<String>)>,
    /// Who may say what, in words.
    pub possible: String,
    /// The same for programs.
    pub turns: serde_json::Value,
    /// The deadlines that are waited for, and from when on they may be said, in ms since 1970.
    pub due: Vec<(String, Option<i64>)>,
    /// The state.
    pub state: Vec<(String, Shown)>,
    /// How it has ended, if it has.
    pub ending: Option<Ended>,
}

/// How a conversation has ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// With consensus; its output.
    Consensus(Shown),
    /// Without.
    Failure(String),
}

impl Stand {
    /// How a conversation stands now.
    #[must_use]
    pub fn of(replica: &Replica, naming: &Naming<'_>) -> Self {
        let turns = replica.turns().into_iter().map(|turn| {
            let by: Vec<String> = turn.by.iter().map(|p| (naming.person)(p)).collect();
            json!({"message": turn.message, "by": by})
        });
        let state = replica.state();
        Self {
            pattern: replica.remainder(),
            possible: in_words(replica, &|print| with_roles(replica, naming, print)),
            turns: turns.collect(),
            due: replica.deadlines(),
            state: state.iter().map(|(n, v)| (n.clone(), Shown::of(v, naming))).collect(),
            ending: replica.ending().map(|ending| match ending {
                Ending::Consensus { output, .. } => Ended::Consensus(Shown::of(&output, naming)),
                Ending::Failure { text, .. } => Ended::Failure(text),
            }),
        }
    }

    /// What has changed of the state since another point: name, before, after.
    #[must_use]
    pub fn changes<'a>(&'a self, before: &'a Stand) -> Vec<(&'a str, &'a Shown, &'a Shown)> {
        let pairs = before.state.iter().zip(&self.state);
        let changed = pairs.filter(|((_, old), (_, new))| old != new);
        changed.map(|((name, old), (_, new))| (name.as_str(), old, new)).collect()
    }
}

/// `ada (buyer)`
pub(super) fn with_roles(replica: &Replica, naming: &Naming<'_>, print: &Fingerprint) -> String {
    let name = (naming.person)(print);
    match replica.roles_of(print).as_slice() {
        [] => name,
        roles => format!("{name} ({})", roles.join(", ")),
    }
}
