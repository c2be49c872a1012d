//! What is lacking here is asked for; what others lack is posted again.
//!
//! A broker that loses or hides an envelope only delays it: who builds on it names it, who lacks it asks,
//! and whoever has it posts it again. Heads are told so that the last entries, on which nothing builds yet,
//! are missed as well.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::{Entry, EntryId};
use mundi_identity::DevicePublic;
use mundi_identity::envelope::{DAY, Sealer};
use mundi_transport::wire::{Mailbox, Parcel};

use super::note::Note;
use super::online::Online;
use crate::conversation::Room;
use crate::exchange::ExchangeError;
use crate::home::{Home, HomeError};
use crate::limits::{ASK_ANSWERS, ASK_IDS};
use crate::store::ConversationNo;

/// How long something may be missing before it is asked for, in ms: it may be on its way.
const PATIENCE: u64 = 3_000;
/// Time between two asks in one conversation, in ms.
const AGAIN: u64 = 15_000;
/// What each member waits longer than the one before, in ms, before posting something again.
const TURN: u64 = 1_500;
/// Time between two tellings of heads in one conversation, in ms.
const HEADS: u64 = 600_000;

/// What is owed to others, and what is missing.
#[derive(Default)]
pub(super) struct Repair {
    /// What to post again, and when.
    owed: BTreeMap<(ConversationNo, EntryId), u64>,
    /// Ids that others have named and that are not here, and since when.
    named: BTreeMap<(ConversationNo, EntryId), u64>,
    /// When this home asked last.
    asked: BTreeMap<ConversationNo, u64>,
    /// When it told its heads last, and which.
    told: BTreeMap<ConversationNo, (u64, Vec<EntryId>)>,
    /// Conversations of which everything is wanted.
    all: BTreeSet<ConversationNo>,
    /// Invitations whose conversation has not come: when to ask for it, and how often that was done.
    awaited: BTreeMap<[u8; 32], (u64, u32)>,
}

impl Repair {
    /// A note of another member.
    pub(super) fn hear(
        &mut self,
        rooms: &BTreeMap<ConversationNo, Room>,
        number: ConversationNo,
        author: DevicePublic,
        note: Note,
        now: u64,
    ) {
        let Some(room) = rooms.get(&number) else { return };
        match note {
            Note::Heads(_, heads) => {
                let missing = heads.into_iter().filter(|id| room.replica.time_of(id).is_none());
                for id in missing {
                    self.named.entry((number, id)).or_insert(now);
                }
            }
            // Kept in the home.
            Note::Read(..) => {}
            Note::Ask(_, ids, heads) => {
                let due = now.saturating_add(self.turn(room, author));
                let named = ids.into_iter().filter(|id| room.replica.time_of(id).is_some());
                let mut owed: Vec<EntryId> = named.collect();
                owed.extend(room.replica.beyond(&heads, ASK_ANSWERS));
                owed.truncate(ASK_ANSWERS);
                for id in owed {
                    self.owed.entry((number, id)).or_insert(due);
                }
            }
        }
    }

    /// How long this member waits, by its place among those who could answer: spread by the asker, so
    /// that it is not always the same one.
    fn turn(&self, room: &Room, asker: DevicePublic) -> u64 {
        let Some(own) = room.row.device else { return 0 };
        let devices = room.replica.opening().members.iter().flat_map(|m| &m.devices);
        let mut others: Vec<[u8; 32]> = devices
            .map(mundi_identity::Certificate::device)
            .filter(|device| *device != asker)
            .map(|device| mixed(&device, &asker))
            .collect();
        others.sort_unstable();
        let place = others.iter().position(|one| *one == mixed(&own, &asker));
        TURN.saturating_mul(place.unwrap_or(others.len()) as u64)
    }

    /// An entry has come in any way: nobody has to post it again, and it is not missing.
    fn came(&mut self, number: ConversationNo, id: EntryId) {
        self.named.remove(&(number, id));
    }
}

