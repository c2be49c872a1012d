//! `use std::budget`: which projects a budget pays for.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, list, profile, wrong};
use crate::fields::{allowed, bounded_count, choice, count_field, field, ties};
use crate::methods::budget::{self, Completion, Measure};
use crate::methods::equal_shares::Utility;
use crate::modules::cost_several;
use crate::results::{self, Method, list_of, method, named, option_type, record, record_type};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let project = || record_type([("project", option_type()), ("cost", Ty::Int)]);
    let ballots = || ("ballots", list_of(list_of(option_type())));
    let projects = || ("projects", list_of(project()));
    let result = || record_type([("funded", list_of(list_of(option_type())))]);
    vec![
        method(
            named!("budget", "greedy"),
            [ballots(), projects(), ("budget", Ty::Int), ("by", Ty::Text), ("ties", Ty::Text)],
            result(),
            (greedy, cost_several::greedy),
        ),
        method(
            named!("budget", "equal_shares"),
            [
                ballots(),
                projects(),
                ("budget", Ty::Int),
                ("utility", Ty::Text),
                ("completion", Ty::Text),
                ("ties", Ty::Text),
            ],
            result(),
            (equal_shares, cost_several::shares),
        ),
    ]
}

fn greedy(values: &[Value]) -> Outcome<Value> {
    let (names, costs) = projects(values)?;
    let names = [names];
    let options = Options::new(&names, 0)?;
    let known = [("votes", Measure::Votes), ("votes-for-cost", Measure::VotesForCost)];
    let by = choice(values, 3, "by", known)?;
    let budget = bounded_count(values, 2, "budget")?;
    let profile = profile(values, 0, &options)?;
    let funded = allowed(budget::greedy(&profile, &costs, budget, by, ties(values, 4)?))?;
    Ok(outcome(&options, &funded))
}

fn equal_shares(values: &[Value]) -> Outcome<Value> {
    let (names, costs) = projects(values)?;
    let names = [names];
    let options = Options::new(&names, 0)?;
    let known = [("cost", Utility::Cost), ("cardinality", Utility::Cardinality)];
    let utility = choice(values, 3, "utility", known)?;
    let known = [("none", Completion::None), ("greedy", Completion::Greedy)];
    let completion = choice(values, 4, "completion", known)?;
    let budget = bounded_count(values, 2, "budget")?;
    let profile = profile(values, 0, &options)?;
    let ties = ties(values, 5)?;
    let funded = budget::equal_shares(&profile, &costs, budget, utility, completion, ties);
    Ok(outcome(&options, &allowed(funded)?))
}

fn outcome(options: &Options<'_>, funded: &[Vec<usize>]) -> Value {
    record([("funded", results::list(funded.iter().map(|set| options.values(set))))])
}

/// The projects and what they cost.
fn projects(values: &[Value]) -> Outcome<(Value, Vec<u64>)> {
    let (mut names, mut costs) = (Vec::new(), Vec::new());
    for project in list(argument(values, 1)?, "`projects`")? {
        names.push(field(project, "project")?.clone());
        match count_field(project, "cost")? {
            0 => return wrong("a project costs 0: leave it out, it needs no budget"),
            cost => costs.push(cost),
        }
    }
    Ok((results::list(names), costs))
}
