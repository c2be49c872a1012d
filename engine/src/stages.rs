//! Stages: conversations inside this one, and how far each has come (`spec/language.md` 3.12).

mod begin;
mod settle;

use std::sync::Arc;

use mundi_lang::rules::{MessageId, RoleId, StageId};

pub(crate) use settle::{leave, settle};

use crate::code::Code;
use crate::pattern::{Event, State, TooLarge};
use crate::value::Value;
use crate::verdict::{Reasons, Refusal};
use crate::world::World;

/// A part of a conversation that has a pattern and endings of its own: a stage, or (`None`) the whole.
pub(crate) type Part = Option<StageId>;

/// How far a stage has come.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    pub(crate) phase: Phase,
    /// When it began, in ms since 1970.
    pub(crate) begun: i64,
    pub(crate) pattern: State,
    /// As [`crate::world::Fold::asked`].
    pub(crate) asked: bool,
}

/// Where a stage stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has not begun.
    Ahead,
    /// It is held.
    Running,
    /// It had consensus, with its output.
    Decided(Value),
    /// It had none, and none can come.
    Failed(String),
    /// The pattern around took another way.
    Left,
}

impl Phase {
    /// Whether it may still have an effect.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Phase::Ahead | Phase::Running)
    }
}

impl World {
    /// How far a stage has come.
    pub(crate) fn course(&self, stage: StageId) -> Option<&Course> {
        self.fold.stages.get(usize::from(stage))
    }

    pub(crate) fn course_mut(&mut self, stage: StageId) -> Option<&mut Course> {
        self.fold.stages.get_mut(usize::from(stage))
    }

    /// The stage whose name in a pattern a message is.
    pub(crate) fn stage_named(&self, message: MessageId) -> Option<StageId> {
        let at = self.rules.stages.iter().position(|s| s.message == message)?;
        StageId::try_from(at).ok()
    }

    /// The stages directly in a part.
    pub(crate) fn stages_of(&self, part: Part) -> Vec<StageId> {
        let all = self.rules.stages.iter().zip(0..);
        all.filter(|(stage, _)| stage.within == part).map(|(_, id)| id).collect()
    }

    /// The part in which a message is said.
    pub(crate) fn part_of(&self, message: MessageId) -> Part {
        self.rules.messages.get(usize::from(message)).and_then(|m| m.stage)
    }

    /// The pattern's answer to a message, in the part in which it is said.
    pub(crate) fn step(
        &mut self,
        part: Part,
        event: &Event<'_>,
    ) -> Result<Option<State>, TooLarge> {
        let World { machine, machines, fold, trace, .. } = self;
        let (machine, state) = match part.map(usize::from) {
            None => (machine, &fold.pattern),
            Some(stage) => match (machines.get_mut(stage), fold.stages.get(stage)) {
                (Some(machine), Some(course)) => (machine, &course.pattern),
                _ => return Ok(None),
            },
        };
        let next = machine.step(state, event, &*fold.people)?;
        if let (Some(trace), Some(_)) = (trace, &next) {
            trace.read(part, machine.read_at(state, event, &*fold.people));
        }
        Ok(next)
    }

    /// What the pattern of a part still asks for.
    pub(crate) fn owed(&self, part: Part) -> Vec<crate::pattern::Due> {
        let people = &*self.fold.people;
        let Some(stage) = part else { return self.machine.owed(&self.fold.pattern, people) };
        match (self.machines.get(usize::from(stage)), self.course(stage)) {
            (Some(machine), Some(course)) => machine.owed(&course.pattern, people),
            _ => Vec::new(),
        }
    }

    /// What is left of the pattern of a part, a text for each reading.
    pub(crate) fn remainder(&self, part: Part) -> Vec<String> {
        let names = self;
        let Some(stage) = part else { return self.machine.remainder(&self.fold.pattern, names) };
        match (self.machines.get(usize::from(stage)), self.course(stage)) {
            (Some(machine), Some(course)) => machine.remainder(&course.pattern, names),
            _ => Vec::new(),
        }
    }

