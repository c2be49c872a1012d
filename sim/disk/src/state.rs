//! What SQLite asks of a disk, answered. All of it is safe code; `vfs` only carries it over to C.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::chance::Chance;
use crate::fate::sectors;
use crate::fault::{Fault, Faults};
use crate::file::File;
use crate::folder::{Folder, Node};
use crate::image::Image;
use crate::limits::{FILE_BYTES, SECTOR_BYTES};
use crate::locks::Level;

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The disk fails, the power is off, or the handle is one of before a crash.
    Io,
    /// There is no room.
    Full,
    /// There is no such file, or it may not be made.
    Missing,
    /// Somebody else has it.
    Busy,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Opening {
    pub(crate) create: bool,
    /// Not if there is one already.
    pub(crate) exclusive: bool,
    pub(crate) write: bool,
    /// The first sync of a file that was made also makes its name durable: so SQLite's own file
    /// system does for journals and logs.
    pub(crate) name_too: bool,
    pub(crate) delete_on_close: bool,
}

/// An open file.
#[derive(Debug)]
struct Handle {
    node: Node,
    write: bool,
    /// The name must still be made durable.
    name_too: bool,
    /// The name to be deleted at the end.
    deletes: Option<String>,
}

/// A disk, and who has files open.
pub(crate) struct State {
    folder: Folder,
    files: BTreeMap<Node, File>,
    handles: BTreeMap<u64, Handle>,
    /// The last number that a file or a handle was given.
    numbers: u64,
    chance: Chance,
    /// Ms since 1970.
    pub(crate) time: u64,
    pub(crate) faults: Faults,
}

