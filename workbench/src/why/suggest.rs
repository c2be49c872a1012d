//! The smallest changes with which a line would have been accepted. Each was really played: what was not
//! accepted is not said.

use mundi_engine::trace::Run;
use mundi_engine::{Code, Ending};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{MessageKind, Rules};
use mundi_lang::units::format_time;

use super::course::{Course, Deed, Held};
use super::fields;
use super::paths;
use super::samples::Ground;
use super::trial::{Trial, said};
use crate::rehearsal::{Judged, Line};
use crate::show::record;

/// Suggestions of one kind.
const OF_A_KIND: usize = 3;

/// A change with which the line would have been accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// `before`, `instead`, `field`, `person`, `later`, `earlier`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// What would be said, in the notation of plays.
    pub lines: Vec<String>,
}

/// What is known of a line that was not accepted.
pub(super) struct Case<'a> {
    pub(super) trial: Trial<'a>,
    pub(super) line: &'a Line,
    pub(super) rules: &'a Rules,
    pub(super) code: Code,
    pub(super) reason: &'a str,
    pub(super) runs: &'a [Run],
}

/// The changes with which the line of a step would have been accepted.
pub(super) fn suggestions(
    course: &Course,
    step: usize,
    judged: &Judged,
    runs: &[Run],
) -> Vec<Suggestion> {
    let (Some(line), Some((code, reason))) = (course.line(step), judged.why()) else {
        return Vec::new();
    };
    let trial = Trial::new(course, step);
    let case = Case { trial, line, rules: &course.rules, code, reason, runs };
    match code {
        Code::OutOfTurn => case.out_of_turn(),
        Code::TooEarly => or(case.later(), || case.path()),
        Code::NotAllowed => {
            let more = or(case.fields(), || case.later());
            or(or(more, || case.other_person()), || case.path())
        }
        Code::BadField | Code::ScriptFailed | Code::BudgetSpent => {
            or(or(case.fields(), || case.path()), || case.other_person())
        }
        Code::BadRef => or(case.fields(), || case.path()),
        Code::BadReveal => or(case.fields(), || case.other_person()),
        Code::NotYourRole => case.other_person(),
        Code::NotAMember => {
            let mut all = case.join();
            all.extend(case.other_person());
            all
        }
        Code::UnknownMessage => case.other_message(),
        Code::Ended => case.earlier(),
        Code::Forked => case.again(),
        _ => Vec::new(),
    }
}

/// The first answer, or where there is none, another.
fn or(first: Vec<Suggestion>, other: impl FnOnce() -> Vec<Suggestion>) -> Vec<Suggestion> {
    if first.is_empty() { other() } else { first }
}

