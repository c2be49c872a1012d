//! `mundi mail list`

use mundi_node::home::Home;
use mundi_node::store::{Direction, Mail};
use serde_json::json;

use super::Asked;
use super::shown::{self, Belief};
use crate::cli::home::of_home;
use crate::cli::plain;
use crate::screen::{Colour, Tone};
use crate::stop::Answer;

/// Characters of a subject or first line that are shown.
const SHOWN: usize = 48;

pub(super) fn run(home: &Home, asked: Asked<'_>) -> Answer {
    let screen = asked.screen;
    let all = home.store().mail().map_err(|e| of_home(e.into(), screen))?;
    if asked.json {
        let all: Vec<_> = all.iter().map(|one| shown::json(home, one, false)).collect();
        return screen.line(&json!({"mail": all}).to_string());
    }
    if all.is_empty() {
        return screen.line("no messages; `mundi mail write NAME` writes one");
    }
    let number = all.iter().map(|one| one.number.0.to_string().len()).max().unwrap_or(0);
    let name = all.iter().map(|one| shown::name(home, one).chars().count()).max().unwrap_or(0);
    let lines: String = all.iter().map(|one| line(home, one, (number, name), screen.out)).collect();
    screen.answer(&lines)
}

fn line(home: &Home, one: &Mail, (number, width): (usize, usize), colour: Colour) -> String {
    let new = one.mail.direction == Direction::In && !one.read;
    let arrow = if one.mail.direction == Direction::Out { "to  " } else { "from" };
    let time: String = shown::time(one.mail.at).chars().take(16).collect();
    let time = time.replace('T', " ");
    let mut marks = vec![shown::author(home, one)];
    marks.extend(new.then(|| "new".to_owned()));
    marks.extend(one.keep.then(|| "kept".to_owned()));
    let name = shown::name(home, one);
    let line = format!(
        "{:number$}  {time}  {arrow} {name:width$}  {}  ({})",
        one.number.0,
        about(home, one),
        marks.join(", ")
    );
    let line = if new { colour.paint(Tone::Strong, &line) } else { line };
    format!("{line}\n")
}

/// The subject; without one the beginning of the text.
fn about(home: &Home, one: &Mail) -> String {
    let sealed = Belief::of(home, one) == Belief::Waiting;
    let text = match one.mail.subject.as_str() {
        "" if sealed => "sealed",
        "" => one.mail.body.lines().find(|line| !line.trim().is_empty()).unwrap_or(""),
        subject => subject,
    };
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    plain::line(&short)
}
