//! A path of a search as a play: lines that people said, and what came of them when they were really
//! said, signed, taken in and judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_engine::suppose::{Supposed, supposed_id};
use mundi_engine::{Ending, EntryId, Value};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Rules, Type};
use mundi_lang::units::{format_duration, format_time};

use super::moves::Move;
use super::setting::Setting;
use crate::rehearsal::{Judged, Line, Parents, Rehearsal, START, Spoken};
use crate::show;

/// A path, ready to be written and to be played.
pub(crate) struct Witness<'a> {
    rules: &'a Arc<Rules>,
    setting: &'a Setting,
    /// Entries that a later line names, by their place in the history.
    labels: BTreeMap<u32, String>,
    text: String,
    rehearsal: Rehearsal,
    clock: i64,
    accepted: u32,
    last: Option<Spoken>,
}

impl<'a> Witness<'a> {
    /// The beginning of a play of some path.
    pub(crate) fn begin(
        rules: &'a Arc<Rules>,
        setting: &'a Setting,
        path: &[Move],
    ) -> Result<Self, OpenError> {
        let rehearsal = Rehearsal::open(&setting.head, rules.clone())?;
        let clock = rehearsal.start();
        let labels = named(path);
        let (text, accepted, last) = (String::new(), 0, None);
        Ok(Self { rules, setting, labels, text, rehearsal, clock, accepted, last })
    }

    /// Says all lines of a path.
    pub(crate) fn along(&mut self, path: &[Move]) {
        for step in path {
            match step {
                Move::Wait(time) => self.wait(*time),
                Move::Say(entry) => self.say(entry),
            }
        }
    }

    /// Time passes until then. In a play, time has passed with each line too: it is never too early.
    pub(super) fn wait(&mut self, time: i64) {
        let span = time.saturating_sub(self.clock);
        if span > 0 {
            self.text.push_str(&format!("+{}\n", format_duration(span)));
            self.rehearsal.wait(span);
            self.clock = time;
        }
    }

    /// Somebody says something.
    pub(super) fn say(&mut self, entry: &Supposed) {
        self.wait(entry.at);
        self.line(entry, Parents::Heads, "");
    }

    /// Two say something of which neither has seen the other's.
    pub(super) fn together(&mut self, first: &Supposed, second: &Supposed) {
        self.wait(first.at.max(second.at));
        self.text.push_str("together {\n");
        let heads = Parents::These(self.rehearsal.replica().heads());
        self.line(first, heads.clone(), "    ");
        self.line(second, heads, "    ");
        self.text.push_str("}\n");
    }

    fn line(&mut self, entry: &Supposed, after: Parents, indent: &str) {
        let message = self.rules.messages.get(usize::from(entry.message));
        let name = message.map(|m| m.name.clone()).unwrap_or_default();
        let fields = self.fields(entry);
        let label = self.labels.get(&self.accepted).cloned();
        let person = self.setting.person(&entry.person).map(|p| p.name.clone()).unwrap_or_default();
        let shown = match fields.as_slice() {
            [] => String::new(),
            fields => format!(" {}", show::record(fields)),
        };
        let labelled = label.as_ref().map(|l| format!(" as {l}")).unwrap_or_default();
        self.text.push_str(&format!("{indent}{person}: {name}{shown}{labelled}\n"));
        let line = Line { person, device: String::new(), after, message: name, fields, label };
        self.last = Some(self.rehearsal.say(&line));
        self.accepted = self.accepted.saturating_add(1);
    }

    fn fields(&self, entry: &Supposed) -> Vec<(String, Literal)> {
        let Some(message) = self.rules.messages.get(usize::from(entry.message)) else {
            return Vec::new();
        };
        let named = (0_u16..).zip(message.fields.iter().zip(entry.fields.iter()));
        let field = |(n, (field, value)): (u16, (&mundi_lang::rules::Field, &Value))| {
            let hidden = entry.hidden.iter().find(|(of, _)| *of == n).map(|(_, value)| value);
            let value = hidden.unwrap_or(value);
            if *value == Value::Unit {
                return None;
            }
            let shows = matches!(field.ty, Type::Reveal(_));
            Some((field.name.clone(), self.literal(value, shows)))
        };
        named.filter_map(field).collect()
    }

