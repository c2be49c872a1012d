//! What plays come to of their rules: places of the pattern, guards both ways, branches of code, endings.
//!
//! In go conversations that were held with instrumented code; out comes a [`Sheet`] for each rules file, as
//! text, for programs, and as lcov for editors. A play that adds nothing changes nothing: counts add up.

mod items;
mod lcov;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::trace::{Hits, Reached};
use mundi_engine::{Ending, Replica};
use mundi_lang::rules::Rules;

pub use items::{Item, Kind, Way};
pub use lcov::lcov;
pub use text::{json, text};

use crate::why::RulesPlace;

/// What plays have come to of one rules file.
pub struct Coverage {
    /// The rules file, as its plays name it.
    pub file: String,
    rules: Arc<Rules>,
    reached: Reached,
    plays: u64,
    /// Plays that ended because nothing more was possible.
    by_itself: u64,
}

/// What is covered of one rules file, and what is not.
pub struct Sheet {
    /// The rules file.
    pub file: String,
    /// So many plays.
    pub plays: u64,
    /// What there is to come to, in the order of the file.
    pub items: Vec<Item>,
    /// Plays that ended because nothing more was possible.
    pub by_itself: u64,
    /// How often each line was come to that holds code or a place of the pattern: by file of a stage
    /// (`None`: the rules file itself) and line.
    pub lines: BTreeMap<(Option<String>, usize), u64>,
}

impl Coverage {
    /// Nothing has been played yet by these rules.
    #[must_use]
    pub fn new(file: &str, replica: &Replica) -> Self {
        Self {
            file: file.to_owned(),
            rules: replica.rules(),
            reached: Reached::default(),
            plays: 0,
            by_itself: 0,
        }
    }

    /// Adds a conversation by these rules, held with instrumented code.
    pub fn add(&mut self, replica: &Replica) {
        let reached = replica.reached();
        self.plays = self.plays.saturating_add(1);
        let failed = |script: &mundi_lang::rules::Failure| {
            reached.scripts.get(&script.when.span).is_some_and(|hits| hits.yes > 0)
        };
        let by_rule = self.rules.failure.as_ref().is_some_and(failed);
        if matches!(replica.ending(), Some(Ending::Failure { .. })) && !by_rule {
            self.by_itself = self.by_itself.saturating_add(1);
        }
        for (probe, hits) in &reached.probes {
            self.reached.probes.entry(*probe).or_default().add(hits);
        }
        for (span, hits) in &reached.scripts {
            self.reached.scripts.entry(*span).or_default().add(hits);
        }
        for (place, count) in &reached.positions {
            let all = self.reached.positions.entry(*place).or_default();
            *all = all.saturating_add(*count);
        }
    }

    /// What is covered, and what is not.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        Sheet {
            file: self.file.clone(),
            plays: self.plays,
            items: items::items(&self.rules, &self.reached),
            by_itself: self.by_itself,
            lines: self.lines(),
        }
    }

    fn lines(&self) -> BTreeMap<(Option<String>, usize), u64> {
        let mut lines = BTreeMap::new();
        let mut add = |span, count: u64| {
            let place = RulesPlace::of(&self.rules, span);
            let most: &mut u64 = lines.entry((place.file, place.line)).or_default();
            *most = (*most).max(count);
        };
        for (number, probe) in self.rules.marks.probes.iter().enumerate() {
            add(probe.span, self.reached.probes.get(&number).map_or(0, |hits| hits.all));
        }
        for (part, spans) in &self.rules.marks.patterns {
            for (place, span) in spans.iter().enumerate() {
                add(*span, self.reached.positions.get(&(*part, place)).copied().unwrap_or(0));
            }
        }
        for span in items::scripts(&self.rules) {
            add(span, self.reached.scripts.get(&span).map_or(0, |hits| hits.all));
        }
        lines
    }
}

impl Sheet {
    /// Of the items of a kind: ways that were come to, and all.
    #[must_use]
    pub fn count(&self, kind: Kind) -> (usize, usize) {
        let ways = self.items.iter().filter(|item| item.kind == kind).flat_map(|item| &item.ways);
        let all: Vec<&Way> = ways.collect();
        (all.iter().filter(|way| way.hits > 0).count(), all.len())
    }

    /// Lines that were come to, and all.
    #[must_use]
    pub fn count_lines(&self) -> (usize, usize) {
        (self.lines.values().filter(|hits| **hits > 0).count(), self.lines.len())
    }
}

/// The hits of all probes of an expression: one that several messages share has several.
fn at(rules: &Rules, reached: &Reached, span: mundi_lang::Span) -> Option<Hits> {
    let probes = rules.marks.probes.iter().enumerate().filter(|(_, probe)| probe.span == span);
    let mut all: Option<Hits> = None;
    for (number, _) in probes {
        let hits = reached.probes.get(&number).copied().unwrap_or_default();
        all.get_or_insert_with(Hits::default).add(&hits);
    }
    all
}
