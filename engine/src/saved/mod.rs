//! A conversation put away and taken up again: all that a [`Replica`] knows but the entries' bytes.
//!
//! A cache of one machine, not law: nobody else ever sees it, and a host that cannot read it replays
//! the log. Out goes a replica; in comes the same replica, for a small part of the time that
//! replaying takes, with the bytes of its entries left where the host keeps them ([`Bodies`]).
//! Invariant: a resumed replica answers as the saved one, and saves to the same bytes.
//!
//! # The form
//!
//! ```text
//! 16  "mundi.saved" and zeros
//!  2  version of this form, little-endian
//! 32  edition: SHA-256 over what makes the engine judge as it does
//! 32  the conversation
//!  …  log: persons, devices, ids (32 bytes each), one row an entry, revocations, what has changed
//!  …  verdicts, one byte an entry; 255 where it is not folded
//!  …  names that a `join` gave; reasons, the newest
//!  …  folds: the one before any message, some to go back to, the last
//!  …  ids of the entries that wait
//! 32  SHA-256 over all before
//! ```
//!
//! Numbers are LEB128 in their shortest form; signed ones zigzag. What follows from the rest is not
//! written: seqs, chains, heads, the order, what forks and revocations lead to, the index of ids,
//! the accepted entries, who is waited for. Of the entries that wait for others only the ids are
//! written: the host is asked for their bytes, and one that it does not give is forgotten, as if it
//! had not come.
//!
//! # Bytes that the host cannot give
//!
//! Where a script, a reference or a late entry needs the bytes of an old entry and the host has
//! none, or others than its id names, nothing is guessed: [`Replica::advance`] goes back to the
//! last fold that is kept and stops there. The entries after it have no verdict,
//! [`Replica::missing`] names what was needed, and the next `advance` tries again.

mod fold;
mod read;
mod stages;
#[cfg(test)]
mod tests;
mod value;
mod write;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use mundi_identity::Fingerprint;
use sha2::{Digest, Sha256};

use crate::checkpoints::Kept;
use crate::code::Code;
use crate::entry::{Entry, EntryId, Verified, verify};
use crate::library::Library;
use crate::limits::{self, CHECKPOINTS, SAVED_BYTES, SAVED_FOLD_BYTES, SAVED_REASON_BYTES};
use crate::opening::{Member, OpenError};
use crate::replica::Replica;
use crate::verdict::Reasons;
use crate::world::{Fold, World};
use fold::{read_fold, write_fold};
pub(crate) use read::{Damaged, Read, Reader};
pub(crate) use write::Writer;

/// The version of the form.
const VERSION: u16 = 1;
const MAGIC: [u8; 16] = *b"mundi.saved\0\0\0\0\0";
const HASH: usize = 32;
/// No verdict yet.
pub(crate) const UNJUDGED: u8 = u8::MAX;

/// Where the host keeps the bytes of entries.
pub trait Bodies: Send + Sync {
    /// The signed bytes of an entry; `None` where they cannot be had.
    fn bytes(&self, id: &EntryId) -> Option<Vec<u8>>;
}

/// Why a conversation cannot be resumed. The host replays its log instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// It is no saved conversation, or is damaged.
    #[error("the saved conversation is damaged: {0}. Replay the log instead")]
    Damaged(&'static str),
    /// Another version of the engine saved it.
    #[error("another version saved the conversation. Replay the log instead")]
    Edition,
    /// It is another conversation's.
    #[error("what was saved is another conversation")]
    Foreign,
    /// The `open` entry is none.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<Damaged> for ResumeError {
    fn from(damaged: Damaged) -> Self {
        Self::Damaged(damaged.0)
    }
}

/// A hash of what makes the engine judge as it does: what another engine has folded is not used.
fn edition() -> [u8; HASH] {
    let mut hash = Sha256::new();
    hash.update(concat!("mundi.saved ", env!("CARGO_PKG_VERSION")));
    hash.update(VERSION.to_be_bytes());
    let budgets = [limits::FUEL, limits::FUEL_ONCE, limits::CALL_PRICE, limits::PER_UNIT];
    for limit in budgets.into_iter().chain([limits::STATE_VALUES]) {
        hash.update(limit.to_be_bytes());
    }
    Code::ALL.iter().for_each(|code| hash.update(format!("{} {code}\n", code.number())));
    hash.finalize().into()
}

