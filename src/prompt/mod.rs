//! A conversation by hand: a rehearsal, in which one plays everybody and nothing is written to disk,
//! or a conversation of the home, in which one speaks for oneself.
//!
//! The history of what was typed lives in memory only.

mod ask;
mod describe;
mod fields;
mod head;
mod input;
mod lasting;
mod talk;

use std::sync::Arc;

use mundi_lang::literal::Literal;
use mundi_lang::rules::Rules;

use crate::rehearsal::Rehearsal;
use crate::screen::Screen;
use crate::stop::Stop;
use talk::Talk;

pub(crate) use ask::{Ask, Reply, Terminal};
pub(crate) use fields::Ground;
pub(crate) use lasting::{Lasting, Next, PROMPT, Show, What, words_of};

/// Holds a rehearsal at the terminal, until the person leaves. `None` where it never began.
///
/// # Errors
/// The terminal fails, or the conversation cannot be opened.
pub fn run(
    rules: &Rules,
    cast: Vec<(String, Vec<String>)>,
    terms: Vec<(String, Literal)>,
    screen: &Screen,
) -> Result<Option<Rehearsal>, Stop> {
    let mut terminal = Terminal::new()?;
    hold(rules, cast, terms, screen, &mut terminal)
}

fn hold(
    rules: &Rules,
    cast: Vec<(String, Vec<String>)>,
    terms: Vec<(String, Literal)>,
    screen: &Screen,
    ask: &mut dyn Ask,
) -> Result<Option<Rehearsal>, Stop> {
    ask.tell(&format!("{} ({}): a rehearsal; you play everybody", rules.title, rules.name))?;
    if !rules.doc.is_empty() {
        ask.tell(&rules.doc)?;
    }
    let Some(head) = head::ask(rules, cast, terms, ask)? else { return Ok(None) };
    let rehearsal = Rehearsal::open(&head, Arc::new(rules.clone()))
        .map_err(|e| Stop::Usage(format!("the conversation cannot be opened: {e}")))?;
    let first = head.first().unwrap_or("ada").to_owned();
    let mut talk = Talk::new(rehearsal, first, screen.out);
    talk.run(ask)?;
    Ok(Some(talk.into_rehearsal()))
}
