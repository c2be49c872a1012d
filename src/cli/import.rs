//! `mundi import`: takes in what others give you.

use std::path::{Path, PathBuf};

use mundi_engine::opening::rules_hash;
use mundi_node::clock;
use mundi_node::conversation::{Imported, Intake};
use mundi_node::exchange::Bundle;
use mundi_node::home::Home;
use mundi_node::limits::BUNDLE_BYTES;
use mundi_node::mail::receive::is_sealed;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use super::mail::receive;
use super::{outcome, room};
use crate::files;
use crate::screen::Screen;
use crate::show::hex;
use crate::stop::{Answer, Stop};
use crate::transcript::entry_name;

/// Take in what others give you.
///
/// A conversation that was exported for you, evidence of one that you have, or a private message.
/// Nothing is taken in that does not verify; what is refused is shown with its reason, and the
/// exit status is 1.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, in any order.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Take a conversation in only if it goes by these rules.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    rules: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let rules = arguments.rules.as_deref().map(files::read).transpose()?;
    let rules = rules.map(|text| rules_hash(&text));
    let mut home = arguments.home.enter(screen)?;
    let mut objects = Vec::new();
    let mut answer = Ok(());
    for path in &arguments.files {
        let bytes = files::read_bytes(path, BUNDLE_BYTES as u64)?;
        if !Bundle::begins(&bytes) && is_sealed(&bytes) {
            let (words, object) = receive::take(&mut home, &bytes, clock::now(), screen)?;
            if arguments.json {
                objects.push(object);
            } else {
                screen.line(&words)?;
            }
            continue;
        }
        let mut imported = import(&mut home, path, &bytes, rules, screen)?;
        outcome::attend(&mut home, &mut imported.room, screen)?;
        if doubtful(&imported) {
            answer = Err(Stop::No);
        }
        if arguments.json {
            objects.push(as_json(&imported));
        } else {
            show(&home, &imported, screen)?;
        }
    }
    if arguments.json {
        screen.line(&format!("{:#}", json!({"imported": objects})))?;
    }
    answer
}

/// By what the file is.
fn import(
    home: &mut Home,
    path: &Path,
    bytes: &[u8],
    rules: Option<[u8; 32]>,
    screen: &Screen,
) -> Result<Imported, Stop> {
    let now = clock::now();
    let shown = path.display();
    if Bundle::begins(bytes) {
        return home.import(bytes, rules.as_ref(), now).map_err(|e| of_home(e, screen));
    }
    if bytes.first() == Some(&0xd2) {
        return home.import_log(bytes, now).map_err(|e| of_home(e, screen));
    }
    let text = String::from_utf8_lossy(bytes.get(..4_096).unwrap_or(bytes));
    Err(Stop::Usage(if text.contains("BEGIN PGP PUBLIC KEY BLOCK") {
        format!("{shown} is somebody's card: `mundi contacts add NAME {shown}`")
    } else if text.contains("BEGIN PGP PRIVATE KEY BLOCK") {
        format!("{shown} is a secret key: `mundi id import {shown}`")
    } else {
        format!("{shown} is nothing that mundi exports: a bundle, a log, or a private message")
    }))
}

fn doubtful(imported: &Imported) -> bool {
    let intake = &imported.intake;
    imported.broken > 0
        || !imported.doubtful.is_empty()
        || !intake.invalid.is_empty()
        || !intake.refused.is_empty()
}

fn show(home: &Home, imported: &Imported, screen: &Screen) -> Answer {
    let room = &imported.room;
    let mut out = room::name(&room.row);
    if imported.new {
        let by = imported.by.map(|p| format!(", by {}", room::person(home, room, &p)));
        let roles = room.replica.roles_of(&home.me()).join(", ");
        out.push_str(&format!(": new here{}; you are {roles}", by.unwrap_or_default()));
    }
    out.push('\n');
    let Intake { new, known, waiting, early, .. } = imported.intake;
    out.push_str(&format!("  {new} new, {known} known"));
    if waiting > 0 {
        out.push_str(&format!(", {waiting} waiting for entries that have not come"));
    }
    if early > 0 {
        out.push_str(&format!(", {early} ahead of this clock, kept until their time"));
    }
    out.push('\n');
    if imported.intake.old_copy {
        out.push_str(
            "  this home is an old copy: a device of yours has written what is not here. You go on \
             with a new device\n",
        );
    }
    screen.answer(&out)?;
    for (id, code, text) in &imported.intake.refused {
        screen.note(&format!("  refused ({}): {}: {text}\n", code.as_str(), entry_name(id)));
    }
    for (id, code, text) in &imported.intake.invalid {
        let name = id.as_ref().map_or_else(|| "an entry".into(), entry_name);
        screen.note(&format!("  invalid ({}): {name}: {text}\n", code.as_str()));
    }
    for why in &imported.doubtful {
        screen.note(&format!("  an invitation was not believed: {why}\n"));
    }
    if imported.broken > 0 {
        screen.note(&format!(
            "  {} envelopes did not open: changed on their way, or sealed under a secret that you do not \
             have\n",
            imported.broken
        ));
    }
    screen.answer(&room::standing(home, room, screen.out))
}

fn as_json(imported: &Imported) -> serde_json::Value {
    let intake = &imported.intake;
    let refused = intake
        .refused
        .iter()
        .map(|(id, code, text)| json!({"id": hex(&id.0), "code": code.as_str(), "reason": text}));
    let invalid = intake.invalid.iter().map(|(id, code, text)| {
        json!({"id": id.map(|id| hex(&id.0)), "code": code.as_str(), "reason": text})
    });
    let doubtful: Vec<String> = imported.doubtful.iter().map(ToString::to_string).collect();
    json!({
        "conversation": hex(&imported.room.row.id.0),
        "number": imported.room.row.number.to_string(),
        "new_conversation": imported.new,
        "by": imported.by.map(|p| p.to_string()),
        "new": intake.new,
        "known": intake.known,
        "waiting": intake.waiting,
        "early": intake.early,
        "old_copy": intake.old_copy,
        "refused": refused.collect::<Vec<_>>(),
        "invalid": invalid.collect::<Vec<_>>(),
        "doubtful": doubtful,
        "broken": imported.broken,
    })
}
