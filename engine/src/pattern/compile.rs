//! From the checked pattern to terms, and which scope gathers which entries for `per`.

use std::collections::BTreeMap;

use mundi_lang::rules::{MessageId, Pattern, RoleId};

use super::program::{Many, Over, Program, Term, TermId};

/// Compiles a pattern. `open` says of each role whether people may join it.
pub(super) fn compile(pattern: &Pattern, open: &[bool]) -> Program {
    let mut build =
        Build { open, terms: Vec::new(), path: Vec::new(), messages: Vec::new(), pers: Vec::new() };
    let root = build.scope(pattern);
    let gathers = build.link();
    build.skip_idle_scopes();
    let root = build.skip(root);
    Program::new(build.terms, root, gathers)
}

struct Build<'a> {
    open: &'a [bool],
    terms: Vec<Term>,
    /// The scopes around the part that is being built, outermost first.
    path: Vec<TermId>,
    messages: Vec<Site>,
    pers: Vec<Site>,
}

/// A message, or a `per` over a message, in the pattern.
struct Site {
    term: TermId,
    message: MessageId,
    path: Vec<TermId>,
}

impl Build<'_> {
    fn reserve(&mut self) -> TermId {
        self.terms.push(Term::Empty);
        self.terms.len().saturating_sub(1)
    }

    fn set(&mut self, id: TermId, term: Term) -> TermId {
        if let Some(place) = self.terms.get_mut(id) {
            *place = term;
        }
        id
    }

    fn is_empty(&self, id: TermId) -> bool {
        matches!(self.terms.get(id), None | Some(Term::Empty))
    }

    /// A part that is a round of what holds it.
    fn scope(&mut self, of: &Pattern) -> TermId {
        let id = self.reserve();
        self.path.push(id);
        let body = self.part(of);
        self.path.pop();
        if self.is_empty(body) { id } else { self.set(id, Term::Scope { body, slots: 0 }) }
    }

    fn part(&mut self, of: &Pattern) -> TermId {
        let id = self.reserve();
        match of {
            Pattern::Message(message, roles) => {
                self.messages.push(Site { term: id, message: *message, path: self.path.clone() });
                self.set(id, Term::Message(*message, roles.clone()))
            }
            Pattern::Sequence(parts) => self.several(id, parts, Term::Sequence),
            Pattern::Interleave(parts) => self.several(id, parts, Term::Interleave),
            Pattern::Either(parts) => {
                let parts = parts.iter().map(|p| self.part(p)).collect();
                self.set(id, Term::Either(parts))
            }
            Pattern::Repeat(_, _, Some(0)) => id,
            Pattern::Repeat(p, min, max @ Some(1)) => {
                let body = self.part(p);
                self.whole(id, body, Term::Repeat { body, min: *min, max: *max })
            }
            Pattern::Repeat(p, min, max) => {
                let body = self.scope(p);
                self.whole(id, body, Term::Repeat { body, min: *min, max: *max })
            }
            Pattern::One(role, p) => {
                let body = self.part(p);
                self.whole(id, body, Term::One { role: *role, body })
            }
            Pattern::Unless(p, q) => {
                let body = self.part(p);
                let exit = self.part(q);
                self.whole(id, body, Term::Unless { body, exit })
            }
            Pattern::Each(roles, p) => self.each(id, roles, p),
            Pattern::Per(message, p) => {
                self.pers.push(Site { term: id, message: *message, path: self.path.clone() });
                let body = self.scope(p);
                let over = Over::Entries(Vec::new());
                self.whole(id, body, Term::Many(Many { over, body, steady: false }))
            }
        }
    }

    fn each(&mut self, id: TermId, roles: &[RoleId], p: &Pattern) -> TermId {
        let body = self.scope(p);
        let is_open = |role: &RoleId| self.open.get(usize::from(*role)) == Some(&true);
        let over = Over::People { roles: roles.to_vec(), open: roles.iter().any(is_open) };
        self.whole(id, body, Term::Many(Many { over, body, steady: false }))
    }

    /// A part with one body: nothing, where the body is nothing.
    fn whole(&mut self, id: TermId, body: TermId, term: Term) -> TermId {
        if self.is_empty(body) { id } else { self.set(id, term) }
    }

    fn several(&mut self, id: TermId, parts: &[Pattern], make: fn(Vec<TermId>) -> Term) -> TermId {
        let ids: Vec<_> = parts.iter().map(|p| self.part(p)).collect();
        let ids: Vec<_> = ids.into_iter().filter(|p| !self.is_empty(*p)).collect();
        match ids.as_slice() {
            [] => id,
            [only] => *only,
            _ => self.set(id, make(ids)),
        }
    }

    /// Finds, for each `per` and each place of its message, the innermost scope around both:
    /// there its entries are gathered, in one set for each part of the scope they come from.
    fn link(&mut self) -> BTreeMap<(TermId, TermId), Vec<usize>> {
        let mut slots: BTreeMap<TermId, Vec<(TermId, MessageId)>> = BTreeMap::new();
        let pers = std::mem::take(&mut self.pers);
        let messages = std::mem::take(&mut self.messages);
        for per in &pers {
            let mut groups = Vec::new();
            for at in messages.iter().filter(|m| m.message == per.message) {
                let Some((scope, from)) = meet(&per.path, &at.path) else { continue };
                let slots = slots.entry(scope).or_default();
                let key = (from, per.message);
                let slot = slots.iter().position(|s| *s == key).unwrap_or_else(|| {
                    slots.push(key);
                    slots.len().saturating_sub(1)
                });
                if !groups.contains(&(scope, slot)) {
                    groups.push((scope, slot));
                }
            }
            if let Some(Term::Many(many)) = self.terms.get_mut(per.term) {
                many.over = Over::Entries(groups);
            }
        }
        let mut gathers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (scope, slots) in &slots {
            if let Some(Term::Scope { slots: count, .. }) = self.terms.get_mut(*scope) {
                *count = slots.len();
            }
            for at in &messages {
                let Some(depth) = at.path.iter().position(|s| s == scope) else { continue };
                let from = *at.path.get(depth.saturating_add(1)).unwrap_or(scope);
                for (slot, _) in slots.iter().enumerate().filter(|(_, s)| **s == (from, at.message))
                {
                    gathers.entry((*scope, at.term)).or_default().push(slot);
                }
            }
        }
        self.find_steady();
        gathers
    }

    /// An instance depends on nothing outside it where it holds no `each` and no `per` over
    /// entries from outside.
    fn find_steady(&mut self) {
        let steady: Vec<_> = self
            .terms
            .iter()
            .map(|term| match term {
                Term::Many(many) => self.closed(many.body, many.body),
                _ => true,
            })
            .collect();
        for (term, is) in self.terms.iter_mut().zip(steady) {
            if let Term::Many(many) = term {
                many.steady = is;
            }
        }
    }

    fn closed(&self, id: TermId, within: TermId) -> bool {
        let Some(term) = self.terms.get(id) else { return true };
        let here = match term {
            Term::Many(Many { over: Over::People { .. }, .. }) => false,
            Term::Many(Many { over: Over::Entries(groups), .. }) => {
                groups.iter().all(|(scope, _)| *scope >= within)
            }
            _ => true,
        };
        here && super::program::parts(term).iter().all(|p| self.closed(*p, within))
    }

    fn skip(&self, id: TermId) -> TermId {
        match self.terms.get(id) {
            Some(Term::Scope { body, slots: 0 }) => *body,
            _ => id,
        }
    }

    /// Scopes that gather nothing are left out.
    fn skip_idle_scopes(&mut self) {
        let to: Vec<_> = (0..self.terms.len()).map(|id| self.skip(id)).collect();
        for term in &mut self.terms {
            let (Term::Repeat { body, .. } | Term::Many(Many { body, .. })) = term else {
                continue;
            };
            *body = to.get(*body).copied().unwrap_or(*body);
        }
    }
}

/// The innermost scope on both paths, and the next one towards the message (itself, if none).
fn meet(per: &[TermId], message: &[TermId]) -> Option<(TermId, TermId)> {
    let shared = per.iter().zip(message).take_while(|(a, b)| a == b).count();
    let scope = *per.get(shared.checked_sub(1)?)?;
    Some((scope, *message.get(shared).unwrap_or(&scope)))
}
