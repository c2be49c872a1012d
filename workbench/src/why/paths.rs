//! The shortest lines that make another possible: searched in breadth, each really said.

use std::collections::BTreeSet;

use mundi_engine::Code;
use mundi_lang::literal::Literal;
use mundi_lang::rules::Type;

use super::course::Held;
use super::samples::Ground;
use super::suggest::Case;
use super::trial::{goes, said};
use crate::rehearsal::{Judged, Line};

/// How many lines a person still reads as one suggestion.
const LONGEST: usize = 3;

/// Who is asked to say a message that many may say.
const SPEAKERS: usize = 2;

/// Ways of one length that are followed.
const WIDTH: usize = 24;

/// Lines, and what is accepted after them: the line in question, or the same about another entry.
pub(super) type Path = (Vec<Line>, Line);

/// The shortest ways to the line: all of one length.
pub(super) fn paths(case: &Case<'_>) -> Vec<Path> {
    let mut front: Vec<Vec<Line>> = vec![Vec::new()];
    let mut met = BTreeSet::new();
    for _ in 0..LONGEST {
        let mut next = Vec::new();
        let mut found = Vec::new();
        for way in front.iter().take(WIDTH) {
            for line in steps(case, way) {
                let longer: Vec<Line> = way.iter().cloned().chain([line]).collect();
                match leads(case, &longer, &mut met) {
                    Leads::There(line) => found.push((longer, line)),
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
    There(Line),
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
    let line = about_what_is_there(case, &held);
    held.go(&said(&line));
    let there = matches!(held.spoken.last(), Some(Some(s)) if s.at_first == Judged::Accepted);
    match (there, over) {
        (true, _) => Leads::There(line),
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
            let mut line = case.sample(&held, &turn.message, &person);
            if let (Some(line), Code::BadRef) = (&mut line, case.code) {
                // What the line is about then needs a name.
                line.label = Some(format!("{}{}", turn.message, way.len().saturating_add(1)));
            }
            lines.extend(line);
        }
    }
    lines
}

/// The line; one that speaks of an entry which is not there speaks of the last that is.
fn about_what_is_there(case: &Case<'_>, held: &Held) -> Line {
    let mut line = case.line.clone();
    let Some(message) = case.message().filter(|_| case.code == Code::BadRef) else { return line };
    let ground = Ground { rehearsal: &held.rehearsal, rules: case.rules, person: &line.person };
    let mut last = Vec::new();
    for field in &message.fields {
        if let Type::Ref(of) = &field.ty
            && case.reason.contains(&format!("`{}`", field.name))
        {
            last.extend(ground.last(of, None).map(|name| (field.name.clone(), name)));
        }
    }
    for (field, name) in last {
        for (known, value) in &mut line.fields {
            if *known == field {
                *value = Literal::Name(name.clone());
            }
        }
    }
    line
}
