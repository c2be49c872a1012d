//! A conversation for tests: rules as text, a cast, people who speak. Every entry is signed with
//! rehearsal keys and takes the same road as a stranger's.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

pub mod rules;
pub mod talk;

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::author::{Author, DraftError, Drafted, Secret};
use mundi_engine::body::literal_value;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, EntryId, verify};
use mundi_engine::library::Library;
use mundi_engine::opening::{Member, OpenError, Opening};
use mundi_engine::{Ending, Reasons, Replica, Taken, Value, Verdict};
use mundi_identity::{Certificate, DeviceKey, PersonKey};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Presence, Rules};

/// When test conversations open: 2026-01-01T00:00:00Z in ms.
pub const START: u64 = 1_767_225_600_000;

/// The title under which all keys are made.
pub const TITLE: &str = "engine tests";

/// The key of a device: `ada`, or `ada/phone`.
pub fn device(who: &str) -> DeviceKey {
    let (person, device) = who.split_once('/').unwrap_or((who, ""));
    DeviceKey::rehearsal(TITLE, person, device)
}

/// The key of a person.
pub fn person(who: &str) -> PersonKey {
    PersonKey::rehearsal(TITLE, who.split('/').next().unwrap())
}

/// A person as a value.
pub fn someone(who: &str) -> Value {
    Value::Person(person(who).fingerprint())
}

/// What certifies a device.
pub fn certificate(who: &str) -> Certificate {
    let name = who.split('/').next().unwrap();
    person(who).certify(device(who).public(), name, START, None).unwrap()
}

