//! The methods themselves, over numbers. One method, one file; each says what goes in, when an
//! option wins, how it ties, and where it is defined.

pub mod agenda;
pub mod agreement;
pub mod approval;
pub mod baldwin;
pub mod borda;
pub mod bucklin;
pub mod condorcet;
pub mod conviction;
pub mod coombs;
pub mod copeland;
pub mod delegation;
pub mod dodgson;
pub mod elimination;
pub mod hybrid;
pub mod irv;
pub mod judgment;
pub mod locking;
pub mod lottery;
pub mod minimax;
pub mod orders;
pub mod pairwise;
pub mod plurality;
pub mod positional;
pub mod process;
pub mod quadratic;
pub mod resolution;
pub mod runoffs;
pub mod schulze;
pub mod score;
pub mod seats;
pub mod shares;
pub mod split_cycle;
pub mod star;
pub mod tournament;

#[cfg(test)]
mod definitions;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod worked;
