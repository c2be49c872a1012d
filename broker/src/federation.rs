//! What other brokers have: asked for, judged as of anybody, kept with its first origin.
//!
//! One task a peer. Invariant: the cursor (`peers/<key>`: the peer's store and a position) is moved when
//! everything up to it is on the disk, or was refused for good.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mundi_transport::address::BrokerAddress;
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::limits::TAKE_NUMBERS;
use mundi_transport::link::LinkError;
use mundi_transport::wire::{Listed, Parcel, Status};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::keys::hex;
use crate::limits;
use crate::metrics::Counts;
use crate::service::judge;
use crate::settings::write_whole;
use crate::store::Store;

/// How far a peer's store was taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    store: String,
    last: u64,
}

/// A peer that is followed.
pub struct Follower {
    /// Which.
    pub peer: BrokerAddress,
    /// Where to connect to.
    pub at: SocketAddr,
    /// This broker's seed.
    pub seed: Zeroizing<[u8; 32]>,
    /// Where the parcels go.
    pub store: Arc<Store>,
    /// What is counted.
    pub counts: Arc<Counts>,
    /// The broker's folder.
    pub folder: PathBuf,
    /// The work that an inbox without a policy asks of strangers.
    pub bits: u8,
}

impl Follower {
    /// Follows the peer for ever.
    pub async fn follow(self) {
        let first = Duration::from_millis(200);
        let mut pause = first;
        loop {
            match self.connect().await {
                Ok(link) => {
                    pause = first;
                    // Why it ended matters less than that it is tried again.
                    let _ended = self.rounds(&link).await;
                }
                Err(_) => pause = (pause * 2).min(limits::PEER_PAUSE),
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn connect(&self) -> Result<BrokerLink, LinkError> {
        Entrance::new(self.peer.clone(), self.at, &self.seed)?.connect().await
    }

    async fn rounds(&self, link: &BrokerLink) -> Result<(), LinkError> {
        let path = cursor_path(&self.folder, &self.peer.key);
        let mut cursor = read_cursor(&path);
        loop {
            let mut listed = link.list(cursor.last).await?;
            let store = hex(listed.store.as_slice());
            if store != cursor.store {
                // Another store than before: from its beginning.
                cursor = Cursor { store, last: 0 };
                listed = link.list(0).await?;
            }
            let last = listed.last;
            self.take_over(link, listed).await?;
            if last <= cursor.last {
                tokio::time::sleep(limits::PEER_IDLE).await;
                continue;
            }
            cursor.last = last;
            let written = serde_json::to_vec(&cursor).map_err(|e| e.to_string());
            let written = written.and_then(|b| write_whole(&path, &b).map_err(|e| e.to_string()));
            written.map_err(LinkError::Settings)?;
        }
    }

    async fn take_over(&self, link: &BrokerLink, listed: Listed) -> Result<(), LinkError> {
        let mut missing: Vec<u64> = {
            let index = self.store.index();
            let new = listed.rows.iter().filter(|row| !index.known(&row.mailbox(), &row.hash));
            new.map(|row| row.number).collect()
        };
        while !missing.is_empty() {
            let asked: Vec<u64> = missing.iter().copied().take(TAKE_NUMBERS).collect();
            let taken = link.take(asked.clone()).await?;
            // An answer holds as many as fit, in order; what it leaves out before its last is gone.
            let reached =
                taken.0.last().map_or(asked.last().copied(), |(.., number)| Some(*number));
            let reached = reached.filter(|number| asked.contains(number));
            let Some(reached) = reached else {
                return Err(LinkError::Protocol("the peer gives what was not asked for".into()));
            };
            let storing = taken.0.into_iter().map(|(parcel, origin, _)| self.keep(parcel, *origin));
            for status in futures::future::join_all(storing).await {
                if status == Status::Throttled {
                    return Err(LinkError::Offline("the store is away".into()));
                }
            }
            missing.retain(|number| *number > reached);
        }
        Ok(())
    }

    async fn keep(&self, parcel: Parcel, origin: [u8; 32]) -> Status {
        let status = match judge(parcel, &self.store, self.bits) {
            Ok((parcel, hash)) => {
                let Some(_turn) = self.store.turn(1).await else { return Status::Throttled };
                self.store.put(parcel, hash, origin).await
            }
            Err(status) => status,
        };
        match status {
            Status::Stored => self.counts.federated.add(1),
            Status::Known | Status::Throttled => {}
            _ => self.counts.federated_refused.add(1),
        }
        status
    }
}

fn cursor_path(folder: &Path, peer: &[u8; 32]) -> PathBuf {
    folder.join("peers").join(hex(peer))
}

/// The cursor; from the beginning where there is none, or one that cannot be read.
fn read_cursor(path: &Path) -> Cursor {
    let bytes = std::fs::read(path).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
