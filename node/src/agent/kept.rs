//! What an agent remembers, and how it is told: through a pipe, at its start.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{Keyholder, PgpError, PgpKey};
use zeroize::Zeroizing;

use super::frame::{Frame, Reader, VERSION, Writer};
use crate::store::DbKey;
use crate::unlock::{Holder, Unlocked};

/// What is remembered.
pub(super) struct Kept {
    pub(super) db_key: DbKey,
    pub(super) key: KeptKey,
}

/// The person's key.
pub(super) enum KeptKey {
    /// Here.
    Here(Box<PgpKey>),
    /// In GnuPG, which has an agent of its own; only whose it is.
    Outside(Fingerprint),
}

/// All that a new agent is told.
pub(super) struct Charge {
    /// The home's real path.
    pub(super) folder: PathBuf,
    /// Where the socket goes.
    pub(super) runtime: PathBuf,
    /// How long to remember.
    pub(super) seconds: u64,
    pub(super) kept: Kept,
}

impl KeptKey {
    const HERE: u8 = 1;
    const OUTSIDE: u8 = 2;

    /// Whose it is, for clients: the public key, or its fingerprint.
    pub(super) fn public(&self) -> (u8, Vec<u8>) {
        match self {
            KeptKey::Here(key) => (Self::HERE, Keyholder::cert(key.as_ref()).binary()),
            KeptKey::Outside(fingerprint) => (Self::OUTSIDE, fingerprint.as_bytes().to_vec()),
        }
    }

    /// Whether a byte on the wire says that the agent has the key itself.
    pub(super) fn is_here(byte: u8) -> Option<bool> {
        match byte {
            Self::HERE => Some(true),
            Self::OUTSIDE => Some(false),
            _ => None,
        }
    }
}

/// A charge on the wire. An agent's own key cannot be taken out of it again.
pub(super) fn write(
    folder: &Path,
    runtime: &Path,
    seconds: u64,
    unlocked: &Unlocked,
) -> Result<Frame, PgpError> {
    let (kind, key) = match &unlocked.keyholder {
        Holder::Key(key) => (KeptKey::HERE, key.secret_bytes()?),
        Holder::Outside(outside) => {
            let fingerprint = outside.cert().fingerprint();
            (KeptKey::OUTSIDE, Zeroizing::new(fingerprint.as_bytes().to_vec()))
        }
        Holder::Agent(_) => {
            return Err(PgpError::Holder("an agent's key stays with that agent".into()));
        }
    };
    let (folder, runtime) = (folder.as_os_str().as_bytes(), runtime.as_os_str().as_bytes());
    let room = 128 + folder.len() + runtime.len() + key.len();
    let content = Writer::with_room(room)
        .u64(seconds)
        .bytes(folder)
        .bytes(runtime)
        .rest(unlocked.db_key.as_bytes())
        .u8(kind)
        .bytes(&key)
        .end();
    Ok(Frame::new(0, content))
}

/// Reads a charge; `None` where it makes no sense.
pub(super) fn read(frame: &Frame) -> Option<Charge> {
    if frame.version != VERSION {
        return None;
    }
    let path = |bytes: &[u8]| PathBuf::from(OsString::from_vec(bytes.to_vec()));
    let mut content = Reader::new(&frame.content);
    let seconds = content.u64()?;
    let (folder, runtime) = (path(content.bytes()?), path(content.bytes()?));
    let db_key = DbKey::new(content.take(32)?.try_into().ok()?);
    let here = KeptKey::is_here(content.u8()?)?;
    let key = content.bytes()?;
    content.end()?;
    let key = if here {
        KeptKey::Here(Box::new(PgpKey::import(key, None).ok()?))
    } else {
        KeptKey::Outside(Fingerprint::new(key)?)
    };
    Some(Charge { folder, runtime, seconds, kept: Kept { db_key, key } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::tests::person;

    #[test]
    fn a_charge_comes_back() {
        for (keyholder, here) in [
            (Holder::Key(Box::new(person(1))), true),
            (Holder::Outside(Box::new(person(1))), false),
        ] {
            let unlocked = Unlocked { keyholder, db_key: DbKey::new(&[4; 32]) };
            let mut frame = write(Path::new("/a"), Path::new("/b"), 60, &unlocked).unwrap();
            let charge = read(&frame).unwrap();
            assert_eq!((charge.folder, charge.runtime), ("/a".into(), "/b".into()));
            assert_eq!((charge.seconds, charge.kept.db_key.as_bytes()), (60, &[4; 32]));
            assert_eq!(matches!(charge.kept.key, KeptKey::Here(_)), here);
            frame.content.push(0);
            assert!(read(&frame).is_none(), "more than a charge");
        }
    }
}