    /// The pattern of a part has moved on.
    pub(crate) fn moved_on(&mut self, part: Part, next: State) {
        match part {
            None => self.fold.pattern = next,
            Some(stage) => {
                if let Some(course) = self.course_mut(stage) {
                    course.pattern = next;
                }
            }
        }
    }

    /// What the pattern of a part allows, names of stages among it.
    pub(crate) fn possible(&self, part: Part) -> Vec<crate::pattern::Possible> {
        let people = &*self.fold.people;
        let Some(stage) = part else { return self.machine.possible(&self.fold.pattern, people) };
        match (self.machines.get(usize::from(stage)), self.course(stage)) {
            (Some(machine), Some(course)) => machine.possible(&course.pattern, people),
            _ => Vec::new(),
        }
    }

    /// Whether the pattern of a stage may end here.
    pub(crate) fn is_complete(&self, stage: StageId) -> bool {
        match (self.machines.get(usize::from(stage)), self.course(stage)) {
            (Some(machine), Some(course)) => machine.complete(&course.pattern, &*self.fold.people),
            _ => false,
        }
    }

    /// Whether anything can still come in a part: names of stages that are over cannot.
    pub(crate) fn can_come(&self, part: Part) -> bool {
        let over = |message: MessageId| {
            let course = self.stage_named(message).and_then(|s| self.course(s));
            course.is_some_and(|c| !c.phase.is_open())
        };
        let any_over = self.stages_of(part).iter().any(|s| {
            self.course(*s).is_some_and(|c| matches!(c.phase, Phase::Failed(_) | Phase::Left))
        });
        if any_over {
            let possible = self.possible(part);
            if possible.iter().any(|p| over(p.message)) {
                return possible.iter().any(|p| !over(p.message));
            }
        }
        let people = &*self.fold.people;
        let Some(stage) = part else { return self.machine.can_come(&self.fold.pattern, people) };
        match (self.machines.get(usize::from(stage)), self.course(stage)) {
            (Some(machine), Some(course)) => machine.can_come(&course.pattern, people),
            _ => false,
        }
    }

    /// Sets a term of a stage.
    pub(crate) fn set_term(&mut self, number: usize, value: Value) {
        if let Some(place) = Arc::make_mut(&mut self.fold.terms).get_mut(number) {
            *place = value;
        }
    }
}

impl crate::pattern::Names for World {
    fn message(&self, message: MessageId, roles: &[RoleId]) -> String {
        let Some(said) = self.rules.messages.get(usize::from(message)) else {
            return String::new();
        };
        match roles {
            [only] if said.by.len() > 1 => format!("{} by {}", said.name, Self::role(self, *only)),
            _ => said.name.clone(),
        }
    }

    fn role(&self, role: RoleId) -> String {
        self.rules.roles.get(usize::from(role)).map(|r| r.name.clone()).unwrap_or_default()
    }

    fn person(&self, person: u32) -> String {
        let print = self.fold.people.fingerprint(person);
        print.map(|print| self.name(&print)).unwrap_or_default()
    }
}

/// Whether the stage in which a message is said is being held.
pub(crate) fn held(world: &World, reasons: Reasons, message: MessageId) -> Result<(), Refusal> {
    let Some(stage) = world.part_of(message) else { return Ok(()) };
    let phase = world.course(stage).map(|c| &c.phase);
    let why = match phase {
        Some(Phase::Running) => return Ok(()),
        Some(Phase::Ahead) | None => "has not begun",
        Some(_) => "is over",
    };
    Err(reasons.refuse(Code::OutOfTurn, || {
        let said = world.rules.messages.get(usize::from(message)).map_or("", |m| m.name.as_str());
        let stage = world.rules.stages.get(usize::from(stage)).map_or("", |s| s.name.as_str());
        let now = crate::turns::turns(world);
        let now = crate::turns::in_words(world, &now);
        format!("out of turn: `{said}`: the stage `{stage}` {why}; now possible: {now}")
    }))
}
