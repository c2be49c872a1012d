//! How far a rehearsal has come with each message: what was said, what can come.
//!
//! It is told by message, not by place: where a message stands at several places of the pattern, each
//! has the same mark, and the mark says so. Only a place narrowed by `by` counts what was said by holders
//! of its roles.

use std::collections::BTreeMap;

use mundi_engine::{Ending, Replica, Verdict};
use mundi_identity::Fingerprint;
use mundi_lang::Source;
use mundi_lang::play::{Play, Step, StepKind};
use mundi_lang::units::format_time;

use crate::rehearsal::Rehearsal;
use crate::show::plain;

/// The most people who are named where a message can come.
const NAMED: usize = 3;

/// How far a rehearsal has come.
pub(super) struct Standing<'a> {
    replica: &'a Replica,
    /// The authors of the accepted entries, by message.
    said: BTreeMap<String, Vec<Fingerprint>>,
    /// Who can say what now.
    turns: BTreeMap<String, Vec<Fingerprint>>,
    /// The deadlines that have not come yet: from when on they may be said.
    ahead: BTreeMap<String, Option<i64>>,
    /// `Consensus by ada's confirm`
    pub(super) in_words: String,
}

/// What a rehearsal says of a box.
pub(super) struct Mark {
    /// How often it was said.
    pub(super) said: usize,
    /// Whether and by whom it can come.
    pub(super) possible: Option<String>,
    /// Whether other boxes have the same mark.
    pub(super) places: Places,
}

/// At how many places of the pattern a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// What is said of it, is said of this box.
    One,
    /// Which of them is meant is not known.
    Several,
}

impl<'a> Standing<'a> {
    /// How far a rehearsal has come.
    pub(super) fn of(rehearsal: &'a Rehearsal) -> Self {
        let replica = rehearsal.replica();
        let mut said: BTreeMap<String, Vec<Fingerprint>> = BTreeMap::new();
        let accepted = |id: &_| replica.verdict(id) == Some(Verdict::Accepted);
        for (author, message) in
            replica.order().iter().filter(|id| accepted(id)).filter_map(|id| replica.said(id))
        {
            said.entry(message).or_default().push(author);
        }
        let clock = rehearsal.clock();
        let ahead = replica.deadlines().into_iter();
        let ahead = ahead.filter(|(_, time)| time.is_none_or(|time| time > clock));
        Self {
            replica,
            said,
            turns: replica.turns().into_iter().map(|turn| (turn.message, turn.by)).collect(),
            ahead: ahead.collect(),
            in_words: in_words(rehearsal),
        }
    }

    /// The mark of a box: of all entries of its message, or of those by holders of these roles.
    pub(super) fn mark(&self, message: &str, roles: Option<&[&str]>, places: Places) -> Mark {
        let held = |person: &&Fingerprint| {
            roles.is_none_or(|roles| roles.iter().any(|role| self.replica.holds(person, role)))
        };
        let said = self.said.get(message).map_or(0, |authors| authors.iter().filter(held).count());
        let by: Vec<&Fingerprint> =
            self.turns.get(message).map(|by| by.iter().filter(held).collect()).unwrap_or_default();
        let possible = (!by.is_empty()).then(|| self.possible(message, &by));
        Mark { said, possible, places }
    }

    /// `now: ada, ben`, `from 2026-01-18T00:00:04Z on`
    fn possible(&self, message: &str, by: &[&Fingerprint]) -> String {
        match self.ahead.get(message) {
            Some(Some(time)) => return format!("from {} on", format_time(*time)),
            Some(None) => return "not yet".to_owned(),
            None => {}
        }
        if by.len() > NAMED {
            return format!("now: {} people", by.len());
        }
        let names: Vec<String> = by.iter().map(|p| plain(&self.replica.name_of(p))).collect();
        format!("now: {}", names.join(", "))
    }
}

/// How the rehearsal stands as a whole.
fn in_words(rehearsal: &Rehearsal) -> String {
    let time = format_time(rehearsal.clock());
    match rehearsal.replica().ending() {
        None => format!("As it stands at {time}"),
        Some(Ending::Consensus { entry, .. }) => {
            format!("Consensus by {}", plain(&rehearsal.who_said(&entry)))
        }
        Some(Ending::Failure { entry, text }) => {
            format!("Failure by {}: {}", plain(&rehearsal.who_said(&entry)), plain(&text))
        }
    }
}

/// A play up to a line, from 1: what stands after it is left out.
#[must_use]
pub fn until(source: &Source, play: &Play, line: usize) -> Play {
    Play { steps: steps_until(source, &play.steps, line), ..play.clone() }
}

fn steps_until(source: &Source, steps: &[Step], line: usize) -> Vec<Step> {
    let begun = |step: &&Step| source.place(step.span.range().start).line <= line;
    let cut = |step: &Step| match &step.node {
        StepKind::Together(inner) => {
            let node = StepKind::Together(steps_until(source, inner, line));
            Step { node, span: step.span }
        }
        _ => step.clone(),
    };
    steps.iter().filter(begun).map(cut).collect()
}
