//! Preferential block voting: instant run-off again and again, each winner struck off.
//!
//! In: rankings, best first, and how many places there are. Holds: the winner of the run-off is in;
//! struck off all ballots, the others run again until the places are filled. A majority takes all
//! places: it is no proportional method. Ties, in each run-off and between winners: [`Ties`].
//! Source: Australian Senate 1919 to 1946; Reilly, Maley, "The single transferable vote and the
//! alternative vote compared", 2000.

use crate::methods::elimination;
use crate::methods::irv::irv;
use crate::methods::universes::{Step, Ties, TooMuch, committees, follow, with};
use crate::profile::Profile;

/// The committees.
///
/// # Errors
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn elected(profile: &Profile, places: usize, ties: Ties) -> Result<Vec<Vec<usize>>, TooMuch> {
    let places = places.min(profile.options());
    let policy = match ties {
        Ties::Parallel => elimination::Ties::Parallel,
        Ties::FirstListed => elimination::Ties::LastListed,
    };
    let ends = follow(Vec::new(), |chosen: &Vec<usize>| {
        if chosen.len() >= places {
            return Ok(Step::Done);
        }
        let left: Vec<usize> = (0..profile.options()).filter(|o| !chosen.contains(o)).collect();
        let Some(run_off) = among(profile, &left) else { return Ok(Step::Done) };
        let winners = irv(&run_off, policy).or(Err(TooMuch::Ties))?;
        let winners = winners.iter().filter_map(|w| left.get(*w)).map(|w| with(chosen, *w));
        Ok(Step::On(winners.collect()))
    })?;
    committees(ends)
}

/// The ballots over some of the options, which are numbered anew.
fn among(profile: &Profile, left: &[usize]) -> Option<Profile> {
    let place = |option: &usize| left.binary_search(option).ok();
    let ballots = profile.ballots().iter().map(|b| b.iter().filter_map(place).collect());
    Profile::new(left.len(), ballots.collect())
}
