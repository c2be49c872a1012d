//! A sheet to read, and for programs.

use serde_json::{Value, json};

use super::{Item, Kind, Sheet};
use crate::show::plain;
use crate::tone::{Colour, Tone};

/// Characters of an item's text.
const WIDTH: usize = 60;

/// To read: what is covered, a line a kind, and below it what no play has come to.
#[must_use]
pub fn text(sheets: &[Sheet], colour: Colour) -> String {
    sheets.iter().map(|sheet| one(sheet, colour)).collect::<Vec<_>>().join("\n")
}

fn one(sheet: &Sheet, colour: Colour) -> String {
    let plays = if sheet.plays == 1 { "1 play".into() } else { format!("{} plays", sheet.plays) };
    let mut out = format!("{}: {plays}\n", colour.paint(Tone::Strong, &sheet.file));
    let (some, all) = sheet.count_lines();
    out.push_str(&share("lines", some, all, colour));
    for kind in Kind::ALL {
        let (some, all) = sheet.count(kind);
        if all == 0 {
            continue;
        }
        out.push_str(&share(kind.name(), some, all, colour));
        for item in sheet.items.iter().filter(|item| item.kind == kind) {
            out.push_str(&missed(item));
        }
    }
    if sheet.by_itself > 0 {
        out.push_str(&format!("  ended because nothing more was possible: {}\n", sheet.by_itself));
    }
    out
}

/// `  pattern   12 of 13`
fn share(name: &str, some: usize, all: usize, colour: Colour) -> String {
    let tone = if some == all { Tone::Good } else { Tone::Mind };
    format!("  {name:9} {}\n", colour.paint(tone, &format!("{some} of {all}")))
}

/// The ways that no play has taken.
fn missed(item: &Item) -> String {
    let ways: Vec<&str> =
        item.ways.iter().filter(|way| way.hits == 0).map(|way| way.name).collect();
    if ways.is_empty() {
        return String::new();
    }
    let text: String = item.text.chars().take(WIDTH).collect();
    let cut = if text.len() < item.text.len() { "…" } else { "" };
    let file = item.place.file.as_ref().map(|f| format!("{f}:")).unwrap_or_default();
    format!(
        "    line {file}{}: never {}: {}{cut}\n",
        item.place.line,
        ways.join(", "),
        plain(&text)
    )
}

/// For programs (`spec/explanations.md`, "Coverage").
#[must_use]
pub fn json(sheets: &[Sheet]) -> Value {
    let item = |item: &Item| {
        let ways = item.ways.iter().map(|way| (way.name.to_owned(), json!(way.hits)));
        json!({
            "kind": item.kind.name(),
            "file": item.place.file,
            "line": item.place.line,
            "text": item.text,
            "ways": Value::Object(ways.collect()),
        })
    };
    let sheet = |sheet: &Sheet| {
        let mut object = json!({
            "rules": sheet.file,
            "plays": sheet.plays,
            "ended_by_itself": sheet.by_itself,
            "items": sheet.items.iter().map(item).collect::<Vec<_>>(),
        });
        if let Some(object) = object.as_object_mut() {
            let pair = |(some, all): (usize, usize)| json!({"reached": some, "all": all});
            object.insert("lines".into(), pair(sheet.count_lines()));
            for kind in Kind::ALL {
                object.insert(kind.name().into(), pair(sheet.count(kind)));
            }
        }
        object
    };
    sheets.iter().map(sheet).collect()
}
