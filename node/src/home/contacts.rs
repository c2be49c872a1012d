//! The owner's contacts: added by a card, renamed, forgotten, handed on.

use mundi_identity::Fingerprint;

use super::{Home, HomeError, ME, is_petname};
use crate::exchange::Card;
use crate::store::Contact;

/// What became of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Somebody new.
    New,
    /// Somebody who was known: their key, devices and published name are what the card says.
    Updated,
}

impl Home {
    /// Takes a card in under a petname. A second card of the same person brings them up to date:
    /// the published name follows, the petname and whether they are verified stay.
    ///
    /// # Errors
    /// The name is no petname, or another key has it; the key has another name here, cannot be
    /// used, or is the owner's own; the disk fails. Nothing is added then.
    pub fn take_card(
        &mut self,
        petname: &str,
        card: &Card,
        now: u64,
    ) -> Result<(Contact, Taken), HomeError> {
        let print = card.cert.fingerprint();
        let (named, known) = {
            let store = self.store();
            (store.contact_named(petname)?, store.contact(&print)?)
        };
        fit(petname)?;
        if let Some(other) = named.filter(|other| other.fingerprint != print) {
            return Err(clash(petname, &other.fingerprint, &print));
        }
        if let Some(old) = known.as_ref().and_then(|known| known.petname.as_deref())
            && old != petname
        {
            return Err(HomeError::Useless(format!(
                "this key is in your contacts already, as `{old}`: `mundi contacts add {old}` \
                 brings it up to date, `mundi contacts rename {old} {petname}` renames it"
            )));
        }
        let taken = if known.is_some() { Taken::Updated } else { Taken::New };
        if taken == Taken::New {
            // A key that was revoked or has expired is of use only to know that it was.
            card.cert.usable(now)?;
        }
        Ok((self.add_card(card, Some(petname), now)?, taken))
    }

    /// A contact, by any name that they have.
    ///
    /// # Errors
    /// Nobody or several have it; it is the owner; the disk fails.
    pub fn contact(&self, name: &str) -> Result<Contact, HomeError> {
        let person = self.person(name)?;
        if person == self.me() {
            return Err(HomeError::Useless(
                "this is yourself: `mundi id show` and `mundi id card` say who you are".into(),
            ));
        }
        let contact = self.store().contact(&person)?;
        contact.ok_or_else(|| HomeError::NoSuchPerson { name: name.into(), hint: String::new() })
    }

    /// Gives a contact another petname.
    ///
    /// # Errors
    /// It is no petname, or another contact has it; there is no such contact; the disk fails.
    pub fn rename_contact(&mut self, name: &str, petname: &str) -> Result<Contact, HomeError> {
        fit(petname)?;
        let mut contact = self.contact(name)?;
        let named = self.store().contact_named(petname)?;
        if let Some(other) = named.filter(|other| other.fingerprint != contact.fingerprint) {
            return Err(clash(petname, &other.fingerprint, &contact.fingerprint));
        }
        contact.petname = Some(petname.into());
        self.write(|tx| tx.set_contact(&contact))?;
        Ok(contact)
    }

    /// Takes back that the owner has made sure of somebody.
    ///
    /// # Errors
    /// There is no such contact; the disk fails.
    pub fn unverify_contact(&mut self, name: &str) -> Result<Contact, HomeError> {
        let mut contact = self.contact(name)?;
        contact.verified = None;
        self.write(|tx| tx.set_contact(&contact))?;
        Ok(contact)
    }

    /// Forgets a contact and their devices. What they wrote stays, and revocations.
    ///
    /// # Errors
    /// There is no such contact; the disk fails.
    pub fn remove_contact(&mut self, name: &str) -> Result<Contact, HomeError> {
        let contact = self.contact(name)?;
        self.write(|tx| tx.remove_contact(&contact.fingerprint))?;
        self.store().cut_log()?;
        Ok(contact)
    }

    /// What is known of a contact, to hand on: their key and present devices.
    ///
    /// # Errors
    /// The disk fails, or what is there is damaged.
    pub fn card_of(&self, contact: &Contact, now: u64) -> Result<Card, HomeError> {
        let cert = mundi_identity::pgp::PgpCert::parse(&contact.cert)?;
        let mut devices = self.devices_of(&contact.fingerprint, now)?;
        devices.reverse();
        Ok(Card { cert, devices })
    }
}

/// Two keys that want one name.
fn clash(petname: &str, here: &Fingerprint, card: &Fingerprint) -> HomeError {
    HomeError::Useless(format!(
        "`{petname}` is another key here:\n  here  {here}\n  card  {card}\nIf {petname} has a new \
         key, ask them in person, then rename or remove the old one; else choose another name"
    ))
}

/// That a name can be a petname, else which one can.
fn fit(name: &str) -> Result<(), HomeError> {
    if is_petname(name) {
        return Ok(());
    }
    let lower: String = name
        .to_lowercase()
        .chars()
        .map(|c| if matches!(c, ' ' | '-' | '.') { '_' } else { c })
        .collect();
    let hint = match lower.as_str() {
        ME => "; `me` is yourself".to_owned(),
        lower if is_petname(lower) => format!("; write `{lower}`"),
        _ => String::new(),
    };
    Err(HomeError::Useless(format!(
        "`{name}` cannot be a name here: names are small letters, digits and `_`, begin with a \
         letter, and have at most 32{hint}"
    )))
}
