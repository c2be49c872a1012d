//! Where everything stands: blocks onto the canvas.

use super::block::{
    After, Around, Block, EDGE as BOX_EDGE, ICON, LEFT, LINE, Line, NAME_LINE, Shape,
};
use super::layout::{
    BEHIND, BETWEEN, EDGE, EXIT, GAP, HEADING, LABEL, PAD, SIDE, TERMINAL, TURN, WAY, exit_drop,
    exit_left,
};
use super::measure::{self, Measured};
use super::paint::Canvas;
use super::{Px, paint};
use crate::graph::tree::{FrameKind, Leaf};
use crate::graph::words;

/// Where ways that part bend, from the outer end.
const BEND: Px = 12;
/// Where ways back bend, from the outer end: beside those around.
const BEND_BACK: Px = 20;
/// How far a bar of what is interleaved reaches beyond its first and last rail.
const BAR: Px = 12;

/// Puts a block onto the canvas. The rail comes in at this point.
pub(super) fn block(canvas: &mut Canvas, block: &Block<'_>, x: Px, y: Px) {
    let end = x + block.width;
    match &block.shape {
        Shape::Start => canvas.terminal("start", x + TERMINAL, y),
        Shape::End => canvas.terminal("end", x + TERMINAL, y),
        Shape::Leaf(leaf, lines) => message(canvas, block, leaf, lines, x, y),
        Shape::Row(blocks) => row(canvas, blocks, x, y),
        Shape::Rows(rows, after) => self::rows(canvas, rows, *after, (x, y), end),
        Shape::Either(ways) => either(canvas, ways, (x, y), end),
        Shape::Interleave(parts, label) => interleave(canvas, parts, label, (x, y), end),
        Shape::Repeat(of, around, label) => {
            repeat(canvas, of, *around, label.as_ref(), (x, y), end);
        }
        Shape::Frame(kind, heading, of) => frame(canvas, *kind, heading, of, (x, y), end),
        Shape::Unless(of, exit) => unless(canvas, of, exit, (x, y), end),
    }
}

/// A block, and the rail from its end on to here.
fn through(canvas: &mut Canvas, of: &Block<'_>, x: Px, y: Px, end: Px) {
    block(canvas, of, x, y);
    canvas.rail(&[(x + of.width, y), (end, y)]);
}

fn message(canvas: &mut Canvas, block: &Block<'_>, leaf: &Leaf, lines: &[Line], x: Px, y: Px) {
    let top = y - block.up;
    canvas.message(leaf, (x, top), (block.width, block.up + block.down), |canvas| {
        let mut base = top + BOX_EDGE + NAME_LINE - 5;
        for line in lines {
            if let Some(icon) = line.icon {
                canvas.icon(icon, x + LEFT, base);
            }
            let indent = if line.icon.is_some() { ICON } else { 0 };
            canvas.text(line.class, x + LEFT + indent, base, &line.text);
            base += LINE;
        }
    });
    canvas.arrow(x, y);
}

