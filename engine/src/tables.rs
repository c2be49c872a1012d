//! What has been said, counted as it is said: the tables behind `said`, `count`, `last`, `tally`
//! and `everyone`, so that these cost the same however long the log is.
//!
//! Entries are numbers here: indices among the accepted entries, in order. Lists that only grow
//! (all accepted entries; those of a message that some script lists) live in [`Journal`], outside
//! of what a checkpoint copies: rolling back cuts them to their length then.

mod saved;

use std::collections::BTreeMap;

use mundi_lang::rules::{MessageId, Tables as Names};

use crate::value::Value;

/// Count and last entry of one message, by everybody or by one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) count: u32,
    /// Meaningful where `count` is not 0.
    last: u32,
}

impl Row {
    pub(crate) fn last(self) -> Option<u32> {
        (self.count > 0).then_some(self.last)
    }

    fn add(&mut self, entry: u32) {
        self.count = self.count.saturating_add(1);
        self.last = entry;
    }
}

/// Entries that refer to one entry, of one message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replies {
    pub(crate) entries: Vec<u32>,
    pub(crate) by_person: BTreeMap<u32, Row>,
}

/// What an accepted entry adds to the tables.
pub(crate) struct Said<'a> {
    pub(crate) message: MessageId,
    pub(crate) person: u32,
    pub(crate) entry: u32,
    /// The accepted entries that its `ref` fields name.
    pub(crate) refs: &'a [u32],
}

/// What [`Tables::add`] replaced.
pub(crate) struct TablesBefore {
    message: MessageId,
    person: u32,
    all: Row,
    own: Row,
    replies: Vec<(u32, Row)>,
}

/// The tables. Cloned into checkpoints.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    messages: Vec<Row>,
    /// By message, then by person.
    persons: Vec<Vec<Row>>,
    /// By number of the tally.
    pub(crate) tallies: BTreeMap<u16, BTreeMap<Value, u32>>,
    /// By entry and message, for messages that some script asks entries for.
    replies: BTreeMap<(u32, MessageId), Replies>,
    /// By entry and number of the tally.
    pub(crate) reply_tallies: BTreeMap<(u32, u16), BTreeMap<Value, u32>>,
    /// How much there is to copy: rows ever made.
    weight: usize,
}

impl Tables {
    /// Empty tables for so many messages.
    pub(crate) fn new(messages: usize) -> Self {
        Self {
            messages: vec![Row::default(); messages],
            persons: vec![Vec::new(); messages],
            ..Self::default()
        }
    }

    /// Takes an accepted entry in; `asked` are the messages whose replies some script asks for.
    /// Gives what [`Self::take_back`] needs.
    pub(crate) fn add(&mut self, said: &Said<'_>, asked: &[MessageId]) -> TablesBefore {
        let mut before = self.before(said.message, said.person);
        if let Some(row) = self.messages.get_mut(usize::from(said.message)) {
            row.add(said.entry);
        }
        if let Some(row) = self.own_row(said.message, said.person) {
            row.add(said.entry);
        }
        if !said.refs.is_empty() && asked.binary_search(&said.message).is_ok() {
            for target in said.refs {
                let replies = self.replies.entry((*target, said.message)).or_default();
                replies.entries.push(said.entry);
                let row = replies.by_person.entry(said.person).or_default();
                before.replies.push((*target, *row));
                row.add(said.entry);
                self.weight += 2;
            }
        }
        before
    }

    /// The rows of a message as they are.
    pub(crate) fn before(&self, message: MessageId, person: u32) -> TablesBefore {
        let (all, own) = (self.row(message), self.row_by(message, person));
        TablesBefore { message, person, all, own, replies: Vec::new() }
    }

    /// Takes the last [`Self::add`] back.
    pub(crate) fn take_back(&mut self, before: TablesBefore) {
        if let Some(row) = self.messages.get_mut(usize::from(before.message)) {
            *row = before.all;
        }
        if let Some(row) = self.own_row(before.message, before.person) {
            *row = before.own;
        }
        for (target, row) in before.replies.into_iter().rev() {
            if let Some(replies) = self.replies.get_mut(&(target, before.message)) {
                replies.entries.pop();
                if row.count == 0 {
                    replies.by_person.remove(&before.person);
                } else {
                    replies.by_person.insert(before.person, row);
                }
            }
        }
    }

