//! The shortest conversation on which two versions of rules differ.
//!
//! Both are searched together, breadth first, by the same lines: each line is judged under the one and
//! under the other. They differ where one accepts what the other refuses, or where they end otherwise.
//! What neither can tell apart is searched once ([`crate::explore`] says how).

mod both;

use std::collections::HashSet;
use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_lang::rules::Rules;
use serde_json::{Value, json};

use crate::explore::{Bounds, Move, Setting, Witness, Worker};
use crate::rehearsal::Rehearsal;
use crate::tone::{Colour, Tone};
use both::{Both, Line, Outcome, Pair};

/// What comparing two versions says.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The shortest conversation on which they differ, as a play of the old rules; `None` where none was
    /// found.
    pub play: Option<String>,
    /// What the old rules say at its last line, and the new ones.
    pub said: Option<(String, String)>,
    /// Pairs of states compared.
    pub states: usize,
    /// Whether a bound has kept something from being compared.
    pub cut: bool,
}

/// A pair of states that waits to be compared, and how it was reached.
struct Waiting {
    pair: Pair,
    before: usize,
}

/// Compares two versions of rules. `file` is what plays call the old ones.
///
/// # Errors
/// No conversation can be opened under one of them.
pub fn diff(
    old: &Rules,
    new: &Rules,
    file: &str,
    bounds: &Bounds,
) -> Result<Difference, OpenError> {
    let (old, new) = (Arc::new(old.clone()), Arc::new(new.clone()));
    let setting = Arc::new(Setting::of(&old, bounds)?);
    let alike = Arc::new(Setting::of(&new, &as_in(&setting, &new, bounds))?);
    let mut both = Both {
        old: Worker::new(&old, &setting, bounds, Rehearsal::open)?,
        new: Worker::new(&new, &alike, bounds, Rehearsal::open)?,
    };
    let mut found = Difference { play: None, said: None, states: 1, cut: false };
    let mut steps: Vec<(usize, Line)> = Vec::new();
    let start = both.start();
    let mut known = HashSet::from([both.digest(&start)]);
    let mut level = vec![Waiting { pair: start, before: usize::MAX }];
    let mut length = 0;
    while !level.is_empty() {
        if length >= bounds.length || found.states >= bounds.states {
            found.cut = true;
            break;
        }
        length += 1;
        let mut next = Vec::new();
        for waiting in &level {
            for line in both.lines(&waiting.pair) {
                match both.judge(&waiting.pair, &line) {
                    Outcome::Refused => {}
                    Outcome::Differs(old_says, new_says) => {
                        let path = path(&steps, waiting.before);
                        let play = written(&old, &new, (&setting, &alike), &path, &line, file)?;
                        found.play = Some(play);
                        found.said = Some((old_says, new_says));
                        return Ok(found);
                    }
                    Outcome::Same(pair) => {
                        if !pair.has_ended() && known.insert(both.digest(&pair)) {
                            steps.push((waiting.before, line));
                            next.push(Waiting {
                                pair: *pair,
                                before: steps.len().saturating_sub(1),
                            });
                            found.states += 1;
                        }
                    }
                }
            }
        }
        level = next;
    }
    Ok(found)
}

/// The same people and terms, as far as other rules have roles and terms of these names.
fn as_in(setting: &Setting, rules: &Rules, bounds: &Bounds) -> Bounds {
    let head = &setting.head;
    let role = |(name, _): &&(String, Vec<String>)| rules.cast().any(|r| r.name == *name);
    let term = |(name, _): &&(String, mundi_lang::literal::Literal)| {
        rules.terms.iter().any(|t| t.name == *name)
    };
    Bounds {
        cast: head.cast.iter().filter(role).cloned().collect(),
        terms: head.terms.iter().filter(term).cloned().collect(),
        ..bounds.clone()
    }
}

fn path(steps: &[(usize, Line)], mut at: usize) -> Vec<Line> {
    let mut path = Vec::new();
    while let Some((before, line)) = steps.get(at) {
        path.push(line.clone());
        at = *before;
    }
    path.reverse();
    path
}

/// The play: under the old rules, unless they do not know its last message.
fn written(
    old: &Arc<Rules>,
    new: &Arc<Rules>,
    settings: (&Setting, &Setting),
    path: &[Line],
    last: &Line,
    file: &str,
) -> Result<String, OpenError> {
    let in_old = last.old.is_some();
    let (rules, setting) = if in_old { (old, settings.0) } else { (new, settings.1) };
    let step = |line: &Line| if in_old { line.old.clone() } else { line.new.clone() };
    let moves: Vec<Move> = path.iter().chain([last]).filter_map(step).collect();
    let mut witness = Witness::begin(rules, setting, &moves)?;
    witness.along(&moves);
    if in_old {
        witness.expect_last();
    }
    Ok(witness.play("where the two differ", file))
}

impl Difference {
    /// Whether they differ.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.play.is_some()
    }

    /// For people.
    #[must_use]
    pub fn text(&self, old: &str, new: &str, colour: Colour) -> String {
        let mut out = String::new();
        if let (Some(play), Some((old_says, new_says))) = (&self.play, &self.said) {
            out.push_str(&format!("{}\n\n", colour.paint(Tone::Bad, "they differ")));
            out.push_str(play);
            out.push_str(&format!("\n{old}: {old_says}\n{new}: {new_says}\n"));
        } else if self.cut {
            out.push_str("no difference was found\n");
        } else {
            let word = colour.paint(Tone::Good, "no conversation tells them apart");
            out.push_str(&format!("{word}, with these people, terms and values\n"));
        }
        out.push_str(&format!("{} pairs of states were compared", self.states));
        out.push_str(if self.cut { "; more were not, for the bounds\n" } else { "\n" });
        out
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let said = self.said.as_ref();
        json!({
            "differs": self.is_there(),
            "play": self.play,
            "old": said.map(|(old, _)| old),
            "new": said.map(|(_, new)| new),
            "states": self.states,
            "complete": !self.cut,
        })
    }
}
