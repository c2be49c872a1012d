//! Bytes that mean harm, from a peer or in a log: each is refused by its code, and none overflows a
//! small stack.

use mundi_engine::entry::{CONTENT_TYPE, Entry, verify};
use mundi_identity::{DeviceKey, cose};

const TITLE: &str = "hostile";

fn signed(payload: &[u8]) -> Vec<u8> {
    cose::sign(CONTENT_TYPE, payload, &DeviceKey::rehearsal(TITLE, "mallory", ""))
}

/// A payload with a body, as far as the body.
fn with_body(body: &[u8]) -> Vec<u8> {
    let mut payload = vec![0xa6, 1, 0x58, 32];
    payload.extend([9; 32]);
    payload.extend([2, 0, 4, 0x80, 5, 1, 6, 0x61, b'm', 7]);
    payload.extend(body);
    signed(&payload)
}

fn cases() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let nested = |byte: u8, n: usize| [b"\xa1\x61x".to_vec(), vec![byte; n], vec![0]].concat();
    vec![
        ("bytes-none", "no bytes", Vec::new()),
        ("bytes-zeros", "a megabyte of zeros", vec![0; 1 << 20]),
        ("bytes-arrays", "60,000 arrays in arrays", vec![0x81; 60_000]),
        ("bytes-tags", "60,000 tags", vec![0xd2; 60_000]),
        ("body-arrays", "a body of arrays in arrays", with_body(&nested(0x81, 60_000))),
        ("body-maps", "a body of maps in maps", with_body(&nested(0xa1, 60_000))),
        ("body-tags", "a body of tags", with_body(&nested(0xc4, 60_000))),
        (
            "body-long-array",
            "an array of 2^64 elements",
            with_body(b"\xa1\x61x\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
        ),
        (
            "body-long-text",
            "a text of 2^63 bytes",
            with_body(b"\xa1\x61x\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"),
        ),
        (
            "body-long-map",
            "a map of 2^32 pairs",
            with_body(b"\xbb\x00\x00\x00\x01\x00\x00\x00\x00"),
        ),
        (
            "body-over-long",
            "an over-long number",
            with_body(b"\xa1\x61x\x1b\x00\x00\x00\x00\x00\x00\x00\x01"),
        ),
        ("body-indefinite", "an array without a length", with_body(b"\xa1\x61x\x9f\x00\xff")),
        ("body-float", "a float", with_body(b"\xa1\x61x\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00")),
        ("body-not-utf-8", "a text that is none", with_body(b"\xa1\x61x\x61\xff")),
        ("body-twice", "a key twice", with_body(b"\xa2\x61x\x00\x61x\x00")),
        ("body-no-map", "a body that is a number", with_body(b"\x00")),
        (
            "body-decimal",
            "a decimal of a thousand digits",
            with_body(
                &[&b"\xa1\x61x\xc4\x82\x39\x03\xe7\xc2\x59\x01\xf4"[..], &[0xff; 500]].concat(),
            ),
        ),
        (
            "entry-large",
            "an entry of a megabyte",
            with_body(&[&b"\xa1\x61x\x5a\x00\x0f\x00\x00"[..], &vec![7; 0x000f_0000]].concat()),
        ),
    ]
}

/// The code with which bytes are refused.
fn refusal(bytes: &[u8]) -> String {
    match Entry::decode(bytes).and_then(verify) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.code().to_string(),
    }
}

/// Rows of the list.
pub(super) fn rows() -> Vec<String> {
    let row = |(name, what, bytes): (&str, &str, Vec<u8>)| {
        format!("| {name} | {what} | {} |\n", refusal(&bytes))
    };
    cases().into_iter().map(row).collect()
}

#[test]
fn hostile_bytes_are_refused_on_a_small_stack() {
    for (name, _, bytes) in cases() {
        let thread = std::thread::Builder::new().stack_size(256 * 1024);
        let code = thread.spawn(move || refusal(&bytes)).unwrap().join().unwrap();
        assert!(["bad-encoding", "oversize"].contains(&code.as_str()), "{name}: {code}");
    }
}

#[test]
fn every_cut_and_every_flipped_bit_of_an_entry_is_refused() {
    let good = with_body(b"\xa1\x61x\x00");
    assert_eq!(refusal(&good), "taken");
    for cut in 0..good.len() {
        assert_eq!(refusal(&good[..cut]), "bad-encoding", "{cut}");
    }
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(refusal(&bad), "taken", "{bit}");
    }
}
