//! `mundi mail` and `mundi purge`, run by the real program on real homes, and against GnuPG.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod people;

use std::path::Path;
use std::time::Duration;

use people::{GnuPg, Person, SESAME, ann_and_ben, letter};

/// Writes from one to another; the sealed message.
fn write(from: &Person, to: &str, body: &str) -> String {
    from.run(&["mail", "write", to, "--subject", "a lamp"], body).yes()
}

/// Ann with a home, and Gil with GnuPG, who have each other's keys.
fn ann_and_gil() -> (Person, GnuPg) {
    let (ann, gil) = (Person::new("Ann"), GnuPg::new("Gil"));
    ann.add("gil", &gil.key());
    gil.import(&ann.card());
    (ann, gil)
}

fn verify(who: &Person, name: &str, print: &str) {
    who.run(&["contacts", "verify", name, print], "").yes();
}

#[test]
fn a_message_arrives_sealed_signed_and_is_verified_where_its_writer_is() {
    let (ann, ben) = ann_and_ben();
    let message = write(&ann, "ben", "Is it still there?\n");
    assert!(message.starts_with("-----BEGIN PGP MESSAGE-----"), "{message}");
    let arrived = ben.receive(&message).json();
    assert_eq!(arrived["mail"]["author"], "signed", "signed, and nobody has made sure of Ann");
    let page = ben.run(&["mail", "read", "1"], "").yes();
    assert!(page.contains("signed by ann (not verified)"), "{page}");
    assert!(page.ends_with("subject  a lamp\n\nIs it still there?\n"), "{page}");
    verify(&ben, "ann", &ann.fingerprint);
    let page = ben.run(&["mail", "read", "1"], "").yes();
    assert!(page.contains(&format!("verified ann, key {}", ann.fingerprint)), "{page}");
    let read = ben.read(1);
    assert_eq!((&read["author"], &read["person"]), (&"verified".into(), &"ann".into()));
    assert!(read["at"].as_str().unwrap().ends_with(":00Z"), "no seconds: {read}");
    // Once, whichever way it comes.
    let file = ben.file("message.asc", message.as_bytes());
    let imported = ben.run(&["import", &file, "--json"], "").json();
    assert_eq!(imported["imported"][0]["arrived"], "known");
    assert_eq!(ben.receive(&message).json()["arrived"], "known");
    assert_eq!(ben.mail().len(), 1);
    // The writer has a copy, and cannot open what they sealed.
    let sent = ann.read(1);
    assert_eq!(
        (&sent["direction"], &sent["body"]),
        (&"out".into(), &"Is it still there?\n".into())
    );
    ann.receive(&message).no(1, "not encrypted to this key");
}

#[test]
fn an_unsigned_message_says_so_and_its_name_is_only_a_claim() {
    let (ann, ben) = ann_and_ben();
    verify(&ben, "ann", &ann.fingerprint);
    let message = ann.run(&["mail", "write", "ben", "hello", "--unsigned"], "").yes();
    ben.receive(&message).json();
    let read = ben.read(1);
    assert_eq!((&read["author"], &read["person"]), (&"unsigned".into(), &"ann?".into()));
    let page = ben.run(&["mail", "read", "1"], "").yes();
    assert!(page.contains("unsigned: anybody could have written it"), "{page}");
    let listed = ben.run(&["mail"], "").yes();
    assert!(listed.contains("from ann?") && listed.contains("(unsigned)"), "{listed}");
}

#[test]
fn gnupg_reads_and_verifies_what_mundi_wrote_and_sees_no_recipient() {
    let (ann, gil) = ann_and_gil();
    let out = ann.file("to-gil.asc", b"");
    let ran =
        ann.run(&["mail", "write", "gil", "--subject", "a lamp", "--out", &out], "Hello Gil\n");
    assert!(ran.status == 0 && ran.out.is_empty() && ran.err.contains("not verified"), "{ran:?}");
    let message = std::fs::read_to_string(&out).unwrap();
    let opened = gil.gpg(&["--status-fd", "2", "--decrypt"], &message);
    let valid = opened.err.lines().find(|line| line.contains("VALIDSIG")).unwrap();
    assert!(valid.to_lowercase().ends_with(&ann.fingerprint), "{opened:?}");
    let lines: Vec<&str> = opened.out.lines().collect();
    assert_eq!(lines[0], format!("From: {}", ann.fingerprint));
    assert_eq!(lines[1], format!("To: {}", gil.fingerprint));
    assert!(lines[2].starts_with("Date: 20") && lines[2].ends_with(":00Z"), "{}", lines[2]);
    assert_eq!(lines[3..], ["Subject: a lamp", "", "Hello Gil"]);
    let stranger = GnuPg::new("Eve");
    let packets = stranger.gpg(&["--list-packets"], &message);
    assert!(packets.out.contains("keyid 0000000000000000"), "{packets:?}");
}

