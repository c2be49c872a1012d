//! The conversation that is searched: who takes part, on which terms.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::opening::OpenError;
use mundi_identity::{DeviceKey, DevicePublic, Fingerprint, PersonKey};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Openness, Presence, Role, Rules, Type};
use rust_decimal::Decimal;

use super::bounds::Bounds;
use crate::rehearsal::Head;

/// What people are called, in the order in which they come.
const NAMES: [&str; 16] = [
    "ada", "ben", "cy", "dora", "eli", "fay", "gus", "hal", "ida", "jon", "kim", "leo", "mia",
    "ned", "ora", "pia",
];

/// The title from which all keys come where no play gives one.
const TITLE: &str = "explored";

/// Who could speak in the conversation that is searched.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) print: Fingerprint,
    pub(super) device: DevicePublic,
    pub(super) is_stranger: bool,
}

/// The conversation that is searched.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) head: Head,
    pub(super) people: Vec<Person>,
    /// Whether the keys are those of a play: then plays that are written have its title.
    pub(super) is_titled: bool,
}

impl Setting {
    /// Somebody in every role, and terms of which each type gives the plainest.
    pub(crate) fn of(rules: &Rules, bounds: &Bounds) -> Result<Self, OpenError> {
        let mut names = Names { next: 0, taken: bounds };
        let mut cast: Vec<(String, Vec<String>)> = Vec::new();
        for role in rules.cast() {
            let given = bounds.cast.iter().find(|(name, _)| *name == role.name);
            let holders = match given {
                Some((_, holders)) => holders.clone(),
                None => (0..holders(role, bounds)).map(|_| names.next()).collect(),
            };
            if !holders.is_empty() {
                cast.push((role.name.clone(), holders));
            }
        }
        if cast.is_empty() {
            // Somebody has to open the conversation.
            cast.extend(rules.cast().next().map(|role| (role.name.clone(), vec![names.next()])));
        }
        let is_open = rules.cast().any(|role| role.open == Openness::Open);
        let strangers: Vec<String> = is_open.then(|| names.next()).into_iter().collect();
        let members: BTreeSet<&String> = cast.iter().flat_map(|(_, who)| who).collect();
        let title = bounds.title.clone().unwrap_or_else(|| TITLE.to_owned());
        let person = |name: &String, is_stranger| Person {
            name: name.clone(),
            print: PersonKey::rehearsal(&title, name).fingerprint(),
            device: DeviceKey::rehearsal(&title, name, "").public(),
            is_stranger,
        };
        let people = members.iter().map(|name| person(name, false));
        let people = people.chain(strangers.iter().map(|name| person(name, true))).collect();
        let terms = terms(rules, bounds, &cast)?;
        let head = Head {
            title,
            topic: None,
            cast,
            terms,
            start: bounds.start,
            devices: BTreeSet::new(),
            speakers: strangers.into_iter().collect(),
        };
        Ok(Self { head, people, is_titled: bounds.title.is_some() })
    }

    pub(super) fn person(&self, print: &Fingerprint) -> Option<&Person> {
        self.people.iter().find(|person| person.print == *print)
    }
}

/// Names that nobody has yet.
struct Names<'a> {
    next: usize,
    /// Whose cast has its own.
    taken: &'a Bounds,
}

impl Names<'_> {
    fn next(&mut self) -> String {
        loop {
            let n = self.next;
            self.next = n.saturating_add(1);
            let name = NAMES.get(n).map_or_else(|| format!("p{n}"), |name| (*name).to_owned());
            if !self.taken.cast.iter().any(|(_, who)| who.contains(&name)) {
                return name;
            }
        }
    }
}

/// As many as the bounds say, as far as the role allows. Where people may join, one place is left for
/// who does.
fn holders(role: &Role, bounds: &Bounds) -> usize {
    let min = usize::try_from(role.min).unwrap_or(usize::MAX);
    let max = role.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);
    let wanted = match role.open {
        Openness::Fixed => bounds.people,
        Openness::Open => bounds.people.saturating_sub(1),
    };
    wanted.clamp(min, max.max(min))
}

/// The terms: as given, by default, or the plainest that their types allow.
fn terms(
    rules: &Rules,
    bounds: &Bounds,
    cast: &[(String, Vec<String>)],
) -> Result<Vec<(String, Literal)>, OpenError> {
    let mut out = Vec::new();
    let mut known = BTreeMap::new();
    for field in &rules.terms {
        let given = bounds.terms.iter().find(|(name, _)| *name == field.name);
        let value = match given {
            Some((_, value)) => Some(value.clone()),
            None if field.presence == Presence::Required => {
                Some(plainest(field, rules, cast, (&known, bounds.start))?)
            }
            None => None,
        };
        if let Some(value) = value {
            known.insert(field.name.clone(), value.clone());
            out.push((field.name.clone(), value));
        }
    }
    Ok(out)
}

