//! The budget of scripts: deterministic units, never time or memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rhai::EvalAltResult;

use crate::limits::{PER_UNIT, PROBE_CREDIT};

/// What is left of an entry's budget, in parts of which [`PER_UNIT`] are a unit: a value that is handled
/// is one, so that many small payments are not rounded away. Shared by the interpreter's progress hook and
/// the functions. Relaxed loads and stores suffice: one script runs at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fuel {
    left: Arc<AtomicU64>,
    /// Parts beyond the budget that a probe of instrumented code may borrow, before it gives them back: 0
    /// where code is not instrumented. Whoever ends within the credit has used more than the budget.
    credit: u64,
}

/// A fault of a function: Rhai's boxed error.
pub(crate) type Fault = Box<EvalAltResult>;

impl Fuel {
    /// Fills the tank.
    pub(crate) fn fill(&self, units: u64) {
        let parts = units.saturating_mul(PER_UNIT).saturating_add(self.credit);
        self.left.store(parts, Ordering::Relaxed);
    }

    /// A tank for instrumented code.
    pub(crate) fn instrumented() -> Self {
        Self { left: Arc::default(), credit: PROBE_CREDIT.saturating_mul(PER_UNIT) }
    }

    /// Gives back what a part of a probe has taken, and says whether all up to here was within the budget.
    pub(crate) fn give_back(&self, units: u64) -> Result<(), Fault> {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_add(units.saturating_mul(PER_UNIT)), Ordering::Relaxed);
        if self.is_overdrawn() { Err(Self::spent()) } else { Ok(()) }
    }

    /// Whether an operation was run for which nothing was left. Only where there is a credit: without
    /// one, it would not have run.
    pub(crate) fn is_overdrawn(&self) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        self.credit > 0 && left <= self.credit.saturating_sub(PER_UNIT)
    }

    /// Parts left.
    #[cfg(test)]
    pub(crate) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed).saturating_sub(self.credit)
    }

    /// One operation; false when nothing is left.
    pub(crate) fn tick(&self) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(PER_UNIT), Ordering::Relaxed);
        left > 0
    }

    /// Pays `units`, or stops the script.
    pub(crate) fn pay(&self, units: u64) -> Result<(), Fault> {
        self.take(units.saturating_mul(PER_UNIT))
    }

    fn take(&self, parts: u64) -> Result<(), Fault> {
        let left = self.left.load(Ordering::Relaxed);
        if parts > left.saturating_sub(self.credit) {
            self.left.store(0, Ordering::Relaxed);
            return Err(Self::spent());
        }
        self.left.store(left - parts, Ordering::Relaxed);
        Ok(())
    }

    /// Pays for handling `values` values.
    pub(crate) fn pay_for(&self, values: usize) -> Result<(), Fault> {
        self.take(u64::try_from(values).unwrap_or(u64::MAX))
    }

    /// Pays for handling a text of `bytes` bytes.
    pub(crate) fn pay_text(&self, bytes: usize) -> Result<(), Fault> {
        self.pay_for(bytes / 4)
    }

    /// The fault of an empty tank.
    pub(crate) fn spent() -> Fault {
        Box::new(EvalAltResult::ErrorTerminated(rhai::Dynamic::UNIT, rhai::Position::NONE))
    }
}

/// A fault with a text for people.
pub(crate) fn fault(text: impl Into<String>) -> Fault {
    let text: String = text.into();
    Box::new(EvalAltResult::ErrorRuntime(text.into(), rhai::Position::NONE))
}
