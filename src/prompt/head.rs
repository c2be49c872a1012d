//! Asking for what stands above the lines: who plays whom, on which terms.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::Value;
use mundi_engine::body::literal_value;
use mundi_identity::PersonKey;
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Openness, Presence, Role, Rules};

use super::ask::{Ask, Reply};
use super::fields::{Filled, Ground};
use super::{describe, input};
use crate::rehearsal::{Head, START};
use crate::stop::Stop;

/// Names that are offered where nobody cares.
const NAMES: [&str; 12] =
    ["ada", "ben", "cy", "dora", "emil", "fay", "gus", "hana", "ivo", "jo", "kim", "lea"];

/// The devices that everybody has beside the first: a prompt cannot know which will speak.
pub(super) const DEVICES: [&str; 3] = ["phone", "laptop", "tablet"];

/// Asks for all of the head that is not given. `None`: the person is gone.
pub(super) fn ask(
    rules: &Rules,
    cast: Vec<(String, Vec<String>)>,
    terms: Vec<(String, Literal)>,
    ask: &mut dyn Ask,
) -> Result<Option<Head>, Stop> {
    let mut head = Head {
        title: rules.title.clone(),
        topic: None,
        cast,
        terms,
        start: START,
        devices: BTreeSet::new(),
        speakers: BTreeSet::new(),
    };
    for role in rules.cast() {
        if head.cast.iter().any(|(named, _)| *named == role.name) {
            continue;
        }
        let Some(who) = ask_role(role, &head, rules, ask)? else { return Ok(None) };
        head.cast.push((role.name.clone(), who));
    }
    head.cast.retain(|(_, who)| !who.is_empty());
    let people = head.cast.iter().flat_map(|(_, who)| who);
    let devices = |name: &String| DEVICES.map(|device| (name.clone(), device.to_owned()));
    head.devices = people.flat_map(devices).collect();
    Ok(if ask_terms(rules, &mut head, ask)? { Some(head) } else { None })
}

/// Who holds a role. An empty answer takes names that are free.
fn ask_role(
    role: &Role,
    head: &Head,
    rules: &Rules,
    ask: &mut dyn Ask,
) -> Result<Option<Vec<String>>, Stop> {
    if !role.doc.is_empty() {
        ask.tell(&format!("  {}", role.doc.replace('\n', "\n  ")))?;
    }
    let offered = offer(role, head);
    let default = if offered.is_empty() { "nobody".to_owned() } else { offered.join(", ") };
    let open = if role.open == Openness::Open { "; others may join later" } else { "" };
    let how_many = describe::cardinality(role);
    let prompt = format!("  {} ({how_many}{open}; {default} if left empty) > ", role.name);
    loop {
        let Reply::Line(line) = ask.ask(&prompt, NAMES.map(String::from).to_vec())? else {
            return Ok(None);
        };
        let who: Vec<String> = line
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']'))
            .filter(|name| !name.is_empty())
            .map(str::to_lowercase)
            .collect();
        if who.is_empty() {
            return Ok(Some(offered));
        }
        match fits(role, &who, head, rules) {
            Ok(()) => return Ok(Some(who)),
            Err(why) => ask.tell(&format!("  {why}"))?,
        }
    }
}

/// As many free names as the role needs.
fn offer(role: &Role, head: &Head) -> Vec<String> {
    let taken = |name: &str| head.cast.iter().any(|(_, who)| who.iter().any(|n| n == name));
    let least = if role.open == Openness::Open { 0 } else { role.min as usize };
    NAMES.iter().filter(|n| !taken(n)).take(least).map(|n| (*n).to_owned()).collect()
}

/// Whether these people may hold the role.
fn fits(role: &Role, who: &[String], head: &Head, rules: &Rules) -> Result<(), String> {
    if let Some(name) = who.iter().find(|n| !input::is_name(n)) {
        return Err(format!(
            "`{name}` is no name here: small letters, digits and `_`, a letter first"
        ));
    }
    let distinct: BTreeSet<&String> = who.iter().collect();
    let most = role.max.map_or(usize::MAX, |m| m as usize);
    let least = if role.open == Openness::Open { 0 } else { role.min as usize };
    if distinct.len() < who.len() {
        return Err("somebody is named twice".into());
    }
    if who.len() < least || who.len() > most {
        return Err(format!("{} is needed, not {}", describe::cardinality(role), who.len()));
    }
    let id = rules.role(&role.name);
    for (other, held) in &head.cast {
        let both = [id, rules.role(other)];
        let allowed = rules
            .overlaps
            .iter()
            .any(|set| both.iter().all(|r| r.is_some_and(|r| set.contains(&r))));
        if let (Some(name), false) = (who.iter().find(|n| held.contains(n)), allowed) {
            return Err(format!("{name} is {other} already, and nobody can be both"));
        }
    }
    Ok(())
}

/// Asks for the terms that are not given; `false`: the person is gone.
fn ask_terms(rules: &Rules, head: &mut Head, ask: &mut dyn Ask) -> Result<bool, Stop> {
    let people: BTreeMap<String, Value> = head
        .cast
        .iter()
        .flat_map(|(_, who)| who)
        .map(|n| (n.clone(), Value::Person(PersonKey::rehearsal(&head.title, n).fingerprint())))
        .collect();
    let names = |name: &str| people.get(name).cloned();
    let words: Vec<String> = people.keys().cloned().collect();
    let mut values: Vec<Value> = Vec::new();
    for field in &rules.terms {
        let ground = Ground { rules, terms: &values, names: &names, words: &words };
        let given = head.terms.iter().rfind(|(name, _)| *name == field.name);
        let literal = match given {
            Some((_, literal)) => match ground.fits(field, literal) {
                Ok(()) => Some(literal.clone()),
                Err(why) => {
                    ask.tell(&format!("  the term `{}`: {why}", field.name))?;
                    None
                }
            },
            None => None,
        };
        let literal = match literal {
            Some(literal) => literal,
            None => match ground.ask(field, ask)? {
                Filled::With(literal) => literal,
                Filled::Empty => match &field.presence {
                    Presence::Default(literal) => literal.clone(),
                    _ => Literal::Unit,
                },
                Filled::Away | Filled::Out => return Ok(false),
            },
        };
        values.push(literal_value(&field.ty, &literal, &names).unwrap_or(Value::Unit));
        head.terms.retain(|(name, _)| *name != field.name);
        head.terms.push((field.name.clone(), literal));
    }
    Ok(true)
}