/// Who takes part by `open`: what they are called is not saved.
fn members(replica: &Replica) -> BTreeSet<Fingerprint> {
    replica.opening.members.iter().filter_map(Member::person).collect()
}

impl Replica {
    /// All that is known but the entries' bytes (see [`crate::saved`]).
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let world = &*self.sandbox().world();
        let mut out = Writer::new();
        out.raw(&MAGIC);
        out.raw(&VERSION.to_le_bytes());
        out.raw(&edition());
        out.raw(&self.conversation.0);
        world.log.write(&mut out);
        let all = world.log.len();
        let judged = self.verdicts.iter().copied().chain(std::iter::repeat(UNJUDGED));
        judged.take(all).for_each(|verdict| out.byte(verdict));
        self.write_names(world, &mut out);
        self.write_reasons(&mut out);
        self.write_folds(world, &mut out);
        let waiting: Vec<&EntryId> = world.log.waiting().collect();
        out.count(waiting.len());
        waiting.iter().for_each(|id| out.raw(&id.0));
        let hash = Sha256::digest(out.bytes());
        out.raw(&hash);
        out.into_bytes()
    }

    fn write_names(&self, world: &World, out: &mut Writer) {
        let members = members(self);
        let names: Vec<_> = world.names.iter().filter(|(p, _)| !members.contains(p)).collect();
        out.count(names.len());
        for (person, name) in names {
            out.print(person);
            out.text(name);
        }
    }

    /// The newest, as far as there is room.
    fn write_reasons(&self, out: &mut Writer) {
        let mut room = SAVED_REASON_BYTES;
        let fits = |(_, text): &(&u32, &String)| {
            let left = room.checked_sub(text.len() + 8);
            room = left.unwrap_or(room);
            left.is_some()
        };
        let newest: Vec<_> = self.texts.iter().rev().take_while(fits).collect();
        out.count(newest.len());
        for (index, text) in newest.into_iter().rev() {
            out.number(u64::from(*index));
            out.text(text);
        }
    }

    /// The first fold; as many as there is room for, the newest; the last.
    fn write_folds(&self, world: &World, out: &mut Writer) {
        let mut room = SAVED_FOLD_BYTES;
        let mut earlier = Vec::new();
        for (folded, accepted, kept) in self.checkpoints.before(self.folded).rev() {
            let bytes = fold_bytes(world, kept);
            let Some(left) = room.checked_sub(bytes.len()) else { break };
            room = left;
            earlier.push((folded, accepted, bytes));
            if earlier.len() + 2 >= CHECKPOINTS {
                break;
            }
        }
        out.long(&self.checkpoints.first().map(|kept| fold_bytes(world, kept)).unwrap_or_default());
        out.count(earlier.len());
        for (folded, accepted, bytes) in earlier.iter().rev() {
            out.count(*folded);
            out.count(*accepted);
            out.long(bytes);
        }
        let mut last = Writer::new();
        write_fold(world, &world.fold, &mut last);
        out.long(last.bytes());
    }

    /// Takes up what [`Self::save`] gave. `bodies` gives the bytes of the entries in it when they
    /// are needed.
    ///
    /// # Errors
    /// The bytes are damaged, another version's or another conversation's.
    pub fn resume(
        open: &Verified,
        saved: &[u8],
        bodies: Arc<dyn Bodies>,
        library: &Library,
        reasons: Reasons,
    ) -> Result<Self, ResumeError> {
        let content = content(open, saved)?;
        let mut replica = Self::unbegun(open, library, reasons, mundi_lang::check)?;
        let mut from = Reader::new(content);
        let asked = bodies.clone();
        replica.read(open, &mut from, bodies)?;
        replica.wait_again(from.rest(), &*asked)?;
        Ok(replica)
    }

    /// Takes in anew what waited for other entries: it takes the road of a stranger's entry.
    fn wait_again(&mut self, saved: &[u8], bodies: &dyn Bodies) -> Read<()> {
        let mut from = Reader::new(saved);
        let ids = from.sorted(|from| Ok(EntryId(from.hash()?)), |_| Ok(()))?;
        from.end()?;
        for id in ids.keys() {
            let entry = bodies.bytes(id).and_then(|bytes| verify(Entry::decode(&bytes).ok()?).ok());
            if let Some(entry) = entry.filter(|entry| entry.id() == *id) {
                self.insert(entry);
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        open: &Verified,
        from: &mut Reader<'_>,
        bodies: Arc<dyn Bodies>,
    ) -> Read<()> {
        let world = &mut *self.sandbox.world();
        world.log = world.log.read(open, from, bodies)?;
        self.verdicts = from.take(world.log.len())?.to_vec();
        let codes = Code::ALL.iter().map(|code| code.number()).max().unwrap_or(0);
        if self.verdicts.first() != Some(&0)
            || self.verdicts.iter().any(|v| *v > codes && *v != UNJUDGED)
        {
            return Err(Damaged("a verdict"));
        }
        self.folded = self.verdicts.iter().filter(|verdict| **verdict != UNJUDGED).count();
        world.list_accepted(&self.verdicts);
        let text = |from: &mut Reader<'_>| from.text().map(str::to_owned);
        world.names.append(&mut from.sorted(Reader::print, text)?);
        self.texts = from.sorted(Reader::small, text)?;
        let all = world.journal.accepted.len();
        let first = read_whole(world, from.long()?)?;
        self.checkpoints.add(1, Kept::Whole(Box::new(first)), 0);
        for _ in 0..from.count(3)? {
            let (folded, accepted): (usize, usize) = (from.small()?, from.small()?);
            let kept = Kept::Saved(from.long()?.into());
            let earlier = accepted <= all && folded < self.folded;
            if !earlier || !self.checkpoints.add(folded, kept, accepted) {
                return Err(Damaged("the order of the earlier folds"));
            }
        }
        let last = from.long()?;
        world.fold = read_whole(world, last)?;
        self.checkpoints.add(self.folded, Kept::Saved(last.into()), all);
        world.enrol_present();
        Ok(())
    }
}

/// A fold's saved bytes.
fn fold_bytes<'a>(world: &World, kept: &'a Kept) -> Cow<'a, [u8]> {
    match kept {
        Kept::Saved(bytes) => Cow::Borrowed(bytes),
        Kept::Whole(fold) => {
            let mut out = Writer::new();
            write_fold(world, fold, &mut out);
            Cow::Owned(out.into_bytes())
        }
    }
}

