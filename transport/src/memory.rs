//! A broker in memory, for simulations and tests: it keeps the protocol, and can be made to lose, hide,
//! change, repeat and reorder what it carries, or to be away.
//!
//! It asks nobody for proofs or tickets: those are the business of a real broker's tests.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout_at};

use crate::link::{Answer, Ends, Letters, Link, LinkError, Standing};
use crate::wire::{Got, Info, Letter, Mailbox, Parcel, PutAnswer, Status, Want};

/// What a broker does wrong. Every nth envelope is meant; 0: none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mischief {
    /// Says that it has kept them, and never gives them out.
    pub hides: usize,
    /// Gives them with a bit changed.
    pub alters: usize,
    /// Gives them twice.
    pub repeats: usize,
    /// Gives the newest first.
    pub reverses: bool,
    /// Gives things that nobody has put there.
    pub invents: bool,
}

struct Kept {
    mailbox: Mailbox,
    envelope: Vec<u8>,
}

struct State {
    kept: Vec<Kept>,
    hashes: BTreeSet<(Mailbox, [u8; 32])>,
    mischief: Mischief,
    away: bool,
}

struct Shared {
    key: [u8; 32],
    state: Mutex<State>,
    changed: Notify,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn here(&self) -> Result<MutexGuard<'_, State>, LinkError> {
        let state = self.state();
        if state.away { Err(LinkError::Offline("it is away".into())) } else { Ok(state) }
    }
}

/// A broker in memory. Clones are the same one.
#[derive(Clone)]
pub struct MemoryBroker(Arc<Shared>);

impl MemoryBroker {
    /// One with a key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let state = State {
            kept: Vec::new(),
            hashes: BTreeSet::new(),
            mischief: Mischief::default(),
            away: false,
        };
        Self(Arc::new(Shared { key, state: Mutex::new(state), changed: Notify::new() }))
    }

    /// From now on it does this wrong.
    pub fn misbehave(&self, mischief: Mischief) {
        self.0.state().mischief = mischief;
    }

    /// Whether it is away.
    pub fn set_away(&self, away: bool) {
        self.0.state().away = away;
        self.0.changed.notify_waiters();
    }

    /// How many envelopes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.state().kept.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes that it has seen: what an operator could read.
    #[must_use]
    pub fn seen(&self) -> Vec<u8> {
        let state = self.0.state();
        state.kept.iter().flat_map(|kept| kept.envelope.iter().copied()).collect()
    }

    /// Takes from another broker what it gives out and this one lacks, as peers do.
    pub fn pull(&self, peer: &Self) {
        let given: Vec<(Mailbox, Vec<u8>)> = {
            let state = peer.0.state();
            let visible = (1..).zip(&state.kept).filter(|(n, _)| !every(state.mischief.hides, *n));
            visible.map(|(_, kept)| (kept.mailbox, kept.envelope.clone())).collect()
        };
        for (mailbox, envelope) in given {
            keep(&mut self.0.state(), Parcel::new(mailbox, envelope));
        }
        self.0.changed.notify_waiters();
    }

    /// A link to it.
    #[must_use]
    pub fn link(&self, user: [u8; 32]) -> MemoryLink {
        MemoryLink { broker: self.clone(), user }
    }
}

fn every(nth: usize, number: usize) -> bool {
    nth > 0 && number.is_multiple_of(nth)
}

fn keep(state: &mut State, parcel: Parcel) -> Status {
    let mailbox = parcel.mailbox();
    if !state.hashes.insert((mailbox, parcel.hash())) {
        return Status::Known;
    }
    state.kept.push(Kept { mailbox, envelope: parcel.into_envelope() });
    Status::Stored
}

