//! What tests establish: after `x != ()`, `x` is there; after `said("m")`, `last("m")` is.
//!
//! A fact is the name of a place that is known not to be `()`. What is known is still printed with
//! `need(…)`: a fact only spares a warning.

use super::Coder;
use crate::check::schema::Held;
use crate::code::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::rules::{MessageId, Openness, Type};

pub(super) fn is_unit(e: &Expr) -> bool {
    match &e.node {
        ExprKind::Unit => true,
        ExprKind::Paren(inner) => is_unit(inner),
        _ => false,
    }
}

/// The whole number that an expression is, if it is written out.
fn literal(e: &Expr) -> Option<i64> {
    match &e.node {
        ExprKind::Int(n) => Some(*n),
        ExprKind::Paren(inner) => literal(inner),
        _ => None,
    }
}

/// A value that is written out, and so is never `()`.
fn is_value(e: &Expr) -> bool {
    matches!(
        e.node,
        ExprKind::Text(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Bool(_)
    )
}

/// What is in both.
fn both(a: Vec<String>, b: &[String]) -> Vec<String> {
    a.into_iter().filter(|f| b.contains(f)).collect()
}

/// The operator with its sides changed.
fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEq => BinaryOp::GreaterEq,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEq => BinaryOp::LessEq,
        other => other,
    }
}

/// The operator that holds where this one does not.
fn opposite(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::GreaterEq,
        BinaryOp::LessEq => BinaryOp::Greater,
        BinaryOp::Greater => BinaryOp::LessEq,
        BinaryOp::GreaterEq => BinaryOp::Less,
        BinaryOp::Equal => BinaryOp::NotEqual,
        BinaryOp::NotEqual => BinaryOp::Equal,
        other => other,
    }
}

/// Whether a count of which this holds is at least one.
fn some(op: BinaryOp, n: i64) -> bool {
    match op {
        BinaryOp::Equal | BinaryOp::GreaterEq => n >= 1,
        BinaryOp::Greater => n >= 0,
        BinaryOp::NotEqual => n == 0,
        _ => false,
    }
}

impl Coder<'_, '_> {
    /// A place's name, if it is one that a test can speak of: `x`, `state.paid_at`,
    /// `last("m",from)`, `state.seats[from]`.
    pub(super) fn place(&self, e: &Expr) -> Option<String> {
        match &e.node {
            ExprKind::Variable(name) => {
                let alias = self.lookup(name).and_then(|local| local.alias.clone());
                Some(alias.unwrap_or_else(|| name.clone()))
            }
            ExprKind::Paren(inner) => self.place(inner),
            ExprKind::Field { base, name, .. } => {
                Some(format!("{}.{}", self.place(base)?, name.node))
            }
            ExprKind::Index { base, index } => {
                Some(format!("{}[{}]", self.place(base)?, self.argument(index)?))
            }
            ExprKind::Call { module: None, name, args } if name.node == "last" => {
                self.last_of(args)
            }
            _ => None,
        }
    }

    fn argument(&self, e: &Expr) -> Option<String> {
        match &e.node {
            ExprKind::Text(text) => Some(format!("{text:?}")),
            ExprKind::Int(n) => Some(n.to_string()),
            _ => self.place(e),
        }
    }

    fn last_of(&self, args: &[Expr]) -> Option<String> {
        let args: Option<Vec<String>> = args.iter().map(|e| self.argument(e)).collect();
        Some(format!("last({})", args?.join(",")))
    }

    /// There is an entry of a message, perhaps by a person: then there is one of the message.
    fn there_is(&self, args: &[Expr]) -> Vec<String> {
        let any = args.get(..1).and_then(|first| self.last_of(first));
        self.last_of(args).into_iter().chain(any).collect()
    }

    /// A place that is not `()`, and so nothing before its `?.` is.
    fn present(&self, e: &Expr) -> Vec<String> {
        let mut all: Vec<String> = self.place(e).into_iter().collect();
        match &e.node {
            ExprKind::Paren(inner) => all.extend(self.present(inner)),
            ExprKind::Field { base, .. } | ExprKind::Method { base, .. } => {
                all.extend(self.present(base));
            }
            ExprKind::Call { module: None, name, args } if name.node == "last" => {
                all.extend(self.there_is(args));
            }
            _ => {}
        }
        all
    }

    /// What is known where a condition is true.
    pub(super) fn if_true(&self, e: &Expr) -> Vec<String> {
        self.established(e, true)
    }

    /// What is known where a condition is false.
    pub(super) fn if_false(&self, e: &Expr) -> Vec<String> {
        self.established(e, false)
    }

