//! Names in a play: what they mean in its rules, persons and labels of its own.

use std::collections::BTreeSet;

use super::items::names;
use super::{Index, Thing, Use};
use crate::parse::scan::{self, Kind};
use crate::play::{Expect, Play, Say, Step, StepKind, Value};
use crate::source::Source;
use crate::span::{Name, Span};

/// What a name in a play means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlayThing {
    /// Something of its rules.
    Of(Thing),
    /// Somebody who takes part.
    Person(String),
    /// An entry that has a label.
    Label(String),
}

/// All names of a play.
#[derive(Clone, Debug, Default)]
pub struct PlayIndex {
    places: Vec<(Span, PlayThing, Use)>,
}

impl PlayIndex {
    /// Of a play, with the names of its rules.
    #[must_use]
    pub fn new(source: &Source, play: &Play, rules: &Index) -> Self {
        let mut walk = Walk {
            source,
            rules,
            people: play.cast.iter().flat_map(|(_, p)| p).map(|p| p.node.clone()).collect(),
            labels: BTreeSet::new(),
            places: Vec::new(),
        };
        walk.learn(&play.steps);
        walk.head(play);
        walk.steps(&play.steps);
        walk.places.sort_by_key(|(span, ..)| *span);
        walk.places.dedup_by_key(|(span, ..)| *span);
        Self { places: walk.places }
    }

    /// All places of names, in the order of the text.
    #[must_use]
    pub fn places(&self) -> &[(Span, PlayThing, Use)] {
        &self.places
    }

    /// The place of the name at an offset, or that ends there.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<&(Span, PlayThing, Use)> {
        let after = self.places.partition_point(|p| p.0.start as usize <= offset);
        let before = self.places.get(..after)?.last()?;
        (before.0.end as usize >= offset).then_some(before)
    }
}

struct Walk<'a> {
    source: &'a Source,
    rules: &'a Index,
    people: BTreeSet<String>,
    labels: BTreeSet<String>,
    places: Vec<(Span, PlayThing, Use)>,
}

impl Walk<'_> {
    /// Who speaks and which labels there are, wherever they stand.
    fn learn(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.node {
                StepKind::Say(say) => {
                    self.people.insert(say.person.node.clone());
                    self.labels.extend(say.label.iter().map(|l| l.node.clone()));
                }
                StepKind::Together(inner) => self.learn(inner),
                _ => {}
            }
        }
    }

    fn add(&mut self, span: Span, thing: PlayThing, used: Use) {
        if span.start < span.end {
            self.places.push((span, thing, used));
        }
    }

    fn of(&mut self, span: Span, thing: Thing) {
        self.add(span, PlayThing::Of(thing), Use::Used);
    }

    fn person(&mut self, name: &Name, used: Use) {
        self.add(name.span, PlayThing::Person(name.node.clone()), used);
    }

    fn head(&mut self, play: &Play) {
        let mut seen = BTreeSet::new();
        for (role, people) in &play.cast {
            self.of(role.span, Thing::Role(0, role.node.clone()));
            for person in people {
                let first = seen.insert(person.node.clone());
                self.person(person, if first { Use::Defined } else { Use::Used });
            }
        }
        for (name, value) in &play.terms {
            self.of(name.span, Thing::Term(0, name.node.clone()));
            self.value(value);
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.node {
                StepKind::Say(say) => self.say(say),
                StepKind::Together(inner) => self.steps(inner),
                StepKind::Expect(expect) => self.expect(expect),
                StepKind::Wait(_) | StepKind::At(_) => {}
            }
        }
    }

    fn say(&mut self, say: &Say) {
        self.person(&say.person, Use::Used);
        if let Some(after) = &say.after {
            self.add(after.span, PlayThing::Label(after.node.clone()), Use::Used);
        }
        if let Some(label) = &say.label {
            self.add(label.span, PlayThing::Label(label.node.clone()), Use::Defined);
        }
        let message = self.message(&say.message);
        for (name, value) in &say.fields {
            self.value(value);
            let Some(Thing::Message(part, message)) = &message else { continue };
            self.of(name.span, Thing::Field(*part, message.clone(), name.node.clone()));
            if message == "join" && name.node == "role" {
                let span = Span {
                    start: value.span.start.saturating_add(1),
                    end: value.span.end.saturating_sub(1),
                };
                let role = self.source.slice(span).to_owned();
                self.of(span, Thing::Role(0, role));
            }
        }
    }

    /// A message's name, with the stages before it.
    fn message(&mut self, name: &Name) -> Option<Thing> {
        let mut at = name.span.start;
        let mut path = String::new();
        for segment in name.node.split('.') {
            let end = at.saturating_add(u32::try_from(segment.len()).unwrap_or(0));
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(segment);
            if let Some(thing) = self.rules.meant(&path) {
                self.of(Span { start: at, end }, thing);
            }
            at = end.saturating_add(1);
        }
        self.rules.meant(&name.node)
    }

    fn expect(&mut self, expect: &Expect) {
        match expect {
            Expect::Output(value) => self.value(value),
            Expect::State(fields) => {
                for (name, value) in fields {
                    self.of(name.span, Thing::State(0, name.node.clone()));
                    self.value(value);
                }
            }
            Expect::Possible(names) => {
                for name in names {
                    self.message(name);
                }
            }
            _ => {}
        }
    }

    /// Names in a value: fields of records, persons, labels.
    fn value(&mut self, value: &Value) {
        let start = value.span.start;
        let moved = |span: Span| Span { start: start + span.start, end: start + span.end };
        let tokens = scan::tokens(self.source.slice(value.span));
        let mut open: Vec<Vec<(Span, String)>> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let span = moved(token.span);
            match token.kind {
                Kind::Open => open.push(Vec::new()),
                Kind::Close => self.record(open.pop().unwrap_or_default()),
                Kind::Word => {
                    let word = self.source.slice(span).to_owned();
                    let next = tokens.get(at + 1).map(|t| self.source.slice(moved(t.span)));
                    if next == Some(":") {
                        if let Some(fields) = open.last_mut() {
                            fields.push((span, word));
                        }
                    } else if self.labels.contains(&word) {
                        self.add(span, PlayThing::Label(word), Use::Used);
                    } else if self.people.contains(&word) {
                        self.add(span, PlayThing::Person(word), Use::Used);
                    }
                }
                _ => {}
            }
        }
    }

    fn record(&mut self, fields: Vec<(Span, String)>) {
        let names = names(fields.iter().map(|(_, n)| n.as_str()));
        for (span, name) in fields {
            self.of(span, Thing::Member(names.clone(), name));
        }
    }
}
