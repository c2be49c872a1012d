//! One line under two versions of rules.

use std::sync::Arc;

use mundi_engine::body::check_value;
use mundi_engine::suppose::{Digest, Point, Supposed, Supposer};
use mundi_engine::{Code, Ending, Value, Verdict};
use mundi_lang::rules::{Field, Rules, Type};

use crate::explore::{Move, Worker};

/// Both versions.
pub(super) struct Both {
    pub(super) old: Worker,
    pub(super) new: Worker,
}

/// Where a conversation stands under both.
#[derive(Clone)]
pub(super) struct Pair {
    old: Point,
    new: Point,
    clock: i64,
}

/// A step as each of the two knows it; `None` where it has no such message, or no such value.
#[derive(Clone, PartialEq)]
pub(super) struct Line {
    pub(super) old: Option<Move>,
    pub(super) new: Option<Move>,
}

/// What came of a line.
pub(super) enum Outcome {
    /// Both refuse it.
    Refused,
    /// Both accept it, and go on or end alike.
    Same(Box<Pair>),
    /// They do not: what the old one says, and the new one.
    Differs(String, String),
}

impl Pair {
    /// Whether it has ended, under both alike.
    pub(super) fn has_ended(&self) -> bool {
        self.old.ending().is_some()
    }
}

impl Both {
    pub(super) fn start(&self) -> Pair {
        let clock = self.old.supposer.opened();
        Pair { old: self.old.supposer.start(), new: self.new.supposer.start(), clock }
    }

    /// What no line can tell apart under either.
    pub(super) fn digest(&mut self, pair: &Pair) -> (Digest, Digest) {
        self.old.supposer.go(&pair.old);
        self.new.supposer.go(&pair.new);
        (self.old.supposer.digest(pair.clock), self.new.supposer.digest(pair.clock))
    }

    /// All that is worth trying under the one or the other.
    pub(super) fn lines(&mut self, pair: &Pair) -> Vec<Line> {
        self.old.supposer.go(&pair.old);
        self.new.supposer.go(&pair.new);
        let of_old = self.old.moves(&pair.old, pair.clock);
        let of_new = self.new.moves(&pair.new, pair.clock);
        let (old, new) = (&self.old.supposer, &self.new.supposer);
        let mut lines: Vec<Line> = of_old
            .into_iter()
            .map(|step| Line { new: translated(&step, old, new), old: Some(step) })
            .collect();
        for step in of_new {
            if lines.iter().all(|line| line.new.as_ref() != Some(&step)) {
                lines.push(Line { old: translated(&step, new, old), new: Some(step) });
            }
        }
        lines
    }

    pub(super) fn judge(&mut self, pair: &Pair, line: &Line) -> Outcome {
        let old = said(&mut self.old.supposer, &pair.old, line.old.as_ref());
        let new = said(&mut self.new.supposer, &pair.new, line.new.as_ref());
        let ends = (self.old.supposer.ending(), self.new.supposer.ending());
        let accepted = |verdict: Option<Verdict>| verdict == Some(Verdict::Accepted);
        if accepted(old) != accepted(new)
            || (accepted(old) && !alike(ends.0.as_ref(), ends.1.as_ref()))
        {
            let old = in_words(old, ends.0.as_ref());
            return Outcome::Differs(old, in_words(new, ends.1.as_ref()));
        }
        if !accepted(old) {
            return Outcome::Refused;
        }
        let clock = match line.old.as_ref().or(line.new.as_ref()) {
            Some(Move::Wait(time)) => *time,
            Some(Move::Say(entry)) => entry.at,
            None => pair.clock,
        };
        let (old, new) = (self.old.supposer.keep(), self.new.supposer.keep());
        Outcome::Same(Box::new(Pair { old, new, clock }))
    }
}

/// The verdict on a step from a point; waiting is always allowed, and what is not known never.
fn said(supposer: &mut Supposer, from: &Point, step: Option<&Move>) -> Option<Verdict> {
    supposer.go(from);
    match step {
        None => None,
        Some(Move::Wait(_)) => Some(Verdict::Accepted),
        Some(Move::Say(entry)) => Some(supposer.say(entry)),
    }
}

