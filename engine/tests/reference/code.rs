//! Code by walking its tree. What it does not know, it panics on: tests stay within what it knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::body::check_value;
use mundi_engine::code::Code;
use mundi_engine::entry::EntryId;
use mundi_identity::Fingerprint;
use mundi_lang::code::{BinaryOp as Op, Block, Chain, Expr, ExprKind as E, Statement, StatementKind as S, UnaryOp};
use mundi_lang::rules::{MessageId, Presence, Type};
use mundi_lang::syntax::{ItemKind, TextPart};
use rust_decimal::Decimal;

use super::{Reference, Said};

/// Why a block stops before its end.
enum Stop {
    Fault,
    Return(Value),
    Break,
    Continue,
}

type Got = Result<Value, Stop>;

/// One evaluation.
pub struct Eval<'a> {
    world: &'a Reference<'a>,
    /// The message at hand: which, its fields, its author.
    msg: Option<(MessageId, Vec<Value>, Fingerprint)>,
    now: i64,
    pub state: Vec<Value>,
    vars: Vec<(String, Value)>,
    /// In a deadline `()` plus a duration is `()`.
    deadline: bool,
}

/// How a value prints in a text.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Text(t) => t.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Decimal(d) => d.to_string(),
        other => panic!("the reference prints no {other:?}"),
    }
}

fn int(value: &Value) -> i64 {
    if let Value::Int(n) = value { *n } else { panic!("no int: {value:?}") }
}

fn duration(ms: i64, n: i64) -> Got {
    n.checked_mul(ms).map(Value::Duration).ok_or(Stop::Fault)
}

