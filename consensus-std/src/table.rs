//! The table of methods in this crate's README, written from the signatures.

use std::fmt::Write;

use mundi_lang::ty::{Signature, Ty};

use crate::library;

/// A Markdown table of every function. A test holds README.md to it.
#[must_use]
pub fn markdown() -> String {
    let mut table = String::from("| function | gives | |\n|---|---|---|\n");
    for (module, functions) in library().modules {
        for function in functions {
            let signature = function.signature;
            let _ = writeln!(
                table,
                "| [`{}`](pages/{module}/{}.md) | `{}` | {} |",
                call(&module, &signature),
                signature.name,
                show(&signature.result),
                signature.doc
            );
        }
    }
    table
}

/// How a function is called: `agreement::majority(yes: int, no: int)`.
pub(crate) fn call(module: &str, signature: &Signature) -> String {
    let parameters = signature.parameters.iter();
    let parameters: Vec<String> =
        parameters.map(|(name, ty)| format!("{name}: {}", show(ty))).collect();
    format!("{module}::{}({})", signature.name, parameters.join(", "))
}

/// A type as the language writes it; `T` and `U` are any types, `U` another one.
pub(crate) fn show(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Decimal => "decimal".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Var(0) => "T".to_owned(),
        Ty::Var(_) => "U".to_owned(),
        Ty::Optional(of) => format!("{}?", show(of)),
        Ty::List(of) => format!("list({})", show(of)),
        Ty::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, ty)| format!("{name}: {}", show(ty))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_has_the_table_of_the_code() {
        let readme = include_str!("../README.md");
        assert!(
            readme.contains(&super::markdown()),
            "put this into README.md:\n{}",
            super::markdown()
        );
    }
}
