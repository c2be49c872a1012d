//! Who is present, in which roles, in the order of joining: the fold's view, moved by accepted
//! joins and leaves.

mod saved;

use std::collections::BTreeMap;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{RoleId, Rules};

/// One person, present or gone.
#[derive(Clone, Debug)]
struct Person {
    fingerprint: Fingerprint,
    /// The roles held now, in file order; empty when gone.
    roles: Vec<RoleId>,
    /// Where these holdings stand in `order`.
    places: Vec<(RoleId, u64)>,
}

/// A person's holdings before a join or leave, to go back to.
#[derive(Debug)]
pub(crate) struct Holdings {
    person: u32,
    roles: Vec<RoleId>,
    places: Vec<(RoleId, u64)>,
    joined: u64,
}

/// The persons of a conversation. An index, once given, stays: it follows from the order of
/// entries, not from their arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    persons: Vec<Person>,
    index: BTreeMap<Fingerprint, u32>,
    /// How many present persons hold exactly these roles: distinct counts for any set of roles.
    holdings: BTreeMap<Vec<RoleId>, u32>,
    /// Present holders by role, in order of joining.
    order: BTreeMap<(RoleId, u64), u32>,
    /// How many holdings were ever begun: the next place in `order`.
    joined: u64,
}

impl Holdings {
    /// Whose they are.
    pub(crate) fn person(&self) -> u32 {
        self.person
    }
}

impl People {
    /// The index of a person, given on first sight.
    pub(crate) fn meet(&mut self, fingerprint: Fingerprint) -> u32 {
        if let Some(index) = self.index.get(&fingerprint) {
            return *index;
        }
        let index = u32::try_from(self.persons.len()).unwrap_or(u32::MAX);
        self.persons.push(Person { fingerprint, roles: Vec::new(), places: Vec::new() });
        self.index.insert(fingerprint, index);
        index
    }

    /// A person takes roles (in file order); those held before are kept.
    pub(crate) fn join(&mut self, person: u32, roles: &[RoleId]) {
        let Some(p) = self.persons.get_mut(person as usize) else { return };
        forget(&mut self.holdings, &p.roles);
        for role in roles {
            if !p.roles.contains(role) {
                p.roles.push(*role);
                p.places.push((*role, self.joined));
                self.order.insert((*role, self.joined), person);
                self.joined += 1;
            }
        }
        p.roles.sort_unstable();
        remember(&mut self.holdings, &p.roles);
    }

    /// A person gives up these roles.
    pub(crate) fn leave(&mut self, person: u32, roles: &[RoleId]) {
        let Some(p) = self.persons.get_mut(person as usize) else { return };
        forget(&mut self.holdings, &p.roles);
        p.roles.retain(|r| !roles.contains(r));
        remember(&mut self.holdings, &p.roles);
        let order = &mut self.order;
        p.places.retain(|place| {
            let kept = !roles.contains(&place.0);
            if !kept {
                order.remove(place);
            }
            kept
        });
    }

    /// What a person holds, for [`Self::take_back`]: its cost does not grow with the people.
    pub(crate) fn holdings(&self, person: u32) -> Holdings {
        let p = self.persons.get(person as usize);
        let (roles, places) = p.map(|p| (p.roles.clone(), p.places.clone())).unwrap_or_default();
        Holdings { person, roles, places, joined: self.joined }
    }

    /// Takes back the join or leave since.
    pub(crate) fn take_back(&mut self, before: Holdings) {
        let Some(p) = self.persons.get_mut(before.person as usize) else { return };
        forget(&mut self.holdings, &p.roles);
        for place in &p.places {
            self.order.remove(place);
        }
        self.order.extend(before.places.iter().map(|place| (*place, before.person)));
        (p.roles, p.places) = (before.roles, before.places);
        remember(&mut self.holdings, &p.roles);
        self.joined = before.joined;
    }

    /// The person's index, if met.
    pub(crate) fn index_of(&self, fingerprint: &Fingerprint) -> Option<u32> {
        self.index.get(fingerprint).copied()
    }

