//! An explanation to read, by somebody who need not know the language.

use mundi_lang::units::format_time;

use super::checks::{Answer, Check, RulesPlace};
use super::parts::{Part, Shown};
use super::stand::Ended;
use super::{Stand, Why};
use crate::play::verdict;
use crate::show::plain;
use crate::tone::{Colour, Tone};

/// Parts of one script that are shown: a screen of them.
const PARTS: usize = 40;

/// Values of one part that are shown: of a loop, the last.
const VALUES: usize = 3;

/// Characters of a part's text.
const WIDTH: usize = 60;

impl Why {
    /// To read. `file` is where it stands, `rules` the name of its rules.
    #[must_use]
    pub fn text(&self, file: &str, rules: &str, colour: Colour) -> String {
        let mut out = format!("{} of {file}", self.place);
        if !self.who.is_empty() {
            out.push_str(&format!(", by {}", self.who));
        }
        if self.at > 0 {
            out.push_str(&format!(", {}", format_time(self.at)));
        }
        out.push_str("\n\n");
        if !self.said.is_empty() {
            out.push_str(&format!("  {}\n", colour.paint(Tone::Strong, &plain(&self.said))));
        }
        out.push_str(&format!("  {}\n", verdict(&self.judged, colour)));
        if let Some(first) = &self.at_first {
            out.push_str(&format!(
                "  (at first {}: what came later stands before it)\n",
                first.word()
            ));
        }
        if let Some(meaning) = self.meaning {
            out.push_str(&format!("\n{}.\n", sentence(meaning)));
        }
        out.push_str(&self.checked(rules, colour));
        out.push_str(&self.effects());
        out.push_str(&self.suggested(colour));
        out
    }

    /// What was asked, and what the answers came from.
    fn checked(&self, rules: &str, colour: Colour) -> String {
        if self.checks.is_empty() {
            return String::new();
        }
        let mut out = "\nasked, in this order:\n".to_owned();
        let mut skipped: Vec<&str> = Vec::new();
        for check in &self.checks {
            if check.answer == Answer::Unasked {
                skipped.push(short(check));
                continue;
            }
            let word = match check.answer {
                Answer::Yes if check.kind == "handler" => colour.paint(Tone::Good, "done   "),
                Answer::Yes => colour.paint(Tone::Good, "yes    "),
                Answer::No => colour.paint(Tone::Bad, "no     "),
                Answer::Not | Answer::Unasked => colour.paint(Tone::Faint, "not yet"),
            };
            let place = check.place.as_ref().map(|p| at(p, rules)).unwrap_or_default();
            out.push_str(&format!("  {word}  {}{place}\n", plain(&check.text)));
            out.push_str(&self.beside(check));
            let mut left = PARTS;
            for part in &check.parts {
                lines(part, 11, &mut left, &mut out);
            }
            if check.left_out > 0 {
                out.push_str(&format!("           (and {} values more)\n", check.left_out));
            }
        }
        if !skipped.is_empty() {
            out.push_str(&format!("  --       not asked: {}\n", skipped.join("; ")));
        }
        out
    }

    /// What belongs to a check besides the values of its script.
    fn beside(&self, check: &Check) -> String {
        let (Some(before), "pattern") = (&self.before, check.kind) else { return String::new() };
        let mut out = String::new();
        match (check.answer, &self.after) {
            (Answer::Yes, Some(after)) if before.pattern != after.pattern => {
                out.push_str(&pattern("what was left of it", before));
                out.push_str(&pattern("what is left now", after));
            }
            _ => out.push_str(&pattern("what is left of it", before)),
        }
        if check.answer == Answer::No {
            out.push_str(&format!(
                "           so what may come next is: {}\n",
                plain(&before.possible)
            ));
            out.push_str("           (`a, b`: a, then b; `a | b`: one of them; `a unless b`: b may come instead of a)\n");
            for (name, due) in &before.due {
                let due = match due {
                    Some(due) => format!("from {} on", format_time(*due)),
                    None => "at a time that is not known yet".into(),
                };
                out.push_str(&format!("           `{name}` {due}\n"));
            }
        }
        out
    }

