//! What scripts come to while entries are judged, told by instrumented code: for explanations and for
//! coverage. It only listens: a traced conversation comes to the same verdicts, hashes and texts.

use std::collections::BTreeMap;

use mundi_lang::span::Span;

use crate::entry::EntryId;
use crate::limits::TRACED_VALUES;
use crate::replica::Replica;
use crate::sandbox::ScriptFault;
use crate::stages::Part;
use crate::value::Value;

/// A script that was run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its block in the rules.
    pub span: Span,
    /// What it gave.
    pub gave: Gave,
    /// The values that it came to, in their order; the first of very many.
    pub seen: Vec<Seen>,
    /// How many more there were.
    pub left_out: u64,
}

/// What a script gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gave {
    /// True or false.
    Bool(bool),
    /// A number, or a time in ms since 1970.
    Int(i64),
    /// Something else, or nothing.
    Other,
    /// It failed.
    Fault {
        /// Why, for people.
        text: String,
        /// Where in the rules.
        span: Span,
    },
}

/// A value that a script came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The number of its probe in [`mundi_lang::rules::Marks::probes`].
    pub probe: usize,
    /// The value.
    pub value: Value,
}

/// How often something was so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How often it was come to.
    pub all: u64,
    /// How often it was true, or a list with something in it.
    pub yes: u64,
    /// How often it was false, or an empty list.
    pub no: u64,
}

/// What has been come to at all.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// By probe.
    pub probes: BTreeMap<usize, Hits>,
    /// By block of a script.
    pub scripts: BTreeMap<Span, Hits>,
    /// By part (a stage, or the whole) and place among the messages of its pattern: how many accepted
    /// messages were read there.
    pub positions: BTreeMap<(Part, usize), u64>,
}

/// Listens while entries are judged.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    listening: bool,
    seen: Vec<Seen>,
    left_out: u64,
    runs: Vec<Run>,
    /// Where the entry at hand was read.
    read: Vec<(Part, usize)>,
    pub(crate) reached: Reached,
}

impl Hits {
    fn count(&mut self, value: Option<bool>) {
        self.all = self.all.saturating_add(1);
        match value {
            Some(true) => self.yes = self.yes.saturating_add(1),
            Some(false) => self.no = self.no.saturating_add(1),
            None => {}
        }
    }

    /// Adds those of another conversation.
    pub fn add(&mut self, other: &Hits) {
        self.all = self.all.saturating_add(other.all);
        self.yes = self.yes.saturating_add(other.yes);
        self.no = self.no.saturating_add(other.no);
    }
}

impl Trace {
    /// From here on it listens, until [`Self::end`].
    pub(crate) fn begin(&mut self) {
        self.listening = true;
        self.seen.clear();
        self.left_out = 0;
        self.runs.clear();
        self.read.clear();
    }

    /// An entry is judged.
    pub(crate) fn end(&mut self, accepted: bool) {
        self.listening = false;
        for place in self.read.drain(..).filter(|_| accepted) {
            let count = self.reached.positions.entry(place).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// The scripts that were run for the last entry.
    pub(crate) fn take_runs(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.runs)
    }

    /// A probe tells a value.
    pub(crate) fn see(&mut self, probe: i64, value: Value) {
        let Some(probe) = usize::try_from(probe).ok().filter(|_| self.listening) else { return };
        let truth = match &value {
            Value::Bool(truth) => Some(*truth),
            Value::List(list) => Some(!list.is_empty()),
            _ => None,
        };
        self.reached.probes.entry(probe).or_default().count(truth);
        if self.seen.len() < TRACED_VALUES {
            self.seen.push(Seen { probe, value });
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// A script has been run.
    pub(crate) fn ran(&mut self, span: Span, result: &Result<rhai::Dynamic, ScriptFault>) {
        let seen = std::mem::take(&mut self.seen);
        let left_out = std::mem::take(&mut self.left_out);
        if !self.listening {
            return;
        }
        let gave = match result {
            Ok(value) => match (value.as_bool(), value.as_int()) {
                (Ok(truth), _) => Gave::Bool(truth),
                (_, Ok(number)) => Gave::Int(number),
                _ => Gave::Other,
            },
            Err(fault) => Gave::Fault { text: fault.text.clone(), span: fault.span },
        };
        let truth = if let Gave::Bool(truth) = gave { Some(truth) } else { None };
        self.reached.scripts.entry(span).or_default().count(truth);
        self.runs.push(Run { span, gave, seen, left_out });
    }

    /// The pattern of a part has read the entry at hand in these places.
    pub(crate) fn read(&mut self, part: Part, places: Vec<usize>) {
        if self.listening {
            self.read.extend(places.into_iter().map(|place| (part, place)));
        }
    }
}

impl Replica {
    /// Folds all that comes before an entry, and not the entry itself. `false` where it is not in the log.
    pub fn advance_before(&mut self, id: &EntryId) -> bool {
        let index = self.sandbox.world().log.find(id);
        if index.is_some() {
            self.advance_to(index);
        }
        index.is_some()
    }

    /// Folds one entry more, and tells which scripts were run for it; none where code is not instrumented.
    pub fn advance_one(&mut self) -> Vec<Run> {
        let _the_verdict_tells = self.fold_next();
        self.sandbox.world().trace.as_mut().map(Trace::take_runs).unwrap_or_default()
    }

    /// What the conversation has come to of its rules; nothing where code is not instrumented.
    #[must_use]
    pub fn reached(&self) -> Reached {
        self.sandbox.world().trace.as_ref().map(|trace| trace.reached.clone()).unwrap_or_default()
    }

    /// From here on scripts are listened to.
    pub(crate) fn listen(&self) {
        if let Some(trace) = &mut self.sandbox.world().trace {
            trace.begin();
        }
    }

    /// An entry is judged.
    pub(crate) fn heard(&self, accepted: bool) {
        if let Some(trace) = &mut self.sandbox.world().trace {
            trace.end(accepted);
        }
    }
}
