//! A small crowd, and words said by it.

use std::cell::Cell;
use std::collections::BTreeMap;

use mundi_lang::rules::{MessageId, RoleId};

use crate::pattern::{Event, Machine, People, State, TooLarge};

/// Persons and the roles that each holds.
#[derive(Clone, Default)]
pub(super) struct Crowd {
    pub(super) roles: BTreeMap<u32, Vec<RoleId>>,
    /// How often somebody asked for a list of holders.
    pub(super) listed: Cell<u32>,
}

impl People for Crowd {
    fn present(&self, roles: &[RoleId]) -> u32 {
        let count = self.roles.values().filter(|r| r.iter().any(|r| roles.contains(r))).count();
        u32::try_from(count).unwrap()
    }

    fn holders(&self, roles: &[RoleId]) -> Vec<u32> {
        self.listed.set(self.listed.get() + 1);
        let here = self.roles.iter().filter(|(_, r)| r.iter().any(|r| roles.contains(r)));
        here.map(|(person, _)| *person).collect()
    }

    fn holds(&self, person: u32, role: RoleId) -> bool {
        self.roles.get(&person).is_some_and(|r| r.contains(&role))
    }
}

/// A machine under way.
pub(super) struct Talk {
    pub(super) machine: Machine,
    pub(super) state: State,
    pub(super) crowd: Crowd,
    /// The next entry's number.
    pub(super) entry: u32,
}

impl Talk {
    pub(super) fn new(machine: Machine, crowd: Crowd) -> Self {
        let state = machine.start();
        Self { machine, state, crowd, entry: 0 }
    }

    /// Says a message; whether it was in turn.
    pub(super) fn say(
        &mut self,
        message: MessageId,
        role: RoleId,
        person: u32,
        refs: &[u32],
    ) -> Result<bool, TooLarge> {
        let event = Event { message, role, person, entry: self.entry, refs };
        let next = self.machine.step(&self.state, &event, &self.crowd)?;
        self.entry += 1;
        Ok(match next {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        })
    }

    pub(super) fn join(&mut self, person: u32, role: RoleId) {
        self.crowd.roles.entry(person).or_default().push(role);
        self.state = self.machine.joined(&self.state, person, &self.crowd);
    }

    pub(super) fn leave(&mut self, person: u32) {
        self.crowd.roles.remove(&person);
        self.state = self.machine.left(&self.state, person, &self.crowd);
    }

    pub(super) fn complete(&self) -> bool {
        self.machine.complete(&self.state, &self.crowd)
    }
}
