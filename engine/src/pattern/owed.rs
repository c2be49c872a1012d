//! What a pattern still asks for: messages without which it cannot come to its end on the way that it is on
//! (`spec/pattern.md`, "What is owed").

use mundi_lang::rules::{MessageId, RoleId};

use super::look::{Look, Scopes};
use super::node::{Group, Node};
use super::possible::{Found, merge};
use super::program::{Many, Over, Term, TermId};
use super::{Machine, People, Possible, State, Who};

/// One thing that is owed: one of these messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The messages, each through a role, and from whom. One of them is enough.
    pub says: Vec<Possible>,
    /// Whether each of the persons owes it, or one of them is enough.
    pub each: bool,
    /// What may come instead, by the `unless` around it: the first messages of each, the innermost first.
    pub instead: Vec<MessageId>,
}

impl Machine {
    /// What is owed in a state; nothing where the pattern may end.
    #[must_use]
    pub fn owed(&self, state: &State, people: &dyn People) -> Vec<Due> {
        let look = self.look(people);
        if state.ways().any(|way| look.may_end(way, None)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for way in state.ways() {
            look.owed(way, None, &[], &mut found);
        }
        let mut all: Vec<Due> = Vec::new();
        for one in found {
            let due = Due { says: look.listed(one.says), each: one.each, instead: one.instead };
            if !due.says.is_empty() && !all.contains(&due) {
                all.push(due);
            }
        }
        all
    }
}

/// Something owed, on its way out.
struct Owing {
    says: Found,
    each: bool,
    /// The first messages of exits around it, the innermost first.
    instead: Vec<MessageId>,
}

impl Look<'_> {
    fn owed(
        &self,
        node: &Node,
        scopes: Option<&Scopes<'_>>,
        instead: &[MessageId],
        out: &mut Vec<Owing>,
    ) {
        if self.may_end(node, scopes) {
            return;
        }
        match node {
            Node::Done => {}
            Node::Fresh(term) => match self.program.term(*term) {
                Term::Message(..) | Term::Either(_) => self.one_of(node, scopes, instead, out),
                Term::Repeat { body, .. } => self.owed_fresh(*body, scopes, instead, out),
                _ => self.owed(self.program.opened(*term), scopes, instead, out),
            },
            Node::Sequence { term, at, inner } => {
                if !self.may_end(inner, scopes) {
                    return self.owed(inner, scopes, instead, out);
                }
                let rest = self.after(*term, *at).iter();
                let next = rest.copied().find(|part| !self.fresh_may_end(*part, scopes));
                if let Some(next) = next {
                    self.owed_fresh(next, scopes, instead, out);
                }
            }
            Node::Interleave { parts, .. } => {
                parts.iter().for_each(|part| self.owed(part, scopes, instead, out));
            }
            Node::Repeat { term, inner, .. } => match self.program.term(*term) {
                Term::Repeat { body, .. } if self.may_end(inner, scopes) => {
                    self.owed_fresh(*body, scopes, instead, out);
                }
                _ => self.owed(inner, scopes, instead, out),
            },
            Node::One { term, bound, inner } => {
                let mut own = Vec::new();
                self.owed(inner, scopes, instead, &mut own);
                if let (Term::One { role, .. }, Some(person)) = (self.program.term(*term), bound) {
                    bind(&mut own, *role, *person);
                }
                out.append(&mut own);
            }
            Node::Unless { term, inner } => {
                self.owed(inner, scopes, &self.with_exit(*term, scopes, instead), out);
            }
            Node::Scope { term, refs, inner } => {
                let within = Scopes { term: *term, refs, around: scopes };
                self.owed(inner, Some(&within), instead, out);
            }
            Node::Many { term, group } => {
                if let Term::Many(many) = self.program.term(*term) {
                    self.owed_many(many, group, scopes, instead, out);
                }
            }
        }
    }

    /// What stands around the body of an `unless`.
    fn with_exit(
        &self,
        term: TermId,
        scopes: Option<&Scopes<'_>>,
        around: &[MessageId],
    ) -> Vec<MessageId> {
        let mut instead = around.to_vec();
        if let Term::Unless { exit, .. } = self.program.term(term) {
            let mut first = Found::new();
            self.possible(&self.program.fresh(*exit), scopes, &mut first);
            let mut first: Vec<MessageId> = first.into_keys().map(|(m, _)| m).collect();
            first.dedup();
            instead.splice(..0, first);
        }
        instead
    }

    fn owed_fresh(
        &self,
        term: TermId,
        scopes: Option<&Scopes<'_>>,
        instead: &[MessageId],
        out: &mut Vec<Owing>,
    ) {
        self.owed(&self.program.fresh(term), scopes, instead, out);
    }

    /// One of the messages that may come here.
    fn one_of(
        &self,
        node: &Node,
        scopes: Option<&Scopes<'_>>,
        instead: &[MessageId],
        out: &mut Vec<Owing>,
    ) {
        let mut says = Found::new();
        self.possible(node, scopes, &mut says);
        out.push(Owing { says, each: false, instead: instead.to_vec() });
    }

    /// Each instance that may not end owes its own; those that have not begun are asked once for all.
    fn owed_many(
        &self,
        many: &Many,
        group: &Group,
        scopes: Option<&Scopes<'_>>,
        instead: &[MessageId],
        out: &mut Vec<Owing>,
    ) {
        let keys = self.keys(many, scopes);
        let (begun, idle): (Vec<u32>, Vec<u32>) =
            keys.into_iter().partition(|key| group.begun.get(*key).is_some());
        if !idle.is_empty() {
            let mut found = Vec::new();
            self.owed_fresh(many.body, scopes, instead, &mut found);
            self.keep(many, &idle, found, out);
        }
        for key in begun {
            let ways = group.begun.get(key);
            if ways.is_none_or(|ways| self.ways_may_end(ways, scopes)) {
                continue;
            }
            let mut found = Vec::new();
            for way in ways.into_iter().flatten() {
                self.owed(way, scopes, instead, &mut found);
            }
            self.keep(many, &[key], found, out);
        }
    }

    /// What instances owe, as their persons' where they are those of an `each`; equal ones are one.
    fn keep(&self, many: &Many, keys: &[u32], found: Vec<Owing>, out: &mut Vec<Owing>) {
        for mut one in found {
            if matches!(many.over, Over::People { .. }) {
                one.says = self.of_persons(many, keys, one.says);
                one.each = true;
            }
            let same = |known: &&mut Owing| {
                known.each == one.each
                    && known.instead == one.instead
                    && known.says.keys().eq(one.says.keys())
            };
            match out.iter_mut().find(same) {
                Some(known) => merge(&mut known.says, one.says),
                None => out.push(one),
            }
        }
    }
}

/// What is owed through a role is owed by whom a `one` is bound to.
fn bind(owing: &mut [Owing], role: RoleId, person: u32) {
    let says = owing.iter_mut().flat_map(|one| one.says.iter_mut());
    for (_, who) in says.filter(|((_, through), _)| *through == role) {
        *who = Some([person].into());
    }
}

/// The persons of whom something is possible.
#[must_use]
pub fn persons(possible: &Possible, people: &dyn People) -> Vec<u32> {
    match &possible.who {
        Who::AnyHolder => people.holders(&[possible.role]),
        Who::Only(persons) => persons.clone(),
    }
}
