//! What people still owe a conversation, in words and for programs.

use mundi_engine::Replica;
use mundi_engine::obligations::Obligation;
use mundi_lang::units::format_time;
use serde_json::{Value, json};

use crate::rehearsal::either;
use crate::show::Naming;

/// Persons who are named before it says "and … others".
const NAMED: usize = 6;

/// `owed: ada (buyer): confirm, until 2026-01-18T00:00:05Z (then not_shipped)`, a line each, without ends.
#[must_use]
pub fn lines(replica: &Replica, naming: &Naming<'_>) -> Vec<String> {
    replica.owed().iter().map(|one| line(replica, naming, one)).collect()
}

fn line(replica: &Replica, naming: &Naming<'_>, one: &Obligation) -> String {
    let who = |print| {
        let name = (naming.person)(print);
        match replica.roles_of(print).as_slice() {
            [] => name,
            roles => format!("{name} ({})", roles.join(", ")),
        }
    };
    let mut names: Vec<String> = one.by.iter().take(NAMED).map(who).collect();
    let more = one.by.len().saturating_sub(NAMED);
    if more > 0 {
        names.push(format!("{more} others"));
    }
    let names = if one.each { names.join(" and ") } else { either(&names) };
    let each = if one.each { " each" } else { "" };
    let not_now = if one.allowed == Some(false) { ", not allowed yet" } else { "" };
    let until = match &one.until {
        Some((name, Some(at))) => format!(", until {} (then {name})", format_time(*at)),
        Some((name, None)) => format!(", until {name}, whose time is not known yet"),
        None => String::new(),
    };
    format!("owed: {names}{each}: {}{not_now}{until}", either(&one.messages))
}

/// The same for programs (`spec/explanations.md`, "Owed").
#[must_use]
pub fn json(replica: &Replica, naming: &Naming<'_>) -> Value {
    let one = |one: Obligation| {
        let by: Vec<String> = one.by.iter().map(|print| (naming.person)(print)).collect();
        let until = one
            .until
            .map(|(deadline, at)| json!({"deadline": deadline, "from": at.map(format_time)}));
        json!({
            "messages": one.messages, "by": by, "each": one.each, "allowed": one.allowed,
            "until": until,
        })
    };
    replica.owed().into_iter().map(one).collect()
}
