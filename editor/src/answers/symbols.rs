//! The outline of a document: its items and their fields, the lines of a play.

use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};
use mundi_lang::syntax::{Field, Item, ItemKind};
use mundi_lang::{Name, Span};

use crate::documents::Kind;
use crate::text::Lines;
use crate::uri;
use crate::world::World;

/// The outline.
#[must_use]
pub fn symbols(world: &World, asked: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let path = uri::path(&asked.text_document.uri);
    let text = world.text(&path).ok()?;
    let outline = Outline { lines: Lines::new(&text, world.encoding) };
    let all = match world.kind(&path)? {
        Kind::Rules => {
            let rules = world.rules(&path).ok()?;
            let items = rules.syntax.items.iter();
            items.filter_map(|item| outline.item(item)).collect()
        }
        Kind::Play => {
            let play = world.play(&path).ok()?;
            let play = play.play.as_ref()?;
            let title = &play.title;
            if title.node.is_empty() {
                return None;
            }
            vec![outline.symbol(&title.node, "play", SymbolKind::FILE, title.span, title.span)]
        }
    };
    Some(DocumentSymbolResponse::Nested(all))
}

struct Outline<'t> {
    lines: Lines<'t>,
}

impl Outline<'_> {
    fn symbol(
        &self,
        name: &str,
        detail: &str,
        kind: SymbolKind,
        whole: Span,
        at: Span,
    ) -> DocumentSymbol {
        #[allow(deprecated, reason = "the type has a field that the protocol has given up")]
        DocumentSymbol {
            name: name.to_owned(),
            detail: Some(detail.to_owned()),
            kind,
            tags: None,
            deprecated: None,
            range: self.lines.range(whole.to(at)),
            selection_range: self.lines.range(at),
            children: None,
        }
    }

    fn named(&self, name: &Name, detail: &str, kind: SymbolKind, whole: Span) -> DocumentSymbol {
        self.symbol(&name.node, detail, kind, whole, name.span)
    }

    fn fields(&self, of: DocumentSymbol, fields: &[Field]) -> DocumentSymbol {
        let field = |f: &Field| self.named(&f.name, "", SymbolKind::FIELD, f.span);
        let children: Vec<_> = fields.iter().map(field).collect();
        DocumentSymbol { children: (!children.is_empty()).then_some(children), ..of }
    }

    fn item(&self, item: &Item) -> Option<DocumentSymbol> {
        let whole = item.span;
        let plain = |word: &str, kind| self.symbol(word, "", kind, whole, whole);
        Some(match &item.kind {
            ItemKind::Conversation { name, title } => {
                self.named(name, &title.node, SymbolKind::MODULE, whole)
            }
            ItemKind::Role { name, .. } => self.named(name, "role", SymbolKind::CLASS, whole),
            ItemKind::Type { name, .. } => self.named(name, "type", SymbolKind::STRUCT, whole),
            ItemKind::Message { name, fields, .. } => {
                self.fields(self.named(name, "message", SymbolKind::EVENT, whole), fields)
            }
            ItemKind::Deadline { name, .. } => {
                self.named(name, "deadline", SymbolKind::EVENT, whole)
            }
            ItemKind::Stage { name, .. } => self.named(name, "stage", SymbolKind::MODULE, whole),
            ItemKind::Never { name, .. } => self.named(name, "never", SymbolKind::BOOLEAN, whole),
            ItemKind::Always { name, .. } => self.named(name, "always", SymbolKind::BOOLEAN, whole),
            ItemKind::Terms(fields) => self.fields(plain("terms", SymbolKind::STRUCT), fields),
            ItemKind::State(fields) => self.fields(plain("state", SymbolKind::STRUCT), fields),
            ItemKind::Pattern(_) => plain("pattern", SymbolKind::OPERATOR),
            ItemKind::OnOpen(_) => plain("on open", SymbolKind::METHOD),
            ItemKind::On { messages, .. } => plain(&listed("on", messages), SymbolKind::METHOD),
            ItemKind::Allow { messages, .. } => {
                plain(&listed("allow", messages), SymbolKind::BOOLEAN)
            }
            ItemKind::Consensus(_) => plain("consensus", SymbolKind::BOOLEAN),
            ItemKind::Failure { .. } => plain("failure", SymbolKind::BOOLEAN),
            ItemKind::Output(_) => plain("output", SymbolKind::METHOD),
            ItemKind::Script(functions) => {
                let function = |f: &mundi_lang::code::Function| {
                    self.named(&f.name, "fn", SymbolKind::FUNCTION, f.name.span.to(f.body.span))
                };
                let children = functions.iter().map(function).collect();
                DocumentSymbol {
                    children: Some(children),
                    ..plain("script", SymbolKind::NAMESPACE)
                }
            }
            ItemKind::Seal { .. } => plain("seal", SymbolKind::KEY),
            ItemKind::Edition(_) | ItemKind::Use { .. } | ItemKind::Overlap(_) => return None,
        })
    }
}

fn listed(word: &str, names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(|n| n.node.as_str()).collect();
    format!("{word} {}", names.join(", "))
}
