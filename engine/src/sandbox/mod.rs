//! The sandbox: runs checked code in a hardened Rhai, under a budget, with nothing in reach but the
//! functions of `spec/execution.md`.
//!
//! The world lives in a cell that the functions share. The fold works on it between scripts, and
//! lets go of it while one runs.

mod convert;
mod fuel;
mod interpreter;
mod natives;
mod script;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mundi_lang::rules::Rules;
use mundi_lang::span::Span;

pub(crate) use convert::{hex, into_script};
use script::Part;
pub(crate) use script::{Compiled, CompiledInvariant, CompiledText, Scripts};

use crate::library::Library;
use crate::value::Value;
use crate::world::World;
use fuel::Fuel;

/// The world, shared between the fold and the functions that scripts call.
pub(crate) type Cell = Arc<Mutex<World>>;

/// Why a script gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptFault {
    /// What went wrong.
    pub(crate) kind: FaultKind,
    /// For people.
    pub(crate) text: String,
    /// Where in the rules.
    pub(crate) span: Span,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// `script-failed`
    Failed,
    /// `budget-spent`
    Spent,
}

/// Why rules cannot be run at all: a defect of the checker, since it lets only such code through
/// as compiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules do not compile: {0}")]
pub(crate) struct CompileError(pub(crate) String);

/// A hardened interpreter, the compiled code of one rules file, and the world it works on.
pub(crate) struct Sandbox {
    interpreter: rhai::Engine,
    cell: Cell,
    fuel: Fuel,
    scripts: Scripts,
}

impl Sandbox {
    /// Compiles all code of the rules.
    pub(crate) fn new(
        world: World,
        rules: &Rules,
        library: &Library,
    ) -> Result<Self, CompileError> {
        let cell = Arc::new(Mutex::new(world));
        let fuel =
            if rules.marks.probes.is_empty() { Fuel::default() } else { Fuel::instrumented() };
        let interpreter = interpreter::build(&cell, &fuel, rules, library);
        let scripts = Scripts::compile(&interpreter, rules)?;
        Ok(Self { interpreter, cell, fuel, scripts })
    }

    /// The world, to work on. No script may run meanwhile.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic while the lock was held has ended the thread that held it; what it left is the
        // state between two steps of a fold, which the caller folds anew from a checkpoint.
        self.cell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The compiled code.
    pub(crate) fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// Fills the budget for the scripts of one entry.
    pub(crate) fn fill(&self, units: u64) {
        self.fuel.fill(units);
    }

    /// Runs a script.
    pub(crate) fn run(&self, script: &Compiled) -> Result<rhai::Dynamic, ScriptFault> {
        let mut result = script.run(&self.interpreter, &self.scripts);
        if result.is_ok() && self.fuel.is_overdrawn() {
            result = Err(script.spent());
        }
        if let Some(trace) = &mut self.world().trace {
            trace.ran(script.span(), &result);
        }
        result
    }

    /// Runs a script whose value is a bool.
    pub(crate) fn holds(&self, script: &Compiled) -> Result<bool, ScriptFault> {
        let value = self.run(script)?;
        value.as_bool().map_err(|found| script.fault(format!("it gave {found}, not true or false")))
    }

    /// Runs a script for what it emits; `()` if nothing.
    pub(crate) fn emitted(&self, script: &Compiled) -> Result<Value, ScriptFault> {
        self.world().frame.emitted = None;
        let _: rhai::Dynamic = self.run(script)?;
        Ok(self.world().frame.emitted.take().unwrap_or(Value::Unit))
    }

    /// Fills the holes of a text; a hole that fails prints `?`.
    pub(crate) fn text(&self, text: &CompiledText) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Hole(script) => {
                let value = self.run(script).ok().and_then(|v| v.into_immutable_string().ok());
                value.map_or_else(|| "?".into(), |text| text.to_string())
            }
        };
        text.parts.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests;
