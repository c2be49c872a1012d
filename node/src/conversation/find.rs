//! Finding a conversation by what people type: its number, the beginning of its id, its title.

use super::Room;
use crate::home::{Home, HomeError};
use crate::store::Conversation;

/// The least of an id, in hexadecimal digits, that may stand for it.
const PREFIX: usize = 4;

impl Home {
    /// The conversation that is meant; nothing at all means the only one there is.
    ///
    /// # Errors
    /// None, or more than one.
    pub fn find(&self, meant: Option<&str>) -> Result<Conversation, HomeError> {
        let all = self.store().conversations()?;
        let Some(meant) = meant else {
            return match all.as_slice() {
                [one] => Ok(one.clone()),
                [] => Err(HomeError::NoSuchConversation("of any kind".into())),
                _ => Err(HomeError::Ambiguous("the conversation".into(), names(&all))),
            };
        };
        if let Some(one) = all.iter().find(|row| row.number.to_string() == meant) {
            return Ok(one.clone());
        }
        let lower = meant.to_lowercase();
        let fits = |row: &&Conversation| {
            (lower.len() >= PREFIX && row.id.to_string().starts_with(&lower))
                || row.title.to_lowercase() == lower
                || row.topic.as_ref().is_some_and(|topic| topic.to_lowercase() == lower)
        };
        let found: Vec<Conversation> = all.iter().filter(fits).cloned().collect();
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(HomeError::NoSuchConversation(meant.into())),
            several => Err(HomeError::Ambiguous(meant.into(), names(several))),
        }
    }

    /// Finds a conversation and takes it up.
    ///
    /// # Errors
    /// As [`Home::find`] and [`Home::room`].
    pub fn room_of(&self, meant: Option<&str>) -> Result<Room, HomeError> {
        self.room(&self.find(meant)?)
    }
}

fn names(rows: &[Conversation]) -> String {
    let name = |row: &Conversation| {
        let id = row.id.to_string();
        format!("{} ({} {})", row.number, row.title, id.get(..8).unwrap_or(&id))
    };
    rows.iter().map(name).collect::<Vec<_>>().join(", ")
}
