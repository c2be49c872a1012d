//! All code of a file, checked and printed.

use super::code::{Coder, Context, Functions, Outcome, Shared, TableMaker, join};
use super::items::{Items, SaidKind};
use super::lints;
use super::names;
use super::notes::Notes;
use super::report::Report;
use super::schema::Schema;
use crate::code::{Block, Expr};
use crate::diagnostic::Diagnostic;
use crate::print::tree::OutFunction;
use crate::rules::{
    Failure, Guard, Invariant, Message, MessageId, MessageKind, Pattern, Piece, Script, Text,
};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{ElseText, TextPart};
use crate::ty::{Modules, Ty};

/// The scripts of messages, by message.
#[derive(Default)]
pub(crate) struct OfMessages {
    deadlines: Vec<(MessageId, Script)>,
    guards: Vec<(MessageId, Guard)>,
    handlers: Vec<(MessageId, Script)>,
}

impl OfMessages {
    /// Puts them where they belong.
    pub(crate) fn place(self, messages: &mut [Message]) {
        for (id, script) in self.deadlines {
            if let Some(message) = messages.get_mut(usize::from(id)) {
                message.kind = MessageKind::Deadline(script);
            }
        }
        for (id, guard) in self.guards {
            if let Some(message) = messages.get_mut(usize::from(id)) {
                message.guards.push(guard);
            }
        }
        for (id, handler) in self.handlers {
            if let Some(message) = messages.get_mut(usize::from(id)) {
                message.handlers.push(handler);
            }
        }
    }
}

/// The printed code of a file.
#[derive(Default)]
pub(crate) struct Code {
    pub(crate) messages: OfMessages,
    pub(crate) on_open: Option<Script>,
    pub(crate) consensus: Option<Script>,
    pub(crate) failure: Option<Failure>,
    pub(crate) output: Option<Script>,
    pub(crate) invariants: Vec<Invariant>,
}

/// What the files of a text share, handed from one to the next.
#[derive(Default)]
pub(crate) struct Lent {
    pub(crate) report: Report,
    pub(crate) tables: TableMaker,
    pub(crate) functions: Vec<OutFunction>,
    /// Of stages.
    pub(crate) invariants: Vec<Invariant>,
    /// Where somebody asks for them.
    pub(crate) notes: Option<Notes>,
}

