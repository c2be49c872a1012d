//! A home: what one person has on one machine, opened with their key.
//!
//! In goes an open [`Store`] and what can use the person's OpenPGP key; conversations, contacts and
//! mail are further files of this and the next folder. Invariant: whatever is acknowledged is on
//! the disk, and whatever is refused has changed nothing.

mod backup;
mod contacts;
mod error;
mod founding;
mod own;
mod people;
mod safety;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{Keyholder, PgpCert};
use zeroize::Zeroizing;

pub use backup::{BackUp, Restored};
pub use contacts::Taken;
pub use error::HomeError;
pub use founding::{Keeping, MakingError, device_seeds, make};
pub use own::OwnDevice;
use own::OwnDevices;
pub use people::{ME, is_petname};
pub use safety::{Means, Mismatch, SafetyCode};

use crate::chance::Chance;
use crate::store::{Store, StoreError, Tx};

/// The setting that holds the name under which the owner is shown to others.
pub(crate) const NAME: &str = "name";
/// The setting that holds seeds of devices to come, 32 bytes each.
const SEEDS: &str = "device seeds";

/// An open home.
pub struct Home {
    store: Arc<Mutex<Store>>,
    holder: Box<dyn Keyholder>,
    pub(crate) chance: Chance,
    own: OwnDevices,
}

/// How a home begins.
pub struct Founding<'a> {
    /// The name under which others are shown its owner.
    pub name: &'a str,
    /// Seeds of the owner's devices, if they come from a phrase: the first is this machine's.
    pub seeds: Zeroizing<Vec<[u8; 32]>>,
    /// Now, in ms since 1970.
    pub now: u64,
}

impl Home {
    /// Makes a new store a home: gives it an owner, a name and a first device.
    ///
    /// # Errors
    /// The key cannot certify a device, the name cannot be shown, the disk fails.
    pub fn found(
        store: Store,
        holder: Box<dyn Keyholder>,
        founding: &Founding<'_>,
    ) -> Result<Self, HomeError> {
        Self::of(store, holder).founded(founding)
    }

    /// As [`Home::found`], of a home that is open.
    ///
    /// # Errors
    /// As [`Home::found`].
    pub fn founded(self, founding: &Founding<'_>) -> Result<Self, HomeError> {
        let mut home = self;
        let seeds = Zeroizing::new(founding.seeds.concat());
        home.write(|tx| {
            tx.set_setting(NAME, founding.name.as_bytes())?;
            tx.set_setting(SEEDS, &seeds)
        })?;
        home.begin_device(founding.now)?;
        Ok(home)
    }

    /// An open store and its owner's key.
    #[must_use]
    pub fn of(store: Store, holder: Box<dyn Keyholder>) -> Self {
        let store = Arc::new(Mutex::new(store));
        Self { store, holder, chance: Chance::system(), own: OwnDevices::default() }
    }

    /// The same home with random bytes from somewhere else, for simulations.
    #[must_use]
    pub fn with_chance(self, chance: Chance) -> Self {
        Self { chance, ..self }
    }

    /// The store, for as long as the guard lives. Nothing that asks a replica for an answer may be
    /// called meanwhile: a resumed replica reads entries from the store.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        // A thread that panicked within a transaction has left none of it.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn shared_store(&self) -> Arc<Mutex<Store>> {
        self.store.clone()
    }

    /// Makes changes, all or none.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.store().write(work)
    }

    /// Leaves the home: its store is closed, the key stays usable.
    #[must_use]
    pub fn into_holder(self) -> Box<dyn Keyholder> {
        self.holder
    }

    /// What can use the owner's OpenPGP key.
    #[must_use]
    pub fn holder(&self) -> &dyn Keyholder {
        self.holder.as_ref()
    }

    /// The owner's OpenPGP certificate.
    #[must_use]
    pub fn cert(&self) -> &PgpCert {
        self.holder.cert()
    }

    /// The owner.
    #[must_use]
    pub fn me(&self) -> Fingerprint {
        self.cert().fingerprint()
    }

    /// The name under which the owner is shown to others.
    ///
    /// # Errors
    /// As all reading.
    pub fn name(&self) -> Result<String, HomeError> {
        let name = self.store().setting(NAME)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&name).into_owned())
    }
}
