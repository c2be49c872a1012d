//! A line that somebody says, and what became of it.

use mundi_engine::{Code, EntryId};
use mundi_lang::literal::Literal;
use mundi_lang::play::Say;

use super::Parents;

/// A line to be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Who.
    pub person: String,
    /// From which device; empty for the one that is not named.
    pub device: String,
    /// What it has seen.
    pub after: Parents,
    /// The message's name.
    pub message: String,
    /// Its fields, as written.
    pub fields: Vec<(String, Literal)>,
    /// What the entry is called from now on.
    pub label: Option<String>,
}

impl Line {
    /// A line of a play; what it has seen is the caller's to say.
    #[must_use]
    pub fn of_play(say: &Say) -> Self {
        let text = |name: &Option<mundi_lang::Name>| name.as_ref().map(|n| n.node.clone());
        let field = |(name, value): &(mundi_lang::Name, mundi_lang::play::Value)| {
            (name.node.clone(), value.node.clone())
        };
        Self {
            person: say.person.node.clone(),
            device: text(&say.device).unwrap_or_default(),
            after: Parents::Heads,
            message: say.message.node.clone(),
            fields: say.fields.iter().map(field).collect(),
            label: text(&say.label),
        }
    }

    /// `ada/phone`
    #[must_use]
    pub fn speaker(&self) -> String {
        match self.device.as_str() {
            "" => self.person.clone(),
            device => format!("{}/{device}", self.person),
        }
    }
}

/// What the conversation says of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It has had its effect.
    Accepted,
    /// It is in the log without effect: why, by code and in words.
    Refused(Code, String),
    /// It never came into the log: why.
    Invalid(Code, String),
}

impl Judged {
    /// `accepted`, `refused`, `invalid`
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Judged::Accepted => "accepted",
            Judged::Refused(..) => "refused",
            Judged::Invalid(..) => "invalid",
        }
    }

    /// The code and the reason of a line without effect.
    #[must_use]
    pub fn why(&self) -> Option<(Code, &str)> {
        match self {
            Judged::Accepted => None,
            Judged::Refused(code, text) | Judged::Invalid(code, text) => Some((*code, text)),
        }
    }
}

/// A line that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// The line.
    pub line: Line,
    /// The entry; `None` where the line was invalid.
    pub id: Option<EntryId>,
    /// The entry's time, in ms since 1970.
    pub at: i64,
    /// What the conversation said at once. It may change its mind when an earlier entry comes.
    pub at_first: Judged,
}
