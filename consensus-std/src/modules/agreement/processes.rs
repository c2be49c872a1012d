//! Vetoes, turnout, time, levels of agreement.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use super::{of, part, share};
use crate::arguments::{Outcome, argument, count, counts, list, room_for, text, time, wrong};
use crate::methods::process::{self, Bias};
use crate::modules::cost;
use crate::results::{Method, list_of, method, named, option_type};

pub(super) fn methods() -> Vec<Method> {
    let mut all = with_counts();
    all.extend(quorums());
    all.extend(with_time());
    all.extend(levels());
    all
}

fn with_counts() -> Vec<Method> {
    vec![
        of(named!("agreement", "majority_of_present"), ["yes", "present"], |v| {
            let (yes, present) = part(v, 0, "yes", 1, "present")?;
            Ok(Value::Bool(crate::methods::agreement::absolute_majority(yes, present)))
        }),
        of(named!("agreement", "super_majority_of_members"), ["yes", "members", "p", "q"], |v| {
            let (yes, members) = part(v, 0, "yes", 1, "members")?;
            Ok(Value::Bool(yes > 0 && share(v, 2)?.reached(yes, members)))
        }),
        of(named!("agreement", "no_dissent"), ["yes", "no"], |v| {
            Ok(Value::Bool(process::no_dissent(count(v, 0, "yes")?, count(v, 1, "no")?)))
        }),
        of(named!("agreement", "without_veto"), ["yes", "no", "vetoes"], |v| {
            let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
            Ok(Value::Bool(process::without_veto(yes, no, count(v, 2, "vetoes")?)))
        }),
        of(
            named!("agreement", "consensus_minus"),
            ["objections", "answered", "members", "k"],
            |v| {
                let (answered, members) = part(v, 1, "answered", 2, "members")?;
                let (objections, k) = (count(v, 0, "objections")?, count(v, 3, "k")?);
                Ok(Value::Bool(process::consensus_minus(objections, answered, members, k)))
            },
        ),
        of(named!("agreement", "decided"), ["yes", "no", "members"], |v| {
            let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
            let members = count(v, 2, "members")?;
            if yes.saturating_add(no) > members {
                return wrong(format!(
                    "{yes} and {no} votes of {members} members: count each once"
                ));
            }
            Ok(Value::Bool(process::decided(yes, no, members)))
        }),
        method(
            named!("agreement", "casting_vote"),
            [("yes", Ty::Int), ("no", Ty::Int), ("chair", Ty::Bool)],
            Ty::Bool,
            (casting_vote, cost::fixed),
        ),
    ]
}

fn quorums() -> Vec<Method> {
    vec![
        of(
            named!("agreement", "quorum_without_no"),
            ["yes", "abstained", "members", "p", "q"],
            |v| {
                let (yes, abstained) = (count(v, 0, "yes")?, count(v, 1, "abstained")?);
                let members = count(v, 2, "members")?;
                if yes.saturating_add(abstained) > members {
                    let text =
                        format!("{yes} and {abstained} of {members} members: count each once");
                    return wrong(text);
                }
                Ok(Value::Bool(process::quorum_without_no(yes, abstained, members, share(v, 3)?)))
            },
        ),
        of(named!("agreement", "option_quorum"), ["above", "below", "least"], |v| {
            let (above, below) = (count(v, 0, "above")?, count(v, 1, "below")?);
            Ok(Value::Bool(process::option_quorum(above, below, count(v, 2, "least")?)))
        }),
        method(
            named!("agreement", "turnout_majority"),
            [("yes", Ty::Int), ("no", Ty::Int), ("members", Ty::Int), ("bias", Ty::Text)],
            Ty::Bool,
            (turnout_majority, cost::fixed),
        ),
    ]
}

fn casting_vote(v: &[Value]) -> Outcome<Value> {
    let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
    let chair = matches!(argument(v, 2)?, Value::Bool(true));
    Ok(Value::Bool(yes > no || (yes == no && chair)))
}

fn turnout_majority(v: &[Value]) -> Outcome<Value> {
    let (yes, no) = (count(v, 0, "yes")?, count(v, 1, "no")?);
    let members = count(v, 2, "members")?;
    let bias = match text(v, 3, "bias")?.as_ref() {
        "approve" => Bias::Approve,
        "against" => Bias::Against,
        other => return wrong(format!("`bias` is \"{other}\": write \"approve\" or \"against\"")),
    };
    if yes.saturating_add(no) > members {
        return wrong(format!("{yes} and {no} votes of {members} members: count each once"));
    }
    match process::turnout_majority(yes, no, members, bias) {
        Some(holds) => Ok(Value::Bool(holds)),
        None => wrong("these counts are of more members than there are people"),
    }
}

