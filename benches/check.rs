//! `mundi check` of a file of 300 lines, as a whole process.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use support::clock::children;
use support::{figure, median};

const LINES: usize = 300;
/// The kernel counts in hundredths of a second, so many processes are counted together.
const TOGETHER: usize = 40;
const ROUNDS: usize = 7;

/// An order in escrow with as many kinds of messages, guards and handlers as fill the file.
fn rules() -> String {
    let mut text = String::from(include_str!("rules/trade.conv"));
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

fn main() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("measured.conv");
    std::fs::write(&file, rules()).expect("the file is written");
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mundi"));
        command.arg("check").arg(&file).stdout(Stdio::null()).stderr(Stdio::inherit());
        let status = command.status().expect("it runs");
        assert!(status.success(), "the rules check");
    };
    let round = || {
        let before = children();
        (0..TOGETHER).for_each(|_| check());
        (children() - before) * 1e3 / TOGETHER as f64
    };
    round();
    figure("check_ms", median((0..ROUNDS).map(|_| round()).collect()));
}
