//! The vectors of `spec/vectors/entry`: one failure each. A file holds what must become of its
//! last entry, and entries in hexadecimal, `open` first. The device keys are those of the rehearsal
//! "vectors"; ada opens, ben takes part, mallory does not; the rules know the message `say`.
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-engine --test vectors` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use mundi_engine::code::Code;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{CONTENT_TYPE, Entry, EntryId, verify};
use mundi_engine::log::{Author, Insertion, Log};
use mundi_identity::{DeviceKey, PersonKey, cose};

const TITLE: &str = "vectors";

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/entry"))
}

fn key(person: &str) -> DeviceKey {
    DeviceKey::rehearsal(TITLE, person, "")
}

/// What becomes of the last of some entries.
fn judge(entries: &[Vec<u8>]) -> String {
    let roster = |entry: &Entry| {
        let who = ["ada", "ben"].into_iter().find(|p| key(p).public() == entry.author());
        who.map_or(Author::Stranger, |p| {
            Author::Person(PersonKey::rehearsal(TITLE, p).fingerprint())
        })
    };
    let decoded = |bytes: &[u8]| Entry::decode(bytes).and_then(verify);
    let (first, rest) = entries.split_first().unwrap();
    let open = match decoded(first) {
        Ok(open) => open,
        Err(error) => return error.code().to_string(),
    };
    let ada = PersonKey::rehearsal(TITLE, "ada").fingerprint();
    let Some(mut log) = Log::new(&open, ada, &["say".to_owned()], &[ada]) else {
        return "no-open".to_owned();
    };
    let mut said = "accepted".to_owned();
    for bytes in rest {
        said = match decoded(bytes).map(|entry| log.insert(entry, &roster)) {
            Err(error) => error.code().to_string(),
            Ok(Insertion::Inserted { fork: None, .. }) => "accepted".to_owned(),
            Ok(Insertion::Inserted { .. }) => Code::Forked.to_string(),
            Ok(Insertion::Duplicate { .. }) => Code::Replayed.to_string(),
            Ok(Insertion::Waiting { code, .. } | Insertion::Invalid { code, .. }) => {
                code.to_string()
            }
        };
    }
    said
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn open() -> Draft {
    Draft {
        conversation: None,
        seq: 0,
        prev: None,
        parents: vec![],
        at: 1_767_225_600_000,
        message: "open".to_owned(),
        body: vec![0xa0],
    }
}

fn sign(person: &str, draft: &Draft) -> Vec<u8> {
    draft.sign(&key(person)).unwrap().bytes().to_vec()
}

/// A good entry by ben after `open`.
fn good() -> Draft {
    let root = Some(Entry::decode(&sign("ada", &open())).unwrap().id());
    Draft {
        conversation: root,
        seq: 0,
        prev: None,
        parents: root.into_iter().collect(),
        at: 1_767_225_601_000,
        message: "say".to_owned(),
        body: b"\xa1\x64text\x65hello".to_vec(),
    }
}

fn id(bytes: &[u8]) -> EntryId {
    Entry::decode(bytes).unwrap().id()
}

/// The payload of the good entry, changed and signed again.
fn payload(change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let bytes = sign("ben", &good());
    let sign1 = cose::Sign1::decode(&bytes, CONTENT_TYPE).unwrap();
    let mut payload = bytes[sign1.payload].to_vec();
    change(&mut payload);
    cose::sign(CONTENT_TYPE, &payload, &key("ben"))
}

fn flipped(at: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut bytes = sign("ben", &good());
    let at = at(bytes.len());
    bytes[at] ^= 1;
    bytes
}

fn made() -> BTreeMap<&'static str, (Code, Vec<Vec<u8>>)> {
    let root = sign("ada", &open());
    let first = sign("ben", &good());
    let next = |seq, prev| Draft {
        seq,
        prev: Some(prev),
        parents: vec![],
        at: 1_767_225_602_000,
        ..good()
    };
    let second = sign("ben", &next(1, id(&first)));
    let with = |draft: Draft| vec![root.clone(), sign("ben", &draft)];
    let after = |bytes: Vec<u8>| vec![root.clone(), first.clone(), bytes];
    let only = |bytes: Vec<u8>| vec![root.clone(), bytes];
    BTreeMap::from([
        ("signature-flipped", (Code::BadSignature, only(flipped(|n| n - 1)))),
        ("payload-flipped", (Code::BadSignature, only(flipped(|n| n - 67)))),
        ("key-flipped", (Code::BadSignature, only(flipped(|_| 50)))),
        ("tag-flipped", (Code::BadEncoding, only(flipped(|_| 0)))),
        ("content-type-flipped", (Code::BadEncoding, only(flipped(|_| 20)))),
        ("trailing-byte", (Code::BadEncoding, only([first.clone(), vec![0]].concat()))),
        ("cut-off", (Code::BadEncoding, only(first[..first.len() - 1].to_vec()))),
        ("payload-trailing-byte", (Code::BadEncoding, only(payload(|p| p.push(0))))),
        (
            "seq-over-long",
            (Code::BadEncoding, only(payload(|p| drop(p.splice(37..38, [0x18, 0]))))),
        ),
        ("field-missing", (Code::BadEncoding, only(payload(|p| p[0] = 0xa5)))),
        ("body-a-float", (Code::BadEncoding, with_body(&root, b"\xa1\x61x\xf9\x7e\x00"))),
        ("body-keys-unsorted", (Code::BadEncoding, with_body(&root, b"\xa2\x61b\x00\x61a\x00"))),
        ("too-large", (Code::Oversize, only(big()))),
        ("sent-twice", (Code::Replayed, after(first.clone()))),
        (
            "another-conversation",
            (Code::Replayed, with(Draft { conversation: Some(EntryId([9; 32])), ..good() })),
        ),
        ("time-of-its-parent", (Code::Backdated, with(Draft { at: open().at, ..good() }))),
        ("prev-missing", (Code::Gap, only(second))),
        ("seq-skipped", (Code::Gap, after(sign("ben", &next(2, id(&first)))))),
        (
            "parent-missing",
            (Code::MissingParent, with(Draft { parents: vec![EntryId([9; 32])], ..good() })),
        ),
        ("no-past", (Code::MissingParent, with(Draft { parents: vec![], ..good() }))),
        ("stranger", (Code::NotAMember, vec![root.clone(), sign("mallory", &good())])),
        (
            "message-unknown",
            (Code::UnknownMessage, with(Draft { message: "shout".into(), ..good() })),
        ),
        (
            "two-with-one-seq",
            (Code::Forked, after(sign("ben", &Draft { at: good().at + 1, ..good() }))),
        ),
    ])
}

/// The good entry with a text of 64 KiB.
fn big() -> Vec<u8> {
    let mut body = b"\xa1\x64text\x79\xff\xff".to_vec();
    body.resize(body.len() + usize::from(u16::MAX), b'x');
    with_body(&[], &body).remove(1)
}

/// The good entry with a body that is as it is, signed.
fn with_body(root: &[u8], body: &[u8]) -> Vec<Vec<u8>> {
    let length = good().body.len();
    let change = |p: &mut Vec<u8>| {
        p.truncate(p.len() - length);
        p.extend(body);
    };
    vec![root.to_vec(), payload(change)]
}

fn written(name: &str, code: Code, entries: &[Vec<u8>]) -> String {
    let lines: String = entries.iter().map(|e| format!("entry: {}\n", hex(e))).collect();
    format!("# {}\nexpect: {code}\n{lines}", name.replace('-', " "))
}

#[test]
fn every_vector_is_refused_with_the_code_that_it_names() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "{} vectors", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let expected = text.lines().find_map(|line| line.strip_prefix("expect: ")).unwrap();
        let entries: Vec<Vec<u8>> =
            text.lines().filter_map(|line| line.strip_prefix("entry: ")).map(unhex).collect();
        assert_eq!(judge(&entries), expected, "{}", file.display());
        if entries.len() > 1 {
            assert_eq!(judge(&entries[..entries.len() - 1]), "accepted", "{}", file.display());
        }
    }
}

#[test]
fn the_files_are_those_that_are_made_here() {
    for (name, (code, entries)) in made() {
        let file = folder().join(format!("{name}.txt"));
        let text = written(name, code, &entries);
        if std::env::var("MUNDI_VECTORS").is_ok_and(|v| v == "write") {
            std::fs::write(&file, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{name}");
    }
}
