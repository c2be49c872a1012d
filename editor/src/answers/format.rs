//! Formatting: the canonical form of a whole document. A text that does not parse stays as it is.

use lsp_types::{DocumentFormattingParams, TextEdit};
use mundi_lang::{Source, Span};

use super::Refusal;
use crate::documents::Kind;
use crate::text::Lines;
use crate::uri;
use crate::world::World;

/// The edit that brings a document into its canonical form; none where it has it.
///
/// # Errors
/// It does not parse, with the first place where.
pub fn format(world: &World, asked: &DocumentFormattingParams) -> Result<Vec<TextEdit>, Refusal> {
    let path = uri::path(&asked.text_document.uri);
    let text = world.text(&path).map_err(Refusal::failed)?;
    let source = Source::new(path.display().to_string(), text);
    let formatted = match world.kind(&path) {
        Some(Kind::Rules) => mundi_lang::format(&source),
        Some(Kind::Play) => mundi_lang::format_play(&source),
        None => return Err(Refusal::failed("this is neither rules nor a play")),
    };
    match formatted {
        Ok(new_text) if new_text == source.text => Ok(Vec::new()),
        Ok(new_text) => {
            let whole = Span::new(0, source.text.len());
            let range = Lines::new(&source.text, world.encoding).range(whole);
            Ok(vec![TextEdit { range, new_text }])
        }
        Err(found) => {
            let first = found.iter().find(|d| d.severity == mundi_lang::Severity::Error);
            let why = first.map_or_else(String::new, |d| {
                let place = source.place(d.span.start as usize);
                format!(": line {}: {}", place.line, d.message)
            });
            Err(Refusal::failed(format!("the text does not parse, and is left as it is{why}")))
        }
    }
}
