//! The order of a log: by (`at`, id), kept as entries arrive. As `at` grows along every edge, an
//! entry stands after all that it builds on.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::EntryId;
#[cfg(feature = "faults")]
use crate::faults::{Fault, planted};
use crate::log::chains::Chains;
use crate::log::rows::Rows;

/// Where an entry stands.
pub(crate) type Key = (u64, EntryId);

/// The order, and how far it is settled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    order: Vec<u32>,
    /// The lowest position that has changed since it was last asked for.
    changed: Option<usize>,
    /// Each person's latest entry, member or not.
    latest: BTreeMap<u32, Key>,
    /// Who is waited for before an entry counts as settled.
    members: BTreeSet<u32>,
    /// The members' latest entries, earliest first.
    earliest: BTreeSet<(Option<Key>, u32)>,
}

fn key(rows: &Rows, index: u32) -> Option<Key> {
    #[cfg(feature = "faults")]
    if planted(Fault::TieByArrival) {
        let mut arrival = [0; 32];
        arrival.iter_mut().zip(index.to_be_bytes()).for_each(|(byte, new)| *byte = new);
        return rows.get(index).map(|row| (row.at, EntryId(arrival)));
    }
    rows.get(index).map(|row| (row.at, row.id))
}

impl Order {
    /// The order of all entries that are in the rows already; nobody is waited for yet.
    pub(crate) fn of_all(rows: &Rows, chains: &Chains, changed: Option<usize>) -> Self {
        let mut order: Vec<u32> = (0..rows.len()).collect();
        // Entries mostly come in order, and sorting finds that out.
        order.sort_by_key(|index| key(rows, *index));
        let mut latest = vec![None; chains.persons().len()];
        for index in &order {
            let person = chains.person_of(rows, *index).unwrap_or(u32::MAX);
            if let Some(place) = latest.get_mut(person as usize) {
                *place = Some(*index);
            }
        }
        let latest = (0..).zip(latest).filter_map(|(n, last)| Some((n, key(rows, last?)?)));
        let latest = latest.collect();
        Self { order, changed, latest, ..Self::default() }
    }

    pub(crate) fn get(&self) -> &[u32] {
        &self.order
    }

    /// How many entries stand before this place.
    fn before(&self, rows: &Rows, place: &Key) -> usize {
        self.order.partition_point(|index| key(rows, *index).is_some_and(|key| key < *place))
    }

    /// An entry's position.
    pub(crate) fn position(&self, rows: &Rows, index: u32) -> Option<usize> {
        key(rows, index).map(|key| self.before(rows, &key))
    }

    /// Adds an entry that is in the rows already; gives its position.
    pub(crate) fn insert(&mut self, rows: &Rows, index: u32, person: u32) -> usize {
        let Some(place) = key(rows, index) else { return self.order.len() };
        let last = self.order.last().and_then(|last| key(rows, *last));
        let position = match last {
            Some(last) if place < last => self.before(rows, &place),
            _ => self.order.len(),
        };
        self.order.insert(position, index);
        self.touch(position);
        let latest = self.latest.get(&person).copied();
        if latest < Some(place) {
            self.latest.insert(person, place);
            if self.members.contains(&person) {
                self.earliest.remove(&(latest, person));
                self.earliest.insert((Some(place), person));
            }
        }
        position
    }

    /// Something has changed at a position.
    pub(crate) fn touch(&mut self, position: usize) {
        self.changed = Some(self.changed.map_or(position, |changed| changed.min(position)));
    }

    /// The lowest position that has changed, if any has.
    pub(crate) fn changed(&self) -> Option<usize> {
        self.changed
    }

    /// The lowest position that has changed since the last call; the length where nothing has.
    pub(crate) fn take_changed(&mut self) -> usize {
        self.changed.take().unwrap_or(self.order.len())
    }

    /// A person is waited for from now on.
    pub(crate) fn enrol(&mut self, person: u32) {
        self.members.insert(person);
        self.earliest.insert((self.latest.get(&person).copied(), person));
    }

    /// Nobody is waited for any more.
    pub(crate) fn dismiss_all(&mut self) {
        self.members.clear();
        self.earliest.clear();
    }

    /// A person is waited for no more.
    pub(crate) fn dismiss(&mut self, person: u32) {
        self.members.remove(&person);
        self.earliest.remove(&(self.latest.get(&person).copied(), person));
    }

    /// How many entries are settled: every member has a later one.
    pub(crate) fn settled(&self, rows: &Rows) -> usize {
        match self.earliest.first() {
            Some((Some(place), _)) => self.before(rows, place),
            _ => 0,
        }
    }
}
