//! A home for a test, made through the library, and the real program run on it.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use mundi_identity::pgp::{PgpKey, PgpSeeds};
use mundi_node::agent;
use mundi_node::passphrase::Passphrase;
use mundi_node::place::{Place, Surroundings};
use mundi_node::store::DbKey;
use mundi_node::{key_file, secret_file};
use zeroize::Zeroizing;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_mundi");
pub(crate) const SESAME: &str = "sesame open MARKER-7f3a";
pub(crate) const AT: u64 = 1_700_000_000_000;

/// The secret of a part of a person's key: 1 certifies, 2 signs, 3 is encrypted to.
pub(crate) fn seed(n: u8, part: u8) -> Zeroizing<[u8; 32]> {
    let begin = n.wrapping_mul(17).wrapping_add(part.wrapping_mul(71));
    Zeroizing::new(std::array::from_fn(|i| begin.wrapping_add(u8::try_from(i * 5).unwrap())))
}

/// A person's key.
pub(crate) fn person(n: u8) -> PgpKey {
    let seeds = PgpSeeds { certify: seed(n, 1), sign: seed(n, 2), encrypt: seed(n, 3) };
    PgpKey::from_seeds(&seeds, "Ann <ann@example.org>").unwrap()
}

/// A key of a database that can be found in memory.
pub(crate) fn db_key(n: u8) -> [u8; 32] {
    std::array::from_fn(|i| n ^ u8::try_from(i * 7 % 251).unwrap())
}

/// A home in a folder of its own, with a runtime folder of its own. Its agent ends with it.
pub(crate) struct Home {
    pub(crate) place: Place,
    base: PathBuf,
    _temp: tempfile::TempDir,
}

impl Home {
    /// The home of a person; its passphrase is [`SESAME`].
    pub(crate) fn of(n: u8) -> Self {
        Self::below(n, "")
    }

    /// The same in a folder of some name.
    pub(crate) fn below(n: u8, folder: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let base = temp.path().join(folder);
        std::fs::create_dir_all(base.join("system")).unwrap();
        let place = place_in(&base, "home");
        let key = person(n);
        let passphrase = Passphrase::new(SESAME.as_bytes().to_vec().into());
        key_file::write(&place.key(), &key, &passphrase).unwrap();
        secret_file::write(&place.secret(), &DbKey::new(&db_key(n)), &key.cert(), AT).unwrap();
        Self { place, base, _temp: temp }
    }

    pub(crate) fn temp(&self) -> &Path {
        &self.base
    }

    /// A place in the same surroundings.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        place_in(&self.base, name)
    }

    /// A command on this home.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        self.surround(&mut command, arguments);
        command
    }

    /// The arguments and variables of a command on this home.
    pub(crate) fn surround(&self, command: &mut Command, arguments: &[&str]) {
        command
            .args(arguments)
            .env("MUNDI_HOME", self.place.folder())
            .env("XDG_RUNTIME_DIR", self.base.join("system"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(&self.base);
    }

    /// Runs a command with the passphrase on standard input, as descriptor 0.
    pub(crate) fn start(&self, arguments: &[&str], input: &str) -> Child {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read it is right too.
        let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
        child
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Ran {
        Ran::of(&self.start(arguments, input).wait_with_output().unwrap())
    }

    /// `mundi unlock` with the right passphrase, which must succeed.
    pub(crate) fn unlock(&self, more: &[&str]) -> u32 {
        let arguments = [&["unlock", "--passphrase-fd", "0"], more].concat();
        let ran = self.run(&arguments, &format!("{SESAME}\n"));
        assert_eq!(ran.status, 0, "{ran:?}");
        self.agent().unwrap()
    }

    /// The process of the home's agent.
    pub(crate) fn agent(&self) -> Option<u32> {
        agent::status(&self.place).unwrap().map(|status| status.process)
    }

    /// Waits until the agent of a process is gone.
    pub(crate) fn is_gone(&self, process: u32) -> bool {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if !is_alive(process) {
                return self.agent().is_none();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _may_be_gone = agent::lock(&self.place);
    }
}

fn place_in(temp: &Path, name: &str) -> Place {
    let runtime = Some(temp.join("system").into());
    let around = Surroundings { runtime, ..Surroundings::default() };
    Place::make(Some(&temp.join(name)), &around).unwrap()
}

/// Whether a process runs; one that waits only to be looked at does not.
pub(crate) fn is_alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .is_ok_and(|status| !status.contains("State:\tZ"))
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            status: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

/// Whether these tests may become other users.
pub(crate) fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        eprintln!("not root: what only root can show is not shown here");
    }
    root
}

/// A command that is run as the user `nobody`, without any right of root.
pub(crate) fn as_nobody(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"])
        .arg(program);
    command
}

/// Python, where it can be run by everybody.
pub(crate) fn python() -> PathBuf {
    let own = Path::new("/usr/bin/python3");
    if own.exists() { own.into() } else { "python3".into() }
}

pub(crate) fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
