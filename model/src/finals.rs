//! Final outcomes: whether two can be reached, and whether two prove something against somebody.
//!
//! *Final* is what any third party could put together: the honest members' seals, wherever they
//! are, and whatever liars can sign.
//!
//! Tables are indexed by rounds, outcomes and liars, below their limits by the setting.

use crate::counts::Counts;
use crate::explore::{Explorer, Pin, Signable};
use crate::hearing::Forged;
use crate::rule::Outcomes;
use crate::seen::TooMany;
use crate::setting::Setting;

/// What exploring a setting has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No two outcomes can be final.
    Safe,
    /// Two can; then the certificates name a person of the first who sealed twice in its round.
    Proven,
    /// Two can, and there may be proof against nobody.
    Unproven,
}

/// A verdict, and how many states it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The verdict.
    pub verdict: Verdict,
    /// States visited, of all explorations that were needed.
    pub states: usize,
}

/// Looks for two finals; and, if there are, for two that name nobody.
///
/// # Errors
/// There are too many states.
pub fn verdict(setting: &Setting) -> Result<Found, TooMany> {
    let (two, mut states) = two_finals(setting)?;
    if !two {
        return Ok(Found { verdict: Verdict::Safe, states });
    }
    let mut verdict = Verdict::Proven;
    for pin in pins(setting) {
        let (unproven, more) = unproven(setting, pin)?;
        states += more;
        if unproven {
            verdict = Verdict::Unproven;
            break;
        }
    }
    Ok(Found { verdict, states })
}

/// Whether two outcomes can be final, and the number of states looked at: all of them.
///
/// # Errors
/// There are too many states.
pub fn two_finals(setting: &Setting) -> Result<(bool, usize), TooMany> {
    let mut two = false;
    let states = Explorer::new(*setting, None).run(|state, signable| {
        two |= finals(setting, state, signable, 0).count_ones() > 1;
    })?;
    Ok((two, states))
}

/// Every way in which liars may stand among those who certify a first outcome, unexposed.
fn pins(setting: &Setting) -> impl Iterator<Item = Pin> + use<> {
    let Setting { rounds, outcomes, liars, .. } = *setting;
    let pin = move |round, outcome| (0..=liars).map(move |liars| Pin { round, outcome, liars });
    (0..rounds).flat_map(move |round| (0..outcomes).flat_map(move |outcome| pin(round, outcome)))
}

/// Whether a second certificate, with all that justifies it, can be made without one seal for
/// anything else, in the first certificate's round, by anybody of those who signed that.
fn unproven(setting: &Setting, pin: Pin) -> Result<(bool, usize), TooMany> {
    let mut found = false;
    let (round, outcome) = (usize::from(pin.round), usize::from(pin.outcome));
    let states = Explorer::new(*setting, Some(pin)).run(|state, signable| {
        let willing = by_liars(&signable[round], pin.liars, pin.outcome);
        let first = state.sealed[round][outcome] + willing >= setting.quorum;
        found |= first && finals(setting, state, signable, pin.round) & !(1 << pin.outcome) != 0;
    })?;
    Ok((found, states))
}

/// How many of the first so many liars could sign this.
fn by_liars(forged: &Forged, liars: u8, outcome: u8) -> u8 {
    forged.iter().take(usize::from(liars)).map(|signable| signable >> outcome & 1).sum()
}

/// The outcomes that could be shown to be final in this round or a later one.
#[must_use]
pub fn finals(setting: &Setting, state: &Counts, signable: &Signable, from: u8) -> Outcomes {
    let mut finals = 0;
    let rounds = state.sealed.iter().zip(signable).take(usize::from(setting.rounds));
    for (sealed, signable) in rounds.skip(usize::from(from)) {
        for outcome in 0..setting.outcomes {
            let liars = by_liars(signable, setting.liars, outcome);
            let seals = sealed[usize::from(outcome)] + liars;
            finals |= u8::from(seals >= setting.quorum) << outcome;
        }
    }
    finals
}
