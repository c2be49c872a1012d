//! Library functions that rules may call (`use std::…`): what consensus-std gives the engine.

use mundi_lang::ty::{Modules, Signature};

use crate::value::Value;

/// A native function: values in the order of its parameters, checked against its signature, in;
/// its result or a refusal's text out. Deterministic, without side effects.
pub type Native = fn(&[Value]) -> Result<Value, MethodError>;

/// Why a method gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// Its input makes no sense: which, and what it needs instead. The entry is `script-failed`.
    #[error("{0}")]
    Input(String),
    /// Its input is above its cap on work. The entry is `budget-spent`.
    #[error("{0}")]
    TooMuch(String),
}

/// One function.
#[derive(Clone)]
pub struct Function {
    /// Name, parameters, result, documentation.
    pub signature: Signature,
    /// What it does.
    pub native: Native,
    /// Units of fuel that it costs with these arguments: an upper bound of its work, told without
    /// doing it. Handing the arguments over is paid for before.
    pub cost: fn(&[Value]) -> u64,
}

/// All modules.
#[derive(Clone, Default)]
pub struct Library {
    /// Modules by name, functions in order.
    pub modules: std::collections::BTreeMap<String, Vec<Function>>,
}

impl Library {
    /// The signatures, for the checker.
    #[must_use]
    pub fn signatures(&self) -> Modules {
        let signatures = |functions: &Vec<Function>| {
            functions.iter().map(|f| f.signature.clone()).collect::<Vec<_>>()
        };
        Modules { modules: self.modules.iter().map(|(k, v)| (k.clone(), signatures(v))).collect() }
    }

    /// A function.
    #[must_use]
    pub fn function(&self, module: &str, name: &str) -> Option<&Function> {
        self.modules.get(module)?.iter().find(|f| f.signature.name == name)
    }
}
