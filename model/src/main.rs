//! The command: asks every question of every configuration, and compares the answers with the
//! closed forms.

mod arguments;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use arguments::{HELP, Ranges, Task};
use mundi_model::check::{Line, QUESTIONS, Question};
use mundi_model::rule::Rule;
use mundi_model::setting::Setting;
use mundi_model::table;
use mundi_model::variants::VARIANTS;

/// Two answers differ.
const MISMATCH: u8 = 1;

/// The command was called wrongly, or asked for more than fits.
const WRONG_USE: u8 = 2;

fn main() -> ExitCode {
    let out = &mut io::stdout().lock();
    let done = match arguments::read(std::env::args().skip(1)) {
        Ok(Task::Help) => say(out, HELP),
        Ok(Task::List) => list(out),
        Ok(Task::Variant(name)) => tell(out, name.as_deref()),
        Ok(Task::Table(ranges)) => print_table(out, &ranges),
        Ok(Task::Explore(ranges)) => explore(out, &ranges),
        Err(wrong) => Err(format!("{wrong}\n\n{HELP}")),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(MISMATCH),
        Err(wrong) => {
            eprintln!("mundi-model: {wrong}");
            ExitCode::from(WRONG_USE)
        }
    }
}

/// Writes a text; that it could not is the error.
fn say(out: &mut impl Write, text: &str) -> Result<bool, String> {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map(|()| true).map_err(|error| error.to_string())
}

fn list(out: &mut impl Write) -> Result<bool, String> {
    VARIANTS.iter().try_fold(true, |_, v| say(out, &format!("{:29}{}\n", v.name, v.does)))
}

/// How variants break. One that does not is a mismatch.
fn tell(out: &mut impl Write, name: Option<&str>) -> Result<bool, String> {
    let mut broken = true;
    let mut told = 0;
    for variant in VARIANTS.iter().filter(|variant| name.is_none_or(|name| name == variant.name)) {
        told += 1;
        say(out, &format!("{}: {}\n", variant.name, variant.does))?;
        let story = variant.story();
        broken &= story.is_some();
        say(out, &story.unwrap_or_else(|| "  does not break\n".to_owned()))?;
        say(out, "\n")?;
    }
    if told == 0 { Err("there is no such variant; see --list".to_owned()) } else { Ok(broken) }
}

fn print_table(out: &mut impl Write, ranges: &Ranges) -> Result<bool, String> {
    let (outcomes, rounds) = (*ranges.outcomes.start(), *ranges.rounds.start());
    // The ends stand for all between them.
    for members in [*ranges.members.start(), *ranges.members.end()] {
        checked(setting(members, 1, 0, outcomes, rounds))?;
    }
    let table = table::table(ranges.members.clone(), outcomes, rounds);
    say(out, &table.map_err(|_| too_many())?)
}

fn too_many() -> String {
    "more states than the model holds".to_owned()
}

fn setting(members: u8, quorum: u8, liars: u8, outcomes: u8, rounds: u8) -> Setting {
    Setting { members, quorum, liars, loose: 0, outcomes, rounds, rule: Rule::P }
}

fn checked(setting: Setting) -> Result<Setting, String> {
    setting.checked().map_err(|misfit| misfit.to_string())
}

/// Sums over all lines.
#[derive(Default)]
struct Summary {
    lines: usize,
    states: usize,
    runs: usize,
    mismatches: usize,
}

fn explore(out: &mut impl Write, ranges: &Ranges) -> Result<bool, String> {
    let began = Instant::now();
    let settings = settings(ranges)?;
    let asked =
        |question: &&Question| ranges.question.as_ref().is_none_or(|only| only == question.name());
    let questions: Vec<_> = QUESTIONS.iter().filter(asked).collect();
    if questions.is_empty() {
        return Err("there is no such question; see --help".to_owned());
    }
    let mut summary = Summary::default();
    say(
        out,
        "question             n  q  f  k  r      states        runs  found         expected\n",
    )?;
    for question in questions {
        for setting in settings.iter().filter(|setting| question.fits(setting)) {
            let line = question.ask(setting).map_err(|_| too_many())?;
            summary.lines += 1;
            summary.states += line.states;
            summary.runs += line.runs;
            summary.mismatches += usize::from(line.found != line.expected);
            say(out, &text(*question, setting, &line))?;
        }
    }
    say(out, &summary.text(began.elapsed()))?;
    Ok(summary.mismatches == 0)
}

/// Every configuration in the ranges that there can be: not those with nobody honest.
fn settings(ranges: &Ranges) -> Result<Vec<Setting>, String> {
    let mut settings = Vec::new();
    for outcomes in ranges.outcomes.clone() {
        for rounds in ranges.rounds.clone() {
            for members in ranges.members.clone() {
                checked(setting(members, 1, 0, outcomes, rounds))?;
                for quorum in 1..=members {
                    for liars in ranges.liars.clone().filter(|liars| *liars < members) {
                        settings.push(checked(setting(members, quorum, liars, outcomes, rounds))?);
                    }
                }
            }
        }
    }
    Ok(settings)
}

fn text(question: Question, setting: &Setting, line: &Line) -> String {
    let Setting { members, quorum, liars, outcomes, rounds, .. } = question.asked_of(setting);
    let numbers = format!("{members:3}{quorum:3}{liars:3}{outcomes:3}{rounds:3}");
    let Line { states, runs, found, expected } = line;
    let mark = if found == expected { "" } else { "  MISMATCH" };
    let question = question.name();
    format!("{question:19}{numbers}{states:12}{runs:12}  {found:14}{expected}{mark}\n")
}

impl Summary {
    fn text(&self, time: Duration) -> String {
        let Self { lines, states, runs, mismatches } = self;
        let (seconds, tenths) = (time.as_secs(), time.subsec_millis() / 100);
        format!(
            "{lines} configurations, {states} states, {runs} runs after healing, \
             {seconds}.{tenths} s, {mismatches} mismatches\n"
        )
    }
}
