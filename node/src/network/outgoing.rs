//! What this home has written, into the queue and out of it.

use mundi_engine::{Entry, EntryId};
use mundi_identity::Fingerprint;
use mundi_identity::envelope::envelope_id;
use mundi_identity::inbox::{inbox_of, pass};
use mundi_transport::limits::PUT_PARCELS;
use mundi_transport::stamp;
use mundi_transport::wire::{Kind, Mailbox, Parcel, Status};
use sha2::{Digest, Sha256};

use super::inviting::invite;
use super::online::{Online, key_of, mailbox_of};
use super::padded::pad;
use super::written::Written;
use crate::conversation::Room;
use crate::home::{Home, HomeError};
use crate::store::{ConversationNo, Delivered, NewQueued, Queued, QueuedNo};

/// Time between two tries where a broker cannot take something, in ms: doubled each time up to an hour.
const RETRY: u64 = 15_000;
const RETRY_MOST: u64 = 3_600_000;
/// Time after which what a leaf keeps is given to it again, in ms: it tells what became of it long before.
const KEPT: u64 = 3_600_000;
/// Entries of others that may come before it is noted that they were looked through: to do that again after
/// a start takes some ms.
const SEEN: u64 = 1_024;
/// More work than this is not done for one message; a minute of a core.
const MOST_BITS: u8 = 26;

/// Something that is to be sent now.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its number in the queue.
    pub number: QueuedNo,
    /// How often it was tried in vain.
    pub tries: u32,
    /// The parcel.
    pub parcel: Parcel,
}

/// What a broker has said of parcels.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Of each.
    pub statuses: &'a [Status],
    /// Its key.
    pub broker: &'a [u8; 32],
    /// Milliseconds until another try is welcome.
    pub wait: u64,
    /// The work that it asks of strangers.
    pub bits: u8,
}

/// Somebody who cannot be invited, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreachable {
    /// Who.
    pub person: Fingerprint,
    /// Why.
    pub why: String,
}

impl Online {
    /// Puts all that was written here and has not been sent into the queue: entries, and invitations to
    /// whom they concern. Says who cannot be invited.
    ///
    /// # Errors
    /// The secret of a conversation is missing; the disk fails.
    pub fn post(&mut self, home: &mut Home, now: u64) -> Result<Vec<Unreachable>, HomeError> {
        let (written, unreachable) = self.written(home, now)?;
        queue(home, &written)?;
        Ok(unreachable)
    }

    /// All entries that were written here and are neither sent nor in the queue; invitations go into the
    /// queue. Says who cannot be invited.
    pub(super) fn written(
        &mut self,
        home: &mut Home,
        now: u64,
    ) -> Result<(Vec<Written>, Vec<Unreachable>), HomeError> {
        let unposted = home.store().unposted()?;
        let (mut all, mut unreachable) = (Vec::new(), Vec::new());
        for (number, posted) in unposted {
            let seen = self.seen.get(&number).copied().unwrap_or(0).max(posted);
            let room = self.take_up_all(home, number)?;
            if room.row.entries <= seen {
                continue;
            }
            unreachable.extend(invite(home, room, now)?);
            let written = Written::since(home, room, seen, now)?;
            // What others have written is not worth a wait for the disk.
            if written.is_empty() && written.end.saturating_sub(posted) < SEEN {
                self.seen.insert(number, written.end);
            } else {
                all.push(written);
            }
        }
        unreachable.sort();
        unreachable.dedup();
        Ok((all, unreachable))
    }

    /// A conversation with all that was written there, also by another part of this process.
    fn take_up_all(&mut self, home: &Home, number: ConversationNo) -> Result<&Room, HomeError> {
        let row = home.store().conversation(number)?;
        let room = self.take_up(home, number)?;
        if let Some(row) = row.filter(|row| room.row.entries < row.entries) {
            *room = home.room(&row)?;
        }
        Ok(room)
    }

    /// What is to be sent now, with a pass where it is for an inbox; at most what one request takes.
    ///
    /// # Errors
    /// As all reading.
    pub fn outgoing(&self, home: &Home, now: u64) -> Result<Vec<Outgoing>, HomeError> {
        let due = home.store().due(now, u32::try_from(PUT_PARCELS).unwrap_or(u32::MAX))?;
        Ok(due.into_iter().filter_map(outgoing).collect())
    }

