//! What is handed to a command and by it: a file, or the standard streams.

use std::io::{IsTerminal, Read};
use std::path::Path;

use crate::files::{self, plain};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// What a person handed in: a file, or, without one or with `-`, standard input. `what` names it
/// where a person at a terminal is to paste or write it.
///
/// # Errors
/// It cannot be read, or has more than `most` bytes.
pub(super) fn read(
    file: Option<&Path>,
    most: usize,
    what: &str,
    screen: &Screen,
) -> Result<Vec<u8>, Stop> {
    if let Some(path) = file.filter(|path| *path != Path::new("-")) {
        return files::read_bytes(path, most as u64);
    }
    if std::io::stdin().is_terminal() {
        screen.note(&format!("mundi: {what}, then Ctrl-D on a line of its own\n"));
    }
    let more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut content = Vec::new();
    std::io::stdin()
        .lock()
        .take(more)
        .read_to_end(&mut content)
        .map_err(|e| Stop::Environment(format!("standard input cannot be read: {}", plain(&e))))?;
    if content.len() > most {
        return Err(Stop::Usage(format!("standard input has more than {most} bytes")));
    }
    Ok(content)
}

/// Hands a text out: into a file, or to standard output.
///
/// # Errors
/// It cannot be written.
pub(super) fn write(file: Option<&Path>, text: &str, screen: &Screen) -> Answer {
    match file.filter(|path| *path != Path::new("-")) {
        Some(path) => files::write(path, text.as_bytes()),
        None => screen.answer(text),
    }
}

/// A question to which the answer is yes or no; `None` where nobody is there to ask.
pub(super) fn yes_or_no(question: &str, screen: &Screen) -> Option<bool> {
    let answer = line(question, screen)?;
    Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// A line that a person types; `None` where nobody is there to ask.
pub(super) fn line(question: &str, screen: &Screen) -> Option<String> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    screen.note(question);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    Some(answer)
}
