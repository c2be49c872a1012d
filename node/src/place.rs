//! Where a home lies, and what its files are called.
//!
//! In: what the person said (`--home`) and what the system says (`MUNDI_HOME`, the XDG folders).
//! Out: a [`Place`], whose folder is there and private. A home may be moved or carried on a USB
//! stick: nothing in it names its own path.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::private::{self, Found};

/// What the system says about folders. An argument, so that tests can say something else.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `MUNDI_HOME`
    pub mundi_home: Option<OsString>,
    /// `XDG_DATA_HOME`
    pub data_home: Option<OsString>,
    /// `HOME`
    pub home: Option<OsString>,
    /// `XDG_RUNTIME_DIR`, else `/run/user/UID`.
    pub runtime: Option<OsString>,
}

impl Surroundings {
    /// What the system says to this process.
    #[must_use]
    pub fn of_process() -> Self {
        let said = |name| std::env::var_os(name).filter(|v: &OsString| !v.is_empty());
        let user = rustix::process::getuid().as_raw();
        Self {
            mundi_home: said("MUNDI_HOME"),
            data_home: said("XDG_DATA_HOME"),
            home: said("HOME"),
            // A shell without the variable must find the agent of a shell that has it.
            runtime: said("XDG_RUNTIME_DIR").or_else(|| Some(format!("/run/user/{user}").into())),
        }
    }
}

/// Why there is no home to work with.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither the person nor the system names a folder.
    #[error("no folder for the home is known: give one with `--home DIR`, or set HOME")]
    Unknown,
    /// Nothing is there.
    #[error("there is no home at {0}: name another with `--home DIR`, or make one: `mundi id new`")]
    Missing(PathBuf),
    /// A file is where the folder should be.
    #[error("{0} is no folder: name the folder of a home with `--home DIR`")]
    NoFolder(PathBuf),
    /// Somebody else's.
    #[error("{0} belongs to another user: a home is used by its owner only")]
    Foreign(PathBuf),
    /// The disk refuses.
    #[error("{0} cannot be used as a home: {why}", why = private::plain(.1))]
    Disk(PathBuf, #[source] io::Error),
}

/// The folder of a home, which is there, private, and ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    runtime: PathBuf,
    notes: Vec<String>,
}

impl Place {
    /// The folder where the home is or would be: what the person says, else `MUNDI_HOME`, else
    /// `$XDG_DATA_HOME/mundi`, else `~/.local/share/mundi`.
    ///
    /// # Errors
    /// [`PlaceError::Unknown`]
    pub fn folder_of(given: Option<&Path>, around: &Surroundings) -> Result<PathBuf, PlaceError> {
        // The XDG rules: a path that is not absolute is none.
        let data = around.data_home.as_ref().map(PathBuf::from).filter(|p| p.is_absolute());
        given
            .map(Path::to_path_buf)
            .or_else(|| around.mundi_home.as_ref().map(PathBuf::from))
            .or_else(|| data.map(|p| p.join("mundi")))
            .or_else(|| around.home.as_ref().map(|p| Path::new(p).join(".local/share/mundi")))
            .ok_or(PlaceError::Unknown)
    }

    /// A home that is there.
    ///
    /// # Errors
    /// It is not there, is not ours, or cannot be looked at.
    pub fn open(given: Option<&Path>, around: &Surroundings) -> Result<Self, PlaceError> {
        let folder = Self::folder_of(given, around)?;
        if !folder.exists() {
            return Err(PlaceError::Missing(folder));
        }
        let found = private::tighten_folder(&folder);
        Self::at(folder, found, around)
    }

    /// The folder of a new home; one that is there is taken as it is.
    ///
    /// # Errors
    /// It cannot be made, or is not ours.
    pub fn make(given: Option<&Path>, around: &Surroundings) -> Result<Self, PlaceError> {
        let folder = Self::folder_of(given, around)?;
        let found = private::make_folder(&folder);
        Self::at(folder, found, around)
    }

    fn at(
        folder: PathBuf,
        found: io::Result<Found>,
        around: &Surroundings,
    ) -> Result<Self, PlaceError> {
        let disk = |e| PlaceError::Disk(folder.clone(), e);
        let mut notes = Vec::new();
        match found.map_err(disk)? {
            Found::NoFolder => return Err(PlaceError::NoFolder(folder)),
            Found::Foreign => return Err(PlaceError::Foreign(folder)),
            found => note(&mut notes, &folder, found),
        }
        let folder = std::fs::canonicalize(&folder).map_err(disk)?;
        let mut place = Self { runtime: runtime(&folder, around), folder, notes };
        for file in place.files() {
            let found = private::tighten_file(&file).map_err(|e| PlaceError::Disk(file.clone(), e));
            note(&mut place.notes, &file, found?);
        }
        Ok(place)
    }

