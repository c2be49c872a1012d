//! The methods themselves, over numbers. One method, one file; each says what goes in, when an
//! option wins, how it ties, and where it is defined.

pub mod agreement;
pub mod approval;
pub mod borda;
pub mod condorcet;
pub mod copeland;
pub mod irv;
pub mod minimax;
pub mod pairwise;
pub mod plurality;
pub mod schulze;
pub mod score;
pub mod seats;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod worked;
