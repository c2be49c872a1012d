//! Nothing that stands in a text, however broken, and nothing that is asked of it ends the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use kit::{Editor, Memory, examples, uri};
use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem};
use mundi_editor::answers::answer;
use mundi_editor::findings::{findings, shown};
use mundi_editor::text::{Encoding, Lines};
use mundi_editor::world::World;
use serde_json::{Value, json};

/// Every request that has a position, and those that have a document.
const AT: [&str; 6] =
    ["hover", "definition", "documentHighlight", "completion", "prepareRename", "references"];
const OF: [&str; 4] = ["formatting", "documentSymbol", "inlayHint", "codeAction"];

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

fn ask(world: &World, method: &str, params: Value) -> Value {
    match answer(world, &format!("textDocument/{method}"), params) {
        Ok(value) => value,
        Err(refusal) => {
            // Understood, and not to be done.
            assert_eq!(refusal.code, -32803, "{method}: {}", refusal.text);
            Value::Null
        }
    }
}

/// Asks everything of a document: at a place that chance names, and of all of it.
fn everything(world: &World, name: &str, text: &str, chance: &mut Chance) {
    let lines = Lines::new(text, Encoding::Utf16);
    let document = json!({"uri": uri(name)});
    let position = lines.position(chance.below(text.len() + 1));
    for method in AT {
        let params = json!({
            "textDocument": document, "position": position,
            "context": {"includeDeclaration": true, "triggerKind": 1},
        });
        ask(world, method, params);
    }
    let new = ["fresh_name", "each", "Über", ""][chance.below(4)];
    ask(world, "rename", json!({"textDocument": document, "position": position, "newName": new}));
    let whole = json!({
        "start": {"line": 0, "character": 0},
        "end": {"line": u32::MAX, "character": u32::MAX},
    });
    for method in OF {
        let params = json!({
            "textDocument": document, "range": whole, "context": {"diagnostics": []},
            "options": {"tabSize": 4, "insertSpaces": true},
        });
        ask(world, method, params);
    }
    for (path, found) in findings(world) {
        let text = world.text(&path).unwrap_or_default();
        for finding in found {
            let told = shown(world, &path, &text, &finding);
            assert!(told.range.start <= told.range.end);
        }
    }
}

/// The files that belong together with one: of its family, and those that are stages of others.
fn beside(all: &[(String, String)], name: &str) -> Memory {
    let family = |name: &str| name.split(['-', '.']).next().unwrap().to_owned();
    let stages =
        ["proposals.conv", "lot.conv", "verdict.conv"].map(|n| format!("conversations/{n}"));
    let own = all.iter().filter(|(n, _)| family(n) == family(name) || stages.contains(n));
    Memory::new(&own.map(|(n, t)| (n.as_str(), t.as_str())).take(16).collect::<Vec<_>>())
}

fn open(world: &mut World, name: &str, text: &str) {
    let item = TextDocumentItem {
        uri: uri(name),
        language_id: String::new(),
        version: 1,
        text: text.to_owned(),
    };
    world.documents.open(item).unwrap();
}

#[test]
fn every_question_has_an_answer_on_every_example_cut_anywhere() {
    let all = examples();
    let mut chance = Chance(7);
    for (name, text) in &all {
        let mut world = World::new(Box::new(beside(&all, name)));
        for _ in 0..4 {
            let mut cut = chance.below(text.len() + 1);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            open(&mut world, name, &text[..cut]);
            everything(&world, name, &text[..cut], &mut chance);
        }
        open(&mut world, name, text);
        everything(&world, name, text, &mut chance);
    }
}

