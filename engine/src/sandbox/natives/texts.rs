//! Texts: joining, looking into them, and values as texts.

use mundi_lang::units::{format_duration, format_time};
use rhai::{Dynamic, Engine, ImmutableString};

use super::{Host, by_last_type, number};
use crate::limits::SCRIPT_TEXT;
use crate::sandbox::convert::from_script;
use crate::sandbox::fuel::{Fault, Fuel, fault};
use crate::sandbox::{convert, hex};
use crate::value::Value;
use crate::world::World;

pub(super) fn register(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("cat", move |a: ImmutableString, b: ImmutableString| joined(&fuel, &a, &b));
    let h = host.clone();
    let fmt = move |n: i64, v: Dynamic| -> Result<ImmutableString, Fault> {
        h.fuel.pay_for(convert::size(&v).saturating_mul(4))?;
        h.with(|w| {
            let rules = w.rules.clone();
            let ty = rules.tables.types.get(usize::from(number(n)?));
            let value = from_script(&v, ty.ok_or_else(|| fault("no such type"))?, w)?;
            if value == Value::Unit {
                return Err(fault("a text cannot hold `()`: write `?? \"…\"` after it"));
            }
            Ok(shown(&value, w).into())
        })
    };
    by_last_type!(engine, "fmt", (n: i64), fmt);
    look(engine, host);
}

fn joined(fuel: &Fuel, a: &str, b: &str) -> Result<ImmutableString, Fault> {
    let len = a.len().saturating_add(b.len());
    if len > SCRIPT_TEXT {
        return Err(Fuel::spent());
    }
    fuel.pay_text(len)?;
    Ok(format!("{a}{b}").into())
}

/// A value as people read it.
fn shown(value: &Value, world: &World) -> String {
    match value {
        Value::Unit => "()".into(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Decimal(d) => d.to_string(),
        Value::Text(t) => t.to_string(),
        Value::Bytes(b) => hex(b),
        Value::Time(ms) => format_time(*ms),
        Value::Duration(ms) => format_duration(*ms),
        Value::Person(p) => world.name(p),
        Value::Ref(id) => id.to_string(),
        Value::List(items) => format!("[{}]", listed(items.iter().map(|v| shown(v, world)))),
        Value::Record(fields) => {
            let fields = fields.iter().map(|(k, v)| format!("{k}: {}", shown(v, world)));
            format!("{{ {} }}", listed(fields))
        }
        Value::Map(map) => {
            let pairs =
                map.iter().map(|(k, v)| format!("{}: {}", shown(k, world), shown(v, world)));
            format!("{{ {} }}", listed(pairs))
        }
    }
}

fn listed(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn look(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("len", move |s: ImmutableString| -> Result<i64, Fault> {
        fuel.pay_text(s.len())?;
        Ok(i64::try_from(s.chars().count()).unwrap_or(i64::MAX))
    });
    engine.register_fn("len_bytes", |s: ImmutableString| i64::try_from(s.len() / 2).unwrap_or(0));
    let fuel = host.fuel.clone();
    engine.register_fn("contains", move |s: ImmutableString, t: ImmutableString| {
        fuel.pay_text(s.len() + t.len())?;
        Ok::<_, Fault>(s.contains(t.as_str()))
    });
    let fuel = host.fuel.clone();
    engine.register_fn("starts_with", move |s: ImmutableString, t: ImmutableString| {
        fuel.pay_text(t.len())?;
        Ok::<_, Fault>(s.starts_with(t.as_str()))
    });
    let fuel = host.fuel.clone();
    engine.register_fn("ends_with", move |s: ImmutableString, t: ImmutableString| {
        fuel.pay_text(t.len())?;
        Ok::<_, Fault>(s.ends_with(t.as_str()))
    });
    let fuel = host.fuel.clone();
    engine.register_fn("trim", move |s: ImmutableString| -> Result<ImmutableString, Fault> {
        fuel.pay_text(s.len())?;
        Ok(s.trim().into())
    });
    engine.register_fn("key_text", |n: i64| ImmutableString::from(n.to_string()));
    engine.register_fn("key_text", |b: bool| ImmutableString::from(b.to_string()));
    engine.register_fn("key_text", |s: ImmutableString| s);
}
