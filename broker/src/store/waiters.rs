//! Who waits for what comes into mailboxes.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use mundi_transport::wire::{Mailbox, Want};
use tokio::sync::mpsc;

use crate::limits;

/// An envelope that has just come, so that nobody need read it from the disk.
pub type Fresh = Bytes;

/// What a waiter is told: number, index of the mailbox, and the envelope if it is at hand.
pub type News = (u64, u64, Option<Fresh>);

/// Whether a waiter was told everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// Everything.
    None,
    /// Its channel was full, and it was told nothing from then on.
    Lagged,
}

#[derive(Default)]
struct Waiter {
    wants: HashMap<Mailbox, u64>,
    to: Option<mpsc::Sender<News>>,
}

/// All who wait.
#[derive(Default)]
pub struct Waiters {
    all: BTreeMap<u64, Waiter>,
    by_mailbox: HashMap<Mailbox, Vec<u64>>,
    next: u64,
}

impl Waiters {
    /// Somebody waits, until it is [removed](Self::remove).
    pub fn add(&mut self, wants: &[Want]) -> (u64, mpsc::Receiver<News>) {
        let (to, news) = mpsc::channel(limits::GET_PENDING);
        let id = self.next;
        self.next += 1;
        let wants: HashMap<Mailbox, u64> =
            wants.iter().zip(0..).map(|(want, index)| (want.mailbox(), index)).collect();
        for mailbox in wants.keys() {
            self.by_mailbox.entry(*mailbox).or_default().push(id);
        }
        self.all.insert(id, Waiter { wants, to: Some(to) });
        (id, news)
    }

    /// Somebody waits no more. Says whether it was told everything.
    pub fn remove(&mut self, id: u64) -> Lag {
        let Some(waiter) = self.all.remove(&id) else { return Lag::Lagged };
        for mailbox in waiter.wants.keys() {
            if let Some(ids) = self.by_mailbox.get_mut(mailbox) {
                ids.retain(|other| *other != id);
                if ids.is_empty() {
                    self.by_mailbox.remove(mailbox);
                }
            }
        }
        if waiter.to.is_some() { Lag::None } else { Lag::Lagged }
    }

    /// How many wait.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Something has come. Who has too much before it is told nothing more: its channel ends.
    pub fn tell(&mut self, mailbox: &Mailbox, number: u64, fresh: Option<&Fresh>) {
        let Some(ids) = self.by_mailbox.get(mailbox) else { return };
        for id in ids {
            let Some(waiter) = self.all.get_mut(id) else { continue };
            let Some(index) = waiter.wants.get(mailbox) else { continue };
            let told = waiter.to.as_ref().map(|to| to.try_send((number, *index, fresh.cloned())));
            if told.is_some_and(|told| told.is_err()) {
                waiter.to = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_is_told_what_it_waits_for_until_it_lags() {
        let (one, two) = (Mailbox::tag([1; 16]), Mailbox::tag([2; 16]));
        let mut waiters = Waiters::default();
        let (id, mut news) = waiters.add(&[Want::new(two, 0), Want::new(one, 0)]);
        waiters.tell(&one, 1, None);
        waiters.tell(&Mailbox::inbox([1; 16]), 2, None);
        assert_eq!(news.try_recv().unwrap(), (1, 1, None));
        for number in 0..=limits::GET_PENDING as u64 + 1 {
            waiters.tell(&two, number, None);
        }
        let mut told = 0;
        while let Ok(_news) = news.try_recv() {
            told += 1;
        }
        assert_eq!(told, limits::GET_PENDING);
        assert!(news.is_closed());
        assert_eq!(waiters.remove(id), Lag::Lagged);
        assert!(waiters.by_mailbox.is_empty() && waiters.count() == 0);
    }
}
