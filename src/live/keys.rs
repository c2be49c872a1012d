//! Lines that a person types, or that come through a pipe, while other things happen.
//!
//! A thread waits for them. It asks for the next one only when it is told to go on, so that the answer to
//! a line stands before the next prompt.

use std::io::{BufRead, IsTerminal};

use rustyline::ExternalPrinter;
use tokio::sync::mpsc;

use crate::prompt::{Ask, Reply, Terminal};
use crate::screen::Screen;
use crate::stop::Stop;

/// The longest line that a pipe may bring, in bytes.
const LINE: u64 = 65_536;

/// Where lines come from, and where it is told what happens.
pub(crate) struct Keys {
    lines: mpsc::UnboundedReceiver<Result<Reply, Stop>>,
    go: std::sync::mpsc::Sender<(String, Vec<String>)>,
    printer: Option<Box<dyn ExternalPrinter + Send>>,
    screen: Screen,
}

impl Keys {
    /// Of this process's standard input.
    pub(crate) fn of_process(screen: Screen) -> Result<Self, Stop> {
        let (to, lines) = mpsc::unbounded_channel();
        let (go, asked) = std::sync::mpsc::channel::<(String, Vec<String>)>();
        let mut printer = None;
        if std::io::stdin().is_terminal() {
            let mut terminal = Terminal::new()?;
            printer = Some(terminal.printer()?);
            std::thread::spawn(move || {
                while let Ok((prompt, words)) = asked.recv() {
                    if to.send(terminal.ask(&prompt, words)).is_err() {
                        return;
                    }
                }
            });
        } else {
            std::thread::spawn(move || {
                while asked.recv().is_ok() {
                    if to.send(piped()).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self { lines, go, printer, screen })
    }

    /// Asks for the next line.
    pub(crate) fn ask(&self, prompt: &str, words: Vec<String>) {
        // The thread has ended only where nothing more is to be asked.
        let _ended = self.go.send((prompt.into(), words));
    }

    /// The next line, when it comes. May be given up and asked again.
    pub(crate) async fn next(&mut self) -> Result<Reply, Stop> {
        self.lines.recv().await.unwrap_or(Ok(Reply::Out))
    }

    /// Tells something, above what is being typed.
    pub(crate) fn tell(&mut self, text: &str) -> Result<(), Stop> {
        match &mut self.printer {
            Some(printer) => printer
                .print(format!("{text}\n"))
                .map_err(|e| Stop::Environment(format!("the terminal cannot be written: {e}"))),
            None => self.screen.line(text),
        }
    }
}

/// One line of a pipe.
fn piped() -> Result<Reply, Stop> {
    let mut line = String::new();
    let read = std::io::Read::take(std::io::stdin().lock(), LINE).read_line(&mut line);
    match read {
        Ok(0) => Ok(Reply::Out),
        Ok(_) => Ok(Reply::Line(line.trim_end().to_owned())),
        Err(e) => Err(Stop::Environment(format!("standard input cannot be read: {e}"))),
    }
}

/// Tells by these keys, and asks for nothing in between.
pub(crate) struct Teller<'a>(pub(crate) &'a mut Keys);

impl Ask for Teller<'_> {
    fn ask(&mut self, _: &str, _: Vec<String>) -> Result<Reply, Stop> {
        Ok(Reply::Away)
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        self.0.tell(text)
    }
}
