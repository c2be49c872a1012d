//! Files to checked rules and plays, with everything that is wrong with them.

use std::path::{Path, PathBuf};

use consensus_std::library;
use mundi_lang::bundle::bundle;
use mundi_lang::literal::Literal;
use mundi_lang::play::Play;
use mundi_lang::rules::Rules;
use mundi_lang::{Diagnostic, Severity, Source};

use crate::files;
use crate::stop::Stop;

/// A rules file: its text, what it means, what is wrong with it.
#[derive(Clone, Debug)]
pub struct LoadedRules {
    /// The file's name and text.
    pub source: Source,
    /// The rules; `None` where there are errors.
    pub rules: Option<Rules>,
    /// Errors and warnings, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

/// A play, with the rules that it is played by.
#[derive(Clone, Debug)]
pub struct LoadedPlay {
    /// The file's name and text.
    pub source: Source,
    /// What it says; `None` where there are errors, in it or in its rules.
    pub play: Option<Play>,
    /// What is wrong with the play itself.
    pub diagnostics: Vec<Diagnostic>,
    /// Its rules, where the file could be read.
    pub rules: Option<LoadedRules>,
}

/// Findings, each with the source that it speaks of.
pub type Findings<'a> = Vec<(&'a Source, &'a Diagnostic)>;

impl LoadedRules {
    /// Reads and checks a rules file, with the files of its stages.
    ///
    /// # Errors
    /// It cannot be read. What is wrong with its text is in the answer.
    pub fn read(path: &Path) -> Result<Self, Stop> {
        let text = files::read(path)?;
        let named = |file: &str| files::read(&beside(path, file)).map_err(|stop| stop.to_string());
        let whole = bundle(&text, named);
        let mut loaded = Self::check(Source::new(path.display().to_string(), whole.text));
        for (span, why) in whole.missing {
            loaded.diagnostics.retain(|d| (d.code, d.span) != ("E0226", span));
            loaded.diagnostics.push(
                Diagnostic::error("E0226", span, format!("the file of a stage is missing: {why}"))
                    .help("correct the path: it is relative to the file in which it stands"),
            );
        }
        settle(&mut loaded.diagnostics);
        Ok(loaded)
    }

    /// Checks a rules text.
    #[must_use]
    pub fn check(source: Source) -> Self {
        let parsed = mundi_lang::parse(&source);
        let mut diagnostics = parsed.diagnostics;
        let mut rules = None;
        if let Some(syntax) = parsed.tree {
            let checked = mundi_lang::check(&source, &syntax, &library().signatures());
            diagnostics.extend(checked.diagnostics);
            rules = checked.rules;
        }
        settle(&mut diagnostics);
        let rules = rules.filter(|_| sound(&diagnostics));
        Self { source, rules, diagnostics }
    }

    /// What is wrong, with its source.
    #[must_use]
    pub fn findings(&self) -> Findings<'_> {
        self.diagnostics.iter().map(|d| (&self.source, d)).collect()
    }
}

impl LoadedPlay {
    /// Reads and checks a play, with the rules that it names unless others are given.
    ///
    /// # Errors
    /// The play cannot be read.
    pub fn read(path: &Path, rules: Option<LoadedRules>) -> Result<Self, Stop> {
        let mut loaded = Self::parse_file(path, rules)?;
        loaded.check();
        Ok(loaded)
    }

    /// As [`LoadedPlay::read`]; the head may be added before [`LoadedPlay::check`].
    ///
    /// # Errors
    /// The play cannot be read.
    pub fn parse_file(path: &Path, rules: Option<LoadedRules>) -> Result<Self, Stop> {
        let source = Source::new(path.display().to_string(), files::read(path)?);
        let mut loaded = Self::parse(source, mundi_lang::parse_play, rules);
        let named = loaded.play.as_ref().and_then(|p| p.rules.clone());
        if let (Some(named), None) = (named, &loaded.rules) {
            match LoadedRules::read(&beside(path, &named.node)) {
                Ok(rules) => loaded.rules = Some(rules),
                Err(stop) => loaded.diagnostics.push(
                    Diagnostic::error("E0901", named.span, format!("no rules: {stop}"))
                        .help("`rules` names a .conv file, relative to the play"),
                ),
            }
        }
        loaded.bring(|named| beside(path, named));
        Ok(loaded)
    }

    /// Puts the bytes of files in the place of `@"file"` in the terms.
    fn bring(&mut self, place: impl Fn(&str) -> PathBuf) {
        let Some(play) = &mut self.play else { return };
        for (_, value) in &mut play.terms {
            let Literal::File(named) = &value.node else { continue };
            match files::literal(&place(named)) {
                Ok(bytes) => value.node = bytes,
                Err(stop) => self.diagnostics.push(
                    Diagnostic::error("E0902", value.span, format!("no value: {stop}"))
                        .help("`@\"…\"` names a file, relative to the play"),
                ),
            }
        }
    }

    /// The lines of a play, as standard input gives them, with rules that are loaded already. The
    /// head may be added before [`LoadedPlay::check`].
    #[must_use]
    pub fn of_lines(source: Source, rules: LoadedRules) -> Self {
        let mut loaded = Self::parse(source, mundi_lang::parse_play_lines, Some(rules));
        loaded.bring(|named| PathBuf::from(named));
        loaded
    }

    fn parse(
        source: Source,
        parse: fn(&Source) -> mundi_lang::Parsed<Play>,
        rules: Option<LoadedRules>,
    ) -> Self {
        let parsed = parse(&source);
        Self { source, play: parsed.tree, diagnostics: parsed.diagnostics, rules }
    }

    /// Holds the play against its rules. Call once, when the head is complete.
    pub fn check(&mut self) {
        let rules = self.rules.as_ref().and_then(|r| r.rules.as_ref());
        if let (Some(play), Some(rules)) = (&self.play, rules) {
            self.diagnostics.extend(mundi_lang::check_play(play, rules));
        }
        settle(&mut self.diagnostics);
        if !sound(&self.diagnostics) {
            self.play = None;
        }
    }

    /// What is wrong with the play and its rules, the rules first.
    #[must_use]
    pub fn findings(&self) -> Findings<'_> {
        let rules = self.rules.iter().flat_map(LoadedRules::findings);
        rules.chain(self.diagnostics.iter().map(|d| (&self.source, d))).collect()
    }

    /// The play and its rules, where nothing is wrong with either.
    #[must_use]
    pub fn ready(&self) -> Option<(&Play, &Rules)> {
        Some((self.play.as_ref()?, self.rules.as_ref()?.rules.as_ref()?))
    }
}

/// A path that a file gives, seen from that file's folder.
fn beside(file: &Path, named: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(named)
}

/// Whether there is no error among them.
#[must_use]
pub fn sound(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|d| d.severity != Severity::Error)
}

/// In the order of the source, each once.
fn settle(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end, d.code));
    diagnostics.dedup();
}
