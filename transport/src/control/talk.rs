//! The connection to a control port: commands and their replies in order, events beside them.
//!
//! A task owns the connection. So whoever gives up waiting disturbs nobody, and the end of the
//! connection is noticed at once.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::ControlError;
use super::reply::{Replies, Reply};
use crate::limits::CONTROL_SECONDS;

/// Commands that wait at once, and replies that are waited for at once.
const WAITING: usize = 16;
/// Events that wait for whoever listens. An older one is forgotten.
const EVENTS: usize = 256;

/// A command, and who waits for its reply.
struct Asked {
    line: Zeroizing<String>,
    reply: oneshot::Sender<Reply>,
}

/// A connection. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Talk {
    asked: mpsc::Sender<Asked>,
    events: broadcast::Sender<String>,
    ended: watch::Receiver<Option<ControlError>>,
    task: JoinHandle<()>,
}

impl Talk {
    pub(super) async fn connect(at: SocketAddr) -> Result<Self, ControlError> {
        let limit = Duration::from_secs(CONTROL_SECONDS);
        let down = |cause: String| ControlError::Down { at, cause };
        let stream = timeout(limit, TcpStream::connect(at)).await;
        let stream = stream.map_err(|_| down("no answer".into()))?;
        let stream = stream.map_err(|e| down(e.kind().to_string()))?;
        let (asked, commands) = mpsc::channel(WAITING);
        let (events, _) = broadcast::channel(EVENTS);
        let (say_ended, ended) = watch::channel(None);
        let heard = events.clone();
        let task = tokio::spawn(async move {
            let end = run(stream, commands, heard).await;
            say_ended.send_replace(Some(end));
        });
        Ok(Self { asked, events, ended, task })
    }

    /// Sends a command of one line; `name` is said in errors instead of it, as it may hold secrets.
    pub(super) async fn ask(
        &self,
        name: &'static str,
        line: Zeroizing<String>,
    ) -> Result<Reply, ControlError> {
        if line.contains(['\r', '\n', '\0']) {
            return Err(ControlError::Request("a command to Tor has one line"));
        }
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.asked.send(Asked { line, reply }).await.ok()?;
            answer.await.ok()
        };
        match timeout(Duration::from_secs(CONTROL_SECONDS), asked).await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(self.end().await),
            Err(_) => Err(ControlError::Silent(name)),
        }
    }

    /// Sends a command whose reply nobody waits for. Where too many wait already, it is not sent.
    pub(super) fn tell(&self, line: String) {
        let (reply, _) = oneshot::channel();
        let _full_or_ended = self.asked.try_send(Asked { line: Zeroizing::new(line), reply });
    }

    /// Events from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<String> {
        self.events.subscribe()
    }

    /// Waits for the end of the connection, and says why it ended.
    pub(super) async fn end(&self) -> ControlError {
        let mut ended = self.ended.clone();
        let why = ended.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or_else(|| ControlError::Lost("closed".into()))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Runs until the connection ends, and says why.
async fn run(
    stream: TcpStream,
    mut commands: mpsc::Receiver<Asked>,
    events: broadcast::Sender<String>,
) -> ControlError {
    let (mut from, mut to) = stream.into_split();
    let mut replies = Replies::default();
    let mut waiting: VecDeque<oneshot::Sender<Reply>> = VecDeque::new();
    loop {
        tokio::select! {
            read = read(&mut from, &mut replies) => if let Err(end) = read { return end; },
            Some(asked) = commands.recv(), if waiting.len() < WAITING => {
                if let Err(end) = write(&mut to, &asked.line).await { return end; }
                waiting.push_back(asked.reply);
            }
        }
        while let Some(reply) = replies.next() {
            if reply.code == 650 {
                // Nobody may be listening.
                let _heard = events.send(reply.lines.join("\n"));
                continue;
            }
            match waiting.pop_front() {
                // Whoever asked may have given up.
                Some(asker) => drop(asker.send(reply)),
                None => return ControlError::Protocol("a reply that nobody asked for".into()),
            }
        }
    }
}

/// Reads once. Nothing is lost when it is not waited for to its end.
async fn read(from: &mut OwnedReadHalf, replies: &mut Replies) -> Result<(), ControlError> {
    let mut buffer = Zeroizing::new([0; 1024]);
    match from.read(buffer.as_mut_slice()).await {
        Ok(0) => Err(ControlError::Lost("it was closed".into())),
        Ok(bytes) => replies.feed(buffer.get(..bytes).unwrap_or_default()),
        Err(error) => Err(ControlError::Lost(error.kind().to_string())),
    }
}

async fn write(to: &mut OwnedWriteHalf, line: &str) -> Result<(), ControlError> {
    let bytes = Zeroizing::new([line.as_bytes(), b"\r\n"].concat());
    let written = timeout(Duration::from_secs(CONTROL_SECONDS), to.write_all(&bytes)).await;
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(ControlError::Lost(error.kind().to_string())),
        Err(_) => Err(ControlError::Lost("it takes nothing".into())),
    }
}
