//! `use std::deliberation`: what talking has changed, and where a conversation agrees.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Options, Outcome, argument, count, list as items, room_for, wrong};
use crate::fields::{Numbered, decimal, elements, field};
use crate::limits::{MAX_MARKS, MAX_PARTICIPANTS};
use crate::methods::numbers::{interquartile_range, median};
use crate::methods::opinion_groups::{self, Opinions, UNIT, Vote};
use crate::methods::{delphi, swing};
use crate::modules::cost_several;
use crate::results::{Method, int, list, list_of, method, named, record, record_type};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let (who, what) = (|| Ty::Var(0), || Ty::Var(1));
    let votes = || list_of(record_type([("voter", who()), ("side", what())]));
    let side = record_type([
        ("side", what()),
        ("before", Ty::Int),
        ("after", Ty::Int),
        ("swing", Ty::Int),
    ]);
    let opinion = record_type([("person", who()), ("statement", what()), ("vote", Ty::Int)]);
    let agreement = record_type([("statement", what()), ("agreement", Ty::Decimal)]);
    vec![
        method(
            named!("deliberation", "swing"),
            [("before", votes()), ("after", votes()), ("sides", list_of(what()))],
            record_type([("counts", list_of(side)), ("winners", list_of(what()))]),
            (swing, cost_several::swing),
        ),
        method(
            named!("deliberation", "delphi"),
            [("rounds", list_of(list_of(who()))), ("bound", who())],
            record_type([
                ("agreed", Ty::Bool),
                ("round", Ty::Int),
                ("median", Ty::Decimal),
                ("range", Ty::Decimal),
            ]),
            (delphi, cost_several::rounds),
        ),
        method(
            named!("deliberation", "groups"),
            [("opinions", list_of(opinion)), ("statements", list_of(what())), ("floor", Ty::Int)],
            record_type([
                ("groups", list_of(list_of(who()))),
                ("left_out", list_of(who())),
                ("consensus", list_of(agreement)),
                ("silhouette", Ty::Decimal),
            ]),
            (groups, cost_several::groups),
        ),
    ]
}

/// Each voter's side.
fn sides<'a>(
    values: &'a [Value],
    at: usize,
    name: &str,
    options: &Options<'_>,
) -> Outcome<BTreeMap<&'a Value, usize>> {
    let mut sides = BTreeMap::new();
    for (number, vote) in (1..).zip(elements(values, at, name)?) {
        let side = options.place(field(vote, "side")?, number)?;
        if sides.insert(field(vote, "voter")?, side).is_some() {
            return wrong(format!("a voter is in {name} twice: take the last vote of each"));
        }
    }
    Ok(sides)
}

fn swing(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 2)?;
    let before = sides(values, 0, "`before`", &options)?;
    let after = sides(values, 1, "`after`", &options)?;
    let both = before.iter().filter_map(|(voter, side)| Some((*side, *after.get(*voter)?)));
    let counts = swing::count(options.len(), &both.collect::<Vec<_>>());
    let record_of = |(side, count): (&Value, &swing::Side)| {
        record([
            ("side", side.clone()),
            ("before", int(count.before)),
            ("after", int(count.after)),
            ("swing", Value::Int(count.swing())),
        ])
    };
    Ok(record([
        ("counts", list(options.list.iter().zip(&counts).map(record_of))),
        ("winners", options.values(&swing::winners(&counts))),
    ]))
}

