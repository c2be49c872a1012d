//! Where the numbers of a file begin: files of stages are counted on after the file around, so that a
//! number means one thing in the whole conversation.

use crate::rules::{MessageId, RoleId, StageId};

/// What stands before a file in each vector of the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) roles: usize,
    pub(crate) messages: usize,
    pub(crate) terms: usize,
    pub(crate) state: usize,
    /// The stage that the file is; `None`: the whole.
    pub(crate) stage: Option<StageId>,
}

impl Base {
    /// The number of the file's role at a place.
    pub(crate) fn role(self, at: usize) -> Option<RoleId> {
        RoleId::try_from(self.roles.checked_add(at)?).ok()
    }

    /// The number of its message at a place.
    pub(crate) fn message(self, at: usize) -> Option<MessageId> {
        MessageId::try_from(self.messages.checked_add(at)?).ok()
    }

    /// The number of its term at a place.
    pub(crate) fn term(self, at: usize) -> Option<u16> {
        u16::try_from(self.terms.checked_add(at)?).ok()
    }

    /// The number of its state slot at a place.
    pub(crate) fn slot(self, at: usize) -> Option<u16> {
        u16::try_from(self.state.checked_add(at)?).ok()
    }
}
