//! People with homes, made and used by the real program; and one who has GnuPG only.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mundi");
pub(crate) const SESAME: &str = "sesame open MARKER-7f3a";

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            status: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// That it said yes; its answer.
    #[track_caller]
    pub(crate) fn yes(self) -> String {
        assert_eq!(self.status, 0, "{self:?}");
        self.out
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.yes()).unwrap()
    }

    /// That it said no, with these words.
    #[track_caller]
    pub(crate) fn no(self, status: i32, words: &str) {
        assert!(self.status == status && self.err.contains(words), "{words}: {self:?}");
        assert!(self.out.is_empty(), "{self:?}");
    }
}

fn run(mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read it is right too.
    let _unread = child.stdin.take().unwrap().write_all(input);
    Ran::of(&child.wait_with_output().unwrap())
}

/// Somebody with a home.
pub(crate) struct Person {
    pub(crate) fingerprint: String,
    pub(crate) folder: PathBuf,
    /// Where GnuPG keeps the key, if it does.
    gnupg: Option<PathBuf>,
    temp: tempfile::TempDir,
}

impl Person {
    /// A new identity, by `mundi id new`.
    pub(crate) fn new(name: &str) -> Self {
        Self::made(None, &["id", "new", "--name", name, "--json"])
    }

    /// A home whose key stays in GnuPG.
    pub(crate) fn in_gnupg(gnupg: &GnuPg) -> Self {
        let id = ["id", "gnupg", &gnupg.fingerprint, "--json"];
        Self::made(Some(gnupg.home().to_path_buf()), &id)
    }

    fn made(gnupg: Option<PathBuf>, arguments: &[&str]) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("home");
        let mut person = Self { fingerprint: String::new(), folder, gnupg, temp };
        let made = person.run(arguments, "").json();
        person.fingerprint = made["fingerprint"].as_str().unwrap().to_lowercase();
        person
    }

    /// Runs a command on the home, with something on standard input; the passphrase comes by a
    /// descriptor of its own.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Ran {
        self.run_with(arguments, input.as_bytes(), SESAME)
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8], passphrase: &str) -> Ran {
        let mut command = Command::new("sh");
        self.surround(&mut command, arguments, passphrase);
        run(command, input)
    }

    /// Runs a command at a terminal, where its one question gets this answer; what was shown.
    pub(crate) fn at_terminal(&self, arguments: &[&str], answer: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pty_passphrase.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(format!("{answer}\\n")).arg("/bin/sh");
        self.surround(&mut command, arguments, SESAME);
        run(command, b"").yes()
    }

    /// What a shell needs to run the program on the home.
    fn surround(&self, command: &mut Command, arguments: &[&str], passphrase: &str) {
        let file = self.file("passphrase", format!("{passphrase}\n").as_bytes());
        command
            .args(["-c", "exec \"$@\" --passphrase-fd 3 3<\"$PASS\"", "sh", PROGRAM])
            .args(arguments)
            .env("PASS", file)
            .env("MUNDI_HOME", &self.folder)
            .env("XDG_RUNTIME_DIR", self.temp.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.temp.path());
        if let Some(gnupg) = &self.gnupg {
            command.env("GNUPGHOME", gnupg);
        }
    }

    /// A file beside the home.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.temp.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn card(&self) -> String {
        self.run(&["id", "card"], "").yes()
    }

    /// Adds somebody by their card.
    pub(crate) fn add(&self, name: &str, card: &str) {
        self.run(&["contacts", "add", name], card).yes();
    }

    /// What `contacts show` says of somebody.
    pub(crate) fn contact(&self, name: &str) -> Value {
        self.run(&["contacts", "show", name, "--json"], "").json()
    }

    pub(crate) fn contacts(&self) -> Vec<Value> {
        self.run(&["contacts", "--json"], "").json()["contacts"].as_array().unwrap().clone()
    }

    pub(crate) fn mail(&self) -> Vec<Value> {
        self.run(&["mail", "--json"], "").json()["mail"].as_array().unwrap().clone()
    }

    /// Takes in a message that somebody gave.
    pub(crate) fn receive(&self, message: &str) -> Ran {
        self.run(&["mail", "receive", "--json"], message)
    }

    pub(crate) fn read(&self, number: i64) -> Value {
        self.run(&["mail", "read", &number.to_string(), "--json"], "").json()
    }
}

/// Two who have each other's cards: `ann` and `ben`.
pub(crate) fn ann_and_ben() -> (Person, Person) {
    let (ann, ben) = (Person::new("Ann"), Person::new("Ben"));
    ann.add("ben", &ben.card());
    ben.add("ann", &ann.card());
    (ann, ben)
}

/// Somebody who has GnuPG, and nothing else.
pub(crate) struct GnuPg {
    pub(crate) fingerprint: String,
    temp: tempfile::TempDir,
}

impl GnuPg {
    pub(crate) fn new(user: &str) -> Self {
        let temp = tempfile::Builder::new().prefix("g").tempdir().unwrap();
        let mut own = Self { fingerprint: String::new(), temp };
        let user_id = format!("{user} <{}@example.org>", user.to_lowercase());
        for arguments in [["ed25519", "sign"], ["cv25519", "encr"]] {
            let target = own.fingerprint.clone();
            let verb = if target.is_empty() { "--quick-gen-key" } else { "--quick-add-key" };
            let who = if target.is_empty() { &user_id } else { &target };
            own.gpg(&[&[verb, who], &arguments[..], &["never"]].concat(), "").yes();
            let listed = own.gpg(&["--with-colons", "-k"], "").yes();
            let print = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::"));
            own.fingerprint = print.unwrap().trim_end_matches(':').to_lowercase();
        }
        own
    }

    pub(crate) fn gpg(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = Command::new("gpg");
        command
            .arg("--homedir")
            .arg(self.home())
            .args(["--batch", "--pinentry-mode", "loopback", "--passphrase", ""])
            .args(["--trust-model", "always"])
            .args(arguments);
        run(command, input.as_bytes())
    }

    fn home(&self) -> &Path {
        self.temp.path()
    }

    pub(crate) fn import(&self, card: &str) {
        let ran = self.gpg(&["--import"], card);
        assert_eq!(ran.status, 0, "{ran:?}");
    }

    pub(crate) fn key(&self) -> String {
        self.gpg(&["--export", "--armor", &self.fingerprint], "").yes()
    }

    /// Revokes the key, by the revocation that GnuPG made with it.
    pub(crate) fn revoke(&self) {
        let name = format!("openpgp-revocs.d/{}.rev", self.fingerprint.to_uppercase());
        let text = std::fs::read_to_string(self.home().join(name)).unwrap();
        // A colon keeps people from importing it by mistake.
        self.import(&text.replace(":-----BEGIN", "-----BEGIN"));
    }

    /// A message as somebody writes it by hand.
    pub(crate) fn sealed(&self, letter: &str, to: &str, how: &[&str]) -> String {
        self.gpg(&[how, &["--encrypt", "--armor", "-r", to]].concat(), letter).yes()
    }
}

impl Drop for GnuPg {
    fn drop(&mut self) {
        let _may_be_gone = Command::new("gpgconf")
            .arg("--homedir")
            .arg(self.home())
            .args(["--kill", "all"])
            .status();
    }
}

/// The header of a letter, and its text.
pub(crate) fn letter(from: &str, to: &str, body: &str) -> String {
    format!("From: {from}\nTo: {to}\nDate: 2026-01-31T18:00:00Z\nSubject: by hand\n\n{body}")
}
