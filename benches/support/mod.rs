//! What the measurements share: conversations to measure, clocks, and how figures are printed.
#![allow(dead_code, reason = "every measurement uses a part")]

pub(crate) mod clock;
pub(crate) mod log;

/// Prints a figure where a reader, or a program, looks for it.
pub(crate) fn figure(name: &str, value: f64) {
    println!("{name}: {value:.3}");
}

/// The middle one; of an even number, the upper.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
