//! `mundi diff`: the shortest conversation on which two versions of rules differ.

use std::path::PathBuf;

use mundi_workbench::diff::diff;
use mundi_workbench::explore::{self, Bounds};

use super::given::{Given, names};
use crate::load::LoadedRules;
use crate::render;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Find the shortest conversation on which two versions of rules differ.
///
/// The status is 1 where they do: where one accepts what the other refuses, or they end otherwise.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rules as they were.
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::FilePath)]
    old: PathBuf,
    /// The rules as they are.
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::FilePath)]
    new: PathBuf,
    /// Persons in a role, as far as its cardinality allows.
    #[arg(long, value_name = "N", default_value_t = explore::PEOPLE)]
    people: usize,
    /// Values tried in one field.
    #[arg(long, value_name = "N", default_value_t = explore::VALUES)]
    values: usize,
    /// Lines of one conversation.
    #[arg(long, value_name = "N", default_value_t = explore::LENGTH)]
    length: usize,
    /// Pairs of states compared.
    #[arg(long, value_name = "N", default_value_t = explore::STATES)]
    states: usize,
    /// Terms; those that are not given are made up: `price=12.50`.
    #[arg(long, value_name = "NAME=VALUE,…")]
    terms: Vec<String>,
    /// Who holds which role: `buyer=ada`; other roles are filled.
    #[arg(long, value_name = "ROLE=NAME,…")]
    cast: Vec<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let (old, new) = (LoadedRules::read(&arguments.old)?, LoadedRules::read(&arguments.new)?);
    for (source, diagnostic) in old.findings().into_iter().chain(new.findings()) {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let (Some(old), Some(new)) = (&old.rules, &new.rules) else { return Err(Stop::No) };
    let given = Given::read("--cast", &arguments.cast, &arguments.terms, screen)?;
    let bounds = Bounds {
        people: arguments.people,
        values: arguments.values,
        length: arguments.length,
        states: arguments.states,
        terms: given.terms.into_iter().map(|(name, value)| (name.node, value.node)).collect(),
        cast: given.cast.into_iter().map(|(role, who)| (role.node, names(who))).collect(),
        ..Bounds::default()
    };
    let file = arguments.old.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = diff(old, new, &file, &bounds)
        .map_err(|e| Stop::Usage(format!("no conversation can be opened: {e}")))?;
    if arguments.json {
        screen.line(&format!("{:#}", found.json()))?;
    } else {
        let (old, new) = (arguments.old.display(), arguments.new.display());
        screen.answer(&found.text(&old.to_string(), &new.to_string(), screen.out))?;
    }
    if found.is_there() { Err(Stop::No) } else { Ok(()) }
}
