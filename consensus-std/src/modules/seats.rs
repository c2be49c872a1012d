//! `use std::seats`: seats in proportion to votes.

use mundi_engine::Value;
use mundi_engine::library::{MethodError, Native};
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, count, list, wrong};
use crate::limits::MAX_SEATS;
use crate::methods::seats::{self, Divisors, Seats};
use crate::modules::cost;
use crate::results::{
    Method, int, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    vec![
        of(named!("seats", "dhondt"), dhondt),
        of(named!("seats", "sainte_lague"), sainte_lague),
        of(named!("seats", "largest_remainder"), remainder),
    ]
}

fn of(named: (&str, &'static str), native: Native) -> Method {
    let votes = record_type([("option", option_type()), ("votes", Ty::Int)]);
    let seats = record_type([("option", option_type()), ("seats", Ty::Int)]);
    let result = record_type([
        ("seats", list_of(seats)),
        ("left", Ty::Int),
        ("tied", list_of(option_type())),
    ]);
    let parameters = [("votes", list_of(votes)), ("seats", Ty::Int)];
    method(named, parameters, result, (native, cost::every_seat))
}

fn dhondt(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::DHondt))
}

fn sainte_lague(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::SainteLague))
}

fn remainder(values: &[Value]) -> Outcome<Value> {
    with(values, seats::largest_remainder)
}

fn with(values: &[Value], method: fn(&[u64], u64) -> Seats) -> Outcome<Value> {
    let seats = count(values, 1, "seats")?;
    if seats > MAX_SEATS {
        let text = format!("{seats} seats: at most {MAX_SEATS} can be given out");
        return Err(MethodError::TooMuch(text));
    }
    let (names, votes) = lists(values)?;
    let names = [Value::List(std::sync::Arc::new(names))];
    let options = Options::new(&names, 0)?;
    let given = method(&votes, seats);
    Ok(record([
        ("seats", with_option(options.list, "seats", given.seats.iter().map(|n| int(*n)))),
        ("left", int(given.left)),
        ("tied", options.values(&given.tied)),
    ]))
}

/// The options and their votes.
fn lists(values: &[Value]) -> Outcome<(Vec<Value>, Vec<u64>)> {
    let mut lists = (Vec::new(), Vec::new());
    for value in list(argument(values, 0)?, "`votes`")? {
        let Value::Record(fields) = value else {
            return wrong("`votes` has no records of option and votes");
        };
        let (Some(option), Some(Value::Int(votes))) = (fields.get("option"), fields.get("votes"))
        else {
            return wrong("`votes` has a record without option and votes");
        };
        let Ok(votes) = u64::try_from(*votes) else {
            return wrong(format!("{votes} votes: a count is 0 or more"));
        };
        lists.0.push(option.clone());
        lists.1.push(votes);
    }
    Ok(lists)
}
