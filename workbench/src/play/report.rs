//! What became of a play: for people, for snapshots, and for programs.

use mundi_engine::opening::rules_hash;
use mundi_engine::{Ending, EntryId};
use mundi_lang::units::format_time;
use mundi_lang::{Diagnostic, Span};
use serde_json::{Value, json};

use crate::rehearsal::{Judged, Rehearsal, Spoken};
use crate::show::{hex, record};
use crate::tone::{Colour, Tone};

/// A line of the play and what became of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The line in the file, from 1.
    pub place: usize,
    /// What was said.
    pub spoken: Spoken,
}

/// An expectation that does not hold, or a `never` or `always` that is breached.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// The line in the file, from 1.
    pub line: usize,
    /// Where it stands.
    pub span: Span,
    /// What should be.
    pub expected: String,
    /// What is.
    pub found: String,
}

/// Whether a transcript shows ids: a snapshot does, a screen does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// They are left out.
    Hide,
    /// Every id, and the hashes.
    Show,
}

/// What became of a play.
pub struct Report {
    /// The conversation as it stands at the end.
    pub rehearsal: Rehearsal,
    /// Each spoken line, in the order of the play.
    pub said: Vec<Said>,
    /// How many expectations hold.
    pub held: usize,
    /// Those that do not.
    pub unmet: Vec<Unmet>,
}

impl Unmet {
    /// As a finding in the play's source.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("expected {}", self.expected);
        Diagnostic::error("E0910", self.span, message).help(format!("found {}", self.found))
    }
}

impl Report {
    /// Whether every expectation holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.unmet.is_empty()
    }

    /// The last word on a line: an entry that came later may have changed it.
    fn last_word(&self, spoken: &Spoken) -> Judged {
        match &spoken.id {
            Some(id) => self.rehearsal.judged(id),
            None => spoken.at_first.clone(),
        }
    }

    /// The whole play, to read.
    #[must_use]
    pub fn text(&self, ids: Ids, colour: Colour) -> String {
        let rules = self.rehearsal.replica().rules();
        let mut out = format!("{} ({})\n", colour.paint(Tone::Strong, &rules.title), rules.name);
        out.push_str(&format!("{}  open\n", format_time(self.rehearsal.start())));
        for said in &self.said {
            out.push_str(&self.line(&said.spoken, ids, colour));
        }
        out.push('\n');
        out.push_str(&ending(&self.rehearsal, colour));
        out.push_str(&state(&self.rehearsal));
        if ids == Ids::Show {
            let replica = self.rehearsal.replica();
            out.push_str(&format!("state hash: {}\n", hex(&replica.state_hash())));
            out.push_str(&format!("conversation: {}\n", hex(&replica.conversation().0)));
            out.push_str(&format!("rules: {}\n", hex(&rules_hash(&rules.text))));
        }
        out
    }

    /// One line, its verdict and why.
    fn line(&self, spoken: &Spoken, ids: Ids, colour: Colour) -> String {
        let time = colour.paint(Tone::Faint, &format_time(spoken.at));
        let mut out = format!("{time}  {}\n    ", spoken_text(spoken));
        let last = self.last_word(spoken);
        out.push_str(&verdict(&last, colour));
        if last != spoken.at_first {
            out.push_str(&format!("\n    (at first: {})", spoken.at_first.word()));
        }
        out.push('\n');
        if let (Ids::Show, Some(id)) = (ids, &spoken.id) {
            out.push_str(&format!("    id {}\n", hex(&id.0)));
        }
        out
    }

    /// The whole play, for programs (commands.md).
    #[must_use]
    pub fn json(&self) -> Value {
        let replica = self.rehearsal.replica();
        let rules = replica.rules();
        let unmet = |u: &Unmet| json!({"line": u.line, "expected": u.expected, "found": u.found});
        let mut object = json!({
            "rules": hex(&rules_hash(&rules.text)),
            "conversation": hex(&replica.conversation().0),
            "title": rules.title,
            "entries": self.said.iter().map(|said| self.json_line(said)).collect::<Vec<_>>(),
        });
        let ending = self.rehearsal.naming(|naming| crate::ending::json(replica, naming));
        let expectations = json!({
            "held": self.held,
            "failed": self.unmet.iter().map(unmet).collect::<Vec<_>>(),
        });
        if let (Some(object), Value::Object(ending)) = (object.as_object_mut(), ending) {
            object.extend(ending);
            object.insert("expectations".into(), expectations);
        }
        object
    }

    fn json_line(&self, said: &Said) -> Value {
        let spoken = &said.spoken;
        let last = self.last_word(spoken);
        let mut object = json!({
            "line": said.place,
            "from": spoken.line.person,
            "message": spoken.line.message,
            "at": format_time(spoken.at),
            "id": spoken.id.map(|id: EntryId| hex(&id.0)),
            "verdict": last.word(),
        });
        if let (Some(object), Some((code, reason))) = (object.as_object_mut(), last.why()) {
            object.insert("code".into(), json!(code.as_str()));
            object.insert("reason".into(), json!(reason));
        }
        object
    }
}

/// `ada/phone: order { quantity: 2 } as o`
#[must_use]
pub fn spoken_text(spoken: &Spoken) -> String {
    let line = &spoken.line;
    let fields = match line.fields.as_slice() {
        [] => String::new(),
        fields => format!(" {}", record(fields)),
    };
    let label = line.label.as_ref().map(|l| format!(" as {l}")).unwrap_or_default();
    format!("{}: {}{fields}{label}", line.speaker(), line.message)
}

/// `accepted`, `refused (out-of-turn): …`
#[must_use]
pub fn verdict(judged: &Judged, colour: Colour) -> String {
    let tone = match judged {
        Judged::Accepted => Tone::Good,
        Judged::Refused(..) => Tone::Bad,
        Judged::Invalid(..) => Tone::Mind,
    };
    let word = colour.paint(tone, judged.word());
    match judged.why() {
        None => word,
        Some((code, "")) => format!("{word} ({})", code.as_str()),
        Some((code, text)) => format!("{word} ({}): {text}", code.as_str()),
    }
}

/// How the conversation ended, or who may say what now.
fn ending(rehearsal: &Rehearsal, colour: Colour) -> String {
    let replica = rehearsal.replica();
    match replica.ending() {
        None => format!("possible: {}\n", rehearsal.possible()),
        Some(Ending::Consensus { entry, output }) => {
            let word = colour.paint(Tone::Good, "consensus");
            let by = rehearsal.who_said(&entry);
            let output = rehearsal.naming(|naming| naming.text(&output));
            format!("{word} by {by}\noutput: {output}\n")
        }
        Some(Ending::Failure { entry, text }) => {
            let word = colour.paint(Tone::Bad, "failure");
            format!("{word} by {}: {text}\n", rehearsal.who_said(&entry))
        }
    }
}

/// The state, a field a line.
fn state(rehearsal: &Rehearsal) -> String {
    let state = rehearsal.replica().state();
    if state.is_empty() {
        return String::new();
    }
    let field = |(name, value): &(String, mundi_engine::Value)| {
        format!("    {name}: {}\n", rehearsal.naming(|naming| naming.text(value)))
    };
    format!("state:\n{}", state.iter().map(field).collect::<String>())
}
