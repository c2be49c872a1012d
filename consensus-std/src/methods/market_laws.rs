//! Laws of auctions and matching, over random small markets.

use proptest::prelude::*;

use super::auctions::{Bid, first_price, sale, second_price};
use super::double_auction::{average, mcafee};
use super::matching::{cycles, deferred, serial};

fn amounts() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(0_u64..12, 1..7)
}

/// Some of the others, best first.
fn lists(of: usize, over: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    let list = (Just((0..over).collect::<Vec<_>>()).prop_shuffle(), 0..=over)
        .prop_map(|(list, len)| list[..len].to_vec());
    proptest::collection::vec(list, of)
}

/// What a bidder with a value gains in a second-price auction.
fn gain(value: u64, bids: &[u64], reserve: u64) -> i64 {
    let sold = second_price(bids, reserve);
    let gain = i64::try_from(value).unwrap() - i64::try_from(sold.price).unwrap();
    if sold.winners.first() == Some(&0) { gain } else { 0 }
}

#[test]
fn the_second_price_is_the_other_bid() {
    // Alice bids 10 and Bob 20: Bob pays 10; with a reserve of 15, 15; above 20 nobody buys.
    let sold = second_price(&[10, 20], 0);
    assert_eq!((sold.winners, sold.price), (vec![1], 10));
    assert_eq!(second_price(&[10, 20], 15).price, 15);
    assert!(second_price(&[10, 20], 21).winners.is_empty());
    // Level bids: all are named, and the price is theirs.
    let level = second_price(&[20, 10, 20], 0);
    assert_eq!((level.winners, level.price), (vec![0, 2], 20));
    assert_eq!(first_price(&[10, 20, 20], 0).price, 20);
}

#[test]
fn units_go_to_the_highest_bids() {
    let bid = |price, units| Bid { price, units };
    // Bids for bills, three units to sell: 9 has two, 7 one of its two; both pay 7 (or 7).
    let sold = sale(&[bid(7, 2), bid(9, 2), bid(5, 1)], 3, 0);
    assert_eq!(sold.units, [1, 2, 0]);
    assert_eq!((sold.last_accepted, sold.first_rejected), (Some(7), 7));
    // Served in full down to 7, the next is 5.
    let sold = sale(&[bid(7, 1), bid(9, 2), bid(5, 1)], 3, 0);
    assert_eq!((sold.units, sold.last_accepted, sold.first_rejected), (vec![1, 2, 0], Some(7), 5));
    // Level at the margin: the earlier one has it, and both are named.
    let sold = sale(&[bid(9, 1), bid(7, 1), bid(7, 1)], 2, 0);
    assert_eq!((sold.units, sold.tied), (vec![1, 1, 0], vec![1, 2]));
    assert_eq!(sale(&[bid(9, 1)], 3, 10).left, 3);
}

#[test]
fn mcafee_trades_all_or_all_but_one() {
    // McAfee's two cases. The mean of the third pair, (6 + 8)/2, is between the second ones.
    let traded = mcafee(&[10, 9, 6], &[3, 5, 8]);
    assert_eq!((traded.pairs.len(), traded.doubled_pays, traded.doubled_gets), (2, 14, 14));
    // It is not: the second pair does not trade, and its bid and ask are the prices.
    let traded = mcafee(&[10, 6, 4], &[3, 5, 20]);
    assert_eq!((traded.pairs, traded.doubled_pays, traded.doubled_gets), (vec![(0, 0)], 12, 10));
    // The mean of the last pair for all.
    let traded = average(&[10, 9, 6], &[3, 5, 8]);
    assert_eq!((traded.pairs, traded.doubled_pays), (vec![(0, 0), (1, 1)], 14));
    assert!(mcafee(&[1], &[2]).pairs.is_empty());
}

