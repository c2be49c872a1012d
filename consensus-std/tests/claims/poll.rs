//! A poll of any kind: for each ballot a grade of each option. What a grade means is the kind's.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;
use mundi_lang::ty::Ty;

use super::Family;
use super::broken::broken;
use super::chance::Chance;
use super::values::{called, field, int, list, places, record};

/// What a ballot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One option: its grade is 1.
    Vote,
    /// A set of options, with grade 1.
    Set,
    /// Some options for (1), some against (-1).
    Signs,
    /// A ranking: the greater the grade the higher; 0 is left out.
    Ranking,
    /// A score from 0 to [`MOST`] for each option, 0 where left out.
    Scores,
}

/// The greatest score.
pub(crate) const MOST: i64 = 4;

/// Options and ballots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) kind: Kind,
    pub(crate) options: usize,
    pub(crate) ballots: Vec<Vec<i64>>,
}

impl Poll {
    /// A random one: a third has only full ballots, a half has blocks of equal ballots.
    pub(crate) fn random(kind: Kind, full: bool, chance: &mut Chance) -> Self {
        let options = 2 + chance.below(3);
        let full = full || chance.below(3) == 0;
        let most = 1 + 4 * chance.below(2);
        let size = 1 + chance.below(if most > 1 { 6 } else { 9 });
        let blocks = (0..size).map(|_| {
            let ballot = ballot(kind, options, full, chance);
            vec![ballot; 1 + chance.below(most)]
        });
        Self { kind, options, ballots: blocks.collect::<Vec<_>>().concat() }
    }

    pub(crate) fn with(&self, ballots: Vec<Vec<i64>>) -> Self {
        Self { ballots, ..self.clone() }
    }

    /// Ballots count most, then marks.
    pub(crate) fn size(&self) -> usize {
        let marks = self.ballots.iter().flatten().filter(|grade| **grade != 0).count();
        100 * self.ballots.len() + marks
    }

    /// Ballots that prefer `a` to `b`.
    pub(crate) fn prefer(&self, a: usize, b: usize) -> usize {
        self.ballots.iter().filter(|ballot| ballot[a] > ballot[b]).count()
    }

    /// The first two arguments of a method.
    pub(crate) fn values(&self) -> [Value; 2] {
        let options = list((0..self.options).map(int));
        let ballots = self.ballots.iter().map(|ballot| self.value(ballot));
        [list(ballots), options]
    }

    fn value(&self, ballot: &[i64]) -> Value {
        let mut order: Vec<usize> = (0..self.options).filter(|o| ballot[*o] != 0).collect();
        order.sort_by_key(|o| -ballot[*o]);
        let with = |sign: i64| list(order.iter().filter(|o| ballot[**o] == sign).map(|o| int(*o)));
        match self.kind {
            Kind::Vote => order.first().map_or(Value::Unit, |o| int(*o)),
            Kind::Set | Kind::Ranking => list(order.iter().map(|o| int(*o))),
            Kind::Signs => record([("against", with(-1)), ("in_favour", with(1))]),
            Kind::Scores => list(
                order
                    .iter()
                    .map(|o| record([("option", int(*o)), ("score", Value::Int(ballot[*o]))])),
            ),
        }
    }

    /// As `ABCD: 2 AB, C`: how many options, then ballots; a score stands behind its letter, and
    /// what a ballot is against behind a `-`.
    pub(crate) fn text(&self) -> String {
        let name = |o: usize| char::from(b'A' + u8::try_from(o).unwrap());
        let one = |ballot: &Vec<i64>| {
            let mut order: Vec<usize> = (0..self.options).filter(|o| ballot[*o] != 0).collect();
            order.sort_by_key(|o| -ballot[*o]);
            let mark = |o: usize| match (self.kind, ballot[o]) {
                (Kind::Scores, score) => format!("{}{score}", name(o)),
                (Kind::Signs, -1) => format!("-{}", name(o)),
                _ => name(o).to_string(),
            };
            order.into_iter().map(mark).collect::<String>()
        };
        let mut lines: Vec<(usize, String)> = Vec::new();
        for ballot in self.ballots.iter().map(one) {
            match lines.last_mut() {
                Some((times, last)) if *last == ballot => *times += 1,
                _ => lines.push((1, ballot)),
            }
        }
        let lines: Vec<String> = lines.iter().map(|(times, b)| format!("{times} {b}")).collect();
        format!("{}: {}", (0..self.options).map(name).collect::<String>(), lines.join(", "))
    }

    /// Reads what [`Poll::text`] writes.
    pub(crate) fn read(kind: Kind, text: &str) -> Self {
        let (names, lines) = text.split_once(": ").unwrap();
        let options = names.len();
        let mut ballots = Vec::new();
        for line in lines.split(", ") {
            let (times, marks) = line.split_once(' ').unwrap();
            let ballot = read_ballot(kind, names, marks);
            ballots.extend(vec![ballot; times.parse().unwrap()]);
        }
        Self { kind, options, ballots }
    }
}

