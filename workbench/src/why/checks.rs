//! What an entry has to pass, in the order in which it is asked (`spec/execution.md`, "What happens to an
//! entry"), and what each answer was.

use std::cmp::Ordering;

use mundi_engine::Code;
use mundi_engine::trace::{Gave, Run};
use mundi_lang::Span;
use mundi_lang::bundle;
use mundi_lang::rules::{Message, MessageKind, Rules, Script, StageId};
use mundi_lang::units::format_time;

use super::parts::{Part, on_one_line, parts};
use crate::rehearsal::Judged;
use crate::show::Naming;

/// One thing that was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What kind: `ended`, `standing`, `role`, `pattern`, `deadline`, `references`, `guard`, `handler`,
    /// `consensus`, `failure`, `output`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// What came of it.
    pub answer: Answer,
    /// Where it stands in the rules.
    pub place: Option<RulesPlace>,
    /// The values that it came to.
    pub parts: Vec<Part>,
    /// How many more values it came to: of a long loop not all are kept.
    pub left_out: u64,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was so, or was done.
    Yes,
    /// It was not so, and that refused the entry.
    No,
    /// It was not so, and need not be.
    Not,
    /// It was not asked.
    Unasked,
}

/// A place in rules, which may be of several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesPlace {
    /// The file of a stage; `None` for the first.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: usize,
}

impl RulesPlace {
    /// Where a span begins.
    #[must_use]
    pub fn of(rules: &Rules, span: Span) -> Self {
        let (file, line) = bundle::line(&rules.text, span.start as usize);
        Self { file: file.map(str::to_owned), line }
    }
}

/// What is asked of an entry, and where it stopped.
pub(super) struct Asking<'a> {
    pub(super) rules: &'a Rules,
    pub(super) message: Option<&'a Message>,
    pub(super) who: String,
    /// The roles that the author holds.
    pub(super) roles: Vec<String>,
    pub(super) judged: &'a Judged,
    pub(super) runs: &'a [Run],
    pub(super) naming: &'a Naming<'a>,
}

/// The steps of the fold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stop {
    Bytes,
    Ended,
    Standing,
    Role,
    Pattern,
    Deadline,
    References,
    Scripts,
    Never,
}

