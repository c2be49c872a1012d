//! `mundi verify`: what outcome certificates prove, without a home and without a network.

use std::path::{Path, PathBuf};

use mundi_engine::limits::CERTIFICATE_BYTES;
use mundi_engine::outcome::{Certificate, VerifyError, broken, replayed};
use serde_json::json;

use crate::certificate::beside::Beside;
use crate::certificate::{Replayed, Valid, html, json as form, text};
use crate::files;
use crate::screen::Screen;
use crate::show::plain;
use crate::stop::{Answer, Stop};

/// Verify outcome certificates.
///
/// Says who agreed to what, when and under which rules, on what that rests, and what it does not
/// prove. It needs no home and no network. Several files of one conversation that are of different
/// outcomes contradict each other: then the names of all who provably sealed two outcomes are
/// shown, and the exit status is 1, as for a file that is refused.
#[derive(clap::Args)]
#[command(after_long_help = "\
With --json, one file gives one object: {\"valid\": true, \"file\", \"conversation\", \"rules\": {\"hash\", \
\"name\", \"title\", \"edition\"}, \"topic\", \"terms\": {…}, \"output\", \"decided_by\", \"at\", \"cut\": […], \
\"outcome\", \"round\", \"needed\", \"sealers\", \"signed\": [{\"person\", \"name\", \"roles\", \"key\", \
\"revoked\": null or {\"reason\", \"at\"}}], \"compromised\": […], \"not_signed\": […], \"sealed_twice\": […], \
\"replayed\"}, or {\"valid\": false, \"file\", \"reason\", \"text\"}. Several files give {\"valid\", \
\"broken\": [{\"files\": [a, b], \"sealed_twice\": […]}], \"certificates\": […]}. Ids, keys and fingerprints \
are in hexadecimal, times as in RFC 3339. The reasons stand in spec/outcome.md.")]
pub(super) struct Arguments {
    /// Certificates, `.cert`.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// The conversation's log, as `export --evidence` writes it: whether it gives this outcome.
    #[arg(long, value_name = "LOG", value_hint = clap::ValueHint::FilePath)]
    log: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// One HTML page on standard output, which needs nothing else.
    #[arg(long)]
    html: bool,
}

/// What became of a file.
type Found = Result<Valid, (String, VerifyError)>;

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let log = arguments.log.as_ref().map(|path| read_log(path)).transpose()?;
    let found: Vec<Found> =
        arguments.files.iter().map(|path| verify(path, log.as_ref())).collect::<Result<_, _>>()?;
    let conflicts = conflicts(&found);
    let good = conflicts.is_empty() && found.iter().all(Result::is_ok);
    if arguments.json {
        screen.line(&format!("{:#}", object(&found, &conflicts)))?;
    } else {
        tell(found, &conflicts, arguments, screen)?;
    }
    if good { Ok(()) } else { Err(Stop::No) }
}

/// A log, read once for all files.
type Log = Result<Beside, VerifyError>;

fn read_log(path: &Path) -> Result<Log, Stop> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|e| Stop::Environment(format!("{shown} cannot be read: {}", files::plain(&e))))?;
    Ok(Beside::read(&bytes))
}

/// One file; what is too large to be one is not read to its end.
fn verify(path: &Path, log: Option<&Log>) -> Result<Found, Stop> {
    let bytes = files::read_bytes(path, 2 * CERTIFICATE_BYTES as u64)?;
    let file = path.display().to_string();
    Ok(proven(&bytes, &file, log).map_err(|e| (file, e)))
}

fn proven(bytes: &[u8], file: &str, log: Option<&Log>) -> Result<Valid, VerifyError> {
    let library = consensus_std::library();
    let known = log.and_then(|log| log.as_ref().ok());
    let known = known.map(|log| log.revocations.as_slice()).unwrap_or_default();
    let proven = Certificate::decode(bytes)?.verify_knowing(&library, known)?;
    let replayed = match log {
        None => Replayed::No,
        Some(Err(e)) => return Err(e.clone()),
        Some(Ok(log)) => {
            replayed::compare(&proven, &log.entries, &library).map(|()| Replayed::Same)?
        }
    };
    Ok(Valid { file: file.to_owned(), proven, replayed })
}

/// Two files that contradict each other, and who has sealed two outcomes.
struct Conflict {
    files: [String; 2],
    /// Name and fingerprint.
    twice: Vec<(String, String)>,
}

fn conflicts(found: &[Found]) -> Vec<Conflict> {
    let valid: Vec<&Valid> = found.iter().filter_map(|one| one.as_ref().ok()).collect();
    let mut all = Vec::new();
    for (n, a) in valid.iter().enumerate() {
        for b in valid.iter().skip(n + 1) {
            let Some(twice) = broken(&a.proven, &b.proven) else { continue };
            let named = |p: &mundi_identity::Fingerprint| {
                (plain(a.proven.name_of(p).unwrap_or_default()), p.to_string())
            };
            let twice = twice.iter().map(named).collect();
            all.push(Conflict { files: [a.file.clone(), b.file.clone()], twice });
        }
    }
    all
}

impl Conflict {
    fn sentence(&self) -> String {
        let [a, b] = &self.files;
        let names: Vec<String> =
            self.twice.iter().map(|(name, print)| format!("{name} ({print})")).collect();
        let who = if names.is_empty() {
            "the files do not show who sealed two outcomes in one round".to_owned()
        } else {
            format!("sealed two outcomes in one round: {}", names.join(", "))
        };
        format!("broken: {} and {} are final, and of different outcomes; {who}", plain(a), plain(b))
    }
}

fn object(found: &[Found], conflicts: &[Conflict]) -> serde_json::Value {
    let each = |one: &Found| match one {
        Ok(valid) => form::valid(valid),
        Err((file, e)) => form::refused(file, e),
    };
    if let [one] = found {
        return each(one);
    }
    let broken = |one: &Conflict| {
        let twice: Vec<&String> = one.twice.iter().map(|(_, print)| print).collect();
        json!({"files": one.files, "sealed_twice": twice})
    };
    json!({
        "valid": conflicts.is_empty() && found.iter().all(Result::is_ok),
        "broken": conflicts.iter().map(broken).collect::<Vec<_>>(),
        "certificates": found.iter().map(each).collect::<Vec<_>>(),
    })
}

/// What there is to say to people: refusals go to standard error.
fn tell(
    found: Vec<Found>,
    conflicts: &[Conflict],
    arguments: &Arguments,
    screen: &Screen,
) -> Answer {
    let mut valid = Vec::new();
    for one in found {
        match one {
            Ok(one) => valid.push(one),
            Err((file, e)) => {
                let (file, text) = (plain(&file), plain(&e.text));
                screen.note(&format!("mundi: {file}: refused ({}): {text}\n", e.reason()));
            }
        }
    }
    let sentences: Vec<String> = conflicts.iter().map(Conflict::sentence).collect();
    sentences.iter().for_each(|one| screen.note(&format!("mundi: {one}\n")));
    if arguments.html {
        return if valid.is_empty() {
            Ok(())
        } else {
            screen.answer(&html::page(&valid, &sentences))
        };
    }
    let texts: Vec<String> = valid.iter().map(|one| text::text(one, screen.out)).collect();
    screen.answer(&texts.join("\n\n"))
}
