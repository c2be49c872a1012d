//! Sealed-bid auctions of one thing or of many alike.
//!
//! In: bids in the order in which they came, and a reserve below which nothing is sold. Equal bids
//! are told apart by that order, the earlier first; where it decides, the bidders that were level
//! are [`Sale::tied`]. One thing: the highest bid has it and pays itself (first price), or the
//! greater of the second bid and the reserve (Vickrey, "Counterspeculation, auctions, and
//! competitive sealed tenders", 1961). Many: units go to the highest bids, the last one perhaps in
//! part; all pay one price (uniform: the highest bid that got nothing, or the lowest that got
//! something), or each its own (pay as bid).

use std::cmp::Reverse;

/// A bid for one thing, or for some units at a price each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bid {
    /// For one unit.
    pub price: u64,
    /// How many are wanted.
    pub units: u64,
}

/// The price of all units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// The highest bid that is not served in full, or the reserve: nobody's own bid while it is
    /// for one unit, so that truth is the best bid.
    FirstRejected,
    /// The lowest bid that is served.
    LastAccepted,
}

/// One thing: who had the highest bid, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single {
    /// All with the highest bid, the earliest first; empty where no bid reaches the reserve.
    pub winners: Vec<usize>,
    /// What the winner pays.
    pub price: u64,
}

/// Many things: who has how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Units of each bid.
    pub units: Vec<u64>,
    /// The lowest bid that is served, and the highest that is not served in full.
    pub last_accepted: Option<u64>,
    /// As above; the reserve where there is none.
    pub first_rejected: u64,
    /// Units without a buyer.
    pub left: u64,
    /// Bids with the price of the last one served, of which some are not served in full.
    pub tied: Vec<usize>,
}

/// First price.
#[must_use]
pub fn first_price(bids: &[u64], reserve: u64) -> Single {
    let winners = highest(bids, reserve);
    let price = bids.iter().max().copied().filter(|_| !winners.is_empty()).unwrap_or(reserve);
    Single { winners, price }
}

/// Second price.
#[must_use]
pub fn second_price(bids: &[u64], reserve: u64) -> Single {
    let winners = highest(bids, reserve);
    let winner = winners.first().copied();
    let others = bids.iter().enumerate().filter(|(i, _)| Some(*i) != winner).map(|(_, b)| *b);
    Single { winners, price: others.max().unwrap_or(0).max(reserve) }
}

fn highest(bids: &[u64], reserve: u64) -> Vec<usize> {
    let best = bids.iter().max().copied().filter(|best| *best >= reserve);
    (0..bids.len()).filter(|i| best.is_some() && bids.get(*i).copied() == best).collect()
}

/// Units to the highest bids.
#[must_use]
pub fn sale(bids: &[Bid], units: u64, reserve: u64) -> Sale {
    let mut order: Vec<(usize, Bid)> = bids.iter().copied().enumerate().collect();
    order.retain(|(_, bid)| bid.price >= reserve && bid.units > 0);
    order.sort_by_key(|(_, bid)| Reverse(bid.price));
    let mut sale = Sale {
        units: vec![0; bids.len()],
        last_accepted: None,
        first_rejected: reserve,
        left: units,
        tied: Vec::new(),
    };
    let mut short = false;
    for (place, bid) in &order {
        let served = bid.units.min(sale.left);
        if let Some(units) = sale.units.get_mut(*place) {
            *units = served;
        }
        sale.left -= served;
        if served > 0 {
            sale.last_accepted = Some(bid.price);
        }
        if served < bid.units && !short {
            short = true;
            sale.first_rejected = bid.price;
        }
    }
    let margin = |bid: &Bid| short && Some(bid.price) == sale.last_accepted;
    let level = order.iter().filter(|(_, bid)| margin(bid)).map(|(place, _)| *place);
    let mut level: Vec<usize> = level.collect();
    level.sort_unstable();
    // One bid alone, served in part, is level with nobody; nor is a margin at which all are served.
    if level.len() > 1 && sale.first_rejected == sale.last_accepted.unwrap_or(0) {
        sale.tied = level;
    }
    sale
}