    /// What a broker has said of parcels: those that it has leave the queue.
    ///
    /// # Errors
    /// The disk fails.
    pub fn answered(
        &mut self,
        home: &mut Home,
        sent: &[Outgoing],
        said: &Said<'_>,
        now: u64,
    ) -> Result<(), HomeError> {
        let answers = || sent.iter().zip(said.statuses);
        let is_stored = |status: &Status| matches!(status, Status::Stored | Status::Known);
        let all: Vec<&Outgoing> =
            answers().filter(|(_, status)| is_stored(status)).map(|(one, _)| one).collect();
        stored(home, &all, said.broker, now)?;
        for (one, status) in answers() {
            match status {
                Status::Stored | Status::Known => {}
                Status::Throttled => retry(home, one, now.saturating_add(said.wait.max(1_000)))?,
                Status::Kept => retry(home, one, now.saturating_add(KEPT))?,
                Status::Full => retry(home, one, now.saturating_add(pause(one.tries)))?,
                Status::Proof => stamped(home, one, said.bits, now)?,
                Status::Size | Status::Form => give_up(home, one, now)?,
            }
        }
        Ok(())
    }

    /// A try in vain: all of it is tried again after a while.
    ///
    /// # Errors
    /// The disk fails.
    pub fn in_vain(
        &mut self,
        home: &mut Home,
        sent: &[Outgoing],
        now: u64,
    ) -> Result<(), HomeError> {
        // Another broker may take it at once.
        sent.iter().try_for_each(|one| retry(home, one, now))
    }
}

fn pause(tries: u32) -> u64 {
    RETRY.saturating_mul(1 << tries.min(10)).min(RETRY_MOST)
}

pub(super) fn outgoing(queued: Queued) -> Option<Outgoing> {
    let parcel = parcel_of(queued.queued)?;
    Some(Outgoing { number: queued.number, tries: queued.tries, parcel })
}

pub(super) fn parcel_of(queued: NewQueued) -> Option<Parcel> {
    let (key, proof) = queued.destination.split_first_chunk::<17>()?;
    Some(Parcel::new(mailbox_of(key)?, queued.bytes).with_proof(proof.to_vec()))
}

/// Into the queue, in one go.
pub(super) fn queue(home: &mut Home, written: &[Written]) -> Result<(), HomeError> {
    if written.is_empty() {
        return Ok(());
    }
    Ok(home.write(|tx| written.iter().try_for_each(|one| one.queue(tx)))?)
}

