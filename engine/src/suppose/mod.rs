//! What would become of messages that nobody has signed: for whoever looks ahead.
//!
//! A [`Supposer`] holds the rules of one conversation; a [`Point`] is where its fold stands after some
//! supposed entries. From a point, a further entry is judged by the same fold that judges signed
//! ones, and leads to another point or is refused. Points of one conversation can be told apart, or
//! found to be the same as far as any message to come can tell, by their [`Digest`].
//!
//! Invariant: a supposed entry gets the verdict that it would get signed, with these fields, at this
//! time, by somebody who has seen all that was accepted before. What its type forbids is not judged
//! here: fields are the caller's to fit.

mod asks;
mod digest;
mod order;

use std::sync::Arc;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{MessageId, MessageKind, Rules};

pub use crate::log::{Supposed, supposed_id};
pub use asks::Asks;
pub use digest::Digest;
pub(crate) use digest::pieces;

use crate::fold::fold;
use crate::hidden::{Hidden, SALT_BYTES};
use crate::limits::FUEL;
use crate::replica::Replica;
use crate::sandbox::Sandbox;
use crate::turns::turns;
use crate::value::Value;
use crate::verdict::{Reasons, Verdict};
use crate::world::{Ending, Fold, World};

/// The text of the failure of a conversation that ends because nothing more is possible.
pub const NOTHING_MORE: &str = crate::concluding::NOTHING_MORE;

/// The salt of supposed commitments: nobody has to guess them.
const SALT: [u8; SALT_BYTES] = [0; SALT_BYTES];

/// Where a conversation stands after some supposed entries.
#[derive(Clone)]
pub struct Point {
    fold: Fold,
    said: Vec<Arc<Supposed>>,
}

impl Point {
    /// What was accepted up to here.
    #[must_use]
    pub fn said(&self) -> &[Arc<Supposed>] {
        &self.said
    }

    /// How it has ended, if it has.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.fold.ending.as_ref()
    }
}

/// One conversation, to look ahead in.
pub struct Supposer {
    replica: Replica,
    asks: Asks,
    /// Who may be told from whom: by person, the class of those who began alike.
    classes: Vec<(Fingerprint, u8)>,
    reasons: Reasons,
    /// Accepted entries of the point at hand.
    said: Vec<Arc<Supposed>>,
    /// Why the last entry was refused.
    reason: String,
}

/// A message that the pattern allows, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The number of the message.
    pub message: MessageId,
    /// By these.
    pub by: Vec<Fingerprint>,
}

impl Supposer {
    /// Looks ahead from a conversation of which only `open` is there. `strangers` are persons who are no
    /// members yet.
    #[must_use]
    pub fn new(replica: Replica, strangers: &[Fingerprint], reasons: Reasons) -> Self {
        let asks = Asks::of(&replica.rules());
        let classes = order::classes(&replica, strangers);
        Self { replica, asks, classes, reasons, said: Vec::new(), reason: String::new() }
    }

