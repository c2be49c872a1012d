//! What is in a backup, as one value in deterministic CBOR: `["mundi.home.1", …]`, each list in the
//! order of the fields below. What may be absent is an array of none or one; yes and no are 1 and 0.

use mundi_engine::EntryId;
use mundi_engine::cbor::{self, CborError, Reader};
use mundi_identity::{DeviceKey, DevicePublic, Fingerprint};
use zeroize::Zeroizing;

use super::super::{Home, HomeError};
use crate::store::{
    Contact, ContactDevice, Conversation, DeviceState, Direction, Epoch, Hidden, KnownRevocation,
    Mail, MailNo, NewMail, Verified,
};

const KIND: &str = "mundi.home.1";

/// Settings that stay with the machine: secrets that the phrase brings back, and the store's own.
const OWN_SETTINGS: [&str; 2] = [super::super::SEEDS, super::super::founding::ROOT];

/// All that a backup holds.
#[derive(Default)]
pub(super) struct Content {
    pub(super) contacts: Vec<Contact>,
    pub(super) devices: Vec<ContactDevice>,
    pub(super) revocations: Vec<KnownRevocation>,
    /// The owner's devices of the home that was backed up, without their secrets.
    pub(super) own: Vec<(DevicePublic, DeviceState)>,
    pub(super) conversations: Vec<Held>,
    pub(super) mail: Vec<Mail>,
    pub(super) settings: Vec<(String, Vec<u8>)>,
}

/// A conversation with all that belongs to it.
pub(super) struct Held {
    pub(super) flags: u32,
    pub(super) archived: bool,
    pub(super) keep: bool,
    /// `open` first.
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) pending: Vec<Vec<u8>>,
    pub(super) epochs: Vec<Epoch>,
    pub(super) hidden: Vec<Hidden>,
}

impl Content {
    /// All of a home.
    pub(super) fn of(home: &Home) -> Result<Self, HomeError> {
        let store = home.store();
        let own = store.devices()?;
        let mut content = Self {
            contacts: store.contacts()?,
            devices: store.all_contact_devices()?,
            revocations: store.revocations()?,
            own: own.iter().map(|d| (DeviceKey::from_seed(&d.seed).public(), d.state)).collect(),
            conversations: Vec::new(),
            mail: store.mail()?,
            settings: store.settings()?,
        };
        content.settings.retain(|(name, _)| {
            !name.starts_with("store.") && !OWN_SETTINGS.contains(&name.as_str())
        });
        let mut rows = store.conversations()?;
        rows.sort_by_key(|row| row.number);
        for row in &rows {
            content.conversations.push(Held::of(&store, row)?);
        }
        Ok(content)
    }

    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::new());
        cbor::write_array(&mut out, 8);
        cbor::write_text(&mut out, KIND);
        list(&mut out, &self.contacts, contact);
        list(&mut out, &self.devices, |out, one| {
            cbor::write_array(out, 4);
            cbor::write_bytes(out, &one.device.0);
            cbor::write_bytes(out, one.fingerprint.as_bytes());
            cbor::write_bytes(out, &one.certificate);
            cbor::write_uint(out, one.added_at);
        });
        list(&mut out, &self.revocations, |out, one| {
            cbor::write_array(out, 4);
            cbor::write_bytes(out, one.fingerprint.as_bytes());
            cbor::write_bytes(out, &one.device.0);
            cbor::write_uint(out, one.at);
            cbor::write_bytes(out, &one.bytes);
        });
        list(&mut out, &self.own, |out, (key, state)| {
            cbor::write_array(out, 2);
            cbor::write_bytes(out, &key.0);
            cbor::write_text(out, state_name(*state));
        });
        list(&mut out, &self.conversations, held);
        list(&mut out, &self.mail, mail);
        list(&mut out, &self.settings, |out, (name, value)| {
            cbor::write_array(out, 2);
            cbor::write_text(out, name);
            cbor::write_bytes(out, value);
        });
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut from = Reader::new(bytes);
        if from.array()? != 8 || from.text()? != KIND {
            return Err(CborError::Kind);
        }
        let content = Self {
            contacts: read_list(&mut from, read_contact)?,
            devices: read_list(&mut from, |from| {
                of(from, 4)?;
                Ok(ContactDevice {
                    device: DevicePublic(from.hash()?),
                    fingerprint: person(from)?,
                    certificate: from.bytes()?.to_vec(),
                    added_at: from.uint()?,
                })
            })?,
            revocations: read_list(&mut from, |from| {
                of(from, 4)?;
                Ok(KnownRevocation {
                    fingerprint: person(from)?,
                    device: DevicePublic(from.hash()?),
                    at: from.uint()?,
                    bytes: from.bytes()?.to_vec(),
                })
            })?,
            own: read_list(&mut from, |from| {
                of(from, 2)?;
                let key = DevicePublic(from.hash()?);
                Ok((key, state_of(from.text()?).ok_or(CborError::Kind)?))
            })?,
            conversations: read_list(&mut from, read_held)?,
            mail: read_list(&mut from, read_mail)?,
            settings: read_list(&mut from, |from| {
                of(from, 2)?;
                Ok((from.text()?.to_owned(), from.bytes()?.to_vec()))
            })?,
        };
        from.end()?;
        Ok(content)
    }
}

