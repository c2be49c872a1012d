//! `use std::agreement`: thresholds on counts, and processes.

mod houses;
mod processes;
mod weighted;

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Outcome, count, wrong};
use crate::methods::agreement::{self, Share};
use crate::modules::cost;
use crate::results::{Method, method, named};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let mut all = thresholds();
    all.extend(processes::methods());
    all.extend(houses::methods());
    all.extend(weighted::methods());
    all
}

fn thresholds() -> Vec<Method> {
    vec![
        of(named!("agreement", "unanimity"), ["yes", "members"], |v| {
            let (yes, members) = part(v, 0, "yes", 1, "members")?;
            Ok(Value::Bool(agreement::unanimity(yes, members)))
        }),
        of(named!("agreement", "k_of_n"), ["yes", "k"], |v| {
            match (count(v, 0, "yes")?, count(v, 1, "k")?) {
                (_, 0) => wrong("`k` is 0: 1 or more, else nobody need agree"),
                (yes, k) => Ok(Value::Bool(agreement::k_of_n(yes, k))),
            }
        }),
        of(named!("agreement", "majority"), ["yes", "no"], |v| {
            Ok(Value::Bool(agreement::majority(count(v, 0, "yes")?, count(v, 1, "no")?)))
        }),
        of(named!("agreement", "absolute_majority"), ["yes", "members"], |v| {
            let (yes, members) = part(v, 0, "yes", 1, "members")?;
            Ok(Value::Bool(agreement::absolute_majority(yes, members)))
        }),
        of(named!("agreement", "super_majority"), ["yes", "no", "p", "q"], |v| {
            let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
            Ok(Value::Bool(agreement::super_majority(yes, no, share(v, 2)?)))
        }),
        of(named!("agreement", "quorum"), ["cast", "members", "p", "q"], |v| {
            let (cast, members) = part(v, 0, "cast", 1, "members")?;
            Ok(Value::Bool(agreement::quorum(cast, members, share(v, 2)?)))
        }),
        of(named!("agreement", "consent"), ["objections", "answered", "members"], |v| {
            let (answered, members) = part(v, 1, "answered", 2, "members")?;
            let objections = count(v, 0, "objections")?;
            Ok(Value::Bool(agreement::consent(objections, answered, members)))
        }),
    ]
}

fn of<const N: usize>(
    named: (&str, &'static str),
    parameters: [&str; N],
    native: mundi_engine::library::Native,
) -> Method {
    method(named, parameters.map(|p| (p, Ty::Int)), Ty::Bool, (native, cost::fixed))
}

/// Two counts, the first of which is a part of the second.
fn part(v: &[Value], a: usize, some: &str, b: usize, all: &str) -> Outcome<(u64, u64)> {
    let (part, whole) = (count(v, a, some)?, count(v, b, all)?);
    if part > whole {
        return wrong(format!("`{some}` is {part} and `{all}` {whole}: count each member once"));
    }
    Ok((part, whole))
}

/// The share `p/q` in two arguments.
fn share(v: &[Value], at: usize) -> Outcome<Share> {
    let (p, q) = (count(v, at, "p")?, count(v, at + 1, "q")?);
    match Share::new(p, q) {
        Some(share) => Ok(share),
        None => wrong(format!("{p}/{q} is no share: `p` is 1 or more, and at most `q`")),
    }
}
