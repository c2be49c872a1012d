//! The diagram as nodes and edges, for programs that lay out by themselves.

use super::tree::{Diagram, Frame, FrameKind, Leaf, Part};
use super::words;

/// A flow chart.
pub(super) struct Flow<'a> {
    /// A node's number is its place here.
    pub(super) nodes: Vec<Node<'a>>,
    /// In the order in which one follows them.
    pub(super) edges: Vec<Edge>,
    /// Frames, each before those inside it. A group's number is its place here.
    pub(super) groups: Vec<Group>,
}

/// A node.
pub(super) struct Node<'a> {
    /// What it is.
    pub(super) kind: NodeKind<'a>,
    /// The innermost group around it.
    pub(super) group: Option<usize>,
}

/// The kinds of nodes.
pub(super) enum NodeKind<'a> {
    /// The beginning.
    Start,
    /// The end.
    End,
    /// A message's box.
    Message(&'a Leaf),
    /// Where ways part or meet.
    Point,
    /// Where what is interleaved begins or ends.
    Bar,
}

/// An arrow.
pub(super) struct Edge {
    /// From this node.
    pub(super) from: usize,
    /// Or rather from the border of this group, which the node is in.
    pub(super) leaves: Option<usize>,
    /// To this node.
    pub(super) to: usize,
    /// What is written at it; often nothing.
    pub(super) label: String,
}

/// A frame.
pub(super) struct Group {
    /// What is written in it; often nothing.
    pub(super) heading: String,
    /// The group around it.
    pub(super) within: Option<usize>,
    /// How it is drawn.
    pub(super) outline: Outline,
}

/// How a frame is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    /// Happens several times, side by side.
    Many,
    /// Happens once.
    Single,
    /// Can be left.
    Dashed,
}

/// The first and the last node of a part.
type Ends = (usize, usize);

impl<'a> Flow<'a> {
    /// The flow chart of a diagram.
    pub(super) fn of(diagram: &'a Diagram) -> Self {
        let mut flow = Self { nodes: Vec::new(), edges: Vec::new(), groups: Vec::new() };
        let start = flow.node(NodeKind::Start, None);
        let (first, last) = flow.part(&diagram.whole, None);
        let end = flow.node(NodeKind::End, None);
        flow.edge(start, first);
        flow.edge(last, end);
        flow
    }

    fn node(&mut self, kind: NodeKind<'a>, group: Option<usize>) -> usize {
        self.nodes.push(Node { kind, group });
        self.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize) {
        self.labelled(from, to, "");
    }

    fn labelled(&mut self, from: usize, to: usize, label: &str) {
        self.edges.push(Edge { from, leaves: None, to, label: label.to_owned() });
    }

    fn group(&mut self, heading: &str, outline: Outline, within: Option<usize>) -> usize {
        self.groups.push(Group { heading: heading.to_owned(), within, outline });
        self.groups.len() - 1
    }

    fn part(&mut self, part: &'a Part, group: Option<usize>) -> Ends {
        match part {
            Part::Message(leaf) => {
                let node = self.node(NodeKind::Message(leaf), group);
                (node, node)
            }
            Part::Sequence(parts) => self.sequence(parts, group),
            Part::Either(parts) => self.side_by_side(parts, group, || NodeKind::Point),
            Part::Interleave(parts) => self.side_by_side(parts, group, || NodeKind::Bar),
            Part::Repeat(of, min, max) => self.repeat(of, (*min, *max), group),
            Part::Frame(Frame { kind, heading }, of) => {
                let many = *kind == FrameKind::Many;
                let outline = if many { Outline::Many } else { Outline::Single };
                let inner = self.group(heading, outline, group);
                self.part(of, Some(inner))
            }
            Part::Unless(of, exit) => self.unless(of, exit, group),
        }
    }

    fn sequence(&mut self, parts: &'a [Part], group: Option<usize>) -> Ends {
        let mut ends: Option<Ends> = None;
        for part in parts {
            let (first, last) = self.part(part, group);
            ends = Some(match ends {
                None => (first, last),
                Some((begin, before)) => {
                    self.edge(before, first);
                    (begin, last)
                }
            });
        }
        ends.unwrap_or_else(|| {
            let nothing = self.node(NodeKind::Point, group);
            (nothing, nothing)
        })
    }

    fn side_by_side(
        &mut self,
        parts: &'a [Part],
        group: Option<usize>,
        kind: fn() -> NodeKind<'a>,
    ) -> Ends {
        let parts_at = self.node(kind(), group);
        let ends: Vec<Ends> = parts.iter().map(|part| self.part(part, group)).collect();
        let meet_at = self.node(kind(), group);
        for (first, last) in ends {
            self.edge(parts_at, first);
            self.edge(last, meet_at);
        }
        (parts_at, meet_at)
    }

    fn repeat(
        &mut self,
        of: &'a Part,
        (min, max): (u32, Option<u32>),
        group: Option<usize>,
    ) -> Ends {
        let before = self.node(NodeKind::Point, group);
        let (first, last) = self.part(of, group);
        let after = self.node(NodeKind::Point, group);
        self.edge(before, first);
        self.edge(last, after);
        if words::goes_round(min, max) {
            self.labelled(after, before, &words::times(min, max));
        }
        if min == 0 {
            self.edge(before, after);
        }
        (before, after)
    }

    fn unless(&mut self, of: &'a Part, exit: &'a Part, group: Option<usize>) -> Ends {
        let inner = self.group("", Outline::Dashed, group);
        let (first, last) = self.part(of, Some(inner));
        let (out, back) = self.part(exit, group);
        let meet_at = self.node(NodeKind::Point, group);
        self.edge(last, meet_at);
        let label = words::UNLESS.to_owned();
        self.edges.push(Edge { from: last, leaves: Some(inner), to: out, label });
        self.edge(back, meet_at);
        (first, meet_at)
    }
}
