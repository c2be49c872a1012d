//! The vectors of `spec/vectors/envelope`: one failure each. They are made here from the words of
//! `spec/envelope.md` and primitives alone, without the code that they test.
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-identity --test envelopes` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit as _, Mac};
use mundi_identity::DevicePublic;
use mundi_identity::envelope::{EpochSecret, Sealer};
use sha2::Sha256;

const DAY: u64 = 20_454;
const AUTHOR: [u8; 32] = [0x11; 32];
const SECRET: [u8; 32] = [0x22; 32];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/envelope"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn hmac(key: &[u8], message: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// RFC 5869 for one block: no salt is a salt of zeros.
fn hkdf(secret: &[u8; 32], info: &[&[u8]]) -> [u8; 32] {
    let extracted = hmac(&[0; 32], &[secret]);
    let parts: Vec<&[u8]> = info.iter().copied().chain([&[1_u8][..]]).collect();
    hmac(&extracted, &parts)
}

/// What may be other than it should.
struct Made {
    version: u8,
    content: Vec<u8>,
    /// The length as written.
    length: u32,
    size: usize,
    /// The last byte of the padding.
    last: u8,
    nonce: Option<[u8; 24]>,
    /// The secret under which the commitment is made.
    committed: [u8; 32],
    /// The device under whose key it is sealed.
    sealed_by: [u8; 32],
}

impl Made {
    fn good(content: &[u8], size: usize) -> Self {
        Self {
            version: 1,
            content: content.to_vec(),
            length: u32::try_from(content.len()).unwrap(),
            size,
            last: 0,
            nonce: None,
            committed: SECRET,
            sealed_by: AUTHOR,
        }
    }

    fn envelope(&self) -> Vec<u8> {
        let own = hmac(&hkdf(&SECRET, &[b"mundi.envelope.nonce.1"]), &[&self.content]);
        let nonce = self.nonce.unwrap_or(own[..24].try_into().unwrap());
        let mask = hkdf(&SECRET, &[b"mundi.envelope.author.1", &nonce]);
        let tag = hmac(&hkdf(&SECRET, &[b"mundi.envelope.tag.1"]), &[&DAY.to_be_bytes()]);
        let mut out = vec![self.version];
        out.extend(&tag[..16]);
        out.extend(nonce);
        out.extend(AUTHOR.iter().zip(mask).map(|(a, b)| a ^ b));
        out.extend(hkdf(&self.committed, &[b"mundi.envelope.commit.1", &nonce]));
        let mut plaintext = self.length.to_be_bytes().to_vec();
        plaintext.extend(&self.content);
        plaintext.resize(self.size, 0);
        if self.last != 0 {
            *plaintext.last_mut().unwrap() = self.last;
        }
        let key = hkdf(&SECRET, &[b"mundi.envelope.key.1", &self.sealed_by]);
        let payload = Payload { msg: &plaintext, aad: &out };
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).unwrap();
        out.extend(sealed);
        out
    }
}

fn flipped(at: usize) -> Vec<u8> {
    let mut envelope = Made::good(b"hello", 512).envelope();
    envelope[at] ^= 1;
    envelope
}

fn made() -> BTreeMap<&'static str, Vec<u8>> {
    let good = || Made::good(b"hello", 512);
    let cut = |n: usize| {
        let mut envelope = good().envelope();
        envelope.truncate(n);
        envelope
    };
    BTreeMap::from([
        ("good", good().envelope()),
        ("good-empty", Made::good(b"", 512).envelope()),
        ("good-two-kib", Made::good(&[7; 509], 2_048).envelope()),
        ("version-of-the-future", Made { version: 2, ..good() }.envelope()),
        ("tag-flipped", flipped(3)),
        ("nonce-flipped", flipped(20)),
        ("author-flipped", flipped(50)),
        ("commitment-flipped", flipped(80)),
        ("ciphertext-flipped", flipped(200)),
        ("authentication-flipped", flipped(105 + 512)),
        ("cut-off", cut(400)),
        ("header-cut-off", cut(104)),
        ("nonce-of-another-content", Made { nonce: Some([9; 24]), ..good() }.envelope()),
        ("commitment-to-another-secret", Made { committed: [3; 32], ..good() }.envelope()),
        ("sealed-by-another-device", Made { sealed_by: [4; 32], ..good() }.envelope()),
        ("padding-not-zero", Made { last: 1, ..good() }.envelope()),
        ("padding-too-large", Made { size: 2_048, ..good() }.envelope()),
        ("size-of-no-class", Made { size: 600, ..good() }.envelope()),
        ("length-beyond-the-end", Made { length: 600, ..good() }.envelope()),
        ("length-too-short", Made { length: 3, ..good() }.envelope()),
    ])
}

fn outcome(envelope: &[u8]) -> String {
    match Sealer::new(&EpochSecret::new(&SECRET)).open(envelope) {
        Ok(opened) => format!("ok: {} by {}", hex(&opened.content), opened.author),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_vector_becomes_what_it_says() {
    let made = made();
    if std::env::var_os("MUNDI_VECTORS").is_some_and(|v| v == "write") {
        std::fs::create_dir_all(folder()).unwrap();
        for (name, envelope) in &made {
            let text = format!(
                "# {}\nsecret: {}\nexpect: {}\nbytes: {}\n",
                name.replace('-', " "),
                hex(&SECRET),
                outcome(envelope),
                hex(envelope)
            );
            std::fs::write(folder().join(format!("{name}.txt")), text).unwrap();
        }
    }
    let mut read = 0;
    for file in std::fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let line = |key: &str| text.lines().find_map(|l| l.strip_prefix(key)).unwrap().to_owned();
        let bytes = unhex(&line("bytes: "));
        assert_eq!(Some(&bytes), made.get(name.as_str()), "{name}");
        assert_eq!(outcome(&bytes), line("expect: "), "{name}");
        assert_eq!(name.starts_with("good"), line("expect: ").starts_with("ok"), "{name}");
        read += 1;
    }
    assert_eq!(read, made.len());
}

#[test]
fn what_is_sealed_here_is_what_the_words_of_the_law_make() {
    for (content, size) in [(&b"hello"[..], 512), (&[7; 509], 2_048), (b"", 512)] {
        let sealed = Sealer::new(&EpochSecret::new(&SECRET))
            .seal(&DevicePublic(AUTHOR), DAY * 86_400_000 + 5, content)
            .unwrap();
        assert_eq!(sealed, Made::good(content, size).envelope());
    }
}
