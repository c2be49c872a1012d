//! The hardened interpreter: a raw Rhai engine with the few packages that cannot grow anything,
//! every limit set, and our own functions.

use mundi_lang::rules::Rules;
use rhai::packages::{ArithmeticPackage, BasicIteratorPackage, LogicPackage, Package};
use rhai::{Engine, OptimizationLevel};

use super::Cell;
use super::fuel::Fuel;
use super::natives;
use crate::library::Library;
use crate::limits::{SCRIPT_CALLS, SCRIPT_DEPTH, SCRIPT_NAMES};

/// Keywords and operators of Rhai that checked code never prints: a second fence behind the
/// checker.
const DISABLED: &[&str] = &[
    "eval",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_fn",
    "is_def_var",
    "this",
    "print",
    "debug",
    "type_of",
    "switch",
    "throw",
    "try",
    "catch",
    "do",
    "until",
    "loop",
    "const",
    "import",
    "export",
    "as",
    "private",
    "**",
    "<<",
    ">>",
    "&",
    "|",
    "^",
];

/// Builds it.
pub(super) fn build(cell: &Cell, fuel: &Fuel, rules: &Rules, library: &Library) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    engine.register_iterator::<rhai::Array>();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(SCRIPT_DEPTH, SCRIPT_DEPTH);
    engine.set_max_call_levels(SCRIPT_CALLS);
    engine.set_max_functions(SCRIPT_NAMES);
    engine.set_max_variables(SCRIPT_NAMES);
    engine.set_max_strings_interned(0);
    // Texts, lists and maps grow only through our own functions, which pay before they build and
    // check `SCRIPT_TEXT` and `SCRIPT_LIST`; types keep literals from nesting without end. With any
    // of Rhai's own size limits on, each use of a list would walk all of it.
    engine.set_max_string_size(0);
    engine.set_max_array_size(0);
    engine.set_max_map_size(0);
    engine.set_allow_looping(true);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(false);
    for symbol in DISABLED {
        engine.disable_symbol(*symbol);
    }
    let tank = fuel.clone();
    engine.on_progress(move |_| (!tank.tick()).then_some(rhai::Dynamic::UNIT));
    natives::register(&mut engine, cell, fuel, rules, library);
    engine
}
