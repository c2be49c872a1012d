//! What a script can see: the log, what has been folded of it, and the entry at hand.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{MessageId, MessageKind, RoleId, Rules, Type};

use crate::body::decode_body;
use crate::entry::EntryId;
use crate::limits::BODIES;
use crate::log::Log;
use crate::pattern::{Machine, State};
use crate::people::People;
use crate::slots::Slots;
use crate::stages::{Course, Part};
use crate::tables::{Journal, Tables};
use crate::trace::Trace;
use crate::value::Value;

/// One conversation, as far as it is folded.
pub(crate) struct World {
    pub(crate) rules: Arc<Rules>,
    /// Messages whose replies some script asks for.
    pub(crate) asked: Vec<MessageId>,
    /// Of the conversation, as code reads them; [`Fold::terms`] holds those of stages too.
    pub(crate) terms: Vec<Value>,
    pub(crate) conversation: EntryId,
    /// When it opened, in milliseconds since 1970.
    pub(crate) opened: i64,
    /// What people are called, for texts.
    pub(crate) names: BTreeMap<Fingerprint, String>,
    pub(crate) log: Log,
    pub(crate) machine: Machine,
    /// By stage.
    pub(crate) machines: Vec<Machine>,
    pub(crate) journal: Journal,
    pub(crate) fold: Fold,
    pub(crate) frame: Frame,
    /// The entry whose bytes were needed and could not be had. While there is one, no script runs on,
    /// and nothing that is folded counts.
    pub(crate) missing: Cell<Option<EntryId>>,
    /// Listens to instrumented code; `None` in all but conversations that are explained.
    pub(crate) trace: Option<Trace>,
    /// The bodies decoded last: scripts ask for several fields of one entry.
    cache: VecDeque<(u32, Arc<Vec<Value>>)>,
}

/// What folding entries has led to; checkpoints are copies of it.
#[derive(Clone)]
pub(crate) struct Fold {
    /// Shared with the copies of the fold: few entries change it.
    pub(crate) people: Arc<People>,
    pub(crate) pattern: State,
    pub(crate) tables: Tables,
    /// By number in `everyones`: present holders of the role that have said the message.
    pub(crate) everyones: Vec<u32>,
    pub(crate) slots: Slots,
    /// How far each stage has come.
    pub(crate) stages: Vec<Course>,
    /// Terms of the conversation, then those of stages: `()` until one begins.
    pub(crate) terms: Arc<Vec<Value>>,
    /// By accepted entry and field: hidden values that have been shown.
    pub(crate) revealed: BTreeMap<(u32, u16), Value>,
    pub(crate) ending: Option<Ending>,
    /// Whether consensus has been asked since the beginning: from then on it need not be asked
    /// again where nothing that it reads has changed.
    pub(crate) asked: bool,
    /// Hash over ids and verdicts so far.
    pub(crate) verdicts: [u8; 32],
}

/// How a conversation has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Consensus at an entry, with its output.
    Consensus {
        /// The decisive entry.
        entry: EntryId,
        /// What `output` gave.
        output: Value,
    },
    /// No consensus, and none to come.
    Failure {
        /// The entry at which it failed.
        entry: EntryId,
        /// Why.
        text: String,
    },
}

/// The entry at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub(crate) message: MessageId,
    pub(crate) person: u32,
    /// Its time.
    pub(crate) now: i64,
    /// Its fields in schema order, `()` where left out.
    pub(crate) fields: Vec<Value>,
    /// Whether `state` may be written.
    pub(crate) access: Access,
    /// What `emit` took.
    pub(crate) emitted: Option<Value>,
    /// The guard that is asked, by its number.
    pub(crate) guard: u16,
}

/// Whether a script may write `state`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Access {
    /// Guards, consensus, output …
    #[default]
    Read,
    /// Handlers.
    Write,
}

impl Fold {
    /// How much a copy weighs, in values.
    pub(crate) fn weight(&self) -> usize {
        self.tables.weight() + self.slots.weight() + self.revealed.len() + self.people.met()
    }
}

impl World {
    /// A world before anything is folded.
    #[allow(clippy::too_many_arguments, reason = "called once, with the parts of an `open` entry")]
    pub(crate) fn new(
        rules: Arc<Rules>,
        terms: Vec<Value>,
        conversation: EntryId,
        opened: i64,
        names: BTreeMap<Fingerprint, String>,
        log: Log,
        (machine, machines): (Machine, Vec<Machine>),
        fold: Fold,
    ) -> Self {
        Self {
            asked: crate::tables::asked_replies(&rules.tables),
            journal: Journal::new(&rules.tables.listed),
            rules,
            terms,
            conversation,
            opened,
            names,
            log,
            machine,
            machines,
            fold,
            frame: Frame::default(),
            missing: Cell::new(None),
            trace: None,
            cache: VecDeque::new(),
        }
    }

