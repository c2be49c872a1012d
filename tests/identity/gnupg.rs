//! With a real GnuPG: what a home writes it opens, and its keys become identities.

use mundi_node::exchange::Card;
use serde_json::Value;

use crate::machine::{Machine, SESAME};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A key made by GnuPG on a machine; `algorithm` as `--quick-generate-key` names it, for the
/// primary key and the subkey.
fn generated(machine: &Machine, name: &str, algorithms: [&str; 2], passphrase: &str) -> String {
    let by = ["--passphrase", passphrase];
    let make = |arguments: &[&str]| {
        let made = machine.gpg(&[&by[..], arguments].concat(), b"");
        assert!(made.status.success(), "{}", text(&made.stderr));
    };
    make(&["--quick-generate-key", name, algorithms[0], "sign", "never"]);
    let listed = text(&machine.gpg(&["--with-colons", "--list-keys", name], b"").stdout);
    let line = listed.lines().find(|line| line.starts_with("fpr")).unwrap();
    let print = line.split(':').nth(9).unwrap().to_owned();
    make(&["--quick-add-key", &print, algorithms[1], "encrypt", "never"]);
    print
}

fn exported(machine: &Machine, print: &str, passphrase: &str) -> String {
    let by = ["--passphrase", passphrase, "--armor", "--export-secret-keys", print];
    let key = machine.gpg(&by, b"");
    assert!(key.status.success(), "{}", text(&key.stderr));
    machine.file("exported.asc", &key.stdout)
}

fn print_of(value: &Value) -> String {
    value["fingerprint"].as_str().unwrap().to_uppercase()
}

#[test]
fn gnupg_opens_what_a_home_writes_with_its_owners_key_only() {
    let (machine, _) = Machine::of("Ann");
    let [secret, key] = ["home/secret", "home/key"].map(|f| machine.path(f).display().to_string());
    let packets = text(&machine.gpg(&["--list-packets", &secret], b"").stdout);
    assert!(packets.contains("keyid 0000000000000000"), "{packets}");
    assert!(!machine.gpg(&["-d", &secret], b"").status.success(), "it has no key yet");
    let out = machine.path("ann.key").display().to_string();
    let ran = machine.run(&["id", "export", "--out", &out], SESAME);
    assert!(ran.status == 0 && ran.err.contains("your SECRET key"), "{ran:?}");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&out).unwrap().permissions())
            & 0o777,
        0o600
    );
    let by = ["--passphrase", SESAME];
    let imported = machine.gpg(&[&by[..], &["--import", &out]].concat(), b"");
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let opened = machine.gpg(&[&by[..], &["-d", &secret]].concat(), b"");
    assert!(opened.status.success(), "{}", text(&opened.stderr));
    assert_eq!(opened.stdout.first(), Some(&1));
    assert!(opened.stdout[1..] == machine.db_key().as_bytes()[..]);
    // The key file needs no key, but the passphrase.
    let other = Machine::new();
    let opened = other.gpg(&[&by[..], &["-d", &key]].concat(), b"");
    assert!(opened.status.success(), "{}", text(&opened.stderr));
    let again = other.gpg(&["--import"], &opened.stdout);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let wrong = other.gpg(&["--passphrase", "sesame", "-d", &key], b"");
    assert!(!wrong.status.success() && wrong.stdout.is_empty());
    // Somebody else's key opens nothing.
    let (ben, _) = Machine::of("Ben");
    let theirs = ben.path("ben.key").display().to_string();
    ben.does(&["id", "export", "--out", &theirs]);
    assert!(ben.gpg(&[&by[..], &["--import", &theirs]].concat(), b"").status.success());
    assert!(!ben.gpg(&[&by[..], &["-d", &secret]].concat(), b"").status.success());
}

#[test]
fn a_secret_key_is_exported_for_its_passphrase_only() {
    let (machine, _) = Machine::of("Ann");
    let ran = machine.run(&["id", "export"], "sesame");
    ran.told(1, "the passphrase is wrong");
    assert!(ran.out.is_empty());
    machine.does(&["unlock"]);
    machine.run(&["id", "export"], "sesame").told(1, "the passphrase is wrong");
    let text = machine.does(&["id", "export"]);
    assert!(text.starts_with("-----BEGIN PGP PRIVATE KEY BLOCK-----"), "{text}");
    machine.does(&["lock"]);
}

