//! Drawing lots from published entropy, after RFC 3797.
//!
//! In: a pool of so many, how many to draw, and a text that nobody could know or choose when the pool
//! was closed: revealed numbers of many, a lottery's result. The n-th draw, from 1, takes SHA-256 over
//! n in two bytes, the text, and n again, as a number of 256 bits; its remainder by the number of those
//! still in the pool is the place of the next one. RFC 3797 takes MD5, which is broken, instead. Holds: being drawn. Ties: none. Whoever chooses the text chooses the
//! result. Source: Eastlake, "Publicly verifiable nominations committee (NomCom) random selection", RFC
//! 3797, 2004.

use sha2::{Digest, Sha256};

/// The places drawn, in the order of the draws; all of them where more are wanted than there are.
#[must_use]
pub fn draw(pool: usize, wanted: usize, entropy: &[u8]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..pool).collect();
    let mut drawn = Vec::with_capacity(wanted.min(pool));
    for number in 1..=u16::MAX {
        if drawn.len() >= wanted || left.is_empty() {
            break;
        }
        let number = number.to_be_bytes();
        let hash = Sha256::new().chain_update(number).chain_update(entropy).chain_update(number);
        drawn.push(left.remove(remainder(&hash.finalize(), left.len())));
    }
    drawn
}

/// A number of many bytes, first byte highest, by another: its remainder. `by` is above 0 and below
/// 2⁵⁶, so nothing overflows.
fn remainder(bytes: &[u8], by: usize) -> usize {
    bytes.iter().fold(0, |rest: usize, byte| {
        rest.wrapping_mul(256).wrapping_add(usize::from(*byte)).checked_rem(by).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_drawn_once_and_the_same_text_draws_the_same() {
        let mut all = draw(10, 12, b"9319./2.5.8.10.12./9.18.26.34.41.45./");
        assert_eq!(all, draw(10, 10, b"9319./2.5.8.10.12./9.18.26.34.41.45./"));
        assert_ne!(all, draw(10, 10, b"another text"));
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn a_remainder_is_that_of_the_whole_number() {
        assert_eq!(remainder(&[1, 0, 1], 7), 65_537 % 7);
        assert_eq!(remainder(&[255; 4], 1_000), 4_294_967_295_usize % 1_000);
    }

    #[test]
    fn no_place_is_favoured() {
        let mut drawn = [0_u32; 5];
        for text in 0..1_000_u32 {
            let first = draw(5, 1, &text.to_be_bytes());
            drawn[first[0]] += 1;
        }
        assert!(drawn.iter().all(|n| (150..250).contains(n)), "{drawn:?}");
    }
}
