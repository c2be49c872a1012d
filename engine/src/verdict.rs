//! What the fold says of an entry.

use crate::code::Code;

/// What the fold says of an entry that is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has had its effect.
    Accepted,
    /// It is kept, without effect.
    Refused(Code),
}

impl Verdict {
    /// 0 for accepted, else the code's number: what is hashed.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Verdict::Accepted => 0,
            Verdict::Refused(code) => code.number(),
        }
    }
}

/// A refusal on its way out of the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// For people; empty where reasons are not kept.
    pub(crate) text: String,
}

/// Whether refusals are put into words. Replaying a long log need not: only codes are hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reasons {
    /// For a person who waits for the answer.
    #[default]
    Keep,
    /// For a replay.
    Skip,
}

impl Reasons {
    /// A refusal, put into words if they are wanted.
    pub(crate) fn refuse(self, code: Code, text: impl FnOnce() -> String) -> Refusal {
        let text = if self == Reasons::Keep { text() } else { String::new() };
        Refusal { code, text }
    }
}