fn row(canvas: &mut Canvas, blocks: &[Block<'_>], mut x: Px, y: Px) {
    for (at, of) in blocks.iter().enumerate() {
        if at > 0 {
            canvas.rail(&[(x, y), (x + GAP, y)]);
            x += GAP;
        }
        block(canvas, of, x, y);
        x += of.width;
    }
}

fn rows(canvas: &mut Canvas, rows: &[Block<'_>], after: After, from: paint::Point, end: Px) {
    let (x, mut y) = from;
    if after == After::Goes {
        canvas.rail(&[from, (x + TURN, y)]);
    }
    for (at, of) in rows.iter().enumerate() {
        block(canvas, of, x + TURN, y);
        let right = x + TURN + of.width;
        match rows.get(at + 1) {
            Some(next) => {
                let between = y + of.down + WAY;
                let below = between + WAY + next.up;
                let (turn, back) = (right + TURN / 2, x + TURN / 3);
                canvas.rail(&[
                    (right, y),
                    (turn, y),
                    (turn, between),
                    (back, between),
                    (back, below),
                    (x + TURN, below),
                ]);
                y = below;
            }
            None if after == After::Goes => {
                let up = end - TURN / 3;
                canvas.rail(&[(right, y), (up, y), (up, from.1), (end, from.1)]);
            }
            None => {}
        }
    }
}

/// The heights of the rails of blocks that stand one under the other.
fn heights(blocks: &[Block<'_>], mut y: Px) -> Vec<Px> {
    let mut heights = Vec::with_capacity(blocks.len());
    for (at, of) in blocks.iter().enumerate() {
        heights.push(y);
        y += of.down + BETWEEN + blocks.get(at + 1).map_or(0, |next| next.up);
    }
    heights
}

fn either(canvas: &mut Canvas, ways: &[Block<'_>], from: paint::Point, end: Px) {
    let (x, y) = from;
    for (of, height) in ways.iter().zip(heights(ways, y)) {
        if height == y {
            canvas.rail(&[from, (x + SIDE, y)]);
            through(canvas, of, x + SIDE, y, end);
        } else {
            canvas.rail(&[from, (x + BEND, y), (x + BEND, height), (x + SIDE, height)]);
            block(canvas, of, x + SIDE, height);
            let right = x + SIDE + of.width;
            canvas.rail(&[(right, height), (end - BEND, height), (end - BEND, y), (end, y)]);
        }
    }
}

fn interleave(
    canvas: &mut Canvas,
    parts: &[Block<'_>],
    label: &Measured,
    from: paint::Point,
    end: Px,
) {
    let (x, y) = from;
    let heights = heights(parts, y);
    let last = heights.last().copied().unwrap_or(y);
    for bar in [x + BEND, end - BEND] {
        canvas.bar(bar, y - BAR, last + BAR);
    }
    let up = parts.first().map_or(0, |first| first.up);
    canvas.text("small", x + SIDE, y - up - LABEL / 3, label);
    canvas.rail(&[from, (x + BEND, y)]);
    canvas.rail(&[(end - BEND, y), (end, y)]);
    for (of, height) in parts.iter().zip(heights) {
        canvas.rail(&[(x + BEND, height), (x + SIDE, height)]);
        through(canvas, of, x + SIDE, height, end - BEND);
    }
}

fn repeat(
    canvas: &mut Canvas,
    of: &Block<'_>,
    around: Around,
    label: Option<&Measured>,
    from: paint::Point,
    end: Px,
) {
    let (x, y) = from;
    canvas.rail(&[from, (x + SIDE, y)]);
    through(canvas, of, x + SIDE, y, end);
    if around == Around::Way {
        let over = y - of.up - WAY;
        canvas.rail(&[
            from,
            (x + BEND, y),
            (x + BEND, over),
            (end - BEND, over),
            (end - BEND, y),
            (end, y),
        ]);
    }
    if let Some(label) = label {
        let under = y + of.down + WAY;
        let (left, right) = (x + BEND_BACK, end - BEND_BACK);
        canvas.rail(&[
            (end - SIDE, y),
            (right, y),
            (right, under),
            (left, under),
            (left, y),
            (x + SIDE, y),
        ]);
        canvas.arrow_back((left + right) / 2, under);
        canvas.text("small", x + SIDE, under + LABEL - 5, label);
    }
}

fn frame(
    canvas: &mut Canvas,
    kind: FrameKind,
    heading: &Measured,
    of: &Block<'_>,
    from: paint::Point,
    end: Px,
) {
    let (x, y) = from;
    let top = y - of.up - EDGE / 2 - HEADING;
    let height = of.up + EDGE / 2 + HEADING + of.down + EDGE;
    let behind = if kind == FrameKind::Many { BEHIND } else { 0 };
    let right = end - behind;
    if behind > 0 {
        canvas.frame("frame", (x + behind, top + behind), (right - x, height));
    }
    let class = if kind == FrameKind::Stage { "frame stage" } else { "frame" };
    canvas.frame(class, (x, top), (right - x, height));
    canvas.text("heading", x + PAD, top + HEADING - 5, heading);
    canvas.rail(&[from, (x + PAD, y)]);
    through(canvas, of, x + PAD, y, end);
}

fn unless(canvas: &mut Canvas, of: &Block<'_>, exit: &Block<'_>, from: paint::Point, end: Px) {
    let (x, y) = from;
    let width = of.width + 2 * PAD;
    let bottom = y + of.down + EDGE;
    canvas.frame("frame left", (x, y - of.up - EDGE), (width, of.up + of.down + 2 * EDGE));
    canvas.rail(&[from, (x + PAD, y)]);
    through(canvas, of, x + PAD, y, end);
    let below = y + exit_drop(of, exit);
    let (leaves, begins) = (x + EXIT, x + exit_left());
    canvas.rail(&[(leaves, bottom), (leaves, below), (begins, below)]);
    canvas.way_out(leaves, bottom);
    let word = measure::whole(words::UNLESS, measure::STRONG);
    canvas.text("heading", leaves + WAY, below - 5, &word);
    block(canvas, exit, begins, below);
    let up = end - BEND;
    canvas.rail(&[(begins + exit.width, below), (up, below), (up, y), (end, y)]);
}
