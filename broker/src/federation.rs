//! What other brokers have: asked for, judged as of anybody, kept with its first origin.
//!
//! One task a peer. Invariant: the cursor (`peers/<key>`: the peer's store and a position) is moved when
//! everything up to it is on the disk, or was refused for good.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use minicbor::bytes::ByteArray;
use mundi_transport::address::BrokerAddress;
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::limits::TAKE_NUMBERS;
use mundi_transport::link::LinkError;
use mundi_transport::wire::{Kind, Listed, Parcel, Status};
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
    /// What was without a proof when it came: the policy that lets it in may be behind it, as a newer
    /// policy takes the place of an older one.
    #[serde(default)]
    later: Vec<u64>,
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
        let mut cursor = read_cursor(&cursor_path(&self.folder, &self.peer.key));
        loop {
            let mut listed = link.list(cursor.last).await?;
            let store = hex(listed.store.as_slice());
            if store != cursor.store {
                // Another store than before: from its beginning.
                cursor = Cursor { store, ..Cursor::default() };
                listed = link.list(0).await?;
            }
            let last = listed.last;
            let refused = self.take(link, self.missing(&listed)).await?;
            cursor.later.extend(refused);
            cursor.later.truncate(limits::PEER_LATER);
            if last > cursor.last {
                cursor.last = last;
                self.keep_cursor(&cursor)?;
                continue;
            }
            if !cursor.later.is_empty() {
                // All policies are here by now; what they do not let in is refused for good.
                let refused = self.take(link, std::mem::take(&mut cursor.later)).await?;
                self.counts.federated_refused.add(refused.len() as u64);
                self.keep_cursor(&cursor)?;
            }
            tokio::time::sleep(limits::PEER_IDLE).await;
        }
    }

    fn keep_cursor(&self, cursor: &Cursor) -> Result<(), LinkError> {
        let path = cursor_path(&self.folder, &self.peer.key);
        let bytes = serde_json::to_vec(cursor).map_err(|e| LinkError::Settings(e.to_string()))?;
        write_whole(&path, &bytes).map_err(|e| LinkError::Settings(e.to_string()))
    }

    fn missing(&self, listed: &Listed) -> Vec<u64> {
        let index = self.store.index();
        let new = listed.rows.iter().filter(|row| !index.known(&row.mailbox(), &row.hash));
        new.map(|row| row.number).collect()
    }

    /// Takes parcels and keeps them. Gives those that have no proof as far as is known here.
    async fn take(&self, link: &BrokerLink, mut missing: Vec<u64>) -> Result<Vec<u64>, LinkError> {
        let mut refused = Vec::new();
        while !missing.is_empty() {
            let asked: Vec<u64> = missing.iter().copied().take(TAKE_NUMBERS).collect();
            let taken = link.take(asked.clone()).await?;
            // An answer holds as many as fit, in order; what it leaves out before its last is gone.
            let last = taken.0.last().map_or(asked.last().copied(), |(.., number)| Some(*number));
            let reached = last.and_then(|last| asked.iter().position(|number| *number == last));
            let Some(reached) = reached else {
                return Err(LinkError::Protocol("the peer gives what was not asked for".into()));
            };
            // Policies first: they say which passes are good.
            let (policies, others): (Vec<_>, Vec<_>) =
                taken.0.into_iter().partition(|(parcel, ..)| parcel.mailbox().kind == Kind::Policy);
            for some in [policies, others] {
                let keep = |(parcel, origin, number): (Parcel, ByteArray<32>, u64)| async move {
                    (number, self.keep(parcel, *origin).await)
                };
                let kept = futures::future::join_all(some.into_iter().map(keep)).await;
                if kept.iter().any(|(_, status)| *status == Status::Throttled) {
                    return Err(LinkError::Offline("the store is away".into()));
                }
                let unproven = kept.iter().filter(|(_, status)| *status == Status::Proof);
                refused.extend(unproven.map(|(number, _)| *number));
            }
            missing.drain(..=reached);
        }
        Ok(refused)
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
            Status::Known | Status::Throttled | Status::Proof => {}
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
