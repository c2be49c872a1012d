//! `use std::matching`: who goes with whom, or with what.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Outcome, list as items, room_for, wrong};
use crate::fields::{Numbered, count_field, elements, field};
use crate::limits::MAX_MATES;
use crate::methods::matching;
use crate::modules::cost_several;
use crate::results::{Method, list, list_of, method, named, record, record_type};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let (who, other) = (|| Ty::Var(0), || Ty::Var(1));
    let chooser = || record_type([("who", who()), ("ranks", list_of(other()))]);
    let pairs = || {
        let pair = record_type([("who", who()), ("with", other())]);
        ("pairs", list_of(pair))
    };
    let alone = || ("alone", list_of(who()));
    let host = record_type([("who", other()), ("ranks", list_of(who())), ("places", Ty::Int)]);
    let thing = record_type([("thing", other()), ("places", Ty::Int)]);
    let owner = record_type([("who", who()), ("has", other()), ("ranks", list_of(other()))]);
    vec![
        method(
            named!("matching", "deferred_acceptance"),
            [("proposers", list_of(chooser())), ("hosts", list_of(host))],
            record_type([pairs(), alone()]),
            (deferred_acceptance, cost_several::lists),
        ),
        method(
            named!("matching", "serial_dictatorship"),
            [("choosers", list_of(chooser())), ("things", list_of(thing))],
            record_type([pairs(), alone()]),
            (serial_dictatorship, cost_several::lists),
        ),
        method(
            named!("matching", "top_trading_cycles"),
            [("owners", list_of(owner))],
            record_type([pairs()]),
            (top_trading_cycles, cost_several::cycles),
        ),
    ]
}

/// Those whom records name in a field, each once.
fn named_in<'a>(records: &'a [Value], name: &str, what: &str) -> Outcome<Numbered<'a>> {
    let names = records.iter().map(|r| field(r, name)).collect::<Outcome<Vec<_>>>()?;
    Numbered::new(names, what, MAX_MATES)
}

/// What each ranks, best first, each once.
fn ranks(records: &[Value], over: &Numbered<'_>, what: &str) -> Outcome<Vec<Vec<usize>>> {
    let mut marks = 0;
    let mut lists = Vec::with_capacity(records.len());
    for record in records {
        let ranked = items(field(record, "ranks")?, "`ranks`")?;
        marks = room_for(marks, ranked.len())?;
        let list = ranked.iter().map(|v| over.place(v, what)).collect::<Outcome<Vec<_>>>()?;
        let mut once = list.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() < list.len() {
            return wrong(format!("a list ranks one of the {what} twice: name each once"));
        }
        lists.push(list);
    }
    Ok(lists)
}

fn places(records: &[Value]) -> Outcome<Vec<usize>> {
    let place = |record| Ok(usize::try_from(count_field(record, "places")?).unwrap_or(usize::MAX));
    records.iter().map(place).collect()
}

fn deferred_acceptance(values: &[Value]) -> Outcome<Value> {
    let (asking, asked) = (elements(values, 0, "`proposers`")?, elements(values, 1, "`hosts`")?);
    let proposers = named_in(asking, "who", "proposers")?;
    let hosts = named_in(asked, "who", "hosts")?;
    let matched = matching::deferred(
        &ranks(asking, &hosts, "hosts")?,
        &ranks(asked, &proposers, "proposers")?,
        &places(asked)?,
    );
    Ok(outcome(&proposers, &hosts, &matched))
}

fn serial_dictatorship(values: &[Value]) -> Outcome<Value> {
    let (choosing, chosen) = (elements(values, 0, "`choosers`")?, elements(values, 1, "`things`")?);
    let choosers = named_in(choosing, "who", "choosers")?;
    let things = named_in(chosen, "thing", "things")?;
    let taken = matching::serial(&ranks(choosing, &things, "things")?, &places(chosen)?);
    Ok(outcome(&choosers, &things, &taken))
}

fn outcome(who: &Numbered<'_>, with: &Numbered<'_>, matched: &[Option<usize>]) -> Value {
    let alone = matched.iter().zip(0..).filter(|(m, _)| m.is_none()).map(|(_, place)| place);
    record([
        ("pairs", pairs(who, with, matched.iter().copied())),
        ("alone", who.values(&alone.collect::<Vec<_>>())),
    ])
}

fn pairs(
    who: &Numbered<'_>,
    with: &Numbered<'_>,
    matched: impl Iterator<Item = Option<usize>>,
) -> Value {
    let pair = |(place, partner): (usize, Option<usize>)| {
        let partner = with.value(partner?);
        Some(record([("who", who.value(place)), ("with", partner)]))
    };
    list(matched.enumerate().filter_map(pair))
}

fn top_trading_cycles(values: &[Value]) -> Outcome<Value> {
    let records = elements(values, 0, "`owners`")?;
    let owners = named_in(records, "who", "owners")?;
    let things = named_in(records, "has", "things")?;
    let gets = matching::cycles(&ranks(records, &things, "things")?);
    Ok(record([("pairs", pairs(&owners, &things, gets.into_iter().map(Some)))]))
}
