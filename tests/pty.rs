//! A rehearsal by hand, at a terminal: `pty_converse.py` types and reads along.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own, which is also the person's home.
fn home(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pty-{name}"));
    let _may_not_exist = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is shown while the script runs; the script must come to its end.
fn converse(home: &Path, script: &str) -> String {
    converse_in(home, script, ("NO_COLOR", "1"))
}

fn converse_in(home: &Path, script: &str, variable: (&str, &str)) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script: Vec<&str> = script.lines().map(str::trim_start).collect();
    let out = Command::new("python3")
        .arg(root.join("tests/pty_converse.py"))
        .arg(script.join("\n"))
        .args([env!("CARGO_BIN_EXE_mundi"), "converse", "--rules"])
        .arg(root.join("examples/conversations/escrow.conv"))
        .current_dir(home)
        .envs([("HOME", home), ("XDG_DATA_HOME", home), ("XDG_STATE_HOME", home)])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .env(variable.0, variable.1)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&out.stdout).into_owned();
    let failed = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{shown}{failed}");
    shown
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn an_escrow_is_held_to_its_consensus_by_hand() {
    let home = home("consensus");
    let shown = converse(
        &home,
        r#"< buyer (one person; ada if left empty) >
           > ada
           < seller (one person; ben if left empty) >
           > Be-n
           < `be-n` is no name here
           > ben
           < notary (one person; cy if left empty) >
           >
           < item (a text of 1 to 200 characters) >
           > lamp
           < price (a number, at least 0.01) >
           > cheap
           < a number, at least 0.01 is needed here
           > 0
           < it must be at least 0.01, not 0
           > 12.50
           < currency (a text of 3 to 5 characters) >
           > EUR
           < 14d if left empty) >
           >
           < 10d if left empty) >
           >
           < possible: order or cancel by ada (buyer)
           < ada (buyer) >
           > ben: accept
           < refused (out-of-turn): out of turn: `accept` by ben; now possible: `order` or `cancel` by ada (buyer)
           < ben (seller) >
           > ada: order quantity="two" address="1 High Street"
           < `quantity`: a whole number of at least 1 is needed here
           < quantity (a whole number, at least 1; 1 if left empty) >
           > 2
           < accepted
           < ada (buyer) >
           > ben: accept
           < accepted
           < ben (seller) >
           > ada: pay
           < reference (
           > tx-1
           < accepted
           < not_shipped: from 2026-01-15T
           < ada (buyer) >
           > +1d
           < it is 2026-01-02T
           > ben: ship tracking="A 1"
           < accepted
           < ben (seller) >
           > ada: confirm
           < accepted
           < consensus by ada's confirm
           < to_seller: 25.00
           < ada (buyer) >
           > quit
           ."#,
    );
    assert!(shown.ends_with("exit status 0\n"), "{shown}");
    assert!(is_empty(&home), "a rehearsal leaves nothing behind");
}

#[test]
fn ctrl_d_leaves_at_a_question_and_at_the_prompt_and_leaves_nothing_behind() {
    let home = home("leave");
    let scripts = [
        "< buyer (\n^D\n.",
        "< buyer (\n> \n< seller (\n> \n< notary (\n> \n< item (\n> lamp\n< price (\n^D\n.",
        "< buyer (\n> \n< seller (\n> \n< notary (\n> \n< item (\n> lamp\n< price (\n> 1\n\
         < currency (\n> EUR\n< ship_by (\n> \n< rule_by (\n> \n< ada (buyer) >\n^C\n\
         < ada (buyer) >\n> order\n< quantity (\n^C\n< ada (buyer) >\n^D\n.",
    ];
    for script in scripts {
        let shown = converse(&home, script);
        assert!(shown.ends_with("exit status 0\n"), "{shown}");
    }
    assert!(is_empty(&home), "a rehearsal leaves nothing behind");
}

#[test]
fn devices_and_what_a_line_has_seen_are_typed_as_in_a_play() {
    let home = home("lines");
    let shown = converse(
        &home,
        r#"< buyer (
           >
           < seller (
           >
           < notary (
           >
           < item (
           > lamp
           < price (
           > 3
           < currency (
           > EUR
           < ship_by (
           >
           < rule_by (
           >
           < ada (buyer) >
           > ada/phone: order { address: "1 High Street" } as o
           < accepted, as o
           < ada/phone (buyer) >
           > ben: accept as yes
           < accepted, as yes
           < ben (seller) >
           > ben after nothing: decline
           < there is no entry `nothing`
           > ada after o: cancel
           < accepted
           < no consensus: no order came about
           < ada (buyer) >
           ^D
           ."#,
    );
    assert!(shown.ends_with("exit status 0\n"), "{shown}");
    assert!(is_empty(&home), "a rehearsal leaves nothing behind");
}

#[test]
fn a_terminal_shows_colours_unless_they_are_not_wanted() {
    let script = "< buyer (\n>\n< seller (\n>\n< notary (\n>\n< item (\n> lamp\n< price (\n> 1\n\
                  < currency (\n> EUR\n< ship_by (\n>\n< rule_by (\n>\n< ada (buyer) >\n\
                  > cancel\n< cancel\n< accepted\n< ada (buyer) >\n^D\n.";
    let home = home("colour");
    assert!(converse_in(&home, script, ("TERM", "xterm")).contains("\u{1b}[32maccepted"));
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        assert!(!converse_in(&home, script, (name, value)).contains("\u{1b}[3"), "{name}");
    }
}
