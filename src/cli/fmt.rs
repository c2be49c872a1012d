//! `mundi fmt`: the canonical form of `.conv` and `.play` files.

use std::path::PathBuf;

use mundi_lang::Source;

use super::check::{Kind, kind};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, render};

/// Write rules and plays in their canonical form.
///
/// Comments are kept. Formatting twice changes nothing.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// `.conv` and `.play` files.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Change nothing; name the files that are not in canonical form, and exit with 1.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut answer = Ok(());
    for path in &arguments.files {
        let source = Source::new(path.display().to_string(), files::read(path)?);
        let formatted = match kind(path)? {
            Kind::Rules => mundi_lang::format(&source),
            Kind::Play => mundi_lang::format_play(&source),
        };
        match formatted {
            Err(diagnostics) => {
                for diagnostic in &diagnostics {
                    screen.note(&render::text(&source, diagnostic, screen.err));
                    screen.note("\n");
                }
                screen.note(&format!("mundi: {} is left as it is\n", source.name));
                answer = Err(Stop::No);
            }
            Ok(text) if text == source.text => {}
            Ok(_) if arguments.check => {
                screen.line(&source.name)?;
                answer = Err(Stop::No);
            }
            Ok(text) => {
                files::write(path, text.as_bytes())?;
                screen.note(&format!("formatted {}\n", source.name));
            }
        }
    }
    answer
}
