//! Whom to ask, and asking twice where something new is protected.

use std::path::PathBuf;

use super::{Passphrase, PassphraseError, descriptor, pinentry, terminal};

/// What the person wishes: the options of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// `--passphrase-fd N`
    pub descriptor: Option<i32>,
    /// `--pinentry`
    pub pinentry: bool,
}

/// Where a passphrase comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The next line of an open descriptor.
    Fd(i32),
    /// The terminal that controls the process, without echo.
    Terminal,
    /// A program that asks in a window of its own.
    Pinentry(PathBuf),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// What for: `To open the home at /home/ann/mundi`. Pinentry shows it.
    pub why: &'a str,
    /// The words before the cursor: `Passphrase`.
    pub prompt: &'a str,
    /// What was wrong with the answer before, if there was one.
    pub wrong: Option<&'a str>,
}

impl Source {
    /// Whom to ask here: what the person wishes; else the terminal; else pinentry, where there is
    /// a display.
    ///
    /// # Errors
    /// Nobody can be asked, or there is no pinentry.
    pub fn choose(wishes: Wishes) -> Result<Self, PassphraseError> {
        if let Some(number) = wishes.descriptor {
            return Ok(Source::Fd(number));
        }
        if wishes.pinentry {
            return pinentry::find().map(Source::Pinentry).ok_or(PassphraseError::NoPinentry);
        }
        if terminal::is_there() {
            return Ok(Source::Terminal);
        }
        let display = ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
        let found = if display { pinentry::find() } else { None };
        found.map(Source::Pinentry).ok_or(PassphraseError::Nobody)
    }

    /// Whether a person answers, who may be asked again.
    #[must_use]
    pub fn is_person(&self) -> bool {
        !matches!(self, Source::Fd(_))
    }

    /// Asks once.
    ///
    /// # Errors
    /// There is no answer, or it is too long.
    pub fn ask(&self, question: &Question<'_>) -> Result<Passphrase, PassphraseError> {
        match self {
            Source::Fd(number) => descriptor::ask(*number),
            Source::Terminal => terminal::ask(question),
            Source::Pinentry(program) => pinentry::ask(program, question),
        }
    }

    /// Asks for a new passphrase: a person twice, a descriptor once.
    ///
    /// # Errors
    /// It is empty or too short, the two differ, or there is no answer.
    pub fn ask_new(&self, why: &str) -> Result<Passphrase, PassphraseError> {
        let ask = |prompt| self.ask(&Question { why, prompt, wrong: None });
        let first = ask("New passphrase")?.fit()?;
        if !self.is_person() {
            return Ok(first);
        }
        same(first, &ask("The same again")?)
    }
}

fn same(first: Passphrase, again: &Passphrase) -> Result<Passphrase, PassphraseError> {
    // Both are this person's own: there is nobody whom the comparison's time could tell anything.
    if first.bytes() == again.bytes() { Ok(first) } else { Err(PassphraseError::Differ) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    use super::*;

    fn typed(text: &[u8]) -> std::io::PipeReader {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(text).unwrap();
        reader
    }

    #[test]
    fn the_persons_wish_goes_first() {
        let wishes = Wishes { descriptor: Some(3), pinentry: true };
        assert_eq!(Source::choose(wishes).unwrap(), Source::Fd(3));
        assert!(!Source::Fd(3).is_person() && Source::Terminal.is_person());
    }

    #[test]
    fn a_new_one_from_a_descriptor_is_one_line_that_fits() {
        let (good, short, empty) = (typed(b"long enough\nnext\n"), typed(b"short\n"), typed(b"\n"));
        let new_of = |pipe: &std::io::PipeReader| Source::Fd(pipe.as_raw_fd()).ask_new("test");
        assert_eq!(new_of(&good).unwrap().bytes(), b"long enough");
        assert!(matches!(new_of(&short), Err(PassphraseError::Short)));
        assert!(matches!(new_of(&empty), Err(PassphraseError::Empty)));
    }

    #[test]
    fn two_that_differ_are_refused() {
        let of = |text: &str| Passphrase::new(text.as_bytes().to_vec().into());
        assert!(matches!(
            same(of("one for all"), &of("all for one")),
            Err(PassphraseError::Differ)
        ));
        assert!(same(of("one for all"), &of("one for all")).is_ok());
    }
}
