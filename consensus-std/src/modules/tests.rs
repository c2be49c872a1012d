//! The library as the engine calls it: values in, values out.

use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use rust_decimal::Decimal;

use crate::limits::{MAX_MARKS, MAX_OPTIONS};
use crate::{library, results};

fn text(text: &str) -> Value {
    Value::Text(Arc::from(text))
}

/// A list of the letters of a text.
fn letters(all: &str) -> Value {
    results::list(all.chars().map(|c| text(&c.to_string())))
}

fn ballots(rankings: &[&str]) -> Value {
    results::list(rankings.iter().map(|r| letters(r)))
}

fn call(module: &str, name: &str, values: &[Value]) -> Result<Value, MethodError> {
    let library = library();
    let function = library.function(module, name).unwrap();
    assert_eq!(function.signature.parameters.len(), values.len());
    (function.native)(values)
}

fn field(value: &Value, name: &str) -> Value {
    let Value::Record(fields) = value else { panic!("{value:?} is no record") };
    fields.get(name).unwrap().clone()
}

fn message(result: Result<Value, MethodError>) -> String {
    match result {
        Err(MethodError::Input(text)) => text,
        Err(MethodError::TooMuch(text)) => format!("too much: {text}"),
        Ok(value) => panic!("{value:?}"),
    }
}

#[test]
fn the_modules_and_their_functions() {
    let names: Vec<(String, Vec<String>)> = library()
        .signatures()
        .modules
        .into_iter()
        .map(|(module, functions)| (module, functions.into_iter().map(|f| f.name).collect()))
        .collect();
    insta::assert_debug_snapshot!(names);
}

#[test]
fn schulze_gives_winners_and_order() {
    let result =
        call("ranked", "schulze", &[ballots(&["ba", "bca", "a"]), letters("abc")]).unwrap();
    assert_eq!(field(&result, "winners"), letters("b"));
    assert_eq!(field(&result, "order"), ballots(&["b", "a", "c"]));
}

#[test]
fn winners_come_in_the_order_of_the_options() {
    let tie = [ballots(&["ab", "ba"]), letters("ba")];
    for (module, name) in [("ranked", "schulze"), ("ranked", "borda"), ("single", "approval")] {
        assert_eq!(field(&call(module, name, &tie).unwrap(), "winners"), letters("ba"));
    }
}

#[test]
fn options_may_be_of_any_type() {
    let options = results::list([Value::Time(3), Value::Time(1)]);
    let votes = results::list([Value::Time(1), Value::Time(1), Value::Time(3)]);
    let result = call("single", "plurality", &[votes, options]).unwrap();
    assert_eq!(field(&result, "winners"), results::list([Value::Time(1)]));
    let count = |option, votes| {
        results::record([("option", Value::Time(option)), ("votes", Value::Int(votes))])
    };
    assert_eq!(field(&result, "counts"), results::list([count(3, 1), count(1, 2)]));
}

#[test]
fn equal_decimals_are_one_option() {
    let options = results::list([Value::Decimal(Decimal::new(150, 2))]);
    let votes = results::list([Value::Decimal(Decimal::new(15, 1))]);
    let result = call("single", "plurality", &[votes, options.clone()]).unwrap();
    assert_eq!(field(&result, "winners"), options);
}

#[test]
fn borda_points_come_in_halves() {
    let result = call("ranked", "borda", &[ballots(&["ab", "c"]), letters("abc")]).unwrap();
    let Value::List(points) = field(&result, "points") else { panic!() };
    let points: Vec<Value> = points.iter().map(|p| field(p, "points")).collect();
    assert_eq!(points, [25, 15, 20].map(|p| Value::Decimal(Decimal::new(p, 1))));
}

#[test]
fn scores_left_out_are_zero() {
    let mark =
        |option, score| results::record([("option", text(option)), ("score", Value::Int(score))]);
    let scores =
        results::list([results::list([mark("a", 5), mark("b", 3)]), results::list([mark("b", 3)])]);
    let result = call("scored", "score", &[scores, letters("abc")]).unwrap();
    assert_eq!(field(&result, "winners"), letters("b"));
    let totals = [("a", 5), ("b", 6), ("c", 0)].map(|(option, total)| {
        results::record([("option", text(option)), ("total", Value::Int(total))])
    });
    assert_eq!(field(&result, "totals"), results::list(totals));
}

#[test]
fn the_run_off_asks_for_its_tie_policy() {
    let with =
        |ties: &str| call("ranked", "irv", &[ballots(&["ab", "ba"]), letters("ab"), text(ties)]);
    assert_eq!(field(&with("drop-all").unwrap(), "winners"), letters("ab"));
    assert_eq!(field(&with("parallel").unwrap(), "winners"), letters("ab"));
    assert_eq!(field(&with("last-listed").unwrap(), "winners"), letters("a"));
    insta::assert_snapshot!(message(with("coin")));
}

