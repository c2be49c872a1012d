//! Line after line: who speaks, what is asked for, what is shown after it.

use std::sync::Arc;

use mundi_engine::{Ending, EntryId};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Message, Rules, Type};
use mundi_lang::units::{format_duration, format_time};

use super::ask::{Ask, Reply};
use super::describe;
use super::fields::{Filling, Ground};
use super::head::DEVICES;
use super::input::{self, Input, Speaker, Typed};
use crate::owes;
use crate::play::verdict;
use crate::rehearsal::{Judged, Line, Parents, Rehearsal, Spoken};
use crate::screen::{Colour, Tone};
use crate::stop::Stop;

/// A rehearsal by hand, on its way.
pub(super) struct Talk {
    rehearsal: Rehearsal,
    rules: Arc<Rules>,
    /// Who speaks unless a line says otherwise.
    speaker: Speaker,
    colour: Colour,
    breached: Vec<String>,
}

/// Whether the talk goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    On,
    Leave,
}

const HELP: &str = "\
  order quantity=2 address=\"1 High St\"   say something; fields that you leave out are asked for
  ben: accept                            say it as somebody else, who then is at the prompt
  toss number=1 as t                     name what you say, so that others can speak of it
  ada/phone: accept                      say it from a device: phone, laptop or tablet
  ben after t: accept                    say it without having seen what came after t
  as ben                                 be somebody else
  +3d, at 2026-01-31T18:00:00Z           move the clock
  possible, state                        what may be said now; what is remembered
  help order                             what a message is for, and its fields
  quit, or Ctrl-D                        leave";

impl Talk {
    pub(super) fn new(rehearsal: Rehearsal, person: String, colour: Colour) -> Self {
        let rules = rehearsal.replica().rules();
        let speaker = Speaker { person, device: String::new() };
        Self { rehearsal, rules, speaker, colour, breached: Vec::new() }
    }

    pub(super) fn into_rehearsal(self) -> Rehearsal {
        self.rehearsal
    }

