//! The store, encrypted and not.
fn main() {}
