//! The items of a file, sorted by kind: what may stand once stands once.

use super::report::Report;
use crate::code::{Block, Expr, Function};
use crate::diagnostic::Diagnostic;
use crate::span::{Name, Span, Spanned};
use crate::syntax::{
    ElseText, Field, Item, ItemKind, PatternSyntax, Quorum, Senders, Syntax, TypeSyntax,
};

/// `allow`, with where it stands.
pub(crate) struct Allow<'a> {
    pub(crate) messages: &'a [Name],
    pub(crate) when: &'a Block,
    pub(crate) otherwise: Option<&'a Spanned<ElseText>>,
}

/// `message`, `deadline`.
pub(crate) struct Said<'a> {
    pub(crate) doc: &'a str,
    pub(crate) name: &'a Name,
    pub(crate) kind: SaidKind<'a>,
}

/// What is sent.
pub(crate) enum SaidKind<'a> {
    Message(&'a Senders, &'a [Field]),
    Deadline(&'a Block),
}

/// `role`.
pub(crate) struct RoleItem<'a> {
    pub(crate) doc: &'a str,
    pub(crate) name: &'a Name,
    pub(crate) cardinality: Option<&'a Spanned<(u32, Option<u32>)>>,
    pub(crate) open: Option<Span>,
}

/// `stage`.
pub(crate) struct StageItem<'a> {
    pub(crate) doc: &'a str,
    pub(crate) name: &'a Name,
    pub(crate) file: &'a Spanned<String>,
    pub(crate) roles: &'a [(Name, Expr)],
    pub(crate) terms: &'a [(Name, Expr)],
}

/// All items by kind, each in file order.
#[derive(Default)]
pub(crate) struct Items<'a> {
    pub(crate) conversation: Option<(&'a Name, &'a Spanned<String>, &'a str)>,
    pub(crate) edition: Option<&'a Spanned<i64>>,
    pub(crate) uses: Vec<(&'a Name, &'a Name)>,
    pub(crate) roles: Vec<RoleItem<'a>>,
    pub(crate) overlaps: Vec<&'a [Name]>,
    pub(crate) terms: Option<&'a [Field]>,
    pub(crate) types: Vec<(&'a Name, &'a Spanned<TypeSyntax>)>,
    pub(crate) said: Vec<Said<'a>>,
    pub(crate) pattern: Option<&'a Spanned<PatternSyntax>>,
    pub(crate) state: Option<&'a [Field]>,
    pub(crate) on_open: Vec<&'a Block>,
    pub(crate) handlers: Vec<(&'a [Name], &'a Block)>,
    pub(crate) guards: Vec<Allow<'a>>,
    pub(crate) consensus: Option<&'a Block>,
    pub(crate) failure: Option<(&'a Block, Option<&'a Spanned<ElseText>>)>,
    pub(crate) output: Option<&'a Block>,
    pub(crate) invariants: Vec<(&'a Name, &'a Block, bool)>,
    pub(crate) functions: Vec<&'a Function>,
    pub(crate) stages: Vec<StageItem<'a>>,
    pub(crate) seal: Option<(&'a Spanned<Quorum>, &'a [Name])>,
    /// Which could not be read: they are not missing.
    pub(crate) unread: &'a [String],
}

impl<'a> Items<'a> {
    /// Sorts the items of a file.
    pub(crate) fn gather(syntax: &'a Syntax, report: &mut Report) -> Self {
        let mut items = Items { unread: &syntax.unread, ..Items::default() };
        head(syntax, report);
        for item in &syntax.items {
            items.take(item, report);
        }
        items
    }

