//! Seats in proportion to votes. A tie is no result, and of it most properties say nothing.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{called, field, int, items, list, place, record, subsets, text};

/// A method that gives out seats.
pub(crate) struct Apportionment {
    native: Native,
    /// Arguments after the seats, each way.
    ways: Vec<Vec<Value>>,
}

/// Votes of each list, and how many seats there are.
pub(crate) struct Question {
    votes: Vec<usize>,
    seats: usize,
}

impl Apportionment {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        if listed.module != "seats" || listed.function == "threshold" {
            return None;
        }
        let quotas = ["hare", "droop", "hagenbach-bischoff", "imperiali"];
        let ways = match listed.function.as_str() {
            "quota_remainder" => quotas.map(|quota| vec![text(quota)]).to_vec(),
            _ => vec![vec![]],
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { native, ways })
    }

    /// The seats of each list, and how many nobody has.
    fn given(&self, way: &[Value], votes: &[usize], seats: usize) -> (Vec<usize>, usize) {
        let lists = votes.iter().enumerate();
        let lists = list(lists.map(|(l, n)| record([("option", int(l)), ("votes", int(*n))])));
        let result = called(self.native, &[&[lists, int(seats)], way].concat());
        let seats = items(field(&result, "seats")).iter().map(|s| place(field(s, "seats")));
        (seats.collect(), place(field(&result, "left")))
    }

    /// The seats where no tie leaves any.
    fn sure(&self, way: &[Value], votes: &[usize], seats: usize) -> Option<Vec<usize>> {
        let (given, left) = self.given(way, votes, seats);
        (left == 0).then_some(given)
    }

    fn broken_by(&self, way: &[Value], property: Property, q: &Question) -> Option<String> {
        let (votes, seats) = (q.votes.as_slice(), q.seats);
        match property {
            Property::Neutrality => {
                let reversed: Vec<usize> = votes.iter().rev().copied().collect();
                let (before, left) = self.given(way, votes, seats);
                let (mut after, also) = self.given(way, &reversed, seats);
                after.reverse();
                ((before, left) != (after, also)).then(|| "another order gives others".to_owned())
            }
            Property::Homogeneity => [2, 3].into_iter().find_map(|times| {
                let more: Vec<usize> = votes.iter().map(|n| n * times).collect();
                let (before, after) =
                    (self.given(way, votes, seats), self.given(way, &more, seats));
                (before != after).then(|| format!("{before:?}, times {times} {after:?}"))
            }),
            Property::HouseMonotonicity => {
                let (before, after) =
                    (self.sure(way, votes, seats)?, self.sure(way, votes, seats + 1)?);
                let fewer = before.iter().zip(&after).any(|(before, after)| after < before);
                fewer.then(|| format!("{before:?}, with a seat more {after:?}"))
            }
            Property::PopulationMonotonicity => self.population(way, q),
            Property::LowerQuota | Property::UpperQuota => {
                let cast: usize = votes.iter().sum();
                let outside = |(given, votes): (&usize, &usize)| match property {
                    Property::LowerQuota => *given < votes * seats / cast,
                    _ => *given > (votes * seats).div_ceil(cast),
                };
                let given = self.sure(way, votes, seats)?;
                given.iter().zip(votes).any(outside).then(|| format!("{given:?}"))
            }
            Property::Uniformity => {
                let whole = self.sure(way, votes, seats)?;
                subsets(votes.len()).filter(|set| !set.is_empty()).find_map(|set| {
                    let own: Vec<usize> = set.iter().map(|l| whole[*l]).collect();
                    let some: Vec<usize> = set.iter().map(|l| votes[*l]).collect();
                    let alone = self.sure(way, &some, own.iter().sum())?;
                    (alone != own).then(|| format!("{whole:?}; {set:?} alone {alone:?}"))
                })
            }
            Property::Coalitions => {
                let before = self.sure(way, votes, seats)?;
                let pairs = subsets(votes.len()).filter(|set| set.len() == 2);
                pairs.into_iter().find_map(|pair| {
                    let mut joined = votes.to_vec();
                    joined[pair[0]] += joined.remove(pair[1]);
                    let after = self.sure(way, &joined, seats)?;
                    (after[pair[0]] < before[pair[0]] + before[pair[1]])
                        .then(|| format!("{before:?}; {pair:?} together {after:?}"))
                })
            }
            other => panic!("{} is none of seats", other.name()),
        }
    }

    /// Votes of one list, or of two, change; whoever grew against another then has less, and the
    /// other more.
    fn population(&self, way: &[Value], q: &Question) -> Option<String> {
        let before = self.sure(way, &q.votes, q.seats)?;
        let lists = q.votes.len();
        let changes = |n: usize| [n, n + 1, n + 2, n + n / 4, n.saturating_sub(1).max(1)];
        for (a, b) in (0..lists).flat_map(|a| (0..a).map(move |b| (a, b))) {
            for (x, y) in changes(q.votes[a])
                .into_iter()
                .flat_map(|x| changes(q.votes[b]).into_iter().map(move |y| (x, y)))
            {
                let mut votes = q.votes.clone();
                (votes[a], votes[b]) = (x, y);
                let Some(after) = self.sure(way, &votes, q.seats) else { continue };
                let grew = |i: usize, j: usize| votes[i] * q.votes[j] >= q.votes[i] * votes[j];
                let swapped = |i: usize, j: usize| after[i] < before[i] && after[j] > before[j];
                let pairs = (0..lists).flat_map(|i| (0..lists).map(move |j| (i, j)));
                if let Some((i, j)) =
                    pairs.into_iter().find(|(i, j)| grew(*i, *j) && swapped(*i, *j))
                {
                    return Some(format!("{before:?}; of {votes:?} {after:?}: {i} lost to {j}"));
                }
            }
        }
        None
    }
}

impl Family for Apportionment {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        vec![
            Property::Neutrality,
            Property::Homogeneity,
            Property::HouseMonotonicity,
            Property::PopulationMonotonicity,
            Property::LowerQuota,
            Property::UpperQuota,
            Property::Uniformity,
            Property::Coalitions,
        ]
    }

    /// Half of them with one large list.
    fn random(&self, chance: &mut Chance) -> Question {
        let mut votes: Vec<usize> =
            (0..2 + chance.below(4)).map(|_| 1 + chance.below(40)).collect();
        votes[0] += 200 * chance.below(2);
        Question { votes, seats: 1 + chance.below(15) }
    }

    fn text(q: &Question) -> String {
        let votes: Vec<String> = q.votes.iter().map(usize::to_string).collect();
        format!("{} seats: {}", q.seats, votes.join(" "))
    }

    fn read(&self, text: &str) -> Question {
        let (seats, votes) = text.split_once(" seats: ").unwrap();
        let votes = votes.split(' ').map(|n| n.parse().unwrap()).collect();
        Question { votes, seats: seats.parse().unwrap() }
    }

    fn broken(&self, property: Property, question: &Question) -> Option<String> {
        self.ways.iter().find_map(|way| self.broken_by(way, property, question))
    }

    fn size(q: &Question) -> (usize, usize) {
        (q.votes.len(), 10 * q.seats + q.votes.iter().sum::<usize>())
    }
}