impl<'a> Eval<'a> {
    pub fn new(
        world: &'a Reference<'_>,
        msg: Option<(MessageId, Vec<Value>, Fingerprint)>,
        now: i64,
    ) -> Eval<'a> {
        Eval { world, msg, now, state: world.state.clone(), vars: Vec::new(), deadline: false }
    }

    /// As in a deadline.
    pub fn optional(mut self) -> Self {
        self.deadline = true;
        self
    }

    /// The value of a whole block of the rules.
    pub fn run(&mut self, block: &Block) -> Result<Value, Code> {
        match self.block(block) {
            Ok(value) | Err(Stop::Return(value)) => Ok(value),
            Err(_) => Err(Code::ScriptFailed),
        }
    }

    /// The value of a hole.
    pub fn value(&mut self, e: &Expr) -> Option<Value> {
        self.eval(e).ok()
    }

    fn block(&mut self, block: &Block) -> Got {
        let depth = self.vars.len();
        let result = block.statements.iter().try_for_each(|s| self.statement(s)).and_then(|()| {
            block.tail.as_ref().map_or(Ok(Value::Unit), |tail| self.eval(tail))
        });
        self.vars.truncate(depth);
        result
    }

    fn statement(&mut self, statement: &Statement) -> Result<(), Stop> {
        match &statement.node {
            S::Let { name, value } => {
                let value = self.eval(value.as_ref().unwrap())?;
                self.vars.push((name.node.clone(), value));
            }
            S::Assign { target, op, value } => {
                let mut new = self.eval(value)?;
                if let Some(op) = op {
                    let old = self.eval(target)?;
                    new = self.apply(*op, old, new)?;
                }
                self.assign(target, new)?;
            }
            S::Expr(e) => drop(self.eval(e)?),
            S::For { name, over, body } => {
                for item in self.items(over)? {
                    self.vars.push((name.node.clone(), item));
                    let done = self.block(body);
                    self.vars.pop();
                    match done {
                        Err(Stop::Break) => break,
                        Err(Stop::Continue) | Ok(_) => {}
                        Err(other) => return Err(other),
                    }
                }
            }
            S::While { condition, body } => {
                while self.eval(condition)? == Value::Bool(true) {
                    match self.block(body) {
                        Err(Stop::Break) => break,
                        Err(Stop::Continue) | Ok(_) => {}
                        Err(other) => return Err(other),
                    }
                }
            }
            S::Return(e) => {
                let value = e.as_ref().map_or(Ok(Value::Unit), |e| self.eval(e))?;
                return Err(Stop::Return(value));
            }
            S::Break => return Err(Stop::Break),
            S::Continue => return Err(Stop::Continue),
        }
        Ok(())
    }

    fn items(&mut self, over: &Expr) -> Result<Vec<Value>, Stop> {
        if let E::Range { start, end, inclusive } = &over.node {
            let (a, b) = (int(&self.eval(start)?), int(&self.eval(end)?));
            return Ok((a..b + i64::from(*inclusive)).map(Value::Int).collect());
        }
        match self.eval(over)? {
            Value::List(items) => Ok(items.to_vec()),
            _ => Err(Stop::Fault),
        }
    }

    fn slot(&self, e: &Expr) -> Option<usize> {
        let E::Field { base, name, .. } = &e.node else { return None };
        let state = matches!(&base.node, E::Variable(v) if v == "state");
        state.then(|| self.world.rules.state.iter().position(|f| f.name == name.node).unwrap())
    }

    fn assign(&mut self, target: &Expr, value: Value) -> Result<(), Stop> {
        if let Some(slot) = self.slot(target) {
            return self.store(slot, value);
        }
        match &target.node {
            E::Variable(name) => {
                self.vars.iter_mut().rev().find(|(n, _)| n == name).unwrap().1 = value;
                Ok(())
            }
            E::Index { base, index } => {
                let slot = self.slot(base).expect("only slots have their elements assigned");
                let key = self.eval(index)?;
                let Value::Map(map) = &self.state[slot] else { panic!("no map") };
                let mut map = map.as_ref().clone();
                map.insert(key, value);
                self.store(slot, Value::Map(Arc::new(map)))
            }
            other => panic!("the reference does not assign to {other:?}"),
        }
    }

    /// Stores a slot, if its type allows it.
    fn store(&mut self, slot: usize, value: Value) -> Result<(), Stop> {
        let field = &self.world.rules.state[slot];
        let value = match (&field.ty, value) {
            (Type::Decimal(..), Value::Int(n)) => Value::Decimal(n.into()),
            (_, value) => value,
        };
        let fits = match (&value, &field.presence) {
            (Value::Unit, presence) => *presence == Presence::Optional,
            _ => check_value(&field.ty, &value, &self.world.opening.terms).is_ok(),
        };
        self.state[slot] = value;
        fits.then_some(()).ok_or(Stop::Fault)
    }

    fn all(&mut self, args: &[Expr]) -> Result<Vec<Value>, Stop> {
        args.iter().map(|a| self.eval(a)).collect()
    }

    fn eval(&mut self, e: &Expr) -> Got {
        Ok(match &e.node {
            E::Unit => Value::Unit,
            E::Bool(b) => Value::Bool(*b),
            E::Int(n) => Value::Int(*n),
            E::Decimal(d) => Value::Decimal(*d),
            E::Text(t) => Value::Text(t.as_str().into()),
            E::Template(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        TextPart::Text(t) => text += t,
                        TextPart::Hole(e) => text += &text_of(&self.eval(e)?),
                    }
                }
                Value::Text(text.into())
            }
            E::Variable(name) => self.variable(name),
            E::Field { base, name, chain } => return self.field(base, &name.node, *chain),
            E::Index { base, index } => {
                let (base, index) = (self.eval(base)?, self.eval(index)?);
                return match base {
                    Value::Map(map) => Ok(map.get(&index).cloned().unwrap_or(Value::Unit)),
                    Value::List(list) => {
                        usize::try_from(int(&index)).ok().and_then(|i| list.get(i).cloned()).ok_or(Stop::Fault)
                    }
                    _ => Err(Stop::Fault),
                };
            }
            E::Call { module: None, name, args } => return self.call(&name.node, args),
            E::Method { base, name, args, chain } => {
                let base = self.eval(base)?;
                return match base {
                    Value::Unit if *chain == Chain::Optional => Ok(Value::Unit),
                    base => self.method(base, &name.node, args),
                };
            }
            E::Unary { op, of } => match (op, self.eval(of)?) {
                (UnaryOp::Not, Value::Bool(b)) => Value::Bool(!b),
                (UnaryOp::Minus, Value::Int(n)) => Value::Int(n.checked_neg().ok_or(Stop::Fault)?),
                (UnaryOp::Minus, Value::Decimal(n)) => Value::Decimal(-n),
                _ => return Err(Stop::Fault),
            },
            E::Binary { op, left, right } => return self.binary(op.node, left, right),
            E::If { condition, then, otherwise } => {
                return match (self.eval(condition)?, otherwise) {
                    (Value::Bool(true), _) => self.block(then),
                    (_, Some(otherwise)) => self.block(otherwise),
                    _ => Ok(Value::Unit),
                };
            }
            E::List(items) => Value::List(Arc::new(self.all(items)?)),
            E::Record(fields) => {
                let mut record = BTreeMap::new();
                for (name, e) in fields {
                    let value = self.eval(e)?;
                    if value != Value::Unit {
                        record.insert(Arc::from(name.node.as_str()), value);
                    }
                }
                Value::Record(Arc::new(record))
            }
            E::Paren(e) => return self.eval(e),
            E::Block(block) => return self.block(block),
            other => panic!("the reference does not know {other:?}"),
        })
    }

    fn variable(&self, name: &str) -> Value {
        if let Some((_, value)) = self.vars.iter().rev().find(|(n, _)| n == name) {
            return value.clone();
        }
        match name {
            "now" => Value::Time(self.now),
            "opened" => Value::Time(self.world.opened),
            "from" => Value::Person(self.msg.as_ref().unwrap().2),
            other => panic!("the reference knows no variable {other}"),
        }
    }

    fn field(&mut self, base: &Expr, name: &str, chain: Chain) -> Got {
        let rules = self.world.rules;
        let at = |fields: &[mundi_lang::rules::Field]| fields.iter().position(|f| f.name == name).unwrap();
        if let E::Variable(scope) = &base.node {
            match scope.as_str() {
                "terms" => return Ok(self.world.opening.terms[at(&rules.terms)].clone()),
                "state" => return Ok(self.state[at(&rules.state)].clone()),
                "msg" => {
                    let (message, fields, _) = self.msg.as_ref().unwrap();
                    let fields_of = &rules.messages[usize::from(*message)].fields;
                    let n = at(fields_of);
                    return Ok(readable(&fields_of[n].ty, &fields[n]));
                }
                _ => {}
            }
        }
        match self.eval(base)? {
            Value::Unit if chain == Chain::Optional => Ok(Value::Unit),
            Value::Ref(id) => {
                let said = self.world.said.iter().find(|s| s.id == id).ok_or(Stop::Fault)?;
                Ok(match name {
                    "from" => Value::Person(said.from),
                    "at" => Value::Time(said.at),
                    _ => self.world.said_field(said, name),
                })
            }
            Value::Record(parts) => Ok(parts.get(name).cloned().unwrap_or(Value::Unit)),
            _ => Err(Stop::Fault),
        }
    }

    fn binary(&mut self, op: Op, left: &Expr, right: &Expr) -> Got {
        let left = self.eval(left)?;
        match (op, &left) {
            (Op::And, Value::Bool(false)) | (Op::Or, Value::Bool(true)) => return Ok(left),
            (Op::Else, Value::Unit) => return self.eval(right),
            (Op::Else, _) => return Ok(left),
            _ => {}
        }
        let right = self.eval(right)?;
        self.apply(op, left, right)
    }

    fn apply(&self, op: Op, left: Value, right: Value) -> Got {
        use Value::{Bool, Decimal as D, Duration as L, Int as I, Text, Time as T};
        if self.deadline && (left == Value::Unit || right == Value::Unit) && matches!(op, Op::Add | Op::Sub) {
            return Ok(Value::Unit);
        }
        let (left, right) = match (left, right) {
            (I(a), D(b)) => (D(a.into()), D(b)),
            (D(a), I(b)) => (D(a), D(b.into())),
            both => both,
        };
        let fault = Stop::Fault;
        Ok(match (op, left, right) {
            (Op::Equal, a, b) => Bool(a == b),
            (Op::NotEqual, a, b) => Bool(a != b),
            (_, Value::Unit, _) | (_, _, Value::Unit) => return Err(fault),
            (Op::And | Op::Or, _, b) => b,
            (Op::Less, a, b) => Bool(a < b),
            (Op::LessEq, a, b) => Bool(a <= b),
            (Op::Greater, a, b) => Bool(a > b),
            (Op::GreaterEq, a, b) => Bool(a >= b),
            (Op::Add, I(a), I(b)) => I(a.checked_add(b).ok_or(fault)?),
            (Op::Sub, I(a), I(b)) => I(a.checked_sub(b).ok_or(fault)?),
            (Op::Mul, I(a), I(b)) => I(a.checked_mul(b).ok_or(fault)?),
            (Op::Div, I(a), I(b)) => I(a.checked_div(b).ok_or(fault)?),
            (Op::Rem, I(a), I(b)) => I(a.checked_rem(b).ok_or(fault)?),
            (Op::Add, D(a), D(b)) => D(a.checked_add(b).ok_or(fault)?),
            (Op::Sub, D(a), D(b)) => D(a.checked_sub(b).ok_or(fault)?),
            (Op::Mul, D(a), D(b)) => D(a.checked_mul(b).ok_or(fault)?),
            (Op::Div, D(a), D(b)) => D(a.checked_div(b).ok_or(fault)?),
            (Op::Add, T(a), L(b)) | (Op::Add, L(b), T(a)) => T(a.checked_add(b).ok_or(fault)?),
            (Op::Sub, T(a), L(b)) => T(a.checked_sub(b).ok_or(fault)?),
            (Op::Sub, T(a), T(b)) => L(a.checked_sub(b).ok_or(fault)?),
            (Op::Add, Text(a), Text(b)) => Text(format!("{a}{b}").into()),
            (op, a, b) => panic!("the reference does not know {a:?} {op:?} {b:?}"),
        })
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Got {
        if let Some(function) = self.world.function(name) {
            let mut given = Vec::new();
            for (parameter, arg) in function.parameters.iter().zip(args) {
                given.push((parameter.node.clone(), self.eval(arg)?));
            }
            let own = std::mem::replace(&mut self.vars, given);
            let result = self.block(&function.body);
            self.vars = own;
            return match result {
                Err(Stop::Return(value)) => Ok(value),
                other => other,
            };
        }
        let args = self.all(args)?;
        if let Some(ms) = unit(name) {
            return duration(ms, int(&args[0]));
        }
        if name == "pattern_complete" {
            let here = self.world.holders(&self.world.said);
            return Ok(Value::Bool(self.world.left().may_end(&here)));
        }
        if name == "holds" || name == "members" {
            return Ok(self.people(name, &args));
        }
        self.world.asked(name, &args, None).ok_or(Stop::Fault)
    }

    fn people(&self, name: &str, args: &[Value]) -> Value {
        let Some(Value::Text(role)) = args.last() else { panic!("no role") };
        let role = self.world.rules.role(role).unwrap();
        let here = self.world.holders(&self.world.said);
        let mut who = here.iter().filter(|h| h.0 == role).map(|h| Value::Person(h.1));
        match name {
            "holds" => Value::Bool(who.any(|w| Some(&w) == args.first())),
            _ => Value::List(Arc::new(who.collect())),
        }
    }

    fn method(&mut self, base: Value, name: &str, args: &[Expr]) -> Got {
        let args = self.all(args)?;
        Ok(match (base, name) {
            (Value::Unit, _) => return Err(Stop::Fault),
            (Value::Ref(id), _) => return self.world.asked(name, &args, Some(id)).ok_or(Stop::Fault),
            (Value::List(list), "len") => Value::Int(i64::try_from(list.len()).unwrap()),
            (Value::Map(map), "len") => Value::Int(i64::try_from(map.len()).unwrap()),
            (Value::List(list), "contains") => Value::Bool(list.contains(&args[0])),
            (Value::Map(map), "contains") => Value::Bool(map.contains_key(&args[0])),
            (Value::Map(map), "values") => Value::List(Arc::new(map.values().cloned().collect())),
            (base, name) => panic!("the reference knows no {name} of {base:?}"),
        })
    }
}

