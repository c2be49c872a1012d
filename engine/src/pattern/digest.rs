//! A state of the pattern in bytes in which persons and entries have other numbers: two states that
//! differ in nothing but who is who are the same bytes.

use std::sync::Arc;

use super::node::{Group, Node};
use super::program::{Over, Program, Term};
use super::{Machine, State};
use crate::suppose::pieces;

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
        pieces(state.ways(), out, |way, out| node(&self.program, way, names, out));
    }
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
                pieces(set.iter().into_iter(), out, |(n, ()), out| {
                    out.extend_from_slice(&names.entry(n).to_be_bytes());
                });
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
    pieces(group.begun.iter().into_iter(), out, |(key, ways), out| {
        let key = if people { names.person(key) } else { names.entry(key) };
        out.extend_from_slice(&key.to_be_bytes());
        pieces(ways.iter(), out, |way, out| node(program, way, names, out));
    });
}
