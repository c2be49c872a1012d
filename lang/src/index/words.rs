//! Types in the words of the language: what an editor shows beside a name.

use crate::check::Known;
use crate::ty::Ty;

/// A type as people write it: `list(text)?`, `entry of pay`.
#[must_use]
pub fn ty_words(ty: &Ty, known: &Known) -> String {
    let of = |ty: &Ty| ty_words(ty, known);
    match ty {
        Ty::Unknown | Ty::Var(_) => "any value".into(),
        Ty::Never => "nothing".into(),
        Ty::Unit => "()".into(),
        Ty::Bool => "bool".into(),
        Ty::Int => "int".into(),
        Ty::Decimal => "decimal".into(),
        Ty::Text => "text".into(),
        Ty::Bytes => "bytes".into(),
        Ty::Time => "time".into(),
        Ty::Duration => "duration".into(),
        Ty::Person => "person".into(),
        Ty::Range => "range".into(),
        Ty::Ref(all) => {
            let names: Vec<&str> = all.iter().map(|m| known.message(*m)).collect();
            format!("entry of {}", names.join(" | "))
        }
        Ty::List(inner) => format!("list({})", of(inner)),
        Ty::Map(key, value) => format!("map({}, {})", of(key), of(value)),
        Ty::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, ty)| format!("{name}: {}", of(ty))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Ty::Optional(inner) => match &**inner {
            Ty::Ref(_) => format!("({})?", of(inner)),
            inner => format!("{}?", of(inner)),
        },
    }
}
