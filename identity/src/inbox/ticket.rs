//! A ticket: a device's key says to one broker, on one connection and for three minutes, that its
//! owner is there.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::{exactly, written};
use crate::device::{DeviceKey, DevicePublic};
use crate::verify::verify;

/// How far a ticket's time may be from the broker's clock, in ms.
pub const VALID: u64 = 180_000;

/// Why a ticket is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Not the bytes of a ticket.
    #[error("the ticket is not in its one form")]
    Form,
    /// Too old, or from a clock that is wrong.
    #[error("the ticket's time is {0} s from this broker's clock; at most 180 s are accepted")]
    Time(u64),
    /// Made for another broker or another connection, or by another key.
    #[error("the ticket was not made by that device for this broker and this user")]
    Signature,
}

/// A ticket that was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The device whose key has signed it.
    pub device: DevicePublic,
    /// When, in ms since 1970.
    pub at: u64,
}

impl Ticket {
    /// Makes one, for the broker of a key and the user of a key.
    #[must_use]
    pub fn issue(device: &DeviceKey, broker: &[u8; 32], user: &[u8; 32], at: u64) -> Vec<u8> {
        let signature = device.sign(&signed(broker, user, at));
        written(|to| {
            let _ =
                to.array(3).and_then(|to| to.bytes(&device.public().0)?.u64(at)?.bytes(&signature));
        })
    }

    /// Reads and verifies one.
    ///
    /// # Errors
    /// Each says why.
    pub fn verify(
        bytes: &[u8],
        broker: &[u8; 32],
        user: &[u8; 32],
        now: u64,
    ) -> Result<Self, TicketError> {
        let (device, at, signature) = read(bytes).map_err(|_| TicketError::Form)?;
        let away = now.abs_diff(at);
        if away > VALID {
            return Err(TicketError::Time(away / 1_000));
        }
        let device = DevicePublic(device);
        let message = signed(broker, user, at);
        verify(&device, &message, &signature).map_err(|_| TicketError::Signature)?;
        Ok(Self { device, at })
    }
}

fn read(bytes: &[u8]) -> Result<([u8; 32], u64, [u8; 64]), Error> {
    let mut from = Decoder::new(bytes);
    if from.array()? != Some(3) {
        return Err(Error::message("three elements"));
    }
    let read = (exactly(&mut from)?, from.u64()?, exactly(&mut from)?);
    if from.position() == bytes.len() { Ok(read) } else { Err(Error::message("trailing")) }
}

fn signed(broker: &[u8; 32], user: &[u8; 32], at: u64) -> Vec<u8> {
    [b"mundi.ticket.1", broker.as_slice(), user, &at.to_be_bytes()].concat()
}
