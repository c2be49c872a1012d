//! The pattern, compiled: terms in a vector, and what can be known of them beforehand.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::rules::{MessageId, RoleId};

use super::node::{Group, Node};
use super::table::Table;

/// Index into [`Program::terms`]. The parts of a term have larger numbers than the term.
pub(super) type TermId = usize;

/// A part of the pattern.
#[derive(Debug)]
pub(super) enum Term {
    /// Nothing.
    Empty,
    Message(MessageId, Vec<RoleId>),
    Sequence(Vec<TermId>),
    Either(Vec<TermId>),
    Interleave(Vec<TermId>),
    Repeat {
        body: TermId,
        min: u32,
        max: Option<u32>,
    },
    One {
        role: RoleId,
        body: TermId,
    },
    Unless {
        body: TermId,
        exit: TermId,
    },
    /// A round of the loop that holds it: it gathers entries for `per`, in so many sets.
    Scope {
        body: TermId,
        slots: usize,
    },
    Many(Many),
}

/// `each` or `per`.
#[derive(Debug)]
pub(super) struct Many {
    pub(super) over: Over,
    pub(super) body: TermId,
    /// Whether what an instance may do depends on nothing outside it.
    pub(super) steady: bool,
}

/// What there is an instance for.
#[derive(Debug)]
pub(super) enum Over {
    /// Every present holder of these roles; whether more may join.
    People { roles: Vec<RoleId>, open: bool },
    /// Every entry in these sets of scopes around it.
    Entries(Vec<(TermId, usize)>),
}

/// The compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) terms: Vec<Term>,
    pub(super) root: TermId,
    pub(super) facts: Vec<Facts>,
    /// Into which sets of a scope an accepted message goes: by scope and term of the message.
    pub(super) gathers: BTreeMap<(TermId, TermId), Vec<usize>>,
    fresh: Vec<Arc<Node>>,
    opened: Vec<Node>,
}

/// What is known of a term beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Whether a step depends on message and role only, and few states are ever met: no `each`,
    /// `one`, `per`, no counter.
    pub(super) plain: bool,
    /// Whether there is an `each` in it.
    pub(super) has_each: bool,
}

impl Program {
    pub(super) fn new(
        terms: Vec<Term>,
        root: TermId,
        gathers: BTreeMap<(TermId, TermId), Vec<usize>>,
    ) -> Self {
        let done = Arc::new(Node::Done);
        let fresh: Vec<_> = (0..terms.len())
            .map(|id| match terms.get(id) {
                None | Some(Term::Empty) => Arc::clone(&done),
                Some(_) => Arc::new(Node::Fresh(id)),
            })
            .collect();
        let facts = facts(&terms);
        let mut program = Self { terms, root, facts, gathers, fresh, opened: Vec::new() };
        program.opened = (0..program.terms.len()).map(|id| program.open(id)).collect();
        program
    }

    pub(super) fn term(&self, id: TermId) -> &Term {
        self.terms.get(id).unwrap_or(&Term::Empty)
    }

    pub(super) fn facts(&self, id: TermId) -> Facts {
        self.facts.get(id).copied().unwrap_or_default()
    }

    /// The node of a term that has not begun.
    pub(super) fn fresh(&self, id: TermId) -> Arc<Node> {
        self.fresh.get(id).map_or_else(|| Arc::new(Node::Done), Arc::clone)
    }

    /// The same, with its parts in sight. Messages, choices and loops stay as they are.
    pub(super) fn opened(&self, id: TermId) -> &Node {
        self.opened.get(id).unwrap_or(&Node::Done)
    }

    fn open(&self, term: TermId) -> Node {
        match self.term(term) {
            Term::Empty => Node::Done,
            Term::Message(..) | Term::Either(_) | Term::Repeat { .. } => Node::Fresh(term),
            Term::Sequence(parts) => {
                let first = parts.first().map_or(term, |id| *id);
                Node::Sequence { term, at: 0, inner: self.fresh(first) }
            }
            Term::Interleave(parts) => {
                Node::Interleave { term, parts: parts.iter().map(|p| self.fresh(*p)).collect() }
            }
            Term::One { body, .. } => Node::One { term, bound: None, inner: self.fresh(*body) },
            Term::Unless { body, .. } => Node::Unless { term, inner: self.fresh(*body) },
            Term::Scope { body, slots } => {
                Node::Scope { term, refs: vec![Table::new(); *slots], inner: self.fresh(*body) }
            }
            Term::Many(_) => Node::Many { term, group: Group::new() },
        }
    }