    fn take(&mut self, item: &'a Item, report: &mut Report) {
        let at = item.span;
        match &item.kind {
            ItemKind::Conversation { name, title } => {
                once(&mut self.conversation, (name, title, &item.doc), "conversation", at, report);
            }
            ItemKind::Edition(n) => once(&mut self.edition, n, "edition", at, report),
            ItemKind::Use { root, module } => self.uses.push((root, module)),
            ItemKind::Role { name, cardinality, open } => {
                let cardinality = cardinality.as_ref();
                self.roles.push(RoleItem { doc: &item.doc, name, cardinality, open: *open });
            }
            ItemKind::Overlap(roles) => self.overlaps.push(roles),
            ItemKind::Terms(fields) => once(&mut self.terms, fields, "terms", at, report),
            ItemKind::Type { name, ty } => self.types.push((name, ty)),
            ItemKind::Message { name, by, fields } => {
                let kind = SaidKind::Message(by, fields);
                self.said.push(Said { doc: &item.doc, name, kind });
            }
            ItemKind::Deadline { name, at } => {
                self.said.push(Said { doc: &item.doc, name, kind: SaidKind::Deadline(at) });
            }
            ItemKind::Pattern(p) => once(&mut self.pattern, p, "pattern", at, report),
            ItemKind::State(fields) => once(&mut self.state, fields, "state", at, report),
            _ => self.take_code(item, report),
        }
    }

    fn take_code(&mut self, item: &'a Item, report: &mut Report) {
        let at = item.span;
        match &item.kind {
            ItemKind::OnOpen(body) => self.on_open.push(body),
            ItemKind::On { messages, body } => self.handlers.push((messages, body)),
            ItemKind::Allow { messages, when, otherwise } => {
                self.guards.push(Allow { messages, when, otherwise: otherwise.as_ref() });
            }
            ItemKind::Consensus(b) => once(&mut self.consensus, b, "consensus", at, report),
            ItemKind::Failure { when, otherwise } => {
                once(&mut self.failure, (when, otherwise.as_ref()), "failure", at, report);
            }
            ItemKind::Output(b) => once(&mut self.output, b, "output", at, report),
            ItemKind::Never { name, when } => self.invariants.push((name, when, true)),
            ItemKind::Always { name, when } => self.invariants.push((name, when, false)),
            ItemKind::Script(functions) => self.functions.extend(functions),
            ItemKind::Seal { quorum, roles } => {
                once(&mut self.seal, (quorum, roles), "seal", at, report);
            }
            ItemKind::Stage { name, file, roles, terms } => {
                self.stages.push(StageItem { doc: &item.doc, name, file, roles, terms });
            }
            _ => {}
        }
    }
}

/// Keeps the first of what may stand once.
fn once<T>(slot: &mut Option<T>, value: T, what: &str, at: Span, report: &mut Report) {
    if slot.is_some() {
        report.add(
            Diagnostic::error("E0202", at, format!("`{what}` stands twice"))
                .help(format!("keep one `{what}`, and put all of it there")),
        );
    } else {
        *slot = Some(value);
    }
}

/// `conversation`, then `edition 1`, then the rest.
fn head(syntax: &Syntax, report: &mut Report) {
    let at = syntax.items.first().map_or_else(Span::default, |i| i.span);
    let kinds: Vec<&ItemKind> = syntax.items.iter().map(|i| &i.kind).collect();
    if !matches!(kinds.first(), Some(ItemKind::Conversation { .. })) {
        report.add(
            Diagnostic::error("E0201", at, "a rules file begins with `conversation`")
                .help("write `conversation my_name \"My title\"` as the first line"),
        );
    }
    match kinds.iter().position(|k| matches!(k, ItemKind::Edition(_))) {
        Some(n) if n <= 1 => {}
        Some(n) => {
            let at = syntax.items.get(n).map_or(at, |i| i.span);
            report.add(
                Diagnostic::error("E0215", at, "`edition` comes right after `conversation`")
                    .help("move `edition 1` to the second line"),
            );
        }
        None if syntax.unread.iter().any(|word| word == "edition") => {}
        None => report.add(
            Diagnostic::error("E0201", at, "the edition is missing")
                .help("write `edition 1` after `conversation`"),
        ),
    }
    for item in &syntax.items {
        match &item.kind {
            ItemKind::Edition(n) if n.node != 1 => report.add(
                Diagnostic::error("E0215", n.span, format!("there is no edition {}", n.node))
                    .help("write `edition 1`"),
            ),
            _ => {}
        }
    }
}
