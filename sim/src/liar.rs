//! An agent that lies: it writes with the engine alone, and holds to nothing.
//!
//! It has one face or two. A face is a log and those whom it is shown to; the second begins as the first
//! without something that came, and goes on as if that had never been. What is meant for all comes of the
//! first. Nothing that a liar does can be wrong: whatever it sends, the others have to live with.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::author::{Author, Secret};
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Verified, verify};
use mundi_engine::outcome::SealBody;
use mundi_engine::sealing::agent::Intent;
use mundi_engine::sealing::{Clocks, Next, Waits};
use mundi_engine::{Entry, EntryId, Reasons, Replica, Value};
use mundi_identity::DeviceKey;

use crate::agent::{choose, own_names};
use crate::people::{Person, START, Stage, people};
use crate::plan::Lie;
use crate::scenario::read_fields;
use crate::seed::Numbers;
use crate::violation::{Run, trouble};

/// Everybody, as a mask.
pub const ALL: u64 = u64::MAX;

/// What a liar sends, and to whom: a bit an agent.
pub struct Lied {
    /// The entry, where it is one.
    pub entry: Option<Verified>,
    /// The bytes, where it is none.
    pub bytes: Vec<u8>,
    /// To whom.
    pub to: u64,
    /// What it is, for the trace.
    pub what: &'static str,
}

struct Face {
    replica: Replica,
    shown: u64,
    forgotten: BTreeSet<EntryId>,
}

/// A liar.
pub struct Liar {
    /// Its number in the cast.
    pub number: usize,
    /// Who it is.
    pub person: &'static Person,
    stage: &'static Stage,
    key: &'static DeviceKey,
    faces: Vec<Face>,
    /// All entries that it has got or written, in order of arrival.
    known: BTreeMap<EntryId, Verified>,
    secrets: BTreeMap<EntryId, Vec<Secret>>,
    muted: u64,
    /// Whether it seals like an honest agent, on each face.
    seals: bool,
}

impl Liar {
    /// A liar who has done nothing yet.
    ///
    /// # Errors
    /// The conversation cannot be opened.
    pub fn new(
        number: usize,
        person: &'static Person,
        stage: &'static Stage,
        seed: u64,
    ) -> Run<Self> {
        let key = stage.devices.get(number).ok_or_else(|| trouble("a liar without a device"))?;
        let face = Face { replica: empty(stage)?, shown: ALL, forgotten: BTreeSet::new() };
        Ok(Self {
            number,
            person,
            stage,
            key,
            faces: vec![face],
            known: BTreeMap::new(),
            secrets: BTreeMap::new(),
            muted: 0,
            seals: Numbers::of(seed, 9 + number as u64).percent(75),
        })
    }

    /// Entries have come.
    pub fn take(&mut self, entries: &[Verified]) {
        for entry in entries {
            self.known.entry(entry.id()).or_insert_with(|| entry.clone());
            for face in self.faces.iter_mut().filter(|f| !f.forgotten.contains(&entry.id())) {
                face.replica.insert(entry.clone());
            }
        }
        self.faces.iter_mut().for_each(|face| {
            face.replica.advance();
        });
    }

    /// What it has, but for what these heads have in their past.
    #[must_use]
    pub fn log(&self) -> Vec<EntryId> {
        self.known.keys().copied().collect()
    }

    fn now(time: u64) -> u64 {
        START + 1_000 + time
    }

    /// Says on each face something that it may.
    ///
    /// # Errors
    /// A scenario's line cannot be read.
    pub fn speak(&mut self, choice: u64, blurt: bool, time: u64) -> Run<Vec<Lied>> {
        let mut all = Vec::new();
        for n in 0..self.faces.len() {
            let mut numbers = Numbers::of(choice, 3 + n as u64);
            let said = self.say(n, blurt, &mut numbers, Self::now(time), None)?;
            all.extend(self.show(n, said, "says"));
        }
        Ok(all)
    }

    /// Drafts something on a face, with these parents or the heads, and signs it.
    fn say(
        &mut self,
        face: usize,
        blurt: bool,
        numbers: &mut Numbers,
        at: u64,
        parents: Option<Vec<EntryId>>,
    ) -> Run<Option<Verified>> {
        let Some(face) = self.faces.get(face) else { return Ok(None) };
        let said = say_in(&face.replica, self, blurt, numbers, at, parents)?;
        Ok(said.map(|(entry, secrets)| {
            self.secrets.insert(entry.id(), secrets);
            entry
        }))
    }

