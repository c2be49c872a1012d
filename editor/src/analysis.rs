//! A text, checked and indexed: what every answer looks at. Rules are read with the files of their
//! stages, plays with their rules, as `mundi check` reads them.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mundi_lang::bundle::{Part, bundle, in_its_file, parts};
use mundi_lang::check::{Known, check_knowing};
use mundi_lang::index::{Index, PlayIndex, Thing};
use mundi_lang::literal::Literal;
use mundi_lang::play::Play;
use mundi_lang::rules::Rules;
use mundi_lang::syntax::Syntax;
use mundi_lang::ty::Modules;
use mundi_lang::{Diagnostic, Severity, Source, Span};

/// Where a file stands in a text of several.
#[derive(Clone, Debug)]
struct File {
    path: PathBuf,
    /// Where the line before it begins.
    head: usize,
    start: usize,
    end: usize,
}

/// Rules, with the files of their stages behind them.
#[derive(Debug)]
pub struct RulesText {
    /// The file.
    pub path: PathBuf,
    /// Its text and those of its stages; its name is the path.
    pub source: Source,
    /// What could be parsed of the first file.
    pub syntax: Syntax,
    /// What it means, where nothing is wrong.
    pub rules: Option<Rules>,
    /// What is wrong, in the whole text.
    pub diagnostics: Vec<Diagnostic>,
    /// What is known of it.
    pub known: Known,
    /// Its names.
    pub index: Index,
    /// The files of the text, in their order; the first is always there.
    files: Vec<File>,
}

/// A play, held against its rules.
#[derive(Debug)]
pub struct PlayText {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub source: Source,
    /// What could be parsed.
    pub play: Option<Play>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// Its rules, where they could be read.
    pub rules: Option<Rc<RulesText>>,
    /// Its names.
    pub index: PlayIndex,
}

/// A text with the files behind it, before it is checked: what tells whether it is another.
#[derive(Debug, PartialEq, Eq)]
pub struct Gathered {
    /// The texts as one.
    pub text: String,
    missing: Vec<(Span, String)>,
}

/// Puts the files of stages behind a text.
pub fn gather(path: &Path, text: &str, read: &dyn Fn(&Path) -> Result<String, String>) -> Gathered {
    let whole = bundle(text, |file| read(&beside(path, file)));
    Gathered { text: whole.text, missing: whole.missing }
}

/// A path that a file gives, seen from that file's folder.
#[must_use]
pub fn beside(file: &Path, named: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(named)
}

/// In the order of the text, each once.
fn settle(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end, d.code));
    diagnostics.dedup();
}

fn sound(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|d| d.severity != Severity::Error)
}

