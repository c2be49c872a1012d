//! Rules to start from: `rules/NAME.conv`, each with plays `NAME-….play` and their snapshots beside
//! it. They let a method decide in a conversation: who may vote, until when, and what a tie means.
//!
//! The text of each and one of its plays are a part of this crate, so that `mundi new NAME --from
//! std/…` needs no files. Invariant, held by tests: every file of `rules/` is listed, checks without a
//! finding, is in canonical form, and all its plays pass.

use std::fmt::Write;

use crate::pages;

/// A rules file, and a play of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesFile {
    /// Its name without `.conv`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// A play of it, in which there is an outcome.
    pub play: &'static str,
}

impl RulesFile {
    /// The line that names the conversation: `conversation ballot_irv "Instant run-off"`.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        self.text.lines().find(|line| line.starts_with("conversation ")).unwrap_or_default()
    }

    /// The title in its heading.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.heading().split('"').nth(1).unwrap_or_default()
    }

    /// What it is: what stands above the heading, on one line.
    #[must_use]
    pub fn description(&self) -> String {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("///"));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// The first sentence of the description.
    #[must_use]
    pub fn sentence(&self) -> String {
        let description = self.description();
        match description.split_once(". ") {
            Some((first, _)) => format!("{first}."),
            None => description,
        }
    }

    /// The functions of the standard library that it calls, as `MODULE::FUNCTION`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        let names = pages().into_iter().map(|page| page.name());
        names.filter(|name| self.text.contains(&format!("{name}("))).collect()
    }
}

macro_rules! rules_file {
    ($name:literal, $play:literal) => {
        RulesFile {
            name: $name,
            text: include_str!(concat!("../rules/", $name, ".conv")),
            play: include_str!(concat!("../rules/", $name, "-", $play, ".play")),
        }
    };
}

/// All of them: one of several, then several, then yes or no, then markets and numbers.
const ALL: [RulesFile; 34] = [
    rules_file!("ballot-plurality", "decided"),
    rules_file!("ballot-approval", "decided"),
    rules_file!("ballot-score", "decided"),
    rules_file!("ballot-star", "decided"),
    rules_file!("ballot-majority-judgment", "decided"),
    rules_file!("ballot-schulze", "decided"),
    rules_file!("ballot-ranked-pairs", "decided"),
    rules_file!("ballot-irv", "decided"),
    rules_file!("ballot-debian", "decided"),
    rules_file!("quadratic-vote", "decided"),
    rules_file!("election-stv-scottish", "elected"),
    rules_file!("election-committee", "elected"),
    rules_file!("seats-sainte-lague", "filled"),
    rules_file!("budget-equal-shares", "funded"),
    rules_file!("jury", "drawn"),
    rules_file!("motion-super-majority", "carried"),
    rules_file!("motion-double-majority", "carried"),
    rules_file!("delegated-vote", "carried"),
    rules_file!("veto-council", "passed"),
    rules_file!("consensus-minus-k", "agreed"),
    rules_file!("gradients", "agreed"),
    rules_file!("lazy-consensus", "silence"),
    rules_file!("optimistic-approval", "unchallenged"),
    rules_file!("advice", "decided"),
    rules_file!("petition", "enough"),
    rules_file!("auction-first-price", "sold"),
    rules_file!("auction-vickrey", "sold"),
    rules_file!("uniform-price", "sold"),
    rules_file!("double-auction", "traded"),
    rules_file!("matching", "matched"),
    rules_file!("estimate-median", "found"),
    rules_file!("delphi", "second-round"),
    rules_file!("oxford-debate", "won"),
    rules_file!("opinion-groups", "found"),
];

/// The rules files of this library.
#[must_use]
pub fn rules() -> &'static [RulesFile] {
    &ALL
}

/// A Markdown table of the rules files. A test holds README.md to it.
#[must_use]
pub fn table() -> String {
    let mut table = String::from("| rules | | by |\n|---|---|---|\n");
    for file in rules() {
        let calls: Vec<String> = file.calls().iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            table,
            "| [`{name}`](rules/{name}.conv) | {} | {} |",
            file.description(),
            calls.join(", "),
            name = file.name,
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rules_file_says_what_it_is_and_calls_a_method() {
        for file in rules() {
            assert!(!file.title().is_empty(), "{} has a title", file.name);
            assert!(file.description().ends_with('.'), "{} has a description", file.name);
            assert!(!file.calls().is_empty(), "{} calls a method", file.name);
            let own = format!("conversation {} ", file.name.replace('-', "_"));
            assert!(file.heading().starts_with(&own), "{} is called so inside", file.name);
            let named = format!("rules \"{}.conv\"", file.name);
            assert!(file.play.contains(&named), "the play of {} is by it", file.name);
        }
    }

    #[test]
    fn the_calls_of_a_rules_file_are_found() {
        let file = rules().iter().find(|file| file.name == "ballot-star").unwrap();
        assert_eq!(file.calls(), ["scored::score", "scored::star"]);
        assert_eq!(file.title(), "STAR ballot");
        assert!(file.sentence().starts_with("A STAR ballot (score, then automatic run-off): "));
        assert!(file.sentence().ends_with("score higher wins."), "{}", file.sentence());
    }

    #[test]
    fn the_readme_has_the_table_of_the_rules() {
        let readme = include_str!("../README.md");
        assert!(readme.contains(&table()), "put this into README.md:\n{}", table());
    }
}
