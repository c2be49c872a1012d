//! Methods that drop options one after another, each with its tie policy.

use mundi_lang::ty::Ty;

use super::{ballots, eliminate, options, plain, winners};
use crate::methods::{baldwin, coombs, hybrid, irv, runoffs};
use crate::modules::cost;
use crate::results::{Method, Work, method, named, record_type};

pub(super) fn methods() -> Vec<Method> {
    vec![
        of(named!("ranked", "irv"), (|v| eliminate(v, irv::irv), cost::run_off)),
        of(named!("ranked", "coombs"), (|v| eliminate(v, coombs::coombs), cost::run_off_shared)),
        of(
            named!("ranked", "baldwin"),
            (|v| eliminate(v, baldwin::baldwin), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "bottom_two"),
            (|v| eliminate(v, runoffs::bottom_two), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "raynaud"),
            (|v| eliminate(v, runoffs::raynaud), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "benham"),
            (|v| eliminate(v, hybrid::benham), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "woodall"),
            (|v| eliminate(v, hybrid::woodall), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "tideman_alternative"),
            (|v| eliminate(v, hybrid::tideman_alternative), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "smith_irv"),
            (|v| eliminate(v, hybrid::smith_irv), cost::run_off_with_duels),
        ),
        of(
            named!("ranked", "condorcet_irv"),
            (|v| eliminate(v, hybrid::condorcet_irv), cost::run_off_with_duels),
        ),
        plain(
            named!("ranked", "nanson"),
            (|v| super::elect(v, |p| baldwin::nanson(p, baldwin::Mean::Stays)), cost::cubic),
        ),
        plain(
            named!("ranked", "nanson_weak"),
            (|v| super::elect(v, |p| baldwin::nanson(p, baldwin::Mean::Goes)), cost::cubic),
        ),
    ]
}

fn of(named: (&str, &'static str), work: Work) -> Method {
    method(named, [ballots(), options(), ("ties", Ty::Text)], record_type([winners()]), work)
}