    /// Puts an entry into a face, and shows it to whom the face is shown.
    fn show(&mut self, face: usize, entry: Option<Verified>, what: &'static str) -> Option<Lied> {
        let entry = entry?;
        let face = self.faces.get_mut(face)?;
        face.replica.insert(entry.clone());
        face.replica.advance();
        self.known.insert(entry.id(), entry.clone());
        let to = face.shown & !self.muted;
        Some(Lied { entry: Some(entry), bytes: Vec::new(), to, what })
    }

    /// Seals on each face as an honest agent would, but without waiting.
    pub fn attend(&mut self, time: u64) -> Vec<Lied> {
        if !self.seals {
            return self.join_in(time);
        }
        let mut all = Vec::new();
        for n in 0..self.faces.len() {
            for _ in 0..4 {
                let Some(face) = self.faces.get(n) else { break };
                let Some(intent) = self.intent(&face.replica, time) else { break };
                let draft = face.replica.seal(&intent, self.key, Self::now(time));
                let entry = self.signed(&draft);
                all.extend(self.show(n, entry, "seals"));
            }
        }
        all
    }

    /// Seals a later round with the others, having sealed none before.
    fn join_in(&mut self, time: u64) -> Vec<Lied> {
        let Some(face) = self.faces.first() else { return Vec::new() };
        let own =
            |entry: &&Verified| entry.author() == self.key.public() && entry.message() == "seal";
        if self.known.values().find(own).is_some() {
            return Vec::new();
        }
        let Some(intent) = self.seen(&face.replica).filter(|intent| intent.round > 0) else {
            return Vec::new();
        };
        let entry = self.signed(&face.replica.seal(&intent, self.key, Self::now(time)));
        self.show(0, entry, "joins in").into_iter().collect()
    }

    fn signed(&self, draft: &Draft) -> Option<Verified> {
        draft.sign(self.key).and_then(verify).ok()
    }

    fn intent(&self, replica: &Replica, time: u64) -> Option<Intent> {
        let clocks = Clocks { now: Self::now(time), outcome: 0, seal: 0 };
        match replica.next_seal(&self.key.public(), &clocks, &Waits::NONE) {
            Next::Seal(intent) | Next::Ask(intent, _) => Some(intent),
            Next::Nothing | Next::Wait(_) | Next::Acknowledge => None,
        }
    }

    /// Lies.
    ///
    /// # Errors
    /// A scenario's line cannot be read.
    pub fn lie(&mut self, lie: Lie, choice: u64, time: u64) -> Run<Vec<Lied>> {
        let mut numbers = Numbers::of(choice, 5);
        let half = numbers.next();
        match lie {
            Lie::TwoFaced { mask } => self.grow_a_face(mask, &mut numbers)?,
            Lie::Withhold => self.muted = half,
            Lie::Backdate => return self.backdate(&mut numbers),
            Lie::Ahead => return self.ahead(&mut numbers, time),
            Lie::BadSeal => return Ok(self.bad_seal(half, &mut numbers, time)),
            Lie::SealTwice => return self.seal_twice(half, &mut numbers, time),
            Lie::Fork => return self.fork(half, &mut numbers, time),
            Lie::Garbage => return Ok(self.garbage(half, &mut numbers)),
            Lie::Replay => return self.replay(half, &mut numbers, time),
        }
        Ok(Vec::new())
    }

    fn grow_a_face(&mut self, half: u64, numbers: &mut Numbers) -> Run<()> {
        if self.faces.len() > 1 {
            return Ok(());
        }
        let (replica, forgotten) = match self.without(numbers)? {
            Some(other) => other,
            // Nothing has come yet: the two begin alike.
            None => (empty(self.stage)?, BTreeSet::new()),
        };
        if let Some(first) = self.faces.first_mut() {
            first.shown = half;
        }
        self.faces.push(Face { replica, shown: !half, forgotten });
        Ok(())
    }

    /// The first face's log without one of its later entries, and what builds on it.
    fn without(&self, numbers: &mut Numbers) -> Run<Option<(Replica, BTreeSet<EntryId>)>> {
        let Some(face) = self.faces.first() else { return Ok(None) };
        let order = face.replica.order();
        let late: Vec<&EntryId> = order.iter().skip(1.max(order.len() / 3)).collect();
        let Some(gone) = numbers.pick(&late).map(|id| **id) else { return Ok(None) };
        self.log_without(&order, gone).map(Some)
    }

