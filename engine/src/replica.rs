//! One conversation on one machine: entries in, in any order; verdicts, state and outcome out, the
//! same on every machine that has the same entries.
//!
//! This is the page to read first. `insert` takes an entry into the log if what it, the rules and
//! `open` alone show allows it. `advance` (`folding.rs`) folds what is new. `save` and `resume`
//! ([`crate::saved`]) put it away and take it up again. One's own entry takes the same road as a
//! stranger's.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::{Certificate, DevicePublic, Fingerprint};
use mundi_lang::rules::{Openness, Rules, Stage, Type};

use crate::apply::Applied;
use crate::checkpoints::Checkpoints;
use crate::code::Code;
use crate::entry::{Entry, EntryId, Verified};
use crate::joining;
use crate::library::Library;
use crate::limits::{FUEL_ONCE, OUTCOME_DEPTH};
use crate::log::{Insertion, Log};
use crate::opening::{Check, Member, OpenError, Opened, Opening};
use crate::outcome::Basis;
use crate::pattern::Machine;
use crate::people::People;
use crate::sandbox::Sandbox;
use crate::sealing::Seals;
use crate::slots::Slots;
use crate::stages::{Course, Phase, settle};
use crate::tables::Tables;
use crate::trace::Trace;
use crate::value::Value;
use crate::verdict::{Reasons, Verdict};
use crate::world::{Access, Ending, Fold, Frame, World};

/// What became of an entry, for its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is in the log; `advance` will judge it.
    Inserted,
    /// It was there already.
    Duplicate,
    /// It waits for these.
    Waiting {
        /// `gap` or `missing-parent`.
        code: Code,
        /// What to ask for.
        missing: Vec<EntryId>,
    },
    /// It can never be in this conversation, and is not kept.
    Invalid {
        /// Why.
        code: Code,
        /// Why, for people.
        text: String,
    },
}

/// One conversation.
pub struct Replica {
    pub(crate) sandbox: Sandbox,
    pub(crate) rules: Arc<Rules>,
    pub(crate) opening: Opening,
    pub(crate) conversation: EntryId,
    /// Devices of the members that `open` lists: whose, and the member's place in that list.
    pub(crate) devices: BTreeMap<DevicePublic, (Fingerprint, usize)>,
    pub(crate) reasons: Reasons,
    /// By index in the log: the number of its verdict, 255 for none yet.
    pub(crate) verdicts: Vec<u8>,
    pub(crate) texts: BTreeMap<u32, String>,
    /// How many entries of the order are folded; `open` counts as one.
    pub(crate) folded: usize,
    pub(crate) checkpoints: Checkpoints,
    /// What every seal here is a seal of.
    pub(crate) basis: Arc<Basis>,
    pub(crate) seals: Seals,
    pub(crate) judging: Judging,
    /// For evaluating a part of the log by itself.
    pub(crate) library: Library,
}

/// Whether seals are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judging {
    /// All are.
    All,
    /// None is: what they seal is being evaluated.
    Nothing,
}

impl Replica {
    /// Begins with an `open` entry.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(open: &Verified, library: &Library, reasons: Reasons) -> Result<Self, OpenError> {
        Self::begin(Self::unbegun(open, library, reasons, mundi_lang::check)?)
    }

    /// As [`Self::open`], with instrumented code that tells of what it comes to: `trace.rs`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_traced(
        open: &Verified,
        library: &Library,
        reasons: Reasons,
    ) -> Result<Self, OpenError> {
        let replica = Self::unbegun(open, library, reasons, mundi_lang::check_instrumented)?;
        replica.sandbox.world().trace = Some(Trace::default());
        Self::begin(replica)
    }

    fn begin(mut replica: Self) -> Result<Self, OpenError> {
        replica.listen();
        replica.on_open().map_err(|text| OpenError { code: Code::ScriptFailed, text })?;
        replica.sandbox.world().log.take_changed();
        replica.heard(true);
        replica.checkpoint();
        Ok(replica)
    }

    /// As [`Self::open`], before anything is run or folded.
    pub(crate) fn unbegun(
        open: &Verified,
        library: &Library,
        reasons: Reasons,
        check: Check,
    ) -> Result<Self, OpenError> {
        let Opened { opening, terms } = Opening::take_up(open, library, OUTCOME_DEPTH, check)?;
        let broken = |text: String| OpenError { code: Code::ScriptFailed, text };
        let rules = opening.rules.clone();
        let world = begin(open, &opening, terms)?;
        let sandbox = Sandbox::new(world, &rules, library).map_err(|e| broken(e.to_string()))?;
        let devices = opening.members.iter().enumerate().flat_map(|(place, member)| {
            member.devices.iter().map(move |d| (d.device(), (d.person(), place)))
        });
        let basis = Arc::new(Basis::of(open.id(), &opening));
        Ok(Self {
            sandbox,
            seals: Seals::new(basis.clone()),
            basis,
            judging: Judging::All,
            library: library.clone(),
            conversation: open.id(),
            devices: devices.collect(),
            rules,
            opening,
            reasons,
            verdicts: vec![0],
            texts: BTreeMap::new(),
            folded: 1,
            checkpoints: Checkpoints::default(),
        })
    }

    /// Runs `on open`, and begins the stages that the pattern begins with.
    fn on_open(&mut self) -> Result<(), String> {
        if let Some(script) = &self.sandbox.scripts().on_open {
            self.sandbox.fill(FUEL_ONCE);
            self.sandbox.world().frame.access = Access::Write;
            let result = self.sandbox.run(script);
            self.sandbox.world().frame.access = Access::Read;
            result.map(|_| ()).map_err(|fault| format!("`on open` fails: {}", fault.text))?;
        }
        let mut applied = Applied::nothing(&self.sandbox.world());
        settle(&self.sandbox, &mut applied, None).map_err(|fault| fault.text)?;
        self.sandbox.world().fold.slots.commit();
        Ok(())
    }

    /// Takes an entry in. Entries that waited for it come in with it.
    pub fn insert(&mut self, entry: Verified) -> Taken {
        if let Err((code, text)) = self.check_body(&entry) {
            return Taken::Invalid { code, text };
        }
        if let Ok(joining) = joining::read(&entry) {
            let (person, name) = (joining.certificate.person(), joining.certificate.name());
            self.sandbox.world().names.entry(person).or_insert_with(|| name.to_owned());
        }
        let roster = |entry: &Entry| self.author(entry);
        match self.sandbox.world().log.insert(entry, &roster) {
            Insertion::Inserted { .. } => Taken::Inserted,
            Insertion::Duplicate { .. } => Taken::Duplicate,
            Insertion::Waiting { code, missing } => Taken::Waiting { code, missing },
            Insertion::Invalid { code, text } => Taken::Invalid { code, text },
        }
    }
}

