//! `mundi verify` of a certificate with 100 signatures, as a whole process.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use mundi_engine::entry::{Entry, verify};
use mundi_engine::library::Library;
use mundi_engine::opening::Opening;
use mundi_engine::outcome::{Basis, CONTENT_TYPE, Certificate, Outcome, Payload};
use mundi_identity::DeviceKey;
use mundi_identity::cose_sign::{Sign, Signature};
use support::clock::{busy, children};
use support::log::{Conversation, START};
use support::{figure, median};

const SIGNATURES: usize = 100;
/// The kernel counts in hundredths of a second, so many processes are counted together.
const TOGETHER: usize = 40;
const ROUNDS: usize = 7;

/// A vote of so many, all of whom have sealed.
fn certificate() -> Certificate {
    let rules = include_str!("rules/poll.conv");
    let talk = Conversation::open(rules, &[0; SIGNATURES], SIGNATURES);
    let opening = Opening::read(&talk.open, &Library::default()).expect("it opens");
    let basis = Basis::of(talk.open.id(), &opening);
    let entry = talk.open.id();
    let outcome = Outcome { entry, cut: vec![entry], at: START, output: vec![0x18, 100] };
    let payload = Payload { basis, round: 0, outcome };
    let bytes = payload.encode();
    let key = |n: usize| DeviceKey::rehearsal("measured", &format!("p{n}"), "");
    let mut signatures: Vec<Signature> =
        (0..SIGNATURES).map(|n| Signature::sign(CONTENT_TYPE, &bytes, &key(n))).collect();
    signatures.sort();
    let open = talk.open.bytes().to_vec();
    Certificate { payload, signatures, open, justification: vec![], revocations: vec![] }
}

fn main() {
    let certificate = certificate();
    assert!(certificate.verify(&Library::default()).is_ok());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("measured.cert");
    std::fs::write(&file, certificate.encode()).expect("the file is written");
    let within = (0..ROUNDS).map(|_| busy(|| certificate.verify(&Library::default())).0 * 1e3);
    let within = median(within.collect());
    let open = Entry::decode(&certificate.open).and_then(verify).expect("signed");
    let opening = || busy(|| Opening::read(&open, &Library::default()).is_ok()).0 * 1e3;
    let opening = median((0..ROUNDS).map(|_| opening()).collect());
    let sign = Sign {
        content_type: CONTENT_TYPE,
        payload: certificate.payload.encode(),
        signatures: certificate.signatures.clone(),
    };
    let seals = median((0..ROUNDS).map(|_| busy(|| sign.verified()).0 * 1e3).collect());
    let verify = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mundi"));
        command.arg("verify").arg(&file).stdout(Stdio::null()).stderr(Stdio::inherit());
        let status = command.status().expect("it runs");
        assert!(status.success(), "the certificate is valid");
    };
    let round = || {
        let before = children();
        (0..TOGETHER).for_each(|_| verify());
        (children() - before) * 1e3 / TOGETHER as f64
    };
    round();
    println!("the seals alone, ms on a core: {seals:.2}");
    println!("the `open` entry with its device certificates alone: {opening:.2}");
    println!("all of it, without the process: {within:.2}");
    figure("verify_ms", median((0..ROUNDS).map(|_| round()).collect()));
}
