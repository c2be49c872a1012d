//! A GnuPG with a home of its own.

#![allow(unreachable_pub, dead_code, reason = "a module of tests, of which each uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mundi_identity::pgp::{PgpCert, PgpKey};

/// The passphrase of every key here.
pub const PASSPHRASE: &str = "correct horse";

/// Kinds of keys that people have, each as lines of GnuPG's parameter file.
pub const ED25519: &str = "Key-Type: eddsa\nKey-Curve: ed25519\nKey-Usage: sign\n\
                           Subkey-Type: ecdh\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt\n";
pub const RSA: &str = "Key-Type: rsa\nKey-Length: 3072\nKey-Usage: sign\n\
                       Subkey-Type: rsa\nSubkey-Length: 3072\nSubkey-Usage: encrypt\n";

/// Now, in ms since 1970: GnuPG dates what it makes by the real clock.
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}

/// What GnuPG answered.
pub struct Answer {
    pub out: Vec<u8>,
    /// Diagnostics and status lines.
    pub said: String,
    pub good: bool,
}

impl Answer {
    /// The output of a run that must have worked.
    pub fn ok(self) -> Vec<u8> {
        assert!(self.good, "gpg failed:\n{}", self.said);
        self.out
    }
}

impl From<Output> for Answer {
    fn from(from: Output) -> Self {
        let said = String::from_utf8_lossy(&from.stderr).into_owned();
        Self { out: from.stdout, said, good: from.status.success() }
    }
}

/// What its agent is told: no card reader, and little work for a passphrase (it takes 2 s of a
/// busy machine else, for each key).
pub const AGENT: &str = "disable-scdaemon\ns2k-count 65536\n";

/// Its folder has a short path: the agent's socket has at most 108 bytes.
pub struct Gpg(tempfile::TempDir);

impl Gpg {
    pub fn new() -> Self {
        let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let mut builder = tempfile::Builder::new();
        let home = builder.prefix("g").permissions(owner_only).tempdir_in("/tmp").unwrap();
        std::fs::write(home.path().join("gpg-agent.conf"), AGENT).unwrap();
        Self(home)
    }

    pub fn home(&self) -> &Path {
        self.0.path()
    }

    /// Runs gpg; the passphrase of a secret key comes through the loopback.
    pub fn with(&self, passphrase: &str, arguments: &[&str], input: &[u8]) -> Answer {
        let mut child = Command::new("gpg")
            .arg("--homedir")
            .arg(self.home())
            .args(["--batch", "--yes", "--no-tty", "--status-fd", "2", "--trust-model", "always"])
            .args(["--pinentry-mode", "loopback", "--passphrase", passphrase])
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("these tests need gpg (GnuPG 2.2 or later) in the path");
        let mut to = child.stdin.take().unwrap();
        let input = input.to_vec();
        // GnuPG may stop reading before the end.
        let writer = std::thread::spawn(move || drop(to.write_all(&input)));
        let answer = child.wait_with_output().unwrap().into();
        writer.join().unwrap();
        answer
    }

    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Answer {
        self.with(PASSPHRASE, arguments, input)
    }

    /// Makes a key with a passphrase.
    pub fn make(&self, kind: &str, name: &str) -> PgpCert {
        let parameters = format!(
            "{kind}Name-Real: {name}\nName-Email: {name}@example.org\nExpire-Date: 0\n\
             Passphrase: {PASSPHRASE}\n%commit\n"
        );
        self.run(&["--generate-key"], parameters.as_bytes()).ok();
        self.public(name)
    }

    pub fn public(&self, name: &str) -> PgpCert {
        PgpCert::parse(&self.run(&["--export", name], b"").ok()).unwrap()
    }

    /// The secret key, as our own.
    pub fn secret(&self, name: &str) -> PgpKey {
        let bytes = self.run(&["--export-secret-keys", "--armor", name], b"").ok();
        PgpKey::import(&bytes, Some(PASSPHRASE.as_bytes())).unwrap()
    }

    pub fn import(&self, bytes: &[u8]) {
        self.run(&["--import"], bytes).ok();
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let mut stop = Command::new("gpgconf");
        stop.arg("--homedir").arg(self.home()).args(["--kill", "all"]);
        let _ = stop.status();
    }
}
