//! Names in code: variables by their scopes, fields by the types that the checker has found.

use super::items::{Walk, declared, names};
use super::{Around, Local, Region, Thing};
use crate::code::{Block, Expr, ExprKind, Function, Statement, StatementKind};
use crate::span::{Name, Span};
use crate::syntax::{Field, ItemKind, TextPart, TypeSyntax};
use crate::ty::Ty;

/// Words for what code sees without declaring it.
const BUILT_IN: [&str; 6] = ["terms", "state", "msg", "from", "now", "opened"];

impl Walk<'_> {
    pub(super) fn function(&mut self, function: &Function) {
        let name = &function.name;
        let whole = name.span.to(function.body.span);
        let thing = Thing::Function(self.part, name.node.clone());
        self.defines(name, thing, whole, &function.doc);
        let span = function.body.span;
        let region = Region { span, part: self.part, around: Around::Function };
        self.index.regions.push(region);
        self.around = Around::Function;
        self.scopes.push(Vec::new());
        for parameter in &function.parameters {
            self.declare(parameter, span.start);
        }
        self.block(&function.body);
        self.leave(span.end);
    }

    /// A variable, seen from an offset on.
    fn declare(&mut self, name: &Name, from: u32) {
        self.defines(name, Thing::Local(name.span.start), name.span, "");
        if let Some(scope) = self.scopes.last_mut() {
            scope.push((name.node.clone(), name.span, from));
        }
    }

    fn leave(&mut self, end: u32) {
        for (name, declared, from) in self.scopes.pop().unwrap_or_default() {
            let scope = Span { start: from, end };
            self.index.locals.push(Local { name, declared, scope });
        }
    }

    fn local(&self, name: &str) -> Option<Span> {
        let mut all = self.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
        all.find(|(n, ..)| n == name).map(|(_, declared, _)| *declared)
    }

    pub(super) fn block(&mut self, block: &Block) {
        self.scopes.push(Vec::new());
        block.statements.iter().for_each(|s| self.statement(s));
        if let Some(tail) = &block.tail {
            self.expr(tail);
        }
        self.leave(block.span.end.saturating_sub(1));
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.node {
            StatementKind::Let { name, value } => {
                value.iter().for_each(|e| self.expr(e));
                self.declare(name, statement.span.end);
            }
            StatementKind::Assign { target, value, .. } => {
                self.expr(value);
                self.expr(target);
            }
            StatementKind::Expr(e) => self.expr(e),
            StatementKind::For { name, over, body } => {
                self.expr(over);
                self.scopes.push(Vec::new());
                self.declare(name, body.span.start);
                self.block(body);
                self.leave(body.span.end);
            }
            StatementKind::While { condition, body } => {
                self.expr(condition);
                self.block(body);
            }
            StatementKind::Return(value) => value.iter().for_each(|e| self.expr(e)),
            StatementKind::Break | StatementKind::Continue => {}
        }
    }

    pub(super) fn expr(&mut self, e: &Expr) {
        match &e.node {
            ExprKind::Variable(name) => self.variable(name, e.span),
            ExprKind::Field { base, name, .. } => {
                self.expr(base);
                let things = self.field(base, name);
                self.uses(name.span, things);
            }
            ExprKind::Call { module: None, name, args } => self.call(name, args),
            ExprKind::Call { module: Some(module), name, args } => {
                self.uses(module.span, vec![Thing::Module(module.node.clone())]);
                let thing = Thing::Library(module.node.clone(), name.node.clone());
                self.uses(name.span, vec![thing]);
                args.iter().for_each(|e| self.expr(e));
            }
            ExprKind::Method { base, name, args, .. } => {
                self.expr(base);
                self.uses(name.span, vec![Thing::Word(name.node.clone())]);
                let of_entry = self.types(base).iter().any(|t| matches!(t.required(), Ty::Ref(_)));
                if of_entry {
                    self.asked(name, args);
                } else {
                    args.iter().for_each(|e| self.expr(e));
                }
            }
            ExprKind::Index { base: a, index: b }
            | ExprKind::Binary { left: a, right: b, .. }
            | ExprKind::Range { start: a, end: b, .. } => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Unary { of, .. } | ExprKind::Paren(of) => self.expr(of),
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                self.block(then);
                otherwise.iter().for_each(|b| self.block(b));
            }
            ExprKind::List(items) => items.iter().for_each(|e| self.expr(e)),
            ExprKind::Record(fields) => self.record(fields, e.span),
            ExprKind::Template(parts) => {
                for part in parts {
                    if let TextPart::Hole(e) = part {
                        self.expr(e);
                    }
                }
            }
            ExprKind::Block(block) => self.block(block),
            _ => {}
        }
    }

    fn variable(&mut self, name: &str, at: Span) {
        let thing = match self.local(name) {
            Some(declared) => Thing::Local(declared.start),
            None if BUILT_IN.contains(&name) => Thing::Word(name.to_owned()),
            None if self.is_stage(name) => Thing::Message(self.part, name.to_owned()),
            None => return,
        };
        self.uses(at, vec![thing]);
    }

    fn is_stage(&self, name: &str) -> bool {
        let stage =
            |kind: &ItemKind| matches!(kind, ItemKind::Stage { name: n, .. } if n.node == name);
        self.file.iter().any(|item| stage(&item.kind))
    }

    /// Who holds a role of a stage: roles by their bare names, or code.
    pub(super) fn holders(&mut self, value: &Expr) {
        match &value.node {
            ExprKind::Variable(name) if !BUILT_IN.contains(&name.as_str()) => {
                let is_role =
                    |k: &ItemKind| matches!(k, ItemKind::Role { name: n, .. } if n.node == *name);
                if self.file.iter().any(|item| is_role(&item.kind)) {
                    self.role(&Name::new(name.clone(), value.span));
                }
            }
            ExprKind::List(items) => items.iter().for_each(|e| self.holders(e)),
            _ => self.expr(value),
        }
    }

    /// What `base.name` means.
    fn field(&self, base: &Expr, name: &Name) -> Vec<Thing> {
        let word = name.node.clone();
        if let ExprKind::Variable(of) = &base.node
            && self.local(of).is_none()
        {
            match of.as_str() {
                "terms" => return vec![Thing::Term(self.part, word)],
                "state" => return vec![Thing::State(self.part, word)],
                "msg" => {
                    let Around::Messages(all) = &self.around else { return Vec::new() };
                    let field = |m: &String| Thing::Field(self.part, m.clone(), word.clone());
                    return all.iter().map(field).collect();
                }
                of if self.is_stage(of) => return vec![Thing::Word(format!("stage.{word}"))],
                _ => {}
            }
        }
        let mut things = Vec::new();
        for ty in self.types(base) {
            match ty.required() {
                Ty::Ref(_) if matches!(word.as_str(), "from" | "at") => {
                    things.push(Thing::Word(format!("entry.{word}")));
                }
                Ty::Ref(of) => {
                    let field = |m: &u16| {
                        Thing::Field(self.part, self.known.message(*m).to_owned(), word.clone())
                    };
                    things.extend(of.iter().map(field));
                }
                Ty::Record(fields) if fields.iter().any(|(n, _)| *n == word) => {
                    let names = names(fields.iter().map(|(n, _)| n.as_str()));
                    things.push(Thing::Member(names, word.clone()));
                }
                _ => {}
            }
        }
        things.dedup();
        things
    }

    /// The types of an expression: as the checker noted them, or, of places that it never reads, as
    /// they are declared.
    fn types(&self, e: &Expr) -> Vec<Ty> {
        let noted = self.known.types(e.span);
        if !noted.is_empty() {
            return noted.to_vec();
        }
        match &e.node {
            ExprKind::Variable(name) => {
                let at = self.local(name);
                at.map(|at| self.known.types(at).to_vec()).unwrap_or_default()
            }
            ExprKind::Paren(inner) => self.types(inner),
            ExprKind::Field { base, name, .. } => match &base.node {
                ExprKind::Variable(of) if self.local(of).is_none() && of == "state" => {
                    let state = declared(self.file, &Thing::State(self.part, String::new()));
                    let field = state.and_then(|all| all.iter().find(|f| f.name.node == name.node));
                    field.map(|f| self.written(f)).into_iter().collect()
                }
                _ => {
                    let fields = self.types(base).into_iter().filter_map(|ty| match ty {
                        Ty::Record(fields) => fields.into_iter().find(|(n, _)| *n == name.node),
                        _ => None,
                    });
                    fields.map(|(_, ty)| ty).collect()
                }
            },
            ExprKind::Index { base, .. } => {
                let elements = self.types(base).into_iter().filter_map(|ty| match ty {
                    Ty::List(of) | Ty::Map(_, of) => Some(*of),
                    _ => None,
                });
                elements.collect()
            }
            _ => Vec::new(),
        }
    }

    /// The type of a field as written, as far as fields of records need it.
    fn written(&self, field: &Field) -> Ty {
        self.shape(&field.ty.node, 0)
    }

    fn shape(&self, ty: &TypeSyntax, depth: usize) -> Ty {
        if depth > crate::limits::TYPE_DEPTH {
            return Ty::Unknown;
        }
        let inner = |ty: &TypeSyntax| Box::new(self.shape(ty, depth + 1));
        match ty {
            TypeSyntax::Record(fields) => {
                let one = |f: &Field| (f.name.node.clone(), *inner(&f.ty.node));
                Ty::Record(fields.iter().map(one).collect())
            }
            TypeSyntax::List { of, .. } => Ty::List(inner(&of.node)),
            TypeSyntax::Map { key, value, .. } => Ty::Map(inner(&key.node), inner(&value.node)),
            TypeSyntax::Optional(of) => *inner(&of.node),
            TypeSyntax::Named { name, .. } => {
                let alias = self.file.iter().find_map(|item| match &item.kind {
                    ItemKind::Type { name: n, ty } if n.node == name.node => Some(&ty.node),
                    _ => None,
                });
                alias.map_or(Ty::Unknown, |ty| *inner(ty))
            }
            _ => Ty::Unknown,
        }
    }

    fn call(&mut self, name: &Name, args: &[Expr]) {
        let own = |f: &Function| f.name.node == name.node;
        let is_own = self.file.iter().any(|item| match &item.kind {
            ItemKind::Script(functions) => functions.iter().any(own),
            _ => false,
        });
        if is_own {
            self.uses(name.span, vec![Thing::Function(self.part, name.node.clone())]);
            return args.iter().for_each(|e| self.expr(e));
        }
        self.uses(name.span, vec![Thing::Word(name.node.clone())]);
        self.asked(name, args);
    }

    /// What is asked of the log or of an entry: names of messages, fields and roles are texts.
    fn asked(&mut self, name: &Name, args: &[Expr]) {
        for (at, e) in args.iter().enumerate() {
            let Some(text) = text(e) else {
                self.expr(e);
                continue;
            };
            match (name.node.as_str(), at) {
                ("said" | "count" | "last" | "all" | "last_of_each" | "tally" | "everyone", 0) => {
                    self.message(&text);
                }
                ("members", 0) | ("holds" | "everyone", 1) => self.role(&text),
                ("all" | "last_of_each" | "tally", 1) => {
                    if let Some(message) = args.first().and_then(self::text) {
                        let span = self.inside(text.span, &text.node);
                        let thing = Thing::Field(self.part, message.node, text.node);
                        self.uses(span, vec![thing]);
                    }
                }
                _ => {}
            }
        }
    }

    fn record(&mut self, fields: &[(Name, Expr)], whole: Span) {
        let names = names(fields.iter().map(|(n, _)| n.node.as_str()));
        for (name, value) in fields {
            self.expr(value);
            let thing = Thing::Member(names.clone(), name.node.clone());
            self.defines(name, thing, whole, "");
        }
    }
}

/// A text that is written out.
fn text(e: &Expr) -> Option<Name> {
    match &e.node {
        ExprKind::Text(word) => Some(Name::new(word.clone(), e.span)),
        ExprKind::Paren(inner) => text(inner),
        _ => None,
    }
}
