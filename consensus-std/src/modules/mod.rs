//! The modules of the language: for each method its name, signature, price and adapter.

pub mod agreement;
pub mod cost;
pub mod ranked;
pub mod scored;
pub mod seats;
pub mod single;

#[cfg(test)]
mod tests;
