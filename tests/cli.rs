//! Whole-program runs: arguments in; standard output, standard error and exit status out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _may_not_exist = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn mundi(folder: &Path, arguments: &[&str], input: &str) -> Output {
    mundi_in(folder, arguments, input, &[])
}

fn mundi_in(folder: &Path, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mundi"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CI")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn status(folder: &Path, arguments: &[&str]) -> i32 {
    mundi(folder, arguments, "").status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_new_writes_passes_check_fmt_and_test() {
    let here = folder("new");
    assert_eq!(status(&here, &["new", "lunch"]), 0);
    let check = mundi(&here, &["check", "lunch.conv", "lunch.play"], "");
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    assert_eq!(status(&here, &["fmt", "--check", "lunch.conv", "lunch.play"]), 0);
    let test = mundi(&here, &["test"], "");
    assert_eq!(test.status.code(), Some(0), "{}", text(&test.stderr));
    assert_eq!(status(&here, &["new", "lunch"]), 2, "nothing is overwritten");
    assert_eq!(status(&here, &["new", "Lunch-Time"]), 2, "no name");
}

#[test]
fn snapshots_wait_are_accepted_and_differ() {
    let here = folder("snapshots");
    status(&here, &["new", "lunch"]);
    assert_eq!(status(&here, &["test"]), 0);
    assert!(here.join("lunch.snap.new").exists());
    assert_eq!(status(&here, &["test", "--accept"]), 0);
    assert!(here.join("lunch.snap").exists() && !here.join("lunch.snap.new").exists());
    let play = here.join("lunch.play");
    let changed = std::fs::read_to_string(&play).unwrap().replace("too loud", "too far");
    std::fs::write(&play, changed).unwrap();
    let differs = mundi(&here, &["test"], "");
    assert_eq!(differs.status.code(), Some(1));
    assert!(text(&differs.stdout).contains("too far"));
    assert!(here.join("lunch.snap.new").exists());
    assert_eq!(mundi(&here, &["test", "--review"], "a\n").status.code(), Some(0));
    assert_eq!(status(&here, &["test"]), 0);
}

#[test]
fn a_log_replays_to_the_same_state_and_a_changed_byte_is_found() {
    let here = folder("replay");
    status(&here, &["new", "lunch"]);
    let played =
        mundi(&here, &["converse", "--play", "lunch.play", "--json", "--export", "a.log"], "");
    assert_eq!(played.status.code(), Some(0), "{}", text(&played.stderr));
    let replayed = mundi(&here, &["replay", "a.log", "--rules", "lunch.conv", "--json"], "");
    assert_eq!(replayed.status.code(), Some(0), "{}", text(&replayed.stderr));
    let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let (played, replayed) = (json(&played.stdout), json(&replayed.stdout));
    for key in ["rules", "conversation", "consensus", "output", "state", "state_hash"] {
        assert_eq!(played[key], replayed[key], "{key}");
    }
    let mut log = std::fs::read(here.join("a.log")).unwrap();
    let last = log.len() - 1;
    log[last] ^= 1;
    std::fs::write(here.join("b.log"), log).unwrap();
    assert_eq!(status(&here, &["replay", "b.log"]), 1);
}

#[test]
fn lines_of_standard_input_are_a_play() {
    let here = folder("lines");
    status(&here, &["new", "lunch"]);
    let head = [
        "converse",
        "--rules",
        "lunch.conv",
        "--cast",
        "host=ada,guest=ben",
        "--terms",
        "question=\"where?\"",
        "--json",
    ];
    let played =
        mundi(&here, &head, "ada: propose { place: \"x\" }\nben: agree\nexpect consensus\n");
    assert_eq!(played.status.code(), Some(0), "{}", text(&played.stderr));
    assert!(text(&played.stdout).contains("\"held\": 1"));
    let refused = mundi(&here, &head, "ben: agree\nexpect accepted\n");
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn exit_statuses_tell_no_from_wrong_use_and_from_failure() {
    let here = folder("status");
    std::fs::write(here.join("bad.conv"), "conversation x \"X\"\nedition 1\nrole\n").unwrap();
    assert_eq!(status(&here, &["check", "bad.conv"]), 1);
    assert_eq!(status(&here, &["check", "none.conv"]), 3);
    assert_eq!(status(&here, &["check", "bad.txt"]), 2);
    assert_eq!(status(&here, &["chekc"]), 2);
    assert_eq!(status(&here, &["--version"]), 0);
    status(&here, &["new", "lunch"]);
    let nowhere = ["converse", "--play", "lunch.play", "--export", "no/such/folder/a.log"];
    assert_eq!(status(&here, &nowhere), 3);
    assert_eq!(status(&here, &["replay", "none.log"]), 3);
    assert_eq!(status(&here, &["converse"]), 2);
    let cast = ["converse", "--rules", "lunch.conv", "--cast", "ada"];
    assert_eq!(status(&here, &cast), 2, "no role");
    let terms = ["converse", "--rules", "lunch.conv", "--terms", "question="];
    assert_eq!(status(&here, &terms), 2, "no value");
}

#[test]
fn fmt_tells_what_it_would_change_and_changes_it() {
    let here = folder("fmt");
    status(&here, &["new", "lunch"]);
    let path = here.join("lunch.conv");
    let good = std::fs::read_to_string(&path).unwrap();
    let messy = good.replace("edition 1", "edition    1");
    std::fs::write(&path, &messy).unwrap();
    assert_eq!(status(&here, &["fmt", "--check", "lunch.conv"]), 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), messy, "--check changes nothing");
    assert_eq!(status(&here, &["fmt", "lunch.conv"]), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), good);
    std::fs::write(&path, "conversation {").unwrap();
    assert_eq!(status(&here, &["fmt", "lunch.conv"]), 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "conversation {", "errors are kept");
}

