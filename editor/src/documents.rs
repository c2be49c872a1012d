//! What is open in the editor: texts that come before those of the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::limits::{DOCUMENT_BYTES, DOCUMENTS};
use crate::text::{Encoding, Lines};
use crate::uri;

/// The kinds of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `.conv`
    Rules,
    /// `.play`
    Play,
}

impl Kind {
    /// What a file is, by its name's end.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(|e| e.to_str()) {
            Some("conv") => Some(Kind::Rules),
            Some("play") => Some(Kind::Play),
            _ => None,
        }
    }
}

/// The text of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It is kept.
    Text(String),
    /// It is longer than [`DOCUMENT_BYTES`], and not kept until all of it comes again.
    TooLong,
}

/// An open document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, as the editor gave it.
    pub uri: Uri,
    /// What it is.
    pub kind: Kind,
    /// The editor's number of this text.
    pub version: i32,
    /// What it says.
    pub content: Content,
}

/// Why a document is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// It is neither rules nor a play.
    NoSource,
    /// [`DOCUMENTS`] are open.
    TooMany,
}

/// All open documents.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

fn content(text: String) -> Content {
    if text.len() > DOCUMENT_BYTES { Content::TooLong } else { Content::Text(text) }
}

impl Documents {
    /// Opens one.
    ///
    /// # Errors
    /// It is not kept, and why.
    pub fn open(&mut self, item: TextDocumentItem) -> Result<(), NotOpened> {
        let path = uri::path(&item.uri);
        let kind = match (Kind::of(&path), item.language_id.as_str()) {
            (Some(kind), _) => kind,
            (None, "conv") => Kind::Rules,
            (None, "play") => Kind::Play,
            _ => return Err(NotOpened::NoSource),
        };
        if self.open.len() >= DOCUMENTS && !self.open.contains_key(&path) {
            return Err(NotOpened::TooMany);
        }
        let (uri, version) = (item.uri, item.version);
        self.open.insert(path, Document { uri, kind, version, content: content(item.text) });
        Ok(())
    }

    /// Changes one, change by change; one that is not open stays so.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = self.open.get_mut(&uri::path(uri)) else { return };
        document.version = version;
        for change in changes {
            let Some(range) = change.range else {
                document.content = content(change.text);
                continue;
            };
            let Content::Text(text) = &mut document.content else { continue };
            let span = Lines::new(text, encoding).span(range).range();
            if text.len() + change.text.len() > DOCUMENT_BYTES {
                document.content = Content::TooLong;
            } else {
                text.replace_range(span, &change.text);
            }
        }
    }

    /// Closes one: the disk's text counts again.
    pub fn close(&mut self, uri: &Uri) {
        self.open.remove(&uri::path(uri));
    }

    /// The document of a path.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// The text of a path, if it is open and kept.
    #[must_use]
    pub fn text(&self, path: &Path) -> Option<&str> {
        match &self.open.get(path)?.content {
            Content::Text(text) => Some(text),
            Content::TooLong => None,
        }
    }

    /// All of them, in the order of their paths.
    pub fn all(&self) -> impl Iterator<Item = (&Path, &Document)> {
        self.open.iter().map(|(path, document)| (path.as_path(), document))
    }
}
