use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::Fingerprint;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::value::Value;

fn values() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        Just(Value::Unit),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<i64>().prop_map(Value::Time),
        any::<i64>().prop_map(Value::Duration),
        (any::<i64>(), 0..28_u32).prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale))),
        ".{0,9}".prop_map(|text| Value::Text(text.into())),
        proptest::collection::vec(any::<u8>(), 0..9).prop_map(|b| Value::Bytes(b.into())),
        any::<[u8; 32]>().prop_map(|print| Value::Person(Fingerprint::from(print))),
        any::<[u8; 20]>().prop_map(|p| Value::Person(Fingerprint::new(&p).unwrap())),
        any::<[u8; 32]>().prop_map(|id| Value::Ref(EntryId(id))),
    ];
    one.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|v| Value::List(Arc::new(v))),
            proptest::collection::btree_map("[a-z]{1,3}", inner.clone(), 0..4).prop_map(|fields| {
                let fields = fields.into_iter().map(|(name, v)| (Arc::from(name.as_str()), v));
                Value::Record(Arc::new(fields.collect()))
            }),
            proptest::collection::btree_map(inner.clone(), inner, 0..4)
                .prop_map(|map| Value::Map(Arc::new(map))),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_is_read_as_it_was_written(value in values()) {
        let mut out = Writer::new();
        out.value(&value);
        let mut from = Reader::new(out.bytes());
        // Equal decimals may print differently, so equal values are not enough.
        prop_assert_eq!(format!("{:?}", from.value().unwrap()), format!("{value:?}"));
        prop_assert_eq!(from.end(), Ok(()));
    }

    #[test]
    fn bytes_that_are_read_as_a_value_are_the_bytes_of_that_value(
        bytes in proptest::collection::vec(prop_oneof![0..16_u8, any::<u8>()], 0..60),
    ) {
        let mut from = Reader::new(&bytes);
        if let Ok(value) = from.value() {
            let mut out = Writer::new();
            out.value(&value);
            let read = bytes.len() - from.rest().len();
            prop_assert_eq!(out.bytes(), &bytes[..read]);
        }
    }

    #[test]
    fn numbers_have_one_form(number in any::<u64>(), signed in any::<i64>(), shift in 0..64_u32) {
        let (number, signed) = (number >> shift, signed >> shift);
        let mut out = Writer::new();
        out.number(number);
        out.signed(signed);
        let mut from = Reader::new(out.bytes());
        prop_assert_eq!((from.number(), from.signed()), (Ok(number), Ok(signed)));
        let mut long = out.bytes().to_vec();
        let end = long.len() - 1;
        long[end] |= 0x80;
        long.push(0);
        let mut from = Reader::new(&long);
        prop_assert_eq!(from.number(), Ok(number));
        prop_assert!(from.signed().is_err(), "a zero more than it needs");
    }
}

#[test]
fn a_zero_keeps_its_sign_and_scale() {
    let mut zero = Decimal::new(0, 2);
    zero.set_sign_negative(true);
    for decimal in [zero, Decimal::new(0, 0), Decimal::MAX, Decimal::MIN] {
        let mut out = Writer::new();
        out.value(&Value::Decimal(decimal));
        let Ok(Value::Decimal(read)) = Reader::new(out.bytes()).value() else { panic!() };
        assert_eq!(read.serialize(), decimal.serialize());
    }
}

#[test]
fn more_is_never_promised_than_there_is_room_for() {
    let mut out = Writer::new();
    out.count(1 << 40);
    assert!(Reader::new(out.bytes()).count(1).is_err());
    assert!(Reader::new(out.bytes()).count(usize::MAX).is_err());
    assert!(Reader::new(out.bytes()).rising().is_err());
    assert!(Reader::new(out.bytes()).long().is_err());
    let mut nested = [11, 1].repeat(limits::SAVED_DEPTH + 1);
    nested.push(0);
    assert_eq!(Reader::new(&nested).value(), Err(Damaged("values nest too deep")));
    let empty = |tag| Reader::new(&[tag, 0]).value();
    assert_eq!(empty(13), Ok(Value::Map(Arc::new(BTreeMap::new()))));
    assert!(empty(14).is_err());
}
