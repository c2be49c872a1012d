//! Questions to a state that do not change it: may it end here, can anything still come.

use super::People;
use super::node::{Group, Node, Ways};
use super::program::{Many, Over, Program, Term, TermId};
use super::table::Table;

/// The scopes around a node, and the entries that they have gathered.
#[derive(Clone, Copy)]
pub(super) struct Scopes<'a> {
    pub(super) term: TermId,
    pub(super) refs: &'a [Table<()>],
    pub(super) around: Option<&'a Scopes<'a>>,
}

/// What the answers depend on beside the state.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) program: &'a Program,
    pub(super) people: &'a dyn People,
}

/// One set of gathered entries.
pub(super) fn gathered<'a>(
    scopes: Option<&Scopes<'a>>,
    (scope, slot): (TermId, usize),
) -> Option<&'a Table<()>> {
    let mut at = scopes;
    while let Some(here) = at {
        if here.term == scope {
            return here.refs.get(slot);
        }
        at = here.around;
    }
    None
}

impl Look<'_> {
    /// Whether the part may end here.
    pub(super) fn may_end(&self, node: &Node, scopes: Option<&Scopes<'_>>) -> bool {
        match node {
            Node::Done => true,
            Node::Fresh(term) => match self.program.term(*term) {
                Term::Message(..) => false,
                Term::Either(parts) => parts.iter().any(|p| self.fresh_may_end(*p, scopes)),
                Term::Repeat { body, min, .. } => *min == 0 || self.fresh_may_end(*body, scopes),
                _ => self.may_end(self.program.opened(*term), scopes),
            },
            Node::Sequence { term, at, inner } => {
                self.may_end(inner, scopes)
                    && self.after(*term, *at).iter().all(|p| self.fresh_may_end(*p, scopes))
            }
            Node::Interleave { parts, .. } => parts.iter().all(|p| self.may_end(p, scopes)),
            Node::Repeat { term, rounds, inner } => {
                let Term::Repeat { body, min, .. } = self.program.term(*term) else {
                    return false;
                };
                self.may_end(inner, scopes)
                    && (rounds.saturating_add(1) >= *min || self.fresh_may_end(*body, scopes))
            }
            Node::One { inner, .. } | Node::Unless { inner, .. } => self.may_end(inner, scopes),
            Node::Scope { term, refs, inner } => {
                self.may_end(inner, Some(&Scopes { term: *term, refs, around: scopes }))
            }
            Node::Many { term, group } => match self.program.term(*term) {
                Term::Many(many) => self.all_may_end(many, group, scopes),
                _ => false,
            },
        }
    }

    /// Whether any message of the part can still come.
    pub(super) fn can_come(&self, node: &Node, scopes: Option<&Scopes<'_>>) -> bool {
        match node {
            Node::Done => false,
            Node::Fresh(term) => match self.program.term(*term) {
                Term::Message(..) => true,
                Term::Either(parts) => parts.iter().any(|p| self.fresh_can_come(*p, scopes)),
                Term::Repeat { body, .. } => self.fresh_can_come(*body, scopes),
                _ => self.can_come(self.program.opened(*term), scopes),
            },
            Node::Sequence { term, at, inner } => {
                let mut end = self.may_end(inner, scopes);
                let mut come = self.can_come(inner, scopes);
                for part in self.after(*term, *at) {
                    come = come || (end && self.fresh_can_come(*part, scopes));
                    end = end && self.fresh_may_end(*part, scopes);
                }
                come
            }
            Node::Interleave { parts, .. } => parts.iter().any(|p| self.can_come(p, scopes)),
            Node::Repeat { term, rounds, inner } => {
                self.can_come(inner, scopes)
                    || self.next_round(*term, *rounds).is_some_and(|body| {
                        self.may_end(inner, scopes) && self.fresh_can_come(body, scopes)
                    })
            }
            Node::One { inner, .. } | Node::Unless { inner, .. } => self.can_come(inner, scopes),
            Node::Scope { term, refs, inner } => {
                self.can_come(inner, Some(&Scopes { term: *term, refs, around: scopes }))
            }
            Node::Many { term, group } => match self.program.term(*term) {
                Term::Many(many) => self.any_can_come(many, group, scopes),
                _ => false,
            },
        }
    }

    /// The body of a loop, if it may go round once more.
    pub(super) fn next_round(&self, term: TermId, rounds: u32) -> Option<TermId> {
        let Term::Repeat { body, max, .. } = self.program.term(term) else { return None };
        max.is_none_or(|max| rounds.saturating_add(1) < max).then_some(*body)
    }

    /// The parts of a sequence after one.
    pub(super) fn after(&self, term: TermId, at: usize) -> &[TermId] {
        let Term::Sequence(parts) = self.program.term(term) else { return &[] };
        parts.get(at.saturating_add(1)..).unwrap_or_default()
    }

    pub(super) fn fresh_may_end(&self, term: TermId, scopes: Option<&Scopes<'_>>) -> bool {
        self.may_end(&self.program.fresh(term), scopes)
    }

    pub(super) fn fresh_can_come(&self, term: TermId, scopes: Option<&Scopes<'_>>) -> bool {
        self.can_come(&self.program.fresh(term), scopes)
    }

    pub(super) fn ways_may_end(&self, ways: &Ways, scopes: Option<&Scopes<'_>>) -> bool {
        ways.iter().any(|way| self.may_end(way, scopes))
    }

    pub(super) fn ways_can_come(&self, ways: &Ways, scopes: Option<&Scopes<'_>>) -> bool {
        ways.iter().any(|way| self.can_come(way, scopes))
    }

    fn all_may_end(&self, many: &Many, group: &Group, scopes: Option<&Scopes<'_>>) -> bool {
        let fresh = self.fresh_may_end(many.body, scopes);
        if many.steady {
            let odd = group.odd_end;
            return if fresh { odd == 0 } else { odd >= self.count(many, scopes) };
        }
        self.keys(many, scopes)
            .into_iter()
            .all(|key| group.begun.get(key).map_or(fresh, |ways| self.ways_may_end(ways, scopes)))
    }

    fn any_can_come(&self, many: &Many, group: &Group, scopes: Option<&Scopes<'_>>) -> bool {
        let fresh = self.fresh_can_come(many.body, scopes);
        if matches!(many.over, Over::People { open: true, .. }) {
            return true;
        }
        if many.steady {
            let odd = group.odd_come;
            return if fresh { odd < self.count(many, scopes) } else { odd > 0 };
        }
        self.keys(many, scopes)
            .into_iter()
            .any(|key| group.begun.get(key).map_or(fresh, |ways| self.ways_can_come(ways, scopes)))
    }

    /// How many instances there are.
    fn count(&self, many: &Many, scopes: Option<&Scopes<'_>>) -> u32 {
        match &many.over {
            Over::People { roles, .. } => self.people.present(roles),
            Over::Entries(groups) => groups
                .iter()
                .filter_map(|group| gathered(scopes, *group))
                .fold(0, |sum: u32, set| sum.saturating_add(set.len())),
        }
    }

    /// What there is an instance for: persons, or entries.
    pub(super) fn keys(&self, many: &Many, scopes: Option<&Scopes<'_>>) -> Vec<u32> {
        match &many.over {
            Over::People { roles, .. } => self.people.holders(roles),
            Over::Entries(groups) => groups
                .iter()
                .filter_map(|group| gathered(scopes, *group))
                .flat_map(|set| set.iter().into_iter().map(|(key, ())| key))
                .collect(),
        }
    }
}
