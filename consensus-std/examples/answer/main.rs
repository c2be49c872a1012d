//! Answers calls of library functions, for programs that compare them with other libraries.
//!
//! A line of JSON in, `{"function": "ranked::schulze", "args": [[["a", "b"]], ["a", "b"]]}`, a line
//! out: `{"ok": …}`, `{"error": "…"}`. Options are texts or ints; records, lists and numbers are as in JSON.

mod json;

use std::io::{BufRead, Write};

use consensus_std::library;
use json::answer;
use serde_json::{Value as Json, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = library();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Json = serde_json::from_str(&line?)?;
        let answer = match answer(&library, &asked) {
            Ok(value) => json!({ "ok": value }),
            Err(text) => json!({ "error": text }),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