impl Held {
    fn of(store: &crate::store::Reader, row: &Conversation) -> Result<Self, HomeError> {
        let entries = store.entries(row.number).map(|entry| entry.map(|(_, bytes)| bytes));
        Ok(Self {
            flags: row.flags,
            archived: row.archived,
            keep: row.keep,
            entries: entries.collect::<Result<_, _>>()?,
            pending: store.pending(row.number)?.into_iter().map(|one| one.bytes).collect(),
            epochs: store.epochs(row.number)?,
            hidden: store.hidden(row.number)?,
        })
    }
}

fn contact(out: &mut Vec<u8>, one: &Contact) {
    cbor::write_array(out, 7);
    cbor::write_bytes(out, one.fingerprint.as_bytes());
    cbor::write_bytes(out, &one.cert);
    list(out, one.petname.as_slice(), |out, name| cbor::write_text(out, name));
    list(out, one.published.as_slice(), |out, name| cbor::write_text(out, name));
    list(out, one.verified.as_slice(), |out, verified| {
        cbor::write_array(out, 2);
        cbor::write_text(out, &verified.how);
        cbor::write_uint(out, verified.at);
    });
    cbor::write_uint(out, one.added_at);
    cbor::write_text(out, &one.note);
}

fn read_contact(from: &mut Reader<'_>) -> Result<Contact, CborError> {
    of(from, 7)?;
    Ok(Contact {
        fingerprint: person(from)?,
        cert: from.bytes()?.to_vec(),
        petname: option(from, |from| from.text().map(str::to_owned))?,
        published: option(from, |from| from.text().map(str::to_owned))?,
        verified: option(from, |from| {
            of(from, 2)?;
            Ok(Verified { how: from.text()?.to_owned(), at: from.uint()? })
        })?,
        added_at: from.uint()?,
        note: from.text()?.to_owned(),
    })
}

fn held(out: &mut Vec<u8>, one: &Held) {
    cbor::write_array(out, 7);
    cbor::write_uint(out, one.flags.into());
    cbor::write_uint(out, one.archived.into());
    cbor::write_uint(out, one.keep.into());
    list(out, &one.entries, |out, bytes| cbor::write_bytes(out, bytes));
    list(out, &one.pending, |out, bytes| cbor::write_bytes(out, bytes));
    list(out, &one.epochs, |out, epoch| {
        cbor::write_array(out, 3);
        cbor::write_bytes(out, &epoch.tag);
        cbor::write_bytes(out, &epoch.secret);
        cbor::write_uint(out, epoch.since);
    });
    list(out, &one.hidden, |out, hidden| {
        cbor::write_array(out, 4);
        cbor::write_bytes(out, &hidden.entry.0);
        cbor::write_text(out, &hidden.field);
        cbor::write_bytes(out, &hidden.salt);
        cbor::write_bytes(out, &hidden.value);
    });
}

