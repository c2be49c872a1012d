//! Checked rules: what a `.conv` file means. They exist only checked; the engine runs them.
//!
//! Roles, messages, terms and state slots are indices into the vectors here. Code is printed as
//! Rhai ([`Script`], `spec/execution.md`), with a table from places there to places in the file.

mod marks;
mod mentions;
mod stage;
mod tables;

use crate::literal::Literal;
use crate::span::Span;
use crate::syntax::Quorum;

pub use marks::{Branch, BranchKind, Marks, Probe};
pub use mentions::{Mentioned, Mentions, Reads};
pub use stage::{Holders, Stage};
pub use tables::{LibraryCall, Tables};

/// Index into [`Rules::roles`].
pub type RoleId = u16;
/// Index into [`Rules::messages`].
pub type MessageId = u16;
/// Index into [`Rules::stages`].
pub type StageId = u16;

/// A kind of conversation.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The source text; its SHA-256 is the rules' hash.
    pub text: String,
    /// `escrow`
    pub name: String,
    /// `Escrow order`
    pub title: String,
    /// The documentation of the `conversation` item.
    pub doc: String,
    /// `1`
    pub edition: u32,
    /// Modules of the standard library in use.
    pub uses: Vec<String>,
    /// Roles in file order, then those of the stages.
    pub roles: Vec<Role>,
    /// Sets of roles that one person may hold together.
    pub overlaps: Vec<Vec<RoleId>>,
    /// Terms in file order.
    pub terms: Vec<Field>,
    /// Messages and deadlines in file order, then the system's `join` and `leave`, then the names of
    /// stages as the pattern knows them, then the same of each stage, without the system's.
    pub messages: Vec<Message>,
    /// Conversations inside this one, each before those inside it.
    pub stages: Vec<Stage>,
    /// The pattern; without one in the file, any message at any time.
    pub pattern: Pattern,
    /// State slots in file order, then those of the stages.
    pub state: Vec<Field>,
    /// `on open`
    pub on_open: Option<Script>,
    /// `consensus`
    pub consensus: Script,
    /// `failure` and its text
    pub failure: Option<Failure>,
    /// `output`; without one, the output is `()`
    pub output: Option<Script>,
    /// `never` and `always`
    pub invariants: Vec<Invariant>,
    /// Whose signatures make an outcome final.
    pub seal: Seal,
    /// The functions of `script`, printed as Rhai, one for each signature in use.
    pub functions: Script,
    /// What the numbers in the scripts mean.
    pub tables: Tables,
    /// Where things stand in the text.
    pub marks: Marks,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// `buyer`
    pub name: String,
    /// Documentation.
    pub doc: String,
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: Option<u32>,
    /// Whether people may join while it runs.
    pub open: Openness,
    /// The stage that it is a role of.
    pub stage: Option<StageId>,
}

/// Whether people may join a role while the conversation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// Fixed when the conversation opens.
    Fixed,
    /// `open`
    Open,
}

/// A field of terms, state, a message or a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// `price`
    pub name: String,
    /// Documentation.
    pub doc: String,
    /// Its type, without `?`.
    pub ty: Type,
    /// Whether it may be left out.
    pub presence: Presence,
}

/// Whether a field may be left out, and what it then is.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// It may not. (In `state`: a list or map, which starts empty.)
    Required,
    /// `?`: then it is `()`.
    Optional,
    /// `= value`: then it is that.
    Default(Literal),
    /// `= last`: then it is the last accepted entry that the `ref` may name.
    Last,
}

/// A type of the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `int(a..b)`
    Int(Option<i64>, Option<i64>),
    /// `decimal(a..b)`
    Decimal(Option<rust_decimal::Decimal>, Option<rust_decimal::Decimal>),
    /// `text(a..b)`: Unicode scalar values
    Text(u32, u32),
    /// `bytes(a..b)`
    Bytes(u32, u32),
    /// `time(a..b)`: milliseconds since 1970
    Time(Option<i64>, Option<i64>),
    /// `duration(a..b)`: milliseconds
    Duration(Option<i64>, Option<i64>),
    /// `person`, `person(role)`
    Person(Option<RoleId>),
    /// `"a" | "b"`
    Choice(Vec<String>),
    /// `one_of(terms.options)`: index of the term, and the type of its elements
    OneOf(u16, Box<Type>),
    /// `list(T, a..b, unique)`
    List {
        /// The elements.
        of: Box<Type>,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
        /// Whether no two may be equal.
        unique: Uniqueness,
    },
    /// `{ field, … }`
    Record(Vec<Field>),
    /// `ref(a | b)`, sorted
    Ref(Vec<MessageId>),
    /// `file(10mb)`: at most so many bytes
    File(u64),
    /// `hidden(T)`
    Hidden(Box<Type>),
    /// `reveal(message)`
    Reveal(MessageId),
    /// `outcome(escrow)`: a certificate, in terms only; the name of the rules that it is an outcome of
    Outcome(String),
    /// `map(K, T, a..b)`, in state only
    Map {
        /// The keys.
        key: Box<Type>,
        /// The values.
        value: Box<Type>,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// `T?` inside a list or map
    Optional(Box<Type>),
    /// `T for roles`
    Private(Box<Type>, Vec<RoleId>),
}

/// Whether a list may hold equal elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// It may.
    Any,
    /// `unique`
    Unique,
}

