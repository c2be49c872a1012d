//! The methods themselves, over numbers. One method, one file; each says what goes in, when an
//! option wins, how it ties, and where it is defined.

pub mod agreement;
pub mod approval;
pub mod auctions;
pub mod borda;
pub mod budget;
pub mod condorcet;
pub mod copeland;
pub mod delphi;
pub mod divisors;
pub mod double_auction;
pub mod irv;
pub mod matching;
pub mod meek;
pub mod minimax;
pub mod numbers;
pub mod opinion_groups;
pub mod pairwise;
pub mod papers;
pub mod phragmen;
pub mod plurality;
pub mod preferential_block;
pub mod quotas;
pub mod schulze;
pub mod score;
pub mod scottish;
pub mod seats;
pub mod separable;
pub mod shares;
pub mod swing;
pub mod thiele;
pub mod universes;

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
