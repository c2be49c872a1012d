//! Letters from the broker, into BOX: those of the tags that the home has told.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, Subscriber};
use futures::StreamExt;
use mundi_transport::broker_link::BrokerLink;
use mundi_transport::leaf_link::{BOX, Follow, Followed, Lay, lay, subject};
use mundi_transport::limits::GET_MAILBOXES;
use mundi_transport::link::{Letters, Link};
use mundi_transport::wire::{Got, Letter, Want, Wire};
use sha2::{Digest, Sha256};

use super::Pause;
use super::cursors::Cursors;
use super::gone::Gone;
use super::streams::Streams;
use super::upstream::Up;
use crate::limits;
use crate::run::Clock;

/// Letters on their way to the leaf's disk together.
const TOGETHER: usize = 64;

pub(super) struct Inward {
    pub(super) here: Client,
    pub(super) streams: Arc<Streams>,
    pub(super) gone: Arc<Gone>,
    pub(super) up: Up,
    pub(super) folder: PathBuf,
    pub(super) clock: Clock,
}

/// Why a `get` has ended.
enum Ended {
    /// As it should, or the home follows something else: the next one at once.
    Next,
    /// The leaf has moved, or the link fails.
    Broken,
    /// The leaf's disk has no room, or fails.
    Disk,
}

impl Inward {
    /// Watches, for ever.
    pub(super) async fn run(mut self) {
        let mut told = self.listen().await;
        let mut pause = Pause::new();
        loop {
            let (link, info) = self.up.reach().await;
            // What was noted while this did not listen.
            let known = self.gone.recall(&self.streams).await;
            let (Ok(()), Ok(mut cursors)) = (known, Cursors::of(&self.folder, *info.store)) else {
                pause.rest().await;
                continue;
            };
            loop {
                match self.get(&link, &mut cursors, &mut told).await {
                    Ended::Next => pause = Pause::new(),
                    Ended::Broken => break,
                    Ended::Disk => pause.rest().await,
                }
            }
            pause.rest().await;
        }
    }

    /// Hears when the home follows something else.
    async fn listen(&self) -> Subscriber {
        let mut pause = Pause::new();
        loop {
            if let Ok(told) = self.here.subscribe("follow").await {
                return told;
            }
            pause.rest().await;
        }
    }

    /// What the home follows.
    async fn followed(&self) -> Follow {
        let last = self.streams.follow.get_last_raw_message_by_subject("follow").await;
        let follow = last.ok().and_then(|message| Follow::from_bytes(&message.payload).ok());
        follow.unwrap_or(Follow { store: [0; 8].into(), tags: Vec::new() })
    }

    async fn get(
        &mut self,
        link: &BrokerLink,
        cursors: &mut Cursors,
        told: &mut Subscriber,
    ) -> Ended {
        let follow = self.followed().await;
        let names: BTreeSet<[u8; 16]> = follow.tags.iter().map(|tag| tag.mailbox().name).collect();
        cursors.keep(|name| names.contains(name));
        let wants = wants(&follow, cursors, (self.clock)());
        if wants.is_empty() {
            tokio::select! {
                _more = told.next() => return Ended::Next,
                () = self.up.moved() => return Ended::Broken,
                () = tokio::time::sleep(Duration::from_secs(60)) => return Ended::Next,
            }
        }
        let asked = self.up.during(link.get(wants.clone(), Vec::new(), limits::LEAF_GET)).await;
        match asked {
            Ok(letters) => self.take(letters, &wants, cursors, told).await,
            Err(_) => Ended::Broken,
        }
    }

    async fn take(
        &mut self,
        mut letters: Letters,
        wants: &[Want],
        cursors: &mut Cursors,
        told: &mut Subscriber,
    ) -> Ended {
        let names: Vec<[u8; 16]> = wants.iter().map(|want| want.mailbox().name).collect();
        loop {
            let got = tokio::select! {
                got = letters.recv() => got,
                _more = told.next() => return Ended::Next,
                () = self.up.moved() => return Ended::Broken,
            };
            let (last, end) = match got {
                Some(Ok(Got::Some(some))) => {
                    let last = some.iter().map(|letter| letter.number).max().unwrap_or(0);
                    if !self.keep(wants, some).await {
                        return Ended::Disk;
                    }
                    (last, false)
                }
                Some(Ok(Got::End { store, last })) if *store == cursors.store => (last, true),
                Some(Ok(Got::End { .. }) | Err(_)) | None => return Ended::Broken,
            };
            // Letters come in the order of their numbers.
            if cursors.read(&names, last).is_err() {
                return Ended::Disk;
            }
            if end {
                return Ended::Next;
            }
        }
    }

    /// Lays letters into BOX. Whether all of them are on the disk.
    async fn keep(&self, wants: &[Want], letters: Vec<Letter>) -> bool {
        let laid = futures::stream::iter(letters).map(|letter| async move {
            let place = usize::try_from(letter.index).ok().and_then(|index| wants.get(index));
            // What was not asked for is not kept.
            let Some(want) = place else { return Lay::There };
            let envelope: Vec<u8> = letter.envelope.into();
            let hash: [u8; 32] = Sha256::digest(&envelope).into();
            let subject = subject(BOX, &want.mailbox(), &hash);
            if self.gone.has(&subject) {
                return Lay::There;
            }
            lay(&self.here, subject, envelope.into(), limits::LEAF_LAY).await
        });
        let laid: Vec<Lay> = laid.buffer_unordered(TOGETHER).collect().await;
        laid.iter().all(|one| matches!(one, Lay::New | Lay::There))
    }
}

/// The tags of now, those that end last first, as many as a broker is asked for at once.
fn wants(follow: &Follow, cursors: &Cursors, now: u64) -> Vec<Want> {
    let same = *follow.store == cursors.store;
    let current = |tag: &&Followed| tag.from <= now && now <= tag.until;
    let mut tags: Vec<&Followed> = follow.tags.iter().filter(current).collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.until));
    tags.truncate(GET_MAILBOXES);
    let want = |tag: &Followed| {
        let had = if same { tag.after } else { 0 };
        Want::new(tag.mailbox(), had.max(cursors.get(&tag.mailbox().name)))
    };
    tags.into_iter().map(want).collect()
}
