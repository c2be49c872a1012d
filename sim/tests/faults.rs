//! Every planted mistake is found, at the seed that `FAULTS.md` says. Needs the feature `faults`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use mundi_sim::faults::{FAULTS, plant};
use mundi_sim::plan::Plan;
use mundi_sim::trace::Telling;

const TABLE: &str = include_str!("../FAULTS.md");

/// The mistakes of the table, with the seed and the law that finds each.
fn rows() -> Vec<(String, u64, String)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, seed, law, _] = cells.as_slice() else { return None };
        Some(((*name).to_owned(), seed.parse().ok()?, (*law).to_owned()))
    };
    TABLE.lines().filter_map(row).collect()
}

#[test]
fn every_planted_mistake_is_found_at_its_seed_and_only_when_it_is_planted() {
    let rows = rows();
    for (name, fault) in FAULTS {
        let (_, seed, law) = rows
            .iter()
            .find(|(one, ..)| one == name)
            .unwrap_or_else(|| panic!("FAULTS.md lacks {name}"));
        let plan = Plan::of(*seed);
        plant(Some(*fault));
        let found = mundi_sim::run(&plan, Telling::Hash).unwrap().violation;
        plant(None);
        assert_eq!(found.map(|one| one.law), Some(law.as_str()), "{name}, seed {seed}");
        let clean = mundi_sim::run(&plan, Telling::Hash).unwrap().violation;
        assert_eq!(clean, None, "seed {seed}, nothing planted");
    }
    assert_eq!(rows.len(), FAULTS.len());
}
