//! A conversation to read: who takes part, what was said, what became of it, how it stands.
//!
//! What `replay` shows of a log and `show` of a conversation in the home.

use mundi_engine::opening::rules_hash;
use mundi_engine::outcome::seal::SEAL;
use mundi_engine::sealing::Finality;
use mundi_engine::{Ending, EntryId, Replica, Value, Verdict};
use mundi_lang::rules::Type;
use mundi_lang::units::format_time;
use serde_json::json;

use crate::screen::{Colour, Tone};
use crate::show::{Naming, hex};
use crate::{ending, finality, owes};

/// Letters of an id in the name that an entry has here.
const NAME: usize = 7;

/// What an entry is called: `e3f2a9c1`. `say` takes it where a message refers to another.
#[must_use]
pub fn entry_name(id: &EntryId) -> String {
    let digits = hex(&id.0);
    format!("e{}", digits.get(..NAME).unwrap_or(&digits))
}

/// A conversation, and how its people are called.
pub struct Transcript<'a> {
    /// What was said.
    pub replica: &'a Replica,
    /// Names.
    pub naming: Naming<'a>,
    /// Whether it may carry colour.
    pub colour: Colour,
    /// What is known here of a field that is for roles.
    pub told: Option<&'a Told<'a>>,
}

/// Gives the value of a field of an entry, where it is known.
pub type Told<'a> = dyn Fn(&EntryId, &str) -> Option<Value> + 'a;

