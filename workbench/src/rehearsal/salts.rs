//! Salts and the nonce of a rehearsal: no secrets, and the same on every machine.

use std::collections::BTreeMap;

use mundi_engine::hidden::SALT_BYTES;
use mundi_engine::opening::NONCE_BYTES;
use sha2::{Digest, Sha256};

/// How many salts each person has used.
#[derive(Clone, Debug, Default)]
pub(super) struct Salts {
    used: BTreeMap<String, u64>,
}

impl Salts {
    /// The next salt of a person.
    pub(super) fn next(&mut self, title: &str, person: &str) -> [u8; SALT_BYTES] {
        let count = self.used.entry(person.to_owned()).or_default();
        *count = count.saturating_add(1);
        first(&hash("mundi.rehearsal.salt.1", &[title, person, &count.to_string()]))
    }
}

/// The nonce of a rehearsal's `open` entry.
pub(super) fn nonce(title: &str) -> [u8; NONCE_BYTES] {
    first(&hash("mundi.rehearsal.nonce.1", &[title]))
}

/// SHA-256 over a domain and texts, each after its length.
fn hash(domain: &str, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(domain);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn first<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    hash.first_chunk().copied().unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_salts_of_a_rehearsal_are_equal_and_all_come_again() {
        let all = || {
            let mut salts = Salts::default();
            [("a", "ada"), ("a", "ada"), ("a", "ben"), ("b", "ada")]
                .map(|(title, person)| salts.next(title, person))
        };
        let mut once = all().to_vec();
        assert_eq!(once, all());
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 4);
    }
}
