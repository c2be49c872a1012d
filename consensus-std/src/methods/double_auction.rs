//! Double auctions: buyers and sellers of one unit each, all at once.
//!
//! In: what buyers bid and sellers ask, each in the order in which they came. The highest bids meet
//! the lowest asks: k pairs, as many as have bid ≥ ask. Average price (k-double auction with
//! k = 1/2; Chatterjee, Samuelson, "Bargaining under incomplete information", 1983; Rustichini,
//! Satterthwaite, Williams 1994): all k trade at the mean of the kth bid and the kth ask. McAfee,
//! "A dominant strategy double auction", 1992: with the mean of the k + 1st bid and ask as price
//! all k trade where it lies between the kth; else, and where there is no k + 1st pair, the k − 1
//! first trade, buyers pay the kth bid and sellers have the kth ask, so that nobody can gain by a
//! false bid. Equal bids are told apart by the order in which they came; those level with one who
//! trades and who do not trade themselves are [`Trades::tied`]. Prices are given doubled: whole.

/// Who trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trades {
    /// Buyers that trade, highest bid first, and beside each a seller, lowest ask first.
    pub pairs: Vec<(usize, usize)>,
    /// Twice what each buyer pays.
    pub doubled_pays: u64,
    /// Twice what each seller has.
    pub doubled_gets: u64,
    /// Buyers, then sellers, that do not trade and are level with one that does.
    pub tied: (Vec<usize>, Vec<usize>),
}

/// Everybody at the mean of the last pair.
#[must_use]
pub fn average(bids: &[u64], asks: &[u64]) -> Trades {
    let book = Book::new(bids, asks);
    let price = book.pair(book.trades).map_or(0, |(bid, ask)| bid.saturating_add(ask));
    book.trade(book.trades, price, price)
}

/// McAfee's mechanism.
#[must_use]
pub fn mcafee(bids: &[u64], asks: &[u64]) -> Trades {
    let book = Book::new(bids, asks);
    let Some((bid, ask)) = book.pair(book.trades) else { return book.trade(0, 0, 0) };
    let (bid, ask) = (bid.saturating_mul(2), ask.saturating_mul(2));
    let next = book.pair(book.trades + 1).map(|(bid, ask)| bid.saturating_add(ask));
    match next.filter(|price| (ask..=bid).contains(price)) {
        Some(price) => book.trade(book.trades, price, price),
        None => book.trade(book.trades.saturating_sub(1), bid, ask),
    }
}

/// Bids and asks in the order in which they are served.
struct Book {
    buyers: Vec<(u64, usize)>,
    sellers: Vec<(u64, usize)>,
    /// How many pairs have bid ≥ ask.
    trades: usize,
}

impl Book {
    fn new(bids: &[u64], asks: &[u64]) -> Self {
        let mut buyers: Vec<(u64, usize)> = bids.iter().copied().zip(0..).collect();
        let mut sellers: Vec<(u64, usize)> = asks.iter().copied().zip(0..).collect();
        buyers.sort_by_key(|(bid, place)| (std::cmp::Reverse(*bid), *place));
        sellers.sort_unstable();
        let trades = buyers.iter().zip(&sellers).take_while(|(b, s)| b.0 >= s.0).count();
        Self { buyers, sellers, trades }
    }

    /// The bid and the ask of a pair, counted from 1.
    fn pair(&self, number: usize) -> Option<(u64, u64)> {
        let at = number.checked_sub(1)?;
        Some((self.buyers.get(at)?.0, self.sellers.get(at)?.0))
    }

    /// The first pairs trade.
    fn trade(&self, pairs: usize, doubled_pays: u64, doubled_gets: u64) -> Trades {
        let places = |side: &[(u64, usize)]| side.iter().map(|(_, p)| *p).collect::<Vec<_>>();
        let in_pairs = places(&self.buyers).into_iter().zip(places(&self.sellers));
        let margin = pairs.checked_sub(1);
        let level = |side: &[(u64, usize)]| {
            let last = margin.and_then(|m| side.get(m)).map(|(price, _)| *price);
            let later = side.iter().skip(pairs).filter(|(price, _)| Some(*price) == last);
            later.map(|(_, place)| *place).collect()
        };
        Trades {
            pairs: in_pairs.take(pairs).collect(),
            doubled_pays,
            doubled_gets,
            tied: (level(&self.buyers), level(&self.sellers)),
        }
    }
}
