//! The canvas: what has its place, written as SVG, and the document around it.

use super::Px;
use super::block::Icon;
use super::measure::Measured;
use super::rail;
use super::style::{COLOURS, STYLE};
use crate::graph::tree::Leaf;
use crate::graph::words;

pub(super) use rail::Point;

/// The most senders whose colours a box shows; their names stand in it anyway.
const STRIPES: usize = 8;
/// The colours of a box's senders: from its left, how wide, and how far from above and below.
const STRIPE: (Px, Px, Px) = (5, 5, 7);

/// What has been drawn, from the back to the front.
#[derive(Default)]
pub(super) struct Canvas {
    frames: String,
    rails: String,
    front: String,
}

impl Canvas {
    /// A line of text, its base line at this point. What the table of widths does not know is pressed
    /// into the width that was left for it.
    pub(super) fn text(&mut self, class: &str, x: Px, y: Px, text: &Measured) {
        let pressed = match text.known {
            true => String::new(),
            false => format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", text.width),
        };
        let escaped = escape(&text.text);
        let line =
            format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{pressed}>{escaped}</text>\n");
        self.front.push_str(&line);
    }

    /// A rail through these corners.
    pub(super) fn rail(&mut self, corners: &[Point]) {
        if corners.first() != corners.last() {
            self.rails.push_str(&format!("<path class=\"rail\" d=\"{}\"/>\n", rail::path(corners)));
        }
    }

    /// A frame: its upper left corner, its size.
    pub(super) fn frame(&mut self, class: &str, (x, y): Point, (width, height): (Px, Px)) {
        self.frames.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n"
        ));
    }

    /// The beginning or the end.
    pub(super) fn terminal(&mut self, kind: &str, x: Px, y: Px) {
        let inner = if kind == "end" { 5 } else { 8 };
        if kind == "end" {
            self.front
                .push_str(&format!("<circle class=\"ring\" cx=\"{x}\" cy=\"{y}\" r=\"8\"/>\n"));
        }
        self.front.push_str(&format!(
            "<circle class=\"terminal {kind}\" cx=\"{x}\" cy=\"{y}\" r=\"{inner}\"/>\n"
        ));
    }

    /// The bar before or after what is interleaved.
    pub(super) fn bar(&mut self, x: Px, from: Px, to: Px) {
        self.front.push_str(&format!("<path class=\"bar\" d=\"M{x} {from}L{x} {to}\"/>\n"));
    }

    /// The head of an arrow that points to the right, its point here.
    pub(super) fn arrow(&mut self, x: Px, y: Px) {
        self.front.push_str(&format!("<path class=\"head\" d=\"M{} {}l-7 -4v8z\"/>\n", x - 1, y));
    }

    /// The head of an arrow that points to the left.
    pub(super) fn arrow_back(&mut self, x: Px, y: Px) {
        self.front.push_str(&format!("<path class=\"head\" d=\"M{x} {y}l7 -4v8z\"/>\n"));
    }

    /// Where a frame may be left.
    pub(super) fn way_out(&mut self, x: Px, y: Px) {
        self.front.push_str(&format!("<circle class=\"ring\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>\n"));
    }

    /// A small picture before a line of text.
    pub(super) fn icon(&mut self, icon: Icon, x: Px, base: Px) {
        let y = base - 4;
        let drawn = match icon {
            Icon::Clock => format!(
                "<circle class=\"icon\" cx=\"{}\" cy=\"{y}\" r=\"5\"/>\n<path class=\"icon\" d=\"M{} {}v3h3\"/>\n",
                x + 5,
                x + 5,
                y - 3
            ),
            Icon::Gate => format!("<path class=\"icon\" d=\"M{x} {y}l5 -5l5 5l-5 5z\"/>\n"),
            Icon::Tick => format!("<path class=\"icon\" d=\"M{x} {y}l4 4l6 -8\"/>\n"),
            Icon::Arrow => format!("<path class=\"head\" d=\"M{} {}l8 5l-8 5z\"/>\n", x + 1, y - 5),
        };
        self.front.push_str(&drawn);
    }

    /// A message's box and what stands in it.
    pub(super) fn message(
        &mut self,
        leaf: &Leaf,
        (x, y): Point,
        (width, height): (Px, Px),
        inside: impl FnOnce(&mut Self),
    ) {
        let name = escape(&leaf.name);
        let title = escape(&spoken(leaf));
        let class = classes(leaf);
        self.front.push_str(&format!(
            "<g class=\"{class}\" data-message=\"{name}\">\n<title>{title}</title>\n\
             <rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n"
        ));
        self.stripes(leaf, (x, y), height);
        inside(self);
        self.front.push_str("</g>\n");
    }

    /// The colours of the roles that may send a message, one under the other.
    fn stripes(&mut self, leaf: &Leaf, (x, y): Point, height: Px) {
        let (left, width, edge) = STRIPE;
        let roles: Vec<_> = leaf.roles.iter().take(STRIPES).collect();
        let Ok(count) = Px::try_from(roles.len()) else { return };
        let whole = height - 2 * edge;
        for (role, at) in roles.into_iter().zip(0..) {
            let (from, to) = (whole * at / count, whole * (at + 1) / count);
            self.swatch(*role, (x + left, y + edge + from), (width, to - from));
        }
    }

    /// A field in a role's colour.
    pub(super) fn swatch(&mut self, role: u16, (x, y): Point, (width, height): (Px, Px)) {
        let colour = usize::from(role) % COLOURS;
        self.front.push_str(&format!(
            "<rect class=\"role{colour}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>\n"
        ));
    }

    /// The whole document.
    pub(super) fn document(&self, width: Px, height: Px, title: &str, description: &str) -> String {
        let (title, description) = (escape(title), escape(description));
        let Self { frames, rails, front } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"graph-title graph-description\">\n\
             <title id=\"graph-title\">{title}</title>\n<desc id=\"graph-description\">{description}</desc>\n\
             <style>\n{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n{frames}{rails}{front}</svg>\n"
        )
    }
}

/// What a box says to who points at it, or hears it.
fn spoken(leaf: &Leaf) -> String {
    let mut said = format!("{} {}", leaf.name, leaf.senders);
    if let Some(time) = &leaf.deadline {
        said.push_str(&format!(", from {time} on"));
    }
    for guard in &leaf.guards {
        said.push_str(&format!("; when {guard}"));
    }
    if let Some(mark) = &leaf.mark {
        let marks = words::said(mark).into_iter().chain(words::possible(mark));
        marks.for_each(|text| said.push_str(&format!("; {text}")));
    }
    if !leaf.doc.is_empty() {
        said.push_str(&format!(". {}", leaf.doc));
    }
    said
}

fn classes(leaf: &Leaf) -> String {
    let mut classes = "message".to_owned();
    if leaf.deadline.is_some() {
        classes.push_str(" deadline");
    }
    if let Some(mark) = &leaf.mark {
        classes.push_str(if mark.said > 0 { " said" } else { "" });
        classes.push_str(if mark.possible.is_some() { " possible" } else { "" });
    }
    classes
}

/// A text as it stands in XML, between tags or quotes. What XML cannot hold has been spelled out
/// (`plain`), but for its two non-characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
