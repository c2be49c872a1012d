//! How a stage begins: its roles are filled, its terms set, its `on open` run.

use std::sync::Arc;

use mundi_lang::rules::{Holders, RoleId, StageId};

use super::Phase;
use crate::apply::Applied;
use crate::body::{check_value, literal_value};
use crate::limits::FUEL_ONCE;
use crate::sandbox::{FaultKind, Sandbox, ScriptFault};
use crate::value::Value;
use crate::world::{Access, World};

/// Begins a stage. What does not fit fails the entry that makes it begin.
pub(super) fn begin(
    sandbox: &Sandbox,
    applied: &mut Applied,
    stage: StageId,
) -> Result<(), ScriptFault> {
    sandbox.fill(FUEL_ONCE);
    applied.keep_people(&sandbox.world());
    roles(sandbox, stage)?;
    terms(sandbox, stage)?;
    {
        let world = &mut *sandbox.world();
        let now = world.frame.now;
        if let Some(course) = world.course_mut(stage) {
            course.phase = Phase::Running;
            course.begun = now;
        }
    }
    let on_open = sandbox.scripts().stages.get(usize::from(stage)).and_then(|s| s.on_open.as_ref());
    if let Some(script) = on_open {
        sandbox.world().frame.access = Access::Write;
        let result = sandbox.run(script).map(|_| ());
        sandbox.world().frame.access = Access::Read;
        result?;
    }
    super::settle(sandbox, applied, Some(stage))
}

/// A fault of a stage that cannot begin.
fn cannot(world: &World, stage: StageId, why: &str) -> ScriptFault {
    let name = world.rules.stages.get(usize::from(stage)).map_or("", |s| s.name.as_str());
    let text = format!("the stage `{name}` cannot begin: {why}");
    ScriptFault { kind: FaultKind::Failed, text, span: mundi_lang::Span::default() }
}

/// Fills the stage's roles, each in the order in which its holders are given.
fn roles(sandbox: &Sandbox, stage: StageId) -> Result<(), ScriptFault> {
    let rules = sandbox.world().rules.clone();
    let Some(declared) = rules.stages.get(usize::from(stage)) else { return Ok(()) };
    let scripts = sandbox.scripts().stages.get(usize::from(stage));
    for (n, (role, holders)) in declared.roles.iter().enumerate() {
        let script = scripts.and_then(|s| s.roles.get(n)).and_then(Option::as_ref);
        let persons = match (holders, script) {
            (Holders::Of(roles), _) => holding(&sandbox.world(), roles),
            (Holders::Asked(_), Some(script)) => {
                let value = sandbox.emitted(script)?;
                named(&sandbox.world(), stage, &value)?
            }
            _ => Vec::new(),
        };
        let world = &mut *sandbox.world();
        fits(world, stage, *role, persons.len())?;
        for person in persons {
            overlap(world, stage, &declared.overlaps, person, *role)?;
            Arc::make_mut(&mut world.fold.people).join(person, &[*role]);
        }
    }
    Ok(())
}

/// The holders of any of these roles, each once.
fn holding(world: &World, roles: &[RoleId]) -> Vec<u32> {
    let mut persons: Vec<u32> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for role in roles {
        persons.extend(world.fold.people.members(*role).filter(|p| seen.insert(*p)));
    }
    persons
}

/// The persons that a value names, each once; all must be present.
fn named(world: &World, stage: StageId, value: &Value) -> Result<Vec<u32>, ScriptFault> {
    let one = std::slice::from_ref(value);
    let all = if let Value::List(list) = value { list.as_slice() } else { one };
    let mut persons = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in all {
        let Value::Person(print) = value else { continue };
        let person = world.fold.people.index_of(print);
        let here = person.filter(|p| !world.fold.people.roles(*p).is_empty());
        let Some(person) = here else {
            let name = world.name(print);
            return Err(cannot(world, stage, &format!("{name} is not present")));
        };
        if seen.insert(person) {
            persons.push(person);
        }
    }
    Ok(persons)
}

/// Whether so many people may hold a role.
fn fits(world: &World, stage: StageId, role: RoleId, count: usize) -> Result<(), ScriptFault> {
    let Some(role) = world.rules.roles.get(usize::from(role)) else { return Ok(()) };
    if count >= role.min as usize && role.max.is_none_or(|max| count <= max as usize) {
        return Ok(());
    }
    let wanted = match role.max {
        Some(max) if max == role.min => format!("exactly {max}"),
        Some(max) => format!("{} to {max}", role.min),
        None => format!("at least {}", role.min),
    };
    let held =
        if count == 1 { "1 person holds it".into() } else { format!("{count} people hold it") };
    Err(cannot(world, stage, &format!("`{}` needs {wanted}: {held}", role.name)))
}

/// Whether a person may hold one role of the stage more.
fn overlap(
    world: &World,
    stage: StageId,
    overlaps: &[Vec<RoleId>],
    person: u32,
    role: RoleId,
) -> Result<(), ScriptFault> {
    let of_stage =
        |r: &RoleId| world.rules.roles.get(usize::from(*r)).is_some_and(|r| r.stage == Some(stage));
    let held = world.fold.people.roles(person).iter().copied().filter(of_stage);
    let all: Vec<RoleId> = held.chain([role]).collect();
    if all.len() == 1 || overlaps.iter().any(|set| all.iter().all(|r| set.contains(r))) {
        return Ok(());
    }
    let name = |r: &RoleId| world.rules.roles.get(usize::from(*r)).map(|r| format!("`{}`", r.name));
    let names: Vec<String> = all.iter().filter_map(name).collect();
    let who = world.fold.people.fingerprint(person).map(|p| world.name(&p)).unwrap_or_default();
    let why =
        format!("{who} would hold {}, and its file has no `overlap` of them", names.join(" and "));
    Err(cannot(world, stage, &why))
}

/// Sets the stage's terms, in file order: a later one may be `one_of` an earlier one.
fn terms(sandbox: &Sandbox, stage: StageId) -> Result<(), ScriptFault> {
    let rules = sandbox.world().rules.clone();
    let Some(declared) = rules.stages.get(usize::from(stage)) else { return Ok(()) };
    let scripts = sandbox.scripts().stages.get(usize::from(stage));
    for (n, (field, _)) in declared.terms.iter().enumerate() {
        let script = scripts.and_then(|s| s.terms.get(n)).and_then(Option::as_ref);
        let value = match (script, &field.presence) {
            (Some(script), _) => sandbox.emitted(script)?,
            (None, mundi_lang::rules::Presence::Default(literal)) => {
                literal_value(&field.ty, literal, &|_| None).unwrap_or(Value::Unit)
            }
            (None, _) => Value::Unit,
        };
        let world = &mut *sandbox.world();
        let optional = field.presence == mundi_lang::rules::Presence::Optional;
        if value != Value::Unit || !optional {
            let fits = check_value(&field.ty, &value, &world.fold.terms);
            fits.map_err(|why| cannot(world, stage, &format!("its term `{}` {why}", field.name)))?;
        }
        world.set_term(usize::from(declared.first_term) + n, value);
    }
    Ok(())
}
