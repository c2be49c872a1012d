//! Saying something: drafted, signed, judged like a stranger's, and only then kept.

use std::sync::Arc;

use mundi_engine::author::{Author, Secret};
use mundi_engine::body::{decode_fields, encode_fields};
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, verify};
use mundi_engine::rekeying::{self, REKEY, Rekeying, commitment};
use mundi_engine::{Code, EntryId, Replica, Taken, Value, Verdict};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Presence, Type};
use zeroize::Zeroizing;

use super::{Room, standing};
use crate::clock::AHEAD;
use crate::home::{Home, HomeError, OwnDevice};
use crate::store::{Epoch, Hidden, Standing};

impl Home {
    /// Says something in a conversation. What the rules refuse is not kept, and the reason is the
    /// error; the room is then as it was.
    ///
    /// # Errors
    /// It does not fit, is not allowed now, or the disk fails.
    pub fn say(
        &mut self,
        room: &mut Room,
        message: &str,
        fields: &[(String, Literal)],
        now: u64,
    ) -> Result<EntryId, HomeError> {
        on_time(room, now)?;
        let device = self.writer(room, now)?;
        let secrets = self.secrets(room)?;
        let mut failed = None;
        let chance = &self.chance;
        let mut salt = || {
            let mut salt = [0; 16];
            failed = failed.take().or(chance.fill(&mut salt).err());
            salt
        };
        let drafted = room.replica.draft(
            &mut Author {
                device: device.public(),
                certificate: Some(&device.certificate),
                names: &|name| self.named(room, name),
                secrets: &|id| {
                    let own = secrets.iter().filter(|(entry, _)| entry == id);
                    own.map(|(_, secret)| secret.clone()).collect()
                },
                salt: &mut salt,
            },
            message,
            fields,
            now,
            None,
        )?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        self.put(room, &device, &drafted.draft, &drafted.secrets, None)
    }

    /// What a name in a field means: a person, or an entry as `show` names it.
    #[must_use]
    pub fn named(&self, room: &Room, name: &str) -> Option<Value> {
        if let Some(digits) = name.strip_prefix('e').filter(|d| d.len() >= 4) {
            let mut found =
                room.replica.order().into_iter().filter(|id| id.to_string().starts_with(digits));
            if let (Some(one), None) = (found.next(), found.next()) {
                return Some(Value::Ref(one));
            }
        }
        self.person(name).ok().map(Value::Person)
    }

    /// The device that writes in a conversation: the home's current one. Where the conversation
    /// does not know it yet, a `rekey` makes it known, and the owner's revocations with it.
    pub(super) fn writer(
        &mut self,
        room: &mut Room,
        now: u64,
    ) -> Result<Arc<OwnDevice>, HomeError> {
        let device = self.device()?;
        let owes = self.owes_revocations(room, &device)?;
        if room.row.device == Some(device.public()) && !owes {
            return Ok(device);
        }
        let listed = room.replica.opening().members.iter().flat_map(|m| &m.devices);
        let known = listed.map(mundi_identity::Certificate::device).any(|d| d == device.public())
            || room.replica.tip(&device.public()).is_some();
        if !known || owes {
            if !room.replica.present().contains(&self.me()) {
                // A `join` will say whose the device is.
                return Ok(device);
            }
            let devices = if known { vec![] } else { vec![device.certificate.clone()] };
            self.rekey(room, &device, devices, now)?;
        }
        let number = room.row.number;
        self.write(|tx| tx.set_conversation_device(number, Some(device.public())))?;
        room.row.device = Some(device.public());
        Ok(device)
    }

    /// Whether the owner has revoked devices of which the conversation has not been told.
    fn owes_revocations(&self, room: &Room, device: &OwnDevice) -> Result<bool, HomeError> {
        let mut owed = self.own_revocations()?;
        owed.retain(|one| one.device() != device.public());
        if owed.is_empty() {
            return Ok(false);
        }
        for id in room.replica.order() {
            let is_rekey = room.replica.said(&id).is_some_and(|(_, message)| message == REKEY);
            let counts = is_rekey && room.replica.verdict(&id) == Some(Verdict::Accepted);
            let bytes = if counts { room.replica.entry_bytes(&id) } else { None };
            let Some(bytes) = bytes else { continue };
            let Ok(told) = rekeying::read(&Entry::decode(&bytes)?) else { continue };
            owed.retain(|one| told.revoked.iter().all(|other| other.device() != one.device()));
        }
        Ok(!owed.is_empty())
    }

    /// Writes a `rekey`: a new epoch, devices that begin, and the owner's revocations.
    pub(super) fn rekey(
        &mut self,
        room: &mut Room,
        device: &OwnDevice,
        devices: Vec<mundi_identity::Certificate>,
        now: u64,
    ) -> Result<EntryId, HomeError> {
        let mut secret = Zeroizing::new([0; 32]);
        self.chance.fill(secret.as_mut_slice())?;
        let mut revoked = self.own_revocations()?;
        revoked.retain(|one| one.device() != device.public());
        let rekeying = Rekeying { commit: commitment(&secret), devices, revoked };
        let draft = room.replica.chained(device.public(), REKEY, rekeying.body(), now, None);
        self.put(room, device, &draft, &[], Some(&secret))
    }

