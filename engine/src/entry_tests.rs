use mundi_identity::{DeviceKey, cose};

use super::*;
use crate::draft::Draft;

const BODY: &[u8] = b"\xa1\x68quantity\x02";

fn key() -> DeviceKey {
    DeviceKey::rehearsal("entry", "ada", "")
}

fn id(n: u8) -> EntryId {
    EntryId([n; 32])
}

fn draft() -> Draft {
    Draft {
        conversation: Some(id(1)),
        seq: 3,
        prev: Some(id(2)),
        parents: vec![id(9), id(4), id(2), id(4)],
        at: 1_767_225_600_000,
        message: "order".to_owned(),
        body: BODY.to_vec(),
    }
}

fn open() -> Draft {
    let message = OPEN.to_owned();
    Draft { conversation: None, seq: 0, prev: None, parents: vec![], message, ..draft() }
}

fn refused(draft: &Draft) -> EntryError {
    draft.sign(&key()).unwrap_err()
}

#[test]
fn an_entry_reads_back_as_it_was_drafted() {
    let entry = draft().sign(&key()).unwrap();
    assert_eq!(entry.conversation(), Some(id(1)));
    assert_eq!((entry.seq(), entry.prev()), (3, Some(id(2))));
    assert_eq!(entry.parents().collect::<Vec<_>>(), [id(4), id(9)]);
    assert_eq!((entry.at(), entry.message()), (1_767_225_600_000, "order"));
    assert_eq!((entry.body(), entry.author()), (BODY, key().public()));
    let again = Entry::decode(entry.bytes()).unwrap();
    assert_eq!(again, entry);
    assert!(verify(again).is_ok());
}

#[test]
fn the_first_entry_of_a_chain_has_no_prev_and_open_no_conversation() {
    let first = Draft { seq: 0, prev: None, parents: vec![], ..draft() };
    assert_eq!(first.sign(&key()).unwrap().prev(), None);
    assert_eq!(open().sign(&key()).unwrap().conversation(), None);
    let both = [Draft { prev: None, ..draft() }, Draft { seq: 0, ..draft() }];
    for wrong in both {
        assert_eq!(refused(&wrong).code(), Code::BadEncoding);
    }
    let opens = [
        Draft { conversation: Some(id(1)), ..open() },
        Draft { message: "order".to_owned(), ..open() },
        Draft { seq: 1, prev: Some(id(1)), ..open() },
        Draft { parents: vec![id(1)], ..open() },
    ];
    for wrong in opens {
        assert!(matches!(refused(&wrong), EntryError::Content(_)), "{wrong:?}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let entry = draft().sign(&key()).unwrap();
    for bit in 0..entry.bytes().len() * 8 {
        let mut spoilt = entry.bytes().to_vec();
        spoilt[bit / 8] ^= 1 << (bit % 8);
        let refused = Entry::decode(&spoilt).and_then(verify);
        assert!(refused.is_err(), "bit {bit}");
    }
}

#[test]
fn single_and_batched_verification_say_the_same() {
    let good = draft().sign(&key()).unwrap();
    let mut spoilt = good.bytes().to_vec();
    *spoilt.last_mut().unwrap() ^= 1;
    let bad = Entry::decode(&spoilt).unwrap();
    let all: Vec<Entry> =
        (0..40).map(|n| if n == 17 { bad.clone() } else { good.clone() }).collect();
    let answers = verify_all(all, &[0; 32]);
    for (n, answer) in answers.iter().enumerate() {
        let expected = if n == 17 { Err(EntryError::Signature) } else { Ok(good.id()) };
        assert_eq!(answer.as_ref().map(|e| e.id()).map_err(Clone::clone), expected);
    }
    assert_eq!(verify(bad), Err(EntryError::Signature));
}

#[test]
fn an_entry_that_is_too_large_is_oversize() {
    let sized = |length: usize| {
        let mut body = b"\xa1\x61x\x59".to_vec();
        body.extend(u16::try_from(length).unwrap().to_be_bytes());
        body.resize(body.len() + length, b'x');
        Draft { body, ..draft() }
    };
    let fixed = sized(1000).sign(&key()).unwrap().bytes().len() - 1000;
    let largest = limits::ENTRY_BYTES - fixed;
    assert_eq!(sized(largest).sign(&key()).unwrap().bytes().len(), limits::ENTRY_BYTES);
    assert_eq!(refused(&sized(largest + 1)), EntryError::Oversize(limits::ENTRY_BYTES + 1));
    let body = sized(largest + 1).body;
    assert!(Draft { body, ..open() }.sign(&key()).is_ok(), "`open` may be larger");
    let garbage = vec![0; limits::OPEN_BYTES + 1];
    assert_eq!(Entry::decode(&garbage).unwrap_err().code(), Code::Oversize);
}

#[test]
fn at_most_64_parents_and_a_time_of_63_bits() {
    let parents = |n: u8| Draft { parents: (100..100 + n).map(id).collect(), ..draft() };
    assert_eq!(parents(64).sign(&key()).unwrap().parents().len(), 64);
    assert!(matches!(refused(&parents(65)), EntryError::Content(_)));
    assert!(Draft { at: i64::MAX.unsigned_abs(), ..draft() }.sign(&key()).is_ok());
    assert!(Draft { at: 1 << 63, ..draft() }.sign(&key()).is_err());
}

/// Signs a payload as it is: only the form can be wrong.
fn payload(change: impl Fn(&mut Vec<u8>)) -> EntryError {
    let mut payload = draft().payload();
    change(&mut payload);
    Entry::decode(&cose::sign(CONTENT_TYPE, &payload, &key())).unwrap_err()
}

#[test]
fn what_is_signed_but_would_not_re_encode_to_itself_is_refused() {
    let sorted = draft().payload();
    let parents = sorted.windows(3).position(|w| w == [4, 0x82, 0x58]).unwrap() + 2;
    type Change = Box<dyn Fn(&mut Vec<u8>)>;
    let changes: [(&str, Change); 8] = [
        ("trailing byte", Box::new(|p| p.push(0))),
        ("missing field", Box::new(|p| p[0] = 0xa6)),
        ("one more field", Box::new(|p| p[0] = 0xa8)),
        ("long seq", Box::new(|p| drop(p.splice(36..38, [2, 0x18, 3])))),
        ("parents not sorted", Box::new(move |p| p[parents + 2..parents + 34].fill(0xee))),
        ("parents not distinct", Box::new(move |p| p[parents + 2..parents + 34].fill(9))),
        ("prev among parents", Box::new(move |p| p[parents + 2..parents + 34].fill(2))),
        (
            "body no map",
            Box::new(|p| {
                let at = p.len() - BODY.len();
                p.truncate(at);
                p.push(0xf6);
            }),
        ),
    ];
    assert_eq!(sorted[36..38], [2, 3]);
    for (what, change) in changes {
        assert_eq!(payload(change).code(), Code::BadEncoding, "{what}");
    }
}

#[test]
fn a_body_that_is_not_canonical_is_refused() {
    for body in [&b"\xa1\x61a\x18\x01"[..], b"\xa2\x61b\x01\x61a\x01", b"\xbf\xff", b"\xa1\x61a"] {
        let wrong = Draft { body: body.to_vec(), ..draft() };
        assert!(matches!(refused(&wrong), EntryError::Cbor("body", _)), "{body:?}");
    }
}
