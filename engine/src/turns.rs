//! Who may say what now, by pattern and roles: as data, and in words for refusals.

use mundi_lang::rules::{MessageId, RoleId, StageId};

use crate::limits::REASON_NAMES;
use crate::pattern::Who;
use crate::people::own_roles;
use crate::stages::Phase;
use crate::world::World;

/// A message that the pattern allows now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Which.
    pub(crate) message: MessageId,
    /// By whom: indices of persons, sorted.
    pub(crate) by: Vec<u32>,
}

/// All that the pattern allows now; nothing once the conversation has ended. Guards and times are
/// not asked.
pub(crate) fn turns(world: &World) -> Vec<Turn> {
    if world.fold.ending.is_some() {
        return Vec::new();
    }
    let mut turns: Vec<Turn> = Vec::new();
    let parts = std::iter::once(None).chain(held(world).map(Some));
    for possible in parts.flat_map(|part| world.possible(part)) {
        if world.stage_named(possible.message).is_some() {
            continue;
        }
        let by: Vec<u32> = match possible.who {
            Who::AnyHolder => world.fold.people.members(possible.role).collect(),
            Who::Only(persons) => persons,
        };
        match turns.iter_mut().find(|t| t.message == possible.message) {
            Some(turn) => turn.by.extend(by),
            None => turns.push(Turn { message: possible.message, by }),
        }
    }
    for turn in &mut turns {
        turn.by.sort_unstable();
        turn.by.dedup();
    }
    turns.retain(|t| !t.by.is_empty());
    turns.sort_by_key(|t| t.message);
    turns
}

/// The stages that are being held.
fn held(world: &World) -> impl Iterator<Item = StageId> {
    let all = world.fold.stages.iter().zip(0..);
    all.filter(|(course, _)| course.phase == Phase::Running).map(|(_, stage)| stage)
}

/// `` `pay` or `cancel` by ada (buyer), `decline` by ben (seller) ``
pub(crate) fn in_words(world: &World, turns: &[Turn]) -> String {
    if turns.is_empty() {
        return "nothing".into();
    }
    let mut groups: Vec<(&[u32], Vec<String>)> = Vec::new();
    for turn in turns {
        let name = format!("`{}`", message_name(world, turn.message));
        match groups.iter_mut().find(|(by, _)| *by == turn.by.as_slice()) {
            Some((_, names)) => names.push(name),
            None => groups.push((&turn.by, vec![name])),
        }
    }
    let group = |(by, names): &(&[u32], Vec<String>)| {
        format!("{} by {}", or_list(names), people(world, by))
    };
    groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

fn message_name(world: &World, message: MessageId) -> &str {
    world.rules.messages.get(usize::from(message)).map_or("", |m| &m.name)
}

/// `a`, `a or b`, `a, b or c`
pub(crate) fn or_list(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// `ada (buyer)`, `ben or cy (voter)`, `anyone`
fn people(world: &World, by: &[u32]) -> String {
    let own = world.rules.roles.iter().zip(0..).filter(|(r, _)| r.stage.is_none());
    let all: Vec<RoleId> = own.map(|(_, id)| id).collect();
    if by.len() > 1 && by.len() == world.fold.people.count(&all) as usize {
        return "anyone".into();
    }
    let named: Vec<String> = by.iter().take(REASON_NAMES).map(|p| person(world, *p)).collect();
    match by.len().checked_sub(REASON_NAMES) {
        Some(more) if more > 0 => format!("{} and {more} others", named.join(", ")),
        _ => or_list(&named),
    }
}

/// `ada (buyer)`
pub(crate) fn person(world: &World, person: u32) -> String {
    let Some(print) = world.fold.people.fingerprint(person) else { return "somebody".into() };
    let name = world.name(&print);
    let role = |r: &u16| world.rules.roles.get(usize::from(*r)).map(|r| r.name.as_str());
    let own = own_roles(&world.fold.people, &world.rules, person);
    let roles: Vec<&str> = own.iter().filter_map(role).collect();
    if roles.is_empty() { name } else { format!("{name} ({})", roles.join(", ")) }
}
