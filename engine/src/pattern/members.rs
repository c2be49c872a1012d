//! Instances that change: one by a message, or all of a person who left.

use std::sync::Arc;

use super::look::Look;
use super::node::{Group, Node, Ways};
use super::program::{Many, Over, Term};

impl Look<'_> {
    /// The group with one instance replaced, its counts kept right.
    pub(super) fn replaced(&self, many: &Many, group: &Group, key: u32, ways: Ways) -> Group {
        let mut group = group.clone();
        if group.begun.get(key) == Some(&ways) {
            // As in `vote*`: nothing to write into the shared chunks.
            return group;
        }
        let fresh = self.program.fresh(many.body);
        let new = (ways.as_slice() != [fresh]).then_some(ways);
        let added = new.as_ref().map_or((0, 0), |ways| self.odd(many, ways));
        let old = match new {
            Some(ways) => group.begun.insert(key, ways),
            None => group.begun.remove(key),
        };
        let gone = old.map_or((0, 0), |ways| self.odd(many, &ways));
        group.odd_end = group.odd_end.saturating_add(added.0).saturating_sub(gone.0);
        group.odd_come = group.odd_come.saturating_add(added.1).saturating_sub(gone.1);
        group
    }

    /// Whether an instance differs from a fresh one, as 1 or 0. Only for steady groups, whose
    /// instances depend on nothing outside them.
    fn odd(&self, many: &Many, ways: &Ways) -> (u32, u32) {
        if !many.steady {
            return (0, 0);
        }
        let end = self.ways_may_end(ways, None) != self.fresh_may_end(many.body, None);
        let come = self.ways_can_come(ways, None) != self.fresh_can_come(many.body, None);
        (u32::from(end), u32::from(come))
    }

    /// Drops the instances of a person who no longer holds the roles they stand for.
    pub(super) fn without(&self, node: &Arc<Node>, person: u32) -> Arc<Node> {
        let has_each = node.term().is_some_and(|term| self.program.facts(term).has_each);
        if !has_each {
            return Arc::clone(node);
        }
        let inside = |inner: &Arc<Node>| self.without(inner, person);
        match &**node {
            Node::Done | Node::Fresh(_) => Arc::clone(node),
            Node::Sequence { term, at, inner } => self.program.sequence(*term, *at, inside(inner)),
            Node::Interleave { term, parts } => {
                let parts = parts.iter().map(inside).collect();
                self.program.interleave(*term, parts)
            }
            Node::Repeat { term, rounds, inner } => {
                self.program.repeat(*term, *rounds, inside(inner))
            }
            Node::One { term, bound, inner } => self.program.one(*term, *bound, inside(inner)),
            Node::Unless { term, inner } => self.program.unless(*term, inside(inner)),
            Node::Scope { term, refs, inner } => {
                self.program.scope(*term, refs.clone(), inside(inner))
            }
            Node::Many { term, group } => match self.program.term(*term) {
                Term::Many(many) => {
                    self.program.many(*term, self.group_without(many, group, person))
                }
                _ => Arc::clone(node),
            },
        }
    }

    fn group_without(&self, many: &Many, group: &Group, person: u32) -> Group {
        let mut group = group.clone();
        if let Over::People { roles, .. } = &many.over
            && !roles.iter().any(|role| self.people.holds(person, *role))
        {
            group = self.replaced(many, &group, person, vec![self.program.fresh(many.body)]);
        }
        if self.program.facts(many.body).has_each {
            for (key, ways) in group.clone().begun.iter() {
                let mut kept: Ways = Vec::new();
                for way in ways.iter().map(|way| self.without(way, person)) {
                    if !kept.contains(&way) {
                        kept.push(way);
                    }
                }
                group = self.replaced(many, &group, key, kept);
            }
        }
        group
    }
}