impl Asking<'_> {
    /// All that was asked, in order.
    pub(super) fn checks(&self) -> Vec<Check> {
        let stop = self.stop();
        let Some(message) = self.message.filter(|_| stop != Stop::Bytes) else { return Vec::new() };
        let beside = matches!(message.kind, MessageKind::Join | MessageKind::Leave);
        let (name, who) = (&message.name, &self.who);
        let mut all = vec![asked("ended", Stop::Ended, stop, "the conversation goes on")];
        if stop == Stop::Ended {
            all = vec![asked("ended", Stop::Ended, stop, "the conversation is over")];
        }
        if stop == Stop::Standing {
            let text = format!("what {who}'s device wrote here stands");
            all.push(asked("standing", Stop::Standing, stop, &text));
        }
        all.push(asked("role", Stop::Role, stop, &self.may(message)));
        if !beside {
            let a = if stop == Stop::Pattern { "no" } else { "a" };
            let text = format!("the pattern has {a} place for `{name}` by {who} now");
            all.push(asked("pattern", Stop::Pattern, stop, &text));
        }
        if let MessageKind::Deadline(script) = &message.kind {
            all.push(self.deadline(script, stop));
        }
        if !message.fields.is_empty() && !beside {
            let text = match self.judged.why() {
                Some((_, text)) if stop == Stop::References => text,
                _ => "the fields fit, and what they name is there",
            };
            all.push(asked("references", Stop::References, stop, text));
        }
        self.scripts(message, stop, &mut all);
        all
    }

    /// Who may say it, and what its author is.
    fn may(&self, message: &Message) -> String {
        let by = message.by.iter().filter_map(|r| self.rules.roles.get(usize::from(*r)));
        let by: Vec<&str> = by.map(|role| role.name.as_str()).collect();
        let by = if by.is_empty() { "whom the rules let".into() } else { by.join(" or ") };
        let held = match self.roles.as_slice() {
            [] => "holds no role".to_owned(),
            roles => format!("is {}", roles.join(" and ")),
        };
        format!("`{}` is for {by}; {} {held}", message.name, self.who)
    }

    fn code(&self) -> Option<Code> {
        self.judged.why().map(|(code, _)| code)
    }

    /// Where the road of the entry ended.
    fn stop(&self) -> Stop {
        let Some(code) = self.code() else { return Stop::Never };
        let invalid = matches!(self.judged, Judged::Invalid(..));
        match code {
            Code::Ended => Stop::Ended,
            Code::Forked | Code::Revoked => Stop::Standing,
            Code::NotAMember | Code::NotYourRole => Stop::Role,
            Code::OutOfTurn => Stop::Pattern,
            Code::TooEarly => Stop::Deadline,
            Code::BadField if invalid => Stop::Bytes,
            Code::BadField | Code::BadRef | Code::BadReveal => Stop::References,
            Code::BudgetSpent if self.runs.is_empty() => Stop::Pattern,
            Code::NotAllowed | Code::ScriptFailed | Code::BudgetSpent => Stop::Scripts,
            _ => Stop::Bytes,
        }
    }

    fn run_of(&self, span: Span) -> Option<&Run> {
        self.runs.iter().find(|run| run.span == span)
    }

    fn deadline(&self, script: &Script, stop: Stop) -> Check {
        let run = self.run_of(script.span);
        let gave = run.map(|run| &run.gave);
        let text = match gave {
            Some(Gave::Int(due)) if stop == Stop::Deadline => {
                format!("its time has not come: {}", format_time(*due))
            }
            Some(Gave::Int(due)) => format!("its time has come: {}", format_time(*due)),
            Some(Gave::Fault { text, .. }) => format!("its time cannot be told: {text}"),
            Some(_) => "its time is not known yet".into(),
            None => "its time has come".into(),
        };
        let answer = match gave {
            None => Answer::Unasked,
            Some(Gave::Fault { .. }) => Answer::No,
            Some(_) if stop == Stop::Deadline => Answer::No,
            Some(_) => Answer::Yes,
        };
        let place = Some(RulesPlace::of(self.rules, script.span));
        let left_out = run.map_or(0, |run| run.left_out);
        Check { kind: "deadline", text, answer, place, parts: self.parts(run), left_out }
    }

    fn parts(&self, run: Option<&Run>) -> Vec<Part> {
        run.map(|run| parts(self.rules, run, self.naming)).unwrap_or_default()
    }

    /// Guards, handlers, and the endings of the parts that were asked.
    fn scripts(&self, message: &Message, stop: Stop, all: &mut Vec<Check>) {
        for guard in &message.guards {
            all.push(self.script(
                "guard",
                guard.when.span,
                &format!("when {}", self.text(guard.span)),
                true,
            ));
        }
        for handler in &message.handlers {
            all.push(self.script("handler", handler.span, &format!("on {}", message.name), false));
        }
        if stop < Stop::Scripts {
            return;
        }
        let mut part = message.stage;
        loop {
            self.endings(part, all);
            let Some(stage) = part.and_then(|s| self.rules.stages.get(usize::from(s))) else {
                break;
            };
            part = stage.within;
        }
    }

    fn endings(&self, part: Option<StageId>, all: &mut Vec<Check>) {
        let stage = part.and_then(|s| self.rules.stages.get(usize::from(s)));
        let of = stage.map(|s| format!(" of `{}`", s.name)).unwrap_or_default();
        let (consensus, failure, output) = match stage {
            Some(s) => (
                s.consensus.span,
                s.failure.as_ref().map(|f| f.when.span),
                s.output.as_ref().map(|o| o.span),
            ),
            None => (
                self.rules.consensus.span,
                self.rules.failure.as_ref().map(|f| f.when.span),
                self.rules.output.as_ref().map(|o| o.span),
            ),
        };
        all.push(self.script("consensus", consensus, &format!("consensus{of}"), false));
        if self.run_of(consensus).is_some_and(|run| run.gave == Gave::Bool(true)) {
            all.extend(
                output.map(|span| self.script("output", span, &format!("output{of}"), false)),
            );
        } else {
            all.extend(
                failure.map(|span| self.script("failure", span, &format!("failure{of}"), false)),
            );
        }
    }

    fn script(&self, kind: &'static str, span: Span, text: &str, must: bool) -> Check {
        let run = self.run_of(span);
        let answer = match run.map(|run| &run.gave) {
            None => Answer::Unasked,
            Some(Gave::Fault { .. }) => Answer::No,
            Some(Gave::Bool(false)) if must => Answer::No,
            Some(Gave::Bool(false)) if matches!(kind, "consensus" | "failure") => Answer::Not,
            Some(_) => Answer::Yes,
        };
        let text = match run.map(|run| &run.gave) {
            Some(Gave::Fault { text: why, .. }) => format!("{text} fails: {why}"),
            _ => text.to_owned(),
        };
        let place = Some(RulesPlace::of(self.rules, span));
        let left_out = run.map_or(0, |run| run.left_out);
        Check { kind, text, answer, place, parts: self.parts(run), left_out }
    }

    /// A piece of the rules, on one line.
    fn text(&self, span: Span) -> String {
        on_one_line(self.rules.text.get(span.range()).unwrap_or(""))
    }
}

/// A check without code: before where the road of the entry ended it was so, after it nobody asked.
fn asked(kind: &'static str, at: Stop, stop: Stop, text: &str) -> Check {
    let answer = match at.cmp(&stop) {
        Ordering::Less => Answer::Yes,
        Ordering::Equal => Answer::No,
        Ordering::Greater => Answer::Unasked,
    };
    Check { kind, text: text.to_owned(), answer, place: None, parts: Vec::new(), left_out: 0 }
}
