//! What an entry holds and what refers to it: `ef`, `e_from`, `e_said` and their kin. Each has a
//! twin with `_o` that gives `()` for `()`.

use rhai::{Dynamic, Engine};

use super::log::{count_of, counts, fields, numbers};
use super::{Host, index, maybe, nothing, number};
use crate::sandbox::fuel::{Fault, fault};
use crate::world::World;

pub(super) fn register(engine: &mut Engine, host: &Host) {
    one(engine, host, "e_from", |_, w, e| Ok(maybe(w.author(e))));
    one(engine, host, "e_at", |_, w, e| {
        let at = w.log_index(e).map(|i| w.time(i));
        Ok(at.map_or(Dynamic::UNIT, Dynamic::from))
    });
    two(engine, host, "ef", |h, w, e, n| {
        let message = w.log_index(e).map(|i| w.log.message(i));
        let field =
            message.and_then(|m| w.field_number(m, n)).ok_or_else(|| fault("no such field"))?;
        let value = w.field(e, field).unwrap_or(crate::value::Value::Unit);
        h.give(&value, w)
    });
    two(engine, host, "e_is", |_, w, e, m| {
        Ok(Dynamic::from(w.log_index(e).is_some_and(|i| w.log.message(i) == m)))
    });
    two(engine, host, "e_said", |_, w, e, m| {
        Ok(Dynamic::from(w.fold.tables.replies(e, m).is_some_and(|r| !r.entries.is_empty())))
    });
    two(engine, host, "e_count", |_, w, e, m| {
        let n = w.fold.tables.replies(e, m).map_or(0, |r| r.entries.len());
        Ok(Dynamic::from(i64::try_from(n).unwrap_or(i64::MAX)))
    });
    two(engine, host, "e_all", |h, w, e, m| {
        let entries = w.fold.tables.replies(e, m).map(|r| r.entries.clone()).unwrap_or_default();
        numbers(h, w, entries).map(Dynamic::from_array)
    });
    two(engine, host, "e_tally", |h, w, e, n| {
        counts(h, w, n, w.fold.tables.reply_tallies.get(&(e, n))).map(Dynamic::from_map)
    });
    two(engine, host, "e_everyone", e_everyone);
    three(engine, host);
}

fn e_everyone(host: &Host, world: &mut World, entry: u32, n: u16) -> Result<Dynamic, Fault> {
    let pair = world.rules.tables.everyones.get(usize::from(n));
    let (message, role) = *pair.ok_or_else(|| fault("no such number"))?;
    let present = world.fold.people.count(&[role]) as usize;
    let Some(replies) = world.fold.tables.replies(entry, message) else {
        return Ok(Dynamic::from(present == 0));
    };
    if replies.by_person.len() < present {
        return Ok(Dynamic::from(false));
    }
    host.fuel.pay_for(present)?;
    let mut members = world.fold.people.members(role);
    Ok(Dynamic::from(members.all(|p| replies.by_person.contains_key(&p))))
}

/// Functions with two more arguments.
fn three(engine: &mut Engine, host: &Host) {
    more(engine, host, "e_all_field", |h, w, e, m, n| {
        let m = number(m.as_int().unwrap_or(-1))?;
        let entries = w.fold.tables.replies(e, m).map(|r| r.entries.clone()).unwrap_or_default();
        fields(h, w, &entries, number(n.as_int().unwrap_or(-1))?).map(Dynamic::from_array)
    });
    more(engine, host, "e_said_by", |_, w, e, m, p| Ok(Dynamic::from(row(w, e, m, p)? > 0)));
    more(engine, host, "e_count_by", |_, w, e, m, p| Ok(Dynamic::from(row(w, e, m, p)?)));
    more(engine, host, "e_tally_of", |_, w, e, n, v| {
        let n = number(n.as_int().unwrap_or(-1))?;
        count_of(w, n, v, w.fold.tables.reply_tallies.get(&(e, n))).map(Dynamic::from)
    });
}

/// How often a person has said a message about an entry.
fn row(world: &World, entry: u32, m: &Dynamic, p: &Dynamic) -> Result<i64, Fault> {
    let message = number(m.as_int().unwrap_or(-1))?;
    let person = index(p.as_int().unwrap_or(-1))?;
    let replies = world.fold.tables.replies(entry, message);
    Ok(replies.and_then(|r| r.by_person.get(&person)).map_or(0, |r| i64::from(r.count)))
}

type One = fn(&Host, &mut World, u32) -> Result<Dynamic, Fault>;
type Two = fn(&Host, &mut World, u32, u16) -> Result<Dynamic, Fault>;
type More = fn(&Host, &mut World, u32, &Dynamic, &Dynamic) -> Result<Dynamic, Fault>;

fn one(engine: &mut Engine, host: &Host, name: &str, work: One) {
    let (h, o) = (host.clone(), format!("{name}_o"));
    engine.register_fn(name, move |e: i64| h.with(|w| work(&h, w, index(e)?)));
    let h = host.clone();
    engine.register_fn(&o, move |e: i64| h.with(|w| work(&h, w, index(e)?)));
    engine.register_fn(name, |(): ()| Err::<Dynamic, Fault>(nothing()));
    engine.register_fn(&o, |(): ()| Dynamic::UNIT);
}

fn two(engine: &mut Engine, host: &Host, name: &str, work: Two) {
    let (h, o) = (host.clone(), format!("{name}_o"));
    engine.register_fn(name, move |e: i64, n: i64| h.with(|w| work(&h, w, index(e)?, number(n)?)));
    let h = host.clone();
    engine.register_fn(&o, move |e: i64, n: i64| h.with(|w| work(&h, w, index(e)?, number(n)?)));
    engine.register_fn(name, |(): (), _: i64| Err::<Dynamic, Fault>(nothing()));
    engine.register_fn(&o, |(): (), _: i64| Dynamic::UNIT);
}

fn more(engine: &mut Engine, host: &Host, name: &str, work: More) {
    let (h, o) = (host.clone(), format!("{name}_o"));
    engine.register_fn(name, move |e: i64, a: Dynamic, b: Dynamic| {
        h.with(|w| work(&h, w, index(e)?, &a, &b))
    });
    let h = host.clone();
    engine.register_fn(&o, move |e: i64, a: Dynamic, b: Dynamic| {
        h.with(|w| work(&h, w, index(e)?, &a, &b))
    });
    engine.register_fn(name, |(): (), _: Dynamic, _: Dynamic| Err::<Dynamic, Fault>(nothing()));
    engine.register_fn(&o, |(): (), _: Dynamic, _: Dynamic| Dynamic::UNIT);
}
