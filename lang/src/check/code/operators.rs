//! Operators: which types they take, and what they give.

use super::facts::is_unit;
use super::types::{self, is_compound, join};
use super::{Coder, Context, Typed};
use crate::code::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutKind};
use crate::span::{Span, Spanned};
use crate::ty::Ty;

/// An operator as Rhai writes it.
fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Else => "??",
        BinaryOp::Less => "<",
        BinaryOp::LessEq => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEq => ">=",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "!in",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}

fn two(op: &'static str, a: Out, b: Out, at: Span) -> Out {
    Out::new(OutKind::Binary(op, Box::new(a), Box::new(b)), at)
}

/// A decimal that may be an int at run time (a variable that began as one): two ints would be cut.
fn exact(out: Out, ty: &Ty) -> Out {
    let certain = match &out.kind {
        OutKind::Decimal(_) | OutKind::Int(_) | OutKind::Unary(..) => true,
        OutKind::Binary(op, ..) => *op != "??",
        OutKind::Call(name, _) => {
            ["term", "slot", "field", "ef", "to_decimal", "round"].contains(&name.as_str())
        }
        _ => false,
    };
    if *ty != Ty::Decimal || certain {
        return out;
    }
    let at = out.span;
    Out::call("to_decimal", vec![out], at)
}

fn not(out: Out) -> Out {
    let at = out.span;
    Out::new(OutKind::Unary("!", Box::new(out)), at)
}