    fn established(&self, e: &Expr, truth: bool) -> Vec<String> {
        match &e.node {
            ExprKind::Paren(inner) => self.established(inner, truth),
            ExprKind::Unary { op: UnaryOp::Not, of } => self.established(of, !truth),
            ExprKind::Variable(name) => match self.lookup(name) {
                Some(local) if truth => local.when_true.clone(),
                Some(local) => local.when_false.clone(),
                None => Vec::new(),
            },
            ExprKind::Binary { op, left, right } => self.of_binary(op.node, left, right, truth),
            ExprKind::Call { module: None, name, args } if truth => self.of_call(&name.node, args),
            ExprKind::Field { base, name, .. } if truth && name.node == "decided" => {
                self.decided(base)
            }
            ExprKind::Method { base, name, args, .. } if truth && name.node == "contains" => {
                match args.as_slice() {
                    [key] => self.element(base, key),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// A stage was decided: it has its output.
    fn decided(&self, stage: &Expr) -> Vec<String> {
        let ExprKind::Variable(name) = &stage.node else { return Vec::new() };
        if self.lookup(name).is_some() {
            return Vec::new();
        }
        let held = self.shared.schema.stage(name).filter(|held| !held.output.may_be_unit());
        held.map(Held::given).into_iter().collect()
    }

    fn of_binary(&self, op: BinaryOp, left: &Expr, right: &Expr, truth: bool) -> Vec<String> {
        let joint = if truth { BinaryOp::And } else { BinaryOp::Or };
        let sides = || (self.established(left, truth), self.established(right, truth));
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let (a, b) = sides();
                if op == joint { [a, b].concat() } else { both(a, &b) }
            }
            BinaryOp::In if truth => self.element(right, left),
            BinaryOp::NotIn if !truth => self.element(right, left),
            _ => {
                let op = if truth { op } else { opposite(op) };
                self.of_comparison(op, left, right)
            }
        }
    }

    fn of_comparison(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Vec<String> {
        match op {
            BinaryOp::NotEqual if is_unit(right) => return self.present(left),
            BinaryOp::NotEqual if is_unit(left) => return self.present(right),
            BinaryOp::Equal if is_value(right) => {
                return [self.present(left), self.counted(op, left, right)].concat();
            }
            BinaryOp::Equal if is_value(left) => {
                return [self.present(right), self.counted(op, right, left)].concat();
            }
            _ => {}
        }
        [self.counted(op, left, right), self.counted(turned(op), right, left)].concat()
    }

    /// `count("m") > 0` is a test for `last("m")` too.
    fn counted(&self, op: BinaryOp, counted: &Expr, n: &Expr) -> Vec<String> {
        match &counted.node {
            ExprKind::Paren(inner) => self.counted(op, inner, n),
            ExprKind::Call { module: None, name, args }
                if name.node == "count" && literal(n).is_some_and(|n| some(op, n)) =>
            {
                self.there_is(args)
            }
            ExprKind::Call { module: None, name, args }
                if name.node == "tally" && literal(n).is_some_and(|n| some(op, n)) =>
            {
                args.get(..1).map(|first| self.there_is(first)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn of_call(&self, name: &str, args: &[Expr]) -> Vec<String> {
        match (name, args) {
            ("said", _) => self.there_is(args),
            ("everyone", [message, role]) if self.is_held(role) => {
                self.there_is(std::slice::from_ref(message))
            }
            ("contains", [base, key]) => self.element(base, key),
            _ => Vec::new(),
        }
    }

    /// Whether somebody holds a role at any time.
    fn is_held(&self, role: &Expr) -> bool {
        let ExprKind::Text(name) = &role.node else { return false };
        let role = self.shared.schema.roles.iter().find(|r| r.name == *name);
        role.is_some_and(|r| r.open == Openness::Fixed && r.min >= 1)
    }

    /// A map has a key: then its element is there.
    fn element(&self, base: &Expr, key: &Expr) -> Vec<String> {
        let name = |base: String| Some(format!("{base}[{}]", self.argument(key)?));
        self.place(base).and_then(name).into_iter().collect()
    }

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

    /// A place has been written: nothing is known of it, of what is in it, or of what it names.
    pub(super) fn forget(&mut self, place: &str) {
        self.facts.retain(|f| !mentions(f, place));
    }

    /// Whether an expression is known not to be `()`.
    pub(super) fn known(&self, e: &Expr) -> bool {
        self.place(e).is_some_and(|p| self.facts.contains(&p))
    }

    /// Whether a message has been said.
    fn is_said(&self, message: MessageId) -> bool {
        let name = self.shared.schema.name(message);
        self.facts.contains(&format!("last({name:?})"))
    }

    /// Whether hidden fields of a message have been revealed, as far as anybody can tell here.
    pub(super) fn revealed(&self, hidden: MessageId) -> bool {
        let shows = |ty: &Type| *ty == Type::Reveal(hidden);
        let mut all = self.shared.schema.numbered();
        all.any(|(id, m)| m.fields.iter().any(|f| shows(&f.ty)) && self.is_said(id))
    }

    /// Those facts that still hold outside of the block: of the log and the state, not of
    /// variables.
    pub(super) fn lasting(&self, facts: &[String]) -> Vec<String> {
        let lasts = |f: &&String| {
            f.starts_with("state.") && !f.contains('[')
                || f.starts_with("last(") && !f.contains(',')
                || self.shared.schema.stages.iter().any(|s| s.given() == **f)
        };
        facts.iter().filter(lasts).cloned().collect()
    }

    /// A fact about a value that is bound to a variable, if it cannot change while the variable
    /// lives.
    pub(super) fn alias(&self, value: &Expr) -> Option<String> {
        let steady = ["last(", "terms.", "msg."];
        self.place(value).filter(|p| steady.iter().any(|s| p.starts_with(s)))
    }
}

/// Whether a fact speaks of a place.
fn mentions(fact: &str, place: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    fact.match_indices(place).any(|(at, _)| {
        let before = fact.get(..at).and_then(|s| s.chars().next_back());
        let after = fact.get(at + place.len()..).and_then(|s| s.chars().next());
        !before.is_some_and(|c| part(c) || c == '.' || c == '"') && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_fact_mentions_the_variables_in_it() {
        assert!(mentions("last(\"m\",p)", "p"));
        assert!(mentions("state.x.y", "state.x"));
        assert!(mentions("state.m[k]", "k"));
        assert!(!mentions("state.x", "x"));
        assert!(!mentions("last(\"p\")", "p"));
        assert!(!mentions("state.xy", "state.x"));
    }
}
