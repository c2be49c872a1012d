//! Liveness: from every state, once the network heals and some members stay silent, does an outcome
//! become final; and if not, does it when they speak?
//!
//! Silent members are of two kinds. Some have kept the rule and are gone. Others have lied first:
//! of each round, any part of what they could have signed is then heard by all.
//!
//! Members who are there and have not sealed yet do so first, whatever they like: that leads to
//! states which are explored too. So only states are looked at where nobody does this any more.
//!
//! Tables are indexed by rounds, outcomes and liars, below their limits by the setting.

use crate::counts::{Counts, Table};
use crate::explore::{Explorer, Signable};
use crate::healed::{End, Healed, Masks, QUIET};
use crate::hearing::Forged;
use crate::limits::OUTCOMES;
use crate::rule::Outcomes;
use crate::seen::TooMany;
use crate::setting::Setting;

/// How the runs ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// States explored.
    pub states: usize,
    /// Runs, one for each state and each way of being silent in it.
    pub runs: usize,
    /// Those that stay open until the silent speak.
    pub open: usize,
    /// Those that stay open even then.
    pub vain: usize,
    /// Those that need more rounds than the model has.
    pub cut: usize,
    /// The first run that stays open, where it stops: in vain rather than not.
    pub stuck: Option<(Table, Masks)>,
}

/// Members who kept the rule fall silent, so many of them. The setting has no liars.
///
/// # Errors
/// There are too many states.
pub fn mere_silence(setting: &Setting, silent: u8) -> Result<Ends, TooMany> {
    let mut ends = Ends::default();
    let setting = Setting { liars: 0, ..*setting };
    ends.states = Explorer::new(setting, None).run(|state, _| {
        let Some(silent) = silent.checked_sub(state.fresh(&setting)) else { return };
        let start = Healed { sealed: state.sealed, live: state.standing, masks: QUIET };
        each_silence(start, silent, 0, &mut |run| {
            let wake = |stuck: &Healed| woken(&setting, state, &run, stuck);
            ends.note(&setting, run, wake);
        });
    })?;
    Ok(ends)
}

/// All liars of the setting fall silent, after anything.
///
/// # Errors
/// There are too many states.
pub fn silence_after_lies(setting: &Setting) -> Result<Ends, TooMany> {
    let mut ends = Ends::default();
    let mut speaking = Explorer::new(setting.prolonged(), None);
    ends.states = Explorer::new(*setting, None).run(|state, signable| {
        if state.fresh(setting) > 0 {
            return;
        }
        let start = Healed { sealed: state.sealed, live: state.standing, masks: QUIET };
        // What happened below the lowest member is over; none heard of it is the least.
        let from = start.stands().next().unwrap_or(0);
        each_mask(setting, signable, start, from, 0, &mut |run| {
            ends.note(setting, run, |stuck| speak(setting, &mut speaking, stuck));
        });
    })?;
    Ok(ends)
}

impl Ends {
    /// One run, and if it stays open, whether it goes on when the silent wake.
    fn note(&mut self, setting: &Setting, mut run: Healed, wake: impl FnOnce(&Healed) -> bool) {
        self.runs += 1;
        match run.run(setting) {
            End::Final => {}
            End::CutOff => self.cut += 1,
            End::Stuck => {
                let first = self.vain == 0;
                let in_vain = !wake(&run);
                self.vain += usize::from(in_vain);
                self.open += usize::from(!in_vain);
                if self.stuck.is_none() || (in_vain && first) {
                    self.stuck = Some((run.sealed, run.masks));
                }
            }
        }
    }
}

/// Every choice of so many members to be silent, of this round and outcome and those after.
fn each_silence(run: Healed, silent: u8, cell: usize, visit: &mut impl FnMut(Healed)) {
    if silent == 0 {
        return visit(run);
    }
    if cell == run.live.len() * OUTCOMES {
        return;
    }
    let (round, outcome) = (cell / OUTCOMES, cell % OUTCOMES);
    for count in 0..=silent.min(run.live[round][outcome]) {
        let mut less = run;
        less.live[round][outcome] -= count;
        each_silence(less, silent - count, cell + 1, visit);
    }
}

/// Every part of what liars could have signed, from this round on; liars are alike.
fn each_mask(
    setting: &Setting,
    signable: &Signable,
    run: Healed,
    round: usize,
    liar: usize,
    visit: &mut impl FnMut(Healed),
) {
    if round >= usize::from(setting.rounds) {
        return visit(run);
    }
    if liar >= usize::from(setting.liars) {
        return each_mask(setting, signable, run, round + 1, 0, visit);
    }
    for part in parts(signable[round][liar]) {
        let mut heard = run;
        heard.masks[round][liar] = part;
        each_mask(setting, signable, heard, round, liar + 1, visit);
    }
}

/// Every part of a set.
fn parts(set: Outcomes) -> impl Iterator<Item = Outcomes> {
    (0..=set).filter(move |part| part & !set == 0)
}

/// Whether an open run ends when those who were silent are back, where they stood.
fn woken(setting: &Setting, state: &Counts, began: &Healed, stuck: &Healed) -> bool {
    let mut run = *stuck;
    for (round, row) in run.live.iter_mut().enumerate() {
        for (outcome, count) in row.iter_mut().enumerate() {
            *count += state.standing[round][outcome] - began.live[round][outcome];
        }
    }
    // Those who had not sealed at all adopt what is there: the smallest outcome of round 0.
    let fresh = state.fresh(setting);
    let adopted = run.sealed[0].iter().position(|count| *count > 0).unwrap_or(0);
    run.live[0][adopted] += fresh;
    run.sealed[0][adopted] += fresh;
    run.run(setting) == End::Final
}

/// Whether an open run ends if the liars sign more, in the rounds where the others stand; and again
/// where those come to stand.
fn speak(setting: &Setting, explorer: &mut Explorer, stuck: &Healed) -> bool {
    let state = Counts { sealed: stuck.sealed, standing: stuck.live };
    let signable = explorer.signable(&state);
    stuck.stands().any(|round| {
        both(&signable[round]).any(|more| {
            let mut run = *stuck;
            run.masks[round][0] |= more[0];
            run.masks[round][1] |= more[1];
            match run.run(setting) {
                End::Final => true,
                End::Stuck => run.live != stuck.live && speak(setting, explorer, &run),
                End::CutOff => false,
            }
        })
    })
}

/// Every part of what the two could sign.
fn both(signable: &Forged) -> impl Iterator<Item = Forged> + use<> {
    let [first, second] = *signable;
    parts(first).flat_map(move |one| parts(second).map(move |two| [one, two]))
}

/// Whether a run stays open whatever liars say.
#[must_use]
pub fn is_vain(setting: &Setting, explorer: &mut Explorer, mut run: Healed) -> bool {
    run.run(setting) == End::Stuck && !speak(setting, explorer, &run)
}

/// All that may be heard of liars in the end, of whom so much has been heard; least first.
#[must_use]
pub fn masks_above(setting: &Setting, signable: &Signable, heard: &Masks) -> Vec<Masks> {
    let mut all = vec![*heard];
    for round in 0..usize::from(setting.rounds) {
        for liar in 0..usize::from(setting.liars) {
            let before = heard[round][liar];
            let more = parts(signable[round][liar] | before).filter(|part| part & before == before);
            let with = |part: Outcomes| {
                let mut all = all.clone();
                all.iter_mut().for_each(|masks| masks[round][liar] = part);
                all
            };
            all = more.flat_map(with).collect();
        }
    }
    all.sort_by_key(|masks| masks.iter().flatten().map(|set| set.count_ones()).sum::<u32>());
    all
}
