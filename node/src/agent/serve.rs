//! The agent itself: one loop, one client at a time, every wait bounded.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use mundi_identity::pgp::{Keyholder, PgpError};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::time::ClockId;
use zeroize::Zeroizing;

use super::frame::{Frame, Timed, Writer};
use super::kept::{self, Charge, Kept, KeptKey};
use super::message::{self, Answer, Request};
use super::{AgentError, socket};
use crate::hygiene;
use crate::limits::{AGENT_CLIENT_MS, AGENT_TICK_MS};
use crate::signals::Signals;

/// What a new agent says on its standard output: that it answers, that another one does, or that
/// it cannot begin.
pub(super) const READY: &str = "ready";
pub(super) const TAKEN: &str = "taken";

/// The whole life of an agent: it reads its charge from standard input, says one line on standard
/// output, and answers until it is to forget. For a process that does nothing else.
///
/// # Errors
/// It cannot begin; why has been said on standard output too.
pub fn serve() -> Result<(), AgentError> {
    close_inherited();
    hygiene::harden();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    // Away from the terminal and the folder where it was started.
    let _leads_a_group_already = rustix::process::setsid();
    let _nowhere_else_to_go = rustix::process::chdir("/");
    let begun = begin();
    let line = match &begun {
        Ok(Some(_)) => READY.to_owned(),
        Ok(None) => TAKEN.to_owned(),
        Err(e) => e.to_string().replace('\n', " "),
    };
    let told = writeln!(std::io::stdout(), "{line}");
    let agent = match (begun?, told) {
        (Some(agent), Ok(())) => agent,
        // Taken, or nobody is left to use it.
        _ => return Ok(()),
    };
    leave_standard_streams();
    agent.run();
    Ok(())
}

/// Closes what the starting shell had open beyond the standard streams: a lock or a pipe of its
/// own must not stay open for as long as an agent lives.
fn close_inherited() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let numbers: Vec<i32> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number > 2)
        .collect();
    for number in numbers {
        // Nothing of this process has these numbers yet; one of them was the listing's own.
        let _closed_already = nix::unistd::close(number);
    }
}

fn leave_standard_streams() {
    let Ok(null) = File::options().read(true).write(true).open("/dev/null") else { return };
    let _stay_as_they_are = rustix::stdio::dup2_stdin(&null);
    let _stay_as_they_are = rustix::stdio::dup2_stdout(&null);
    let _stay_as_they_are = rustix::stdio::dup2_stderr(&null);
}

/// Takes the charge, the lock and the socket; `None` where another agent has the lock.
fn begin() -> Result<Option<Agent>, AgentError> {
    let nonsense = |_| AgentError::Start("it was told nothing".into());
    // Not by way of the standard library's buffer, which would keep a copy of the keys for good.
    let pipe = std::io::stdin().as_fd().try_clone_to_owned().map_err(nonsense)?;
    let frame = Frame::read(&mut File::from(pipe)).map_err(nonsense)?;
    let charge = kept::read(&frame).ok_or(AgentError::Nonsense)?;
    drop(frame);
    let signals = Signals::hold().map_err(|e| AgentError::Start(e.to_string()))?;
    let Some(lock) = socket::hold(&charge.runtime)? else { return Ok(None) };
    let listener = socket::bind(&charge.runtime)?;
    Agent::new(charge, signals, lock, listener).map(Some)
}

struct Agent {
    kept: Kept,
    /// When to forget, in seconds of the clock that also runs while the machine sleeps.
    end: u64,
    home: Watched,
    socket: Watched,
    signals: Signals,
    listener: UnixListener,
    /// Last, so that it is freed last: nobody takes over while anything of this is there.
    _lock: File,
}

/// Whether the loop goes on.
enum Next {
    Wait,
    End,
}

impl Agent {
    fn new(
        charge: Charge,
        signals: Signals,
        lock: File,
        listener: UnixListener,
    ) -> Result<Self, AgentError> {
        let watched =
            |path: PathBuf| Watched::new(&path).map_err(|e| AgentError::Socket(path.clone(), e));
        Ok(Self {
            home: watched(charge.folder)?,
            socket: watched(socket::path(&charge.runtime))?,
            end: now().saturating_add(charge.seconds),
            kept: charge.kept,
            signals,
            listener,
            _lock: lock,
        })
    }