    /// The folder's real path.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The secret OpenPGP key under the passphrase; absent where GnuPG keeps the key.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.folder.join("key")
    }

    /// The key of the database, encrypted to the person's OpenPGP key.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.folder.join("secret")
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("db")
    }

    /// The folder of the agent's socket; it need not be there.
    #[must_use]
    pub fn runtime(&self) -> &Path {
        &self.runtime
    }

    /// What the person should know: modes that were tightened, or cannot be.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether a home is here: its `secret` or its database is.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.secret().exists() || self.database().exists()
    }

    /// All files that a home has.
    fn files(&self) -> [PathBuf; 5] {
        let db = self.database();
        let beside = |end: &str| db.with_file_name(format!("db{end}"));
        [self.key(), self.secret(), db.clone(), beside("-wal"), beside("-shm")]
    }
}

fn note(notes: &mut Vec<String>, path: &Path, found: Found) {
    let shown = path.display();
    match found {
        Found::Tightened => {
            notes.push(format!("{shown} could be read by other users; now it cannot"));
        }
        Found::Open => notes.push(format!(
            "{shown} can be read by other users, and its file system keeps no other mode"
        )),
        Found::Private | Found::Foreign | Found::NoFolder => {}
    }
}

/// `mundi-HASH` in the system's folder for sockets, where there is one that is ours; else `run`
/// in the home. The hash is of the path, so that two homes have two agents.
fn runtime(folder: &Path, around: &Surroundings) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let ours = |path: &PathBuf| {
        use std::os::unix::fs::MetadataExt;
        let user = rustix::process::geteuid().as_raw();
        path.is_absolute() && std::fs::metadata(path).is_ok_and(|m| m.is_dir() && m.uid() == user)
    };
    let Some(base) = around.runtime.as_ref().map(PathBuf::from).filter(ours) else {
        return folder.join("run");
    };
    let hash = Sha256::digest(folder.as_os_str().as_bytes());
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    base.join(format!("mundi-{hash}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn around(temp: &Path) -> Surroundings {
        Surroundings { home: Some(temp.into()), ..Surroundings::default() }
    }

    #[test]
    fn the_first_of_four_says_where() {
        let mut around = Surroundings::default();
        let folder = |around: &Surroundings, given: Option<&str>| {
            Place::folder_of(given.map(Path::new), around).map(|p| p.display().to_string()).ok()
        };
        assert_eq!(folder(&around, None), None);
        around.home = Some("/h".into());
        assert_eq!(folder(&around, None).as_deref(), Some("/h/.local/share/mundi"));
        around.data_home = Some("relative".into());
        assert_eq!(folder(&around, None).as_deref(), Some("/h/.local/share/mundi"));
        around.data_home = Some("/d".into());
        assert_eq!(folder(&around, None).as_deref(), Some("/d/mundi"));
        around.mundi_home = Some("/m".into());
        assert_eq!(folder(&around, None).as_deref(), Some("/m"));
        assert_eq!(folder(&around, Some("/g")).as_deref(), Some("/g"));
    }

    #[test]
    fn a_missing_home_and_a_file_are_told_apart() {
        let temp = tempfile::tempdir().unwrap();
        let around = around(temp.path());
        assert!(matches!(Place::open(None, &around), Err(PlaceError::Missing(_))));
        let file = temp.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(Place::open(Some(&file), &around), Err(PlaceError::NoFolder(_))));
        assert!(!file.join("db").exists());
    }

    #[test]
    fn what_others_can_read_is_tightened_with_a_note() {
        let temp = tempfile::tempdir().unwrap();
        let around = around(temp.path());
        let place = Place::make(None, &around).unwrap();
        assert!(place.notes().is_empty() && !place.is_home());
        std::fs::write(place.secret(), "x").unwrap();
        for (path, mode) in [(place.folder().to_path_buf(), 0o755), (place.secret(), 0o644)] {
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        }
        let place = Place::open(None, &around).unwrap();
        assert_eq!(place.notes().len(), 2, "{:?}", place.notes());
        assert!(place.is_home());
        assert!(Place::open(None, &around).unwrap().notes().is_empty());
    }

    #[test]
    fn two_homes_have_two_runtime_folders_and_a_moved_home_another() {
        let temp = tempfile::tempdir().unwrap();
        let system = temp.path().join("system");
        private::make_folder(&system).unwrap();
        let around = Surroundings { runtime: Some(system.clone().into()), ..Default::default() };
        let make = |name: &str| Place::make(Some(&temp.path().join(name)), &around).unwrap();
        let (one, two) = (make("one"), make("two"));
        assert!(one.runtime().starts_with(&system) && one.runtime() != two.runtime());
        let moved = temp.path().join("stick");
        std::fs::rename(one.folder(), &moved).unwrap();
        let stick = Place::open(Some(&moved), &around).unwrap();
        assert_ne!(stick.runtime(), one.runtime());
        let without = Place::open(Some(&moved), &Surroundings::default()).unwrap();
        assert_eq!(without.runtime(), without.folder().join("run"));
    }
}
