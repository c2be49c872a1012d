//! Conversations made of conversations, by the whole program: rehearsed, replayed, proven, held in homes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

mod world;

use std::path::Path;

use serde_json::json;
use world::{PROGRAM, World, example};

/// Runs the program without a home, in a folder.
fn plain(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    use std::io::Write;
    let mut child = std::process::Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env_remove("MUNDI_HOME")
        .env("HOME", "/nonexistent")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

#[test]
fn a_log_of_stages_is_replayed_and_its_outcome_proven() {
    let folder = tempfile::tempdir().unwrap();
    let play = example("debate-then-vote-decided.play");
    let converse =
        ["converse", "--play", &play, "--export", "log.cbor", "--certificate", "a.cert", "--json"];
    let (status, out, err) = plain(folder.path(), &converse, "");
    assert_eq!(status, 0, "{err}");
    let held: serde_json::Value = serde_json::from_str(&out).unwrap();
    let (status, out, err) = plain(folder.path(), &["replay", "log.cbor", "--json"], "");
    assert_eq!(status, 0, "{err}");
    let replayed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(replayed["state_hash"], held["state_hash"]);
    assert_eq!(replayed["output"], held["output"]);
    assert!(out.contains("debate.propose") && out.contains("vote.vote"), "{out}");
    let verify = ["verify", "a.cert", "--log", "log.cbor"];
    let (status, out, err) = plain(folder.path(), &verify, "");
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains("choice:   \"soup\""), "{out}");
}

#[test]
fn lines_and_the_short_names_of_messages_come_from_standard_input_too() {
    let rules = example("debate-then-vote.conv");
    let converse = [
        "converse",
        "--rules",
        &rules,
        "--cast",
        "chair=cy",
        "--cast",
        "member=ada,ben",
        "--terms",
        "question=\"What?\"",
        "--json",
    ];
    let lines =
        "ada: propose { option: \"a\" }\nben: propose { option: \"b\" }\ncy: debate.close\n";
    let (status, out, err) = plain(Path::new("/"), &converse, lines);
    assert_eq!(status, 0, "{out}{err}");
    let held: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(held["entries"][0]["message"], json!("debate.propose"));
    assert!(out.contains("vote.closed"), "the deadline of the ballot is shown: {out}");
}

#[test]
fn findings_name_the_file_in_which_they_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let head = "conversation x \"X\"\nedition 1\nrole a\n";
    let stage = |file: &str| format!("stage s from \"{file}\" {{ roles: {{ a: a }} }}\n");
    let holds =
        |file: &str| format!("{head}{}pattern {{ s }}\nconsensus {{ s.decided }}\n", stage(file));
    write("all.conv", &holds("in/one.conv"));
    write("in/one.conv", &holds("two.conv"));
    write("in/two.conv", &format!("{head}message m by a\nconsensus {{ said(\"n\") }}\n"));
    let (status, out, _) = plain(folder.path(), &["check", "all.conv", "--json"], "");
    assert_eq!(status, 1);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let first = &found["diagnostics"][0];
    assert_eq!((&first["file"], &first["start"]["line"]), (&json!("in/two.conv"), &json!(5)));
    let (_, _, err) = plain(folder.path(), &["check", "all.conv"], "");
    assert!(err.contains("in/two.conv:5:"), "{err}");
    std::fs::remove_file(folder.path().join("in/two.conv")).unwrap();
    let (status, _, err) = plain(folder.path(), &["check", "all.conv"], "");
    assert_eq!(status, 1);
    assert!(err.contains("E0226") && err.contains("two.conv cannot be read"), "{err}");
    assert!(err.contains("in/one.conv:4:"), "{err}");
}

#[test]
fn a_text_with_all_its_files_is_checked_and_formatted_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.conv");
    let read = |name: &str| std::fs::read_to_string(example(name)).unwrap();
    let whole = format!(
        "{}\nfile \"proposals.conv\"\n{}\nfile \"ballot.conv\"\n{}",
        read("debate-then-vote.conv"),
        read("proposals.conv"),
        read("ballot.conv")
    );
    std::fs::write(&path, &whole).unwrap();
    let (status, out, err) = plain(folder.path(), &["check", "all.conv"], "");
    assert_eq!(status, 0, "{out}{err}");
    let (status, _, err) = plain(folder.path(), &["fmt", "all.conv"], "");
    assert_eq!(status, 0, "{err}");
    let formatted = std::fs::read_to_string(&path).unwrap();
    assert_eq!(formatted.matches("\nfile \"").count(), 2);
    assert!(formatted.contains("message vote by voter"), "{formatted}");
    let (status, _, _) = plain(folder.path(), &["fmt", "--check", "all.conv"], "");
    assert_eq!(status, 0);
}

#[test]
fn homes_hold_a_conversation_of_stages() {
    let world = World::people(&["ada", "ben"]);
    let rules = example("jury.conv");
    let file = world.file("open.mundi");
    let refused = world.run("ada", &["open", "--rules", &rules, "--role", "lot.candidate=me"]);
    assert_ne!(refused.status, 0);
    let rules = example("debate-then-vote.conv");
    let role = "member=me,member=ben,chair=ben";
    let open = [
        "open",
        "--rules",
        &rules,
        "--role",
        role,
        "--terms",
        "question=\"Where?\"",
        "--export",
        &file,
    ];
    let refused = world.run("ada", &open);
    assert!(refused.err.contains("overlap"), "{}", refused.err);
    let world = World::people(&["ada", "ben", "cy"]);
    let file = world.file("open.mundi");
    let role = "member=me,member=ben,chair=cy";
    let open = [
        "open",
        "--rules",
        &rules,
        "--role",
        role,
        "--terms",
        "question=\"Where?\"",
        "--export",
        &file,
    ];
    world.ok("ada", &open);
    world.ok("ada", &["say", "1", "propose", "option=\"here\""]);
    world.ok("ada", &["say", "1", "debate.propose", "option=\"there\""]);
    let refused = world.run("ada", &["say", "1", "vote.vote", "ranking=[\"here\"]"]);
    assert!(refused.err.contains("`vote` has not begun"), "{}{}", refused.out, refused.err);
    let passed = world.export("ada", "first.mundi");
    world.ok("cy", &["import", &passed]);
    world.ok("cy", &["say", "1", "debate.close"]);
    let passed = world.export("cy", "second.mundi");
    world.ok("ben", &["import", &passed]);
    world.ok("ben", &["say", "1", "vote.vote", "ranking=[\"there\"]"]);
    let passed = world.export("ben", "third.mundi");
    world.ok("ada", &["import", &passed]);
    world.ok("ada", &["say", "1", "vote.vote", "ranking=[\"there\", \"here\"]"]);
    world.ok("ada", &["say", "1", "vote.close"]);
    let passed = world.export("ada", "fourth.mundi");
    world.ok("cy", &["import", &passed]);
    let (hash, output) = world.seen("ada");
    assert_eq!(output["choice"], json!("there"));
    assert_eq!(world.seen("cy"), (hash, output));
}
