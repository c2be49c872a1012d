//! The owner's devices: keys that sign entries, certified by the owner's OpenPGP key.

use std::sync::{Arc, Mutex, PoisonError};

use mundi_identity::{Certificate, DeviceKey, DevicePublic, DeviceRole, Reason, Revocation};
use zeroize::Zeroizing;

use super::{Home, HomeError, SEEDS};
use crate::store::{Device, DeviceState, KnownRevocation};

/// A device of the owner whose key is here.
pub struct OwnDevice {
    /// Its number in this home: the one of the seed phrase, where it comes from one.
    pub number: u32,
    /// Its key.
    pub key: DeviceKey,
    /// What certifies it.
    pub certificate: Certificate,
}

impl OwnDevice {
    /// Its public key.
    #[must_use]
    pub fn public(&self) -> DevicePublic {
        self.certificate.device()
    }

    fn of(row: &Device) -> Result<Option<Self>, HomeError> {
        let Some(bytes) = &row.certificate else { return Ok(None) };
        let certificate = Certificate::decode(bytes)?;
        let key = DeviceKey::from_seed(&row.seed);
        Ok(Some(Self { number: row.number, key, certificate }))
    }

    fn is_of(&self, row: &Device) -> bool {
        self.number == row.number && row.certificate.as_deref() == Some(self.certificate.bytes())
    }
}

/// Own devices as they were read last: to verify a certificate takes longer than all else that a message
/// costs.
#[derive(Default)]
pub(super) struct OwnDevices(Mutex<Vec<Arc<OwnDevice>>>);

impl OwnDevices {
    fn get(&self, row: &Device) -> Result<Option<Arc<OwnDevice>>, HomeError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(device) = known.iter().find(|device| device.is_of(row)) {
            return Ok(Some(device.clone()));
        }
        let Some(device) = OwnDevice::of(row)?.map(Arc::new) else { return Ok(None) };
        known.retain(|other| other.number != row.number);
        known.push(device.clone());
        Ok(Some(device))
    }
}

impl Home {
    /// The device that writes what is new.
    ///
    /// # Errors
    /// [`HomeError::NoOwnDevice`]
    pub fn device(&self) -> Result<Arc<OwnDevice>, HomeError> {
        let row = self.store().current_device()?.ok_or(HomeError::NoOwnDevice)?;
        self.own_device(&row)?.ok_or(HomeError::NoOwnDevice)
    }

    /// The device of a row; `None` where nothing certifies it.
    pub(crate) fn own_device(&self, row: &Device) -> Result<Option<Arc<OwnDevice>>, HomeError> {
        self.own.get(row)
    }

    /// Whether a key is that of a device of this home, whatever its state.
    ///
    /// # Errors
    /// As all reading.
    pub fn is_own_device(&self, public: &DevicePublic) -> Result<bool, HomeError> {
        let rows = self.store().devices()?;
        for row in &rows {
            let own = match self.own_device(row)? {
                Some(device) => device.public(),
                None => DeviceKey::from_seed(&row.seed).public(),
            };
            if own == *public {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Begins a new device: from here on it writes what is new.
    ///
    /// # Errors
    /// The owner's key cannot certify it; the disk fails.
    pub fn begin_device(&mut self, now: u64) -> Result<OwnDevice, HomeError> {
        let number = self.store().devices()?.iter().map(|d| d.number + 1).max().unwrap_or(0);
        let seed = self.seed_of(number)?;
        let key = DeviceKey::from_seed(&seed);
        let roles = [DeviceRole::Access];
        let certificate = Certificate::sign_pgp(
            self.holder(),
            key.public(),
            &self.name()?,
            &roles,
            now,
            None,
            now,
        )?;
        let bytes = Some(certificate.bytes().to_vec());
        let row = Device { number, seed, certificate: bytes, state: DeviceState::Current };
        self.write(|tx| {
            for old in tx.devices()?.iter().filter(|d| d.state == DeviceState::Current) {
                tx.set_device_state(old.number, DeviceState::Retired)?;
            }
            tx.add_device(&row)
        })?;
        Ok(OwnDevice { number, key, certificate })
    }

    /// The seed of a device to come: of the phrase while those last, else of chance.
    fn seed_of(&self, number: u32) -> Result<Zeroizing<[u8; 32]>, HomeError> {
        let seeds = Zeroizing::new(self.store().setting(SEEDS)?.unwrap_or_default());
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let mut seed = Zeroizing::new([0; 32]);
        match seeds.chunks_exact(32).nth(at) {
            Some(known) => seed.copy_from_slice(known),
            None => self.chance.fill(seed.as_mut_slice())?,
        }
        Ok(seed)
    }

    /// Says that a device of the owner speaks for them no more. Conversations learn of it with the
    /// next thing that is written there. If it was the one that writes here, a new one begins.
    ///
    /// # Errors
    /// The owner's key cannot sign; the disk fails.
    pub fn revoke_device(
        &mut self,
        public: DevicePublic,
        reason: Reason,
        now: u64,
    ) -> Result<Revocation, HomeError> {
        let revocation = Revocation::sign_pgp(self.holder(), public, reason, now)?;
        let known = KnownRevocation {
            fingerprint: self.me(),
            device: public,
            at: now,
            bytes: revocation.bytes().to_vec(),
        };
        let rows = self.store().devices()?;
        let own = rows.iter().find(|row| DeviceKey::from_seed(&row.seed).public() == public);
        let state = match reason {
            Reason::Retired => DeviceState::Retired,
            Reason::Lost => DeviceState::Lost,
            Reason::Compromised => DeviceState::Compromised,
        };
        self.write(|tx| {
            if let Some(row) = own {
                tx.set_device_state(row.number, state)?;
            }
            tx.add_revocation(&known)
        })?;
        if own.is_some_and(|row| row.state == DeviceState::Current) {
            self.begin_device(now)?;
        }
        Ok(revocation)
    }

    /// The owner's revocations.
    ///
    /// # Errors
    /// As all reading.
    pub fn own_revocations(&self) -> Result<Vec<Revocation>, HomeError> {
        let me = self.me();
        let mut known = self.store().revocations()?;
        known.retain(|one| one.fingerprint == me);
        Ok(known.iter().map(|one| Revocation::decode(&one.bytes)).collect::<Result<_, _>>()?)
    }
}
