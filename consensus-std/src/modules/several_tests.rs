//! The modules for several winners, markets, numbers and deliberation, as the engine calls them:
//! every result has the type of its signature, and what makes no sense is refused in words.

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;
use std::sync::Arc;

use crate::library;
use crate::limits::{MAX_COUNT, MAX_PARTICIPANTS};
use crate::results::{list, record};

fn text(text: &str) -> Value {
    Value::Text(Arc::from(text))
}

fn letters(all: &str) -> Value {
    list(all.chars().map(|c| text(&c.to_string())))
}

fn ballots(marks: &[&str]) -> Value {
    list(marks.iter().map(|m| letters(m)))
}

/// Whether a value is of a type; anything is of a type variable.
fn fits(value: &Value, ty: &Ty) -> bool {
    match (value, ty) {
        (_, Ty::Var(_))
        | (Value::Bool(_), Ty::Bool)
        | (Value::Int(_), Ty::Int)
        | (Value::Decimal(_), Ty::Decimal)
        | (Value::Unit, Ty::Optional(_)) => true,
        (value, Ty::Optional(of)) => fits(value, of),
        (Value::List(items), Ty::List(of)) => items.iter().all(|item| fits(item, of)),
        (Value::Record(fields), Ty::Record(types)) => {
            fields.len() == types.len()
                && types.iter().all(|(n, ty)| fields.get(n.as_str()).is_some_and(|v| fits(v, ty)))
        }
        _ => false,
    }
}

fn call(name: &str, values: &[Value]) -> Result<Value, MethodError> {
    let library = library();
    let (module, name) = name.split_once("::").unwrap();
    let function = library.function(module, name).unwrap();
    assert_eq!(function.signature.parameters.len(), values.len(), "{name}");
    let result = (function.native)(values)?;
    assert!(fits(&result, &function.signature.result), "{name}: {result:?}");
    assert!((function.cost)(values) >= crate::limits::CALL);
    Ok(result)
}

fn refusal(name: &str, values: &[Value]) -> String {
    match call(name, values) {
        Err(MethodError::Input(text)) => format!("{name}: {text}"),
        Err(MethodError::TooMuch(text)) => format!("{name}: too much: {text}"),
        Ok(value) => panic!("{name}: {value:?}"),
    }
}

/// A sensible call of each function: what it is called with.
fn sensible() -> Vec<(&'static str, Vec<Value>)> {
    let int = Value::Int;
    let all = || ballots(&["ab", "b", "bc", ""]);
    let (abc, ties) = (|| letters("abc"), || text("parallel"));
    let count = |o: &str, n| record([("option", text(o)), ("votes", int(n))]);
    let votes = || list([count("a", 5), count("b", 3)]);
    let bid = |who: &str, price| record([("bidder", text(who)), ("price", int(price))]);
    let bids = || list([bid("a", 5), bid("b", 3)]);
    let units = |who: &str| record([("bidder", text(who)), ("price", int(4)), ("units", int(2))]);
    let many = || list([units("a"), units("a")]);
    let project = |p: &str| record([("project", text(p)), ("cost", int(3))]);
    let projects = || list([project("a"), project("b"), project("c")]);
    let chooser = |who: &str| record([("who", text(who)), ("ranks", letters("xy"))]);
    let host =
        |who: &str| record([("who", text(who)), ("ranks", letters("ab")), ("places", int(1))]);
    let thing = |t: &str| record([("thing", text(t)), ("places", int(1))]);
    let owner = |who: &str, has: &str| {
        record([("who", text(who)), ("has", text(has)), ("ranks", letters("xy"))])
    };
    let numbers = || list([int(3), int(1), Value::Decimal(rust_decimal::Decimal::new(25, 1))]);
    let side = |who, side: &str| record([("voter", int(who)), ("side", text(side))]);
    let said = |who, what: &str, vote| {
        record([("person", int(who)), ("statement", text(what)), ("vote", int(vote))])
    };
    let said = list([said(1, "a", 1), said(2, "a", -1), said(3, "b", 0), said(3, "a", 1)]);
    let mut calls = vec![
        ("committees::single_vote", vec![letters("abb"), abc(), int(2)]),
        ("committees::limited_vote", vec![all(), abc(), int(2), int(2)]),
        ("committees::equal_shares", vec![all(), abc(), int(2), text("none"), ties()]),
        ("seats::quota_remainder", vec![votes(), int(3), text("imperiali")]),
        ("seats::threshold", vec![votes(), int(1), int(2)]),
        ("budget::greedy", vec![all(), projects(), int(6), text("votes"), ties()]),
        (
            "budget::equal_shares",
            vec![all(), projects(), int(6), text("cost"), text("greedy"), ties()],
        ),
        ("auctions::first_price", vec![bids(), int(0)]),
        ("auctions::second_price", vec![bids(), int(9)]),
        ("auctions::uniform_price", vec![many(), int(3), int(0), text("last-accepted")]),
        ("auctions::pay_as_bid", vec![many(), int(3), int(0)]),
        ("auctions::double_average", vec![bids(), bids()]),
        ("auctions::double_mcafee", vec![bids(), list([])]),
        (
            "matching::deferred_acceptance",
            vec![list([chooser("a"), chooser("b")]), list([host("x"), host("y")])],
        ),
        (
            "matching::serial_dictatorship",
            vec![list([chooser("a"), chooser("b")]), list([thing("x"), thing("y")])],
        ),
        ("matching::top_trading_cycles", vec![list([owner("a", "x"), owner("b", "y")])]),
        ("numbers::trimmed_mean", vec![numbers(), int(1), int(3)]),
        ("numbers::quorum_median", vec![numbers(), int(9), int(1), int(2)]),
        (
            "deliberation::swing",
            vec![list([side(1, "a")]), list([side(1, "b"), side(2, "b")]), abc()],
        ),
        ("deliberation::delphi", vec![list([numbers()]), int(1)]),
        ("deliberation::groups", vec![said, abc(), int(1)]),
    ];
    for name in ["block_vote", "approval", "satisfaction_approval"] {
        calls.push((name, vec![all(), abc(), int(2)]));
    }
    for name in ["preferential_block", "pav", "sequential_pav", "reverse_pav"] {
        calls.push((name, vec![all(), abc(), int(2), ties()]));
    }
    for name in ["chamberlin_courant", "phragmen"] {
        calls.push((name, vec![all(), abc(), int(2), ties()]));
    }
    for name in ["stv::scottish", "stv::meek"] {
        calls.push((name, vec![all(), abc(), int(2), ties()]));
    }
    for name in ["dhondt", "danish", "imperiali", "huntington_hill", "modified_sainte_lague"] {
        calls.push((name, vec![votes(), int(3)]));
    }
    for name in ["median", "median_low", "median_high", "quartiles", "modes"] {
        calls.push((name, vec![numbers()]));
    }
    calls
}

