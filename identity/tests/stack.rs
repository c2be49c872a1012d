//! Bytes by somebody who means harm must not eat the stack either.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use mundi_identity::pgp::{PgpCert, PgpError, PgpKey, PgpSeeds, literal, read};

/// 2026-01-01T00:00:00Z, in ms since 1970.
const NOW: u64 = 1_767_225_600_000;

fn ada() -> PgpCert {
    let seed = |n: u8| zeroize::Zeroizing::new([n; 32]);
    let seeds = PgpSeeds { certify: seed(1), sign: seed(2), encrypt: seed(3) };
    PgpKey::from_seeds(&seeds, "Ada").unwrap().cert()
}

/// A signature packet in which signatures are embedded, so many bytes deep.
fn nested(bytes: usize) -> Vec<u8> {
    let signature = |inner: &[u8]| {
        let mut subpackets = Vec::new();
        if !inner.is_empty() {
            subpackets.push(0xff);
            subpackets.extend(u32::try_from(inner.len() + 1).unwrap().to_be_bytes());
            subpackets.push(32);
            subpackets.extend(inner);
        }
        let length = u16::try_from(subpackets.len()).unwrap().to_be_bytes();
        let mut out = vec![4, 0, 22, 10];
        out.extend(length);
        out.extend(subpackets);
        out.extend([0, 0, 0, 0, 0, 1, 1, 0, 1, 1]);
        out
    };
    let mut body = signature(&[]);
    while body.len() < bytes {
        body = signature(&body);
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[0xc2, 0xff], length.as_slice(), &body].concat()
}

#[test]
fn signatures_within_signatures_do_not_eat_the_stack() {
    let check = || {
        let cert = ada();
        let verdict = |bytes| cert.verify_detached(b"x", &nested(bytes), NOW);
        // One within another is read (as a signature by nobody), deeper ones are not.
        let by_another = PgpError::Signature("it was made by another key".to_owned());
        assert_eq!([verdict(0), verdict(17)], [Err(by_another.clone()), Err(by_another)]);
        for bytes in [100, 1000, 65_000] {
            assert!(matches!(verdict(bytes), Err(PgpError::Form { .. })), "{bytes}");
            let flooded = [cert.binary(), nested(bytes)].concat();
            assert!(PgpCert::parse(&flooded).is_ok_and(|c| c.usable(NOW).is_ok()), "{bytes}");
            let signed = [nested(bytes), literal(b"x").unwrap()].concat();
            assert!(read(&signed, &[&cert], NOW).is_err(), "{bytes}");
        }
    };
    // A quarter of what a thread has.
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(check);
    thread.unwrap().join().unwrap();
}
