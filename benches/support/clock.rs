//! Time and memory of this process.

use std::time::Instant;

/// Seconds that something takes by the wall's clock, and what it gives.
pub(crate) fn wall<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// Seconds for which this thread was on a core: others on the machine do not count.
pub(crate) fn on_core() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Seconds on a core for which something keeps this thread busy, and what it gives.
pub(crate) fn busy<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = on_core();
    let result = work();
    (on_core() - start, result)
}

/// Bytes of memory that this process occupies.
pub(crate) fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kib = line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

/// Seconds on a core of all child processes that have ended. The kernel counts them in hundredths.
pub(crate) fn children() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks = |n: usize| after.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok());
    (ticks(13).unwrap_or(f64::NAN) + ticks(14).unwrap_or(f64::NAN)) / 100.0
}