fn read_ballot(kind: Kind, names: &str, marks: &str) -> Vec<i64> {
    let mut ballot = vec![0; names.len()];
    let mut grade = i64::try_from(names.len()).unwrap();
    let mut sign = 1;
    let mut last = None;
    for mark in marks.chars() {
        match mark {
            '-' => sign = -1,
            digit if digit.is_ascii_digit() => {
                ballot[last.unwrap()] = i64::from(digit.to_digit(10).unwrap());
            }
            letter => {
                let at = names.find(letter).unwrap();
                ballot[at] = if kind == Kind::Ranking { grade } else { sign };
                (grade, sign, last) = (grade - 1, 1, Some(at));
            }
        }
    }
    ballot
}

/// A ballot of a kind.
pub(crate) fn ballot(kind: Kind, options: usize, full: bool, chance: &mut Chance) -> Vec<i64> {
    let mut ballot = vec![0; options];
    match kind {
        Kind::Vote => ballot[chance.below(options)] = 1,
        Kind::Set => ballot.iter_mut().for_each(|g| *g = chance.grade(0, 1)),
        Kind::Signs => ballot.iter_mut().for_each(|g| *g = chance.grade(-1, 1)),
        Kind::Scores => ballot.iter_mut().for_each(|g| *g = chance.grade(0, MOST)),
        Kind::Ranking => {
            let mut order: Vec<usize> = (0..options).collect();
            chance.shuffle(&mut order);
            let len = if full { options } else { 1 + chance.below(options) };
            for (place, option) in order.into_iter().take(len).enumerate() {
                ballot[option] = i64::try_from(options - place).unwrap();
            }
        }
    }
    ballot
}

/// A method that elects options from a poll.
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    native: Native,
    more: Vec<Value>,
}

impl Method {
    /// `None` for what elects nobody, or by chance, or needs more than ballots and options; and for
    /// `positive_negative`, whose ballots, one mark of either sign, are of no kind here.
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let parameters = &listed.signature.parameters;
        let Ty::Record(result) = &listed.signature.result else { return None };
        let winners = result.iter().any(|(name, _)| name == "winners");
        let polls = ["single", "scored", "ranked"].contains(&listed.module.as_str());
        if !winners || !polls || listed.function == "positive_negative" {
            return None;
        }
        let list_in = |ty: &Ty| matches!(ty, Ty::List(of) if matches!(**of, Ty::Var(_)));
        let kind = match parameters.first()? {
            (name, _) if name == "votes" => Kind::Vote,
            (_, Ty::List(of)) => match &**of {
                Ty::Record(_) => Kind::Signs,
                of if list_in(of) && listed.module == "ranked" => Kind::Ranking,
                of if list_in(of) => Kind::Set,
                _ => Kind::Scores,
            },
            _ => return None,
        };
        let more = parameters.iter().skip(2).map(|(name, _)| default(name));
        let name = format!("{}::{}", listed.module, listed.function);
        let library = consensus_std::library();
        let native = library.function(&listed.module, &listed.function)?.native;
        Some(Self { name, kind, native, more: more.collect::<Option<_>>()? })
    }

    /// The winners. Panics where the method refuses.
    pub(crate) fn winners(&self, poll: &Poll) -> Vec<usize> {
        let [ballots, options] = poll.values();
        let mut values = vec![ballots, options];
        values.extend(self.more.iter().cloned());
        places(field(&called(self.native, &values), "winners"))
    }
}

/// The argument that claims are made of.
fn default(parameter: &str) -> Option<Value> {
    Some(match parameter {
        "ties" => Value::Text("parallel".into()),
        // Enough for any ballot.
        "budget" => Value::Int(MOST * 8),
        "least" => Value::Int(1),
        _ => return None,
    })
}

impl Family for Method {
    type Question = Poll;

    fn known(&self) -> Vec<Property> {
        SINGLE.to_vec()
    }

    /// Dodgson's polls have full ballots only, and few: cast thrice they are still below the cap.
    fn random(&self, chance: &mut Chance) -> Poll {
        let dodgson = self.name == "ranked::dodgson";
        let mut poll = Poll::random(self.kind, dodgson, chance);
        if dodgson {
            poll.ballots.truncate(12);
        }
        poll
    }

    fn text(poll: &Poll) -> String {
        poll.text()
    }

    fn read(&self, text: &str) -> Poll {
        Poll::read(self.kind, text)
    }

    fn broken(&self, property: Property, poll: &Poll) -> Option<String> {
        broken(property, self, poll)
    }

    fn size(poll: &Poll) -> (usize, usize) {
        (poll.options, poll.size())
    }
}

/// The properties of methods with one winner.
const SINGLE: [Property; 17] = [
    Property::Anonymity,
    Property::Neutrality,
    Property::Homogeneity,
    Property::Pareto,
    Property::Majority,
    Property::MajorityLoser,
    Property::MutualMajority,
    Property::CondorcetWinner,
    Property::CondorcetLoser,
    Property::Smith,
    Property::Monotonicity,
    Property::Participation,
    Property::Consistency,
    Property::ReversalSymmetry,
    Property::Clones,
    Property::LaterNoHarm,
    Property::LaterNoHelp,
];
