//! Folding one entry: step → references → guards → handlers → consensus, as one transaction.
//!
//! `spec/execution.md`, "What happens to an entry". Whatever refuses an entry, nothing of it is
//! left but its verdict.

use std::sync::Arc;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{MessageId, MessageKind, RoleId, Type};

use crate::apply::apply;
use crate::code::Code;
use crate::concluding::{conclude, handlers};
use crate::limits::FUEL;
use crate::log::Standing;
use crate::outcome::seal::SEAL;
use crate::pattern::{Event, State};
use crate::references::check_references;
use crate::sandbox::{FaultKind, Sandbox, ScriptFault};
use crate::stages::held;
use crate::turns::{in_words, or_list, person, turns};
use crate::value::Value;
use crate::verdict::{Reasons, Refusal, Verdict};
use crate::world::{Frame, World};

/// An entry that may have its effect as far as pattern and roles go.
struct Entered {
    message: MessageId,
    person: u32,
    /// Its index in the log.
    index: u32,
    /// The pattern after it; `None` for `join` and `leave`, which are beside the pattern.
    next: Option<State>,
    /// Accepted entries that its `ref` fields name.
    refs: Vec<u32>,
}

/// Folds one entry of the log into the world.
pub(crate) fn fold(sandbox: &Sandbox, reasons: Reasons, index: u32) -> (Verdict, String) {
    sandbox.fill(FUEL);
    let outcome = judge(sandbox, reasons, index);
    let world = &mut *sandbox.world();
    let (verdict, text) = match outcome {
        Ok(()) => {
            world.fold.slots.commit();
            (Verdict::Accepted, String::new())
        }
        Err(refusal) => (Verdict::Refused(refusal.code), refusal.text),
    };
    note(world, index, verdict);
    (verdict, text)
}

/// Takes a verdict into the hash over all. Seals are left out: they say nothing of the talk, and agents add
/// them one after the other while everybody is agreed on it. So is what is only supposed.
pub(crate) fn note(world: &mut World, index: u32, verdict: Verdict) {
    if world.log.message_name(index) == SEAL || world.log.supposed(index).is_some() {
        return;
    }
    let id = world.log.id(index);
    world.fold.verdicts = chain(&world.fold.verdicts, &id.0, verdict);
}

/// The hash over ids and verdicts, one entry further.
pub(crate) fn chain(before: &[u8; 32], id: &[u8; 32], verdict: Verdict) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(id);
    hash.update([verdict.number()]);
    hash.finalize().into()
}

fn judge(sandbox: &Sandbox, reasons: Reasons, index: u32) -> Result<(), Refusal> {
    let Some(mut entered) = enter(&mut sandbox.world(), reasons, index)? else {
        return Ok(());
    };
    not_too_early(sandbox, reasons, &entered)?;
    let revealed = {
        let world = &mut *sandbox.world();
        let revealed = check_references(world, reasons, index, &mut entered.refs)?;
        // An entry that names another twice is one reply to it.
        entered.refs.sort_unstable();
        entered.refs.dedup();
        revealed
    };
    guards(sandbox, reasons, entered.message)?;
    let mut applied = {
        let world = &mut *sandbox.world();
        apply(
            world,
            entered.index,
            entered.message,
            entered.person,
            entered.next.take(),
            &entered.refs,
            revealed,
        )
    };
    let effects = handlers(sandbox, entered.message)
        .and_then(|()| conclude(sandbox, &mut applied, entered.message, entered.index));
    effects.map_err(|fault| {
        let world = &mut *sandbox.world();
        world.fold.slots.roll_back();
        applied.undo(world);
        script_refusal(reasons, &fault)
    })
}

/// Whether the author may send this now, by roles and pattern. `None` for the system's own
/// messages, which have no effect on the conversation.
fn enter(world: &mut World, reasons: Reasons, index: u32) -> Result<Option<Entered>, Refusal> {
    let author = world.log.person(index);
    let message = world.log.message(index);
    if usize::from(message) >= world.rules.messages.len() {
        return Ok(None);
    }
    if world.fold.ending.is_some() {
        return Err(reasons.refuse(Code::Ended, || "the conversation has ended".into()));
    }
    let who = match world.fold.people.index_of(&author) {
        Some(known) => known,
        None => Arc::make_mut(&mut world.fold.people).meet(author),
    };
    stands(world, reasons, index, &author)?;
    let rules = world.rules.clone();
    let kind = rules.messages.get(usize::from(message)).map(|m| &m.kind);
    let next = match kind {
        Some(MessageKind::Join) => {
            may_join(world, reasons, index, who)?;
            None
        }
        Some(MessageKind::Leave) => {
            may_leave(world, reasons, who)?;
            frame(world, index, message, who);
            None
        }
        _ => {
            held(world, reasons, message)?;
            frame(world, index, message, who);
            Some(step(world, reasons, message, who)?)
        }
    };
    Ok(Some(Entered { message, person: who, index, next, refs: Vec::new() }))
}

