//! Methods that count places, and those that do so where duels do not decide.

use super::{elect, plain};
use crate::methods::{bucklin, hybrid, positional, runoffs};
use crate::modules::cost;
use crate::results::{Method, named};

pub(super) fn methods() -> Vec<Method> {
    vec![
        plain(named!("ranked", "dowdall"), (|v| elect(v, positional::dowdall), cost::linear)),
        plain(
            named!("ranked", "borda_modified"),
            (|v| elect(v, positional::modified), cost::linear),
        ),
        plain(
            named!("ranked", "borda_truncated"),
            (|v| elect(v, positional::truncated), cost::linear),
        ),
        plain(named!("ranked", "bucklin"), (|v| elect(v, bucklin::bucklin), cost::by_options)),
        plain(named!("ranked", "contingent"), (|v| elect(v, runoffs::contingent), cost::cubic)),
        plain(named!("ranked", "black"), (|v| elect(v, hybrid::black), cost::by_options)),
        plain(
            named!("ranked", "condorcet_plurality"),
            (|v| elect(v, hybrid::condorcet_plurality), cost::by_options),
        ),
    ]
}
