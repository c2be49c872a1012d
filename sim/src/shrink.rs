//! A plan that fails, made smaller as long as it fails in the same way: delta debugging over its events,
//! then a network without faults, then liars made honest.

use crate::plan::{Event, Net, Plan};
use crate::trace::Telling;

/// Runs at most: what is left then is shown as it is.
const RUNS: usize = 600;

/// The network that does nothing wrong.
const QUIET: Net = Net { loss: 0, twice: 0, delay: 50, spread: 0, slow: 0 };

struct Shrinking {
    law: &'static str,
    runs: usize,
}

impl Shrinking {
    /// Whether a plan still fails by the same law.
    fn fails(&mut self, plan: &Plan) -> bool {
        if self.runs >= RUNS {
            return false;
        }
        self.runs += 1;
        let outcome = crate::run(plan, Telling::Hash);
        outcome.is_ok_and(|outcome| outcome.violation.is_some_and(|v| v.law == self.law))
    }

    /// Leaves out as many events as it can: halves first, then ever smaller pieces.
    fn events(&mut self, plan: &mut Plan) {
        let mut size = plan.events.len().div_ceil(2).max(1);
        loop {
            let mut at = 0;
            let mut smaller = false;
            while at < plan.events.len() {
                let mut less = plan.clone();
                let end = (at + size).min(less.events.len());
                less.events.drain(at..end);
                if self.fails(&less) {
                    *plan = less;
                    smaller = true;
                } else {
                    at += size;
                }
            }
            if size == 1 && !smaller {
                return;
            }
            size = (size / 2).max(1);
        }
    }

    /// Takes a change that still fails.
    fn with(&mut self, plan: &mut Plan, change: impl Fn(&mut Plan)) {
        let mut other = plan.clone();
        change(&mut other);
        if other != *plan && self.fails(&other) {
            *plan = other;
        }
    }
}

/// The smallest plan that was found which fails by the same law.
#[must_use]
pub fn shrink(plan: &Plan, law: &'static str) -> Plan {
    let mut shrinking = Shrinking { law, runs: 0 };
    let mut small = plan.clone();
    shrinking.events(&mut small);
    shrinking.with(&mut small, |plan| plan.net = QUIET);
    shrinking.with(&mut small, |plan| plan.net.loss = 0);
    shrinking.with(&mut small, |plan| plan.net.twice = 0);
    for liar in (0..64).filter(|n| plan.lies(*n)) {
        shrinking.with(&mut small, |plan| plan.liars &= !(1 << liar));
    }
    shrinking.with(&mut small, evenly);
    shrinking.events(&mut small);
    small
}

/// One event a second: easier to read, if it still fails.
fn evenly(plan: &mut Plan) {
    let even = |(n, event): (u64, Event)| Event { at: n * 1_000, ..event };
    plan.events = (0..).zip(plan.events.drain(..)).map(even).collect();
}