#[test]
fn mundi_reads_and_verifies_what_gnupg_wrote() {
    let (ann, gil) = ann_and_gil();
    verify(&ann, "gil", &gil.fingerprint);
    let text = letter(&gil.fingerprint.to_uppercase(), &ann.fingerprint, "Hello Ann\n");
    for (n, how) in [(1, &["--sign"][..]), (2, &["--sign", "--throw-keyids", "-z", "9"])] {
        ann.receive(&gil.sealed(&text, &ann.fingerprint, how)).json();
        let read = ann.read(n);
        assert_eq!((&read["author"], &read["person"]), (&"verified".into(), &"gil".into()));
        assert_eq!((&read["subject"], &read["body"]), (&"by hand".into(), &"Hello Ann\n".into()));
        assert_eq!(read["at"], "2026-01-31T18:00:00Z");
    }
    ann.receive(&gil.sealed(&text, &ann.fingerprint, &[])).json();
    assert_eq!(ann.read(3)["author"], "unsigned");
    let bare = gil.sealed("Hello Ann\n", &ann.fingerprint, &["--sign"]);
    ann.receive(&bare).no(1, "begins with the lines `From: FINGERPRINT`");
}

#[test]
fn a_forged_sender_and_a_message_that_was_passed_on_are_refused() {
    let (ann, gil) = ann_and_gil();
    let ben = Person::new("Ben");
    ann.add("ben", &ben.card());
    let sealed = |text: &str| gil.sealed(text, &ann.fingerprint, &["--sign"]);
    // Gil says that he is Ben.
    let forged = sealed(&letter(&ben.fingerprint, &ann.fingerprint, "send money"));
    let told = format!("but gil? ({}) signed it", gil.fingerprint);
    ann.receive(&forged).no(1, &told);
    // A stranger says that he is Ben, and that he is Ann.
    let eve = GnuPg::new("Eve");
    eve.import(&ann.card());
    for from in [&ben.fingerprint, &ann.fingerprint] {
        let forged = letter(from, &ann.fingerprint, "send money");
        let forged = eve.sealed(&forged, &ann.fingerprint, &["--sign"]);
        ann.receive(&forged).no(1, "no key of theirs that is known here signed it");
    }
    // Gil says that he is somebody whom Ann does not know.
    let stranger = letter(&eve.fingerprint, &ann.fingerprint, "send money");
    ann.receive(&sealed(&stranger)).no(1, "refused as a forgery");
    // What Gil wrote to Ben is passed on to Ann.
    let passed = sealed(&letter(&gil.fingerprint, &ben.fingerprint, "you are fired"));
    ann.receive(&passed).no(1, &format!("it was written to {}, not to you", ben.fingerprint));
    assert!(ann.mail().is_empty());
}

#[test]
fn a_strangers_message_waits_sealed_and_is_there_when_they_are_a_contact() {
    let (ann, ben) = (Person::new("Ann"), Person::new("Ben"));
    ann.add("ben", &ben.card());
    let message = write(&ann, "ben", "who am I?\n");
    let arrived = ben.receive(&message).json();
    assert_eq!(arrived["arrived"], "waiting");
    ben.run(&["mail", "read", "1"], "").no(1, "signed by a key that is not known here");
    let listed = ben.run(&["mail"], "").yes();
    assert!(
        listed.contains("sealed") && listed.contains("waiting for its writer's card"),
        "{listed}"
    );
    assert!(!listed.contains("who am I") && !listed.contains("lamp"), "{listed}");
    // Somebody else's card does not open it.
    ben.add("cy", &Person::new("Cy").card());
    assert_eq!(ben.mail()[0]["author"], "waiting");
    let ran = ben.run(&["contacts", "add", "ann"], &ann.card());
    assert!(ran.status == 0 && ran.err.contains("`mundi mail read 2`"), "{ran:?}");
    let read = ben.read(2);
    assert_eq!((&read["author"], &read["body"]), (&"signed".into(), &"who am I?\n".into()));
    assert_eq!(ben.mail().len(), 1);
    assert_eq!(ben.receive(&message).json()["arrived"], "known");
}

