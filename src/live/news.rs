//! What has come, in words.

use mundi_node::conversation::Intake;
use mundi_node::home::Home;
use mundi_node::network::{News, Progress};
use mundi_node::store::ConversationNo;

/// One line; `None` where there is nothing to say of it.
pub(crate) fn line(home: &Home, progress: &Progress) -> Option<String> {
    match progress {
        Progress::Sent(1) => Some("1 envelope is on the broker's disk".into()),
        Progress::Kept(n) => Some(format!("{n} kept by the leaf, which sends them on")),
        Progress::Sent(n) => Some(format!("{n} envelopes are on the broker's disk")),
        Progress::Unreachable(one) => {
            Some(format!("{} cannot be invited: {}", home.name_of(&one.person), one.why))
        }
        Progress::Sealed(number, rounds) => {
            let rounds: Vec<String> = rounds.iter().map(ToString::to_string).collect();
            Some(format!("{}: sealed round {}", named(home, *number), rounds.join(", ")))
        }
        Progress::News(News::Invited(number, by)) => {
            let by = by.map(|by| format!(" by {}", home.name_of(&by))).unwrap_or_default();
            Some(format!("{}: you are invited{by}", named(home, *number)))
        }
        Progress::News(News::Entries(number, intake)) => {
            let said = entries(intake);
            (!said.is_empty()).then(|| format!("{}: {said}", named(home, *number)))
        }
        Progress::News(News::Mail(number)) => {
            let number = number.0;
            Some(format!("private message {number}: `mundi mail read {number}`"))
        }
        Progress::News(News::Garbage(n)) => {
            Some(format!("{n} that are nothing to you came, and were dropped"))
        }
    }
}

/// `Escrow order (1)`
fn named(home: &Home, number: ConversationNo) -> String {
    let row = home.store().conversation(number).ok().flatten();
    row.map_or_else(|| number.to_string(), |row| format!("{} ({number})", row.title))
}

fn entries(intake: &Intake) -> String {
    let mut parts = Vec::new();
    let mut part = |n: usize, what: &str| {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    };
    part(intake.new, "new");
    part(intake.refused.len(), "of them refused");
    part(intake.waiting, "waiting for others");
    part(intake.early, "dated ahead");
    part(intake.invalid.len(), "invalid");
    if intake.old_copy {
        parts.push("this home is an old copy: a new device has begun".into());
    }
    parts.join(", ")
}
