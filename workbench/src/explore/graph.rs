//! The states that a search has found, and what leads from one to another.

use super::moves::Move;

/// Index of a state.
pub(super) type StateId = u32;

/// How a state stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// It goes on, and all that may follow was searched.
    Searched,
    /// It goes on, and what follows was not searched.
    Unsearched,
    /// Consensus.
    Decided,
    /// It ended without.
    Failed,
}

/// A state: how it was reached first, so by the fewest steps.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) before: StateId,
    pub(super) by: Option<Move>,
    pub(super) stand: Stand,
    pub(super) messages: u32,
}

/// A step that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: StateId,
    pub(super) to: StateId,
    /// The roles that its author holds, a bit each; none where anybody can take the step.
    pub(super) roles: u64,
    /// Whether nothing is said: time passes.
    pub(super) waits: bool,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) states: Vec<State>,
    pub(super) edges: Vec<Edge>,
}

impl Graph {
    pub(super) fn state(&self, id: StateId) -> Option<&State> {
        self.states.get(id as usize)
    }

    /// The steps from the beginning to a state.
    pub(super) fn path(&self, to: StateId) -> Vec<Move> {
        let mut path = Vec::new();
        let mut at = to;
        while let Some(State { before, by: Some(by), .. }) = self.state(at) {
            path.push(by.clone());
            at = *before;
        }
        path.reverse();
        path
    }

    /// The first state of a kind: nothing that was found is nearer to the beginning.
    pub(super) fn first(&self, stand: Stand) -> Option<StateId> {
        let at = self.states.iter().position(|state| state.stand == stand)?;
        StateId::try_from(at).ok()
    }

    /// By state: whether an ending can be reached from it by steps that need nobody of these roles. What
    /// was not searched is taken to lead to one.
    pub(super) fn can_end(&self, without: u64) -> Vec<bool> {
        let mut into: Vec<Vec<StateId>> = vec![Vec::new(); self.states.len()];
        for edge in self.edges.iter().filter(|edge| edge.roles & without == 0) {
            if let Some(place) = into.get_mut(edge.to as usize) {
                place.push(edge.from);
            }
        }
        let mut ends: Vec<bool> =
            self.states.iter().map(|state| state.stand != Stand::Searched).collect();
        let mut todo: Vec<usize> =
            (0..ends.len()).filter(|n| ends.get(*n) == Some(&true)).collect();
        while let Some(at) = todo.pop() {
            for from in into.get(at).into_iter().flatten() {
                if let Some(known @ false) = ends.get_mut(*from as usize) {
                    *known = true;
                    todo.push(*from as usize);
                }
            }
        }
        ends
    }

    /// Whether anything but waiting leads away from a state or from where waiting leads.
    pub(super) fn goes_on(&self, id: StateId) -> bool {
        let mut at = vec![id];
        let mut known = vec![id];
        while let Some(from) = at.pop() {
            for edge in self.edges_from(from) {
                if !edge.waits {
                    return true;
                }
                if !known.contains(&edge.to) {
                    known.push(edge.to);
                    at.push(edge.to);
                }
            }
        }
        false
    }

    /// The edges are kept in order of where they lead from.
    fn edges_from(&self, from: StateId) -> &[Edge] {
        let start = self.edges.partition_point(|edge| edge.from < from);
        let rest = self.edges.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|edge| edge.from == from)).unwrap_or_default()
    }
}