#[test]
fn a_strangers_forgery_waits_too_and_is_refused_when_the_real_one_is_a_contact() {
    let (ann, ben, eve) = (Person::new("Ann"), Person::new("Ben"), GnuPg::new("Eve"));
    eve.import(&ben.card());
    let forged = letter(&ann.fingerprint, &ben.fingerprint, "send money");
    let message = eve.sealed(&forged, &ben.fingerprint, &["--sign"]);
    assert_eq!(ben.receive(&message).json()["arrived"], "waiting");
    let ran = ben.run(&["contacts", "add", "ann"], &ann.card());
    assert!(ran.status == 0 && ran.err.contains("refused as a forgery"), "{ran:?}");
    assert!(ben.mail().is_empty());
}

#[test]
fn junk_damage_and_too_much_are_refused() {
    let (ann, ben) = ann_and_ben();
    let message = write(&ann, "ben", "hello");
    let middle = message.len() / 2;
    let flipped = format!("{}{}{}", &message[..middle], "AAAA", &message[middle + 4..]);
    for junk in
        ["", "hello", "-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", &flipped]
    {
        let ran = ben.receive(junk);
        assert!(ran.status == 1 && ran.out.is_empty(), "{ran:?}");
    }
    let large = "x".repeat(1024 * 1024 + 1);
    ann.run(&["mail", "write", "ben"], &large).no(2, "more than 1048576 bytes");
    ben.receive(&large.repeat(2)).no(2, "more than 2097152 bytes");
    ann.run(&["mail", "write", "ben", "--subject", "a\nb"], "x").no(1, "a subject is one line");
    ann.run(&["mail", "write", "ben"], " \n").no(1, "nothing in this message");
    ann.run(&["mail", "write", "zoe"], "x").no(2, "nobody here is called `zoe`");
    ann.run(&["mail", "read", "77"], "").no(2, "there is no message 77");
    // The largest one arrives.
    let message = write(&ann, "ben", &large[1..]);
    ben.receive(&message).json();
    assert_eq!(ben.read(1)["body"].as_str().unwrap().len(), 1024 * 1024);
    assert_eq!((ann.mail().len(), ben.mail().len()), (2, 1));
}

#[test]
fn a_body_that_is_sealed_itself_arrives_unchanged() {
    let (ann, gil) = ann_and_gil();
    let inner = gil.sealed("for Ann's eyes", &ann.fingerprint, &[]);
    let outer = letter(&gil.fingerprint, &ann.fingerprint, &inner);
    ann.receive(&gil.sealed(&outer, &ann.fingerprint, &["--sign"])).json();
    assert_eq!(ann.read(1)["body"], inner.as_str());
    let page = ann.run(&["mail", "read", "1"], "").yes();
    assert!(page.ends_with(&inner), "{page}");
    // And by mundi's own hand.
    let out = write(&ann, "gil", &inner);
    assert!(gil.gpg(&["--decrypt"], &out).out.ends_with(&inner));
}

#[test]
fn what_a_message_says_does_not_reach_the_terminal_as_commands() {
    let (ann, ben) = ann_and_ben();
    let message = write(&ann, "ben", "a\u{1b}[2Jb\u{202e}c\r\nd");
    ben.receive(&message).json();
    let page = ben.run(&["mail", "read", "1"], "").yes();
    assert!(page.ends_with("\n\na\u{fffd}[2Jb\u{fffd}c\nd\n"), "{page:?}");
    assert_eq!(ben.read(1)["body"], "a\u{1b}[2Jb\u{202e}c\r\nd");
}

/// The numbers of the messages that are there.
fn numbers(who: &Person) -> Vec<i64> {
    who.mail().iter().map(|one| one["number"].as_i64().unwrap()).collect()
}

