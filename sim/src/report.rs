//! Many runs, on several threads, and what is said of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::plan::Plan;
use crate::trace::{Counts, Telling};
use crate::violation::Violation;

/// Which seeds are run, and how.
#[derive(Clone, Debug)]
pub struct Seeds {
    /// From which to which.
    pub range: RangeInclusive<u64>,
    /// On so many threads.
    pub threads: usize,
    /// When it ends.
    pub until: Until,
    /// Whether progress is told on standard error.
    pub telling: Telling,
}

/// When a row of runs ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When all are run.
    All,
    /// When one has failed; those before it have been run as well, so that it is the first.
    Failure,
}

/// What came of many runs.
#[derive(Debug, Default)]
pub struct Report {
    /// How many runs there were.
    pub runs: u64,
    /// What there was in all.
    pub counts: Counts,
    /// What failed, by seed.
    pub failed: BTreeMap<u64, Violation>,
}

impl Seeds {
    /// Runs them.
    #[must_use]
    pub fn run(&self) -> Report {
        let next = AtomicU64::new(*self.range.start());
        let over = AtomicBool::new(false);
        let report = Mutex::new(Report::default());
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| self.work(&next, &over, &report));
            }
        });
        report.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, next: &AtomicU64, over: &AtomicBool, report: &Mutex<Report>) {
        while !over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > *self.range.end() {
                return;
            }
            let outcome = crate::run(&Plan::of(seed), Telling::Hash);
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            report.runs += 1;
            let violation = match outcome {
                Ok(outcome) => {
                    report.counts.add(&outcome.counts);
                    outcome.violation
                }
                Err(violation) => Some(violation),
            };
            if let Some(violation) = violation {
                if self.telling == Telling::Lines {
                    eprintln!("seed {seed} fails: {}", violation.law);
                }
                report.failed.insert(seed, violation);
                over.fetch_or(self.until == Until::Failure, Ordering::Relaxed);
            }
            if self.telling == Telling::Lines && report.runs.is_multiple_of(500) {
                eprintln!("{} runs, {} failed", report.runs, report.failed.len());
            }
        }
    }
}

impl Counts {
    /// In words.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!(
            "{} agents, {} entries, {} messages; {} crashes, {} copies put back, {} forked devices, \
             {} persons who sealed twice\n{} with consensus: {} final, {} broken, {} open; {} beyond \
             round 0; {} where finality was owed",
            self.agents,
            self.entries,
            self.messages,
            self.crashes,
            self.restored,
            self.forks,
            self.twice,
            self.consensus,
            self.finals,
            self.broken,
            self.open,
            self.rounds,
            self.owed
        )
    }
}