/// Whether neither a fork nor a revocation of the author's device takes the entry's effect.
fn stands(
    world: &World,
    reasons: Reasons,
    index: u32,
    author: &Fingerprint,
) -> Result<(), Refusal> {
    match world.log.standing(index) {
        Standing::Unforked | Standing::Stands => Ok(()),
        Standing::Refused => Err(reasons.refuse(Code::Forked, || {
            let name = world.name(author);
            format!("{name}'s device wrote two entries with one seq, and this one is on the branch that does not stand")
        })),
        Standing::Revoked => Err(reasons.refuse(Code::Revoked, || {
            let name = world.name(author);
            format!("{name} has revoked the device that wrote this, and nobody had built on it before they knew")
        })),
    }
}

/// Puts the entry at hand where scripts see it.
fn frame(world: &mut World, index: u32, message: MessageId, person: u32) {
    let fields = world.decode(index).unwrap_or_default();
    let now = world.time(index);
    world.frame = Frame { message, person, now, fields, ..Frame::default() };
}

/// The entries that the entry at hand names in its `ref` fields, as far as they are accepted.
fn named(world: &World) -> Vec<u32> {
    let rules = world.rules.clone();
    let Some(message) = rules.messages.get(usize::from(world.frame.message)) else {
        return Vec::new();
    };
    let pairs = message.fields.iter().zip(&world.frame.fields);
    let refs = pairs.filter_map(|(field, value)| match (&field.ty, value) {
        (Type::Ref(_), Value::Ref(id)) => world.accepted_index(id),
        _ => None,
    });
    refs.collect()
}

/// The pattern's answer: through the first role in file order that may send it then.
fn step(
    world: &mut World,
    reasons: Reasons,
    message: MessageId,
    who: u32,
) -> Result<State, Refusal> {
    let rules = world.rules.clone();
    let held = world.fold.people.roles(who);
    if held.is_empty() {
        return Err(reasons.refuse(Code::NotAMember, || not_a_member(world, who)));
    }
    let Some(said) = rules.messages.get(usize::from(message)) else {
        return Err(
            reasons.refuse(Code::UnknownMessage, || "the rules know no such message".into())
        );
    };
    let through: Vec<RoleId> = held.iter().filter(|r| said.by.contains(r)).copied().collect();
    if through.is_empty() {
        return Err(reasons.refuse(Code::NotYourRole, || not_your_role(world, message, who)));
    }
    let refs = named(world);
    // The number that it gets if it is accepted, as in `refs`: never its index in the log, which
    // follows from what came when.
    let entry = u32::try_from(world.journal.accepted.len()).unwrap_or(u32::MAX);
    for role in through {
        let event = Event { message, role, person: who, entry, refs: &refs };
        match world.step(said.stage, &event) {
            Ok(Some(next)) => return Ok(next),
            Ok(None) => {}
            Err(too_large) => {
                return Err(reasons.refuse(Code::BudgetSpent, || too_large.to_string()));
            }
        }
    }
    Err(reasons.refuse(Code::OutOfTurn, || {
        let now = turns(world);
        let who = world.fold.people.fingerprint(who).map(|p| world.name(&p)).unwrap_or_default();
        format!("out of turn: `{}` by {who}; now possible: {}", said.name, in_words(world, &now))
    }))
}

fn not_a_member(world: &World, who: u32) -> String {
    let open = world.rules.roles.iter().filter(|r| r.open == mundi_lang::rules::Openness::Open);
    let roles: Vec<String> = open.map(|r| format!("`{}`", r.name)).collect();
    let name = person(world, who);
    if roles.is_empty() {
        return format!("{name} does not take part in this conversation");
    }
    format!("{name} does not take part: `join` as {} first", or_list(&roles))
}

fn not_your_role(world: &World, message: MessageId, who: u32) -> String {
    let rules = &world.rules;
    let Some(said) = rules.messages.get(usize::from(message)) else { return String::new() };
    let name = |r: &RoleId| rules.roles.get(usize::from(*r)).map(|r| r.name.clone());
    let by: Vec<String> = said.by.iter().filter_map(name).collect();
    format!("`{}` is for {}, not for {}", said.name, or_list(&by), person(world, who))
}

