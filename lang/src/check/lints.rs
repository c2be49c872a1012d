//! What a person would want to know before relying on rules, beyond what is wrong with them.

use super::items::Items;
use super::report::Report;
use super::schema::Schema;
use crate::code::{BinaryOp, Block, Expr, ExprKind, Statement, StatementKind};
use crate::diagnostic::Diagnostic;
use crate::rules::{MessageId, MessageKind, Pattern, Reads, RoleId};
use crate::span::{Span, Spanned};
use crate::syntax::{PatternSyntax, TextPart};

/// Looks at pattern and schema together.
pub(crate) fn check(items: &Items<'_>, schema: &Schema, pattern: &Pattern, report: &mut Report) {
    let mut atoms = Vec::new();
    super::pattern::atoms(pattern, &mut atoms);
    unused(items, schema, &atoms, report);
    nobody(items, schema, &atoms, report);
    if let Some(written) = items.pattern {
        if !report.failed() {
            super::readings::check(written, schema, report);
        }
        deadlines_of_each(written, None, schema, report);
    }
    let closes =
        |m: &MessageId| schema.at(*m).is_some_and(|m| matches!(m.kind, MessageKind::Deadline(_)));
    if !atoms.iter().any(|(m, _)| closes(m)) {
        clocks(items, report);
    }
}

/// Inside `each`, everybody says everything themself, and so also a deadline.
fn deadlines_of_each(
    part: &Spanned<PatternSyntax>,
    each: Option<Span>,
    schema: &Schema,
    report: &mut Report,
) {
    let each = match &part.node {
        PatternSyntax::Each { .. } => Some(part.span),
        _ => each,
    };
    if let (PatternSyntax::Message { name, .. }, Some(each)) = (&part.node, each) {
        let said = schema.message(&name.node).and_then(|m| schema.at(m));
        if said.is_some_and(|m| matches!(m.kind, MessageKind::Deadline(_))) {
            let text = format!("each of them has to say `{}` themself here", name.node);
            report.add(
                Diagnostic::warning("W0405", name.span, text)
                    .label(each, "because it stands inside of this `each`")
                    .help(format!("put it outside: `(each … ( … ) unless {})`", name.node)),
            );
        }
    }
    for child in super::pattern::children(&part.node) {
        deadlines_of_each(child, each, schema, report);
    }
}

/// Messages that no pattern uses, deadlines that nothing waits for.
fn unused(
    items: &Items<'_>,
    schema: &Schema,
    atoms: &[(MessageId, Vec<RoleId>)],
    report: &mut Report,
) {
    for stage in &items.stages {
        let id = schema.message(&stage.name.node);
        if !atoms.iter().any(|(m, _)| Some(*m) == id) {
            let text = format!("no pattern uses `{}`, so it never begins", stage.name.node);
            let help = format!("put `{}` into the pattern, or take the stage out", stage.name.node);
            report.add(Diagnostic::warning("W0401", stage.name.span, text).help(help));
        }
    }
    for said in &items.said {
        let id = schema.message(&said.name.node);
        if atoms.iter().any(|(m, _)| Some(*m) == id) {
            continue;
        }
        let deadline = id
            .and_then(|m| schema.at(m))
            .is_some_and(|m| matches!(m.kind, MessageKind::Deadline(_)));
        let name = &said.name.node;
        let (code, text, help) = if deadline {
            (
                "W0402",
                format!("nothing waits for the deadline `{name}`"),
                format!("write `… unless {name}` in the pattern where it ends the waiting"),
            )
        } else {
            (
                "W0401",
                format!("no pattern uses `{name}`, so nobody can ever say it"),
                format!("put `{name}` into the pattern, or take the message out"),
            )
        };
        report.add(Diagnostic::warning(code, said.name.span, text).help(help));
    }
}

/// Messages of the pattern that nobody can send.
fn nobody(
    items: &Items<'_>,
    schema: &Schema,
    atoms: &[(MessageId, Vec<RoleId>)],
    report: &mut Report,
) {
    let empty = |r: &RoleId| schema.role_at(*r).is_some_and(|r| r.max == Some(0));
    for (message, roles) in atoms {
        if !roles.is_empty() && roles.iter().all(empty) {
            let name = schema.name(*message);
            let at = items.said.iter().find(|s| s.name.node == name).map(|s| s.name.span);
            report.add(
                Diagnostic::warning(
                    "W0403",
                    at.unwrap_or_default(),
                    format!(
                        "nobody can send `{name}`: what follows it in the pattern is never reached"
                    ),
                )
                .help("let somebody hold the role that sends it"),
            );
        }
    }
}

