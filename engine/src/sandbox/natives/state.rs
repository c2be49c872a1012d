//! The typed state: `slot`, `set_slot`, and the element forms.

use mundi_lang::check::code_type;
use mundi_lang::rules::{Field, Type};
use rhai::{Array, Dynamic, Engine, ImmutableString};

use super::{Host, by_last_type, number};
use crate::limits::{SCRIPT_PATH, STATE_VALUES};
use crate::sandbox::convert::{self, from_script, into_script};
use crate::sandbox::fuel::{Fault, fault};
use crate::slots::{Step, write_path};
use crate::value::Value;
use crate::world::{Access, Fold, World};

pub(super) fn register(engine: &mut Engine, host: &Host) {
    reads(engine, host);
    writes(engine, host);
}

fn reads(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("slot", move |n: i64| h.with(|w| h.give(value(w, n)?, w)));
    let h = host.clone();
    let get = move |n: i64, key: Dynamic| h.with(|w| element(&h, w, n, &key));
    by_last_type!(engine, "slot_get", (n: i64), get);
    let h = host.clone();
    let has = move |n: i64, key: Dynamic| h.with(|w| contains(&h, w, n, &key));
    by_last_type!(engine, "slot_has", (n: i64), has);
    let h = host.clone();
    engine.register_fn("slot_len", move |n: i64| {
        h.with(|w| {
            let len = match value(w, n)? {
                Value::List(items) => items.len(),
                Value::Map(map) => map.len(),
                Value::Text(text) => text.chars().count(),
                _ => 0,
            };
            Ok(i64::try_from(len).unwrap_or(i64::MAX))
        })
    });
    let h = host.clone();
    engine.register_fn("slot_keys", move |n: i64| {
        h.with(|w| match value(w, n)? {
            Value::Map(map) => given(&h, w, map.keys()),
            _ => Ok(Array::new()),
        })
    });
    let h = host.clone();
    engine.register_fn("slot_values", move |n: i64| {
        h.with(|w| match value(w, n)? {
            Value::Map(map) => given(&h, w, map.values()),
            Value::List(items) => given(&h, w, items.iter()),
            _ => Ok(Array::new()),
        })
    });
}

fn given<'a>(
    host: &Host,
    world: &World,
    values: impl Iterator<Item = &'a Value>,
) -> Result<Array, Fault> {
    values
        .map(|v| {
            host.fuel.pay_for(2)?;
            host.give(v, world)
        })
        .collect()
}

fn writes(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    let set = move |n: i64, v: Dynamic| h.with(|w| set_slot(&h, w, n, &v));
    by_last_type!(engine, "set_slot", (n: i64), set);
    let h = host.clone();
    let set = move |n: i64, key: Dynamic, v: Dynamic| h.with(|w| set_element(&h, w, n, &key, &v));
    for_keys(engine, "slot_set", &set);
    let h = host.clone();
    engine.register_fn("slot_path", move |n: i64, path: Array, v: Dynamic| {
        h.with(|w| set_path(&h, w, n, &path, &v))
    });
    let h = host.clone();
    let push = move |n: i64, v: Dynamic| h.with(|w| push(&h, w, n, &v));
    by_last_type!(engine, "slot_push", (n: i64), push);
    let h = host.clone();
    let remove = move |n: i64, key: Dynamic| h.with(|w| remove(&h, w, n, &key));
    by_last_type!(engine, "slot_remove", (n: i64), remove);
}

/// Registers for keys of the two commonest types, and for any other.
fn for_keys<F>(engine: &mut Engine, name: &str, work: &F)
where
    F: Fn(i64, Dynamic, Dynamic) -> Result<Dynamic, Fault> + Clone + Send + Sync + 'static,
{
    let f = work.clone();
    by_last_type!(engine, name, (n: i64, key: i64), {
        let f = f.clone();
        move |n: i64, key: i64, v: Dynamic| f(n, Dynamic::from(key), v)
    });
    let f = work.clone();
    by_last_type!(engine, name, (n: i64, key: ImmutableString), {
        let f = f.clone();
        move |n: i64, key: ImmutableString, v: Dynamic| f(n, Dynamic::from(key), v)
    });
    let f = work.clone();
    engine.register_fn(name, move |n: i64, key: bool, v: Dynamic| f(n, Dynamic::from(key), v));
}

