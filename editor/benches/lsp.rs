//! How long an editor waits for an answer about rules of 300 lines: each kind of question, just after a key
//! was pressed, so that nothing is known of the text yet. Prints the middle of each, and the slowest.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lsp_types::{Position, TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use mundi_editor::answers::answer;
use mundi_editor::disk::Disk;
use mundi_editor::findings::findings;
use mundi_editor::text::{Encoding, Lines};
use mundi_editor::world::World;
use mundi_lang::Severity;
use mundi_lang::literal::Literal;
use serde_json::{Value, json};

const LINES: usize = 300;
const ROUNDS: usize = 41;

/// A disk with one play on it.
struct OnePlay(String);

impl Disk for OnePlay {
    fn read(&self, path: &Path) -> Result<String, String> {
        let there = path == Path::new("/w/measured.play");
        if there { Ok(self.0.clone()) } else { Err("it is not there".to_owned()) }
    }

    fn value(&self, _: &Path) -> Result<Literal, String> {
        Err("it is not there".to_owned())
    }

    fn beside(&self, _: &Path, _: usize) -> Vec<PathBuf> {
        vec![PathBuf::from("/w/measured.play")]
    }
}

/// An order in escrow with as many kinds of messages, guards and handlers as fill the file.
fn rules() -> String {
    let mut text = String::from(include_str!("../../benches/rules/trade.conv"));
    let mut n = 0;
    while text.lines().count() + 7 < LINES {
        write!(
            text,
            "\n/// Case {n}.\nmessage case_{n} by buyer, seller {{ amount: decimal(0..), note: text? }}\n\
             allow case_{n} when {{ msg.amount <= state.total && count(\"case_{n}\", from) < {n} + 3 }}\n    \
             else \"at most {{state.total}}, not {{msg.amount}}\"\n\
             on case_{n} {{ if msg.amount > 1.5 {{ state.orders += 1; }} else {{ state.turnover += msg.amount; }} }}\n"
        )
        .expect("a text grows");
        n += 1;
    }
    while text.lines().count() < LINES {
        text.push_str("// that is all\n");
    }
    let cases: Vec<String> = (0..n).map(|n| format!("case_{n}")).collect();
    text.replace("unless close", &format!("unless (close | (({})*, close))", cases.join(" | ")))
}

fn play() -> String {
    let mut text = String::from(
        "play \"measured\"\nrules \"measured.conv\"\ncast { buyer: ada, seller: ben, notary: cy }\n\n",
    );
    for n in 0..20 {
        writeln!(text, "ada: order {{ quantity: {}, note: \"a\" }}", n + 1).expect("a text grows");
        text.push_str("ben: decline { note: \"b\" }\n");
    }
    text
}

fn uri(name: &str) -> Uri {
    format!("file:///w/{name}").parse().expect("a name")
}

/// A comment at the end, another one each time: what a key does to the text.
fn press(world: &mut World, version: i32) {
    let end = Position { line: u32::MAX, character: 0 };
    let change = TextDocumentContentChangeEvent {
        range: Some(lsp_types::Range { start: end, end }),
        range_length: None,
        text: format!("// {version}\n"),
    };
    world.documents.change(&uri("measured.conv"), version, vec![change], Encoding::Utf16);
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn questions(text: &str) -> Vec<(&'static str, Value)> {
    let lines = Lines::new(text, Encoding::Utf16);
    let at = |needle: &str, by: usize| lines.position(text.rfind(needle).expect("there") + by);
    let document = json!({"uri": uri("measured.conv")});
    let place =
        |needle: &str, by: usize| json!({"textDocument": document, "position": at(needle, by)});
    let with = |mut value: Value, key: &str, more: Value| {
        value[key] = more;
        value
    };
    let whole = json!({"start": at("conversation", 0), "end": {"line": LINES, "character": 0}});
    let options = json!({"tabSize": 4, "insertSpaces": true});
    let ranged = json!({"textDocument": document, "range": whole, "context": {"diagnostics": []}});
    let of_play = json!({"textDocument": {"uri": uri("measured.play")}, "range": whole});
    vec![
        ("hover", place("msg.amount", 5)),
        ("definition", place("msg.amount", 5)),
        (
            "references",
            with(place("state.total", 7), "context", json!({"includeDeclaration": true})),
        ),
        ("documentHighlight", place("state.total", 7)),
        ("completion", place("msg.amount <=", 4)),
        ("prepareRename", place("state.total", 7)),
        ("rename", with(place("state.total", 7), "newName", json!("whole"))),
        ("formatting", json!({"textDocument": document, "options": options})),
        ("documentSymbol", json!({"textDocument": document})),
        ("codeAction", ranged),
        ("inlayHint", of_play),
    ]
}

fn main() {
    let text = rules();
    let mut world = World::new(Box::new(OnePlay(play())));
    let item = TextDocumentItem {
        uri: uri("measured.conv"),
        language_id: "conv".to_owned(),
        version: 0,
        text: text.clone(),
    };
    world.documents.open(item).expect("it is opened");
    let mut version = 0;
    let mut slowest = 0.0_f64;
    let mut measure = |name: &str, world: &mut World, work: &dyn Fn(&World)| {
        let round = |_| {
            version += 1;
            press(world, version);
            let start = Instant::now();
            work(world);
            start.elapsed().as_secs_f64() * 1e3
        };
        let time = median((0..ROUNDS).map(round).collect());
        slowest = slowest.max(time);
        println!("lsp_{name}_ms: {time:.3}");
    };
    measure("diagnostics", &mut world, &|world| {
        let found = findings(world);
        let errors = found.values().flatten().filter(|d| d.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "the rules check: {found:?}");
    });
    for (name, params) in questions(&text) {
        let method = format!("textDocument/{name}");
        measure(name, &mut world, &|world| {
            let answer = answer(world, &method, params.clone()).expect("an answer");
            assert!(!answer.is_null(), "{method}");
        });
    }
    println!("lsp_ms: {slowest:.3}");
}
