//! What the tests of the grammars share.

#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};

use tree_sitter::{Language, Parser, Tree};

/// The two grammars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    Conv,
    Play,
}

impl Grammar {
    pub(crate) const ALL: [Grammar; 2] = [Grammar::Conv, Grammar::Play];

    /// Its folder, and what its files end in.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Grammar::Conv => "conv",
            Grammar::Play => "play",
        }
    }

    pub(crate) fn language(self) -> Language {
        match self {
            Grammar::Conv => tree_sitter_mundi::CONV.into(),
            Grammar::Play => tree_sitter_mundi::PLAY.into(),
        }
    }

    pub(crate) fn parse(self, text: &str) -> Tree {
        let mut parser = Parser::new();
        parser.set_language(&self.language()).unwrap();
        parser.parse(text, None).unwrap()
    }

    pub(crate) fn folder(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.name())
    }
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder with this ending, in order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        all.filter(|p| p.extension().is_some_and(|e| e == ending)).collect();
    files.sort();
    files
}
