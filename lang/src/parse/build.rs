//! What every builder of trees shares: spans, names, documentation, findings.

use pest::iterators::Pair;
use pest::pratt_parser::PrattParser;

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::parse::docs::Docs;
use crate::span::{Name, Span, Spanned};

/// A pair of the grammar.
pub(crate) type Node<'i> = Pair<'i, Rule>;

/// Turns pest's pairs into trees. Pairs come from a slice of the source that begins at `offset`.
pub(crate) struct Build<'d> {
    /// Where the parsed slice begins in the source.
    pub(crate) offset: usize,
    /// The documentation of the source.
    pub(crate) docs: &'d Docs,
    /// The precedence of the operators.
    pub(crate) pratt: &'d PrattParser<Rule>,
    /// What was found wrong while building.
    pub(crate) found: Vec<Diagnostic>,
}

impl<'d> Build<'d> {
    /// A builder for a slice that begins at `offset`.
    pub(crate) fn new(offset: usize, docs: &'d Docs, pratt: &'d PrattParser<Rule>) -> Self {
        Self { offset, docs, pratt, found: Vec::new() }
    }

    /// Where a pair stands in the source, without white space that its rule swallowed at the end.
    pub(crate) fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        Span::new(self.offset + span.start(), self.offset + span.start() + trimmed(span.as_str()))
    }

    /// A name.
    pub(crate) fn name(&self, node: &Node<'_>) -> Name {
        Spanned::new(node.as_str().to_owned(), self.span(node))
    }

    /// The first name among a pair's children; empty where the grammar promised one and lied.
    pub(crate) fn first_name(&self, node: &Node<'_>) -> Name {
        let found = children(node).into_iter().find(|c| c.as_rule() == Rule::ident);
        found.map_or_else(|| Spanned::new(String::new(), self.span(node)), |c| self.name(&c))
    }

    /// All names directly under a pair.
    pub(crate) fn names(&self, node: &Node<'_>) -> Vec<Name> {
        let idents = children(node).into_iter().filter(|c| c.as_rule() == Rule::ident);
        idents.map(|c| self.name(&c)).collect()
    }

    /// A finding.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// A count, reported where it is too large.
    pub(crate) fn count(&mut self, node: &Node<'_>) -> u32 {
        node.as_str().parse().unwrap_or_else(|_| {
            let span = self.span(node);
            self.report(Diagnostic::error("E0104", span, "this number is too large"));
            0
        })
    }
}

/// The length without white space and comments at the end.
fn trimmed(text: &str) -> usize {
    text.trim_end().len()
}

/// The children of a pair.
pub(crate) fn children<'i>(node: &Node<'i>) -> Vec<Node<'i>> {
    node.clone().into_inner().collect()
}

/// The first child made by a rule.
pub(crate) fn child<'i>(node: &Node<'i>, rule: Rule) -> Option<Node<'i>> {
    node.clone().into_inner().find(|c| c.as_rule() == rule)
}
