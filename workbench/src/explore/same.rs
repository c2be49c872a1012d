//! Whether the same entries, in whatever order they arrive, come to the same: it tests the engine, not the
//! rules. The entries of a conversation that a search has found are really signed, and taken in anew
//! in other orders.

use mundi_engine::{Reasons, Replica, entry};

use crate::rehearsal::Rehearsal;

/// Orders in which the entries of one conversation are tried.
const ORDERS: u64 = 3;

/// Whether all orders that were tried come to the same verdicts, state and ending.
pub(super) fn is_same(rehearsal: &Rehearsal) -> bool {
    let replica = rehearsal.replica();
    let signed = replica.order();
    let signed: Option<Vec<_>> = signed
        .iter()
        .map(|id| entry::verify(mundi_engine::Entry::decode(&replica.entry_bytes(id)?).ok()?).ok())
        .collect();
    let Some(signed) = signed else { return false };
    let Some((open, rest)) = signed.split_first() else { return false };
    (1..=ORDERS).all(|order| {
        let again = Replica::open(open, &consensus_std::library(), Reasons::Skip);
        let Ok(mut again) = again else { return false };
        let mut rest = rest.to_vec();
        shuffle(&mut rest, order);
        for entry in rest {
            again.insert(entry);
            again.advance();
        }
        again.state_hash() == replica.state_hash() && again.ending() == replica.ending()
    })
}

/// Fisher and Yates, by a linear congruential generator (Knuth's MMIX): the same on every machine.
fn shuffle<T>(all: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..all.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bound = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
        let at = usize::try_from((state >> 33) % bound).unwrap_or(0);
        all.swap(last, at);
    }
}
