//! What the checker has seen on its way, for those who ask about a place: the types of expressions.

use std::collections::BTreeMap;

use crate::rules::{Message, Role, Stage};
use crate::span::Span;
use crate::ty::Ty;

/// Types by place. A function is typed once for each signature with which it is called, so a place in
/// it may have several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    types: BTreeMap<Span, Vec<Ty>>,
}

impl Notes {
    pub(crate) fn add(&mut self, at: Span, ty: &Ty) {
        let all = self.types.entry(at).or_default();
        if *ty != Ty::Unknown && !all.contains(ty) {
            all.push(ty.clone());
        }
    }
}

/// What is known of a text, also of one with errors.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// All roles, those of stages among them.
    pub roles: Vec<Role>,
    /// All messages, by the numbers that types hold.
    pub messages: Vec<Message>,
    /// Its stages, with their terms.
    pub stages: Vec<Stage>,
    notes: Notes,
}

impl Known {
    pub(crate) fn new(
        roles: &[Role],
        messages: &[Message],
        stages: &[Stage],
        notes: Option<Notes>,
    ) -> Self {
        let (roles, messages, stages) = (roles.to_vec(), messages.to_vec(), stages.to_vec());
        Self { roles, messages, stages, notes: notes.unwrap_or_default() }
    }

    /// The types of the expression that stands exactly here, or of the variable that is declared here.
    #[must_use]
    pub fn types(&self, at: Span) -> &[Ty] {
        self.notes.types.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The name of a message in its own file.
    #[must_use]
    pub fn message(&self, number: u16) -> &str {
        let name = self.messages.get(usize::from(number)).map_or("", |m| m.name.as_str());
        name.rsplit('.').next().unwrap_or(name)
    }
}
