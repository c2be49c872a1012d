//! The `open` entry: rules, terms, topic, members with their devices, sealers. What it says is
//! fixed for good; its id is the conversation's (`spec/entry.md`, "open").

mod cast;
mod raw;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mundi_identity::{Certificate, DeviceKey, DevicePublic, Fingerprint};
use mundi_lang::Source;
use mundi_lang::rules::{Field, RoleId, Rules, Type};
use sha2::{Digest, Sha256};

use crate::body::{decode_fields, encode_fields};
use crate::cbor::{self, CborError};
use crate::code::Code;
use crate::draft::Draft;
use crate::entry::{Entry, OPEN};
use crate::library::Library;
use crate::limits::{MEMBERS, OUTCOME_DEPTH};
use crate::outcome::{Sealers, referenced};
use crate::value::Value;
pub(crate) use raw::Check;
use raw::Raw;

pub use cast::terms;

/// Bytes of the nonce that tells two conversations apart which are otherwise the same.
pub const NONCE_BYTES: usize = 16;

/// A person who takes part from the start.
#[derive(Clone, Debug)]
pub struct Member {
    /// The roles that the person holds, in file order.
    pub roles: Vec<RoleId>,
    /// The devices, the first of which seals. All are the same person's.
    pub devices: Vec<Certificate>,
}

/// What an `open` entry says.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The checked rules.
    pub rules: Arc<Rules>,
    /// Values of the terms in file order, `()` where left out.
    pub terms: Vec<Value>,
    /// What it is about.
    pub topic: Option<String>,
    /// Who takes part.
    pub members: Vec<Member>,
    /// Random.
    pub nonce: [u8; NONCE_BYTES],
}

/// What an `open` entry says, and what code reads of its terms.
pub(crate) struct Opened {
    pub(crate) opening: Opening,
    /// As [`Opening::terms`]; an outcome certificate is the record of what it proves.
    pub(crate) terms: Vec<Value>,
}

/// Why a conversation cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct OpenError {
    /// `bad-encoding`, `bad-field`, …
    pub code: Code,
    /// What is wrong, and what to do instead.
    pub text: String,
}

fn bad(text: impl Into<String>) -> OpenError {
    OpenError { code: Code::BadField, text: text.into() }
}

impl From<CborError> for OpenError {
    fn from(error: CborError) -> Self {
        Self {
            code: Code::BadEncoding,
            text: format!("the `open` entry is not in its one form: {error}"),
        }
    }
}

impl Member {
    /// Who it is; a member without a device is nobody.
    #[must_use]
    pub fn person(&self) -> Option<Fingerprint> {
        self.devices.first().map(Certificate::person)
    }
}

impl Opening {
    /// Checks rules text for an opening.
    ///
    /// # Errors
    /// The first diagnostic that is an error.
    pub fn check_rules(text: &str, library: &Library) -> Result<Arc<Rules>, OpenError> {
        Self::check_as(text, library, mundi_lang::check)
    }

    fn check_as(text: &str, library: &Library, check: Check) -> Result<Arc<Rules>, OpenError> {
        let source = Source::new("rules", text);
        let parsed = mundi_lang::parse(&source);
        let mut diagnostics = parsed.diagnostics;
        if let Some(syntax) = parsed.tree {
            let checked = check(&source, &syntax, &library.signatures());
            let sound = diagnostics.iter().all(|d| d.severity != mundi_lang::Severity::Error);
            if let (Some(rules), true) = (checked.rules, sound) {
                return Ok(Arc::new(rules));
            }
            diagnostics.extend(checked.diagnostics);
        }
        let first = diagnostics.iter().find(|d| d.severity == mundi_lang::Severity::Error);
        let text = first.map_or("they do not check".into(), |d| {
            let (file, found) = mundi_lang::bundle::in_its_file(&source, d);
            let place = file.place(found.span.start as usize);
            let of = if file.name == source.name {
                String::new()
            } else {
                format!(" of `{}`", file.name)
            };
            format!("{} in line {}, column {}{of}: {}", d.code, place.line, place.column, d.message)
        });
        Err(bad(format!("the rules cannot be used: {text}")))
    }

    /// The signed `open` entry, by one of the members' devices, at a time in ms since 1970. Outcome
    /// certificates in the terms are verified where it is read, which is before anybody keeps it.
    ///
    /// # Errors
    /// What keeps this from being a conversation: cardinalities, roles, terms, sizes.
    pub fn sign(&self, at: u64, key: &DeviceKey) -> Result<Entry, OpenError> {
        self.check(&key.public())?;
        let draft = Draft {
            conversation: None,
            seq: 0,
            prev: None,
            parents: Vec::new(),
            at,
            message: OPEN.into(),
            body: self.encode(),
        };
        draft.sign(key).map_err(|e| OpenError { code: e.code(), text: e.to_string() })
    }

