use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;
use sha2::Sha512;

use super::*;
use crate::device::DeviceKey;

/// All the encodings of points of small order: eight canonical ones, and six that are not.
fn small_order() -> Vec<[u8; 32]> {
    let mut all: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|p| p.compress().0).collect();
    all.extend(not_canonical());
    all
}

/// Encodings of points of small order with y not reduced, or a sign where x is 0.
fn not_canonical() -> Vec<[u8; 32]> {
    let top = |low: u8, high: u8| {
        let mut bytes = [0xff; 32];
        bytes[0] = low;
        bytes[31] = high;
        bytes
    };
    let mut one = [0; 32];
    one[0] = 1;
    one[31] = 0x80;
    // y = 1 and y = -1 with the sign of x = 0 set; y = p (0), p + 1 (1), with and without sign.
    let all =
        [one, top(0xec, 0xff), top(0xed, 0x7f), top(0xed, 0xff), top(0xee, 0x7f), top(0xee, 0xff)];
    all.to_vec()
}

/// A signature by `a` (with a point of small order added to its key and to R) over a message.
struct Crafted {
    public: DevicePublic,
    message: Vec<u8>,
    signature: [u8; 64],
}

fn craft(n: u64, torsion_a: usize, torsion_r: usize) -> Crafted {
    let wide = |tag: u8| {
        let hash = Sha512::new().chain_update([tag]).chain_update(n.to_le_bytes()).finalize();
        Scalar::from_bytes_mod_order_wide(&hash.into())
    };
    let (a, r) = (wide(1), wide(2));
    let key = (ED25519_BASEPOINT_POINT * a + EIGHT_TORSION[torsion_a]).compress().0;
    let point = (ED25519_BASEPOINT_POINT * r + EIGHT_TORSION[torsion_r]).compress().0;
    let message = format!("message {n}").into_bytes();
    let k = Sha512::new().chain_update(point).chain_update(key).chain_update(&message).finalize();
    let s = r + Scalar::from_bytes_mod_order_wide(&k.into()) * a;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&point);
    signature[32..].copy_from_slice(s.as_bytes());
    Crafted { public: DevicePublic(key), message, signature }
}

impl Crafted {
    fn claim(&self) -> Claim<'_> {
        Claim { public: self.public, message: &self.message, signature: &self.signature }
    }

    fn single(&self) -> bool {
        verify(&self.public, &self.message, &self.signature).is_ok()
    }
}

fn agree(crafted: &[Crafted]) -> Vec<bool> {
    let claims: Vec<Claim<'_>> = crafted.iter().map(Crafted::claim).collect();
    let single: Vec<bool> = crafted.iter().map(Crafted::single).collect();
    assert_eq!(verify_batch(&claims, &[0; 32]), single);
    assert_eq!(verify_batch(&claims, &[9; 32]), single);
    single
}

#[test]
fn single_and_batch_agree_on_400_signatures_with_torsion() {
    let all: Vec<Crafted> =
        (0..400_u64).map(|n| craft(n, (n % 8) as usize, (n / 8 % 8) as usize)).collect();
    assert!(agree(&all).iter().all(|yes| *yes), "ZIP-215 takes every one of them");
}

#[test]
fn single_and_batch_agree_when_half_of_400_are_spoilt() {
    let mut all: Vec<Crafted> =
        (0..400_u64).map(|n| craft(n, (n % 8) as usize, (n / 8 % 8) as usize)).collect();
    for (n, one) in all.iter_mut().enumerate().filter(|(n, _)| n % 2 == 0) {
        one.signature[n % 64] ^= 1 << (n % 8);
    }
    let answers = agree(&all);
    assert!(answers.iter().skip(1).step_by(2).all(|yes| *yes));
    assert!(answers.iter().step_by(2).all(|yes| !yes));
}

#[test]
fn keys_and_points_of_small_order_verify_the_same_single_and_batched() {
    // ZIP-215's own table: with s = 0 every A and R of small order verifies, canonical or not.
    let all: Vec<Crafted> = small_order()
        .iter()
        .flat_map(|a| small_order().into_iter().map(move |r| (*a, r)))
        .map(|(a, r)| {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            Crafted { public: DevicePublic(a), message: b"Zcash".to_vec(), signature }
        })
        .collect();
    assert_eq!(all.len(), 14 * 14);
    assert!(agree(&all).iter().all(|yes| *yes));
}

#[test]
fn an_s_beyond_the_order_is_refused() {
    let mut one = craft(1, 0, 0);
    assert!(one.single());
    // s + l: the same signature in another form.
    let order = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10_u8,
    ];
    let mut carry = 0_u16;
    for (byte, add) in one.signature[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    assert!(!agree(&[one])[0]);
}

#[test]
fn a_key_of_small_order_is_not_registered() {
    for point in EIGHT_TORSION {
        let public = DevicePublic(point.compress().0);
        assert_eq!(register(&public), Err(RegisterError::SmallOrder), "{public}");
    }
}

#[test]
fn a_key_that_is_not_canonical_is_not_registered() {
    for bytes in not_canonical() {
        assert!(CompressedEdwardsY(bytes).decompress().is_some(), "it decodes, all the same");
        assert_eq!(register(&DevicePublic(bytes)), Err(RegisterError::NotCanonical));
    }
    // y = p + 3 is one of the few such keys that are not of small order.
    let mut three = [0xff; 32];
    (three[0], three[31]) = (0xf0, 0x7f);
    assert_eq!(register(&DevicePublic(three)), Err(RegisterError::NotCanonical));
}

#[test]
fn a_key_that_is_no_point_is_not_registered_and_verifies_nothing() {
    let mut two = [0; 32];
    two[0] = 2;
    let public = DevicePublic(two);
    assert_eq!(register(&public), Err(RegisterError::NotAPoint));
    let one = Crafted { public, ..craft(1, 0, 0) };
    assert!(!agree(&[one])[0]);
}

#[test]
fn an_ordinary_key_is_registered() {
    assert_eq!(register(&DeviceKey::from_seed(&[1; 32]).public()), Ok(()));
}

#[test]
fn a_batch_longer_than_the_largest_finds_the_one_bad_signature() {
    let key = DeviceKey::from_seed(&[3; 32]);
    let signed: Vec<([u8; 8], [u8; 64])> = (0..limits::BATCH as u64 + 70)
        .map(|n| (n.to_le_bytes(), key.sign(&n.to_le_bytes())))
        .collect();
    let mut claims: Vec<Claim<'_>> = signed
        .iter()
        .map(|(message, signature)| Claim { public: key.public(), message, signature })
        .collect();
    claims[limits::BATCH + 3].message = b"another";
    let answers = verify_batch(&claims, &[0; 32]);
    let bad: Vec<usize> = (0..answers.len()).filter(|n| !answers[*n]).collect();
    assert_eq!(bad, [limits::BATCH + 3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_batch_answers_as_single_signatures_do(
        spoilt in proptest::collection::vec(proptest::option::of(0..512_usize), 0..40),
        seed: [u8; 32],
    ) {
        let mut all: Vec<Crafted> =
            spoilt.iter().enumerate().map(|(n, _)| craft(n as u64, n % 8, n / 8 % 8)).collect();
        for (one, bit) in all.iter_mut().zip(&spoilt) {
            if let Some(bit) = bit {
                one.signature[bit / 8] ^= 1 << (bit % 8);
            }
        }
        let claims: Vec<Claim<'_>> = all.iter().map(Crafted::claim).collect();
        let single: Vec<bool> = all.iter().map(Crafted::single).collect();
        prop_assert_eq!(verify_batch(&claims, &seed), single);
    }
}