/// Whether two endings are one: the same kind, the same output.
fn alike(old: Option<&Ending>, new: Option<&Ending>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(Ending::Consensus { output: a, .. }), Some(Ending::Consensus { output: b, .. })) => {
            a == b
        }
        (Some(Ending::Failure { text: a, .. }), Some(Ending::Failure { text: b, .. })) => a == b,
        _ => false,
    }
}

fn in_words(verdict: Option<Verdict>, ending: Option<&Ending>) -> String {
    let person = |print: &mundi_identity::Fingerprint| print.to_string();
    let entry = |_: &mundi_engine::EntryId| "an entry".to_owned();
    let naming = crate::show::Naming { person: &person, entry: &entry };
    match (verdict, ending) {
        (None, _) => format!("refused ({})", Code::UnknownMessage.as_str()),
        (Some(Verdict::Refused(code)), _) => format!("refused ({})", code.as_str()),
        (Some(Verdict::Accepted), None) => "accepted".into(),
        (Some(Verdict::Accepted), Some(Ending::Consensus { output, .. })) => {
            format!("accepted, consensus: {}", naming.text(output))
        }
        (Some(Verdict::Accepted), Some(Ending::Failure { text, .. })) => {
            format!("accepted, failure: {text}")
        }
    }
}

/// The same step under other rules, by the names of messages and fields.
fn translated(step: &Move, from: &Supposer, to: &Supposer) -> Option<Move> {
    let Move::Say(entry) = step else { return Some(step.clone()) };
    let (here, there) = (from.rules(), to.rules());
    let said = here.messages.get(usize::from(entry.message))?;
    let number = there.message(&said.name)?;
    let fields = &there.messages.get(usize::from(number))?.fields;
    let mut other = Supposed {
        message: number,
        fields: Arc::default(),
        hidden: Vec::new(),
        ..(**entry).clone()
    };
    let mut values = Vec::new();
    let mut taken = 0;
    for (n, field) in (0..).zip(fields) {
        let value = clear(entry, &here, &field.name);
        taken += usize::from(value.is_some());
        let value = value.unwrap_or(Value::Unit);
        values.push(fitting(&mut other, to, n, field, value)?);
    }
    // A value of a field that is not there would be lost.
    let given = (0..said.fields.len()).filter(|n| entry.fields.get(*n) != Some(&Value::Unit));
    if given.count() > taken {
        return None;
    }
    other.fields = Arc::new(values);
    Some(Move::Say(Arc::new(other)))
}

/// The value of a field by its name, in the clear; `None` where it is left out.
fn clear(entry: &Supposed, rules: &Rules, name: &str) -> Option<Value> {
    let fields = &rules.messages.get(usize::from(entry.message))?.fields;
    // Of a `join` the only value is the role.
    let at = fields.iter().position(|field| field.name == name)?;
    let hidden = entry.hidden.iter().find(|(n, _)| usize::from(*n) == at);
    let value = hidden.map_or_else(|| entry.fields.get(at), |(_, value)| Some(value));
    value.filter(|value| **value != Value::Unit).cloned()
}

/// The value as the field wants it: what does not fit is no value of it.
fn fitting(
    entry: &mut Supposed,
    to: &Supposer,
    n: u16,
    field: &Field,
    value: Value,
) -> Option<Value> {
    use mundi_lang::rules::Presence;
    let (Type::Hidden(inner) | Type::Private(inner, _)) = &field.ty else {
        if value == Value::Unit {
            return (field.presence == Presence::Optional).then_some(value);
        }
        return check_value(&field.ty, &value, &to.terms()).is_ok().then_some(value);
    };
    if value == Value::Unit {
        return (field.presence == Presence::Optional).then_some(value);
    }
    check_value(inner, &value, &to.terms()).ok()?;
    let commitment = to.commit(entry, &field.name, &value);
    entry.hidden.push((n, value));
    Some(commitment)
}