/// The role that a `join` asks for.
fn wanted_role(world: &World) -> Option<RoleId> {
    match world.frame.fields.first() {
        Some(Value::Text(name)) => world.rules.role(name),
        _ => None,
    }
}

fn may_join(world: &mut World, reasons: Reasons, index: u32, who: u32) -> Result<(), Refusal> {
    let join = world.log.message(index);
    frame(world, index, join, who);
    let refuse = |text: String| Err(reasons.refuse(Code::NotYourRole, || text));
    let Some(wanted) = wanted_role(world) else {
        return refuse("`join` names no role of these rules".into());
    };
    let rules = world.rules.clone();
    let Some(role) = rules.roles.get(usize::from(wanted)) else {
        return refuse("`join` names no role of these rules".into());
    };
    if role.open == mundi_lang::rules::Openness::Fixed {
        return refuse(format!("`{}` is not open: its holders are fixed", role.name));
    }
    let mut all = crate::people::own_roles(&world.fold.people, &rules, who);
    if all.contains(&wanted) {
        return refuse(format!("{} is in it already", person(world, who)));
    }
    all.push(wanted);
    let together = rules.overlaps.iter().any(|set| all.iter().all(|r| set.contains(r)));
    if all.len() > 1 && !together {
        return refuse(format!(
            "{} holds another role, and the rules have no `overlap` of the two",
            person(world, who)
        ));
    }
    if role.max.is_some_and(|max| world.fold.people.count(&[wanted]) >= max) {
        return refuse(format!("`{}` is full: it holds {}", role.name, role.max.unwrap_or(0)));
    }
    Ok(())
}

fn may_leave(world: &World, reasons: Reasons, who: u32) -> Result<(), Refusal> {
    if world.fold.people.roles(who).is_empty() {
        return Err(reasons.refuse(Code::NotAMember, || not_a_member(world, who)));
    }
    if crate::apply::open_roles(world, who).is_empty() {
        return Err(reasons.refuse(Code::NotYourRole, || {
            format!("{} holds no open role: only who joined may leave", person(world, who))
        }));
    }
    Ok(())
}

/// A deadline may be said once its time has come.
fn not_too_early(sandbox: &Sandbox, reasons: Reasons, entered: &Entered) -> Result<(), Refusal> {
    let message = sandbox.scripts().messages.get(usize::from(entered.message));
    let Some(script) = message.and_then(|m| m.deadline.as_ref()) else { return Ok(()) };
    let due = sandbox.run(script).map_err(|fault| script_refusal(reasons, &fault))?;
    let world = sandbox.world();
    match due.as_int() {
        Ok(due) if world.frame.now >= due => Ok(()),
        Ok(due) => Err(reasons.refuse(Code::TooEarly, || {
            let name =
                world.rules.messages.get(usize::from(entered.message)).map(|m| m.name.as_str());
            let due = mundi_lang::units::format_time(due);
            format!("`{}` may be said from {due} on", name.unwrap_or(""))
        })),
        Err(_) => Err(reasons.refuse(Code::TooEarly, || "its time is not known yet".into())),
    }
}

fn guards(sandbox: &Sandbox, reasons: Reasons, message: MessageId) -> Result<(), Refusal> {
    let Some(compiled) = sandbox.scripts().messages.get(usize::from(message)) else {
        return Ok(());
    };
    for (number, guard) in (0..).zip(&compiled.guards) {
        sandbox.world().frame.guard = number;
        let holds = sandbox.holds(&guard.when).map_err(|fault| script_refusal(reasons, &fault))?;
        if !holds {
            return Err(reasons.refuse(Code::NotAllowed, || match &guard.otherwise {
                Some(text) => sandbox.text(text),
                None => {
                    let world = sandbox.world();
                    let name =
                        world.rules.messages.get(usize::from(message)).map(|m| m.name.clone());
                    format!("the rules do not allow `{}` now", name.unwrap_or_default())
                }
            }));
        }
    }
    Ok(())
}

/// A script's fault as a refusal.
pub(crate) fn script_refusal(reasons: Reasons, fault: &ScriptFault) -> Refusal {
    let code = match fault.kind {
        FaultKind::Failed => Code::ScriptFailed,
        FaultKind::Spent => Code::BudgetSpent,
    };
    reasons.refuse(code, || fault.text.clone())
}
