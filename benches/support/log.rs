//! Conversations to measure: persons with one device each, who write entries of a chosen size.

use mundi_engine::body::encode_body;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Verified, verify};
use mundi_engine::opening::{Member, Opening};
use mundi_engine::{Entry, EntryId, Reasons, Replica, Value};
use mundi_identity::{Certificate, DeviceKey, PersonKey};
use mundi_lang::rules::Rules;

/// When all conversations begin, in ms since 1970.
pub(crate) const START: u64 = 1_767_225_600_000;

/// A person's device, and its place in its chain.
pub(crate) struct Writer {
    key: DeviceKey,
    pub certificate: Certificate,
    seq: u32,
    prev: Option<EntryId>,
}

/// Somebody, by number.
pub(crate) fn writer(n: usize) -> Writer {
    let name = format!("p{n}");
    let key = DeviceKey::rehearsal("measured", &name, "");
    let person = PersonKey::rehearsal("measured", &name);
    let certificate = person.certify(key.public(), &name, 0, None).expect("a good certificate");
    Writer { key, certificate, seq: 0, prev: None }
}

/// A conversation that is being written, one entry after another.
pub(crate) struct Conversation {
    pub open: Verified,
    rules: std::sync::Arc<Rules>,
    writers: Vec<Writer>,
    head: EntryId,
    at: u64,
}

impl Conversation {
    /// Opens one; each writer holds the role beside.
    pub(crate) fn open(rules: &str, members: &[u16], writers: usize) -> Self {
        let mut writers: Vec<Writer> = (0..writers.max(members.len())).map(writer).collect();
        let rules = Opening::check_rules(rules, &consensus_std::library()).expect("good rules");
        let member = |(role, writer): (&u16, &Writer)| Member {
            roles: vec![*role],
            devices: vec![writer.certificate.clone()],
        };
        let value = |field: &mundi_lang::rules::Field| match &field.presence {
            mundi_lang::rules::Presence::Default(literal) => {
                mundi_engine::body::literal_value(&field.ty, literal, &|_| None).expect("it fits")
            }
            _ => Value::Unit,
        };
        let opening = Opening {
            terms: rules.terms.iter().map(value).collect(),
            rules: rules.clone(),
            topic: None,
            members: members.iter().zip(&writers).map(member).collect(),
            nonce: [7; 16],
        };
        let first = writers.first_mut().expect("somebody");
        let open = verify(opening.sign(START, &first.key).expect("it opens")).expect("signed");
        (first.seq, first.prev) = (1, Some(open.id()));
        Self { head: open.id(), at: START, open, rules, writers }
    }

    /// A replica of it that has seen its `open` only.
    pub(crate) fn replica(&self) -> Replica {
        Replica::open(&self.open, &consensus_std::library(), Reasons::Skip).expect("it opens")
    }

    /// The next entry, built on the one before, by a writer.
    pub(crate) fn say(&mut self, by: usize, message: &str, fields: &[(String, Value)]) -> Entry {
        let number = self.rules.message(message).expect("a message");
        let body = encode_body(&self.rules, number, fields);
        self.write(by, message, body)
    }

    /// As [`Self::say`], with a `note` that makes the entry so many bytes long.
    pub(crate) fn say_long(
        &mut self,
        by: usize,
        message: &str,
        fields: &[(String, Value)],
        bytes: usize,
    ) -> Entry {
        let number = self.rules.message(message).expect("a message");
        let body = |length: usize| {
            let note = ("note".to_owned(), Value::Text("x".repeat(length).into()));
            let fields: Vec<_> = fields.iter().cloned().chain([note]).collect();
            encode_body(&self.rules, number, &fields)
        };
        // The note's own length is written in 3 bytes where it is above 255.
        let fixed = self.draft(by, message, body(300)).size();
        let body = body((bytes + 300).saturating_sub(fixed));
        self.write(by, message, body)
    }

    /// A `join` of a writer.
    pub(crate) fn join(&mut self, by: usize, role: &str) -> Entry {
        let writer = self.writers.get(by).expect("a writer");
        let body = mundi_engine::joining::body(role, &writer.certificate);
        self.write(by, "join", body)
    }

    fn draft(&self, by: usize, message: &str, body: Vec<u8>) -> Sized {
        let writer = self.writers.get(by).expect("a writer");
        let parents = if writer.prev == Some(self.head) { Vec::new() } else { vec![self.head] };
        Sized(Draft {
            conversation: Some(self.open.id()),
            seq: writer.seq,
            prev: writer.prev,
            parents,
            at: self.at + 1,
            message: message.into(),
            body,
        })
    }

