//! What becomes of a play, beside its lines: it is really played, by the workbench. A play of more than
//! [`PLAY_LINES`] spoken lines or of more than [`PLAY_PEOPLE`] persons is not; that bounds what it spends.

use std::path::PathBuf;

use lsp_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip};
use mundi_engine::Ending;
use mundi_lang::play::{Play, Step, StepKind};
use mundi_lang::rules::Rules;
use mundi_lang::{Source, Span};
use mundi_workbench::play::{Report, play};

use crate::documents::Kind;
use crate::limits::{DOCUMENTS, HINT, PLAY_LINES, PLAY_PEOPLE};
use crate::text::Lines;
use crate::uri;
use crate::world::World;

/// What a play came to when it was played last, and the texts that it was played with.
pub struct Played {
    play: String,
    rules: String,
    hints: Vec<Hint>,
}

/// What is shown behind a place.
#[derive(Clone, Debug)]
struct Hint {
    at: u32,
    short: String,
    long: Option<String>,
}

/// The hints of a document.
#[must_use]
pub fn hints(world: &World, asked: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let path = uri::path(&asked.text_document.uri);
    if world.kind(&path)? != Kind::Play {
        return None;
    }
    let text = world.text(&path).ok()?;
    let lines = Lines::new(&text, world.encoding);
    let span = lines.span(asked.range);
    let all = hints_of(world, &path)?;
    let here = all.into_iter().filter(|h| span.start <= h.at && h.at <= span.end);
    let shown = |hint: Hint| InlayHint {
        position: lines.position(hint.at as usize),
        label: InlayHintLabel::String(hint.short),
        kind: None,
        text_edits: None,
        tooltip: hint.long.map(InlayHintTooltip::String),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    Some(here.map(shown).collect())
}

/// The hints of a play, played anew where it or its rules have changed.
fn hints_of(world: &World, path: &PathBuf) -> Option<Vec<Hint>> {
    let text = world.play(path).ok()?;
    let (played, rules) = text.ready()?;
    if let Some(before) = world.played.borrow().get(path)
        && before.play == text.source.text
        && before.rules == rules.text
    {
        return Some(before.hints.clone());
    }
    let hints = made(&text.source, played, rules);
    let kept =
        Played { play: text.source.text.clone(), rules: rules.text.clone(), hints: hints.clone() };
    let mut all = world.played.borrow_mut();
    if all.len() >= DOCUMENTS {
        all.clear();
    }
    all.insert(path.clone(), kept);
    Some(hints)
}

/// The places of the spoken lines, in their order.
fn spoken(steps: &[Step], into: &mut Vec<Span>) {
    for step in steps {
        match &step.node {
            StepKind::Say(_) => into.push(step.span),
            StepKind::Together(inner) => spoken(inner, into),
            _ => {}
        }
    }
}

fn made(source: &Source, written: &Play, rules: &Rules) -> Vec<Hint> {
    let mut said = Vec::new();
    spoken(&written.steps, &mut said);
    let people: usize = written.cast.iter().map(|(_, people)| people.len()).sum();
    let title = written.title.span.end;
    let hint = |at: u32, text: &str| {
        let short = short(text);
        let long = (short != text).then(|| text.to_owned());
        Hint { at, short, long }
    };
    if said.len() > PLAY_LINES || people > PLAY_PEOPLE {
        let text = format!(
            "not played here: it has more than {PLAY_LINES} lines or {PLAY_PEOPLE} persons; `mundi test` plays it"
        );
        return vec![hint(title, &text)];
    }
    let report = match play(source, written, rules) {
        Ok(report) => report,
        Err(why) => return vec![hint(title, &format!("it cannot be opened: {why}"))],
    };
    let mut hints = Vec::new();
    for (span, line) in said.iter().zip(&report.said) {
        let judged = match &line.spoken.id {
            Some(id) => report.rehearsal.judged(id),
            None => line.spoken.at_first.clone(),
        };
        hints.push(match judged.why() {
            None => Hint { at: span.end, short: judged.word().to_owned(), long: None },
            Some((code, reason)) => Hint {
                at: span.end,
                short: format!("{} ({})", judged.word(), code.as_str()),
                long: (!reason.is_empty()).then(|| reason.to_owned()),
            },
        });
    }
    for unmet in &report.unmet {
        let text = format!("expected {}, found {}", unmet.expected, unmet.found);
        hints.push(hint(unmet.span.end, &text));
    }
    // At the end of the last step, behind its own hint.
    let end = written.steps.last().map_or(title, |step| step.span.end);
    hints.push(hint(end, &ending(&report)));
    hints.sort_by_key(|h| h.at);
    hints
}

/// How the conversation stands at the end.
fn ending(report: &Report) -> String {
    let rehearsal = &report.rehearsal;
    match rehearsal.replica().ending() {
        None => format!("possible: {}", rehearsal.possible()),
        Some(Ending::Consensus { output, .. }) => {
            format!("consensus, output {}", rehearsal.naming(|naming| naming.text(&output)))
        }
        Some(Ending::Failure { text, .. }) => format!("failure: {text}"),
    }
}

/// The beginning of a text that is long.
fn short(text: &str) -> String {
    match text.char_indices().nth(HINT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}