/// The function of a name without its module: names are told apart by the modules tested here.
fn full(name: &str) -> String {
    let modules = ["committees", "seats", "numbers"];
    let of = modules.iter().find(|m| library().function(m, name).is_some());
    of.map_or(name.to_owned(), |module| format!("{module}::{name}"))
}

#[test]
fn every_result_has_the_type_of_its_signature() {
    let mut called: Vec<String> = Vec::new();
    for (name, values) in sensible() {
        let name = full(name);
        call(&name, &values).unwrap_or_else(|e| panic!("{name}: {e}"));
        called.push(name);
    }
    for module in ["committees", "stv", "budget", "auctions", "matching", "numbers", "deliberation"]
    {
        for function in library().modules.get(module).unwrap() {
            let name = format!("{module}::{}", function.signature.name);
            assert!(called.contains(&name), "{name} is not tried");
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let int = Value::Int;
    let two = |seats, ties: &str| vec![ballots(&["ab"]), letters("abc"), int(seats), text(ties)];
    let bid = |who: &str, price| record([("bidder", text(who)), ("price", int(price))]);
    let free = record([("project", text("a")), ("cost", int(0))]);
    let chooser = |ranks: &str| list([record([("who", text("a")), ("ranks", letters(ranks))])]);
    let thing = list([record([("thing", text("x")), ("places", int(1))])]);
    let vote = record([("voter", int(1)), ("side", text("a"))]);
    let said = |vote| record([("person", int(1)), ("statement", text("a")), ("vote", int(vote))]);
    let texts = [
        refusal("committees::pav", &two(0, "parallel")),
        refusal("stv::meek", &two(4, "parallel")),
        refusal("stv::scottish", &two(2, "coin")),
        refusal("committees::block_vote", &[ballots(&["a", "abc"]), letters("abc"), int(2)]),
        refusal("committees::limited_vote", &[ballots(&["ab"]), letters("abc"), int(2), int(1)]),
        refusal("auctions::first_price", &[list([bid("a", -1)]), int(0)]),
        refusal("auctions::first_price", &[list([bid("a", 1), bid("a", 2)]), int(0)]),
        refusal("auctions::first_price", &[list([int(1)]), int(0)]),
        refusal("auctions::second_price", &[list([]), int(i64::MAX)]),
        refusal(
            "budget::greedy",
            &[list([]), list([free]), int(1), text("votes"), text("parallel")],
        ),
        refusal("matching::serial_dictatorship", &[chooser("z"), thing.clone()]),
        refusal("matching::serial_dictatorship", &[chooser("xx"), thing]),
        refusal("numbers::median", &[list([])]),
        refusal("numbers::median", &[letters("ab")]),
        refusal("numbers::trimmed_mean", &[list([int(1)]), int(1), int(2)]),
        refusal("numbers::quorum_median", &[list([int(1), int(2)]), int(1), int(1), int(2)]),
        refusal("deliberation::swing", &[list([vote.clone(), vote]), list([]), letters("ab")]),
        refusal("deliberation::delphi", &[list([list([])]), int(1)]),
        refusal("deliberation::groups", &[list([said(2)]), letters("a"), int(0)]),
        refusal("deliberation::groups", &[list([said(1), said(0)]), letters("a"), int(0)]),
        refusal("seats::threshold", &[list([]), int(2), int(1)]),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn work_above_the_caps_is_refused_at_once() {
    let int = Value::Int;
    let options = list((0..40).map(int));
    let each = |i: i64| list([int(i), int((i + 1) % 40), int((i + 7) % 40)]);
    let ballots = list((0..40).map(each));
    let person = |p| record([("person", int(p)), ("statement", text("a")), ("vote", int(1))]);
    let people = i64::try_from(MAX_PARTICIPANTS).unwrap() + 1;
    let money = i64::try_from(MAX_COUNT).unwrap() + 1;
    let texts = [
        refusal("committees::pav", &[ballots, options.clone(), int(20), text("first-listed")]),
        refusal("committees::pav", &[list([]), options, int(3), text("parallel")]),
        refusal("deliberation::groups", &[list((0..people).map(person)), letters("a"), int(0)]),
        refusal("auctions::first_price", &[list([]), int(money)]),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
