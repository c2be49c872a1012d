//! One message's guard, handler and consensus: in mundi, and the same rule in regorus.
//!
//! For mundi the whole fold of an entry is counted: its body is decoded, the pattern steps, the
//! rule runs in the sandbox, the verdict is hashed. For regorus only the rule: a value is built
//! from the message, `guard` and `handler` are asked, and `consensus` of the state after it.

#[path = "../../support/mod.rs"]
mod support;

use mundi_engine::{Entry, Replica, Taken, Value as Own, Verdict, entry};
use regorus::{Engine, Value};
use support::clock::busy;
use support::log::{Conversation, field, scatter};
use support::{figure, median};

/// Messages in a round.
const MESSAGES: usize = 10_000;
const ROUNDS: usize = 15;

/// The orders of message `n`.
fn quantity(n: usize) -> i64 {
    let n = scatter(u64::try_from(n).expect("small")) % 100;
    i64::try_from(n + 1).expect("small")
}

/// A replica that has taken all messages in.
fn mundi() -> Replica {
    let mut talk = Conversation::open(include_str!("../../rules/one.conv"), &[0, 1], 2);
    let mut replica = talk.replica();
    let entries: Vec<Entry> = (0..MESSAGES)
        .map(|n| talk.say(0, "order", &[field("quantity", Own::Int(quantity(n)))]))
        .collect();
    let ids: Vec<_> = entries.iter().map(Entry::id).collect();
    for result in entry::verify_all(entries, &[9; 32]) {
        assert_eq!(replica.insert(result.expect("signed")), Taken::Inserted);
    }
    replica.advance();
    assert!(ids.iter().all(|id| replica.verdict(id) == Some(Verdict::Accepted)));
    replica
}

struct Peer {
    engine: Engine,
}

impl Peer {
    fn new() -> Self {
        let mut engine = Engine::new();
        engine.add_policy("one.rego".into(), include_str!("one.rego").into()).expect("a policy");
        let terms = r#"{"terms": {"price": 12.5, "most": 4000000}}"#;
        engine.add_data_json(terms).expect("data");
        Self { engine }
    }

    /// All messages, folded; gives the last state.
    fn fold(&mut self) -> Value {
        let mut state = object([("total", Value::from(0)), ("orders", Value::from(0))]);
        let said = object([("close", Value::Bool(false))]);
        let text = |name: &str| format!("data.one.{name}");
        let (guard, handler, consensus) = (text("guard"), text("handler"), text("consensus"));
        for n in 0..MESSAGES {
            let msg = object([("quantity", Value::from(quantity(n)))]);
            let input = |state: &Value| {
                let parts = [("msg", msg.clone()), ("state", state.clone()), ("said", said.clone())];
                object(parts)
            };
            self.engine.set_input(input(&state));
            let allowed = self.engine.eval_rule(guard.clone()).expect("a value");
            assert_eq!(allowed, Value::Bool(true));
            state = self.engine.eval_rule(handler.clone()).expect("a value");
            self.engine.set_input(input(&state));
            let ended = self.engine.eval_rule(consensus.clone()).expect("a value");
            assert_eq!(ended, Value::Bool(false));
        }
        state
    }
}

fn object<const N: usize>(parts: [(&str, Value); N]) -> Value {
    let mut object = Value::new_object();
    let map = object.as_object_mut().expect("an object");
    for (name, value) in parts {
        map.insert(Value::from(name), value);
    }
    object
}

fn main() {
    let mut replica = mundi();
    let mut peer = Peer::new();
    let last = peer.fold();
    assert_eq!(last["orders"], Value::from(i64::try_from(MESSAGES).expect("small")));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(busy(|| replica.replay()).0);
        theirs.push(busy(|| peer.fold()).0);
    }
    let ratios = ours.iter().zip(&theirs).map(|(a, b)| a / b).collect();
    let per = |all: Vec<f64>| median(all) * 1e6 / MESSAGES as f64;
    figure("mundi_us", per(ours));
    figure("regorus_us", per(theirs));
    figure("rule_over_regorus", median(ratios));
}
