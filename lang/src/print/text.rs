//! Writes trees down as Rhai.
//!
//! Everything with operands stands in parentheses, every local has a prefix, every statement its
//! own line; long lines are broken after commas and operators, because Rhai counts columns up to
//! 65,535 only and a fault must lead back to its place.

use super::tree::{Out, OutBlock, OutFunction, OutKind, OutStatement};
use crate::rules::{Mentioned, Mentions, Reads, Script};
use crate::span::Span;

/// A line is broken at the next comma or operator once it is longer: columns stay small.
const LINE: usize = 200;

/// A block as a script.
pub(crate) fn script(block: &OutBlock, span: Span, reads: Reads) -> Script {
    let mut printer = Printer::default();
    printer.inside(block);
    printer.script(span, reads)
}

/// All functions of the rules, as one text.
pub(crate) fn functions(functions: &[OutFunction]) -> Script {
    let mut printer = Printer::default();
    for function in functions {
        printer.function(function);
    }
    printer.script(Span::default(), Reads::default())
}

/// The text so far.
#[derive(Default)]
struct Printer {
    text: String,
    places: Vec<(u32, Span)>,
    line_start: usize,
    mentions: Mentions,
}

impl Printer {
    fn script(self, span: Span, reads: Reads) -> Script {
        let (rhai, places, mentions) = (self.text, self.places, self.mentions);
        Script { rhai, places, span, reads, mentions }
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn newline(&mut self) {
        self.text.push('\n');
        self.line_start = self.text.len();
    }

    /// A space, or a newline where the line is long.
    fn gap(&mut self) {
        if self.text.len() - self.line_start > LINE { self.newline() } else { self.put(" ") }
    }

    /// What is written from here on stands there in the file.
    fn place(&mut self, span: Span) {
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        match self.places.last_mut() {
            Some(last) if last.0 == at => last.1 = span,
            Some(last) if last.1 == span => {}
            _ => self.places.push((at, span)),
        }
    }

    fn function(&mut self, function: &OutFunction) {
        self.place(function.span);
        self.put("fn ");
        self.put(&function.name);
        self.put("(");
        self.put(&function.parameters.join(", "));
        self.put(") ");
        self.block(&function.body);
        self.newline();
    }

    fn block(&mut self, block: &OutBlock) {
        self.put("{");
        self.newline();
        self.inside(block);
        self.newline();
        self.put("}");
    }

    /// The statements, each on its line, and the value.
    fn inside(&mut self, block: &OutBlock) {
        for (n, statement) in block.statements.iter().enumerate() {
            if n > 0 {
                self.newline();
            }
            self.statement(statement);
        }
        if let Some(tail) = &block.tail {
            if !block.statements.is_empty() {
                self.newline();
            }
            self.expr(tail);
        }
    }

    fn statement(&mut self, statement: &OutStatement) {
        match statement {
            OutStatement::Let(name, value) => {
                self.place(value.span);
                self.put(&format!("let {name} = "));
                self.expr(value);
                self.put(";");
            }
            OutStatement::Set(target, value) => {
                self.bare(target);
                self.put(" = ");
                self.expr(value);
                self.put(";");
            }
            OutStatement::Expr(value) => {
                self.expr(value);
                self.put(";");
            }
            OutStatement::For(name, over, body) => {
                self.place(over.span);
                self.put(&format!("for {name} in "));
                self.expr(over);
                self.put(" ");
                self.block(body);
            }
            OutStatement::While(condition, body) => {
                self.place(condition.span);
                self.put("while ");
                self.expr(condition);
                self.put(" ");
                self.block(body);
            }
            OutStatement::Return(value, span) => {
                self.place(*span);
                self.put("return");
                if let Some(value) = value {
                    self.put(" ");
                    self.expr(value);
                }
                self.put(";");
            }
            OutStatement::Break => self.put("break;"),
            OutStatement::Continue => self.put("continue;"),
        }
    }

    fn expr(&mut self, e: &Out) {
        let Some(probe) = e.probe else { return self.bare(e) };
        self.place(e.span);
        self.put(&format!("seen(probe({probe}), "));
        self.bare(e);
        self.put(")");
    }

    /// Without the probe of its value: what is changed in place must stay a variable.
    fn bare(&mut self, e: &Out) {
        self.place(e.span);
        match &e.kind {
            OutKind::Unit => self.put("()"),
            OutKind::Bool(b) => self.put(if *b { "true" } else { "false" }),
            OutKind::Int(n) => self.int(*n),
            OutKind::Decimal(n) => self.decimal(*n),
            OutKind::Text(t) => self.put(&quoted(t)),
            OutKind::Local(name) => self.put(name),
            OutKind::Call(name, args) => {
                self.mention_call(name, args);
                self.put(name);
                self.list("(", args, ")");
            }
            OutKind::Method(base, name, args) => {
                self.bare(base);
                self.place(e.span);
                self.put(".");
                self.put(name);
                self.list("(", args, ")");
            }
            OutKind::List(items) => self.list("[", items, "]"),
            OutKind::Record(fields) => self.record(fields),
            OutKind::Member(base, name) => {
                self.operand(base);
                self.place(e.span);
                self.put(&format!("[{}]", quoted(name)));
            }
            OutKind::At(base, index) | OutKind::Entry(base, index) => {
                self.operand(base);
                self.place(e.span);
                self.put("[");
                self.expr(index);
                self.put("]");
            }
            _ => self.operator(e),
        }
    }

    fn mention_call(&mut self, name: &str, args: &[Out]) {
        let number = |arg: &Out| match arg.kind {
            OutKind::Int(n) => Some(n),
            _ => None,
        };
        self.mentions.calls.insert((name.to_owned(), args.iter().filter_map(number).collect()));
    }

    fn mention_value(&mut self, e: &Out) {
        self.mentions.literals.extend(match &e.kind {
            OutKind::Int(n) => Some(Mentioned::Int(*n)),
            OutKind::Decimal(n) => Some(Mentioned::Decimal(*n)),
            OutKind::Text(text) => Some(Mentioned::Text(text.clone())),
            _ => None,
        });
    }

    /// An expression beside an operator: what ends in a brace stands in parentheses.
    fn operand(&mut self, e: &Out) {
        if matches!(e.kind, OutKind::If(..) | OutKind::Block(_)) {
            self.put("(");
            self.expr(e);
            self.put(")");
        } else {
            self.expr(e);
        }
    }

    fn operator(&mut self, e: &Out) {
        match &e.kind {
            OutKind::Unary(op, of) => {
                self.put(&format!("({op}"));
                self.operand(of);
                self.put(")");
            }
            OutKind::Binary(op, left, right) => {
                self.mention_value(left);
                self.mention_value(right);
                self.put("(");
                self.operand(left);
                self.gap();
                // A fault of the operator itself is the whole expression's.
                self.place(e.span);
                self.put(op);
                self.gap();
                self.operand(right);
                self.put(")");
            }
            OutKind::If(condition, then, otherwise) => {
                self.put("if ");
                self.expr(condition);
                self.put(" ");
                self.block(then);
                if let Some(otherwise) = otherwise {
                    self.put(" else ");
                    self.block(otherwise);
                }
            }
            OutKind::Range(start, end, inclusive) => {
                self.put("(");
                self.operand(start);
                self.put(if *inclusive { "..=" } else { ".." });
                self.operand(end);
                self.put(")");
            }
            OutKind::Block(block) => self.block(block),
            _ => {}
        }
    }

    fn list(&mut self, open: &str, items: &[Out], close: &str) {
        self.put(open);
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.put(",");
                self.gap();
            }
            self.expr(item);
        }
        self.put(close);
    }

    fn record(&mut self, fields: &[(String, Out)]) {
        self.put("#{");
        for (n, (name, value)) in fields.iter().enumerate() {
            if n > 0 {
                self.put(",");
                self.gap();
            }
            self.put(&format!("{}: ", quoted(name)));
            self.expr(value);
        }
        self.put("}");
    }

    fn int(&mut self, n: i64) {
        match n {
            // The smallest int has no positive twin to put a minus before.
            i64::MIN => self.put("(-9223372036854775807 - 1)"),
            n if n < 0 => self.put(&format!("({n})")),
            n => self.put(&n.to_string()),
        }
    }

    fn decimal(&mut self, n: rust_decimal::Decimal) {
        let mut text = n.to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        if n.is_sign_negative() {
            text = format!("({text})");
        }
        self.put(&text);
    }
}

/// A Rhai text literal.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii() && !c.is_ascii_control() => out.push(c),
            c if u32::from(c) <= 0xff => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) <= 0xffff => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_is_ascii_and_has_no_open_quote() {
        assert_eq!(quoted("a\"b\\\n`${x}`"), "\"a\\\"b\\\\\\n`${x}`\"");
        assert_eq!(quoted("é€😀"), "\"\\xe9\\u20ac\\U0001f600\"");
    }
}
