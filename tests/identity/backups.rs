//! Backups: what the words do not bring back comes back with them, for the owner alone.

use mundi_identity::pgp;
use mundi_node::clock;

use crate::machine::{Machine, SESAME, holds};

const ESCROW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/conversations/escrow.conv");

/// They know each other, and ann has opened an order with ben and cy.
struct Order {
    ann: Machine,
    words: String,
    ben: Machine,
}

impl Order {
    fn new() -> Self {
        let ((ann, words), (ben, _), (cy, _)) =
            (Machine::of("Ann"), Machine::of("Ben"), Machine::of("Cy"));
        meet(&ann, "ben", &ben);
        meet(&ann, "cy", &cy);
        meet(&ben, "ann", &ann);
        ann.does(&[
            "open",
            "--rules",
            ESCROW,
            "--role",
            "buyer=me",
            "--role",
            "seller=ben",
            "--role",
            "notary=cy",
            "--terms",
            "item=\"MARKER-lamp\", price=12.50, currency=\"EUR\"",
        ]);
        ann.does(&["say", "1", "order", "address=\"1 High Street\""]);
        pass(&ann, &ben);
        ben.does(&["say", "1", "accept"]);
        pass(&ben, &ann);
        Self { ann, words, ben }
    }
}

fn meet(one: &Machine, name: &str, other: &Machine) {
    let card = one.file(&format!("{name}.asc"), other.card().as_bytes());
    one.does(&["contacts", "add", name, &card]);
}

/// One hands the conversation to the other.
fn pass(from: &Machine, to: &Machine) {
    let path = to.path("bundle").display().to_string();
    from.does(&["export", "1", &path]);
    to.does(&["import", &path]);
}

fn hash(machine: &Machine) -> String {
    machine.json(&["show", "1"])["state_hash"].as_str().unwrap().to_owned()
}

fn backed_up(machine: &Machine) -> String {
    let path = machine.path("backup").display().to_string();
    machine.does(&["id", "backup", &path]);
    path
}

#[test]
fn a_second_machine_takes_the_conversation_up_with_a_new_device_that_others_accept() {
    let Order { ann, words, ben } = Order::new();
    ann.does(&["say", "1", "pay", "reference=\"tx-1\""]);
    let (backup, before) = (backed_up(&ann), hash(&ann));
    let old = ann.json(&["id", "show"])["devices"][0]["key"].clone();
    let second = Machine::recovered("Ann", &words);
    let said = second.does(&["id", "restore", &backup]);
    assert!(said.contains("2 contacts, 1 conversations with 4 entries"), "{said}");
    assert!(said.contains("device 1"), "{said}");
    assert_eq!(hash(&second), before, "all that was said is there");
    let contacts = second.does(&["contacts", "list"]);
    assert!(contacts.contains("ben") && contacts.contains("cy"), "{contacts}");
    let devices = second.json(&["id", "show"])["devices"].clone();
    assert_eq!((&devices[0]["key"], &devices[0]["state"]), (&old, &"forked".into()));
    assert_eq!(devices[1]["state"], "current");
    // It goes on, there and at the other's.
    pass(&second, &ben);
    ben.does(&["say", "1", "ship"]);
    pass(&ben, &second);
    second.does(&["say", "1", "confirm"]);
    pass(&second, &ben);
    assert_eq!(hash(&ben), hash(&second));
    assert!(ben.does(&["show", "1"]).contains("consensus"));
}

#[test]
fn a_lost_machine_is_disowned_and_what_it_writes_is_refused_by_all() {
    let Order { ann, words, ben } = Order::new();
    let second = Machine::recovered("Ann", &words);
    second.does(&["id", "restore", &backed_up(&ann)]);
    // Not the device that writes there: conversations are told all the same.
    second.does(&["say", "1", "pay", "reference=\"tx-1\""]);
    second.does(&["id", "device", "revoke", "0", "--reason", "lost"]);
    pass(&second, &ben);
    ben.does(&["say", "1", "ship"]);
    pass(&ben, &second);
    second.does(&["say", "1", "dispute", "reason=\"broken\""]);
    pass(&second, &ben);
    let stands = |machine: &Machine| {
        let shown = machine.json(&["show", "1"]);
        (shown["state"].clone(), shown["possible"].clone())
    };
    let before = stands(&ben);
    // Who has found the machine and its passphrase pays in her name, elsewhere.
    ann.does(&["say", "1", "pay", "reference=\"stolen\""]);
    let path = ben.path("bundle").display().to_string();
    ann.does(&["export", "1", &path]);
    let ran = ben.run(&["import", &path], SESAME);
    assert!(ran.status == 1 && format!("{}{}", ran.out, ran.err).contains("revoked"), "{ran:?}");
    assert_eq!(stands(&ben), before);
    assert!(!before.0.is_null() && !before.1.is_null());
}

