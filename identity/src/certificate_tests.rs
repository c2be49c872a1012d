use super::*;
use crate::device::DeviceKey;
use crate::pgp::tests::{NOW, key};

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

fn by_pgp(roles: &[DeviceRole], not_after: Option<u64>) -> Certificate {
    Certificate::sign_pgp(&key(1, "Ada"), device(), "Ada", roles, 1000, not_after, NOW).unwrap()
}

#[test]
fn a_certificate_by_an_openpgp_key_reads_back_as_it_was_written() {
    for roles in [&DeviceRole::ALL[..], &[DeviceRole::Access], &[DeviceRole::Relay]] {
        for not_after in [None, Some(2000)] {
            let made = by_pgp(roles, not_after);
            let read = Certificate::decode(made.bytes()).unwrap();
            assert_eq!(read, made);
            assert_eq!(read.person(), key(1, "Ada").cert().fingerprint());
            assert_eq!((read.roles(), read.not_after()), (roles, not_after));
            assert_eq!(read.kind(), CertificateKind::OpenPgp);
        }
    }
}

#[test]
fn every_flipped_bit_and_every_cut_of_a_certificate_by_an_openpgp_key_is_refused() {
    let made = by_pgp(&DeviceRole::ALL, Some(2000));
    for bit in 0..made.bytes().len() * 8 {
        let mut bytes = made.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Certificate::decode(&bytes).is_err(), "bit {bit}");
    }
    for cut in 0..made.bytes().len() {
        assert!(Certificate::decode(&made.bytes()[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_certificate_by_an_openpgp_key_has_the_same_bytes_on_every_machine_and_no_user_id() {
    let made = by_pgp(&[DeviceRole::Access, DeviceRole::Root], None);
    let other = Certificate::sign_pgp(
        &key(1, "Another <user@id>"),
        device(),
        "Ada",
        &[DeviceRole::Root, DeviceRole::Access],
        1000,
        None,
        NOW,
    );
    assert_eq!(other.unwrap(), made);
    let hex: String = made.bytes().iter().map(|b| format!("{b:02x}")).collect();
    insta::assert_snapshot!(hex);
}

#[test]
fn roles_are_given_once_each_and_at_least_one() {
    for roles in [&[][..], &[DeviceRole::Root, DeviceRole::Root]] {
        let refused = ada().certify_as(device(), "Ada", roles, 0, None);
        assert_eq!(refused, Err(CertificateError::Roles));
        let refused = Certificate::sign_pgp(&key(1, "A"), device(), "Ada", roles, 0, None, NOW);
        assert_eq!(refused, Err(CertificateError::Roles));
    }
    let made = ada().certify_as(device(), "Ada", &DeviceRole::ALL, 0, None).unwrap();
    assert_eq!(Certificate::decode(made.bytes()).unwrap().roles(), DeviceRole::ALL);
    let plain = ada().certify(device(), "Ada", 0, None).unwrap();
    assert_eq!(plain.roles(), [DeviceRole::Access]);
}

#[test]
fn access_alone_is_not_written() {
    let made = ada().certify_as(device(), "Ada", &[DeviceRole::Access], 0, None).unwrap();
    assert_eq!(made, ada().certify(device(), "Ada", 0, None).unwrap());
    let mut payload = made.payload();
    payload[0] += 1;
    payload.extend(b"\x07\x81\x66access");
    assert_eq!(Certificate::decode(&signed(&payload)), Err(CertificateError::Form));
}
