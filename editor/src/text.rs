//! Offsets in a text and positions in an editor: lines from 0, and characters that count in UTF-16 units
//! unless the editor reads UTF-8 (LSP 3.17, Position, PositionEncodingKind).

use lsp_types::{Position, PositionEncodingKind, Range};
use mundi_lang::Span;

/// What an editor counts in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: two for a character beyond the basic plane. What all editors know.
    #[default]
    Utf16,
}

impl Encoding {
    /// The one that suits the editor: bytes where it reads them.
    #[must_use]
    pub fn chosen(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8)) {
            true => Encoding::Utf8,
            false => Encoding::Utf16,
        }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
        }
    }
}

/// A text and where its lines begin. `\n`, `\r\n` and `\r` end a line.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    encoding: Encoding,
    /// Where each line begins and ends, without what ends it.
    lines: Vec<(usize, usize)>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        let mut left = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = left.next() {
            if byte == b'\n' || byte == b'\r' {
                lines.push((start, at));
                start = at + 1;
                if byte == b'\r' && left.next_if(|(_, next)| *next == b'\n').is_some() {
                    start += 1;
                }
            }
        }
        lines.push((start, text.len()));
        Self { text, encoding, lines }
    }

    /// The offset of a position; one behind the end of its line, or of the text, is that end. One inside
    /// a character is its beginning.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        let wanted = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some((start, end)) = self.lines.get(wanted).copied() else { return self.text.len() };
        let mut left = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut at = start;
        for c in self.text.get(start..end).unwrap_or("").chars() {
            let width = self.encoding.width(c);
            if left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        at
    }

    /// The position of an offset; one behind the end is the end, one between lines the end of the first.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        let (start, end) = self.lines.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset.min(end)).unwrap_or("");
        let character: usize = before.chars().map(|c| self.encoding.width(c)).sum();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(character) }
    }

    /// The range of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> Range {
        let range = span.range();
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// The span of a range; one that is backwards is empty.
    #[must_use]
    pub fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\u{e9}\u{1f600}b\r\n\u{1f600}\r\rx\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn a_character_beyond_the_basic_plane_counts_twice_in_utf_16() {
        let wide = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(wide.offset(at(0, 2)), 3);
        assert_eq!(wide.offset(at(0, 4)), 7);
        assert_eq!(wide.offset(at(0, 3)), 3, "inside a pair is before it");
        assert_eq!(wide.position(7), at(0, 4));
        let bytes = Lines::new(TEXT, Encoding::Utf8);
        assert_eq!(bytes.offset(at(0, 7)), 7);
        assert_eq!(bytes.position(7), at(0, 7));
    }

    #[test]
    fn every_line_end_ends_a_line_and_what_is_behind_the_end_is_the_end() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(at(0, 99)), 8);
        assert_eq!(lines.offset(at(1, 0)), 10);
        assert_eq!(lines.offset(at(3, 0)), 16);
        assert_eq!(lines.offset(at(9, 0)), TEXT.len());
        assert_eq!(lines.position(TEXT.len() + 5), at(4, 0));
    }

    #[test]
    fn every_offset_of_a_character_comes_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(TEXT, encoding);
            for (offset, c) in TEXT.char_indices().filter(|(_, c)| !"\r\n".contains(*c)) {
                assert_eq!(lines.offset(lines.position(offset)), offset, "{c:?}");
            }
        }
    }
}
