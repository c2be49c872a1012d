//! What the tests of the checker share.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fmt::Write as _;

use mundi_lang::rules::Rules;
use mundi_lang::ty::{Modules, Signature, Ty};
use mundi_lang::{Diagnostic, Severity, Source, check, parse};

/// A library of one module, as the real one describes it.
pub(crate) fn modules() -> Modules {
    let list = |ty| Ty::List(Box::new(ty));
    let option = || Ty::Var(0);
    let schulze = Signature {
        name: "schulze".into(),
        parameters: vec![
            ("ballots".into(), list(list(option()))),
            ("options".into(), list(option())),
        ],
        result: Ty::Record(vec![
            ("order".into(), list(list(option()))),
            ("winners".into(), list(option())),
        ]),
        doc: String::new(),
    };
    Modules { modules: [("ranked".to_owned(), vec![schulze])].into() }
}

/// Parses and checks a file.
pub(crate) fn checked(text: &str) -> (Option<Rules>, Vec<Diagnostic>) {
    let source = Source::new("x.conv", text);
    let parsed = parse(&source);
    let mut found = parsed.diagnostics;
    let Some(tree) = parsed.tree else { return (None, found) };
    if found.iter().any(|d| d.severity == Severity::Error) {
        return (None, found);
    }
    let checked = check(&source, &tree, &modules());
    found.extend(checked.diagnostics);
    (checked.rules, found)
}

/// A part of a file, with a head before it and what else a file must have.
pub(crate) fn framed(part: &str) -> String {
    if part.trim_start().starts_with("conversation") {
        return part.to_owned();
    }
    let mut text = String::from("conversation example \"Example\"\nedition 1\n");
    for (word, item) in [("role a", "role a\n"), ("role b", "role b\n")] {
        if !part.contains(word) {
            text.push_str(item);
        }
    }
    if !part.contains("message m ") {
        text.push_str("message m by a\n");
    }
    text.push_str(part);
    if !part.contains("consensus {") {
        text.push_str("\nconsensus { said(\"m\") }");
    }
    text.push('\n');
    text
}

/// The codes of a part of a file, sorted.
pub(crate) fn codes(part: &str) -> Vec<&'static str> {
    let (rules, found) = checked(&framed(part));
    let mut codes: Vec<_> = found.iter().map(|d| d.code).collect();
    let errors = found.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(rules.is_none(), errors, "rules exist exactly where nothing is wrong: {part}");
    codes.sort_unstable();
    codes
}

/// Code, place, message, the source that is underlined, labels and help.
pub(crate) fn render(source: &Source, found: &[Diagnostic]) -> String {
    let mut text = String::new();
    for d in found {
        let place = source.place(d.span.start as usize);
        let level = if d.severity == Severity::Error { "error" } else { "warning" };
        let slice = source.slice(d.span);
        let _ = writeln!(text, "{level} {} {}:{} {}", d.code, place.line, place.column, d.message);
        let _ = writeln!(text, "    at   {slice:?}");
        for (span, label) in &d.labels {
            let _ = writeln!(text, "    also {:?}: {label}", source.slice(*span));
        }
        if let Some(help) = &d.help {
            let _ = writeln!(text, "    help {help}");
        }
    }
    text
}
