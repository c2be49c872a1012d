//! The other side of the agent's socket: what commands ask it.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{Keyholder, PgpCert, PgpError};
use rustix::process::{Pid, Signal, kill_process};
use zeroize::Zeroizing;

use super::frame::{Frame, Reader, Timed, VERSION};
use super::kept::KeptKey;
use super::message::{Answer, Request, Status, answered};
use super::{AgentError, socket};
use crate::limits::{AGENT_ANSWER_MS, AGENT_LOCK_MS};
use crate::place::Place;
use crate::store::DbKey;
use crate::unlock::{Holder, Keyring, UnlockError, Unlocked};

/// How often to look whether an agent is gone.
const LOOK: Duration = Duration::from_millis(10);
/// How long an agent that was told to end may take.
const ENDING: Duration = Duration::from_secs(3);

/// What `lock` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// No agent was there.
    Already,
    /// The agent of this process forgot, and is gone.
    Forgotten(u32),
    /// The agent of this process did not listen, and was killed.
    Killed(u32),
}

/// How a home's agent is, where there is one.
///
/// # Errors
/// It does not do its work.
pub fn status(place: &Place) -> Result<Option<Status>, AgentError> {
    let Some((stream, process)) = socket::connect(place.runtime())? else { return Ok(None) };
    let answer = ask(&stream, &Request::Status)?.map_err(|_| AgentError::Nonsense)?;
    let seconds = Reader::new(&answer).u64().ok_or(AgentError::Nonsense)?;
    Ok(Some(Status { process, seconds }))
}

/// What a home's agent keeps, where there is one.
///
/// # Errors
/// It does not do its work, or the keyring has lost its key.
pub fn unlocked(place: &Place, keyring: &dyn Keyring) -> Result<Option<Unlocked>, UnlockError> {
    let Some((stream, _)) = socket::connect(place.runtime())? else { return Ok(None) };
    let answer = ask(&stream, &Request::Open)?.map_err(|_| AgentError::Nonsense)?;
    let (db_key, here, public) = opened(&answer).ok_or(AgentError::Nonsense)?;
    let keyholder = if here {
        let cert = PgpCert::parse(public).map_err(|_| AgentError::Nonsense)?;
        Holder::Agent(Box::new(AgentKey { runtime: place.runtime().to_path_buf(), cert }))
    } else {
        let fingerprint = Fingerprint::new(public).ok_or(AgentError::Nonsense)?;
        Holder::Outside(keyring.of(&fingerprint).map_err(UnlockError::Keyring)?)
    };
    Ok(Some(Unlocked { keyholder, db_key }))
}

fn opened(answer: &[u8]) -> Option<(DbKey, bool, &[u8])> {
    let mut answer = Reader::new(answer);
    let db_key = DbKey::new(answer.take(32)?.try_into().ok()?);
    let here = KeptKey::is_here(answer.u8()?)?;
    let public = answer.bytes()?;
    answer.end()?;
    Some((db_key, here, public))
}

/// Makes a home's agent forget and end; returns when it is gone.
///
/// # Errors
/// It cannot be reached and lives, or cannot be killed.
pub fn lock(place: &Place) -> Result<Locked, AgentError> {
    let runtime = place.runtime();
    let Some((stream, process)) = socket::connect(runtime)? else {
        // Without a socket it may still be about to begin or to end.
        return if gone(place) { Ok(Locked::Already) } else { Err(AgentError::Busy) };
    };
    if ask(&stream, &Request::Lock).is_ok() && gone(place) {
        return Ok(Locked::Forgotten(process));
    }
    // It hangs, or is of another version. Its keys go with its memory.
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    let killed = pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok());
    if killed && gone(place) {
        Ok(Locked::Killed(process))
    } else {
        Err(AgentError::Stays(process))
    }
}

/// Waits until no agent holds the lock.
fn gone(place: &Place) -> bool {
    let end = Instant::now() + ENDING;
    loop {
        if !socket::is_held(place.runtime()) {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        std::thread::sleep(LOOK);
    }
}

/// One request and its answer.
fn ask(stream: &UnixStream, request: &Request<'_>) -> Result<Answer, AgentError> {
    let time = if matches!(request, Request::Lock) { AGENT_LOCK_MS } else { AGENT_ANSWER_MS };
    let mut timed = Timed::new(stream, time);
    request.frame().write(&mut timed).map_err(|_| AgentError::Silent)?;
    let frame = Frame::read(&mut timed).map_err(|_| AgentError::Silent)?;
    if frame.version != VERSION {
        return Err(AgentError::Version);
    }
    answered(frame).ok_or(AgentError::Nonsense)
}

/// A person's key that an agent keeps, and uses for us.
#[derive(Clone, Debug)]
pub struct AgentKey {
    runtime: PathBuf,
    cert: PgpCert,
}

impl AgentKey {
    fn ask(&self, request: &Request<'_>) -> Answer {
        let holder = |e: AgentError| PgpError::Holder(e.to_string());
        let Some((stream, _)) = socket::connect(&self.runtime).map_err(holder)? else {
            let gone = "the home was locked meanwhile: unlock it and say it again";
            return Err(PgpError::Holder(gone.into()));
        };
        ask(&stream, request).map_err(holder)?
    }
}

impl Keyholder for AgentKey {
    fn cert(&self) -> &PgpCert {
        &self.cert
    }

    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.ask(&Request::SignDetached(at, data)).map(|signature| signature.to_vec())
    }

    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.ask(&Request::SignMessage(at, plaintext)).map(|message| message.to_vec())
    }

    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        self.ask(&Request::Decrypt(message))
    }
}