    /// `a, b` with part `at` so far.
    pub(super) fn sequence(&self, term: TermId, at: usize, inner: Arc<Node>) -> Arc<Node> {
        let Term::Sequence(parts) = self.term(term) else { return inner };
        let (at, inner) = match (&*inner, parts.get(at.saturating_add(1))) {
            (Node::Done, Some(next)) => (at.saturating_add(1), self.fresh(*next)),
            _ => (at, inner),
        };
        if at.saturating_add(1) >= parts.len() {
            return inner;
        }
        self.node(Node::Sequence { term, at, inner })
    }

    /// A loop, `rounds` rounds before the one so far.
    pub(super) fn repeat(&self, term: TermId, rounds: u32, inner: Arc<Node>) -> Arc<Node> {
        let Term::Repeat { min, max, .. } = self.term(term) else { return inner };
        if *max == Some(1) {
            return inner;
        }
        let rounds = if max.is_none() { rounds.min(min.saturating_sub(1)) } else { rounds };
        if *inner == Node::Done {
            if *max == Some(rounds.saturating_add(1)) {
                return inner;
            }
            if *min == 0 && max.is_none() {
                return self.fresh(term);
            }
        }
        Arc::new(Node::Repeat { term, rounds, inner })
    }

    /// `a & b`
    pub(super) fn interleave(&self, term: TermId, parts: Vec<Arc<Node>>) -> Arc<Node> {
        match parts.first() {
            Some(first) if parts.iter().all(|p| **p == Node::Done) => Arc::clone(first),
            _ => self.node(Node::Interleave { term, parts }),
        }
    }

    /// `one R (p)`
    pub(super) fn one(&self, term: TermId, bound: Option<u32>, inner: Arc<Node>) -> Arc<Node> {
        if *inner == Node::Done { inner } else { self.node(Node::One { term, bound, inner }) }
    }

    /// `p unless q`
    pub(super) fn unless(&self, term: TermId, inner: Arc<Node>) -> Arc<Node> {
        if *inner == Node::Done { inner } else { self.node(Node::Unless { term, inner }) }
    }

    /// A round, with what it has gathered.
    pub(super) fn scope(&self, term: TermId, refs: Vec<Table<()>>, inner: Arc<Node>) -> Arc<Node> {
        if *inner == Node::Done { inner } else { self.node(Node::Scope { term, refs, inner }) }
    }

    /// `each` or `per`
    pub(super) fn many(&self, term: TermId, group: Group) -> Arc<Node> {
        self.node(Node::Many { term, group })
    }

    /// What is as at its start is fresh.
    fn node(&self, node: Node) -> Arc<Node> {
        match node.term() {
            Some(term) if node == *self.opened(term) => self.fresh(term),
            _ => Arc::new(node),
        }
    }
}

/// The parts of a term.
pub(super) fn parts(term: &Term) -> Vec<TermId> {
    match term {
        Term::Empty | Term::Message(..) => Vec::new(),
        Term::Sequence(parts) | Term::Either(parts) | Term::Interleave(parts) => parts.clone(),
        Term::Repeat { body, .. } | Term::One { body, .. } | Term::Scope { body, .. } => {
            vec![*body]
        }
        Term::Unless { body, exit } => vec![*body, *exit],
        Term::Many(many) => vec![many.body],
    }
}

fn facts(terms: &[Term]) -> Vec<Facts> {
    let mut facts = vec![Facts::default(); terms.len()];
    for (id, term) in terms.iter().enumerate().rev() {
        let below: Vec<_> = parts(term).iter().filter_map(|p| facts.get(*p).copied()).collect();
        let plain = match term {
            Term::Repeat { min, max, .. } => *min <= 1 && max.is_none_or(|max| max <= 1),
            Term::One { .. } | Term::Scope { .. } | Term::Many(_) => false,
            _ => true,
        };
        let each = matches!(term, Term::Many(Many { over: Over::People { .. }, .. }));
        if let Some(place) = facts.get_mut(id) {
            place.plain = plain && below.iter().all(|f| f.plain);
            place.has_each = each || below.iter().any(|f| f.has_each);
        }
    }
    facts
}