#[test]
fn the_example_of_gale_and_shapley() {
    // Three men and women each (their example 1): six matchings are possible, men asking gives
    // each his first choice.
    let men = [vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1]];
    let women = [vec![1, 2, 0], vec![2, 0, 1], vec![0, 1, 2]];
    assert_eq!(deferred(&men, &women, &[1; 3]), [Some(0), Some(1), Some(2)]);
    // Women asking gives each hers.
    assert_eq!(deferred(&women, &men, &[1; 3]), [Some(1), Some(2), Some(0)]);
    // Their example 2, of four: one stable matching only, α-C, β-D, γ-A, δ-B.
    let men = [vec![0, 1, 2, 3], vec![0, 3, 2, 1], vec![1, 0, 2, 3], vec![3, 1, 2, 0]];
    let women = [vec![3, 2, 0, 1], vec![1, 3, 0, 2], vec![3, 0, 1, 2], vec![2, 1, 0, 3]];
    assert_eq!(deferred(&men, &women, &[1; 4]), [Some(2), Some(3), Some(0), Some(1)]);
    assert_eq!(deferred(&women, &men, &[1; 4]), [Some(2), Some(3), Some(0), Some(1)]);
}

#[test]
fn houses_are_traded_in_cycles() {
    // 0 and 1 want each other's; 2 wants 0's, which is gone, then its own.
    assert_eq!(cycles(&[vec![1], vec![0], vec![0, 2]]), [1, 0, 2]);
    assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), [1, 2, 0]);
    assert_eq!(serial(&[vec![0, 1], vec![0, 1], vec![0]], &[1, 1]), [Some(0), Some(1), None]);
}

