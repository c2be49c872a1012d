//! Certificates in the terms of another conversation: what code reads of them, and that whatever does
//! not count opens nothing, on whatever road the `open` entry comes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]
#![allow(dead_code, unreachable_pub, reason = "its modules are used in part")]

#[path = "certificates/making.rs"]
mod making;
mod support;

use std::sync::Arc;

use making::{Talk, revocation};
use mundi_engine::entry::{Entry, EntryId, verify};
use mundi_engine::library::Library;
use mundi_engine::limits::{OUTCOME_BYTES, OUTCOME_DEPTH};
use mundi_engine::outcome::Certificate;
use mundi_engine::{Bodies, Ending, Reasons, Replica, Value};
use mundi_identity::Reason;
use support::{Room, checked, opening, someone, try_open};

const RULES: &str = r#"conversation rating "Rating"
edition 1
role rater 1..
terms { deal: outcome(pact), old: outcome(pact)? }
message rate by rater { stars: int(1..5) }
allow rate when { terms.deal.members.contains(from) } else "only who took part rates"
consensus { said("rate") }
output { #{ deal: terms.deal, first: terms.deal.members[0], old: terms.old?.round ?? 7 } }
seal all of rater
"#;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |all, byte| format!("{all}{byte:02x}"))
}

fn opened(open: &Entry) -> Result<Replica, (String, String)> {
    let open = verify(open.clone()).unwrap();
    Replica::open(&open, &Library::default(), Reasons::Keep)
        .map_err(|e| (e.code.to_string(), e.text))
}

/// Why a conversation does not open with a certificate. Somebody signs the `open` entry all the same.
fn refusal(bytes: &[u8]) -> String {
    let open = try_open(RULES, "rater: eve", &format!("deal: {}", hex(bytes))).unwrap();
    let (code, text) = opened(&open).err().expect("it opens");
    assert_eq!(code, "bad-field", "{text}");
    text
}

fn field<'a>(record: &'a Value, name: &str) -> &'a Value {
    let Value::Record(fields) = record else { panic!("{record:?}") };
    fields.get(name).unwrap()
}

fn list(names: &[&str]) -> Value {
    Value::List(Arc::new(names.iter().map(|name| someone(name)).collect()))
}

/// Two rate the pact of ada, ben and cy, of whom one had a part in it.
fn room(certificate: &Certificate) -> Room {
    Room::with_terms(RULES, "rater: ben eve", &format!("deal: {}", hex(&certificate.encode())))
}

struct Kept(Vec<Entry>);

impl Bodies for Kept {
    fn bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
        self.0.iter().find(|e| e.id() == *id).map(|e| e.bytes().to_vec())
    }
}

#[test]
fn code_reads_what_a_certificate_proves() {
    let pact = Talk::pact("12.50");
    let mut room = room(&pact.good());
    let said = room.say("eve", "rate", "stars: 1");
    assert_eq!(
        (said.code.as_str(), said.reason.as_str()),
        ("not-allowed", "only who took part rates")
    );
    assert_eq!(room.say("ben", "rate", "stars: 5").code, "accepted");
    let Some(Ending::Consensus { output, .. }) = room.replica.ending() else { panic!("no end") };
    let deal = field(&output, "deal");
    assert_eq!(field(deal, "members"), &list(&["ada", "ben", "cy"]));
    let Value::List(sealed) = field(deal, "sealed") else { panic!("{deal:?}") };
    let mut sealed: Vec<Value> = sealed.to_vec();
    sealed.sort_by_key(|who| *who != someone("ada"));
    assert_eq!(sealed, [someone("ada"), someone("ben")]);
    let at = i64::try_from(pact.outcome.at).unwrap();
    assert_eq!(field(deal, "decided_at"), &Value::Time(at));
    assert_eq!(field(deal, "round"), &Value::Int(0));
    let bytes = |hash: &[u8; 32]| Value::Bytes(hash.as_slice().into());
    assert_eq!(field(deal, "conversation"), &bytes(&pact.basis.conversation.0));
    assert_eq!(field(deal, "entry"), &bytes(&pact.outcome.entry.0));
    assert_eq!(field(deal, "rules"), &bytes(&pact.basis.rules));
    assert_eq!(
        field(&output, "first"),
        &someone("ada"),
        "who has no part here is somebody all the same"
    );
    assert_eq!(field(&output, "old"), &Value::Int(7), "left out, it is `()`");
    assert_eq!(
        room.replica.present(),
        [someone("ben"), someone("eve")].map(|who| match who {
            Value::Person(print) => print,
            _ => unreachable!(),
        })
    );
}

