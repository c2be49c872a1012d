//! Snapshots of plays: insta's file format, a comparer of our own.
//!
//! A snapshot stands beside its play: `escrow.play` has `escrow.snap`, and what is new or changed
//! waits in `escrow.snap.new`. A file is a YAML header between two lines `---`, then the body.
//! Invariant: only bodies are compared; a snapshot that fits is never written again.

use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use crate::files;
use crate::screen::{Colour, Tone};
use crate::stop::Stop;

/// How many equal lines stand around a change in a diff.
const CONTEXT: usize = 3;

/// Where a play's snapshot is, and where its successor waits.
#[derive(Clone, Debug)]
pub struct Place {
    /// `escrow.snap`
    pub accepted: PathBuf,
    /// `escrow.snap.new`
    pub waiting: PathBuf,
}

/// How a body compares with the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is the same.
    Same,
    /// There is no snapshot.
    New,
    /// It was this.
    Changed(String),
}

impl Place {
    /// The snapshot beside a play.
    #[must_use]
    pub fn beside(play: &Path) -> Self {
        Self { accepted: play.with_extension("snap"), waiting: play.with_extension("snap.new") }
    }

    /// Compares a body with the accepted snapshot.
    ///
    /// # Errors
    /// The snapshot is there and cannot be read.
    pub fn compare(&self, body: &str) -> Result<Comparison, Stop> {
        if !self.accepted.exists() {
            return Ok(Comparison::New);
        }
        let old = files::read(&self.accepted)?;
        let old = body_of(&old);
        let same = old.trim_end() == body.trim_end();
        Ok(if same { Comparison::Same } else { Comparison::Changed(old.to_owned()) })
    }

    /// Writes what is new, to be looked at.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn wait(&self, play: &Path, title: &str, body: &str) -> Result<(), Stop> {
        files::write(&self.waiting, file(play, title, body).as_bytes())
    }

    /// Makes a body the snapshot.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn accept(&self, play: &Path, title: &str, body: &str) -> Result<(), Stop> {
        files::write(&self.accepted, file(play, title, body).as_bytes())?;
        self.settle()
    }

    /// Removes what waited.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn settle(&self) -> Result<(), Stop> {
        files::remove(&self.waiting)
    }
}

/// A whole snapshot file. The source is the play's bare name: a path would differ by machine.
fn file(play: &Path, title: &str, body: &str) -> String {
    let name = play.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "---\nsource: {}\ndescription: {}\n---\n{}\n",
        quoted(&name),
        quoted(title),
        body.trim_end()
    )
}

/// What stands below the header; a text without a header is all body.
fn body_of(file: &str) -> &str {
    let Some(rest) = file.strip_prefix("---\n") else { return file };
    match rest.find("\n---\n") {
        Some(at) => rest.get(at.saturating_add(5)..).unwrap_or(""),
        None => file,
    }
}

/// What changed, line by line: `-` was, `+` is.
#[must_use]
pub fn diff(old: &str, new: &str, colour: Colour) -> String {
    let (old, new) = (lines(old), lines(new));
    let diff = TextDiff::from_lines(&old, &new);
    let mut out = String::new();
    for (n, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if n > 0 {
            out.push_str(&colour.paint(Tone::Faint, "  ⋮"));
            out.push('\n');
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n');
            out.push_str(&match change.tag() {
                ChangeTag::Equal => colour.paint(Tone::Faint, &format!("  {text}")),
                ChangeTag::Delete => colour.paint(Tone::Bad, &format!("- {text}")),
                ChangeTag::Insert => colour.paint(Tone::Good, &format!("+ {text}")),
            });
            out.push('\n');
        }
    }
    out
}

/// With exactly one newline at the end.
fn lines(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_file_is_what_was_put_into_it() {
        for body in ["one", "---\none\n---\ntwo", "one\n\n---\n\ntwo"] {
            let file = file(Path::new("some/where/a.play"), "say \"so\"", body);
            assert_eq!(body_of(&file).trim_end(), body);
            assert!(
                file.starts_with("---\nsource: \"a.play\"\ndescription: \"say \\\"so\\\"\"\n---\n")
            );
        }
    }

    #[test]
    fn a_text_without_a_header_is_all_body() {
        assert_eq!(body_of("one\ntwo\n"), "one\ntwo\n");
        assert_eq!(body_of("---\none"), "---\none");
    }

    #[test]
    fn a_diff_shows_changes_and_three_lines_around_them() {
        let old: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let new = old.replace("2\n3\n", "2\nthree\n").replace("17\n", "");
        let diff = diff(&old, &new, Colour::Off);
        insta::assert_snapshot!(diff);
    }

    #[test]
    fn snapshots_stand_beside_the_play() {
        let place = Place::beside(Path::new("a/escrow.play"));
        assert_eq!(place.accepted, Path::new("a/escrow.snap"));
        assert_eq!(place.waiting, Path::new("a/escrow.snap.new"));
    }
}
