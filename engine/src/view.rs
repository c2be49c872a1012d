//! What a host may see of a conversation beyond its verdicts: who is in turn, the order, the state
//! hash, the deadlines, the exported log.

use std::borrow::Cow;

use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::MessageKind;
use sha2::{Digest, Sha256};

use crate::cbor::{text_bytes, write_array, write_bytes, write_pairs, write_text};
use crate::entry::EntryId;
use crate::limits::FUEL;
use crate::replica::Replica;
use crate::turns::turns;
use crate::value::Value;

/// A message that the pattern allows now, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTurn {
    /// The message's name.
    pub message: String,
    /// By these persons, in the order in which the conversation met them.
    pub by: Vec<Fingerprint>,
}

impl Replica {
    /// How many entries the log holds, `open` among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sandbox().world().log.len()
    }

    /// Never: `open` is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The values of `state`, by name, in file order.
    #[must_use]
    pub fn state(&self) -> Vec<(String, Value)> {
        let world = self.sandbox().world();
        let names = world.rules.state.iter().map(|f| f.name.clone());
        names.zip(world.fold.slots.all().iter().cloned()).collect()
    }

    /// Who may say what now, by pattern and roles; guards and times are not asked.
    #[must_use]
    pub fn turns(&self) -> Vec<NamedTurn> {
        let world = self.sandbox().world();
        let named = |turn: crate::turns::Turn| NamedTurn {
            message: world
                .rules
                .messages
                .get(usize::from(turn.message))
                .map(|m| m.name.clone())
                .unwrap_or_default(),
            by: turn.by.iter().filter_map(|p| world.fold.people.fingerprint(*p)).collect(),
        };
        turns(&world).into_iter().map(named).collect()
    }

    /// What is left of the pattern, a text for each reading, in the notation of rules: of the whole, then
    /// of each stage that is being held, by its name.
    #[must_use]
    pub fn remainder(&self) -> Vec<(Option<String>, Vec<String>)> {
        let world = self.sandbox().world();
        let stages = world.rules.stages.iter().zip(0..);
        let held = stages.filter(|(_, id)| {
            world.course(*id).is_some_and(|c| c.phase == crate::stages::Phase::Running)
        });
        let of_stage = |(stage, id): (&mundi_lang::rules::Stage, u16)| {
            (Some(stage.name.clone()), world.remainder(Some(id)))
        };
        std::iter::once((None, world.remainder(None))).chain(held.map(of_stage)).collect()
    }

    /// A hash of all that has been decided: `SHA-256` over the deterministic CBOR of `["mundi.state.1",
    /// conversation, verdicts, state]`, where `verdicts` is the chained hash over ids and verdicts
    /// in order. Two replicas with one set of entries have one hash (`spec/execution.md`).
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        let world = self.sandbox().world();
        let mut bytes = Vec::new();
        write_array(&mut bytes, 4);
        write_text(&mut bytes, "mundi.state.1");
        write_bytes(&mut bytes, &world.conversation.0);
        write_bytes(&mut bytes, &world.fold.verdicts);
        let slots = world.rules.state.iter().zip(world.fold.slots.all());
        write_pairs(&mut bytes, slots.map(|(f, v)| (text_bytes(&f.name), v)).collect());
        Sha256::digest(&bytes).into()
    }

    /// The ids of the entries that nothing builds on yet: the parents of what is written next.
    #[must_use]
    pub fn heads(&self) -> Vec<EntryId> {
        let world = self.sandbox().world();
        world.log.heads().map(|i| world.log.id(i)).collect()
    }

    /// All ids in order, `open` first.
    #[must_use]
    pub fn order(&self) -> Vec<EntryId> {
        let world = self.sandbox().world();
        world.log.order().iter().map(|i| world.log.id(*i)).collect()
    }

    /// The entries that somebody lacks who has these and all that they build on, each after what it
    /// builds on; at most so many. Of ids that are not here nothing is known.
    #[must_use]
    pub fn beyond(&self, heads: &[EntryId], most: usize) -> Vec<EntryId> {
        let log = &self.sandbox.world().log;
        let past = log.past(heads.iter().filter_map(|id| log.find(id)));
        let all = 0..u32::try_from(log.len()).unwrap_or(u32::MAX);
        all.filter(|index| !past.contains(*index)).take(most).map(|index| log.id(index)).collect()
    }

    /// The other persons who have shown that they have an entry: by one of their own that builds on it.
    #[must_use]
    pub fn seen_by(&self, id: &EntryId) -> Vec<Fingerprint> {
        let log = &self.sandbox().world().log;
        let Some(seen) = log.find(id) else { return Vec::new() };
        let author = log.person(seen);
        let mut persons = Vec::new();
        let mut after = vec![false; log.len()];
        for index in seen..u32::try_from(log.len()).unwrap_or(u32::MAX) {
            let builds = |under: u32| after.get(under as usize) == Some(&true);
            let has = index == seen || log.under(index).any(builds);
            if let Some(place) = after.get_mut(index as usize) {
                *place = has;
            }
            let person = log.person(index);
            if has && person != author && !persons.contains(&person) {
                persons.push(person);
            }
        }
        persons
    }

    /// How many entries of the order are settled: every member has a later one, so that nothing can
    /// come to stand before them without a fork.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.sandbox().world().log.settled()
    }

    /// The time of an entry, in ms since 1970.
    #[must_use]
    pub fn time_of(&self, id: &EntryId) -> Option<u64> {
        let world = self.sandbox().world();
        Some(world.log.at(world.log.find(id)?))
    }

    /// The author of an entry and the name of its message.
    #[must_use]
    pub fn said(&self, id: &EntryId) -> Option<(Fingerprint, String)> {
        let world = self.sandbox().world();
        let index = world.log.find(id)?;
        Some((world.log.person(index), world.log.message_name(index).to_owned()))
    }

    /// The fields of an entry, by name, in file order, without those left out. A hidden one is its
    /// commitment; a `join` and the system's own messages have none here.
    #[must_use]
    pub fn fields(&self, id: &EntryId) -> Vec<(String, Value)> {
        let world = &mut *self.sandbox().world();
        let Some(index) = world.log.find(id) else { return Vec::new() };
        let rules = world.rules.clone();
        let message = rules.messages.get(usize::from(world.log.message(index)));
        let Some(message) = message.filter(|m| !matches!(m.kind, MessageKind::Leave)) else {
            return Vec::new();
        };
        let values = world.decode(index).unwrap_or_default();
        let named = message.fields.iter().map(|f| f.name.clone()).zip(values);
        named.filter(|(_, value)| *value != Value::Unit).collect()
    }

    /// The last entry of a device's chain, and its seq.
    #[must_use]
    pub fn tip(&self, device: &DevicePublic) -> Option<(u32, EntryId)> {
        let world = self.sandbox().world();
        let index = world.log.tip(device)?;
        Some((world.log.seq(index), world.log.id(index)))
    }

    /// An entry's signed bytes; `None` where it is not in the log, or the host of a resumed replica
    /// cannot give them.
    #[must_use]
    pub fn entry_bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
        let world = self.sandbox().world();
        let index = world.log.find(id)?;
        world.log.bytes(index).map(Cow::into_owned)
    }

    /// The whole log: a CBOR sequence (RFC 8742) of entries, `open` first, in order. Empty where the
    /// host of a resumed replica cannot give the bytes of one: half a log would pass for a whole one.
    #[must_use]
    pub fn export(&self) -> Vec<u8> {
        let world = self.sandbox().world();
        let mut all = Vec::new();
        for index in world.log.order() {
            let Some(bytes) = world.log.bytes(*index) else { return Vec::new() };
            all.extend_from_slice(&bytes);
        }
        all
    }

    /// The names of the roles that a person holds now, those of stages left out.
    #[must_use]
    pub fn roles_of(&self, person: &Fingerprint) -> Vec<String> {
        let world = self.sandbox().world();
        let Some(index) = world.fold.people.index_of(person) else { return Vec::new() };
        let name = |r: &u16| world.rules.roles.get(usize::from(*r)).map(|r| r.name.clone());
        let own = crate::people::own_roles(&world.fold.people, &world.rules, index);
        own.iter().filter_map(name).collect()
    }

    /// Whether a person holds a role now, by its full name.
    #[must_use]
    pub fn holds(&self, person: &Fingerprint, role: &str) -> bool {
        let world = self.sandbox().world();
        let index = world.fold.people.index_of(person);
        let (Some(index), Some(role)) = (index, world.rules.role(role)) else { return false };
        world.fold.people.roles(index).contains(&role)
    }

    /// Everybody who is present, in the order in which the conversation met them.
    #[must_use]
    pub fn present(&self) -> Vec<Fingerprint> {
        let world = self.sandbox().world();
        let people = &*world.fold.people;
        let met = u32::try_from(people.met()).unwrap_or(u32::MAX);
        let here = (0..met).filter(|p| !people.roles(*p).is_empty());
        here.filter_map(|p| people.fingerprint(p)).collect()
    }

    /// The deadlines that the pattern waits for now, and from when on they may be said; `None`
    /// where that is not known yet.
    #[must_use]
    pub fn deadlines(&self) -> Vec<(String, Option<i64>)> {
        let waited: Vec<u16> = turns(&self.sandbox().world()).iter().map(|t| t.message).collect();
        let rules = self.rules();
        let due = |number: u16| {
            let message = rules.messages.get(usize::from(number))?;
            let MessageKind::Deadline(_) = message.kind else { return None };
            Some((message.name.clone(), self.due(number)))
        };
        waited.into_iter().filter_map(due).collect()
    }

    /// From when on a deadline may be said, in ms since 1970; `None` where that is not known yet.
    pub(crate) fn due(&self, number: u16) -> Option<i64> {
        let scripts = self.sandbox().scripts();
        let script = scripts.messages.get(usize::from(number))?.deadline.as_ref()?;
        self.sandbox().fill(FUEL);
        self.sandbox().run(script).ok().and_then(|v| v.as_int().ok())
    }

    fn is_held(&self, stage: mundi_lang::rules::StageId) -> bool {
        let world = self.sandbox().world();
        world.course(stage).is_some_and(|c| c.phase == crate::stages::Phase::Running)
    }

    /// The terms, then those of the stages in their order, `()` until one begins.
    #[must_use]
    pub fn terms(&self) -> Vec<Value> {
        self.sandbox().world().fold.terms.to_vec()
    }

    /// The names of the `never` and `always` of the rules that do not hold now.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        let breached = |invariant: &crate::sandbox::CompiledInvariant| {
            let name = &invariant.name;
            if invariant.stage.is_some_and(|stage| !self.is_held(stage)) {
                return None;
            }
            self.sandbox().fill(FUEL);
            self.listen();
            let holds = self.sandbox().holds(&invariant.when);
            self.heard(true);
            match holds {
                Ok(value) => (value == invariant.breach).then(|| name.clone()),
                Err(fault) => Some(format!("{name} ({})", fault.text)),
            }
        };
        self.sandbox().scripts().invariants.iter().filter_map(breached).collect()
    }
}
