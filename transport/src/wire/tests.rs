use proptest::prelude::*;

use super::*;
use crate::limits;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn messages_have_the_bytes_that_the_spec_says() {
    let parcel = Parcel::new(Mailbox::inbox([7; 16]), vec![1, 2]).with_proof(vec![9; 8]);
    let name = "07".repeat(16);
    let parcel_hex = format!("85015{}{name}00480909090909090909420102", "0");
    assert_eq!(hex(&parcel.to_bytes()), parcel_hex);
    assert_eq!(hex(&Put(vec![parcel]).to_bytes()), format!("81{parcel_hex}"));
    let get = Get {
        wants: vec![Want::new(Mailbox::tag([7; 16]), 5)],
        ticket: vec![].into(),
        seconds: 60,
    };
    assert_eq!(hex(&get.to_bytes()), format!("8381830050{name}0540183c"));
    let end = Got::End { store: [1; 8].into(), last: 3 };
    assert_eq!(hex(&end.to_bytes()), "830148010101010101010103");
    let some = Got::Some(vec![Letter { index: 0, number: 2, envelope: vec![5].into() }]);
    assert_eq!(hex(&some.to_bytes()), "82008183000241".to_owned() + "05");
    let put = PutAnswer { statuses: vec![Status::Stored, Status::Full], wait: 0 };
    assert_eq!(hex(&put.to_bytes()), "8282000600");
    assert_eq!(hex(&Take(vec![1, 2]).to_bytes()), "820102");
    assert_eq!(
        hex(&Trouble::new("busy", "x").to_bytes()),
        "83656572726f72646275737961".to_owned() + "78"
    );
}

#[test]
fn longer_forms_and_what_follows_are_refused() {
    let bytes = Take(vec![1]).to_bytes();
    assert!(Take::from_bytes(&bytes).is_ok());
    assert_eq!(Take::from_bytes(&[0x81, 0x18, 0x01]), Err(WireError::Form));
    assert_eq!(Take::from_bytes(&[bytes, vec![0]].concat()), Err(WireError::Form));
    assert_eq!(Take::from_bytes(&[0x9f, 0x01, 0xff]), Err(WireError::Form));
}

#[test]
fn what_is_too_much_is_refused() {
    let large = Parcel::new(Mailbox::tag([0; 16]), vec![0; limits::ENVELOPE_BYTES + 1]);
    assert!(matches!(Parcel::from_bytes(&large.to_bytes()), Err(WireError::Limit(_))));
    let empty = Parcel::new(Mailbox::tag([0; 16]), vec![]);
    assert_eq!(Parcel::from_bytes(&empty.to_bytes()), Err(WireError::Form));
    let many = Take((0..=limits::TAKE_NUMBERS as u64).collect());
    assert!(matches!(Take::from_bytes(&many.to_bytes()), Err(WireError::Limit(_))));
    let long = Get { wants: vec![], ticket: vec![].into(), seconds: limits::GET_SECONDS + 1 };
    assert!(matches!(Get::from_bytes(&long.to_bytes()), Err(WireError::Limit(_))));
}

proptest! {
    #[test]
    fn bytes_from_anywhere_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _put = Put::from_bytes(&bytes);
        let _got = Got::from_bytes(&bytes);
        let _get = Get::from_bytes(&bytes);
        let _info = Info::from_bytes(&bytes);
        let _listed = Listed::from_bytes(&bytes);
    }

    #[test]
    fn a_parcel_reads_back(name: [u8; 16], expires: u64, envelope in proptest::collection::vec(any::<u8>(), 1..700)) {
        let mut parcel = Parcel::new(Mailbox::tag(name), envelope);
        parcel.expires = expires;
        prop_assert_eq!(Parcel::from_bytes(&parcel.to_bytes()).unwrap(), parcel);
    }
}
