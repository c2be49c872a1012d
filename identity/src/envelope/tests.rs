use proptest::prelude::*;

use super::padding::SIZES;
use super::*;
use crate::device::DeviceKey;

fn sealer(n: u8) -> Sealer {
    Sealer::new(&EpochSecret::new(&[n; 32]))
}

fn ada() -> DevicePublic {
    DeviceKey::rehearsal("envelope", "ada", "").public()
}

#[test]
fn an_envelope_opens_to_what_was_sealed_and_has_one_of_six_sizes() {
    for size in [0, 1, 507, 508, 509, 2_044, 8_188, 8_189, 65_536, 163_840, padding::LARGEST] {
        let content = vec![0xd2; size];
        let envelope = sealer(1).seal(&ada(), 5 * DAY + 7, &content).unwrap();
        assert!(SIZES.contains(&(envelope.len() - HEADER - 16)), "{size}");
        let opened = sealer(1).open(&envelope).unwrap();
        assert_eq!(opened, Unsealed { author: ada(), content });
        assert_eq!(tag_of(&envelope), Some(sealer(1).tag(5)));
    }
    let refused = sealer(1).seal(&ada(), 0, &vec![0; padding::LARGEST + 1]);
    assert_eq!(refused, Err(EnvelopeError::TooLarge(padding::LARGEST + 1)));
}

#[test]
fn every_flipped_bit_of_an_envelope_is_refused() {
    let envelope = sealer(1).seal(&ada(), 0, b"hello").unwrap();
    for bit in 0..envelope.len() * 8 {
        let mut changed = envelope.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(sealer(1).open(&changed).is_err(), "bit {bit}");
    }
}

#[test]
fn an_envelope_of_another_secret_says_so() {
    let envelope = sealer(1).seal(&ada(), 0, b"hello").unwrap();
    assert_eq!(sealer(2).open(&envelope), Err(EnvelopeError::OtherSecret));
}

#[test]
fn tags_change_every_day_and_say_nothing_of_each_other() {
    let tags: std::collections::BTreeSet<_> =
        (0..100).map(|day| sealer(1).tag(day)).chain((0..100).map(|d| sealer(2).tag(d))).collect();
    assert_eq!(tags.len(), 200);
    let one = sealer(1).seal(&ada(), DAY - 1, b"x").unwrap();
    let next = sealer(1).seal(&ada(), DAY, b"x").unwrap();
    assert_ne!(tag_of(&one), tag_of(&next));
}

#[test]
fn the_author_cannot_be_seen_and_two_contents_have_two_nonces() {
    let a = sealer(1).seal(&ada(), 0, b"a").unwrap();
    let b = sealer(1).seal(&ada(), 0, b"b").unwrap();
    for (from, to) in [(TAG, NONCE), (NONCE, AUTHOR), (AUTHOR, HEADER)] {
        assert_ne!(a[from..to], b[from..to]);
    }
    assert!(!a.windows(8).any(|w| ada().0.windows(8).any(|k| k == w)));
}

#[test]
fn padding_that_is_not_zero_or_too_large_is_refused() {
    let mut padded = padding::pad(b"hello").unwrap();
    assert_eq!(padding::unpad(&padded), Some(&b"hello"[..]));
    *padded.last_mut().unwrap() = 1;
    assert_eq!(padding::unpad(&padded), None);
    let mut large = padding::pad(&[0; 600]).unwrap();
    large[..4].copy_from_slice(&5_u32.to_be_bytes());
    assert_eq!(padding::unpad(&large), None, "it would fit into less");
    assert_eq!(padding::unpad(&[0, 0]), None);
    assert_eq!(padding::unpad(&[0xff; 512]), None);
}

#[test]
fn a_secret_does_not_print() {
    assert_eq!(format!("{:?}", EpochSecret::new(&[0x5a; 32])), "EpochSecret");
}

#[test]
fn an_envelope_has_the_same_bytes_on_every_machine() {
    let envelope = sealer(1).seal(&ada(), DAY, b"hello").unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let id = hex(&envelope_id(&envelope));
    insta::assert_snapshot!(format!("{}\n…\n{id}", hex(&envelope[..HEADER])));
}

proptest! {
    #[test]
    fn bytes_from_anywhere_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        prop_assert!(sealer(1).open(&bytes).is_err());
    }
}
