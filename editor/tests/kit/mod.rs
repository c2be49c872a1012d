//! What the tests of the server share: a disk in memory, an editor that speaks to it, examples.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request};
use lsp_types::{Position, Uri};
use mundi_editor::disk::Disk;
use mundi_editor::documents::Kind;
use mundi_editor::{Ended, serve};
use mundi_lang::literal::Literal;
use serde_json::{Value, json};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<PathBuf, String>);

impl Memory {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let file = |(name, text): &(&str, &str)| (Path::new("/w").join(name), (*text).to_owned());
        Self(files.iter().map(file).collect())
    }
}

impl Disk for Memory {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| format!("{} is not there", path.display()))
    }

    fn value(&self, path: &Path) -> Result<Literal, String> {
        self.read(path).map(|text| Literal::Bytes(text.into_bytes()))
    }

    fn beside(&self, folder: &Path, most: usize) -> Vec<PathBuf> {
        let own = |path: &&PathBuf| path.parent() == Some(folder) && Kind::of(path).is_some();
        self.0.keys().filter(own).take(most).cloned().collect()
    }
}

/// An editor.
pub(crate) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    next: i32,
    /// Notes that have come and that nobody has asked for yet.
    notes: Vec<Notification>,
}

/// The name of a document.
pub(crate) fn uri(name: &str) -> Uri {
    format!("file:///w/{name}").parse().unwrap()
}

impl Editor {
    /// One that has started a server on a disk; `general` are its general capabilities.
    pub(crate) fn start(disk: Memory, general: &Value) -> Self {
        let mut editor = Self::raw(disk);
        let capabilities = json!({"general": general});
        editor.ask("initialize", json!({"capabilities": capabilities})).unwrap();
        editor.tell("initialized", json!({}));
        editor
    }

    /// One that has said nothing yet.
    pub(crate) fn raw(disk: Memory) -> Self {
        let (ours, theirs) = Connection::memory();
        let server = std::thread::spawn(move || serve(&theirs, Box::new(disk)));
        Self { connection: ours, server: Some(server), next: 0, notes: Vec::new() }
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        let note = Notification { method: method.to_owned(), params };
        self.connection.sender.send(note.into()).unwrap();
    }

    fn take(&mut self) -> Message {
        self.connection.receiver.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    /// Asks and waits: the answer, or its code and text.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        self.next += 1;
        let id = self.next.into();
        let request = Request { id, method: method.to_owned(), params };
        let id = request.id.clone();
        self.connection.sender.send(request.into()).unwrap();
        loop {
            match self.take() {
                Message::Response(response) if response.id == id => {
                    return response.response_result.map_err(|e| (e.code, e.message));
                }
                Message::Notification(note) => self.notes.push(note),
                other => panic!("{other:?}"),
            }
        }
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let kind = name.rsplit('.').next().unwrap();
        let document = json!({"uri": uri(name), "languageId": kind, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// The whole text anew.
    pub(crate) fn replace(&mut self, name: &str, version: i32, text: &str) {
        let document = json!({"uri": uri(name), "version": version});
        let changes = json!([{"text": text}]);
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.tell("textDocument/didChange", params);
    }

    /// The codes told of a document, the next time that something is told of it.
    pub(crate) fn codes(&mut self, name: &str) -> Vec<String> {
        let told = self.told(name);
        let codes = told["diagnostics"].as_array().unwrap().iter();
        codes.map(|d| d["code"].as_str().unwrap().to_owned()).collect()
    }

    /// What is told of a document next.
    pub(crate) fn told(&mut self, name: &str) -> Value {
        let of = |note: &Notification| {
            note.method == "textDocument/publishDiagnostics"
                && note.params["uri"] == json!(uri(name))
        };
        loop {
            if let Some(at) = self.notes.iter().position(of) {
                return self.notes.remove(at).params;
            }
            match self.take() {
                Message::Notification(note) => self.notes.push(note),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Ends the server.
    pub(crate) fn end(mut self) -> Ended {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        self.server.take().unwrap().join().unwrap()
    }
}

/// The position of the place that stands `by` bytes behind the first of a text, in UTF-16.
pub(crate) fn place(text: &str, needle: &str, by: usize) -> Position {
    let at = text.find(needle).unwrap_or_else(|| panic!("no {needle}")) + by;
    mundi_editor::text::Lines::new(text, mundi_editor::text::Encoding::Utf16).position(at)
}

/// What is asked of a place.
pub(crate) fn at(name: &str, text: &str, needle: &str, by: usize) -> Value {
    json!({"textDocument": {"uri": uri(name)}, "position": place(text, needle, by)})
}

/// A text with edits of one document applied, the last first.
pub(crate) fn edited(text: &str, edits: &Value) -> String {
    let lines = |text: &str, position: &Value| {
        let position: Position = serde_json::from_value(position.clone()).unwrap();
        mundi_editor::text::Lines::new(text, mundi_editor::text::Encoding::Utf16).offset(position)
    };
    let mut all: Vec<(usize, usize, String)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let range = &e["range"];
            let new = e["newText"].as_str().unwrap().to_owned();
            (lines(text, &range["start"]), lines(text, &range["end"]), new)
        })
        .collect();
    all.sort_by_key(|e| std::cmp::Reverse(e.0));
    let mut text = text.to_owned();
    for (start, end, new) in all {
        text.replace_range(start..end, &new);
    }
    text
}

/// All example files: name, text.
pub(crate) fn examples() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    for folder in ["examples/conversations", "consensus-std/rules"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if Kind::of(&path).is_some() {
                let name = path.strip_prefix(root.join(folder).parent().unwrap()).unwrap();
                let name = name.to_str().unwrap().to_owned();
                all.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}
