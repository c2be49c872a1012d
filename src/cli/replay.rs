//! `mundi replay`: verifies and replays an exported log.

use std::path::{Path, PathBuf};

use mundi_engine::cbor::Reader;
use mundi_engine::entry::{Entry, verify};
use mundi_engine::opening::rules_hash;
use mundi_engine::{Ending, EntryId, Reasons, Replica, Taken, Verdict};
use mundi_lang::units::format_time;
use serde_json::{Value, json};

use crate::screen::{Screen, Tone};
use crate::show::{Naming, hex};
use crate::stop::{Answer, Stop};
use mundi_node::pool;

use crate::{ending, files};

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

/// The first byte of an entry: the tag of a `COSE_Sign1`.
const TAG: u8 = 0xd2;

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
        return screen.line(&format!("{:#}", as_json(&replica)));
    }
    screen.answer(&as_text(&replica, screen))
}

/// The conversation of a log.
fn replay(log: &[u8]) -> Result<Replica, String> {
    let entries = split(log)?;
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

/// A CBOR sequence of entries, cut into entries.
fn split(log: &[u8]) -> Result<Vec<&[u8]>, String> {
    let mut entries = Vec::new();
    let mut rest = log;
    while let Some((tag, array)) = rest.split_first() {
        let mut reader = Reader::new(array);
        let number = entries.len().saturating_add(1);
        if *tag != TAG || reader.any().is_err() {
            return Err(format!("entry {number} is no entry (bad-encoding)"));
        }
        let length = reader.position().saturating_add(1);
        let (entry, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
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

/// The entries of the rules' messages, in order.
fn entries(replica: &Replica) -> impl Iterator<Item = EntryId> {
    replica.order().into_iter().skip(1)
}

fn as_json(replica: &Replica) -> Value {
    let line = |id: EntryId| {
        let (from, message) =
            replica.said(&id).map_or_else(Default::default, |(p, m)| (p.to_string(), m));
        let at = replica.time_of(&id).and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
        let mut object = json!({
            "from": from, "message": message, "at": format_time(at), "id": hex(&id.0),
            "verdict": "accepted",
        });
        if let (Some(Verdict::Refused(code)), Some(map)) =
            (replica.verdict(&id), object.as_object_mut())
        {
            map.insert("verdict".into(), json!("refused"));
            map.insert("code".into(), json!(code.as_str()));
            map.insert("reason".into(), json!(replica.reason(&id)));
        }
        object
    };
    let rules = replica.rules();
    let mut object = json!({
        "rules": hex(&rules_hash(&rules.text)),
        "conversation": hex(&replica.conversation().0),
        "title": rules.title,
        "entries": entries(replica).map(line).collect::<Vec<_>>(),
    });
    let naming = Naming { person: &|p| p.to_string(), entry: &|id| hex(&id.0) };
    if let (Some(object), Value::Object(ending)) =
        (object.as_object_mut(), ending::json(replica, &naming))
    {
        object.extend(ending);
    }
    object
}

fn as_text(replica: &Replica, screen: &Screen) -> String {
    let naming = Naming {
        person: &|p| replica.name_of(p),
        entry: &|id| hex(id.0.get(..4).unwrap_or(&id.0)),
    };
    let rules = replica.rules();
    let mut out = format!("{} ({})\n", rules.title, rules.name);
    for id in entries(replica) {
        let Some((from, message)) = replica.said(&id) else { continue };
        let at = replica.time_of(&id).and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
        let verdict = match replica.verdict(&id) {
            Some(Verdict::Refused(code)) => format!(
                "{} ({}): {}",
                screen.out.paint(Tone::Bad, "refused"),
                code.as_str(),
                replica.reason(&id).unwrap_or_default()
            ),
            _ => screen.out.paint(Tone::Good, "accepted"),
        };
        let name = replica.name_of(&from);
        out.push_str(&format!("{}  {name}: {message}\n    {verdict}\n", format_time(at)));
    }
    match replica.ending() {
        None => out.push_str("\nno consensus, and none ruled out\n"),
        Some(Ending::Consensus { output, .. }) => {
            out.push_str(&format!("\nconsensus\noutput: {}\n", naming.text(&output)));
        }
        Some(Ending::Failure { text, .. }) => out.push_str(&format!("\nfailure: {text}\n")),
    }
    for (name, value) in replica.state() {
        out.push_str(&format!("    {name}: {}\n", naming.text(&value)));
    }
    out.push_str(&format!("state hash: {}\n", hex(&replica.state_hash())));
    out
}
