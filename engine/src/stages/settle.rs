//! Which stages a moved pattern begins, and which it leaves behind.

use mundi_lang::rules::{MessageId, StageId};

use super::begin::begin;
use super::{Part, Phase};
use crate::apply::Applied;
use crate::sandbox::{Sandbox, ScriptFault};
use crate::world::World;

/// Begins the stages whose names the pattern of a part now allows, and leaves those being held whose
/// names it allows no more.
pub(crate) fn settle(
    sandbox: &Sandbox,
    applied: &mut Applied,
    part: Part,
) -> Result<(), ScriptFault> {
    let begins = {
        let world = &mut *sandbox.world();
        let mut stages = world.stages_of(part);
        stages.retain(|s| world.course(*s).is_some_and(|c| c.phase.is_open()));
        if stages.is_empty() {
            return Ok(());
        }
        let possible: Vec<MessageId> =
            world.possible(part).into_iter().map(|p| p.message).collect();
        let allowed = |world: &World, stage: StageId| {
            let symbol = world.rules.stages.get(usize::from(stage)).map(|s| s.message);
            symbol.is_some_and(|symbol| possible.contains(&symbol))
        };
        let mut begins = Vec::new();
        for stage in stages {
            let running = world.course(stage).is_some_and(|c| c.phase == Phase::Running);
            match (running, allowed(world, stage)) {
                (false, true) => begins.push(stage),
                (true, false) => leave(world, stage, Phase::Left),
                _ => {}
            }
        }
        begins
    };
    begins.into_iter().try_for_each(|stage| begin(sandbox, applied, stage))
}

/// A stage is over, and with it all that is held in it.
pub(crate) fn leave(world: &mut World, stage: StageId, phase: Phase) {
    if let Some(course) = world.course_mut(stage) {
        course.phase = phase;
    }
    for inner in world.stages_of(Some(stage)) {
        if world.course(inner).is_some_and(|c| c.phase.is_open()) {
            leave(world, inner, Phase::Left);
        }
    }
}
