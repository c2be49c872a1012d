//! The process: started, watched, started again when it ends, stopped.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::BrokerError;
use crate::limits;
use crate::settings::write_whole;

/// A nats-server that runs. Dropped, it is killed.
pub struct Server {
    /// Where it listens, in the order of what was wished.
    pub places: Vec<SocketAddr>,
    pid: Arc<AtomicU32>,
    starts: Arc<AtomicU64>,
    stop: watch::Sender<bool>,
    watcher: JoinHandle<()>,
}

/// The program: the variable `MUNDI_NATS_SERVER`, else `nats-server` in PATH.
#[must_use]
pub fn find() -> PathBuf {
    std::env::var_os("MUNDI_NATS_SERVER").map_or_else(|| "nats-server".into(), PathBuf::from)
}

struct Program {
    program: PathBuf,
    config: PathBuf,
    log: PathBuf,
    pid: PathBuf,
}

impl Server {
    /// Writes the configuration, has the server check it, and starts it. `listen` is where it shall listen;
    /// port 0 becomes a free one. `config` makes the text from where it will. `program` is what [`find`]
    /// finds, or another.
    ///
    /// # Errors
    /// It is missing, or it does not start.
    pub async fn start(
        folder: &Path,
        program: PathBuf,
        listen: &[SocketAddr],
        config: impl Fn(&[SocketAddr]) -> Result<String, BrokerError>,
    ) -> Result<Self, BrokerError> {
        let named = |name| folder.join(name);
        let pid = named("nats-server.pid");
        let (path, log) = (named("nats-server.conf"), named("nats-server.log"));
        let program = Program { program, config: path, log, pid };
        program.end_former();
        // A port that was free may be taken when the server wants it; so there are some tries.
        let mut tries = 3;
        loop {
            let places = places(listen)?;
            let text = config(&places)?;
            write_whole(&program.config, text.as_bytes())?;
            program.check().await?;
            let started = program.begin()?;
            match answers(started, &places).await {
                Ok(child) => return Ok(Self::watched(program, child, places)),
                Err(_) if tries > 1 && listen.iter().any(|at| at.port() == 0) => tries -= 1,
                Err(why) => return Err(BrokerError::Server(program.told(&why))),
            }
        }
    }

    fn watched(program: Program, child: Child, places: Vec<SocketAddr>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let pid = Arc::new(AtomicU32::new(child.id().unwrap_or(0)));
        let starts = Arc::new(AtomicU64::new(1));
        let watching = watch(program, child, Arc::clone(&pid), Arc::clone(&starts), stopped);
        Self { places, pid, starts, stop, watcher: tokio::spawn(watching) }
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.load(Ordering::Relaxed)
    }

    /// How often it was started.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.starts.load(Ordering::Relaxed)
    }

    /// Stops it: asked first, then killed.
    pub async fn stop(self) {
        // Nobody listens only where the watcher has ended.
        let _ended = self.stop.send(true);
        let _done = self.watcher.await;
    }
}

/// Where it shall listen; port 0 becomes a free one.
fn places(listen: &[SocketAddr]) -> Result<Vec<SocketAddr>, BrokerError> {
    // All are held until each has its own.
    let mut held = Vec::new();
    let mut free = |at: SocketAddr| -> std::io::Result<SocketAddr> {
        if at.port() > 0 {
            return Ok(at);
        }
        let listener = TcpListener::bind(at)?;
        let at = listener.local_addr()?;
        held.push(listener);
        Ok(at)
    };
    let found: std::io::Result<Vec<_>> = listen.iter().map(|at| free(*at)).collect();
    found.map_err(|e| BrokerError::Server(e.to_string()))
}

/// Waits until somebody answers wherever the child shall listen.
async fn answers(mut child: Child, places: &[SocketAddr]) -> Result<Child, String> {
    let until = Instant::now() + limits::SERVER_START;
    while Instant::now() < until {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("it ended ({status})"));
        }
        let tries = places.iter().map(tokio::net::TcpStream::connect);
        if futures::future::join_all(tries).await.iter().all(Result::is_ok) {
            return Ok(child);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err("it does not answer".into())
}

/// Starts it again whenever it ends, until it is told to stop.
async fn watch(
    program: Program,
    mut child: Child,
    pid: Arc<AtomicU32>,
    starts: Arc<AtomicU64>,
    mut stopped: watch::Receiver<bool>,
) {
    let first = Duration::from_millis(100);
    let mut pause = first;
    loop {
        let since = Instant::now();
        tokio::select! {
            _ended = child.wait() => {}
            _stop = stopped.changed() => return end(child).await,
        }
        // One that ran for long deserves a quick start.
        pause = if since.elapsed() > limits::SERVER_PAUSE * 2 { first } else { pause };
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _stop = stopped.changed() => return,
            }
            pause = (pause * 2).min(limits::SERVER_PAUSE);
            if let Ok(again) = program.begin() {
                child = again;
                pid.store(child.id().unwrap_or(0), Ordering::Relaxed);
                starts.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
    }
}

async fn end(mut child: Child) {
    if let Some(pid) = child.id().and_then(process) {
        // It may have ended by itself.
        let _gone = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    if tokio::time::timeout(Duration::from_secs(10), child.wait()).await.is_err() {
        let _gone = child.kill().await;
    }
}

fn process(pid: u32) -> Option<rustix::process::Pid> {
    i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw)
}

impl Program {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(&self.config).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn missing(&self, error: &std::io::Error) -> BrokerError {
        BrokerError::NoServer(format!("{}: {error}", self.program.display()))
    }

    /// Whether the server likes its configuration.
    async fn check(&self) -> Result<(), BrokerError> {
        let checked = self.command().arg("-t").output().await.map_err(|e| self.missing(&e))?;
        if checked.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&checked.stderr);
        Err(BrokerError::Server(text.chars().take(1_000).collect()))
    }

    fn begin(&self) -> Result<Child, BrokerError> {
        let log = File::create(&self.log).map_err(BrokerError::file(&self.log))?;
        let also = log.try_clone().map_err(BrokerError::file(&self.log))?;
        let started = self.command().stdout(log).stderr(also).spawn();
        let child = started.map_err(|e| self.missing(&e))?;
        let pid = child.id().unwrap_or(0).to_string();
        write_whole(&self.pid, pid.as_bytes())?;
        Ok(child)
    }

    /// Ends a server that a broker which was killed has left behind: only if it runs with this very
    /// configuration.
    fn end_former(&self) {
        let Ok(text) = std::fs::read_to_string(&self.pid) else { return };
        let Some(pid) = text.trim().parse().ok().and_then(process) else { return };
        let line =
            std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
        let config = self.config.to_string_lossy();
        if String::from_utf8_lossy(&line).split('\0').any(|word| word == config) {
            let _gone = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A reason, with the last lines of the log.
    fn told(&self, why: &str) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        // With some damage it goes on reading for ever.
        let restoring = lines.first().is_some_and(|line| line.contains("Starting restore"));
        let last: Vec<&str> = lines.into_iter().rev().collect();
        let advice = if restoring {
            "\nits store is large, or damaged: wait and start it again, or move the folder `jetstream` away and \
             start it with an empty store; what is missing then, homes put there again"
        } else {
            ""
        };
        format!("{why}\n{}{advice}", last.join("\n"))
    }
}
