//! Where the placeholder stands in code.

use super::spot::PLACEHOLDER;
use crate::check::find;
use crate::code::{BinaryOp, Expr, ExprKind};
use crate::syntax::{ItemKind, Syntax, TextPart};

/// What the placeholder is there.
#[derive(Clone, Debug)]
pub enum Hole {
    /// A value by itself: a variable, a function, a word.
    Value,
    /// A field or a method of something.
    Of(Expr),
    /// A function of a module of the library.
    Library(String),
    /// The text of an argument: of which function, what stands before it, and of which entry.
    Argument {
        /// `said`
        function: String,
        /// The texts of the arguments before.
        before: Vec<String>,
    },
    /// A text that is compared with something.
    Compared(Expr),
}

/// The placeholder in a tree.
#[must_use]
pub fn hole(syntax: &Syntax) -> Option<Hole> {
    syntax.items.iter().find_map(|item| match &item.kind {
        ItemKind::Deadline { at: block, .. }
        | ItemKind::OnOpen(block)
        | ItemKind::On { body: block, .. }
        | ItemKind::Consensus(block)
        | ItemKind::Output(block)
        | ItemKind::Never { when: block, .. }
        | ItemKind::Always { when: block, .. } => find(block, &here),
        ItemKind::Allow { when, otherwise, .. } | ItemKind::Failure { when, otherwise } => {
            let parts = otherwise.iter().flat_map(|text| &text.node.parts);
            let in_text = || {
                parts.into_iter().find_map(|part| match part {
                    TextPart::Hole(e) => crate::check::find_in(e, &here),
                    TextPart::Text(_) => None,
                })
            };
            find(when, &here).or_else(in_text)
        }
        ItemKind::Script(functions) => functions.iter().find_map(|f| find(&f.body, &here)),
        ItemKind::Stage { roles, terms, .. } => {
            roles.iter().chain(terms).find_map(|(_, e)| crate::check::find_in(e, &here))
        }
        _ => None,
    })
}

fn here(e: &Expr) -> Option<Hole> {
    let is_text = |e: &Expr| matches!(&e.node, ExprKind::Text(t) if t == PLACEHOLDER);
    match &e.node {
        ExprKind::Variable(name) if name == PLACEHOLDER => Some(Hole::Value),
        ExprKind::Field { base, name, .. } | ExprKind::Method { base, name, .. }
            if name.node == PLACEHOLDER =>
        {
            Some(Hole::Of((**base).clone()))
        }
        ExprKind::Call { module, name, .. } if name.node == PLACEHOLDER => {
            Some(module.as_ref().map_or(Hole::Value, |m| Hole::Library(m.node.clone())))
        }
        ExprKind::Call { name, args, .. } | ExprKind::Method { name, args, .. } => {
            let at = args.iter().position(is_text)?;
            let text = |e: &Expr| match &e.node {
                ExprKind::Text(text) => text.clone(),
                _ => String::new(),
            };
            let before = args.iter().take(at).map(text).collect();
            Some(Hole::Argument { function: name.node.clone(), before })
        }
        ExprKind::Binary { op, left, right }
            if matches!(op.node, BinaryOp::Equal | BinaryOp::NotEqual) && is_text(right) =>
        {
            Some(Hole::Compared((**left).clone()))
        }
        _ => None,
    }
}
