//! Matching: proposers and hosts, choosers and things, owners who trade.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{
    called, field, int, items, letters, list, orders, place, place_of, record, subsets,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Both sides rank each other.
    Hosts,
    /// One side chooses in turn.
    Things,
    /// Each brings the thing of its own number.
    Owners,
}

/// A method of matching.
pub(crate) struct Market {
    form: Form,
    native: Native,
}

/// What each ranks, best first; the other side's lists, where it has any; its places.
#[derive(Clone)]
pub(crate) struct Question {
    ranks: Vec<Vec<usize>>,
    hosts: Vec<Vec<usize>>,
    places: Vec<usize>,
}

/// With whom each is.
type Matched = Vec<Option<usize>>;

impl Market {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let form = match (listed.module.as_str(), listed.function.as_str()) {
            ("matching", "deferred_acceptance") => Form::Hosts,
            ("matching", "serial_dictatorship") => Form::Things,
            ("matching", _) => Form::Owners,
            _ => return None,
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { form, native })
    }

    fn matched(&self, q: &Question) -> Matched {
        let ranked = |ranks: &[usize]| list(ranks.iter().map(|o| int(*o)));
        let who = q.ranks.iter().enumerate().map(|(who, ranks)| match self.form {
            Form::Owners => {
                record([("who", int(who)), ("has", int(who)), ("ranks", ranked(ranks))])
            }
            _ => record([("who", int(who)), ("ranks", ranked(ranks))]),
        });
        let places = q.places.iter().enumerate().map(|(at, places)| match self.form {
            Form::Hosts => record([
                ("who", int(at)),
                ("ranks", ranked(&q.hosts[at])),
                ("places", int(*places)),
            ]),
            _ => record([("thing", int(at)), ("places", int(*places))]),
        });
        let mut arguments: Vec<Value> = vec![list(who)];
        if self.form != Form::Owners {
            arguments.push(list(places));
        }
        let result = called(self.native, &arguments);
        let mut matched = vec![None; q.ranks.len()];
        for pair in items(field(&result, "pairs")) {
            matched[place(field(pair, "who"))] = Some(place(field(pair, "with")));
        }
        matched
    }

    /// How good it is for somebody, 0 the best; alone, or with its own thing, comes after its list.
    fn rank(&self, q: &Question, who: usize, with: Option<usize>) -> usize {
        let ranks = &q.ranks[who];
        let own = |thing: usize| self.form == Form::Owners && thing == who;
        match with.map(|with| (with, ranks.iter().position(|r| *r == with))) {
            Some((_, Some(place))) => place,
            Some((with, None)) if !own(with) => usize::MAX,
            _ => ranks.len(),
        }
    }

    /// All ways of matching that ask of nobody what it does not take and overfill nothing.
    fn ways(&self, q: &Question) -> Vec<Matched> {
        let mut ways: Vec<Matched> = vec![vec![]];
        for (who, ranks) in q.ranks.iter().enumerate() {
            let alone = (self.form == Form::Owners).then_some(who);
            let choices: Vec<Option<usize>> =
                ranks.iter().map(|r| Some(*r)).chain([alone]).collect();
            let longer = |way: &Matched| {
                choices.iter().map(|c| [way.as_slice(), &[*c]].concat()).collect::<Vec<_>>()
            };
            ways = ways.iter().flat_map(longer).collect();
        }
        let taken = |way: &Matched, at: usize| way.iter().filter(|w| **w == Some(at)).count();
        ways.retain(|way| (0..q.places.len()).all(|at| taken(way, at) <= q.places[at]));
        ways
    }

    /// A host that would rather have a proposer, who would rather have it.
    fn blocked(&self, q: &Question, matched: &Matched) -> Option<String> {
        (0..q.places.len()).find_map(|host| {
            let list = &q.hosts[host];
            let worth = |who: usize| list.iter().position(|w| *w == who);
            let kept: Vec<usize> =
                (0..matched.len()).filter(|who| matched[*who] == Some(host)).collect();
            (0..matched.len()).find_map(|who| {
                let place = worth(who)?;
                let rather = self.rank(q, who, Some(host)) < self.rank(q, who, matched[who]);
                let room = kept.len() < q.places[host]
                    || kept.iter().any(|other| worth(*other).is_none_or(|other| other > place));
                (rather && room && !kept.contains(&who)).then(|| format!("{who} and {host}"))
            })
        })
    }

    /// A false list, by which somebody does better, or, with the same for itself, changes another's.
    fn false_list(&self, q: &Question, matched: &Matched, property: Property) -> Option<String> {
        let things = q.places.len();
        (0..q.ranks.len()).find_map(|who| {
            orders(things).into_iter().find_map(|lie| {
                let mut other = q.clone();
                other.ranks[who].clone_from(&lie);
                let after = self.matched(&other);
                let bad = match property {
                    Property::StrategyProofness => {
                        self.rank(q, who, after[who]) < self.rank(q, who, matched[who])
                    }
                    _ => after[who] == matched[who] && after != *matched,
                };
                bad.then(|| format!("{who} with {lie:?}: {after:?}"))
            })
        })
    }

    /// A group that by trading what it has gives somebody more and nobody less.
    fn trades(&self, q: &Question, matched: &Matched) -> Option<String> {
        let better = |who: usize, with| self.rank(q, who, with) < self.rank(q, who, matched[who]);
        let worse = |who: usize, with| self.rank(q, who, with) > self.rank(q, who, matched[who]);
        subsets(q.ranks.len()).find_map(|group| {
            let deals = orders(group.len()).into_iter().filter(|o| o.len() == group.len());
            deals.into_iter().find_map(|deal| {
                let of = |at: usize| Some(group[deal[at]]);
                let all = 0..group.len();
                let pays = all.clone().any(|at| better(group[at], of(at)))
                    && !all.into_iter().any(|at| worse(group[at], of(at)));
                pays.then(|| format!("{group:?} trades {deal:?}"))
            })
        })
    }
}

