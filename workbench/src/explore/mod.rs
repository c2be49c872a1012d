//! All conversations that rules allow, up to given bounds, breadth first.
//!
//! In go checked rules and [`Bounds`]; out comes a [`Report`]: whether consensus can be reached, where
//! nothing leads on, who can hold it up, what never happens, what a late message changes, which code
//! fails, and what the rules themselves say must never or always be. Every answer has the shortest
//! conversation that shows it, as a play that `mundi test` runs.
//!
//! A step is judged by the engine's own fold ([`mundi_engine::suppose`]), over entries that nobody has
//! signed; what an answer shows is then really said, signed and judged. Messages take no time here:
//! time passes where a deadline or code waits for it. Two states are one where no message to come
//! can tell them apart, holders of a role among whom nothing tells counting as each other.

mod answers;
mod bounds;
mod graph;
mod kinds;
mod moves;
mod race;
mod report;
mod same;
mod search;
mod setting;
mod values;
mod witness;

use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_lang::rules::Rules;

pub use answers::Answer;
pub use bounds::{Bounds, Branches, COMBINATIONS, LENGTH, PEOPLE, STATES, VALUES};
pub use kinds::{Kind, Weight};
pub use report::Report;

pub(crate) use moves::Move;
pub(crate) use search::Worker;
pub(crate) use setting::Setting;
pub(crate) use witness::Witness;

use answers::Answers;
use graph::{Graph, Stand};
use search::Found;

use crate::rehearsal::Rehearsal;

/// States up to which a search is made again, to see which branches nothing takes.
pub const AGAIN: usize = 20_000;

/// Conversations that are held again in other orders of arrival.
const SAMPLE: usize = 20;

/// Explores rules, which plays call by the name of their file. `progress` is told how many states and
/// transitions there are, after each level.
///
/// # Errors
/// No conversation can be opened: a term that cannot be made up.
pub fn explore(
    rules: &Rules,
    file: &str,
    bounds: &Bounds,
    progress: &mut dyn FnMut(usize, u64),
) -> Result<Report, OpenError> {
    let rules = Arc::new(rules.clone());
    let setting = Setting::of(&rules, bounds)?;
    let found = search::search(&rules, setting, bounds, Rehearsal::open, progress)?;
    let again = !found.cut && found.graph.states.len() <= AGAIN;
    let items = if again && bounds.branches == Branches::Told {
        let setting = Setting::of(&rules, bounds)?;
        search::search(&rules, setting, bounds, Rehearsal::open_traced, progress)?.items
    } else {
        Vec::new()
    };
    let mut answers = Answers { found: &found, file, all: Vec::new() };
    answers.draw()?;
    answers.branches(&items);
    let reached = answers.reached()?;
    let mut all = answers.all;
    let held = differing(&found, file)?;
    all.extend(held);
    all.sort_by_key(|answer| (answer.weight == Weight::Note, answer.kind));
    let mut report = Report::of(&found, bounds, reached, all);
    if items.is_empty() {
        report
            .unsearched
            .push("which branches of code and places of the pattern nothing takes".into());
    }
    Ok(report)
}

/// Conversations from all over what was found, really held, whose entries come to something else in
/// another order. There is none: else it is the engine's fault.
fn differing(found: &Found, file: &str) -> Result<Option<Answer>, OpenError> {
    let graph: &Graph = &found.graph;
    let ended = |n: &usize| {
        graph.states.get(*n).is_some_and(|s| matches!(s.stand, Stand::Decided | Stand::Failed))
    };
    let ended: Vec<usize> = (0..graph.states.len()).filter(ended).collect();
    let step = ended.len().div_ceil(SAMPLE).max(1);
    for at in ended.into_iter().step_by(step) {
        let path = graph.path(u32::try_from(at).unwrap_or(0));
        let mut witness = Witness::begin(&found.rules, &found.setting, &path)?;
        witness.along(&path);
        if !same::is_same(witness.rehearsal()) {
            let play = witness.play("one set of entries, two answers", file);
            return Ok(Some(Answer {
                kind: Kind::Differs,
                weight: Weight::Fault,
                of: "engine".into(),
                text: "the same entries gave two answers: this is a defect of mundi".into(),
                play: Some(play),
            }));
        }
    }
    Ok(None)
}
