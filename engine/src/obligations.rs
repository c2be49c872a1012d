//! What people still owe a conversation: from its pattern and its guards, never written twice
//! (`spec/execution.md`, "Obligations").

use mundi_identity::Fingerprint;
use mundi_lang::rules::{MessageId, MessageKind};

use crate::limits::{FUEL, REASON_NAMES};
use crate::pattern::{Due, Possible, persons};
use crate::replica::Replica;
use crate::stages::{Part, Phase};
use crate::value::Value;
use crate::world::{Frame, World};

/// Something that people owe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The messages, by name. One of them is enough.
    pub messages: Vec<String>,
    /// Whose it is, in the order in which the conversation met them.
    pub by: Vec<Fingerprint>,
    /// Whether each of these persons owes it, or one of them is enough.
    pub each: bool,
    /// Whether the guards let one of the messages through now; `None` where that depends on its fields, on
    /// the time, or on who says it.
    pub allowed: Option<bool>,
    /// The deadline that may come instead, and from when on, in ms since 1970, if that is known.
    pub until: Option<(String, Option<i64>)>,
}

/// Something owed, in numbers.
struct Numbers {
    messages: Vec<MessageId>,
    by: Vec<u32>,
    each: bool,
    deadline: Option<MessageId>,
}

impl Replica {
    /// What is owed now; nothing once the conversation has ended, or where its pattern may end.
    #[must_use]
    pub fn owed(&self) -> Vec<Obligation> {
        let all = owed(&self.sandbox.world());
        all.into_iter().map(|one| self.obligation(&one)).collect()
    }

    fn obligation(&self, one: &Numbers) -> Obligation {
        let rules = self.rules();
        let name = |m: &MessageId| rules.messages.get(usize::from(*m)).map(|m| m.name.clone());
        let allowed = self.allowed(one);
        let due = one.deadline.and_then(|m| Some((name(&m)?, self.due(m))));
        let world = self.sandbox.world();
        Obligation {
            messages: one.messages.iter().filter_map(name).collect(),
            by: one.by.iter().filter_map(|p| world.fold.people.fingerprint(*p)).collect(),
            each: one.each,
            allowed,
            until: due,
        }
    }

    /// Whether guards let one of the messages through, by each of those who may say it alike.
    fn allowed(&self, one: &Numbers) -> Option<bool> {
        if one.by.len() > REASON_NAMES {
            return None;
        }
        let mut answers = Vec::new();
        for person in &one.by {
            let mut any = Some(false);
            for message in &one.messages {
                match (self.lets(*message, *person), any) {
                    (Some(true), _) => any = Some(true),
                    (None, Some(false)) => any = None,
                    _ => {}
                }
            }
            answers.push(any);
        }
        let first = answers.first().copied().flatten()?;
        answers.iter().all(|answer| *answer == Some(first)).then_some(first)
    }

    /// Whether the guards of a message let a person through; `None` where they ask for its fields or the time.
    fn lets(&self, message: MessageId, person: u32) -> Option<bool> {
        let rules = self.rules();
        let guards = &rules.messages.get(usize::from(message))?.guards;
        let calls = |name: &str| guards.iter().any(|guard| calls(&guard.when.rhai, name));
        if calls("field") || calls("now") {
            return None;
        }
        let compiled = self.sandbox.scripts().messages.get(usize::from(message))?;
        let fields = vec![Value::Unit; rules.messages.get(usize::from(message))?.fields.len()];
        let frame = Frame { message, person, now: 0, fields, ..Frame::default() };
        let kept = std::mem::replace(&mut self.sandbox.world().frame, frame);
        self.sandbox.fill(FUEL);
        let mut answer = Some(true);
        for guard in &compiled.guards {
            match self.sandbox.holds(&guard.when) {
                Ok(true) => {}
                Ok(false) => answer = Some(false),
                Err(_) => answer = None,
            }
            if answer != Some(true) {
                break;
            }
        }
        self.sandbox.world().frame = kept;
        answer
    }
}

/// Whether printed code calls a function: its name stands alone before a parenthesis.
fn calls(rhai: &str, name: &str) -> bool {
    let call = format!("{name}(");
    let alone = |at: usize| {
        let before = rhai.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    rhai.match_indices(&call).any(|(at, _)| alone(at))
}

/// What is owed, of the whole and of the stages being held in it.
fn owed(world: &World) -> Vec<Numbers> {
    let mut all = Vec::new();
    if world.fold.ending.is_none() {
        of_part(world, None, &[], &mut all);
    }
    all
}

/// What is owed in a part. `instead` may come instead of all of it.
fn of_part(world: &World, part: Part, instead: &[MessageId], all: &mut Vec<Numbers>) {
    for due in world.owed(part) {
        let around: Vec<MessageId> = due.instead.iter().chain(instead).copied().collect();
        let stage = due.says.iter().find_map(|says| world.stage_named(says.message));
        match stage {
            Some(stage) if world.course(stage).is_some_and(|c| c.phase == Phase::Running) => {
                of_part(world, Some(stage), &around, all);
            }
            Some(_) => {}
            None => all.extend(numbers(world, &due, &around)),
        }
    }
}

/// One thing that is owed. Nobody owes a deadline: it may come instead of what stands beside it.
fn numbers(world: &World, due: &Due, around: &[MessageId]) -> Option<Numbers> {
    let is_deadline = |message: MessageId| {
        let message = world.rules.messages.get(usize::from(message));
        message.is_some_and(|m| matches!(m.kind, MessageKind::Deadline(_)))
    };
    let (deadlines, said): (Vec<&Possible>, Vec<&Possible>) =
        due.says.iter().partition(|says| is_deadline(says.message));
    let beside = deadlines.first().map(|says| says.message);
    let mut messages: Vec<MessageId> = said.iter().map(|says| says.message).collect();
    messages.dedup();
    let mut by: Vec<u32> =
        said.iter().flat_map(|says| persons(says, &*world.fold.people)).collect();
    by.sort_unstable();
    by.dedup();
    let deadline = beside.or_else(|| around.iter().copied().find(|m| is_deadline(*m)));
    let each = due.each && by.len() > 1;
    (!by.is_empty()).then_some(Numbers { messages, by, each, deadline })
}
