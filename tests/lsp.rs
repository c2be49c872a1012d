//! `mundi lsp` as a process: an editor's session over pipes, and that it tells what `mundi check` tells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use mundi_editor::text::{Encoding, Lines};
use serde_json::{Value, json};

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lsp-{name}"));
    let _may_not_exist = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The process and its pipes.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i64,
    notes: Vec<Value>,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mundi"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, input, output, next: 0, notes: Vec::new() };
        server.ask("initialize", &json!({"capabilities": {}}));
        server.tell("initialized", &json!({}));
        server
    }

    fn write(&mut self, text: &str) {
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server is gone");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", n)) => length = n.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.write(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        let asked = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.write(&asked.to_string());
        loop {
            let message = self.read();
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
            self.notes.push(message);
        }
    }

    /// What is told of a document next.
    fn told(&mut self, uri: &str) -> Vec<Value> {
        loop {
            if let Some(at) = self.notes.iter().position(|n| n["params"]["uri"] == uri) {
                let note = self.notes.remove(at);
                return note["params"]["diagnostics"].as_array().unwrap().clone();
            }
            let message = self.read();
            self.notes.push(message);
        }
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "conv", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
    }

    fn replace(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({"uri": uri, "version": version});
        let changes = json!([{"text": text}]);
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.tell("textDocument/didChange", &params);
    }

    fn end(mut self) -> i32 {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        self.child.wait().unwrap().code().unwrap()
    }
}

fn uri(path: &Path) -> String {
    mundi_editor::uri::uri(path).unwrap().as_str().to_owned()
}

fn edited(text: &str, edits: &Value) -> String {
    let lines = Lines::new(text, Encoding::Utf16);
    let offset = |p: &Value| lines.offset(serde_json::from_value(p.clone()).unwrap());
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let range = &e["range"];
            (offset(&range["start"]), offset(&range["end"]), e["newText"].as_str().unwrap())
        })
        .collect();
    all.sort_by_key(|e| std::cmp::Reverse(e.0));
    let mut text = text.to_owned();
    for (start, end, new) in all {
        text.replace_range(start..end, new);
    }
    text
}

/// What is asked of the place that stands `by` bytes behind the first of a text.
fn at(uri: &str, text: &str, needle: &str, by: usize) -> Value {
    let place = Lines::new(text, Encoding::Utf16).position(text.find(needle).unwrap() + by);
    json!({"textDocument": {"uri": uri}, "position": place})
}

const ESCROW: &str = include_str!("../examples/conversations/escrow.conv");
const PLAY: &str = include_str!("../examples/conversations/escrow-confirmed.play");

