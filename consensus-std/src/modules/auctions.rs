//! `use std::auctions`: sealed bids for one thing, for many alike, and from both sides.

use mundi_engine::Value;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::Outcome;
use crate::fields::{Numbered, bounded_count, choice, count_field, elements, field};
use crate::limits::MAX_MARKS;
use crate::methods::auctions::{self, Bid, Price, Sale, Single};
use crate::methods::double_auction::{self, Trades};
use crate::modules::cost_several;
use crate::results::{Method, int, list, list_of, method, named, option_type, record, record_type};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let single = || record_type([("winners", list_of(option_type())), ("price", Ty::Int)]);
    let award = record_type([("bidder", option_type()), ("units", Ty::Int), ("pays", Ty::Int)]);
    let sold = |price: Option<(&'static str, Ty)>| {
        let mut fields = vec![
            ("awards".to_owned(), list_of(award.clone())),
            ("left".to_owned(), Ty::Int),
            ("tied".to_owned(), list_of(option_type())),
        ];
        fields.extend(price.map(|(name, ty)| (name.to_owned(), ty)));
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Ty::Record(fields)
    };
    let reserve = || ("reserve", Ty::Int);
    let units = || ("units", Ty::Int);
    vec![
        method(
            named!("auctions", "first_price"),
            [bids("bids", false), reserve()],
            single(),
            (first_price, cost_several::sorting),
        ),
        method(
            named!("auctions", "second_price"),
            [bids("bids", false), reserve()],
            single(),
            (second_price, cost_several::sorting),
        ),
        method(
            named!("auctions", "uniform_price"),
            [bids("bids", true), units(), reserve(), ("price", Ty::Text)],
            sold(Some(("price", Ty::Int))),
            (uniform_price, cost_several::sorting),
        ),
        method(
            named!("auctions", "pay_as_bid"),
            [bids("bids", true), units(), reserve()],
            sold(None),
            (pay_as_bid, cost_several::sorting),
        ),
        double(named!("auctions", "double_average"), double_average),
        double(named!("auctions", "double_mcafee"), double_mcafee),
    ]
}

fn bids(name: &'static str, units: bool) -> (&'static str, Ty) {
    let bidder = ("bidder", option_type());
    let bid = if units {
        record_type([bidder, ("price", Ty::Int), ("units", Ty::Int)])
    } else {
        record_type([bidder, ("price", Ty::Int)])
    };
    (name, list_of(bid))
}

fn double(named: (&str, &'static str), native: mundi_engine::library::Native) -> Method {
    let trade = record_type([("buyer", option_type()), ("seller", option_type())]);
    let result = record_type([
        ("trades", list_of(trade)),
        ("pays", Ty::Decimal),
        ("gets", Ty::Decimal),
        ("tied_buyers", list_of(option_type())),
        ("tied_sellers", list_of(option_type())),
    ]);
    let parameters = [bids("bids", false), bids("asks", false)];
    method(named, parameters, result, (native, cost_several::sorting))
}

/// Who bids, each once, and what.
fn offers<'a>(values: &'a [Value], at: usize, name: &str) -> Outcome<(Numbered<'a>, Vec<u64>)> {
    let bids = elements(values, at, name)?;
    let bidders = bids.iter().map(|bid| field(bid, "bidder")).collect::<Outcome<Vec<_>>>()?;
    let prices = bids.iter().map(|bid| count_field(bid, "price")).collect::<Outcome<Vec<_>>>()?;
    Ok((Numbered::new(bidders, "bidders", MAX_MARKS)?, prices))
}

fn first_price(values: &[Value]) -> Outcome<Value> {
    one_thing(values, auctions::first_price)
}

fn second_price(values: &[Value]) -> Outcome<Value> {
    one_thing(values, auctions::second_price)
}

fn one_thing(values: &[Value], auction: fn(&[u64], u64) -> Single) -> Outcome<Value> {
    let (bidders, prices) = offers(values, 0, "`bids`")?;
    let sold = auction(&prices, bounded_count(values, 1, "reserve")?);
    Ok(record([("winners", bidders.values(&sold.winners)), ("price", int(sold.price))]))
}

