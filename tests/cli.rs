//! Whole-program runs: arguments in; standard output, standard error and exit status out.

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
    let mut child = Command::new(env!("CARGO_BIN_EXE_mundi"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CI")
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
}
