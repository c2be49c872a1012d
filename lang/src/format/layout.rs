//! Lines: what fits stays together, what does not is broken at its brackets and operators.

use std::collections::BTreeSet;

use super::elements::{Element, Splitter};
use super::group::{Context, Group, Piece};
use super::spacing::{Printed, operand_begins, space};
use crate::parse::scan::{Kind, Token};

/// Longest line in characters, where a break is possible.
const WIDTH: usize = 100;
/// Spaces of an indent.
const INDENT: usize = 4;
/// Operators before which a long line is broken, loosest first.
const BREAKS: [&str; 6] = ["||", "&&", "|", "&", "unless", "+"];

/// Writes the canonical form of a text.
pub(crate) struct Layout<'t> {
    text: &'t str,
    starts: &'t BTreeSet<u32>,
}

/// How an element is broken.
#[derive(Clone, Debug, Default)]
struct Plan {
    /// The brackets directly in it that are broken, by the offsets of their openers.
    broken: BTreeSet<u32>,
    /// The operator before which it is broken.
    before: Option<&'static str>,
}

/// A line under construction.
struct Line<'t> {
    out: String,
    indent: usize,
    last: Option<Printed<'t>>,
    overflow: bool,
    /// What the first line holds beside `out`: its margin, and a comma that will follow.
    beside: usize,
}

impl Line<'_> {
    /// Notes whether the line is too long by now.
    fn measure(&mut self) {
        if self.overflow {
            return;
        }
        let line = self.out.rfind('\n');
        let beside = if line.is_none() { self.beside } else { 1 };
        let column = self.out.get(line.map_or(0, |i| i + 1)..).unwrap_or("").chars().count();
        self.overflow = column + beside > WIDTH;
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(self.indent * INDENT));
    }
}

impl<'t> Layout<'t> {
    /// A layout of a text whose items or steps begin at `starts`.
    pub(crate) fn new(text: &'t str, starts: &'t BTreeSet<u32>) -> Self {
        Self { text, starts }
    }

    /// The whole text.
    pub(crate) fn file(&self, body: &[Piece], context: Context) -> String {
        let mut out = String::new();
        self.body(body, context, 0, false, &mut out);
        out
    }

    /// Each element on a line of its own; `comma` after the last one too.
    fn body(&self, body: &[Piece], context: Context, indent: usize, comma: bool, out: &mut String) {
        let elements = Splitter::split(self.text, self.starts, body, context);
        let separator = matches!(context, Context::Fields | Context::Pattern | Context::Code);
        let last = elements.iter().rposition(|e| !e.pieces.is_empty());
        let margin = " ".repeat(indent * INDENT);
        for (i, element) in elements.iter().enumerate() {
            let mut first = i == 0;
            for (blank, comment) in &element.lead {
                let gap = if *blank && !first { "\n" } else { "" };
                out.push_str(&format!("{gap}{margin}{comment}\n"));
                first = false;
            }
            if element.pieces.is_empty() {
                continue;
            }
            if element.blank && !first {
                out.push('\n');
            }
            out.push_str(&margin);
            out.push_str(&self.element(element, context, indent));
            if separator && (comma || Some(i) != last) {
                out.push(',');
            }
            if let Some(comment) = &element.trailing {
                out.push_str(&format!(" {comment}"));
            }
            out.push('\n');
        }
    }

    /// An element without its margin: the first plan that fits, or the last there is.
    fn element(&self, element: &Element, context: Context, indent: usize) -> String {
        let groups = || {
            element.pieces.iter().filter_map(|p| match p {
                Piece::Group(group) if !group.body.is_empty() => Some(group),
                _ => None,
            })
        };
        let forced = groups().filter(|g| g.forced).map(|g| g.open.span.start);
        let mut plan = Plan { broken: forced.collect(), before: None };
        loop {
            let beside = indent * INDENT + usize::from(indent > 0);
            let mut line = Line { out: String::new(), indent, last: None, overflow: false, beside };
            self.pieces(&element.pieces, context, &plan, &mut line);
            if !line.overflow {
                return line.out;
            }
            let flat: Vec<&Group> =
                groups().filter(|g| !plan.broken.contains(&g.open.span.start)).collect();
            if !self.refine(&mut plan, &flat, &element.pieces) {
                return line.out;
            }
        }
    }

