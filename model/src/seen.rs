//! A set of packed states: open addressing over one vector, 32 bytes a state at most.
//!
//! Explorations hold tens of millions of states; a tree would take several times the memory.

use crate::limits::STATES;

/// Marks a place that holds no state. States use 120 bits at most.
const EMPTY: u128 = u128::MAX;

/// There are more states than the model can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The states seen so far.
#[derive(Clone, Debug)]
pub struct Seen {
    places: Vec<u128>,
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
    pub fn insert(&mut self, state: u128) -> Result<bool, TooMany> {
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
fn put(places: &mut [u128], state: u128) -> bool {
    let mask = places.len() - 1;
    let mut place = spread(state) & mask;
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

/// Where a state's bits send it: neighbours far apart.
fn spread(state: u128) -> usize {
    const GOLDEN: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    (state.wrapping_mul(GOLDEN) >> 80) as usize
}