    /// What it changed.
    fn effects(&self) -> String {
        let (Some(before), Some(after)) = (&self.before, &self.after) else { return String::new() };
        let mut out = String::new();
        let changes = after.changes(before);
        if !changes.is_empty() {
            out.push_str("\nchanged:\n");
            for (name, old, new) in changes {
                out.push_str(&format!(
                    "  state.{name}: {} → {}\n",
                    plain(&old.text),
                    plain(&new.text)
                ));
            }
        }
        if before.ending != after.ending {
            out.push_str(&match &after.ending {
                Some(Ended::Consensus(output)) => {
                    format!("\nconsensus; output: {}\n", plain(&output.text))
                }
                Some(Ended::Failure(text)) => format!("\nno consensus: {}\n", plain(text)),
                None => String::new(),
            });
        }
        out
    }

    fn suggested(&self, colour: Colour) -> String {
        if self.suggestions.is_empty() {
            return String::new();
        }
        let mut out = "\nwhat would have been accepted (each was played):\n".to_owned();
        for suggestion in &self.suggestions {
            out.push_str(&format!("  {}\n", plain(&suggestion.text)));
            for line in &suggestion.lines {
                out.push_str(&format!("      {}\n", colour.paint(Tone::Strong, &plain(line))));
            }
        }
        out
    }
}

/// `  (escrow.conv:47)`
fn at(place: &RulesPlace, rules: &str) -> String {
    format!("  ({}:{})", place.file.as_deref().unwrap_or(rules), place.line)
}

/// What a check would have asked.
fn short(check: &Check) -> &str {
    match check.kind {
        "role" => "who may say it",
        "pattern" => "whose turn it is",
        "deadline" => "whether its time has come",
        "references" => "its fields",
        _ => &check.text,
    }
}

/// What is left of the patterns, a line each.
fn pattern(word: &str, stand: &Stand) -> String {
    let mut out = String::new();
    for (stage, readings) in &stand.pattern {
        let of = stage.as_ref().map(|s| format!(" in `{s}`")).unwrap_or_default();
        let readings: Vec<&str> = readings
            .iter()
            .map(|text| if text == "()" { "nothing more" } else { text.as_str() })
            .collect();
        out.push_str(&format!("           {word}{of}: {}\n", plain(&readings.join("  or  "))));
    }
    out
}

/// A part and those inside it, each on its line.
fn lines(part: &Part, indent: usize, left: &mut usize, out: &mut String) {
    match left.checked_sub(1) {
        Some(fewer) => *left = fewer,
        None => return,
    }
    let text: String = part.text.chars().take(WIDTH).collect();
    let cut = if text.len() < part.text.len() { "…" } else { "" };
    let gap = " ".repeat(indent);
    let came = if part.failed { "  (failed)".into() } else { values(&part.values) };
    out.push_str(&format!("{gap}{}{cut}{came}\n", plain(&text)));
    if *left == 0 {
        out.push_str(&format!("{gap}…\n"));
        return;
    }
    // What was not come to has no parts that were.
    if !part.values.is_empty() || part.parts.iter().any(|inner| !inner.values.is_empty()) {
        for inner in &part.parts {
            lines(inner, indent.saturating_add(2), left, out);
        }
    }
}

/// ` = 12.50`, ` is true`; of a loop, the last ones.
fn values(values: &[Shown]) -> String {
    let Some(first) = values.first() else { return "  (not asked)".into() };
    let word = if first.json.is_boolean() { "is" } else { "=" };
    let from = values.len().saturating_sub(VALUES);
    let last: Vec<String> = values.iter().skip(from).map(|v| plain(&v.text)).collect();
    let more = if from > 0 { "…, " } else { "" };
    let times = if values.len() > 1 { format!(" ({} times)", values.len()) } else { String::new() };
    format!(" {word} {more}{}{times}", last.join(", "))
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
