//! Code: statements and expressions, with pest's Pratt parser for the operators.

use pest::pratt_parser::{Assoc, Op, PrattParser};

use crate::code::{
    BinaryOp, Block, Chain, Expr, ExprKind, Function, Statement, StatementKind, UnaryOp,
};
use crate::grammar::Rule;
use crate::parse::build::{Build, Node, child, children};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{ElseText, TextPart};

/// The precedence of the operators, loosest first.
pub(crate) fn precedence() -> PrattParser<Rule> {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or))
        .op(left(Rule::and))
        .op(left(Rule::equal) | left(Rule::not_equal))
        .op(left(Rule::op_in) | left(Rule::op_not_in))
        .op(left(Rule::less) | left(Rule::less_eq) | left(Rule::greater) | left(Rule::greater_eq))
        .op(left(Rule::default))
        .op(left(Rule::range) | left(Rule::range_eq))
        .op(left(Rule::add) | left(Rule::sub))
        .op(left(Rule::mul) | left(Rule::div) | left(Rule::rem))
        .op(Op::prefix(Rule::minus) | Op::prefix(Rule::not))
        .op(Op::postfix(Rule::member) | Op::postfix(Rule::index))
}

impl Build<'_> {
    /// `{ … }`
    pub(crate) fn block(&mut self, node: &Node<'_>) -> Block {
        let span = self.span(node);
        let mut statements = Vec::new();
        let mut tail = None;
        let parts: Vec<_> =
            children(node).into_iter().filter(|n| n.as_rule() != Rule::semicolon).collect();
        let last_is_value = children(node).last().is_some_and(|n| is_value(n));
        let count = parts.len();
        for (i, part) in parts.iter().enumerate() {
            let statement = self.statement(part);
            match statement.node {
                StatementKind::Expr(value) if i + 1 == count && last_is_value => {
                    tail = Some(Box::new(value));
                }
                node => statements.push(Spanned::new(node, statement.span)),
            }
        }
        Block { statements, tail, span }
    }

    fn statement(&mut self, node: &Node<'_>) -> Statement {
        let span = self.span(node);
        let mut exprs = self.exprs(node).into_iter();
        let kind = match node.as_rule() {
            Rule::let_stmt => {
                StatementKind::Let { name: self.first_name(node), value: exprs.next() }
            }
            Rule::for_stmt => StatementKind::For {
                name: self.first_name(node),
                over: exprs.next().unwrap_or_else(|| nothing(span)),
                body: self.inner_block(node),
            },
            Rule::while_stmt => StatementKind::While {
                condition: exprs.next().unwrap_or_else(|| nothing(span)),
                body: self.inner_block(node),
            },
            Rule::return_stmt => StatementKind::Return(exprs.next()),
            Rule::break_stmt => StatementKind::Break,
            Rule::continue_stmt => StatementKind::Continue,
            Rule::if_stmt => StatementKind::Expr(self.if_statement(node)),
            Rule::block_stmt => {
                StatementKind::Expr(Spanned::new(ExprKind::Block(self.inner_block(node)), span))
            }
            _ => self.expr_statement(
                node,
                exprs.next().unwrap_or_else(|| nothing(span)),
                exprs.next(),
            ),
        };
        Spanned::new(kind, span)
    }

    fn expr_statement(
        &mut self,
        node: &Node<'_>,
        first: Expr,
        value: Option<Expr>,
    ) -> StatementKind {
        let (Some(assign), Some(value)) = (child(node, Rule::assign), value) else {
            return StatementKind::Expr(first);
        };
        let op = match assign.as_str() {
            "+=" => Some(BinaryOp::Add),
            "-=" => Some(BinaryOp::Sub),
            "*=" => Some(BinaryOp::Mul),
            "/=" => Some(BinaryOp::Div),
            "%=" => Some(BinaryOp::Rem),
            _ => None,
        };
        StatementKind::Assign { target: first, op, value }
    }

    fn exprs(&mut self, node: &Node<'_>) -> Vec<Expr> {
        let exprs = children(node);
        exprs.iter().filter(|n| n.as_rule() == Rule::expr).map(|n| self.expr(n)).collect()
    }

    fn one_expr(&mut self, node: &Node<'_>) -> Expr {
        let span = self.span(node);
        child(node, Rule::expr).map_or_else(|| nothing(span), |n| self.expr(&n))
    }

    fn inner_block(&mut self, node: &Node<'_>) -> Block {
        let empty = Block { statements: Vec::new(), tail: None, span: self.span(node) };
        child(node, Rule::block).map_or(empty, |n| self.block(&n))
    }

    fn if_statement(&mut self, node: &Node<'_>) -> Expr {
        let span = self.span(node);
        child(node, Rule::if_expr).map_or_else(|| nothing(span), |n| self.if_expr(&n))
    }

    /// An expression.
    pub(crate) fn expr(&mut self, node: &Node<'_>) -> Expr {
        let pratt = self.pratt;
        let build = std::cell::RefCell::new(self);
        pratt
            .map_primary(|n| build.borrow_mut().primary(&n))
            .map_prefix(|op, of| build.borrow().unary(&op, of))
            .map_postfix(|base, op| build.borrow_mut().postfix(base, &op))
            .map_infix(|left, op, right| build.borrow().binary(left, &op, right))
            .parse(node.clone().into_inner())
    }

    fn unary(&self, node: &Node<'_>, of: Expr) -> Expr {
        let op = if node.as_rule() == Rule::minus { UnaryOp::Minus } else { UnaryOp::Not };
        let span = self.span(node).to(of.span);
        Spanned::new(ExprKind::Unary { op, of: Box::new(of) }, span)
    }

    fn binary(&self, left: Expr, node: &Node<'_>, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        let (left, right) = (Box::new(left), Box::new(right));
        let rule = node.as_rule();
        if matches!(rule, Rule::range | Rule::range_eq) {
            let inclusive = rule == Rule::range_eq;
            return Spanned::new(ExprKind::Range { start: left, end: right, inclusive }, span);
        }
        let op = Spanned::new(binary_op(rule), self.span(node));
        Spanned::new(ExprKind::Binary { op, left, right }, span)
    }

    fn postfix(&mut self, base: Expr, node: &Node<'_>) -> Expr {
        let span = base.span.to(self.span(node));
        let base = Box::new(base);
        if node.as_rule() == Rule::index {
            let index = Box::new(self.one_expr(node));
            return Spanned::new(ExprKind::Index { base, index }, span);
        }
        let optional = child(node, Rule::dot).is_some_and(|n| n.as_str() == "?.");
        let chain = if optional { Chain::Optional } else { Chain::Plain };
        let name = self.first_name(node);
        let kind = match child(node, Rule::arguments) {
            Some(args) => ExprKind::Method { base, name, args: self.exprs(&args), chain },
            None => ExprKind::Field { base, name, chain },
        };
        Spanned::new(kind, span)
    }

    fn primary(&mut self, node: &Node<'_>) -> Expr {
        let span = self.span(node);
        let kind = match node.as_rule() {
            Rule::k_true => ExprKind::Bool(true),
            Rule::k_false => ExprKind::Bool(false),
            Rule::uint => ExprKind::Int(self.integer(node)),
            Rule::udecimal => ExprKind::Decimal(self.decimal(node)),
            Rule::text => ExprKind::Text(self.text(node)),
            Rule::template => ExprKind::Template(self.template(node)),
            Rule::variable => ExprKind::Variable(self.first_name(node).node),
            Rule::call => self.call(node),
            Rule::if_expr => return self.if_expr(node),
            Rule::list => ExprKind::List(self.exprs(node)),
            Rule::record => ExprKind::Record(self.record(node)),
            Rule::paren => ExprKind::Paren(Box::new(self.one_expr(node))),
            Rule::block_expr => ExprKind::Block(self.inner_block(node)),
            _ => ExprKind::Unit,
        };
        Spanned::new(kind, span)
    }

    fn call(&mut self, node: &Node<'_>) -> ExprKind {
        let module = child(node, Rule::module).map(|n| self.first_name(&n));
        let args = child(node, Rule::arguments);
        let args = args.map(|n| self.exprs(&n)).unwrap_or_default();
        ExprKind::Call { module, name: self.first_name(node), args }
    }

    fn record(&mut self, node: &Node<'_>) -> Vec<(Name, Expr)> {
        let mut fields = Vec::new();
        for field in children(node) {
            let name = match child(&field, Rule::text) {
                Some(text) => Spanned::new(self.text(&text), self.span(&text)),
                None => self.first_name(&field),
            };
            fields.push((name, self.one_expr(&field)));
        }
        fields
    }

    /// `if a { } else if b { } else { }`: the chain becomes blocks whose value is the next `if`.
    fn if_expr(&mut self, node: &Node<'_>) -> Expr {
        let parts = children(node);
        let mut branches: Vec<(Expr, Block, Span)> = Vec::new();
        branches.push((self.one_expr(node), self.inner_block(node), self.span(node)));
        for part in parts.iter().filter(|n| n.as_rule() == Rule::else_if) {
            let start = child(part, Rule::k_if).map_or(self.span(part), |n| self.span(&n));
            let span = start.to(self.span(node));
            branches.push((self.one_expr(part), self.inner_block(part), span));
        }
        let blocks = parts.iter().filter(|n| n.as_rule() == Rule::block);
        let mut otherwise = blocks.skip(1).map(|n| self.block(n)).next();
        let mut chain = None;
        for (condition, then, span) in branches.into_iter().rev() {
            if let Some(next) = chain.take() {
                otherwise = Some(tail_only(next));
            }
            let condition = Box::new(condition);
            let kind = ExprKind::If { condition, then, otherwise: otherwise.take() };
            chain = Some(Spanned::new(kind, span));
        }
        chain.unwrap_or_else(|| nothing(self.span(node)))
    }

    fn template(&mut self, node: &Node<'_>) -> Vec<TextPart> {
        let mut parts = Vec::new();
        for part in children(node) {
            parts.push(match part.as_rule() {
                Rule::template_hole => TextPart::Hole(self.one_expr(&part)),
                _ => TextPart::Text(part.as_str().replace("``", "`")),
            });
        }
        parts
    }

    /// The text of an `else`: `{expr}` is a hole, `{{` a brace.
    pub(crate) fn else_text(&mut self, node: &Node<'_>) -> ElseText {
        let mut parts: Vec<TextPart> = Vec::new();
        for part in children(node) {
            let text = match part.as_rule() {
                Rule::hole => {
                    parts.push(TextPart::Hole(self.one_expr(&part)));
                    continue;
                }
                Rule::brace => part.as_str().chars().take(1).collect(),
                _ => self.unescape(&part),
            };
            match parts.last_mut() {
                Some(TextPart::Text(before)) => before.push_str(&text),
                _ => parts.push(TextPart::Text(text)),
            }
        }
        ElseText { parts }
    }

    /// `fn name(a, b) { … }`
    pub(crate) fn function(&mut self, node: &Node<'_>) -> Function {
        let doc = self.docs.at(self.span(node).start as usize);
        let parameters = children(node).into_iter().filter(|n| n.as_rule() == Rule::parameter);
        let parameters = parameters.map(|n| self.first_name(&n)).collect();
        Function { doc, name: self.first_name(node), parameters, body: self.inner_block(node) }
    }
}

