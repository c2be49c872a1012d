//! Committees: several places, filled by marks, approvals or rankings.

use std::collections::BTreeSet;

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::broken::{later_by, multiplied, raised, renamed, reordered};
use super::chance::Chance;
use super::poll::{Kind, Poll};
use super::values::{called, field, int, items, place, places, subsets, text};
use super::{Family, justified};

/// A method that fills places.
pub(crate) struct Committee {
    name: String,
    pub(crate) kind: Kind,
    native: Native,
    /// Arguments after the places, each way.
    ways: Vec<Vec<Value>>,
}

/// A poll, and how many places there are.
pub(crate) struct Question {
    pub(crate) poll: Poll,
    pub(crate) seats: usize,
}

/// Marks of a limited vote.
const MARKS: usize = 2;

/// All committees that an outcome allows.
pub(crate) type Outcome = BTreeSet<Vec<usize>>;

impl Committee {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let parallel = || text("parallel");
        let (kind, ways) = match (listed.module.as_str(), listed.function.as_str()) {
            ("committees", "single_vote") => (Kind::Vote, vec![vec![]]),
            ("committees", "limited_vote") => (Kind::Set, vec![vec![int(MARKS)]]),
            ("committees", "approval" | "block_vote" | "satisfaction_approval") => {
                (Kind::Set, vec![vec![]])
            }
            ("committees", "preferential_block") => (Kind::Ranking, vec![vec![parallel()]]),
            ("committees", "equal_shares") => {
                (Kind::Set, ["none", "phragmen"].map(|c| vec![text(c), parallel()]).to_vec())
            }
            ("committees", _) => (Kind::Set, vec![vec![parallel()]]),
            ("stv", _) => (Kind::Ranking, vec![vec![parallel()]]),
            _ => return None,
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { name: listed.name(), kind, native, ways })
    }

    /// The most marks on a ballot.
    fn limit(&self, question: &Question) -> usize {
        match self.name.as_str() {
            "committees::single_vote" => 1,
            "committees::limited_vote" => MARKS,
            "committees::block_vote" => question.seats,
            _ => question.poll.options,
        }
    }

    fn legal(&self, question: &Question, ballot: &[i64]) -> bool {
        let marks = ballot.iter().filter(|mark| **mark != 0).count();
        marks <= self.limit(question) && (self.kind != Kind::Vote || marks == 1)
    }

    /// All committees by one way.
    fn committees(&self, way: &[Value], poll: &Poll, seats: usize) -> Outcome {
        let [ballots, options] = poll.values();
        let result = called(self.native, &[&[ballots, options, int(seats)], way].concat());
        if let Value::Record(fields) = &result
            && let Some(committees) = fields.get("committees")
        {
            return items(committees).iter().map(places).map(sorted).collect();
        }
        let (elected, tied) = (places(field(&result, "elected")), places(field(&result, "tied")));
        let left = place(field(&result, "left"));
        let fills = subsets(tied.len()).filter(|set| set.len() == left);
        let of = |set: Vec<usize>| set.into_iter().map(|at| tied[at]).collect::<Vec<_>>();
        fills.map(|set| sorted([elected.clone(), of(set)].concat())).collect()
    }

    fn broken_by(&self, way: &[Value], property: Property, q: &Question) -> Option<String> {
        let of = |poll: &Poll| self.committees(way, poll, q.seats);
        let before = of(&q.poll);
        let union = |outcome: Outcome| {
            outcome.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        match property {
            Property::Anonymity => {
                let differs = reordered(&q.poll).iter().any(|poll| of(poll) != before);
                differs.then(|| "another order elects others".to_owned())
            }
            Property::Neutrality => renamed(&q.poll).into_iter().find_map(|(poll, names)| {
                let name = |c: &Vec<usize>| sorted(c.iter().map(|o| names[*o]).collect());
                let (after, expected) = (of(&poll), before.iter().map(name).collect());
                (after != expected).then(|| format!("renamed: {after:?}, not {expected:?}"))
            }),
            Property::Homogeneity => multiplied(&q.poll).iter().find_map(|poll| {
                let after = of(poll);
                (after != before).then(|| format!("{before:?}, multiplied {after:?}"))
            }),
            Property::Monotonicity => {
                union(before).into_iter().find_map(|w| self.loses(q, w, &|poll| union(of(poll))))
            }
            Property::Consistency => (1..q.poll.ballots.len()).find_map(|at| {
                let (left, right) = q.poll.ballots.split_at(at);
                let (left, right) = (q.poll.with(left.to_vec()), q.poll.with(right.to_vec()));
                let both: Outcome = of(&left).intersection(&of(&right)).cloned().collect();
                (!both.is_empty() && both != before).then(|| format!("{both:?} in both of {at}"))
            }),
            Property::CommitteeMonotonicity => {
                if q.seats >= q.poll.options {
                    return None;
                }
                let more = self.committees(way, &q.poll, q.seats + 1);
                let within = |c: &Vec<usize>, d: &Vec<usize>| c.iter().all(|o| d.contains(o));
                let kept = before.iter().all(|c| more.iter().any(|d| within(c, d)))
                    && more.iter().all(|d| before.iter().any(|c| within(c, d)));
                (!kept).then(|| format!("{before:?}, then {more:?}"))
            }
            Property::StrategyProofness => self.false_ballot(q, &before, &of),
            Property::LaterNoHarm => later_by(&|p| union(of(p)), &q.poll, |won| won, "harms"),
            Property::LaterNoHelp => later_by(&|p| union(of(p)), &q.poll, |won| !won, "helps"),
            property => justified::broken(property, q, &before),
        }
    }

    /// One ballot raises a winner, which then no longer wins.
    fn loses(
        &self,
        q: &Question,
        winner: usize,
        winners: &dyn Fn(&Poll) -> Vec<usize>,
    ) -> Option<String> {
        (0..q.poll.ballots.len()).find_map(|at| {
            let ballot = &q.poll.ballots[at];
            let mut higher = raised(&q.poll, ballot, winner);
            if self.kind == Kind::Set && ballot[winner] == 0 {
                // On a ballot without room the mark comes from another option.
                for other in (0..q.poll.options).filter(|o| ballot[*o] != 0) {
                    let mut moved = ballot.clone();
                    (moved[winner], moved[other]) = (1, 0);
                    higher.push(moved);
                }
                let room = ballot.iter().sum::<i64>() < i64::try_from(self.limit(q)).unwrap();
                higher.retain(|b| room == (b.iter().sum::<i64>() > ballot.iter().sum::<i64>()));
            }
            higher.into_iter().find_map(|ballot| {
                let mut ballots = q.poll.ballots.clone();
                ballots[at] = ballot;
                let after = q.poll.with(ballots);
                let lost = !winners(&after).contains(&winner);
                lost.then(|| format!("{winner} raised on ballot {at} loses: {}", after.text()))
            })
        })
    }

    /// A false ballot that gets more of what the true one approves of. Of ties nothing is said.
    fn false_ballot(
        &self,
        q: &Question,
        before: &Outcome,
        of: &dyn Fn(&Poll) -> Outcome,
    ) -> Option<String> {
        let sole = |outcome: &Outcome| match outcome.len() {
            1 => outcome.first().cloned(),
            _ => None,
        };
        let before = sole(before)?;
        (0..q.poll.ballots.len()).find_map(|at| {
            let truth = &q.poll.ballots[at];
            let has = |c: &Vec<usize>| c.iter().filter(|o| truth[**o] > 0).count();
            let mark = |set: Vec<usize>| {
                let mut ballot = vec![0; q.poll.options];
                set.into_iter().for_each(|o| ballot[o] = 1);
                ballot
            };
            let lies = subsets(q.poll.options).map(mark).filter(|b| self.legal(q, b));
            lies.into_iter().find_map(|lie| {
                let mut ballots = q.poll.ballots.clone();
                ballots[at].clone_from(&lie);
                let after = sole(&of(&q.poll.with(ballots)))?;
                (has(&after) > has(&before)).then(|| format!("ballot {at} as {lie:?}: {after:?}"))
            })
        })
    }
}

