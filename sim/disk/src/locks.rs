//! The locks on one file, as SQLite has them: who reads shares it, one at a time means to write.

use std::collections::BTreeMap;

/// How much of a file somebody has (`SQLITE_LOCK_*`, in their order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Nothing.
    None,
    /// Reads.
    Shared,
    /// Reads, and means to write.
    Reserved,
    /// Waits for the readers to go; no new ones come.
    Pending,
    /// Writes.
    Exclusive,
}

/// Who has what.
#[derive(Debug, Default)]
pub(crate) struct Locks(BTreeMap<u64, Level>);

impl Locks {
    fn of(&self, who: u64) -> Level {
        self.0.get(&who).copied().unwrap_or(Level::None)
    }

    fn of_others(&self, who: u64) -> Level {
        let others = self.0.iter().filter(|(other, _)| **other != who);
        others.map(|(_, level)| *level).max().unwrap_or(Level::None)
    }

    /// Says whether it was given. Who asks in vain for all of it keeps new readers away.
    pub(crate) fn raise(&mut self, who: u64, to: Level) -> bool {
        if self.of(who) >= to {
            return true;
        }
        let others = self.of_others(who);
        let free = match to {
            Level::None => true,
            Level::Shared => others < Level::Pending,
            Level::Reserved | Level::Pending => others < Level::Reserved,
            Level::Exclusive => others == Level::None,
        };
        if free {
            self.0.insert(who, to);
        } else if to == Level::Exclusive && others == Level::Shared {
            self.0.insert(who, Level::Pending);
        }
        free
    }

    pub(crate) fn lower(&mut self, who: u64, to: Level) {
        if to == Level::None {
            self.0.remove(&who);
        } else if self.of(who) > to {
            self.0.insert(who, to);
        }
    }

    /// Whether somebody means to write.
    pub(crate) fn is_reserved(&self) -> bool {
        self.0.values().any(|level| *level >= Level::Reserved)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Locks};

    #[test]
    fn readers_share_and_a_writer_waits_for_them() {
        let mut locks = Locks::default();
        assert!(locks.raise(1, Level::Shared) && locks.raise(2, Level::Shared));
        assert!(locks.raise(1, Level::Reserved));
        assert!(!locks.raise(2, Level::Reserved) && locks.is_reserved());
        assert!(!locks.raise(1, Level::Exclusive));
        assert!(!locks.raise(3, Level::Shared), "a new reader while a writer waits");
        locks.lower(2, Level::None);
        assert!(locks.raise(1, Level::Exclusive));
        locks.lower(1, Level::Shared);
        assert!(locks.raise(3, Level::Shared) && !locks.is_reserved());
    }
}
