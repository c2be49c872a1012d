//! Code between braces: every expression gets a type from the schema, and is turned into the
//! vocabulary of `spec/execution.md`. Nothing runs that was not checked here.
//!
//! [`Coder`] walks one block in one [`Context`]. It keeps the variables in scope, the facts that
//! tests have established (`x != ()`), and what the block reads.

mod calls;
mod entries;
mod expressions;
mod facts;
mod functions;
mod lists;
mod loops;
mod operators;
mod places;
mod probes;
mod stages;
mod statements;
mod tables;
mod types;

use std::collections::BTreeMap;

pub(crate) use functions::{Functions, uncalled};
pub(crate) use tables::TableMaker;
pub use types::code_type;
pub(crate) use types::join;

use super::notes::Notes;
use super::report::Report;
use super::schema::{Held, Schema};
use crate::code::{Block, Expr};
use crate::diagnostic::Diagnostic;
use crate::print::text;
use crate::print::tree::{Out, OutBlock, OutKind, OutStatement};
use crate::rules::{MessageId, Reads, Script};
use crate::span::{Name, Span};
use crate::ty::{Modules, Ty};

/// Where code stands: what it may see and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// `allow … when`, and the holes of its text: sees the message.
    Guard(MessageId),
    /// `on MESSAGE`: sees the message, writes `state`.
    Handler(MessageId),
    /// `on open`: writes `state`.
    Open,
    /// `deadline`: `()` plus a duration is `()`.
    Deadline,
    /// `consensus`, `failure`, `never`, `always`, holes of the failure's text.
    Asked,
    /// `output`, and what a stage is given.
    Output,
    /// A function: sees its arguments and `terms`.
    Function,
}

impl Context {
    /// The message at hand.
    fn message(self) -> Option<MessageId> {
        match self {
            Context::Guard(m) | Context::Handler(m) => Some(m),
            _ => None,
        }
    }

    /// Whether its value is true or false.
    fn asks(self) -> bool {
        matches!(self, Context::Guard(_) | Context::Asked)
    }

    fn writes(self) -> bool {
        matches!(self, Context::Handler(_) | Context::Open)
    }
}

/// A variable in scope.
#[derive(Clone, Debug)]
struct Local {
    ty: Ty,
    /// The place that it is another name for: `let e = last("m");`
    alias: Option<String>,
    /// What is known where it is true: `let paid = said("pay");`
    when_true: Vec<String>,
    /// What is known where it is false.
    when_false: Vec<String>,
    /// Whether something reads it.
    used: bool,
    /// Where `let` names it.
    named: Option<Span>,
}

impl Local {
    fn new(ty: Ty) -> Self {
        let (when_true, when_false) = (Vec::new(), Vec::new());
        Self { ty, alias: None, when_true, when_false, used: false, named: None }
    }
}

/// What holds after a condition, by its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    when_true: Vec<String>,
    when_false: Vec<String>,
}

impl Outcome {
    /// What is known where the condition held.
    pub(crate) fn held(&self) -> &[String] {
        &self.when_true
    }

    /// What is known where it did not.
    pub(crate) fn failed(&self) -> &[String] {
        &self.when_false
    }
}

/// What all code of a file shares.
pub(crate) struct Shared<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) modules: &'a Modules,
    pub(crate) report: Report,
    pub(crate) tables: TableMaker,
    pub(crate) functions: Functions<'a>,
    /// What the `output` of the file gives at its places.
    pub(crate) outputs: Vec<(Ty, Span)>,
    /// Whether a loop is only tried out.
    pub(crate) trying: bool,
    /// The types of expressions, where somebody asks for them.
    pub(crate) notes: Option<Notes>,
}

/// Checks and turns one block.
pub(crate) struct Coder<'s, 'a> {
    shared: &'s mut Shared<'a>,
    context: Context,
    scopes: Vec<BTreeMap<String, Local>>,
    /// Places that are known not to be `()`.
    facts: Vec<String>,
    reads: Reads,
    loops: usize,
    /// Types of `return`.
    returned: Vec<Ty>,
    /// Whether each `return` of a condition gives `false`, and whether each gives `true`.
    returns: (bool, bool),
    /// What the block of a condition has established.
    outcome: Outcome,
    /// Set by a hidden field that was just walked and counts as revealed.
    shown: bool,
    /// Set while the other side of a comparison with `()` is walked: a private field may stand
    /// there.
    beside_unit: bool,
}

