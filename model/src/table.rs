//! The table of what holds, as Markdown, each cell explored.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::check::{Answer, Question};
use crate::finals::Verdict;
use crate::rule::Rule;
use crate::seen::TooMany;
use crate::setting::Setting;

const HEAD: &str = "\
| n | q | one seals twice | two seal twice | one silent | two silent |
|---|---|---|---|---|---|
";

/// A row for every majority of so many members.
///
/// # Errors
/// There are too many states.
pub fn table(members: RangeInclusive<u8>, outcomes: u8, rounds: u8) -> Result<String, TooMany> {
    let mut table = HEAD.to_owned();
    for members in members {
        for quorum in members / 2 + 1..=members {
            let setting =
                Setting { members, quorum, liars: 0, loose: 0, outcomes, rounds, rule: Rule::P };
            let row = row(&setting)?;
            // Writing into a string cannot fail.
            let _ = writeln!(table, "| {members} | {quorum} | {} |", row.join(" | "));
        }
    }
    Ok(table)
}

fn row(setting: &Setting) -> Result<[&'static str; 4], TooMany> {
    let asked = |liars, question: Question| {
        let setting = Setting { liars, ..*setting };
        if setting.checked().is_err() { Ok("–") } else { Ok(word(question.ask(&setting)?.found)) }
    };
    Ok([
        asked(1, Question::Finals)?,
        asked(2, Question::Finals)?,
        asked(1, Question::SilenceAfterLies)?,
        asked(2, Question::SilenceAfterLies)?,
    ])
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Finals(Verdict::Safe) => "tolerated",
        Answer::Finals(Verdict::Proven) => "proof",
        Answer::Finals(Verdict::Unproven) => "no proof",
        Answer::Live => "live",
        Answer::Open => "may wait",
        Answer::InVain => "may wait in vain",
        Answer::CutOff => "not known",
    }
}