#[test]
fn edits_of_any_kind_leave_a_text_that_can_be_asked() {
    let all = examples();
    let mut chance = Chance(11);
    let pieces =
        ["\u{1f600}", "{", "}", "\"", "`${", "//", "é", "\r", ".", "?.", "(", "state.", "\0"];
    for (name, text) in all.iter().step_by(8) {
        let mut world = World::new(Box::new(beside(&all, name)));
        open(&mut world, name, text);
        let path = mundi_editor::uri::path(&uri(name));
        for version in 2..12 {
            let now = world.text(&path).unwrap();
            let lines = Lines::new(&now, Encoding::Utf16);
            let start = lines.position(chance.below(now.len() + 9));
            let mut end = start;
            end.character += u32::try_from(chance.below(12)).unwrap();
            end.line += u32::try_from(chance.below(2)).unwrap();
            let change = TextDocumentContentChangeEvent {
                range: Some(lsp_types::Range { start, end }),
                range_length: None,
                text: pieces[chance.below(pieces.len())].to_owned(),
            };
            world.documents.change(&uri(name), version, vec![change], Encoding::Utf16);
            let now = world.text(&path).unwrap();
            everything(&world, name, &now, &mut chance);
        }
    }
}

#[test]
fn texts_beyond_every_bound_are_answered_and_told() {
    let long = "x".repeat(70 * 1024);
    let longer = "x".repeat(2 * 1024 * 1024);
    let deep = format!("conversation a \"A\"\nedition 1\noutput {{ {} }}", "(".repeat(5_000));
    let mut chance = Chance(3);
    for text in [&long, &deep] {
        let mut world = World::new(Box::new(Memory::default()));
        open(&mut world, "a.conv", text);
        everything(&world, "a.conv", text, &mut chance);
        open(&mut world, "a.play", text);
        everything(&world, "a.play", text, &mut chance);
    }
    let mut world = World::new(Box::new(Memory::default()));
    open(&mut world, "a.conv", &longer);
    let path = mundi_editor::uri::path(&uri("a.conv"));
    let found = findings(&world).remove(&path).unwrap();
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0102"]);
    everything(&world, "a.conv", "", &mut chance);
}

#[test]
fn what_is_no_request_of_ours_is_refused_with_the_protocols_code() {
    let mut editor = Editor::raw(Memory::default());
    let code = |answer: Result<Value, (i32, String)>| answer.unwrap_err().0;
    assert_eq!(code(editor.ask("textDocument/hover", json!({}))), -32002);
    editor.tell("textDocument/didOpen", json!({}));
    assert_eq!(code(editor.ask("initialize", json!({"capabilities": 3}))), -32602);
    editor.ask("initialize", json!({"capabilities": {}})).unwrap();
    assert_eq!(code(editor.ask("initialize", json!({"capabilities": {}}))), -32600);
    assert_eq!(code(editor.ask("textDocument/moonwalk", json!({}))), -32601);
    assert_eq!(code(editor.ask("$/odd", Value::Null)), -32601);
    assert_eq!(code(editor.ask("textDocument/hover", json!({"textDocument": 7}))), -32602);
    editor.tell("textDocument/didOpen", json!([1, 2]));
    editor.tell("$/cancelRequest", json!({"id": 4}));
    editor.tell("no/such/note", Value::Null);
    let nowhere =
        json!({"textDocument": {"uri": uri("no.conv")}, "position": {"line": 9, "character": 9}});
    assert_eq!(editor.ask("textDocument/hover", nowhere), Ok(Value::Null));
    editor.ask("shutdown", Value::Null).unwrap();
    assert_eq!(code(editor.ask("textDocument/hover", json!({}))), -32600);
    editor.tell("exit", Value::Null);
}

#[test]
fn more_documents_than_the_bound_are_not_looked_at() {
    let mut editor = Editor::start(Memory::default(), &json!({}));
    for n in 0..=mundi_editor::limits::DOCUMENTS {
        editor.open(&format!("{n}.conv"), "x");
    }
    assert!(editor.codes("0.conv").contains(&"E0133".to_owned()));
    let last = format!("{}.conv", mundi_editor::limits::DOCUMENTS);
    let at = json!({"textDocument": {"uri": uri(&last)}});
    assert!(editor.ask("textDocument/documentSymbol", at).unwrap().is_null());
    assert_eq!(editor.end(), mundi_editor::Ended::Properly);
}
