//! Trying out: what would have become of a line, had something else been so.

use std::cell::Cell;

use mundi_engine::EntryId;

use super::course::{Course, Deed, Held, Seen};
use super::samples::entry_name;
use crate::rehearsal::{Judged, Line};

/// Steps of conversations that are held again for one explanation: a second's work.
const STEPS: usize = 20_000;

/// Conversations that are held again for one explanation.
const TRIES: usize = 200;

/// Holds a conversation again, up to a step, and tries what might come then.
pub(super) struct Trial<'a> {
    pub(super) course: &'a Course,
    pub(super) step: usize,
    left: Cell<usize>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(course: &'a Course, step: usize) -> Self {
        Self { course, step, left: Cell::new(TRIES.min(STEPS / step.max(1))) }
    }

    /// The conversation just before a step, where another try is allowed.
    pub(super) fn before(&self, step: usize) -> Option<Held> {
        self.left.set(self.left.get().checked_sub(1)?);
        let mut held = self.course.hold(step).ok()?;
        name_all(&mut held);
        Some(held)
    }

    /// Whether a line is accepted at the step, each of these steps before it having had its effect.
    pub(super) fn accepts(&self, before: &[Deed], line: &Line) -> bool {
        self.accepts_at(self.step, before, line)
    }

    /// The same at another step.
    pub(super) fn accepts_at(&self, step: usize, before: &[Deed], line: &Line) -> bool {
        let Some(mut held) = self.before(step) else { return false };
        before.iter().all(|deed| goes(&mut held, deed)) && goes(&mut held, &said(line))
    }
}

/// Does a step; whether it has had its effect.
pub(super) fn goes(held: &mut Held, deed: &Deed) -> bool {
    held.go(deed);
    name_all(held);
    match held.spoken.last() {
        Some(Some(spoken)) => spoken.at_first == Judged::Accepted,
        _ => true,
    }
}

/// A line that has seen all that is there.
pub(super) fn said(line: &Line) -> Deed {
    Deed::Say { line: line.clone(), seen: Seen::All, place: 0 }
}

/// Names the entries that nobody has named, so that others can speak of them.
fn name_all(held: &mut Held) {
    let unnamed = |id: &EntryId| held.rehearsal.label_of(id).is_none();
    let ids: Vec<EntryId> =
        held.spoken.iter().flatten().filter_map(|s| s.id).filter(unnamed).collect();
    for id in ids {
        held.rehearsal.set_label(&entry_name(&id), id);
    }
}
