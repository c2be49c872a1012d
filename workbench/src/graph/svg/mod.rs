//! The diagram as a picture, without a foreign program.
//!
//! Railroad diagrams: one follows the rails from left to right; where they part either way may be
//! taken, a way back is a loop. Bars, as of forks and joins in UML's activities, hold what is
//! interleaved. In reading order: [`measure`] (how wide texts are), [`block`] (sizes), [`layout`] (a
//! tree of blocks), [`rail`] (lines), [`place`] (where all of it stands), [`legend`], [`paint`] (SVG).
//!
//! Invariants: every box lies inside the picture, no two overlap, and every text lies inside its box in
//! any font that is no wider than DejaVu Sans.

mod block;
mod layout;
mod legend;
mod measure;
mod paint;
mod place;
mod rail;
mod style;

use super::tree::Diagram;
use super::words;
use paint::Canvas;

/// Pixels.
type Px = i64;

/// Around the picture.
const MARGIN: Px = 16;
/// From the top to the base line of the title, and from there to the line under it.
const TITLE: Px = 20;
/// The widest that a title or a line under it may be.
const TITLE_WIDTH: Px = 720;

/// The picture.
pub(super) fn write(diagram: &Diagram) -> String {
    let whole = layout::whole(&diagram.whole);
    let title = measure::fit(&diagram.title, measure::TITLE, TITLE_WIDTH);
    let under = match &diagram.standing {
        Some(standing) => format!("{} \u{2013} {standing}", diagram.name),
        None => diagram.name.clone(),
    };
    let under = measure::fit(&under, measure::SMALL, TITLE_WIDTH);
    let titles = title.width.max(under.width);
    let mut canvas = Canvas::default();
    canvas.text("title", MARGIN, MARGIN + TITLE, &title);
    canvas.text("small", MARGIN, MARGIN + 2 * TITLE, &under);
    let top = MARGIN + 3 * TITLE;
    place::block(&mut canvas, &whole, MARGIN, top + whole.up);
    let width = whole.width.max(titles).max(legend::LEAST);
    let bottom = legend::draw(&mut canvas, diagram, top + whole.up + whole.down + MARGIN, width);
    canvas.document(
        width + 2 * MARGIN,
        bottom + MARGIN,
        &diagram.title,
        &words::description(diagram),
    )
}
