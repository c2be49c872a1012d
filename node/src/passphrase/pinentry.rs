//! A passphrase asked by `pinentry`, which speaks the Assuan protocol on its standard input and
//! output (libassuan's manual, "Client requests" and "Server responses").

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use zeroize::Zeroizing;

use super::{Passphrase, PassphraseError, Question};
use crate::limits::PASSPHRASE_BYTES;

/// The longest line of the protocol: 1000 bytes and its end. Every byte of a passphrase may be
/// written as three, so one passphrase may come on several lines.
const LINE: u64 = 1002;
/// The most lines before an answer is due: status lines, comments, the passphrase's parts.
const LINES: usize = 64;
/// `GPG_ERR_CANCELED` and `GPG_ERR_FULLY_CANCELED`, in the low 16 bits of an error.
const CANCELLED: [u32; 2] = [99, 198];

/// `MUNDI_PINENTRY`, else `pinentry` in `PATH`.
pub(super) fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("MUNDI_PINENTRY").filter(|v| !v.is_empty()) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("pinentry")).find(|p| p.is_file())
}

/// Asks by a program.
pub(super) fn ask(program: &Path, question: &Question<'_>) -> Result<Passphrase, PassphraseError> {
    let wrong = |why: String| PassphraseError::Pinentry { program: program.to_path_buf(), why };
    let mut talk = Talk::start(program).map_err(|e| wrong(crate::private::plain(&e)))?;
    talk.ask(question).map_err(|e| match e {
        TalkError::Cancelled => PassphraseError::Cancelled,
        TalkError::Long => PassphraseError::Long,
        TalkError::Said(why) => wrong(why),
        TalkError::Io(e) => wrong(crate::private::plain(&e)),
    })
}

#[derive(Debug)]
enum TalkError {
    Cancelled,
    Long,
    Said(String),
    Io(std::io::Error),
}

impl From<std::io::Error> for TalkError {
    fn from(error: std::io::Error) -> Self {
        TalkError::Io(error)
    }
}

/// A running pinentry; it ends with this.
struct Talk {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Talk {
    fn start(program: &Path) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let gone = || std::io::Error::other("it has no pipes");
        let to = child.stdin.take().ok_or_else(gone)?;
        let from = BufReader::new(child.stdout.take().ok_or_else(gone)?);
        Ok(Self { child, to, from })
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<Passphrase, TalkError> {
        self.answer()?;
        // Which terminal a pinentry without windows may use; the older ones know no such option.
        if let Some(terminal) = terminal() {
            self.send(&format!("OPTION ttyname={terminal}"))?;
            let _older_ones = self.answer();
        }
        for (verb, words) in [
            ("SETTITLE", "mundi"),
            ("SETDESC", question.why),
            ("SETPROMPT", question.prompt),
            ("SETERROR", question.wrong.unwrap_or("")),
        ] {
            if !words.is_empty() {
                self.send(&format!("{verb} {}", escape(words)))?;
                self.answer()?;
            }
        }
        self.send("GETPIN")?;
        let passphrase = self.answer()?;
        let _ends_anyway = self.send("BYE");
        Ok(Passphrase::new(passphrase))
    }

    fn send(&mut self, line: &str) -> Result<(), TalkError> {
        self.to.write_all(format!("{line}\n").as_bytes())?;
        Ok(self.to.flush()?)
    }

    /// Reads to the next `OK`; what came as data.
    fn answer(&mut self) -> Result<Zeroizing<Vec<u8>>, TalkError> {
        let mut data = Zeroizing::new(Vec::with_capacity(PASSPHRASE_BYTES));
        for _ in 0..LINES {
            let mut line = Zeroizing::new(Vec::with_capacity(1024));
            self.from.by_ref().take(LINE).read_until(b'\n', &mut line)?;
            match response(&line)? {
                Response::Ok => return Ok(data),
                Response::Data(part) => unescape(part, &mut data)?,
                Response::Other => {}
            }
        }
        Err(TalkError::Said("it says too much".into()))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _over_already = self.child.kill();
        let _over_already = self.child.wait();
    }
}

/// What a line of the server means.
enum Response<'a> {
    Ok,
    Data(&'a [u8]),
    Other,
}

fn response(line: &[u8]) -> Result<Response<'_>, TalkError> {
    let Some(line) = line.strip_suffix(b"\n") else {
        return Err(TalkError::Said("it ended without an answer".into()));
    };
    if let Some(part) = line.strip_prefix(b"D ") {
        return Ok(Response::Data(part));
    }
    let words = String::from_utf8_lossy(line);
    let mut words = words.split(' ');
    match words.next() {
        Some("OK") => Ok(Response::Ok),
        Some("ERR") => {
            let code = words.next().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
            if CANCELLED.contains(&(code & 0xffff)) {
                return Err(TalkError::Cancelled);
            }
            Err(TalkError::Said(words.collect::<Vec<_>>().join(" ")))
        }
        // Status, comments, questions that only GnuPG could answer.
        _ => Ok(Response::Other),
    }
}