/// Whether the last part of a block is its value: an expression without a semicolon.
fn is_value(node: &Node<'_>) -> bool {
    match node.as_rule() {
        Rule::if_stmt | Rule::block_stmt => true,
        Rule::expr_stmt => {
            child(node, Rule::semicolon).is_none() && child(node, Rule::assign).is_none()
        }
        _ => false,
    }
}

/// The block whose value is the next `if` of a chain.
fn tail_only(value: Expr) -> Block {
    let span = value.span;
    Block { statements: Vec::new(), tail: Some(Box::new(value)), span }
}

fn nothing(span: Span) -> Expr {
    Spanned::new(ExprKind::Unit, span)
}

fn binary_op(rule: Rule) -> BinaryOp {
    match rule {
        Rule::or => BinaryOp::Or,
        Rule::and => BinaryOp::And,
        Rule::equal => BinaryOp::Equal,
        Rule::not_equal => BinaryOp::NotEqual,
        Rule::op_in => BinaryOp::In,
        Rule::op_not_in => BinaryOp::NotIn,
        Rule::less => BinaryOp::Less,
        Rule::less_eq => BinaryOp::LessEq,
        Rule::greater => BinaryOp::Greater,
        Rule::greater_eq => BinaryOp::GreaterEq,
        Rule::default => BinaryOp::Else,
        Rule::sub => BinaryOp::Sub,
        Rule::mul => BinaryOp::Mul,
        Rule::div => BinaryOp::Div,
        Rule::rem => BinaryOp::Rem,
        _ => BinaryOp::Add,
    }
}