    fn log_without(&self, order: &[EntryId], gone: EntryId) -> Run<(Replica, BTreeSet<EntryId>)> {
        let mut forgotten = BTreeSet::from([gone]);
        let mut replica = empty(self.stage)?;
        for id in order {
            let Some(entry) = self.known.get(id) else { continue };
            let builds =
                entry.prev().into_iter().chain(entry.parents()).any(|p| forgotten.contains(&p));
            if builds || forgotten.contains(id) {
                forgotten.insert(*id);
            } else {
                replica.insert(entry.clone());
            }
        }
        replica.advance();
        Ok((replica, forgotten))
    }

    fn backdate(&mut self, numbers: &mut Numbers) -> Run<Vec<Lied>> {
        let Some(face) = self.faces.first() else { return Ok(Vec::new()) };
        let parents = match face.replica.tip(&self.key.public()) {
            Some(_) => Vec::new(),
            None => vec![self.stage.id],
        };
        let said = self.say(0, false, numbers, 0, Some(parents))?;
        Ok(self.show(0, said, "backdates").into_iter().collect())
    }

    fn ahead(&mut self, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let by = numbers.pick(&[30_000, 100_000, 140_000, 600_000, 172_800_000]).copied();
        let at = Self::now(time) + by.unwrap_or(0);
        let said = self.say(0, false, numbers, at, None)?;
        // Not into its own log: else all that it writes from now on would be dated ahead.
        Ok(said.map(|one| self.only(one, ALL, "dates ahead")).into_iter().collect())
    }

    fn only(&mut self, entry: Verified, to: u64, what: &'static str) -> Lied {
        self.known.insert(entry.id(), entry.clone());
        Lied { entry: Some(entry), bytes: Vec::new(), to: to & !self.muted, what }
    }

