use super::*;
use crate::device::DeviceKey;

fn key(name: &str) -> DeviceKey {
    DeviceKey::rehearsal("inbox", name, "")
}

#[test]
fn a_ticket_is_for_one_broker_one_user_and_three_minutes() {
    let (broker, user, at) = ([1; 32], [2; 32], 1_000_000);
    let ticket = Ticket::issue(&key("ada"), &broker, &user, at);
    let good = Ticket { device: key("ada").public(), at };
    for now in [at - VALID, at, at + VALID] {
        assert_eq!(Ticket::verify(&ticket, &broker, &user, now), Ok(good));
    }
    for now in [at - VALID - 1, at + VALID + 1, at + 240_000, 0, u64::MAX] {
        let refused = Ticket::verify(&ticket, &broker, &user, now);
        assert!(matches!(refused, Err(TicketError::Time(_))), "{now}");
    }
    let refused = Err(TicketError::Signature);
    assert_eq!(Ticket::verify(&ticket, &[3; 32], &user, at), refused);
    assert_eq!(Ticket::verify(&ticket, &broker, &[3; 32], at), refused);
    for bit in 0..ticket.len() * 8 {
        let mut changed = ticket.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Ticket::verify(&changed, &broker, &user, at).is_err(), "bit {bit}");
    }
    assert_eq!(
        Ticket::verify(&[ticket, vec![0]].concat(), &broker, &user, at),
        Err(TicketError::Form)
    );
}

#[test]
fn both_sides_have_the_same_pass_and_each_way_has_its_own() {
    let (ada, ben) = (key("ada"), key("ben"));
    let to_ben = pass(&ada, &ben.public(), &ben.public()).unwrap();
    assert_eq!(pass(&ben, &ada.public(), &ben.public()), Some(to_ben));
    let to_ada = pass(&ada, &ben.public(), &ada.public()).unwrap();
    assert_ne!(to_ada, to_ben);
    assert_ne!(pass(&key("eve"), &ben.public(), &ben.public()), Some(to_ben));
}

#[test]
fn a_key_of_small_order_gives_no_pass() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(pass(&key("ada"), &DevicePublic(identity), &key("ada").public()), None);
}

#[test]
fn a_policy_reads_back_and_any_flipped_bit_is_refused() {
    let ada = key("ada");
    let policy =
        Policy { device: ada.public(), at: 5, bits: 20, passes: vec![[1; 16], hashed(&[2; 16])] };
    let bytes = policy.sign(&ada);
    assert_eq!(Policy::verify(&bytes), Ok(policy.clone()));
    assert_eq!(policy.inbox(), inbox_of(&ada.public()));
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Policy::verify(&changed).is_err(), "bit {bit}");
    }
    assert_eq!(Policy::verify(&policy.sign(&key("ben"))), Err(PolicyError::Signature));
}
