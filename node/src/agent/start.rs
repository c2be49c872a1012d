//! The beginning of an agent: a process of its own, told its charge through a pipe.

use std::io::{BufRead, BufReader, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{AgentError, kept, serve};
use crate::limits::{AGENT_MOST_SECONDS, AGENT_START_MS};
use crate::place::Place;
use crate::unlock::Unlocked;

/// The hidden command of the program that becomes the agent, which calls [`serve`](super::serve).
pub const COMMAND: &str = "agent";

/// The longest line that a new agent says.
const LINE: u64 = 4096;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It answers.
    Ready,
    /// Another one was there already, and stays.
    Taken,
}

/// Starts an agent that remembers what is unlocked, for some seconds (a week at most). `program`
/// is this program's own file.
///
/// # Errors
/// It cannot be started, or does not answer.
pub fn start(
    program: &Path,
    place: &Place,
    unlocked: &Unlocked,
    seconds: u64,
) -> Result<Started, AgentError> {
    let seconds = seconds.min(AGENT_MOST_SECONDS);
    let charge = kept::write(place.folder(), place.runtime(), seconds, unlocked)
        .map_err(|e| AgentError::Start(e.to_string()))?;
    let failed = |e: std::io::Error| AgentError::Start(crate::private::plain(&e));
    // No argument and no variable tells others of what it is for.
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let told = child.stdin.take().map(|mut pipe| charge.write(&mut pipe));
    drop(charge);
    let line = match told {
        Some(Ok(())) => line(&mut child),
        // It has said why, or is dead.
        _ => line(&mut child).or(Some(String::new())),
    };
    match line.as_deref() {
        Some(serve::READY) => Ok(Started::Ready),
        Some(serve::TAKEN) => {
            let _its_end_is_near = child.wait();
            Ok(Started::Taken)
        }
        why => {
            let _ended_already = child.kill();
            let _ended_already = child.wait();
            let why = why.filter(|why| !why.is_empty()).unwrap_or("it does not answer");
            Err(AgentError::Start(why.to_owned()))
        }
    }
}

/// The one line that it says, if it comes in time.
fn line(child: &mut Child) -> Option<String> {
    let pipe = child.stdout.take()?;
    {
        let mut wait = [PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)];
        let time = std::time::Duration::from_millis(AGENT_START_MS);
        if poll(&mut wait, Timespec::try_from(time).ok().as_ref()).ok()? == 0 {
            return None;
        }
    }
    let mut line = String::new();
    BufReader::new(pipe.take(LINE)).read_line(&mut line).ok()?;
    Some(line.trim_end().to_owned())
}
