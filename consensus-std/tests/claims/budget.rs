//! Budgets: which projects are funded.

use std::collections::BTreeSet;

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::broken::{multiplied, raised, renamed, reordered};
use super::chance::Chance;
use super::poll::{Kind, Poll};
use super::values::{called, field, int, items, letter, list, places, record, subsets, text};

/// A method that spends a budget.
pub(crate) struct Budget {
    native: Native,
    /// Arguments after the budget, each way.
    ways: Vec<Way>,
}

struct Way {
    more: Vec<Value>,
    /// Whether a project is worth its cost to who approves of it, or else 1.
    by_cost: bool,
}

/// Approvals, what each project costs, and what there is.
pub(crate) struct Question {
    poll: Poll,
    costs: Vec<usize>,
    budget: usize,
}

type Outcome = BTreeSet<Vec<usize>>;

impl Budget {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        if listed.module != "budget" {
            return None;
        }
        let way = |words: &[&str]| Way {
            more: words.iter().chain(&["parallel"]).map(|word| text(word)).collect(),
            by_cost: words[0] == "cost",
        };
        let ways = match listed.function.as_str() {
            "greedy" => vec![way(&["votes"]), way(&["votes-for-cost"])],
            _ => ["cost", "cardinality"]
                .iter()
                .flat_map(|utility| [way(&[utility, "none"]), way(&[utility, "greedy"])])
                .collect(),
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { native, ways })
    }

    fn funded(&self, way: &Way, poll: &Poll, costs: &[usize], budget: usize) -> Outcome {
        let [ballots, _] = poll.values();
        let projects = costs.iter().enumerate();
        let projects =
            projects.map(|(p, cost)| record([("project", int(p)), ("cost", int(*cost))]));
        let arguments = [&[ballots, list(projects), int(budget)], way.more.as_slice()].concat();
        let result = called(self.native, &arguments);
        let sorted = |set: &Value| {
            let mut set = places(set);
            set.sort_unstable();
            set
        };
        items(field(&result, "funded")).iter().map(sorted).collect()
    }

    fn broken_by(&self, way: &Way, property: Property, q: &Question) -> Option<String> {
        let of = |poll: &Poll| self.funded(way, poll, &q.costs, q.budget);
        let before = of(&q.poll);
        let union = |outcome: &Outcome| outcome.iter().flatten().copied().collect::<BTreeSet<_>>();
        match property {
            Property::Anonymity => {
                let differs = reordered(&q.poll).iter().any(|poll| of(poll) != before);
                differs.then(|| "another order funds others".to_owned())
            }
            Property::Neutrality => renamed(&q.poll).into_iter().find_map(|(poll, names)| {
                let mut costs = q.costs.clone();
                (0..costs.len()).for_each(|p| costs[names[p]] = q.costs[p]);
                let name = |set: &Vec<usize>| {
                    let mut set: Vec<usize> = set.iter().map(|p| names[*p]).collect();
                    set.sort_unstable();
                    set
                };
                let after = self.funded(way, &poll, &costs, q.budget);
                (after != before.iter().map(name).collect()).then(|| format!("renamed: {after:?}"))
            }),
            Property::Homogeneity => multiplied(&q.poll).iter().find_map(|poll| {
                let after = of(poll);
                (after != before).then(|| format!("{before:?}, multiplied {after:?}"))
            }),
            Property::Monotonicity => union(&before).into_iter().find_map(|w| {
                (0..q.poll.ballots.len()).find_map(|at| {
                    let mut ballots = q.poll.ballots.clone();
                    ballots[at] = raised(&q.poll, &ballots[at], w).remove(0);
                    let after = of(&q.poll.with(ballots));
                    (!union(&after).contains(&w)).then(|| format!("{w} raised on {at}: {after:?}"))
                })
            }),
            Property::DiscountMonotonicity => union(&before).into_iter().find_map(|w| {
                (1..q.costs[w]).find_map(|cost| {
                    let mut costs = q.costs.clone();
                    costs[w] = cost;
                    let after = self.funded(way, &q.poll, &costs, q.budget);
                    (!union(&after).contains(&w)).then(|| format!("{w} for {cost}: {after:?}"))
                })
            }),
            Property::LimitMonotonicity => {
                if q.costs.contains(&(q.budget + 1)) {
                    return None;
                }
                let after = union(&self.funded(way, &q.poll, &q.costs, q.budget + 1));
                let out = union(&before).into_iter().find(|w| !after.contains(w));
                out.map(|w| format!("{w} is out with one more"))
            }
            Property::Exhaustiveness => before.iter().find_map(|set| self.unspent(q, set)),
            Property::EjrUpToOne => before
                .iter()
                .find(|set| unsatisfied(way, q, set))
                .map(|set| format!("{set:?} is funded")),
            other => panic!("{} is none of budgets", other.name()),
        }
    }

    /// A project that somebody approves of, and that what is left pays for.
    fn unspent(&self, q: &Question, set: &[usize]) -> Option<String> {
        let spent: usize = set.iter().map(|p| q.costs[*p]).sum();
        let fits = |p: &usize| !set.contains(p) && spent + q.costs[*p] <= q.budget;
        let wanted = |p: &usize| q.poll.ballots.iter().any(|ballot| ballot[*p] > 0);
        (0..q.costs.len()).find(|p| fits(p) && wanted(p)).map(|p| format!("{p} still fits {set:?}"))
    }
}

