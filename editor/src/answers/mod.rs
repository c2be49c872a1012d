//! What an editor asks, one kind of question a file.

pub mod capabilities;
pub mod completion;
pub mod fixes;
pub mod format;
pub mod hints;
pub mod hover;
pub mod places;
pub mod rename;
pub mod symbols;
pub mod vocabulary;

use lsp_server::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::world::World;

/// The code of a request that was understood and cannot be done (LSP 3.17, `RequestFailed`).
const REQUEST_FAILED: i32 = -32803;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its number in the protocol.
    pub code: i32,
    /// Why, in words.
    pub text: String,
}

impl Refusal {
    /// With a code of the protocol.
    #[must_use]
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self { code: code as i32, text: text.into() }
    }

    /// Of a request that was understood.
    #[must_use]
    pub fn failed(text: impl Into<String>) -> Self {
        Self { code: REQUEST_FAILED, text: text.into() }
    }
}

/// The parameters of a request.
///
/// # Errors
/// They are others.
pub fn params<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|e| Refusal::new(ErrorCode::InvalidParams, e.to_string()))
}

/// An answer as JSON.
///
/// # Errors
/// It cannot be written.
pub fn value(answer: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(answer).map_err(|e| Refusal::new(ErrorCode::InternalError, e.to_string()))
}

/// Answers a request.
///
/// # Errors
/// Why there is no answer.
pub fn answer(world: &World, method: &str, given: Value) -> Result<Value, Refusal> {
    match method {
        "textDocument/hover" => value(&hover::hover(world, &params(given)?)),
        "textDocument/definition" => value(&places::definition(world, &params(given)?)),
        "textDocument/references" => value(&places::references(world, &params(given)?)),
        "textDocument/documentHighlight" => value(&places::highlights(world, &params(given)?)),
        "textDocument/completion" => value(&completion::complete(world, &params(given)?)),
        "textDocument/prepareRename" => value(&rename::prepare(world, &params(given)?)?),
        "textDocument/rename" => value(&rename::rename(world, &params(given)?)?),
        "textDocument/formatting" => value(&format::format(world, &params(given)?)?),
        "textDocument/codeAction" => value(&fixes::fixes(world, &params(given)?)),
        "textDocument/documentSymbol" => value(&symbols::symbols(world, &params(given)?)),
        "textDocument/inlayHint" => value(&hints::hints(world, &params(given)?)),
        other => {
            Err(Refusal::new(ErrorCode::MethodNotFound, format!("mundi does not answer `{other}`")))
        }
    }
}
