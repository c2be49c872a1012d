//! A witness as text: members are small letters, liars the last of them; outcomes are capitals, A
//! the smallest.

use std::fmt;

use crate::plain::{Heard, Memory, Model, Step};
use crate::rule::Outcomes;
use crate::witness::{Break, Certificate, Witness, named};

/// A member's name.
#[must_use]
pub fn member(who: u8) -> char {
    char::from(b'a' + who)
}

/// An outcome's name.
#[must_use]
pub fn outcome(outcome: u8) -> char {
    char::from(b'A' + outcome)
}

/// The names of a set of outcomes.
fn outcomes(set: Outcomes) -> String {
    let names = (0..8).filter(|one| set >> one & 1 == 1).map(|one| outcome(one).to_string());
    names.collect::<Vec<_>>().join(" and ")
}

/// What was heard of each member.
fn hearsay(heard: &Heard) -> String {
    let each = (0..).zip(heard).filter(|(_, set)| **set != 0);
    let each = each.map(|(who, set)| format!("{} {}", member(who), outcomes(*set)));
    let all = each.collect::<Vec<_>>().join(", ");
    if all.is_empty() { "nothing".to_owned() } else { all }
}

/// Names one after the other.
fn members(all: &[u8]) -> String {
    let names: Vec<_> = all.iter().map(|who| member(*who).to_string()).collect();
    names.join(", ")
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = &self.setting;
        let kept = s.honest() - s.loose;
        let loose: Vec<u8> = (kept..s.honest()).collect();
        let liars: Vec<u8> = (s.honest()..s.members).collect();
        write!(f, "{} members, a quorum of {}", s.members, s.quorum)?;
        match (loose.is_empty(), liars.is_empty()) {
            (true, true) => writeln!(f, ", nobody lies")?,
            (false, _) => {
                writeln!(f, "; not by the rule, but once a round: {}", members(&loose))?;
            }
            (_, false) => writeln!(f, "; {} may seal twice", members(&liars))?,
        }
        for (number, step) in (1..).zip(&self.steps) {
            writeln!(f, "  {number}. {}", Told(step))?;
        }
        match &self.ends {
            Break::TwoFinals(first, second) => {
                self.certificate(f, first)?;
                self.certificate(f, second)?;
            }
            Break::Stuck { silent, shown, stands } => {
                for (round, masks) in shown.iter().enumerate() {
                    for (liar, mask) in masks.iter().enumerate().filter(|(_, mask)| **mask != 0) {
                        let who = silent.get(liar).copied().map_or('?', member);
                        let what = outcomes(*mask);
                        writeln!(f, "  All have heard {who} seal {what} in round {round}.")?;
                    }
                }
                let rounds: Vec<_> = stands.iter().map(u8::to_string).collect();
                let (silent, rounds) = (members(silent), rounds.join(" and "));
                let speech = if liars.is_empty() { "" } else { "; nor if the silent sign more" };
                writeln!(f, "  Silent: {silent}. In round {rounds}, nobody can move{speech}.")?;
            }
        }
        let twice = named(self);
        for (who, round, set) in &twice {
            let (who, set) = (member(*who), outcomes(*set));
            writeln!(f, "  Sealed twice: {who}, {set} in round {round}.")?;
        }
        if twice.is_empty() {
            writeln!(f, "  Nobody has sealed twice in one round.")?;
        }
        Ok(())
    }
}

/// A step in words.
struct Told<'a>(&'a Step);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Step { who, round, outcome: sealed, heard } = self.0;
        let (who, sealed) = (member(*who), outcome(*sealed));
        match heard {
            None => write!(f, "{who} seals {sealed} in round {round}."),
            Some(heard) => {
                let (before, heard) = (round - 1, hearsay(heard));
                write!(
                    f,
                    "{who} has heard of round {before}: {heard}; it seals {sealed} in round {round}."
                )
            }
        }
    }
}

impl Witness {
    /// A certificate, and how liars justify their part in it.
    fn certificate(&self, f: &mut fmt::Formatter<'_>, final_: &Certificate) -> fmt::Result {
        let name = outcome(final_.outcome);
        let rounds: Vec<u8> = final_.signers.iter().map(|(_, round)| *round).collect();
        let one = rounds.windows(2).all(|pair| pair.first() == pair.last());
        let by = final_.signers.iter().map(|(who, round)| {
            if one {
                member(*who).to_string()
            } else {
                format!("{} in round {round}", member(*who))
            }
        });
        let by = by.collect::<Vec<_>>().join(", ");
        match rounds.first() {
            Some(round) if one => writeln!(f, "  Final: {name} in round {round}, by {by}.")?,
            _ => writeln!(f, "  Final: {name}, by {by}.")?,
        }
        let model = Model { setting: self.setting, memory: Memory::Seals };
        for (who, round) in final_.signers.iter().filter(|(who, _)| *who >= self.setting.honest()) {
            let Some(before) = round.checked_sub(1) else { continue };
            let ways = model.ways(&self.state, before, Some(*who));
            let reason = ways.iter().find(|(_, to)| to >> final_.outcome & 1 == 1);
            if let Some((heard, _)) = reason {
                let (who, heard) = (member(*who), hearsay(heard));
                writeln!(f, "    {who} shows of round {before}: {heard}.")?;
            }
        }
        Ok(())
    }
}
