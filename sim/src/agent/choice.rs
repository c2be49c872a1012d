//! What an agent says next, chosen by a number, and what it said.

use mundi_engine::{EntryId, Replica};
use mundi_lang::literal::Literal;

use super::Did;
use crate::seed::Numbers;

/// What somebody tried to say.
#[derive(Debug)]
pub struct Said {
    /// The message.
    pub message: String,
    /// Its fields, as written.
    pub fields: &'static str,
    /// What became of it.
    pub did: Did<EntryId>,
    /// What is new in the log since.
    pub fresh: Vec<EntryId>,
}

/// The first digits of an id.
#[must_use]
pub fn short(id: &EntryId) -> String {
    id.to_string().chars().take(6).collect()
}

/// A message that a person may say; where they blurt, any.
#[must_use]
pub fn choose(
    replica: &Replica,
    me: &mundi_identity::Fingerprint,
    blurt: bool,
    numbers: &mut Numbers,
) -> Option<String> {
    if blurt {
        return numbers.pick(&replica.rules().messages).map(|message| message.name.clone());
    }
    let turns = replica.turns();
    let mine: Vec<&str> =
        turns.iter().filter(|t| t.by.contains(me)).map(|t| t.message.as_str()).collect();
    numbers.pick(&mine).map(|name| (*name).to_owned())
}

/// Fields in which `own_toss` is the speaker's own last `toss`.
#[must_use]
pub fn own_names(
    fields: Vec<(String, Literal)>,
    replica: &Replica,
    me: &mundi_identity::Fingerprint,
) -> Vec<(String, Literal)> {
    let own = |message: &str| {
        let said = |id: &EntryId| {
            replica.said(id).is_some_and(|(who, what)| who == *me && what == message)
                && replica.verdict(id) == Some(mundi_engine::Verdict::Accepted)
        };
        replica.order().into_iter().rfind(said)
    };
    let named = |literal| match literal {
        Literal::Name(name) => {
            let id = name.strip_prefix("own_").and_then(own);
            Literal::Name(id.map_or(name, |id| format!("e{id}")))
        }
        other => other,
    };
    fields.into_iter().map(|(name, value)| (name, named(value))).collect()
}
