//! A conversation inside another, as the engine holds it.

use super::{Failure, Field, MessageId, Pattern, RoleId, Script, StageId};

/// A conversation inside another.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `vote`, or `round.vote` of a stage in a stage.
    pub name: String,
    /// The title that its file gives it.
    pub title: String,
    /// The documentation of the `stage` item.
    pub doc: String,
    /// The stage that it is in; `None`: the whole conversation.
    pub within: Option<StageId>,
    /// Its name, as a message of the pattern around it.
    pub message: MessageId,
    /// Its roles in file order, and who holds each.
    pub roles: Vec<(RoleId, Holders)>,
    /// Sets of its roles that one person may hold together.
    pub overlaps: Vec<Vec<RoleId>>,
    /// The number of its first term: they are counted on after those of the conversation.
    pub first_term: u16,
    /// Its terms in file order, and what each is given; `None`: its default, or `()`.
    pub terms: Vec<(Field, Option<Script>)>,
    /// Its pattern.
    pub pattern: Pattern,
    /// `on open`
    pub on_open: Option<Script>,
    /// `consensus`
    pub consensus: Script,
    /// `failure` and its text
    pub failure: Option<Failure>,
    /// `output`
    pub output: Option<Script>,
}

/// Who holds a role of a stage.
#[derive(Clone, Debug)]
pub enum Holders {
    /// The holders of these roles of the file around.
    Of(Vec<RoleId>),
    /// The person, or the list of persons, that a script gives.
    Asked(Script),
    /// Nobody.
    Nobody,
}
