//! Whose signatures make an outcome final, and how many: fixed for good by `open`.

use std::collections::BTreeMap;

use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::{Seal, SealQuorum};
use mundi_lang::syntax::Quorum;

use crate::cbor;

/// The sealers of a conversation, numbered in the order of their fingerprints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealers {
    persons: Vec<(Fingerprint, DevicePublic)>,
    numbers: BTreeMap<DevicePublic, u32>,
    q: usize,
}

impl Sealers {
    /// These persons, each with the one key that seals, under a rule.
    #[must_use]
    pub fn new(keys: &BTreeMap<Fingerprint, DevicePublic>, seal: &Seal) -> Self {
        Self::with(
            keys.iter().map(|(person, key)| (*person, *key)).collect(),
            quorum(keys.len(), seal),
        )
    }

    /// These, sorted by person, and a quorum.
    pub(super) fn with(persons: Vec<(Fingerprint, DevicePublic)>, q: usize) -> Self {
        let numbers = persons.iter().zip(0..).map(|((_, key), n)| (*key, n)).collect();
        Self { persons, numbers, q }
    }

    /// How many there are.
    #[must_use]
    pub fn n(&self) -> usize {
        self.persons.len()
    }

    /// How many seals make an outcome final.
    #[must_use]
    pub fn q(&self) -> usize {
        self.q
    }

    /// All, sorted by person.
    #[must_use]
    pub fn persons(&self) -> &[(Fingerprint, DevicePublic)] {
        &self.persons
    }

    /// The number of the sealer whose key this is.
    #[must_use]
    pub fn number(&self, key: &DevicePublic) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The number of a person, if they seal.
    #[must_use]
    pub fn of(&self, person: &Fingerprint) -> Option<u32> {
        let found = self.persons.binary_search_by_key(person, |(one, _)| *one).ok()?;
        u32::try_from(found).ok()
    }

    /// Who has a number.
    #[must_use]
    pub fn person(&self, number: u32) -> Option<Fingerprint> {
        self.persons.get(number as usize).map(|(person, _)| *person)
    }

    /// Why no outcome could be final under this rule, if that is so.
    ///
    /// # Errors
    /// More seals are needed than there are sealers, or no more than half.
    pub fn check(&self) -> Result<(), String> {
        let (n, q) = (self.n(), self.q);
        if n == 0 || (q <= n && q.saturating_mul(2) > n) {
            return Ok(());
        }
        let people = if n == 1 { "1 person seals" } else { "people seal" };
        let count = if n == 1 { String::new() } else { format!("{n} ") };
        Err(if q > n {
            format!(
                "`seal` asks for {q} seals, and only {count}{people}; give the roles to more people"
            )
        } else {
            format!(
                "`seal` asks for {q} seals of {n}: that is not more than half, so two outcomes could be final"
            )
        })
    }

    /// `[[fingerprint, key], …]`, sorted.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        cbor::write_array(out, self.persons.len());
        for (person, key) in &self.persons {
            cbor::write_array(out, 2);
            cbor::write_bytes(out, person.as_bytes());
            cbor::write_bytes(out, &key.0);
        }
    }
}

/// How many of n a rule asks for.
fn quorum(n: usize, seal: &Seal) -> usize {
    match seal.quorum {
        SealQuorum::Written(Quorum::Count(count)) => count as usize,
        SealQuorum::Written(Quorum::All) => n,
        SealQuorum::Written(Quorum::Majority) => n / 2 + 1,
        SealQuorum::TwoThirds => n.saturating_mul(2) / 3 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(quorum: SealQuorum) -> Seal {
        Seal { quorum, roles: vec![] }
    }

    #[test]
    fn quorums_are_those_of_the_law() {
        let two_thirds = seal(SealQuorum::TwoThirds);
        let majority = seal(SealQuorum::Written(Quorum::Majority));
        let rows = [(1, 1, 1), (2, 2, 2), (3, 3, 2), (4, 3, 3), (5, 4, 3), (6, 5, 4), (7, 5, 4)];
        for (n, more_than_two_thirds, more_than_half) in rows {
            assert_eq!(quorum(n, &two_thirds), more_than_two_thirds, "{n}");
            assert_eq!(quorum(n, &majority), more_than_half, "{n}");
            assert_eq!(quorum(n, &seal(SealQuorum::Written(Quorum::All))), n);
        }
    }

    #[test]
    fn too_many_and_too_few_are_named() {
        let keys: BTreeMap<_, _> =
            (0..4).map(|n| (Fingerprint::from([n; 32]), DevicePublic([n; 32]))).collect();
        let of = |n| Sealers::new(&keys, &seal(SealQuorum::Written(Quorum::Count(n)))).check();
        assert!(of(2).unwrap_err().contains("not more than half"));
        assert!(of(5).unwrap_err().contains("only 4 people seal"));
        assert_eq!(of(3), Ok(()));
        assert_eq!(Sealers::new(&BTreeMap::new(), &seal(SealQuorum::TwoThirds)).check(), Ok(()));
    }
}
