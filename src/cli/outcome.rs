//! `mundi outcome`: how a conversation's outcome stands, and the certificate of one that is final.

use std::path::PathBuf;

use mundi_engine::sealing::{Finality, Waits};
use mundi_node::clock;
use mundi_node::conversation::{Attended, Room};
use mundi_node::home::Home;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use super::room;
use crate::screen::Screen;
use crate::show::{Naming, hex};
use crate::stop::{Answer, Stop};
use crate::transcript::entry_name;
use crate::{files, finality};

/// Show how an outcome stands: provisional, open, final or broken, and for whom it waits.
///
/// Your agent seals by itself, whenever entries come in. It asks you where an outcome leaves out
/// something that you have said. Exit status 1: it is not final.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Its number, the beginning of its id, or its title; nothing where there is only one.
    conversation: Option<String>,
    /// Seal what your agent has asked you about: an outcome that leaves out something that you said.
    #[arg(long)]
    seal: bool,
    /// Write the certificate there: a file that proves the outcome to anybody (`mundi verify`).
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    certificate: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let meant = arguments.conversation.as_deref();
    let mut room = home.room_of(meant).map_err(|e| of_home(e, screen))?;
    let attended = attend(&mut home, &mut room, screen)?;
    if arguments.seal {
        consent(&mut home, &mut room, attended, screen)?;
    }
    let found = room.replica.finality();
    if arguments.json {
        let naming = Naming { person: &|p| p.to_string(), entry: &|id| hex(&id.0) };
        let object = json!({
            "conversation": hex(&room.row.id.0),
            "finality": finality::json(&found, &naming),
        });
        screen.line(&format!("{object:#}"))?;
    } else {
        screen.line(&room::name(&room.row))?;
        screen.answer(&room::outcome(&home, &room, screen.out))?;
    }
    if let Some(path) = &arguments.certificate {
        let Some(certificate) = home.certificate(&room).map_err(|e| of_home(e, screen))? else {
            return Err(Stop::Usage(not_yet(&found).into()));
        };
        files::write(path, &certificate)?;
    }
    if matches!(found, Finality::Final(_)) { Ok(()) } else { Err(Stop::No) }
}

fn not_yet(finality: &Finality) -> &'static str {
    match finality {
        Finality::Broken { .. } => "two outcomes are final: there is no certificate of one",
        Finality::None => "there is no outcome, so there is no certificate",
        _ => "the outcome is not final, so there is no certificate yet",
    }
}

/// Lets the agent do what is due, and says what it has done. Entries travel by hand here, so it waits
/// for nothing.
pub(super) fn attend(home: &mut Home, room: &mut Room, screen: &Screen) -> Result<Attended, Stop> {
    let attended = home.attend(room, clock::now(), &Waits::NONE).map_err(|e| of_home(e, screen))?;
    if !attended.sealed.is_empty() {
        screen.note("your agent has sealed the outcome\n");
    }
    if let Some((_, omitted)) = &attended.ask {
        let names: Vec<String> = omitted.iter().map(entry_name).collect();
        screen.note(&format!(
            "an outcome is proposed that leaves out what you said ({}); `mundi outcome {} --seal` seals it \
             all the same\n",
            names.join(", "),
            room.row.number
        ));
    }
    Ok(attended)
}

fn consent(home: &mut Home, room: &mut Room, attended: Attended, screen: &Screen) -> Answer {
    let Some((intent, _)) = attended.ask else {
        screen.note("there is nothing that your agent asks you about\n");
        return Ok(());
    };
    home.consent(room, &intent, clock::now()).map_err(|e| of_home(e, screen))?;
    screen.note("you have sealed the outcome\n");
    attend(home, room, screen).map(|_| ())
}