/// A fold that is kept.
pub(crate) fn fold_of(world: &World, kept: Kept) -> Read<Fold> {
    match kept {
        Kept::Whole(fold) => Ok(*fold),
        Kept::Saved(bytes) => read_whole(world, &bytes),
    }
}

fn read_whole(world: &World, bytes: &[u8]) -> Read<Fold> {
    let mut from = Reader::new(bytes);
    let fold = read_fold(world, &mut from)?;
    from.end()?;
    Ok(fold)
}

/// What stands between the head and the checksum.
fn content<'a>(open: &Verified, saved: &'a [u8]) -> Result<&'a [u8], ResumeError> {
    if saved.len() > SAVED_BYTES {
        return Err(ResumeError::Damaged("it is too long"));
    }
    let mut from = Reader::new(saved);
    if from.take(MAGIC.len())? != MAGIC {
        return Err(ResumeError::Damaged("it does not begin as one"));
    }
    if from.take(2)? != VERSION.to_le_bytes() || from.take(HASH)? != edition() {
        return Err(ResumeError::Edition);
    }
    if from.take(HASH)? != open.id().0 {
        return Err(ResumeError::Foreign);
    }
    let rest = from.rest();
    let end = rest.len().checked_sub(HASH).ok_or(Damaged("it is cut off"))?;
    let (content, hash) = rest.split_at_checked(end).ok_or(Damaged("it is cut off"))?;
    let hashed = saved.get(..saved.len().saturating_sub(HASH)).unwrap_or_default();
    if Sha256::digest(hashed)[..] != *hash {
        return Err(ResumeError::Damaged("its checksum is wrong"));
    }
    Ok(content)
}