#[test]
fn restoring_again_changes_nothing_and_what_is_there_stays() {
    let Order { ann, words, .. } = Order::new();
    let backup = backed_up(&ann);
    let second = Machine::recovered("Other Name", &words);
    second.does(&["id", "restore", &backup]);
    let (state, shown) = (hash(&second), second.does(&["id", "show"]));
    let said = second.does(&["id", "restore", &backup]);
    assert!(said.contains("0 contacts, 0 conversations with 0 entries, 0 private"), "{said}");
    assert!(!said.contains("device"), "{said}");
    assert_eq!((hash(&second), second.does(&["id", "show"])), (state, shown.clone()));
    assert!(shown.starts_with("Other Name\n"), "{shown}");
    // At home, where all of it is, nothing happens at all.
    let said = ann.does(&["id", "restore", &backup]);
    assert!(said.contains("0 contacts, 0 conversations") && !said.contains("device"), "{said}");
}

#[test]
fn what_was_said_since_comes_with_a_later_backup() {
    let Order { ann, words, .. } = Order::new();
    let second = Machine::recovered("Ann", &words);
    second.does(&["id", "restore", &backed_up(&ann)]);
    ann.does(&["say", "1", "pay", "reference=\"tx-1\""]);
    let said = second.does(&["id", "restore", &backed_up(&ann)]);
    assert!(said.contains("0 conversations with 1 entries"), "{said}");
    assert_eq!(hash(&second), hash(&ann));
}

#[test]
fn revoked_devices_are_not_taken_up_again() {
    let (ann, words) = Machine::of("Ann");
    ann.does(&["id", "device", "revoke", "0", "--reason", "compromised"]);
    let second = Machine::recovered("Ann", &words);
    let said = second.does(&["id", "restore", &backed_up(&ann)]);
    assert!(said.contains("device 1"), "{said}");
    let devices = second.json(&["id", "show"])["devices"].clone();
    assert_eq!(devices[0]["state"], "compromised");
    assert_eq!(devices[1]["key"], ann.json(&["id", "show"])["devices"][1]["key"]);
}

#[test]
fn a_backup_says_nothing_and_opens_with_its_owners_key_only() {
    let Order { ann, words, ben } = Order::new();
    let backup = backed_up(&ann);
    let path = std::path::Path::new(&backup);
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(!holds(path, b"MARKER") && !holds(path, b"Ann"));
    let packets = ann.gpg(&["--list-packets", &backup], b"");
    let packets = String::from_utf8_lossy(&packets.stdout).into_owned();
    assert!(packets.contains("keyid 0000000000000000"), "{packets}");
    let before = ben.files();
    ben.run(&["id", "restore", &backup], SESAME).told(1, "it is somebody else's");
    assert_eq!(ben.files(), before);
    // The owner opens it with GnuPG as well.
    let key = ann.path("ann.key").display().to_string();
    ann.does(&["id", "export", "--out", &key]);
    assert!(ann.gpg(&["--passphrase", SESAME, "--import", &key], b"").status.success());
    let opened = ann.gpg(&["--passphrase", SESAME, "-d", &backup], b"").stdout;
    assert!(String::from_utf8_lossy(&opened).contains("MARKER-lamp"));
    drop(words);
}

#[test]
fn a_backup_that_was_changed_cut_or_made_by_others_is_refused_whole() {
    let Order { ann, words, .. } = Order::new();
    let text = std::fs::read_to_string(backed_up(&ann)).unwrap();
    let second = Machine::recovered("Ann", &words);
    let before = second.files();
    let refused = |content: &str, words: &str| {
        let file = second.file("wrong", content.as_bytes());
        second.run(&["id", "restore", &file], SESAME).told(1, words);
        assert_eq!(second.files(), before, "{words}");
    };
    let middle = text.len() / 2;
    let swapped = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
    refused(&format!("{}{swapped}{}", &text[..middle], &text[middle + 1..]), "damaged");
    refused(&text[..middle], "damaged");
    refused("", "it is empty");
    refused("just words", "damaged");
    refused(&format!("{text}{text}"), "not in their order");
    // Encrypted to ann by somebody who has her card, and not signed by her.
    let home = second.open();
    let cert = home.holder().cert().clone();
    drop(home);
    let inner = pgp::literal(b"\x80").unwrap();
    let forged = pgp::encrypt(&[&cert], &inner, clock::now()).unwrap();
    refused(&pgp::armor(&forged), "not signed by your key");
}

#[test]
fn a_backup_is_made_and_restored_while_the_home_is_unlocked() {
    let (ann, words) = Machine::of("Ann");
    let (ben, _) = Machine::of("Ben");
    meet(&ann, "ben", &ben);
    ann.does(&["unlock"]);
    let path = ann.path("backup").display().to_string();
    ann.run(&["id", "backup", &path], "").yes();
    ann.does(&["lock"]);
    let second = Machine::recovered("Ann", &words);
    second.does(&["unlock"]);
    let said = second.run(&["id", "restore", &path], "").yes();
    assert!(said.contains("1 contacts"), "{said}");
    second.does(&["lock"]);
}