/// The persons in a certificate's record.
pub(crate) fn persons(term: &Value) -> Vec<Fingerprint> {
    match term {
        Value::Person(person) => vec![*person],
        Value::List(list) => list.iter().flat_map(persons).collect(),
        Value::Record(fields) => fields.values().flat_map(persons).collect(),
        _ => Vec::new(),
    }
}

/// The world before the first message.
fn begin(open: &Verified, opening: &Opening, terms: Vec<Value>) -> Result<World, OpenError> {
    let rules = opening.rules.clone();
    let bad = |text: &str| OpenError { code: Code::BadField, text: text.into() };
    let mut people = People::default();
    let mut names = BTreeMap::new();
    for member in &opening.members {
        let person = member.person().ok_or_else(|| bad("a member has no device"))?;
        let index = people.meet(person);
        people.join(index, &member.roles);
        let name = member.devices.first().map(Certificate::name).unwrap_or_default();
        names.insert(person, name.to_owned());
    }
    let own = |m: &&Member| m.devices.iter().any(|d| d.device() == open.author());
    let opener = opening.members.iter().find(own).and_then(Member::person);
    let opener = opener.ok_or_else(|| bad("who opens a conversation must take part in it"))?;
    let messages: Vec<String> = rules.messages.iter().map(|m| m.name.clone()).collect();
    let members: Vec<Fingerprint> = opening.members.iter().filter_map(Member::person).collect();
    let mut log =
        Log::new(open, opener, &messages, &members).ok_or_else(|| bad("it is no `open` entry"))?;
    // Who stands in a certificate can be asked for by code, and compared with who takes part.
    let certificates = rules.terms.iter().zip(&terms);
    let certificates = certificates.filter(|(field, _)| matches!(field.ty, Type::Outcome(_)));
    for person in certificates.flat_map(|(_, term)| persons(term)) {
        log.know(person);
        people.meet(person);
    }
    let open_roles: Vec<bool> = rules.roles.iter().map(|r| r.open == Openness::Open).collect();
    let machine = Machine::new(&rules.pattern, &open_roles);
    let of_stage = |s: &Stage| Machine::new(&s.pattern, &open_roles);
    let machines: Vec<Machine> = rules.stages.iter().map(of_stage).collect();
    let ahead = |m: &Machine| {
        let (phase, pattern) = (Phase::Ahead, m.start());
        Course { phase, begun: 0, pattern, asked: false }
    };
    let of_stages = rules.stages.iter().map(|s| s.terms.len()).sum();
    let mut all_terms = terms.clone();
    all_terms.extend(std::iter::repeat_n(Value::Unit, of_stages));
    let fold = Fold {
        people: Arc::new(people),
        pattern: machine.start(),
        tables: Tables::new(rules.messages.len()),
        everyones: vec![0; rules.tables.everyones.len()],
        slots: Slots::new(&rules.state, &opening.terms).map_err(|e| bad(&e))?,
        stages: machines.iter().map(ahead).collect(),
        terms: Arc::new(all_terms),
        revealed: BTreeMap::new(),
        ending: None,
        asked: false,
        verdicts: [0; 32],
    };
    let opened = i64::try_from(open.at()).unwrap_or(i64::MAX);
    let frame = Frame { now: opened, ..Frame::default() };
    let mut world =
        World::new(rules, terms, open.id(), opened, names, log, (machine, machines), fold);
    world.frame = frame;
    Ok(world)
}

impl Replica {
    /// The checked rules.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.clone()
    }

    /// What `open` said.
    #[must_use]
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The conversation's id.
    #[must_use]
    pub fn conversation(&self) -> EntryId {
        self.conversation
    }

    /// What is known of how it ended. It can change until it is sealed: an earlier entry may come.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.sandbox.world().fold.ending.clone()
    }

    /// The verdict on an entry that is folded.
    #[must_use]
    pub fn verdict(&self, id: &EntryId) -> Option<Verdict> {
        let index = self.sandbox.world().log.find(id)?;
        let number = *self.verdicts.get(index as usize)?;
        if number == 0 {
            return Some(Verdict::Accepted);
        }
        Code::ALL.into_iter().find(|c| c.number() == number).map(Verdict::Refused)
    }

    /// Why an entry was refused, for people, if reasons are kept.
    #[must_use]
    pub fn reason(&self, id: &EntryId) -> Option<String> {
        let index = self.sandbox.world().log.find(id)?;
        self.texts.get(&index).cloned()
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What a person is called here.
    #[must_use]
    pub fn name_of(&self, person: &Fingerprint) -> String {
        self.sandbox.world().name(person)
    }
}
