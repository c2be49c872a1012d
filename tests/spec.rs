//! The law is run: the examples in `spec/` and README.md do what they say, their links lead
//! somewhere, and every bound of the language and the engine is named.
//!
//! A fence says what its text must do: `conv` checks without errors, `conv,error=E0203` gives that
//! code, `conv,warning=W0301` that and no error, `play` runs by the `conv` before it with all expectations held, every line of `code` is
//! true, `console` prints what stands below its `$ cargo run …` lines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod pages;

use std::process::Command;

use mundi::load::LoadedRules;
use mundi_lang::rules::Rules;
use mundi_lang::{Diagnostic, Severity, Source};

use pages::{Fence, Page, law, pages};

/// The errors among findings, one a line.
fn errors(source: &Source, found: &[Diagnostic]) -> Vec<String> {
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| mundi::render::line(source, d)).collect()
}

fn checked(name: &str, text: &str) -> Result<Rules, String> {
    let loaded = LoadedRules::check(Source::new(name, text));
    let errors = errors(&loaded.source, &loaded.diagnostics);
    loaded.rules.filter(|_| errors.is_empty()).ok_or_else(|| errors.concat())
}

/// Plays a text by rules; what does not hold, one a line.
fn played(name: &str, text: &str, rules: &Rules) -> Result<(), String> {
    let source = Source::new(name, text);
    let parsed = mundi_lang::parse_play(&source);
    let mut found = parsed.diagnostics;
    let play = parsed.tree.ok_or_else(|| errors(&source, &found).concat())?;
    found.extend(mundi_lang::check_play(&play, rules));
    let wrong = errors(&source, &found);
    if !wrong.is_empty() {
        return Err(wrong.concat());
    }
    let report = mundi::play::play(&source, &play, rules).map_err(|e| e.to_string())?;
    let unmet = report.unmet.iter();
    let unmet: Vec<String> = unmet
        .map(|u| format!("{name}:{}: expected {}, found {}", u.line, u.expected, u.found))
        .collect();
    if unmet.is_empty() { Ok(()) } else { Err(unmet.join("\n")) }
}

/// Whether rules give the code that is wanted: `error=E0203`, or `warning=W0301` and no error.
fn gives(name: &str, text: &str, wanted: &str) -> Result<(), String> {
    let (kind, code) = wanted.split_once('=').ok_or_else(|| format!("{name}: {wanted}"))?;
    let loaded = LoadedRules::check(Source::new(name, text));
    let given = loaded.diagnostics.iter().any(|d| d.code == code);
    if given && loaded.rules.is_some() == (kind == "warning") {
        return Ok(());
    }
    let found: Vec<&str> = loaded.diagnostics.iter().map(|d| d.code).collect();
    Err(format!("{name}: {wanted}; found {found:?}"))
}

/// What one fence does other than it says.
fn held(page: &Page, fence: &Fence, rules: &mut Option<Rules>) -> Result<(), String> {
    let name = format!("{}:{}", page.path, fence.line);
    let mut words = fence.tag.split(',');
    match (words.next().unwrap_or(""), words.next()) {
        ("conv", None) => *rules = Some(checked(&name, &fence.text)?),
        ("conv", Some(wanted)) => gives(&name, &fence.text, wanted)?,
        ("play", None) => {
            let rules = rules.as_ref().ok_or_else(|| format!("{name}: no rules before it"))?;
            played(&name, &fence.text, rules)?;
        }
        ("code", None) => {
            for line in fence.text.lines() {
                is_true(line).map_err(|e| format!("{name}: `{line}`: {e}"))?;
            }
        }
        ("console", None) => printed(&name, &fence.text)?,
        ("" | "sh", None) => {}
        (other, _) => return Err(format!("{name}: nobody knows the fence `{other}`")),
    }
    Ok(())
}

/// One line of code as the consensus of a conversation of one word.
fn is_true(line: &str) -> Result<(), String> {
    let rules = format!(
        "conversation sums \"Sums\"\nedition 1\nrole host\nmessage go by host\npattern {{ go+ }}\n\
         consensus {{\n{line}\n}}\n"
    );
    let rules = checked("code", &rules)?;
    let play = "play \"sums\"\ncast { host: ada }\nada: go\nexpect consensus\n";
    played("code", play, &rules)
}

