//! What an `open` entry must be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, verify};
use mundi_engine::library::Library;
use mundi_engine::opening::{Opening, rules_hash};
use mundi_engine::{Reasons, Replica};
use support::{certificate, checked, device, opening, try_open};

const RULES: &str = r#"
conversation pair "Pair"
edition 1
role left
role right 1..2
role other 0..1
role guest 2..3 open
overlap left, other
terms { price: decimal(1..) = 2.50, note: text(1..5)? }
message hi by left
consensus { said("hi") }
"#;

fn reason(cast: &str) -> String {
    try_open(RULES, cast, "").err().map(|e| e.text).unwrap_or_default()
}

#[test]
fn roles_have_as_many_holders_as_they_say() {
    assert_eq!(reason("left: ada, right: ben"), "");
    assert_eq!(reason("left: ada, right: ben cy"), "");
    assert!(reason("left: ada").contains("`right` needs 1 to 2: 0 people hold it"));
    assert!(reason("left: ada dan, right: ben").contains("`left` needs exactly 1: 2 people"));
    assert!(reason("left: ada, right: ben cy dan").contains("3 people hold it"));
    assert_eq!(reason("left: ada, right: ben, guest: cy"), "", "an open role may fill up later");
    assert!(reason("left: ada, right: ben, guest: c d e f").contains("`guest`"));
}

#[test]
fn two_roles_for_one_person_need_an_overlap() {
    assert_eq!(reason("left: ada, right: ben, other: ada"), "");
    assert!(
        reason("left: ada, right: ada").contains("overlap"),
        "{}",
        reason("left: ada, right: ada")
    );
    assert!(reason("left: ada, right: ben, other: ben").contains("overlap"));
}

#[test]
fn terms_fit_their_types() {
    let open = |terms| try_open(RULES, "left: ada, right: ben", terms).err().map(|e| e.text);
    assert_eq!(open("price: 3"), None);
    assert!(open("price: 0.99").unwrap().contains("price"));
    assert!(open("note: \"longer\"").unwrap().contains("note"));
}

/// The `open` entry with a body changed and signed again.
fn changed(change: impl Fn(&mut Vec<u8>)) -> Result<(), (String, String)> {
    let open = try_open(RULES, "left: ada, right: ben", "").unwrap();
    let mut body = open.body().to_vec();
    change(&mut body);
    let draft = Draft {
        conversation: None,
        seq: 0,
        prev: None,
        parents: Vec::new(),
        at: open.at(),
        message: "open".into(),
        body,
    };
    let entry = draft.sign(&device("ada")).map_err(|e| (e.code().to_string(), e.to_string()))?;
    read(&entry)
}

fn read(entry: &Entry) -> Result<(), (String, String)> {
    let open = verify(entry.clone()).unwrap();
    match Replica::open(&open, &Library::default(), Reasons::Keep) {
        Ok(_) => Ok(()),
        Err(e) => Err((e.code.to_string(), e.text)),
    }
}

fn at(body: &[u8], part: &[u8]) -> usize {
    body.windows(part.len()).position(|w| w == part).unwrap()
}

#[test]
fn rules_whose_text_is_not_the_one_of_the_hash_are_refused() {
    assert_eq!(changed(|_| ()), Ok(()));
    let swapped = changed(|body| {
        let at = at(body, b"2.50");
        body[at] = b'9';
    });
    let (code, text) = swapped.unwrap_err();
    assert_eq!(code, "bad-field");
    assert!(text.contains("hash"), "{text}");
    let swapped = changed(|body| {
        let at = at(body, &rules_hash(RULES));
        body[at] ^= 1;
    });
    assert!(swapped.unwrap_err().1.contains("hash"));
}

#[test]
fn an_open_entry_has_one_form_only() {
    #[allow(clippy::type_complexity, reason = "a table of a test")]
    let table: [(&str, fn(&mut Vec<u8>)); 4] = [
        ("a field more", |body| body[0] += 1),
        ("a key misspelt", |body| {
            let at = at(body, b"members");
            body[at] = b'n';
        }),
        ("cut off", |body| body.truncate(body.len() - 1)),
        ("a role that is none", |body| {
            let at = at(body, b"\x64left");
            body[at + 1] = b'k';
        }),
    ];
    for (what, change) in table {
        assert!(changed(change).is_err(), "{what}");
    }
}

#[test]
fn who_signs_takes_part() {
    let opening = opening(checked(RULES), "left: ada, right: ben", "");
    assert!(
        opening.sign(support::START, &device("mallory")).unwrap_err().text.contains("take part")
    );
    assert!(opening.sign(support::START, &device("ben/phone")).is_ok());
}

#[test]
fn a_person_or_device_listed_twice_is_refused() {
    let twice = |change: &dyn Fn(&mut Opening)| {
        let mut opening = opening(checked(RULES), "left: ada, right: ben", "");
        change(&mut opening);
        opening.sign(support::START, &device("ada")).err().map(|e| e.text).unwrap_or_default()
    };
    assert!(twice(&|o| o.members.push(o.members[0].clone())).contains("twice"));
    assert!(twice(&|o| o.members[1].devices.push(certificate("ben"))).contains("twice"));
    assert!(twice(&|o| o.members[1].devices.push(certificate("cy"))).contains("somebody else"));
    assert!(twice(&|o| o.members[1].devices.clear()).contains("device"));
    assert!(twice(&|o| o.members[1].roles.clear()).contains("no role"));
    assert_ne!(twice(&|o| o.members[0].roles = vec![0, 0]), "", "a role held twice");
}

#[test]
fn rules_that_do_not_check_open_nothing() {
    let error = try_open("conversation x \"X\"\nedition 1\n", "left: ada", "").unwrap_err();
    assert!(error.text.contains("rules"), "{}", error.text);
}
