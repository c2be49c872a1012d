//! A device's inbox at brokers (`spec/transport.md`): its name, who may read it ([`Ticket`]), and who
//! may write into it without doing work ([`pass`], [`Policy`]).

mod pass;
mod policy;
mod ticket;

use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};
use sha2::{Digest, Sha256};

use crate::device::DevicePublic;

pub use pass::{PASS_BYTES, hashed, pass};
pub use policy::{Policy, PolicyError};
pub use ticket::{Ticket, TicketError, VALID};

/// The name of a device's inbox.
#[must_use]
pub fn inbox_of(device: &DevicePublic) -> [u8; 16] {
    first(&Sha256::new_with_prefix(b"mundi.inbox.1").chain_update(device.0).finalize().into())
}

fn first(hash: &[u8; 32]) -> [u8; 16] {
    hash.first_chunk().copied().unwrap_or([0; 16])
}

/// So many bytes, or an error.
fn exactly<const N: usize>(from: &mut Decoder<'_>) -> Result<[u8; N], Error> {
    from.bytes()?.try_into().map_err(|_| Error::message("another length"))
}

/// Writing into memory, which does not fail.
fn written(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut Encoder::new(&mut out));
    out
}

#[cfg(test)]
mod tests;