    /// The checked rules.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        self.replica.rules()
    }

    /// The conversation, which tells what was come to where its code is instrumented.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What code may ask of the log.
    #[must_use]
    pub fn asks(&self) -> &Asks {
        &self.asks
    }

    fn sandbox(&self) -> &Sandbox {
        &self.replica.sandbox
    }

    /// Before the first message.
    #[must_use]
    pub fn start(&self) -> Point {
        Point { fold: self.sandbox().world().fold.clone(), said: Vec::new() }
    }

    /// When the conversation opens, in ms since 1970.
    #[must_use]
    pub fn opened(&self) -> i64 {
        self.sandbox().world().opened
    }

    /// Goes to a point: what follows is asked of it.
    pub fn go(&mut self, point: &Point) {
        self.said.clone_from(&point.said);
        let world = &mut *self.sandbox().world();
        world.fold = point.fold.clone();
        world.log.suppose(&point.said);
        world.journal.cut(0);
        for (n, said) in (0..).zip(&point.said) {
            let index = world.log.supposed_index(n);
            world.journal.push(index, said.message);
        }
    }

    /// The point at hand, to come back to.
    #[must_use]
    pub fn keep(&self) -> Point {
        Point { fold: self.sandbox().world().fold.clone(), said: self.said.clone() }
    }

    /// Somebody says something. Where it is accepted, the point at hand is the one after it; else it is
    /// as it was.
    pub fn say(&mut self, entry: &Arc<Supposed>) -> Verdict {
        let index = self.sandbox().world().log.suppose_next(entry.clone());
        self.replica.listen();
        let (verdict, text) = fold(self.sandbox(), self.reasons, index);
        self.replica.heard(verdict == Verdict::Accepted);
        self.reason = text;
        if verdict == Verdict::Accepted {
            self.said.push(entry.clone());
        } else {
            self.sandbox().world().log.forget_last();
        }
        verdict
    }

    /// Why the last entry was refused, if reasons are kept.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// How many guards a message has.
    #[must_use]
    pub fn guards(&self, message: MessageId) -> usize {
        let compiled = self.sandbox().scripts().messages.get(usize::from(message));
        compiled.map_or(0, |m| m.guards.len())
    }

    /// Which guard refused the last entry, where one did.
    #[must_use]
    pub fn refused_by(&self) -> u16 {
        self.sandbox().world().frame.guard
    }

    /// How it has ended at the point at hand, if it has.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.sandbox().world().fold.ending.clone()
    }

    /// Whether it has ended at the point at hand.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.sandbox().world().fold.ending.is_some()
    }

    /// The names of the `never` and `always` that do not hold at the point at hand.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        if self.sandbox().scripts().invariants.is_empty() {
            return Vec::new();
        }
        self.replica.breaches()
    }

    /// What the pattern allows at the point at hand.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn> {
        let world = self.sandbox().world();
        let turn = |turn: crate::turns::Turn| Turn {
            message: turn.message,
            by: turn.by.iter().filter_map(|p| world.fold.people.fingerprint(*p)).collect(),
        };
        turns(&world).into_iter().map(turn).collect()
    }

    /// From when on a deadline may be said, as it is known at the point at hand.
    #[must_use]
    pub fn due(&self, deadline: MessageId) -> Option<i64> {
        let script = self.sandbox().scripts().messages.get(usize::from(deadline))?;
        let script = script.deadline.as_ref()?;
        self.sandbox().fill(FUEL);
        self.sandbox().run(script).ok().and_then(|value| value.as_int().ok())
    }

    /// The value of a state slot at the point at hand.
    #[must_use]
    pub fn slot(&self, slot: usize) -> Option<Value> {
        self.sandbox().world().fold.slots.get(slot).cloned()
    }

    /// The terms at the point at hand, those of stages among them.
    #[must_use]
    pub fn terms(&self) -> Arc<Vec<Value>> {
        self.sandbox().world().fold.terms.clone()
    }

    /// The roles that a person holds at the point at hand, by number.
    #[must_use]
    pub fn roles(&self, person: &Fingerprint) -> Vec<u16> {
        let world = self.sandbox().world();
        let index = world.fold.people.index_of(person);
        index.map(|index| world.fold.people.roles(index).to_vec()).unwrap_or_default()
    }

    /// The same point, as far as no message to come can tell it from another. `now` is the time from
    /// which on the next may be said.
    #[must_use]
    pub fn digest(&self, now: i64) -> Digest {
        digest::of(&self.sandbox().world(), &self.asks, &self.classes, now)
    }

    /// What a hidden field of a supposed entry holds: the commitment to a value.
    #[must_use]
    pub fn commit(&self, entry: &Supposed, field: &str, value: &Value) -> Value {
        let world = self.sandbox().world();
        let message = world.rules.messages.get(usize::from(entry.message));
        let hidden = Hidden {
            conversation: world.conversation,
            author: entry.device,
            message: message.map_or("", |m| &m.name),
            field,
            salt: &SALT,
            value,
        };
        Value::Bytes(Arc::from(&hidden.commitment()[..]))
    }
}

/// What a `reveal` of the n-th accepted entry holds: its openings.
#[must_use]
pub fn opening(rules: &Rules, n: u32, entry: &Supposed) -> Value {
    let message = rules.messages.get(usize::from(entry.message));
    let name = |field: u16| message.and_then(|m| m.fields.get(usize::from(field)));
    let open = entry.hidden.iter().filter_map(|(field, value)| {
        let opened = vec![Value::Bytes(Arc::from(&SALT[..])), value.clone()];
        Some((Arc::from(name(*field)?.name.as_str()), Value::List(Arc::new(opened))))
    });
    let parts = [
        (Arc::from("entry"), Value::Ref(supposed_id(n))),
        (Arc::from("open"), Value::Record(Arc::new(open.collect()))),
    ];
    Value::Record(Arc::new(parts.into_iter().collect()))
}

/// Whether a message is a deadline.
#[must_use]
pub fn is_deadline(rules: &Rules, message: MessageId) -> bool {
    let kind = rules.messages.get(usize::from(message)).map(|m| &m.kind);
    matches!(kind, Some(MessageKind::Deadline(_)))
}

/// The person of a number, and back, in the world at hand.
fn number(world: &World, person: &Fingerprint) -> Option<u32> {
    world.fold.people.index_of(person)
}
