//! Agreement of several houses, roles or states.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use super::share;
use crate::arguments::{Outcome, argument, count, counts, field, list, room_for, wrong};
use crate::methods::agreement::{majority, unanimity};
use crate::modules::cost;
use crate::results::{Method, list_of, method, named, record_type};

pub(super) fn methods() -> Vec<Method> {
    let house = record_type([("yes", Ty::Int), ("no", Ty::Int)]);
    let state = record_type([("yes", Ty::Bool), ("people", Ty::Int)]);
    vec![
        method(
            named!("agreement", "all_of_roles"),
            [("yes", list_of(Ty::Int)), ("members", list_of(Ty::Int))],
            Ty::Bool,
            (all_of_roles, cost::linear),
        ),
        method(
            named!("agreement", "concurrent_majorities"),
            [("houses", list_of(house))],
            Ty::Bool,
            (concurrent_majorities, cost::linear),
        ),
        method(
            named!("agreement", "double_majority"),
            [
                ("states", list_of(state)),
                ("p", Ty::Int),
                ("q", Ty::Int),
                ("people_p", Ty::Int),
                ("people_q", Ty::Int),
            ],
            Ty::Bool,
            (double_majority, cost::linear),
        ),
    ]
}

fn all_of_roles(v: &[Value]) -> Outcome<Value> {
    let (yes, members) = (counts(v, 0, "yes")?, counts(v, 1, "members")?);
    if yes.len() != members.len() {
        return wrong("`yes` and `members` have different lengths: one number for each role");
    }
    if yes.iter().zip(&members).any(|(yes, members)| yes > members) {
        return wrong("a role has more yes than members: count each member once");
    }
    let all = yes.iter().zip(&members).all(|(yes, members)| unanimity(*yes, *members));
    Ok(Value::Bool(all && !yes.is_empty()))
}

fn concurrent_majorities(v: &[Value]) -> Outcome<Value> {
    let houses = list(argument(v, 0)?, "`houses`")?;
    room_for(0, houses.len())?;
    let mut all = !houses.is_empty();
    for house in houses {
        let number = |name| count(std::slice::from_ref(field(house, name, "a house")?), 0, name);
        all &= majority(number("yes")?, number("no")?);
    }
    Ok(Value::Bool(all))
}

fn double_majority(v: &[Value]) -> Outcome<Value> {
    let states = list(argument(v, 0)?, "`states`")?;
    room_for(0, states.len())?;
    let (of_states, of_people) = (share(v, 1)?, share(v, 3)?);
    let (mut number, mut agreed, mut people, mut behind) = (0_u64, 0_u64, 0_u64, 0_u64);
    for state in states {
        let yes = matches!(field(state, "yes", "a state")?, Value::Bool(true));
        let size = field(state, "people", "a state")?;
        let size = count(std::slice::from_ref(size), 0, "people")?;
        number = number.saturating_add(1);
        let Some(sum) = people.checked_add(size) else {
            return wrong("there are too many people to be counted");
        };
        people = sum;
        if yes {
            agreed = agreed.saturating_add(1);
            behind = behind.saturating_add(size);
        }
    }
    let holds = of_states.reached(agreed, number) && of_people.reached(behind, people);
    Ok(Value::Bool(holds && agreed > 0))
}