fn value(world: &World, n: i64) -> Result<&Value, Fault> {
    world.fold.slots.get(usize::from(number(n)?)).ok_or_else(|| fault("no such slot"))
}

fn declared(world: &World, n: i64) -> Result<(usize, Field), Fault> {
    let n = usize::from(number(n)?);
    let field = world.rules.state.get(n).ok_or_else(|| fault("no such slot"))?;
    Ok((n, field.clone()))
}

fn writable(world: &World) -> Result<(), Fault> {
    if world.frame.access != Access::Write {
        return Err(fault("`state` is read-only here: only `on` may write it"));
    }
    if u64::try_from(world.fold.slots.weight()).unwrap_or(u64::MAX) > STATE_VALUES {
        return Err(fault("the state is as large as it may become"));
    }
    Ok(())
}

fn element(host: &Host, world: &World, n: i64, key: &Dynamic) -> Result<Dynamic, Fault> {
    let (_, field) = declared(world, n)?;
    match (value(world, n)?, &field.ty) {
        (Value::Map(map), Type::Map { key: kt, .. }) => {
            let key = from_script(key, &code_type(kt), world)?;
            map.get(&key).map_or(Ok(Dynamic::UNIT), |v| host.give(v, world))
        }
        (Value::List(items), _) => {
            let index = key.as_int().map_err(|_| fault("an index is an int"))?;
            let at = usize::try_from(index).ok().and_then(|i| items.get(i));
            let at = at.ok_or_else(|| fault(crate::slots::outside(index, items.len())))?;
            host.give(at, world)
        }
        _ => Err(fault("it is `()`, or has no elements")),
    }
}

fn contains(host: &Host, world: &World, n: i64, key: &Dynamic) -> Result<bool, Fault> {
    let (_, field) = declared(world, n)?;
    match (value(world, n)?, &field.ty) {
        (Value::Map(map), Type::Map { key: kt, .. }) => {
            Ok(map.contains_key(&from_script(key, &code_type(kt), world)?))
        }
        (Value::List(items), Type::List { of, .. }) => {
            host.fuel.pay_for(items.len())?;
            Ok(items.contains(&from_script(key, &code_type(of), world)?))
        }
        (Value::Text(text), _) => {
            host.fuel.pay_text(text.len())?;
            Ok(text.contains(convert::text(key)?.as_str()))
        }
        _ => Ok(false),
    }
}

/// Says which slot could not be written, and why.
fn refused(field: &Field, why: &str) -> Fault {
    fault(format!("`state.{}` cannot be set: {why}", field.name))
}

fn set_slot(host: &Host, world: &mut World, n: i64, v: &Dynamic) -> Result<Dynamic, Fault> {
    writable(world)?;
    host.fuel.pay_for(convert::size(v))?;
    let (n, field) = declared(world, n)?;
    let value = from_script(v, &code_type(&field.ty).optional(), world)?;
    let Fold { slots, terms, .. } = &mut world.fold;
    slots.set(n, value, &field, terms).map_err(|why| refused(&field, &why))?;
    Ok(Dynamic::UNIT)
}

fn set_element(
    host: &Host,
    world: &mut World,
    n: i64,
    key: &Dynamic,
    v: &Dynamic,
) -> Result<Dynamic, Fault> {
    writable(world)?;
    host.fuel.pay_for(convert::size(v))?;
    let (n, field) = declared(world, n)?;
    let (step, value) = match &field.ty {
        Type::Map { key: kt, value: vt, .. } => {
            let key = from_script(key, &code_type(kt), world)?;
            (Step::Key(key), from_script(v, &code_type(vt), world)?)
        }
        Type::List { of, unique, .. } => {
            if *unique == mundi_lang::rules::Uniqueness::Unique {
                host.fuel.pay_for(world.fold.slots.weight())?;
            }
            let index = key.as_int().map_err(|_| fault("an index is an int"))?;
            (Step::Index(index), from_script(v, &code_type(of), world)?)
        }
        _ => return Err(refused(&field, "it has no elements")),
    };
    let Fold { slots, terms, .. } = &mut world.fold;
    let set = slots.set_element(n, &step, value, &field.ty, terms);
    set.map_err(|why| refused(&field, &why))?;
    Ok(Dynamic::UNIT)
}