/// `%25`, `%0A`, `%0D` are what the protocol cannot say otherwise.
fn unescape(part: &[u8], into: &mut Zeroizing<Vec<u8>>) -> Result<(), TalkError> {
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
                let (high, low) = (digit(bytes.next()), digit(bytes.next()));
                let both = high.zip(low).and_then(|(h, l)| u8::try_from(h * 16 + l).ok());
                both.ok_or_else(|| TalkError::Said("its answer is damaged".into()))?
            }
            byte => *byte,
        };
        if into.len() >= PASSPHRASE_BYTES {
            return Err(TalkError::Long);
        }
        into.push(byte);
    }
    Ok(())
}

fn escape(words: &str) -> String {
    words.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

/// The terminal that GnuPG is told of, as this process sees it.
fn terminal() -> Option<String> {
    let named = std::env::var("GPG_TTY").ok().filter(|name| name.starts_with("/dev/"));
    named.or_else(|| {
        let name = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok()?;
        name.into_string().ok()
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A pinentry that keeps what it is told in `told` beside it, and answers GETPIN with `reply`.
    fn stand_in(reply: &str) -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let program = temp.path().join("pinentry");
        let script = format!(
            "#!/bin/sh\necho OK ready\nwhile read -r line; do echo \"$line\" >> '{}'\n\
             case \"$line\" in GETPIN) printf '{reply}';; *) echo OK;; esac; done\n",
            temp.path().join("told").display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
        (temp, program)
    }

    const QUESTION: Question<'_> =
        Question { why: "100% of\nthe home", prompt: "Passphrase", wrong: Some("not that") };

    #[test]
    fn it_is_asked_in_its_protocol_and_its_answer_is_decoded() {
        let (temp, program) = stand_in(r"S STATUS x\n# note\nD 50%%25 se\nD same%%0A\nOK\n");
        let passphrase = ask(&program, &QUESTION).unwrap();
        assert_eq!(passphrase.bytes(), b"50% sesame\n");
        let told = std::fs::read_to_string(temp.path().join("told")).unwrap();
        for line in
            ["SETDESC 100%25 of%0Athe home", "SETPROMPT Passphrase", "SETERROR not that", "GETPIN"]
        {
            assert!(told.lines().any(|l| l == line), "{line} in {told}");
        }
    }

    #[test]
    fn cancelled_refused_damaged_and_endless_answers_are_told_apart() {
        // The folder must live as long as the program runs.
        let kept = |reply: &str| {
            let (_temp, program) = stand_in(reply);
            ask(&program, &QUESTION).map(|_| ())
        };
        assert!(matches!(
            kept(r"ERR 83886179 Operation cancelled <Pinentry>\n"),
            Err(PassphraseError::Cancelled)
        ));
        for reply in [r"ERR 83886340 Invalid IPC\n", r"D %%4\nOK\n", r"D abc'; exit; printf '"] {
            assert!(
                matches!(kept(reply), Err(PassphraseError::Pinentry { .. })),
                "{reply}: {:?}",
                kept(reply)
            );
        }
        let long = format!("D {}\\nD {}\\nOK\\n", "x".repeat(900), "x".repeat(900));
        assert!(matches!(kept(&long), Err(PassphraseError::Long)));
    }

    #[test]
    fn a_program_that_is_not_there_says_so() {
        let told = ask(Path::new("/nowhere/pinentry"), &QUESTION).unwrap_err().to_string();
        assert!(told.starts_with("/nowhere/pinentry cannot be used: no such file"), "{told}");
    }
}