    fn run(self) {
        while let Next::Wait = self.turn() {}
        // Only our own: where it was replaced, it is another's.
        if self.socket.is_there() {
            let _gone_already = std::fs::remove_file(&self.socket.path);
        }
    }

    /// Waits for a client, a signal or the next look at the clock.
    fn turn(&self) -> Next {
        if self.left() == 0 || !self.home.is_there() || !self.socket.is_there() {
            return Next::End;
        }
        let mut wait = [
            PollFd::from_borrowed_fd(self.listener.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN),
        ];
        let tick = std::time::Duration::from_millis(AGENT_TICK_MS);
        let _interrupted = poll(&mut wait, Timespec::try_from(tick).ok().as_ref());
        if self.signals.came() {
            return Next::End;
        }
        match self.listener.accept() {
            Ok((stream, _)) => self.client(&stream).unwrap_or(Next::Wait),
            Err(e) => {
                // Without a descriptor left, the client would be announced again at once.
                if e.kind() != std::io::ErrorKind::WouldBlock {
                    std::thread::sleep(tick);
                }
                Next::Wait
            }
        }
    }

    /// One request and its answer. A client who stalls, is somebody else or makes no sense is
    /// left without one.
    fn client(&self, stream: &UnixStream) -> Option<Next> {
        stream.set_nonblocking(false).ok()?;
        socket::peer(stream).ok()??;
        let frame = Frame::read(&mut Timed::new(stream, AGENT_CLIENT_MS)).ok()?;
        let (answer, next) = match Request::parse(&frame) {
            Some(request) => self.answer(&request),
            None => (Err(PgpError::Holder("the agent knows no such request".into())), Next::Wait),
        };
        // An answer that nobody takes changes nothing: what was asked is done.
        let _gone = message::answer(answer).write(&mut Timed::new(stream, AGENT_CLIENT_MS));
        Some(next)
    }

    fn answer(&self, request: &Request<'_>) -> (Answer, Next) {
        let answer = match request {
            Request::Lock => return (Ok(Zeroizing::new(Vec::new())), Next::End),
            Request::Status => Ok(Writer::with_room(8).u64(self.left()).end()),
            Request::Open => Ok(self.open()),
            Request::SignDetached(at, data) => {
                self.key().and_then(|key| key.sign_detached(data, *at)).map(Zeroizing::new)
            }
            Request::SignMessage(at, text) => {
                self.key().and_then(|key| key.sign_message(text, *at)).map(Zeroizing::new)
            }
            Request::Decrypt(message) => self.key().and_then(|key| key.decrypt(message)),
        };
        (answer, Next::Wait)
    }

    fn open(&self) -> Zeroizing<Vec<u8>> {
        let (kind, public) = self.kept.key.public();
        let room = 64 + public.len();
        Writer::with_room(room).rest(self.kept.db_key.as_bytes()).u8(kind).bytes(&public).end()
    }

    fn key(&self) -> Result<&dyn Keyholder, PgpError> {
        match &self.kept.key {
            KeptKey::Here(key) => Ok(key.as_ref()),
            KeptKey::Outside(_) => Err(PgpError::Holder("the key is in GnuPG".into())),
        }
    }

    /// Seconds until it forgets.
    fn left(&self) -> u64 {
        self.end.saturating_sub(now())
    }
}

/// Seconds since the machine started, also those in which it slept.
fn now() -> u64 {
    u64::try_from(rustix::time::clock_gettime(ClockId::Boottime).tv_sec).unwrap_or(0)
}

/// A file or folder that must stay where it is.
struct Watched {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Watched {
    fn new(path: &Path) -> std::io::Result<Self> {
        let meta = std::fs::symlink_metadata(path)?;
        Ok(Self { path: path.to_path_buf(), device: meta.dev(), inode: meta.ino() })
    }

    fn is_there(&self) -> bool {
        std::fs::symlink_metadata(&self.path)
            .is_ok_and(|meta| meta.dev() == self.device && meta.ino() == self.inode)
    }
}
