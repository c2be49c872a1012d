//! Every example of `examples/conversations` checks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_lang::{Severity, Source};

#[test]
fn every_example_checks() {
    let modules = consensus_std::library().signatures();
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir("examples/conversations")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "conv"))
        .collect();
    paths.sort();
    for path in paths {
        let source =
            Source::new(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
        let parsed = mundi_lang::parse(&source);
        let mut all = parsed.diagnostics;
        let checked = mundi_lang::check(&source, &parsed.tree.unwrap(), &modules);
        all.extend(checked.diagnostics);
        for d in all {
            let at = source.place(d.span.start as usize);
            let line = format!(
                "{}:{}:{} {} {} [{}] {}",
                source.name,
                at.line,
                at.column,
                d.code,
                d.message,
                source.slice(d.span).lines().next().unwrap_or(""),
                d.help.unwrap_or_default()
            );
            println!("{line}");
            if d.severity == Severity::Error {
                wrong.push(line);
            }
        }
        if wrong.is_empty() {
            assert!(checked.rules.is_some());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
