//! Making a home: its files `key`, `secret` and `db`, all of them or none.
//!
//! They are made in a folder of their own within the home's, and moved to their places once all of
//! them are whole. Whatever fails on the way leaves the home's folder as it was.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mundi_identity::pgp::{Keyholder, PgpKey};
use mundi_identity::{Certificate, DevicePublic, DeviceRole};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Founding, Home, HomeError};
use crate::key_file::{self, KeyFileError};
use crate::passphrase::Passphrase;
use crate::place::Place;
use crate::secret_file::{self, SecretFileError};
use crate::store::{DbKey, Store};
use crate::unlock::Holder;
use crate::{limits, private};

/// The setting that holds the certificate of the root key that the phrase gives.
pub(super) const ROOT: &str = "root";

/// Where the owner's secret key will be.
pub enum Keeping<'a> {
    /// In the file `key`, under a passphrase.
    Here(Box<PgpKey>, &'a Passphrase),
    /// Elsewhere: in GnuPG.
    Outside(Box<dyn Keyholder>),
}

/// Why no home was made. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum MakingError {
    /// A file is there already.
    #[error("{0} is there already; name another folder with `--home DIR`")]
    Present(PathBuf),
    /// The file `key`.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The file `secret`.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// The database, or what is to stand in it.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The disk refuses.
    #[error("{path}: {why}", path = .0.display(), why = private::plain(.1))]
    Disk(PathBuf, #[source] io::Error),
}

/// Makes a home at a place where there is none, and opens it. `root`: the key that a phrase gives
/// for persons without OpenPGP; the owner's OpenPGP key certifies it, so that the two are known as
/// one person.
///
/// # Errors
/// The key or the name cannot be used, a file is there already, the disk refuses.
pub fn make(
    place: &Place,
    keeping: Keeping<'_>,
    root: Option<DevicePublic>,
    founding: &Founding<'_>,
) -> Result<Home, MakingError> {
    let stage = Stage::new(place)?;
    let holder = match keeping {
        Keeping::Here(key, passphrase) => {
            key_file::write(&stage.path("key"), &key, passphrase)?;
            Holder::Key(key)
        }
        Keeping::Outside(holder) => Holder::Outside(holder),
    };
    let db_key = DbKey::random().map_err(HomeError::from)?;
    secret_file::write(&stage.path("secret"), &db_key, holder.cert(), founding.now)?;
    let store = Store::create(&stage.path("db"), &db_key).map_err(HomeError::from)?;
    let mut home = Home::found(store, Box::new(holder), founding)?;
    if let Some(root) = root {
        home.certify_root(root, founding)?;
    }
    let holder = home.close()?;
    stage.settle()?;
    let store = Store::open(&place.database(), &db_key).map_err(HomeError::from)?;
    Ok(Home::of(store, holder))
}

impl Home {
    /// Closes the store, and says so if the disk fails. Gives back what holds the key.
    fn close(self) -> Result<Box<dyn Keyholder>, HomeError> {
        let Self { store, holder, .. } = self;
        if let Some(store) = std::sync::Arc::into_inner(store) {
            store.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).close()?;
        }
        Ok(holder)
    }

    fn certify_root(
        &mut self,
        root: DevicePublic,
        founding: &Founding<'_>,
    ) -> Result<(), HomeError> {
        let (roles, now) = ([DeviceRole::Root], founding.now);
        let holder = self.holder();
        let certificate =
            Certificate::sign_pgp(holder, root, founding.name, &roles, now, None, now)?;
        Ok(self.write(|tx| tx.set_setting(ROOT, certificate.bytes()))?)
    }

    /// The root key of the seed phrase, as the owner's OpenPGP key certifies it; `None` where the
    /// home does not come from a phrase.
    ///
    /// # Errors
    /// As all reading.
    pub fn root(&self) -> Result<Option<Certificate>, HomeError> {
        let bytes = self.store().setting(ROOT)?;
        Ok(bytes.map(|bytes| Certificate::decode(&bytes)).transpose()?)
    }
}

/// The folder in which a home is made. Removed with all that is in it when it is dropped.
struct Stage<'a> {
    place: &'a Place,
    folder: PathBuf,
}

/// The files of a home. The first is the one that says that there is a home.
const FILES: [&str; 3] = ["secret", "key", "db"];

impl<'a> Stage<'a> {
    fn new(place: &'a Place) -> Result<Self, MakingError> {
        for name in FILES {
            let path = place.folder().join(name);
            if path.symlink_metadata().is_ok() {
                return Err(MakingError::Present(path));
            }
        }
        let folder = place.folder().join(format!(".new.{}", std::process::id()));
        // A process of this number that was killed has left it.
        let _may_not_exist = fs::remove_dir_all(&folder);
        let stage = Self { place, folder };
        private::make_folder(&stage.folder)
            .map_err(|e| MakingError::Disk(stage.folder.clone(), e))?;
        Ok(stage)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Moves the files to their places; if one cannot be moved, those before it are taken away.
    fn settle(&self) -> Result<(), MakingError> {
        let mut moved: Vec<PathBuf> = Vec::new();
        for name in FILES {
            let (from, to) = (self.path(name), self.place.folder().join(name));
            if !from.exists() {
                continue;
            }
            if let Err(e) = rename(&from, &to) {
                moved.iter().for_each(|path| {
                    let _gone = fs::remove_file(path);
                });
                return Err(match e.kind() {
                    io::ErrorKind::AlreadyExists => MakingError::Present(to),
                    _ => MakingError::Disk(to, e),
                });
            }
            moved.push(to);
        }
        let folder = self.place.folder();
        let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|e| MakingError::Disk(folder.to_path_buf(), e))
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        let _what_stays_is_encrypted = fs::remove_dir_all(&self.folder);
    }
}

/// Moves a file where there is none.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot say "where there is none", as on some USB sticks.
        Err(Errno::INVAL | Errno::NOSYS) if to.symlink_metadata().is_err() => fs::rename(from, to),
        other => other.map_err(Into::into),
    }
}

/// The seeds that a phrase leaves in a home, for its devices to come.
#[must_use]
pub fn device_seeds(phrase: &mundi_identity::Phrase) -> zeroize::Zeroizing<Vec<[u8; 32]>> {
    // All the room at once, so that the vector never moves and leaves a copy behind.
    let most = usize::try_from(limits::PHRASE_DEVICES).unwrap_or(0);
    let mut seeds = zeroize::Zeroizing::new(Vec::with_capacity(most));
    seeds.extend((0..limits::PHRASE_DEVICES).map(|n| *phrase.device_seed(n)));
    seeds
}
