//! People in the saved form: who, which roles, since which place.

use super::{People, Person, remember};
use crate::log::Log;
use crate::saved::{Damaged, Read, Reader, Writer};

impl People {
    /// Writes them; the persons as the log numbers them.
    pub(crate) fn write(&self, log: &Log, out: &mut Writer) {
        out.number(self.joined);
        out.count(self.persons.len());
        for person in &self.persons {
            let number = log.person_number(&person.fingerprint).unwrap_or(u32::MAX);
            out.number(u64::from(number));
            out.count(person.places.len());
            for (role, place) in &person.places {
                out.number(u64::from(*role));
                out.number(*place);
            }
        }
    }

    /// Reads them.
    pub(crate) fn read(log: &Log, roles: usize, from: &mut Reader<'_>) -> Read<Self> {
        let mut people = Self { joined: u64::from(from.amount()?), ..Self::default() };
        // Made into maps at once: one by one takes longer where there are many.
        let (mut index, mut order) = (Vec::new(), Vec::new());
        for number in 0..from.count(2)? {
            let fingerprint = log.fingerprint(from.small()?).ok_or(Damaged("a person's number"))?;
            let person = u32::try_from(number).map_err(|_| Damaged("too many persons"))?;
            let mut one = Person { fingerprint, roles: Vec::new(), places: Vec::new() };
            for _ in 0..from.count(2)? {
                let (role, place) = (from.small()?, from.number()?);
                let fits = usize::from(role) < roles && place < people.joined;
                if !fits || one.roles.contains(&role) {
                    return Err(Damaged("the roles of a person"));
                }
                one.roles.push(role);
                one.places.push((role, place));
                order.push(((role, place), person));
            }
            one.roles.sort_unstable();
            match people.holdings.get_mut(one.roles.as_slice()) {
                Some(count) => *count += 1,
                None => remember(&mut people.holdings, &one.roles),
            }
            index.push((fingerprint, person));
            people.persons.push(one);
        }
        let (persons, places) = (index.len(), order.len());
        people.index = index.into_iter().collect();
        people.order = order.into_iter().collect();
        if people.index.len() != persons || people.order.len() != places {
            return Err(Damaged("a person or a place stands twice"));
        }
        Ok(people)
    }
}
