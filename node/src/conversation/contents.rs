//! What is in envelopes, once a secret has opened them.

use mundi_engine::entry::Entry;
use mundi_identity::DevicePublic;
use mundi_identity::envelope::{EnvelopeError, EpochSecret, Sealer};
use mundi_identity::pgp::PgpCert;

use super::told::message_of;
use crate::exchange::Card;
use crate::network::Note;

/// What the secrets at hand have opened.
#[derive(Default)]
pub(crate) struct Contents {
    /// Entries, of which nothing is verified.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Members' keys.
    pub(crate) cards: Vec<PgpCert>,
    /// What members tell of their logs, and which device says so.
    pub(crate) notes: Vec<(DevicePublic, Note)>,
    /// OpenPGP messages with values for roles.
    pub(crate) told: Vec<Vec<u8>>,
    /// How many did not open, or were not made as they should be.
    pub(crate) broken: usize,
}

impl Contents {
    /// Opens the envelopes that these secrets open.
    pub(crate) fn of(envelopes: &[Vec<u8>], secrets: &[EpochSecret]) -> Self {
        let sealers: Vec<Sealer> = secrets.iter().map(Sealer::new).collect();
        let mut contents = Self::default();
        for envelope in envelopes {
            let opened = sealers.iter().map(|sealer| sealer.open(envelope));
            let opened = opened.into_iter().find(|one| *one != Err(EnvelopeError::OtherSecret));
            match opened {
                Some(Ok(unsealed)) => contents.add(unsealed.author, unsealed.content),
                _ => contents.broken += 1,
            }
        }
        contents
    }

    fn add(&mut self, author: DevicePublic, content: Vec<u8>) {
        match message_of(&content) {
            Some(Ok(sealed)) => return self.told.push(sealed),
            Some(Err(_)) => return self.broken += 1,
            None => {}
        }
        match (Card::from_sealed(&content), Note::decode(&content)) {
            (Some(Ok(cert)), _) => self.cards.push(cert),
            (None, Some(Ok(note))) => self.notes.push((author, note)),
            (Some(Err(_)), _) | (None, Some(Err(_))) => self.broken += 1,
            (None, None) => match Entry::decode(&content) {
                Ok(entry) if entry.author() != author => self.broken += 1,
                _ => self.entries.push(content),
            },
        }
    }
}
