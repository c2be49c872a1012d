//! Plays and their rules, from files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::{Path, PathBuf};

use mundi_lang::Source;
use mundi_lang::bundle::bundle;
use mundi_lang::play::Play;
use mundi_lang::rules::Rules;

/// A play, and the rules that it is played by.
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) play: Play,
    pub(crate) rules: Rules,
    /// The text of the rules, with the files of stages.
    pub(crate) text: String,
}

/// A file of the project.
pub(crate) fn of_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// Checks a rules text.
pub(crate) fn rules(text: &str) -> Rules {
    let source = Source::new("rules", text);
    let parsed = mundi_lang::parse(&source);
    let library = consensus_std::library().signatures();
    let checked = mundi_lang::check(&source, &parsed.tree.unwrap(), &library);
    checked.rules.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

/// A play of the project. `None` where its terms name files.
pub(crate) fn load(path: &Path) -> Option<Loaded> {
    let source = Source::new("play", std::fs::read_to_string(path).unwrap());
    let play = mundi_lang::parse_play(&source).tree.unwrap();
    if play.terms.iter().any(|(_, v)| matches!(v.node, mundi_lang::literal::Literal::File(_))) {
        return None;
    }
    let file = path.parent().unwrap().join(&play.rules.as_ref().unwrap().node);
    let text = std::fs::read_to_string(&file).unwrap();
    let beside = |named: &str| {
        std::fs::read_to_string(file.parent().unwrap().join(named)).map_err(|e| e.to_string())
    };
    let text = bundle(&text, beside).text;
    Some(Loaded { path: path.to_owned(), source, play, rules: rules(&text), text })
}

/// A play of the examples, by its name.
pub(crate) fn example(name: &str) -> Loaded {
    load(&of_project("examples/conversations").join(name)).unwrap()
}

/// A play and its rules, from texts.
pub(crate) fn of_texts(text: &str, play: &str) -> Loaded {
    let source = Source::new("play", play);
    let parsed = mundi_lang::parse_play(&source);
    let play = parsed.tree.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    Loaded { path: PathBuf::new(), source, play, rules: rules(text), text: text.to_owned() }
}

/// Every play of the examples and of the library.
pub(crate) fn all() -> Vec<Loaded> {
    let folders = ["examples/conversations", "consensus-std/rules", "tests/texts"];
    let mut paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(of_project(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "play"))
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| load(path)).collect()
}
