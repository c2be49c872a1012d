//! One certificate for each thing that verifying finds, and what it finds.

use std::collections::BTreeMap;

use mundi_engine::Value;
use mundi_engine::outcome::{Certificate, Payload};
use mundi_identity::Reason;

use crate::making::{NOTHING, Talk, certificate, revocation};

/// A certificate's bytes, a log beside it, a second certificate, and what must become of it.
#[derive(Clone)]
pub struct Case {
    pub expect: String,
    pub bytes: Vec<u8>,
    pub log: Option<Vec<u8>>,
    pub second: Option<Vec<u8>>,
}

fn case(expect: &str, bytes: Vec<u8>) -> Case {
    Case { expect: expect.into(), bytes, log: None, second: None }
}

/// All, by name.
pub fn all() -> BTreeMap<&'static str, Case> {
    let mut all = BTreeMap::new();
    all.extend(good());
    all.extend(misshapen());
    all.extend(swapped());
    all.extend(unsigned());
    all.extend(unjustified());
    all.extend(beside_a_log());
    all
}

fn good() -> Vec<(&'static str, Case)> {
    let (pact, escrow) = (Talk::pact("12.50"), Talk::escrow());
    let ok = |certificate: &Certificate| case("ok", certificate.encode());
    let three = pact.certificate(0, &pact.outcome, &["ada", "ben", "cy"]);
    let revoked = |of: &Certificate, who, reason| Certificate {
        revocations: vec![revocation(who, reason)],
        ..of.clone()
    };
    let with_log = Case { log: Some(escrow.log.clone()), ..ok(&escrow.good()) };
    let four = Talk::four();
    let twice = {
        // Ada counts for nothing; of the others', the smallest hash leads.
        let [x, y, z] = four.split();
        let round = vec![
            four.sealed(0, &x, &["ada", "ben"]),
            four.sealed(0, &y, &["ada", "cy"]),
            four.sealed(0, &z, &["dan"]),
        ];
        let last = four.certificate(1, &four.least(), &["ben", "cy", "dan"]);
        Certificate { justification: vec![round], ..last }
    };
    vec![
        ("good", with_log),
        ("good-small", ok(&pact.good())),
        ("good-round-1", ok(&pact.later())),
        ("good-round-1-sealed-twice", ok(&twice)),
        ("good-retired", ok(&revoked(&pact.good(), "ben", Reason::Retired))),
        ("good-lost", ok(&revoked(&pact.good(), "ben", Reason::Lost))),
        ("good-enough-left", ok(&revoked(&three, "ben", Reason::Compromised))),
    ]
}

fn misshapen() -> Vec<(&'static str, Case)> {
    let pact = Talk::pact("12.50");
    let good = pact.good().encode();
    let bad = |bytes: Vec<u8>| case("bad-encoding", bytes);
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let early = Certificate { justification: pact.later().justification, ..pact.good() };
    let two_keys =
        Certificate { revocations: vec![revocation("ben", Reason::Lost)], ..pact.good() };
    let two_keys = two_keys.encode();
    let map = good.len() - pact.open.bytes().len() - 5;
    assert_eq!(good[map], 0xa1);
    let mut empty = good.clone();
    empty[map] = 0xa2;
    empty.extend([3, 0x80]);
    let mut unknown = good.clone();
    unknown[map] = 0xa2;
    unknown.extend([4, 0x80]);
    vec![
        ("tag-flipped", bad(flipped(1))),
        ("content-type-flipped", bad(flipped(20))),
        ("trailing-byte", bad([good.as_slice(), &[0]].concat())),
        ("cut-off", bad(good[..good.len() - 1].to_vec())),
        ("seals-alone", bad(good[..map].to_vec())),
        ("justification-in-round-0", bad(early.encode())),
        ("revocations-empty", bad(empty)),
        ("key-unknown", bad(unknown)),
        ("revocation-cut-off", bad(two_keys[..two_keys.len() - 1].to_vec())),
    ]
}

fn swapped() -> Vec<(&'static str, Case)> {
    let (pact, escrow) = (Talk::pact("12.50"), Talk::escrow());
    let good = pact.good();
    let open = Certificate { open: escrow.open.bytes().to_vec(), ..good.clone() };
    let garbage = {
        let mut payload = good.payload.clone();
        payload.basis.conversation = mundi_engine::EntryId(sha(b"no entry"));
        certificate(payload, b"no entry".to_vec(), &["ada", "ben"])
    };
    let sealed = |change: &dyn Fn(&mut Payload)| {
        let mut payload = good.payload.clone();
        change(&mut payload);
        certificate(payload, good.open.clone(), &["ada", "ben"]).encode()
    };
    let text = Value::Text("all of it".into());
    vec![
        ("open-of-another", case("other-conversation", open.encode())),
        ("open-is-none", case("other-conversation", garbage.encode())),
        ("rules-of-another", case("other-rules", sealed(&|p| p.basis.rules = escrow.basis.rules))),
        ("terms-of-another", case("other-rules", sealed(&|p| p.basis.terms = [9; 32]))),
        ("edition-of-another", case("other-rules", sealed(&|p| p.basis.edition = 2))),
        ("output-of-another-type", {
            case("other-rules", sealed(&|p| p.outcome.output = pact.with_output(&text).output))
        }),
        ("sealers-of-another", {
            case("other-sealers", sealed(&|p| p.basis.sealers = other_sealers()))
        }),
    ]
}