fn delphi(values: &[Value]) -> Outcome<Value> {
    let mut rounds: Vec<Vec<Decimal>> = Vec::new();
    let mut marks = 0;
    for round in elements(values, 0, "`rounds`")? {
        let round = items(round, "a round")?;
        marks = room_for(marks, round.len())?;
        let round = round.iter().map(|value| decimal(value, "a round"));
        rounds.push(round.collect::<Outcome<Vec<_>>>()?);
    }
    let bound = decimal(argument(values, 1)?, "`bound`")?;
    let agreed = delphi::agreed(&rounds, bound);
    let last = rounds.iter().rfind(|round| !round.is_empty());
    let (middle, range) = match (agreed, last) {
        (Some(agreed), _) => (Some(agreed.median), Some(agreed.range)),
        (None, Some(last)) => (median(last), interquartile_range(last)),
        (None, None) => return wrong("`rounds` has no estimate: give one or more"),
    };
    let (Some(middle), Some(range)) = (middle, range) else {
        return wrong("the numbers are too large for a decimal of 28 digits");
    };
    let round = agreed.map_or(rounds.len(), |agreed| agreed.round);
    Ok(record([
        ("agreed", Value::Bool(agreed.is_some())),
        ("round", int(u64::try_from(round).unwrap_or(u64::MAX))),
        ("median", Value::Decimal(middle.normalize())),
        ("range", Value::Decimal(range.normalize())),
    ]))
}

fn groups(values: &[Value]) -> Outcome<Value> {
    let statements = Options::new(values, 1)?;
    let floor = usize::try_from(count(values, 2, "floor")?).unwrap_or(usize::MAX);
    let opinions = elements(values, 0, "`opinions`")?;
    let mut people: Vec<&Value> = Vec::new();
    let mut seen: BTreeSet<&Value> = BTreeSet::new();
    for opinion in opinions {
        let person = field(opinion, "person")?;
        if seen.insert(person) {
            people.push(person);
        }
    }
    let people = Numbered::new(people, "people", MAX_MARKS)?;
    if people.list.len() > MAX_PARTICIPANTS {
        let text =
            format!("{} people: at most {MAX_PARTICIPANTS} can be grouped", people.list.len());
        return Err(MethodError::TooMuch(text));
    }
    let mut table = vec![vec![None; statements.len()]; people.list.len()];
    for (number, opinion) in (1..).zip(opinions) {
        let person = people.place(field(opinion, "person")?, "people")?;
        let statement = statements.place(field(opinion, "statement")?, number)?;
        let vote = match field(opinion, "vote")? {
            Value::Int(1) => Vote::Agree,
            Value::Int(0) => Vote::Pass,
            Value::Int(-1) => Vote::Disagree,
            _ => return wrong(format!("opinion {number} is none of 1, 0 and -1")),
        };
        let cell = table.get_mut(person).and_then(|row| row.get_mut(statement));
        if cell.is_some_and(|cell| cell.replace(vote).is_some()) {
            return wrong(format!("opinion {number} is a second one: take the last of each"));
        }
    }
    let found = opinion_groups::opinions(&table, statements.len(), floor);
    Ok(record([
        ("groups", list(found.groups.iter().map(|group| people.values(group)))),
        ("left_out", people.values(&found.left_out)),
        ("consensus", consensus(&statements, &found)),
        ("silhouette", silhouette(&found)),
    ]))
}

/// Statements by their group-informed consensus, the greatest first; equal ones as listed. The
/// order is exact, the numbers shown are cut to six decimals.
fn consensus(statements: &Options<'_>, found: &Opinions) -> Value {
    let mut order: Vec<(&Value, (u128, u128))> =
        statements.list.iter().zip(found.consensus.iter().copied()).collect();
    order.sort_by(|(_, (a, b)), (_, (c, d))| (c * b).cmp(&(a * d)));
    list(order.into_iter().map(|(statement, (above, below))| {
        let millionths = (above * 1_000_000).checked_div(below).unwrap_or(0);
        let millionths = i64::try_from(millionths).unwrap_or(i64::MAX);
        let agreement = Value::Decimal(Decimal::new(millionths, 6).normalize());
        record([("statement", statement.clone()), ("agreement", agreement)])
    }))
}

/// The mean over those who are counted, cut to six decimals.
fn silhouette(found: &Opinions) -> Value {
    let counted: usize = found.groups.iter().map(Vec::len).sum();
    let counted = i128::try_from(counted).unwrap_or(i128::MAX).max(1);
    let millionths = found.silhouette / counted / i128::from(UNIT / 1_000_000);
    let millionths = i64::try_from(millionths).unwrap_or(i64::MAX);
    Value::Decimal(Decimal::new(millionths, 6).normalize())
}
