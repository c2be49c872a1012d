//! `mundi id` by the real program: identities made, recovered, carried to other machines, and what
//! is said where something is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

#[path = "identity/backups.rs"]
mod backups;
#[path = "identity/gnupg.rs"]
mod gnupg;
#[path = "identity/machine.rs"]
mod machine;
#[path = "identity/wrong.rs"]
mod wrong;

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use machine::{Machine, PROGRAM, Ran, SESAME, holds};
use mundi_identity::DeviceRole;
use mundi_node::exchange::Card;

#[test]
fn a_new_identity_has_three_private_files_that_say_nothing() {
    let machine = Machine::new();
    let new = ["id", "new", "--name", "Ann Marker", "--email", "ann@example.org", "--json"];
    let made = machine.run(&new, SESAME).json();
    let home = machine.path("home");
    let names: Vec<String> = machine.files().into_keys().collect();
    assert_eq!(names, ["home/db", "home/key", "home/secret"]);
    assert_eq!(std::fs::metadata(&home).unwrap().permissions().mode() & 0o777, 0o700);
    let print = made["fingerprint"].as_str().unwrap();
    let raw: Vec<u8> =
        (0..20).map(|n| u8::from_str_radix(&print[2 * n..2 * n + 2], 16).unwrap()).collect();
    let words = made["words"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 24);
    for name in ["db", "key", "secret"] {
        let path = home.join(name);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        let readable: [&[u8]; 6] =
            [b"Ann", b"example", b"SQLite", b"sesame", print.as_bytes(), &raw];
        for what in readable {
            assert!(!holds(&path, what), "{name} holds {}", String::from_utf8_lossy(what));
        }
    }
    let shown = machine.json(&["id", "show"]);
    assert_eq!(shown["fingerprint"], made["fingerprint"]);
    assert_eq!(shown["name"], "Ann Marker");
    assert_eq!(shown["user_ids"][0], "Ann Marker <ann@example.org>");
}

#[test]
fn the_words_are_shown_once_and_are_nowhere_in_the_home() {
    let machine = Machine::new();
    let said = machine.run(&["id", "new", "--name", "Ann"], SESAME).yes();
    let mut words: Vec<(usize, String)> = Vec::new();
    let parts: Vec<&str> = said.split_whitespace().collect();
    for pair in parts.windows(2) {
        if let Some(place) = pair[0].strip_suffix('.').and_then(|n| n.parse().ok()) {
            words.push((place, pair[1].to_owned()));
        }
    }
    words.sort();
    let places: Vec<usize> = words.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, (1..=24).collect::<Vec<_>>(), "{said}");
    assert!(said.contains("this once") && said.contains("mundi id recover --name Ann"), "{said}");
    let phrase: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    let phrase = phrase.join(" ");
    let parsed = mundi_identity::Phrase::parse(&phrase).unwrap();
    // Not in what can be read with all keys, either: neither the words nor what they stand for.
    let settings = machine.open().store().settings().unwrap();
    assert!(settings.iter().all(|(_, value)| !String::from_utf8_lossy(value).contains(&phrase)));
    let root = parsed.root().public();
    let shown = machine.does(&["id", "show"]);
    let root: String = root.iter().map(|b| format!("{b:02x}")).collect();
    assert!(shown.contains(&root) && !shown.contains(&phrase), "{shown}");
    assert!(shown.contains("in the file `key`, under your passphrase"), "{shown}");
}

#[test]
fn one_phrase_gives_one_identity_on_two_machines() {
    let (first, words) = Machine::of("Ann");
    let second = Machine::recovered("Ann", &words);
    let (one, two) = (first.json(&["id", "show"]), second.json(&["id", "show"]));
    for field in ["fingerprint", "root", "devices", "user_ids", "created"] {
        assert_eq!(one[field], two[field], "{field}");
        assert!(!one[field].is_null(), "{field}");
    }
    let key = |machine: &Machine| Card::parse(machine.card().as_bytes()).unwrap().cert.binary();
    assert!(key(&first) == key(&second), "the certificate is the same, byte by byte");
    // Numbered, capital, on several lines: as people write them.
    let many: Vec<String> = words
        .split(' ')
        .enumerate()
        .map(|(n, w)| format!("{}. {}", n + 1, w.to_uppercase()))
        .collect();
    let third = Machine::recovered("Someone Else", &many.join("\n"));
    let three = third.json(&["id", "show"]);
    assert_eq!(three["fingerprint"], one["fingerprint"], "it does not depend on the name");
    assert_ne!(three["user_ids"], one["user_ids"]);
}

