//! Calls of library functions as JSON, and their results.

use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::library::Library;
use mundi_lang::ty::Ty;
use serde_json::{Value as Json, json};

/// The result of a call, or the text of what is wrong with it.
pub(crate) fn answer(library: &Library, asked: &Json) -> Result<Json, String> {
    let name = asked.get("function").and_then(Json::as_str).ok_or("there is no `function`")?;
    let args = asked.get("args").and_then(Json::as_array).ok_or("there is no list `args`")?;
    let (module, function) = name.split_once("::").ok_or("a function is `module::name`")?;
    let function = library.function(module, function).ok_or("there is no such function")?;
    let parameters = &function.signature.parameters;
    if parameters.len() != args.len() {
        return Err(format!("{name} takes {} arguments", parameters.len()));
    }
    let args: Option<Vec<Value>> =
        parameters.iter().zip(args).map(|((_, ty), arg)| value(ty, arg)).collect();
    let args = args.ok_or("an argument does not fit its type")?;
    (function.native)(&args).map(|value| json(&value)).map_err(|e| e.to_string())
}

/// A value of a type; nothing where it does not fit.
fn value(ty: &Ty, json: &Json) -> Option<Value> {
    Some(match ty {
        Ty::Bool => Value::Bool(json.as_bool()?),
        Ty::Int => Value::Int(json.as_i64()?),
        Ty::Time => Value::Time(json.as_i64()?),
        Ty::Duration => Value::Duration(json.as_i64()?),
        Ty::Var(_) if json.is_i64() => Value::Int(json.as_i64()?),
        Ty::Text | Ty::Var(_) => Value::Text(json.as_str()?.into()),
        Ty::List(of) => {
            let items = json.as_array()?.iter().map(|item| value(of, item));
            Value::List(Arc::new(items.collect::<Option<_>>()?))
        }
        Ty::Record(fields) => {
            let field = |(name, ty): &(String, Ty)| {
                Some((Arc::from(name.as_str()), value(ty, json.get(name)?)?))
            };
            Value::Record(Arc::new(fields.iter().map(field).collect::<Option<_>>()?))
        }
        _ => return None,
    })
}

fn json(value: &Value) -> Json {
    match value {
        Value::Bool(truth) => json!(truth),
        Value::Int(number) | Value::Time(number) | Value::Duration(number) => json!(number),
        Value::Decimal(number) => json!(number.to_string()),
        Value::Text(text) => json!(text.as_ref()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Record(fields) => {
            Json::Object(fields.iter().map(|(k, v)| (k.to_string(), json(v))).collect())
        }
        _ => Json::Null,
    }
}