impl RulesText {
    /// Checks a text that was gathered.
    #[must_use]
    pub fn new(path: &Path, gathered: Gathered, modules: &Modules) -> Self {
        let source = Source::new(path.display().to_string(), gathered.text);
        let parsed = mundi_lang::parse(&source);
        let mut diagnostics = parsed.diagnostics;
        let parses = parsed.tree.is_some();
        let syntax = parsed.tree.unwrap_or_default();
        let (checked, known) = check_knowing(&source, &syntax, modules);
        // Of a text that is too large to be parsed, only that is said.
        if parses {
            diagnostics.extend(checked.diagnostics);
        }
        for (span, why) in gathered.missing {
            diagnostics.retain(|d| (d.code, d.span) != ("E0226", span));
            diagnostics.push(
                Diagnostic::error("E0226", span, format!("the file of a stage is missing: {why}"))
                    .help("correct the path: it is relative to the file in which it stands"),
            );
        }
        settle(&mut diagnostics);
        let rules = checked.rules.filter(|_| sound(&diagnostics));
        let index = Index::new(&source, &syntax, &known);
        let file = |part: &Part<'_>| File {
            path: part.path.map_or_else(|| path.to_owned(), |named| beside(path, named)),
            head: part.head,
            start: part.start,
            end: part.end,
        };
        let files = parts(&source.text).iter().map(file).collect();
        Self { path: path.to_owned(), source, syntax, rules, diagnostics, known, index, files }
    }

    /// A place of the text in its own file.
    #[must_use]
    pub fn located(&self, span: Span) -> (PathBuf, Span) {
        let own = self.files.iter().rev().find(|f| f.head <= span.start as usize);
        let Some(own) = own else { return (self.path.clone(), span) };
        let back = |n: u32| (n as usize).saturating_sub(own.start);
        (own.path.clone(), Span::new(back(span.start), back(span.end)))
    }

    /// The text of its own file, without those of stages.
    #[must_use]
    pub fn own_text(&self) -> &str {
        let end = self.files.first().map_or(self.source.text.len(), |f| f.end);
        self.source.text.get(..end).unwrap_or("")
    }

    /// What is wrong with it, each in its own file.
    pub fn findings(&self) -> impl Iterator<Item = (PathBuf, Diagnostic)> {
        self.diagnostics.iter().map(|d| {
            let (path, _) = self.located(d.span);
            (path, in_its_file(&self.source, d).1)
        })
    }

    /// A thing as one of its own file: what it is called from every file alike.
    #[must_use]
    pub fn global(&self, thing: &Thing) -> (PathBuf, Thing) {
        let mut own = thing.clone();
        let part = match &mut own {
            Thing::Role(part, _)
            | Thing::Message(part, _)
            | Thing::Term(part, _)
            | Thing::State(part, _)
            | Thing::Type(part, _)
            | Thing::Function(part, _)
            | Thing::Invariant(part, _)
            | Thing::Field(part, ..)
            | Thing::Conversation(part, _) => std::mem::take(part),
            _ => 0,
        };
        let file = self.files.get(part).map_or(&self.path, |f| &f.path);
        (file.clone(), own)
    }
}

impl PlayText {
    /// Holds a play against its rules; `rules` reads them.
    pub fn new(
        path: &Path,
        text: &str,
        rules: &dyn Fn(&Path) -> Result<Rc<RulesText>, String>,
        value: &dyn Fn(&Path) -> Result<Literal, String>,
    ) -> Self {
        let source = Source::new(path.display().to_string(), text);
        let parsed = mundi_lang::parse_play(&source);
        let (mut play, mut diagnostics) = (parsed.tree, parsed.diagnostics);
        let mut read = None;
        if let Some(named) = play.as_ref().and_then(|p| p.rules.as_ref()) {
            match rules(&beside(path, &named.node)) {
                Ok(found) => read = Some(found),
                Err(why) => diagnostics.push(
                    Diagnostic::error("E0901", named.span, format!("no rules: {why}"))
                        .help("`rules` names a .conv file, relative to the play"),
                ),
            }
        }
        for (_, term) in play.iter_mut().flat_map(|p| &mut p.terms) {
            let Literal::File(named) = &term.node else { continue };
            match value(&beside(path, named)) {
                Ok(bytes) => term.node = bytes,
                Err(why) => diagnostics.push(
                    Diagnostic::error("E0902", term.span, format!("no value: {why}"))
                        .help("`@\"…\"` names a file, relative to the play"),
                ),
            }
        }
        if let (Some(play), Some(rules)) = (&play, read.as_ref().and_then(|r| r.rules.as_ref())) {
            diagnostics.extend(mundi_lang::check_play(play, rules));
        }
        settle(&mut diagnostics);
        let nothing = Index::default();
        let names = read.as_ref().map_or(&nothing, |r| &r.index);
        let index =
            play.as_ref().map(|play| PlayIndex::new(&source, play, names)).unwrap_or_default();
        Self { path: path.to_owned(), source, play, diagnostics, rules: read, index }
    }

    /// The play and its rules, where nothing is wrong with either.
    #[must_use]
    pub fn ready(&self) -> Option<(&Play, &Rules)> {
        let rules = self.rules.as_ref()?.rules.as_ref()?;
        self.play.as_ref().filter(|_| sound(&self.diagnostics)).map(|play| (play, rules))
    }
}