impl State {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            folder: Folder::default(),
            files: BTreeMap::new(),
            handles: BTreeMap::new(),
            numbers: 0,
            chance: Chance::named(seed, "disk"),
            time: 0,
            faults: Faults::default(),
        }
    }

    fn number(&mut self) -> u64 {
        self.numbers = self.numbers.wrapping_add(1);
        self.numbers
    }

    fn powered(&self) -> Result<(), Refusal> {
        if self.faults.is_off() { Err(Refusal::Io) } else { Ok(()) }
    }

    fn handle(&self, id: u64) -> Result<&Handle, Refusal> {
        self.powered()?;
        self.handles.get(&id).ok_or(Refusal::Io)
    }

    fn file(&mut self, id: u64) -> Result<&mut File, Refusal> {
        let node = self.handle(id)?.node;
        self.files.get_mut(&node).ok_or(Refusal::Io)
    }

    /// Opens a file, or one without a name; says its handle, and whether it can be written.
    pub(crate) fn open(
        &mut self,
        name: Option<&str>,
        how: Opening,
    ) -> Result<(u64, bool), Refusal> {
        self.powered()?;
        let found = name.and_then(|name| self.folder.find(name));
        let node = match found {
            Some(_) if how.create && how.exclusive => return Err(Refusal::Missing),
            Some(node) => node,
            None if name.is_some() && (!how.create || self.faults.read_only) => {
                return Err(Refusal::Missing);
            }
            None => self.make(name),
        };
        let write = how.write && !self.faults.read_only;
        let handle = Handle {
            node,
            write,
            name_too: how.name_too && found.is_none(),
            deletes: name.filter(|_| how.delete_on_close).map(str::to_owned),
        };
        let id = self.number();
        self.handles.insert(id, handle);
        Ok((id, write))
    }

    fn make(&mut self, name: Option<&str>) -> Node {
        let node = self.number();
        self.files.insert(node, File::default());
        if let Some(name) = name {
            self.folder.set(name, Some(node));
        }
        node
    }

    /// Closes a handle, also one of before a crash.
    pub(crate) fn close(&mut self, id: u64) {
        let Some(handle) = self.handles.remove(&id) else { return };
        if let Some(file) = self.files.get_mut(&handle.node) {
            file.locks.lower(id, Level::None);
        }
        if let Some(name) = handle.deletes
            && !self.faults.is_off()
        {
            self.folder.set(&name, None);
        }
        self.sweep();
    }

    /// Forgets files that nothing leads to any more.
    fn sweep(&mut self) {
        let mut used = self.folder.reachable();
        used.extend(self.handles.values().map(|handle| handle.node));
        self.files.retain(|node, _| used.contains(node));
    }

    pub(crate) fn read(&mut self, id: u64, at: u64, into: &mut [u8]) -> Result<usize, Refusal> {
        Ok(self.file(id)?.read(at, into))
    }

    pub(crate) fn length(&mut self, id: u64) -> Result<u64, Refusal> {
        Ok(self.file(id)?.length())
    }

    /// How many bytes all files have.
    fn used(&self) -> u64 {
        let lengths = self.folder.names().filter_map(|(_, node)| self.files.get(&node));
        lengths.map(File::length).fold(0, u64::saturating_add)
    }

    /// Whether a file may grow to a length.
    fn make_room(&mut self, id: u64, end: u64) -> Result<(), Refusal> {
        let growth = end.saturating_sub(self.length(id)?);
        let short = self
            .faults
            .room
            .is_some_and(|room| growth > 0 && self.used().saturating_add(growth) > room);
        if short || end > FILE_BYTES { Err(Refusal::Full) } else { Ok(()) }
    }

    pub(crate) fn write(&mut self, id: u64, at: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let writable = self.handle(id)?.write && !self.faults.read_only;
        if !writable {
            return Err(Refusal::Io);
        }
        self.make_room(id, at.saturating_add(bytes.len() as u64))?;
        let Some(fault) = self.faults.step() else {
            self.file(id)?.write(at, bytes);
            return Ok(());
        };
        self.write_part(id, at, bytes);
        Err(if fault == Fault::Full { Refusal::Full } else { Refusal::Io })
    }

    /// A write that fails may have written some of its first sectors.
    fn write_part(&mut self, id: u64, at: u64, bytes: &[u8]) {
        let count = self.chance.below(sectors(at, bytes.len() as u64));
        let end = (at / SECTOR_BYTES).saturating_add(count).saturating_mul(SECTOR_BYTES);
        let length = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
        let Some(node) = self.handles.get(&id).map(|handle| handle.node) else { return };
        if let (Some(file), Some(part)) = (self.files.get_mut(&node), bytes.get(..length))
            && !part.is_empty()
        {
            file.write(at, part);
        }
    }

    /// Cuts a file, or lengthens it with zeros.
    pub(crate) fn set_length(&mut self, id: u64, length: u64) -> Result<(), Refusal> {
        let writable = self.handle(id)?.write && !self.faults.read_only;
        if !writable {
            return Err(Refusal::Io);
        }
        self.make_room(id, length)?;
        match self.faults.step() {
            None => self.file(id)?.set_length(length),
            Some(Fault::Full) => return Err(Refusal::Full),
            Some(_) => return Err(Refusal::Io),
        }
        Ok(())
    }

    /// What was written to a file is durable.
    pub(crate) fn sync(&mut self, id: u64) -> Result<(), Refusal> {
        self.handle(id)?;
        if let Some(fault) = self.faults.step() {
            return Err(self.fail_sync(id, fault));
        }
        if self.faults.ignore_syncs {
            return Ok(());
        }
        self.file(id)?.sync();
        if let Some(handle) = self.handles.get_mut(&id)
            && std::mem::take(&mut handle.name_too)
        {
            self.folder.sync();
        }
        Ok(())
    }

    fn fail_sync(&mut self, id: u64, fault: Fault) -> Refusal {
        if fault == Fault::Power {
            // The crash decides.
            return Refusal::Io;
        }
        let seed = self.chance.next();
        if let Ok(file) = self.file(id) {
            file.sync_failed(seed);
        }
        if fault == Fault::Full { Refusal::Full } else { Refusal::Io }
    }

    /// What was made and deleted is durable.
    pub(crate) fn sync_folder(&mut self) -> Result<(), Refusal> {
        self.powered()?;
        match self.faults.step() {
            None => {}
            Some(Fault::Full) => return Err(Refusal::Full),
            Some(_) => return Err(Refusal::Io),
        }
        if !self.faults.ignore_syncs {
            self.folder.sync();
        }
        Ok(())
    }

    /// Deletes a name; who has the file open keeps it.
    pub(crate) fn delete(&mut self, name: &str, durably: bool) -> Result<(), Refusal> {
        self.powered()?;
        if self.folder.find(name).is_none() {
            return Err(Refusal::Missing);
        }
        if self.faults.read_only {
            return Err(Refusal::Io);
        }
        self.folder.set(name, None);
        self.sweep();
        if durably { self.sync_folder() } else { Ok(()) }
    }

    /// The length of a file that has a name.
    pub(crate) fn find(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.powered()?;
        Ok(self.folder.find(name).and_then(|node| self.files.get(&node)).map(File::length))
    }

    pub(crate) fn lock(&mut self, id: u64, to: Level) -> Result<(), Refusal> {
        if self.file(id)?.locks.raise(id, to) { Ok(()) } else { Err(Refusal::Busy) }
    }

    pub(crate) fn unlock(&mut self, id: u64, to: Level) -> Result<(), Refusal> {
        self.file(id)?.locks.lower(id, to);
        Ok(())
    }

    pub(crate) fn is_reserved(&mut self, id: u64) -> Result<bool, Refusal> {
        Ok(self.file(id)?.locks.is_reserved())
    }

    pub(crate) fn random(&mut self, bytes: &mut [u8]) {
        self.chance.fill(bytes);
    }

    /// The power goes and comes back.
    pub(crate) fn crash(&mut self, seed: u64) {
        let folder = std::mem::take(&mut self.folder);
        let mut files = std::mem::take(&mut self.files);
        let names = folder.crashed(Chance::named(seed, "names").next());
        for (name, node) in &names {
            if let Some(file) = files.remove(node) {
                self.files.insert(*node, file.crashed(seed, name));
            }
        }
        self.folder = Folder::durable(names);
        self.start();
    }

    fn start(&mut self) {
        self.handles.clear();
        self.faults.start();
    }

    pub(crate) fn snapshot(&self) -> Image {
        let bytes = |node| self.files.get(&node).map(|file| Arc::clone(file.bytes()));
        let files =
            self.folder.names().filter_map(|(name, node)| Some((name.clone(), bytes(node)?)));
        Image { files: files.collect() }
    }

    pub(crate) fn restore(&mut self, image: &Image) {
        self.files.clear();
        let mut names = BTreeMap::new();
        for (name, bytes) in &image.files {
            let node = self.number();
            self.files.insert(node, File::durable(Arc::clone(bytes)));
            names.insert(name.clone(), node);
        }
        self.folder = Folder::durable(names);
        self.start();
    }

    /// How many changes are pending in all files that have a name.
    pub(crate) fn pending(&self) -> usize {
        let files = self.folder.names().filter_map(|(_, node)| self.files.get(&node));
        files.map(File::pending).sum()
    }
}