fn mixed(device: &DevicePublic, asker: &DevicePublic) -> [u8; 32] {
    let mut out = device.0;
    out.iter_mut().zip(asker.0).for_each(|(byte, with)| *byte ^= with);
    out
}

impl Online {
    /// Asks for everything of a conversation: for who has just joined it.
    pub fn want_all(&mut self, number: ConversationNo) {
        self.repair.all.insert(number);
    }

    /// Whether something that was asked for has not come: another broker may have it.
    #[must_use]
    pub fn lacks(&self, now: u64) -> bool {
        let since = self.repair.named.values().min();
        since.is_some_and(|since| now.saturating_sub(*since) > 2 * AGAIN)
    }

    /// What is to be posted again or asked for now, and when to look again.
    ///
    /// # Errors
    /// The secret of a conversation is missing; the disk fails.
    pub fn repairs(
        &mut self,
        home: &Home,
        now: u64,
    ) -> Result<(Vec<Parcel>, Option<u64>), HomeError> {
        let mut parcels = Vec::new();
        let numbers: Vec<ConversationNo> = self.rooms.keys().copied().collect();
        for number in numbers {
            let Some(room) = self.rooms.get(&number) else { continue };
            self.repair.notice(home, room, now)?;
            let again = self.repair.again(home, room, now)?;
            parcels.extend(again);
            parcels.extend(self.repair.ask(home, room, now)?);
            parcels.extend(self.repair.tell(home, room, now)?);
        }
        parcels.extend(self.ask_for_awaited(home, now)?);
        let next = self.repair.owed.values().copied().min();
        let asks = self.repair.named.values().map(|since| since.saturating_add(PATIENCE)).min();
        let awaited = self.repair.awaited.values().map(|(at, _)| *at).min();
        let asks = asks.into_iter().chain(awaited).map(|at| at.max(now + 1_000));
        Ok((parcels, next.into_iter().chain(asks).min()))
    }
}

impl Online {
    /// Asks for the conversations of invitations of which something is missing, less and less often: it may
    /// be that nobody is there any more.
    fn ask_for_awaited(&mut self, home: &Home, now: u64) -> Result<Vec<Parcel>, HomeError> {
        let Self { gathered, repair, .. } = self;
        repair.awaited.retain(|id, _| gathered.contains_key(id));
        let mut parcels = Vec::new();
        for (id, invitation) in gathered {
            let (at, times) = repair.awaited.entry(*id).or_insert((now + PATIENCE, 0));
            if *at > now {
                continue;
            }
            *at = now.saturating_add(AGAIN << (*times).min(8));
            *times = times.saturating_add(1);
            let sealing = Sealing { sealer: Sealer::new(&invitation.secret), now };
            parcels.push(sealing.note(home, &Note::Ask(now, Vec::new(), Vec::new()))?);
        }
        Ok(parcels)
    }

    /// What the owner has been shown, for those who may know it; it counts as told then.
    pub(super) fn receipts(&mut self, home: &mut Home, now: u64) -> Result<Vec<Parcel>, HomeError> {
        let untold = home.take_untold()?;
        let mut parcels = Vec::new();
        for (number, shown) in untold {
            let room = self.take_up(home, number)?;
            let note = Note::Read(shown.at, shown.heads);
            parcels.push(Sealing::of(home, room, now)?.note(home, &note)?);
        }
        Ok(parcels)
    }
}

impl Repair {
    /// Notes what waiting entries build on, and forgets what has come.
    fn notice(&mut self, home: &Home, room: &Room, now: u64) -> Result<(), HomeError> {
        let number = room.row.number;
        let here: Vec<EntryId> = self
            .named
            .range((number, EntryId([0; 32]))..=(number, EntryId([255; 32])))
            .map(|((_, id), _)| *id)
            .filter(|id| room.replica.time_of(id).is_some())
            .collect();
        here.into_iter().for_each(|id| self.came(number, id));
        let pending = home.store().pending(number)?;
        let waiting: BTreeSet<EntryId> = pending.iter().map(|one| one.id).collect();
        for one in &pending {
            let Ok(entry) = Entry::decode(&one.bytes) else { continue };
            for id in entry.prev().into_iter().chain(entry.parents()) {
                if !waiting.contains(&id) && room.replica.time_of(&id).is_none() {
                    self.named.entry((number, id)).or_insert(now);
                }
            }
        }
        Ok(())
    }

