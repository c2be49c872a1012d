//! Persons who began alike can change places: nothing in the rules tells them apart.

use std::collections::BTreeMap;

use mundi_identity::Fingerprint;

use crate::replica::{Replica, persons};

/// By person, in a fixed order: the class of those who began with the same roles and of whom no term
/// speaks.
pub(super) fn classes(replica: &Replica, strangers: &[Fingerprint]) -> Vec<(Fingerprint, u8)> {
    let terms = replica.terms();
    let named: Vec<Fingerprint> = terms.iter().flat_map(persons).collect();
    let mut known: BTreeMap<(Vec<u16>, Option<Fingerprint>), u8> = BTreeMap::new();
    let members = replica.opening().members.iter();
    let members = members.filter_map(|m| Some((m.person()?, m.roles.clone())));
    let strangers = strangers.iter().map(|person| (*person, Vec::new()));
    let class = |(person, roles): (Fingerprint, Vec<u16>)| {
        let alone = named.contains(&person).then_some(person);
        let next = u8::try_from(known.len()).unwrap_or(u8::MAX);
        (person, *known.entry((roles, alone)).or_insert(next))
    };
    members.chain(strangers).map(class).collect()
}
