//! `use std::numbers`: one number from many.

use mundi_engine::Value;
use mundi_engine::library::Native;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Outcome, count, wrong};
use crate::fields::{decimal, elements};
use crate::methods::agreement::{Share, quorum};
use crate::methods::numbers;
use crate::modules::cost_several;
use crate::results::{Method, list, list_of, method, named, option_type, record, record_type};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let share = || [("p", Ty::Int), ("q", Ty::Int)];
    let [p, q] = share();
    let [of, by] = share();
    vec![
        of_values(named!("numbers", "median"), Ty::Decimal, median),
        of_values(named!("numbers", "median_low"), option_type(), median_low),
        of_values(named!("numbers", "median_high"), option_type(), median_high),
        method(
            named!("numbers", "trimmed_mean"),
            [values(), p, q],
            Ty::Decimal,
            (trimmed_mean, cost_several::sorting),
        ),
        method(
            named!("numbers", "quorum_median"),
            [values(), ("members", Ty::Int), of, by],
            Ty::Decimal.optional(),
            (quorum_median, cost_several::sorting),
        ),
        of_values(
            named!("numbers", "quartiles"),
            record_type([("first", Ty::Decimal), ("third", Ty::Decimal), ("range", Ty::Decimal)]),
            quartiles,
        ),
        of_values(named!("numbers", "modes"), list_of(option_type()), modes),
    ]
}

fn values() -> (&'static str, Ty) {
    ("values", list_of(option_type()))
}

fn of_values(named: (&str, &'static str), result: Ty, native: Native) -> Method {
    method(named, [values()], result, (native, cost_several::sorting))
}

/// The values, one or more.
fn some(values: &[Value]) -> Outcome<&[Value]> {
    match elements(values, 0, "`values`")? {
        [] => wrong("`values` is empty: give one value or more"),
        some => Ok(some),
    }
}

fn decimals(values: &[Value]) -> Outcome<Vec<Decimal>> {
    some(values)?.iter().map(|value| decimal(value, "`values`")).collect()
}

/// A number, where it fits 28 digits.
fn fits(number: Option<Decimal>) -> Outcome<Value> {
    match number {
        Some(number) => Ok(Value::Decimal(number.normalize())),
        None => wrong("the numbers are too large for a decimal of 28 digits"),
    }
}

fn median(values: &[Value]) -> Outcome<Value> {
    fits(numbers::median(&decimals(values)?))
}

fn median_low(values: &[Value]) -> Outcome<Value> {
    Ok(numbers::median_low(some(values)?).unwrap_or(Value::Unit))
}

fn median_high(values: &[Value]) -> Outcome<Value> {
    Ok(numbers::median_high(some(values)?).unwrap_or(Value::Unit))
}

fn trimmed_mean(values: &[Value]) -> Outcome<Value> {
    let (p, q) = (count(values, 1, "p")?, count(values, 2, "q")?);
    if p.checked_mul(2).is_none_or(|doubled| doubled >= q) {
        return wrong(format!("{p}/{q} is no share to trim: less than one half, of either end"));
    }
    fits(numbers::trimmed_mean(&decimals(values)?, p, q))
}

fn quorum_median(values: &[Value]) -> Outcome<Value> {
    let given = elements(values, 0, "`values`")?;
    let cast = u64::try_from(given.len()).unwrap_or(u64::MAX);
    let members = count(values, 1, "members")?;
    if cast > members {
        return wrong(format!("{cast} values of {members} members: take one of each"));
    }
    let (p, q) = (count(values, 2, "p")?, count(values, 3, "q")?);
    let Some(share) = Share::new(p, q) else {
        return wrong(format!("{p}/{q} is no share: `p` is 1 or more, and at most `q`"));
    };
    if given.is_empty() || !quorum(cast, members, share) {
        return Ok(Value::Unit);
    }
    median(values)
}

fn quartiles(values: &[Value]) -> Outcome<Value> {
    let ends = numbers::quartiles(&decimals(values)?);
    Ok(record([
        ("first", fits(ends.map(|(first, _)| first))?),
        ("third", fits(ends.map(|(_, third)| third))?),
        ("range", fits(ends.and_then(|(first, third)| third.checked_sub(first)))?),
    ]))
}

fn modes(values: &[Value]) -> Outcome<Value> {
    Ok(list(numbers::modes(some(values)?)))
}
