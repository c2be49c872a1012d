//! A map from small numbers to values whose copies share what did not change.
//!
//! A tree of chunks of 32: a change touches one chunk a level, and a copy costs one count. Its
//! shape is a function of its contents, so equal contents are equal trees.

use std::sync::Arc;

const BITS: u32 = 5;
const MASK: u32 = (1 << BITS) - 1;

/// A persistent map from `u32`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Table<V> {
    height: u32,
    len: u32,
    root: Arc<Chunk<V>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk<V> {
    Leaf(Vec<(u32, V)>),
    Inner(Vec<(u32, Arc<Chunk<V>>)>),
}

impl<V: Clone> Table<V> {
    pub(super) fn new() -> Self {
        Self { height: 0, len: 0, root: Arc::new(Chunk::Leaf(Vec::new())) }
    }

    /// How many keys it holds.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn get(&self, key: u32) -> Option<&V> {
        if !fits(key, self.height) {
            return None;
        }
        let mut chunk = &*self.root;
        let mut height = self.height;
        loop {
            match chunk {
                Chunk::Leaf(values) => return find(values, key & MASK),
                Chunk::Inner(chunks) => {
                    chunk = find(chunks, digit(key, height))?;
                    height = height.saturating_sub(1);
                }
            }
        }
    }

    /// Sets a value, and gives the one that was there.
    pub(super) fn insert(&mut self, key: u32, value: V) -> Option<V> {
        while !fits(key, self.height) {
            self.grow();
        }
        let old = put(Arc::make_mut(&mut self.root), key, self.height, value);
        if old.is_none() {
            self.len = self.len.saturating_add(1);
        }
        old
    }

    /// Takes a value out.
    pub(super) fn remove(&mut self, key: u32) -> Option<V> {
        self.get(key)?;
        let old = take(Arc::make_mut(&mut self.root), key, self.height);
        self.len = self.len.saturating_sub(u32::from(old.is_some()));
        self.shrink();
        old
    }

    /// Every key with its value, in order of keys.
    pub(super) fn iter(&self) -> Vec<(u32, &V)> {
        let mut out = Vec::new();
        walk(&self.root, 0, &mut out);
        out
    }

    fn grow(&mut self) {
        let below = std::mem::replace(&mut self.root, Arc::new(Chunk::Leaf(Vec::new())));
        let inner = if self.len == 0 { Vec::new() } else { vec![(0, below)] };
        self.root = Arc::new(Chunk::Inner(inner));
        self.height = self.height.saturating_add(1);
    }

    fn shrink(&mut self) {
        if self.len == 0 {
            *self = Self::new();
        }
        while let Chunk::Inner(chunks) = &*self.root {
            let [(0, only)] = chunks.as_slice() else { return };
            let only = Arc::clone(only);
            self.root = only;
            self.height = self.height.saturating_sub(1);
        }
    }
}

/// Whether a tree of this height has room for the key.
fn fits(key: u32, height: u32) -> bool {
    key.checked_shr(BITS.saturating_mul(height.saturating_add(1))).unwrap_or(0) == 0
}

fn digit(key: u32, height: u32) -> u32 {
    key.checked_shr(BITS.saturating_mul(height)).unwrap_or(0) & MASK
}

fn find<T>(sorted: &[(u32, T)], at: u32) -> Option<&T> {
    let place = sorted.binary_search_by_key(&at, |(k, _)| *k).ok()?;
    sorted.get(place).map(|(_, v)| v)
}

fn put<V: Clone>(chunk: &mut Chunk<V>, key: u32, height: u32, value: V) -> Option<V> {
    match chunk {
        Chunk::Leaf(values) => match values.binary_search_by_key(&(key & MASK), |(k, _)| *k) {
            Ok(place) => values.get_mut(place).map(|(_, v)| std::mem::replace(v, value)),
            Err(place) => {
                values.insert(place, (key & MASK, value));
                None
            }
        },
        Chunk::Inner(chunks) => {
            let at = digit(key, height);
            let below = height.saturating_sub(1);
            match chunks.binary_search_by_key(&at, |(k, _)| *k) {
                Ok(place) => {
                    let child = &mut chunks.get_mut(place)?.1;
                    put(Arc::make_mut(child), key, below, value)
                }
                Err(place) => {
                    let mut child = empty(below);
                    put(&mut child, key, below, value);
                    chunks.insert(place, (at, Arc::new(child)));
                    None
                }
            }
        }
    }
}

fn empty<V>(height: u32) -> Chunk<V> {
    if height == 0 { Chunk::Leaf(Vec::new()) } else { Chunk::Inner(Vec::new()) }
}

fn take<V: Clone>(chunk: &mut Chunk<V>, key: u32, height: u32) -> Option<V> {
    match chunk {
        Chunk::Leaf(values) => {
            let place = values.binary_search_by_key(&(key & MASK), |(k, _)| *k).ok()?;
            Some(values.remove(place).1)
        }
        Chunk::Inner(chunks) => {
            let at = digit(key, height);
            let place = chunks.binary_search_by_key(&at, |(k, _)| *k).ok()?;
            let child = Arc::make_mut(&mut chunks.get_mut(place)?.1);
            let old = take(child, key, height.saturating_sub(1));
            if matches!(child, Chunk::Leaf(v) if v.is_empty())
                || matches!(child, Chunk::Inner(v) if v.is_empty())
            {
                chunks.remove(place);
            }
            old
        }
    }
}

fn walk<'a, V>(chunk: &'a Chunk<V>, above: u32, out: &mut Vec<(u32, &'a V)>) {
    let base = above << BITS;
    match chunk {
        Chunk::Leaf(values) => out.extend(values.iter().map(|(k, v)| (base | k, v))),
        Chunk::Inner(chunks) => chunks.iter().for_each(|(k, c)| walk(c, base | k, out)),
    }
}

#[cfg(test)]
impl<V> Table<V> {
    /// How many chunks of this table the other does not share.
    pub(super) fn unshared(&self, other: &Self) -> usize {
        fn all<'a, V>(chunk: &'a Arc<Chunk<V>>, out: &mut Vec<&'a Arc<Chunk<V>>>) {
            out.push(chunk);
            if let Chunk::Inner(chunks) = &**chunk {
                chunks.iter().for_each(|(_, c)| all(c, out));
            }
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        all(&self.root, &mut ours);
        all(&other.root, &mut theirs);
        let theirs: std::collections::BTreeSet<_> = theirs.into_iter().map(Arc::as_ptr).collect();
        ours.into_iter().filter(|c| !theirs.contains(&Arc::as_ptr(c))).count()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn holds_what_a_map_holds_and_is_equal_when_the_contents_are(
            changes in proptest::collection::vec(
                (prop_oneof![0u32..80, any::<u32>()], prop::option::of(0u8..3)), 0..60),
        ) {
            let (mut table, mut map) = (Table::new(), BTreeMap::new());
            for (key, value) in changes {
                match value {
                    Some(v) => prop_assert_eq!(table.insert(key, v), map.insert(key, v)),
                    None => prop_assert_eq!(table.remove(key), map.remove(&key)),
                }
                prop_assert_eq!(table.len() as usize, map.len());
            }
            let seen: Vec<_> = table.iter().into_iter().map(|(k, v)| (k, *v)).collect();
            let want: Vec<_> = map.clone().into_iter().collect();
            prop_assert_eq!(seen, want);
            let mut again = Table::new();
            for (key, value) in map.iter().rev() {
                again.insert(*key, *value);
                prop_assert_eq!(table.get(*key), Some(value));
            }
            prop_assert_eq!(again, table);
        }
    }
}
