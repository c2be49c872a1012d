//! Answers calls of the library, a line of JSON each: what programs that compare methods speak to.
//!
//! In: `{"function": "stv::meek", "args": [[["a", "b"]], ["a", "b"], 1, "parallel"]}`. Out: the
//! result, or `{"refused": TEXT}`, or `{"too_much": TEXT}`. JSON's values are those of the language;
//! a decimal is `{"decimal": "1.5"}` either way, and any other object is a record.

use std::io::{BufRead, Write};
use std::sync::Arc;

use consensus_std::library;
use mundi_engine::Value;
use mundi_engine::library::{Library, MethodError};
use serde_json::{Map, Value as Json, json};

fn main() -> std::io::Result<()> {
    let library = library();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = answer(&library, &line?);
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(library: &Library, line: &str) -> Json {
    match call(library, line) {
        Ok(value) => json_of(&value),
        Err(MethodError::Input(text)) => json!({ "refused": text }),
        Err(MethodError::TooMuch(text)) => json!({ "too_much": text }),
    }
}

fn call(library: &Library, line: &str) -> Result<Value, MethodError> {
    let input = |text: &str| MethodError::Input(text.to_owned());
    let call: Json = serde_json::from_str(line).or(Err(input("the line is no JSON")))?;
    let name = call.get("function").and_then(Json::as_str).unwrap_or_default();
    let (module, name) = name.split_once("::").ok_or(input("`function` is no MODULE::NAME"))?;
    let function = library.function(module, name).ok_or(input("there is no such function"))?;
    let arguments =
        call.get("args").and_then(Json::as_array).ok_or(input("there are no `args`"))?;
    if arguments.len() != function.signature.parameters.len() {
        return Err(input("there are more or fewer `args` than parameters"));
    }
    let values = arguments.iter().map(value_of).collect::<Option<Vec<Value>>>();
    (function.native)(&values.ok_or(input("one of `args` is no value"))?)
}

/// A value of the language; `None` where JSON says what the language cannot.
fn value_of(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Unit,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::String(text) => Value::Text(Arc::from(text.as_str())),
        Json::Array(items) => {
            Value::List(Arc::new(items.iter().map(value_of).collect::<Option<Vec<_>>>()?))
        }
        Json::Object(fields) => match fields.get("decimal") {
            Some(number) => Value::Decimal(number.as_str()?.parse().ok()?),
            None => {
                let field = |(name, value): (&String, &Json)| {
                    Some((Arc::from(name.as_str()), value_of(value)?))
                };
                Value::Record(Arc::new(fields.iter().map(field).collect::<Option<_>>()?))
            }
        },
    })
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Unit => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(number) | Value::Time(number) | Value::Duration(number) => json!(number),
        Value::Decimal(number) => json!({ "decimal": number.to_string() }),
        Value::Text(text) => json!(text.as_ref()),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Record(fields) => {
            let field = |(name, value): (&Arc<str>, &Value)| (name.to_string(), json_of(value));
            Json::Object(fields.iter().map(field).collect::<Map<_, _>>())
        }
        other => json!(format!("{other:?}")),
    }
}
