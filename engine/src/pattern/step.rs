//! One message: from a state to what is left after it.

use std::sync::Arc;

use super::limits::MAX_WAYS;
use super::look::{Look, Scopes, gathered};
use super::memo::Memo;
use super::node::{Group, Node, Ways};
use super::program::{Many, Over, Program, Term, TermId};
use super::{Event, People, TooLarge};

/// One reading of the message: what is left, and the term that it was read as.
pub(super) type Way = (Arc<Node>, TermId);

pub(super) struct Step<'a> {
    pub(super) program: &'a Program,
    pub(super) memo: &'a mut Memo,
    pub(super) event: &'a Event<'a>,
    pub(super) people: &'a dyn People,
}

/// The readings of a message, equal ones merged.
type Read = Result<Vec<Way>, TooLarge>;

impl<'a> Step<'a> {
    fn look(&self) -> Look<'a> {
        Look { program: self.program, people: self.people }
    }

    /// Every reading of the message in a part of the pattern.
    pub(super) fn step(&mut self, node: &Arc<Node>, scopes: Option<&Scopes<'_>>) -> Read {
        let Some(term) = node.term() else { return Ok(Vec::new()) };
        if !self.program.facts(term).plain {
            return few(self.fork(node, scopes)?);
        }
        if let Some(known) = self.memo.get(node, self.event.message, self.event.role) {
            return Ok(known);
        }
        let ways = few(self.fork(node, scopes)?)?;
        Ok(self.memo.put(node, self.event.message, self.event.role, ways))
    }

    fn fork(&mut self, node: &Node, scopes: Option<&Scopes<'_>>) -> Read {
        let program = self.program;
        match node {
            Node::Done => Ok(Vec::new()),
            Node::Fresh(term) => match program.term(*term) {
                Term::Message(message, roles) => {
                    let fits = *message == self.event.message && roles.contains(&self.event.role);
                    Ok(if fits { vec![(Arc::new(Node::Done), *term)] } else { Vec::new() })
                }
                Term::Either(parts) => {
                    let mut ways = Vec::new();
                    for part in parts {
                        ways.extend(self.step(&program.fresh(*part), scopes)?);
                    }
                    Ok(ways)
                }
                Term::Repeat { body, .. } => {
                    let ways = self.step(&program.fresh(*body), scopes)?;
                    Ok(each_way(ways, |inner| program.repeat(*term, 0, inner)))
                }
                _ => self.fork(program.opened(*term), scopes),
            },
            Node::Sequence { term, at, inner } => self.sequence(*term, *at, inner, scopes),
            Node::Interleave { term, parts } => self.interleave(*term, parts, scopes),
            Node::Repeat { term, rounds, inner } => self.repeat(*term, *rounds, inner, scopes),
            Node::One { term, bound, inner } => self.one(*term, *bound, inner, scopes),
            Node::Unless { term, inner } => self.unless(*term, inner, scopes),
            Node::Scope { term, refs, inner } => {
                let within = Scopes { term: *term, refs, around: scopes };
                let ways = self.step(inner, Some(&within))?;
                Ok(ways.into_iter().map(|way| self.gather(&within, way)).collect())
            }
            Node::Many { term, group } => match program.term(*term) {
                Term::Many(many) => self.many(*term, many, group, scopes),
                _ => Ok(Vec::new()),
            },
        }
    }

    fn sequence(
        &mut self,
        term: TermId,
        at: usize,
        inner: &Arc<Node>,
        scopes: Option<&Scopes<'_>>,
    ) -> Read {
        let program = self.program;
        let look = self.look();
        let mut ways = each_way(self.step(inner, scopes)?, |n| program.sequence(term, at, n));
        // Whether what is passed over may end is asked only where something fits after it: the
        // answer may look at many instances.
        let mut passed = vec![Arc::clone(inner)];
        for (next, at) in look.after(term, at).iter().zip(at.saturating_add(1)..) {
            let next = program.fresh(*next);
            let more = self.step(&next, scopes)?;
            if !more.is_empty() {
                if !passed.drain(..).all(|part| look.may_end(&part, scopes)) {
                    break;
                }
                ways.extend(each_way(more, |n| program.sequence(term, at, n)));
            }
            passed.push(next);
        }
        Ok(ways)
    }

    fn interleave(
        &mut self,
        term: TermId,
        parts: &[Arc<Node>],
        scopes: Option<&Scopes<'_>>,
    ) -> Read {
        let mut ways = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            for (inner, read) in self.step(part, scopes)? {
                let mut parts = parts.to_vec();
                if let Some(place) = parts.get_mut(at) {
                    *place = inner;
                }
                ways.push((self.program.interleave(term, parts), read));
            }
        }
        Ok(ways)
    }

    fn repeat(
        &mut self,
        term: TermId,
        rounds: u32,
        inner: &Arc<Node>,
        scopes: Option<&Scopes<'_>>,
    ) -> Read {
        let program = self.program;
        let mut ways = each_way(self.step(inner, scopes)?, |n| program.repeat(term, rounds, n));
        if let Some(body) = self.look().next_round(term, rounds) {
            let more = self.step(&program.fresh(body), scopes)?;
            if !more.is_empty() && self.look().may_end(inner, scopes) {
                let rounds = rounds.saturating_add(1);
                ways.extend(each_way(more, |n| program.repeat(term, rounds, n)));
            }
        }
        Ok(ways)
    }

    fn one(
        &mut self,
        term: TermId,
        bound: Option<u32>,
        inner: &Arc<Node>,
        scopes: Option<&Scopes<'_>>,
    ) -> Read {
        let Term::One { role, .. } = self.program.term(term) else { return Ok(Vec::new()) };
        let through = *role == self.event.role;
        if through && bound.is_some_and(|person| person != self.event.person) {
            return Ok(Vec::new());
        }
        let bound = if through { Some(self.event.person) } else { bound };
        let ways = self.step(inner, scopes)?;
        Ok(each_way(ways, |inner| self.program.one(term, bound, inner)))
    }

    fn unless(&mut self, term: TermId, inner: &Arc<Node>, scopes: Option<&Scopes<'_>>) -> Read {
        let Term::Unless { exit, .. } = self.program.term(term) else { return Ok(Vec::new()) };
        let mut ways =
            each_way(self.step(inner, scopes)?, |inner| self.program.unless(term, inner));
        let exits = self.step(&self.program.fresh(*exit), scopes)?;
        if !exits.is_empty() && self.look().can_come(inner, scopes) {
            ways.extend(exits);
        }
        Ok(ways)
    }

    /// The entry joins the sets of the round that it belongs to.
    fn gather(&self, scope: &Scopes<'_>, (inner, read): Way) -> Way {
        if *inner == Node::Done {
            return (inner, read);
        }
        let mut refs = scope.refs.to_vec();
        for slot in self.program.gathers.get(&(scope.term, read)).into_iter().flatten() {
            if let Some(set) = refs.get_mut(*slot) {
                set.insert(self.event.entry, ());
            }
        }
        (self.program.scope(scope.term, refs, inner), read)
    }

    fn many(
        &mut self,
        term: TermId,
        many: &Many,
        group: &Group,
        scopes: Option<&Scopes<'_>>,
    ) -> Read {
        let fresh: Ways = vec![self.program.fresh(many.body)];
        let mut ways = Vec::new();
        for key in self.keys(many, scopes) {
            let mut next: Ways = Vec::new();
            let mut read = None;
            for way in group.begun.get(key).unwrap_or(&fresh) {
                for (node, term) in self.step(way, scopes)? {
                    read = read.or(Some(term));
                    if !next.contains(&node) {
                        next.push(node);
                    }
                }
            }
            let Some(read) = read else { continue };
            if next.len() > MAX_WAYS {
                return Err(TooLarge);
            }
            let group = self.look().replaced(many, group, key, next);
            ways.push((self.program.many(term, group), read));
        }
        Ok(ways)
    }

    /// The instances that the message may belong to.
    fn keys(&self, many: &Many, scopes: Option<&Scopes<'_>>) -> Vec<u32> {
        match &many.over {
            Over::People { roles, .. } if roles.contains(&self.event.role) => {
                vec![self.event.person]
            }
            Over::People { .. } => Vec::new(),
            Over::Entries(groups) => {
                let sets: Vec<_> = groups.iter().filter_map(|g| gathered(scopes, *g)).collect();
                let mut keys: Vec<_> = self.event.refs.to_vec();
                keys.sort_unstable();
                keys.dedup();
                keys.retain(|key| sets.iter().any(|set| set.get(*key).is_some()));
                keys
            }
        }
    }
}

fn each_way(ways: Vec<Way>, mut wrap: impl FnMut(Arc<Node>) -> Arc<Node>) -> Vec<Way> {
    ways.into_iter().map(|(node, read)| (wrap(node), read)).collect()
}

/// Merges equal readings, and refuses too many different ones.
fn few(mut ways: Vec<Way>) -> Read {
    if ways.len() > 1 {
        let mut kept: Vec<Way> = Vec::new();
        for way in ways {
            if !kept.contains(&way) {
                kept.push(way);
            }
            if kept.len() > MAX_WAYS {
                return Err(TooLarge);
            }
        }
        ways = kept;
    }
    Ok(ways)
}
