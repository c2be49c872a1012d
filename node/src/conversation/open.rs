//! Opening a conversation: who takes part, on which terms.

use std::sync::Arc;

use mundi_engine::entry::verify;
use mundi_engine::opening::{self, Member, NONCE_BYTES, Opening};
use mundi_engine::{Reasons, Replica, Value};
use mundi_identity::envelope::EpochSecret;
use mundi_lang::literal::Literal;
use mundi_lang::rules::Rules;
use zeroize::Zeroizing;

use super::{Room, standing};
use crate::home::{Home, HomeError};
use crate::store::{Epoch, NewConversation};

/// Devices with which a person is listed at most: the newest of those that are known.
const DEVICES: usize = 4;

/// A conversation to be opened.
pub struct Plan {
    /// The checked rules.
    pub rules: Arc<Rules>,
    /// Roles and who holds them, as the owner calls them.
    pub cast: Vec<(String, Vec<String>)>,
    /// The terms as written.
    pub terms: Vec<(String, Literal)>,
    /// What it is about.
    pub topic: Option<String>,
}

impl Home {
    /// Opens a conversation. Others learn of it by an export.
    ///
    /// # Errors
    /// Somebody is not known, or by no device; roles or terms do not fit; the disk fails.
    pub fn open(&mut self, plan: &Plan, now: u64) -> Result<Room, HomeError> {
        let mut cast = Vec::new();
        for (role, names) in &plan.cast {
            let mut holders = Vec::new();
            for name in names {
                let mut devices = self.devices_of(&self.person(name)?, now)?;
                devices.truncate(DEVICES);
                if devices.is_empty() {
                    return Err(HomeError::NoDevice(name.clone()));
                }
                holders.push(devices);
            }
            cast.push((role.clone(), holders));
        }
        let names = |name: &str| self.person(name).ok().map(Value::Person);
        let mut nonce = [0; NONCE_BYTES];
        self.chance.fill(&mut nonce)?;
        let opening = Opening {
            terms: opening::terms(&plan.rules, &plan.terms, &names)?,
            topic: plan.topic.clone(),
            members: Member::cast(&plan.rules, &cast)?,
            rules: plan.rules.clone(),
            nonce,
        };
        let device = self.device()?;
        let entry = opening.sign(now, &device.key)?;
        let open = verify(entry)?;
        let replica = Replica::open(&open, &consensus_std::library(), Reasons::Keep)?;
        let mut secret = Zeroizing::new([0; 32]);
        self.chance.fill(secret.as_mut_slice())?;
        let epoch = Epoch {
            tag: open.id().0.to_vec(),
            secret: Zeroizing::new(EpochSecret::new(&secret).bytes().to_vec()),
            since: now,
        };
        let new = NewConversation {
            id: open.id(),
            open: open.bytes(),
            title: &opening.rules.title,
            topic: opening.topic.as_deref(),
            opened_at: open.at(),
            device: Some(device.public()),
        };
        let (text, flags) = standing::of(&replica, &self.me(), &|p| self.name_of(p));
        let row = self.write(|tx| {
            let number = tx.add_conversation(&new)?;
            tx.add_epoch(number, &epoch)?;
            tx.set_standing(number, &crate::store::Standing { last_at: now, text: &text, flags })?;
            tx.conversation(number)
        })?;
        let row = row.ok_or_else(|| HomeError::NoSuchConversation(open.id().to_string()))?;
        Ok(Room::new(row, replica))
    }
}
