//! The simulator: agents over a faulty network, from one seed.
//!
//! One number gives one run: who takes part, what is said, what is lost, who lies. Homes, stores and the
//! engine are the real ones; time, chance, network and disks are made up. After healing, what must hold is
//! looked at ([`checks`]). Nothing in here asks the machine's clock, nor its chance, but the command, which
//! says how long it took.
//!
//! In reading order: [`seed`] (numbers), [`scenario`] (what is talked about), [`people`] (made once),
//! [`plan`] (what is to happen), [`network`], [`agent`], [`liar`], [`world`] (one run), [`healing`],
//! [`checks`] and [`laws`] (the specification once more, slowly), [`trace`], [`mod@shrink`], [`mod@play`],
//! [`faults`] (planted mistakes), [`report`] (many runs).

pub mod agent;
pub mod checks;
pub mod faults;
pub mod healing;
pub mod laws;
pub mod liar;
pub mod network;
pub mod people;
pub mod plan;
pub mod play;
pub mod report;
pub mod scenario;
pub mod seed;
pub mod shrink;
pub mod trace;
pub mod violation;
pub mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use plan::Plan;
use trace::{Outcome, Telling};
use violation::{Run, broken};
use world::World;

/// Runs a plan, and checks what came of it.
///
/// # Errors
/// The world could not even be made.
pub fn run(plan: &Plan, telling: Telling) -> Run<Outcome> {
    let mut world = World::new(plan, telling)?;
    let ran = catch_unwind(AssertUnwindSafe(|| {
        world.play()?;
        world.heal()?;
        world.check()
    }));
    let violation = match ran {
        Ok(ran) => ran.err(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Some(broken("nothing panics", text.unwrap_or_default()))
        }
    };
    if let Some(violation) = &violation {
        world.trace.note(world.time, "", &format!("FAILS: {}: {}", violation.law, violation.text));
    }
    Ok(Outcome { counts: world.counts, trace: world.trace, violation, spoken: world.spoken })
}
