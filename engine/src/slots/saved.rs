//! The state in the saved form.

use super::Slots;
use crate::saved::{Read, Reader, Writer};

impl Slots {
    /// Writes the values, between two entries: there is nothing to undo then. The weight goes with
    /// them, because it decides what a handler may still write, and follows from all that was
    /// written before.
    pub(crate) fn write(&self, out: &mut Writer) {
        self.values.iter().for_each(|value| out.value(value));
        out.count(self.weight);
    }

    /// Reads so many values.
    pub(crate) fn read(slots: usize, from: &mut Reader<'_>) -> Read<Self> {
        let values = (0..slots).map(|_| from.value()).collect::<Read<_>>()?;
        Ok(Self { values, undo: Vec::new(), weight: from.amount()? as usize })
    }
}
