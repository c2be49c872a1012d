//! Numbers, times and durations; and `emit`, `need`.

use rhai::{Dynamic, Engine};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Host, by_last_type, number};
use crate::sandbox::convert::from_script;
use crate::sandbox::fuel::{Fault, fault};

pub(super) fn register(engine: &mut Engine, host: &Host) {
    presence(engine);
    arithmetic(engine);
    extremes(engine);
    let h = host.clone();
    let emit = move |n: i64, v: Dynamic| -> Result<Dynamic, Fault> {
        h.fuel.pay_for(crate::sandbox::convert::size(&v))?;
        h.with(|w| {
            let rules = w.rules.clone();
            let ty = rules.tables.types.get(usize::from(number(n)?));
            let value = from_script(&v, ty.ok_or_else(|| fault("no such type"))?, w)?;
            w.frame.emitted = Some(value);
            Ok(Dynamic::UNIT)
        })
    };
    by_last_type!(engine, "emit", (n: i64), emit);
}

/// `need`, and the forms that let `()` through.
fn presence(engine: &mut Engine) {
    let need = |v: Dynamic| -> Result<Dynamic, Fault> {
        if v.is_unit() {
            return Err(fault("a value is needed here, and there is none: it is `()`"));
        }
        Ok(v)
    };
    by_last_type!(engine, "need", (), need);
    engine.register_fn("add_opt", |a: i64, b: i64| a.checked_add(b).ok_or_else(overflow));
    engine.register_fn("sub_opt", |a: i64, b: i64| a.checked_sub(b).ok_or_else(overflow));
    for name in ["add_opt", "sub_opt"] {
        engine.register_fn(name, |(): (), _: i64| Dynamic::UNIT);
        engine.register_fn(name, |_: i64, (): ()| Dynamic::UNIT);
        engine.register_fn(name, |(): (), (): ()| Dynamic::UNIT);
    }
}

fn overflow() -> Fault {
    fault("a number too large or too small for its type")
}

fn arithmetic(engine: &mut Engine) {
    engine.register_fn("dur", |n: i64, unit: i64| n.checked_mul(unit).ok_or_else(overflow));
    engine.register_fn("round", |x: Decimal, places: i64| -> Result<Decimal, Fault> {
        let places = u32::try_from(places).ok().filter(|n| *n <= 28);
        let places = places.ok_or_else(|| fault("`round` takes 0 to 28 places"))?;
        Ok(x.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven))
    });
    engine.register_fn("round", |x: i64, _: i64| Decimal::from(x));
    engine.register_fn("abs", |x: i64| x.checked_abs().ok_or_else(overflow));
    engine.register_fn("abs", |x: Decimal| x.abs());
    engine.register_fn("to_decimal", |x: i64| Decimal::from(x));
    engine.register_fn("to_decimal", |x: Decimal| x);
    engine.register_fn("to_int", |x: i64| x);
    engine.register_fn("to_int", |x: Decimal| i64::try_from(x.trunc()).map_err(|_| overflow()));
}

fn extremes(engine: &mut Engine) {
    engine.register_fn("min", |a: i64, b: i64| a.min(b));
    engine.register_fn("max", |a: i64, b: i64| a.max(b));
    engine.register_fn("min", |a: Decimal, b: Decimal| a.min(b));
    engine.register_fn("max", |a: Decimal, b: Decimal| a.max(b));
    engine.register_fn("min", |a: i64, b: Decimal| Decimal::from(a).min(b));
    engine.register_fn("max", |a: i64, b: Decimal| Decimal::from(a).max(b));
    engine.register_fn("min", |a: Decimal, b: i64| a.min(Decimal::from(b)));
    engine.register_fn("max", |a: Decimal, b: i64| a.max(Decimal::from(b)));
}