/// Runs the `$ cargo run … -- ` lines of a console and compares what they print.
fn printed(name: &str, text: &str) -> Result<(), String> {
    for command in text.split("$ ").skip(1) {
        let (command, expected) = command.split_once('\n').unwrap_or((command, ""));
        let Some((_, arguments)) = command.split_once(" -- ") else { continue };
        let output = Command::new(env!("CARGO_BIN_EXE_mundi"))
            .args(arguments.split_whitespace())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        if found.trim_end() != expected.trim_end() {
            return Err(format!("{name}: `{command}` prints:\n{found}"));
        }
    }
    Ok(())
}

fn all_hold(page: &Page) -> Vec<String> {
    let mut rules = None;
    page.fences.iter().filter_map(|fence| held(page, fence, &mut rules).err()).collect()
}

#[test]
fn every_example_of_the_language_does_what_its_fence_says() {
    let page = Page::read("spec/language.md");
    let count = |tag: &str| page.fences.iter().filter(|f| f.tag.starts_with(tag)).count();
    assert!(count("conv") >= 15 && count("play") >= 2 && count("code") >= 2, "examples are gone");
    let wrong = all_hold(&page);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_of_the_readme_does_what_its_fence_says() {
    let page = Page::read("README.md");
    assert!(page.fences.iter().any(|f| f.tag == "console"), "the first command is gone");
    let wrong = all_hold(&page);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_names_the_commands_that_there_are() {
    let help = Command::new(env!("CARGO_BIN_EXE_mundi")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let listed = listed.lines().take_while(|line| !line.trim().is_empty());
    let mut there: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    there.retain(|name| *name != "help");
    there.sort_unstable();
    let readme = Page::read("README.md").text;
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `mundi "));
    let mut named: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    named.sort_unstable();
    assert_eq!(named, there);
}

#[test]
fn every_link_leads_somewhere() {
    let wrong: Vec<String> = pages().iter().flat_map(Page::broken_links).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_that_a_page_names_is_there() {
    let missing: Vec<String> = pages().iter().flat_map(Page::missing_files).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_page_of_the_law_is_in_its_table_of_contents() {
    let contents = Page::read("spec/README.md");
    for page in law() {
        let name = page.path.trim_start_matches("spec/");
        let named = name == "README.md" || contents.text.contains(&format!("({name})"));
        assert!(named, "spec/README.md does not name {name}");
    }
}

#[test]
fn every_bound_of_the_language_and_the_engine_is_named_in_the_law() {
    let law = ["spec/language.md", "spec/execution.md"].map(|path| Page::read(path).text).concat();
    let files = ["lang/src/limits.rs", "engine/src/limits.rs", "engine/src/pattern/limits.rs"];
    for file in files {
        let text = std::fs::read_to_string(pages::root().join(file)).expect(file);
        let names = text.lines().filter_map(|line| {
            let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub "))?;
            Some(line.strip_prefix("const ")?.split(':').next()?.to_owned())
        });
        let names: Vec<String> = names.collect();
        assert!(names.len() >= 3, "{file} has no constants any more");
        for name in names {
            assert!(law.contains(&format!("`{name}`")), "{file}: the law does not name `{name}`");
        }
    }
}

#[test]
fn every_code_of_a_diagnostic_is_listed_once_and_no_other() {
    let law = Page::read("spec/errors.md").text;
    let rows = law.lines().filter_map(|line| line.strip_prefix("### "));
    let mut listed: Vec<String> =
        rows.filter_map(|row| Some(row.split_once(':')?.0.to_owned())).collect();
    listed.retain(|word| is_code(word));
    let mut there = std::collections::BTreeSet::new();
    for folder in ["lang/src", "src"] {
        pages::sources(folder, &mut |text| {
            let quoted = text.split('"').filter(|word| is_code(word));
            there.extend(quoted.map(str::to_owned));
        });
    }
    let there: Vec<String> = there.into_iter().collect();
    listed.sort();
    assert_eq!(listed, there);
}

/// `E0203`, `W0301`
fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix(['E', 'W']).unwrap_or("");
    digits.len() == 4 && digits.chars().all(|c| c.is_ascii_digit())
}
