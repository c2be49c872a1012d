//! From the tree to blocks: how large everything is.

use super::Px;
use super::block::{After, Around, Block, Shape, leaf};
use super::measure;
use crate::graph::tree::{Frame, FrameKind, Part};
use crate::graph::words;

/// The widest that a sequence may be before it is broken into rows.
const WIDEST: Px = 960;
/// However deep something stands, its rows may be so wide.
const LEAST: Px = 420;
/// Between two parts of a sequence.
pub(super) const GAP: Px = 26;
/// Between two ways, one under the other.
pub(super) const BETWEEN: Px = 16;
/// Where rails part, from the outer end to the content.
pub(super) const SIDE: Px = 30;
/// From a way around or back to the content.
pub(super) const WAY: Px = 12;
/// Inside a frame, left and right.
pub(super) const PAD: Px = 16;
/// Inside a frame, above and below.
pub(super) const EDGE: Px = 10;
/// The height of a frame's heading.
pub(super) const HEADING: Px = 20;
/// How far the second outline of a frame of many stands behind the first.
pub(super) const BEHIND: Px = 4;
/// The height of a line of text beside a rail.
pub(super) const LABEL: Px = 18;
/// From the left of a frame to where one may leave it.
pub(super) const EXIT: Px = 24;
/// Rows: from the left to their content, and from their end to the turn.
pub(super) const TURN: Px = 24;
/// Half a terminal.
pub(super) const TERMINAL: Px = 9;

/// The whole pattern between its beginning and its end.
pub(super) fn whole(part: &Part) -> Block<'_> {
    let terminal = |shape| Block { width: 2 * TERMINAL, up: TERMINAL, down: TERMINAL, shape };
    let mut blocks = vec![terminal(Shape::Start)];
    match part {
        Part::Sequence(parts) => blocks.extend(self::blocks(parts, WIDEST)),
        one => blocks.push(block(one, WIDEST)),
    }
    blocks.push(terminal(Shape::End));
    sequence(blocks, WIDEST, After::Ends)
}

fn block(part: &Part, budget: Px) -> Block<'_> {
    let within = |frame: Px| (budget - frame).max(LEAST);
    match part {
        Part::Message(message) => leaf(message),
        Part::Sequence(parts) => sequence(blocks(parts, within(TURN)), budget, After::Goes),
        Part::Either(parts) => either(blocks(parts, within(2 * SIDE))),
        Part::Interleave(parts) => interleave(blocks(parts, within(2 * SIDE))),
        Part::Repeat(of, min, max) => repeat(block(of, within(2 * SIDE)), *min, *max),
        Part::Frame(heading, of) => frame(heading, block(of, within(2 * PAD))),
        Part::Unless(of, exit) => {
            unless(block(of, within(2 * PAD + SIDE)), block(exit, within(EXIT + 2 * SIDE)))
        }
    }
}

fn blocks(parts: &[Part], budget: Px) -> Vec<Block<'_>> {
    parts.iter().map(|part| block(part, budget)).collect()
}