/// All at once: the disk is waited for once.
fn stored(
    home: &mut Home,
    all: &[&Outgoing],
    broker: &[u8; 32],
    now: u64,
) -> Result<(), HomeError> {
    let mut known = Vec::new();
    for one in all {
        known.extend(home.store().delivery_by(&one.parcel.hash())?);
    }
    for delivery in &mut known {
        (delivery.state, delivery.at) = (Delivered::Stored, now);
        if !delivery.brokers.contains(broker) {
            delivery.brokers.push(*broker);
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    home.write(|tx| {
        for one in all {
            // What is lost of a conversation its members send again; a letter only who wrote it can.
            match one.parcel.mailbox().kind {
                Kind::Inbox => tx.keep_sent(one.number, &one.parcel.hash())?,
                _ => tx.dequeue(one.number)?,
            }
        }
        known.iter().try_for_each(|delivery| tx.set_delivery(delivery))
    })
    .map_err(HomeError::from)
}

fn retry(home: &mut Home, one: &Outgoing, next: u64) -> Result<(), HomeError> {
    Ok(home.write(|tx| tx.retry(one.number, next))?)
}

/// No broker will take it.
fn give_up(home: &mut Home, one: &Outgoing, now: u64) -> Result<(), HomeError> {
    let known = home.store().delivery_by(&one.parcel.hash())?;
    home.write(|tx| {
        tx.dequeue(one.number)?;
        let Some(mut delivery) = known else { return Ok(()) };
        (delivery.state, delivery.at) = (Delivered::Failed, now);
        tx.set_delivery(&delivery)
    })
    .map_err(HomeError::from)
}

/// The pass is not known there, or the stamp is too small: more work is done, and it is tried again.
fn stamped(home: &mut Home, one: &Outgoing, bits: u8, now: u64) -> Result<(), HomeError> {
    let (mailbox, hash) = (one.parcel.mailbox(), one.parcel.hash());
    let had = <&[u8; 8]>::try_from(one.parcel.proof()).ok();
    let had = had.map_or(0, |stamp| stamp::bits(&mailbox, &hash, stamp));
    let wanted = u8::try_from(had).unwrap_or(u8::MAX).saturating_add(2).max(bits);
    let made =
        if wanted > MOST_BITS { None } else { stamp::make(&mailbox, &hash, wanted, u64::MAX) };
    let Some(stamp) = made else { return give_up(home, one, now) };
    let Some(queued) = home.store().queued_as(one.number)? else { return Ok(()) };
    home.write(|tx| {
        tx.dequeue(one.number)?;
        let destination = [key_of(&mailbox).as_slice(), &stamp].concat();
        tx.enqueue(&NewQueued { destination, next: now, ..queued.queued })
    })
    .map_err(HomeError::from)
}

pub(super) fn to_queue(mailbox: &Mailbox, proof: &[u8], envelope: Vec<u8>, now: u64) -> NewQueued {
    NewQueued {
        // The same envelope may go to two inboxes.
        id: Sha256::new_with_prefix(envelope_id(&envelope))
            .chain_update(mailbox.name)
            .finalize()
            .into(),
        destination: [key_of(mailbox).as_slice(), proof].concat(),
        bytes: envelope,
        created: now,
        next: now,
    }
}

impl Home {
    /// How much waits to be sent: what is in the queue, and entries that no exchange has met yet. Where no
    /// broker or leaf is known, nothing waits for one.
    ///
    /// # Errors
    /// As all reading.
    pub fn unsent(&self) -> Result<u64, HomeError> {
        let network = self.network()?;
        let mut count = self.store().queued()?;
        if network.brokers.is_empty() && network.leaf.is_none() {
            return Ok(count);
        }
        let unposted = self.store().unposted()?;
        for (number, posted) in unposted {
            let entries: Vec<(EntryId, Vec<u8>)> =
                self.store().entries_from(number, posted).collect::<Result<_, _>>()?;
            for (_, bytes) in &entries {
                count += u64::from(self.is_own_device(&Entry::decode(bytes)?.author())?);
            }
        }
        Ok(count)
    }

    /// Puts a sealed private message into the queue, for all devices of a person.
    ///
    /// # Errors
    /// No device of theirs is known; the message is too large to be carried; the disk fails.
    pub fn queue_message(
        &mut self,
        person: &Fingerprint,
        sealed: &[u8],
        now: u64,
    ) -> Result<(), HomeError> {
        let letters = self.to_inboxes(person, sealed, now)?;
        Ok(self.write(|tx| letters.iter().try_for_each(|letter| tx.enqueue(letter)))?)
    }

    /// A message for the inboxes of all devices of a person, ready for the queue.
    ///
    /// # Errors
    /// No device of theirs is known; the message is too large to be carried.
    pub(crate) fn to_inboxes(
        &self,
        person: &Fingerprint,
        message: &[u8],
        now: u64,
    ) -> Result<Vec<NewQueued>, HomeError> {
        let devices = self.devices_of(person, now)?;
        if devices.is_empty() {
            return Err(HomeError::NoDevice(self.name_of(person)));
        }
        let padded = pad(message).ok_or_else(|| {
            let bytes = message.len();
            HomeError::Useless(format!(
                "the message has {bytes} bytes, sealed; through brokers go at most 167932: hand it over \
                 as a file"
            ))
        })?;
        let own = self.device()?;
        let letter = |certificate: &mundi_identity::Certificate| {
            let device = certificate.device();
            let proof =
                pass(&own.key, &device, &device).map(|pass| pass.to_vec()).unwrap_or_default();
            to_queue(&Mailbox::inbox(inbox_of(&device)), &proof, padded.clone(), now)
        };
        Ok(devices.iter().map(letter).collect())
    }
}
