//! Which names there are, and which file each one is; now, and durably.
//!
//! A crash may undo what was made and deleted since the folder was last synced, name by name, the
//! latest first.

use std::collections::{BTreeMap, BTreeSet};

use crate::chance::Chance;

/// A file's number, which its name leads to. Never given twice.
pub(crate) type Node = u64;

/// The names of a disk.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    now: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    /// What a name has become since the last sync, in order.
    steps: BTreeMap<String, Vec<Option<Node>>>,
}

impl Folder {
    /// One whose names are durable.
    pub(crate) fn durable(names: BTreeMap<String, Node>) -> Self {
        Self { now: names.clone(), durable: names, steps: BTreeMap::new() }
    }

    pub(crate) fn find(&self, name: &str) -> Option<Node> {
        self.now.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = (&String, Node)> {
        self.now.iter().map(|(name, node)| (name, *node))
    }

    /// A name leads to a file, or to none any more; not durably.
    pub(crate) fn set(&mut self, name: &str, node: Option<Node>) {
        match node {
            Some(node) => self.now.insert(name.to_owned(), node),
            None => self.now.remove(name),
        };
        self.steps.entry(name.to_owned()).or_default().push(node);
    }

    /// All that was made and deleted is durable.
    pub(crate) fn sync(&mut self) {
        for (name, steps) in std::mem::take(&mut self.steps) {
            match steps.last().copied().flatten() {
                Some(node) => self.durable.insert(name, node),
                None => self.durable.remove(&name),
            };
        }
    }

    /// The files that a name leads to, or may lead to after a crash.
    pub(crate) fn reachable(&self) -> BTreeSet<Node> {
        let steps = self.steps.values().flatten().flatten();
        self.now.values().chain(self.durable.values()).chain(steps).copied().collect()
    }

    /// The names as they are after the machine has started again.
    pub(crate) fn crashed(self, seed: u64) -> BTreeMap<String, Node> {
        let mut left = self.durable;
        for (name, steps) in self.steps {
            let mut chance = Chance::named(seed, &name);
            let count = chance.below((steps.len() as u64).saturating_add(1));
            let last = usize::try_from(count).ok().and_then(|count| count.checked_sub(1));
            match last.and_then(|last| steps.get(last)) {
                None => {}
                Some(Some(node)) => {
                    left.insert(name, *node);
                }
                Some(None) => {
                    left.remove(&name);
                }
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;

    #[test]
    fn what_was_synced_stays_and_the_rest_may_be_undone() {
        let mut met = [false; 3];
        for seed in 0..100 {
            let mut folder = Folder::default();
            folder.set("a", Some(1));
            folder.set("b", Some(2));
            folder.sync();
            folder.set("a", None);
            folder.set("a", Some(3));
            let left = folder.crashed(seed);
            assert_eq!(left.get("b"), Some(&2));
            met[match left.get("a") {
                Some(1) => 0,
                Some(3) => 1,
                None => 2,
                other => panic!("{other:?}"),
            }] = true;
        }
        assert_eq!(met, [true; 3]);
    }
}