fn unit(name: &str) -> Option<i64> {
    let units = ["seconds", "minutes", "hours", "days", "weeks"];
    let ms = [1_000, 60_000, 3_600_000, 86_400_000, 604_800_000];
    Some(ms[units.iter().position(|u| *u == name)?])
}

/// A field of the message at hand as code reads it.
fn readable(ty: &Type, value: &Value) -> Value {
    match (ty, value) {
        (Type::Hidden(_), _) => Value::Unit,
        (Type::Reveal(_), Value::Record(parts)) => parts["entry"].clone(),
        (_, value) => value.clone(),
    }
}

impl Reference<'_> {
    fn function(&self, name: &str) -> Option<&mundi_lang::code::Function> {
        self.syntax.items.iter().find_map(|item| match &item.kind {
            ItemKind::Script(functions) => functions.iter().find(|f| f.name.node == name),
            _ => None,
        })
    }

    /// A field of an accepted entry: a hidden one is `()` until it has been shown.
    fn said_field(&self, said: &Said, name: &str) -> Value {
        let fields = &self.rules.messages[usize::from(said.message)].fields;
        let n = fields.iter().position(|f| f.name == name).unwrap();
        if !matches!(fields[n].ty, Type::Hidden(_)) {
            return readable(&fields[n].ty, &said.fields[n]);
        }
        let shows = |later: &Said| {
            let fields = &self.rules.messages[usize::from(later.message)].fields;
            let pairs = fields.iter().zip(&later.fields);
            pairs.filter_map(|(f, v)| self.shown(later, f, v)).find(|s| s.0 == said.id)
        };
        let shown = self.said.iter().find_map(shows);
        shown.and_then(|(_, values)| values.get(name).cloned()).unwrap_or(Value::Unit)
    }

    /// `said`, `count`, `last`, `all`, `last_of_each`, `tally`, `everyone`: of the whole log, or of
    /// what refers to one entry. Counted from the list, each time.
    fn asked(&self, name: &str, args: &[Value], to: Option<EntryId>) -> Option<Value> {
        let Some(Value::Text(message)) = args.first() else { panic!("no message in {name}") };
        let message = self.rules.message(message).unwrap();
        let about = |s: &&Said| s.message == message && to.is_none_or(|to| s.refs.contains(&to));
        let mut found: Vec<&Said> = self.said.iter().filter(about).collect();
        if let ("said" | "count" | "last", Some(Value::Person(who))) = (name, args.get(1)) {
            found.retain(|s| s.from == *who);
        }
        let mut lasts: Vec<&Said> = Vec::new();
        for said in &found {
            lasts.retain(|s| s.from != said.from);
            lasts.push(said);
        }
        let entries = |list: &[&Said]| match args.get(1) {
            Some(Value::Text(field)) => {
                let values = list.iter().map(|s| self.said_field(s, field));
                Value::List(Arc::new(values.filter(|v| *v != Value::Unit).collect()))
            }
            _ => Value::List(Arc::new(list.iter().map(|s| Value::Ref(s.id)).collect())),
        };
        Some(match name {
            "said" => Value::Bool(!found.is_empty()),
            "count" => Value::Int(i64::try_from(found.len()).unwrap()),
            "last" => found.last().map_or(Value::Unit, |s| Value::Ref(s.id)),
            "all" => entries(&found),
            "last_of_each" => entries(&lasts),
            "everyone" => {
                let Some(Value::Text(role)) = args.get(1) else { panic!("no role") };
                let role = self.rules.role(role).unwrap();
                let here = self.holders(&self.said);
                let mut owe = here.iter().filter(|h| h.0 == role);
                Value::Bool(owe.all(|h| found.iter().any(|s| s.from == h.1)))
            }
            "tally" => self.tally(message, &lasts, args),
            other => panic!("the reference knows no {other}"),
        })
    }

    fn tally(&self, message: MessageId, lasts: &[&Said], args: &[Value]) -> Value {
        let Some(Value::Text(field)) = args.get(1) else { panic!("no field") };
        let fields = &self.rules.messages[usize::from(message)].fields;
        let ty = &fields.iter().find(|f| f.name == **field).unwrap().ty;
        let votes: Vec<Value> = lasts.iter().map(|s| self.said_field(s, field)).collect();
        let count = |v: &Value| Value::Int(i64::try_from(votes.iter().filter(|x| *x == v).count()).unwrap());
        if let Some(value) = args.get(2) {
            return count(value);
        }
        let mut all: BTreeMap<Value, Value> = BTreeMap::new();
        if let Type::Choice(choices) = ty {
            all.extend(choices.iter().map(|c| (Value::Text(c.as_str().into()), Value::Int(0))));
        }
        if *ty == Type::Bool {
            all.extend([false, true].map(|b| (Value::Text(b.to_string().into()), Value::Int(0))));
        }
        for vote in votes.iter().filter(|v| **v != Value::Unit) {
            let key = match vote {
                Value::Decimal(d) => d.normalize().to_string(),
                other => text_of(other),
            };
            all.insert(Value::Text(key.into()), count(vote));
        }
        Value::Map(Arc::new(all))
    }
}

/// Whether two values are one, an int of a decimal type included.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(n), Value::Decimal(d)) | (Value::Decimal(d), Value::Int(n)) => Decimal::from(*n) == *d,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
        (Value::Record(a), Value::Record(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && same(a, b))
        }
        _ => a == b,
    }
}
