//! `mundi lsp`: the language server, over standard input and output.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use mundi_editor::disk::Disk;
use mundi_editor::documents::Kind;
use mundi_editor::transport::Streams;
use mundi_editor::{Ended, serve};
use mundi_lang::literal::Literal;

use crate::files;
use crate::stop::{Answer, Stop};

/// Serve an editor: the language server for rules and plays.
///
/// Editors start it; it speaks the Language Server Protocol on standard input and output, and ends
/// with the editor.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Standard input and output: the only way; for editors that ask for it.
    #[arg(long)]
    stdio: bool,
}

/// The disk that the process sees.
struct Real;

impl Disk for Real {
    fn read(&self, path: &Path) -> Result<String, String> {
        files::read(path).map_err(|stop| stop.to_string())
    }

    fn value(&self, path: &Path) -> Result<Literal, String> {
        files::literal(path).map_err(|stop| stop.to_string())
    }

    fn beside(&self, folder: &Path, most: usize) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut sources: Vec<PathBuf> =
            paths.filter(|path| Kind::of(path).is_some()).take(most).collect();
        sources.sort();
        sources
    }
}

pub(super) fn run(arguments: &Arguments) -> Answer {
    // There is no other way to speak, asked for or not.
    let Arguments { stdio: _ } = arguments;
    let streams = Streams::new(BufReader::new(io::stdin()), io::stdout());
    let ended = serve(&streams.connection, Box::new(Real));
    let gone =
        |e: io::Error| Stop::Environment(format!("the editor is gone: {}", files::plain(&e)));
    streams.finish().map_err(gone)?;
    match ended {
        Ended::Properly => Ok(()),
        Ended::Abruptly => Err(Stop::No),
    }
}