#[test]
fn a_broken_file_is_mended_completed_renamed_and_formatted_through_pipes() {
    let here = folder("session");
    let (rules, play) = (here.join("escrow.conv"), here.join("escrow-confirmed.play"));
    std::fs::write(&play, PLAY).unwrap();
    let broken = ESCROW.replacen("said(\"confirm\")", "said(\"confrm\")", 1);
    std::fs::write(&rules, &broken).unwrap();
    let name = uri(&rules);
    let mut server = Server::start();
    server.open(&name, &broken);
    let told = server.told(&name);
    assert_eq!(told[0]["code"], "E0318");

    let range = told[0]["range"].clone();
    let asked =
        json!({"textDocument": {"uri": name}, "range": range, "context": {"diagnostics": told}});
    let actions = server.ask("textDocument/codeAction", &asked);
    let text = edited(&broken, &actions[0]["edit"]["changes"][&name]);
    assert_eq!(text, ESCROW);
    server.replace(&name, 2, &text);
    let codes: Vec<Value> = server.told(&name).iter().map(|d| d["code"].clone()).collect();
    assert_eq!(codes, ["W0501"], "what the example warns of");

    let started = text.replacen("state.total = terms.price", "state.total = terms.", 1);
    server.replace(&name, 3, &started);
    let asked = at(&name, &started, "state.total = terms.", "state.total = terms.".len());
    let before = Instant::now();
    let items = server.ask("textDocument/completion", &asked);
    // A person waits for it. Far more than it takes, also on a machine that is busy.
    assert!(before.elapsed() < Duration::from_secs(20));
    let labels: Vec<&str> =
        items.as_array().unwrap().iter().map(|i| i["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["item", "price", "currency", "ship_by", "rule_by"]);
    server.replace(&name, 4, &text);

    let mut asked = at(&name, &text, "message confirm", "message ".len());
    asked["newName"] = json!("received");
    let changes = server.ask("textDocument/rename", &asked)["changes"].clone();
    let renamed = edited(&text, &changes[&name]);
    assert!(!renamed.contains("confirm ") && renamed.contains("said(\"received\")"), "{renamed}");
    let other = edited(PLAY, &changes[&uri(&play)]);
    assert!(other.contains(": received"), "{other}");
    std::fs::write(&rules, &renamed).unwrap();
    std::fs::write(&play, other).unwrap();
    let test =
        Command::new(env!("CARGO_BIN_EXE_mundi")).arg("check").args([&rules, &play]).status();
    assert!(test.unwrap().success(), "what was renamed still checks");

    let untidy = renamed.replace("role buyer", "role   buyer");
    server.replace(&name, 5, &untidy);
    let asked =
        json!({"textDocument": {"uri": name}, "options": {"tabSize": 4, "insertSpaces": true}});
    let edits = server.ask("textDocument/formatting", &asked);
    let source = mundi_lang::Source::new("x", untidy.clone());
    assert_eq!(edited(&untidy, &edits), mundi_lang::format(&source).unwrap());
    assert_eq!(server.end(), 0);
}

#[test]
fn what_is_no_message_is_answered_and_the_server_goes_on() {
    let mut server = Server::start();
    server.write("{\"jsonrpc\": ");
    let refused = server.read();
    assert_eq!((&refused["error"]["code"], &refused["id"]), (&json!(-32700), &Value::Null));
    server.write("[]");
    assert_eq!(server.read()["error"]["code"], -32600);
    server.write("{\"jsonrpc\": \"2.0\", \"id\": 77, \"method\": \"x/y\"}");
    let unknown = server.read();
    assert_eq!((&unknown["error"]["code"], &unknown["id"]), (&json!(-32601), &json!(77)));
    assert_eq!(server.end(), 0);
    let mut server = Server::start();
    server.tell("exit", &Value::Null);
    assert_eq!(server.child.wait().unwrap().code(), Some(1), "without `shutdown`");
}

/// What `mundi check --json` says of a file: code, severity, the place's line.
fn checked(path: &Path) -> Vec<(String, u64)> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_mundi")).args(["check", "--json"]).arg(path).output();
    let answer: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let own = path.display().to_string();
    let all = answer["diagnostics"].as_array().unwrap().iter();
    let mut found: Vec<_> = all
        .filter(|d| d["file"] == own.as_str())
        .map(|d| (d["code"].as_str().unwrap().to_owned(), d["start"]["line"].as_u64().unwrap()))
        .collect();
    found.sort();
    found
}

#[test]
fn an_editor_is_told_what_check_tells() {
    let here = folder("same");
    std::fs::write(here.join("escrow.conv"), ESCROW).unwrap();
    let broken = [
        ("a.conv", ESCROW.replace("terms.price", "terms.prise").replace("by notary", "by notery")),
        ("b.conv", ESCROW.replace("seal 2", "seal 1")),
        ("c.conv", ESCROW.get(..900).unwrap().to_owned()),
        ("d.conv", format!("{ESCROW}\nstage x from \"no.conv\" {{ }}\n")),
        ("e.conv", "x".repeat(70_000)),
        ("f.play", PLAY.replace("buyer", "byer").replace("ben:", "bob:")),
        ("g.play", PLAY.replace("escrow.conv", "no.conv")),
        ("h.play", PLAY.replace("expect", "exspect")),
    ];
    let mut server = Server::start();
    for (name, text) in &broken {
        let path = here.join(name);
        std::fs::write(&path, text).unwrap();
        server.open(&uri(&path), text);
        let mut told: Vec<(String, u64)> = server
            .told(&uri(&path))
            .iter()
            .map(|d| {
                let line = d["range"]["start"]["line"].as_u64().unwrap() + 1;
                (d["code"].as_str().unwrap().to_owned(), line)
            })
            .collect();
        told.sort();
        assert!(!told.is_empty(), "{name}");
        assert_eq!(told, checked(&path), "{name}");
    }
    server.end();
}
