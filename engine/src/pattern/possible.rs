//! Which messages can come now, and from whom: by pattern and roles, not by guards.

use std::collections::{BTreeMap, BTreeSet};

use mundi_lang::rules::{MessageId, RoleId};

use super::look::{Look, Scopes};
use super::node::{Group, Node};
use super::program::{Many, Over, Term, TermId};
use super::{Possible, Who};

/// By message and role: from these persons only, or (`None`) from any holder.
pub(super) type Found = BTreeMap<(MessageId, RoleId), Option<BTreeSet<u32>>>;

pub(super) fn merge(into: &mut Found, more: Found) {
    for (key, who) in more {
        match into.get_mut(&key) {
            None => {
                into.insert(key, who);
            }
            Some(have) => match (have.as_mut(), who) {
                (Some(have), Some(who)) => have.extend(who),
                _ => *have = None,
            },
        }
    }
}

impl Look<'_> {
    /// What is possible, in order of messages.
    pub(super) fn listed(&self, found: Found) -> Vec<Possible> {
        let mut list = Vec::new();
        for ((message, role), who) in found {
            let who = match who {
                None => Who::AnyHolder,
                Some(who) if who.is_empty() => continue,
                Some(who) => {
                    let holders: BTreeSet<_> = self.people.holders(&[role]).into_iter().collect();
                    if who == holders {
                        Who::AnyHolder
                    } else {
                        Who::Only(who.into_iter().collect())
                    }
                }
            };
            list.push(Possible { message, role, who });
        }
        list
    }

    /// Adds what is possible in a part of the pattern.
    pub(super) fn possible(&self, node: &Node, scopes: Option<&Scopes<'_>>, found: &mut Found) {
        match node {
            Node::Done => {}
            Node::Fresh(term) => match self.program.term(*term) {
                Term::Message(message, roles) => {
                    merge(found, roles.iter().map(|role| ((*message, *role), None)).collect());
                }
                Term::Either(parts) => {
                    parts.iter().for_each(|p| self.possible_fresh(*p, scopes, found));
                }
                Term::Repeat { body, .. } => self.possible_fresh(*body, scopes, found),
                _ => self.possible(self.program.opened(*term), scopes, found),
            },
            Node::Sequence { term, at, inner } => {
                self.possible(inner, scopes, found);
                let mut end = self.may_end(inner, scopes);
                for next in self.after(*term, *at) {
                    if !end {
                        break;
                    }
                    self.possible_fresh(*next, scopes, found);
                    end = self.fresh_may_end(*next, scopes);
                }
            }
            Node::Interleave { parts, .. } => {
                parts.iter().for_each(|p| self.possible(p, scopes, found));
            }
            Node::Repeat { term, rounds, inner } => {
                self.possible(inner, scopes, found);
                if let Some(body) = self.next_round(*term, *rounds)
                    && self.may_end(inner, scopes)
                {
                    self.possible_fresh(body, scopes, found);
                }
            }
            Node::One { term, bound, inner } => {
                self.possible_one(*term, *bound, inner, scopes, found);
            }
            Node::Unless { term, inner } => {
                self.possible(inner, scopes, found);
                if let Term::Unless { exit, .. } = self.program.term(*term)
                    && self.can_come(inner, scopes)
                {
                    self.possible_fresh(*exit, scopes, found);
                }
            }
            Node::Scope { term, refs, inner } => {
                let within = Scopes { term: *term, refs, around: scopes };
                self.possible(inner, Some(&within), found);
            }
            Node::Many { term, group } => {
                if let Term::Many(many) = self.program.term(*term) {
                    self.possible_many(many, group, scopes, found);
                }
            }
        }
    }

    fn possible_fresh(&self, term: TermId, scopes: Option<&Scopes<'_>>, found: &mut Found) {
        self.possible(&self.program.fresh(term), scopes, found);
    }

    fn possible_one(
        &self,
        term: TermId,
        bound: Option<u32>,
        inner: &Node,
        scopes: Option<&Scopes<'_>>,
        found: &mut Found,
    ) {
        let Term::One { role, .. } = self.program.term(term) else { return };
        let mut within = Found::new();
        self.possible(inner, scopes, &mut within);
        if let Some(person) = bound {
            for ((_, through), who) in &mut within {
                if through == role {
                    let may = who.as_ref().is_none_or(|who| who.contains(&person));
                    *who = Some(may.then_some(person).into_iter().collect());
                }
            }
        }
        merge(found, within);
    }

    /// Instances that have not begun are asked once for all.
    fn possible_many(
        &self,
        many: &Many,
        group: &Group,
        scopes: Option<&Scopes<'_>>,
        found: &mut Found,
    ) {
        let keys = self.keys(many, scopes);
        let (begun, idle): (Vec<u32>, Vec<u32>) =
            keys.into_iter().partition(|key| group.begun.get(*key).is_some());
        let mut fresh = Found::new();
        self.possible_fresh(many.body, scopes, &mut fresh);
        if !idle.is_empty() {
            merge(found, self.of_persons(many, &idle, fresh));
        }
        for key in begun {
            let mut within = Found::new();
            for way in group.begun.get(key).into_iter().flatten() {
                self.possible(way, scopes, &mut within);
            }
            merge(found, self.of_persons(many, &[key], within));
        }
    }

    /// What is possible, kept to the persons that instances of `each` belong to.
    pub(super) fn of_persons(&self, many: &Many, persons: &[u32], mut found: Found) -> Found {
        let Over::People { roles, .. } = &many.over else { return found };
        found.retain(|(_, role), _| roles.contains(role));
        for ((_, role), who) in &mut found {
            let may = |person: &u32| {
                self.people.holds(*person, *role)
                    && who.as_ref().is_none_or(|who| who.contains(person))
            };
            let only = persons.iter().copied().filter(|person| may(person)).collect();
            *who = Some(only);
        }
        found
    }
}
