//! Verifying many signatures on all cores, in order, while the fold goes on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use mundi_engine::entry::{Entry, EntryError, Verified, verify_all};

/// Entries that are verified together: where a batch costs least a signature.
pub const CHUNK: usize = 1_024;

/// An entry's verification.
pub type Answer = Result<Verified, EntryError>;

/// Decodes and verifies entries on all cores, and hands the answers to `take` in their order,
/// until it gives `false`.
pub fn verify(entries: &[&[u8]], mut take: impl FnMut(usize, Answer) -> bool) {
    let chunks: Vec<&[&[u8]]> = entries.chunks(CHUNK).collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel::<(usize, Vec<Answer>)>();
    std::thread::scope(|scope| {
        for _ in 0..cores.min(chunks.len()) {
            let (send, next, chunks) = (send.clone(), &next, &chunks);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(chunk) = chunks.get(number) else { return };
                    if send.send((number, verify_chunk(chunk))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        hand_on(receive, &mut take);
    });
}

/// Puts the chunks in order again. Where `take` has had enough, the receiver is dropped, and the
/// others stop.
fn hand_on(
    receive: mpsc::Receiver<(usize, Vec<Answer>)>,
    take: &mut impl FnMut(usize, Answer) -> bool,
) {
    let mut waiting: BTreeMap<usize, Vec<Answer>> = BTreeMap::new();
    let (mut chunk, mut entry) = (0usize, 0usize);
    while let Ok((number, answers)) = receive.recv() {
        waiting.insert(number, answers);
        while let Some(answers) = waiting.remove(&chunk) {
            chunk += 1;
            for answer in answers {
                if !take(entry, answer) {
                    return;
                }
                entry += 1;
            }
        }
    }
}

fn verify_chunk(chunk: &[&[u8]]) -> Vec<Answer> {
    let mut sound = Vec::new();
    let mut answers: Vec<Option<EntryError>> = Vec::new();
    for bytes in chunk {
        match Entry::decode(bytes) {
            Ok(entry) => {
                sound.push(entry);
                answers.push(None);
            }
            Err(e) => answers.push(Some(e)),
        }
    }
    // The batch's coefficients come from all that is in it; a known seed gives nothing away.
    let mut verified = verify_all(sound, &[0; 32]).into_iter();
    let answer = |bad: Option<EntryError>| match bad {
        Some(e) => Err(e),
        None => verified.next().unwrap_or(Err(EntryError::Signature)),
    };
    answers.into_iter().map(answer).collect()
}