impl Transcript<'_> {
    /// All of it, to read.
    #[must_use]
    pub fn text(&self) -> String {
        let rules = self.replica.rules();
        let mut out =
            format!("{} ({})\n", self.colour.paint(Tone::Strong, &rules.title), rules.name);
        for id in self.spoken() {
            out.push_str(&self.line(&id));
        }
        out.push('\n');
        out.push_str(&self.standing());
        out.push_str(&format!("state hash: {}\n", hex(&self.replica.state_hash())));
        out
    }

    /// The entries to show, in order: all but `open` and the seals, which stand with the outcome. Of those
    /// only what is refused is shown.
    pub fn spoken(&self) -> impl Iterator<Item = EntryId> {
        self.replica.order().into_iter().skip(1).filter(|id| {
            let seal = self.replica.said(id).is_some_and(|(_, message)| message == SEAL);
            !seal || self.replica.verdict(id) != Some(Verdict::Accepted)
        })
    }

    /// One entry, and its verdict.
    #[must_use]
    pub fn line(&self, id: &EntryId) -> String {
        let Some((from, message)) = self.replica.said(id) else { return String::new() };
        let at = self.replica.time_of(id).and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
        let verdict = match self.replica.verdict(id) {
            Some(Verdict::Refused(code)) => format!(
                "{} ({}): {}",
                self.colour.paint(Tone::Bad, "refused"),
                code.as_str(),
                self.replica.reason(id).unwrap_or_default()
            ),
            Some(Verdict::Accepted) => self.colour.paint(Tone::Good, "accepted"),
            None => {
                self.colour.paint(Tone::Mind, "not judged: bytes of earlier entries are missing")
            }
        };
        let time = self.colour.paint(Tone::Faint, &format_time(at));
        let name = (self.naming.person)(&from);
        let fields = self.fields(id, &message);
        format!("{time}  {}  {name}: {message}{fields}\n    {verdict}\n", entry_name(id))
    }

    /// ` { quantity: 2, number: hidden }`
    fn fields(&self, id: &EntryId, message: &str) -> String {
        let rules = self.replica.rules();
        let message = rules.message(message).and_then(|m| rules.messages.get(usize::from(m)));
        let hides = |name: &str| {
            let field = message.and_then(|m| m.fields.iter().find(|f| f.name == name));
            field.is_some_and(|f| matches!(f.ty, Type::Hidden(_) | Type::Private(..)))
        };
        let reveals = |name: &str| {
            let field = message.and_then(|m| m.fields.iter().find(|f| f.name == name));
            field.is_some_and(|f| matches!(f.ty, Type::Reveal(_)))
        };
        let shown = |(name, value): (String, Value)| {
            let told = if hides(&name) { self.told.and_then(|told| told(id, &name)) } else { None };
            let value = match value {
                _ if told.is_some() => {
                    let value = told.map(|value| self.naming.text(&value)).unwrap_or_default();
                    format!("{value} (hidden from others)")
                }
                _ if hides(&name) => "hidden".to_owned(),
                Value::Record(parts) if reveals(&name) => {
                    let entry = parts.get("entry").map(|entry| self.naming.text(entry));
                    entry.unwrap_or_default()
                }
                // A `join` holds a certificate, which nobody reads.
                Value::Bytes(bytes) if bytes.len() > 64 => format!("{} bytes", bytes.len()),
                value => self.naming.text(&value),
            };
            format!("{name}: {value}")
        };
        let fields: Vec<String> = self.replica.fields(id).into_iter().map(shown).collect();
        if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) }
    }

    /// How it stands: the outcome, or who may say what; then the state.
    #[must_use]
    pub fn standing(&self) -> String {
        let mut out = match self.replica.ending() {
            None => format!("{}{}", self.possible(), self.owed()),
            Some(Ending::Consensus { entry, output }) => {
                let by = self.replica.said(&entry).map_or_else(String::new, |(who, message)| {
                    format!(" by {}'s {message}", (self.naming.person)(&who))
                });
                let word = self.colour.paint(Tone::Good, "consensus");
                format!("{word}{by}\noutput: {}\n", self.naming.text(&output))
            }
            Some(Ending::Failure { text, .. }) => {
                format!("{}: {text}\n", self.colour.paint(Tone::Bad, "no consensus"))
            }
        };
        out.push_str(&self.outcome());
        for (name, value) in self.replica.state() {
            out.push_str(&format!("    {name}: {}\n", self.naming.text(&value)));
        }
        out
    }

    /// How the outcome stands; nothing where there is none. One that is final stays, though entries that
    /// came later would now lead elsewhere: then it is said.
    #[must_use]
    pub fn outcome(&self) -> String {
        let finality = self.replica.finality();
        let mut out = finality::text(&finality, &self.naming, self.colour);
        if let Finality::Final(one) = &finality {
            let same = matches!(self.replica.ending(), Some(Ending::Consensus { entry, output })
                if entry == one.outcome.entry && output == one.output);
            if !same {
                let output = self.naming.text(&one.output);
                out.push_str(&format!(
                    "final output: {output}; what has come since is no part of it\n"
                ));
            }
        }
        out
    }

    /// What is owed, a line each.
    fn owed(&self) -> String {
        let lines = owes::lines(self.replica, &self.naming);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Who may say what now, a message a line, and the deadlines.
    #[must_use]
    pub fn possible(&self) -> String {
        let turns = self.replica.turns();
        if turns.is_empty() {
            return "possible: nothing\n".into();
        }
        let mut out = "possible:\n".to_owned();
        let deadlines = self.replica.deadlines();
        for turn in turns {
            let by: Vec<String> = turn.by.iter().map(|p| (self.naming.person)(p)).collect();
            let due = deadlines.iter().find(|(name, _)| *name == turn.message);
            let due = match due {
                Some((_, Some(at))) => format!(", from {} on", format_time(*at)),
                Some((_, None)) => ", at a time that is not known yet".into(),
                None => String::new(),
            };
            out.push_str(&format!("    {} by {}{due}\n", turn.message, by.join(", ")));
        }
        out
    }

    /// All of it, for programs (commands.md).
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let rules = self.replica.rules();
        let ids = self.spoken();
        let mut object = json!({
            "rules": hex(&rules_hash(&rules.text)),
            "conversation": hex(&self.replica.conversation().0),
            "title": rules.title,
            "entries": ids.map(|id| self.json_line(&id)).collect::<Vec<_>>(),
        });
        if let (Some(object), serde_json::Value::Object(ending)) =
            (object.as_object_mut(), ending::json(self.replica, &self.naming))
        {
            object.extend(ending);
            let finality = finality::json(&self.replica.finality(), &self.naming);
            object.insert("finality".into(), finality);
        }
        object
    }

    /// One entry for programs.
    #[must_use]
    pub fn json_line(&self, id: &EntryId) -> serde_json::Value {
        let (from, message) =
            self.replica.said(id).map_or_else(Default::default, |(p, m)| (p.to_string(), m));
        let at = self.replica.time_of(id).and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
        let mut object = json!({
            "from": from, "message": message, "at": format_time(at), "id": hex(&id.0),
            "verdict": "accepted",
        });
        if let (Some(Verdict::Refused(code)), Some(map)) =
            (self.replica.verdict(id), object.as_object_mut())
        {
            map.insert("verdict".into(), json!("refused"));
            map.insert("code".into(), json!(code.as_str()));
            map.insert("reason".into(), json!(self.replica.reason(id)));
        }
        object
    }
}
