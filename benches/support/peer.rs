//! A library in Python that is measured beside this one, in turns: a script of `benches/peers/python`.
//!
//! The script is given its question once, a line of JSON. For each further line it counts once and
//! answers with a line: for each of the library's functions what it gives, and its milliseconds.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running script.
pub(crate) struct Peer {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// By function, in milliseconds.
    times: BTreeMap<String, Vec<f64>>,
}

/// The Python of `MUNDI_PEERS_PYTHON`, else the one that `consensus-std/oracles/run` has made.
fn python() -> Option<OsString> {
    std::env::var_os("MUNDI_PEERS_PYTHON").or_else(|| {
        let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let told = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let targets = told.into_iter().chain([own.join("target"), own.join("../target")]);
        let found = targets.map(|target| target.join("oracles-venv/bin/python"));
        found.into_iter().find(|python| python.exists()).map(PathBuf::into_os_string)
    })
}

impl Peer {
    /// A script with its question. Nothing where there is no Python that has what it needs; a line
    /// says so then.
    pub(crate) fn start(script: &str, question: &Value) -> Option<Self> {
        let peer = python().and_then(|python| Self::run(&python, script, question));
        if peer.is_none() {
            println!("peers: not found (consensus-std/oracles/run makes a Python that has them)");
        }
        peer
    }

    fn run(python: &OsStr, script: &str, question: &Value) -> Option<Self> {
        let mut command = Command::new(python);
        command.arg("-c").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let (asks, answers) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut peer = Self { child, asks, answers, times: BTreeMap::new() };
        // Its first answer says that it has found its library.
        peer.ask(&question.to_string()).map(|_| peer)
    }

    fn ask(&mut self, line: &str) -> Option<Value> {
        writeln!(self.asks, "{line}").and_then(|()| self.asks.flush()).ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        serde_json::from_str(&answer).ok()
    }

    /// Lets it count once. Panics where it gives something else than `expected`.
    pub(crate) fn round(&mut self, expected: &Value) {
        let answer = self.ask("count").expect("the peer answers");
        for (function, done) in answer.as_object().expect("by function") {
            assert_eq!(done["gives"], *expected, "{function} gives the same");
            let ms = done["ms"].as_f64().expect("milliseconds");
            self.times.entry(function.clone()).or_default().push(ms);
        }
    }

    /// The middle of each function's times, in milliseconds.
    pub(crate) fn medians(&self) -> Vec<(&str, f64)> {
        let median = |times: &Vec<f64>| {
            let mut times = times.clone();
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
        };
        self.times.iter().map(|(name, times)| (name.as_str(), median(times))).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself, and has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
