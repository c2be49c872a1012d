use super::*;
use crate::DeviceKey;
use crate::pgp::tests::{NOW, key};

fn device() -> DevicePublic {
    DeviceKey::rehearsal("test", "ada", "phone").public()
}

/// One of each kind.
fn both(reason: Reason) -> [Revocation; 2] {
    let ada = PersonKey::rehearsal("test", "ada");
    let by_root = Revocation::sign(&ada, device(), reason, NOW).unwrap();
    [by_root, Revocation::sign_pgp(&key(1, "Ada"), device(), reason, NOW).unwrap()]
}

#[test]
fn a_revocation_reads_back_as_it_was_written() {
    for made in Reason::ALL.into_iter().flat_map(both) {
        let read = Revocation::decode(made.bytes()).unwrap();
        assert_eq!(read, made);
        assert_eq!((read.device(), read.at()), (device(), NOW));
    }
    let [by_root, by_pgp] = both(Reason::Lost);
    assert_eq!(by_root.person(), PersonKey::rehearsal("test", "ada").fingerprint());
    assert_eq!(by_pgp.person(), key(1, "Ada").cert().fingerprint());
    assert_eq!((by_pgp.reason(), by_pgp.kind()), (Reason::Lost, CertificateKind::OpenPgp));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    for made in both(Reason::Compromised) {
        for bit in 0..made.bytes().len() * 8 {
            let mut bytes = made.bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Revocation::decode(&bytes).is_err(), "bit {bit}");
        }
        for cut in 0..made.bytes().len() {
            assert!(Revocation::decode(&made.bytes()[..cut]).is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn a_certificate_is_no_revocation_and_the_other_way() {
    let ada = key(1, "Ada");
    let roles = [crate::DeviceRole::Access];
    let made = crate::Certificate::sign_pgp(&ada, device(), "Ada", &roles, 0, None, NOW).unwrap();
    assert!(Revocation::decode(made.bytes()).is_err());
    for made in both(Reason::Retired) {
        assert!(crate::Certificate::decode(made.bytes()).is_err());
    }
}

#[test]
fn a_revocation_has_the_same_bytes_on_every_machine() {
    let hex =
        |made: &Revocation| -> String { made.bytes().iter().map(|b| format!("{b:02x}")).collect() };
    let all: Vec<String> = both(Reason::Retired).iter().map(hex).collect();
    insta::assert_snapshot!(all.join("\n"));
}
