//! Certificates on a terminal.

use super::Valid;
use crate::screen::{Colour, Tone};
use crate::show::plain;

/// A valid certificate, to read.
#[must_use]
pub fn text(valid: &Valid, colour: Colour) -> String {
    let title = colour.paint(Tone::Strong, &valid.title());
    let word = colour.paint(Tone::Good, "valid");
    let mut out = format!("{}: {word}\n{title}\n", plain(&valid.file));
    for section in valid.sections() {
        out.push_str(&format!("\n{}\n", colour.paint(Tone::Strong, &section.title)));
        let wide = section.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
        for row in &section.rows {
            if row.label.is_empty() {
                out.push_str(&format!("    {}\n", row.text));
            } else {
                let gap = wide.saturating_sub(row.label.chars().count());
                out.push_str(&format!("    {}:{} {}\n", row.label, " ".repeat(gap), row.text));
            }
        }
    }
    out
}
