//! What a search says of rules: each answer with the shortest conversation that shows it.

use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_engine::suppose::NOTHING_MORE;
use mundi_engine::{Code, Value};
use mundi_lang::rules::{MessageKind, Rules};

use super::graph::{Graph, Stand, StateId};
use super::kinds::{Kind, Weight};
use super::moves::Move;
use super::race::{After, Race};
use super::search::{Found, Seen, bit};
use super::witness::Witness;
use crate::coverage::{Item, Kind as Covered};
use crate::rehearsal::Judged;
use crate::show::Naming;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it is about.
    pub kind: Kind,
    /// Whether it is a defect.
    pub weight: Weight,
    /// The message, role, guard or invariant that it is about.
    pub of: String,
    /// In words.
    pub text: String,
    /// The shortest conversation that shows it, as a play.
    pub play: Option<String>,
}

/// The endings that were reached, each by its shortest play.
pub(super) struct Reached {
    pub(super) decided: Option<String>,
    /// By the text of the failure.
    pub(super) failures: Vec<(String, String)>,
}

/// Draws answers from what was found.
pub(super) struct Answers<'a> {
    pub(super) found: &'a Found,
    /// The file of the rules, as plays name it.
    pub(super) file: &'a str,
    pub(super) all: Vec<Answer>,
}

