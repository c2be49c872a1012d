//! `mundi replay`: verifies and replays an exported log.

use std::path::{Path, PathBuf};

use mundi_engine::entry::{Entry, verify};
use mundi_engine::opening::rules_hash;
use mundi_engine::{Reasons, Replica, Taken};

use crate::screen::Screen;
use crate::show::{Naming, hex};
use crate::stop::{Answer, Stop};
use mundi_node::pool;

use crate::files;
use crate::transcript::{Transcript, entry_name};

/// Verify and replay an exported log.
///
/// Shows every verdict, the state, the outcome and the state hash. An entry that does not verify
/// is named, and the exit status is 1.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The log, as `--export` writes it.
    #[arg(value_hint = clap::ValueHint::FilePath)]
    log: PathBuf,
    /// Rules to compare with those in the log.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    rules: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let shown = arguments.log.display();
    let log = std::fs::read(&arguments.log)
        .map_err(|e| Stop::Environment(format!("{shown} cannot be read: {}", files::plain(&e))))?;
    let no = |why: String| {
        screen.note(&format!("mundi: {shown}: {why}\n"));
        Stop::No
    };
    let replica = replay(&log).map_err(no)?;
    if let Some(path) = &arguments.rules {
        compare(path, &replica).and_then(|same| same.map_err(no))?;
    }
    if arguments.json {
        let naming = Naming { person: &|p| p.to_string(), entry: &|id| hex(&id.0) };
        let transcript = Transcript { replica: &replica, naming, colour: screen.out, told: None };
        return screen.line(&format!("{:#}", transcript.json()));
    }
    let naming = Naming { person: &|p| replica.name_of(p), entry: &entry_name };
    screen.answer(&Transcript { replica: &replica, naming, colour: screen.out, told: None }.text())
}

/// The conversation of a log.
fn replay(log: &[u8]) -> Result<Replica, String> {
    let entries = mundi_engine::log::split(log)?;
    let (first, rest) = entries.split_first().ok_or("it holds no entry")?;
    let open = Entry::decode(first)
        .and_then(verify)
        .map_err(|e| format!("entry 1 does not verify ({}): {e}", e.code().as_str()))?;
    let mut replica = Replica::open(&open, &consensus_std::library(), Reasons::Keep)
        .map_err(|e| format!("entry 1 opens no conversation: {e}"))?;
    let mut wrong = None;
    // The batches' coefficients come from all that is in them; a known seed gives nothing away.
    pool::verified(rest, pool::cores(), &[0; 32], |n, answer| {
        if wrong.is_some() {
            return;
        }
        let number = n.saturating_add(2);
        wrong = match answer {
            Err(e) => Some(format!("entry {number} does not verify ({}): {e}", e.code().as_str())),
            Ok(entry) => {
                let id = hex(&entry.id().0);
                taken(replica.insert(entry)).map(|why| format!("entry {number}, {id}, {why}"))
            }
        };
        if number.is_multiple_of(pool::BATCH) {
            replica.advance();
        }
    });
    replica.advance();
    match wrong {
        Some(wrong) => Err(wrong),
        None => Ok(replica),
    }
}

/// Why an entry did not come in.
fn taken(taken: Taken) -> Option<String> {
    match taken {
        Taken::Inserted => None,
        Taken::Duplicate => Some("is there twice (replayed)".into()),
        Taken::Waiting { code, .. } => {
            Some(format!("builds on an entry that is not there ({})", code.as_str()))
        }
        Taken::Invalid { code, text } => Some(format!("is invalid ({}): {text}", code.as_str())),
    }
}

/// Whether the rules of a file are those of the log.
fn compare(path: &Path, replica: &Replica) -> Result<Result<(), String>, Stop> {
    let file = rules_hash(&files::read(path)?);
    let log = rules_hash(&replica.rules().text);
    Ok(if file == log {
        Ok(())
    } else {
        let shown = path.display();
        Err(format!("its rules are {}, those of {shown} are {}", hex(&log), hex(&file)))
    })
}
