//! Reading and writing files: whole, or not at all.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use mundi_engine::limits::OUTCOME_BYTES;
use mundi_lang::literal::Literal;

use crate::stop::Stop;

/// The longest file that a command reads: far above a source's limit, far below a memory's.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// The text of a file.
///
/// # Errors
/// It cannot be read, is too large, or is no UTF-8; the text says which.
pub fn read(path: &Path) -> Result<String, Stop> {
    let shown = path.display();
    let failed =
        |e: std::io::Error| Stop::Environment(format!("{shown} cannot be read: {}", plain(&e)));
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(Stop::Environment(format!("{shown} is a folder; name a file in it")));
    }
    if meta.len() > MAX_TEXT {
        return Err(Stop::Environment(format!(
            "{shown} has {} bytes; that is no source",
            meta.len()
        )));
    }
    String::from_utf8(std::fs::read(path).map_err(failed)?).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Stop::Environment(format!("{shown} is no UTF-8 text: byte {at} belongs to no character"))
    })
}

/// The bytes of a file, at most so many.
///
/// # Errors
/// It cannot be read, or is larger.
pub fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, Stop> {
    let shown = path.display();
    let failed =
        |e: std::io::Error| Stop::Environment(format!("{shown} cannot be read: {}", plain(&e)));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(Stop::Environment(format!("{shown} has more than {most} bytes")));
    }
    Ok(bytes)
}

/// The bytes of a file as a value, as `@"order.cert"` gives it.
///
/// # Errors
/// It cannot be read, or is larger than any value.
pub fn literal(path: &Path) -> Result<Literal, Stop> {
    read_bytes(path, OUTCOME_BYTES as u64).map(Literal::Bytes)
}

/// What went wrong, without the number that the system gives it.
#[must_use]
pub fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let cut = text.find(" (os error").unwrap_or(text.len());
    let mut words = text.get(..cut).unwrap_or(&text).to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    words
}

/// Writes a file by way of another beside it, so that whoever stops the program finds the old
/// content or the new, never half of it.
///
/// # Errors
/// The disk refuses.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Stop> {
    let beside = beside(path);
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|e| {
        let _may_not_exist = std::fs::remove_file(&beside);
        Stop::Environment(format!("{} cannot be written: {}", path.display(), plain(&e)))
    })
}

/// `.NAME.PROCESS.part` in the same folder, where a rename is one step.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Removes a file if it is there.
///
/// # Errors
/// It is there and stays.
pub fn remove(path: &Path) -> Result<(), Stop> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Stop::Environment(format!("{} cannot be removed: {}", path.display(), plain(&e))))
        }
        _ => Ok(()),
    }
}
