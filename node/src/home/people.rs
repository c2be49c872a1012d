//! Who is who: names as the owner of the home uses them, and what is known of each person.

use mundi_identity::pgp::PgpCert;
use mundi_identity::{Certificate, Fingerprint};

use super::{Home, HomeError};
use crate::exchange::Card;
use crate::store::{Contact, ContactDevice, Verified};

/// What the owner calls themselves.
pub const ME: &str = "me";

/// The least of a fingerprint, in hexadecimal digits, that may stand for it.
const PREFIX: usize = 8;

/// Whether a name can be a petname: it must fit where rules expect a name.
#[must_use]
pub fn is_petname(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 32
        && name != ME
}

impl Home {
    /// What a person is called here: `me`, a petname, the name that they publish, else the
    /// beginning of the fingerprint. A `?` says that nobody has made sure of them.
    #[must_use]
    pub fn name_of(&self, person: &Fingerprint) -> String {
        if *person == self.me() {
            return ME.into();
        }
        let contact = self.store().contact(person).ok().flatten();
        let print = person.to_string();
        let short = print.get(..PREFIX).unwrap_or(&print).to_owned();
        let Some(contact) = contact else { return format!("{short}?") };
        let mark = if contact.verified.is_some() { "" } else { "?" };
        let published = contact.published.filter(|name| self.is_free(name));
        let name = contact.petname.or(published).unwrap_or(short);
        format!("{name}{mark}")
    }

    /// Whether a published name is nobody's petname: nobody can call themselves what the owner
    /// calls somebody else.
    fn is_free(&self, published: &str) -> bool {
        let lower = published.trim().to_lowercase();
        lower != ME && !matches!(self.store().contact_named(&lower), Ok(Some(_)))
    }

    /// Whom a name means: `me`, a petname, a published name, or the beginning of a fingerprint.
    ///
    /// # Errors
    /// Nobody, or more than one.
    pub fn person(&self, name: &str) -> Result<Fingerprint, HomeError> {
        if name == ME {
            return Ok(self.me());
        }
        let contacts = self.store().contacts()?;
        if let Some(contact) = contacts.iter().find(|c| c.petname.as_deref() == Some(name)) {
            return Ok(contact.fingerprint);
        }
        let lower = name.to_lowercase();
        let digits: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
        let begins =
            |c: &&Contact| digits.len() >= PREFIX && c.fingerprint.to_string().starts_with(&digits);
        let called = |c: &&Contact| c.published.as_ref().is_some_and(|p| p.to_lowercase() == lower);
        let found: Vec<&Contact> = contacts.iter().filter(|c| begins(c) || called(c)).collect();
        match found.as_slice() {
            [one] => Ok(one.fingerprint),
            [] => Err(self.nobody(name, &contacts)),
            several => {
                let prints: Vec<String> =
                    several.iter().map(|c| c.fingerprint.to_string()).collect();
                Err(HomeError::Ambiguous(name.into(), prints.join(", ")))
            }
        }
    }

    fn nobody(&self, name: &str, contacts: &[Contact]) -> HomeError {
        let names = contacts.iter().filter_map(|c| c.petname.as_deref()).chain([ME]);
        let hint = match mundi_lang::suggest(name, names) {
            Some(close) => format!("; did you mean `{close}`?"),
            None => "; add their card: `mundi contacts add NAME FILE`".into(),
        };
        HomeError::NoSuchPerson { name: name.into(), hint }
    }

    /// A person's OpenPGP certificate, if it is known here.
    ///
    /// # Errors
    /// As all reading.
    pub fn cert_of(&self, person: &Fingerprint) -> Result<Option<PgpCert>, HomeError> {
        if *person == self.me() {
            return Ok(Some(self.cert().clone()));
        }
        let contact = self.store().contact(person)?;
        Ok(contact.map(|contact| PgpCert::parse(&contact.cert)).transpose()?)
    }

    /// The devices with which a person can be invited: certified now and not revoked, the newest
    /// first; of the owner, the one that writes here.
    ///
    /// # Errors
    /// As all reading.
    pub fn devices_of(
        &self,
        person: &Fingerprint,
        now: u64,
    ) -> Result<Vec<Certificate>, HomeError> {
        if *person == self.me() {
            return Ok(vec![self.device()?.certificate.clone()]);
        }
        let store = self.store();
        let gone: Vec<_> = store
            .revocations()?
            .into_iter()
            .filter(|r| r.fingerprint == *person)
            .map(|r| r.device)
            .collect();
        let mut devices = Vec::new();
        for row in store.contact_devices(person)? {
            let certificate = Certificate::decode(&row.certificate)?;
            if certificate.covers(now) && !gone.contains(&certificate.device()) {
                devices.push(certificate);
            }
        }
        devices.sort_by_key(|device| std::cmp::Reverse(device.not_before()));
        Ok(devices)
    }

    /// Takes a card in: the contact is added, or brought up to date. A petname is given where one
    /// is said; whoever was verified stays so, as the key is the same.
    ///
    /// # Errors
    /// The key is the owner's own; another contact has the petname; the disk fails.
    pub fn add_card(
        &mut self,
        card: &Card,
        petname: Option<&str>,
        now: u64,
    ) -> Result<Contact, HomeError> {
        let fingerprint = card.cert.fingerprint();
        if fingerprint == self.me() {
            return Err(HomeError::Useless(
                "this is your own key: you need no contact for it".into(),
            ));
        }
        let known = self.store().contact(&fingerprint)?;
        let before =
            if card.devices.is_empty() { vec![] } else { self.devices_of(&fingerprint, now)? };
        let all = before.iter().chain(&card.devices);
        let newest = all.max_by_key(|device| device.not_before());
        let published = newest.map(|device| device.name().to_owned());
        // An older card takes nothing away: no subkey, and no revocation.
        let cert = match &known {
            Some(known) => PgpCert::parse(&known.cert)?.merged(&card.cert)?,
            None => card.cert.clone(),
        };
        let contact = Contact {
            fingerprint,
            cert: cert.binary(),
            petname: petname
                .map(str::to_owned)
                .or_else(|| known.as_ref().and_then(|c| c.petname.clone())),
            published: published
                .or_else(|| card.cert.name())
                .or_else(|| known.as_ref().and_then(|c| c.published.clone())),
            verified: known.as_ref().and_then(|c| c.verified.clone()),
            added_at: known.as_ref().map_or(now, |c| c.added_at),
            note: known.map(|c| c.note).unwrap_or_default(),
        };
        self.write(|tx| {
            tx.set_contact(&contact)?;
            card.devices.iter().try_for_each(|device| {
                tx.set_contact_device(&ContactDevice {
                    device: device.device(),
                    fingerprint,
                    certificate: device.bytes().to_vec(),
                    added_at: now,
                })
            })
        })?;
        Ok(contact)
    }

    /// Notes that the owner has made sure of somebody.
    ///
    /// # Errors
    /// There is no such contact; the disk fails.
    pub fn verify_contact(
        &mut self,
        person: &Fingerprint,
        how: &str,
        now: u64,
    ) -> Result<(), HomeError> {
        let contact = self.store().contact(person)?;
        let mut contact = contact.ok_or_else(|| HomeError::NoSuchPerson {
            name: person.to_string(),
            hint: String::new(),
        })?;
        contact.verified = Some(Verified { how: how.into(), at: now });
        Ok(self.write(|tx| tx.set_contact(&contact))?)
    }
}