#[test]
fn one_that_is_resumed_reads_the_same() {
    let mut first = room(&Talk::pact("12.50").good());
    first.say("eve", "rate", "stars: 1");
    let saved = first.replica.save();
    let open = verify(first.open.clone()).unwrap();
    let log = first.replica.export();
    let log = mundi_engine::log::split(&log).unwrap();
    let kept: Vec<Entry> = log.iter().map(|bytes| Entry::decode(bytes).unwrap()).collect();
    let resume = || {
        let kept = Arc::new(Kept(kept.clone()));
        Replica::resume(&open, &saved, kept, &Library::default(), Reasons::Keep)
    };
    let mut second = resume().unwrap();
    assert_eq!(second.state_hash(), first.replica.state_hash());
    first.say("ben", "rate", "stars: 5");
    let log = first.replica.export();
    let last = mundi_engine::log::split(&log).unwrap().pop().unwrap().to_vec();
    second.insert(verify(Entry::decode(&last).unwrap()).unwrap());
    second.advance();
    assert_eq!(second.state_hash(), first.replica.state_hash());
    assert_eq!(second.ending(), first.replica.ending());
}

#[test]
fn what_does_not_count_opens_nothing_and_says_why() {
    let pact = Talk::pact("12.50");
    let good = pact.good().encode();
    let counts = |bytes: &[u8]| {
        let open = try_open(RULES, "rater: eve", &format!("deal: {}", hex(bytes))).unwrap();
        opened(&open).is_ok()
    };
    assert!(counts(&good) && counts(&pact.later().encode()));
    let mut forged = pact.good();
    forged.payload.outcome.at += 1;
    let wrong = "the term `deal` is no certificate that counts";
    let text = refusal(&forged.encode());
    assert!(text.starts_with(&format!("{wrong} (bad-signature): ")), "{text}");
    let text = refusal(&good[..good.len() - 1]);
    assert!(text.starts_with(&format!("{wrong} (bad-encoding): ")), "{text}");
    assert!(refusal(&[]).contains("(bad-encoding)"));
    let text = refusal(&pact.certificate(0, &pact.outcome, &["ada"]).encode());
    assert!(text.starts_with(&format!("{wrong} (too-few): ")), "{text}");
    let mut stolen = pact.good();
    stolen.revocations = vec![revocation("ben", Reason::Compromised)];
    let text = refusal(&stolen.encode());
    assert!(text.starts_with(&format!("{wrong} (revoked): ")), "{text}");
    stolen.revocations = vec![revocation("ben", Reason::Retired)];
    assert!(counts(&stolen.encode()), "who retires a key has signed with it");
    let text = refusal(&Talk::escrow().good().encode());
    assert_eq!(text, "the term `deal` must be an outcome of `pact`, and is one of `escrow`");
}

#[test]
fn a_certificate_in_the_terms_is_not_larger_than_its_bound() {
    let mut large = opening(checked(RULES), "rater: eve", "deal: 0x00");
    large.terms[0] = Value::Bytes(vec![0; OUTCOME_BYTES + 1].into());
    let error = large.sign(support::START, &support::device("eve")).unwrap_err();
    assert_eq!(error.code.to_string(), "bad-field");
    assert!(error.text.contains("`deal` must be an outcome certificate of `pact`"), "{error}");
}

/// A pact that rests on another one, and that on another, so many deep.
fn nested(depth: usize) -> Vec<u8> {
    let rests = making::PACT.replace("message yes", "terms { before: outcome(pact) }\nmessage yes");
    let mut bytes = Talk::pact("1").good().encode();
    for _ in 1..depth {
        let terms = format!("before: {}", hex(&bytes));
        let mut room = Room::with_terms(&rests, "a: ada, b: ben, c: cy", &terms);
        room.say("ada", "yes", "price: 1");
        bytes = Talk::of(&room).good().encode();
    }
    bytes
}

#[test]
fn certificates_nest_so_deep_and_no_deeper() {
    let deepest = nested(OUTCOME_DEPTH);
    let open = try_open(RULES, "rater: eve", &format!("deal: {}", hex(&deepest))).unwrap();
    assert!(opened(&open).is_ok());
    let text = refusal(&nested(OUTCOME_DEPTH + 1));
    assert!(text.contains("these nest at most 4 deep"), "{text}");
}
