//! One run of gpg: everything through pipes.

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use zeroize::Zeroizing;

use super::answer::Answer;
use super::{GnuPgError, Program};

/// Bytes of diagnostics and status lines that are kept: a few lines a packet.
const SAID: usize = 256 * 1024;

impl Program {
    /// Runs gpg with arguments, which hold no secret, and input; keeps at most `most` bytes of
    /// its output. That it failed is not an error here where it said so in status lines: what
    /// must be among them is for who calls.
    pub(super) fn run(
        &self,
        arguments: &[&str],
        input: &[u8],
        most: usize,
    ) -> Result<Answer, GnuPgError> {
        let mut command = Command::new(&self.gpg);
        command.args(["--no-options", "--batch", "--status-fd", "2", "--no-auto-check-trustdb"]);
        if let Some(home) = &self.home {
            command.arg("--homedir").arg(home);
        }
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => GnuPgError::Missing,
            _ => GnuPgError::Start(error.to_string()),
        })?;
        let answer = talk(child, input, most)?;
        let lists = arguments.iter().any(|a| a.starts_with("--list") || a.starts_with("--export"));
        if lists && !answer.good {
            return Err(answer.trouble());
        }
        Ok(answer)
    }
}

/// Writes the input and reads both outputs at once: any of the three pipes may be full.
fn talk(mut child: Child, input: &[u8], most: usize) -> Result<Answer, GnuPgError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (out, said) = std::thread::scope(|scope| {
        scope.spawn(move || feed(stdin, input));
        let said = scope.spawn(move || stderr.map(|from| drain(from, SAID)));
        let out = stdout.map(|from| drain(from, most));
        (out, said.join().ok().flatten())
    });
    let status = child.wait().map_err(|e| GnuPgError::Start(e.to_string()))?;
    let (Some((out, rest)), Some((said, _))) = (out, said) else {
        return Err(GnuPgError::Start("its output cannot be read".to_owned()));
    };
    if rest {
        return Err(GnuPgError::TooLarge);
    }
    let said = String::from_utf8_lossy(&said);
    let status_lines = said.lines().filter_map(|line| line.strip_prefix("[GNUPG:] "));
    let lines = status_lines.map(str::to_owned).collect();
    Ok(Answer { out, status: lines, good: status.success() })
}

/// gpg may stop reading before the end: it says why on another pipe.
fn feed(to: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut to) = to {
        let _ = to.write_all(input);
    }
}

/// Reads to the end and keeps at most `most` bytes; whether there were more. Every buffer that
/// held a part of it is wiped.
fn drain(mut from: impl Read, most: usize) -> (Zeroizing<Vec<u8>>, bool) {
    let mut kept = Zeroizing::new(Vec::new());
    let mut block = Zeroizing::new(vec![0; 64 * 1024]);
    let mut more = false;
    loop {
        let count = match from.read(&mut block) {
            Ok(0) => return (kept, more),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return (kept, true),
        };
        let some = block.get(..count).unwrap_or_default();
        more |= kept.len() + count > most;
        if more {
            continue;
        }
        if kept.capacity() - kept.len() < count {
            let mut larger = Zeroizing::new(Vec::with_capacity((kept.len() + count) * 2));
            larger.extend_from_slice(&kept);
            kept = larger;
        }
        kept.extend_from_slice(some);
    }
}