    /// Signs a draft, lets the conversation judge it, and keeps it.
    pub(super) fn put(
        &mut self,
        room: &mut Room,
        device: &OwnDevice,
        draft: &Draft,
        secrets: &[Secret],
        epoch: Option<&[u8; 32]>,
    ) -> Result<EntryId, HomeError> {
        let entry = verify(draft.sign(&device.key)?)?;
        let (id, at, bytes) = (entry.id(), entry.at(), entry.bytes().to_vec());
        if let Err(refused) = judged(&mut room.replica, entry) {
            room.replica = self.room(&room.row)?.replica;
            return Err(refused);
        }
        #[cfg(feature = "faults")]
        if written_later(&draft.message) {
            return Ok(id);
        }
        let hidden: Vec<Hidden> = secrets
            .iter()
            .map(|secret| hidden(&room.replica, &draft.message, id, secret))
            .collect();
        let (text, flags) = standing::of(&room.replica, &self.me(), &|p| self.name_of(p));
        let number = room.row.number;
        let row = self.write(|tx| {
            tx.append(number, &[(id, &bytes)])?;
            hidden.iter().try_for_each(|one| tx.set_hidden(number, one))?;
            if let Some(secret) = epoch {
                let secret = Zeroizing::new(secret.to_vec());
                tx.add_epoch(number, &Epoch { tag: id.0.to_vec(), secret, since: at })?;
            }
            tx.set_standing(number, &Standing { last_at: at, text: &text, flags })?;
            tx.conversation(number)
        })?;
        room.row = row.ok_or_else(|| HomeError::NoSuchConversation(number.to_string()))?;
        self.save(room)?;
        Ok(id)
    }

    /// What the owner has hidden in a conversation, by entry.
    fn secrets(&self, room: &Room) -> Result<Vec<(EntryId, Secret)>, HomeError> {
        let rows = self.store().hidden(room.row.number)?;
        let secret = |row: &Hidden| {
            let (_, message) = room.replica.said(&row.entry)?;
            let field = inner(&room.replica, &message, &row.field)?;
            let rules = room.replica.rules();
            let terms = &room.replica.opening().terms;
            let values = decode_fields(&rules, &[field], terms, &row.value).ok()?;
            let value = values.into_iter().next().flatten()?;
            let salt = row.salt.as_slice().try_into().ok()?;
            Some((row.entry, Secret { field: row.field.clone(), salt, value }))
        };
        Ok(rows.iter().filter_map(secret).collect())
    }
}

/// Whether a planted mistake leaves the writing down for later: in this rehearsal, for never.
#[cfg(feature = "faults")]
fn written_later(message: &str) -> bool {
    use crate::faults::{Fault, planted};
    let fault = if message == "seal" { Fault::SealBeforeCommit } else { Fault::SaidBeforeCommit };
    planted(fault)
}

/// A machine whose clock stands behind the conversation writes nothing.
fn on_time(room: &Room, now: u64) -> Result<(), HomeError> {
    let latest = room.replica.heads().iter().filter_map(|id| room.replica.time_of(id)).max();
    match latest.unwrap_or(0).checked_sub(now) {
        Some(behind) if behind > AHEAD => Err(HomeError::ClockBehind(behind / 1000)),
        _ => Ok(()),
    }
}

/// What the conversation says of an entry of one's own.
fn judged(replica: &mut Replica, entry: mundi_engine::entry::Verified) -> Result<(), HomeError> {
    let id = entry.id();
    match replica.insert(entry) {
        Taken::Inserted | Taken::Duplicate => {
            replica.advance();
            match replica.verdict(&id) {
                Some(Verdict::Refused(code)) => {
                    let text = replica.reason(&id).unwrap_or_default();
                    Err(HomeError::Refused { code, text })
                }
                _ => Ok(()),
            }
        }
        Taken::Waiting { code, .. } => {
            let text = "it builds on an entry that is not here".into();
            Err(HomeError::Refused { code, text })
        }
        Taken::Invalid { code, text } => Err(HomeError::Refused { code, text }),
    }
}

/// A hidden field with the type of what it hides.
fn inner(replica: &Replica, message: &str, field: &str) -> Option<Field> {
    let rules = replica.rules();
    let message = rules.messages.get(usize::from(rules.meant(message)?))?;
    let field = message.fields.iter().find(|f| f.name == field)?;
    let (Type::Hidden(of) | Type::Private(of, _)) = &field.ty else { return None };
    Some(Field { ty: (**of).clone(), presence: Presence::Optional, ..field.clone() })
}

fn hidden(replica: &Replica, message: &str, entry: EntryId, secret: &Secret) -> Hidden {
    let field = inner(replica, message, &secret.field);
    let named = [(secret.field.clone(), secret.value.clone())];
    let value = encode_fields(field.as_slice(), &named);
    Hidden {
        entry,
        field: secret.field.clone(),
        salt: Zeroizing::new(secret.salt.to_vec()),
        value: Zeroizing::new(value),
    }
}

/// Codes with which one's own entry is refused before it is written say the same as a verdict.
impl HomeError {
    /// The code of a refusal, where it is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            HomeError::Refused { code, .. } => Some(*code),
            HomeError::Draft(error) => Some(error.code),
            HomeError::Open(error) => Some(error.code),
            _ => None,
        }
    }
}
