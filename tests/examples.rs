//! Every example of `examples/conversations` checks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi::load::LoadedRules;
use mundi_lang::Severity;
use mundi_lang::bundle::in_its_file;

#[test]
fn every_example_checks() {
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir("examples/conversations")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "conv"))
        .collect();
    paths.sort();
    for path in paths {
        let loaded = LoadedRules::read(&path).unwrap();
        for found in &loaded.diagnostics {
            let (source, d) = in_its_file(&loaded.source, found);
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
            assert!(loaded.rules.is_some());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