    fn literal(&self, value: &Value, shows: bool) -> Literal {
        match value {
            Value::Unit | Value::Map(_) => Literal::Unit,
            Value::Bool(yes) => Literal::Bool(*yes),
            Value::Int(n) => Literal::Int(*n),
            Value::Decimal(d) => Literal::Decimal(*d),
            Value::Text(text) => Literal::Text(text.to_string()),
            Value::Bytes(bytes) => Literal::Bytes(bytes.to_vec()),
            Value::Time(n) => Literal::Time(*n),
            Value::Duration(n) => Literal::Duration(*n),
            Value::Person(print) => {
                let name = self.setting.person(print).map(|p| p.name.clone());
                Literal::Name(name.unwrap_or_default())
            }
            Value::Ref(id) => Literal::Name(self.label(id)),
            Value::List(items) => {
                Literal::List(items.iter().map(|item| self.literal(item, false)).collect())
            }
            Value::Record(parts) if shows => {
                parts.get("entry").map_or(Literal::Unit, |entry| self.literal(entry, false))
            }
            Value::Record(parts) => {
                let pair = |(name, value): (&Arc<str>, &Value)| {
                    (name.to_string(), self.literal(value, false))
                };
                Literal::Record(parts.iter().map(pair).collect())
            }
        }
    }

    fn label(&self, id: &EntryId) -> String {
        let label = self.labels.iter().find(|(n, _)| supposed_id(**n) == *id);
        label.map(|(_, label)| label.clone()).unwrap_or_default()
    }

    /// A line that says what must be so here.
    pub(super) fn expect(&mut self, what: &str) {
        self.text.push_str(&format!("expect {what}\n"));
    }

    /// Says what is so here: how the conversation stands.
    pub(super) fn expect_standing(&mut self) {
        let ending = self.rehearsal.replica().ending();
        match ending {
            Some(Ending::Consensus { .. }) => self.expect("consensus"),
            Some(Ending::Failure { .. }) => self.expect("failure"),
            None => self.expect("no consensus"),
        }
    }

    /// Says what came of the last line, and of the conversation.
    pub(crate) fn expect_last(&mut self) {
        match self.last.as_ref().map(|spoken| &spoken.at_first) {
            Some(Judged::Accepted) | None => self.expect("accepted"),
            Some(Judged::Refused(code, _) | Judged::Invalid(code, _)) => {
                self.expect(&format!("refused {}", code.as_str()));
            }
        }
        self.expect_standing();
    }

    /// The last line, and what came of it.
    pub(super) fn last(&self) -> Option<&Spoken> {
        self.last.as_ref()
    }

    /// The conversation as it was really held.
    pub(super) fn rehearsal(&self) -> &Rehearsal {
        &self.rehearsal
    }

    /// The play, of rules in a file of this name.
    pub(crate) fn play(&self, title: &str, rules: &str) -> String {
        let head = &self.setting.head;
        let cast = |(role, who): &(String, Vec<String>)| match who.as_slice() {
            [one] => format!("{role}: {one}"),
            many => format!("{role}: [{}]", many.join(", ")),
        };
        let cast: Vec<String> = head.cast.iter().map(cast).collect();
        // The keys of the people come from the title, where it matters who they are.
        let (above, title) = match self.setting.is_titled {
            true => (format!("// {title}\n"), head.title.as_str()),
            false => (String::new(), title),
        };
        let mut text = format!(
            "{above}play \"{}\"\nrules \"{}\"\ncast {{ {} }}\n",
            mundi_lang::escapes::escape(title),
            mundi_lang::escapes::escape(rules),
            cast.join(", ")
        );
        if head.start != START {
            text.push_str(&format!("start {}\n", format_time(head.start)));
        }
        if !head.terms.is_empty() {
            text.push_str(&format!("terms {}\n", show::record(&head.terms)));
        }
        text.push('\n');
        text.push_str(&self.text);
        text
    }
}

/// The entries that a later one names.
fn named(path: &[Move]) -> BTreeMap<u32, String> {
    let mut named = BTreeSet::new();
    for step in path {
        if let Move::Say(entry) = step {
            entry.fields.iter().for_each(|value| gather(value, &mut named));
        }
    }
    let count = u32::try_from(path.len()).unwrap_or(u32::MAX);
    let labelled = (0..count).filter(|n| named.contains(&supposed_id(*n)));
    labelled.map(|n| (n, format!("e{}", n.saturating_add(1)))).collect()
}

fn gather(value: &Value, named: &mut BTreeSet<EntryId>) {
    match value {
        Value::Ref(id) => {
            named.insert(*id);
        }
        Value::List(items) => items.iter().for_each(|v| gather(v, named)),
        Value::Record(parts) => parts.values().for_each(|v| gather(v, named)),
        _ => {}
    }
}
