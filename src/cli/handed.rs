//! What is handed to a command and by it: a file, or the standard streams.

use std::fs::File;
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
    let file = file.filter(|path| *path != Path::new("-"));
    let shown = file.map_or("standard input".into(), |path| path.display().to_string());
    let failed =
        |e: std::io::Error| Stop::Environment(format!("{shown} cannot be read: {}", plain(&e)));
    let mut from: Box<dyn Read> = match file {
        Some(path) => Box::new(File::open(path).map_err(failed)?),
        None => {
            if std::io::stdin().is_terminal() {
                screen.note(&format!("mundi: {what}, then Ctrl-D on a line of its own\n"));
            }
            Box::new(std::io::stdin().lock())
        }
    };
    let more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut content = Vec::new();
    from.by_ref().take(more).read_to_end(&mut content).map_err(failed)?;
    if content.len() > most {
        return Err(Stop::Usage(format!("{shown} has more than {most} bytes; that is too much")));
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