proptest! {
    #[test]
    fn no_false_bid_pays_in_a_second_price_auction(
        bids in amounts(), reserve in 0_u64..12, lie in 0_u64..12
    ) {
        let mut false_bids = bids.clone();
        false_bids[0] = lie;
        prop_assert!(gain(bids[0], &bids, reserve) >= gain(bids[0], &false_bids, reserve));
    }

    #[test]
    fn no_false_bid_for_one_unit_pays_at_the_first_rejected_price(
        bids in amounts(), units in 1_u64..5, lie in 0_u64..12
    ) {
        let one = |bids: &[u64]| {
            let bids: Vec<Bid> = bids.iter().map(|b| Bid { price: *b, units: 1 }).collect();
            let sold = sale(&bids, units, 0);
            (sold.units[0], sold.first_rejected)
        };
        let value = i64::try_from(bids[0]).unwrap();
        let gain = |(units, price): (u64, u64)| {
            if units > 0 { value - i64::try_from(price).unwrap() } else { 0 }
        };
        let mut false_bids = bids.clone();
        false_bids[0] = lie;
        prop_assert!(gain(one(&bids)) >= gain(one(&false_bids)));
    }

    #[test]
    fn a_sale_serves_the_highest_bids_and_no_more_than_there_is(
        prices in amounts(), units in 0_u64..9, reserve in 0_u64..6
    ) {
        let bids: Vec<Bid> = prices.iter().map(|p| Bid { price: *p, units: p % 3 }).collect();
        let sold = sale(&bids, units, reserve);
        prop_assert_eq!(sold.units.iter().sum::<u64>() + sold.left, units);
        for (a, served) in bids.iter().zip(&sold.units) {
            prop_assert!(*served == 0 || a.price >= reserve);
            for (b, other) in bids.iter().zip(&sold.units) {
                prop_assert!(*served == 0 || b.price <= a.price || *other == b.units);
            }
        }
        let short = bids.iter().zip(&sold.units).any(|(b, s)| b.price >= reserve && *s < b.units);
        prop_assert!(!short || sold.left == 0);
    }

    #[test]
    fn nobody_trades_at_a_loss(bids in amounts(), asks in amounts()) {
        for traded in [average(&bids, &asks), mcafee(&bids, &asks)] {
            prop_assert!(traded.doubled_pays >= traded.doubled_gets);
            for (buyer, seller) in traded.pairs {
                prop_assert!(2 * bids[buyer] >= traded.doubled_pays);
                prop_assert!(2 * asks[seller] <= traded.doubled_gets);
            }
        }
    }

    #[test]
    fn no_false_bid_pays_under_mcafee(bids in amounts(), asks in amounts(), lie in 0_u64..12) {
        let gain = |bids: &[u64], value: u64| {
            let traded = mcafee(bids, &asks);
            let mine = traded.pairs.iter().any(|(buyer, _)| *buyer == 0);
            let price = i64::try_from(traded.doubled_pays).unwrap();
            if mine { 2 * i64::try_from(value).unwrap() - price } else { 0 }
        };
        let mut false_bids = bids.clone();
        false_bids[0] = lie;
        prop_assert!(gain(&bids, bids[0]) >= gain(&false_bids, bids[0]));
    }

    #[test]
    fn deferred_acceptance_is_stable(
        proposers in lists(5, 3), hosts in lists(3, 5), places in proptest::collection::vec(0_usize..3, 3)
    ) {
        let matched = deferred(&proposers, &hosts, &places);
        let rank = |list: &Vec<usize>, of: usize| list.iter().position(|x| *x == of);
        for (p, host) in matched.iter().enumerate() {
            if let Some(h) = host {
                prop_assert!(proposers[p].contains(h) && hosts[*h].contains(&p));
            }
            for h in proposers[p].iter().take_while(|h| Some(**h) != *host) {
                // The host would not take this one: no room among better ones.
                let keeps: Vec<usize> = (0..5).filter(|q| matched[*q] == Some(*h)).collect();
                let mine = rank(&hosts[*h], p);
                let better = keeps.iter().filter(|q| rank(&hosts[*h], **q) < mine).count();
                prop_assert!(mine.is_none() || better >= places[*h]);
            }
        }
        for (h, places) in places.iter().enumerate() {
            prop_assert!(matched.iter().filter(|m| **m == Some(h)).count() <= *places);
        }
    }

    #[test]
    fn no_proposer_gains_by_a_false_list(
        proposers in lists(4, 3), hosts in lists(3, 4), lie in lists(1, 3)
    ) {
        let places = [1; 3];
        let rank = |h: Option<usize>| {
            h.and_then(|h| proposers[0].iter().position(|x| *x == h)).unwrap_or(usize::MAX)
        };
        let mut told = proposers.clone();
        told[0] = lie[0].clone();
        let honest = rank(deferred(&proposers, &hosts, &places)[0]);
        prop_assert!(honest <= rank(deferred(&told, &hosts, &places)[0]));
    }

    #[test]
    fn trading_cycles_leave_nobody_worse_off_and_no_group_that_would_rather_trade_itself(
        owners in lists(4, 4)
    ) {
        let gets = cycles(&owners);
        let rank = |owner: usize, thing: usize| {
            let end = owners[owner].iter().position(|t| *t == owner).unwrap_or(owners[owner].len());
            owners[owner].iter().position(|t| *t == thing).unwrap_or(if thing == owner { end } else { usize::MAX })
        };
        let mut things = gets.clone();
        things.sort_unstable();
        prop_assert_eq!(things, vec![0, 1, 2, 3]);
        for (owner, thing) in gets.iter().enumerate() {
            prop_assert!(rank(owner, *thing) <= rank(owner, owner));
        }
        // Owners who would each be better off with what one of them has: none, going round.
        for start in 0..4 {
            let wants = |o: usize| -> Vec<usize> {
                (0..4).filter(|t| rank(o, *t) < rank(o, gets[o])).collect()
            };
            let mut reached = vec![start];
            let mut at = 0;
            while at < reached.len() {
                let next = wants(reached[at]);
                prop_assert!(!next.contains(&start));
                let more: Vec<usize> = next.into_iter().filter(|t| !reached.contains(t)).collect();
                reached.extend(more);
                at += 1;
            }
        }
    }
}
