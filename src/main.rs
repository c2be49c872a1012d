//! The `mundi` command.
fn main() {}
