//! A rehearsal: all persons of a conversation on one machine, with a clock of its own.
//!
//! In goes a [`Head`] and then lines; out come verdicts. Keys, salts and the nonce come from the
//! title and the names, so every id and hash is the same on every machine. Invariant: the clock
//! moves by a second before each spoken line, an invalid one too (`spec/language.md`, "Plays").

mod head;
mod line;
mod salts;
mod sealing;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::author::{Author, DraftError, Drafted, Secret};
use mundi_engine::library::Library;
use mundi_engine::opening::{OpenError, Opening};
use mundi_engine::{Code, EntryId, Reasons, Replica, Taken, Value, Verdict, entry};
use mundi_identity::{DeviceKey, Fingerprint, PersonKey};
use mundi_lang::rules::Rules;

pub use head::{Head, START, head_of_play};
pub use line::{Judged, Line, Spoken};
use salts::Salts;
pub(crate) use words::{either, in_words};

/// One second, in milliseconds: what a spoken line takes.
const SECOND: i64 = 1_000;

/// How its conversation is begun: [`Replica::open`], or [`Replica::open_traced`].
type Begin = fn(&entry::Verified, &Library, Reasons) -> Result<Replica, OpenError>;

/// A conversation of which this machine plays everybody.
pub struct Rehearsal {
    title: String,
    start: i64,
    clock: i64,
    replica: Replica,
    /// Everybody that somebody has named, present or not.
    people: BTreeMap<String, Fingerprint>,
    labels: BTreeMap<String, EntryId>,
    /// What the devices keep of the values that they have hidden.
    secrets: BTreeMap<EntryId, Vec<Secret>>,
    /// From which device each entry came: person, device.
    devices: BTreeMap<EntryId, (String, String)>,
    salts: Salts,
}

impl Rehearsal {
    /// Opens the conversation: the first of the cast signs.
    ///
    /// # Errors
    /// What keeps this from being a conversation: a role without people, a term that is missing.
    pub fn open(head: &Head, rules: Arc<Rules>) -> Result<Self, OpenError> {
        Self::open_as(head, rules, Replica::open)
    }