impl Case<'_> {
    /// What is said first so that the line is accepted; and what its author could say instead.
    fn out_of_turn(&self) -> Vec<Suggestion> {
        let mut all = self.path();
        all.extend(self.instead());
        all
    }

    /// The shortest lines before it.
    fn path(&self) -> Vec<Suggestion> {
        let found = paths::paths(self);
        let suggestion = |(before, line): paths::Path| {
            let words = if before.len() == 1 { "this line" } else { "these lines" };
            let other = line.fields != self.line.fields;
            let what = if other { format!("`{}`", text(&line)) } else { "it".into() };
            Suggestion {
                kind: "before",
                text: format!("after {words} {what} is accepted:"),
                lines: before.iter().map(text).collect(),
            }
        };
        found.into_iter().take(OF_A_KIND).map(suggestion).collect()
    }

    /// What its author could say at that time.
    fn instead(&self) -> Vec<Suggestion> {
        let Some(held) = self.trial.before(self.trial.step) else { return Vec::new() };
        let Some(me) = held.rehearsal.person(&self.line.person) else { return Vec::new() };
        let mine = held.rehearsal.replica().turns();
        let mine = mine.into_iter().filter(|turn| turn.by.contains(&me));
        let mut lines = Vec::new();
        for turn in mine {
            let Some(line) = self.sample(&held, &turn.message, &self.line.person) else { continue };
            if self.trial.accepts(&[], &line) {
                lines.push(text(&line));
            }
        }
        if lines.is_empty() {
            return Vec::new();
        }
        let text = format!("{} can say instead:", self.line.person);
        vec![Suggestion { kind: "instead", text, lines }]
    }

    /// A line of a message with as few fields as it needs.
    pub(super) fn sample(&self, held: &Held, message: &str, person: &str) -> Option<Line> {
        let number = self.rules.message(message)?;
        let message = self.rules.messages.get(usize::from(number))?;
        let ground = Ground { rehearsal: &held.rehearsal, rules: self.rules, person };
        Some(Line {
            person: person.to_owned(),
            message: message.name.clone(),
            fields: ground.fields(message)?,
            ..Line::default()
        })
    }

    /// Other values of its fields.
    fn fields(&self) -> Vec<Suggestion> {
        let Some(held) = self.trial.before(self.trial.step) else { return Vec::new() };
        let mut all = Vec::new();
        for changed in fields::candidates(self, &held) {
            if all.len() < OF_A_KIND && self.trial.accepts(&[], &changed.line) {
                all.push(Suggestion {
                    kind: "field",
                    text: format!("{} it is accepted:", changed.text),
                    lines: vec![text(&changed.line)],
                });
                if changed.last {
                    break;
                }
            }
        }
        all
    }

    /// The same by somebody else.
    fn other_person(&self) -> Vec<Suggestion> {
        let Some(held) = self.trial.before(self.trial.step) else { return Vec::new() };
        let replica = held.rehearsal.replica();
        let mut all = Vec::new();
        for print in replica.present() {
            let person = held.rehearsal.name_of(&print);
            if person == self.line.person || all.len() >= OF_A_KIND {
                continue;
            }
            let line = Line { person, device: String::new(), ..self.line.clone() };
            if self.trial.accepts(&[], &line) {
                let who = held.rehearsal.with_roles(&print);
                let said = text(&line);
                all.push(Suggestion {
                    kind: "person",
                    text: format!("{who} may say it:"),
                    lines: vec![said],
                });
            }
        }
        all
    }

    /// Whoever joins first may say it.
    fn join(&self) -> Vec<Suggestion> {
        let open = |r: &&mundi_lang::rules::Role| r.open == mundi_lang::rules::Openness::Open;
        let mut all = Vec::new();
        for role in self.rules.roles.iter().filter(open) {
            let join = Line {
                person: self.line.person.clone(),
                message: "join".into(),
                fields: vec![("role".into(), Literal::Text(role.name.clone()))],
                ..Line::default()
            };
            if self.trial.accepts(&[said(&join)], self.line) {
                all.push(Suggestion {
                    kind: "before",
                    text: "after this line it is accepted:".into(),
                    lines: vec![text(&join)],
                });
            }
        }
        all
    }

    /// From a time on that the scripts came to.
    fn later(&self) -> Vec<Suggestion> {
        let Some(held) = self.trial.before(self.trial.step) else { return Vec::new() };
        let now = held.rehearsal.clock();
        let mut times = fields::times(self);
        times.sort_unstable();
        times.dedup();
        for time in times.into_iter().filter(|time| *time > now) {
            for at in [time, time.saturating_add(1)] {
                // A line takes a second: the clock moves before it is said.
                let wait = Deed::At(at.saturating_sub(1_000));
                if self.trial.accepts(&[wait], self.line) {
                    let text = format!("from {} on it is accepted", format_time(at));
                    return vec![Suggestion { kind: "later", text, lines: Vec::new() }];
                }
            }
        }
        Vec::new()
    }

    /// Before the line that ended the conversation.
    fn earlier(&self) -> Vec<Suggestion> {
        let Some(held) = self.trial.before(self.trial.step) else { return Vec::new() };
        let entry = match held.rehearsal.replica().ending() {
            Some(Ending::Consensus { entry, .. } | Ending::Failure { entry, .. }) => entry,
            None => return Vec::new(),
        };
        let ended =
            held.spoken.iter().position(|s| s.as_ref().is_some_and(|s| s.id == Some(entry)));
        let Some((step, last)) = ended.and_then(|step| Some((step, self.trial.course.line(step)?)))
        else {
            return Vec::new();
        };
        if !self.trial.accepts_at(step, &[], self.line) {
            return Vec::new();
        }
        let said = text(&Line { label: None, ..last.clone() });
        let text = format!("before `{said}` it is accepted");
        vec![Suggestion { kind: "earlier", text, lines: Vec::new() }]
    }

    /// A message that is called alike.
    fn other_message(&self) -> Vec<Suggestion> {
        let names: Vec<&str> = self.rules.spoken().collect();
        let close = mundi_lang::suggest(&self.line.message, names.iter().copied());
        let held = self.trial.before(self.trial.step);
        let (Some(name), Some(held)) = (close, held) else { return self.instead() };
        let same = Line { message: name.to_owned(), ..self.line.clone() };
        let tries = [Some(same), self.sample(&held, name, &self.line.person)];
        let found = tries.into_iter().flatten().find(|line| self.trial.accepts(&[], line));
        let suggestion = |line: Line| Suggestion {
            kind: "instead",
            text: format!("`{name}` is a message, and is accepted:"),
            lines: vec![text(&line)],
        };
        or(found.map(suggestion).into_iter().collect(), || self.instead())
    }

    /// The same, built on the branch that stands.
    fn again(&self) -> Vec<Suggestion> {
        if !self.trial.accepts(&[], self.line) {
            return Vec::new();
        }
        vec![Suggestion {
            kind: "again",
            text: "said again, after what stands, it is accepted:".into(),
            lines: vec![text(self.line)],
        }]
    }

    /// The message that it says.
    pub(super) fn message(&self) -> Option<&mundi_lang::rules::Message> {
        let number = self.rules.meant(&self.line.message)?;
        self.rules.messages.get(usize::from(number))
    }

    /// Whether a message is a deadline.
    pub(super) fn is_deadline(&self, name: &str) -> bool {
        let message =
            self.rules.message(name).and_then(|m| self.rules.messages.get(usize::from(m)));
        message.is_some_and(|m| matches!(m.kind, MessageKind::Deadline(_)))
    }
}

/// A line as a play writes it.
pub(super) fn text(line: &Line) -> String {
    let fields = match line.fields.as_slice() {
        [] => String::new(),
        fields => format!(" {}", record(fields)),
    };
    let label = line.label.as_ref().map(|label| format!(" as {label}")).unwrap_or_default();
    format!("{}: {}{fields}{label}", line.speaker(), line.message)
}
