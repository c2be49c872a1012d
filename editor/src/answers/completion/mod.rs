//! Completion: what could be written at a place. Structure is told by its tokens; code is made whole with a
//! placeholder and checked, so that types come from the checker (`mundi_lang::index::Spot`).

mod code;
mod lines;
mod structure;

use std::collections::BTreeSet;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionTextEdit, Documentation,
    MarkupContent, MarkupKind, Range, TextEdit,
};
use mundi_lang::Span;

use super::vocabulary::Word;
use crate::documents::Kind;
use crate::text::Lines;
use crate::world::World;

/// What could be written at a place.
#[must_use]
pub fn complete(world: &World, asked: &CompletionParams) -> Vec<CompletionItem> {
    let Some(spot) = world.spot(&asked.text_document_position) else { return Vec::new() };
    match spot.kind {
        Kind::Rules => structure::complete(world, &spot),
        Kind::Play => lines::complete(world, &spot),
    }
}

/// Candidates for one place, each name once.
struct Candidates {
    range: Range,
    seen: BTreeSet<String>,
    items: Vec<CompletionItem>,
}

impl Candidates {
    /// For a word that stands there already.
    fn new(world: &World, text: &str, word: Span) -> Self {
        let range = Lines::new(text, world.encoding).range(word);
        Self { range, seen: BTreeSet::new(), items: Vec::new() }
    }

    /// A candidate; the first of a name stays.
    fn add(&mut self, name: &str, kind: CompletionItemKind, detail: &str, about: Option<String>) {
        if name.is_empty() || !self.seen.insert(name.to_owned()) {
            return;
        }
        let documentation = about.map(|value| {
            Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
        });
        let edit = TextEdit { range: self.range, new_text: name.to_owned() };
        self.items.push(CompletionItem {
            label: name.to_owned(),
            kind: Some(kind),
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
            documentation,
            // In the order in which they were thought of.
            sort_text: Some(format!("{:04}", self.items.len())),
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            ..CompletionItem::default()
        });
    }

    fn word(&mut self, word: &Word, kind: CompletionItemKind) {
        self.add(word.name, kind, word.form, Some(word.about.to_owned()));
    }
}
