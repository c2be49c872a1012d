//! One text of several files: rules, and behind them the files that their stages name.
//!
//! `open` carries the rules as one text, and nothing that runs reads files. Each file behind the
//! first begins with a line `file "PATH"`, the path as seen from the first. Every file is parsed at
//! its own place, with all else blank: so a span means one place in the whole text.

use crate::diagnostic::Diagnostic;
use crate::limits::MAX_SOURCE;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::{ItemKind, Syntax};

/// How the line before a file begins. No line of a rules file by itself does.
const HEAD: &str = "file \"";

/// One file of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'t> {
    /// Its path as seen from the first; `None`: the first.
    pub path: Option<&'t str>,
    /// Where the line before it begins.
    pub head: usize,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The files of a text, in their order; the first is always there.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = vec![Part { path: None, head: 0, start: 0, end: text.len() }];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        let path = line.trim_end().strip_prefix(HEAD).and_then(|rest| rest.strip_suffix('"'));
        if let Some(path) = path {
            if let Some(before) = parts.last_mut() {
                before.end = at;
            }
            parts.push(Part { path: Some(path), head: at, start: next, end: text.len() });
        }
        at = next;
    }
    parts
}

/// The text with all blank but one file.
pub(crate) fn only(text: &str, part: &Part<'_>) -> String {
    let blank = |text: &str| -> String {
        text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect()
    };
    let piece = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    let own = piece(part.start, part.end);
    [&blank(piece(0, part.start)), own, &blank(piece(part.end, text.len()))].concat()
}

/// A path in a file, as seen from the first file; `around` is the file that names it. `None` where it
/// is no plain relative path.
#[must_use]
pub fn resolve(around: Option<&str>, named: &str) -> Option<String> {
    let plain = |part: &str| {
        let dots = part.is_empty() || part == "." || part == "..";
        !dots && !part.chars().any(|c| matches!(c, '\\' | '"' | ':') || c.is_control())
    };
    if !named.split('/').all(plain) {
        return None;
    }
    let folder = around.and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
    Some(folder.map_or_else(|| named.to_owned(), |folder| format!("{folder}/{named}")))
}

/// A text with the files of its stages, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Bundled {
    /// The text.
    pub text: String,
    /// Where a file is named that could not be read, and why.
    pub missing: Vec<(Span, String)>,
}

/// Puts the files of all stages behind a text; `read` reads a path as seen from the text's own file.
/// A text with files behind it stays as it is. Reading ends where the text has become too long.
pub fn bundle(text: &str, mut read: impl FnMut(&str) -> Result<String, String>) -> Bundled {
    let mut whole = Bundled { text: text.to_owned(), missing: Vec::new() };
    if parts(text).len() > 1 {
        return whole;
    }
    let mut done = 0;
    loop {
        let text = whole.text.clone();
        let all = parts(&text);
        let Some(part) = all.get(done).filter(|_| text.len() <= MAX_SOURCE) else { return whole };
        done += 1;
        for (span, named) in named(&text, part) {
            let Some(path) = resolve(part.path, &named) else { continue };
            if parts(&whole.text).iter().any(|p| p.path == Some(&path)) {
                continue;
            }
            match read(&path) {
                Ok(file) => whole.put(&path, &file),
                Err(why) => whole.missing.push((span, why)),
            }
        }
    }
}

impl Bundled {
    fn put(&mut self, path: &str, file: &str) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(&format!("\n{HEAD}{path}\"\n{file}"));
    }
}

/// The files that a file's stages name, each with its place.
fn named(text: &str, part: &Part<'_>) -> Vec<(Span, String)> {
    // Most files have none, and need not be parsed for it.
    if !text.get(part.start..part.end).is_some_and(|own| own.contains("stage")) {
        return Vec::new();
    }
    let tree = crate::parse::part(text, part).tree;
    let items = tree.map(|tree| tree.items).unwrap_or_default();
    let files = items.into_iter().filter_map(|item| match item.kind {
        ItemKind::Stage { file, .. } => Some((file.span, file.node)),
        _ => None,
    });
    files.collect()
}

/// The tree of a file of a text, and what is wrong with it.
pub(crate) fn tree(text: &str, part: &Part<'_>) -> (Option<Syntax>, Vec<Diagnostic>) {
    let parsed = crate::parse::part(text, part);
    (parsed.tree, parsed.diagnostics)
}

