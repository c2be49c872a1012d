//! What happened in a conversation, step by step, so that it can be done again with a change.

use std::sync::Arc;

use mundi_engine::EntryId;
use mundi_engine::opening::OpenError;
use mundi_lang::Source;
use mundi_lang::play::{Play, Step, StepKind};
use mundi_lang::rules::Rules;

use crate::rehearsal::{Head, Line, Parents, Rehearsal, Spoken, head_of_play};

/// A conversation that can be held again.
#[derive(Clone)]
pub(super) struct Course {
    pub(super) head: Head,
    pub(super) rules: Arc<Rules>,
    pub(super) deeds: Vec<Deed>,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// `+3d`
    Wait(i64),
    /// `at TIME`
    At(i64),
    /// `together {`: what follows has seen what is there now.
    Apart,
    /// `}`
    Together,
    /// Somebody says something.
    Say {
        line: Line,
        seen: Seen,
        /// Where it stands: the line in a play, the number in a log.
        place: usize,
    },
}

/// What a line has seen.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// All that is there.
    All,
    /// What the steps around it say.
    Around,
    /// The entry of a label.
    Label(String),
    /// The entries that these steps led to.
    Steps(Vec<usize>),
}

/// A conversation that is held again.
pub(super) struct Held {
    pub(super) rehearsal: Rehearsal,
    /// By step: what was said.
    pub(super) spoken: Vec<Option<Spoken>>,
    seen: Parents,
}

impl Course {
    /// The course of a play.
    pub(super) fn of_play(source: &Source, play: &Play, rules: &Rules) -> Self {
        let mut deeds = Vec::new();
        add(source, &play.steps, &mut deeds);
        Self { head: head_of_play(play), rules: Arc::new(rules.clone()), deeds }
    }

    /// Holds the first steps of it again.
    pub(super) fn hold(&self, steps: usize) -> Result<Held, OpenError> {
        let rehearsal = Rehearsal::open(&self.head, self.rules.clone())?;
        let mut held = Held { rehearsal, spoken: Vec::new(), seen: Parents::Heads };
        for deed in self.deeds.iter().take(steps) {
            held.go(deed);
        }
        Ok(held)
    }

    /// The step that stands at a place.
    pub(super) fn at(&self, place: usize) -> Option<usize> {
        let there = |deed: &Deed| matches!(deed, Deed::Say { place: at, .. } if *at == place);
        self.deeds.iter().position(there)
    }

    /// The places at which something is said.
    pub(super) fn places(&self) -> Vec<usize> {
        let place = |deed: &Deed| match deed {
            Deed::Say { place, .. } => Some(*place),
            _ => None,
        };
        self.deeds.iter().filter_map(place).collect()
    }

    /// The line of a step.
    pub(super) fn line(&self, step: usize) -> Option<&Line> {
        match self.deeds.get(step) {
            Some(Deed::Say { line, .. }) => Some(line),
            _ => None,
        }
    }
}

impl Held {
    /// Does one step.
    pub(super) fn go(&mut self, deed: &Deed) {
        let mut spoken = None;
        match deed {
            Deed::Wait(milliseconds) => self.rehearsal.wait(*milliseconds),
            Deed::At(time) => self.rehearsal.set_clock(*time),
            Deed::Apart => self.seen = Parents::These(self.rehearsal.replica().heads()),
            Deed::Together => self.seen = Parents::Heads,
            Deed::Say { line, seen, .. } => {
                let after = match seen {
                    Seen::All => Parents::Heads,
                    Seen::Around => self.seen.clone(),
                    Seen::Label(label) => {
                        Parents::These(self.rehearsal.label(label).into_iter().collect())
                    }
                    Seen::Steps(steps) => Parents::These(self.ids(steps)),
                };
                spoken = Some(self.rehearsal.say(&Line { after, ..line.clone() }));
            }
        }
        self.spoken.push(spoken);
    }

    fn ids(&self, steps: &[usize]) -> Vec<EntryId> {
        let spoken = steps.iter().filter_map(|step| self.spoken.get(*step)?.as_ref());
        let mut ids: Vec<EntryId> = spoken.filter_map(|spoken| spoken.id).collect();
        if ids.is_empty() {
            ids.push(self.rehearsal.replica().conversation());
        }
        ids
    }
}

fn add(source: &Source, steps: &[Step], deeds: &mut Vec<Deed>) {
    for step in steps {
        match &step.node {
            StepKind::Wait(milliseconds) => deeds.push(Deed::Wait(*milliseconds)),
            StepKind::At(time) => deeds.push(Deed::At(*time)),
            StepKind::Together(steps) => {
                deeds.push(Deed::Apart);
                add(source, steps, deeds);
                deeds.push(Deed::Together);
            }
            StepKind::Say(say) => {
                let after = say.after.as_ref();
                deeds.push(Deed::Say {
                    line: Line::of_play(say),
                    seen: after.map_or(Seen::Around, |label| Seen::Label(label.node.clone())),
                    place: source.place(step.span.range().start).line,
                });
            }
            StepKind::Expect(_) => {}
        }
    }
}
