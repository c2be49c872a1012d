//! The agenda: options meet one after another, in the order in which they are listed.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves. The
//! first option meets the second, the one that is left meets the third, and so on, as amendments are
//! put in a parliament. Holds: what is left. Ties: a level duel leaves what was there before. So the
//! order of the options matters. Source: Black, "The theory of committees and elections", 1958.

use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// The winner; nobody where there are no options.
#[must_use]
pub fn agenda(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let meet = |there: usize, next: usize| if count.beats(next, there) { next } else { there };
    (0..count.options()).reduce(meet).into_iter().collect()
}
