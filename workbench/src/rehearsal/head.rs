//! The head of a rehearsal: who plays whom, on which terms, from when on.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::opening::{self, Member, OpenError};
use mundi_engine::{Code, Value};
use mundi_identity::{DeviceKey, Fingerprint, PersonKey};
use mundi_lang::literal::Literal;
use mundi_lang::play::{Play, Step, StepKind};
use mundi_lang::rules::Rules;

/// 2026-01-01T00:00:00Z: when a rehearsal starts unless it says otherwise.
pub const START: i64 = 1_767_225_600_000;

/// What stands above the lines of a play.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The title, from which all keys come.
    pub title: String,
    /// What the conversation is about.
    pub topic: Option<String>,
    /// Roles and who holds them, in the order written.
    pub cast: Vec<(String, Vec<String>)>,
    /// Terms as written.
    pub terms: Vec<(String, Literal)>,
    /// When `open` is signed, in ms since 1970.
    pub start: i64,
    /// Second devices that will speak: person, device.
    pub devices: BTreeSet<(String, String)>,
    /// Everybody who will speak, cast or not.
    pub speakers: BTreeSet<String>,
}

/// The head of a play.
#[must_use]
pub fn head_of_play(play: &Play) -> Head {
    let names = |list: &[mundi_lang::Name]| list.iter().map(|n| n.node.clone()).collect();
    let mut head = Head {
        title: play.title.node.clone(),
        topic: play.topic.as_ref().map(|t| t.node.clone()),
        cast: play.cast.iter().map(|(role, who)| (role.node.clone(), names(who))).collect(),
        terms: play.terms.iter().map(|(n, v)| (n.node.clone(), v.node.clone())).collect(),
        start: play.start.as_ref().map_or(START, |s| s.node),
        devices: BTreeSet::new(),
        speakers: BTreeSet::new(),
    };
    head.scan(&play.steps);
    head
}

fn bad(text: String) -> OpenError {
    OpenError { code: Code::BadField, text }
}

impl Head {
    /// Finds everybody who speaks, and all devices: they are certified from the start.
    fn scan(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.node {
                StepKind::Together(steps) => self.scan(steps),
                StepKind::Say(say) => {
                    self.speakers.insert(say.person.node.clone());
                    if let Some(device) = &say.device {
                        self.devices.insert((say.person.node.clone(), device.node.clone()));
                    }
                }
                StepKind::Wait(_) | StepKind::At(_) | StepKind::Expect(_) => {}
            }
        }
    }

    /// Who signs `open`.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.cast.iter().flat_map(|(_, who)| who).map(String::as_str).next()
    }

    /// Everybody who is cast or speaks, with their fingerprints.
    pub(super) fn people(&self) -> BTreeMap<String, Fingerprint> {
        let cast = self.cast.iter().flat_map(|(_, who)| who);
        let print = |n: &String| (n.clone(), PersonKey::rehearsal(&self.title, n).fingerprint());
        cast.chain(&self.speakers).map(print).collect()
    }

    /// The members, in the order in which the cast names them, with their devices.
    pub(super) fn members(&self, rules: &Rules) -> Result<Vec<Member>, OpenError> {
        let mut cast = Vec::new();
        for (role, who) in &self.cast {
            let devices = who.iter().map(|name| self.devices(name)).collect::<Result<_, _>>()?;
            cast.push((role.clone(), devices));
        }
        Member::cast(rules, &cast)
    }

    /// The certificates of a person's devices; the one without a name is the first, which seals.
    fn devices(&self, person: &str) -> Result<Vec<mundi_identity::Certificate>, OpenError> {
        let key = PersonKey::rehearsal(&self.title, person);
        let others = self.devices.iter().filter(|(p, _)| p == person).map(|(_, d)| d.as_str());
        let certify = |device: &str| {
            let public = DeviceKey::rehearsal(&self.title, person, device).public();
            key.certify(public, person, super::unsigned(self.start), None)
                .map_err(|e| bad(format!("{person} cannot take part: {e}")))
        };
        std::iter::once("").chain(others).map(certify).collect()
    }

    /// The terms' values in file order; `Opening::sign` holds them against their ranges.
    pub(super) fn terms(&self, rules: &Rules) -> Result<Vec<Value>, OpenError> {
        let people = self.people();
        let names = |name: &str| people.get(name).copied().map(Value::Person);
        opening::terms(rules, &self.terms, &names)
    }
}