#[test]
fn agreement_answers_yes_or_no() {
    let cases: [(&str, &[i64], bool); 7] = [
        ("unanimity", &[3, 3], true),
        ("k_of_n", &[2, 3], false),
        ("majority", &[2, 2], false),
        ("absolute_majority", &[3, 5], true),
        ("super_majority", &[2, 1, 2, 3], true),
        ("quorum", &[1, 4, 1, 3], false),
        ("consent", &[0, 3, 3], true),
    ];
    for (name, numbers, expected) in cases {
        let values: Vec<Value> = numbers.iter().map(|n| Value::Int(*n)).collect();
        assert_eq!(call("agreement", name, &values), Ok(Value::Bool(expected)), "{name}");
    }
}

#[test]
fn input_that_makes_no_sense_says_so() {
    let ints = |numbers: &[i64]| numbers.iter().map(|n| Value::Int(*n)).collect::<Vec<_>>();
    let ranked = |rankings: &[&str], options| {
        message(call("ranked", "schulze", &[ballots(rankings), letters(options)]))
    };
    let agreement = |name, numbers| message(call("agreement", name, &ints(numbers)));
    let texts = [
        ranked(&["ab", "ax"], "ab"),
        ranked(&["ab", "aa"], "ab"),
        ranked(&["a"], ""),
        ranked(&["a"], "aba"),
        message(call("single", "plurality", &[letters("abx"), letters("ab")])),
        agreement("majority", &[-1, 2]),
        agreement("unanimity", &[4, 3]),
        agreement("k_of_n", &[1, 0]),
        agreement("super_majority", &[1, 1, 3, 2]),
        agreement("quorum", &[1, 1, 0, 2]),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn work_above_the_caps_is_refused() {
    let many = i64::try_from(MAX_OPTIONS + 1).unwrap();
    let options = results::list((0..many).map(Value::Int));
    let none = results::list([]);
    let texts = [
        message(call("ranked", "borda", &[none, options])),
        message(call(
            "ranked",
            "condorcet",
            &[results::list(vec![letters(""); MAX_MARKS + 1]), letters("ab")],
        )),
        message(call(
            "single",
            "plurality",
            &[results::list(vec![text("a"); MAX_MARKS + 1]), letters("ab")],
        )),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn counted_votes_become_seats() {
    let votes = letters("aaaaabbbc");
    let counts = field(&call("single", "plurality", &[votes, letters("abcd")]).unwrap(), "counts");
    let result = call("seats", "dhondt", &[counts.clone(), Value::Int(4)]).unwrap();
    let expected = [("a", 3), ("b", 1), ("c", 0), ("d", 0)].map(|(option, seats)| {
        results::record([("option", text(option)), ("seats", Value::Int(seats))])
    });
    assert_eq!(field(&result, "seats"), results::list(expected));
    assert_eq!(field(&result, "left"), Value::Int(0));
    insta::assert_snapshot!(message(call("seats", "dhondt", &[counts, Value::Int(1_001)])));
}

/// An argument that every method takes.
fn sample(name: &str, ty: &mundi_lang::ty::Ty) -> Value {
    use mundi_lang::ty::Ty;
    match ty {
        Ty::List(_)
            if name == "options" || name == "votes" && *ty == results::list_of(Ty::Var(0)) =>
        {
            letters("ab")
        }
        Ty::List(_) => results::list([]),
        Ty::Int => Value::Int(1),
        Ty::Bool => Value::Bool(true),
        Ty::Time => Value::Time(1),
        Ty::Duration => Value::Duration(1),
        Ty::Text => text(if name == "bias" { "approve" } else { "parallel" }),
        _ => text("a"),
    }
}

#[test]
fn every_result_has_the_fields_of_its_signature() {
    use mundi_lang::ty::Ty;
    for (module, functions) in library().modules {
        for function in functions {
            let Ty::Record(fields) = &function.signature.result else { continue };
            if !["ranked", "scored", "single"].contains(&module.as_str()) {
                continue; // those take other arguments: `several_tests.rs`, and the test above
            }
            let parameters = &function.signature.parameters;
            let values: Vec<Value> = parameters.iter().map(|(name, ty)| sample(name, ty)).collect();
            let Value::Record(got) = (function.native)(&values).unwrap() else { panic!() };
            let expected: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            let got: Vec<&str> = got.keys().map(AsRef::as_ref).collect();
            assert_eq!(got, expected, "{module}::{}", function.signature.name);
        }
    }
}
