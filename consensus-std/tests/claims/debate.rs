//! Sides taken before and after a debate.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{called, field, int, letters, list, place_of, places, record};

/// The side that has gained most.
pub(crate) struct Swing {
    native: Native,
}

/// How many sides there are, and each voter's before and after.
#[derive(Clone)]
pub(crate) struct Question {
    sides: usize,
    voters: Vec<[usize; 2]>,
}

impl Swing {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let swing = listed.module == "deliberation" && listed.function == "swing";
        let library = consensus_std::library();
        swing.then(|| Self { native: library.function("deliberation", "swing").unwrap().native })
    }

    fn winners(&self, q: &Question) -> Vec<usize> {
        let votes = |at: usize| {
            let vote = |(voter, sides): (usize, &[usize; 2])| {
                record([("voter", int(voter)), ("side", int(sides[at]))])
            };
            list(q.voters.iter().enumerate().map(vote))
        };
        let sides = list((0..q.sides).map(int));
        places(field(&called(self.native, &[votes(0), votes(1), sides]), "winners"))
    }

    /// The question with one voter's sides changed.
    fn with(&self, q: &Question, at: usize, sides: [usize; 2]) -> Vec<usize> {
        let mut other = q.clone();
        other.voters[at] = sides;
        self.winners(&other)
    }
}

impl Family for Swing {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        vec![
            Property::Anonymity,
            Property::Neutrality,
            Property::Homogeneity,
            Property::Majority,
            Property::Monotonicity,
            Property::StrategyProofness,
        ]
    }

    fn random(&self, chance: &mut Chance) -> Question {
        let sides = 2 + chance.below(2);
        let count = 1 + chance.below(7);
        let voter = |_| [chance.below(sides), chance.below(sides)];
        Question { sides, voters: (0..count).map(voter).collect() }
    }

    fn text(q: &Question) -> String {
        let voters: Vec<String> = q.voters.iter().map(|sides| letters(sides)).collect();
        let sides: Vec<usize> = (0..q.sides).collect();
        format!("{}: {}", letters(&sides), voters.join(" "))
    }

    fn read(&self, text: &str) -> Question {
        let (sides, voters) = text.split_once(": ").unwrap();
        let voter = |voter: &str| {
            let mut sides = voter.chars().map(place_of);
            [sides.next().unwrap(), sides.next().unwrap()]
        };
        Question { sides: sides.len(), voters: voters.split(' ').map(voter).collect() }
    }

    fn broken(&self, property: Property, q: &Question) -> Option<String> {
        let before = self.winners(q);
        let voters = || q.voters.iter().copied().enumerate();
        match property {
            Property::Anonymity => {
                let voters = q.voters.iter().rev().copied().collect();
                let after = self.winners(&Question { voters, ..*q });
                (after != before).then(|| format!("{after:?}"))
            }
            Property::Neutrality => {
                let name = |side: usize| (side + 1) % q.sides;
                let voters = q.voters.iter().map(|sides| sides.map(name)).collect();
                let after = self.winners(&Question { voters, ..*q });
                let mut expected: Vec<usize> = before.iter().map(|side| name(*side)).collect();
                expected.sort_unstable();
                (after != expected).then(|| format!("{after:?}, not {expected:?}"))
            }
            Property::Homogeneity => [2, 3].into_iter().find_map(|times| {
                let voters = vec![q.voters.clone(); times].concat();
                let after = self.winners(&Question { voters, ..*q });
                (after != before).then(|| format!("times {times} {after:?}"))
            }),
            Property::Majority => (0..q.sides).find_map(|side| {
                let most = 2 * voters().filter(|(_, sides)| sides[1] == side).count();
                (most > q.voters.len() && before != [side]).then(|| format!("{side} has most"))
            }),
            Property::Monotonicity => before.iter().find_map(|w| {
                let loses = |(at, sides): (usize, [usize; 2])| {
                    !self.with(q, at, [sides[0], *w]).contains(w)
                };
                voters().find(|voter| loses(*voter)).map(|(at, _)| format!("{w} by {at}"))
            }),
            // Each wants the side to win that it takes in the end, and alone rather than level.
            Property::StrategyProofness => voters().find_map(|(at, [_, wants])| {
                let good = |winners: &[usize]| {
                    usize::from(winners.contains(&wants)) + usize::from(winners == [wants])
                };
                let sides = (0..q.sides).flat_map(|a| (0..q.sides).map(move |b| [a, b]));
                let lie =
                    sides.into_iter().find(|lie| good(&self.with(q, at, *lie)) > good(&before));
                lie.map(|lie| format!("{at} as {lie:?}"))
            }),
            other => panic!("{} is none of debates", other.name()),
        }
    }

    fn size(q: &Question) -> (usize, usize) {
        (q.sides, q.voters.len())
    }
}
