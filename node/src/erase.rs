//! A whole home, removed: each file overwritten, then deleted.
//!
//! The keys go first: without them, what is left of the rest anywhere (in worn blocks of a disk, in
//! copies) is ciphertext that nothing here opens. Files that are not the home's stay.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::private;

/// Bytes that are overwritten at once.
const BLOCK: usize = 64 * 1024;

/// What became of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// It is gone.
    Folder,
    /// The home is gone; other files in the folder are there still, as the folder is.
    Files(usize),
}

/// Why something is left.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be removed: {why}; what came before it is gone", path = .path.display(), why = private::plain(.why))]
pub struct EraseError {
    /// Which file.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub why: io::Error,
}

/// Removes a home that nobody has open.
///
/// # Errors
/// A file cannot be overwritten or removed.
pub fn erase(place: &Place) -> Result<Erased, EraseError> {
    let folder = place.folder();
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |why| EraseError { path, why }
    };
    let database = place.database();
    let beside = |end: &str| {
        let mut name = database.clone().into_os_string();
        name.push(end);
        PathBuf::from(name)
    };
    let mut files = vec![place.key(), place.secret(), database.clone()];
    files.extend(["-wal", "-shm", "-journal"].map(beside));
    files.extend(halves(folder).map_err(at(folder))?);
    for file in files {
        overwrite(&file).map_err(at(&file))?;
    }
    let left = std::fs::read_dir(folder).map_err(at(folder))?.count();
    if left > 0 {
        return Ok(Erased::Files(left));
    }
    std::fs::remove_dir(folder).map_err(at(folder))?;
    Ok(Erased::Folder)
}

/// Files that a process left half-written: `.NAME.PROCESS.part`.
fn halves(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = [".key.", ".secret."].iter().any(|begin| name.starts_with(begin));
        if ours && name.ends_with(".part") {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Overwrites a file with zeros, on the disk, and removes it. A link is removed, and what it leads
/// to is left; one that is not there is gone already.
fn overwrite(path: &Path) -> io::Result<()> {
    let meta = match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        meta => meta?,
    };
    if meta.is_file() {
        let mut file = OpenOptions::new().write(true).open(path)?;
        let zeros = [0; BLOCK];
        let mut left = meta.len();
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
            file.write_all(zeros.get(..size).unwrap_or(&zeros))?;
            left = left.saturating_sub(size as u64);
        }
        file.sync_all()?;
    }
    std::fs::remove_file(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Surroundings;

    fn home(folder: &Path) -> Place {
        let place = Place::make(Some(folder), &Surroundings::default()).unwrap();
        for name in ["key", "secret", "db", "db-wal", ".key.77.part"] {
            private::write(&place.folder().join(name), &[b'x'; 3 * BLOCK + 7]).unwrap();
        }
        place
    }

    #[test]
    fn nothing_is_left_of_a_home() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(&temp.path().join("home"));
        assert_eq!(erase(&place).unwrap(), Erased::Folder);
        assert!(!place.folder().exists());
    }

    #[test]
    fn what_a_file_held_is_overwritten_in_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(&temp.path().join("home"));
        // Another name of the same file shows what is on the disk.
        let other = temp.path().join("other");
        std::fs::hard_link(place.key(), &other).unwrap();
        erase(&place).unwrap();
        assert_eq!(std::fs::read(other).unwrap(), vec![0; 3 * BLOCK + 7]);
    }

    #[test]
    fn files_that_are_not_the_homes_stay_and_what_a_link_leads_to() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(&temp.path().join("home"));
        let mine = place.folder().join("notes.txt");
        std::fs::write(&mine, "mine").unwrap();
        let away = temp.path().join("away");
        std::fs::rename(place.database(), &away).unwrap();
        std::os::unix::fs::symlink(&away, place.database()).unwrap();
        assert_eq!(erase(&place).unwrap(), Erased::Files(1));
        assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
        assert_eq!(std::fs::read(away).unwrap(), vec![b'x'; 3 * BLOCK + 7]);
        assert!(!place.key().exists() && !place.is_home());
    }
}
