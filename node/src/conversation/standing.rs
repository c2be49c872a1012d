//! How a conversation stands, in a line for the list.

use mundi_engine::sealing::Finality;
use mundi_engine::{Ending, Replica};
use mundi_identity::Fingerprint;

/// A mark for the list: the owner may say something now.
pub const MY_TURN: u32 = 1;
/// A mark for the list: it has ended.
pub const ENDED: u32 = 2;
/// A mark for the list: something has come that the owner has not been shown.
pub const UNREAD: u32 = 4;

/// The line, and the marks.
pub(super) fn of(
    replica: &Replica,
    me: &Fingerprint,
    name: &dyn Fn(&Fingerprint) -> String,
) -> (String, u32) {
    match replica.finality() {
        Finality::Final(_) => return ("consensus (final)".into(), ENDED),
        Finality::Broken { .. } => return ("broken: two outcomes are final".into(), ENDED),
        Finality::Open { waiting, .. } => {
            let names = some(&waiting, name);
            return (format!("consensus (open: waiting for {names})"), ENDED);
        }
        Finality::Provisional { .. } => return ("consensus (provisional)".into(), ENDED),
        Finality::None => {}
    }
    match replica.ending() {
        Some(Ending::Consensus { .. }) => return ("consensus".into(), ENDED),
        Some(Ending::Failure { text, .. }) => return (format!("no consensus: {text}"), ENDED),
        None => {}
    }
    let turns = replica.turns();
    let mine: Vec<&str> =
        turns.iter().filter(|t| t.by.contains(me)).map(|t| t.message.as_str()).collect();
    if !mine.is_empty() {
        return (format!("you may say {}", mine.join(", ")), MY_TURN);
    }
    let mut others: Vec<Fingerprint> = turns.into_iter().flat_map(|t| t.by).collect();
    others.sort_unstable();
    others.dedup();
    match others.as_slice() {
        [] => ("waiting".into(), 0),
        others => (format!("waiting for {}", some(others, name)), 0),
    }
}

/// The first three names.
fn some(people: &[Fingerprint], name: &dyn Fn(&Fingerprint) -> String) -> String {
    let names: Vec<String> = people.iter().take(3).map(name).collect();
    let more = if people.len() > names.len() { " and others" } else { "" };
    format!("{}{more}", names.join(", "))
}
