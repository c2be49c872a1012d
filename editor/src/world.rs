//! All that an answer may look at: open documents, the disk behind them, and what was found out of both.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lsp_types::{TextDocumentPositionParams, Uri};
use mundi_lang::ty::Modules;

use crate::analysis::{PlayText, RulesText, gather};
use crate::disk::Disk;
use crate::documents::{Documents, Kind};
use crate::limits::{FAMILY, KEPT};
use crate::text::{Encoding, Lines};
use crate::uri;

/// What the server knows.
pub struct World {
    /// What is open.
    pub documents: Documents,
    /// How the editor counts.
    pub encoding: Encoding,
    /// The library's functions.
    pub modules: Modules,
    disk: Box<dyn Disk>,
    kept: RefCell<BTreeMap<PathBuf, Rc<RulesText>>>,
    kept_plays: RefCell<BTreeMap<PathBuf, Rc<PlayText>>>,
    /// The hints of the plays that were played last.
    pub(crate) played: RefCell<BTreeMap<PathBuf, crate::answers::hints::Played>>,
}

/// A place that somebody asks about.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Where in it.
    pub offset: usize,
}

impl World {
    /// One in which nothing is open.
    #[must_use]
    pub fn new(disk: Box<dyn Disk>) -> Self {
        Self {
            documents: Documents::default(),
            encoding: Encoding::default(),
            modules: consensus_std::library().signatures(),
            disk,
            kept: RefCell::default(),
            kept_plays: RefCell::default(),
            played: RefCell::default(),
        }
    }

    /// The text of a file: the open one, or the disk's.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(&self, path: &Path) -> Result<String, String> {
        match self.documents.get(path) {
            Some(_) => {
                let text = self.documents.text(path).map(str::to_owned);
                text.ok_or_else(|| format!("{} is too long", path.display()))
            }
            None => self.disk.read(path),
        }
    }

    /// What a file is.
    #[must_use]
    pub fn kind(&self, path: &Path) -> Option<Kind> {
        self.documents.get(path).map(|d| d.kind).or_else(|| Kind::of(path))
    }

    /// Rules as they stand now.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub fn rules(&self, path: &Path) -> Result<Rc<RulesText>, String> {
        let gathered = gather(path, &self.text(path)?, &|path| self.text(path));
        if let Some(kept) = self.kept.borrow().get(path)
            && kept.source.text == gathered.text
            && !kept.diagnostics.iter().any(|d| d.code == "E0226")
        {
            return Ok(Rc::clone(kept));
        }
        let made = Rc::new(RulesText::new(path, gathered, &self.modules));
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT && !kept.contains_key(path) {
            kept.clear();
        }
        kept.insert(path.to_owned(), Rc::clone(&made));
        Ok(made)
    }

    /// A rules text that is in no file: with a placeholder, or with another name in it.
    #[must_use]
    pub fn imagined(&self, path: &Path, texts: &BTreeMap<PathBuf, String>) -> Option<RulesText> {
        let read = |path: &Path| match texts.get(path) {
            Some(text) => Ok(text.clone()),
            None => self.text(path),
        };
        let gathered = gather(path, &read(path).ok()?, &read);
        Some(RulesText::new(path, gathered, &self.modules))
    }

    /// A play as it stands now.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn play(&self, path: &Path) -> Result<Rc<PlayText>, String> {
        let text = self.text(path)?;
        let before = self.kept_plays.borrow().get(path).filter(|b| b.source.text == text).cloned();
        if let Some(before) = before
            && self.still_holds(&before)
        {
            return Ok(before);
        }
        let rules = |path: &Path| self.rules(path);
        let made = PlayText::new(path, &text, &rules, &|path| self.disk.value(path));
        let made = Rc::new(made);
        let mut kept = self.kept_plays.borrow_mut();
        if kept.len() >= KEPT && !kept.contains_key(path) {
            kept.clear();
        }
        kept.insert(path.to_owned(), Rc::clone(&made));
        Ok(made)
    }

    /// Whether a play was held against what its rules say now. Other files than these it reads anew.
    fn still_holds(&self, play: &PlayText) -> bool {
        let Some(rules) = &play.rules else { return false };
        let same = self.rules(&rules.path).is_ok_and(|now| Rc::ptr_eq(&now, rules));
        same && !play.source.text.contains("@\"")
    }

    /// The rules and plays that may name what a file declares: those of its folder, and all that are
    /// open.
    #[must_use]
    pub fn family(&self, path: &Path) -> Vec<PathBuf> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut all = self.disk.beside(folder, FAMILY);
        all.extend(self.documents.all().map(|(path, _)| path.to_owned()));
        all.push(path.to_owned());
        all.sort();
        all.dedup();
        all
    }

    /// The place that somebody asks about. `None` where there is no such text.
    #[must_use]
    pub fn spot(&self, asked: &TextDocumentPositionParams) -> Option<Spot> {
        let path = uri::path(&asked.text_document.uri);
        let kind = self.kind(&path)?;
        let text = self.text(&path).ok()?;
        let offset = Lines::new(&text, self.encoding).offset(asked.position);
        Some(Spot { path, kind, text, offset })
    }

    /// The name of a file as the editor knows it.
    #[must_use]
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        let open = self.documents.get(path).map(|d| d.uri.clone());
        open.or_else(|| uri::uri(path))
    }
}
