//! Values written out, and texts with their escapes.

use rust_decimal::Decimal;

use crate::diagnostic::Diagnostic;
use crate::escapes;
use crate::grammar::Rule;
use crate::literal::Literal;
use crate::parse::build::{Build, Node, child, children};
use crate::span::Spanned;
use crate::units;

impl Build<'_> {
    /// A value: the first child of a `literal` or `bound`.
    pub(crate) fn value(&mut self, node: &Node<'_>) -> Spanned<Literal> {
        let span = self.span(node);
        let inner = node.clone().into_inner().next();
        Spanned::new(inner.map_or(Literal::Unit, |n| self.literal(&n)), span)
    }

    fn literal(&mut self, node: &Node<'_>) -> Literal {
        let word = node.as_str();
        match node.as_rule() {
            Rule::k_true => Literal::Bool(true),
            Rule::k_false => Literal::Bool(false),
            Rule::int => Literal::Int(self.integer(node)),
            Rule::decimal => Literal::Decimal(self.decimal(node)),
            Rule::text => Literal::Text(self.text(node)),
            Rule::bytes => Literal::Bytes(self.bytes(node)),
            Rule::time => Literal::Time(self.time(node)),
            Rule::duration => Literal::Duration(self.duration(node)),
            Rule::literal_list => {
                let items = children(node);
                let items = items.iter().filter(|n| n.as_rule() == Rule::literal);
                Literal::List(items.map(|n| self.value(n).node).collect())
            }
            Rule::literal_record => {
                let fields = self.values(node);
                Literal::Record(fields.into_iter().map(|(n, v)| (n.node, v.node)).collect())
            }
            Rule::ident => Literal::Name(word.to_owned()),
            _ => Literal::Unit,
        }
    }

    /// The `name: value` pairs under a pair.
    pub(crate) fn values(&mut self, node: &Node<'_>) -> Vec<(crate::span::Name, Spanned<Literal>)> {
        let mut values = Vec::new();
        for field in children(node) {
            let pairs =
                [Rule::literal_field, Rule::loose_field, Rule::term_field, Rule::loose_term];
            if !pairs.contains(&field.as_rule()) {
                continue;
            }
            let values_of = [Rule::literal, Rule::at_file, Rule::at_path];
            let Some(value) = field.clone().into_inner().find(|n| values_of.contains(&n.as_rule()))
            else {
                continue;
            };
            let read = match value.as_rule() {
                Rule::literal => self.value(&value),
                _ => self.file(&value),
            };
            values.push((self.first_name(&field), read));
        }
        values
    }

    /// `@"order.cert"`, or `@order.cert`.
    fn file(&mut self, node: &Node<'_>) -> Spanned<Literal> {
        let path = match child(node, Rule::text) {
            Some(text) => self.text(&text),
            None => node.as_str().trim_start_matches('@').to_owned(),
        };
        Spanned::new(Literal::File(path), self.span(node))
    }

    /// An integer of 64 bits.
    pub(crate) fn integer(&mut self, node: &Node<'_>) -> i64 {
        node.as_str().parse().unwrap_or_else(|_| {
            let span = self.span(node);
            let most = "integers have 64 bits: at most 9223372036854775807";
            self.report(Diagnostic::error("E0104", span, "this number is too large").help(most));
            0
        })
    }

    /// A decimal of 96 bits.
    pub(crate) fn decimal(&mut self, node: &Node<'_>) -> Decimal {
        Decimal::from_str_exact(node.as_str()).unwrap_or_else(|_| {
            let span = self.span(node);
            let most = "decimals have 28 digits";
            let what = "this number has too many digits";
            self.report(Diagnostic::error("E0104", span, what).help(most));
            Decimal::ZERO
        })
    }

    fn bytes(&mut self, node: &Node<'_>) -> Vec<u8> {
        escapes::parse_bytes(node.as_str()).unwrap_or_else(|| {
            let span = self.span(node);
            let what = "bytes have two hexadecimal digits each";
            self.report(Diagnostic::error("E0107", span, what).help("write `0x0f`, not `0xf`"));
            Vec::new()
        })
    }

    /// Milliseconds since 1970.
    pub(crate) fn time(&mut self, node: &Node<'_>) -> i64 {
        units::parse_time(node.as_str()).unwrap_or_else(|| {
            let span = self.span(node);
            let help = "write a time from 1970 to 9999, like `2026-01-31T18:00:00Z`";
            self.report(Diagnostic::error("E0106", span, "there is no such time").help(help));
            0
        })
    }

    /// Milliseconds.
    pub(crate) fn duration(&mut self, node: &Node<'_>) -> i64 {
        units::parse_duration(node.as_str()).unwrap_or_else(|problem| {
            let span = self.span(node);
            let mut finding = Diagnostic::error("E0105", span, problem.to_string());
            if let Some(better) = units::reorder_duration(node.as_str()) {
                finding = finding.help(format!("write `{better}`"));
            }
            self.report(finding);
            0
        })
    }

    /// The size under a pair, in bytes.
    pub(crate) fn size_of(&mut self, node: &Node<'_>) -> Spanned<u64> {
        let Some(size) = child(node, Rule::size) else {
            return Spanned::new(0, self.span(node));
        };
        let span = self.span(&size);
        let bytes = units::parse_size(size.as_str()).unwrap_or_else(|| {
            self.report(Diagnostic::error("E0104", span, "this size is too large"));
            0
        });
        Spanned::new(bytes, span)
    }

    /// A text without its quotes, its escapes undone.
    pub(crate) fn text(&mut self, node: &Node<'_>) -> String {
        let body = child(node, Rule::text_body);
        body.map_or_else(String::new, |n| self.unescape(&n))
    }

    /// Escapes undone.
    pub(crate) fn unescape(&mut self, node: &Node<'_>) -> String {
        escapes::unescape(node.as_str()).unwrap_or_else(|bad| {
            let span = self.span(node);
            let what = format!("`{bad}` is no character");
            self.report(Diagnostic::error("E0108", span, what).help("write `\\u{1F600}`"));
            String::new()
        })
    }

    /// The first text under a pair.
    pub(crate) fn text_of(&mut self, node: &Node<'_>) -> Spanned<String> {
        let Some(text) = child(node, Rule::text) else {
            return Spanned::new(String::new(), self.span(node));
        };
        Spanned::new(self.text(&text), self.span(&text))
    }

    /// All texts directly under a pair.
    pub(crate) fn texts(&mut self, node: &Node<'_>) -> Vec<Spanned<String>> {
        let texts = children(node);
        let texts = texts.iter().filter(|n| n.as_rule() == Rule::text);
        texts.map(|n| Spanned::new(self.text(n), self.span(n))).collect()
    }
}
