//! How a conversation stands, for programs: what plays and replays say alike (commands.md).

use mundi_engine::{Ending, Replica};
use serde_json::{Value, json};

use crate::owes;
use crate::show::{Naming, hex};

/// `possible`, `owes`, `consensus`, `failure`, `decided_by`, `output`, `state`, `state_hash`.
#[must_use]
pub fn json(replica: &Replica, naming: &Naming<'_>) -> Value {
    let possible: Vec<Value> = replica
        .turns()
        .iter()
        .map(|turn| {
            let by: Vec<String> = turn.by.iter().map(|p| (naming.person)(p)).collect();
            json!({"message": turn.message, "by": by})
        })
        .collect();
    let (consensus, failure, decided_by, output) = match replica.ending() {
        None => (false, Value::Null, Value::Null, Value::Null),
        Some(Ending::Consensus { entry, output }) => {
            (true, Value::Null, json!(hex(&entry.0)), naming.json(&output))
        }
        Some(Ending::Failure { text, .. }) => (false, json!(text), Value::Null, Value::Null),
    };
    json!({
        "possible": possible,
        "owes": owes::json(replica, naming),
        "consensus": consensus,
        "failure": failure,
        "decided_by": decided_by,
        "output": output,
        "state": naming.json_fields(&replica.state()),
        "state_hash": hex(&replica.state_hash()),
    })
}
