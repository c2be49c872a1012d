//! The conversation with the editor: its life from `initialize` to `exit`, which message goes where, and
//! when diagnostics are told (LSP 3.17, Lifecycle Messages, Text Document Synchronization).
//!
//! Diagnostics are told when no message waits, so that a fast writer is not slowed down by texts that are
//! old already.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeParams, MessageType, PublishDiagnosticsParams, ShowMessageParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answers::{self, Refusal};
use crate::disk::Disk;
use crate::documents::NotOpened;
use crate::findings::{findings, shown};
use crate::limits::DOCUMENTS;
use crate::text::Encoding;
use crate::world::World;

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By `exit` after `shutdown`.
    Properly,
    /// By `exit` alone, or with the stream.
    Abruptly,
}

/// Where in its life the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Waiting,
    Running,
    ShutDown,
}

/// Serves one editor until it is gone.
pub fn serve(connection: &Connection, disk: Box<dyn Disk>) -> Ended {
    let world = World::new(disk);
    let mut server =
        Server { connection, world, life: Life::Waiting, told: BTreeMap::new(), stale: false };
    loop {
        if server.stale && connection.receiver.is_empty() {
            server.tell();
        }
        let Ok(message) = connection.receiver.recv() else { return Ended::Abruptly };
        match message {
            Message::Notification(n) if n.method == "exit" => {
                let proper = server.life == Life::ShutDown;
                return if proper { Ended::Properly } else { Ended::Abruptly };
            }
            Message::Notification(n) => server.noted(n),
            Message::Request(request) => server.asked(request),
            // The server asks the editor nothing.
            Message::Response(_) => {}
        }
    }
}

struct Server<'c> {
    connection: &'c Connection,
    world: World,
    life: Life,
    /// What was told of each file.
    told: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// Whether a text has changed since.
    stale: bool,
}

impl Server<'_> {
    /// An editor that is gone misses nothing.
    fn send(&self, message: Message) {
        let _gone = self.connection.sender.send(message);
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        if let Ok(params) = serde_json::to_value(params) {
            self.send(Notification { method: method.to_owned(), params }.into());
        }
    }

    fn asked(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.life, method.as_str()) {
            (Life::Waiting, "initialize") => self.initialize(params),
            (Life::Waiting, _) => {
                Err(Refusal::new(ErrorCode::ServerNotInitialized, "`initialize` comes first"))
            }
            (Life::Running, "shutdown") => {
                self.life = Life::ShutDown;
                Ok(Value::Null)
            }
            (Life::Running, "initialize") => {
                Err(Refusal::new(ErrorCode::InvalidRequest, "`initialize` comes once"))
            }
            (Life::Running, method) => {
                // Nothing in it panics that is known of; if something does, only this answer is lost.
                let world = AssertUnwindSafe(&self.world);
                catch_unwind(move || answers::answer(*world, method, params)).unwrap_or_else(|_| {
                    Err(Refusal::new(ErrorCode::InternalError, "this answer has failed"))
                })
            }
            (Life::ShutDown, _) => {
                Err(Refusal::new(ErrorCode::InvalidRequest, "the server is shut down"))
            }
        };
        self.respond(id, answer);
    }

    fn respond(&self, id: RequestId, answer: Result<Value, Refusal>) {
        let response = match answer {
            Ok(value) => Response { id, response_result: Ok(value) },
            Err(refusal) => Response::new_err(id, refusal.code, refusal.text),
        };
        self.send(response.into());
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refusal> {
        let params: InitializeParams = answers::params(params)?;
        let offered = params.capabilities.general.and_then(|g| g.position_encodings);
        self.world.encoding = Encoding::chosen(offered.as_deref());
        self.life = Life::Running;
        answers::value(&answers::capabilities::initialized(self.world.encoding))
    }

    fn noted(&mut self, note: Notification) {
        if self.life != Life::Running {
            return;
        }
        match note.method.as_str() {
            "textDocument/didOpen" => {
                let params = read::<DidOpenTextDocumentParams>(note.params);
                if let Some(params) = params {
                    self.open(params);
                }
            }
            "textDocument/didChange" => {
                if let Some(params) = read::<DidChangeTextDocumentParams>(note.params) {
                    let document = params.text_document;
                    let (uri, version) = (document.uri, document.version);
                    let encoding = self.world.encoding;
                    self.world.documents.change(&uri, version, params.content_changes, encoding);
                }
            }
            "textDocument/didClose" => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(note.params) {
                    self.world.documents.close(&params.text_document.uri);
                }
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {}
            // Others are none of ours; those that begin with `$/` may be left alone.
            _ => return,
        }
        self.stale = true;
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        if self.world.documents.open(params.text_document) == Err(NotOpened::TooMany) {
            let message = format!("mundi looks at {DOCUMENTS} open documents, and no more");
            let params = ShowMessageParams { typ: MessageType::WARNING, message };
            self.notify("window/showMessage", params);
        }
    }

    /// Tells what is wrong, of each file of which something else was told before.
    fn tell(&mut self) {
        self.stale = false;
        let world = AssertUnwindSafe(&self.world);
        let Ok(now) = catch_unwind(move || told(*world)) else { return };
        let gone = self.told.keys().filter(|path| !now.contains_key(*path)).cloned();
        let gone: Vec<(PathBuf, Vec<Diagnostic>)> = gone.map(|path| (path, Vec::new())).collect();
        for (path, diagnostics) in now.iter().chain(gone.iter().map(|(p, d)| (p, d))) {
            if self.told.get(path) == Some(diagnostics) {
                continue;
            }
            let Some(uri) = self.world.uri(path) else { continue };
            let version = self.world.documents.get(path).map(|d| d.version);
            let diagnostics = diagnostics.clone();
            let params = PublishDiagnosticsParams { uri, diagnostics, version };
            self.notify("textDocument/publishDiagnostics", params);
        }
        self.told = now;
    }
}

/// What there is to tell of each file.
fn told(world: &World) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let all = findings(world).into_iter().map(|(path, found)| {
        let text = world.text(&path).unwrap_or_default();
        let shown = found.iter().map(|d| shown(world, &path, &text, d)).collect();
        (path, shown)
    });
    all.collect()
}

/// A notification's content; one that is malformed has no answer, and is left alone.
fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}