fn push(host: &Host, world: &mut World, n: i64, v: &Dynamic) -> Result<Dynamic, Fault> {
    writable(world)?;
    host.fuel.pay_for(convert::size(v))?;
    let (n, field) = declared(world, n)?;
    let Type::List { of, unique, .. } = &field.ty else {
        return Err(refused(&field, "it is no list"));
    };
    if *unique == mundi_lang::rules::Uniqueness::Unique {
        host.fuel.pay_for(world.fold.slots.weight())?;
    }
    let value = from_script(v, &code_type(of), world)?;
    let Fold { slots, terms, .. } = &mut world.fold;
    slots.push(n, value, &field.ty, terms).map_err(|why| refused(&field, &why))?;
    Ok(Dynamic::UNIT)
}

fn remove(host: &Host, world: &mut World, n: i64, key: &Dynamic) -> Result<Dynamic, Fault> {
    writable(world)?;
    let (at, field) = declared(world, n)?;
    match &field.ty {
        Type::Map { key: kt, .. } => {
            let key = from_script(key, &code_type(kt), world)?;
            let old = world.fold.slots.remove(at, &key);
            old.map_or(Ok(Dynamic::UNIT), |v| host.give(&v, world))
        }
        Type::List { .. } => {
            let index = key.as_int().map_err(|_| fault("an index is an int"))?;
            let Some(Value::List(items)) = world.fold.slots.get(at).cloned() else {
                return Ok(Dynamic::UNIT);
            };
            host.fuel.pay_for(items.len())?;
            let mut items = items.to_vec();
            let gone = usize::try_from(index).ok().filter(|i| *i < items.len());
            let gone = gone.ok_or_else(|| fault(crate::slots::outside(index, items.len())))?;
            let old = items.remove(gone);
            let Fold { slots, terms, .. } = &mut world.fold;
            let list = Value::List(std::sync::Arc::new(items));
            slots.set(at, list, &field, terms).map_err(|why| refused(&field, &why))?;
            host.give(&old, world)
        }
        _ => Err(refused(&field, "nothing can be removed from it")),
    }
}

fn set_path(
    host: &Host,
    world: &mut World,
    n: i64,
    path: &Array,
    v: &Dynamic,
) -> Result<Dynamic, Fault> {
    writable(world)?;
    if path.len() > SCRIPT_PATH {
        return Err(fault("the path is too long"));
    }
    let (at, field) = declared(world, n)?;
    let (steps, ty) = steps(path, &field.ty, world)?;
    let value = from_script(v, &ty.optional(), world)?;
    let mut whole = world.fold.slots.get(at).cloned().unwrap_or(Value::Unit);
    host.fuel.pay_for(convert::size(&into_script(&whole, world)))?;
    write_path(&mut whole, &steps, value).map_err(|why| refused(&field, &why))?;
    let Fold { slots, terms, .. } = &mut world.fold;
    slots.set(at, whole, &field, terms).map_err(|why| refused(&field, &why))?;
    Ok(Dynamic::UNIT)
}

/// The steps of a path, each by the type that it goes into; and the type at its end.
fn steps(path: &Array, ty: &Type, world: &World) -> Result<(Vec<Step>, mundi_lang::ty::Ty), Fault> {
    let mut steps = Vec::with_capacity(path.len());
    let mut ty = ty;
    for step in path {
        while let Type::Optional(of) = ty {
            ty = of;
        }
        ty = match ty {
            Type::Map { key, value, .. } => {
                steps.push(Step::Key(from_script(step, &code_type(key), world)?));
                value
            }
            Type::List { of, .. } => {
                let index = step.as_int().map_err(|_| fault("an index is an int"))?;
                steps.push(Step::Index(index));
                of
            }
            Type::Record(fields) => {
                let name = convert::text(step)?;
                let field = fields.iter().find(|f| f.name == name.as_str());
                steps.push(Step::Field(name.as_str().into()));
                &field.ok_or_else(|| fault("no such field"))?.ty
            }
            _ => return Err(fault("the path goes into a value that has no parts")),
        };
    }
    Ok((steps, code_type(ty)))
}
