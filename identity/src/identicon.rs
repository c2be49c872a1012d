//! A small picture of a fingerprint, so that two persons of one name look different.
//!
//! It comes from SHA-256 of the fingerprint, so nobody chooses it; it is a help for the eye, never
//! a proof: pictures that look alike can be searched for. Integers only: the same everywhere.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::fingerprint::Fingerprint;

/// Cells in a row and in a column; the left half mirrors the right.
const SIDE: usize = 7;

/// What is hashed before the fingerprint.
const PURPOSE: &[u8] = b"mundi.identicon.1";

/// Three colours (RGB) and the cells: 0 is background, 1 and 2 are colours.
struct Picture {
    colours: [[u8; 3]; 2],
    cells: [[u8; SIDE]; SIDE],
}

impl Picture {
    fn of(fingerprint: &Fingerprint) -> Self {
        let hash: [u8; 32] =
            Sha256::new_with_prefix(PURPOSE).chain_update(fingerprint.as_bytes()).finalize().into();
        let byte = |n: usize| hash.get(n).copied().unwrap_or(0);
        let mut cells = [[0; SIDE]; SIDE];
        for (y, row) in cells.iter_mut().enumerate() {
            for x in 0..SIDE.div_ceil(2) {
                // Four bytes of colour, then a byte a cell: 28 cells in all.
                let value = match byte(4 + y * SIDE.div_ceil(2) + x) % 8 {
                    0..=3 => 0,
                    4..=6 => 1,
                    _ => 2,
                };
                for place in [x, SIDE - 1 - x] {
                    if let Some(cell) = row.get_mut(place) {
                        *cell = value;
                    }
                }
            }
        }
        let angle = |high: usize, low: usize| u16::from_be_bytes([byte(high), byte(low)]) % 360;
        Self { colours: [colour(angle(0, 1), 42), colour(angle(2, 3), 55)], cells }
    }
}

/// The colour at an angle of the colour circle (0 to 359), with saturation 65 % and a lightness
/// in percent.
fn colour(angle: u16, light: i32) -> [u8; 3] {
    // HSL in thousandths: a(n) = L - S·min(L, 1-L)·max(-1, min(k-3, 9-k, 1)), k = n + angle/30.
    let light = light * 10;
    let reach = 650 * light.min(1000 - light) / 1000;
    let part = |n: i32| {
        let k = (n * 1000 + i32::from(angle) * 1000 / 30) % 12_000;
        let slope = (k - 3000).min(9000 - k).clamp(-1000, 1000);
        let value = light - reach * slope / 1000;
        u8::try_from((value * 255 / 1000).clamp(0, 255)).unwrap_or(0)
    };
    [part(0), part(8), part(4)]
}

/// The picture as seven lines of text, each cell two characters wide.
#[must_use]
pub fn text(f: &Fingerprint) -> String {
    let mut out = String::new();
    for row in Picture::of(f).cells {
        let line: String = row
            .iter()
            .map(|cell| match cell {
                0 => "  ",
                1 => "██",
                _ => "▒▒",
            })
            .collect();
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The picture as SVG, with the fingerprint as its title; it scales to any size.
#[must_use]
pub fn svg(f: &Fingerprint) -> String {
    let picture = Picture::of(f);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" role=\"img\" \
         shape-rendering=\"crispEdges\"><title>{f}</title>\
         <rect width=\"9\" height=\"9\" fill=\"#f2f0ec\"/>"
    );
    for (value, [red, green, blue]) in (1..).zip(picture.colours) {
        let mut path = String::new();
        for (y, row) in picture.cells.iter().enumerate() {
            for x in (0..SIDE).filter(|x| row.get(*x) == Some(&value)) {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + 1, y + 1);
            }
        }
        let _ = write!(out, "<path fill=\"#{red:02x}{green:02x}{blue:02x}\" d=\"{path}\"/>");
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> [Fingerprint; 3] {
        let v4 = |byte| Fingerprint::new(&[byte; 20]).unwrap();
        [v4(0), v4(1), Fingerprint::from([1; 32])]
    }

    #[test]
    fn a_known_fingerprint_has_its_known_picture() {
        let all: Vec<String> =
            known().iter().map(|f| format!("{f}\n{}{}", text(f), svg(f))).collect();
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn a_picture_is_seven_lines_and_mirrors_itself() {
        for fingerprint in known() {
            let text = text(&fingerprint);
            assert_eq!(text.lines().count(), SIDE);
            for line in text.lines() {
                let cells: Vec<char> = line.chars().collect();
                assert_eq!(cells.len(), 2 * SIDE);
                assert!(cells.iter().eq(cells.iter().rev()), "{line}");
            }
        }
    }

    #[test]
    fn fingerprints_that_differ_in_one_bit_have_other_pictures() {
        let pictures: std::collections::BTreeSet<String> = (0..160)
            .map(|bit| {
                let mut bytes = [0; 20];
                bytes[bit / 8] = 1 << (bit % 8);
                svg(&Fingerprint::new(&bytes).unwrap())
            })
            .collect();
        assert_eq!(pictures.len(), 160);
    }

    #[test]
    fn colours_go_round_the_circle() {
        for (angle, expected) in [(0, [210, 44, 44]), (120, [44, 210, 44]), (240, [44, 44, 210])] {
            assert_eq!(colour(angle, 50), expected, "{angle}");
        }
    }
}
