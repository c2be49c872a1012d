//! An outcome certificate in the terms of another conversation (`spec/language.md`, "Terms and types").
//!
//! The file's bytes in; out, what code reads of it: a record, made once, when the conversation is taken
//! up. Invariants: who has the record has a verified certificate of the rules that the term names; and
//! certificates that nest are bounded, so that no file makes a verifier recurse.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::Fingerprint;

use super::certificate::Certificate;
use super::proof::Proven;
use crate::library::Library;
use crate::limits::OUTCOME_DEPTH;
use crate::opening::Member;
use crate::value::Value;

/// Verifies a certificate of an outcome by the rules of a name; `left` is how deep certificates may
/// still nest, this one counted. Gives what code reads.
///
/// # Errors
/// Why it does not count, as the end of a sentence that names the term.
pub(crate) fn read(
    bytes: &[u8],
    rules: &str,
    library: &Library,
    left: usize,
) -> Result<Value, String> {
    let Some(left) = left.checked_sub(1) else {
        return Err(format!(
            "is a certificate in a certificate's terms, and these nest at most {OUTCOME_DEPTH} deep"
        ));
    };
    let proven = Certificate::decode(bytes).and_then(|c| c.verify_nested(library, left));
    let proven = proven
        .map_err(|e| format!("is no certificate that counts ({}): {}", e.reason(), e.text))?;
    let named = &proven.opening.rules.name;
    if named != rules {
        return Err(format!("must be an outcome of `{rules}`, and is one of `{named}`"));
    }
    Ok(record(&proven))
}

/// What code reads. Its type is `check/code/types.rs`'s in the language.
fn record(proven: &Proven) -> Value {
    let payload = &proven.payload;
    let (basis, outcome) = (&payload.basis, &payload.outcome);
    let bytes = |hash: &[u8; 32]| Value::Bytes(hash.as_slice().into());
    let persons = |all: &mut dyn Iterator<Item = Fingerprint>| {
        Value::List(Arc::new(all.map(Value::Person).collect()))
    };
    let fields = [
        ("conversation", bytes(&basis.conversation.0)),
        ("decided_at", Value::Time(i64::try_from(outcome.at).unwrap_or(i64::MAX))),
        ("entry", bytes(&outcome.entry.0)),
        ("members", persons(&mut proven.opening.members.iter().filter_map(Member::person))),
        ("round", Value::Int(payload.round.into())),
        ("rules", bytes(&basis.rules)),
        ("sealed", persons(&mut proven.signed.iter().map(|signer| signer.person))),
    ];
    let fields: BTreeMap<Arc<str>, Value> =
        fields.map(|(name, value)| (Arc::from(name), value)).into();
    Value::Record(Arc::new(fields))
}

/// When the outcome of a certificate was decided, in ms since 1970: for people who read the terms of a
/// conversation that is open, whose certificates are verified already. `None` where it is none.
#[must_use]
pub fn decided_at(bytes: &[u8]) -> Option<i64> {
    let at = Certificate::decode(bytes).ok()?.payload.outcome.at;
    i64::try_from(at).ok()
}