impl<'a> Answers<'a> {
    fn rules(&self) -> &'a Arc<Rules> {
        &self.found.rules
    }

    fn graph(&self) -> &'a Graph {
        &self.found.graph
    }

    fn add(&mut self, kind: Kind, of: &str, text: String, play: Option<String>) {
        let (weight, of) = (kind.weight(), of.to_owned());
        self.all.push(Answer { kind, weight, of, text, play });
    }

    fn witness(&self, path: &[Move]) -> Result<Witness<'a>, OpenError> {
        Witness::begin(self.rules(), &self.found.setting, path)
    }

    /// A play of a path, which ends with how the conversation then stands.
    fn play(&self, title: &str, to: StateId) -> Result<String, OpenError> {
        let path = self.graph().path(to);
        let mut witness = self.witness(&path)?;
        witness.along(&path);
        witness.expect_standing();
        Ok(witness.play(title, self.file))
    }

    /// The shortest conversation to consensus, and to each failure.
    pub(super) fn reached(&self) -> Result<Reached, OpenError> {
        let decided = self.graph().first(Stand::Decided);
        let decided =
            decided.map(|to| self.play("the shortest way to consensus", to)).transpose()?;
        let mut failures = Vec::new();
        for (text, to) in &self.found.tally.failures {
            failures.push((text.clone(), self.play(&format!("failure: {text}"), *to)?));
        }
        Ok(Reached { decided, failures })
    }

    pub(super) fn draw(&mut self) -> Result<(), OpenError> {
        self.consensus();
        self.ends()?;
        self.unsaid()?;
        self.code()?;
        self.breaches()?;
        self.silence();
        self.guards();
        self.blocks()?;
        self.races()
    }

    fn consensus(&mut self) {
        if self.graph().first(Stand::Decided).is_none() {
            let weight = self.without_values();
            let text = match weight {
                Weight::Note => "no conversation that was tried reaches consensus",
                Weight::Fault => "no conversation reaches consensus",
            };
            self.add(Kind::NoConsensus, "consensus", text.to_owned(), None);
            self.weigh(weight);
        }
    }

    /// What a fault weighs that other values might mend.
    fn without_values(&self) -> Weight {
        let silent = |m: &u16| !self.found.tally.accepted.contains_key(m);
        let more = self.found.cut || self.found.uncovered.iter().any(silent);
        if more { Weight::Note } else { Weight::Fault }
    }

    /// What the last answer weighs.
    fn weigh(&mut self, weight: Weight) {
        if let Some(last) = self.all.last_mut() {
            last.weight = weight;
        }
    }

    /// States from which no ending can be reached.
    fn ends(&mut self) -> Result<(), OpenError> {
        let ends = self.graph().can_end(0);
        let stuck = (0..).zip(&ends).filter(|(_, end)| !**end).map(|(id, _)| id);
        let stuck: Vec<StateId> = stuck.collect();
        let dead = stuck.iter().find(|id| !self.graph().goes_on(**id));
        if let Some(id) = dead {
            let play = self.play("a dead end", *id)?;
            let text = "it comes to a state that is no ending and from which nothing can be said";
            self.add(Kind::DeadEnd, "pattern", text.into(), Some(play));
        } else if let Some(id) = stuck.first() {
            let play = self.play("no end", *id)?;
            let text = "it comes to a state from which no ending can be reached, whatever is said";
            self.add(Kind::NoEnd, "pattern", text.into(), Some(play));
        }
        Ok(())
    }

    /// The engine ends what nothing can follow: perhaps the rules forgot to say what that means.
    fn unsaid(&mut self) -> Result<(), OpenError> {
        let Some(at) = self.found.tally.failures.get(NOTHING_MORE) else { return Ok(()) };
        let play = self.play("an ending that no rule speaks of", *at)?;
        let text =
            "it can end without consensus where no `failure` says so: nothing more is possible";
        self.add(Kind::EndsUnsaid, "failure", text.into(), Some(play));
        Ok(())
    }

    fn code(&mut self) -> Result<(), OpenError> {
        for ((message, code), seen) in &self.found.tally.faults {
            let name = self.message(*message);
            let (play, reason) = self.refused(seen, *code)?;
            let text = match code {
                Code::BudgetSpent => format!("`{name}` can spend its budget: {reason}"),
                _ => format!("code of `{name}` can fail: {reason}"),
            };
            self.add(Kind::CodeFails, &name, text, Some(play));
        }
        Ok(())
    }

    /// A play that ends with a step that is refused, and why.
    fn refused(&self, seen: &Seen, code: Code) -> Result<(String, String), OpenError> {
        let mut path = self.graph().path(seen.at);
        path.push(seen.step.clone());
        let mut witness = self.witness(&path)?;
        witness.along(&path);
        let judged = witness.last().map(|spoken| spoken.at_first.clone());
        let reason = match judged {
            Some(Judged::Refused(_, reason) | Judged::Invalid(_, reason)) => reason,
            _ => seen.reason.clone(),
        };
        witness.expect(&format!("refused {}", code.as_str()));
        Ok((witness.play("code that fails", self.file), reason))
    }

    fn breaches(&mut self) -> Result<(), OpenError> {
        for (name, at) in &self.found.tally.breaches {
            let play = self.play(&format!("breach of {name}"), *at)?;
            let text = format!("`{name}` does not hold");
            self.add(Kind::Breach, name, text, Some(play));
        }
        Ok(())
    }

    /// What nobody ever came to say.
    fn silence(&mut self) {
        let rules = self.rules().clone();
        for (number, message) in (0..).zip(&rules.messages) {
            let spoken = matches!(message.kind, MessageKind::Said | MessageKind::Deadline(_));
            if !spoken || self.found.tally.accepted.contains_key(&number) {
                continue;
            }
            let guarded = self.found.tally.guarded.get(&number);
            if guarded.is_some_and(|(asked, _)| *asked > 0) {
                let text = format!("`{}` is never allowed: its guards refuse all", message.name);
                let tried = self.found.cut || self.found.uncovered.contains(&number);
                let text = if tried { format!("{text} that was tried") } else { text };
                let weight = self.without_values();
                self.add(Kind::NeverAllowed, &message.name, text, None);
                self.weigh(weight);
            } else {
                let within = if self.found.cut { " in what was searched" } else { "" };
                let text = format!("`{}` is never in turn{within}", message.name);
                let weight = self.without_values();
                self.add(Kind::NeverSaid, &message.name, text, None);
                self.weigh(weight);
            }
        }
    }

    /// Guards that refuse nothing that was tried.
    fn guards(&mut self) {
        if self.found.cut {
            return;
        }
        let rules = self.rules().clone();
        for (number, message) in (0..).zip(&rules.messages) {
            let Some((_, refused)) = self.found.tally.guarded.get(&number) else { continue };
            for (n, guard) in (0..).zip(&message.guards) {
                if refused.contains_key(&n) {
                    continue;
                }
                let start = guard.span.start as usize;
                let (_, line) = mundi_lang::bundle::line(&rules.text, start);
                let text = format!(
                    "the guard of `{}` in line {line} refused nothing that was tried",
                    message.name
                );
                self.add(Kind::NeverRefuses, &message.name, text, None);
            }
        }
    }

    /// Branches and places of the pattern that nothing takes; of a message that is never said, all are.
    pub(super) fn branches(&mut self, items: &[Item]) {
        for item in items {
            let what = match item.kind {
                Covered::Branch => "the branch",
                Covered::Pattern => "the place",
                Covered::Guard | Covered::Ending => continue,
            };
            for way in item.ways.iter().filter(|way| way.hits == 0) {
                let line = item.place.line;
                let text = format!("{what} `{}` in line {line} is never {}", item.text, way.name);
                self.add(Kind::NeverTaken, &item.text, text, None);
            }
        }
    }

    /// Roles without whose holders nothing ends.
    fn blocks(&mut self) -> Result<(), OpenError> {
        let rules = self.rules().clone();
        let with_all = self.graph().can_end(0);
        for (number, role) in (0..).zip(&rules.roles) {
            if role.stage.is_some() {
                continue;
            }
            let without = self.graph().can_end(bit(number));
            let held = (0..).zip(with_all.iter().zip(&without));
            let first = held.into_iter().find(|(_, (with, without))| **with && !**without);
            let Some((at, _)) = first else { continue };
            let path = self.graph().path(at);
            let mut witness = self.witness(&path)?;
            witness.along(&path);
            let waits = witness.rehearsal().possible();
            witness.expect_standing();
            let play = witness.play(&format!("{} is silent", role.name), self.file);
            let when =
                if path.is_empty() { "from the beginning" } else { "at the end of this play" };
            let text = format!(
                "if `{}` is silent {when}, nobody else can end it; it waits for {waits}",
                role.name
            );
            self.add(Kind::Blocks, &role.name, text, Some(play));
        }
        Ok(())
    }

    fn races(&mut self) -> Result<(), OpenError> {
        let found = self.found;
        for ((decides, late), race) in &found.tally.races {
            let (decides, late) = (self.message(*decides), self.message(*late));
            let play = self.raced(race, &decides, &late)?;
            let text = format!(
                "`{late}` that comes late changes what `{decides}` decides: {}",
                self.change(race)
            );
            self.add(Kind::Unstable, &decides, text, Some(play));
        }
        Ok(())
    }

    fn raced(&self, race: &Race, decides: &str, late: &str) -> Result<String, OpenError> {
        let mut path = self.graph().path(race.at);
        let said = path.clone();
        path.push(Move::Say(race.late.clone()));
        path.push(Move::Say(race.decides.clone()));
        let mut witness = self.witness(&path)?;
        witness.along(&said);
        witness.together(&race.late, &race.decides);
        witness.expect_standing();
        Ok(witness.play(&format!("{late} beside {decides}"), self.file))
    }

    fn change(&self, race: &Race) -> String {
        let person = |print: &mundi_identity::Fingerprint| {
            let person = self.found.setting.person(print);
            person.map_or_else(|| print.to_string(), |p| p.name.clone())
        };
        let entry = |_: &mundi_engine::EntryId| "an entry".to_owned();
        let naming = Naming { person: &person, entry: &entry };
        let text = |value: &Value| naming.text(value);
        let before = text(&race.before);
        match &race.after {
            After::Output(after) => format!("{before} becomes {}", text(after)),
            After::Failed(why) => format!("{before} becomes a failure, {why}"),
            After::GoesOn => format!("{before} is not decided any more"),
        }
    }

    fn message(&self, number: u16) -> String {
        let message = self.rules().messages.get(usize::from(number));
        message.map(|m| m.name.clone()).unwrap_or_default()
    }
}
