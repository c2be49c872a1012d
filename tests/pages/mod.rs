//! Pages of the project: their text, their fences, their links.

use std::path::{Path, PathBuf};

/// A page in Markdown.
pub(crate) struct Page {
    /// From the root: `spec/language.md`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// Its fences, in order.
    pub(crate) fences: Vec<Fence>,
    /// Its text without fences and without code in back-ticks.
    prose: String,
}

/// A block between three back-ticks.
pub(crate) struct Fence {
    /// What stands behind the first back-ticks.
    pub(crate) tag: String,
    /// The line of its first back-ticks.
    pub(crate) line: usize,
    /// What stands between.
    pub(crate) text: String,
}

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of `spec/`.
pub(crate) fn law() -> Vec<Page> {
    in_folder("spec")
}

/// The pages at the top, of `spec/` and of the examples.
pub(crate) fn pages() -> Vec<Page> {
    let mut all = in_folder("");
    all.extend(law());
    all.extend(in_folder("examples/conversations"));
    assert!(all.len() >= 10, "pages are gone");
    all
}

fn in_folder(folder: &str) -> Vec<Page> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".md"));
    names.sort();
    names
        .iter()
        .map(|name| Page::read(PathBuf::from(folder).join(name).to_str().unwrap()))
        .collect()
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(path: &str) -> Self {
        let text = std::fs::read_to_string(root().join(path)).expect(path);
        let (mut fences, mut prose) = (Vec::new(), String::new());
        let mut open: Option<Fence> = None;
        for (n, line) in text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => fences.extend(open.take()),
                (Some(tag), None) => {
                    let tag = tag.trim().to_owned();
                    open = Some(Fence { tag, line: n + 1, text: String::new() });
                }
                (None, Some(fence)) => fence.text.push_str(&format!("{line}\n")),
                (None, None) => prose.push_str(&format!("{}\n", without_code(line))),
            }
        }
        assert!(open.is_none(), "{path}: a fence is not closed");
        Self { path: path.to_owned(), text, fences, prose }
    }

    /// Where the page's links lead, as they are written.
    fn links(&self) -> impl Iterator<Item = &str> {
        let ends = self.prose.split("](").skip(1);
        ends.filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
    }

    /// Links inside the project that lead nowhere.
    pub(crate) fn broken_links(&self) -> Vec<String> {
        let inside = self.links().filter(|l| !l.contains("://") && !l.starts_with("mailto:"));
        let broken = inside.filter(|link| !self.leads_somewhere(link));
        broken.map(|link| format!("{}: {link}", self.path)).collect()
    }

    /// Files of the project that the page names in back-ticks and that are not there.
    pub(crate) fn missing_files(&self) -> Vec<String> {
        const FOLDERS: [&str; 8] = [
            "lang/",
            "engine/",
            "identity/",
            "consensus-std/",
            "src/",
            "spec/",
            "tests/",
            "examples/",
        ];
        let words = self.text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        let named = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
        let plain = named.filter(|word| !word.contains([' ', '*', '…', '{']));
        let missing = plain.filter(|word| !root().join(word).exists());
        missing.map(|word| format!("{}: {word}", self.path)).collect()
    }

    fn leads_somewhere(&self, link: &str) -> bool {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let folder = Path::new(&self.path).parent().unwrap();
        let path = if file.is_empty() { PathBuf::from(&self.path) } else { folder.join(file) };
        if !root().join(&path).exists() {
            return false;
        }
        anchor.is_empty() || Page::read(path.to_str().unwrap()).has_heading(anchor)
    }

    fn has_heading(&self, anchor: &str) -> bool {
        let headings = self.text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| slug(line.trim_start_matches('#').trim())).any(|slug| slug == anchor)
    }
}

/// A line without what stands in back-ticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// A heading as links name it.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// Every Rust source under a folder, as text.
pub(crate) fn sources(folder: &str, with: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let inside = path.strip_prefix(root()).unwrap().to_str().unwrap();
        if path.is_dir() {
            sources(inside, with);
        } else if inside.ends_with(".rs") {
            with(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
