//! The laws of the house that a compiler does not hold: which crate may use which, what the pure
//! crates may not touch, how long a file may be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Each crate's folder, and the crates of this project that it may use.
const ARROWS: [(&str, &[&str]); 14] = [
    ("lang", &[]),
    ("identity", &[]),
    ("engine", &["mundi-lang", "mundi-identity"]),
    ("consensus-std", &["mundi-engine", "mundi-lang"]),
    ("workbench", &["mundi-lang", "mundi-engine", "mundi-identity", "consensus-std"]),
    ("editor", &["mundi-lang", "mundi-engine", "mundi-workbench", "consensus-std"]),
    ("node", &["mundi-lang", "mundi-engine", "mundi-identity", "mundi-transport", "consensus-std"]),
    ("transport", &[]),
    ("broker", &["mundi-identity", "mundi-transport"]),
    ("model", &[]),
    ("sim/disk", &[]),
    ("editors/tree-sitter-mundi", &[]),
    (
        "sim",
        &[
            "mundi-lang",
            "mundi-engine",
            "mundi-identity",
            "mundi-node",
            "mundi-disk",
            "consensus-std",
        ],
    ),
    (
        ".",
        &[
            "mundi-lang",
            "mundi-engine",
            "mundi-identity",
            "mundi-transport",
            "mundi-broker",
            "mundi-node",
            "mundi-workbench",
            "mundi-editor",
            "consensus-std",
        ],
    ),
];

/// Crates without a clock, a disk, a network, threads, or an order that depends on chance.
const PURE: [&str; 4] = ["lang", "identity", "engine", "consensus-std"];

const FORBIDDEN: [&str; 6] =
    ["HashMap", "std::fs", "std::net", "std::time", "std::thread", "HashSet"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under a folder, with their texts.
fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(path, text);
            }
        }
    }
    found
}

/// The project's own crates among the dependencies (not those of tests) of a crate.
fn dependencies(folder: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    let Some(start) = manifest.find("\n[dependencies]") else { return Vec::new() };
    let section = &manifest[start + 1..];
    let section = section.find("\n[").map_or(section, |end| &section[..end]);
    let name = |line: &str| line.split(['.', ' ', '=']).next().unwrap_or("").to_owned();
    let own = |name: &String| name.starts_with("mundi-") || name == "consensus-std";
    section.lines().map(name).filter(own).collect()
}

#[test]
fn arrows_between_crates_point_inward_only() {
    for (folder, allowed) in ARROWS {
        for dependency in dependencies(folder) {
            assert!(allowed.contains(&dependency.as_str()), "{folder} may not use {dependency}");
        }
    }
}

/// The mistakes that the simulator plants are a switch for the whole process: the one global state of a
/// pure crate, and no program has it.
#[test]
fn planted_mistakes_are_behind_their_feature() {
    for folder in ["engine", "node"] {
        let crate_root = std::fs::read_to_string(root().join(folder).join("src/lib.rs")).unwrap();
        assert!(crate_root.contains("#[cfg(feature = \"faults\")]\npub mod faults;"), "{folder}");
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("default = "), "{folder}");
    }
    for folder in ["engine/src", "node/src"] {
        for (path, text) in sources(folder).iter().filter(|(path, _)| !path.ends_with("faults.rs"))
        {
            let lines: Vec<&str> = text.lines().collect();
            let sites = (0..).zip(&lines).filter(|(_, line)| line.contains("planted("));
            for (number, _) in sites {
                let number: usize = number;
                let before = &lines[number.saturating_sub(6)..number];
                let behind = before.iter().any(|line| line.contains("feature = \"faults\""));
                assert!(behind, "{}:{}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn pure_crates_touch_nothing_outside_them() {
    for folder in PURE {
        for (path, text) in sources(&format!("{folder}/src")) {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or("");
                let word = FORBIDDEN.iter().find(|w| code.contains(*w));
                assert!(word.is_none(), "{}:{}: {word:?}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_400_lines() {
    for (folder, _) in ARROWS {
        let folder = if folder == "." { "src".to_owned() } else { format!("{folder}/src") };
        let folder = folder.as_str();
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 400, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    // These speak C, and take all of them but `unsafe_code`: their manifests say why.
    let speak_c = ["sim/disk", "editors/tree-sitter-mundi"];
    for (folder, _) in ARROWS.iter().filter(|(folder, _)| !speak_c.contains(folder)) {
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{folder}");
    }
}
