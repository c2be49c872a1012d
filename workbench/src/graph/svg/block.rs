//! A part of the diagram with its size. A rail comes in at its left and leaves at its right, on one
//! height.

use super::Px;
use super::measure::{self, Measured};
use crate::graph::tree::{FrameKind, Leaf};
use crate::graph::words;

/// The widest that a line in a box may be.
const LINE_WIDTH: Px = 260;
/// What an icon before a line takes.
pub(super) const ICON: Px = 16;
/// From the left of a box to its texts: the roles' colours stand there.
pub(super) const LEFT: Px = 16;
/// From the texts of a box to its right.
const RIGHT: Px = 10;
/// Above the first line and below the last.
pub(super) const EDGE: Px = 7;
/// The height of the line with the name.
pub(super) const NAME_LINE: Px = 18;
/// The height of every other line.
pub(super) const LINE: Px = 16;

/// A part of the diagram.
pub(super) struct Block<'a> {
    /// From where the rail comes in to where it leaves.
    pub(super) width: Px,
    /// What it takes above the rail.
    pub(super) up: Px,
    /// What it takes below the rail.
    pub(super) down: Px,
    /// What it is.
    pub(super) shape: Shape<'a>,
}

/// What a block is.
pub(super) enum Shape<'a> {
    /// The beginning.
    Start,
    /// The end.
    End,
    /// A message's box.
    Leaf(&'a Leaf, Vec<Line>),
    /// One after the other.
    Row(Vec<Block<'a>>),
    /// Rows, one under the other; after the last it goes on, or not.
    Rows(Vec<Block<'a>>, After),
    /// One of them.
    Either(Vec<Block<'a>>),
    /// All of them.
    Interleave(Vec<Block<'a>>, Measured),
    /// Perhaps a way around, perhaps a way back with what is written at it.
    Repeat(Box<Block<'a>>, Around, Option<Measured>),
    /// A frame with a heading.
    Frame(FrameKind, Measured, Box<Block<'a>>),
    /// A frame that can be left, and where that leads.
    Unless(Box<Block<'a>>, Box<Block<'a>>),
}

/// What comes after the last of some rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// The rail goes up again and on.
    Goes,
    /// Nothing.
    Ends,
}

/// Whether there is a way around something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// There is.
    Way,
    /// There is none.
    None,
}

/// A line in a box.
pub(super) struct Line {
    /// Before it.
    pub(super) icon: Option<Icon>,
    /// How it looks.
    pub(super) class: &'static str,
    /// What it says.
    pub(super) text: Measured,
}

/// Small pictures before lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// A deadline.
    Clock,
    /// A guard.
    Gate,
    /// What was said.
    Tick,
    /// What can come now.
    Arrow,
}

impl Line {
    fn small(icon: Option<Icon>, text: &str) -> Self {
        Self { icon, class: "small", text: measure::fit(text, measure::SMALL, LINE_WIDTH) }
    }

    fn mark(icon: Icon, text: &str) -> Self {
        let text = measure::fit(text, measure::STRONG, LINE_WIDTH);
        Self { icon: Some(icon), class: "mark", text }
    }

    fn width(&self) -> Px {
        self.text.width + self.icon.map_or(0, |_| ICON)
    }
}

/// The box of a message.
pub(super) fn leaf(leaf: &Leaf) -> Block<'_> {
    let name = measure::fit(&leaf.name, measure::NAME, LINE_WIDTH);
    let mut lines = vec![Line { icon: None, class: "name", text: name }];
    match &leaf.deadline {
        Some(time) => lines.push(Line::small(Some(Icon::Clock), time)),
        None => lines.push(Line::small(None, &leaf.senders)),
    }
    let guards = words::guards(&leaf.guards);
    lines.extend(guards.iter().map(|text| Line::small(Some(Icon::Gate), text)));
    if let Some(mark) = &leaf.mark {
        let said = words::said(mark);
        lines.extend(said.map(|text| Line::mark(Icon::Tick, &text)));
        lines.extend(words::possible(mark).map(|text| Line::mark(Icon::Arrow, &text)));
    }
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    let smalls: Px = Px::try_from(lines.len()).unwrap_or(0) - 1;
    let height = 2 * EDGE + NAME_LINE + smalls * LINE;
    let up = height / 2;
    let width = LEFT + widest + RIGHT;
    Block { width, up, down: height - up, shape: Shape::Leaf(leaf, lines) }
}
