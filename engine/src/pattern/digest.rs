//! A state of the pattern in bytes in which persons and entries have other numbers: two states that
//! differ in nothing but who is who are the same bytes.

use std::sync::Arc;

use super::node::{Group, Node};
use super::program::{Over, Program, Term};
use super::{Machine, State};

/// Numbers that persons and entries have instead of their own.
pub(crate) trait Renamed {
    /// A person's.
    fn person(&self, person: u32) -> u32;
    /// An accepted entry's.
    fn entry(&self, entry: u32) -> u32;
}

impl Machine {
    /// Writes a state.
    pub(crate) fn digest(&self, state: &State, names: &dyn Renamed, out: &mut Vec<u8>) {
        let mut ways = Vec::new();
        for way in state.ways() {
            let mut own = Vec::new();
            node(&self.program, way, names, &mut own);
            ways.push(own);
        }
        sorted(ways, out);
    }
}

/// Pieces whose order means nothing.
fn sorted(mut pieces: Vec<Vec<u8>>, out: &mut Vec<u8>) {
    if pieces.len() > 1 {
        pieces.sort_unstable();
    }
    number(pieces.len(), out);
    pieces.iter().for_each(|piece| out.extend_from_slice(piece));
}

fn number(n: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes());
}

fn node(program: &Program, of: &Arc<Node>, names: &dyn Renamed, out: &mut Vec<u8>) {
    let kind = match &**of {
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
    out.push(kind);
    if let Some(term) = of.term() {
        number(term, out);
    }
    match &**of {
        Node::Done | Node::Fresh(_) => {}
        Node::Sequence { at, inner, .. } => {
            number(*at, out);
            node(program, inner, names, out);
        }
        Node::Interleave { parts, .. } => parts.iter().for_each(|p| node(program, p, names, out)),
        Node::Repeat { rounds, inner, .. } => {
            out.extend_from_slice(&rounds.to_be_bytes());
            node(program, inner, names, out);
        }
        Node::One { bound, inner, .. } => {
            let bound = bound.map_or(u32::MAX, |person| names.person(person));
            out.extend_from_slice(&bound.to_be_bytes());
            node(program, inner, names, out);
        }
        Node::Unless { inner, .. } => node(program, inner, names, out),
        Node::Scope { refs, inner, .. } => {
            for set in refs {
                let entry = |(n, ()): &(u32, &())| names.entry(*n).to_be_bytes().to_vec();
                sorted(set.iter().iter().map(entry).collect(), out);
            }
            node(program, inner, names, out);
        }
        Node::Many { term, group } => {
            let people = match program.term(*term) {
                Term::Many(many) => matches!(many.over, Over::People { .. }),
                _ => true,
            };
            instances(program, group, people, names, out);
        }
    }
}

fn instances(
    program: &Program,
    group: &Group,
    people: bool,
    names: &dyn Renamed,
    out: &mut Vec<u8>,
) {
    let instance = |(key, ways): (u32, &Vec<Arc<Node>>)| {
        let key = if people { names.person(key) } else { names.entry(key) };
        let mut own = key.to_be_bytes().to_vec();
        let mut readings = Vec::new();
        for way in ways {
            let mut reading = Vec::new();
            node(program, way, names, &mut reading);
            readings.push(reading);
        }
        sorted(readings, &mut own);
        own
    };
    sorted(group.begun.iter().into_iter().map(instance).collect(), out);
}