    /// The person of an index.
    pub(crate) fn fingerprint(&self, person: u32) -> Option<Fingerprint> {
        self.persons.get(person as usize).map(|p| p.fingerprint)
    }

    /// The roles that a person holds now, in file order.
    pub(crate) fn roles(&self, person: u32) -> &[RoleId] {
        self.persons.get(person as usize).map_or(&[], |p| &p.roles)
    }

    /// Present holders of a role, in order of joining.
    pub(crate) fn members(&self, role: RoleId) -> impl Iterator<Item = u32> + '_ {
        self.order.range((role, 0)..=(role, u64::MAX)).map(|(_, person)| *person)
    }

    /// How many distinct present persons hold any of these roles.
    pub(crate) fn count(&self, roles: &[RoleId]) -> u32 {
        let meets = |held: &&Vec<RoleId>| held.iter().any(|r| roles.contains(r));
        self.holdings.iter().filter(|(held, _)| meets(held)).map(|(_, n)| n).sum()
    }

    /// Persons met so far.
    pub(crate) fn met(&self) -> usize {
        self.persons.len()
    }
}

/// The roles of a person that are no stage's.
pub(crate) fn own_roles(people: &People, rules: &Rules, person: u32) -> Vec<RoleId> {
    let own = |r: &&RoleId| rules.roles.get(usize::from(**r)).is_some_and(|r| r.stage.is_none());
    people.roles(person).iter().filter(own).copied().collect()
}

fn forget(holdings: &mut BTreeMap<Vec<RoleId>, u32>, roles: &[RoleId]) {
    if let Some(n) = holdings.get_mut(roles) {
        *n = n.saturating_sub(1);
    }
    holdings.retain(|_, n| *n > 0);
}

/// One person more holds these roles; nobody is counted who holds none.
fn remember(holdings: &mut BTreeMap<Vec<RoleId>, u32>, roles: &[RoleId]) {
    if !roles.is_empty() {
        *holdings.entry(roles.to_vec()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(n: u8) -> Fingerprint {
        Fingerprint::new(&[n; 32]).unwrap()
    }

    #[test]
    fn a_person_with_two_roles_counts_once() {
        let mut people = People::default();
        let ada = people.meet(print(1));
        let ben = people.meet(print(2));
        people.join(ada, &[0, 1]);
        people.join(ben, &[1]);
        assert_eq!((people.count(&[0, 1]), people.count(&[0]), people.count(&[1])), (2, 1, 2));
        people.leave(ada, &[1]);
        assert_eq!((people.count(&[0, 1]), people.count(&[1])), (2, 1));
        people.leave(ada, &[0]);
        assert_eq!(people.count(&[0, 1]), 1);
        assert_eq!(people.meet(print(1)), ada);
    }

    #[test]
    fn members_stand_in_order_of_joining() {
        let mut people = People::default();
        for n in [3, 1, 2] {
            let p = people.meet(print(n));
            people.join(p, &[0]);
        }
        assert_eq!(people.members(0).collect::<Vec<_>>(), [0, 1, 2]);
        people.leave(0, &[0]);
        people.join(0, &[0]);
        assert_eq!(people.members(0).collect::<Vec<_>>(), [1, 2, 0]);
    }

    #[test]
    fn a_join_or_leave_taken_back_leaves_nothing() {
        let mut people = People::default();
        for n in [3, 1, 2] {
            let p = people.meet(print(n));
            people.join(p, &[0]);
        }
        let was = format!("{people:?}");
        let before = people.holdings(1);
        people.join(1, &[2, 1]);
        people.take_back(before);
        assert_eq!(format!("{people:?}"), was);
        let before = people.holdings(1);
        people.leave(1, &[0]);
        assert_eq!(people.members(0).collect::<Vec<_>>(), [0, 2]);
        people.take_back(before);
        assert_eq!(format!("{people:?}"), was);
    }
}