/// Each file of a text formatted by itself.
pub(crate) fn formatted(
    text: &str,
    parts: &[Part<'_>],
    format: impl Fn(&Source) -> Result<String, Vec<Diagnostic>>,
) -> Result<String, Vec<Diagnostic>> {
    let mut whole = Bundled::default();
    for part in parts {
        let own = text.get(part.start..part.end).unwrap_or("");
        let file = format(&Source::new("", own)).map_err(|found| {
            found.into_iter().map(|d| d.moved(|span| forward(span, part.start))).collect::<Vec<_>>()
        })?;
        match part.path {
            Some(path) => whole.put(path, &file),
            None => whole.text = file,
        }
    }
    Ok(whole.text)
}

/// A span of a file, in the whole text.
fn forward(span: Span, start: usize) -> Span {
    Span::new(span.start as usize + start, span.end as usize + start)
}

/// A finding in the file that it speaks of: that file alone, and the finding with its places there.
#[must_use]
pub fn in_its_file(source: &Source, found: &Diagnostic) -> (Source, Diagnostic) {
    let at = found.span.start as usize;
    let all = parts(&source.text);
    let part = all.iter().rev().find(|p| p.head <= at).filter(|p| p.path.is_some());
    let (Some(part), Some(path)) = (part, part.and_then(|p| p.path)) else {
        return (first(source, &all), found.clone());
    };
    let name = resolve(Some(&source.name), path).unwrap_or_else(|| path.to_owned());
    let text = source.text.get(part.start..part.end).unwrap_or("");
    let moved = |span: Span| {
        let back = |n: u32| (n as usize).saturating_sub(part.start).min(text.len());
        Span::new(back(span.start), back(span.end))
    };
    (Source::new(name, text), found.clone().moved(moved))
}

/// The first file alone.
fn first(source: &Source, all: &[Part<'_>]) -> Source {
    let end = all.first().map_or(source.text.len(), |p| p.end);
    Source::new(source.name.clone(), source.text.get(..end).unwrap_or(""))
}

/// The file of an offset and the line in it, for people; no file's name for the first.
#[must_use]
pub fn line(text: &str, offset: usize) -> (Option<&str>, usize) {
    let all = parts(text);
    let part = all.iter().rev().find(|p| p.head <= offset);
    let (path, start) = part.map_or((None, 0), |p| (p.path, p.start));
    let before = text.get(start..offset.max(start)).unwrap_or("");
    (path, before.bytes().filter(|b| *b == b'\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "conversation a \"A\"\nedition 1\nstage b from \"in/b.conv\" { }\n";
    const TWO: &str = "conversation b \"B\"\nstage c from \"c.conv\" { }\n";
    const THREE: &str = "conversation ç \"C\"\n";

    fn read(path: &str) -> Result<String, String> {
        match path {
            "in/b.conv" => Ok(TWO.to_owned()),
            "in/c.conv" => Ok(THREE.to_owned()),
            other => Err(format!("no {other}")),
        }
    }

    #[test]
    fn every_file_stands_once_and_bundling_again_changes_nothing() {
        let whole = bundle(ONE, read);
        assert!(whole.missing.is_empty());
        let paths: Vec<_> = parts(&whole.text).iter().map(|p| p.path).collect();
        assert_eq!(paths, [None, Some("in/b.conv"), Some("in/c.conv")]);
        assert_eq!(bundle(&whole.text, read).text, whole.text);
    }

    #[test]
    fn a_file_keeps_its_place_when_all_else_is_blank() {
        let whole = bundle(ONE, read).text;
        for part in parts(&whole) {
            let alone = only(&whole, &part);
            assert_eq!(alone.get(part.start..part.end), whole.get(part.start..part.end));
            assert_eq!(alone.len(), whole.len());
            assert_eq!(alone.trim(), whole.get(part.start..part.end).unwrap().trim());
        }
        let at = whole.find("stage c").unwrap();
        assert_eq!(line(&whole, at), (Some("in/b.conv"), 2));
        assert_eq!(line(&whole, 0), (None, 1));
    }

    #[test]
    fn a_path_goes_down_only() {
        assert_eq!(resolve(None, "a.conv").as_deref(), Some("a.conv"));
        assert_eq!(resolve(Some("in/b.conv"), "c.conv").as_deref(), Some("in/c.conv"));
        for bad in ["../a.conv", "/a.conv", "a//b.conv", "./a.conv", "c:\\a.conv", ""] {
            assert_eq!(resolve(None, bad), None, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let whole = bundle("conversation a \"A\"\nstage b from \"x.conv\" { }", read);
        assert_eq!(whole.text.lines().count(), 2);
        assert_eq!(whole.missing.iter().map(|m| m.1.as_str()).collect::<Vec<_>>(), ["no x.conv"]);
    }
}
