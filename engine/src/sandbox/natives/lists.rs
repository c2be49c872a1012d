//! Local lists, records and maps: every function pays for what it copies, compares or walks.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, Engine, ImmutableString, Map};
use rust_decimal::Decimal;

use super::{Host, by_last_type, number};
use crate::limits::SCRIPT_LIST;
use crate::sandbox::convert::{self, equal, key_from_text, size};
use crate::sandbox::fuel::{Fault, Fuel, fault};
use crate::sandbox::into_script;
use crate::slots::outside;

pub(super) fn register(engine: &mut Engine, host: &Host) {
    copies(engine, host);
    elements(engine, host);
    searches(engine, host);
    orders(engine, host);
    maps(engine, host);
}

fn copies(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("copy", move |v: &mut Array| -> Result<Dynamic, Fault> {
        fuel.pay_for(v.iter().map(size).sum())?;
        Ok(Dynamic::from_array(v.clone()))
    });
    let fuel = host.fuel.clone();
    engine.register_fn("copy", move |v: &mut Map| -> Result<Dynamic, Fault> {
        fuel.pay_for(v.values().map(size).sum())?;
        Ok(Dynamic::from_map(v.clone()))
    });
    engine.register_fn("copy", |(): ()| Dynamic::UNIT);
    engine.register_fn("copy", |v: i64| v);
    engine.register_fn("copy", |v: bool| v);
    engine.register_fn("copy", |v: Decimal| v);
    engine.register_fn("copy", |v: ImmutableString| v);
    let fuel = host.fuel.clone();
    let eq = move |a: Dynamic, b: Dynamic| -> Result<bool, Fault> {
        fuel.pay_for(size(&a).saturating_add(size(&b)))?;
        Ok(equal(&a, &b))
    };
    engine.register_fn("eq", eq);
    let fuel = host.fuel.clone();
    engine.register_fn("cat", move |a: Array, b: Array| -> Result<Array, Fault> {
        if a.len().saturating_add(b.len()) > SCRIPT_LIST {
            return Err(Fuel::spent());
        }
        fuel.pay_for(a.iter().chain(&b).map(size).sum())?;
        Ok(a.into_iter().chain(b).collect())
    });
    for name in ["get", "get_opt"] {
        let fuel = host.fuel.clone();
        engine.register_fn(
            name,
            move |r: &mut Map, name: ImmutableString| -> Result<Dynamic, Fault> {
                let Some(part) = r.get(name.as_str()) else { return Ok(Dynamic::UNIT) };
                fuel.pay_for(size(part))?;
                Ok(part.clone())
            },
        );
    }
    engine.register_fn("get_opt", |(): (), _: ImmutableString| Dynamic::UNIT);
}

fn elements(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("list_get", move |list: &mut Array, index: i64| -> Result<Dynamic, Fault> {
        let at = usize::try_from(index).ok().and_then(|i| list.get(i));
        let at = at.ok_or_else(|| fault(outside(index, list.len())))?;
        fuel.pay_for(size(at))?;
        Ok(at.clone())
    });
    engine.register_fn("at", |index: i64| match index {
        0.. => Ok(index),
        _ => Err(fault("an index is never negative")),
    });
    macro_rules! push {
        ($($t:ty),*) => {$({
            let fuel = host.fuel.clone();
            engine.register_fn("push", move |list: &mut Array, v: $t| -> Result<(), Fault> {
                if list.len() >= SCRIPT_LIST {
                    return Err(Fuel::spent());
                }
                let v = Dynamic::from(v);
                fuel.pay_for(size(&v))?;
                list.push(v);
                Ok(())
            });
        })*};
    }
    push!(i64, bool, (), Decimal, ImmutableString, Array, Map);
    engine.register_fn("pop", |list: &mut Array| list.pop().unwrap_or(Dynamic::UNIT));
    engine.register_fn("len", |list: &mut Array| i64::try_from(list.len()).unwrap_or(i64::MAX));
    engine.register_fn("len", |map: &mut Map| i64::try_from(map.len()).unwrap_or(i64::MAX));
}

/// Where a value stands in a list; paid for by what is compared.
fn position(fuel: &Fuel, list: &Array, wanted: &Dynamic) -> Result<Option<usize>, Fault> {
    fuel.pay_for(list.iter().map(size).sum())?;
    Ok(list.iter().position(|v| equal(v, wanted)))
}

fn searches(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    let contains = move |list: &mut Array, v: Dynamic| -> Result<bool, Fault> {
        Ok(position(&fuel, list, &v)?.is_some())
    };
    by_last_type!(engine, "contains", (list: &mut Array), contains);
    engine.register_fn("contains", |map: &mut Map, key: ImmutableString| {
        map.contains_key(key.as_str())
    });
    let fuel = host.fuel.clone();
    let index_of = move |list: &mut Array, v: Dynamic| -> Result<Dynamic, Fault> {
        let at = position(&fuel, list, &v)?.and_then(|i| i64::try_from(i).ok());
        Ok(at.map_or(Dynamic::UNIT, Dynamic::from))
    };
    by_last_type!(engine, "index_of", (list: &mut Array), index_of);
    let fuel = host.fuel.clone();
    engine.register_fn("join", move |list: &mut Array, s: ImmutableString| {
        let texts = list.iter().map(convert::text).collect::<Result<Vec<_>, _>>()?;
        let len: usize = texts.iter().map(|t| t.len() + s.len()).sum();
        if len > crate::limits::SCRIPT_TEXT {
            return Err(Fuel::spent());
        }
        fuel.pay_text(len)?;
        Ok::<_, Fault>(ImmutableString::from(texts.join(s.as_str())))
    });
    let h = host.clone();
    engine.register_fn("sum", move |n: i64, list: Array| sum(&h, n, &list));
}