    /// Asks until the person leaves.
    pub(super) fn run(&mut self, ask: &mut dyn Ask) -> Result<(), Stop> {
        ask.tell(&self.standing())?;
        ask.tell("`help` says what can be typed here")?;
        loop {
            let typed = match ask.ask(&self.prompt(), self.words())? {
                Reply::Line(line) => line,
                Reply::Away => continue,
                Reply::Out => return ask.tell(""),
            };
            let is_message = |word: &str| self.rules.meant(word).is_some();
            match input::read(&typed, &is_message) {
                Err(why) => ask.tell(&format!("  {why}"))?,
                Ok(wish) => {
                    if self.answer(wish, ask)? == Next::Leave {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// `ada (buyer) > `, `ada/phone (buyer) > `
    fn prompt(&self) -> String {
        let Speaker { person, device } = &self.speaker;
        let print = self.rehearsal.person(person);
        let who = print.map_or_else(|| person.clone(), |p| self.rehearsal.with_roles(&p));
        match (device.as_str(), who.strip_prefix(person)) {
            ("", _) | (_, None) => format!("{who} > "),
            (device, Some(roles)) => format!("{person}/{device}{roles} > "),
        }
    }

    /// What completes a line.
    fn words(&self) -> Vec<String> {
        let messages = self.rules.spoken().map(str::to_owned);
        let fields = self.rules.messages.iter().flat_map(|m| &m.fields);
        let ground = self.rehearsal.names().map(str::to_owned).collect::<Vec<_>>();
        let people = ground.iter().map(|name| format!("{name}:"));
        let commands = ["as", "at", "help", "possible", "quit", "state"].map(String::from);
        let mut words: Vec<String> = messages.chain(people).chain(commands).collect();
        words.extend(ground.iter().cloned());
        words.extend(self.rehearsal.labels().map(str::to_owned));
        for field in fields {
            words.push(format!("{}=", field.name));
            if let Type::Choice(options) = &field.ty {
                words.extend(options.iter().map(|o| format!("\"{o}\"")));
            }
        }
        words.sort_unstable();
        words.dedup();
        words
    }

    fn answer(&mut self, wish: Input, ask: &mut dyn Ask) -> Result<Next, Stop> {
        match wish {
            Input::Nothing => {}
            Input::Quit => return Ok(Next::Leave),
            Input::Help(None) => {
                ask.tell(HELP)?;
                let names: Vec<&str> = self.rules.spoken().collect();
                ask.tell(&format!("  messages: {}", names.join(", ")))?;
            }
            Input::Help(Some(name)) => {
                let message = self.rules.meant(&name);
                let message = message.and_then(|m| self.rules.messages.get(usize::from(m)));
                ask.tell(&match message {
                    Some(message) => describe::message(message, &self.rules).trim_end().to_owned(),
                    None => self.unknown(&name),
                })?;
            }
            Input::Possible => ask.tell(&self.standing())?,
            Input::State => ask.tell(&self.state())?,
            Input::As(speaker) => self.be(speaker, ask)?,
            Input::Wait(ms) => {
                self.rehearsal.wait(ms);
                ask.tell(&format!("  it is {}", format_time(self.rehearsal.clock())))?;
            }
            Input::At(ms) => {
                self.rehearsal.set_clock(ms);
                ask.tell(&format!("  it is {}", format_time(self.rehearsal.clock())))?;
            }
            Input::Say(typed) => return self.say(typed, ask),
        }
        Ok(Next::On)
    }

    /// Changes who is at the prompt.
    fn be(&mut self, speaker: Speaker, ask: &mut dyn Ask) -> Result<(), Stop> {
        if let Err(why) = known_device(&speaker) {
            return ask.tell(&why);
        }
        if self.rehearsal.person(&speaker.person).is_none() {
            let known: Vec<&str> = self.rehearsal.names().collect();
            let name = &speaker.person;
            ask.tell(&format!("  {name} takes no part yet; here are {}", known.join(", ")))?;
        }
        self.speaker = speaker;
        Ok(())
    }

    /// What a line has seen, where it says so.
    fn seen(&self, after: Option<&str>) -> Result<Parents, String> {
        let Some(label) = after else { return Ok(Parents::Heads) };
        match self.rehearsal.label(label) {
            Some(id) => Ok(Parents::These(vec![id])),
            None => {
                let labels: Vec<&str> = self.rehearsal.labels().collect();
                let there = match labels.as_slice() {
                    [] => "give one with `… as NAME`".to_owned(),
                    labels => format!("there are {}", labels.join(", ")),
                };
                Err(format!("  there is no entry `{label}`; {there}"))
            }
        }
    }

    fn unknown(&self, name: &str) -> String {
        let names: Vec<&str> = self.rules.spoken().collect();
        match mundi_lang::suggest(name, names.iter().copied()) {
            Some(close) => format!("  there is no message `{name}`; did you mean `{close}`?"),
            None => format!("  there is no message `{name}`; there are {}", names.join(", ")),
        }
    }

    fn say(&mut self, typed: Typed, ask: &mut dyn Ask) -> Result<Next, Stop> {
        let number = self.rules.meant(&typed.message);
        let rules = self.rules.clone();
        let Some(message) = number.and_then(|m| rules.messages.get(usize::from(m))) else {
            ask.tell(&self.unknown(&typed.message))?;
            return Ok(Next::On);
        };
        let wrong = typed.speaker.as_ref().map_or(Ok(()), known_device);
        let after = match wrong.and_then(|()| self.seen(typed.after.as_deref())) {
            Ok(after) => after,
            Err(why) => {
                ask.tell(&why)?;
                return Ok(Next::On);
            }
        };
        if let Some(speaker) = typed.speaker.clone() {
            self.speaker = speaker;
        }
        let fields = match self.fill(message, &typed.fields, ask)? {
            Ok(fields) => fields,
            Err(next) => return Ok(next),
        };
        let spoken = self.rehearsal.say(&Line {
            person: self.speaker.person.clone(),
            device: self.speaker.device.clone(),
            after,
            message: typed.message,
            fields,
            label: typed.label,
        });
        ask.tell(&self.after(&spoken))?;
        Ok(Next::On)
    }

    /// All fields of a message: those typed, held against their types, and those asked for.
    /// Else the person has given up the line, or is gone.
    fn fill(
        &self,
        message: &Message,
        typed: &[(String, Literal)],
        ask: &mut dyn Ask,
    ) -> Result<Result<Vec<(String, Literal)>, Next>, Stop> {
        let names = |name: &str| self.rehearsal.resolve(name);
        let mut words: Vec<String> = self.rehearsal.names().map(str::to_owned).collect();
        words.extend(self.rehearsal.labels().map(str::to_owned));
        let terms = self.rehearsal.replica().terms();
        let ground = Ground { rules: &self.rules, terms: &terms, names: &names, words: &words };
        Ok(match ground.fill(message, typed, ask)? {
            Filling::All(fields) => Ok(fields),
            Filling::Away => Err(Next::On),
            Filling::Out => Err(Next::Leave),
        })
    }

    /// What there is to see after a line.
    fn after(&mut self, spoken: &Spoken) -> String {
        let mut out = format!("  {}", verdict(&spoken.at_first, self.colour));
        if let (Some(id), Judged::Accepted) = (&spoken.id, &spoken.at_first)
            && let Some(label) = self.name_entry(*id, &spoken.line)
        {
            out.push_str(&format!(", as {label}"));
        }
        for name in self.rehearsal.replica().breaches() {
            if !self.breached.contains(&name) {
                let what = format!("\n  the rules are breached: `{name}`");
                out.push_str(&self.colour.paint(Tone::Bad, &what));
                self.breached.push(name);
            }
        }
        format!("{out}\n{}", self.standing())
    }

    /// Gives an entry a label of its own where other messages may name it.
    fn name_entry(&mut self, id: EntryId, line: &Line) -> Option<String> {
        if let Some(label) = &line.label {
            return Some(label.clone());
        }
        let number = self.rules.meant(&line.message)?;
        let named = |ty: &Type| match ty {
            Type::Ref(of) => of.contains(&number),
            Type::Reveal(of) => *of == number,
            _ => false,
        };
        let mut fields = self.rules.messages.iter().flat_map(|m| &m.fields);
        if !fields.any(|f| named(&f.ty)) {
            return None;
        }
        let own = line.message.rsplit('.').next().unwrap_or(&line.message);
        let free = (1u32..).map(|n| format!("{own}{n}"));
        let label = free.into_iter().find(|l| self.rehearsal.resolve(l).is_none())?;
        self.rehearsal.set_label(&label, id);
        Some(label)
    }

    /// How it stands: who may say what, from when on deadlines may be said; or how it ended.
    fn standing(&self) -> String {
        let rehearsal = &self.rehearsal;
        match rehearsal.replica().ending() {
            Some(Ending::Consensus { entry, output }) => {
                let word = self.colour.paint(Tone::Good, "consensus");
                let output = rehearsal.naming(|naming| naming.text(&output));
                format!("  {word} by {}\n  output: {output}", rehearsal.who_said(&entry))
            }
            Some(Ending::Failure { text, .. }) => {
                format!("  {}: {text}", self.colour.paint(Tone::Bad, "no consensus"))
            }
            None => {
                let mut out = format!("  possible: {}", rehearsal.possible());
                for (name, time) in rehearsal.replica().deadlines() {
                    out.push_str(&format!("\n  {}", self.deadline(&name, time)));
                }
                let owed = rehearsal.naming(|naming| owes::lines(rehearsal.replica(), naming));
                owed.iter().for_each(|line| out.push_str(&format!("\n  {line}")));
                out
            }
        }
    }

    fn deadline(&self, name: &str, time: Option<i64>) -> String {
        let Some(time) = time else { return format!("{name}: its time is not known yet") };
        match time.saturating_sub(self.rehearsal.clock()) {
            left if left > 0 => {
                format!("{name}: from {} on, in {}", format_time(time), format_duration(left))
            }
            _ => format!("{name}: its time has come"),
        }
    }

    fn state(&self) -> String {
        let state = self.rehearsal.replica().state();
        let field = |(name, value): &(String, mundi_engine::Value)| {
            format!("  {name}: {}", self.rehearsal.naming(|naming| naming.text(value)))
        };
        match state.as_slice() {
            [] => "  these rules remember nothing beside the messages".into(),
            state => state.iter().map(field).collect::<Vec<_>>().join("\n"),
        }
    }
}

/// Devices are certified when the conversation opens; others cannot speak later.
fn known_device(speaker: &Speaker) -> Result<(), String> {
    match speaker.device.as_str() {
        "" => Ok(()),
        device if DEVICES.contains(&device) => Ok(()),
        device => Err(format!(
            "  there is no device `{device}` at a prompt; there are {}",
            DEVICES.join(", ")
        )),
    }
}