#[test]
fn without_a_name_the_recovered_is_called_by_the_fingerprint() {
    let (first, words) = Machine::of("Ann");
    let second = Machine::new();
    let made = second.run(&["id", "recover", "--json"], &format!("{words}\n{SESAME}")).json();
    let print = made["fingerprint"].as_str().unwrap();
    assert_eq!(made["name"].as_str().unwrap(), &print[..8]);
    assert_eq!(first.json(&["id", "show"])["fingerprint"], print);
}

#[test]
fn a_wrong_word_is_named_with_its_place_and_nothing_is_made() {
    let (_first, words) = Machine::of("Ann");
    let mut list: Vec<&str> = words.split(' ').collect();
    list[6] = "abandom";
    let machine = Machine::new();
    let recover = |words: &str| {
        machine.run(&["id", "recover", "--name", "Ann"], &format!("{words}\n{SESAME}"))
    };
    recover(&list.join(" ")).told(1, "word 7 of the seed phrase, `abandom`");
    recover(&list.join(" ")).told(1, "did you mean `abandon`?");
    let mut swapped: Vec<&str> = words.split(' ').collect();
    let other = if swapped[23] == "zoo" { "abandon" } else { "zoo" };
    swapped[23] = other;
    let ran = recover(&swapped.join(" "));
    // One word of 24 in 2048 fits by chance once in 256 times; then a home is made, of another.
    if ran.status != 0 {
        ran.told(1, "together they do not fit");
        assert!(!machine.path("home").exists());
    }
    let machine = Machine::new();
    machine.run(&["id", "recover", "--name", "Ann"], "abandon ability").told(1, "has 24 words");
    assert!(!machine.path("home").exists(), "not even the folder stays");
}

#[test]
fn a_passphrase_that_is_too_short_leaves_nothing() {
    let machine = Machine::new();
    machine.run(&["id", "new", "--name", "Ann"], "short").told(1, "at least 8 characters");
    machine.run(&["id", "new", "--name", "Ann"], "").told(1, "empty passphrase");
    assert!(!machine.path("home").exists());
    std::fs::create_dir(machine.path("home")).unwrap();
    machine.run(&["id", "new", "--name", "Ann"], "short").told(1, "at least 8 characters");
    assert!(machine.path("home").exists() && machine.files().is_empty(), "it was there before");
}

#[test]
fn a_name_that_cannot_stand_in_a_key_is_refused() {
    let machine = Machine::new();
    let new = |arguments: &[&str]| machine.run(&[&["id", "new"], arguments].concat(), SESAME);
    new(&["--name", "a\nb"]).told(2, "on one line");
    new(&["--name", "Ann <ann@example.org>"]).told(2, "--email");
    new(&["--name", "Ann", "--email", "nowhere"]).told(2, "ann@example.org");
    new(&[]).told(2, "--name");
    assert!(!machine.path("home").exists());
}

#[test]
fn a_home_that_is_there_is_left_as_it_is() {
    let (machine, words) = Machine::of("Ann");
    let before = machine.files();
    machine.run(&["id", "new", "--name", "Ben"], SESAME).told(2, "there is a home at");
    let again = machine.run(&["id", "recover", "--name", "Ann"], &format!("{words}\n{SESAME}"));
    again.told(2, "there is a home at");
    assert_eq!(machine.files(), before);
    let elsewhere = Machine::new();
    std::fs::create_dir(elsewhere.path("home")).unwrap();
    std::fs::write(elsewhere.path("home/key"), "mine").unwrap();
    elsewhere.run(&["id", "new", "--name", "Ann"], SESAME).told(2, "is there already");
    assert_eq!(elsewhere.files().len(), 1, "the file that was in the way stays");
}

