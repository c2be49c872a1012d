//! How a conversation stands, in a line for the list.

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
    match replica.ending() {
        Some(Ending::Consensus { .. }) => return ("consensus (provisional)".into(), ENDED),
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
    let names: Vec<String> = others.iter().take(3).map(name).collect();
    let more = if others.len() > names.len() { " and others" } else { "" };
    match names.as_slice() {
        [] => ("waiting".into(), 0),
        names => (format!("waiting for {}{more}", names.join(", ")), 0),
    }
}
