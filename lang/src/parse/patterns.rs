//! Patterns: operators side by side must be the same, and a suffix stands alone.

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::parse::build::{Build, Node, child, children};
use crate::span::Spanned;
use crate::syntax::PatternSyntax;

type Pattern = Spanned<PatternSyntax>;

impl Build<'_> {
    /// A pattern.
    pub(crate) fn pattern(&mut self, node: &Node<'_>) -> Pattern {
        let span = self.span(node);
        let mut units = Vec::new();
        let mut ops: Vec<Node<'_>> = Vec::new();
        for part in children(node) {
            if part.as_rule() == Rule::pat_unit {
                units.push(self.pattern_unit(&part));
            } else {
                ops.push(part);
            }
        }
        self.same_operators(&ops);
        let Some(op) = ops.first().map(Node::as_rule) else {
            return units
                .into_iter()
                .next()
                .unwrap_or_else(|| Spanned::new(PatternSyntax::Sequence(Vec::new()), span));
        };
        match op {
            Rule::op_or => Spanned::new(PatternSyntax::Either(units), span),
            Rule::op_and => Spanned::new(PatternSyntax::Interleave(units), span),
            Rule::op_unless => unless(units, span),
            _ => Spanned::new(PatternSyntax::Sequence(units), span),
        }
    }

    fn same_operators(&mut self, ops: &[Node<'_>]) {
        let Some(first) = ops.first() else { return };
        let Some(other) = ops.iter().find(|op| op.as_rule() != first.as_rule()) else { return };
        let (one, two) = (sign(first), sign(other));
        let what = format!("`{one}` and `{two}` stand side by side");
        let help = format!("put parentheses round what belongs together: `(a {one} b) {two} c` or `a {one} (b {two} c)`")
            .replace("a ,", "a,")
            .replace(") ,", "),")
            .replace("b ,", "b,");
        let first = self.span(first);
        let other = self.span(other);
        self.report(
            Diagnostic::error("E0110", other, what)
                .label(first, format!("here it is `{one}`"))
                .help(help),
        );
    }

    fn pattern_unit(&mut self, node: &Node<'_>) -> Pattern {
        let span = self.span(node);
        let mut atom = Spanned::new(PatternSyntax::Sequence(Vec::new()), span);
        for part in children(node) {
            if part.as_rule() == Rule::suffix {
                let (min, max) = self.repeats(&part);
                atom = Spanned::new(PatternSyntax::Repeat { of: Box::new(atom), min, max }, span);
            } else {
                atom = self.pattern_atom(&part);
            }
        }
        atom
    }

    fn repeats(&mut self, node: &Node<'_>) -> (u32, Option<u32>) {
        let Some(suffix) = node.clone().into_inner().next() else { return (1, Some(1)) };
        match suffix.as_rule() {
            Rule::star => (0, None),
            Rule::plus => (1, None),
            Rule::maybe => (0, Some(1)),
            _ => {
                let dots = child(&suffix, Rule::times_dots).is_some();
                let parts = children(&suffix);
                let parts = parts.iter().filter(|n| n.as_rule() == Rule::uint);
                let mut counts = parts.map(|n| self.count(n));
                let min = counts.next().unwrap_or(0);
                if dots { (min, counts.next()) } else { (min, Some(min)) }
            }
        }
    }

    fn pattern_atom(&mut self, node: &Node<'_>) -> Pattern {
        let span = self.span(node);
        let name = self.first_name(node);
        let inner = child(node, Rule::pat).map(|n| self.pattern(&n));
        let of = || {
            let nothing = Spanned::new(PatternSyntax::Sequence(Vec::new()), span);
            Box::new(inner.clone().unwrap_or(nothing))
        };
        let pattern = match node.as_rule() {
            Rule::pat_paren => return Spanned::new(of().node, span),
            Rule::pat_each => {
                let roles = child(node, Rule::names);
                let roles = roles.map(|n| self.names(&n)).unwrap_or_default();
                PatternSyntax::Each { roles, of: of() }
            }
            Rule::pat_one => PatternSyntax::One { role: name, of: of() },
            Rule::pat_per => PatternSyntax::Per { message: name, of: of() },
            _ => PatternSyntax::Message { name, by: self.names(node).into_iter().nth(1) },
        };
        Spanned::new(pattern, span)
    }
}

fn sign(op: &Node<'_>) -> &'static str {
    match op.as_rule() {
        Rule::op_or => "|",
        Rule::op_and => "&",
        Rule::op_unless => "unless",
        _ => ",",
    }
}

/// `p unless q unless r` is `(p unless q) unless r`.
fn unless(units: Vec<Pattern>, span: crate::span::Span) -> Pattern {
    let mut units = units.into_iter();
    let nothing = || Spanned::new(PatternSyntax::Sequence(Vec::new()), span);
    let first = units.next().unwrap_or_else(nothing);
    units.fold(first, |of, exit| {
        let span = of.span.to(exit.span);
        Spanned::new(PatternSyntax::Unless { of: Box::new(of), exit: Box::new(exit) }, span)
    })
}
