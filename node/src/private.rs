//! Files and folders that only their owner reads, written whole or not at all.
//!
//! Invariant: a file has mode 0600 and a folder 0700 from its first moment on, whatever the umask.
//! Invariant: whoever stops the program finds a file's old content or its new one, never half.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The mode of a private file.
pub const FILE: u32 = 0o600;
/// The mode of a private folder.
pub const FOLDER: u32 = 0o700;

/// What was found where a private folder should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Private already.
    Private,
    /// Others could read it; now they cannot.
    Tightened,
    /// Others can read it, and the file system keeps no other mode (as on many USB sticks).
    Open,
    /// It belongs to another user.
    Foreign,
    /// It is no folder, or a link to one.
    NoFolder,
}

/// Makes a folder, and those above it, with mode 0700. One that is there is looked at instead.
///
/// # Errors
/// The disk refuses.
pub fn make_folder(path: &Path) -> io::Result<Found> {
    if !path.exists() {
        DirBuilder::new().recursive(true).mode(FOLDER).create(path)?;
        // The umask may have taken bits away that the owner needs.
        let _without_modes = std::fs::set_permissions(path, Permissions::from_mode(FOLDER));
    }
    tighten_folder(path)
}

/// Takes a folder away from the eyes of others.
///
/// # Errors
/// It is not there, or cannot be looked at.
pub fn tighten_folder(path: &Path) -> io::Result<Found> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_dir() {
        return Ok(Found::NoFolder);
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Ok(Found::Foreign);
    }
    tighten(path, meta.mode(), FOLDER)
}

/// Takes a file away from the eyes of others. One that is not there is private.
///
/// # Errors
/// It cannot be looked at.
pub fn tighten_file(path: &Path) -> io::Result<Found> {
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(Found::Private),
        Err(e) => Err(e),
        Ok(meta) if !meta.is_file() => Ok(Found::Private),
        Ok(meta) => tighten(path, meta.mode(), FILE),
    }
}

fn tighten(path: &Path, mode: u32, wanted: u32) -> io::Result<Found> {
    if mode & 0o077 == 0 {
        return Ok(Found::Private);
    }
    // A file system without modes refuses, or does nothing and says nothing.
    let _looked_at_below = std::fs::set_permissions(path, Permissions::from_mode(wanted));
    let now = std::fs::metadata(path)?.mode();
    Ok(if now & 0o077 == 0 { Found::Tightened } else { Found::Open })
}

/// Writes a file by way of another beside it: written, synced, renamed, and the folder synced.
///
/// # Errors
/// The disk refuses; the old content is there still.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let written = create(&beside)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _may_not_exist = std::fs::remove_file(&beside);
    }
    written?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A new, empty private file; what an earlier process left half-written there is lost.
fn create(path: &Path) -> io::Result<File> {
    let _may_not_exist = std::fs::remove_file(path);
    let file = OpenOptions::new().write(true).create_new(true).mode(FILE).open(path)?;
    // The umask may have taken bits away; a file system without modes is none of our business.
    let _without_modes = file.set_permissions(Permissions::from_mode(FILE));
    Ok(file)
}

/// `.NAME.PROCESS.part` in the same folder, where a rename is one step.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Reads a file of at most `most` bytes into memory that is wiped.
///
/// # Errors
/// It cannot be read; [`ErrorKind::FileTooLarge`] where it is longer.
pub fn read(path: &Path, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if length > most {
        return Err(ErrorKind::FileTooLarge.into());
    }
    // Room for one byte more than the file has, so that reading never moves what it has read.
    let mut content = Zeroizing::new(Vec::with_capacity(length.saturating_add(1)));
    let more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    file.take(more).read_to_end(&mut content)?;
    if content.len() > most { Err(ErrorKind::FileTooLarge.into()) } else { Ok(content) }
}

/// What went wrong, in the system's words without its number.
#[must_use]
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let cut = text.find(" (os error").unwrap_or(text.len());
    let mut words = text.get(..cut).unwrap_or(&text).to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn files_and_folders_are_private_from_the_start_and_tightened_when_not() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/b");
        assert_eq!(make_folder(&folder).unwrap(), Found::Private);
        assert_eq!((mode(&folder), mode(&temp.path().join("a"))), (0o700, 0o700));
        let file = folder.join("x");
        write(&file, b"1").unwrap();
        assert_eq!(mode(&file), 0o600);
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(tighten_folder(&folder).unwrap(), Found::Tightened);
        assert_eq!(tighten_file(&file).unwrap(), Found::Tightened);
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        assert_eq!(tighten_folder(&file).unwrap(), Found::NoFolder);
    }

    #[test]
    fn writing_replaces_all_and_leaves_nothing_beside() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("x");
        write(&file, b"a long first content").unwrap();
        write(&file, b"short").unwrap();
        assert_eq!(read(&file, 100).unwrap().as_slice(), b"short");
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
        let nowhere = temp.path().join("none/x");
        assert!(write(&nowhere, b"1").is_err());
    }

    #[test]
    fn what_cannot_be_renamed_leaves_the_old_content_and_nothing_beside() {
        let temp = tempfile::tempdir().unwrap();
        let taken = temp.path().join("taken");
        std::fs::create_dir(&taken).unwrap();
        assert!(write(&taken, b"1").is_err(), "a folder is in the way");
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_above_the_limit_is_not_read() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("x");
        write(&file, &[7; 11]).unwrap();
        assert_eq!(read(&file, 10).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(read(&file, 11).unwrap().len(), 11);
    }
}