/// Without any deadline in the pattern, time passes unnoticed.
fn clocks(items: &Items<'_>, report: &mut Report) {
    if let Some(block) = items.consensus
        && let Some(at) = find(block, &|e| reads_now(e).then_some(e.span))
    {
        report.add(
            Diagnostic::warning(
                "W0602",
                at,
                "time alone ends nothing: this is asked only when a message comes",
            )
            .help("declare a `deadline` and let the pattern wait for it: agents say it unasked"),
        );
    }
    for guard in &items.guards {
        let closing = |e: &Expr| match &e.node {
            ExprKind::Binary { op, left, right } => {
                let before =
                    matches!(op.node, BinaryOp::Less | BinaryOp::LessEq) && reads_now(left);
                let after =
                    matches!(op.node, BinaryOp::Greater | BinaryOp::GreaterEq) && reads_now(right);
                (before || after).then_some(e.span)
            }
            _ => None,
        };
        if let Some(at) = find(guard.when, &closing) {
            report.add(
                Diagnostic::warning(
                    "W0603",
                    at,
                    "this binds only the honest: a late message can be dated early",
                )
                .help("close the time with a `deadline` in the pattern"),
            );
        }
    }
}

fn reads_now(e: &Expr) -> bool {
    matches!(&e.node, ExprKind::Variable(name) if name == "now")
}

/// Looks at what the consensus reads, once its code is printed.
pub(crate) fn consensus(
    block: &Block,
    reads: &Reads,
    schema: &Schema,
    pattern: &Pattern,
    report: &mut Report,
) {
    let mut atoms = Vec::new();
    super::pattern::atoms(pattern, &mut atoms);
    let says = |m: &MessageId| {
        let beside =
            schema.at(*m).is_some_and(|m| matches!(m.kind, MessageKind::Join | MessageKind::Leave));
        beside || atoms.iter().any(|(a, _)| a == m)
    };
    let plain = block.statements.is_empty();
    let never =
        plain && matches!(block.tail.as_deref().map(|e| &e.node), Some(ExprKind::Bool(false)));
    let moves = reads.anything || !reads.state.is_empty() || reads.messages.iter().any(says);
    // What is wrong already may be why nothing moves it.
    if (never || !moves) && !report.failed() {
        report.add(Diagnostic::warning("W0601", block.span, "no message can make this true").help(
            "ask for what is said, as in `said(\"accept\")`, or for what `on` has put into `state`",
        ));
    }
}

/// The first expression of a block of which something holds.
pub(crate) fn find<T>(block: &Block, wanted: &dyn Fn(&Expr) -> Option<T>) -> Option<T> {
    let in_statements = block.statements.iter().find_map(|s| statement(s, wanted));
    in_statements.or_else(|| block.tail.as_deref().and_then(|e| expression(e, wanted)))
}

fn statement<T>(of: &Statement, wanted: &dyn Fn(&Expr) -> Option<T>) -> Option<T> {
    match &of.node {
        StatementKind::Let { value, .. } | StatementKind::Return(value) => {
            value.as_ref().and_then(|e| expression(e, wanted))
        }
        StatementKind::Assign { target, value, .. } => {
            expression(target, wanted).or_else(|| expression(value, wanted))
        }
        StatementKind::Expr(e) => expression(e, wanted),
        StatementKind::For { over, body, .. } => {
            expression(over, wanted).or_else(|| find(body, wanted))
        }
        StatementKind::While { condition, body } => {
            expression(condition, wanted).or_else(|| find(body, wanted))
        }
        StatementKind::Break | StatementKind::Continue => None,
    }
}

pub(crate) fn expression<T>(of: &Expr, wanted: &dyn Fn(&Expr) -> Option<T>) -> Option<T> {
    if let Some(found) = wanted(of) {
        return Some(found);
    }
    let each = |e: &Expr| expression(e, wanted);
    match &of.node {
        ExprKind::Field { base, .. } | ExprKind::Unary { of: base, .. } | ExprKind::Paren(base) => {
            each(base)
        }
        ExprKind::Index { base: a, index: b }
        | ExprKind::Binary { left: a, right: b, .. }
        | ExprKind::Range { start: a, end: b, .. } => each(a).or_else(|| each(b)),
        ExprKind::Call { args, .. } | ExprKind::List(args) => args.iter().find_map(each),
        ExprKind::Method { base, args, .. } => each(base).or_else(|| args.iter().find_map(each)),
        ExprKind::If { condition, then, otherwise } => each(condition)
            .or_else(|| find(then, wanted))
            .or_else(|| otherwise.as_ref().and_then(|b| find(b, wanted))),
        ExprKind::Record(fields) => fields.iter().find_map(|(_, e)| each(e)),
        ExprKind::Template(parts) => parts.iter().find_map(|p| match p {
            TextPart::Hole(e) => each(e),
            TextPart::Text(_) => None,
        }),
        ExprKind::Block(block) => find(block, wanted),
        _ => None,
    }
}