/// Ada and ben alone.
fn other_sealers() -> mundi_engine::outcome::Sealers {
    let rules = crate::making::PACT.replace("2 of a, b, c", "2 of a, b");
    let room = crate::support::Room::new(&rules, "a: ada, b: ben, c: cy");
    let replica = &room.replica;
    mundi_engine::outcome::Basis::of(replica.conversation(), replica.opening()).sealers
}

fn sha(bytes: &[u8]) -> [u8; 32] {
    mundi_engine::opening::rules_hash(std::str::from_utf8(bytes).unwrap())
}

fn unsigned() -> Vec<(&'static str, Case)> {
    let pact = Talk::pact("12.50");
    let by = |by: &[&str]| pact.certificate(0, &pact.outcome, by);
    let mut flipped = pact.good();
    flipped.signatures[0].signature[40] ^= 1;
    let mut another_round = pact.good();
    another_round.signatures = pact.sealed(1, &pact.outcome, &["ada", "ben"]).signatures;
    let revoked = |who, reason| Certificate {
        revocations: vec![revocation(who, reason)],
        ..by(&["ada", "ben"])
    };
    let mut false_revocation = revoked("ben", Reason::Retired);
    let last = false_revocation.revocations[0].len() - 1;
    false_revocation.revocations[0][last] ^= 1;
    vec![
        ("another-device", case("not-a-sealer", by(&["ada", "ben/phone"]).encode())),
        ("stranger", case("not-a-sealer", by(&["ada", "ben", "mallory"]).encode())),
        ("signature-flipped", case("bad-signature", flipped.encode())),
        ("signatures-of-another-round", case("bad-signature", another_round.encode())),
        ("revocation-flipped", case("bad-signature", false_revocation.encode())),
        ("compromised", case("revoked", revoked("ben", Reason::Compromised).encode())),
        ("one-signature", case("too-few", by(&["ada"]).encode())),
        ("no-signature", case("too-few", by(&[]).encode())),
    ]
}

fn unjustified() -> Vec<(&'static str, Case)> {
    let pact = Talk::pact("12.50");
    let later = pact.later();
    let case = |certificate: Certificate| case("unjustified", certificate.encode());
    let missing = Certificate { justification: vec![], ..later.clone() };
    let mut few = later.clone();
    few.justification[0].truncate(1);
    let other = pact.split().into_iter().find(|o| *o != pact.least()).unwrap();
    let another = Certificate {
        justification: later.justification.clone(),
        ..pact.certificate(1, &other, &["ada", "ben"])
    };
    let mut of_round_1 = later.clone();
    of_round_1.justification[0][0] = pact.sealed(1, &pact.split()[0], &["ada"]);
    let final_before = Certificate {
        justification: vec![vec![
            pact.sealed(0, &pact.outcome, &["ada", "ben"]),
            pact.sealed(0, &pact.split()[1], &["cy"]),
        ]],
        ..pact.certificate(1, &pact.outcome, &["ada", "ben"])
    };
    vec![
        ("justification-missing", case(missing)),
        ("justification-too-few", case(few)),
        ("justification-of-another-outcome", case(another)),
        ("justification-of-another-round", case(of_round_1)),
        ("justification-of-a-final-outcome", case(final_before)),
    ]
}

fn beside_a_log() -> Vec<(&'static str, Case)> {
    let (pact, escrow) = (Talk::pact("12.50"), Talk::escrow());
    let beside = |expect: &str, certificate: Certificate, log: &[u8]| Case {
        log: Some(log.to_vec()),
        ..case(expect, certificate.encode())
    };
    let outcome = |change: &dyn Fn(&mut mundi_engine::outcome::Outcome)| {
        let mut outcome = pact.outcome.clone();
        change(&mut outcome);
        pact.certificate(0, &outcome, &["ada", "ben"])
    };
    let past = vec![pact.basis.conversation, pact.outcome.entry];
    let heads = outcome(&|o| {
        o.cut.clone_from(&past);
        o.cut.sort_unstable();
    });
    let open = pact.open.bytes();
    let other = pact.certificate(0, &pact.split()[1], &["ada", "cy"]);
    vec![
        ("log-of-another", beside("bad-cut", pact.good(), &escrow.log)),
        ("log-too-short", beside("bad-cut", pact.good(), open)),
        ("cut-of-nothing", beside("bad-cut", outcome(&|o| o.cut = vec![NOTHING]), &pact.log)),
        ("cut-is-no-heads", beside("bad-cut", heads, &pact.log)),
        ("cut-before-consensus", {
            beside("other-output", outcome(&|o| o.cut = vec![pact.basis.conversation]), &pact.log)
        }),
        ("another-output", beside("other-output", other.clone(), &pact.log)),
        ("another-entry", beside("other-output", outcome(&|o| o.entry = NOTHING), &pact.log)),
        ("another-time", beside("other-output", outcome(&|o| o.at += 1), &pact.log)),
        ("broken", {
            let names = crate::support::person("ada").fingerprint();
            let expect = format!("broken {names}");
            Case { second: Some(other.encode()), ..case(&expect, pact.good().encode()) }
        }),
    ]
}
