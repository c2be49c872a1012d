//! Where an agent is met, and who is there.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::net::sockopt::socket_peercred;

use super::AgentError;
use crate::private::{self, Found};

/// The longest path of a socket, in bytes (`sun_path` of Linux, without its NUL).
const PATH_BYTES: usize = 107;

/// The socket in a runtime folder.
pub(super) fn path(runtime: &Path) -> PathBuf {
    runtime.join("agent")
}

/// A path for a socket that fits. A long one is reached through a descriptor of its folder, which
/// must live as long as the path is used.
struct Reach {
    path: PathBuf,
    _folder: Option<File>,
}

impl Reach {
    fn of(runtime: &Path) -> io::Result<Self> {
        let direct = path(runtime);
        if direct.as_os_str().as_bytes().len() <= PATH_BYTES {
            return Ok(Self { path: direct, _folder: None });
        }
        let folder = File::open(runtime)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/agent", folder.as_raw_fd()));
        Ok(Self { path, _folder: Some(folder) })
    }
}

/// The lock that an agent holds for as long as it lives; `None` while another has it.
pub(super) fn hold(runtime: &Path) -> Result<Option<File>, AgentError> {
    let path = runtime.join("lock");
    let failed = |e| AgentError::Socket(path.clone(), e);
    match private::make_folder(runtime).map_err(failed)? {
        Found::Foreign | Found::NoFolder => return Err(AgentError::Foreign(runtime.into())),
        Found::Private | Found::Tightened | Found::Open => {}
    }
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(private::FILE)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(failed(e)),
    }
}

/// Whether an agent lives that holds the lock.
pub(super) fn is_held(runtime: &Path) -> bool {
    // Opened for reading: looking must not make anything.
    File::open(runtime.join("lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
}

/// A new socket. Only for who holds the lock: what is there is then a dead agent's.
pub(super) fn bind(runtime: &Path) -> Result<UnixListener, AgentError> {
    let shown = path(runtime);
    let failed = |e| AgentError::Socket(shown.clone(), e);
    match std::fs::symlink_metadata(&shown) {
        Ok(meta) if meta.file_type().is_socket() => {
            std::fs::remove_file(&shown).map_err(failed)?;
        }
        Ok(_) => return Err(failed(ErrorKind::AlreadyExists.into())),
        Err(_) => {}
    }
    let reach = Reach::of(runtime).map_err(failed)?;
    let listener = UnixListener::bind(&reach.path).map_err(failed)?;
    std::fs::set_permissions(&shown, Permissions::from_mode(private::FILE)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// The agent's end, where there is an agent, and its process.
pub(super) fn connect(runtime: &Path) -> Result<Option<(UnixStream, u32)>, AgentError> {
    let shown = path(runtime);
    let stream = match Reach::of(runtime).and_then(|reach| UnixStream::connect(&reach.path)) {
        Ok(stream) => stream,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(e) => return Err(AgentError::Socket(shown, e)),
    };
    match peer(&stream) {
        Ok(Some(process)) => Ok(Some((stream, process))),
        Ok(None) => Err(AgentError::Foreign(shown)),
        Err(e) => Err(AgentError::Socket(shown, e)),
    }
}

/// The process at the other end, if it is this user's.
pub(super) fn peer(stream: &UnixStream) -> io::Result<Option<u32>> {
    let there = socket_peercred(stream)?;
    let ours = there.uid == rustix::process::geteuid();
    Ok(ours.then_some(there.pid.as_raw_nonzero().get().unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn the_lock_is_one_agents_and_free_when_it_is_gone() {
        let temp = tempfile::tempdir().unwrap();
        let runtime = temp.path().join("run");
        assert!(!is_held(&runtime));
        let held = hold(&runtime).unwrap().unwrap();
        assert!(is_held(&runtime));
        assert!(hold(&runtime).unwrap().is_none());
        drop(held);
        assert!(!is_held(&runtime));
        assert!(hold(&runtime).unwrap().is_some());
    }

    #[test]
    fn a_socket_is_private_replaces_a_dead_one_and_reaches_long_paths() {
        let temp = tempfile::tempdir().unwrap();
        for folder in ["short".to_owned(), "l".repeat(200)] {
            let runtime = temp.path().join(folder);
            private::make_folder(&runtime).unwrap();
            assert!(connect(&runtime).unwrap().is_none());
            drop(bind(&runtime).unwrap());
            assert!(connect(&runtime).unwrap().is_none(), "nobody listens");
            let _listener = bind(&runtime).unwrap();
            let (_stream, process) = connect(&runtime).unwrap().unwrap();
            assert_eq!(process, std::process::id());
            let mode = std::fs::metadata(path(&runtime)).unwrap().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_no_socket_is_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(path(temp.path()), "a file").unwrap();
        assert!(bind(temp.path()).is_err());
        assert_eq!(std::fs::read_to_string(path(temp.path())).unwrap(), "a file");
    }
}
