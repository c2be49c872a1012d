//! What an accepted entry leads to: its handlers, consensus and failure of the part in which it was said,
//! and of each part around it that this decides (`spec/language.md` 3.12, "Course").

use mundi_lang::rules::{Failure, MessageId, MessageKind, Rules, Script, StageId};

use crate::apply::Applied;
use crate::limits::FUEL_ONCE;
use crate::pattern::Event;
use crate::sandbox::{Compiled, CompiledText, FaultKind, Sandbox, ScriptFault, Scripts};
use crate::stages::{Part, Phase, leave, settle};
use crate::value::Value;
use crate::world::{Access, Ending, World};

/// The text of a failure that no rule speaks of.
pub(crate) const NOTHING_MORE: &str = "nothing more is possible";

/// What a part answers when it is asked whether it is over.
enum Answer {
    /// It is not.
    GoesOn,
    /// Consensus, with the output.
    Decided(Value),
    /// No consensus, and none to come.
    Failed(String),
}

/// The code that says whether a part is over, as checked and as compiled.
struct Asked<'a> {
    consensus: (&'a Script, &'a Compiled),
    failure: Option<(&'a Failure, &'a (Compiled, Option<CompiledText>))>,
    output: Option<&'a Compiled>,
}

impl<'a> Asked<'a> {
    fn of(part: Part, rules: &'a Rules, scripts: &'a Scripts) -> Option<Self> {
        let Some(stage) = part.map(usize::from) else {
            return Some(Self {
                consensus: (&rules.consensus, &scripts.consensus),
                failure: rules.failure.as_ref().zip(scripts.failure.as_ref()),
                output: scripts.output.as_ref(),
            });
        };
        let (declared, compiled) = (rules.stages.get(stage)?, scripts.stages.get(stage)?);
        Some(Self {
            consensus: (&declared.consensus, &compiled.consensus),
            failure: declared.failure.as_ref().zip(compiled.failure.as_ref()),
            output: compiled.output.as_ref(),
        })
    }
}

/// Runs the handlers of a message.
pub(crate) fn handlers(sandbox: &Sandbox, message: MessageId) -> Result<(), ScriptFault> {
    let Some(compiled) = sandbox.scripts().messages.get(usize::from(message)) else {
        return Ok(());
    };
    if compiled.handlers.is_empty() {
        return Ok(());
    }
    sandbox.world().frame.access = Access::Write;
    let result = compiled.handlers.iter().try_for_each(|script| sandbox.run(script).map(|_| ()));
    sandbox.world().frame.access = Access::Read;
    result
}

/// Asks the part in which an entry was said, and those around it as far as one after the other is over.
pub(crate) fn conclude(
    sandbox: &Sandbox,
    applied: &mut Applied,
    message: MessageId,
    index: u32,
) -> Result<(), ScriptFault> {
    let parts = concerned(&sandbox.world(), message);
    for part in parts {
        let over = {
            let world = sandbox.world();
            let held = |stage| world.course(stage).is_some_and(|c| c.phase == Phase::Running);
            world.fold.ending.is_some() || part.is_some_and(|stage| !held(stage))
        };
        if !over {
            upwards(sandbox, applied, part, index)?;
        }
    }
    Ok(())
}

/// The parts that a message concerns: its own; who leaves is missed in every stage, the inner ones first.
fn concerned(world: &World, message: MessageId) -> Vec<Part> {
    let kind = world.rules.messages.get(usize::from(message)).map(|m| &m.kind);
    if !matches!(kind, Some(MessageKind::Leave)) {
        return vec![world.part_of(message)];
    }
    let stages = (0..world.fold.stages.len()).rev().filter_map(|n| StageId::try_from(n).ok());
    stages.map(Some).chain([None]).collect()
}

/// Asks a part, and those around it as far as one after the other is over.
fn upwards(
    sandbox: &Sandbox,
    applied: &mut Applied,
    mut part: Part,
    index: u32,
) -> Result<(), ScriptFault> {
    let mut failed = None;
    loop {
        let answer = ask(sandbox, applied, part, failed.take())?;
        let Some(stage) = part else {
            let world = &mut *sandbox.world();
            let entry = world.log.id(index);
            world.fold.ending = match answer {
                Answer::GoesOn => break,
                Answer::Decided(output) => Some(Ending::Consensus { entry, output }),
                Answer::Failed(text) => Some(Ending::Failure { entry, text }),
            };
            return Ok(());
        };
        match answer {
            Answer::GoesOn => break,
            Answer::Decided(output) => decide(sandbox, applied, stage, output)?,
            Answer::Failed(text) => {
                leave(&mut sandbox.world(), stage, Phase::Failed(text.clone()));
                failed = Some(text);
            }
        }
        let world = sandbox.world();
        let over = world.rules.stages.get(usize::from(stage));
        applied.moved.extend(over.map(|s| s.message));
        part = over.and_then(|s| s.within);
    }
    settle(sandbox, applied, part)
}

/// The pattern around a stage moves on by its name, and its handlers run.
fn decide(
    sandbox: &Sandbox,
    applied: &mut Applied,
    stage: StageId,
    output: Value,
) -> Result<(), ScriptFault> {
    let symbol = {
        let world = &mut *sandbox.world();
        let rules = world.rules.clone();
        let Some(declared) = rules.stages.get(usize::from(stage)) else { return Ok(()) };
        let symbol = declared.message;
        let by = rules.messages.get(usize::from(symbol)).and_then(|m| m.by.first());
        let (person, entry) = (world.frame.person, applied.entry());
        let role = by.copied().unwrap_or_default();
        let event = Event { message: symbol, role, person, entry, refs: &[] };
        let next = world.step(declared.within, &event);
        let next = next.map_err(|large| fault(FaultKind::Spent, large.to_string()))?;
        let out_of_turn =
            || fault(FaultKind::Failed, format!("`{}` is out of turn", declared.name));
        world.moved_on(declared.within, next.ok_or_else(out_of_turn)?);
        leave(world, stage, Phase::Decided(output));
        applied.decided(world, symbol);
        symbol
    };
    handlers(sandbox, symbol)
}

fn fault(kind: FaultKind, text: String) -> ScriptFault {
    ScriptFault { kind, text, span: mundi_lang::Span::default() }
}

/// Consensus, which is asked first; then failure; then whether anything can still come. `failed` is the text
/// of a stage in this part that has just failed.
fn ask(
    sandbox: &Sandbox,
    applied: &Applied,
    part: Part,
    failed: Option<String>,
) -> Result<Answer, ScriptFault> {
    let rules = sandbox.world().rules.clone();
    let Some(asked) = Asked::of(part, &rules, sandbox.scripts()) else {
        return Ok(Answer::GoesOn);
    };
    let moved = |script: &Script| applied.moves(&sandbox.world(), part, &script.reads);
    let (checked, consensus) = asked.consensus;
    if moved(checked) && sandbox.holds(consensus)? {
        sandbox.fill(FUEL_ONCE);
        let output = asked.output.map_or(Ok(Value::Unit), |script| sandbox.emitted(script))?;
        return Ok(Answer::Decided(output));
    }
    if let Some((checked, (when, text))) = asked.failure
        && moved(&checked.when)
        && sandbox.holds(when)?
    {
        let text = text.as_ref().map_or_else(|| "no consensus".into(), |t| sandbox.text(t));
        return Ok(Answer::Failed(text));
    }
    let world = &mut *sandbox.world();
    world.now_asked(part);
    if world.can_come(part) {
        return Ok(Answer::GoesOn);
    }
    Ok(Answer::Failed(failed.unwrap_or_else(|| NOTHING_MORE.into())))
}
