//! Cases on which the library and another program agree, recorded: `recorded/several.jsonl`, a
//! line each, [METHOD, INPUT, OUTCOMES]. `oracles/several.py` writes it and says which program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use consensus_std::library;
use mundi_engine::Value;
use serde_json::{Value as Json, json};

fn value_of(json: &Json) -> Value {
    match json {
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(text) => Value::Text(Arc::from(text.as_str())),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value_of).collect())),
        Json::Object(fields) => {
            let field =
                |(name, value): (&String, &Json)| (Arc::from(name.as_str()), value_of(value));
            Value::Record(Arc::new(fields.iter().map(field).collect()))
        }
        other => panic!("{other}"),
    }
}

fn ints(value: &Value) -> Vec<i64> {
    let Value::List(items) = value else { panic!("{value:?}") };
    let int = |item: &Value| match item {
        Value::Int(number) => *number,
        other => panic!("{other:?}"),
    };
    items.iter().map(int).collect()
}

/// The call of a recorded case: function and arguments.
fn arguments(method: &str, input: &Json) -> (String, Json) {
    let (function, mut variant) = method.split_once(' ').unwrap_or((method, ""));
    // One row compares Meek's method with a program that breaks ties by name.
    if function == "stv::meek" {
        variant = "";
    }
    if let Some((votes, seats)) = input.as_array().filter(|i| i.len() == 2).map(|i| (&i[0], &i[1]))
    {
        let votes = votes.as_array().unwrap().iter().enumerate();
        let votes: Vec<Json> = votes.map(|(o, n)| json!({ "option": o, "votes": n })).collect();
        let mut arguments = vec![json!(votes), seats.clone()];
        arguments.extend(Some(json!(variant)).filter(|_| !variant.is_empty()));
        return (function.to_owned(), json!(arguments));
    }
    let options: Vec<u64> = (0..input[0].as_u64().unwrap()).collect();
    let arguments = match (function, variant) {
        ("budget::greedy", by) => {
            json!([input[1], projects(&input[2]), input[3], by, "parallel"])
        }
        ("budget::equal_shares", utility) => {
            json!([input[1], projects(&input[2]), input[3], utility, "none", "parallel"])
        }
        ("committees::equal_shares", _) => {
            json!([input[1], options, input[2], "phragmen", "parallel"])
        }
        ("committees::approval" | "committees::satisfaction_approval", _) => {
            json!([input[1], options, input[2]])
        }
        _ => json!([input[1], options, input[2], "parallel"]),
    };
    (function.to_owned(), arguments)
}

fn projects(costs: &Json) -> Json {
    let costs = costs.as_array().unwrap().iter().enumerate();
    costs.map(|(o, cost)| json!({ "project": o, "cost": cost })).collect()
}

/// All ways to fill `left` places from some, each with those who are sure.
fn completions(sure: &[i64], tied: &[i64], left: usize) -> BTreeSet<Vec<i64>> {
    if left == 0 {
        let mut committee = sure.to_vec();
        committee.sort_unstable();
        return BTreeSet::from([committee]);
    }
    let mut all = BTreeSet::new();
    for (at, one) in tied.iter().enumerate() {
        let more = [sure, &[*one]].concat();
        all.extend(completions(&more, &tied[at + 1..], left - 1));
    }
    all
}

/// What a call gives, in the form in which outcomes are recorded.
fn outcome(result: &BTreeMap<Arc<str>, Value>) -> Json {
    if let Some(sets) = result.get("committees").or(result.get("funded")) {
        let Value::List(sets) = sets else { panic!("{sets:?}") };
        let sets: BTreeSet<Vec<i64>> = sets.iter().map(ints).collect();
        return json!(sets);
    }
    let Some(Value::Int(left)) = result.get("left") else { panic!("{result:?}") };
    if let Some(Value::List(seats)) = result.get("seats") {
        let seats = seats.iter().map(|seats| match seats {
            Value::Record(fields) => fields["seats"].clone(),
            other => panic!("{other:?}"),
        });
        return json!([ints(&Value::List(Arc::new(seats.collect()))), left]);
    }
    let (sure, tied) = (ints(&result["elected"]), ints(&result["tied"]));
    json!(completions(&sure, &tied, usize::try_from(*left).unwrap()))
}

#[test]
fn recorded_cases_give_what_they_gave() {
    let library = library();
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    for line in include_str!("recorded/several.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let method = case[0].as_str().unwrap();
        let (function, arguments) = arguments(method, &case[1]);
        let (module, name) = function.split_once("::").unwrap();
        let values: Vec<Value> = arguments.as_array().unwrap().iter().map(value_of).collect();
        let result = (library.function(module, name).unwrap().native)(&values).unwrap();
        let Value::Record(fields) = &result else { panic!("{result:?}") };
        let got = outcome(fields);
        let same = match method.strip_suffix(" pref_voting") {
            Some(_) => got.as_array().unwrap().contains(&case[2][0]),
            None => got == case[2],
        };
        assert!(same, "{line}\ngives {got}");
        *cases.entry(method.to_owned()).or_default() += 1;
    }
    assert!(cases.len() >= 20 && cases.values().all(|n| *n >= 20), "{cases:?}");
}
