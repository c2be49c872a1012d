use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn any(bytes: &[u8]) -> Result<(), CborError> {
    let mut from = Reader::new(bytes);
    from.any()?;
    from.end()
}

#[test]
fn the_integers_of_rfc_8949_appendix_a_read_and_write_as_printed_there() {
    let table = [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65535, "19ffff"),
        (1_000_000, "1a000f4240"),
        (1_000_000_000_000, "1b000000e8d4a51000"),
        (-1, "20"),
        (-100, "3863"),
        (-1000, "3903e7"),
        (i64::MAX, "1b7fffffffffffffff"),
        (i64::MIN, "3b7fffffffffffffff"),
    ];
    for (number, bytes) in table {
        assert_eq!(value_bytes(&Value::Int(number)), hex(bytes), "{number}");
        assert_eq!(Reader::new(&hex(bytes)).int(), Ok(number));
    }
}

#[test]
fn what_is_not_deterministic_is_refused_with_its_reason() {
    use CborError::{Cut, Decimal, Long, Order, Text, Trailing, Unused};
    let table = [
        ("", Cut),
        ("18", Cut),
        ("1817", Long),
        ("190017", Long),
        ("1a0000ffff", Long),
        ("1b00000000ffffffff", Long),
        ("5800", Long),
        ("6200", Cut),
        ("61ff", Text),
        ("5f4100ff", Unused),
        ("9fff", Unused),
        ("bfff", Unused),
        ("f97e00", Unused),
        ("fa00000000", Unused),
        ("fb0000000000000000", Unused),
        ("f7", Unused),
        ("f820", Unused),
        ("1b8000000000000000", Unused),
        ("3b8000000000000000", Unused),
        ("c000", Unused),
        ("c249010000000000000000", Unused),
        ("a2 01 00 01 00", Order),
        ("a2 02 00 01 00", Order),
        ("a2 6162 00 6161 00", Order),
        ("a2 626161 00 6162 00", Order),
        ("c4 81 00", Decimal),
        ("c4 82 01 00", Decimal),
        ("c4 82 381c 00", Decimal),
        ("c4 82 00 c24100", Decimal),
        ("c4 82 00 c249 000000000000000001", Decimal),
        ("c4 82 00 c24d 01000000000000000000000000", Decimal),
        ("0000", Trailing),
        ("9bffffffffffffffff", Cut),
        ("bbffffffffffffffff", Cut),
    ];
    for (bytes, error) in table {
        assert_eq!(any(&hex(bytes)), Err(error), "{bytes}");
    }
}

#[test]
fn nesting_stops_at_the_limit() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    assert_eq!(any(&nested(limits::CBOR_DEPTH)), Ok(()));
    assert_eq!(any(&nested(limits::CBOR_DEPTH + 1)), Err(CborError::Depth));
    assert_eq!(any(&nested(100_000)), Err(CborError::Depth));
}

#[test]
fn decimals_keep_their_scale() {
    let table = [
        ("1.5", "c482200f"),
        ("1.50", "c482211896"),
        ("-0.01", "c4822120"),
        ("18446744073709551616", "c48200c249010000000000000000"),
        ("-18446744073709551617", "c48200c349010000000000000000"),
        ("79228162514264337593543950335", "c48200c24cffffffffffffffffffffffff"),
        ("0.0000000000000000000000000001", "c482381b01"),
    ];
    for (text, bytes) in table {
        let decimal = Decimal::from_str(text).unwrap();
        assert_eq!(value_bytes(&Value::Decimal(decimal)), hex(bytes), "{text}");
        assert_eq!(Reader::new(&hex(bytes)).decimal().unwrap().to_string(), text);
    }
}

#[test]
fn keys_are_sorted_by_their_bytes_so_shorter_ones_first() {
    let name = |n: &str| (Arc::from(n), Value::Bool(true));
    let record = Value::Record(Arc::new(BTreeMap::from([name("b"), name("aa"), name("a")])));
    assert_eq!(value_bytes(&record), hex("a3 6161 f5 6162 f5 626161 f5"));
    let ints = [-1, 10, 2, 300].map(|n| (Value::Int(n), Value::Unit));
    let map = Value::Map(Arc::new(BTreeMap::from(ints)));
    assert_eq!(value_bytes(&map), hex("a4 02 f6 0a f6 19012c f6 20 f6"));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Unit),
        any_bool(),
        proptest::num::i64::ANY.prop_map(Value::Int),
        (proptest::num::i128::ANY, 0..29_u32).prop_map(|(m, s)| Value::Decimal(
            Decimal::try_from_i128_with_scale(m >> 32, s).unwrap()
        )),
        ".{0,30}".prop_map(|t: String| Value::Text(t.into())),
        proptest::collection::vec(0..=255_u8, 0..300).prop_map(|b| Value::Bytes(b.into())),
    ];
    leaf.prop_recursive(4, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(|l| Value::List(Arc::new(l))),
            proptest::collection::btree_map("[a-z]{1,30}", inner.clone(), 0..6).prop_map(|m| {
                let fields = m.into_iter().map(|(k, v)| (Arc::from(k.as_str()), v)).collect();
                Value::Record(Arc::new(fields))
            }),
            proptest::collection::btree_map(proptest::num::i64::ANY, inner, 0..6).prop_map(|m| {
                Value::Map(Arc::new(m.into_iter().map(|(k, v)| (Value::Int(k), v)).collect()))
            }),
        ]
    })
}

fn any_bool() -> impl Strategy<Value = Value> {
    proptest::bool::ANY.prop_map(Value::Bool)
}

proptest! {
    #[test]
    fn what_is_written_is_deterministic_and_another_library_reads_it(value in values()) {
        let bytes = value_bytes(&value);
        prop_assert_eq!(any(&bytes), Ok(()));
        let mut other = minicbor::Decoder::new(&bytes);
        prop_assert!(other.skip().is_ok());
        prop_assert_eq!(other.position(), bytes.len());
    }

    #[test]
    fn hostile_bytes_are_refused_or_are_whole(bytes in proptest::collection::vec(0..=255_u8, 0..60)) {
        let mut from = Reader::new(&bytes);
        if let Ok(item) = from.any() {
            let mut other = minicbor::Decoder::new(item);
            prop_assert!(other.skip().is_ok());
            prop_assert_eq!(other.position(), item.len());
        }
    }
}
