//! Auctions: what is true of bids and prices. Each bids, unless it lies, what a unit is worth to it.

use consensus_std::page::Listed;
use consensus_std::property::Property;
use mundi_engine::Value;
use mundi_engine::library::Native;

use super::Family;
use super::chance::Chance;
use super::values::{
    PARTS, called, field, int, items, letter, list, parts, place, place_of, places,
};
use super::values::{record, text};

/// What is sold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sells {
    /// One thing.
    One,
    /// Many alike.
    Many,
    /// What others offer.
    Both,
}

/// An auction.
pub(crate) struct Auction {
    sells: Sells,
    native: Native,
    /// Last arguments, each way.
    ways: Vec<Vec<Value>>,
}

/// So many units at a price each, by somebody. Of both sides each bids or asks for one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bid {
    who: usize,
    price: usize,
    units: usize,
}

/// Bids; of both sides the first so many buy, of the others it is how many units there are.
pub(crate) struct Question {
    bids: Vec<Bid>,
    amount: usize,
    reserve: usize,
}

/// For each bidder how many units it has (or gives), and what it pays (or has), in [`PARTS`].
type Sold = Vec<(usize, i64)>;

const PEOPLE: usize = 5;
const PRICE: usize = 9;

impl Auction {
    pub(crate) fn of(listed: &Listed) -> Option<Self> {
        let (sells, ways) = match (listed.module.as_str(), listed.function.as_str()) {
            ("auctions", "first_price" | "second_price") => (Sells::One, vec![vec![]]),
            ("auctions", "pay_as_bid") => (Sells::Many, vec![vec![]]),
            ("auctions", "uniform_price") => {
                let prices = ["first-rejected", "last-accepted"];
                (Sells::Many, prices.map(|price| vec![text(price)]).to_vec())
            }
            ("auctions", _) => (Sells::Both, vec![vec![]]),
            _ => return None,
        };
        let native = consensus_std::library().function(&listed.module, &listed.function)?.native;
        Some(Self { sells, native, ways })
    }

    fn sold(&self, way: &[Value], q: &Question) -> Sold {
        let offer = |(place, bid): (usize, &Bid)| match self.sells {
            Sells::Many => record([
                ("bidder", int(bid.who)),
                ("price", int(bid.price)),
                ("units", int(bid.units)),
            ]),
            _ => record([("bidder", int(place)), ("price", int(bid.price))]),
        };
        let offers: Vec<Value> = q.bids.iter().enumerate().map(offer).collect();
        let mut sold = vec![(0, 0); q.bids.len().max(PEOPLE)];
        match self.sells {
            Sells::One => {
                let result = called(self.native, &[list(offers), int(q.reserve)]);
                let winner = places(field(&result, "winners")).first().copied();
                winner.into_iter().for_each(|w| sold[w] = (1, parts(field(&result, "price"))));
            }
            Sells::Many => {
                let first = [list(offers), int(q.amount), int(q.reserve)];
                let result = called(self.native, &[&first, way].concat());
                for award in items(field(&result, "awards")) {
                    let (units, pays) = &mut sold[place(field(award, "bidder"))];
                    *units += place(field(award, "units"));
                    *pays += parts(field(award, "pays"));
                }
            }
            Sells::Both => {
                let (bids, asks) = offers.split_at(q.amount);
                let both = [list(bids.to_vec()), list(asks.to_vec())];
                let result = called(self.native, &both);
                for pair in items(field(&result, "trades")) {
                    sold[place(field(pair, "buyer"))] = (1, parts(field(&result, "pays")));
                    sold[place(field(pair, "seller"))] = (1, parts(field(&result, "gets")));
                }
            }
        }
        sold
    }

    /// What so many units are worth to somebody: its dearest; to a seller what they cost it, below 0.
    fn worth(&self, q: &Question, who: usize, units: usize) -> i64 {
        let own = q.bids.iter().enumerate();
        let own =
            own.filter(|(at, bid)| who == if self.sells == Sells::Many { bid.who } else { *at });
        let mut prices: Vec<usize> =
            own.flat_map(|(_, bid)| std::iter::repeat_n(bid.price, bid.units)).collect();
        prices.sort_by_key(|price| std::cmp::Reverse(*price));
        let worth = i64::try_from(prices.iter().take(units).sum::<usize>()).unwrap() * PARTS;
        if self.asks(q, who) { -worth } else { worth }
    }

    fn asks(&self, q: &Question, who: usize) -> bool {
        self.sells == Sells::Both && who >= q.amount
    }

    /// What somebody gains.
    fn gain(&self, q: &Question, sold: &Sold, who: usize) -> i64 {
        let (units, money) = sold[who];
        self.worth(q, who, units) + if self.asks(q, who) { money } else { -money }
    }