#[test]
fn in_ci_a_missing_snapshot_fails_and_nothing_is_written() {
    let here = folder("ci");
    status(&here, &["new", "lunch"]);
    let files = || std::fs::read_dir(&here).unwrap().count();
    let before = files();
    let test = mundi_in(&here, &["test"], "", &[("CI", "true")]);
    assert_eq!(test.status.code(), Some(1));
    assert!(text(&test.stdout).contains("it has no snapshot"), "{}", text(&test.stdout));
    assert_eq!(files(), before);
    assert_eq!(status(&here, &["test", "--accept"]), 0);
    assert_eq!(mundi_in(&here, &["test"], "", &[("CI", "true")]).status.code(), Some(0));
}

#[test]
fn what_is_wrong_with_rules_is_shown_once_for_all_their_plays() {
    let here = folder("once");
    status(&here, &["new", "lunch"]);
    let path = here.join("lunch.conv");
    let rules = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{rules}\nmessage never_used by host\n")).unwrap();
    std::fs::copy(here.join("lunch.play"), here.join("again.play")).unwrap();
    let test = mundi(&here, &["test"], "");
    assert_eq!(test.status.code(), Some(0), "{}", text(&test.stderr));
    assert_eq!(text(&test.stderr).matches("W0401").count(), 1, "{}", text(&test.stderr));
}

#[test]
fn standard_input_answers_and_exports_like_a_play() {
    let here = folder("like-a-play");
    status(&here, &["new", "lunch"]);
    let lines = std::fs::read_to_string(here.join("lunch.play")).unwrap();
    let play = ["converse", "--play", "lunch.play", "--json", "--export", "a.log"];
    let input = ["converse", "--rules", "lunch.conv", "--json", "--export", "b.log"];
    let (play, input) = (mundi(&here, &play, ""), mundi(&here, &input, &lines));
    assert_eq!(play.status.code(), Some(0), "{}", text(&play.stderr));
    assert_eq!(text(&play.stdout), text(&input.stdout));
    let log = |name| std::fs::read(here.join(name)).unwrap();
    assert_eq!(log("a.log"), log("b.log"));
    assert!(!play.stdout.contains(&0x1b), "no colours where no terminal is");
}

