//! `use std::agreement`: thresholds on counts.

use mundi_engine::Value;
use mundi_engine::library::Function;
use mundi_lang::ty::Ty;

use crate::arguments::{Outcome, count, wrong};
use crate::methods::agreement::{self, Share};
use crate::modules::cost;
use crate::results::function;

/// The functions.
#[must_use]
pub fn functions() -> Vec<Function> {
    vec![
        of(
            "unanimity",
            ["yes", "members"],
            "Whether all members said yes; silence is not a yes.",
            |v| {
                let (yes, members) = part(v, 0, "yes", 1, "members")?;
                Ok(Value::Bool(agreement::unanimity(yes, members)))
            },
        ),
        of("k_of_n", ["yes", "k"], "Whether at least `k` said yes; `k` is 1 or more.", |v| match (
            count(v, 0, "yes")?,
            count(v, 1, "k")?,
        ) {
            (_, 0) => wrong("`k` is 0: 1 or more, else nobody need agree"),
            (yes, k) => Ok(Value::Bool(agreement::k_of_n(yes, k))),
        }),
        of(
            "majority",
            ["yes", "no"],
            "Whether there are more yes than no among the votes cast; a tie is not a majority.",
            |v| Ok(Value::Bool(agreement::majority(count(v, 0, "yes")?, count(v, 1, "no")?))),
        ),
        of(
            "absolute_majority",
            ["yes", "members"],
            "Whether more than half of all members said yes.",
            |v| {
                let (yes, members) = part(v, 0, "yes", 1, "members")?;
                Ok(Value::Bool(agreement::absolute_majority(yes, members)))
            },
        ),
        of(
            "super_majority",
            ["yes", "no", "p", "q"],
            "Whether at least p/q of the votes cast are yes: exactly two thirds is two thirds.",
            |v| {
                let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
                Ok(Value::Bool(agreement::super_majority(yes, no, share(v, 2)?)))
            },
        ),
        of(
            "quorum",
            ["cast", "members", "p", "q"],
            "Whether at least p/q of the members took part.",
            |v| {
                let (cast, members) = part(v, 0, "cast", 1, "members")?;
                Ok(Value::Bool(agreement::quorum(cast, members, share(v, 2)?)))
            },
        ),
        of(
            "consent",
            ["objections", "answered", "members"],
            "Whether all members have answered and nobody objects.",
            |v| {
                let (answered, members) = part(v, 1, "answered", 2, "members")?;
                let objections = count(v, 0, "objections")?;
                Ok(Value::Bool(agreement::consent(objections, answered, members)))
            },
        ),
    ]
}

fn of<const N: usize>(
    name: &str,
    parameters: [&str; N],
    doc: &str,
    native: mundi_engine::library::Native,
) -> Function {
    function(name, parameters.map(|p| (p, Ty::Int)), Ty::Bool, doc, (native, cost::fixed))
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
