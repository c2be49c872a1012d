//! What tests establish: after `x != ()`, `x` is there; after `said("m")`, `last("m")` is.

use super::Coder;
use crate::code::{BinaryOp, Chain, Expr, ExprKind, UnaryOp};

/// A place's name, if it is one that a test can speak of: `x`, `state.paid_at`, `last("m", from)`.
pub(super) fn place(e: &Expr) -> Option<String> {
    match &e.node {
        ExprKind::Variable(name) => Some(name.clone()),
        ExprKind::Paren(inner) => place(inner),
        ExprKind::Field { base, name, chain: Chain::Plain } => {
            Some(format!("{}.{}", place(base)?, name.node))
        }
        ExprKind::Call { module: None, name, args } if name.node == "last" => {
            let args: Option<Vec<String>> = args.iter().map(argument).collect();
            Some(format!("last({})", args?.join(",")))
        }
        _ => None,
    }
}

fn argument(e: &Expr) -> Option<String> {
    match &e.node {
        ExprKind::Text(text) => Some(format!("{text:?}")),
        _ => place(e),
    }
}

/// What is known where a condition is true.
pub(super) fn if_true(e: &Expr) -> Vec<String> {
    match &e.node {
        ExprKind::Paren(inner) => if_true(inner),
        ExprKind::Unary { op: UnaryOp::Not, of } => if_false(of),
        ExprKind::Binary { op, left, right } => match op.node {
            BinaryOp::And => [if_true(left), if_true(right)].concat(),
            BinaryOp::NotEqual if is_unit(right) => place(left).into_iter().collect(),
            BinaryOp::NotEqual if is_unit(left) => place(right).into_iter().collect(),
            BinaryOp::Greater => counted(left),
            _ => Vec::new(),
        },
        ExprKind::Call { module: None, name, args } if name.node == "said" => {
            let args: Option<Vec<String>> = args.iter().map(argument).collect();
            args.map(|args| format!("last({})", args.join(","))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// `count("m") > n` is a test for `last("m")` too.
fn counted(e: &Expr) -> Vec<String> {
    match &e.node {
        ExprKind::Call { module: None, name, args } if name.node == "count" => {
            let args: Option<Vec<String>> = args.iter().map(argument).collect();
            args.map(|args| format!("last({})", args.join(","))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What is known where a condition is false.
pub(super) fn if_false(e: &Expr) -> Vec<String> {
    match &e.node {
        ExprKind::Paren(inner) => if_false(inner),
        ExprKind::Unary { op: UnaryOp::Not, of } => if_true(of),
        ExprKind::Binary { op, left, right } => match op.node {
            BinaryOp::Or => [if_false(left), if_false(right)].concat(),
            BinaryOp::Equal if is_unit(right) => place(left).into_iter().collect(),
            BinaryOp::Equal if is_unit(left) => place(right).into_iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

pub(super) fn is_unit(e: &Expr) -> bool {
    match &e.node {
        ExprKind::Unit => true,
        ExprKind::Paren(inner) => is_unit(inner),
        _ => false,
    }
}

impl Coder<'_, '_> {
    /// Works with more facts.
    pub(super) fn knowing<T>(
        &mut self,
        facts: Vec<String>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.facts.clone();
        self.facts.extend(facts);
        let result = work(self);
        // What was forgotten meanwhile stays forgotten.
        self.facts.retain(|f| before.contains(f));
        result
    }

    /// A place has been written: nothing is known of it, nor of what is in it.
    pub(super) fn forget(&mut self, place: &str) {
        let inside = format!("{place}.");
        let names =
            |f: &String, p: &str| f == p || f.starts_with(&inside) || f.contains(&format!(",{p})"));
        self.facts.retain(|f| !names(f, place));
    }

    /// Whether an expression is known not to be `()`.
    pub(super) fn known(&self, e: &Expr) -> bool {
        place(e).is_some_and(|p| self.facts.contains(&p))
    }
}