fn sorted(mut committee: Vec<usize>) -> Vec<usize> {
    committee.sort_unstable();
    committee
}

impl Family for Committee {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        let mut known = vec![
            Property::Anonymity,
            Property::Neutrality,
            Property::Homogeneity,
            Property::Monotonicity,
            Property::Consistency,
            Property::CommitteeMonotonicity,
        ];
        known.extend(match self.kind {
            Kind::Ranking => {
                vec![Property::LaterNoHarm, Property::LaterNoHelp, Property::SolidCoalitions]
            }
            _ => vec![
                Property::ParetoEfficiency,
                Property::Jr,
                Property::Pjr,
                Property::Ejr,
                Property::StrategyProofness,
            ],
        });
        known
    }

    fn random(&self, chance: &mut Chance) -> Question {
        let poll = Poll::random(self.kind, false, chance);
        let seats = 1 + chance.below(poll.options);
        let mut question = Question { poll, seats };
        let limit = self.limit(&question);
        if self.kind == Kind::Set {
            for ballot in &mut question.poll.ballots {
                let mut room = limit;
                for mark in ballot.iter_mut().filter(|mark| **mark != 0) {
                    *mark = i64::from(room > 0);
                    room = room.saturating_sub(1);
                }
            }
        }
        question
    }

    fn text(question: &Question) -> String {
        format!("{} of {}", question.seats, question.poll.text())
    }

    fn read(&self, text: &str) -> Question {
        let (seats, poll) = text.split_once(" of ").unwrap();
        Question { poll: Poll::read(self.kind, poll), seats: seats.parse().unwrap() }
    }

    fn broken(&self, property: Property, question: &Question) -> Option<String> {
        self.ways.iter().find_map(|way| self.broken_by(way, property, question))
    }

    fn size(question: &Question) -> (usize, usize) {
        (question.poll.options, question.poll.size())
    }
}
