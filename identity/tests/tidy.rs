//! What holds for the source itself.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
}

#[test]
fn only_the_module_pgp_names_the_openpgp_library() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    sources(&root, &mut all);
    let names: Vec<PathBuf> = all
        .into_iter()
        .filter(|path| std::fs::read_to_string(path).unwrap().contains("sequoia"))
        .map(|path| path.strip_prefix(&root).unwrap().to_path_buf())
        .collect();
    assert!(names.len() > 5, "the module is somewhere else now: {names:?}");
    assert!(names.iter().all(|path| path.starts_with("pgp")), "{names:?}");
}
