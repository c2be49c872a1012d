//! A conversation of the home in words: what the commands about it share.

use mundi_engine::EntryId;
use mundi_identity::Fingerprint;
use mundi_node::conversation::{Exported, Recipient, Room};
use mundi_node::home::Home;
use mundi_node::store::Conversation;

use crate::screen::Colour;
use crate::show::Naming;
use crate::transcript::{Transcript, entry_name};

/// `Escrow order (1, 3f2a9c01): a lamp`
pub(super) fn name(row: &Conversation) -> String {
    let id = row.id.to_string();
    let topic = row.topic.as_ref().map(|topic| format!(": {topic}")).unwrap_or_default();
    format!("{} ({}, {}){topic}", row.title, row.number, id.get(..8).unwrap_or(&id))
}

/// What a person is called in a conversation: as at home, else as their certificate there says.
pub(super) fn person(home: &Home, room: &Room, person: &Fingerprint) -> String {
    let known = home.me() == *person || home.store().contact(person).ok().flatten().is_some();
    if known { home.name_of(person) } else { format!("{}?", room.replica.name_of(person)) }
}

/// Runs with a conversation's transcript, in the words of this home.
pub(super) fn with(
    home: &Home,
    room: &Room,
    colour: Colour,
    run: impl FnOnce(&Transcript<'_>) -> String,
) -> String {
    let naming = Naming { person: &|p| person(home, room, p), entry: &entry_name };
    let told = |id: &EntryId, field: &str| home.told_value(room, id, field);
    run(&Transcript { replica: &room.replica, naming, colour, told: Some(&told) })
}

/// All of a conversation.
pub(super) fn text(home: &Home, room: &Room, colour: Colour) -> String {
    with(home, room, colour, |t: &Transcript<'_>| t.text())
}

/// How a conversation stands.
pub(super) fn standing(home: &Home, room: &Room, colour: Colour) -> String {
    with(home, room, colour, |t: &Transcript<'_>| t.standing())
}

/// How the outcome of a conversation stands.
pub(super) fn outcome(home: &Home, room: &Room, colour: Colour) -> String {
    with(home, room, colour, |t: &Transcript<'_>| match t.outcome() {
        none if none.is_empty() => "no outcome yet\n".into(),
        some => some,
    })
}

/// Who may say what now.
pub(super) fn possible(home: &Home, room: &Room, colour: Colour) -> String {
    with(home, room, colour, |t: &Transcript<'_>| t.possible())
}

/// Who can open an export, in lines.
pub(super) fn recipients(home: &Home, exported: &Exported) -> String {
    let mut out = String::new();
    if exported.renewed {
        out.push_str("somebody has left or lost a device: from here on a new secret is in use\n");
    }
    let mut invited = Vec::new();
    for recipient in &exported.recipients {
        match recipient {
            Recipient::Invited(person) if *person == home.me() => {}
            Recipient::Invited(person) => invited.push(home.name_of(person)),
            Recipient::Unknown(person) => out.push_str(&format!(
                "{} cannot open it: their key is not known here; add their card\n",
                home.name_of(person)
            )),
            Recipient::Unusable(person, why) => {
                out.push_str(&format!("{} cannot open it: {why}\n", home.name_of(person)));
            }
        }
    }
    if invited.is_empty() {
        out.push_str("sealed for nobody but you\n");
    } else {
        out.push_str(&format!("sealed for {}\n", invited.join(", ")));
    }
    out
}
