//! A log told again as a rehearsal: the same people, rules, terms and words, signed by keys of a rehearsal,
//! so that what was not said can be tried out. Where the rehearsal comes to other verdicts, it is none.

use std::collections::BTreeMap;

use mundi_engine::entry::Entry;
use mundi_engine::{Code, EntryId, Replica, Value, Verdict, joining};
use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Message, MessageKind, Type};

use super::course::{Course, Deed, Seen};
use super::samples::{Ground, entry_name, literal};
use crate::rehearsal::{Head, Judged, Line, Rehearsal};
use crate::show::Naming;

/// A log as a course, and the step of the entry in question.
pub(super) struct Retold {
    pub(super) course: Course,
    pub(super) step: usize,
}

/// What a log says, by names.
struct Teller<'a> {
    replica: &'a Replica,
    names: BTreeMap<Fingerprint, String>,
    /// Devices beyond the first of each person: whose, and what they are called.
    devices: BTreeMap<DevicePublic, (Fingerprint, String)>,
    /// Hidden values that somebody has shown.
    shown: BTreeMap<(EntryId, String), Value>,
}

/// The verdict on an entry.
pub(super) fn judged(replica: &Replica, id: &EntryId) -> Judged {
    match replica.verdict(id) {
        Some(Verdict::Accepted) => Judged::Accepted,
        Some(Verdict::Refused(code)) => {
            Judged::Refused(code, replica.reason(id).unwrap_or_default())
        }
        None => Judged::Invalid(Code::MissingParent, "it is not in the log".into()),
    }
}

impl Retold {
    /// Tells a log again, up to an entry; `None` where the rehearsal is not the same conversation.
    pub(super) fn of(replica: &Replica, target: &EntryId) -> Option<Self> {
        let mut teller = Teller::of(replica);
        let head = teller.head()?;
        let rules = replica.rules();
        let mut course = Course { head, rules: rules.clone(), deeds: Vec::new() };
        // Samples of hidden values that nobody has shown need a conversation to be taken from.
        let empty = Rehearsal::open(&course.head, rules).ok()?;
        let mut steps: BTreeMap<EntryId, Vec<usize>> = BTreeMap::new();
        let mut verdicts = Vec::new();
        let mut step = None;
        for id in replica.order().into_iter().skip(1) {
            let entry = Entry::decode(&replica.entry_bytes(&id)?).ok()?;
            let past = entry.parents().chain(entry.prev());
            let seen: Vec<usize> =
                past.flat_map(|p| steps.get(&p).cloned().unwrap_or_default()).collect();
            let verdict = judged(replica, &id);
            let forked = matches!(verdict, Judged::Refused(Code::Forked, _));
            let Some(line) = teller.line(&empty, &id, &entry).filter(|_| !forked || id == *target)
            else {
                // What has no part in the conversation is passed through.
                steps.insert(id, seen);
                continue;
            };
            course.deeds.push(Deed::At(i64::try_from(entry.at()).ok()?.saturating_sub(1_000)));
            let mut line = line?;
            if id == *target {
                // Nobody speaks of it yet.
                line.label = None;
            }
            let at = course.deeds.len();
            let seen = if forked { Seen::All } else { Seen::Steps(seen) };
            course.deeds.push(Deed::Say { line, seen, place: at });
            if id == *target {
                step = Some(at);
                break;
            }
            steps.insert(id, vec![at]);
            verdicts.push((at, verdict));
        }
        let held = course.hold(course.deeds.len().saturating_sub(1)).ok()?;
        let now = |at: usize| {
            let id = held.spoken.get(at).and_then(Option::as_ref).and_then(|said| said.id)?;
            Some(code(&held.rehearsal.judged(&id)))
        };
        let same = verdicts.iter().all(|(at, verdict)| now(*at) == Some(code(verdict)));
        let step = step.filter(|_| same)?;
        Some(Self { course, step })
    }
}

fn code(judged: &Judged) -> Option<Code> {
    judged.why().map(|(code, _)| code)
}

impl<'a> Teller<'a> {
    fn of(replica: &'a Replica) -> Self {
        let mut names: BTreeMap<Fingerprint, String> = BTreeMap::new();
        let mut devices = BTreeMap::new();
        let mut shown = BTreeMap::new();
        let mut meet = |print: Fingerprint| {
            let name = replica.name_of(&print);
            let taken = names.values().any(|known| *known == name);
            names.entry(print).or_insert_with(|| if taken { print.to_string() } else { name });
        };
        for member in &replica.opening().members {
            member.person().into_iter().for_each(&mut meet);
            for (n, device) in member.devices.iter().enumerate().skip(1) {
                devices.insert(device.device(), (device.person(), format!("device{n}")));
            }
        }
        for id in replica.order() {
            replica.said(&id).into_iter().for_each(|(print, _)| meet(print));
            for (_, value) in replica.fields(&id) {
                openings(&value, &mut shown);
            }
        }
        Self { replica, names, devices, shown }
    }

