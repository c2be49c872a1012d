//! Methods that look at duels alone.

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;

use super::{ballots, by_sets, elect, options, plain, winners};
use crate::arguments::{Options, Outcome, profile, text, wrong};
use crate::limits::MAX_LOCKINGS;
use crate::methods::elimination::TooManyTies;
use crate::methods::locking::{Lock, Order, locking};
use crate::methods::{copeland, hybrid, minimax, orders, split_cycle, tournament};
use crate::modules::cost;
use crate::results::{Method, Work, method, named, record, record_type};

pub(super) fn methods() -> Vec<Method> {
    let mut all = by_strength();
    all.extend(by_sets_of_options());
    all
}

fn by_strength() -> Vec<Method> {
    vec![
        plain(named!("ranked", "copeland"), (|v| elect(v, copeland::copeland), cost::by_options)),
        plain(named!("ranked", "llull"), (|v| elect(v, copeland::llull), cost::by_options)),
        plain(named!("ranked", "minimax"), (|v| elect(v, minimax::minimax), cost::by_options)),
        plain(
            named!("ranked", "minimax_margins"),
            (|v| elect(v, minimax::margins), cost::by_options),
        ),
        plain(
            named!("ranked", "minimax_opposition"),
            (|v| elect(v, minimax::opposition), cost::by_options),
        ),
        plain(
            named!("ranked", "smith_minimax"),
            (|v| elect(v, hybrid::smith_minimax), cost::cubic),
        ),
        locked(named!("ranked", "ranked_pairs"), (|v| lock(v, Lock::Pairs), cost::locking)),
        locked(named!("ranked", "river"), (|v| lock(v, Lock::River), cost::locking)),
        plain(
            named!("ranked", "split_cycle"),
            (|v| elect(v, split_cycle::split_cycle), cost::cubic),
        ),
        plain(
            named!("ranked", "stable_voting"),
            (|v| by_sets(v, split_cycle::stable_voting), cost::stable),
        ),
    ]
}

fn by_sets_of_options() -> Vec<Method> {
    vec![
        plain(named!("ranked", "kemeny"), (|v| by_sets(v, orders::kemeny), cost::subsets)),
        plain(named!("ranked", "slater"), (|v| by_sets(v, orders::slater), cost::subsets)),
        plain(named!("ranked", "top_cycle"), (|v| elect(v, tournament::top_cycle), cost::cubic)),
        plain(named!("ranked", "schwartz"), (|v| elect(v, tournament::schwartz), cost::cubic)),
        plain(named!("ranked", "uncovered"), (|v| elect(v, tournament::uncovered), cost::cubic)),
        plain(named!("ranked", "banks"), (|v| by_sets(v, tournament::banks), cost::subsets)),
    ]
}

fn locked(named: (&str, &'static str), work: Work) -> Method {
    method(named, [ballots(), options(), ("ties", Ty::Text)], record_type([winners()]), work)
}

fn lock(values: &[Value], lock: Lock) -> Outcome<Value> {
    let order = match text(values, 2, "ties")?.as_ref() {
        "parallel" => Order::Parallel,
        "listed" => Order::Listed,
        other => {
            return wrong(format!("`ties` is \"{other}\": write \"parallel\" or \"listed\""));
        }
    };
    let options = Options::new(values, 1)?;
    match locking(&profile(values, 0, &options)?, lock, order) {
        Ok(winners) => Ok(record([("winners", options.values(&winners))])),
        Err(TooManyTies) => Err(MethodError::TooMuch(format!(
            "too many duels of one margin: at most {MAX_LOCKINGS} steps; write \"listed\""
        ))),
    }
}
