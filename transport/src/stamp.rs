//! Stamps: work that a stranger does before a broker puts something into an inbox.
//!
//! In the manner of hashcash: a number is looked for with which a hash begins with zero bits.
//! Verifying takes one hash.

use sha2::{Digest, Sha256};

use crate::wire::Mailbox;

/// The leading zero bits of a stamp.
#[must_use]
pub fn bits(mailbox: &Mailbox, hash: &[u8; 32], stamp: &[u8; 8]) -> u32 {
    let digest = prefix(mailbox, hash).chain_update(stamp).finalize();
    let mut bits = 0;
    for byte in digest {
        bits += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    bits
}

/// Whether a proof is a stamp of so many bits.
#[must_use]
pub fn verify(mailbox: &Mailbox, hash: &[u8; 32], proof: &[u8], wanted: u8) -> bool {
    proof.try_into().is_ok_and(|stamp| bits(mailbox, hash, stamp) >= u32::from(wanted))
}

/// Does the work: two to the power of `wanted` hashes on average. `None` where none is found among
/// the numbers up to `most`.
#[must_use]
pub fn make(mailbox: &Mailbox, hash: &[u8; 32], wanted: u8, most: u64) -> Option<[u8; 8]> {
    let stamps = (0..most).map(u64::to_be_bytes);
    stamps.into_iter().find(|stamp| bits(mailbox, hash, stamp) >= u32::from(wanted))
}

fn prefix(mailbox: &Mailbox, hash: &[u8; 32]) -> Sha256 {
    Sha256::new_with_prefix(b"mundi.stamp.1").chain_update(mailbox.name).chain_update(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_fits_its_mailbox_and_envelope_only() {
        let (mailbox, hash) = (Mailbox::inbox([3; 16]), [4; 32]);
        let stamp = make(&mailbox, &hash, 12, u64::MAX).unwrap();
        assert!(verify(&mailbox, &hash, &stamp, 12));
        assert!(verify(&mailbox, &hash, &stamp, 0));
        assert!(!verify(&mailbox, &hash, &stamp, 32));
        assert!(!verify(&Mailbox::inbox([5; 16]), &hash, &stamp, 12));
        assert!(!verify(&mailbox, &[5; 32], &stamp, 12));
        assert!(!verify(&mailbox, &hash, &stamp[..7], 0));
        assert_eq!(make(&mailbox, &hash, 32, 10), None);
    }
}
