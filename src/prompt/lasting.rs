//! A conversation of the home at the prompt: one speaks for oneself, and what is said lasts.

use std::sync::Arc;

use mundi_engine::sealing::Waits;
use mundi_lang::rules::Rules;
use mundi_node::clock;
use mundi_node::conversation::Room;
use mundi_node::home::{Home, HomeError, ME};

use super::ask::{Ask, Reply};
use super::describe;
use super::fields::{Filling, Ground};
use super::input::{self, Input, Typed};
use crate::stop::Stop;
use crate::transcript::Transcript;

const HELP: &str = "\
  order quantity=2 address=\"1 High St\"   say something; fields that you leave out are asked for
  possible, state                        what may be said now; what is remembered
  help order                             what a message is for, and its fields
  quit, or Ctrl-D                        leave; what was said stays";

/// A conversation of the home, and how to show it.
pub(crate) struct Lasting<'a> {
    /// The home.
    pub(crate) home: &'a mut Home,
    /// The conversation.
    pub(crate) room: &'a mut Room,
    /// Whether there is somebody to ask for fields that a line leaves out.
    pub(crate) asks: bool,
    /// Shows it in the words of the home.
    pub(crate) show: &'a Show<'a>,
}

/// What is wanted of a transcript.
pub(crate) type What<'a> = dyn Fn(&Transcript<'_>) -> String + 'a;
/// Gives a conversation's transcript, in the words of a home, to who wants something of it.
pub(crate) type Show<'a> = dyn Fn(&Home, &Room, &What<'_>) -> String + 'a;

/// Whether the talk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// With another line.
    On,
    /// No longer.
    Leave,
}

/// What stands before what one types.
pub(crate) const PROMPT: &str = "me > ";

impl Lasting<'_> {
    /// Asks until the person leaves. Gives whether everything that was said was accepted.
    pub(crate) fn run(&mut self, ask: &mut dyn Ask) -> Result<bool, Stop> {
        let mut accepted = true;
        ask.tell(self.shown(&|t| t.standing()).trim_end())?;
        loop {
            let typed = match ask.ask(PROMPT, words_of(self.room))? {
                Reply::Line(line) => line,
                Reply::Away => continue,
                Reply::Out => return Ok(accepted),
            };
            if self.line(&typed, &mut accepted, ask)? == Next::Leave {
                return Ok(accepted);
            }
        }
    }

    /// Answers one line.
    pub(crate) fn line(
        &mut self,
        typed: &str,
        accepted: &mut bool,
        ask: &mut dyn Ask,
    ) -> Result<Next, Stop> {
        let rules = self.room.replica.rules();
        match input::read(typed, &|word| rules.meant(word).is_some()) {
            Err(why) => ask.tell(&format!("  {why}")).map(|()| Next::On),
            Ok(wish) => self.answer(wish, &rules, accepted, ask),
        }
    }

    fn shown(&self, what: &What<'_>) -> String {
        (self.show)(self.home, self.room, what)
    }

    fn answer(
        &mut self,
        wish: Input,
        rules: &Arc<Rules>,
        accepted: &mut bool,
        ask: &mut dyn Ask,
    ) -> Result<Next, Stop> {
        match wish {
            Input::Nothing => {}
            Input::Quit => return Ok(Next::Leave),
            Input::Help(None) => ask.tell(HELP)?,
            Input::Help(Some(name)) => {
                let message = rules.meant(&name);
                let message = message.and_then(|m| rules.messages.get(usize::from(m)));
                ask.tell(&match message {
                    Some(message) => describe::message(message, rules).trim_end().to_owned(),
                    None => format!("  there is no message `{name}`"),
                })?;
            }
            Input::Possible | Input::State => ask.tell(self.shown(&|t| t.standing()).trim_end())?,
            Input::As(_) => ask.tell("  you speak for yourself here; a rehearsal has everybody")?,
            Input::Wait(_) | Input::At(_) => ask.tell("  time goes by itself here")?,
            Input::Say(typed) => return self.say(typed, rules, accepted, ask),
        }
        Ok(Next::On)
    }

    fn say(
        &mut self,
        typed: Typed,
        rules: &Arc<Rules>,
        accepted: &mut bool,
        ask: &mut dyn Ask,
    ) -> Result<Next, Stop> {
        let own = typed.speaker.as_ref().is_none_or(|s| s.person == ME && s.device.is_empty());
        if !own || typed.after.is_some() {
            ask.tell("  you speak for yourself here, having seen all that has come")?;
            return Ok(Next::On);
        }
        let number = rules.meant(&typed.message);
        let Some(message) = number.and_then(|m| rules.messages.get(usize::from(m))) else {
            let names: Vec<&str> = rules.spoken().collect();
            let close = mundi_lang::suggest(&typed.message, names.iter().copied());
            let hint = close.map_or_else(
                || format!("there are {}", names.join(", ")),
                |close| format!("did you mean `{close}`?"),
            );
            ask.tell(&format!("  there is no message `{}`; {hint}", typed.message))?;
            return Ok(Next::On);
        };
        let filling = if self.asks {
            let names = |name: &str| self.home.named(self.room, name);
            let terms = self.room.replica.terms();
            let ground = Ground { rules, terms: &terms, names: &names, words: &[] };
            ground.fill(message, &typed.fields, ask)?
        } else {
            Filling::All(typed.fields)
        };
        let fields = match filling {
            Filling::All(fields) => fields,
            Filling::Away => return Ok(Next::On),
            Filling::Out => return Ok(Next::Leave),
        };
        match self.home.say(self.room, &typed.message, &fields, clock::now()) {
            Ok(id) => {
                self.home.attend(self.room, clock::now(), &Waits::NONE).map_err(failed)?;
                let text = self.shown(&|t| format!("{}{}", t.line(&id), t.standing()));
                ask.tell(text.trim_end())?;
            }
            Err(HomeError::Store(error)) => return Err(failed(HomeError::Store(error))),
            Err(error) => {
                *accepted = false;
                let possible = self.shown(&|t| t.possible());
                ask.tell(&format!("  {error}\n{}", possible.trim_end()))?;
            }
        }
        Ok(Next::On)
    }
}

/// What completes a line.
pub(crate) fn words_of(room: &Room) -> Vec<String> {
    let rules = room.replica.rules();
    let messages = rules.spoken().map(str::to_owned);
    let fields = rules.messages.iter().flat_map(|m| &m.fields).map(|f| format!("{}=", f.name));
    let commands = ["help", "possible", "quit", "state"].map(String::from);
    let mut words: Vec<String> = messages.chain(fields).chain(commands).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The disk or the machine fails.
#[allow(clippy::needless_pass_by_value, reason = "it stands at the end of `map_err`")]
fn failed(error: HomeError) -> Stop {
    Stop::Environment(error.to_string())
}
