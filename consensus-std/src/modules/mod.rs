//! The modules of the language: for each method its name, signature, price and adapter.

pub mod agreement;
pub mod auctions;
pub mod budget;
pub mod committees;
pub mod cost;
pub mod cost_several;
pub mod deliberation;
pub mod matching;
pub mod numbers;
pub mod ranked;
pub mod scored;
pub mod seats;
pub mod single;
pub mod stv;

#[cfg(test)]
mod several_tests;
#[cfg(test)]
mod tests;