/// A message, a deadline, or the system's `join` and `leave`.
#[derive(Clone, Debug)]
pub struct Message {
    /// `pay`
    pub name: String,
    /// Documentation.
    pub doc: String,
    /// What it is.
    pub kind: MessageKind,
    /// The stage that it is said in.
    pub stage: Option<StageId>,
    /// The roles that may send it, in file order. All of them for `by anyone` and deadlines.
    pub by: Vec<RoleId>,
    /// Its fields in file order. `join` has one: `role`, a text.
    pub fields: Vec<Field>,
    /// Its guards in file order.
    pub guards: Vec<Guard>,
    /// Its handlers in file order.
    pub handlers: Vec<Script>,
}

/// The kinds of messages.
#[derive(Clone, Debug)]
pub enum MessageKind {
    /// `message`
    Said,
    /// `deadline`: the script gives the time, or `()`
    Deadline(Script),
    /// `join`
    Join,
    /// `leave`
    Leave,
    /// The name of a stage: nobody says it. It comes where the stage is decided.
    Stage,
}

/// `allow … when { } else "…"`
#[derive(Clone, Debug)]
pub struct Guard {
    /// The condition.
    pub when: Script,
    /// The text where it is false.
    pub otherwise: Option<Text>,
    /// The `when { … }` in the source, for explanations.
    pub span: Span,
}

/// `failure { } else "…"`
#[derive(Clone, Debug)]
pub struct Failure {
    /// The condition.
    pub when: Script,
    /// The text of the failure.
    pub otherwise: Option<Text>,
}

/// `never NAME { }`, `always NAME { }`
#[derive(Clone, Debug)]
pub struct Invariant {
    /// Its name.
    pub name: String,
    /// Which value of the condition is a breach.
    pub breach: bool,
    /// The stage while which it is held.
    pub stage: Option<StageId>,
    /// The condition.
    pub when: Script,
}

/// A text with holes, each a script whose value is a text.
#[derive(Clone, Debug)]
pub struct Text {
    /// Pieces in order.
    pub parts: Vec<Piece>,
}

/// A piece of a text with holes.
#[derive(Clone, Debug)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// A hole: a script whose value is a Rhai string.
    Hole(Script),
}

/// Code, printed as the Rhai that runs.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Rhai, in the vocabulary of `spec/execution.md`.
    pub rhai: String,
    /// Byte offset in `rhai` → place in the file; sorted by offset. A fault at an offset is at
    /// the last entry that starts at or before it.
    pub places: Vec<(u32, Span)>,
    /// The block in the file.
    pub span: Span,
    /// What it reads of the log and the state.
    pub reads: Reads,
    /// What stands in it.
    pub mentions: Mentions,
}

/// `seal N of ROLE, …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How many.
    pub quorum: SealQuorum,
    /// Whose.
    pub roles: Vec<RoleId>,
}

/// How many seals make an outcome final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealQuorum {
    /// As written.
    Written(Quorum),
    /// Nothing written: more than two thirds.
    TwoThirds,
}

/// A resolved pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A message, of one of these roles only (those that may send it, or the narrower one).
    Message(MessageId, Vec<RoleId>),
    /// `a, b`; empty: nothing
    Sequence(Vec<Pattern>),
    /// `a | b`
    Either(Vec<Pattern>),
    /// `a & b`
    Interleave(Vec<Pattern>),
    /// `p{min..max}`
    Repeat(Box<Pattern>, u32, Option<u32>),
    /// `each ROLE, … ( p )`
    Each(Vec<RoleId>, Box<Pattern>),
    /// `one ROLE ( p )`
    One(RoleId, Box<Pattern>),
    /// `per MESSAGE ( p )`
    Per(MessageId, Box<Pattern>),
    /// `p unless q`
    Unless(Box<Pattern>, Box<Pattern>),
}

impl Rules {
    /// The roles that people hold from the start or join: those that are no stage's.
    pub fn cast(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(|r| r.stage.is_none())
    }

    /// The message that people mean by a name: the one of this name, or else the only one of a stage
    /// whose own name it is.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<MessageId> {
        let own = |m: &&Message| m.stage.is_some() && m.name.rsplit('.').next() == Some(name);
        self.message(name).or_else(|| {
            let mut all = self.messages.iter().filter(own);
            let (one, more) = (all.next()?, all.next());
            if more.is_some() { None } else { self.message(&one.name) }
        })
    }

    /// The names of all messages that somebody may say.
    pub fn spoken(&self) -> impl Iterator<Item = &str> {
        let said = self.messages.iter().filter(|m| !matches!(m.kind, MessageKind::Stage));
        said.map(|m| m.name.as_str())
    }

    /// The name of a term that a number means: `options`, `vote.options` of a stage.
    #[must_use]
    pub fn term_name(&self, number: u16) -> String {
        if let Some(field) = self.terms.get(usize::from(number)) {
            return field.name.clone();
        }
        let of_stage = |stage: &Stage| {
            let at = usize::from(number).checked_sub(usize::from(stage.first_term))?;
            Some(format!("{}.{}", stage.name, stage.terms.get(at)?.0.name))
        };
        self.stages.iter().find_map(of_stage).unwrap_or_default()
    }

    /// The message of a name.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<MessageId> {
        let at = self.messages.iter().position(|m| m.name == name)?;
        MessageId::try_from(at).ok()
    }

    /// The role of a name.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<RoleId> {
        let at = self.roles.iter().position(|r| r.name == name)?;
        RoleId::try_from(at).ok()
    }
}