fn read_held(from: &mut Reader<'_>) -> Result<Held, CborError> {
    of(from, 7)?;
    Ok(Held {
        flags: u32::try_from(from.uint()?).map_err(|_| CborError::Kind)?,
        archived: from.uint()? != 0,
        keep: from.uint()? != 0,
        entries: read_list(from, |from| from.bytes().map(<[u8]>::to_vec))?,
        pending: read_list(from, |from| from.bytes().map(<[u8]>::to_vec))?,
        epochs: read_list(from, |from| {
            of(from, 3)?;
            let tag = from.bytes()?.to_vec();
            let secret = Zeroizing::new(from.bytes()?.to_vec());
            Ok(Epoch { tag, secret, since: from.uint()? })
        })?,
        hidden: read_list(from, |from| {
            of(from, 4)?;
            Ok(Hidden {
                entry: EntryId(from.hash()?),
                field: from.text()?.to_owned(),
                salt: Zeroizing::new(from.bytes()?.to_vec()),
                value: Zeroizing::new(from.bytes()?.to_vec()),
            })
        })?,
    })
}

fn mail(out: &mut Vec<u8>, one: &Mail) {
    cbor::write_array(out, 10);
    cbor::write_bytes(out, &one.mail.id);
    cbor::write_uint(out, u64::from(one.mail.direction == Direction::Out));
    cbor::write_bytes(out, one.mail.peer.as_bytes());
    cbor::write_uint(out, one.mail.at);
    cbor::write_text(out, &one.mail.subject);
    cbor::write_text(out, &one.mail.body);
    cbor::write_text(out, &one.mail.authorship);
    list(out, one.mail.expires.as_slice(), |out, at| cbor::write_uint(out, *at));
    cbor::write_uint(out, one.read.into());
    cbor::write_uint(out, one.keep.into());
}

fn read_mail(from: &mut Reader<'_>) -> Result<Mail, CborError> {
    of(from, 10)?;
    let mail = NewMail {
        id: from.hash()?,
        direction: if from.uint()? == 0 { Direction::In } else { Direction::Out },
        peer: person(from)?,
        at: from.uint()?,
        subject: from.text()?.to_owned(),
        body: from.text()?.to_owned(),
        authorship: from.text()?.to_owned(),
        expires: option(from, Reader::uint)?,
    };
    // The number is this home's own, and given anew where it is restored.
    Ok(Mail { number: MailNo(0), mail, read: from.uint()? != 0, keep: from.uint()? != 0 })
}

fn list<T>(out: &mut Vec<u8>, all: &[T], mut one: impl FnMut(&mut Vec<u8>, &T)) {
    cbor::write_array(out, all.len());
    all.iter().for_each(|item| one(out, item));
}

/// Each element takes at least a byte, so their number is bounded by the backup's size.
fn read_list<'a, T>(
    from: &mut Reader<'a>,
    mut one: impl FnMut(&mut Reader<'a>) -> Result<T, CborError>,
) -> Result<Vec<T>, CborError> {
    let count = from.array()?;
    (0..count).map(|_| one(from)).collect()
}

fn option<'a, T>(
    from: &mut Reader<'a>,
    one: impl FnOnce(&mut Reader<'a>) -> Result<T, CborError>,
) -> Result<Option<T>, CborError> {
    match from.array()? {
        0 => Ok(None),
        1 => one(from).map(Some),
        _ => Err(CborError::Kind),
    }
}

/// The head of an array of so many.
fn of(from: &mut Reader<'_>, count: u64) -> Result<(), CborError> {
    if from.array()? == count { Ok(()) } else { Err(CborError::Kind) }
}

fn person(from: &mut Reader<'_>) -> Result<Fingerprint, CborError> {
    Fingerprint::new(from.bytes()?).ok_or(CborError::Kind)
}

const STATES: [(DeviceState, &str); 5] = [
    (DeviceState::Current, "current"),
    (DeviceState::Retired, "retired"),
    (DeviceState::Lost, "lost"),
    (DeviceState::Compromised, "compromised"),
    (DeviceState::Forked, "forked"),
];

fn state_name(state: DeviceState) -> &'static str {
    STATES.iter().find(|(one, _)| *one == state).map_or("current", |(_, name)| name)
}

fn state_of(name: &str) -> Option<DeviceState> {
    STATES.iter().find(|(_, one)| *one == name).map(|(state, _)| *state)
}