fn with_time() -> Vec<Method> {
    vec![
        method(
            named!("agreement", "lazy_consensus"),
            [("objections", Ty::Int), ("now", Ty::Time), ("until", Ty::Time)],
            Ty::Bool,
            (
                |v| {
                    let (now, until) = (time(v, 1, "now")?, time(v, 2, "until")?);
                    let objections = count(v, 0, "objections")?;
                    Ok(Value::Bool(process::silence(objections, 1, now, until)))
                },
                cost::fixed,
            ),
        ),
        method(
            named!("agreement", "optimistic"),
            [("challenges", Ty::Int), ("enough", Ty::Int), ("now", Ty::Time), ("until", Ty::Time)],
            Ty::Bool,
            (optimistic, cost::fixed),
        ),
        method(
            named!("agreement", "extended"),
            [("until", Ty::Time), ("reached", Ty::Time), ("grace", Ty::Duration)],
            Ty::Time,
            (
                |v| {
                    let (until, reached) = (time(v, 0, "until")?, time(v, 1, "reached")?);
                    Ok(Value::Time(process::extended(until, reached, time(v, 2, "grace")?)))
                },
                cost::fixed,
            ),
        ),
        method(
            named!("agreement", "advice"),
            [
                ("asked", list_of(option_type())),
                ("answered", list_of(option_type())),
                ("now", Ty::Time),
                ("until", Ty::Time),
            ],
            Ty::Bool,
            (advice, cost::linear),
        ),
        method(
            named!("agreement", "petition"),
            [("signers", list_of(option_type())), ("least", Ty::Int)],
            Ty::Bool,
            (petition, cost::linear),
        ),
    ]
}

fn optimistic(v: &[Value]) -> Outcome<Value> {
    let (challenges, enough) = (count(v, 0, "challenges")?, count(v, 1, "enough")?);
    if enough == 0 {
        return wrong("`enough` is 0: 1 or more, else nobody can agree");
    }
    let (now, until) = (time(v, 2, "now")?, time(v, 3, "until")?);
    Ok(Value::Bool(process::silence(challenges, enough, now, until)))
}

/// The different values of a list.
fn set<'a>(
    v: &'a [Value],
    at: usize,
    name: &str,
) -> Outcome<std::collections::BTreeSet<&'a Value>> {
    let items = list(argument(v, at)?, &format!("`{name}`"))?;
    room_for(0, items.len())?;
    Ok(items.iter().collect())
}

fn advice(v: &[Value]) -> Outcome<Value> {
    let (asked, answered) = (set(v, 0, "asked")?, set(v, 1, "answered")?);
    let (now, until) = (time(v, 2, "now")?, time(v, 3, "until")?);
    Ok(Value::Bool(!asked.is_empty() && (now >= until || asked.is_subset(&answered))))
}

fn petition(v: &[Value]) -> Outcome<Value> {
    let signers = set(v, 0, "signers")?.len();
    match count(v, 1, "least")? {
        0 => wrong("`least` is 0: 1 or more, else nobody need sign"),
        least => Ok(Value::Bool(u64::try_from(signers).unwrap_or(u64::MAX) >= least)),
    }
}

fn levels() -> Vec<Method> {
    vec![
        method(
            named!("agreement", "gradients"),
            [("levels", list_of(Ty::Int)), ("p", Ty::Int), ("q", Ty::Int)],
            Ty::Bool,
            (
                |v| {
                    let levels = within(v, "levels", 1, 8)?;
                    // On Kaner's scale 1 is the warmest and 8 a block: turned round, the mean is a floor.
                    let turned: Vec<u64> =
                        levels.iter().map(|l| 8_u64.saturating_sub(*l)).collect();
                    let (p, q) = (count(v, 1, "p")?, count(v, 2, "q")?);
                    let Some(least) = q.checked_mul(8).and_then(|all| all.checked_sub(p)) else {
                        return wrong(format!("{p}/{q} is no mean of levels: at most 8"));
                    };
                    if q == 0 {
                        return wrong("`q` is 0: write the mean as a fraction `p/q`");
                    }
                    Ok(Value::Bool(process::levels_reach(&turned, 1, least, q)))
                },
                cost::linear,
            ),
        ),
        method(
            named!("agreement", "fist_to_five"),
            [("fingers", list_of(Ty::Int)), ("least", Ty::Int)],
            Ty::Bool,
            (
                |v| {
                    let fingers = within(v, "fingers", 0, 5)?;
                    let least = count(v, 1, "least")?.max(1);
                    Ok(Value::Bool(process::levels_reach(&fingers, least, 0, 1)))
                },
                cost::linear,
            ),
        ),
    ]
}

/// Counts, each within bounds.
fn within(v: &[Value], name: &str, low: u64, high: u64) -> Outcome<Vec<u64>> {
    let levels = counts(v, 0, name)?;
    match levels.iter().find(|l| !(low..=high).contains(l)) {
        Some(level) => wrong(format!("`{name}` has {level}: from {low} to {high}")),
        None => Ok(levels),
    }
}
