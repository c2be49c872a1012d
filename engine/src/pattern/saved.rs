//! A state of the pattern in the saved form: each different part once, those inside before those
//! around them. Equal states are equal bytes, however their parts are shared in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::{Group, Node, Ways};
use super::program::{Program, Term, TermId};
use super::table::Table;
use super::{Machine, State};
use crate::saved::{Damaged, Read, Reader, Writer};

const PART: Damaged = Damaged("a part of the pattern's state");

/// Parts that are written, numbered as they come.
#[derive(Default)]
struct Parts {
    /// By its own bytes, in which the parts inside are numbers.
    numbers: BTreeMap<Vec<u8>, u32>,
    /// By address, so that what is shared is walked once. The state holds all of them meanwhile.
    known: BTreeMap<usize, u32>,
    out: Writer,
}

impl State {
    /// Writes it.
    pub(crate) fn write(&self, out: &mut Writer) {
        let mut parts = Parts::default();
        let ways: Vec<u32> = self.ways().map(|way| parts.put(way)).collect();
        out.count(parts.numbers.len());
        out.raw(parts.out.bytes());
        out.count(ways.len());
        ways.iter().for_each(|way| out.number(u64::from(*way)));
    }
}

impl Parts {
    /// Writes a part unless it is written; gives its number.
    fn put(&mut self, node: &Arc<Node>) -> u32 {
        let address = Arc::as_ptr(node).addr();
        if let Some(number) = self.known.get(&address) {
            return *number;
        }
        let mut own = Writer::new();
        self.describe(node, &mut own);
        let own = own.into_bytes();
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(own).or_insert_with_key(|bytes| {
            self.out.raw(bytes);
            next
        });
        self.known.insert(address, number);
        number
    }

    fn inside(&mut self, node: &Arc<Node>, out: &mut Writer) {
        let number = self.put(node);
        out.number(u64::from(number));
    }

    fn describe(&mut self, node: &Node, out: &mut Writer) {
        let kind = match node {
            Node::Done => 0,
            Node::Fresh(_) => 1,
            Node::Sequence { .. } => 2,
            Node::Interleave { .. } => 3,
            Node::Repeat { .. } => 4,
            Node::One { .. } => 5,
            Node::Unless { .. } => 6,
            Node::Scope { .. } => 7,
            Node::Many { .. } => 8,
        };
        out.byte(kind);
        if let Some(term) = node.term() {
            out.count(term);
        }
        match node {
            Node::Done | Node::Fresh(_) => {}
            Node::Sequence { at, inner, .. } => {
                out.count(*at);
                self.inside(inner, out);
            }
            Node::Interleave { parts, .. } => parts.iter().for_each(|p| self.inside(p, out)),
            Node::Repeat { rounds, inner, .. } => {
                out.number(u64::from(*rounds));
                self.inside(inner, out);
            }
            Node::One { bound, inner, .. } => {
                out.maybe(bound.map(u64::from));
                self.inside(inner, out);
            }
            Node::Unless { inner, .. } => self.inside(inner, out),
            Node::Scope { refs, inner, .. } => {
                for set in refs {
                    let entries: Vec<u32> = set.iter().iter().map(|(entry, ())| *entry).collect();
                    out.rising(&entries);
                }
                self.inside(inner, out);
            }
            Node::Many { group, .. } => self.group(group, out),
        }
    }

    fn group(&mut self, group: &Group, out: &mut Writer) {
        out.number(u64::from(group.odd_end));
        out.number(u64::from(group.odd_come));
        let begun = group.begun.iter();
        let keys: Vec<u32> = begun.iter().map(|(key, _)| *key).collect();
        out.rising(&keys);
        for (_, ways) in begun {
            out.count(ways.len());
            ways.iter().for_each(|way| self.inside(way, out));
        }
    }
}

/// Parts that are read: those inside come before those around them.
struct Found<'a> {
    program: &'a Program,
    nodes: Vec<Arc<Node>>,
}

impl Machine {
    /// Reads a state of this pattern.
    pub(crate) fn read(&self, from: &mut Reader<'_>) -> Read<State> {
        let count = from.count(1)?;
        let mut found = Found { program: &self.program, nodes: Vec::with_capacity(count) };
        for _ in 0..count {
            let node = found.node(from)?;
            found.nodes.push(node);
        }
        let ways = found.ways(None, from)?;
        let mut ways = ways.into_iter();
        let first = ways.next().ok_or(PART)?;
        Ok(State { first, others: ways.collect() })
    }
}

impl Found<'_> {
    /// A part inside a term: one that stands before, of a term with a larger number. So the parts
    /// nest no deeper than the pattern.
    fn inside(&self, around: Option<TermId>, from: &mut Reader<'_>) -> Read<Arc<Node>> {
        let number: usize = from.small()?;
        let node = self.nodes.get(number).ok_or(PART)?;
        match (around, node.term()) {
            (Some(around), Some(term)) if term <= around => Err(PART),
            _ => Ok(Arc::clone(node)),
        }
    }

    /// Readings: at least one.
    fn ways(&self, around: Option<TermId>, from: &mut Reader<'_>) -> Read<Ways> {
        let count = from.count(1)?;
        if count == 0 {
            return Err(PART);
        }
        (0..count).map(|_| self.inside(around, from)).collect()
    }

    fn node(&self, from: &mut Reader<'_>) -> Read<Arc<Node>> {
        let kind = from.byte()?;
        if kind == 0 {
            return Ok(Arc::new(Node::Done));
        }
        let id: TermId = from.small()?;
        let term = self.program.terms.get(id).ok_or(PART)?;
        let node = match (kind, term) {
            (1, Term::Empty) => return Err(PART),
            (1, _) => return Ok(self.program.fresh(id)),
            (2, Term::Sequence(parts)) => {
                let at = from.small().ok().filter(|at| *at < parts.len()).ok_or(PART)?;
                Node::Sequence { term: id, at, inner: self.inside(Some(id), from)? }
            }
            (3, Term::Interleave(parts)) => {
                let parts: Read<Vec<_>> =
                    parts.iter().map(|_| self.inside(Some(id), from)).collect();
                Node::Interleave { term: id, parts: parts? }
            }
            (4, Term::Repeat { .. }) => {
                let rounds = from.small()?;
                Node::Repeat { term: id, rounds, inner: self.inside(Some(id), from)? }
            }
            (5, Term::One { .. }) => {
                let bound = from.maybe()?;
                Node::One { term: id, bound, inner: self.inside(Some(id), from)? }
            }
            (6, Term::Unless { .. }) => {
                Node::Unless { term: id, inner: self.inside(Some(id), from)? }
            }
            (7, Term::Scope { slots, .. }) => {
                let refs: Read<Vec<_>> = (0..*slots).map(|_| entries(from)).collect();
                Node::Scope { term: id, refs: refs?, inner: self.inside(Some(id), from)? }
            }
            (8, Term::Many(_)) => Node::Many { term: id, group: self.group(id, from)? },
            _ => return Err(PART),
        };
        Ok(Arc::new(node))
    }

    fn group(&self, term: TermId, from: &mut Reader<'_>) -> Read<Group> {
        let mut group = Group::new();
        (group.odd_end, group.odd_come) = (from.small()?, from.small()?);
        for key in from.rising()? {
            let ways = self.ways(Some(term), from)?;
            group.begun.insert(key, ways);
        }
        Ok(group)
    }
}

/// A set of gathered entries.
fn entries(from: &mut Reader<'_>) -> Read<Table<()>> {
    let mut set = Table::new();
    for entry in from.rising()? {
        set.insert(entry, ());
    }
    Ok(set)
}
