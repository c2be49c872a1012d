//! The bytes of a certificate's payload.

use minicbor::{Decoder, Encoder};

use super::{Certificate, CertificateKind};
use crate::device::DevicePublic;
use crate::fingerprint::Fingerprint;
use crate::role::DeviceRole;

impl Certificate {
    pub(super) fn payload(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(192);
        let mut to = Encoder::new(&mut out);
        // Only access is what most devices have, and is not written.
        let roles = self.roles.as_slice();
        let roles = if roles == [DeviceRole::Access] { &[] } else { roles };
        let written = (|| {
            let more = u64::from(self.not_after.is_some()) + u64::from(!roles.is_empty());
            to.map(5 + more)?;
            to.u8(1)?.u8(1)?;
            to.u8(2)?.bytes(self.person.as_bytes())?;
            to.u8(3)?.bytes(&self.device.0)?;
            to.u8(4)?.str(&self.name)?;
            to.u8(5)?.u64(self.not_before)?;
            if let Some(last) = self.not_after {
                to.u8(6)?.u64(last)?;
            }
            if !roles.is_empty() {
                to.u8(7)?.array(roles.len() as u64)?;
                roles.iter().try_for_each(|role| to.str(role.name()).map(|_| ()))?;
            }
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })();
        // Writing to a vector cannot fail.
        debug_assert!(written.is_ok());
        out
    }

    /// Reads a payload; whether it is in its one form is for who calls.
    pub(super) fn parse(payload: &[u8], kind: CertificateKind, bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder::new(payload);
        let pairs = from.map().ok()??;
        let key = |from: &mut Decoder<'_>, n: u8| (from.u8().ok()? == n).then_some(());
        key(&mut from, 1)?;
        key(&mut from, 1)?;
        key(&mut from, 2)?;
        let person = Fingerprint::new(from.bytes().ok()?)?;
        key(&mut from, 3)?;
        let device = DevicePublic(from.bytes().ok()?.try_into().ok()?);
        key(&mut from, 4)?;
        let name = from.str().ok()?.to_owned();
        key(&mut from, 5)?;
        let not_before = from.u64().ok()?;
        let (mut not_after, mut roles) = (None, vec![DeviceRole::Access]);
        for _ in 5..pairs.min(7) {
            match from.u8().ok()? {
                6 => not_after = Some(from.u64().ok()?),
                7 => roles = read_roles(&mut from)?,
                _ => return None,
            }
        }
        let bytes = bytes.to_vec();
        Some(Self { person, device, name, not_before, not_after, roles, kind, bytes })
    }
}

fn read_roles(from: &mut Decoder<'_>) -> Option<Vec<DeviceRole>> {
    let count = from.array().ok()??;
    // No more than there are: the bytes could promise any number.
    (0..count.min(DeviceRole::ALL.len() as u64 + 1))
        .map(|_| DeviceRole::named(from.str().ok()?))
        .collect()
}
