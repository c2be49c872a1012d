//! Asking a person: rustyline at a terminal, a list of answers in a test.

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Config, Context, Editor, ExternalPrinter, Helper, Highlighter, Hinter, Validator};

use crate::stop::Stop;

/// What a person answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A line.
    Line(String),
    /// Ctrl-C: away from this question.
    Away,
    /// Ctrl-D: out of the program.
    Out,
}

/// Whom to ask.
pub(crate) trait Ask {
    /// Asks, with words that may complete what is typed.
    fn ask(&mut self, prompt: &str, words: Vec<String>) -> Result<Reply, Stop>;
    /// Tells.
    fn tell(&mut self, text: &str) -> Result<(), Stop>;
}

/// Completes the word before the cursor.
#[derive(Default, Helper, Highlighter, Hinter, Validator)]
struct Words {
    words: Vec<String>,
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        Ok(complete(line, at, &self.words))
    }
}

/// Where the word before the cursor begins, and what it may become.
fn complete(line: &str, at: usize, words: &[String]) -> (usize, Vec<Pair>) {
    let before = line.get(..at).unwrap_or(line);
    let edge = |c: char| c.is_whitespace() || matches!(c, '{' | ',' | '=' | '[' | '(');
    let start = before.rfind(edge).map_or(0, |i| i.saturating_add(1));
    let word = before.get(start..).unwrap_or("");
    let fits = words.iter().filter(|w| w.starts_with(word));
    let pair = |w: &String| Pair { display: w.clone(), replacement: w.clone() };
    (start, fits.map(pair).collect())
}

/// A person at a terminal. The history is in memory only: what was said is nobody else's business.
pub(crate) struct Terminal {
    editor: Editor<Words, MemHistory>,
}

impl Terminal {
    pub(crate) fn new() -> Result<Self, Stop> {
        let config = Config::builder()
            .completion_type(rustyline::CompletionType::List)
            .auto_add_history(true)
            .build();
        let mut editor = Editor::with_history(config, MemHistory::new()).map_err(failed)?;
        editor.set_helper(Some(Words::default()));
        Ok(Self { editor })
    }

    /// Prints above what is being typed, from another thread.
    pub(crate) fn printer(&mut self) -> Result<Box<dyn ExternalPrinter + Send>, Stop> {
        Ok(Box::new(self.editor.create_external_printer().map_err(failed)?))
    }
}

fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::Environment(format!("the terminal cannot be read: {error}"))
}

impl Ask for Terminal {
    fn ask(&mut self, prompt: &str, words: Vec<String>) -> Result<Reply, Stop> {
        if let Some(helper) = self.editor.helper_mut() {
            helper.words = words;
        }
        match self.editor.readline(prompt) {
            Ok(line) => Ok(Reply::Line(line)),
            Err(ReadlineError::Interrupted) => Ok(Reply::Away),
            Err(ReadlineError::Eof) => Ok(Reply::Out),
            Err(e) => Err(failed(e)),
        }
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        crate::screen::Screen::of_process().line(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_cursor_is_completed() {
        let words: Vec<String> = ["ada:", "accept", "address="].map(String::from).to_vec();
        let shown = |line: &str, at| {
            let (start, pairs) = complete(line, at, &words);
            (start, pairs.into_iter().map(|p| p.replacement).collect::<Vec<_>>())
        };
        assert_eq!(shown("ac", 2), (0, vec!["accept".into()]));
        assert_eq!(shown("order a", 7), (6, words.clone()));
        assert_eq!(shown("order { addr", 12), (8, vec!["address=".into()]));
        assert_eq!(shown("x", 1), (0, vec![]));
        assert_eq!(shown("ada", 1), (0, words.clone()));
    }
}
