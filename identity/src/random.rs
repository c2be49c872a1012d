//! Coefficients for batches, without a source of randomness.
//!
//! A batch is sound when nobody can choose a signature knowing the coefficient that it will be
//! multiplied with. Here the coefficients come from SHA-256 over *all* the signatures, keys and
//! messages of the batch and the caller's seed (as in a Fiat-Shamir proof): whoever changes any
//! of them changes every coefficient, so it takes about 2^128 tries to find a bad batch that
//! passes, even with a seed that is known. A secret seed leaves not even these tries.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// SHA-256 in counter mode over a key.
pub(crate) struct Coefficients {
    key: [u8; 32],
    counter: u64,
    block: [u8; 32],
    /// Bytes of `block` that are used up.
    used: usize,
}

impl Coefficients {
    /// From the hash of all that they must depend on.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key, counter: 0, block: [0; 32], used: 32 }
    }

    fn next(&mut self) -> u8 {
        if self.used >= self.block.len() {
            let hash = Sha256::new_with_prefix(self.key).chain_update(self.counter.to_be_bytes());
            self.block = hash.finalize().into();
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let byte = self.block.get(self.used).copied().unwrap_or(0);
        self.used += 1;
        byte
    }
}

impl TryRng for Coefficients {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.iter_mut().for_each(|byte| *byte = self.next());
        Ok(())
    }
}

impl TryCryptoRng for Coefficients {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_does_not_repeat_and_does_not_depend_on_how_it_is_read() {
        let mut whole = [0; 100];
        let Ok(()) = Coefficients::new([7; 32]).try_fill_bytes(&mut whole);
        let mut parts = Coefficients::new([7; 32]);
        let mut read = Vec::new();
        for size in [1, 31, 33, 35] {
            let mut some = vec![0; size];
            let Ok(()) = parts.try_fill_bytes(&mut some);
            read.extend(some);
        }
        assert_eq!(read, whole);
        assert_ne!(whole[..32], whole[32..64]);
    }
}
