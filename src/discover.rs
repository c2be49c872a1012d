//! Finding plays under folders.

use std::path::{Path, PathBuf};

use crate::files;
use crate::stop::Stop;

/// Folders nested deeper than this hold no plays: a guard against loops in the file system.
const MAX_DEPTH: usize = 64;

/// Every `.play` under the paths, sorted, each once. Hidden folders, links to folders, and
/// folders that tools mark as caches (`CACHEDIR.TAG`) are passed by.
///
/// # Errors
/// A path is not there, is no play, or a folder cannot be read.
pub fn plays(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for path in paths {
        let shown = path.display();
        let meta = std::fs::metadata(path).map_err(|e| {
            Stop::Environment(format!("{shown} cannot be read: {}", files::plain(&e)))
        })?;
        if meta.is_dir() {
            walk(path, 0, &mut found)?;
        } else if is_play(path) {
            found.push(path.clone());
        } else {
            return Err(Stop::Usage(format!("{shown} is no play; their names end in .play")));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    if depth > MAX_DEPTH || folder.join("CACHEDIR.TAG").exists() {
        return Ok(());
    }
    let failed = |e: std::io::Error| {
        Stop::Environment(format!("{} cannot be read: {}", folder.display(), files::plain(&e)))
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let path = here(entry.path());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            walk(&path, depth.saturating_add(1), found)?;
        } else if !kind.is_dir() && !hidden && is_play(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// `./a.play` as people write it.
fn here(path: PathBuf) -> PathBuf {
    path.strip_prefix("./").map(Path::to_path_buf).unwrap_or(path)
}

fn is_play(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "play")
}
