//! Names: what is taken, what is reserved, and what was probably meant.

use std::collections::BTreeMap;

use super::report::Report;
use crate::diagnostic::Diagnostic;
use crate::span::{Name, Span};

/// Words of patterns and the system's messages: no role, message, term or type is called so.
pub(crate) const RESERVED: [&str; 14] = [
    "each", "one", "per", "by", "unless", "anyone", "for", "open", "join", "leave", "seal", "fork",
    "rekey", "last",
];

/// The names of one kind, each with its first place.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    places: BTreeMap<String, Span>,
}

impl Taken {
    /// Takes a name; a second time is a finding. Says whether it was free.
    pub(crate) fn take(&mut self, kind: &str, name: &Name, report: &mut Report) -> bool {
        if let Some(first) = self.places.get(&name.node) {
            report.add(
                Diagnostic::error(
                    "E0204",
                    name.span,
                    format!("the {kind} `{}` is there already", name.node),
                )
                .label(*first, "first here")
                .help("give one of them another name"),
            );
            return false;
        }
        self.places.insert(name.node.clone(), name.span);
        true
    }
}

/// Refuses a reserved word.
pub(crate) fn not_reserved(kind: &str, name: &Name, report: &mut Report) {
    if name.node != "last" && RESERVED.contains(&name.node.as_str()) {
        report.add(
            Diagnostic::error(
                "E0205",
                name.span,
                format!("`{}` is a word of the language and no name of a {kind}", name.node),
            )
            .help(format!("write another name, for example `{}_it`", name.node)),
        );
    }
}

/// A finding about an unknown name, with the nearest known one.
pub(crate) fn unknown<'a>(
    code: &'static str,
    kind: &str,
    name: &Name,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    let found = Diagnostic::error(code, name.span, format!("there is no {kind} `{}`", name.node));
    match crate::suggest::suggest(&name.node, known.iter().copied()) {
        Some(near) => found.meant(near),
        None if known.is_empty() => found.help(format!("there is no {kind} here at all")),
        None if known.len() <= 12 => found.help(format!("there is {}", list(&known))),
        None => found,
    }
}

/// "`a`, `b` and `c`".
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{}`", n.as_ref())).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}
