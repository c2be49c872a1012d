//! How far each tag was read at a broker's store: a file a store, in the leaf's folder.
//!
//! Invariant: a cursor moves only after all letters before it are on the leaf's disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use minicbor::bytes::ByteArray;

use crate::error::BrokerError;
use crate::keys::hex;
use crate::settings::write_whole;

/// The cursors of one store.
pub(super) struct Cursors {
    path: PathBuf,
    pub(super) store: [u8; 8],
    after: BTreeMap<[u8; 16], u64>,
}

impl Cursors {
    /// Reads those of a store; a file that cannot be read is none, and all is read again.
    pub(super) fn of(folder: &Path, store: [u8; 8]) -> Result<Self, BrokerError> {
        use std::os::unix::fs::DirBuilderExt;
        let folder = folder.join("cursors");
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(BrokerError::file(&folder))?;
        let path = folder.join(hex(&store));
        let bytes = std::fs::read(&path).unwrap_or_default();
        let rows: Vec<(ByteArray<16>, u64)> = minicbor::decode(&bytes).unwrap_or_default();
        let after = rows.into_iter().map(|(name, after)| (*name, after)).collect();
        Ok(Self { path, store, after })
    }

    /// Up to where a tag was read.
    pub(super) fn get(&self, name: &[u8; 16]) -> u64 {
        self.after.get(name).copied().unwrap_or(0)
    }

    /// These tags were read up to a position.
    pub(super) fn read(&mut self, names: &[[u8; 16]], last: u64) -> Result<(), BrokerError> {
        for name in names {
            let after = self.after.entry(*name).or_default();
            *after = last.max(*after);
        }
        self.save()
    }

    /// Forgets all tags but these.
    pub(super) fn keep(&mut self, keep: impl Fn(&[u8; 16]) -> bool) {
        self.after.retain(|name, _| keep(name));
    }

    fn save(&self) -> Result<(), BrokerError> {
        let rows: Vec<(ByteArray<16>, u64)> =
            self.after.iter().map(|(name, after)| ((*name).into(), *after)).collect();
        write_whole(&self.path, &minicbor::to_vec(&rows).map_err(BrokerError::nats)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut cursors = Cursors::of(folder.path(), [1; 8]).unwrap();
        cursors.read(&[[2; 16], [3; 16]], 7).unwrap();
        cursors.read(&[[2; 16]], 5).unwrap();
        let again = Cursors::of(folder.path(), [1; 8]).unwrap();
        assert_eq!((again.get(&[2; 16]), again.get(&[3; 16]), again.get(&[4; 16])), (7, 7, 0));
        assert_eq!(Cursors::of(folder.path(), [9; 8]).unwrap().get(&[2; 16]), 0);
    }
}