    fn name(&self, print: &Fingerprint) -> String {
        self.names.get(print).cloned().unwrap_or_else(|| print.to_string())
    }

    fn head(&self) -> Option<Head> {
        let opening = self.replica.opening();
        let rules = &opening.rules;
        let role = |r: &u16| rules.roles.get(usize::from(*r)).map(|r| r.name.clone());
        let mut cast = Vec::new();
        for member in &opening.members {
            let name = self.name(&member.person()?);
            for held in member.roles.iter().filter_map(role) {
                cast.push((held, vec![name.clone()]));
            }
        }
        let given = rules.terms.iter().zip(&opening.terms).filter(|(_, v)| **v != Value::Unit);
        let terms = given.map(|(field, value)| Some((field.name.clone(), self.literal(value)?)));
        let of_open = self.replica.time_of(&self.replica.conversation())?;
        let device = |(print, device): &(Fingerprint, String)| (self.name(print), device.clone());
        Some(Head {
            title: rules.title.clone(),
            topic: opening.topic.clone(),
            cast,
            terms: terms.collect::<Option<_>>()?,
            start: i64::try_from(of_open).ok()?,
            devices: self.devices.values().map(device).collect(),
            speakers: self.names.values().cloned().collect(),
        })
    }

    /// An entry as a line; outer `None` for the system's own messages, inner where it cannot be told.
    fn line(&mut self, empty: &Rehearsal, id: &EntryId, entry: &Entry) -> Option<Option<Line>> {
        let rules = self.replica.rules();
        let message = rules.messages.get(usize::from(rules.message(entry.message())?))?;
        let (author, _) = self.replica.said(id)?;
        Some(self.told(empty, id, entry, message, &author))
    }

    fn told(
        &self,
        empty: &Rehearsal,
        id: &EntryId,
        entry: &Entry,
        message: &Message,
        author: &Fingerprint,
    ) -> Option<Line> {
        let person = self.name(author);
        let device = self.devices.get(&entry.author()).map(|(_, name)| name.clone());
        let fields = if matches!(message.kind, MessageKind::Join) {
            vec![("role".to_owned(), Literal::Text(joining::read(entry).ok()?.role.to_owned()))]
        } else {
            let rules = self.replica.rules();
            let ground = Ground { rehearsal: empty, rules: &rules, person: &person };
            let mut fields = Vec::new();
            for (name, value) in self.replica.fields(id) {
                let ty = message.fields.iter().find(|f| f.name == name).map(|f| &f.ty)?;
                fields.push((name.clone(), self.field(&ground, id, &name, ty, &value)?));
            }
            fields
        };
        Some(Line {
            person,
            device: device.unwrap_or_default(),
            message: message.name.clone(),
            fields,
            label: Some(entry_name(id)),
            ..Line::default()
        })
    }

    fn field(
        &self,
        ground: &Ground<'_>,
        id: &EntryId,
        name: &str,
        ty: &Type,
        value: &Value,
    ) -> Option<Literal> {
        match (ty, value) {
            (Type::Hidden(of) | Type::Private(of, _), _) => {
                match self.shown.get(&(*id, name.to_owned())) {
                    Some(value) => self.literal(value),
                    None => ground.value(of),
                }
            }
            (Type::Reveal(_), Value::Record(parts)) => self.literal(parts.get("entry")?),
            _ => self.literal(value),
        }
    }

    fn literal(&self, value: &Value) -> Option<Literal> {
        literal(value, &Naming { person: &|print| self.name(print), entry: &entry_name })
    }
}

/// What a `reveal` shows: `{ entry, open: { field: [salt, value] } }`.
fn openings(value: &Value, shown: &mut BTreeMap<(EntryId, String), Value>) {
    let Value::Record(parts) = value else { return };
    let (Some(Value::Ref(id)), Some(Value::Record(open))) = (parts.get("entry"), parts.get("open"))
    else {
        return;
    };
    for (field, opening) in open.iter() {
        if let Value::List(pair) = opening
            && let Some(value) = pair.get(1)
        {
            shown.insert((*id, field.to_string()), value.clone());
        }
    }
}
