//! Functions of `script`: typed and printed once for each signature with which they are called.

use std::collections::BTreeMap;

use super::types::{self, join};
use super::{Coder, Context, Shared, Typed};
use crate::check::names;
use crate::code::{Expr, Function};
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::print::tree::{Out, OutFunction};
use crate::rules::MessageId;
use crate::span::{Name, Span};
use crate::ty::Ty;

/// A function typed for one signature.
#[derive(Clone)]
struct Made {
    /// Its printed name.
    printed: String,
    /// Its result's type.
    ty: Ty,
    /// The messages that it asks entries for: its caller reads them too.
    reads: Vec<MessageId>,
}

/// The functions of a file, and what has been made of them.
#[derive(Clone, Default)]
pub(crate) struct Functions<'a> {
    written: BTreeMap<&'a str, &'a Function>,
    /// By name and types of the arguments.
    made: BTreeMap<(String, Vec<Ty>), Made>,
    /// Those of stages stand before them.
    pub(crate) printed: Vec<OutFunction>,
    /// Functions being typed, to see recursion.
    within: Vec<String>,
}

impl<'a> Functions<'a> {
    /// All functions of the file; names used twice are findings.
    pub(crate) fn new(
        all: &[&'a Function],
        printed: Vec<OutFunction>,
        report: &mut crate::check::report::Report,
    ) -> Self {
        let mut taken = names::Taken::default();
        let mut written = BTreeMap::new();
        for function in all {
            if taken.take("function", &function.name, report) {
                written.insert(function.name.node.as_str(), *function);
            }
        }
        Self { written, printed, ..Self::default() }
    }

    /// The number of the next printed function: those being typed have theirs already.
    fn number(&self) -> usize {
        self.printed.len() + self.within.len()
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.written.contains_key(name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.written.keys().map(|n| (*n).to_owned()).collect()
    }
}

/// Checks the functions that nothing calls, with arguments of any type.
pub(crate) fn uncalled(shared: &mut Shared<'_>) {
    let all: Vec<&Function> = shared.functions.written.values().copied().collect();
    for function in all {
        let called = shared.functions.made.keys().any(|(name, _)| *name == function.name.node);
        if !called {
            let types = vec![Ty::Unknown; function.parameters.len()];
            Coder::new(shared, Context::Function).make(function, &types);
        }
    }
}

impl Coder<'_, '_> {
    /// A call of a function of the rules.
    pub(super) fn own_call(&mut self, name: &Name, args: &[Expr], at: Span) -> Typed {
        let mut outs = Vec::new();
        let mut types = Vec::new();
        for e in args {
            let (out, ty) = self.expr(e);
            outs.push(self.stored(out, &ty));
            types.push(ty);
        }
        let Some(function) = self.shared.functions.written.get(name.node.as_str()).copied() else {
            return Self::unknown(at);
        };
        if function.parameters.len() != args.len() {
            let names: Vec<&str> = function.parameters.iter().map(|p| p.node.as_str()).collect();
            let text =
                format!("`{}` takes {} arguments, not {}", name.node, names.len(), args.len());
            let help = format!("write `{}({})`", name.node, names.join(", "));
            let found = Diagnostic::error("E0304", at, text).help(help);
            self.report(found.label(function.name.span, "defined here"));
            return Self::unknown(at);
        }
        if self.shared.functions.within.contains(&name.node) {
            self.report(
                Diagnostic::error("E0311", at, format!("`{}` calls itself", name.node))
                    .help("write a loop: functions cannot be recursive"),
            );
            return Self::unknown(at);
        }
        let key = (name.node.clone(), types.clone());
        if let Some(made) = self.shared.functions.made.get(&key).cloned() {
            return self.made_call(made, outs, at);
        }
        if self.shared.functions.printed.len() >= limits::FUNCTIONS {
            self.report(Diagnostic::error(
                "E0321",
                at,
                "functions are called with too many different types",
            ));
            return Self::unknown(at);
        }
        let made = Coder::new(self.shared, Context::Function).make(function, &types);
        self.made_call(made, outs, at)
    }

    fn made_call(&mut self, made: Made, args: Vec<Out>, at: Span) -> Typed {
        self.reads.messages.extend(&made.reads);
        (Out::call(&made.printed, args, at), made.ty)
    }

    /// Types and prints a function for one signature.
    fn make(mut self, function: &Function, types: &[Ty]) -> Made {
        let name = function.name.node.clone();
        let printed = format!("f_{name}_{}", self.shared.functions.number());
        self.shared.functions.within.push(name.clone());
        for (parameter, ty) in function.parameters.iter().zip(types) {
            self.declare(parameter, ty.clone());
        }
        let (body, tail) = self.block(&function.body);
        let mut ty = tail;
        for returned in std::mem::take(&mut self.returned) {
            ty = join(&ty, &returned).unwrap_or_else(|| {
                let schema = self.shared.schema;
                let (a, b) = (types::name(&ty, schema), types::name(&returned, schema));
                let text = format!("`{name}` gives {a} in one place and {b} in another");
                self.report(Diagnostic::error("E0316", function.name.span, text));
                Ty::Unknown
            });
        }
        let functions = &mut self.shared.functions;
        functions.within.pop();
        let parameters = function.parameters.iter().map(|p| format!("v_{}", p.node)).collect();
        let span = function.name.span;
        functions.printed.push(OutFunction { name: printed.clone(), parameters, body, span });
        let made = Made { printed, ty, reads: self.reads.messages };
        functions.made.insert((name, types.to_vec()), made.clone());
        made
    }
}