/// Whether some could pay for a set of projects that all of them approve of from their share, and none of
/// them has as much as the set, nor more than it with one project of it in addition.
fn unsatisfied(way: &Way, q: &Question, funded: &[usize]) -> bool {
    let worth = |p: &usize| if way.by_cost { q.costs[*p] } else { 1 };
    let cost = |set: &[usize]| set.iter().map(|p| q.costs[*p]).sum::<usize>();
    subsets(q.costs.len()).filter(|set| !set.is_empty() && cost(set) <= q.budget).any(|set| {
        let due: usize = set.iter().map(worth).sum();
        let poor = |ballot: &&Vec<i64>| {
            let has: usize = funded.iter().filter(|p| ballot[**p] > 0).map(worth).sum();
            let missing = set.iter().filter(|p| !funded.contains(p)).map(worth).max().unwrap_or(0);
            set.iter().all(|p| ballot[*p] > 0) && has < due && has + missing <= due
        };
        let group = q.poll.ballots.iter().filter(poor).count();
        group > 0 && group * q.budget >= cost(&set) * q.poll.ballots.len()
    })
}

impl Family for Budget {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        vec![
            Property::Anonymity,
            Property::Neutrality,
            Property::Homogeneity,
            Property::Monotonicity,
            Property::DiscountMonotonicity,
            Property::LimitMonotonicity,
            Property::Exhaustiveness,
            Property::EjrUpToOne,
        ]
    }

    fn random(&self, chance: &mut Chance) -> Question {
        let poll = Poll::random(Kind::Set, false, chance);
        let costs: Vec<usize> = (0..poll.options).map(|_| 1 + chance.below(8)).collect();
        let budget = 1 + chance.below(costs.iter().sum());
        Question { poll, costs, budget }
    }

    fn text(q: &Question) -> String {
        let costs = q.costs.iter().enumerate();
        let costs: Vec<String> = costs.map(|(p, cost)| format!("{}{cost}", letter(p))).collect();
        format!("{} for {}, {}", q.budget, costs.join(" "), q.poll.text())
    }

    fn read(&self, text: &str) -> Question {
        let (budget, rest) = text.split_once(" for ").unwrap();
        let (costs, poll) = rest.split_once(", ").unwrap();
        Question {
            poll: Poll::read(Kind::Set, poll),
            costs: costs.split(' ').map(|cost| cost[1..].parse().unwrap()).collect(),
            budget: budget.parse().unwrap(),
        }
    }

    fn broken(&self, property: Property, question: &Question) -> Option<String> {
        self.ways.iter().find_map(|way| self.broken_by(way, property, question))
    }

    fn size(q: &Question) -> (usize, usize) {
        (q.costs.len(), 100 * q.poll.size() + q.budget)
    }
}
