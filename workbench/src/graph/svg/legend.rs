//! What colours and small pictures mean: under the diagram, in as many rows as it needs.

use super::Px;
use super::block::{ICON, Icon};
use super::measure;
use super::paint::Canvas;
use crate::graph::tree::{Diagram, Leaf};

/// No legend is pressed into less.
pub(super) const LEAST: Px = 300;
/// The width of a role's colour.
const SWATCH: Px = 12;
/// From the left of an entry to its text.
const TEXT: Px = ICON + 2;
/// Between two entries.
const GAP: Px = 22;
/// The height of a row.
const ROW: Px = 20;

/// What stands before an entry.
enum Sign {
    Role(u16),
    Icon(Icon),
}

/// Draws it from this height on, as wide as the picture; gives the height of its end.
pub(super) fn draw(canvas: &mut Canvas, diagram: &Diagram, top: Px, width: Px) -> Px {
    let left = super::MARGIN;
    let (mut x, mut base) = (left, top + ROW);
    for (sign, text) in entries(diagram) {
        let text = measure::fit(&text, measure::SMALL, LEAST - TEXT);
        if x > left && x + TEXT + text.width > left + width {
            (x, base) = (left, base + ROW);
        }
        match sign {
            Sign::Role(role) => canvas.swatch(role, (x, base - 10), (SWATCH, SWATCH)),
            Sign::Icon(icon) => canvas.icon(icon, x, base),
        }
        canvas.text("small", x + TEXT, base, &text);
        x += TEXT + text.width + GAP;
    }
    base
}

/// The roles that send something, then the small pictures that are there.
fn entries(diagram: &Diagram) -> Vec<(Sign, String)> {
    let role = |number: u16| {
        let role = diagram.roles.get(usize::from(number))?;
        Some((Sign::Role(number), format!("{} ({})", role.name, role.holders)))
    };
    let mut entries: Vec<_> = diagram.cast().into_iter().filter_map(role).collect();
    let mut leaves: Vec<&Leaf> = Vec::new();
    diagram.whole.leaves(&mut |leaf| leaves.push(leaf));
    let marks = || leaves.iter().filter_map(|leaf| leaf.mark.as_ref());
    let signs = [
        (
            leaves.iter().any(|l| l.deadline.is_some()),
            Icon::Clock,
            "deadline: anybody, from then on",
        ),
        (leaves.iter().any(|l| !l.guards.is_empty()), Icon::Gate, "guard: counts only then"),
        (marks().any(|m| m.said > 0), Icon::Tick, "was said"),
        (marks().any(|m| m.possible.is_some()), Icon::Arrow, "may come next"),
    ];
    let there = signs.into_iter().filter(|(there, ..)| *there);
    entries.extend(there.map(|(_, icon, text)| (Sign::Icon(icon), text.to_owned())));
    entries
}