/// A value and its type.
type Typed = (Out, Ty);

impl<'s, 'a> Coder<'s, 'a> {
    pub(crate) fn new(shared: &'s mut Shared<'a>, context: Context) -> Self {
        let facts = match context {
            // A handler sees the log with its message.
            Context::Handler(m) => {
                let name = shared.schema.name(m);
                let held = shared.schema.stage(name).filter(|held| !held.output.may_be_unit());
                let given = held.map(Held::given);
                let said = vec![format!("last({name:?})"), format!("last({name:?},from)")];
                said.into_iter().chain(given).collect()
            }
            _ => Vec::new(),
        };
        Self {
            shared,
            context,
            scopes: vec![BTreeMap::new()],
            facts,
            reads: Reads::default(),
            loops: 0,
            returned: Vec::new(),
            returns: (true, true),
            outcome: Outcome::default(),
            shown: false,
            beside_unit: false,
        }
    }

    /// With what is known beforehand.
    pub(crate) fn given(mut self, facts: &[String]) -> Self {
        self.facts.extend(facts.iter().cloned());
        self
    }

    /// A block whose value is a bool.
    pub(crate) fn condition(self, block: &Block) -> Script {
        self.asked(block).0
    }

    /// A block whose value is a bool, and what is known after it.
    pub(crate) fn asked(mut self, block: &Block) -> (Script, Outcome) {
        let (mut out, ty) = self.block(block);
        let at = block.tail.as_ref().map_or(block.span, |e| e.span);
        if let (Some(e), Some(tail)) = (&block.tail, out.tail.take()) {
            let (tail, ty) = self.required((*tail, ty.clone()), e);
            self.want(&ty, &Ty::Bool, at, "true or false");
            out.tail = Some(Box::new(tail));
        } else {
            self.want(&ty, &Ty::Bool, at, "true or false");
        }
        let mut outcome = std::mem::take(&mut self.outcome);
        if !self.returns.0 {
            outcome.when_true.clear();
        }
        if !self.returns.1 {
            outcome.when_false.clear();
        }
        (self.script(&out, block.span), outcome)
    }

    /// A block whose value is a time or `()`.
    pub(crate) fn time(mut self, block: &Block) -> Script {
        let (out, ty) = self.block(block);
        let at = block.tail.as_ref().map_or(block.span, |e| e.span);
        self.want(&ty, &Ty::Time.optional(), at, "a time");
        self.script(&out, block.span)
    }

    /// A block that does something and has no value.
    pub(crate) fn action(mut self, block: &Block) -> Script {
        let (mut out, _) = self.block(block);
        if let Some(tail) = out.tail.take() {
            out.statements.push(OutStatement::Expr(*tail));
        }
        self.script(&out, block.span)
    }

    /// `output`: each place that gives a value emits it with its own type.
    pub(crate) fn output(mut self, block: &Block) -> Script {
        let out = self.emitting(block);
        self.script(&out, block.span)
    }

    /// A hole of a text: its value as text.
    pub(crate) fn hole(mut self, e: &Expr) -> Script {
        let typed = self.expr(e);
        let out = self.as_text(typed, e);
        let block = OutBlock { statements: Vec::new(), tail: Some(Box::new(out)) };
        self.script(&block, e.span)
    }

    fn script(self, out: &OutBlock, span: Span) -> Script {
        let mut reads = self.reads;
        reads.messages.sort_unstable();
        reads.messages.dedup();
        reads.state.sort_unstable();
        reads.state.dedup();
        text::script(out, span, reads)
    }

    /// A value as text; texts are that already.
    fn as_text(&mut self, (out, ty): Typed, e: &Expr) -> Out {
        let (out, ty) = self.required((out, ty), e);
        if ty == Ty::Text {
            return out;
        }
        let n = self.shared.tables.ty(&ty);
        Out::call("fmt", vec![Out::index(n, e.span), out], e.span)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.shared.report.add(diagnostic);
    }