impl Code {
    /// Walks all code; `give` that of what stages are given. Gives also what `output` gives.
    pub(crate) fn of(
        items: &Items<'_>,
        schema: &Schema,
        modules: &Modules,
        pattern: &Pattern,
        whole: Span,
        lent: Lent,
        give: impl FnOnce(&mut Shared<'_>),
    ) -> (Self, Lent, Ty) {
        let Lent { mut report, tables, functions, invariants: of_stages, notes } = lent;
        let functions = Functions::new(&items.functions, functions, &mut report);
        let outputs = Vec::new();
        let mut shared =
            Shared { schema, modules, report, tables, functions, outputs, trying: false, notes };
        let mut code = Self { messages: of_messages(items, &mut shared), ..Self::default() };
        code.on_open = on_open(items, &mut shared);
        code.endings(items, pattern, whole, &mut shared);
        code.invariants = invariants(items, &mut shared);
        let output = one_type(items, &mut shared);
        give(&mut shared);
        super::code::uncalled(&mut shared);
        let Shared { report, tables, functions, notes, .. } = shared;
        let functions = functions.printed;
        (code, Lent { report, tables, functions, invariants: of_stages, notes }, output)
    }

    /// Consensus, failure and output: what one says of the state the next may know.
    fn endings(
        &mut self,
        items: &Items<'_>,
        pattern: &Pattern,
        whole: Span,
        shared: &mut Shared<'_>,
    ) {
        let mut reached = Outcome::default();
        match items.consensus {
            Some(block) => {
                let (script, outcome) = Coder::new(shared, Context::Asked).asked(block);
                reached = outcome;
                lints::consensus(block, &script.reads, shared.schema, pattern, &mut shared.report);
                self.consensus = Some(script);
            }
            None if items.unread.iter().any(|word| word == "consensus") => {}
            None => shared.report.add(
                Diagnostic::error(
                    "E0201",
                    Span::new(whole.start as usize, whole.start as usize),
                    "`consensus` is missing",
                )
                .help("say when it is reached: `consensus { said(\"…\") }`"),
            ),
        }
        self.failure = items.failure.map(|(when, otherwise)| {
            let asked = Coder::new(shared, Context::Asked).given(reached.failed());
            let (when, outcome) = asked.asked(when);
            let text = |t| else_text(t, Context::Asked, outcome.held(), shared);
            Failure { when, otherwise: otherwise.map(text) }
        });
        // The output is asked for where there is consensus: what its condition says is known.
        let output = |b| Coder::new(shared, Context::Output).given(reached.held()).output(b);
        self.output = items.output.map(output);
    }
}

/// The one type that the `output` of a stage gives: the file around reads it.
fn one_type(items: &Items<'_>, shared: &mut Shared<'_>) -> Ty {
    if items.output.is_none() {
        return Ty::Unit;
    }
    let given = std::mem::take(&mut shared.outputs);
    let mut ty = Ty::Never;
    for (found, at) in given {
        ty = join(&ty, &found).unwrap_or_else(|| {
            if shared.schema.base.stage.is_some() {
                let text = "the `output` of a stage gives one type at all its places";
                shared.report.add(
                    Diagnostic::error("E0229", at, text)
                        .help("give the same fields everywhere, or `()` where there is nothing"),
                );
            }
            Ty::Unknown
        });
    }
    ty
}

fn on_open(items: &Items<'_>, shared: &mut Shared<'_>) -> Option<Script> {
    let (first, rest) = items.on_open.split_first()?;
    for again in rest {
        shared.report.add(
            Diagnostic::error("E0202", again.span, "`on open` stands twice")
                .help("keep one, and put all of it there"),
        );
    }
    Some(Coder::new(shared, Context::Open).action(first))
}

fn invariants(items: &Items<'_>, shared: &mut Shared<'_>) -> Vec<Invariant> {
    let mut taken = names::Taken::default();
    let mut out = Vec::new();
    for (name, when, breach) in &items.invariants {
        taken.take("invariant", name, &mut shared.report);
        let when = Coder::new(shared, Context::Asked).condition(when);
        let stage = shared.schema.base.stage;
        out.push(Invariant { name: name.node.clone(), breach: *breach, stage, when });
    }
    out
}

fn of_messages(items: &Items<'_>, shared: &mut Shared<'_>) -> OfMessages {
    let mut of = OfMessages::default();
    for said in &items.said {
        if let (SaidKind::Deadline(at), Some(id)) =
            (&said.kind, shared.schema.message(&said.name.node))
        {
            of.deadlines.push((id, Coder::new(shared, Context::Deadline).time(at)));
        }
    }
    for allow in &items.guards {
        for id in messages(allow.messages, "allow", shared) {
            let context = Context::Guard(id);
            let (when, outcome) = Coder::new(shared, context).asked(allow.when);
            let text = |t| else_text(t, context, outcome.failed(), shared);
            let otherwise = allow.otherwise.map(text);
            of.guards.push((id, Guard { when, otherwise, span: allow.when.span }));
        }
    }
    for (names, body) in &items.handlers {
        for id in messages(names, "on", shared) {
            of.handlers.push((id, action(body, id, shared)));
        }
    }
    of
}

fn action(body: &Block, id: MessageId, shared: &mut Shared<'_>) -> Script {
    Coder::new(shared, Context::Handler(id)).action(body)
}

/// The messages that `allow` or `on` names.
fn messages(names: &[Name], word: &str, shared: &mut Shared<'_>) -> Vec<MessageId> {
    let mut taken = names::Taken::default();
    let mut ids = Vec::new();
    for name in names {
        let Some(id) = shared.schema.message(&name.node) else {
            let schema = shared.schema;
            let known = schema.messages.iter().map(|m| m.name.as_str());
            shared.report.add(names::unknown("E0203", "message", name, known));
            continue;
        };
        let system = ["join", "leave"].contains(&name.node.as_str());
        if system && !shared.schema.is_open() {
            shared.report.add(
                Diagnostic::error(
                    "E0222",
                    name.span,
                    format!("nobody can `{}`: no role is open", name.node),
                )
                .help(format!("write `open` after a role, or take this `{word}` out")),
            );
        }
        if taken.take("message", name, &mut shared.report) {
            ids.push(id);
        }
    }
    ids
}

/// A text with holes.
fn else_text(
    written: &Spanned<ElseText>,
    context: Context,
    facts: &[String],
    shared: &mut Shared<'_>,
) -> Text {
    let mut hole = |e: &Expr| Coder::new(shared, context).given(facts).hole(e);
    let mut part = |part: &TextPart| match part {
        TextPart::Text(text) => Piece::Text(text.clone()),
        TextPart::Hole(e) => Piece::Hole(hole(e)),
    };
    Text { parts: written.node.parts.iter().map(&mut part).collect() }
}
