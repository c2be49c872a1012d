//! Certificates for programs. `mundi verify --help` says the shape.

use mundi_engine::outcome::VerifyError;
use mundi_engine::outcome::proof::Signer;
use serde_json::{Value, json};

use super::sheet::time;
use super::{Replayed, Valid};
use crate::show::{Naming, hex};

/// A valid certificate.
#[must_use]
pub fn valid(valid: &Valid) -> Value {
    let proven = &valid.proven;
    let (payload, opening) = (&proven.payload, &proven.opening);
    let (basis, outcome) = (&payload.basis, &payload.outcome);
    let naming = Naming { person: &|p| p.to_string(), entry: &|id| hex(&id.0) };
    let terms: Vec<_> =
        opening.rules.terms.iter().cloned().zip(opening.terms.iter().cloned()).collect();
    let people = |all: &[Signer]| all.iter().map(signer).collect::<Vec<_>>();
    json!({
        "valid": true,
        "file": valid.file,
        "conversation": hex(&basis.conversation.0),
        "rules": {
            "hash": hex(&basis.rules), "name": opening.rules.name, "title": opening.rules.title,
            "edition": basis.edition,
        },
        "topic": opening.topic,
        "terms": naming.json_terms(&terms),
        "output": naming.json(&proven.output),
        "decided_by": hex(&outcome.entry.0),
        "at": time(outcome.at),
        "cut": outcome.cut.iter().map(|id| hex(&id.0)).collect::<Vec<_>>(),
        "outcome": hex(&payload.hash().0),
        "round": payload.round,
        "needed": basis.sealers.q(),
        "sealers": basis.sealers.n(),
        "signed": people(&proven.signed),
        "compromised": people(&proven.compromised),
        "not_signed": people(&proven.silent),
        "sealed_twice": proven.twice.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "replayed": valid.replayed == Replayed::Same,
    })
}

fn signer(signer: &Signer) -> Value {
    let revoked = signer
        .revoked
        .map(|revoked| json!({"reason": revoked.reason.name(), "at": time(revoked.at)}));
    json!({
        "person": signer.person.to_string(), "name": signer.name, "roles": signer.roles,
        "key": hex(&signer.key.0), "revoked": revoked,
    })
}

/// One that is refused.
#[must_use]
pub fn refused(file: &str, error: &VerifyError) -> Value {
    json!({"valid": false, "file": file, "reason": error.reason(), "text": error.text})
}
