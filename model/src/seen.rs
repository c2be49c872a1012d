//! A set of packed states: open addressing over one vector, 16 bytes a state at most.
//!
//! Explorations hold tens of millions of states; a tree would take several times the memory.

use crate::limits::STATES;

/// Marks a place that holds no state. States use 60 bits at most.
const EMPTY: u64 = u64::MAX;

/// There are more states than the model can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The states seen so far.
#[derive(Clone, Debug)]
pub struct Seen {
    places: Vec<u64>,
    held: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self { places: vec![EMPTY; 1 << 10], held: 0 }
    }
}

impl Seen {
    /// Adds a state. True if it is new.
    ///
    /// # Errors
    /// The set is full.
    pub fn insert(&mut self, state: u64) -> Result<bool, TooMany> {
        if 2 * self.held >= self.places.len() {
            self.grow()?;
        }
        let new = put(&mut self.places, state);
        self.held += usize::from(new);
        Ok(new)
    }

    /// How many states it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }

    fn grow(&mut self) -> Result<(), TooMany> {
        if self.held >= STATES {
            return Err(TooMany);
        }
        let mut places = vec![EMPTY; 2 * self.places.len()];
        for state in self.places.iter().filter(|state| **state != EMPTY) {
            put(&mut places, *state);
        }
        self.places = places;
        Ok(())
    }
}

/// Puts a state into the first place that is free, from where its bits send it. The mask keeps
/// every index within the vector, whose length is a power of two, and which is never full.
fn put(places: &mut [u64], state: u64) -> bool {
    let mask = places.len() - 1;
    let mut place = (state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as usize & mask;
    loop {
        if places[place] == state {
            return false;
        }
        if places[place] == EMPTY {
            places[place] = state;
            return true;
        }
        place = (place + 1) & mask;
    }
}