fn sum(host: &Host, n: i64, list: &Array) -> Result<Dynamic, Fault> {
    host.fuel.pay_for(list.len())?;
    let n = usize::from(number(n)?);
    let decimal =
        host.with(|w| Ok(w.rules.tables.types.get(n) == Some(&mundi_lang::ty::Ty::Decimal)))?;
    let overflow = || fault("a number too large or too small for its type");
    if decimal {
        let mut total = Decimal::ZERO;
        for v in list {
            total = total.checked_add(convert::decimal(v)?).ok_or_else(overflow)?;
        }
        return Ok(Dynamic::from(total));
    }
    let mut total = 0_i64;
    for v in list {
        let v = v.as_int().map_err(|_| fault("a sum is of numbers"))?;
        total = total.checked_add(v).ok_or_else(overflow)?;
    }
    Ok(Dynamic::from(total))
}

/// Numbers by value, texts by their characters; the checker lets nothing else be sorted.
fn compare(a: &Dynamic, b: &Dynamic) -> Ordering {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return a.cmp(&b);
    }
    if let (Ok(a), Ok(b)) = (convert::decimal(a), convert::decimal(b)) {
        return a.cmp(&b);
    }
    match (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => Ordering::Equal,
    }
}

fn orders(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("sorted", move |list: &mut Array| -> Result<Array, Fault> {
        // A sort compares each element about log2(n) times, at most 17 times here.
        fuel.pay(u64::try_from(list.len()).unwrap_or(u64::MAX))?;
        fuel.pay_for(list.iter().map(size).sum::<usize>().saturating_mul(17))?;
        let mut sorted = list.clone();
        sorted.sort_by(compare);
        Ok(sorted)
    });
    let fuel = host.fuel.clone();
    engine.register_fn("reversed", move |list: &mut Array| -> Result<Array, Fault> {
        fuel.pay_for(list.iter().map(size).sum())?;
        Ok(list.iter().rev().cloned().collect())
    });
    for (name, wanted) in [("least", Ordering::Less), ("greatest", Ordering::Greater)] {
        let fuel = host.fuel.clone();
        engine.register_fn(name, move |list: &mut Array| -> Result<Dynamic, Fault> {
            fuel.pay_for(list.iter().map(size).sum())?;
            let better =
                |a: Dynamic, b: &Dynamic| if compare(b, &a) == wanted { b.clone() } else { a };
            let first = list.first().cloned().unwrap_or(Dynamic::UNIT);
            Ok(list.iter().fold(first, better))
        });
    }
}

fn maps(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("map_get", move |map: &mut Map, key: ImmutableString| {
        let Some(value) = map.get(key.as_str()) else { return Ok(Dynamic::UNIT) };
        fuel.pay_for(size(value))?;
        Ok::<_, Fault>(value.clone())
    });
    let fuel = host.fuel.clone();
    let set = move |map: &mut Map, key: ImmutableString, v: Dynamic| -> Result<(), Fault> {
        if map.len() >= SCRIPT_LIST && !map.contains_key(key.as_str()) {
            return Err(Fuel::spent());
        }
        fuel.pay_for(size(&v).saturating_add(key.len() / 4))?;
        map.insert(key.as_str().into(), v);
        Ok(())
    };
    by_last_type!(engine, "map_set", (map: &mut Map, key: ImmutableString), set);
    let h = host.clone();
    engine.register_fn("keys", move |n: i64, map: Map| sorted_keys(&h, n, &map));
    let fuel = host.fuel.clone();
    engine.register_fn("values", move |map: &mut Map| -> Result<Array, Fault> {
        fuel.pay_for(map.values().map(size).sum())?;
        Ok(map.values().cloned().collect())
    });
}

/// A map's keys in the order of their values outside the sandbox, as `slot_keys` gives them.
fn sorted_keys(host: &Host, n: i64, map: &Map) -> Result<Array, Fault> {
    host.fuel.pay_for(map.len().saturating_mul(17))?;
    host.with(|w| {
        let rules = w.rules.clone();
        let ty = rules.tables.types.get(usize::from(number(n)?));
        let ty = ty.ok_or_else(|| fault("no such type"))?;
        let keys = map.keys().map(|k| key_from_text(k, ty, w)).collect::<Result<Vec<_>, _>>()?;
        let keys: std::collections::BTreeSet<_> = keys.into_iter().collect();
        Ok(keys.iter().map(|k| into_script(k, w)).collect())
    })
}
