//! The rules files of the standard library: each checks without a finding, all their plays pass with their
//! snapshots, and `mundi new --from` makes rules of them that do so too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mundi::load::{LoadedPlay, LoadedRules};
use mundi_lang::Source;
use mundi_lang::play::{Play, StepKind};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("consensus-std/rules")
}

/// The files of the folder whose names end so, in order.
fn files(end: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|e| e == end)).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn mundi(folder: &Path, arguments: &[&str], ci: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mundi"));
    command.args(arguments).current_dir(folder).env_remove("CI");
    if ci {
        command.env("CI", "true");
    }
    command.output().unwrap()
}

/// The names of a rules file's deadlines.
fn deadlines(rules: &str) -> Vec<&str> {
    let named = rules.lines().filter_map(|line| line.strip_prefix("deadline "));
    named.filter_map(|rest| rest.split_whitespace().next()).collect()
}

/// A play with a tail, in which one of the cast says every deadline, a year apart and again; and how many
/// steps are before the tail.
fn with_deadlines(path: &Path, rules: &str) -> (Source, Play, usize) {
    let parse = |text: &str| {
        let source = Source::new(path.display().to_string(), text.to_owned());
        let play = mundi_lang::parse_play(&source).tree.unwrap();
        (source, play)
    };
    let text = std::fs::read_to_string(path).unwrap();
    let (_, play) = parse(&text);
    let anybody = &play.cast[0].1[0].node;
    // In five rounds of two phases each deadline may be needed five times.
    let turns = if rules.contains("{1..5}") { 6 } else { 2 };
    let tail: Vec<String> =
        deadlines(rules).iter().map(|deadline| format!("+52w\n{anybody}: {deadline}\n")).collect();
    let (source, longer) = parse(&format!("{text}{}", tail.concat().repeat(turns)));
    (source, longer, play.steps.len())
}

/// What a command that has to say yes said instead.
fn held(output: &Output) -> Result<(), String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", text(&output.stdout), text(&output.stderr)))
}

#[test]
fn every_file_of_the_folder_is_of_the_library() {
    let there: BTreeSet<String> = files("conv").iter().map(|path| stem(path)).collect();
    let listed: BTreeSet<String> =
        consensus_std::rules().iter().map(|file| file.name.to_owned()).collect();
    assert_eq!(there, listed);
    for path in files("play") {
        let play = std::fs::read_to_string(&path).unwrap();
        let of = listed.iter().find(|name| play.contains(&format!("\nrules \"{name}.conv\"\n")));
        let of = of.unwrap_or_else(|| panic!("{} is a play of no rules", path.display()));
        assert!(stem(&path).starts_with(&format!("{of}-")), "{} of {of}", path.display());
    }
    for path in files("snap") {
        assert!(path.with_extension("play").exists(), "{} of no play", path.display());
    }
}

#[test]
fn every_rules_file_checks_without_a_finding_and_is_in_canonical_form() {
    let mut wrong = Vec::new();
    for path in files("conv") {
        let loaded = LoadedRules::read(&path).unwrap();
        let found = loaded.findings();
        wrong.extend(found.iter().map(|(source, d)| mundi::render::line(source, d)));
        if mundi_lang::format(&loaded.source).ok().as_deref() != Some(loaded.source.text.as_str()) {
            wrong.push(format!("{} is not in canonical form", path.display()));
        }
    }
    for path in files("play") {
        let loaded = LoadedPlay::read(&path, None).unwrap();
        let found = loaded.findings();
        wrong.extend(found.iter().map(|(source, d)| mundi::render::line(source, d)));
        let text = std::fs::read_to_string(&path).unwrap();
        let source = Source::new(path.display().to_string(), text.clone());
        if mundi_lang::format_play(&source).ok() != Some(text) {
            wrong.push(format!("{} is not in canonical form", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_play_passes_with_its_snapshot() {
    held(&mundi(&folder(), &["test"], true)).unwrap();
    assert_eq!(files("play").len(), files("snap").len());
}

#[test]
fn every_rules_file_has_a_play_with_an_outcome_and_one_without() {
    for file in consensus_std::rules() {
        assert!(file.play.contains("\nexpect output "), "{}: the play has an outcome", file.name);
        let own = format!("rules \"{}.conv\"", file.name);
        let texts = files("play").into_iter().map(|path| std::fs::read_to_string(path).unwrap());
        let plays: Vec<String> = texts.filter(|text| text.contains(&own)).collect();
        let fails = |text: &String| text.contains("\nexpect failure");
        assert!(plays.iter().any(fails), "{}: no play of it fails", file.name);
    }
}

/// Wherever people fall silent, the deadlines alone bring every conversation to an end.
#[test]
fn no_conversation_is_stuck_where_everybody_falls_silent() {
    let mut stuck = Vec::new();
    for path in files("play") {
        let loaded = LoadedPlay::read(&path, None).unwrap();
        let rules_text = &loaded.rules.as_ref().unwrap().source.text;
        let (_, rules) = loaded.ready().unwrap();
        let (source, whole, own) = with_deadlines(&path, rules_text);
        let (before, tail) = whole.steps.split_at(own);
        let told = |at: &usize| before.get(*at).is_none_or(|s| matches!(s.node, StepKind::Say(_)));
        for length in (0..=own).filter(told) {
            let mut steps = before[..length].to_vec();
            steps.retain(|step| !matches!(step.node, StepKind::Expect(_)));
            steps.extend_from_slice(tail);
            let play = Play { steps, ..whole.clone() };
            let report = mundi::play::play(&source, &play, rules).unwrap();
            if report.rehearsal.replica().ending().is_none() {
                stuck.push(format!("{} after {length} steps", path.display()));
            }
        }
    }
    assert!(stuck.is_empty(), "{}", stuck.join("\n"));
}

#[test]
fn what_new_writes_from_each_of_them_checks_and_plays() {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-from");
    let _may_not_exist = std::fs::remove_dir_all(&here);
    std::fs::create_dir_all(&here).unwrap();
    let mut names = Vec::new();
    for (number, file) in consensus_std::rules().iter().enumerate() {
        let name = format!("our_{number}");
        let from = format!("std/{}", file.name);
        held(&mundi(&here, &["new", &name, "--from", &from], false)).unwrap();
        let rules = std::fs::read_to_string(here.join(format!("{name}.conv"))).unwrap();
        assert!(rules.contains(&format!("\nconversation {name} \"Our {number}\"\n")), "{rules}");
        names.extend([format!("{name}.conv"), format!("{name}.play")]);
    }
    let with = |command: &[&'static str]| {
        let mut arguments = command.to_vec();
        arguments.extend(names.iter().map(String::as_str));
        mundi(&here, &arguments, false)
    };
    let check = with(&["check"]);
    held(&check).unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).ends_with("nothing wrong\n"));
    held(&with(&["fmt", "--check"])).unwrap();
    held(&mundi(&here, &["test"], false)).unwrap();
}
