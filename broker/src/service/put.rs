//! `put`: judged parcel by parcel, then on the way to the disk together with those of others.

use std::sync::Arc;

use mundi_identity::inbox::{PASS_BYTES, Policy, hashed};
use mundi_transport::limits as wire;
use mundi_transport::stamp;
use mundi_transport::wire::{Kind, Parcel, Put, PutAnswer, Status, Wire};

use super::{Bucket, Refused, Request, Service, User, bad, locked};
use crate::store::Store;

/// A parcel that may be kept, with its hash.
pub type Judged = (Parcel, [u8; 32]);

/// Whether a parcel may be kept, whoever brings it: size, form, expiry, proof.
///
/// # Errors
/// Why not.
pub fn judge(parcel: Parcel, store: &Store, bits: u8) -> Result<Judged, Status> {
    let mailbox = parcel.mailbox();
    let expired = parcel.expires != 0 && parcel.expires <= store.now();
    let hash = parcel.hash();
    match mailbox.kind {
        Kind::Tag if !parcel.proof().is_empty() || expired => Err(Status::Form),
        Kind::Tag => Ok((parcel, hash)),
        Kind::Inbox if expired => Err(Status::Form),
        Kind::Inbox => {
            if store.index().known(&mailbox, &hash) {
                return Err(Status::Known);
            }
            let proven = match (store.index().policy(&mailbox.name), parcel.proof().len()) {
                (Some(policy), PASS_BYTES) => policy.passes.contains(&hashed(parcel.proof())),
                (policy, 8) => {
                    let bits = policy.map_or(bits, |policy| policy.bits).min(wire::STAMP_BITS);
                    stamp::verify(&mailbox, &hash, parcel.proof(), bits)
                }
                _ => false,
            };
            if proven { Ok((parcel, hash)) } else { Err(Status::Proof) }
        }
        Kind::Policy => {
            if parcel.envelope().len() > wire::POLICY_BYTES {
                return Err(Status::Size);
            }
            if !parcel.proof().is_empty() || parcel.expires != 0 {
                return Err(Status::Form);
            }
            let policy = Policy::verify(parcel.envelope()).map_err(|_| Status::Proof)?;
            let fits = policy.inbox() == mailbox.name && policy.bits <= wire::STAMP_BITS;
            // One from the future could not be replaced by its own device's next.
            let now = store.now().saturating_add(mundi_identity::inbox::VALID);
            if fits && policy.at <= now { Ok((parcel, hash)) } else { Err(Status::Proof) }
        }
    }
}

impl Service {
    pub(super) async fn put(
        self: &Arc<Self>,
        user: User,
        request: &Request,
    ) -> Result<(), Refused> {
        let put = Put::from_bytes(&request.payload).map_err(bad)?;
        let mut answer = PutAnswer { statuses: Vec::with_capacity(put.0.len()), wait: 0 };
        let mut good = Vec::new();
        for parcel in put.0 {
            let judged = self.afford(user, &parcel).map_err(|wait| {
                // Until there is room for all of them.
                let more = 1_000 / self.rates.parcels.each_second.max(1);
                answer.wait = wait.max(answer.wait.saturating_add(more)).min(60_000);
                Status::Throttled
            });
            let judged = judged.and_then(|()| judge(parcel, &self.store, self.settings.stamp_bits));
            answer.statuses.push(judged.as_ref().map_or_else(|status| *status, |_| Status::Full));
            if let Ok(judged) = judged {
                good.push((answer.statuses.len() - 1, judged));
            }
        }
        let Some(turn) = self.store.turn(good.len().max(1)).await else { return Ok(()) };
        let (service, reply) = (Arc::clone(self), request.reply.clone());
        tokio::spawn(async move {
            let own = service.broker;
            let storing = good.into_iter().map(|(place, (parcel, hash))| {
                let stored = service.store.put(parcel, hash, own);
                async move { (place, stored.await) }
            });
            for (place, status) in futures::future::join_all(storing).await {
                if status == Status::Throttled {
                    answer.wait = answer.wait.max(1_000);
                }
                if let Some(said) = answer.statuses.get_mut(place) {
                    *said = status;
                }
            }
            drop(turn);
            service.count(&answer);
            service.answer(&reply, answer.to_bytes()).await;
        });
        Ok(())
    }

    /// Whether a user may put so much now; else, after how many ms.
    fn afford(&self, user: User, parcel: &Parcel) -> Result<(), u64> {
        let now = self.store.now();
        let mut buckets = locked(&self.buckets);
        let (parcels, bytes) = buckets.entry(user).or_insert_with(|| {
            (Bucket::new(self.rates.parcels, now), Bucket::new(self.rates.bytes, now))
        });
        parcels.take(1, now)?;
        bytes.take(parcel.envelope().len() as u64, now)
    }

    fn count(&self, answer: &PutAnswer) {
        for status in &answer.statuses {
            let count = match status {
                Status::Stored | Status::Kept => continue,
                Status::Known => &self.counts.known,
                Status::Throttled => &self.counts.throttled,
                Status::Size => &self.counts.size,
                Status::Proof => &self.counts.proof,
                Status::Form => &self.counts.form,
                Status::Full => &self.counts.full,
            };
            count.add(1);
        }
    }
}
