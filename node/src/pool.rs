//! Many entries, decoded and verified on all cores, handed on in order while the rest is verified.
//!
//! Verification is most of a replay's work and knows no order; the fold knows nothing else. So one
//! thread folds what is ready, and verifies with the others when nothing is.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use mundi_engine::entry::{Entry, EntryError, Verified, verify_all};

/// Entries of one piece of work: a full batch of signatures would not be cheaper by much, and the
/// fold would wait for it longer.
pub const BATCH: usize = 512;

/// Pieces that may be done before their turn: 16 pieces of entries of 512 bytes are 4 MiB.
const AHEAD: usize = 16;

type Answers = Vec<Result<Verified, EntryError>>;

#[derive(Default)]
struct State {
    /// Pieces that somebody has begun.
    begun: usize,
    /// Pieces that have been handed on.
    taken: usize,
    /// Pieces that are done and wait for their turn.
    done: BTreeMap<usize, Answers>,
    /// A thread has panicked, or nobody wants more.
    over: bool,
}

struct Pool<'a> {
    entries: &'a [&'a [u8]],
    seed: &'a [u8; 32],
    state: Mutex<State>,
    changed: Condvar,
}

/// Ends the work of all when a thread leaves, be it by a panic.
struct Over<'a, 'b>(&'a Pool<'b>);

impl Drop for Over<'_, '_> {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.changed.notify_all();
    }
}

/// How many threads there are to use.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Decodes and verifies entries on so many threads, this one among them, and hands each to `each`
/// on this thread, in order, with its index. `seed` should be random (see
/// [`mundi_identity::verify_batch`]).
pub fn verified(
    entries: &[&[u8]],
    threads: usize,
    seed: &[u8; 32],
    mut each: impl FnMut(usize, Result<Verified, EntryError>),
) {
    let (state, changed) = (Mutex::default(), Condvar::new());
    let pool = Pool { entries, seed, state, changed };
    std::thread::scope(|scope| {
        let over = Over(&pool);
        for _ in 1..threads.min(pool.pieces()).max(1) {
            scope.spawn(|| pool.work());
        }
        let mut index = 0;
        while let Some(answers) = pool.next() {
            for answer in answers {
                each(index, answer);
                index += 1;
            }
        }
        drop(over);
    });
}

impl Pool<'_> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn pieces(&self) -> usize {
        self.entries.len().div_ceil(BATCH)
    }

    /// Does pieces until there are no more.
    fn work(&self) {
        let _over = self.over_on_panic();
        loop {
            let mut state = self.lock();
            while state.begun >= state.taken + AHEAD && !state.over {
                state = self.wait(state);
            }
            if state.over || state.begun == self.pieces() {
                return;
            }
            let piece = state.begun;
            state.begun += 1;
            drop(state);
            self.finish(piece);
        }
    }

    /// The next piece in order; does pieces while it is not ready.
    fn next(&self) -> Option<Answers> {
        let mut state = self.lock();
        loop {
            let wanted = state.taken;
            if let Some(answers) = state.done.remove(&wanted) {
                state.taken += 1;
                drop(state);
                self.changed.notify_all();
                return Some(answers);
            }
            if wanted == self.pieces() || state.over {
                return None;
            }
            if state.begun < self.pieces() && state.begun < wanted + AHEAD {
                let piece = state.begun;
                state.begun += 1;
                drop(state);
                self.finish(piece);
                state = self.lock();
            } else {
                state = self.wait(state);
            }
        }
    }

    fn finish(&self, piece: usize) {
        let entries = self.entries.iter().skip(piece * BATCH).take(BATCH);
        let answers = decoded_and_verified(entries.copied(), self.seed);
        self.lock().done.insert(piece, answers);
        self.changed.notify_all();
    }

    fn over_on_panic(&self) -> impl Drop {
        struct OnPanic<'a, 'b>(&'a Pool<'b>);
        impl Drop for OnPanic<'_, '_> {
            fn drop(&mut self) {
                if std::thread::panicking() {
                    drop(Over(self.0));
                }
            }
        }
        OnPanic(self)
    }
}

/// One batch: what does not decode keeps its place among the answers.
fn decoded_and_verified<'a>(entries: impl Iterator<Item = &'a [u8]>, seed: &[u8; 32]) -> Answers {
    let mut good = Vec::new();
    let mut answers: Vec<Option<EntryError>> = Vec::new();
    for bytes in entries {
        match Entry::decode(bytes) {
            Ok(entry) => {
                good.push(entry);
                answers.push(None);
            }
            Err(error) => answers.push(Some(error)),
        }
    }
    let mut verified = verify_all(good, seed).into_iter();
    let answer = |error: Option<EntryError>| match error {
        Some(error) => Err(error),
        None => verified.next().unwrap_or(Err(EntryError::Signature)),
    };
    answers.into_iter().map(answer).collect()
}

#[cfg(test)]
mod tests {
    use mundi_engine::draft::Draft;
    use mundi_identity::DeviceKey;

    use super::*;

    fn entry(n: u64) -> Vec<u8> {
        let draft = Draft {
            conversation: None,
            seq: 0,
            prev: None,
            parents: Vec::new(),
            at: n,
            message: "open".into(),
            body: vec![0xa0],
        };
        draft.sign(&DeviceKey::rehearsal("pool", "ada", "")).unwrap().bytes().to_vec()
    }

    #[test]
    fn entries_come_in_order_whatever_the_threads() {
        let mut all: Vec<Vec<u8>> = (0..2_000).map(entry).collect();
        all[700][100] ^= 1;
        all[1_999].truncate(20);
        let views: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        for threads in [1, 2, 5] {
            let mut at = Vec::new();
            verified(&views, threads, &[0; 32], |index, answer| {
                at.push((index, answer.map(|entry| entry.at()).ok()));
            });
            let wanted = (0..2_000_usize)
                .map(|n| (n, u64::try_from(n).ok().filter(|_| n != 700 && n != 1_999)));
            assert!(at.into_iter().eq(wanted), "{threads} threads");
        }
    }

    #[test]
    fn nothing_is_nothing() {
        verified(&[], 4, &[0; 32], |_, _| panic!("there is none"));
    }
}
