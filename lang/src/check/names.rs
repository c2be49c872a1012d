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
    match nearest(&name.node, &known) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => found.help(format!("this file has no {kind}")),
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

/// The known name that is nearest to a word, if one is near.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    known.iter().map(|k| (distance(word, k), *k)).filter(|(d, _)| *d <= limit).min().map(|(_, k)| k)
}

/// Edits (insert, delete, replace, swap of neighbours) between two words.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j + 1) + 1).min(at(&row, j) + 1);
            best = best.min(at(&last, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_letter_is_one_edit() {
        assert_eq!(distance("shpi", "ship"), 1);
        assert_eq!(nearest("confrim", &["confirm", "cancel"]), Some("confirm"));
    }

    #[test]
    fn a_far_word_has_no_neighbour() {
        assert_eq!(nearest("banana", &["pay", "ship"]), None);
    }
}