#[test]
fn two_passphrases_that_differ_are_refused_at_the_terminal() {
    let machine = Machine::new();
    let at_terminal = |answers: [&str; 2]| {
        let mut command = Command::new("python3");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pty_answers.py");
        command.arg(script).args(answers).arg(PROGRAM).args(["id", "new", "--name", "Ann"]);
        Ran::of(&machine.output(command, b"")).out
    };
    let shown = at_terminal(["open sesame", "open sesami"]);
    assert!(shown.contains("the two passphrases differ") && shown.contains("status: 1"), "{shown}");
    assert!(!shown.contains("sesam") && !machine.path("home").exists(), "{shown}");
    let shown = at_terminal(["open sesame", "open sesame"]);
    assert!(shown.contains("status: 0") && shown.contains("24. "), "{shown}");
    assert!(!shown.contains("sesam") && machine.path("home/db").exists(), "{shown}");
}

#[test]
fn a_card_holds_the_key_and_the_device_and_nothing_secret() {
    let (machine, _) = Machine::of("Ann");
    let shown = machine.json(&["id", "show"]);
    let path = machine.path("ann.asc").display().to_string();
    machine.does(&["id", "card", "--out", &path]);
    let text = std::fs::read_to_string(&path).unwrap();
    let card = Card::parse(text.as_bytes()).unwrap();
    assert_eq!(card.cert.fingerprint().to_string(), shown["fingerprint"]);
    assert_eq!(card.devices[0].device().to_string(), shown["devices"][0]["key"]);
    assert_eq!(card.devices[0].roles(), [DeviceRole::Access]);
    assert!(text.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----") && !text.contains("PRIVATE"));
    let svg = machine.does(&["id", "card", "--svg"]);
    assert!(svg.starts_with("<svg") && svg.contains(shown["fingerprint"].as_str().unwrap()));
    let qr = machine.does(&["id", "card", "--qr"]);
    let rows: Vec<&str> = qr.lines().collect();
    let width = rows[0].chars().count();
    assert!(width >= 29 && rows.iter().take(rows.len() - 1).all(|r| r.chars().count() == width));
    let groups = rows.last().unwrap().to_string();
    assert_eq!(groups.replace(' ', "").to_lowercase(), shown["fingerprint"]);
    assert_eq!(groups.split(' ').map(str::len).collect::<Vec<_>>(), [4; 10]);
}

#[test]
fn the_picture_of_a_fingerprint_is_the_same_on_two_machines() {
    let (first, words) = Machine::of("Ann");
    let second = Machine::recovered("Ann", &words);
    let picture = |machine: &Machine| -> Vec<String> {
        let shown = machine.does(&["id", "show"]);
        shown.lines().filter(|l| l.contains('█') || l.contains('▒')).map(str::to_owned).collect()
    };
    assert!(picture(&first).len() >= 3);
    assert_eq!(picture(&first), picture(&second));
    let (other, _) = Machine::of("Ann");
    assert_ne!(picture(&first), picture(&other), "not by name");
}

#[test]
fn devices_are_listed_begun_and_revoked() {
    let (machine, words) = Machine::of("Ann");
    let listed = |machine: &Machine| machine.json(&["id", "device", "list"])["devices"].clone();
    let first = listed(&machine)[0]["key"].clone();
    assert_eq!(listed(&machine)[0]["state"], "current");
    machine.does(&["id", "device", "new"]);
    let two = listed(&machine);
    assert_eq!((&two[0]["state"], &two[1]["state"]), (&"retired".into(), &"current".into()));
    let said = machine.does(&["id", "device", "revoke", "1", "--reason", "lost"]);
    assert!(said.contains("is revoked: lost") && said.contains("device 2 writes"), "{said}");
    let three = listed(&machine);
    assert_eq!((&three[1]["state"], &three[2]["state"]), (&"lost".into(), &"current".into()));
    let key = first.as_str().unwrap();
    machine.does(&["id", "device", "revoke", key, "--reason", "compromised"]);
    assert_eq!(listed(&machine)[0]["state"], "compromised");
    let revoke = |arguments: &[&str]| {
        machine.run(&[&["id", "device", "revoke"], arguments].concat(), SESAME)
    };
    revoke(&["9", "--reason", "lost"]).told(2, "there is no device `9` here");
    revoke(&["0", "--reason", "old"]).told(2, "lost, retired or compromised");
    // The words give the same devices, in their order.
    let second = Machine::recovered("Ann", &words);
    second.does(&["id", "device", "new"]);
    assert_eq!(listed(&second)[1]["key"], three[1]["key"]);
    assert_eq!(listed(&second)[0]["key"], first);
}
