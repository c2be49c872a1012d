//! `mundi show` and `mundi possible`: a conversation of the home.

use mundi_engine::Value;
use mundi_node::clock;
use mundi_node::conversation::Room;
use mundi_node::home::{Home, HomeError};
use mundi_node::store::Delivered;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use super::room;
use crate::screen::Screen;
use crate::show::{Naming, hex};
use crate::stop::Answer;
use crate::transcript::{Transcript, entry_name};

/// Show a conversation: who takes part, what was said, how it stands.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Its number, the beginning of its id, or its title; nothing where there is only one.
    conversation: Option<String>,
    /// How far your own entries have come: queued, on the disk of brokers, received by whom, read
    /// by whom if they allow that to be told.
    #[arg(long, conflicts_with = "json")]
    delivery: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

/// Show who may say what now in a conversation.
#[derive(clap::Args)]
pub(super) struct Possible {
    /// Its number, the beginning of its id, or its title; nothing where there is only one.
    conversation: Option<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let mut room =
        home.room_of(arguments.conversation.as_deref()).map_err(|e| of_home(e, screen))?;
    if arguments.delivery {
        return screen.answer(&delivery(&home, &room).map_err(|e| of_home(e, screen))?);
    }
    if arguments.json {
        screen.line(&format!("{:#}", as_json(&room)))?;
    } else {
        screen.answer(&head(&home, &room))?;
        screen.answer(&room::text(&home, &room, screen.out))?;
    }
    home.shown(&mut room, clock::now()).map_err(|e| of_home(e, screen))
}

pub(super) fn possible(arguments: &Possible, screen: &Screen) -> Answer {
    let home = arguments.home.enter(screen)?;
    let room = home.room_of(arguments.conversation.as_deref()).map_err(|e| of_home(e, screen))?;
    if arguments.json {
        let json = as_json(&room);
        return screen.line(&format!("{:#}", json!({"possible": json["possible"]})));
    }
    screen.answer(&room::possible(&home, &room, screen.out))
}

/// How far each of one's own entries has come.
fn delivery(home: &Home, room: &Room) -> Result<String, HomeError> {
    let mut out = String::new();
    let not_shown = home.not_shown(room)?;
    let network = home.network()?;
    let networked = !network.brokers.is_empty() || network.leaf.is_some();
    for id in room.replica.order() {
        let Some((_, message)) = room.replica.said(&id).filter(|(from, _)| *from == home.me())
        else {
            continue;
        };
        let sent = home.store().delivery(&id.0)?;
        let mut parts = vec![match sent {
            None if networked => "queued".to_owned(),
            None => "not sent through a broker".to_owned(),
            Some(one) => match (one.state, one.brokers.len()) {
                (Delivered::Queued, _) => "queued".to_owned(),
                (Delivered::Failed, _) => "no broker takes it".to_owned(),
                (Delivered::Stored, 1) => "on the disk of 1 broker".to_owned(),
                (Delivered::Stored, n) => format!("on the disk of {n} brokers"),
            },
        }];
        let seen = room.replica.seen_by(&id);
        if !seen.is_empty() {
            let names: Vec<String> = seen.iter().map(|p| room::person(home, room, p)).collect();
            parts.push(format!("received by {}", names.join(", ")));
        }
        let read = not_shown.iter().filter(|(_, others)| !others.contains(&id));
        let names: Vec<String> = read.map(|(p, _)| room::person(home, room, p)).collect();
        if !names.is_empty() {
            parts.push(format!("read by {}", names.join(", ")));
        }
        out.push_str(&format!("{}  {message}: {}\n", entry_name(&id), parts.join("; ")));
    }
    Ok(out)
}

/// A conversation for programs: people by their fingerprints.
pub(super) fn as_json(room: &Room) -> serde_json::Value {
    let naming = Naming { person: &|p| p.to_string(), entry: &|id| hex(&id.0) };
    let colour = crate::screen::Colour::Off;
    Transcript { replica: &room.replica, naming, colour, told: None }.json()
}

/// What stands above what was said: name, members, terms.
fn head(home: &Home, room: &Room) -> String {
    let mut out = format!("{}\n", room::name(&room.row));
    let mut doubt = false;
    for person in room.replica.present() {
        let name = room::person(home, room, &person);
        doubt |= name.ends_with('?');
        out.push_str(&format!("  {name}: {}\n", room.replica.roles_of(&person).join(", ")));
    }
    if doubt {
        out.push_str("  (? nobody has made sure of them: `mundi contacts code NAME`)\n");
    }
    let opening = room.replica.opening();
    let naming = Naming { person: &|p| room::person(home, room, p), entry: &entry_name };
    for (field, value) in opening.rules.terms.iter().zip(&opening.terms) {
        if *value != Value::Unit {
            out.push_str(&format!("  {}: {}\n", field.name, naming.term(field, value)));
        }
    }
    out
}
