//! What plays come to of their rules, gathered by rules file, shown, and written for editors.

use std::collections::BTreeMap;
use std::path::Path;

use mundi_engine::Replica;
use mundi_workbench::coverage::{Coverage, Sheet, json, lcov, text};
use serde_json::json;

use crate::files;
use crate::screen::Screen;
use crate::stop::Answer;

/// By rules file: what its plays have come to.
#[derive(Default)]
pub(crate) struct Covered(BTreeMap<String, Coverage>);

impl Covered {
    /// Adds what a play has come to.
    pub(crate) fn add(&mut self, rules: &str, replica: &Replica) {
        let name = rules.trim_start_matches("./").to_owned();
        let one = self.0.entry(name).or_insert_with_key(|name| Coverage::new(name, replica));
        one.add(replica);
    }

    /// Shows it, and writes it where a file is given.
    pub(crate) fn show(&self, file: Option<&Path>, as_json: bool, screen: &Screen) -> Answer {
        let sheets: Vec<Sheet> = self.0.values().map(Coverage::sheet).collect();
        if let Some(file) = file {
            files::write(file, lcov(&sheets).as_bytes())?;
        }
        if as_json {
            return screen.line(&format!("{:#}", json!({"coverage": json(&sheets)})));
        }
        screen.answer(&format!("\n{}", text(&sheets, screen.out)))
    }
}
