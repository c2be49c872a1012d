//! The functions of `spec/execution.md`, by what they touch.

mod entries;
mod library;
mod lists;
mod log;
mod numbers;
mod probes;
mod stages;
mod state;
mod texts;

use mundi_lang::rules::Rules;
use rhai::{Dynamic, Engine};

use super::Cell;
use super::fuel::{Fault, Fuel, fault};
use crate::library::Library;
use crate::world::World;

/// What every function shares: the world while it is lent, and the budget.
#[derive(Clone)]
struct Host {
    cell: Cell,
    fuel: Fuel,
}

impl Host {
    /// Works on the world.
    fn with<R>(&self, work: impl FnOnce(&mut World) -> Result<R, Fault>) -> Result<R, Fault> {
        let world = &mut self.cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let result = work(world)?;
        match world.missing.get() {
            None => Ok(result),
            // What the script would be given is not what the entry says.
            Some(id) => Err(fault(format!("the bytes of entry {id} are missing"))),
        }
    }

    /// A value for the script, paid for by its size.
    fn give(&self, value: &crate::value::Value, world: &World) -> Result<Dynamic, Fault> {
        let given = super::into_script(value, world);
        if !matches!(
            value,
            crate::value::Value::Int(_) | crate::value::Value::Bool(_) | crate::value::Value::Unit
        ) {
            self.fuel.pay_for(super::convert::size(&given))?;
        }
        Ok(given)
    }
}

/// A number that the printer wrote: an index into a table.
fn number(n: i64) -> Result<u16, Fault> {
    u16::try_from(n).map_err(|_| fault("no such number"))
}

/// A person's or entry's index.
fn index(n: i64) -> Result<u32, Fault> {
    u32::try_from(n).map_err(|_| fault("no such index"))
}

/// An index, or `()`.
fn maybe(n: Option<u32>) -> Dynamic {
    n.map_or(Dynamic::UNIT, |n| Dynamic::from(i64::from(n)))
}

/// What a function on an entry says where it is given `()`.
fn nothing() -> Fault {
    fault("there is no entry here: it is `()`. Test it first, or write `?.` and `??`")
}

/// Registers all of them.
pub(super) fn register(
    engine: &mut Engine,
    cell: &Cell,
    fuel: &Fuel,
    rules: &Rules,
    library: &Library,
) {
    let host = Host { cell: cell.clone(), fuel: fuel.clone() };
    log::register(engine, &host);
    entries::register(engine, &host);
    stages::register(engine, &host);
    state::register(engine, &host);
    numbers::register(engine, &host);
    texts::register(engine, &host);
    lists::register(engine, &host);
    library::register(engine, &host, rules, library);
    if !rules.marks.probes.is_empty() {
        probes::register(engine, &host);
    }
}

/// Registers a function once for each type that its last argument may have, so that a call finds
/// it by its exact types at once.
macro_rules! by_last_type {
    ($engine:expr, $name:expr, ($($arg:ident : $ty:ty),*), $work:expr) => {{
        let work = $work;
        by_last_type!(@each $engine, $name, ($($arg: $ty),*), work:
            i64, bool, rust_decimal::Decimal, rhai::ImmutableString, (), rhai::Array, rhai::Map);
    }};
    (@each $engine:expr, $name:expr, $args:tt, $work:ident: $($t:ty),*) => {
        $(by_last_type!(@one $engine, $name, $args, $work, $t);)*
    };
    (@one $engine:expr, $name:expr, ($($arg:ident : $ty:ty),*), $work:ident, $t:ty) => {{
        let work = $work.clone();
        $engine.register_fn($name, move |$($arg: $ty,)* last: $t| {
            work($($arg,)* rhai::Dynamic::from(last))
        });
    }};
}
use by_last_type;