    /// A finding unless a type fits another.
    fn want(&mut self, found: &Ty, wanted: &Ty, at: Span, what: &str) {
        if !types::fits(found, wanted) {
            let name = types::name(found, self.shared.schema);
            let text = format!("{what} is needed here; this is {name}");
            let error = Diagnostic::error("E0305", at, text);
            let condition = what == "true or false";
            let help = match (wanted.required(), found.required()) {
                (Ty::Bool, _) if !condition => return self.report(error),
                (Ty::Bool, Ty::Int | Ty::Decimal) => "compare it, as in `… > 0`",
                (Ty::Bool, Ty::Text | Ty::Person) => "compare it, as in `… == …`",
                (Ty::Bool, Ty::Unit) => "end the block with a condition, without a `;` after it",
                (Ty::Bool, Ty::Ref(_)) => "ask whether it is there: `… != ()`",
                (Ty::Int, Ty::Decimal) => "cut it with `to_int(…)`",
                (Ty::Duration, Ty::Int) => "a number has no unit: write `days(3)` or `hours(2)`",
                (Ty::Time, Ty::Duration) => "a time is reckoned from another: `opened + …`",
                (Ty::Time, Ty::Int) => "write a time and a duration, as in `opened + days(3)`",
                (Ty::Text, Ty::Int | Ty::Decimal | Ty::Person | Ty::Time) => {
                    "put it into a text: `` `${…}` ``"
                }
                _ => return self.report(error),
            };
            self.report(error.help(help));
        }
    }

    /// A value that may not be `()`: a warning and a check at run time where it may.
    fn required(&mut self, (out, ty): Typed, e: &Expr) -> Typed {
        if !ty.may_be_unit() {
            return (out, ty);
        }
        let text = match &ty {
            Ty::Unit => "this is `()`, and a value is needed",
            _ => "this may be `()`, and would then fail",
        };
        self.report(
            Diagnostic::warning("W0301", e.span, text)
                .help("test it first, as in `x != ()`, or say what holds otherwise with `?? …`"),
        );
        let ty = ty.required().clone();
        (Out::call("need", vec![out], e.span), ty)
    }

    fn lookup(&self, name: &str) -> Option<&Local> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    fn lookup_mut(&mut self, name: &str) -> Option<&mut Local> {
        self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(name))
    }

    /// Leaves a scope; variables that nothing has read are findings.
    fn leave_scope(&mut self) {
        let unread = |(name, local): (String, Local)| {
            local.named.filter(|_| !local.used && !name.starts_with('_')).map(|at| (name, at))
        };
        let scope = self.scopes.pop().unwrap_or_default();
        for (name, at) in scope.into_iter().filter_map(unread) {
            self.report(
                Diagnostic::warning("W0303", at, format!("nothing reads `{name}`"))
                    .help("use it, or take it out"),
            );
        }
    }

    fn declare(&mut self, name: &Name, ty: Ty) {
        const BUILT_IN: [&str; 6] = ["terms", "state", "msg", "from", "now", "opened"];
        if BUILT_IN.contains(&name.node.as_str()) {
            self.report(
                Diagnostic::error("E0308", name.span, format!("`{}` is built in", name.node))
                    .help("give the variable another name"),
            );
        }
        self.forget(&name.node);
        self.note(name.span, &ty);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.node.clone(), Local::new(ty));
        }
    }

    /// Notes the type of what stands at a place.
    fn note(&mut self, at: Span, ty: &Ty) {
        if let Some(notes) = &mut self.shared.notes {
            notes.add(at, ty);
        }
    }

    /// A copy where a value that somebody else holds is stored: copies are paid for.
    fn stored(&self, out: Out, ty: &Ty) -> Out {
        if types::is_compound(ty) && !out.is_fresh() {
            let span = out.span;
            return Out::call("copy", vec![out], span);
        }
        out
    }

    fn unit(span: Span) -> Typed {
        (Out::new(OutKind::Unit, span), Ty::Unit)
    }

    fn unknown(span: Span) -> Typed {
        (Out::new(OutKind::Unit, span), Ty::Unknown)
    }
}