    /// Breaks one more thing; false where nothing is left.
    fn refine(&self, plan: &mut Plan, flat: &[&Group], pieces: &[Piece]) -> bool {
        let braces: Vec<_> =
            flat.iter().filter(|g| self.word(g.open) == "{" && !self.is_count(g)).collect();
        if !braces.is_empty() {
            plan.broken.extend(braces.iter().map(|g| g.open.span.start));
            return true;
        }
        if plan.before.is_none() {
            let words: Vec<&str> = pieces.iter().skip(1).map(|p| self.word(p.first())).collect();
            plan.before = BREAKS.into_iter().find(|sign| words.contains(sign));
            if plan.before.is_some() {
                return true;
            }
        }
        let list = flat.iter().rev().find(|g| matches!(self.word(g.open), "#{" | "["));
        let Some(group) = list.or(flat.last()) else { return false };
        plan.broken.insert(group.open.span.start)
    }

    /// `{1..3}` after a pattern stays in one piece.
    fn is_count(&self, group: &Group) -> bool {
        let first = group.body.first().map(|p| p.first().kind);
        group.context == Context::Pattern && first == Some(Kind::Number)
    }

    fn pieces(&self, pieces: &[Piece], context: Context, plan: &Plan, line: &mut Line<'t>) {
        let margin = line.indent;
        for (i, piece) in pieces.iter().enumerate() {
            let next = pieces.get(i + 1).map_or("", |p| self.word(p.first()));
            let token = piece.first();
            let splits = plan.before == Some(self.word(token)) && i > 0;
            if splits && !operand_begins(line.last) {
                line.indent = margin + 1;
                line.new_line();
                line.last = None;
            }
            match piece {
                Piece::Token(token) => self.token(*token, next, context, line, splits),
                Piece::Group(group) => {
                    if context == Context::Block && self.word(token) == "{" {
                        line.indent = margin;
                    }
                    self.group(group, context, plan, line);
                }
            }
        }
        line.indent = margin;
    }

    fn token(&self, token: Token, next: &str, context: Context, line: &mut Line<'t>, split: bool) {
        let word = self.word(token);
        let prefix = match word {
            "@" => true,
            "!" => next != "in" || operand_begins(line.last),
            "-" | "+" => !split && operand_begins(line.last),
            _ => false,
        };
        let prefix = prefix && !(word == "+" && context == Context::Pattern);
        if line.last.is_some_and(|last| space(last, word, token.kind, context)) {
            line.out.push(' ');
        }
        line.out.push_str(word);
        line.measure();
        line.last = Some(Printed { word, kind: token.kind, prefix });
    }

    fn group(&self, group: &Group, context: Context, plan: &Plan, line: &mut Line<'t>) {
        let named = line.last.is_some_and(|l| l.kind == Kind::Word && l.word != "unless");
        let index = line.last.is_some_and(|l| {
            !l.prefix
                && !operand_begins(Some(l))
                && !matches!(context, Context::Fields | Context::Play)
        });
        self.token(group.open, "", context, line, false);
        let airy = match self.word(group.open) {
            "{" => !self.is_count(group),
            "#{" => true,
            "(" => context == Context::Pattern && named,
            _ => false,
        };
        if group.body.is_empty() {
            line.last = None;
        } else if plan.broken.contains(&group.open.span.start) {
            self.broken(group, index, line);
        } else {
            self.flat(group, airy, line);
        }
        let close = self.word(group.close);
        line.out.push_str(close);
        line.measure();
        line.last = Some(Printed { word: close, kind: Kind::Close, prefix: false });
    }

    fn broken(&self, group: &Group, index: bool, line: &mut Line<'t>) {
        let comma = match self.word(group.open) {
            "{" | "#{" => matches!(group.context, Context::Fields | Context::Code),
            "[" => !index,
            _ => false,
        };
        line.out.push('\n');
        self.body(&group.body, group.context, line.indent + 1, comma, &mut line.out);
        line.out.push_str(&" ".repeat(line.indent * INDENT));
    }

    fn flat(&self, group: &Group, airy: bool, line: &mut Line<'t>) {
        let mut body = group.body.as_slice();
        if let Some((Piece::Token(last), before)) = body.split_last()
            && self.word(*last) == ","
        {
            body = before;
        }
        if airy {
            line.out.push(' ');
        }
        line.last = Some(Printed { word: "(", kind: Kind::Open, prefix: false });
        self.pieces(body, group.context, &Plan::default(), line);
        if airy {
            line.out.push(' ');
        }
    }

    fn word(&self, token: Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or("")
    }
}