    fn write(&mut self, by: usize, message: &str, body: Vec<u8>) -> Entry {
        let draft = self.draft(by, message, body).0;
        let writer = self.writers.get_mut(by).expect("a writer");
        let entry = draft.sign(&writer.key).expect("an entry");
        (writer.seq, writer.prev) = (writer.seq + 1, Some(entry.id()));
        (self.head, self.at) = (entry.id(), draft.at);
        entry
    }
}

/// A draft whose size as an entry can be told without signing.
struct Sized(Draft);

impl Sized {
    fn size(&self) -> usize {
        let draft = &self.0;
        let number = |n: u64| match n {
            0..24 => 1,
            24..256 => 2,
            256..65_536 => 3,
            65_536..0x1_0000_0000 => 5,
            _ => 9,
        };
        let chain = if draft.prev.is_some() { 35 } else { 0 };
        let payload = 1
            + 35
            + 1
            + number(draft.seq.into())
            + chain
            + 2
            + 34 * draft.parents.len()
            + 1
            + number(draft.at)
            + 2
            + draft.message.len()
            + 1
            + draft.body.len();
        // Tag, array, protected header with content type and key, empty header, length, signature.
        let around = 2 + 74 + 1 + 3 + 66;
        payload + around
    }
}

/// `name: value`
pub(crate) fn field(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

/// A random-looking number that is the same everywhere.
pub(crate) fn scatter(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The next entry of the trade: one order after another, some declined, some disputed.
pub(crate) struct Trade {
    pub talk: Conversation,
    stage: &'static str,
    n: u64,
    bytes: usize,
}

impl Trade {
    pub(crate) fn new(bytes: usize) -> Self {
        let talk = Conversation::open(include_str!("../rules/trade.conv"), &[0, 1, 2], 3);
        Self { talk, stage: "order", n: 0, bytes }
    }

    pub(crate) fn next(&mut self) -> Entry {
        self.n += 1;
        let chance = scatter(self.n) % 10;
        let quantity = i64::try_from(scatter(self.n) % 100 + 1).expect("small");
        let (by, fields, next) = match self.stage {
            "order" => {
                let next = if chance == 0 { "decline" } else { "accept" };
                (0, vec![field("quantity", Value::Int(quantity))], next)
            }
            "accept" => (1, Vec::new(), "pay"),
            "pay" => (0, Vec::new(), "ship"),
            "ship" => (1, Vec::new(), if chance < 3 { "dispute" } else { "confirm" }),
            "dispute" => (usize::from(chance < 5), Vec::new(), "rule"),
            "rule" => {
                let part = Value::Decimal("10.25".parse().expect("a number"));
                (2, vec![field("to_seller", part)], "order")
            }
            "decline" => (1, Vec::new(), "order"),
            _ => (0, Vec::new(), "order"),
        };
        let stage = std::mem::replace(&mut self.stage, next);
        self.talk.say_long(by, stage, &fields, self.bytes)
    }
}

/// The next vote: most say yes, and change their mind.
pub(crate) struct Poll {
    pub talk: Conversation,
    voters: std::ops::Range<usize>,
    n: u64,
    bytes: usize,
}

impl Poll {
    /// Among so many, all there from the start.
    pub(crate) fn new(voters: usize, bytes: usize) -> Self {
        let roles = vec![0; voters];
        let talk = Conversation::open(include_str!("../rules/poll.conv"), &roles, voters);
        Self { talk, voters: 0..voters, n: 0, bytes }
    }

    /// A chair, and so many who will join.
    pub(crate) fn assembly(voters: usize, bytes: usize) -> Self {
        let rules = include_str!("../rules/assembly.conv");
        let talk = Conversation::open(rules, &[0], voters + 1);
        Self { talk, voters: 1..voters + 1, n: 0, bytes }
    }

    /// Everybody's `join`.
    pub(crate) fn joins(&mut self) -> Vec<Entry> {
        self.voters.clone().map(|by| self.talk.join(by, "voter")).collect()
    }

    pub(crate) fn next(&mut self) -> Entry {
        let len = self.voters.len();
        // Everybody once, then anybody.
        let turn = usize::try_from(self.n).expect("small");
        let random = usize::try_from(scatter(self.n) >> 16).expect("64 bits");
        let by = self.voters.start + if turn < len { turn } else { random % len };
        let choice = match scatter(self.n) % 10 {
            0..6 => "yes",
            6..9 => "no",
            _ => "abstain",
        };
        self.n += 1;
        self.talk.say_long(by, "vote", &[field("choice", Value::Text(choice.into()))], self.bytes)
    }
}
