//! How far stages have come, in the saved form: nothing where the rules have none.

use mundi_lang::rules::StageId;

use super::{Damaged, Read, Reader, Writer};
use crate::stages::{Course, Phase};
use crate::value::Value;
use crate::world::{Fold, World};

/// Writes the course of each stage, and the terms that each was given.
pub(super) fn write(world: &World, fold: &Fold, out: &mut Writer) {
    for course in &fold.stages {
        let number = match &course.phase {
            Phase::Ahead => 0,
            Phase::Running => 1,
            Phase::Decided(_) => 2,
            Phase::Failed(_) => 3,
            Phase::Left => 4,
        };
        out.byte(number);
        match &course.phase {
            Phase::Decided(output) => out.value(output),
            Phase::Failed(text) => out.text(text),
            Phase::Ahead | Phase::Running | Phase::Left => {}
        }
        out.number(u64::try_from(course.begun).unwrap_or(0));
        out.byte(u8::from(course.asked));
        course.pattern.write(out);
    }
    fold.terms.iter().skip(world.terms.len()).for_each(|term| out.value(term));
}

/// Reads them; the terms are put behind those of the conversation.
pub(super) fn read(
    world: &World,
    terms: &mut Vec<Value>,
    from: &mut Reader<'_>,
) -> Read<Vec<Course>> {
    let rules = world.rules.clone();
    let mut courses = Vec::new();
    for (n, _) in rules.stages.iter().enumerate() {
        let stage = StageId::try_from(n).map_err(|_| Damaged("a stage"))?;
        courses.push(course(world, stage, from)?);
    }
    for _ in rules.stages.iter().flat_map(|stage| &stage.terms) {
        terms.push(from.value()?);
    }
    Ok(courses)
}

fn course(world: &World, stage: StageId, from: &mut Reader<'_>) -> Read<Course> {
    let phase = match from.byte()? {
        0 => Phase::Ahead,
        1 => Phase::Running,
        2 => Phase::Decided(from.value()?),
        3 => Phase::Failed(from.text()?.to_owned()),
        4 => Phase::Left,
        _ => return Err(Damaged("how far a stage has come")),
    };
    let begun = from.small()?;
    let asked = match from.byte()? {
        0 => false,
        1 => true,
        _ => return Err(Damaged("whether consensus was asked")),
    };
    let machine = world.machines.get(usize::from(stage)).ok_or(Damaged("a stage"))?;
    Ok(Course { phase, begun, pattern: machine.read(from)?, asked })
}
