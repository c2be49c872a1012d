//! The methods themselves, over numbers. One method, one file; each says what goes in, when an
//! option wins, how it ties, and where it is defined.

pub mod agenda;
pub mod agreement;
pub mod approval;
pub mod auctions;
pub mod baldwin;
pub mod borda;
pub mod bucklin;
pub mod budget;
pub mod condorcet;
pub mod conviction;
pub mod coombs;
pub mod copeland;
pub mod delegation;
pub mod delphi;
pub mod divisors;
pub mod dodgson;
pub mod double_auction;
pub mod elimination;
pub mod equal_shares;
pub mod hybrid;
pub mod irv;
pub mod judgment;
pub mod locking;
pub mod lottery;
pub mod matching;
pub mod meek;
pub mod minimax;
pub mod numbers;
pub mod opinion_groups;
pub mod orders;
pub mod pairwise;
pub mod papers;
pub mod phragmen;
pub mod plurality;
pub mod positional;
pub mod preferential_block;
pub mod process;
pub mod quadratic;
pub mod quotas;
pub mod resolution;
pub mod runoffs;
pub mod schulze;
pub mod score;
pub mod scottish;
pub mod seats;
pub mod separable;
pub mod shares;
pub mod split_cycle;
pub mod star;
pub mod swing;
pub mod thiele;
pub mod tournament;
pub mod universes;

#[cfg(test)]
mod definitions;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod market_laws;
#[cfg(test)]
mod opinion_laws;
#[cfg(test)]
mod seat_laws;
#[cfg(test)]
mod several_laws;
#[cfg(test)]
mod several_worked;
#[cfg(test)]
mod worked;