fn uniform_price(values: &[Value]) -> Outcome<Value> {
    let (bidders, _, sale) = sale(values)?;
    let known = [("first-rejected", Price::FirstRejected), ("last-accepted", Price::LastAccepted)];
    let price = match choice(values, 3, "price", known)? {
        Price::FirstRejected => sale.first_rejected,
        Price::LastAccepted => sale.last_accepted.unwrap_or(sale.first_rejected),
    };
    Ok(record([
        ("awards", awards(&bidders, &sale, |_| price)),
        ("price", int(price)),
        ("left", int(sale.left)),
        ("tied", tied(&bidders, &sale)),
    ]))
}

fn pay_as_bid(values: &[Value]) -> Outcome<Value> {
    let (bidders, bids, sale) = sale(values)?;
    let own = |place: usize| bids.get(place).map_or(0, |bid| bid.price);
    Ok(record([
        ("awards", awards(&bidders, &sale, own)),
        ("left", int(sale.left)),
        ("tied", tied(&bidders, &sale)),
    ]))
}

/// The bidders, their bids (one may have several) and who has how many.
fn sale(values: &[Value]) -> Outcome<(Vec<&Value>, Vec<Bid>, Sale)> {
    let records = elements(values, 0, "`bids`")?;
    let bidders = records.iter().map(|bid| field(bid, "bidder")).collect::<Outcome<Vec<_>>>()?;
    let bid = |value| {
        Ok(Bid { price: count_field(value, "price")?, units: count_field(value, "units")? })
    };
    let bids = records.iter().map(bid).collect::<Outcome<Vec<_>>>()?;
    let units = bounded_count(values, 1, "units")?;
    let sale = auctions::sale(&bids, units, bounded_count(values, 2, "reserve")?);
    Ok((bidders, bids, sale))
}

/// Bids that are served, in their order.
fn awards(bidders: &[&Value], sale: &Sale, price: impl Fn(usize) -> u64) -> Value {
    let served = bidders.iter().zip(&sale.units).enumerate().filter(|(_, (_, units))| **units > 0);
    list(served.map(|(place, (bidder, units))| {
        record([
            ("bidder", (*bidder).clone()),
            ("units", int(*units)),
            ("pays", int(units.saturating_mul(price(place)))),
        ])
    }))
}

fn tied(bidders: &[&Value], sale: &Sale) -> Value {
    list(sale.tied.iter().filter_map(|place| bidders.get(*place)).map(|bidder| (*bidder).clone()))
}

fn double_average(values: &[Value]) -> Outcome<Value> {
    both_sides(values, double_auction::average)
}

fn double_mcafee(values: &[Value]) -> Outcome<Value> {
    both_sides(values, double_auction::mcafee)
}

fn both_sides(values: &[Value], auction: fn(&[u64], &[u64]) -> Trades) -> Outcome<Value> {
    let (buyers, bids) = offers(values, 0, "`bids`")?;
    let (sellers, asks) = offers(values, 1, "`asks`")?;
    let traded = auction(&bids, &asks);
    let pair = |(buyer, seller): &(usize, usize)| {
        record([("buyer", buyers.value(*buyer)), ("seller", sellers.value(*seller))])
    };
    Ok(record([
        ("trades", list(traded.pairs.iter().map(pair))),
        ("pays", half(traded.doubled_pays)),
        ("gets", half(traded.doubled_gets)),
        ("tied_buyers", buyers.values(&traded.tied.0)),
        ("tied_sellers", sellers.values(&traded.tied.1)),
    ]))
}

/// Half of it, exactly: five tenths of it.
fn half(doubled: u64) -> Value {
    let tenths = i64::try_from(doubled.saturating_mul(5)).unwrap_or(i64::MAX);
    Value::Decimal(Decimal::new(tenths, 1).normalize())
}
