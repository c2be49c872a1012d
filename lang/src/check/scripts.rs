//! All code of a file, checked and printed.

use super::code::{Coder, Context, Functions, Outcome, Shared, TableMaker};
use super::items::{Items, SaidKind};
use super::lints;
use super::names;
use super::report::Report;
use super::schema::Schema;
use crate::code::{Block, Expr};
use crate::diagnostic::Diagnostic;
use crate::print::text;
use crate::rules::{
    Failure, Guard, Invariant, Message, MessageId, MessageKind, Pattern, Piece, Script, Tables,
    Text,
};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{ElseText, TextPart};
use crate::ty::Modules;

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
    pub(crate) functions: Script,
    pub(crate) tables: Tables,
}

/// The code, and the findings so far.
pub(crate) struct Coded {
    pub(crate) code: Code,
    pub(crate) report: Report,
}

impl Code {
    /// Walks all code.
    pub(crate) fn of(
        items: &Items<'_>,
        schema: &Schema,
        modules: &Modules,
        pattern: &Pattern,
        whole: Span,
        mut report: Report,
    ) -> Coded {
        let functions = Functions::new(&items.functions, &mut report);
        let tables = TableMaker::default();
        let mut shared = Shared { schema, modules, report, tables, functions, trying: false };
        let mut code = Self { messages: of_messages(items, &mut shared), ..Self::default() };
        code.on_open = on_open(items, &mut shared);
        let mut reached = Outcome::default();
        match items.consensus {
            Some(block) => {
                let (script, outcome) = Coder::new(&mut shared, Context::Asked).asked(block);
                reached = outcome;
                lints::consensus(block, &script.reads, schema, pattern, &mut shared.report);
                code.consensus = Some(script);
            }
            None => shared.report.add(
                Diagnostic::error(
                    "E0201",
                    Span::new(whole.start as usize, whole.start as usize),
                    "`consensus` is missing",
                )
                .help("say when it is reached: `consensus { said(\"…\") }`"),
            ),
        }
        code.failure = items.failure.map(|(when, otherwise)| {
            let asked = Coder::new(&mut shared, Context::Asked).given(reached.failed());
            let (when, outcome) = asked.asked(when);
            let text = |t| else_text(t, Context::Asked, outcome.held(), &mut shared);
            Failure { when, otherwise: otherwise.map(text) }
        });
        // The output is asked for where there is consensus: what its condition says is known.
        let output = |b| Coder::new(&mut shared, Context::Output).given(reached.held()).output(b);
        code.output = items.output.map(output);
        code.invariants = invariants(items, &mut shared);
        super::code::uncalled(&mut shared);
        code.functions = text::functions(&shared.functions.printed);
        code.tables = shared.tables.finish();
        Coded { code, report: shared.report }
    }
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
        out.push(Invariant { name: name.node.clone(), breach: *breach, when });
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
