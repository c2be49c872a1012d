//! Values as the language writes them.

use mundi_engine::Value;

/// A value's text: records with their fields in the order of the names.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Unit => "()".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) | Value::Time(number) | Value::Duration(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::List(items) => {
            format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Value::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", written(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => format!("{other:?}"),
    }
}