    /// What is due to be posted again.
    fn again(&mut self, home: &Home, room: &Room, now: u64) -> Result<Vec<Parcel>, HomeError> {
        let number = room.row.number;
        let due: Vec<EntryId> = self
            .owed
            .range((number, EntryId([0; 32]))..=(number, EntryId([255; 32])))
            .filter(|(_, at)| **at <= now)
            .map(|((_, id), _)| *id)
            .collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let sealing = Sealing::of(home, room, now)?;
        let mut parcels = Vec::new();
        for id in due {
            self.owed.remove(&(number, id));
            let Some(bytes) = room.replica.entry_bytes(&id) else { continue };
            parcels.push(sealing.parcel(&Entry::decode(&bytes)?.author(), &bytes)?);
            for content in home.told(room, &id, now)? {
                parcels.push(sealing.parcel(&home.device()?.public(), &content)?);
            }
        }
        Ok(parcels)
    }

    /// An ask, if something has been missing for a while.
    fn ask(&mut self, home: &Home, room: &Room, now: u64) -> Result<Option<Parcel>, HomeError> {
        let number = room.row.number;
        let missing: Vec<EntryId> = self
            .named
            .range((number, EntryId([0; 32]))..=(number, EntryId([255; 32])))
            .filter(|(_, since)| now.saturating_sub(**since) >= PATIENCE)
            .map(|((_, id), _)| *id)
            .take(ASK_IDS)
            .collect();
        let all = self.all.remove(&number);
        let lately = self.asked.get(&number).is_some_and(|at| now.saturating_sub(*at) < AGAIN);
        if !all && (missing.is_empty() || lately) {
            return Ok(None);
        }
        self.asked.insert(number, now);
        let heads = if all { Vec::new() } else { room.replica.heads() };
        let sealing = Sealing::of(home, room, now)?;
        Ok(Some(sealing.note(home, &Note::Ask(now, missing, heads))?))
    }

    /// One's heads, if they are others than were told, now and then.
    fn tell(&mut self, home: &Home, room: &Room, now: u64) -> Result<Option<Parcel>, HomeError> {
        let number = room.row.number;
        let heads = room.replica.heads();
        let told = self.told.get(&number);
        let owes =
            told.is_none_or(|(at, before)| now.saturating_sub(*at) >= HEADS && *before != heads);
        if !owes || heads.len() > 64 {
            return Ok(None);
        }
        self.told.insert(number, (now, heads.clone()));
        let sealing = Sealing::of(home, room, now)?;
        Ok(Some(sealing.note(home, &Note::Heads(now, heads))?))
    }
}

/// Sealing under today's tag of a conversation's newest epoch.
struct Sealing {
    sealer: Sealer,
    now: u64,
}

impl Sealing {
    fn of(home: &Home, room: &Room, now: u64) -> Result<Self, HomeError> {
        let (_, secret) = home.newest_epoch(room)?;
        Ok(Self { sealer: Sealer::new(&secret), now })
    }

    fn parcel(&self, author: &DevicePublic, content: &[u8]) -> Result<Parcel, HomeError> {
        let envelope = self.sealer.seal(author, self.now, content).map_err(ExchangeError::from)?;
        Ok(Parcel::new(Mailbox::tag(self.sealer.tag(self.now / DAY)), envelope))
    }

    fn note(&self, home: &Home, note: &Note) -> Result<Parcel, HomeError> {
        self.parcel(&home.device()?.public(), &note.encode())
    }
}
