//! `use std::committees`: several places, filled by marks, approvals or rankings.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, count, list, profile, room_for, wrong};
use crate::fields::{allowed, choice, ties};
use crate::methods::equal_shares::{self as shares, Completion};
use crate::methods::separable::{Elected, marks, most, satisfaction};
use crate::methods::thiele::{self, Weights};
use crate::methods::universes::{Ties, TooMuch};
use crate::methods::{phragmen, preferential_block};
use crate::modules::{cost, cost_several};
use crate::profile::Profile;
use crate::results;
use crate::results::{
    Method, int, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let votes = || ("votes", list_of(option_type()));
    let limit = ("marks", Ty::Int);
    let completion = ("completion", Ty::Text);
    vec![
        method(
            named!("committees", "single_vote"),
            [votes(), options(), seats()],
            counted(),
            (single_vote, cost::linear),
        ),
        method(
            named!("committees", "limited_vote"),
            [ballots(), options(), seats(), limit],
            counted(),
            (limited_vote, cost::linear),
        ),
        separable(named!("committees", "block_vote"), block_vote),
        separable(named!("committees", "approval"), approval),
        method(
            named!("committees", "satisfaction_approval"),
            [ballots(), options(), seats()],
            record_type(open()),
            (satisfaction_approval, cost_several::fractions),
        ),
        tying(
            named!("committees", "preferential_block"),
            preferential_block,
            cost_several::run_offs,
        ),
        tying(named!("committees", "pav"), pav, cost_several::search),
        tying(named!("committees", "sequential_pav"), sequential_pav, cost_several::stepwise),
        tying(named!("committees", "reverse_pav"), reverse_pav, cost_several::stepwise),
        tying(named!("committees", "chamberlin_courant"), coverage, cost_several::search),
        tying(named!("committees", "phragmen"), sequential_phragmen, cost_several::shares),
        method(
            named!("committees", "equal_shares"),
            [ballots(), options(), seats(), completion, ("ties", Ty::Text)],
            record_type([("committees", list_of(list_of(option_type())))]),
            (equal_shares, cost_several::shares),
        ),
    ]
}

fn ballots() -> (&'static str, Ty) {
    ("ballots", list_of(list_of(option_type())))
}

fn options() -> (&'static str, Ty) {
    ("options", list_of(option_type()))
}

fn seats() -> (&'static str, Ty) {
    ("seats", Ty::Int)
}

/// Who is in, and who is level for the places left.
fn open() -> [(&'static str, Ty); 3] {
    [("elected", list_of(option_type())), ("left", Ty::Int), ("tied", list_of(option_type()))]
}

fn counted() -> Ty {
    let count = record_type([("option", option_type()), ("votes", Ty::Int)]);
    let [elected, left, tied] = open();
    record_type([("counts", list_of(count)), elected, left, tied])
}

fn separable(named: (&str, &'static str), native: mundi_engine::library::Native) -> Method {
    method(named, [ballots(), options(), seats()], counted(), (native, cost::linear))
}

fn tying(
    named: (&str, &'static str),
    native: mundi_engine::library::Native,
    cost: fn(&[Value]) -> u64,
) -> Method {
    let result = record_type([("committees", list_of(list_of(option_type())))]);
    method(named, [ballots(), options(), seats(), ("ties", Ty::Text)], result, (native, cost))
}

/// How many places: one or more, and not more than options.
pub(crate) fn places(values: &[Value], at: usize, options: &Options<'_>) -> Outcome<usize> {
    let seats = count(values, at, "seats")?;
    match usize::try_from(seats).ok().filter(|n| (1..=options.len()).contains(n)) {
        Some(places) => Ok(places),
        None => {
            wrong(format!("`seats` is {seats}: from 1 to the number of options, {}", options.len()))
        }
    }
}

fn single_vote(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let votes = list(argument(values, 0)?, "`votes`")?;
    room_for(0, votes.len())?;
    let ballot = |(number, vote)| options.place(vote, number).map(|place| vec![place]);
    let ballots = (1..).zip(votes).map(ballot).collect::<Outcome<Vec<_>>>()?;
    let Some(profile) = Profile::new(options.len(), ballots) else {
        return wrong("a vote is for no option");
    };
    Ok(by_marks(&options, &profile, places))
}

fn limited_vote(values: &[Value]) -> Outcome<Value> {
    let limit = count(values, 3, "marks")?;
    marked(values, |_| Some(limit))
}

fn block_vote(values: &[Value]) -> Outcome<Value> {
    marked(values, |places| u64::try_from(places).ok())
}

fn approval(values: &[Value]) -> Outcome<Value> {
    marked(values, |_| None)
}

/// Counts marks, of which a ballot may have so many.
fn marked(values: &[Value], limit: impl Fn(usize) -> Option<u64>) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let profile = profile(values, 0, &options)?;
    if let Some(limit) = limit(places) {
        let over = |ballot: &Vec<usize>| u64::try_from(ballot.len()).unwrap_or(u64::MAX) > limit;
        if let Some(number) = profile.ballots().iter().position(over) {
            return wrong(format!(
                "ballot {} has more than {limit} marks: take some away",
                number + 1
            ));
        }
    }
    Ok(by_marks(&options, &profile, places))
}

fn by_marks(options: &Options<'_>, profile: &Profile, places: usize) -> Value {
    let counts = marks(profile);
    let given = most(&counts, places);
    record([
        ("counts", with_option(options.list, "votes", counts.iter().map(|n| int(*n)))),
        ("elected", options.values(&given.elected)),
        ("left", left(&given)),
        ("tied", options.values(&given.tied)),
    ])
}

fn left(given: &Elected) -> Value {
    int(u64::try_from(given.left).unwrap_or(u64::MAX))
}

fn satisfaction_approval(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let given = most(&satisfaction(&profile(values, 0, &options)?), places);
    Ok(record([
        ("elected", options.values(&given.elected)),
        ("left", left(&given)),
        ("tied", options.values(&given.tied)),
    ]))
}

fn preferential_block(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, preferential_block::elected)
}

fn pav(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, |p, k, ties| thiele::optimal(p, k, Weights::Proportional, ties))
}

fn sequential_pav(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, |p, k, ties| thiele::sequential(p, k, Weights::Proportional, ties))
}

fn reverse_pav(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, |p, k, ties| thiele::reverse(p, k, Weights::Proportional, ties))
}

fn coverage(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, |p, k, ties| thiele::optimal(p, k, Weights::Coverage, ties))
}

fn sequential_phragmen(values: &[Value]) -> Outcome<Value> {
    tied(values, 3, phragmen::sequential)
}

fn equal_shares(values: &[Value]) -> Outcome<Value> {
    let known = [("none", Completion::None), ("phragmen", Completion::Phragmen)];
    let completion = choice(values, 3, "completion", known)?;
    tied(values, 4, |p, k, ties| shares::committee(p, k, completion, ties))
}

/// Committees by a method that may tie; the policy is in the argument `at`.
fn tied(
    values: &[Value],
    at: usize,
    method: impl Fn(&Profile, usize, Ties) -> Result<Vec<Vec<usize>>, TooMuch>,
) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let policy = ties(values, at)?;
    let committees = allowed(method(&profile(values, 0, &options)?, places, policy))?;
    let lists = committees.iter().map(|committee| options.values(committee));
    Ok(record([("committees", results::list(lists))]))
}
