//! `get`: what is in mailboxes, and for a while what comes into them.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subject;
use futures::StreamExt;
use mundi_identity::inbox::{Ticket, inbox_of};
use mundi_transport::limits as wire;
use mundi_transport::wire::{Get, Got, Kind, Letter, Parcel, Want, Wire};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Refused, Request, Service, User, bad, locked};
use crate::limits;
use crate::store::{Found, Lag, News};

impl Service {
    pub(super) fn get(self: &Arc<Self>, user: User, request: &Request) -> Result<(), Refused> {
        let get = Get::from_bytes(&request.payload).map_err(bad)?;
        self.may_read(user, &get)?;
        if !self.enter(user) {
            return Err(("busy", format!("at most {} gets at once", limits::GETS_A_USER)));
        }
        let (service, reply) = (Arc::clone(self), request.reply.clone());
        tokio::spawn(async move {
            service.letters(get, &reply).await;
            service.leave(user);
        });
        Ok(())
    }

    /// Tags by everybody, an inbox by who has its device's key, policies by brokers only.
    fn may_read(&self, user: User, get: &Get) -> Result<(), Refused> {
        let inboxes: Vec<[u8; 16]> = get
            .wants
            .iter()
            .map(Want::mailbox)
            .filter(|mailbox| mailbox.kind == Kind::Inbox)
            .map(|mailbox| mailbox.name)
            .collect();
        if get.wants.iter().any(|want| want.mailbox().kind == Kind::Policy) {
            return Err(("not-allowed", "policies are read by brokers only".into()));
        }
        if inboxes.is_empty() {
            return if get.ticket.is_empty() { Ok(()) } else { Err(bad("a ticket for no inbox")) };
        }
        let ticket = Ticket::verify(&get.ticket, &self.broker, &user, self.store.now());
        let ticket = ticket.map_err(|error| ("ticket", error.to_string()))?;
        let own = inbox_of(&ticket.device);
        if inboxes.iter().all(|inbox| *inbox == own) {
            return Ok(());
        }
        Err(("ticket", "the ticket is for another inbox".into()))
    }

    fn enter(&self, user: User) -> bool {
        let mut gets = locked(&self.gets);
        let running = gets.entry(user).or_default();
        let may = *running < limits::GETS_A_USER;
        *running += usize::from(may);
        may
    }

    fn leave(&self, user: User) {
        let mut gets = locked(&self.gets);
        if let Some(running) = gets.get_mut(&user) {
            *running -= 1;
            if *running == 0 {
                gets.remove(&user);
            }
        }
    }

    async fn letters(&self, get: Get, reply: &Subject) {
        let until = Instant::now() + Duration::from_secs(get.seconds);
        // Who waits is there before it is looked, so that nothing falls between.
        let (found, waiter) = {
            let mut index = self.store.swept();
            let found = index.find(&get.wants);
            let waits = get.seconds > 0 && !found.more;
            (found, waits.then(|| index.waiters.add(&get.wants)))
        };
        let mut last = found.last;
        let whole = self.backlog(found, &mut last, reply).await;
        if let Some((id, news)) = waiter {
            if whole {
                last = self.wait(id, news, until, last, reply).await;
            } else {
                self.store.index().waiters.remove(id);
            }
        }
        self.answer(reply, Got::End { store: self.store.name().into(), last }.to_bytes()).await;
    }

    /// Sends what was found. Whether all of it fitted; else `last` is the last that did.
    async fn backlog(&self, found: Found, last: &mut u64, reply: &Subject) -> bool {
        let Ok(_turn) = self.reading.acquire().await else { return false };
        let mut part = Part::default();
        let mut bytes = 0;
        let letters = futures::stream::iter(found.letters);
        let mut letters = letters
            .map(|(number, index)| async move { (number, index, self.store.parcel(number).await) })
            .buffered(limits::GET_READS);
        let mut sent = 0;
        while let Some((number, index, parcel)) = letters.next().await {
            // What has expired meanwhile is gone.
            let Some(parcel) = parcel else { continue };
            bytes += parcel.envelope().len();
            if bytes > limits::GET_BYTES {
                *last = sent;
                self.send(&mut part, reply).await;
                return false;
            }
            sent = number;
            self.letter(&mut part, (number, index, parcel.into_envelope()), reply).await;
        }
        self.send(&mut part, reply).await;
        true
    }

    /// Sends what comes, until the time is over or the reader lags; gives the last position.
    async fn wait(
        &self,
        id: u64,
        mut news: mpsc::Receiver<News>,
        until: Instant,
        mut last: u64,
        reply: &Subject,
    ) -> u64 {
        let mut part = Part::default();
        loop {
            let Ok(next) = tokio::time::timeout_at(until, news.recv()).await else { break };
            let Some(next) = next else {
                // It lags: what it missed is after the last that it was sent.
                self.store.index().waiters.remove(id);
                return last;
            };
            last = next.0;
            self.tell(&mut part, next, reply).await;
            while let Ok(next) = news.try_recv() {
                last = next.0;
                self.tell(&mut part, next, reply).await;
            }
            self.send(&mut part, reply).await;
        }
        let (lagged, frontier) = {
            let mut index = self.store.index();
            (index.waiters.remove(id), index.frontier())
        };
        while let Some(next) = news.recv().await {
            last = next.0;
            self.tell(&mut part, next, reply).await;
        }
        self.send(&mut part, reply).await;
        if lagged == Lag::Lagged { last } else { frontier }
    }

    async fn tell(&self, part: &mut Part, (number, index, fresh): News, reply: &Subject) {
        let envelope = match fresh {
            Some(fresh) => Some(fresh.to_vec()),
            None => self.store.parcel(number).await.map(Parcel::into_envelope),
        };
        if let Some(envelope) = envelope {
            self.letter(part, (number, index, envelope), reply).await;
        }
    }

    async fn letter(&self, part: &mut Part, letter: (u64, u64, Vec<u8>), reply: &Subject) {
        let (number, index, envelope) = letter;
        let bytes = envelope.len() + 32;
        if part.bytes + bytes > wire::GOT_BYTES {
            self.send(part, reply).await;
        }
        part.bytes += bytes;
        part.letters.push(Letter { index, number, envelope: envelope.into() });
    }

    async fn send(&self, part: &mut Part, reply: &Subject) {
        let Part { letters, .. } = std::mem::take(part);
        if !letters.is_empty() {
            self.answer(reply, Got::Some(letters).to_bytes()).await;
        }
    }
}

/// Letters on their way into one message.
#[derive(Default)]
struct Part {
    letters: Vec<Letter>,
    bytes: usize,
}
