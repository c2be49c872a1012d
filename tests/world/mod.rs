//! People with homes, and the real program run in them.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mundi");
pub const PASSPHRASE: &str = "MARKERpassphrase of three words";

/// A folder with everything that its people have: homes, exports, temporary files.
pub struct World {
    pub folder: tempfile::TempDir,
}

/// What a command answered.
pub struct Answer {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let status = output.status.code().unwrap_or(-1);
        Self { status, out: text(&output.stdout), err: text(&output.stderr) }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}

pub fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("examples/conversations").join(name).display().to_string()
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["tmp", "run", "out"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that people give each other.
    pub fn file(&self, name: &str) -> String {
        self.path("out").join(name).display().to_string()
    }

    /// A command in a person's home; its passphrase is in a pipe.
    pub fn command(&self, who: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path(""))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("TMPDIR", self.path("tmp"))
            .env("MUNDI_HOME", self.path(who))
            .current_dir(self.path("out"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs with lines of the passphrase in a descriptor that the program inherits, and with this input.
    pub fn spawn(&self, who: &str, arguments: &[&str], input: &str) -> Child {
        let mut child = self.begin(who, arguments);
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child
    }

    /// As `spawn`, with an input that stays open.
    pub fn begin(&self, who: &str, arguments: &[&str]) -> Child {
        let (read, mut write) = std::io::pipe().unwrap();
        // Two questions at most: a new passphrase is asked twice.
        writeln!(write, "{PASSPHRASE}\n{PASSPHRASE}").unwrap();
        drop(write);
        let inherited = rustix::io::dup(&read).unwrap();
        let descriptor = inherited.as_raw_fd().to_string();
        rustix::io::fcntl_setfd(&inherited, rustix::io::FdFlags::empty()).unwrap();
        let mut all = arguments.to_vec();
        all.extend(["--passphrase-fd", &descriptor]);
        let mut command = self.command(who, &all);
        command.stdin(Stdio::piped());
        command.spawn().unwrap()
    }

    pub fn run(&self, who: &str, arguments: &[&str]) -> Answer {
        self.run_with(who, arguments, "")
    }

    pub fn run_with(&self, who: &str, arguments: &[&str], input: &str) -> Answer {
        let child = self.spawn(who, arguments, input);
        Answer::of(&child.wait_with_output().unwrap())
    }

    /// Runs what must succeed.
    pub fn ok(&self, who: &str, arguments: &[&str]) -> Answer {
        let answer = self.run(who, arguments);
        assert_eq!(answer.status, 0, "{who}: {arguments:?}\n{}{}", answer.out, answer.err);
        answer
    }

    /// People with homes who have each other's cards.
    pub fn people(names: &[&str]) -> Self {
        let world = Self::new();
        for name in names {
            world.ok(name, &["id", "new", "--name", name]);
            world.ok(name, &["id", "card", "--out", &world.file(&format!("{name}.card"))]);
        }
        for name in names {
            for other in names.iter().filter(|other| *other != name) {
                let card = world.file(&format!("{other}.card"));
                world.ok(name, &["contacts", "add", other, &card]);
            }
        }
        world
    }

    /// Ada buys a lamp from ben; cy is the notary. The export is `open`.
    pub fn escrow(&self) -> String {
        let export = self.file("open.mundi");
        self.ok(
            "ada",
            &[
                "open",
                "--rules",
                &example("escrow.conv"),
                "--role",
                "buyer=me",
                "--role",
                "seller=ben",
                "--role",
                "notary=cy",
                "--terms",
                "item=\"lamp\", price=12.50, currency=\"EUR\"",
                "--export",
                &export,
            ],
        );
        export
    }

    /// A person's export of conversation 1, under a name.
    pub fn export(&self, who: &str, name: &str) -> String {
        let file = self.file(name);
        self.ok(who, &["export", "1", &file]);
        file
    }

    /// What a person sees of conversation 1: state hash and output.
    pub fn seen(&self, who: &str) -> (String, serde_json::Value) {
        let shown = self.ok(who, &["show", "1", "--json"]).json();
        (shown["state_hash"].as_str().unwrap().to_owned(), shown["output"].clone())
    }
}