impl Coder<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, of: &Expr, at: Span) -> Typed {
        match op {
            UnaryOp::Not => {
                let out = self.bool(of);
                (Out::new(OutKind::Unary("!", Box::new(out)), at), Ty::Bool)
            }
            UnaryOp::Minus => {
                let typed = self.expr(of);
                let (out, ty) = self.required(typed, of);
                if !matches!(ty, Ty::Int | Ty::Decimal | Ty::Duration | Ty::Unknown | Ty::Never) {
                    let name = types::name(&ty, self.shared.schema);
                    let text = format!("`-` takes a number or a duration; this is {name}");
                    self.report(Diagnostic::error("E0305", of.span, text));
                    return Self::unknown(at);
                }
                let kind = match out.kind {
                    OutKind::Int(n) => n.checked_neg().map_or(OutKind::Int(n), OutKind::Int),
                    OutKind::Decimal(n) => OutKind::Decimal(-n),
                    _ => OutKind::Unary("-", Box::new(out)),
                };
                (Out::new(kind, at), ty)
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: &Spanned<BinaryOp>,
        left: &Expr,
        right: &Expr,
        at: Span,
    ) -> Typed {
        match op.node {
            BinaryOp::And => {
                let a = self.bool(left);
                let b = self.knowing(self.if_true(left), |c| c.bool(right));
                (two("&&", a, b, at), Ty::Bool)
            }
            BinaryOp::Or => {
                let a = self.bool(left);
                let b = self.knowing(self.if_false(left), |c| c.bool(right));
                (two("||", a, b, at), Ty::Bool)
            }
            BinaryOp::Else => self.or_else(left, right, at),
            BinaryOp::Equal | BinaryOp::NotEqual => self.equal(op.node, left, right, at),
            BinaryOp::In | BinaryOp::NotIn => {
                let (out, ty) = self.within(left, right, at);
                (if op.node == BinaryOp::In { out } else { not(out) }, ty)
            }
            BinaryOp::Less | BinaryOp::LessEq | BinaryOp::Greater | BinaryOp::GreaterEq => {
                self.compare(op, left, right, at)
            }
            _ => self.arithmetic(op, left, right, at),
        }
    }

    fn or_else(&mut self, left: &Expr, right: &Expr, at: Span) -> Typed {
        let (a, at_left) = self.lenient(left);
        let (b, at_right) = self.expr(right);
        let joined = join(at_left.required(), &at_right);
        let ty = if at_left == Ty::Unit { Some(at_right) } else { joined };
        let ty = ty.unwrap_or_else(|| self.different("??", &at_left, left, right, at));
        (two("??", a, b, at), ty)
    }

    /// Two sides that do not go together.
    fn different(&mut self, op: &str, a: &Ty, left: &Expr, right: &Expr, at: Span) -> Ty {
        let (_, b) = self.quietly(right);
        let schema = self.shared.schema;
        let (a, b) = (types::name(a, schema), types::name(&b, schema));
        self.report(
            Diagnostic::error("E0306", at, format!("`{op}` has two different types here"))
                .label(left.span, format!("this is {a}"))
                .label(right.span, format!("this is {b}")),
        );
        Ty::Unknown
    }

    /// The type of an expression that was walked before, without a second finding.
    fn quietly(&mut self, e: &Expr) -> Typed {
        let report = std::mem::take(&mut self.shared.report);
        let typed = self.expr(e);
        self.shared.report = report;
        typed
    }

    fn equal(&mut self, op: BinaryOp, left: &Expr, right: &Expr, at: Span) -> Typed {
        let before = self.beside_unit;
        self.beside_unit = is_unit(left) || is_unit(right);
        let (a, at_left) = self.lenient(left);
        let (b, at_right) = self.lenient(right);
        self.beside_unit = before;
        if join(at_left.required(), at_right.required()).is_none()
            && at_left != Ty::Unit
            && at_right != Ty::Unit
        {
            self.different(sign(op), &at_left, left, right, at);
        }
        self.strange_choice(left, right);
        self.strange_choice(right, left);
        let out = if (is_compound(&at_left) || is_compound(&at_right))
            && at_left != Ty::Unit
            && at_right != Ty::Unit
        {
            let out = Out::call("eq", vec![a, b], at);
            if op == BinaryOp::Equal { out } else { not(out) }
        } else {
            two(sign(op), a, b, at)
        };
        (out, Ty::Bool)
    }

    /// A text that a choice can never be.
    fn strange_choice(&mut self, choice: &Expr, text: &Expr) {
        let ExprKind::Text(word) = &text.node else { return };
        let Some(texts) = self.choices_of(choice) else { return };
        if texts.iter().any(|t| t == word) {
            return;
        }
        let known: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = Diagnostic::warning("W0302", text.span, format!("this is never `{word}`"));
        self.report(match crate::suggest::suggest(word, known.iter().copied()) {
            Some(near) => found.meant(near).quoted(),
            None => found.help(format!("it is {}", crate::check::names::list(&known))),
        });
    }

    fn within(&mut self, left: &Expr, right: &Expr, at: Span) -> Typed {
        if let Some((n, ty)) = self.slot_of(right) {
            let wanted = match ty.required() {
                Ty::List(of) => (**of).clone(),
                Ty::Map(key, _) => (**key).clone(),
                _ => Ty::Text,
            };
            let (value, found) = self.expr(left);
            self.want(&found, &wanted.optional(), left.span, "a value of this kind");
            let out = Out::call("slot_has", vec![Out::index(n, at), value], at);
            return (out, Ty::Bool);
        }
        if let ExprKind::Range { start, end, inclusive } = &right.node {
            let (value, low) = (self.int(left), self.int(start));
            let (again, high) = (self.int(left), self.int(end));
            let up = if *inclusive { "<=" } else { "<" };
            let both = two("&&", two(">=", value, low, at), two(up, again, high, at), at);
            return (both, Ty::Bool);
        }
        let typed = self.expr(right);
        let (list, ty) = self.required(typed, right);
        let (value, found) = self.expr(left);
        let (value, wanted) = match &ty {
            Ty::List(of) => (value, (**of).clone().optional()),
            Ty::Map(key, _) => (super::expressions::key_text(value, key), (**key).clone()),
            Ty::Text => (value, Ty::Text),
            Ty::Unknown | Ty::Never => (value, Ty::Unknown),
            other => {
                let other = types::name(other, self.shared.schema);
                let text =
                    format!("`in` looks into a list, a map, a text or a range; this is {other}");
                self.report(Diagnostic::error("E0305", right.span, text));
                (value, Ty::Unknown)
            }
        };
        self.want(&found, &wanted, left.span, "a value of this kind");
        (Out::call("contains", vec![list, value], at), Ty::Bool)
    }

    fn compare(&mut self, op: &Spanned<BinaryOp>, left: &Expr, right: &Expr, at: Span) -> Typed {
        let typed = self.expr(left);
        let (a, at_left) = self.required(typed, left);
        let typed = self.expr(right);
        let (b, at_right) = self.required(typed, right);
        match join(&at_left, &at_right) {
            None => {
                self.different(sign(op.node), &at_left, left, right, at);
            }
            Some(
                Ty::Int
                | Ty::Decimal
                | Ty::Text
                | Ty::Time
                | Ty::Duration
                | Ty::Unknown
                | Ty::Never,
            ) => {}
            Some(other) => {
                let other = types::name(&other, self.shared.schema);
                let text = format!(
                    "`{}` orders numbers, texts, times and durations; this is {other}",
                    sign(op.node)
                );
                self.report(Diagnostic::error("E0305", at, text));
            }
        }
        (two(sign(op.node), a, b, at), Ty::Bool)
    }

    fn arithmetic(&mut self, op: &Spanned<BinaryOp>, left: &Expr, right: &Expr, at: Span) -> Typed {
        let (a, at_left) = self.expr(left);
        let (b, at_right) = self.expr(right);
        let optional = at_left.may_be_unit() || at_right.may_be_unit();
        let sum = matches!(op.node, BinaryOp::Add | BinaryOp::Sub);
        if self.context == Context::Deadline && sum && optional {
            let ty = self.result(op, &at_left, &at_right, left, right, at);
            let name = if op.node == BinaryOp::Add { "add_opt" } else { "sub_opt" };
            return (Out::call(name, vec![a, b], at), ty.optional());
        }
        let (a, at_left) = self.required((a, at_left), left);
        let (b, at_right) = self.required((b, at_right), right);
        let ty = self.result(op, &at_left, &at_right, left, right, at);
        if op.node == BinaryOp::Add && matches!(ty, Ty::Text | Ty::List(_)) {
            return (Out::call("cat", vec![a, b], at), ty);
        }
        let cuts = matches!(op.node, BinaryOp::Div | BinaryOp::Rem) && ty == Ty::Decimal;
        let (a, b) = if cuts { (exact(a, &at_left), exact(b, &at_right)) } else { (a, b) };
        (two(sign(op.node), a, b, at), ty)
    }

    /// The type that arithmetic gives.
    fn result(
        &mut self,
        op: &Spanned<BinaryOp>,
        a: &Ty,
        b: &Ty,
        left: &Expr,
        right: &Expr,
        at: Span,
    ) -> Ty {
        use BinaryOp::{Add, Div, Mul, Sub};
        let (a, b) = (a.required(), b.required());
        match (op.node, a, b) {
            // One side is never reached, and so neither is the whole.
            (_, Ty::Never, _) | (_, _, Ty::Never) => Ty::Never,
            (_, Ty::Unknown | Ty::Unit, _) | (_, _, Ty::Unknown | Ty::Unit) => Ty::Unknown,
            (_, Ty::Int, Ty::Int) => Ty::Int,
            (_, Ty::Int | Ty::Decimal, Ty::Int | Ty::Decimal) => Ty::Decimal,
            (Add | Sub, Ty::Time, Ty::Duration) | (Add, Ty::Duration, Ty::Time) => Ty::Time,
            (Sub, Ty::Time, Ty::Time) | (Add | Sub, Ty::Duration, Ty::Duration) => Ty::Duration,
            (Mul, Ty::Duration, Ty::Int) | (Mul, Ty::Int, Ty::Duration) => Ty::Duration,
            (Div, Ty::Duration, Ty::Int) => Ty::Duration,
            (Add, Ty::Text, Ty::Text) => Ty::Text,
            (Add, Ty::List(_), Ty::List(_)) if join(a, b).is_some() => {
                join(a, b).unwrap_or(Ty::Unknown)
            }
            _ => self.no_arithmetic(op.node, a, b, left, right, at),
        }
    }

    fn no_arithmetic(
        &mut self,
        op: BinaryOp,
        a: &Ty,
        b: &Ty,
        left: &Expr,
        right: &Expr,
        at: Span,
    ) -> Ty {
        let schema = self.shared.schema;
        let help = match (a, b) {
            (Ty::Text, _) | (_, Ty::Text) => "a text takes values in back-ticks: `… ${x} …`",
            (Ty::Time, Ty::Int) | (Ty::Int, Ty::Time) => "a number is no duration: write `days(3)`",
            _ => "both sides must be numbers, or times and durations that go together",
        };
        let (a, b) = (types::name(a, schema), types::name(b, schema));
        self.report(
            Diagnostic::error("E0306", at, format!("`{}` does not go with these types", sign(op)))
                .label(left.span, format!("this is {a}"))
                .label(right.span, format!("this is {b}"))
                .help(help),
        );
        Ty::Unknown
    }
}
