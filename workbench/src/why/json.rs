//! An explanation for programs (`spec/explanations.md`, "Why").

use mundi_lang::units::format_time;
use serde_json::{Value, json};

use super::checks::{Answer, Check};
use super::parts::Part;
use super::stand::{Ended, Stand};
use super::{Suggestion, Why};
use crate::rehearsal::Judged;

impl Why {
    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let why = self.judged.why();
        let changes = match (&self.before, &self.after) {
            (Some(before), Some(after)) => after.changes(before),
            _ => Vec::new(),
        };
        let changes = changes
            .into_iter()
            .map(|(name, old, new)| json!({"state": name, "before": old.json, "after": new.json}));
        json!({
            "place": self.place,
            "said": self.said,
            "by": self.who,
            "at": (self.at > 0).then(|| format_time(self.at)),
            "verdict": self.judged.word(),
            "code": why.map(|(code, _)| code.as_str()),
            "reason": why.map(|(_, text)| text),
            "at_first": self.at_first.as_ref().map(Judged::word),
            "meaning": self.meaning,
            "before": self.before.as_ref().map(stand),
            "after": self.after.as_ref().map(stand),
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
            "suggestions": self.suggestions.iter().map(suggestion).collect::<Vec<_>>(),
        })
    }
}

fn stand(stand: &Stand) -> Value {
    let pattern = stand.pattern.iter().map(|(stage, left)| json!({"stage": stage, "left": left}));
    let due = stand
        .due
        .iter()
        .map(|(message, due)| json!({"message": message, "from": due.map(format_time)}));
    let state = stand.state.iter().map(|(name, value)| (name.clone(), value.json.clone()));
    json!({
        "pattern": pattern.collect::<Vec<_>>(),
        "possible": stand.turns,
        "deadlines": due.collect::<Vec<_>>(),
        "state": Value::Object(state.collect()),
        "ending": stand.ending.as_ref().map(|ending| match ending {
            Ended::Consensus(output) => json!({"consensus": true, "output": output.json}),
            Ended::Failure(text) => json!({"consensus": false, "failure": text}),
        }),
    })
}

fn check(check: &Check) -> Value {
    let answer = match check.answer {
        Answer::Yes => json!(true),
        Answer::No | Answer::Not => json!(false),
        Answer::Unasked => Value::Null,
    };
    json!({
        "check": check.kind,
        "text": check.text,
        "held": answer,
        "refused": check.answer == Answer::No,
        "file": check.place.as_ref().and_then(|p| p.file.clone()),
        "line": check.place.as_ref().map(|p| p.line),
        "parts": check.parts.iter().map(part).collect::<Vec<_>>(),
        "values_left_out": check.left_out,
    })
}

fn part(one: &Part) -> Value {
    json!({
        "text": one.text,
        "failed": one.failed,
        "values": one.values.iter().map(|v| v.json.clone()).collect::<Vec<_>>(),
        "parts": one.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn suggestion(one: &Suggestion) -> Value {
    json!({"kind": one.kind, "text": one.text, "lines": one.lines})
}
