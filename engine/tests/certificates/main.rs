//! Certificates: what verifying finds, each with its own reason; and the vectors of
//! `spec/vectors/outcome`. A file of these holds what must become of a certificate (`ok`, a reason, or
//! `broken` with fingerprints), its bytes in hexadecimal, and where there is one a log or a second
//! certificate. The keys are those of the rehearsal "engine tests".
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-engine --test certificates` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]
#![allow(unreachable_pub, reason = "its modules are its own")]

mod making;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::path::PathBuf;

use mundi_engine::entry::{Entry, Verified, verify};
use mundi_engine::library::Library;
use mundi_engine::outcome::proof::Proven;
use mundi_engine::outcome::{Certificate, VerifyError, broken, replayed};
use mundi_engine::{Value, log};
use mundi_identity::Reason;

use making::Talk;
use table::Case;

fn proven(bytes: &[u8]) -> Result<Proven, VerifyError> {
    let certificate = Certificate::decode(bytes)?;
    assert_eq!(certificate.encode(), bytes, "it re-encodes to itself");
    certificate.verify(&Library::default())
}

fn entries(log: &[u8]) -> Vec<Verified> {
    let each = |bytes: &&[u8]| Entry::decode(bytes).and_then(verify).unwrap();
    log::split(log).unwrap().iter().map(each).collect()
}

/// What becomes of a case.
fn judge(case: &Case) -> String {
    let found = proven(&case.bytes).and_then(|proven| match &case.log {
        Some(log) => {
            replayed::compare(&proven, &entries(log), &Library::default()).map(|()| proven)
        }
        None => Ok(proven),
    });
    let first = match found {
        Ok(first) => first,
        Err(e) => {
            assert!(e.text.len() > 30, "{e}");
            return e.reason().to_owned();
        }
    };
    let second = case.second.as_ref().map(|bytes| proven(bytes).unwrap());
    match second.and_then(|second| broken(&first, &second)) {
        Some(names) => names.iter().fold("broken".to_owned(), |all, name| format!("{all} {name}")),
        None => "ok".to_owned(),
    }
}

#[test]
fn each_thing_that_is_wrong_has_its_reason() {
    for (name, case) in table::all() {
        assert_eq!(judge(&case), case.expect, "{name}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let good = Talk::pact("12.50").good().encode();
    assert!(proven(&good).is_ok());
    for bit in 0..good.len() * 8 {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(proven(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_read_re_encodes_to_itself() {
    let mut certificate = Talk::pact("12.50").later();
    certificate.revocations =
        ["ben", "cy"].map(|who| making::revocation(who, Reason::Lost)).to_vec();
    let bytes = certificate.encode();
    assert!(proven(&bytes).is_ok());
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = Certificate::decode(&flipped) {
            assert!(read.encode() == flipped, "bit {bit}");
        }
    }
}

#[test]
fn cut_off_anywhere_it_is_refused() {
    let all = table::all();
    for name in ["good-round-1", "good-retired"] {
        let bytes = &all[name].bytes;
        for end in 0..bytes.len() {
            let error = Certificate::decode(&bytes[..end]).unwrap_err();
            assert_eq!(error.reason(), "bad-encoding", "{end}");
        }
    }
}

#[test]
fn a_reader_is_told_all() {
    let escrow = Talk::escrow();
    let proven = proven(&escrow.good().encode()).unwrap();
    assert_eq!(proven.opening.rules.title, "Escrow order");
    let Value::Record(output) = &proven.output else { panic!("no record") };
    assert_eq!(output.get("to_seller"), Some(&Value::Decimal("25.00".parse().unwrap())));
    let names = |who: &[mundi_engine::outcome::proof::Signer]| -> Vec<String> {
        let mut all: Vec<String> =
            who.iter().map(|one| format!("{} ({})", one.name, one.roles.join(", "))).collect();
        all.sort();
        all
    };
    assert_eq!(names(&proven.signed), ["ada (buyer)", "ben (seller)"]);
    assert_eq!(names(&proven.silent), ["cy (notary)"]);
    assert!(proven.compromised.is_empty() && proven.twice.is_empty());
}

#[test]
fn a_retired_key_counts_with_a_note_and_a_compromised_one_is_named_apart() {
    let all = table::all();
    let retired = proven(&all["good-retired"].bytes).unwrap();
    let note = |who: &str| {
        let key = support::device(who).public();
        retired.signed.iter().find(|one| one.key == key).unwrap().revoked.map(|r| r.reason)
    };
    assert_eq!((note("ada"), note("ben")), (None, Some(Reason::Retired)));
    let left = proven(&all["good-enough-left"].bytes).unwrap();
    assert_eq!((left.signed.len(), left.compromised.len()), (2, 1));
    assert_eq!(left.compromised[0].name, "ben");
}

#[test]
fn a_revocation_by_somebody_else_changes_nothing() {
    let mut good = Talk::pact("12.50").good();
    let ben = support::device("ben").public();
    let by = support::person("mallory");
    let forged =
        mundi_identity::Revocation::sign(&by, ben, Reason::Compromised, support::START).unwrap();
    good.revocations = vec![forged.bytes().to_vec()];
    assert!(proven(&good.encode()).unwrap().signed.iter().all(|one| one.revoked.is_none()));
}

#[test]
fn a_revocation_that_is_known_from_elsewhere_counts() {
    let good = Talk::pact("12.50").good();
    let bytes = making::revocation("ben", Reason::Compromised);
    let known = [mundi_identity::Revocation::decode(&bytes).unwrap()];
    let error = good.verify_knowing(&Library::default(), &known).unwrap_err();
    assert_eq!(error.reason(), "revoked");
}

#[test]
fn who_sealed_two_outcomes_in_what_justifies_it_is_named() {
    let proven = proven(&table::all()["good-round-1-sealed-twice"].bytes).unwrap();
    assert_eq!(proven.twice, [support::person("ada").fingerprint()]);
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/outcome"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn written(name: &str, case: &Case) -> String {
    let title = name.replace('-', " ");
    let mut text =
        format!("# {title}\nexpect: {}\ncertificate: {}\n", case.expect, hex(&case.bytes));
    for (name, bytes) in [("log", &case.log), ("second", &case.second)] {
        if let Some(bytes) = bytes {
            text.push_str(&format!("{name}: {}\n", hex(bytes)));
        }
    }
    text
}

#[test]
fn every_vector_becomes_what_it_says() {
    let files = std::fs::read_dir(folder()).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 40, "{} vectors", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let case = Case {
            expect: field("expect: ").unwrap().to_owned(),
            bytes: unhex(field("certificate: ").unwrap()),
            log: field("log: ").map(unhex),
            second: field("second: ").map(unhex),
        };
        assert_eq!(judge(&case), case.expect, "{}", file.display());
    }
}

#[test]
fn the_files_are_those_that_are_made_here() {
    for (name, case) in table::all() {
        let file = folder().join(format!("{name}.txt"));
        let text = written(name, &case);
        if std::env::var("MUNDI_VECTORS").is_ok_and(|v| v == "write") {
            std::fs::write(&file, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{name}");
    }
}
