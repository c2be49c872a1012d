//! What a script came to, part by part, as its text nests.

use mundi_engine::Value;
use mundi_engine::trace::{Gave, Run};
use mundi_lang::Span;
use mundi_lang::rules::Rules;

use crate::show::Naming;

/// A part of a script's text, and the values that it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its text, on one line.
    pub text: String,
    /// Its values in their order; none where it was not come to.
    pub values: Vec<Shown>,
    /// Whether the script failed in it.
    pub failed: bool,
    /// The parts inside it.
    pub parts: Vec<Part>,
    span: Span,
}

/// A value for people and for programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// `12.50`
    pub text: String,
    /// As in JSON.
    pub json: serde_json::Value,
}

impl Shown {
    /// A value, with names for persons and entries.
    #[must_use]
    pub fn of(value: &Value, naming: &Naming<'_>) -> Self {
        Self { text: naming.text(value), json: naming.json(value) }
    }
}

/// The parts of a script that was run.
#[must_use]
pub(super) fn parts(rules: &Rules, run: &Run, naming: &Naming<'_>) -> Vec<Part> {
    let within = |span: &Span| run.span.start <= span.start && span.end <= run.span.end;
    let probes = rules.marks.probes.iter().enumerate();
    let mut flat: Vec<Part> = Vec::new();
    for (number, probe) in probes.filter(|(_, probe)| within(&probe.span)) {
        let seen = run.seen.iter().filter(|seen| seen.probe == number);
        let values: Vec<Shown> = seen.map(|seen| Shown::of(&seen.value, naming)).collect();
        match flat.iter_mut().find(|part| part.span == probe.span) {
            Some(part) => part.values.extend(values),
            None => flat.push(Part {
                text: on_one_line(rules.text.get(probe.span.range()).unwrap_or("")),
                values,
                failed: false,
                parts: Vec::new(),
                span: probe.span,
            }),
        }
    }
    flat.sort_by_key(|part| (part.span.start, std::cmp::Reverse(part.span.end)));
    let mut parts = nested(flat);
    parts.iter_mut().for_each(|part| chain(rules, part));
    if matches!(run.gave, Gave::Fault { .. }) {
        parts.iter_mut().for_each(|part| {
            fail(part);
        });
    }
    parts
}

/// Marks where a script failed: what was begun and has no value. Says whether a part was begun.
fn fail(part: &mut Part) -> bool {
    let mut begun = false;
    for inner in &mut part.parts {
        begun |= fail(inner);
    }
    part.failed = begun && part.values.is_empty();
    begun || !part.values.is_empty()
}

/// `a || b || c` is nested to the left; who reads it sees three alternatives.
fn chain(rules: &Rules, part: &mut Part) {
    part.parts.iter_mut().for_each(|inner| chain(rules, inner));
    let same = match (operator(rules, part), part.parts.first()) {
        (Some(op), Some(first)) => operator(rules, first) == Some(op),
        _ => false,
    };
    if same && let Some(first) = part.parts.first_mut() {
        let inner = std::mem::take(&mut first.parts);
        part.parts.splice(..1, inner);
    }
}

/// The `&&` or `||` between the first two parts of one.
fn operator<'t>(rules: &'t Rules, part: &Part) -> Option<&'t str> {
    let [first, second, ..] = part.parts.as_slice() else { return None };
    let between = rules.text.get(first.span.end as usize..second.span.start as usize)?;
    let op = between.trim_matches(|c: char| c.is_whitespace() || c == '(' || c == ')');
    ["&&", "||"].into_iter().find(|known| *known == op)
}

/// Parts that stand inside others are put there; `flat` is sorted by where they begin.
fn nested(flat: Vec<Part>) -> Vec<Part> {
    let mut open: Vec<Part> = Vec::new();
    let mut done = Vec::new();
    for part in flat {
        while open.last().is_some_and(|last| last.span.end <= part.span.start) {
            close(&mut open, &mut done);
        }
        open.push(part);
    }
    while !open.is_empty() {
        close(&mut open, &mut done);
    }
    done
}

/// The innermost open part is complete.
fn close(open: &mut Vec<Part>, done: &mut Vec<Part>) {
    let Some(part) = open.pop() else { return };
    match open.last_mut() {
        Some(around) => around.parts.push(part),
        None => done.push(part),
    }
}

/// A text without its line breaks.
#[must_use]
pub(crate) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