    fn own_row(&mut self, message: MessageId, person: u32) -> Option<&mut Row> {
        let rows = self.persons.get_mut(usize::from(message))?;
        let person = person as usize;
        if rows.len() <= person {
            self.weight += person + 1 - rows.len();
            rows.resize(person + 1, Row::default());
        }
        rows.get_mut(person)
    }

    /// Moves one voice in a tally from an old value to a new one; `()` is no choice.
    pub(crate) fn move_voice(
        tally: &mut BTreeMap<Value, u32>,
        old: Option<Value>,
        new: Option<Value>,
    ) {
        if let Some(old) = old
            && let Some(n) = tally.get_mut(&old)
        {
            *n = n.saturating_sub(1);
            if *n == 0 {
                tally.remove(&old);
            }
        }
        if let Some(new) = new {
            *tally.entry(new).or_default() += 1;
        }
    }

    pub(crate) fn row(&self, message: MessageId) -> Row {
        self.messages.get(usize::from(message)).copied().unwrap_or_default()
    }

    pub(crate) fn row_by(&self, message: MessageId, person: u32) -> Row {
        let rows = self.persons.get(usize::from(message));
        rows.and_then(|r| r.get(person as usize)).copied().unwrap_or_default()
    }

    /// Each person's last entry of a message, in the order of these entries.
    pub(crate) fn lasts(&self, message: MessageId) -> Vec<u32> {
        let rows = self.persons.get(usize::from(message));
        let mut lasts: Vec<u32> = rows.into_iter().flatten().filter_map(|r| r.last()).collect();
        lasts.sort_unstable();
        lasts
    }

    pub(crate) fn replies(&self, entry: u32, message: MessageId) -> Option<&Replies> {
        self.replies.get(&(entry, message))
    }

    /// How much a copy of the tables weighs, in rows.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }
}

/// Messages whose replies some script asks for, in one sorted list.
pub(crate) fn asked_replies(names: &Names) -> Vec<MessageId> {
    let tallies = names.entry_tallies.iter().filter_map(|t| names.tallies.get(usize::from(*t)));
    let everyones =
        names.entry_everyones.iter().filter_map(|n| names.everyones.get(usize::from(*n)));
    let mut all: Vec<MessageId> = names.entry_messages.clone();
    all.extend(tallies.map(|(m, _)| *m));
    all.extend(everyones.map(|(m, _)| *m));
    all.sort_unstable();
    all.dedup();
    all
}

/// Lists that only grow while folding forward.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    /// Index among the accepted → index in the log.
    pub(crate) accepted: Vec<u32>,
    /// Index in the log → index among the accepted, `u32::MAX` for none.
    positions: Vec<u32>,
    /// By message: its accepted entries, for messages that some script lists.
    pub(crate) listed: BTreeMap<MessageId, Vec<u32>>,
}

impl Journal {
    /// A journal that lists these messages.
    pub(crate) fn new(listed: &[MessageId]) -> Self {
        let listed = listed.iter().map(|m| (*m, Vec::new())).collect();
        Self { listed, ..Self::default() }
    }

    /// Takes an accepted entry in and gives its index among the accepted.
    pub(crate) fn push(&mut self, log_index: u32, message: MessageId) -> u32 {
        let entry = u32::try_from(self.accepted.len()).unwrap_or(u32::MAX);
        self.accepted.push(log_index);
        let at = log_index as usize;
        if self.positions.len() <= at {
            self.positions.resize(at + 1, u32::MAX);
        }
        if let Some(place) = self.positions.get_mut(at) {
            *place = entry;
        }
        if let Some(list) = self.listed.get_mut(&message) {
            list.push(entry);
        }
        entry
    }

    /// The index among the accepted of an entry of the log.
    pub(crate) fn position(&self, log_index: u32) -> Option<u32> {
        self.positions.get(log_index as usize).copied().filter(|p| *p != u32::MAX)
    }

    /// Back to when `len` entries were accepted.
    pub(crate) fn cut(&mut self, len: usize) {
        for log_index in self.accepted.drain(len.min(self.accepted.len())..) {
            if let Some(place) = self.positions.get_mut(log_index as usize) {
                *place = u32::MAX;
            }
        }
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        for list in self.listed.values_mut() {
            let keep = list.partition_point(|entry| *entry < len);
            list.truncate(keep);
        }
    }
}
