//! The shortest lines that make another possible: searched in breadth, each really said.

use std::collections::BTreeSet;

use super::suggest::Case;
use super::trial::{goes, said};
use crate::rehearsal::{Judged, Line};

/// How many lines a person still reads as one suggestion.
const LONGEST: usize = 3;

/// Who is asked to say a message that many may say.
const SPEAKERS: usize = 2;

/// Ways of one length that are followed.
const WIDTH: usize = 24;

/// The shortest ways to the line: all of one length.
pub(super) fn paths(case: &Case<'_>) -> Vec<Vec<Line>> {
    let mut front: Vec<Vec<Line>> = vec![Vec::new()];
    let mut met = BTreeSet::new();
    for _ in 0..LONGEST {
        let mut next = Vec::new();
        let mut found = Vec::new();
        for way in front.iter().take(WIDTH) {
            for line in steps(case, way) {
                let longer: Vec<Line> = way.iter().cloned().chain([line]).collect();
                match leads(case, &longer, &mut met) {
                    Leads::There => found.push(longer),
                    Leads::On => next.push(longer),
                    Leads::Nowhere => {}
                }
            }
        }
        if !found.is_empty() {
            return found;
        }
        front = next;
    }
    Vec::new()
}

enum Leads {
    /// The line is accepted then.
    There,
    /// It is not, and something else can still come.
    On,
    /// It was refused, ended the conversation, or stands where another way stood.
    Nowhere,
}

/// Where lines lead to.
fn leads(case: &Case<'_>, way: &[Line], met: &mut BTreeSet<String>) -> Leads {
    let Some(mut held) = case.trial.before(case.trial.step) else { return Leads::Nowhere };
    if !way.iter().all(|line| goes(&mut held, &said(line))) {
        return Leads::Nowhere;
    }
    let replica = held.rehearsal.replica();
    let over = replica.ending().is_some();
    let stand = format!("{:?} {:?}", replica.remainder(), replica.state());
    held.go(&said(case.line));
    let there = matches!(held.spoken.last(), Some(Some(s)) if s.at_first == Judged::Accepted);
    match (there, over) {
        (true, _) => Leads::There,
        (false, true) => Leads::Nowhere,
        // The same state again leads nowhere else.
        (false, false) if met.insert(stand) => Leads::On,
        (false, false) => Leads::Nowhere,
    }
}

/// The lines that may come after others, of the messages whose time is not bound.
fn steps(case: &Case<'_>, way: &[Line]) -> Vec<Line> {
    let Some(mut held) = case.trial.before(case.trial.step) else { return Vec::new() };
    if !way.iter().all(|line| goes(&mut held, &said(line))) {
        return Vec::new();
    }
    let turns = held.rehearsal.replica().turns();
    let mut lines = Vec::new();
    for turn in turns.iter().filter(|turn| !case.is_deadline(&turn.message)) {
        for print in turn.by.iter().take(SPEAKERS) {
            let person = held.rehearsal.name_of(print);
            lines.extend(case.sample(&held, &turn.message, &person));
        }
    }
    lines
}