#[test]
fn graph_draws_rules_and_how_far_a_play_has_come() {
    let here = folder("graph");
    status(&here, &["new", "lunch"]);
    let svg = mundi(&here, &["graph", "lunch.conv"], "");
    assert_eq!(svg.status.code(), Some(0), "{}", text(&svg.stderr));
    assert!(text(&svg.stdout).starts_with("<svg "));
    assert_eq!(status(&here, &["graph", "lunch.conv", "--out", "lunch.svg"]), 0);
    assert_eq!(std::fs::read(here.join("lunch.svg")).unwrap(), svg.stdout);
    for (format, begins) in [("dot", "digraph \"lunch\""), ("mermaid", "---\ntitle: \"Lunch\"")] {
        let drawn = mundi(&here, &["graph", "lunch.conv", "--format", format], "");
        assert!(text(&drawn.stdout).starts_with(begins), "{}", text(&drawn.stdout));
    }
    let dot_of = |play: &str| {
        let drawn = mundi(&here, &["graph", "lunch.conv", "--format", "dot", "--play", play], "");
        assert_eq!(drawn.status.code(), Some(0), "{}", text(&drawn.stderr));
        text(&drawn.stdout)
    };
    assert!(!dot_of("lunch.play:1").contains("said"));
    assert!(dot_of("lunch.play").contains("said"));
    std::fs::write(here.join("broken.conv"), "conversation broken").unwrap();
    let broken = mundi(&here, &["graph", "broken.conv"], "");
    assert_eq!(broken.status.code(), Some(1));
    assert!(broken.stdout.is_empty() && text(&broken.stderr).contains("broken.conv"));
    assert_eq!(status(&here, &["graph", "nothing.conv"]), 3);
    assert_eq!(status(&here, &["graph", "lunch.conv", "--format", "png"]), 2);
}

#[test]
fn why_explains_a_line_of_a_play_and_an_entry_of_a_log() {
    let here = folder("why");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/conversations");
    let (rules, play) = (examples.join("escrow.conv"), examples.join("escrow.play"));
    let (rules, play) = (rules.to_str().unwrap(), play.to_str().unwrap());
    let why = mundi(&here, &["why", play, "10"], "");
    assert_eq!(why.status.code(), Some(0), "{}", text(&why.stderr));
    assert!(text(&why.stdout).contains("ada: pay {"), "{}", text(&why.stdout));
    let json = mundi(&here, &["why", play, "10", "--json"], "");
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["code"], "out-of-turn");
    assert_eq!(json["suggestions"][0]["kind"], "before");
    assert_eq!(status(&here, &["why", play, "9"]), 2, "nothing is said in that line");
    let log = ["converse", "--rules", rules, "--play", play, "--export", "log.mundi"];
    assert_eq!(status(&here, &log), 0);
    let of_log = mundi(&here, &["why", "log.mundi", "4", "--json"], "");
    let of_log: serde_json::Value = serde_json::from_slice(&of_log.stdout).unwrap();
    assert_eq!(of_log["code"], "out-of-turn");
    assert_eq!(of_log["suggestions"], json["suggestions"]);
    assert_eq!(status(&here, &["why", "log.mundi", "none"]), 2, "there is no such entry");
}

#[test]
fn coverage_is_shown_and_written_for_editors() {
    let here = folder("coverage");
    status(&here, &["new", "lunch"]);
    assert_eq!(status(&here, &["test", "--accept"]), 0);
    let shown = mundi(&here, &["test", "--coverage", "--lcov", "lunch.info"], "");
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
    assert!(text(&shown.stdout).contains("lunch.conv: 1 play"), "{}", text(&shown.stdout));
    let file = std::fs::read_to_string(here.join("lunch.info")).unwrap();
    assert!(
        file.starts_with("TN:\nSF:lunch.conv\n") && file.ends_with("end_of_record\n"),
        "{file}"
    );
    let json = mundi(&here, &["test", "--coverage", "--json"], "");
    let coverage: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(coverage["coverage"][0]["rules"], "lunch.conv");
    assert!(text(&json.stderr).contains("1 passed, 0 failed"));
    assert_eq!(status(&here, &["test", "--lcov", "lunch.info"]), 2, "it is the coverage's");
}
