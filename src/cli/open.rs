//! `mundi open`: opens a conversation that lasts.

use std::path::PathBuf;
use std::sync::Arc;

use mundi_node::clock;
use mundi_node::conversation::{Plan, Room};
use mundi_node::home::Home;
use serde_json::json;

use super::given::{Given, names};
use super::home::{HomeArguments, of_home};
use super::room;
use crate::load::LoadedRules;
use crate::screen::Screen;
use crate::show::hex;
use crate::stop::{Answer, Stop};
use crate::{files, render};

/// Open a conversation with people whom you know.
///
/// It lives in your home. Others learn of it by what `mundi export` writes.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rules: a `.conv` file.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    rules: PathBuf,
    /// Who holds which role: `buyer=me`, `voter=ben,cy`. `me` is you, others as your contacts
    /// are called.
    #[arg(long = "role", value_name = "ROLE=NAME,…", required = true)]
    roles: Vec<String>,
    /// The terms: `item="lamp", price=12.50`; `order=@order.cert` takes the bytes of a file.
    #[arg(long, value_name = "NAME=VALUE,…")]
    terms: Vec<String>,
    /// What it is about.
    #[arg(long, value_name = "TEXT")]
    topic: Option<String>,
    /// Writes it there for the others, sealed, as `mundi export` does.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    export: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let given = Given::read("--role", &arguments.roles, &arguments.terms, screen)?;
    let rules = LoadedRules::read(&arguments.rules)?;
    let plan = plan(&rules, given, arguments.topic.clone(), screen)?;
    let mut home = arguments.home.enter(screen)?;
    let mut room = home.open(&plan, clock::now()).map_err(|e| of_home(e, screen))?;
    if arguments.json {
        let (id, number) = (hex(&room.row.id.0), room.row.number.to_string());
        let object = json!({"conversation": id, "number": number, "title": room.row.title});
        screen.line(&format!("{object:#}"))?;
    } else {
        screen.line(&format!("opened {}", room::name(&room.row)))?;
        screen.answer(&room::possible(&home, &room, screen.out))?;
    }
    match &arguments.export {
        Some(path) => export(&mut home, &mut room, path, screen),
        None if arguments.json => Ok(()),
        None => {
            let number = &room.row.number;
            screen.note(&format!(
                "nobody else knows of it yet: `mundi export {number} FILE` writes what you give them\n"
            ));
            Ok(())
        }
    }
}

/// The checked rules, with who holds what on which terms.
pub(super) fn plan(
    rules: &LoadedRules,
    given: Given,
    topic: Option<String>,
    screen: &Screen,
) -> Result<Plan, Stop> {
    for (source, diagnostic) in rules.findings() {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let Some(checked) = &rules.rules else { return Err(Stop::No) };
    Ok(Plan {
        rules: Arc::new(checked.clone()),
        cast: given.cast.into_iter().map(|(role, who)| (role.node, names(who))).collect(),
        terms: given.terms.into_iter().map(|(name, value)| (name.node, value.node)).collect(),
        topic,
    })
}

/// Writes a conversation for its members.
pub(super) fn export(
    home: &mut Home,
    room: &mut Room,
    path: &std::path::Path,
    screen: &Screen,
) -> Answer {
    let exported = home.export(room, clock::now()).map_err(|e| of_home(e, screen))?;
    files::write(path, &exported.bytes)?;
    screen.note(&room::recipients(home, &exported));
    Ok(())
}