#[test]
fn old_messages_go_in_and_out_and_those_that_are_kept_stay() {
    let (ann, gil) = ann_and_gil();
    let old = letter(&gil.fingerprint, &ann.fingerprint, "old");
    for body in ["one", "two", "three"] {
        ann.receive(&gil.sealed(&format!("{old}{body}"), &ann.fingerprint, &["--sign"])).json();
    }
    write(&ann, "gil", "four");
    ann.run(&["mail", "keep", "2"], "").yes();
    ann.run(&["mail", "delete", "3"], "").yes();
    ann.run(&["mail", "delete", "4", "3"], "").no(2, "there is no message 3");
    assert_eq!(numbers(&ann), [1, 2, 4]);
    let purge = |more: &[&str]| ann.run(&[&["purge", "--json"], more].concat(), "").json();
    assert_eq!(purge(&[])["deleted"], 0);
    assert_eq!(purge(&["--before", "2026-01-31T18:00:00Z"])["deleted"], 0);
    assert_eq!(purge(&["--before", "2026-02-01"])["deleted"], 1);
    assert_eq!(numbers(&ann), [2, 4]);
    assert_eq!(purge(&["--older-than", "1d"])["deleted"], 0);
    // A period: also for what is there, and whoever looks at messages sees none that is over.
    let said = purge(&["--period", "1h"]);
    assert_eq!((&said["period"], &said["deleted"]), (&"1h".into(), &0.into()));
    purge(&["--period", "1s"]);
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(numbers(&ann), [2]);
    assert_eq!(purge(&["--period", "never"])["period"], "never");
    ann.run(&["mail", "keep", "2", "--undo"], "").yes();
    assert_eq!(numbers(&ann), [2]);
    for (wrong, words) in [("--before", "write a time"), ("--older-than", "write an age")] {
        ann.run(&["purge", wrong, "soon"], "").no(2, words);
    }
}

#[test]
fn nothing_of_a_message_lies_readable_in_the_home() {
    let (ann, ben) = ann_and_ben();
    ben.receive(&write(&ann, "ben", "MARKER-said")).json();
    for home in [&ann, &ben] {
        for file in std::fs::read_dir(&home.folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let holds = |what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
            assert!(
                !holds(b"MARKER-said") && !holds(b"lamp") && !holds(ann.fingerprint.as_bytes())
            );
        }
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), std::fs::read(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn everything_goes_only_with_the_passphrase_and_a_word() {
    let ann = Person::new("Ann");
    let before = files(&ann.folder);
    let all = ["purge", "--everything"];
    let sure = ["purge", "--everything", "--yes"];
    ann.run_with(&sure, b"", "another passphrase").no(1, "the passphrase is wrong");
    ann.run(&all, "").no(2, "say so with `--yes`");
    ann.run(&["purge", "--yes"], "").no(2, "--everything");
    ann.run(&["purge", "--everything", "--period", "1d"], "").no(2, "cannot be used with");
    assert_eq!(files(&ann.folder), before);
    // Another name of the file shows what becomes of its bytes.
    let key = ann.folder.parent().unwrap().join("key-too");
    std::fs::hard_link(ann.folder.join("key"), &key).unwrap();
    let told = ann.run_with(&sure, b"", SESAME).yes();
    assert!(told.contains("is overwritten and gone"), "{told}");
    assert!(!ann.folder.exists());
    assert!(std::fs::read(key).unwrap().iter().all(|byte| *byte == 0));
    ann.run(&["mail"], "").no(2, "there is no home");
}

#[test]
fn at_a_terminal_everything_goes_when_the_word_was_typed() {
    let ann = Person::new("Ann");
    let before = files(&ann.folder);
    let shown = ann.at_terminal(&["purge", "--everything"], "yes");
    assert!(shown.contains("nothing is deleted") && shown.ends_with("status: 1\n"), "{shown}");
    assert_eq!(files(&ann.folder), before);
    // What is not the home's stays.
    std::fs::write(ann.folder.join("notes.txt"), "mine").unwrap();
    let shown = ann.at_terminal(&["purge", "--everything"], "everything");
    assert!(shown.contains("1 file there is not its own"), "{shown}");
    let left = files(&ann.folder);
    assert!(left.len() == 1 && left[0].1 == b"mine", "{left:?}");
}

#[test]
fn somebody_whose_key_stays_in_gnupg_writes_and_reads_like_all_others() {
    let gil = GnuPg::new("Gil");
    let home = Person::in_gnupg(&gil);
    assert_eq!(home.fingerprint, gil.fingerprint);
    let ann = Person::new("Ann");
    ann.add("gil", &home.card());
    home.receive(&write(&ann, "gil", "who are you?\n")).json();
    assert_eq!(home.mail()[0]["author"], "waiting");
    home.add("ann", &ann.card());
    assert_eq!(home.read(2)["body"], "who are you?\n");
    ann.receive(&write(&home, "ann", "Gil\n")).json();
    assert_eq!((&ann.read(2)["author"], &ann.read(2)["body"]), (&"signed".into(), &"Gil\n".into()));
    home.run(&["purge", "--everything", "--yes"], "").yes();
    assert!(!home.folder.exists());
    let secret = gil.gpg(&["-K", "--with-colons"], "").yes().to_lowercase();
    assert!(secret.contains(&gil.fingerprint), "the key in GnuPG is not the home's");
}