impl Family for Market {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        let mut known = vec![
            Property::IndividualRationality,
            Property::ParetoEfficiency,
            Property::StrategyProofness,
            Property::NonBossiness,
        ];
        known.extend(match self.form {
            Form::Hosts => Some(Property::Stability),
            Form::Things => None,
            Form::Owners => Some(Property::Core),
        });
        known
    }

    fn random(&self, chance: &mut Chance) -> Question {
        let left = 2 + chance.below(3);
        let right = if self.form == Form::Owners { left } else { 2 + chance.below(2) };
        let mut some = |over: usize| {
            let mut list: Vec<usize> = (0..over).collect();
            chance.shuffle(&mut list);
            list.truncate(chance.below(over + 1).max(chance.below(over + 1)));
            list
        };
        let ranks = (0..left).map(|_| some(right)).collect();
        let hosts = match self.form {
            Form::Hosts => (0..right).map(|_| some(left)).collect(),
            _ => vec![],
        };
        let places = match self.form {
            Form::Owners => vec![1; right],
            _ => (0..right).map(|_| 1 + chance.below(2)).collect(),
        };
        Question { ranks, hosts, places }
    }

    fn text(q: &Question) -> String {
        let all = |lists: &[Vec<usize>]| {
            lists.iter().map(|l| format!("-{}", letters(l))).collect::<Vec<_>>().join(" ")
        };
        let places: Vec<String> = q.places.iter().map(usize::to_string).collect();
        format!("{} to {}: {}", all(&q.ranks), places.join(" "), all(&q.hosts))
    }

    fn read(&self, text: &str) -> Question {
        let (ranks, rest) = text.split_once(" to ").unwrap();
        let (places, hosts) = rest.split_once(':').unwrap();
        let all = |lists: &str| {
            let list = |list: &str| list[1..].chars().map(place_of).collect::<Vec<_>>();
            lists.split(' ').filter(|l| !l.is_empty()).map(list).collect()
        };
        let places = places.split(' ').map(|n| n.parse().unwrap()).collect();
        Question { ranks: all(ranks), hosts: all(hosts), places }
    }

    fn broken(&self, property: Property, q: &Question) -> Option<String> {
        let matched = self.matched(q);
        let rank = |who: usize, with| self.rank(q, who, with);
        let all = || 0..matched.len();
        match property {
            Property::IndividualRationality => {
                let taken = |who: usize, host: usize| {
                    self.form != Form::Hosts || q.hosts[host].contains(&who)
                };
                let bad = |who: &usize| {
                    rank(*who, matched[*who]) == usize::MAX
                        || matched[*who].is_some_and(|host| !taken(*who, host))
                };
                all().find(bad).map(|who| format!("{who} in {matched:?}"))
            }
            Property::ParetoEfficiency => {
                let better = |way: &Matched| {
                    all().all(|who| rank(who, way[who]) <= rank(who, matched[who]))
                        && all().any(|who| rank(who, way[who]) < rank(who, matched[who]))
                };
                self.ways(q).into_iter().find(better).map(|way| format!("{matched:?}, {way:?}"))
            }
            Property::Stability => self.blocked(q, &matched),
            Property::Core => self.trades(q, &matched),
            property => self.false_list(q, &matched, property),
        }
    }

    fn size(q: &Question) -> (usize, usize) {
        let marks = q.ranks.iter().chain(&q.hosts).map(Vec::len).sum::<usize>();
        (q.ranks.len() + q.places.len(), marks + q.places.iter().sum::<usize>())
    }
}
