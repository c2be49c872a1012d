//! What a conversation agrees on: estimates round by round, opinions on statements. Both are a table of
//! numbers, a row for each round, or for each person.

use std::collections::BTreeSet;

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{called, field, int, items, list, places, record};

/// Delphi, or groups of opinions.
pub(crate) struct Agreed {
    native: Native,
    rounds: bool,
}

/// The greatest range of estimates that is agreement.
const BOUND: usize = 2;

type Table = Vec<Vec<i64>>;

impl Agreed {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let rounds = match (listed.module.as_str(), listed.function.as_str()) {
            ("deliberation", "delphi") => true,
            ("deliberation", "groups") => false,
            _ => return None,
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { native, rounds })
    }

    /// The answer on estimates.
    fn estimate(&self, table: &Table) -> Value {
        let rounds = table.iter().map(|round| list(round.iter().map(|n| Value::Int(*n))));
        called(self.native, &[list(rounds), int(BOUND)])
    }

    /// Who is grouped with whom, and the agreement on each statement.
    fn grouped(&self, table: &Table) -> (BTreeSet<BTreeSet<usize>>, Vec<Value>) {
        let statements = table.first().map_or(0, Vec::len);
        let opinions = table.iter().enumerate().flat_map(|(who, row)| {
            row.iter().enumerate().map(move |(on, vote)| {
                let vote = Value::Int(*vote);
                record([("person", int(who)), ("statement", int(on)), ("vote", vote)])
            })
        });
        let arguments = [list(opinions), list((0..statements).map(int)), int(1)];
        let result = called(self.native, &arguments);
        let group = |group: &Value| places(group).into_iter().collect();
        let groups = items(field(&result, "groups")).iter().map(group).collect();
        let mut on = vec![Value::Unit; statements];
        for agreement in items(field(&result, "consensus")) {
            let at = super::values::place(field(agreement, "statement"));
            on[at] = field(agreement, "agreement").clone();
        }
        (groups, on)
    }

    fn of_rounds(&self, property: Property, table: &Table) -> Option<String> {
        let before = self.estimate(table);
        let changed = |change: &dyn Fn(&Vec<i64>) -> Vec<i64>| {
            let after = self.estimate(&table.iter().map(change).collect());
            (after != before).then(|| format!("{before:?}, then {after:?}"))
        };
        match property {
            Property::Anonymity => changed(&|round| round.iter().rev().copied().collect()),
            Property::Homogeneity => [2, 3]
                .into_iter()
                .find_map(|times| changed(&|round| vec![round.clone(); times].concat())),
            other => panic!("{} is none of rounds", other.name()),
        }
    }

    fn of_people(&self, property: Property, table: &Table) -> Option<String> {
        let before = self.grouped(table);
        let (after, expected) = match property {
            Property::Anonymity => {
                let last = table.len() - 1;
                let turn = |group: &BTreeSet<usize>| group.iter().map(|p| last - p).collect();
                let after = self.grouped(&table.iter().rev().cloned().collect());
                (after, (before.0.iter().map(turn).collect(), before.1))
            }
            Property::Neutrality => {
                let turned = |row: &Vec<i64>| row.iter().rev().copied().collect();
                let after = self.grouped(&table.iter().map(turned).collect());
                (after, (before.0, before.1.into_iter().rev().collect()))
            }
            Property::Homogeneity => {
                let after = self.grouped(&vec![table.clone(); 2].concat()).0;
                let twin = |p: &usize| [*p, *p + table.len()];
                let both = |group: &BTreeSet<usize>| group.iter().flat_map(twin).collect();
                ((after, vec![]), (before.0.iter().map(both).collect(), vec![]))
            }
            other => panic!("{} is none of opinions", other.name()),
        };
        (after != expected).then(|| format!("{after:?}, not {expected:?}"))
    }
}

impl Family for Agreed {
    type Question = Table;

    fn known(&self) -> Vec<Property> {
        let mut known = vec![Property::Anonymity, Property::Homogeneity];
        known.extend((!self.rounds).then_some(Property::Neutrality));
        known
    }

    fn random(&self, chance: &mut Chance) -> Table {
        let width = 1 + chance.below(6);
        let (low, high) = if self.rounds { (0, 9) } else { (-1, 1) };
        let rows = 1 + chance.below(if self.rounds { 3 } else { 8 });
        let mut row = || (0..width).map(|_| chance.grade(low, high)).collect();
        (0..rows).map(|_| row()).collect()
    }

    fn text(table: &Table) -> String {
        let row = |row: &Vec<i64>| row.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        table.iter().map(row).collect::<Vec<_>>().join(", ")
    }

    fn read(&self, text: &str) -> Table {
        let row = |row: &str| row.split(' ').map(|n| n.parse().unwrap()).collect();
        text.split(", ").map(row).collect()
    }

    fn broken(&self, property: Property, table: &Table) -> Option<String> {
        if self.rounds { self.of_rounds(property, table) } else { self.of_people(property, table) }
    }

    fn size(table: &Table) -> (usize, usize) {
        (table.len(), table.first().map_or(0, Vec::len))
    }
}
