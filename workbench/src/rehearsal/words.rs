//! A rehearsal in words: names of persons and entries, who may say what now.

use mundi_engine::{EntryId, Replica};
use mundi_identity::Fingerprint;

use super::Rehearsal;
use crate::show::{Naming, hex};

impl Rehearsal {
    /// Does something with the names that this rehearsal gives to persons and entries.
    pub fn naming<T>(&self, with: impl FnOnce(&Naming<'_>) -> T) -> T {
        with(&Naming { person: &|print| self.name_of(print), entry: &|id| self.entry_name(id) })
    }

    /// The name of a person.
    #[must_use]
    pub fn name_of(&self, print: &Fingerprint) -> String {
        let named = self.people.iter().find(|(_, known)| *known == print);
        named.map_or_else(|| print.to_string(), |(name, _)| name.clone())
    }

    /// The label of an entry, or the beginning of its id.
    fn entry_name(&self, id: &EntryId) -> String {
        match self.label_of(id) {
            Some(label) => label.to_owned(),
            None => hex(id.0.get(..4).unwrap_or(&id.0)),
        }
    }

    /// `ada's confirm`
    #[must_use]
    pub fn who_said(&self, id: &EntryId) -> String {
        match self.replica().said(id) {
            Some((print, message)) => format!("{}'s {message}", self.name_of(&print)),
            None => self.entry_name(id),
        }
    }

    /// Who may say what now: `order or cancel by ada (buyer), accept by ben (seller)`.
    #[must_use]
    pub fn possible(&self) -> String {
        in_words(self.replica(), &|print| self.with_roles(print))
    }

    /// `ada (buyer)`
    #[must_use]
    pub fn with_roles(&self, print: &Fingerprint) -> String {
        let roles = self.replica().roles_of(print);
        match roles.as_slice() {
            [] => self.name_of(print),
            roles => format!("{} ({})", self.name_of(print), roles.join(", ")),
        }
    }
}

/// Who may say what now, in words; `who` names a person.
pub(crate) fn in_words(replica: &Replica, who: &dyn Fn(&Fingerprint) -> String) -> String {
    let mut groups: Vec<(Vec<Fingerprint>, Vec<String>)> = Vec::new();
    for turn in replica.turns() {
        match groups.iter_mut().find(|(by, _)| *by == turn.by) {
            Some((_, messages)) => messages.push(turn.message),
            None => groups.push((turn.by, vec![turn.message])),
        }
    }
    if groups.is_empty() {
        return "nothing".into();
    }
    let present = replica.present().len();
    let group = |(by, messages): &(Vec<Fingerprint>, Vec<String>)| {
        let who = match by.len() {
            n if n > 1 && n == present => "anyone".into(),
            _ => either(&by.iter().map(who).collect::<Vec<_>>()),
        };
        format!("{} by {who}", either(messages))
    };
    groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

/// `a`, `a or b`, `a, b or c`
pub(crate) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}