    /// As [`Self::open`], with instrumented code, which tells of what it comes to.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_traced(head: &Head, rules: Arc<Rules>) -> Result<Self, OpenError> {
        Self::open_as(head, rules, Replica::open_traced)
    }

    fn open_as(head: &Head, rules: Arc<Rules>, begin: Begin) -> Result<Self, OpenError> {
        let opening = Opening {
            terms: head.terms(&rules)?,
            topic: head.topic.clone(),
            members: head.members(&rules)?,
            nonce: salts::nonce(&head.title),
            rules,
        };
        let signer = DeviceKey::rehearsal(&head.title, head.first().unwrap_or(""), "");
        let open = opening.sign(unsigned(head.start), &signer)?;
        let open =
            entry::verify(open).map_err(|e| OpenError { code: e.code(), text: e.to_string() })?;
        let mut replica = begin(&open, &consensus_std::library(), Reasons::Keep)?;
        replica.advance();
        Ok(Self {
            title: head.title.clone(),
            start: head.start,
            clock: head.start,
            replica,
            people: head.people(),
            labels: BTreeMap::new(),
            secrets: BTreeMap::new(),
            devices: BTreeMap::new(),
            salts: Salts::default(),
        })
    }

    /// The conversation, to look at.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The conversation, by itself.
    #[must_use]
    pub fn into_replica(self) -> Replica {
        self.replica
    }

    /// The title, from which all keys come.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// When the conversation was opened, in ms since 1970.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.start
    }

    /// What the rehearsal's clock shows, in ms since 1970.
    #[must_use]
    pub fn clock(&self) -> i64 {
        self.clock
    }

    /// `+3d`
    pub fn wait(&mut self, milliseconds: i64) {
        self.clock = self.clock.saturating_add(milliseconds);
    }

    /// `at TIME`
    pub fn set_clock(&mut self, milliseconds: i64) {
        self.clock = milliseconds;
    }

    /// The entry of a label.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<EntryId> {
        self.labels.get(name).copied()
    }

    /// The label of an entry.
    #[must_use]
    pub fn label_of(&self, id: &EntryId) -> Option<&str> {
        self.labels.iter().find(|(_, labelled)| *labelled == id).map(|(name, _)| name.as_str())
    }

    /// All labels.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(String::as_str)
    }

    /// Names an entry.
    pub fn set_label(&mut self, name: &str, id: EntryId) {
        self.labels.insert(name.to_owned(), id);
    }

    /// What a name in a field means: a person, or the entry of a label.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<Value> {
        let person = || self.people.get(name).copied().map(Value::Person);
        self.label(name).map(Value::Ref).or_else(person)
    }

    /// The fingerprint of somebody whom somebody has named.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<Fingerprint> {
        self.people.get(name).copied()
    }

    /// Everybody whom somebody has named, in the order of names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.people.keys().map(String::as_str)
    }

    /// Somebody says something; the entry is signed, taken in and judged.
    pub fn say(&mut self, line: &Line) -> Spoken {
        self.clock = self.clock.saturating_add(SECOND);
        self.meet(&line.person);
        let line = &self.full(line);
        let parents = match &line.after {
            Parents::Heads => None,
            Parents::These(ids) => Some(self.of_others(ids, line)),
        };
        let spoken = |id, at, judged| Spoken { line: line.clone(), id, at, at_first: judged };
        let drafted = match self.draft(line, parents) {
            Ok(drafted) => drafted,
            Err(e) => return spoken(None, self.clock, Judged::Invalid(e.code, e.text)),
        };
        let at = i64::try_from(drafted.draft.at).unwrap_or(i64::MAX);
        match self.take(line, &drafted) {
            Err((code, text)) => spoken(None, at, Judged::Invalid(code, text)),
            Ok(id) => {
                self.secrets.insert(id, drafted.secrets);
                self.devices.insert(id, (line.person.clone(), line.device.clone()));
                if let Some(label) = &line.label {
                    self.set_label(label, id);
                }
                spoken(Some(id), at, self.judged(&id))
            }
        }
    }

    /// The line with its message's full name, as it stands in the entry.
    fn full(&self, line: &Line) -> Line {
        let rules = self.replica.rules();
        let meant = rules.meant(&line.message).and_then(|m| rules.messages.get(usize::from(m)));
        let message = meant.map_or_else(|| line.message.clone(), |m| m.name.clone());
        Line { message, ..line.clone() }
    }

    /// Without the entries of the device that speaks: its chain names them already.
    fn of_others(&self, ids: &[EntryId], line: &Line) -> Vec<EntryId> {
        let own = |id: &EntryId| {
            let from = self.devices.get(id);
            from.is_some_and(|(person, device)| *person == line.person && *device == line.device)
        };
        ids.iter().filter(|id| !own(id)).copied().collect()
    }

    /// What the conversation says of an entry now.
    #[must_use]
    pub fn judged(&self, id: &EntryId) -> Judged {
        match self.replica.verdict(id) {
            Some(Verdict::Accepted) => Judged::Accepted,
            Some(Verdict::Refused(code)) => {
                Judged::Refused(code, self.replica.reason(id).unwrap_or_default())
            }
            None => Judged::Invalid(Code::MissingParent, "it is not in the log".into()),
        }
    }

    /// Somebody new has been named: from now on a field may name them too.
    fn meet(&mut self, name: &str) {
        if !self.people.contains_key(name) {
            let print = PersonKey::rehearsal(&self.title, name).fingerprint();
            self.people.insert(name.to_owned(), print);
        }
    }

    fn draft(&mut self, line: &Line, parents: Option<Vec<EntryId>>) -> Result<Drafted, DraftError> {
        let device = DeviceKey::rehearsal(&self.title, &line.person, &line.device).public();
        let certificate = PersonKey::rehearsal(&self.title, &line.person)
            .certify(device, &line.person, unsigned(self.start), None)
            .map_err(|e| DraftError { code: Code::NotAMember, text: e.to_string() })?;
        let mut salts = self.salts.clone();
        let result = self.replica.draft(
            &mut Author {
                device,
                certificate: Some(&certificate),
                names: &|name| self.resolve(name),
                secrets: &|id| self.secrets.get(id).cloned().unwrap_or_default(),
                salt: &mut || salts.next(&self.title, &line.person),
            },
            &line.message,
            &line.fields,
            unsigned(self.clock),
            parents,
        );
        self.salts = salts;
        result
    }

    /// Signs what was drafted and takes it in.
    fn take(&mut self, line: &Line, drafted: &Drafted) -> Result<EntryId, (Code, String)> {
        let key = DeviceKey::rehearsal(&self.title, &line.person, &line.device);
        let signed = drafted.draft.sign(&key).and_then(entry::verify);
        let verified = signed.map_err(|e| (e.code(), e.to_string()))?;
        let id = verified.id();
        match self.replica.insert(verified) {
            Taken::Invalid { code, text } => Err((code, text)),
            Taken::Waiting { code, .. } => {
                Err((code, "it builds on an entry that is not there".into()))
            }
            Taken::Inserted | Taken::Duplicate => {
                self.replica.advance();
                Ok(id)
            }
        }
    }
}

/// What an entry has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Parents {
    /// All that is there.
    #[default]
    Heads,
    /// These, and what they build on.
    These(Vec<EntryId>),
}

/// Times of a rehearsal are never before 1970.
fn unsigned(milliseconds: i64) -> u64 {
    u64::try_from(milliseconds).unwrap_or(0)
}
