//! How far a search of rules goes, and with whom: the options that `explore` and `diff` share.

use mundi_workbench::explore::{self, Bounds};

use super::given::{Given, names};
use crate::screen::Screen;
use crate::stop::Stop;

/// How far a search goes.
#[derive(clap::Args)]
pub(super) struct Reach {
    /// Persons in a role, as far as its cardinality allows.
    #[arg(long, value_name = "N", default_value_t = explore::PEOPLE)]
    people: usize,
    /// Values tried in one field; of lists and choices four times as many.
    #[arg(long, value_name = "N", default_value_t = explore::VALUES)]
    values: usize,
    /// Messages of one conversation.
    #[arg(long, value_name = "N", default_value_t = explore::LENGTH)]
    length: usize,
    /// States held in memory.
    #[arg(long, value_name = "N", default_value_t = explore::STATES)]
    states: usize,
    /// Terms; those that are not given are made up: `price=12.50`.
    #[arg(long, value_name = "NAME=VALUE,…")]
    terms: Vec<String>,
    /// Who holds which role: `buyer=ada`; other roles are filled.
    #[arg(long, value_name = "ROLE=NAME,…")]
    cast: Vec<String>,
}

impl Reach {
    /// The cast and terms of the command line.
    pub(super) fn given(&self, screen: &Screen) -> Result<Given, Stop> {
        Given::read("--cast", &self.cast, &self.terms, screen)
    }

    /// The bounds, with a cast and terms.
    pub(super) fn bounds(&self, given: Given) -> Bounds {
        Bounds {
            people: self.people,
            values: self.values,
            length: self.length,
            states: self.states,
            terms: given.terms.into_iter().map(|(name, value)| (name.node, value.node)).collect(),
            cast: given.cast.into_iter().map(|(role, who)| (role.node, names(who))).collect(),
            ..Bounds::default()
        }
    }
}
