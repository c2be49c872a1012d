//! One number, or a few, from many.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{PARTS, called, int, parts, subsets};

/// A measure of numbers.
pub(crate) struct Sample {
    native: Native,
    /// Further arguments, for so many values.
    more: fn(usize) -> Vec<Value>,
    /// Whether it gives one number, which people may want near to their own.
    one: bool,
}

/// A share of a quarter, cut off at either end.
fn quarter(_: usize) -> Vec<Value> {
    vec![int(1), int(4)]
}

/// As many members as values, of whom half are enough.
fn half(values: usize) -> Vec<Value> {
    vec![int(values), int(1), int(2)]
}

impl Sample {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        if listed.module != "numbers" {
            return None;
        }
        let more: fn(usize) -> Vec<Value> = match listed.function.as_str() {
            "trimmed_mean" => quarter,
            "quorum_median" => half,
            _ => |_| vec![],
        };
        let one = !["quartiles", "modes"].contains(&listed.function.as_str());
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { native, more, one })
    }

    /// What it gives, in parts: one number or several.
    fn measured(&self, values: &[i64]) -> Vec<i64> {
        let list = super::values::list(values.iter().map(|n| Value::Int(*n)));
        let arguments = [vec![list], (self.more)(values.len())].concat();
        match called(self.native, &arguments) {
            Value::Record(fields) => {
                fields.iter().filter(|(k, _)| &***k != "range").map(|(_, v)| parts(v)).collect()
            }
            Value::List(all) => all.iter().map(parts).collect(),
            number => vec![parts(&number)],
        }
    }

    /// Somebody who brings the result nearer to what it really wants by naming another number.
    fn false_value(&self, values: &[i64]) -> Option<String> {
        let away = |values: &[i64], truth: i64| (self.measured(values)[0] - truth * PARTS).abs();
        (0..values.len()).find_map(|at| {
            let truth = values[at];
            (LOW..=HIGH).find_map(|lie| {
                let mut other = values.to_vec();
                other[at] = lie;
                (away(&other, truth) < away(values, truth)).then(|| format!("{truth} as {lie}"))
            })
        })
    }

    /// Fewer than half of the values false, all very low or all very high, and the result is not
    /// between the true ones.
    fn resisted(&self, values: &[i64]) -> Option<String> {
        subsets(values.len()).filter(|lies| 2 * lies.len() < values.len()).find_map(|lies| {
            let true_ones = (0..values.len()).filter(|at| !lies.contains(at)).map(|at| values[at]);
            let low = true_ones.clone().min()? * PARTS;
            let high = true_ones.max()? * PARTS;
            [-FAR, FAR].into_iter().find_map(|far| {
                let mut other = values.to_vec();
                lies.iter().for_each(|at| other[*at] = far);
                let outside = self.measured(&other).into_iter().find(|n| !(low..=high).contains(n));
                outside.map(|_| format!("{other:?}"))
            })
        })
    }
}

const LOW: i64 = -4;
const HIGH: i64 = 9;
const FAR: i64 = 1_000;

impl Family for Sample {
    type Question = Vec<i64>;

    fn known(&self) -> Vec<Property> {
        let mut known = vec![
            Property::Anonymity,
            Property::Homogeneity,
            Property::Majority,
            Property::Resistance,
        ];
        known.extend(self.one.then_some(Property::StrategyProofness));
        known
    }

    fn random(&self, chance: &mut Chance) -> Vec<i64> {
        (0..1 + chance.below(7)).map(|_| chance.grade(LOW, HIGH)).collect()
    }

    fn text(values: &Vec<i64>) -> String {
        values.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
    }

    fn read(&self, text: &str) -> Vec<i64> {
        text.split(' ').map(|n| n.parse().unwrap()).collect()
    }

    fn broken(&self, property: Property, values: &Vec<i64>) -> Option<String> {
        let before = self.measured(values);
        match property {
            Property::Anonymity => {
                let mut sorted = values.clone();
                sorted.sort_unstable();
                let reversed: Vec<i64> = values.iter().rev().copied().collect();
                let differs = [sorted, reversed].iter().any(|v| self.measured(v) != before);
                differs.then(|| "another order gives another number".to_owned())
            }
            Property::Homogeneity => [2, 3].into_iter().find_map(|times| {
                let after = self.measured(&vec![values.clone(); times].concat());
                (after != before).then(|| format!("{before:?}, times {times} {after:?}"))
            }),
            Property::Majority => values.iter().find_map(|value| {
                let same = values.iter().filter(|other| *other == value).count();
                let most = 2 * same > values.len();
                (most && before.iter().any(|n| *n != value * PARTS)).then(|| format!("{before:?}"))
            }),
            Property::StrategyProofness => self.false_value(values),
            Property::Resistance => self.resisted(values),
            other => panic!("{} is none of numbers", other.name()),
        }
    }

    fn size(values: &Vec<i64>) -> (usize, usize) {
        let sum: i64 = values.iter().map(|n| n.abs()).sum();
        (values.len(), usize::try_from(sum).unwrap())
    }
}
