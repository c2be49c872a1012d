//! Entries on their way to the disk while the ones after them are folded: two kinds of work that need not
//! wait for each other.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use mundi_engine::EntryId;

use crate::store::{ConversationNo, Store, StoreError};

/// Entries with their ids.
pub(super) type Piece = Vec<(EntryId, Vec<u8>)>;

/// Pieces that may wait: more would only fill the memory.
const WAITING: usize = 1;

/// Where pieces are given in.
pub(super) struct Beside(Option<SyncSender<Piece>>);

impl Beside {
    /// Takes a piece; waits while too many wait. Gives it back where the disk has failed: the reason comes
    /// at the end.
    pub(super) fn write(&self, piece: Piece) -> Result<(), Piece> {
        match &self.0 {
            Some(to) => to.send(piece).map_err(|unsent| unsent.0),
            None => Err(piece),
        }
    }
}

/// Does some work, and writes beside it what it gives in, if it is `much`; what it has given in is on the
/// disk when this returns.
pub(super) fn beside<T>(
    store: &Arc<Mutex<Store>>,
    number: ConversationNo,
    much: bool,
    work: impl FnOnce(&Beside) -> T,
) -> Result<T, StoreError> {
    if !much {
        return Ok(work(&Beside(None)));
    }
    let (to, pieces) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || append_all(store, number, &pieces));
        let beside = Beside(Some(to));
        let done = work(&beside);
        drop(beside);
        match writer.join() {
            Ok(written) => written.map(|()| done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn append_all(
    store: &Mutex<Store>,
    number: ConversationNo,
    pieces: &Receiver<Piece>,
) -> Result<(), StoreError> {
    for piece in pieces {
        let views: Vec<(EntryId, &[u8])> =
            piece.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        store.write(|tx| tx.append(number, &views))?;
    }
    Ok(())
}
