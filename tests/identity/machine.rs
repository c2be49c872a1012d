//! A machine of one person: a folder for the home, one for GnuPG, one for sockets; and the real
//! program run there.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mundi_node::home::Home;
use mundi_node::passphrase::Passphrase;
use mundi_node::place::{Place, Surroundings};
use mundi_node::store::{DbKey, Store};
use mundi_node::unlock;
use serde_json::Value;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_mundi");
pub(crate) const SESAME: &str = "sesame open MARKER-51";

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let status = output.status.code().unwrap_or(-1);
        Self { status, out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Its answer, which must be yes.
    pub(crate) fn yes(self) -> String {
        assert_eq!(self.status, 0, "{self:?}");
        self.out
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.yes()).unwrap()
    }

    /// It says no in this way, with these words.
    pub(crate) fn told(&self, status: i32, words: &str) {
        assert!(self.status == status && self.err.contains(words), "{words}: {self:?}");
    }
}

pub(crate) struct Machine {
    temp: tempfile::TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        for name in ["system", "gnupg"] {
            let folder = temp.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self { temp }
    }

    /// A machine with a new identity on it, and its 24 words.
    pub(crate) fn of(name: &str) -> (Self, String) {
        let machine = Self::new();
        let made = machine.run(&["id", "new", "--json", "--name", name], SESAME).json();
        (machine, made["words"].as_str().unwrap().to_owned())
    }

    /// A machine on which an identity was recovered.
    pub(crate) fn recovered(name: &str, words: &str) -> Self {
        let machine = Self::new();
        let input = format!("{words}\n{SESAME}");
        machine.run(&["id", "recover", "--name", name], &input).yes();
        machine
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// The program, in these surroundings.
    pub(crate) fn surround(&self, command: &mut Command) {
        command
            .env("MUNDI_HOME", self.path("home"))
            .env("XDG_RUNTIME_DIR", self.path("system"))
            .env("GNUPGHOME", self.path("gnupg"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.temp.path());
    }

    /// Runs the program; passphrases are read from its standard input, which begins with `input`.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).args(["--passphrase-fd", "0"]);
        self.finish(command, format!("{input}\n").as_bytes())
    }

    /// Runs the program with the right passphrase; it must succeed.
    pub(crate) fn does(&self, arguments: &[&str]) -> String {
        self.run(arguments, SESAME).yes()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--json"]].concat(), SESAME).json()
    }

    pub(crate) fn gpg(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--pinentry-mode", "loopback", "--no-tty"]).args(arguments);
        self.output(command, input)
    }

    pub(crate) fn output(&self, mut command: Command, input: &[u8]) -> Output {
        self.surround(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read it is right too.
        let _unread = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    fn finish(&self, command: Command, input: &[u8]) -> Ran {
        Ran::of(&self.output(command, input))
    }

    pub(crate) fn place(&self) -> Place {
        let runtime = Some(self.path("system").into());
        let around = Surroundings { runtime, ..Surroundings::default() };
        Place::open(Some(&self.path("home")), &around).unwrap()
    }

    pub(crate) fn db_key(&self) -> DbKey {
        let passphrase = Passphrase::new(SESAME.as_bytes().to_vec().into());
        unlock::by_passphrase(&self.place(), &passphrase).unwrap().db_key
    }

    /// The home, opened by the library; the program cannot use it meanwhile.
    pub(crate) fn open(&self) -> Home {
        let passphrase = Passphrase::new(SESAME.as_bytes().to_vec().into());
        let unlocked = unlock::by_passphrase(&self.place(), &passphrase).unwrap();
        let store = Store::open(&self.place().database(), &unlocked.db_key).unwrap();
        Home::of(store, Box::new(unlocked.keyholder))
    }

    /// Every file of the home with its content's checksum. By another process: closing a file here
    /// would drop this process's locks on it.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let find = ["home", "-type", "f", "-exec", "sha256sum", "{}", ";"];
        let mut command = Command::new("find");
        command.args(find);
        let listed = String::from_utf8(self.output(command, b"").stdout).unwrap();
        let pair = |line: &str| line.split_once("  ").map(|(sum, name)| (name.into(), sum.into()));
        listed.lines().filter_map(pair).collect()
    }

    /// The public key block of the card.
    pub(crate) fn card(&self) -> String {
        self.does(&["id", "card"])
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let mut command = Command::new("gpgconf");
        command.args(["--kill", "all"]);
        self.surround(&mut command);
        let _there_may_be_none = command.output();
    }
}

/// Whether bytes stand in a file.
pub(crate) fn holds(path: &Path, what: &[u8]) -> bool {
    std::fs::read(path).unwrap().windows(what.len()).any(|window| window == what)
}