    /// A seal that is wrong in one way or another, whether it is its turn to seal or not.
    fn bad_seal(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Vec<Lied> {
        let Some(face) = self.faces.first() else { return Vec::new() };
        let Some(mut intent) =
            self.intent(&face.replica, time).or_else(|| self.seen(&face.replica))
        else {
            return Vec::new();
        };
        let order = face.replica.order();
        let any = numbers.pick(&order).copied().unwrap_or(self.stage.id);
        match numbers.below(9) {
            0 => intent.outcome.output = vec![0x18, 0x63],
            1 => intent.outcome.cut = vec![self.stage.id],
            2 => {
                intent.outcome.cut.push(any);
                intent.outcome.cut.sort_unstable();
                intent.outcome.cut.dedup();
            }
            3 => intent.round += 1,
            4 => intent.round += 2,
            5 => intent.outcome.entry = any,
            // What somebody has sealed, in a round that it may have sealed already.
            6 | 7 => intent = self.some_seal(&face.replica, numbers).unwrap_or(intent),
            _ => intent.outcome.at += 1,
        }
        let draft = face.replica.seal(&intent, self.key, Self::now(time));
        let to = if numbers.percent(50) { ALL } else { half };
        let entry = self.signed(&draft);
        if to == ALL {
            return self.show(0, entry, "seals badly").into_iter().collect();
        }
        entry.map(|one| self.only(one, to, "seals badly to some")).into_iter().collect()
    }

    /// What any of the seals says.
    fn some_seal(&self, replica: &Replica, numbers: &mut Numbers) -> Option<Intent> {
        let body = |id: &EntryId| SealBody::read(self.known.get(id)?.body()).ok().flatten();
        let all: Vec<SealBody> = replica.order().iter().filter_map(body).collect();
        let one = numbers.pick(&all)?;
        Some(Intent { round: one.round, outcome: one.outcome.clone() })
    }

    /// What the last seal says.
    fn seen(&self, replica: &Replica) -> Option<Intent> {
        let body = |id: &EntryId| SealBody::read(self.known.get(id)?.body()).ok().flatten();
        let last = replica.order().iter().rev().find_map(body)?;
        Some(Intent { round: last.round, outcome: last.outcome })
    }

    /// Seals what the log comes to without something that came: as a fork, shown to half.
    fn seal_twice(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let mut all = Vec::new();
        let first = self.faces.first().and_then(|face| {
            let intent = self.intent(&face.replica, time)?;
            self.signed(&face.replica.seal(&intent, self.key, Self::now(time)))
        });
        for _ in 0..4 {
            let Some((other, _)) = self.without(numbers)? else { break };
            let Some(intent) = self.intent(&other, time) else { continue };
            let draft = other.seal(&intent, self.key, Self::now(time));
            all.extend(self.signed(&draft).map(|one| self.only(one, half, "seals again")));
            break;
        }
        if let Some(entry) = first {
            all.push(self.only(entry.clone(), !half, "seals for some"));
            self.take(&[entry]);
        }
        Ok(all)
    }

    /// Writes its last entry again, otherwise, for half.
    fn fork(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let Some(face) = self.faces.first() else { return Ok(Vec::new()) };
        let Some((_, tip)) = face.replica.tip(&self.key.public()) else { return Ok(Vec::new()) };
        let (other, _) = self.log_without(&face.replica.order(), tip)?;
        let said = say_in(&other, self, false, numbers, Self::now(time), None)?;
        Ok(said.map(|(one, _)| self.only(one, half, "forks")).into_iter().collect())
    }

    fn garbage(&mut self, half: u64, numbers: &mut Numbers) -> Vec<Lied> {
        let mut noise = vec![0; numbers.index(200) + 1];
        numbers.fill(&mut noise);
        let mut all = vec![Lied { entry: None, bytes: noise, to: half, what: "sends noise" }];
        let ids: Vec<&EntryId> = self.known.keys().collect();
        if let Some(entry) = numbers.pick(&ids).and_then(|id| self.known.get(*id)) {
            let mut bytes = entry.bytes().to_vec();
            let at = numbers.index(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << numbers.below(8);
            }
            all.push(Lied { entry: None, bytes, to: ALL, what: "flips a bit" });
        }
        all
    }

    fn replay(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let other = EntryId([if numbers.percent(50) { 1 } else { 2 }; 32]);
        let Some(said) = self.say(0, false, numbers, Self::now(time), None)? else {
            return Ok(Vec::new());
        };
        let draft = Draft {
            conversation: Some(other),
            seq: said.seq(),
            prev: said.prev(),
            parents: said.parents().collect(),
            at: said.at(),
            message: said.message().to_owned(),
            body: said.body().to_vec(),
        };
        let strange = self.signed(&draft).map(|entry| entry.bytes().to_vec()).unwrap_or_default();
        let open = self.stage.open.bytes().to_vec();
        Ok(vec![
            Lied { entry: None, bytes: strange, to: half, what: "replays" },
            Lied { entry: None, bytes: open, to: ALL, what: "sends `open` again" },
        ])
    }
}

fn empty(stage: &'static Stage) -> Run<Replica> {
    Replica::open(&stage.open, &consensus_std::library(), Reasons::Skip).map_err(|e| trouble(&e))
}

/// Drafts something that a liar may say by a log, and signs it.
fn say_in(
    replica: &Replica,
    liar: &Liar,
    blurt: bool,
    numbers: &mut Numbers,
    at: u64,
    parents: Option<Vec<EntryId>>,
) -> Run<Option<(Verified, Vec<Secret>)>> {
    let me = liar.person.print;
    let Some(message) = choose(replica, &me, blurt, numbers) else { return Ok(None) };
    let text = liar.stage.scenario.fields(&message, numbers.next());
    let fields = own_names(read_fields(text)?, replica, &me);
    let everybody = people()?;
    let mut salt = || {
        let mut salt = [0; 16];
        numbers.fill(&mut salt);
        salt
    };
    let mut author = Author {
        device: liar.key.public(),
        certificate: None,
        names: &|name| {
            let digits = name.strip_prefix('e').unwrap_or("");
            let known = liar.known.keys().find(|id| id.to_string() == digits);
            let person =
                || everybody.iter().find(|p| p.name == name).map(|p| Value::Person(p.print));
            known.map(|id| Value::Ref(*id)).or_else(person)
        },
        secrets: &|id| liar.secrets.get(id).cloned().unwrap_or_default(),
        salt: &mut salt,
    };
    let Ok(drafted) = replica.draft(&mut author, &message, &fields, at, parents) else {
        return Ok(None);
    };
    let entry = drafted.draft.sign(liar.key).and_then(verify).ok();
    Ok(entry.map(|entry| (entry, drafted.secrets)))
}

/// Reads what is an entry.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Verified> {
    Entry::decode(bytes).and_then(verify).ok()
}