    /// Whether a part has been asked since its beginning.
    pub(crate) fn was_asked(&self, part: Part) -> bool {
        part.map_or(self.fold.asked, |stage| self.course(stage).is_some_and(|c| c.asked))
    }

    /// A part has been asked.
    pub(crate) fn now_asked(&mut self, part: Part) {
        match part {
            None => self.fold.asked = true,
            Some(stage) => {
                if let Some(course) = self.course_mut(stage) {
                    course.asked = true;
                }
            }
        }
    }

    /// The index among the accepted of an entry's id.
    pub(crate) fn accepted_index(&self, id: &EntryId) -> Option<u32> {
        self.journal.position(self.log.find(id)?)
    }

    /// The index in the log of an accepted entry.
    pub(crate) fn log_index(&self, entry: u32) -> Option<u32> {
        self.journal.accepted.get(entry as usize).copied()
    }

    /// The id of an accepted entry.
    pub(crate) fn id_of(&self, entry: u32) -> Option<EntryId> {
        Some(self.log.id(self.log_index(entry)?))
    }

    /// The time of an entry of the log, in ms since 1970.
    pub(crate) fn time(&self, index: u32) -> i64 {
        i64::try_from(self.log.at(index)).unwrap_or(i64::MAX)
    }

    /// The author of an accepted entry.
    pub(crate) fn author(&self, entry: u32) -> Option<u32> {
        self.fold.people.index_of(&self.log.person(self.log_index(entry)?))
    }

    /// All fields of an accepted entry, as code reads them.
    pub(crate) fn fields(&mut self, entry: u32) -> Option<Arc<Vec<Value>>> {
        let at = self.log_index(entry)?;
        if let Some((_, supposed)) = self.log.supposed(at) {
            return Some(supposed.fields.clone());
        }
        if let Some((_, fields)) = self.cache.iter().rev().find(|(cached, _)| *cached == at) {
            return Some(fields.clone());
        }
        let fields = Arc::new(self.decode(at)?);
        if self.cache.len() >= BODIES {
            self.cache.pop_front();
        }
        self.cache.push_back((at, fields.clone()));
        Some(fields)
    }

    /// The fields of an entry of the log in schema order, `()` where left out. What depends on the terms
    /// of a stage is not held against them.
    pub(crate) fn decode(&self, log_index: u32) -> Option<Vec<Value>> {
        if let Some((_, supposed)) = self.log.supposed(log_index) {
            return Some(supposed.fields.to_vec());
        }
        let message = self.log.message(log_index);
        let Some(body) = self.log.body(log_index) else {
            self.missing.set(Some(self.log.id(log_index)));
            return None;
        };
        if let Some(MessageKind::Join) =
            self.rules.messages.get(usize::from(message)).map(|m| &m.kind)
        {
            return Some(vec![Value::Text(crate::joining::role(&body)?.into())]);
        }
        let values = decode_body(&self.rules, &self.terms, message, &body).ok()?;
        Some(values.into_iter().map(|v| v.unwrap_or(Value::Unit)).collect())
    }

    /// Forgets the decoded bodies: indices mean other entries after going back.
    pub(crate) fn forget_cache(&mut self) {
        self.cache.clear();
    }

    /// Lists the accepted entries by the verdicts of all, by index in the log.
    pub(crate) fn list_accepted(&mut self, verdicts: &[u8]) {
        let messages = self.rules.messages.len();
        for index in self.log.order() {
            let message = self.log.message(*index);
            let accepted = verdicts.get(*index as usize) == Some(&0);
            // `open` and the system's own messages are beside what the rules count.
            if accepted && usize::from(message) < messages && *index != 0 {
                self.journal.push(*index, message);
            }
        }
    }

    /// One field of an accepted entry, as code reads it: a hidden one is `()` until it is shown, a
    /// `reveal` is the entry that it names.
    pub(crate) fn field(&mut self, entry: u32, field: u16) -> Option<Value> {
        let message = self.log.message(self.log_index(entry)?);
        let rules = self.rules.clone();
        let ty = &rules.messages.get(usize::from(message))?.fields.get(usize::from(field))?.ty;
        if matches!(ty, Type::Hidden(_)) {
            return Some(self.fold.revealed.get(&(entry, field)).cloned().unwrap_or(Value::Unit));
        }
        let value = self.fields(entry)?.get(usize::from(field))?.clone();
        Some(readable(value, ty))
    }

