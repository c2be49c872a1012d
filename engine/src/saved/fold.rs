//! A fold in the saved form: people, pattern, tables, state, what is shown, how it ended.

use std::sync::Arc;

use super::{Damaged, Read, Reader, Writer};
use crate::entry::EntryId;
use crate::people::People;
use crate::slots::Slots;
use crate::tables::Tables;
use crate::world::{Ending, Fold, World};

/// Writes a fold. Persons are written as the log numbers them.
pub(super) fn write_fold(world: &World, fold: &Fold, out: &mut Writer) {
    fold.people.write(&world.log, out);
    fold.pattern.write(out);
    fold.tables.write(out);
    fold.everyones.iter().for_each(|n| out.number(u64::from(*n)));
    fold.slots.write(out);
    super::stages::write(world, fold, out);
    out.count(fold.revealed.len());
    for ((entry, field), value) in &fold.revealed {
        out.number(u64::from(*entry));
        out.number(u64::from(*field));
        out.value(value);
    }
    write_ending(fold.ending.as_ref(), out);
    out.byte(u8::from(fold.asked));
    out.raw(&fold.verdicts);
}

/// Reads a fold of a world whose log and accepted entries are there already.
pub(super) fn read_fold(world: &World, from: &mut Reader<'_>) -> Read<Fold> {
    let rules = &world.rules;
    let mut terms = world.terms.clone();
    Ok(Fold {
        people: Arc::new(People::read(&world.log, rules.roles.len(), from)?),
        pattern: world.machine.read(from)?,
        tables: Tables::read(rules.messages.len(), from)?,
        everyones: rules.tables.everyones.iter().map(|_| from.small()).collect::<Read<_>>()?,
        slots: Slots::read(rules.state.len(), from)?,
        stages: super::stages::read(world, &mut terms, from)?,
        terms: Arc::new(terms),
        revealed: from.sorted(|from| Ok((from.small()?, from.small()?)), Reader::value)?,
        ending: read_ending(from)?,
        asked: match from.byte()? {
            0 => false,
            1 => true,
            _ => return Err(Damaged("whether consensus was asked")),
        },
        verdicts: from.hash()?,
    })
}

fn write_ending(ending: Option<&Ending>, out: &mut Writer) {
    match ending {
        None => out.byte(0),
        Some(Ending::Consensus { entry, output }) => {
            out.byte(1);
            out.raw(&entry.0);
            out.value(output);
        }
        Some(Ending::Failure { entry, text }) => {
            out.byte(2);
            out.raw(&entry.0);
            out.text(text);
        }
    }
}

fn read_ending(from: &mut Reader<'_>) -> Read<Option<Ending>> {
    Ok(match from.byte()? {
        0 => None,
        1 => Some(Ending::Consensus { entry: EntryId(from.hash()?), output: from.value()? }),
        2 => Some(Ending::Failure { entry: EntryId(from.hash()?), text: from.text()?.to_owned() }),
        _ => return Err(Damaged("how it ended")),
    })
}
