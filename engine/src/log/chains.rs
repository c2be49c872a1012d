//! Devices, their persons, and the chain of entries of each.

use std::collections::BTreeMap;

use mundi_identity::{DevicePublic, Fingerprint};

use crate::log::rows::Rows;

#[derive(Clone, Debug)]
struct Device {
    public: DevicePublic,
    person: u32,
    /// By seq: the entry that came first. Of a device that has not forked, the only one.
    chain: Vec<u32>,
}

/// Devices and persons, by local numbers in the order in which they were met. A key that two
/// persons have certified is two devices, or the answer would depend on which `join` came first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chains {
    devices: Vec<Device>,
    numbers: BTreeMap<(DevicePublic, Fingerprint), u32>,
    persons: Vec<Fingerprint>,
    person_numbers: BTreeMap<Fingerprint, u32>,
}

impl Chains {
    /// These persons and devices, each with the number of its person, without entries. `None` where
    /// one stands twice, or a device is nobody's.
    pub(crate) fn of(persons: Vec<Fingerprint>, devices: &[(DevicePublic, u32)]) -> Option<Self> {
        // Made into maps at once: one by one takes longer where there are many.
        let person_numbers: BTreeMap<_, _> = persons.iter().copied().zip(0..).collect();
        let owned = devices.iter().zip(0..).map(|((public, person), number)| {
            Some(((*public, *persons.get(*person as usize)?), number))
        });
        let numbers: BTreeMap<_, _> = owned.collect::<Option<Vec<_>>>()?.into_iter().collect();
        let once = person_numbers.len() == persons.len() && numbers.len() == devices.len();
        let device = |(public, person): &(DevicePublic, u32)| Device {
            public: *public,
            person: *person,
            chain: Vec::new(),
        };
        let devices = devices.iter().map(device).collect();
        once.then_some(Self { devices, numbers, persons, person_numbers })
    }

    /// The number of a person's device that has written something.
    pub(crate) fn find(&self, public: DevicePublic, person: Fingerprint) -> Option<u32> {
        self.numbers.get(&(public, person)).copied()
    }

    /// The number of a device, given now if it has none.
    pub(crate) fn device(&mut self, public: DevicePublic, person: Fingerprint) -> u32 {
        if let Some(number) = self.find(public, person) {
            return number;
        }
        let number = u32::try_from(self.devices.len()).unwrap_or(u32::MAX);
        let owner = self.person(person);
        self.devices.push(Device { public, person: owner, chain: Vec::new() });
        self.numbers.insert((public, person), number);
        number
    }

    /// The number of a person, given now if they have none.
    pub(crate) fn person(&mut self, fingerprint: Fingerprint) -> u32 {
        let next = u32::try_from(self.persons.len()).unwrap_or(u32::MAX);
        *self.person_numbers.entry(fingerprint).or_insert_with(|| {
            self.persons.push(fingerprint);
            next
        })
    }

    /// The number of a person.
    pub(crate) fn number(&self, person: &Fingerprint) -> Option<u32> {
        self.person_numbers.get(person).copied()
    }

    /// All persons, by number.
    pub(crate) fn persons(&self) -> &[Fingerprint] {
        &self.persons
    }

    /// All devices, by number, with the numbers of their persons.
    pub(crate) fn devices(&self) -> impl ExactSizeIterator<Item = (DevicePublic, u32)> + '_ {
        self.devices.iter().map(|device| (device.public, device.person))
    }

    pub(crate) fn public(&self, device: u32) -> Option<DevicePublic> {
        self.devices.get(device as usize).map(|device| device.public)
    }

    pub(crate) fn fingerprint(&self, person: u32) -> Option<Fingerprint> {
        self.persons.get(person as usize).copied()
    }

    /// Whose a device is.
    pub(crate) fn owner(&self, device: u32) -> Option<u32> {
        self.devices.get(device as usize).map(|device| device.person)
    }

    /// Who wrote an entry.
    pub(crate) fn person_of(&self, rows: &Rows, index: u32) -> Option<u32> {
        self.owner(rows.get(index)?.device)
    }

    /// The entry of a device that came first with a seq.
    pub(crate) fn at(&self, device: u32, seq: u32) -> Option<u32> {
        self.devices.get(device as usize)?.chain.get(seq as usize).copied()
    }

    /// The last entry of the chain of those that came first.
    pub(crate) fn tip(&self, public: &DevicePublic) -> Option<u32> {
        let of_key = self.devices.iter().filter(|device| device.public == *public);
        of_key.max_by_key(|device| device.chain.len())?.chain.last().copied()
    }

    /// Adds an entry to its chain; gives the one that has its place already: a fork.
    pub(crate) fn add(&mut self, device: u32, seq: u32, index: u32) -> Option<u32> {
        let chain = &mut self.devices.get_mut(device as usize)?.chain;
        match chain.get(seq as usize) {
            Some(rival) => Some(*rival),
            None => {
                chain.push(index);
                None
            }
        }
    }
}