    fn false_bid(&self, way: &[Value], q: &Question) -> Option<String> {
        let before = self.sold(way, q);
        (0..q.bids.len()).find_map(|at| {
            let who = if self.sells == Sells::Many { q.bids[at].who } else { at };
            let lies = (0..=PRICE + 1).flat_map(|price| {
                (0..=q.bids[at].units).map(move |units| Bid { who, price, units })
            });
            lies.into_iter().find_map(|lie| {
                if self.sells != Sells::Many && lie.units == 0 {
                    return None;
                }
                let mut bids = q.bids.clone();
                bids[at] = lie.clone();
                let after = self.sold(way, &Question { bids, ..*q });
                let (truth, lied) = (self.gain(q, &before, who), self.gain(q, &after, who));
                (lied > truth).then(|| format!("{lie:?} gains {lied}, the truth {truth}"))
            })
        })
    }

    /// The most that all can gain together, by the bids.
    fn most(&self, q: &Question) -> i64 {
        let mut bids: Vec<usize> = Vec::new();
        let mut asks: Vec<usize> = Vec::new();
        for (at, bid) in q.bids.iter().enumerate() {
            let side = if self.asks(q, at) { &mut asks } else { &mut bids };
            side.extend(std::iter::repeat_n(bid.price, bid.units));
        }
        match self.sells {
            Sells::One => asks.push(q.reserve),
            Sells::Many => asks.extend(vec![q.reserve; q.amount]),
            Sells::Both => {}
        }
        bids.sort_by_key(|price| std::cmp::Reverse(*price));
        asks.sort_unstable();
        let gains = bids.iter().zip(&asks).filter(|(bid, ask)| bid >= ask);
        i64::try_from(gains.map(|(bid, ask)| bid - ask).sum::<usize>()).unwrap() * PARTS
    }

    fn broken_by(&self, way: &[Value], property: Property, q: &Question) -> Option<String> {
        let sold = self.sold(way, q);
        let people = 0..sold.len();
        match property {
            Property::StrategyProofness => self.false_bid(way, q),
            Property::IndividualRationality => people
                .into_iter()
                .find(|who| self.gain(q, &sold, *who) < 0)
                .map(|who| format!("{who} loses: {sold:?}")),
            Property::Efficiency => {
                let kept = |units: usize| i64::try_from(q.reserve * units).unwrap() * PARTS;
                let worth = |who: usize| self.worth(q, who, sold[who].0) - kept(sold[who].0);
                let all: i64 = people.map(worth).sum();
                (all != self.most(q)).then(|| format!("{all} of {}", self.most(q)))
            }
            Property::BudgetBalance => {
                let (bought, given) = sold.split_at(q.amount);
                let sum = |side: &[(usize, i64)]| side.iter().map(|(_, money)| money).sum::<i64>();
                (sum(bought) != sum(given)).then(|| format!("{sold:?}"))
            }
            other => panic!("{} is none of auctions", other.name()),
        }
    }
}

impl Family for Auction {
    type Question = Question;

    fn known(&self) -> Vec<Property> {
        let mut known = vec![
            Property::StrategyProofness,
            Property::IndividualRationality,
            Property::Efficiency,
        ];
        known.extend((self.sells == Sells::Both).then_some(Property::BudgetBalance));
        known
    }

    fn random(&self, chance: &mut Chance) -> Question {
        let count = 2 + chance.below(PEOPLE - 1);
        let bid = |who| {
            let units = if self.sells == Sells::Many { 1 + chance.below(3) } else { 1 };
            let who = if self.sells == Sells::Many { chance.below(3) } else { who };
            Bid { who, price: chance.below(PRICE), units }
        };
        let bids: Vec<Bid> = (0..count).map(bid).collect();
        let amount = match self.sells {
            Sells::One => 1,
            Sells::Many => 1 + chance.below(5),
            Sells::Both => 1 + chance.below(count - 1),
        };
        let reserve = if self.sells == Sells::Both { 0 } else { chance.below(4) };
        Question { bids, amount, reserve }
    }

    fn text(q: &Question) -> String {
        let bid = |bid: &Bid| format!("{}{}x{}", letter(bid.who), bid.price, bid.units);
        let bids: Vec<String> = q.bids.iter().map(bid).collect();
        format!("{} from {}: {}", q.amount, q.reserve, bids.join(" "))
    }

    fn read(&self, text: &str) -> Question {
        let (head, bids) = text.split_once(": ").unwrap();
        let (amount, reserve) = head.split_once(" from ").unwrap();
        let bid = |bid: &str| {
            let (price, units) = bid[1..].split_once('x').unwrap();
            let who = place_of(bid.chars().next().unwrap());
            Bid { who, price: price.parse().unwrap(), units: units.parse().unwrap() }
        };
        let bids = bids.split(' ').map(bid).collect();
        Question { bids, amount: amount.parse().unwrap(), reserve: reserve.parse().unwrap() }
    }

    fn broken(&self, property: Property, question: &Question) -> Option<String> {
        self.ways.iter().find_map(|way| self.broken_by(way, property, question))
    }

    fn size(q: &Question) -> (usize, usize) {
        (q.bids.len(), q.bids.iter().map(|bid| bid.price * bid.units).sum::<usize>() + q.amount)
    }
}
