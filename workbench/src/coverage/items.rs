//! What there is to come to in rules: each place of the pattern, each guard, branch and ending.

use mundi_engine::trace::Reached;
use mundi_lang::Span;
use mundi_lang::rules::{Branch, BranchKind, Failure, MessageKind, Rules, Script, StageId};

use super::at;
use crate::why::{RulesPlace, on_one_line};

/// Something to come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: RulesPlace,
    /// Its text, on one line.
    pub text: String,
    /// The ways that it may go.
    pub ways: Vec<Way>,
    /// Where it begins in the text: items stand in this order.
    start: u32,
    /// The byte of its line at which it begins.
    column: u32,
}

/// The kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message in a pattern.
    Pattern,
    /// The condition of an `allow`.
    Guard,
    /// An `if`, `while` or `for` in code.
    Branch,
    /// `consensus` or `failure`.
    Ending,
}

/// One way that an item may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// `held`, `refused`, `taken` …
    pub name: &'static str,
    /// How often it went so.
    pub hits: u64,
}

impl Item {
    /// What tells it from others of its line: the column in which it begins, and its kind.
    pub(super) fn key(&self) -> (u32, &str) {
        (self.column, self.kind.name())
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Pattern, Kind::Guard, Kind::Branch, Kind::Ending];

    /// `pattern`, `guards` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Pattern => "pattern",
            Kind::Guard => "guards",
            Kind::Branch => "branches",
            Kind::Ending => "endings",
        }
    }
}

fn way(name: &'static str, hits: u64) -> Way {
    Way { name, hits }
}

/// All that there is to come to, in the order of the text.
pub(super) fn items(rules: &Rules, reached: &Reached) -> Vec<Item> {
    let mut all = Vec::new();
    let mut add = |kind, span: Span, ways: Vec<Way>| {
        let known = |item: &&Item| item.kind == kind && item.start == span.start;
        if all.iter().find(known).is_some() {
            return;
        }
        let text = on_one_line(rules.text.get(span.range()).unwrap_or(""));
        let before = rules.text.get(..span.start as usize).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = u32::try_from(before.len().saturating_sub(line_start)).unwrap_or(u32::MAX);
        let (place, start) = (RulesPlace::of(rules, span), span.start);
        all.push(Item { kind, place, text, ways, start, column });
    };
    for (part, spans) in &rules.marks.patterns {
        for (place, span) in spans.iter().enumerate() {
            let hits = reached.positions.get(&(*part, place)).copied().unwrap_or(0);
            add(Kind::Pattern, *span, vec![way("taken", hits)]);
        }
    }
    let script = |span: Span| reached.scripts.get(&span).copied().unwrap_or_default();
    for guard in rules.messages.iter().flat_map(|m| &m.guards) {
        let hits = script(guard.when.span);
        add(Kind::Guard, guard.span, vec![way("held", hits.yes), way("refused", hits.no)]);
    }
    for branch in &rules.marks.branches {
        add(Kind::Branch, branch.asked, ways(rules, reached, branch));
    }
    for part in std::iter::once(None).chain((0..).zip(&rules.stages).map(|(n, _)| Some(n))) {
        let (consensus, failure) = endings(rules, part);
        for ending in [Some(consensus), failure.map(|f| &f.when)].into_iter().flatten() {
            add(Kind::Ending, ending.span, vec![way("reached", script(ending.span).yes)]);
        }
    }
    all.sort_by_key(|item| item.start);
    all
}

/// Consensus and failure of a part.
fn endings(rules: &Rules, part: Option<StageId>) -> (&Script, Option<&Failure>) {
    match part.and_then(|stage| rules.stages.get(usize::from(stage))) {
        Some(stage) => (&stage.consensus, stage.failure.as_ref()),
        None => (&rules.consensus, rules.failure.as_ref()),
    }
}

/// The ways of an `if`, `while` or `for`.
fn ways(rules: &Rules, reached: &Reached, branch: &Branch) -> Vec<Way> {
    let hits = at(rules, reached, branch.asked);
    match (branch.kind, hits) {
        (BranchKind::If, Some(hits)) => vec![way("true", hits.yes), way("false", hits.no)],
        (BranchKind::While, Some(hits)) => vec![way("entered", hits.yes), way("left", hits.no)],
        (BranchKind::For, Some(hits)) if hits.yes > 0 => vec![way("entered", hits.yes)],
        // A written condition is the same always; of a range only what is inside tells.
        (BranchKind::If | BranchKind::While | BranchKind::For, _) => {
            vec![way("entered", inside(rules, reached, branch.body))]
        }
    }
}

/// How often something in a block was come to.
fn inside(rules: &Rules, reached: &Reached, block: Span) -> u64 {
    let within = |span: &Span| block.start <= span.start && span.end <= block.end;
    let probes = rules.marks.probes.iter().enumerate().filter(|(_, probe)| within(&probe.span));
    let hits = probes.filter_map(|(number, _)| reached.probes.get(&number));
    hits.map(|hits| hits.all).max().unwrap_or(0)
}

/// The blocks of all scripts.
pub(super) fn scripts(rules: &Rules) -> Vec<Span> {
    let mut all: Vec<&Script> = Vec::new();
    for message in &rules.messages {
        if let MessageKind::Deadline(script) = &message.kind {
            all.push(script);
        }
        all.extend(message.guards.iter().map(|guard| &guard.when));
        all.extend(&message.handlers);
    }
    all.extend(rules.on_open.iter().chain([&rules.consensus]).chain(&rules.output));
    all.extend(rules.failure.iter().map(|failure| &failure.when));
    for stage in &rules.stages {
        all.extend(stage.on_open.iter().chain([&stage.consensus]).chain(&stage.output));
        all.extend(stage.failure.iter().map(|failure| &failure.when));
    }
    let mut spans: Vec<Span> = all.into_iter().map(|script| script.span).collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}
