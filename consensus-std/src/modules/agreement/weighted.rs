//! Votes that weigh differently: by weight, by delegation, by the time for which they stand.

use std::collections::BTreeMap;

use mundi_engine::Value;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Outcome, argument, count, field, list, room_for, time, wrong};
use crate::methods::conviction::Decay;
use crate::methods::delegation;
use crate::modules::cost;
use crate::results::{self, Method, int, list_of, method, named, option_type, record, record_type};

/// The most that all weights, or amounts, may be together: their millionths fit a decimal.
const MOST: u64 = 1_000_000_000_000_000;

pub(super) fn methods() -> Vec<Method> {
    let weighed = record_type([("yes", Ty::Bool), ("weight", Ty::Int)]);
    let stake = record_type([("amount", Ty::Int), ("since", Ty::Time)]);
    let vote = record_type([("by", option_type()), ("vote", Ty::Var(1))]);
    let named_by = record_type([("by", option_type()), ("to", option_type())]);
    let weight = record_type([("vote", Ty::Var(1)), ("weight", Ty::Int)]);
    vec![
        method(
            named!("agreement", "weighted_majority"),
            [("votes", list_of(weighed)), ("most", Ty::Int)],
            Ty::Bool,
            (weighted_majority, cost::linear),
        ),
        method(
            named!("agreement", "delegated"),
            [
                ("votes", list_of(vote)),
                ("delegations", list_of(named_by)),
                ("members", list_of(option_type())),
            ],
            record_type([("weights", list_of(weight)), ("abstained", Ty::Int)]),
            (delegated, cost::delegated),
        ),
        method(
            named!("agreement", "conviction"),
            [("stakes", list_of(stake)), ("now", Ty::Time), ("half_life", Ty::Duration)],
            Ty::Decimal,
            (conviction, cost::convictions),
        ),
    ]
}

fn whole(record: &Value, name: &str, what: &str) -> Outcome<u64> {
    count(std::slice::from_ref(field(record, name, what)?), 0, name)
}

fn weighted_majority(v: &[Value]) -> Outcome<Value> {
    let votes = list(argument(v, 0)?, "`votes`")?;
    room_for(0, votes.len())?;
    let most = count(v, 1, "most")?;
    let (mut yes, mut no) = (0_u128, 0_u128);
    for vote in votes {
        let weight = u128::from(whole(vote, "weight", "a vote")?.min(most));
        match field(vote, "yes", "a vote")? {
            Value::Bool(true) => yes = yes.saturating_add(weight),
            _ => no = no.saturating_add(weight),
        }
    }
    Ok(Value::Bool(yes > no))
}

/// What each member said once, or that they contradicted themselves.
fn said<'a>(
    items: &'a [Value],
    what: &str,
    name: &str,
    places: &BTreeMap<&'a Value, usize>,
) -> Outcome<Vec<Said<'a>>> {
    let mut said = vec![Said::Nothing; places.len()];
    for item in items {
        let Some(place) = places.get(field(item, "by", what)?).and_then(|at| said.get_mut(*at))
        else {
            return wrong(format!("{what} is by somebody who is no member"));
        };
        let value = field(item, name, what)?;
        *place = match place {
            Said::Nothing => Said::Once(value),
            Said::Once(before) if *before == value => Said::Once(value),
            _ => Said::Both,
        };
    }
    Ok(said)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    Nothing,
    Once(&'a Value),
    Both,
}

fn delegated(v: &[Value]) -> Outcome<Value> {
    let votes = list(argument(v, 0)?, "`votes`")?;
    let delegations = list(argument(v, 1)?, "`delegations`")?;
    let members = list(argument(v, 2)?, "`members`")?;
    room_for(room_for(room_for(0, votes.len())?, delegations.len())?, members.len())?;
    let places: BTreeMap<&Value, usize> = members.iter().zip(0..).collect();
    if places.len() < members.len() {
        return wrong("`members` has somebody twice: name each once");
    }
    let votes = said(votes, "a vote", "vote", &places)?;
    let named = said(delegations, "a delegation", "to", &places)?;
    let mut delegates = Vec::with_capacity(members.len());
    for (vote, named) in votes.iter().zip(&named) {
        delegates.push(match (vote, named) {
            (Said::Nothing, Said::Once(to)) => match places.get(to) {
                Some(place) => Some(*place),
                None => return wrong("a delegation is to somebody who is no member"),
            },
            _ => None,
        });
    }
    let voted: Vec<bool> = votes.iter().map(|said| matches!(said, Said::Once(_))).collect();
    let (mut weights, mut abstained) = (BTreeMap::<&Value, u64>::new(), 0_u64);
    for end in delegation::ends(&voted, &delegates) {
        match end.and_then(|end| votes.get(end)) {
            Some(Said::Once(vote)) => *weights.entry(vote).or_default() += 1,
            _ => abstained = abstained.saturating_add(1),
        }
    }
    let weights = weights
        .into_iter()
        .map(|(vote, weight)| record([("vote", vote.clone()), ("weight", int(weight))]));
    Ok(record([("weights", results::list(weights)), ("abstained", int(abstained))]))
}

fn conviction(v: &[Value]) -> Outcome<Value> {
    let stakes = list(argument(v, 0)?, "`stakes`")?;
    room_for(0, stakes.len())?;
    let now = time(v, 1, "now")?;
    let half_life = match u64::try_from(time(v, 2, "half_life")?) {
        Ok(half_life) if half_life > 0 => half_life,
        _ => return wrong("`half_life` is not above 0"),
    };
    let decay = Decay::default();
    let (mut total, mut staked) = (0_u128, 0_u64);
    for stake in stakes {
        let amount = whole(stake, "amount", "a stake")?;
        staked = staked.saturating_add(amount);
        if staked > MOST {
            return wrong(format!("the amounts are together above {MOST}"));
        }
        let since = time(std::slice::from_ref(field(stake, "since", "a stake")?), 0, "since")?;
        total += decay.conviction(amount, now.saturating_sub(since), half_life);
    }
    let total = i128::try_from(total).unwrap_or(i128::MAX);
    match Decimal::try_from_i128_with_scale(total, 6) {
        Ok(total) => Ok(Value::Decimal(total)),
        Err(_) => wrong("the amounts are too large"),
    }
}
