use super::*;
use crate::device::DeviceKey;

fn ada() -> PersonKey {
    PersonKey::rehearsal("test", "ada")
}

fn device() -> DevicePublic {
    DeviceKey::rehearsal("test", "ada", "").public()
}

/// Signs a payload as it is, without any check.
fn signed(payload: &[u8]) -> Vec<u8> {
    let ada = ada();
    cose::sign_with(CONTENT_TYPE, payload, &DevicePublic(ada.public()), |m| ada.sign(m))
}

#[test]
fn a_certificate_reads_back_as_it_was_written() {
    for not_after in [None, Some(2000)] {
        let made = ada().certify(device(), "Ada", 1000, not_after).unwrap();
        let read = Certificate::decode(made.bytes()).unwrap();
        assert_eq!(read, made);
        assert_eq!(read.person(), ada().fingerprint());
        assert_eq!((read.device(), read.name()), (device(), "Ada"));
        assert!(!read.covers(999) && read.covers(1000) && read.covers(2000));
        assert_eq!(read.covers(2001), not_after.is_none());
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let made = ada().certify(device(), "Ada", 1000, Some(2000)).unwrap();
    for bit in 0..made.bytes().len() * 8 {
        let mut bytes = made.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Certificate::decode(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_signed_but_not_canonical_is_refused() {
    let made = ada().certify(device(), "Ada", 1000, None).unwrap();
    let payload = made.payload();
    assert!(Certificate::decode(&signed(&payload)).is_ok());
    let mut trailing = payload.clone();
    trailing.push(0);
    let mut long = payload.clone();
    // The format number 1 as 0x18 0x01.
    long.splice(2..3, [0x18, 0x01]);
    let mut wrong_count = payload.clone();
    wrong_count[0] = 0xa4;
    for bytes in [trailing, long, wrong_count, payload[..payload.len() - 1].to_vec()] {
        assert_eq!(Certificate::decode(&signed(&bytes)), Err(CertificateError::Form));
    }
}

#[test]
fn a_fingerprint_of_somebody_else_is_refused() {
    let mut made = ada().certify(device(), "Ada", 1000, None).unwrap();
    made.person = PersonKey::rehearsal("test", "ben").fingerprint();
    let bytes = signed(&made.payload());
    assert_eq!(Certificate::decode(&bytes), Err(CertificateError::OtherPerson));
}

#[test]
fn a_key_that_anybody_can_sign_for_is_not_certified() {
    let mut small = [0; 32];
    small[0] = 1;
    let refused = ada().certify(DevicePublic(small), "Ada", 0, None);
    assert_eq!(refused, Err(CertificateError::Key(RegisterError::SmallOrder)));
}

#[test]
fn names_that_cannot_be_shown_and_empty_periods_are_refused() {
    for name in ["", "a\nb", "a\u{1b}[2J", &"x".repeat(129)] {
        assert_eq!(ada().certify(device(), name, 0, None), Err(CertificateError::Name), "{name}");
    }
    for (from, to) in [(5, Some(5)), (5, Some(4)), (0, Some(u64::MAX)), (u64::MAX, None)] {
        assert_eq!(ada().certify(device(), "Ada", from, to), Err(CertificateError::Period));
    }
}

#[test]
fn a_certificate_has_the_same_bytes_on_every_machine() {
    let made = ada().certify(device(), "Ada", 1000, None).unwrap();
    let hex: String = made.bytes().iter().map(|b| format!("{b:02x}")).collect();
    insta::assert_snapshot!(hex);
}
