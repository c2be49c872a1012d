//! The tree of a `.play` file: a rehearsal of a conversation.

use crate::literal::Literal;
use crate::span::{Name, Spanned};

/// A value in a play, with its place.
pub type Value = Spanned<Literal>;

/// A whole play.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// `play "title"`
    pub title: Spanned<String>,
    /// `rules "escrow.conv"`, relative to the play; `None` in lines read from standard input.
    pub rules: Option<Spanned<String>>,
    /// `topic "…"`
    pub topic: Option<Spanned<String>>,
    /// `cast { role: person, role: [person, person] }`, in file order
    pub cast: Vec<(Name, Vec<Name>)>,
    /// `terms { name: value }`
    pub terms: Vec<(Name, Value)>,
    /// `start TIME`: milliseconds since 1970
    pub start: Option<Spanned<i64>>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// A step and where it stands.
pub type Step = Spanned<StepKind>;

/// The kinds of steps.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// Somebody says something.
    Say(Say),
    /// `+3d`: milliseconds
    Wait(i64),
    /// `at TIME`: milliseconds since 1970
    At(i64),
    /// `together { … }`: `Say` and `Expect` only
    Together(Vec<Step>),
    /// `expect …`
    Expect(Expect),
}

/// `ada/phone after p1: propose { title: "x" } as p2`
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// `ada`
    pub person: Name,
    /// `phone`
    pub device: Option<Name>,
    /// `after p1`: has seen nothing later than this entry
    pub after: Option<Name>,
    /// `propose`
    pub message: Name,
    /// The fields, in the order written.
    pub fields: Vec<(Name, Value)>,
    /// `as p2`
    pub label: Option<Name>,
}

/// What is expected of the line before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// `expect accepted`
    Accepted,
    /// `expect refused [code] ["part of the reason"]`
    Refused {
        /// `out-of-turn`
        code: Option<Spanned<String>>,
        /// A part of the reason.
        reason: Option<Spanned<String>>,
    },
    /// `expect consensus`
    Consensus,
    /// `expect no consensus`
    NoConsensus,
    /// `expect failure ["part of its text"]`
    Failure(Option<Spanned<String>>),
    /// `expect output VALUE`
    Output(Value),
    /// `expect state { field: value }`: of the fields named
    State(Vec<(Name, Value)>),
    /// `expect possible [pay, cancel]`: exactly these messages, in any order
    Possible(Vec<Name>),
}
