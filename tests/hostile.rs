//! The hostile corpus: whatever a file holds, the program answers with a diagnostic or a refusal,
//! soon, in little memory, and never with a crash. `tests/hostile/README.md` lists the cases.
//!
//! `MUNDI_HOSTILE=write cargo test --test hostile` writes that list anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "hostile/bytes.rs"]
mod bytes;
#[path = "hostile/files.rs"]
mod files;
#[path = "hostile/scripts.rs"]
mod scripts;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// CPU time of one case: four times what the slowest takes in the release build on a machine that does
/// other work as well (240 ms), since a test's machine may be shared. A debug build, whose interpreter is
/// slower by more than ten times, is only kept from hanging.
const MOST_MS: u64 = if cfg!(debug_assertions) { 10_000 } else { 1_000 };

/// Memory of one case, in KiB: the most is 69 MiB, of lists in lists that a handler copies until its budget
/// is spent.
const MOST_KIB: u64 = 96 * 1024;

/// A file that means harm.
pub(crate) struct Case {
    name: &'static str,
    what: &'static str,
    /// `conv` or `play`
    kind: &'static str,
    content: Vec<u8>,
    /// What is said under the rules; `None` where the file is only checked.
    lines: Option<String>,
}

impl Case {
    /// A file to check.
    fn check(name: &'static str, what: &'static str, kind: &'static str, content: Vec<u8>) -> Self {
        Self { name, what, kind, content, lines: None }
    }

    /// Rules under which something is said.
    fn run(name: &'static str, what: &'static str, rules: String, lines: String) -> Self {
        Self { name, what, kind: "conv", content: rules.into_bytes(), lines: Some(lines) }
    }
}

/// How a case went.
struct Outcome {
    /// The code of the diagnostic or refusal, or `exit 3`, or what must not be.
    end: String,
    ms: u64,
    kib: u64,
}

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn start(case: &Case, file: &Path) -> Child {
    // No case may take the machine with it, whatever is wrong.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 2000000; ulimit -t 60; exec \"$@\"", "sh"]);
    command.arg(env!("CARGO_BIN_EXE_mundi"));
    match case.lines {
        Some(_) => command.args(["converse", "--json", "--cast", "a=ada", "--rules"]).arg(file),
        None => command.args(["check", "--json"]).arg(file),
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn run(case: &Case, folder: &Path) -> Outcome {
    let file = folder.join(format!("{}.{}", case.name, case.kind));
    std::fs::write(&file, &case.content).unwrap();
    let mut child = start(case, &file);
    let mut input = child.stdin.take().unwrap();
    // Who ends early closes its input.
    let _closed = input.write_all(case.lines.as_deref().unwrap_or("").as_bytes());
    drop(input);
    let id = child.id();
    let watch = std::thread::spawn(move || measured(id));
    let output = child.wait_with_output().unwrap();
    let (ms, kib) = watch.join().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = said.split("\"code\": \"").nth(1).and_then(|rest| rest.split('"').next());
    let end = match (output.status.code(), code) {
        _ if errors.contains("panicked") => format!("panic: {errors}"),
        (None, _) => format!("killed: {}", output.status),
        (Some(3), _) => "exit 3".to_owned(),
        (Some(0 | 1), Some(code)) => code.to_owned(),
        (Some(1), None) if errors.contains("cannot be opened") => "not opened".to_owned(),
        // Nothing is wrong with it, and it costs nothing either.
        (Some(0), None) => "runs".to_owned(),
        (status, _) => format!("status {status:?}: {said}{errors}"),
    };
    Outcome { end, ms, kib }
}

/// CPU time and the most memory of a process, watched until it ends.
fn measured(id: u32) -> (u64, u64) {
    let (mut ticks, mut kib) = (0, 0);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(120) {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { break };
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
        let number = |n: usize| fields.get(n).and_then(|f| f.parse::<u64>().ok()).unwrap_or(0);
        ticks = ticks.max(number(11) + number(12));
        if let Ok(status) = std::fs::read_to_string(format!("/proc/{id}/status"))
            && let Some(line) = status.lines().find(|l| l.starts_with("VmHWM"))
        {
            kib = kib.max(line.split_whitespace().nth(1).unwrap().parse().unwrap());
        }
        if fields.first() == Some(&"Z") {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    (ticks * 10, kib)
}

#[test]
fn every_case_ends_in_its_diagnostic_or_refusal_soon_and_in_little_memory() {
    let folder = folder();
    let mut cases = scripts::cases();
    cases.extend(files::cases());
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut rows = Vec::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let outcome = run(case, &folder);
        let known = outcome.end.starts_with(['E', 'W'])
            || (outcome.end == "runs" && case.name == "pattern-readings")
            || ["budget-spent", "script-failed", "not-allowed", "exit 3", "not opened"]
                .contains(&outcome.end.as_str());
        if !known || outcome.ms > MOST_MS || outcome.kib > MOST_KIB {
            let end: String = outcome.end.chars().take(300).collect();
            wrong.push(format!("{}: {} ms, {} KiB, {end}", case.name, outcome.ms, outcome.kib));
        }
        rows.push(format!(
            "| {} | {} | {} |\n",
            case.name,
            case.what,
            outcome.end.chars().take(40).collect::<String>()
        ));
    }
    rows.extend(bytes::rows());
    let page = format!("{PAGE}{}", rows.concat());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/README.md");
    if std::env::var("MUNDI_HOSTILE").is_ok_and(|v| v == "write") {
        std::fs::write(&file, &page).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = std::fs::read_to_string(&file).unwrap();
    for (found, row) in page.lines().zip(listed.lines()) {
        assert_eq!(found, row);
    }
    assert_eq!(page, listed);
}

const PAGE: &str = "\
# The hostile corpus

What a malicious author may send, and how it ends: in the code of a diagnostic or refusal, within
a second of CPU time (the slowest takes 240 ms) and 96 MiB (release build). `exit 3`: the command refuses to read the file at
all; `not opened`: no conversation can begin under these rules. Written by
`MUNDI_HOSTILE=write cargo test --test hostile`, and checked by that test.

| case | what it tries | how it ends |
|---|---|---|
";
