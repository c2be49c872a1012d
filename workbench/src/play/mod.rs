//! Playing a play: its steps in order, each line judged, each expectation held against what is
//! there at that point. Out comes a [`Report`].

mod expect;
mod report;

use std::collections::BTreeSet;
use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_lang::play::{Play, Say, Step, StepKind};
use mundi_lang::rules::Rules;
use mundi_lang::{Source, Span};

use crate::rehearsal::{Head, Line, Parents, Rehearsal, head_of_play};
pub use expect::same;
pub use report::{Ids, Report, Said, Unmet, spoken_text, verdict};

/// Plays a play from beginning to end.
///
/// # Errors
/// The conversation cannot be opened. All else is in the report.
pub fn play(source: &Source, play: &Play, rules: &Rules) -> Result<Report, OpenError> {
    play_as(source, play, rules, Rehearsal::open)
}

/// As [`play()`], with instrumented code: `report.rehearsal.replica().reached()` tells what it came to.
///
/// # Errors
/// As [`play()`].
pub fn play_traced(source: &Source, play: &Play, rules: &Rules) -> Result<Report, OpenError> {
    play_as(source, play, rules, Rehearsal::open_traced)
}

/// How a rehearsal is opened.
type Open = fn(&Head, Arc<Rules>) -> Result<Rehearsal, OpenError>;

fn play_as(source: &Source, play: &Play, rules: &Rules, open: Open) -> Result<Report, OpenError> {
    let head = head_of_play(play);
    let rehearsal = open(&head, Arc::new(rules.clone()))?;
    let mut player = Player {
        source,
        rehearsal,
        said: Vec::new(),
        held: 0,
        unmet: Vec::new(),
        breached: BTreeSet::new(),
    };
    player.look_for_breaches(play.title.span);
    player.steps(&play.steps, &Parents::Heads);
    Ok(Report {
        rehearsal: player.rehearsal,
        said: player.said,
        held: player.held,
        unmet: player.unmet,
    })
}

/// A play on its way.
struct Player<'a> {
    source: &'a Source,
    rehearsal: Rehearsal,
    said: Vec<Said>,
    held: usize,
    unmet: Vec<Unmet>,
    /// The `never` and `always` that do not hold at this point.
    breached: BTreeSet<String>,
}

impl Player<'_> {
    fn steps(&mut self, steps: &[Step], seen: &Parents) {
        for step in steps {
            match &step.node {
                StepKind::Wait(milliseconds) => self.rehearsal.wait(*milliseconds),
                StepKind::At(time) => self.rehearsal.set_clock(*time),
                StepKind::Together(steps) => {
                    let heads = Parents::These(self.rehearsal.replica().heads());
                    self.steps(steps, &heads);
                }
                StepKind::Say(say) => self.say(say, step.span, seen),
                StepKind::Expect(expect) => self.expect(expect, step.span),
            }
        }
    }

    fn say(&mut self, say: &Say, span: Span, seen: &Parents) {
        let mut line = Line::of_play(say);
        line.after = match &say.after {
            None => seen.clone(),
            Some(label) => Parents::These(self.rehearsal.label(&label.node).into_iter().collect()),
        };
        let spoken = self.rehearsal.say(&line);
        let line = self.line(span);
        self.said.push(Said { place: line, spoken });
        self.look_for_breaches(span);
    }

    fn expect(&mut self, expect: &mundi_lang::play::Expect, span: Span) {
        let last = self.said.last().map(|said| &said.spoken);
        match expect::hold(expect, last, &self.rehearsal) {
            Ok(()) => self.held += 1,
            Err((expected, found)) => {
                let line = self.line(span);
                self.unmet.push(Unmet { line, span, expected, found });
            }
        }
    }

    /// What `never` and `always` say after an entry. Each breach is told where it begins.
    fn look_for_breaches(&mut self, span: Span) {
        let now: BTreeSet<String> = self.rehearsal.replica().breaches().into_iter().collect();
        for name in now.difference(&self.breached) {
            let (expected, found) = expect::breach(name, self.rehearsal.replica());
            self.unmet.push(Unmet { line: self.line(span), span, expected, found });
        }
        self.breached = now;
    }

    fn line(&self, span: Span) -> usize {
        self.source.place(span.range().start).line
    }
}