    /// Reads an `open` entry and checks all that it says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(entry: &Entry, library: &Library) -> Result<Self, OpenError> {
        Self::take_up(entry, library, OUTCOME_DEPTH, mundi_lang::check).map(|opened| opened.opening)
    }

    /// As [`Self::read`], with what code reads of the terms; `left` is how deep outcome certificates
    /// may nest in them.
    pub(crate) fn take_up(
        entry: &Entry,
        library: &Library,
        left: usize,
        check: Check,
    ) -> Result<Opened, OpenError> {
        let raw = Raw::read(entry.body())?;
        if raw.rules_hash != rules_hash(raw.rules) {
            return Err(bad("the rules' text is not the one that the hash beside it names"));
        }
        let rules = Self::check_as(raw.rules, library, check)?;
        if raw.edition != u64::from(rules.edition) {
            return Err(bad("the edition is not the one that the rules say"));
        }
        let terms = decode_fields(&rules, &rules.terms, &[], raw.terms);
        let terms = terms.map_err(|e| bad(format!("in the terms: {e}")))?;
        let opening = Self {
            terms: terms.into_iter().map(|v| v.unwrap_or(Value::Unit)).collect(),
            topic: raw.topic.map(str::to_owned),
            members: raw.members.iter().map(|m| m.resolve(&rules)).collect::<Result<_, _>>()?,
            nonce: raw.nonce,
            rules,
        };
        opening.check(&entry.author())?;
        if opening.encode() != entry.body() {
            return Err(bad(
                "the `open` entry's members, sealers or terms are not in their one form",
            ));
        }
        let terms = opening.referenced(library, left)?;
        Ok(Opened { opening, terms })
    }

    /// The terms as code reads them: certificates are verified here.
    fn referenced(&self, library: &Library, left: usize) -> Result<Vec<Value>, OpenError> {
        let read = |(field, value): (&Field, &Value)| match (&field.ty, value) {
            (Type::Outcome(rules), Value::Bytes(bytes)) => {
                let read = referenced::read(bytes, rules, library, left);
                read.map_err(|why| bad(format!("the term `{}` {why}", field.name)))
            }
            _ => Ok(value.clone()),
        };
        self.rules.terms.iter().zip(&self.terms).map(read).collect()
    }

    /// All that must hold of an opening beyond its form.
    fn check(&self, author: &DevicePublic) -> Result<(), OpenError> {
        if self.members.len() > MEMBERS {
            return Err(bad(format!("at most {MEMBERS} people can take part from the start")));
        }
        let mut persons = BTreeSet::new();
        let mut devices = BTreeSet::new();
        for member in &self.members {
            let person = member.person().ok_or_else(|| bad("a member has no device"))?;
            if !persons.insert(person) {
                return Err(bad("a person is listed twice"));
            }
            self.check_roles(member)?;
            for device in &member.devices {
                if device.person() != person {
                    return Err(bad("a device is certified by somebody else than its person"));
                }
                if !devices.insert(device.device()) {
                    return Err(bad("a device is listed twice"));
                }
            }
        }
        if !devices.contains(author) {
            return Err(bad("who opens a conversation must take part in it"));
        }
        self.check_cardinalities()?;
        Sealers::new(&self.sealers(), &self.rules.seal).check().map_err(bad)?;
        self.check_terms()
    }

    fn check_roles(&self, member: &Member) -> Result<(), OpenError> {
        let rules = &self.rules;
        if member.roles.is_empty() {
            return Err(bad("a member holds no role"));
        }
        if !member.roles.is_sorted_by(|a, b| a < b) {
            return Err(bad("a member's roles are not in file order, each once"));
        }
        let name = |r: &RoleId| rules.roles.get(usize::from(*r)).map_or("?", |r| r.name.as_str());
        let of_stage = |r: &&RoleId| {
            rules.roles.get(usize::from(**r)).is_some_and(|role| role.stage.is_some())
        };
        if let Some(role) = member.roles.iter().find(of_stage) {
            let text = format!("`{}` is a role of a stage, which gives it", name(role));
            return Err(bad(text));
        }
        let together =
            rules.overlaps.iter().any(|set| member.roles.iter().all(|r| set.contains(r)));
        if member.roles.len() > 1 && !together {
            let roles: Vec<&str> = member.roles.iter().map(name).collect();
            return Err(bad(format!(
                "one person cannot be {}: the rules have no `overlap {}`",
                roles.join(" and "),
                roles.join(", ")
            )));
        }
        Ok(())
    }

    fn check_cardinalities(&self) -> Result<(), OpenError> {
        for (n, role) in self.rules.cast().enumerate() {
            let holds = |m: &&Member| m.roles.iter().any(|r| usize::from(*r) == n);
            let count = self.members.iter().filter(holds).count();
            let least = role.min as usize;
            let most = role.max.map_or(usize::MAX, |max| max as usize);
            // An open role may fill up later.
            let open = role.open == mundi_lang::rules::Openness::Open;
            if (count < least && !open) || count > most {
                let wanted = match role.max {
                    Some(max) if max == role.min => format!("exactly {max}"),
                    Some(max) => format!("{} to {max}", role.min),
                    None => format!("at least {}", role.min),
                };
                let held = if count == 1 {
                    "1 person holds it".into()
                } else {
                    format!("{count} people hold it")
                };
                return Err(bad(format!("`{}` needs {wanted}: {held}", role.name)));
            }
        }
        Ok(())
    }

    fn check_terms(&self) -> Result<(), OpenError> {
        let persons: BTreeSet<Fingerprint> =
            self.members.iter().filter_map(Member::person).collect();
        for (field, value) in self.rules.terms.iter().zip(&self.terms) {
            if *value == Value::Unit {
                if field.presence != mundi_lang::rules::Presence::Optional {
                    return Err(bad(format!("the term `{}` is missing", field.name)));
                }
                continue;
            }
            let fits = crate::body::check_value(&field.ty, value, &self.terms);
            fits.map_err(|why| bad(format!("the term `{}` {why}", field.name)))?;
            if let Value::Person(person) = value
                && !persons.contains(person)
            {
                return Err(bad(format!(
                    "the term `{}` names somebody who does not take part",
                    field.name
                )));
            }
        }
        Ok(())
    }

    /// The body in deterministic CBOR.
    fn encode(&self) -> Vec<u8> {
        let rules = &self.rules;
        let mut members = Vec::new();
        cbor::write_array(&mut members, self.members.len());
        for member in &self.members {
            member.encode(rules, &mut members);
        }
        let mut fields: Vec<(&str, Vec<u8>)> = vec![
            ("rules", bytes(|out| cbor::write_text(out, &rules.text))),
            ("rules_hash", bytes(|out| cbor::write_bytes(out, &rules_hash(&rules.text)))),
            ("edition", bytes(|out| cbor::write_uint(out, rules.edition.into()))),
            ("terms", self.encode_terms()),
            ("members", members),
            ("sealers", self.encode_sealers()),
            ("nonce", bytes(|out| cbor::write_bytes(out, &self.nonce))),
        ];
        if let Some(topic) = &self.topic {
            fields.push(("topic", bytes(|out| cbor::write_text(out, topic))));
        }
        fields.sort_by_key(|(name, _)| (name.len(), *name));
        let mut out = Vec::new();
        cbor::write_map(&mut out, fields.len());
        for (name, value) in fields {
            cbor::write_text(&mut out, name);
            out.extend(value);
        }
        out
    }

    /// The terms by name, in deterministic CBOR.
    pub(crate) fn encode_terms(&self) -> Vec<u8> {
        let rules = &self.rules;
        let named = rules.terms.iter().zip(&self.terms);
        let named: Vec<_> = named.map(|(f, v)| (f.name.clone(), v.clone())).collect();
        encode_fields(&rules.terms, &named)
    }

    /// `[[fingerprint, key], …]`, sorted: whose signatures will make the outcome final.
    fn encode_sealers(&self) -> Vec<u8> {
        let sealers = self.sealers();
        let mut out = Vec::new();
        cbor::write_array(&mut out, sealers.len());
        for (person, key) in sealers {
            cbor::write_array(&mut out, 2);
            cbor::write_bytes(&mut out, person.as_bytes());
            cbor::write_bytes(&mut out, &key.0);
        }
        out
    }

    /// The persons whose signatures make an outcome final, each with the one key that seals.
    #[must_use]
    pub fn sealers(&self) -> BTreeMap<Fingerprint, DevicePublic> {
        let seals = |m: &&Member| m.roles.iter().any(|r| self.rules.seal.roles.contains(r));
        let key = |m: &Member| Some((m.person()?, m.devices.first()?.device()));
        self.members.iter().filter(seals).filter_map(key).collect()
    }
}

/// SHA-256 of the rules' text.
#[must_use]
pub fn rules_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn bytes(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

impl Member {
    /// `{"roles": [name, …], "devices": [certificate, …]}`
    fn encode(&self, rules: &Rules, out: &mut Vec<u8>) {
        cbor::write_map(out, 2);
        cbor::write_text(out, "roles");
        cbor::write_array(out, self.roles.len());
        for role in &self.roles {
            cbor::write_text(out, rules.roles.get(usize::from(*role)).map_or("", |r| &r.name));
        }
        cbor::write_text(out, "devices");
        cbor::write_array(out, self.devices.len());
        for device in &self.devices {
            cbor::write_bytes(out, device.bytes());
        }
    }
}