type Known = BTreeMap<String, Literal>;

fn plainest(
    field: &Field,
    rules: &Rules,
    cast: &[(String, Vec<String>)],
    (known, start): (&Known, i64),
) -> Result<Literal, OpenError> {
    let maker = Maker { rules, cast, known, start };
    maker.value(&field.ty, 0).ok_or_else(|| OpenError {
        code: mundi_engine::Code::BadField,
        text: format!(
            "`{}` cannot be made up: give it with `--terms`, or a play that has it with `--like`",
            field.name
        ),
    })
}

/// Makes terms up.
struct Maker<'a> {
    rules: &'a Rules,
    cast: &'a [(String, Vec<String>)],
    known: &'a Known,
    start: i64,
}

impl Maker<'_> {
    /// The n-th plain value of a type.
    fn value(&self, ty: &Type, n: usize) -> Option<Literal> {
        let step = i64::try_from(n).ok()?;
        match ty {
            Type::Bool => Some(Literal::Bool(n % 2 == 1)),
            Type::Int(a, b) => within(*a, *b, 1, step).map(Literal::Int),
            Type::Decimal(a, b) => {
                let one = Decimal::new(100, 2);
                let low = a.filter(|a| *a > one).unwrap_or(one);
                let value = low.checked_add(Decimal::from(step))?;
                let high = b.filter(|b| *b < value).unwrap_or(value);
                Some(Literal::Decimal(high))
            }
            Type::Text(a, _) => Some(Literal::Text(text(n, usize::try_from(*a).ok()?))),
            Type::Bytes(a, _) => Some(Literal::Bytes(vec![0; usize::try_from(*a).ok()?])),
            Type::Time(a, b) => {
                within(*a, *b, self.start.checked_add(DAY)?, step.checked_mul(DAY)?)
                    .map(Literal::Time)
            }
            Type::Duration(a, b) => {
                within(*a, *b, DAY, step.checked_mul(HOUR)?).map(Literal::Duration)
            }
            Type::Person(role) => self.person(*role, n),
            Type::Choice(texts) => texts.get(n).cloned().map(Literal::Text),
            Type::OneOf(term, _) => {
                let name = self.rules.terms.get(usize::from(*term)).map(|f| &f.name)?;
                match self.known.get(name) {
                    Some(Literal::List(options)) => options.get(n).cloned(),
                    _ => None,
                }
            }
            Type::List { of, min, max, .. } => {
                let count = (*min).max(3).min(*max);
                let items = (0..usize::try_from(count).ok()?).map(|n| self.value(of, n));
                items.collect::<Option<Vec<_>>>().map(Literal::List)
            }
            Type::Record(fields) => {
                let needed = fields.iter().filter(|f| f.presence == Presence::Required);
                let field = |f: &Field| Some((f.name.clone(), self.value(&f.ty, n)?));
                needed.map(field).collect::<Option<Vec<_>>>().map(Literal::Record)
            }
            Type::Optional(of) => self.value(of, n),
            Type::Ref(_)
            | Type::File(_)
            | Type::Hidden(_)
            | Type::Reveal(_)
            | Type::Outcome(_)
            | Type::Map { .. }
            | Type::Private(..) => None,
        }
    }

    fn person(&self, role: Option<u16>, n: usize) -> Option<Literal> {
        let role = role.and_then(|r| self.rules.roles.get(usize::from(r)));
        let of = |(name, _): &&(String, Vec<String>)| role.is_none_or(|r| r.name == *name);
        let holders: Vec<&String> = self.cast.iter().filter(of).flat_map(|(_, who)| who).collect();
        holders.get(n).or(holders.first()).map(|name| Literal::Name((*name).clone()))
    }
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A number of a range, near what is usual.
fn within(low: Option<i64>, high: Option<i64>, usual: i64, step: i64) -> Option<i64> {
    let value = low.map_or(usual, |low| low.max(usual)).checked_add(step)?;
    let value = high.map_or(value, |high| high.min(value));
    Some(low.map_or(value, |low| low.max(value)))
}

/// `a`, `b`, … as long as a type wants it.
pub(super) fn text(n: usize, least: usize) -> String {
    let letter = u8::try_from(n % 26).map_or('z', |n| char::from(b'a'.saturating_add(n)));
    std::iter::repeat_n(letter, least.max(1).saturating_add(n / 26)).collect()
}
