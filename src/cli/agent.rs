//! `mundi agent`, hidden: the process that `mundi unlock` starts. People have no use for it: it is
//! told what to keep on its standard input.

use mundi_node::agent;

use super::home::of_agent;
use crate::stop::Answer;

/// Keep a home's keys. Started by `mundi unlock`.
#[derive(clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run() -> Answer {
    agent::serve().map_err(|e| of_agent(&e))
}