    /// The number of a field's name in a message.
    pub(crate) fn field_number(&self, message: MessageId, name: u16) -> Option<u16> {
        let name = self.rules.tables.fields.get(usize::from(name))?;
        let fields = &self.rules.messages.get(usize::from(message))?.fields;
        u16::try_from(fields.iter().position(|f| f.name == *name)?).ok()
    }

    /// Whether a closed part of the log is the beginning of the order, and comes to the same by itself.
    pub(crate) fn is_prefix(&self, part: &crate::log::Closure, length: usize) -> bool {
        let first = self.log.order().get(..length);
        part.len() == length
            && self.log.is_plain()
            && first.is_some_and(|first| first.iter().all(|index| part.contains(*index)))
    }

    /// Everybody who is present is waited for before anything counts as settled, and nobody else.
    pub(crate) fn enrol_present(&mut self) {
        let people = &*self.fold.people;
        let met = u32::try_from(people.met()).unwrap_or(u32::MAX);
        let here = (0..met).filter(|p| !people.roles(*p).is_empty());
        let here: Vec<Fingerprint> = here.filter_map(|p| people.fingerprint(p)).collect();
        self.log.enrol_only(&here);
    }

    /// What a person is called.
    pub(crate) fn name(&self, person: &Fingerprint) -> String {
        self.names.get(person).cloned().unwrap_or_else(|| person.to_string())
    }
}

/// A field of the entry at hand as code reads it.
pub(crate) fn readable(value: Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Hidden(_), _) => Value::Unit,
        (Type::Reveal(_), Value::Record(parts)) => {
            parts.get("entry").cloned().unwrap_or(Value::Unit)
        }
        (_, value) => value,
    }
}

impl crate::pattern::People for People {
    fn present(&self, roles: &[RoleId]) -> u32 {
        self.count(roles)
    }

    fn holders(&self, roles: &[RoleId]) -> Vec<u32> {
        let mut all: Vec<u32> = roles.iter().flat_map(|r| self.members(*r)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn holds(&self, person: u32, role: RoleId) -> bool {
        self.roles(person).contains(&role)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use mundi_identity::{DeviceKey, PersonKey};
    use mundi_lang::rules::{Marks, Pattern, Script, Seal, SealQuorum, Tables as Names};

    use super::*;
    use crate::draft::Draft;

    /// A world of rules without anything, for tests of the sandbox.
    pub(crate) fn empty() -> World {
        let rules = Rules {
            text: String::new(),
            name: "empty".into(),
            title: "Empty".into(),
            doc: String::new(),
            edition: 1,
            uses: Vec::new(),
            roles: Vec::new(),
            overlaps: Vec::new(),
            terms: Vec::new(),
            messages: Vec::new(),
            stages: Vec::new(),
            pattern: Pattern::Sequence(Vec::new()),
            state: Vec::new(),
            on_open: None,
            consensus: Script::default(),
            failure: None,
            output: None,
            invariants: Vec::new(),
            seal: Seal { quorum: SealQuorum::TwoThirds, roles: Vec::new() },
            functions: Script::default(),
            tables: Names::default(),
            marks: Marks::default(),
        };
        let key = DeviceKey::rehearsal("empty", "ada", "");
        let draft = Draft {
            conversation: None,
            seq: 0,
            prev: None,
            parents: Vec::new(),
            at: 1,
            message: "open".into(),
            body: vec![0xa0],
        };
        let open = crate::entry::verify(draft.sign(&key).unwrap()).unwrap();
        let person = PersonKey::rehearsal("empty", "ada").fingerprint();
        let log = Log::new(&open, person, &[], &[person]).unwrap();
        let machine = Machine::new(&rules.pattern, &[]);
        let fold = Fold {
            people: Arc::default(),
            pattern: machine.start(),
            tables: Tables::new(0),
            everyones: Vec::new(),
            slots: Slots::default(),
            stages: Vec::new(),
            terms: Arc::default(),
            revealed: BTreeMap::new(),
            ending: None,
            asked: false,
            verdicts: [0; 32],
        };
        World::new(
            Arc::new(rules),
            Vec::new(),
            open.id(),
            1,
            BTreeMap::new(),
            log,
            (machine, Vec::new()),
            fold,
        )
    }
}