fn row(blocks: Vec<Block<'_>>) -> Block<'_> {
    let gaps = Px::try_from(blocks.len().saturating_sub(1)).unwrap_or(0) * GAP;
    Block {
        width: blocks.iter().map(|b| b.width).sum::<Px>() + gaps,
        up: blocks.iter().map(|b| b.up).max().unwrap_or(0),
        down: blocks.iter().map(|b| b.down).max().unwrap_or(0),
        shape: Shape::Row(blocks),
    }
}

/// A row, or, where it were too wide, rows.
fn sequence(blocks: Vec<Block<'_>>, budget: Px, after: After) -> Block<'_> {
    let mut rows: Vec<Vec<Block<'_>>> = Vec::new();
    let mut width = 0;
    for block in blocks {
        // A terminal stays with what it begins or ends.
        let stays = matches!(block.shape, Shape::End);
        match rows.last_mut() {
            Some(row) if width + GAP + block.width <= budget || stays => {
                width += GAP + block.width;
                row.push(block);
            }
            _ => {
                width = block.width;
                rows.push(vec![block]);
            }
        }
    }
    let mut rows: Vec<Block<'_>> = rows.into_iter().map(row).collect();
    if rows.len() < 2 {
        return rows.pop().unwrap_or_else(|| row(Vec::new()));
    }
    let right = if after == After::Ends { TURN } else { 2 * TURN };
    let (up, down) = stacked(&rows, 2 * WAY);
    let width = rows.iter().map(|b| b.width).max().unwrap_or(0) + TURN + right;
    Block { width, up, down, shape: Shape::Rows(rows, after) }
}

/// What blocks take that stand one under the other, the rail at the first: above it and below.
fn stacked(blocks: &[Block<'_>], between: Px) -> (Px, Px) {
    let heights: Px = blocks.iter().map(|b| b.up + b.down).sum();
    let gaps = Px::try_from(blocks.len().saturating_sub(1)).unwrap_or(0) * between;
    let up = blocks.first().map_or(0, |b| b.up);
    (up, heights + gaps - up)
}

fn widest(blocks: &[Block<'_>]) -> Px {
    blocks.iter().map(|b| b.width).max().unwrap_or(0)
}

fn either(blocks: Vec<Block<'_>>) -> Block<'_> {
    let (up, down) = stacked(&blocks, BETWEEN);
    Block { width: widest(&blocks) + 2 * SIDE, up, down, shape: Shape::Either(blocks) }
}

fn interleave(blocks: Vec<Block<'_>>) -> Block<'_> {
    let label = measure::whole(words::INTERLEAVED, measure::SMALL);
    let (up, down) = stacked(&blocks, BETWEEN);
    let width = widest(&blocks).max(label.width) + 2 * SIDE;
    let (up, down) = (up + LABEL, down + WAY);
    Block { width, up, down, shape: Shape::Interleave(blocks, label) }
}

fn repeat(of: Block<'_>, min: u32, max: Option<u32>) -> Block<'_> {
    let around = if min == 0 { Around::Way } else { Around::None };
    let again = words::goes_round(min, max);
    let label = again.then(|| measure::whole(&words::times(min, max), measure::SMALL));
    let label_width = label.as_ref().map_or(0, |l| l.width);
    Block {
        width: of.width.max(label_width) + 2 * SIDE,
        up: of.up + if around == Around::Way { WAY } else { 0 },
        down: of.down + if again { WAY + LABEL } else { 0 },
        shape: Shape::Repeat(Box::new(of), around, label),
    }
}

fn frame<'a>(frame: &Frame, of: Block<'a>) -> Block<'a> {
    let heading = measure::fit(&frame.heading, measure::STRONG, of.width.max(LEAST));
    let behind = if frame.kind == FrameKind::Many { BEHIND } else { 0 };
    Block {
        width: of.width.max(heading.width) + 2 * PAD + behind,
        up: of.up + EDGE / 2 + HEADING,
        down: of.down + EDGE + behind,
        shape: Shape::Frame(frame.kind, heading, Box::new(of)),
    }
}

/// Where the content of what comes instead begins, from the left of the frame.
pub(super) fn exit_left() -> Px {
    EXIT + WAY + measure::width(words::UNLESS, measure::STRONG) + WAY
}

/// How far the rail of what comes instead is below that of the frame.
pub(super) fn exit_drop(of: &Block<'_>, exit: &Block<'_>) -> Px {
    of.down + EDGE + WAY + exit.up.max(LABEL)
}

fn unless<'a>(of: Block<'a>, exit: Block<'a>) -> Block<'a> {
    let frame = of.width + 2 * PAD;
    Block {
        width: frame.max(exit_left() + exit.width) + SIDE,
        up: of.up + EDGE,
        down: exit_drop(&of, &exit) + exit.down,
        shape: Shape::Unless(Box::new(of), Box::new(exit)),
    }
}