/// What is there for these, after what was had; and up to where.
fn found(state: &State, wants: &[Want], after: u64) -> (Vec<Letter>, u64) {
    let mut letters = Vec::new();
    for (number, kept) in (1_u64..).zip(&state.kept) {
        let wanted = (0_u64..)
            .zip(wants)
            .find(|(_, want)| want.mailbox() == kept.mailbox && number > want.after.max(after));
        let Some((index, _)) = wanted else { continue };
        let nth = usize::try_from(number).unwrap_or(usize::MAX);
        if every(state.mischief.hides, nth) {
            continue;
        }
        let mut envelope = kept.envelope.clone();
        if every(state.mischief.alters, nth)
            && let Some(byte) = envelope.last_mut()
        {
            *byte ^= 1;
        }
        let letter = Letter { index, number, envelope: envelope.into() };
        if every(state.mischief.repeats, nth) {
            letters.push(letter.clone());
        }
        letters.push(letter);
    }
    if state.mischief.invents && !wants.is_empty() {
        letters.push(Letter { index: 0, number: u64::MAX, envelope: vec![7; 633].into() });
    }
    if state.mischief.reverses {
        letters.reverse();
    }
    (letters, state.kept.len() as u64)
}

/// A link to a broker in memory.
pub struct MemoryLink {
    broker: MemoryBroker,
    user: [u8; 32],
}

impl Link for MemoryLink {
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer> {
        Box::pin(async move {
            let statuses = {
                let mut state = self.broker.0.here()?;
                parcels.into_iter().map(|parcel| keep(&mut state, parcel)).collect()
            };
            self.broker.0.changed.notify_waiters();
            Ok(PutAnswer { statuses, wait: 0 })
        })
    }

    fn get(&self, wants: Vec<Want>, _ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters> {
        Box::pin(async move {
            drop(self.broker.0.here()?);
            let (to, letters) = mpsc::channel(16);
            tokio::spawn(give(self.broker.0.clone(), wants, seconds, to));
            Ok(letters)
        })
    }

    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>> {
        Box::pin(async move {
            let state = self.broker.0.here()?;
            let has = |hash: &[u8; 32]| state.hashes.iter().any(|(_, known)| known == hash);
            Ok(hashes.iter().map(has).collect())
        })
    }

    fn info(&self) -> Answer<'_, Info> {
        Box::pin(async move {
            drop(self.broker.0.here()?);
            let key = self.broker.0.key;
            Ok(Info {
                name: "memory".into(),
                key: key.into(),
                store: key.first_chunk().copied().unwrap_or([0; 8]).into(),
                now: 0,
                admission: "open".into(),
                users: 1,
                bits: 0,
                keeps: 0,
                peers: Vec::new(),
                notices: Vec::new(),
            })
        })
    }

    fn acknowledge(&self, _hashes: Vec<[u8; 32]>) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ends(&self) -> Option<Ends> {
        Some(Ends { broker: self.broker.0.key, user: self.user })
    }

    fn standing(&self) -> Standing {
        match self.broker.0.state().away {
            true => Standing::Offline { why: "it is away".into() },
            false => Standing::Online { to: "memory".into(), by: "broker" },
        }
    }
}

/// Gives what is there, and what comes until the time is over or nobody listens.
async fn give(
    broker: Arc<Shared>,
    wants: Vec<Want>,
    seconds: u64,
    to: mpsc::Sender<Result<Got, LinkError>>,
) {
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut after = 0;
    loop {
        let changed = broker.changed.notified();
        let got = broker.here().map(|state| found(&state, &wants, after));
        let (letters, last) = match got {
            Ok(found) => found,
            Err(error) => {
                let _gone = to.send(Err(error)).await;
                return;
            }
        };
        after = last;
        if !letters.is_empty() && to.send(Ok(Got::Some(letters))).await.is_err() {
            return;
        }
        let over = tokio::select! {
            over = timeout_at(end, changed) => over.is_err(),
            () = to.closed() => return,
        };
        if over {
            let store = broker.key.first_chunk().copied().unwrap_or([0; 8]).into();
            let _gone = to.send(Ok(Got::End { store, last: after })).await;
            return;
        }
    }
}
