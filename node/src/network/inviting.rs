//! Invitations: an epoch's secret, to the inboxes of all who take part, from where it began.

use mundi_engine::{Entry, EntryId};
use mundi_identity::Fingerprint;
use mundi_identity::envelope::{DAY, EpochSecret, Sealer};
use mundi_transport::wire::Mailbox;

use super::outgoing::{Unreachable, to_queue};
use crate::conversation::Room;
use crate::exchange::invitation::roster;
use crate::exchange::{Card, Invitation};
use crate::home::{Home, HomeError};
use crate::store::NewQueued;

/// Invitations to the epochs that began here, for those who have none.
pub(super) fn invite(
    home: &mut Home,
    room: &Room,
    now: u64,
) -> Result<Vec<Unreachable>, HomeError> {
    let mut unreachable = Vec::new();
    for (epoch, secret) in home.secrets_of(room)? {
        if !begun_here(home, room, &epoch)? {
            continue;
        }
        let invited = home.store().invited(room.row.number, &epoch)?;
        for person in room.replica.present() {
            if person == home.me() || invited.contains(&person) {
                continue;
            }
            if let Err(why) = invite_one(home, room, epoch, &secret, person, now) {
                unreachable.push(Unreachable { person, why: why.to_string() });
            }
        }
    }
    Ok(unreachable)
}

/// Whether an epoch's secret was made here: who made it hands it on.
fn begun_here(home: &Home, room: &Room, epoch: &EntryId) -> Result<bool, HomeError> {
    let Some(bytes) = room.replica.entry_bytes(epoch) else { return Ok(false) };
    home.is_own_device(&Entry::decode(&bytes)?.author())
}

fn invite_one(
    home: &mut Home,
    room: &Room,
    epoch: EntryId,
    secret: &EpochSecret,
    person: Fingerprint,
    now: u64,
) -> Result<(), HomeError> {
    let cert = home
        .cert_of(&person)?
        .ok_or_else(|| HomeError::Useless("their key is not known here".into()))?;
    cert.usable(now)?;
    let members = crate::conversation::members(room);
    let invitation = Invitation {
        conversation: room.row.id,
        epoch,
        secret: secret.clone(),
        recipient: person,
        roster: roster(&members),
        inviter: home.me(),
        at: now,
    };
    let message = invitation.seal(home.holder(), &cert)?;
    let mut letters = home.to_inboxes(&person, &message, now)?;
    letters.extend(cards(home, room, secret, now)?);
    home.write(|tx| {
        letters.iter().try_for_each(|letter| tx.enqueue(letter))?;
        tx.set_invited(room.row.number, &epoch, &person)
    })
    .map_err(HomeError::from)
}

/// Members' keys, under today's tag.
fn cards(
    home: &Home,
    room: &Room,
    secret: &EpochSecret,
    now: u64,
) -> Result<Vec<NewQueued>, HomeError> {
    let (sealer, device) = (Sealer::new(secret), home.device()?.public());
    let mailbox = Mailbox::tag(sealer.tag(now / DAY));
    let mut letters = Vec::new();
    for person in room.replica.present() {
        let Some(cert) = home.cert_of(&person)? else { continue };
        let card = Card::sealed_form(&cert);
        let envelope =
            sealer.seal(&device, now, &card).map_err(crate::exchange::ExchangeError::from)?;
        letters.push(to_queue(&mailbox, &[], envelope, now));
    }
    Ok(letters)
}