/// The checked rules of a text.
pub fn checked(text: &str) -> Arc<Rules> {
    Opening::check_rules(text, &Library::default()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// An opening: a cast as `buyer: ada, seller: ben cy`, terms as `price: 12.50`. Everybody has a
/// second device, `phone`.
pub fn opening(rules: Arc<Rules>, cast: &str, terms: &str) -> Opening {
    let mut roles: Vec<(&str, Vec<u16>)> = Vec::new();
    for part in cast.split(',').filter(|part| !part.trim().is_empty()) {
        let (role, names) = part.split_once(':').unwrap();
        let role = rules.role(role.trim()).unwrap();
        for name in names.split_whitespace() {
            match roles.iter_mut().find(|(n, _)| *n == name) {
                Some((_, held)) => held.push(role),
                None => roles.push((name, vec![role])),
            }
        }
    }
    let member = |(name, roles): &(&str, Vec<u16>)| Member {
        roles: roles.clone(),
        devices: vec![certificate(name), certificate(&format!("{name}/phone"))],
    };
    let members = roles.iter().map(member).collect();
    let written = mundi_lang::parse_terms(terms).unwrap_or_else(|d| panic!("{}", d.message));
    let names = |name: &str| roles.iter().any(|(n, _)| *n == name).then(|| someone(name));
    let term = |field: &mundi_lang::rules::Field| {
        let found = written.iter().find(|(name, _)| name.node == field.name);
        let literal = match (found, &field.presence) {
            (Some((_, value)), _) => &value.node,
            (None, Presence::Default(literal)) => literal,
            (None, _) => &Literal::Unit,
        };
        literal_value(&field.ty, literal, &names).unwrap()
    };
    let terms = rules.terms.iter().map(term).collect();
    Opening { rules, terms, topic: None, members, nonce: [7; 16] }
}

/// The signed `open` entry of rules, a cast and terms; its first person signs.
pub fn try_open(text: &str, cast: &str, terms: &str) -> Result<Entry, OpenError> {
    let rules = Opening::check_rules(text, &Library::default())?;
    let first = cast.split(':').nth(1).unwrap().split_whitespace().next().unwrap();
    opening(rules, cast, terms).sign(START, &device(first.trim_end_matches(',')))
}

/// A replica that begins with an entry.
pub fn replica(open: &Entry) -> Replica {
    let open = verify(open.clone()).unwrap();
    Replica::open(&open, &Library::default(), Reasons::Keep).unwrap_or_else(|e| panic!("{e}"))
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub id: EntryId,
    /// `accepted`, or the code of the refusal.
    pub code: String,
    /// Why, for people.
    pub reason: String,
}

/// A conversation under way.
pub struct Room {
    pub replica: Replica,
    pub open: Entry,
    pub secrets: BTreeMap<EntryId, Vec<Secret>>,
    pub labels: BTreeMap<String, EntryId>,
    pub clock: u64,
    salts: u8,
}

impl Room {
    /// Opens a conversation of rules without terms.
    pub fn new(text: &str, cast: &str) -> Self {
        Self::with_terms(text, cast, "")
    }

    pub fn with_terms(text: &str, cast: &str, terms: &str) -> Self {
        let open = try_open(text, cast, terms).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let replica = replica(&open);
        let (secrets, labels) = (BTreeMap::new(), BTreeMap::new());
        Self { replica, open, secrets, labels, clock: START, salts: 0 }
    }

    /// Drafts an entry on the heads; the clock moves a second.
    pub fn try_draft(
        &mut self,
        who: &str,
        message: &str,
        fields: &str,
    ) -> Result<Drafted, DraftError> {
        self.clock += 1_000;
        let written = mundi_lang::parse_fields(fields).unwrap_or_else(|d| panic!("{}", d.message));
        let written: Vec<(String, Literal)> =
            written.into_iter().map(|(name, value)| (name.node, value.node)).collect();
        let certificate = certificate(who);
        let names = |name: &str| match self.labels.get(name) {
            Some(id) => Some(Value::Ref(*id)),
            None => Some(someone(name)),
        };
        let secrets = |id: &EntryId| self.secrets.get(id).cloned().unwrap_or_default();
        let mut salt = || {
            self.salts += 1;
            [self.salts; 16]
        };
        let mut author = Author {
            device: device(who).public(),
            certificate: Some(&certificate),
            names: &names,
            secrets: &secrets,
            salt: &mut salt,
        };
        self.replica.draft(&mut author, message, &written, self.clock, None)
    }

    pub fn draft(&mut self, who: &str, message: &str, fields: &str) -> Draft {
        self.try_draft(who, message, fields).unwrap_or_else(|e| panic!("{e}")).draft
    }

    /// Says something, having seen all.
    pub fn say(&mut self, who: &str, message: &str, fields: &str) -> Said {
        match self.try_draft(who, message, fields) {
            Ok(drafted) => {
                let said = self.put(who, &drafted.draft);
                self.secrets.insert(said.id, drafted.secrets);
                said
            }
            Err(e) => Said { id: EntryId([0; 32]), code: e.code.to_string(), reason: e.text },
        }
    }

    /// As [`Self::say`], for what is accepted; its label names it in later fields.
    pub fn hear(&mut self, who: &str, message: &str, fields: &str, label: &str) -> EntryId {
        let said = self.say(who, message, fields);
        assert_eq!(said.code, "accepted", "{message} by {who}: {}", said.reason);
        self.labels.insert(label.into(), said.id);
        said.id
    }

    /// Signs a draft and puts it in.
    pub fn put(&mut self, who: &str, draft: &Draft) -> Said {
        let entry = draft.sign(&device(who));
        entry.map_or_else(
            |e| Said {
                id: EntryId([0; 32]),
                code: e.code().to_string(),
                reason: e.to_string(),
            },
            |entry| self.insert(entry),
        )
    }

    /// Puts bytes in that came from somewhere.
    pub fn put_bytes(&mut self, bytes: &[u8]) -> Said {
        match Entry::decode(bytes).and_then(|e| verify(e).map(mundi_engine::entry::Verified::into_entry)) {
            Ok(entry) => self.insert(entry),
            Err(e) => Said {
                id: EntryId([0; 32]),
                code: e.code().to_string(),
                reason: e.to_string(),
            },
        }
    }

    /// Puts an entry in and folds.
    pub fn insert(&mut self, entry: Entry) -> Said {
        let id = entry.id();
        let (code, reason) = match self.replica.insert(verify(entry).unwrap()) {
            Taken::Inserted => {
                self.replica.advance();
                match self.replica.verdict(&id).unwrap() {
                    Verdict::Accepted => ("accepted".to_owned(), String::new()),
                    Verdict::Refused(code) => {
                        (code.to_string(), self.replica.reason(&id).unwrap_or_default())
                    }
                }
            }
            Taken::Duplicate => ("replayed".to_owned(), String::new()),
            Taken::Waiting { code, .. } => (code.to_string(), String::new()),
            Taken::Invalid { code, text } => (code.to_string(), text),
        };
        Said { id, code, reason }
    }

    /// The value of a slot.
    pub fn state(&self, name: &str) -> Value {
        self.replica.state().into_iter().find(|(n, _)| n == name).unwrap().1
    }

    /// `consensus OUTPUT`, `failure TEXT`, or nothing.
    pub fn ended(&self) -> String {
        match self.replica.ending() {
            None => String::new(),
            Some(Ending::Consensus { output, .. }) => format!("consensus {output:?}"),
            Some(Ending::Failure { text, .. }) => format!("failure {text}"),
        }
    }
}

/// All that two replicas of one set of entries must agree on.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub order: Vec<EntryId>,
    pub verdicts: Vec<Option<Verdict>>,
    pub state: Vec<(String, Value)>,
    pub hash: [u8; 32],
    pub ending: Option<Ending>,
    pub possible: Vec<(String, usize)>,
    pub present: Vec<mundi_identity::Fingerprint>,
    pub deadlines: Vec<(String, Option<i64>)>,
    pub breaches: Vec<String>,
}

/// What a replica says now.
pub fn view(replica: &Replica) -> View {
    let order = replica.order();
    View {
        verdicts: order.iter().map(|id| replica.verdict(id)).collect(),
        order,
        state: replica.state(),
        hash: replica.state_hash(),
        ending: replica.ending(),
        possible: replica.turns().into_iter().map(|t| (t.message, t.by.len())).collect(),
        present: replica.present(),
        deadlines: replica.deadlines(),
        breaches: replica.breaches(),
    }
}
