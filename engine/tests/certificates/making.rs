//! Certificates for tests: a small conversation, what its people seal, and the file.

use mundi_engine::cbor::value_bytes;
use mundi_engine::entry::Entry;
use mundi_engine::outcome::{Basis, CONTENT_TYPE, Certificate, Outcome, OutcomeHash, Payload};
use mundi_engine::{Ending, EntryId, Replica, Value};
use mundi_identity::cose_sign::{Sign, Signature};
use mundi_identity::{Reason, Revocation};

use crate::support::{Room, START, device, person};

/// Rules as small as they get: two of three seal.
pub const PACT: &str = r#"conversation pact "Pact"
edition 1
role a
role b
role c
message yes by a { price: decimal(0..) }
consensus { said("yes") }
output { last("yes").price }
seal 2 of a, b, c
"#;

/// A conversation with its outcome.
pub struct Talk {
    pub open: Entry,
    pub basis: Basis,
    pub outcome: Outcome,
    pub log: Vec<u8>,
}

impl Talk {
    /// What a room has agreed on.
    pub fn of(room: &Room) -> Self {
        let replica: &Replica = &room.replica;
        let opening = replica.opening().clone();
        let Some(Ending::Consensus { entry, output }) = replica.ending() else {
            panic!("there is no consensus")
        };
        let mut cut = replica.heads();
        cut.sort_unstable();
        let at = replica.time_of(&entry).unwrap();
        Self {
            open: room.open.clone(),
            basis: Basis::of(replica.conversation(), &opening),
            outcome: Outcome { entry, cut, at, output: value_bytes(&output) },
            log: replica.export(),
        }
    }

    /// Ada says yes, at a price.
    pub fn pact(price: &str) -> Self {
        let mut room = Room::new(PACT, "a: ada, b: ben, c: cy");
        room.hear("ada", "yes", &format!("price: {price}"), "yes");
        Self::of(&room)
    }

    /// The same among four, three of whom seal.
    pub fn four() -> Self {
        let rules =
            PACT.replace("role c", "role c\nrole d").replace("2 of a, b, c", "3 of a, b, c, d");
        let mut room = Room::new(&rules, "a: ada, b: ben, c: cy, d: dan");
        room.hear("ada", "yes", "price: 12.50", "yes");
        Self::of(&room)
    }

    /// An order that goes well.
    pub fn escrow() -> Self {
        let rules = include_str!("../../../examples/conversations/escrow.conv");
        let terms = "item: \"lamp\", price: 12.50, currency: \"EUR\"";
        let mut room = Room::with_terms(rules, "buyer: ada, seller: ben, notary: cy", terms);
        room.hear("ada", "order", "quantity: 2, address: \"1 High Street\"", "order");
        room.hear("ben", "accept", "", "accept");
        room.hear("ada", "pay", "reference: \"tx-1\"", "pay");
        room.hear("ben", "ship", "", "ship");
        room.hear("ada", "confirm", "", "confirm");
        Self::of(&room)
    }

    /// The outcome with another output, as a liar seals it.
    pub fn with_output(&self, output: &Value) -> Outcome {
        Outcome { output: value_bytes(output), ..self.outcome.clone() }
    }

    /// What people seal in a round.
    pub fn sealed(&self, round: u32, outcome: &Outcome, by: &[&str]) -> Sign {
        signed(&Payload { basis: self.basis.clone(), round, outcome: outcome.clone() }, by)
    }

    /// The certificate of an outcome in a round, by these people.
    pub fn certificate(&self, round: u32, outcome: &Outcome, by: &[&str]) -> Certificate {
        let payload = Payload { basis: self.basis.clone(), round, outcome: outcome.clone() };
        certificate(payload, self.open.bytes().to_vec(), by)
    }

    /// The good one.
    pub fn good(&self) -> Certificate {
        self.certificate(0, &self.outcome, &["ada", "ben"])
    }

    /// A certificate of round 1: in round 0 everybody sealed something else.
    pub fn later(&self) -> Certificate {
        let outcomes = self.split();
        let round: Vec<Sign> = outcomes
            .iter()
            .zip(["ada", "ben", "cy"])
            .map(|(outcome, by)| self.sealed(0, outcome, &[by]))
            .collect();
        let mut later = self.certificate(1, &self.least(), &["ada", "cy"]);
        later.justification = vec![round];
        later
    }

    /// The outcome, and two others.
    pub fn split(&self) -> [Outcome; 3] {
        let price = |n: i64| Value::Decimal(n.into());
        [self.outcome.clone(), self.with_output(&price(13)), self.with_output(&price(14))]
    }

    /// Of the three, the one with the smallest hash.
    pub fn least(&self) -> Outcome {
        let hash = |outcome: &Outcome| -> OutcomeHash { self.basis.hash(outcome) };
        self.split().into_iter().min_by_key(|outcome| hash(outcome)).unwrap()
    }
}

/// A payload under the seals of people; `ada/phone` is another device.
pub fn signed(payload: &Payload, by: &[&str]) -> Sign {
    let payload = payload.encode();
    let mut signatures: Vec<Signature> =
        by.iter().map(|who| Signature::sign(CONTENT_TYPE, &payload, &device(who))).collect();
    signatures.sort();
    Sign { content_type: CONTENT_TYPE, payload, signatures }
}

/// The certificate of a payload.
pub fn certificate(payload: Payload, open: Vec<u8>, by: &[&str]) -> Certificate {
    let signatures = signed(&payload, by).signatures;
    Certificate { payload, signatures, open, justification: vec![], revocations: vec![] }
}

/// A person revokes their sealing key.
pub fn revocation(who: &str, reason: Reason) -> Vec<u8> {
    let key = device(who).public();
    Revocation::sign(&person(who), key, reason, START + 60_000).unwrap().bytes().to_vec()
}

/// An id that nothing has.
pub const NOTHING: EntryId = EntryId([9; 32]);
