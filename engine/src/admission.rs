//! What the rules, `open` and an entry alone say of the entry, before the log is asked: its message,
//! its fields, whose device wrote it and in which role.

use mundi_lang::rules::{MessageKind, Openness};

use crate::code::Code;
use crate::entry::Entry;
use crate::joining;
use crate::log::{Author, FORK};
use crate::outcome::SealBody;
use crate::outcome::seal::SEAL;
use crate::rekeying::{self, REKEY};
use crate::replica::Replica;

impl Replica {
    /// What the rules and `open` alone say of an entry: its message, its fields, its author's role.
    pub(crate) fn check_body(&self, entry: &Entry) -> Result<(), (Code, String)> {
        self.check_period(entry)?;
        let Some(number) = self.rules.message(entry.message()) else {
            return self.check_system(entry);
        };
        let message = self.rules.messages.get(usize::from(number));
        match message.map(|m| &m.kind) {
            Some(MessageKind::Stage) => {
                let text = format!("`{}` is a stage, and nobody says it", entry.message());
                return Err((Code::UnknownMessage, text));
            }
            Some(MessageKind::Join) => {
                joining::read(entry).map_err(|text| (Code::BadField, text))?;
            }
            Some(MessageKind::Leave) if entry.body() == [0xa0] => {}
            _ => {
                crate::body::decode_body(&self.rules, &self.opening.terms, number, entry.body())
                    .map_err(|e| (Code::BadField, e.to_string()))?;
            }
        }
        self.check_role(entry, number)
    }

    /// A message that is none of the rules' is one of the system's, and well-formed.
    fn check_system(&self, entry: &Entry) -> Result<(), (Code, String)> {
        match entry.message() {
            REKEY => rekeying::read(entry).map(|_| ()).map_err(|text| (Code::BadField, text)),
            SEAL => self.check_seal(entry),
            FORK if entry.body() == [0xa0] => Ok(()),
            FORK => Err((Code::BadField, "`fork` has no fields: its parents are the proof".into())),
            name => Err((Code::UnknownMessage, format!("the rules have no message `{name}`"))),
        }
    }

    /// A seal is by the key of a sealer, and signs what it says.
    fn check_seal(&self, entry: &Entry) -> Result<(), (Code, String)> {
        let bad = |e| (Code::BadField, format!("`seal` is not in its one form: {e}"));
        let Some(seal) = SealBody::read(entry.body()).map_err(bad)? else { return Ok(()) };
        let author = entry.author();
        if self.basis.sealers.number(&author).is_none() {
            let named = self.devices.get(&author).map(|(person, _)| self.name_of(person));
            let text = match named {
                Some(name) => format!("this device of {name} is none whose seal counts here"),
                None => "its device is none whose seal counts here".into(),
            };
            return Err((Code::NotYourRole, text));
        }
        if seal.signature.key != author || !seal.verifies(&self.basis) {
            return Err((
                Code::BadSignature,
                "the signature over the outcome does not verify".into(),
            ));
        }
        Ok(())
    }

    /// A device that `open` lists writes at times that its certificate covers.
    fn check_period(&self, entry: &Entry) -> Result<(), (Code, String)> {
        let Some((person, place)) = self.devices.get(&entry.author()) else { return Ok(()) };
        let devices = self.opening.members.get(*place).map_or(&[][..], |m| &m.devices);
        let device = devices.iter().find(|d| d.device() == entry.author());
        if device.is_none_or(|d| d.covers(entry.at())) {
            return Ok(());
        }
        let name = self.name_of(person);
        Err((Code::Expired, format!("the certificate of {name}'s device does not cover this time")))
    }

    /// Where no role is open, who holds what is fixed, and a wrong role is invalid.
    fn check_role(&self, entry: &Entry, number: u16) -> Result<(), (Code, String)> {
        let closed = self.rules.roles.iter().all(|r| r.open == Openness::Fixed);
        let Some(message) = self.rules.messages.get(usize::from(number)).filter(|_| closed) else {
            return Ok(());
        };
        if matches!(message.kind, MessageKind::Join | MessageKind::Leave) {
            let text = format!("`{}` is for open roles, and these rules have none", message.name);
            return Err((Code::NotYourRole, text));
        }
        // Who holds the roles of a stage is known to the fold alone.
        if message.stage.is_some() {
            return Ok(());
        }
        // Of a device that came later only the log knows whose it is.
        let Some((person, place)) = self.devices.get(&entry.author()) else { return Ok(()) };
        let roles = self.opening.members.get(*place).map_or(&[][..], |m| &m.roles);
        if roles.iter().any(|r| message.by.contains(r)) {
            return Ok(());
        }
        let by = message.by.iter().filter_map(|r| self.rules.roles.get(usize::from(*r)));
        let by: Vec<String> = by.map(|r| r.name.clone()).collect();
        let held = roles.iter().filter_map(|r| self.rules.roles.get(usize::from(*r)));
        let held: Vec<String> = held.map(|r| r.name.clone()).collect();
        let name = self.name_of(person);
        let text = format!(
            "`{}` is for {}, not for {name} ({})",
            message.name,
            crate::turns::or_list(&by),
            held.join(", ")
        );
        Err((Code::NotYourRole, text))
    }

    /// Whose device wrote an entry.
    pub(crate) fn author(&self, entry: &Entry) -> Author {
        if let Some((person, _)) = self.devices.get(&entry.author()) {
            return Author::Person(*person);
        }
        if entry.prev().is_some() {
            // The first entry of its chain, which has not come, says whose it is.
            return Author::Unknown;
        }
        let closed = self.rules.roles.iter().all(|r| r.open == Openness::Fixed);
        let certified = match joining::read(entry) {
            Ok(joining) => Some(joining.certificate),
            Err(_) => rekeying::own_certificate(entry),
        };
        let listed = |person| self.opening.members.iter().any(|m| m.person() == Some(person));
        match certified.map(|certificate| certificate.person()) {
            Some(person) if !closed || listed(person) => Author::Person(person),
            _ => Author::Stranger,
        }
    }
}