#[test]
fn keys_that_gnupg_made_become_identities_with_their_passphrase() {
    for algorithms in [["ed25519", "cv25519"], ["rsa3072", "rsa3072"]] {
        let machine = Machine::new();
        let passphrase = "GnuPG's own passphrase";
        let name = "Gina Guard <gina@example.org>";
        let print = generated(&machine, name, algorithms, passphrase);
        let file = exported(&machine, &print, passphrase);
        machine.run(&["id", "import", &file], "another").told(1, "the passphrase is wrong");
        assert!(!machine.path("home").exists());
        let made = machine.run(&["id", "import", &file, "--json"], passphrase).json();
        assert_eq!((print_of(&made), &made["name"]), (print, &"Gina Guard".into()));
        let shown = machine.run(&["id", "show", "--json"], passphrase).json();
        assert_eq!(shown["root"], Value::Null, "it has no seed phrase");
        assert_eq!(shown["secret_key"], "home");
        let card = machine.run(&["id", "card"], passphrase).yes();
        assert_eq!(Card::parse(card.as_bytes()).unwrap().devices.len(), 1);
        machine.run(&["id", "show"], SESAME).told(1, "the passphrase is wrong");
    }
}

#[test]
fn a_key_without_a_passphrase_gets_one() {
    let machine = Machine::new();
    let print = generated(&machine, "Gina", ["ed25519", "cv25519"], "");
    let file = exported(&machine, &print, "");
    machine.run(&["id", "import", &file], "short").told(1, "at least 8 characters");
    machine.run(&["id", "import", &file], SESAME).yes();
    machine.does(&["id", "show"]);
}

#[test]
fn what_is_no_secret_key_is_refused() {
    let machine = Machine::new();
    let print = generated(&machine, "Gina", ["ed25519", "cv25519"], "");
    let public = machine.gpg(&["--armor", "--export", &print], b"").stdout;
    let public = machine.file("public.asc", &public);
    machine.run(&["id", "import", &public], SESAME).told(1, "holds no secret key");
    let junk = machine.file("junk", b"junk");
    machine.run(&["id", "import", &junk], SESAME).told(1, "this is no OpenPGP key");
    machine.run(&["id", "import", "nowhere"], SESAME).told(3, "nowhere cannot be read");
    assert!(!machine.path("home").exists());
}

#[test]
fn keys_in_gnupg_are_listed_and_the_chosen_one_stays_there() {
    let machine = Machine::new();
    let list = machine.run(&["id", "gnupg"], "").yes();
    assert!(list.contains("GnuPG has no secret key"), "{list}");
    let one = generated(&machine, "Gina One", ["ed25519", "cv25519"], "");
    let two = generated(&machine, "Gina Two", ["rsa3072", "rsa3072"], "");
    let listed = machine.run(&["id", "gnupg"], "").yes();
    let grouped = |print: &str| {
        let groups: Vec<&str> = (0..10).map(|n| &print[4 * n..4 * n + 4]).collect();
        groups.join(" ")
    };
    for (print, name, kind) in [(&one, "Gina One", "Ed25519"), (&two, "Gina Two", "RSA 3072")] {
        let line = listed.lines().find(|line| line.contains(&grouped(print))).unwrap();
        assert!(line.contains(name) && line.contains(kind), "{line}");
    }
    machine.run(&["id", "gnupg", "Gina"], "").told(2, "is more than one key");
    machine.run(&["id", "gnupg", "0123456789abcdef"], "").told(2, "no secret key");
    assert!(!machine.path("home").exists());
    let made = machine.run(&["id", "gnupg", &two[24..], "--json"], "").json();
    assert_eq!((print_of(&made), &made["name"]), (two, &"Gina Two".into()));
    assert!(!machine.path("home/key").exists());
    assert_eq!(machine.files().len(), 2);
    // No passphrase is asked for: GnuPG has the key.
    let shown = machine.run(&["id", "show"], "").yes();
    assert!(shown.contains("in GnuPG; not in this home"), "{shown}");
    machine.run(&["id", "export"], "").told(2, "this home's key is in GnuPG");
    let backup = machine.path("backup").display().to_string();
    machine.run(&["id", "backup", &backup], "").yes();
    machine.run(&["id", "restore", &backup], "").yes();
}
