//! What is wrong with a home is said clearly, with the right exit status, and changes nothing.

use mundi_node::store::{DbKey, VERSION};

use crate::machine::{Machine, SESAME};

/// `id show` says this, and leaves every file as it is.
fn told(machine: &Machine, input: &str, status: i32, words: &[&str]) {
    let before = machine.files();
    let ran = machine.run(&["id", "show"], input);
    for word in words {
        ran.told(status, word);
    }
    assert!(ran.out.is_empty() && !ran.err.contains("panicked"), "{ran:?}");
    assert_eq!(machine.files(), before, "{words:?}");
}

#[test]
fn a_wrong_passphrase_gives_no_access() {
    let (machine, _) = Machine::of("Ann");
    for wrong in ["", "sesame", &format!("{SESAME} ")] {
        told(&machine, wrong, 1, &["the passphrase is wrong"]);
    }
    let backup = machine.path("b").display().to_string();
    machine.run(&["id", "backup", &backup], "sesame").told(1, "the passphrase is wrong");
    assert!(!machine.path("b").exists());
}

#[test]
fn a_damaged_or_missing_secret_is_named() {
    let (machine, _) = Machine::of("Ann");
    let path = machine.path("home/secret");
    let whole = std::fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() - 5] ^= 1;
    for damaged in [&flipped[..], &whole[..60], b""] {
        std::fs::write(&path, damaged).unwrap();
        told(&machine, SESAME, 3, &["secret is damaged", "put back a copy"]);
    }
    std::fs::remove_file(&path).unwrap();
    told(&machine, SESAME, 3, &["secret is not there", "put back a copy"]);
    let (other, _) = Machine::of("Ben");
    std::fs::copy(other.path("home/secret"), &path).unwrap();
    told(&machine, SESAME, 1, &["secret is not for this key"]);
    std::fs::write(&path, &whole).unwrap();
    machine.does(&["id", "show"]);
}

#[test]
fn a_damaged_key_is_told_from_a_wrong_passphrase() {
    let (machine, _) = Machine::of("Ann");
    let path = machine.path("home/key");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    told(&machine, SESAME, 3, &["key is damaged", "seed phrase"]);
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    told(&machine, SESAME, 3, &["key is damaged", "seed phrase"]);
}

#[test]
fn a_damaged_or_missing_database_is_named() {
    let (machine, _) = Machine::of("Ann");
    let path = machine.path("home/db");
    let whole = std::fs::read(&path).unwrap();
    for at in [100, 5000] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        told(&machine, SESAME, 3, &["damaged", "backup"]);
    }
    std::fs::write(&path, b"").unwrap();
    told(&machine, SESAME, 3, &["the database is damaged (it is empty)"]);
    std::fs::remove_file(&path).unwrap();
    told(&machine, SESAME, 3, &["there is no database here"]);
}

#[test]
fn a_home_of_a_newer_program_is_refused() {
    let (machine, _) = Machine::of("Ann");
    set_version(&machine.path("home/db"), &machine.db_key(), VERSION + 3);
    let (found, known) = (VERSION + 3, VERSION);
    let words =
        format!("the database has version {found}, this program knows versions up to {known}");
    told(&machine, SESAME, 3, &[&words, "use the newer program"]);
    set_version(&machine.path("home/db"), &machine.db_key(), VERSION);
    machine.does(&["id", "show"]);
}

/// As a newer program would leave it.
fn set_version(path: &std::path::Path, key: &DbKey, version: u32) {
    let db = rusqlite::Connection::open(path).unwrap();
    let digits: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!(
        "PRAGMA key = \"x'{digits}'\"; PRAGMA cipher_compatibility = 4;
         PRAGMA cipher_hmac_algorithm = HMAC_SHA256;"
    ))
    .unwrap();
    db.pragma_update(None, "user_version", version).unwrap();
}

#[test]
fn a_home_in_use_names_the_process_that_uses_it() {
    let (machine, _) = Machine::of("Ann");
    let home = machine.open();
    let process = format!("in use by another process (number {})", std::process::id());
    told(&machine, SESAME, 3, &[&process, "wait for it"]);
    drop(home);
    machine.does(&["id", "show"]);
}

#[test]
fn a_home_that_is_not_there_is_wrong_use() {
    let machine = Machine::new();
    machine.run(&["id", "show"], SESAME).told(2, "there is no home at");
    machine.run(&["id", "card"], SESAME).told(2, "mundi id new");
    assert!(!machine.path("home").exists());
}
