//! The sandbox: runs checked code in a hardened Rhai, under a budget, with nothing in reach but the
//! functions of `spec/execution.md`.
//!
//! The world is lent to the functions while a script runs: it moves into a cell that they share,
//! and back out when the script ends. Nothing is copied, and no function can keep any of it.

mod convert;
mod fuel;
mod interpreter;
mod natives;
mod script;

use std::sync::{Arc, Mutex};

use mundi_lang::rules::Rules;
use mundi_lang::span::Span;

pub(crate) use convert::{hex, into_script, key_text};
pub(crate) use script::{Compiled, CompiledText, Scripts};

use crate::library::Library;
use crate::value::Value;
use crate::world::World;
use fuel::Fuel;

/// Where the world is while a script runs.
pub(crate) type Cell = Arc<Mutex<Option<Box<World>>>>;

/// Why a script gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptFault {
    /// What went wrong.
    pub kind: FaultKind,
    /// For people.
    pub text: String,
    /// Where in the rules.
    pub span: Span,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// `script-failed`
    Failed,
    /// `budget-spent`
    Spent,
}

/// Why rules cannot be run at all: a defect of the checker, since it lets only such code through
/// as compiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules do not compile: {0}")]
pub struct CompileError(pub String);

/// A hardened interpreter and the compiled code of one rules file.
pub(crate) struct Sandbox {
    interpreter: rhai::Engine,
    cell: Cell,
    fuel: Fuel,
    pub(crate) scripts: Arc<Scripts>,
}

impl Sandbox {
    /// Compiles all code of the rules.
    pub(crate) fn new(rules: &Rules, library: &Library) -> Result<Self, CompileError> {
        let cell = Cell::default();
        let fuel = Fuel::default();
        let interpreter = interpreter::build(&cell, &fuel, rules, library);
        let scripts = Arc::new(Scripts::compile(&interpreter, rules)?);
        Ok(Self { interpreter, cell, fuel, scripts })
    }

    /// Fills the budget for the scripts of one entry.
    pub(crate) fn fill(&self, units: u64) {
        self.fuel.fill(units);
    }

    /// Units of the budget that are left.
    pub(crate) fn left(&self) -> u64 {
        self.fuel.left()
    }

    /// Runs a script over the world and gives both back.
    pub(crate) fn run(
        &self,
        script: &Compiled,
        world: Box<World>,
    ) -> (Box<World>, Result<rhai::Dynamic, ScriptFault>) {
        self.lend(world);
        let result = script.run(&self.interpreter, &self.scripts);
        (self.take_back(), result)
    }

    fn lend(&self, world: Box<World>) {
        let mut cell = self.cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *cell = Some(world);
    }

    fn take_back(&self) -> Box<World> {
        let mut cell = self.cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match cell.take() {
            Some(world) => world,
            // `lend` has just put it there, and the functions only borrow it.
            None => unreachable!("the world stays in its cell while a script runs"),
        }
    }

    /// Runs a script whose value is a bool.
    pub(crate) fn holds(
        &self,
        script: &Compiled,
        world: Box<World>,
    ) -> (Box<World>, Result<bool, ScriptFault>) {
        let (world, value) = self.run(script, world);
        let value = value.and_then(|v| {
            v.as_bool().map_err(|found| script.fault(format!("it gave {found}, not true or false")))
        });
        (world, value)
    }

    /// Runs a script for what it emits; `()` if nothing.
    pub(crate) fn emitted(
        &self,
        script: &Compiled,
        mut world: Box<World>,
    ) -> (Box<World>, Result<Value, ScriptFault>) {
        world.frame.emitted = None;
        let (mut world, result) = self.run(script, world);
        let emitted = world.frame.emitted.take().unwrap_or(Value::Unit);
        (world, result.map(|_| emitted))
    }

    /// Fills the holes of a text; a hole that fails prints `?`.
    pub(crate) fn text(&self, text: &CompiledText, mut world: Box<World>) -> (Box<World>, String) {
        let mut out = String::new();
        for part in &text.parts {
            match part {
                script::Part::Text(text) => out.push_str(text),
                script::Part::Hole(script) => {
                    let (back, value) = self.run(script, world);
                    world = back;
                    let value = value.ok().and_then(|v| v.into_immutable_string().ok());
                    out.push_str(value.as_deref().unwrap_or("?"));
                }
            }
        }
        (world, out)
    }
}
