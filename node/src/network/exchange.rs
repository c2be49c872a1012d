//! A link, driven: what is due goes out, what comes is taken in, what is lacking is asked for.

use std::time::Duration;

use mundi_engine::sealing::Waits;
use mundi_identity::inbox::Ticket;
use mundi_transport::link::{Link, LinkError};
use mundi_transport::wire::{Got, Info, Kind, Mailbox, Want};
use sha2::{Digest, Sha256};

use super::coming::{Coming, first};
use super::incoming::News;
use super::online::Online;
use super::outgoing::Unreachable;
use crate::clock;
use crate::home::{Home, HomeError};
use crate::store::ConversationNo;

/// How long one `get` goes on, in s: shorter than a proxy takes for silence.
const SECONDS: u64 = 50;
/// Without anything else to do, the queue is looked at so often, in ms.
pub(super) const IDLE: u64 = 5_000;

/// The clock, and how long the owner's agent lets things settle.
#[derive(Clone)]
pub struct Timing {
    /// Now, in ms since 1970.
    pub clock: fn() -> u64,
    /// As for [`Home::attend`].
    pub waits: Waits,
}

impl Default for Timing {
    fn default() -> Self {
        Self { clock: clock::now, waits: Waits::default() }
    }
}

/// What has happened.
#[derive(Debug)]
pub enum Progress {
    /// Something has come.
    News(News),
    /// So many parcels are on the broker's disk.
    Sent(usize),
    /// So many are on the leaf's disk, which puts them at a broker.
    Kept(usize),
    /// Somebody cannot be invited.
    Unreachable(Unreachable),
    /// The owner's agent has sealed rounds of a conversation.
    Sealed(ConversationNo, Vec<u32>),
}

/// Why an exchange has ended.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeEnd {
    /// The link.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
}

/// A link, and what is followed over it.
pub struct Exchange {
    /// The conversations.
    pub online: Online,
    pub(super) link: Box<dyn Link>,
    /// The broker; behind a leaf it may be away.
    pub(super) info: Option<Info>,
    /// What comes. Behind a leaf tags and inboxes come apart.
    coming: Vec<Coming>,
    /// The hashes of letters that are on the disk here, and of which the link was not told yet.
    pub(super) taken: Vec<[u8; 32]>,
    /// The tags that the leaf was told to watch.
    pub(super) followed: Vec<Mailbox>,
    /// Whether there are other mailboxes to look into since they were asked for.
    elsewhere: bool,
    /// When the agent has something to do next.
    attend_at: Option<u64>,
    /// Until when the policy of the own inbox is taken to be what the broker knows.
    pub(super) policy_until: Option<u64>,
    /// Whether the broker was asked for what was sent before.
    pub(super) asked_for_sent: bool,
    pub(super) timing: Timing,
}

impl Exchange {
    /// Begins: asks the broker who it is.
    ///
    /// # Errors
    /// The link gives no answer; the disk fails.
    pub async fn begin(
        home: &mut Home,
        link: Box<dyn Link>,
        online: Online,
        timing: Timing,
    ) -> Result<Self, ExchangeEnd> {
        let info = match link.info().await {
            Ok(info) => Some(info),
            Err(LinkError::Offline(_) | LinkError::Timeout(_)) if link.keeps().is_some() => None,
            Err(error) => return Err(error.into()),
        };
        let mut exchange = Self {
            online,
            link,
            info,
            coming: Vec::new(),
            taken: Vec::new(),
            followed: Vec::new(),
            elsewhere: false,
            attend_at: Some(0),
            policy_until: None,
            asked_for_sent: false,
            timing,
        };
        exchange.online.begin_link();
        exchange.online.recall(home)?;
        Ok(exchange)
    }

    /// What the broker says of itself; nothing while it is away behind a leaf.
    #[must_use]
    pub fn info(&self) -> Option<&Info> {
        self.info.as_ref()
    }

    /// The link.
    #[must_use]
    pub fn link(&self) -> &dyn Link {
        self.link.as_ref()
    }

    /// Leaves the link; what is followed stays.
    #[must_use]
    pub fn into_online(self) -> Online {
        self.online
    }

    /// Takes in what is there and sends what is due, until nothing more is.
    ///
    /// # Errors
    /// The link fails, or the disk.
    pub async fn catch_up(&mut self, home: &mut Home) -> Result<Vec<Progress>, ExchangeEnd> {
        self.policy_until = None;
        // What was written is in the queue, whatever becomes of the link.
        let unreachable = self.online.post(home, (self.timing.clock)())?;
        let mut progress: Vec<Progress> =
            unreachable.into_iter().map(Progress::Unreachable).collect();
        loop {
            progress.extend(self.get_now(home).await?);
            progress.extend(self.attend(home)?);
            progress.extend(self.send(home).await?);
            // What has come may open other mailboxes.
            if !std::mem::take(&mut self.elsewhere) {
                return Ok(progress);
            }
        }
    }

    /// Waits until something has come, or a while has passed in which nothing was due. To be called
    /// again and again; it may be given up at any time.
    ///
    /// # Errors
    /// The link fails, or the disk.
    pub async fn next(&mut self, home: &mut Home) -> Result<Vec<Progress>, ExchangeEnd> {
        let mut progress = self.send(home).await?;
        progress.extend(self.attend(home)?);
        let now = (self.timing.clock)();
        let (repairs, due) = self.online.repairs(home, now)?;
        self.put_all(repairs).await?;
        if !progress.is_empty() {
            return Ok(progress);
        }
        if self.coming.is_empty() {
            self.coming = self.get(home, SECONDS).await?;
        }
        let next = due.into_iter().chain(self.attend_at).min().unwrap_or(u64::MAX);
        let wait = next.saturating_sub((self.timing.clock)()).clamp(10, IDLE);
        let (place, got) = tokio::select! {
            got = first(&mut self.coming) => got,
            () = tokio::time::sleep(Duration::from_millis(wait)) => return Ok(progress),
        };
        let wants = self.coming.get(place).map(|coming| coming.wants.clone()).unwrap_or_default();
        match got {
            Some(Ok(got)) => {
                // What follows from it is done at the next call: who waits for it hears of it now.
                let news = self.take(home, &wants, got)?;
                if !news.is_empty() {
                    return Ok(news);
                }
            }
            // Gets that were given up are still going on there, for less than a minute.
            Some(Err(LinkError::Refused { code, .. })) if code == "busy" => {
                tokio::time::sleep(Duration::from_millis(IDLE)).await;
                self.coming.clear();
            }
            Some(Err(error)) => {
                drop(self.coming.swap_remove(place));
                self.forgive(&wants, error)?;
            }
            None => drop(self.coming.swap_remove(place)),
        }
        progress.extend(self.attend(home)?);
        progress.extend(self.send(home).await?);
        Ok(progress)
    }

    /// Asks for the letters in all mailboxes.
    async fn get(&mut self, home: &mut Home, seconds: u64) -> Result<Vec<Coming>, ExchangeEnd> {
        let Some(leaf) = self.link.keeps() else {
            let store = self.info.as_ref().map_or([0; 8], |info| *info.store);
            let wants = self.online.wants(home, (&store, &store), (self.timing.clock)())?;
            return Ok(vec![self.get_some(home, wants, seconds).await?]);
        };
        self.info = self.link.info().await.ok();
        self.tell_leaf(home).await?;
        let store = self.info.as_ref().map(|info| *info.store);
        let inboxes = store.unwrap_or_default();
        let wants = self.online.wants(home, (&leaf, &inboxes), (self.timing.clock)())?;
        let tag = |want: &Want| want.mailbox().kind == Kind::Tag;
        let (tags, inboxes): (Vec<_>, Vec<_>) = wants.into_iter().partition(tag);
        let mut coming = vec![self.get_some(home, tags, seconds).await?];
        if store.is_some() {
            match self.get_some(home, inboxes.clone(), seconds).await {
                Ok(more) => coming.push(more),
                Err(ExchangeEnd::Link(error)) => self.forgive(&inboxes, error)?,
                Err(error) => return Err(error),
            }
        }
        Ok(coming)
    }

    async fn get_some(
        &self,
        home: &Home,
        wants: Vec<Want>,
        seconds: u64,
    ) -> Result<Coming, ExchangeEnd> {
        let ticket = match wants.iter().any(|want| want.mailbox().kind == Kind::Inbox) {
            true => {
                let gone = || LinkError::Offline("the link is gone".into());
                let ends = self.link.ends().ok_or_else(gone)?;
                let now = (self.timing.clock)();
                Ticket::issue(&home.device()?.key, &ends.broker, &ends.user, now)
            }
            false => Vec::new(),
        };
        let letters = self.link.get(wants.clone(), ticket, seconds).await?;
        Ok(Coming { wants, letters })
    }

    /// Takes in all that is there now.
    async fn get_now(&mut self, home: &mut Home) -> Result<Vec<Progress>, ExchangeEnd> {
        self.coming.clear();
        let mut progress = Vec::new();
        for mut coming in self.get(home, 0).await? {
            while let Some(got) = coming.letters.recv().await {
                match got {
                    Ok(got) => progress.extend(self.take(home, &coming.wants, got)?),
                    Err(error) => self.forgive(&coming.wants, error)?,
                }
            }
        }
        Ok(progress)
    }

    fn take(
        &mut self,
        home: &mut Home,
        wants: &[Want],
        got: Got,
    ) -> Result<Vec<Progress>, ExchangeEnd> {
        let now = (self.timing.clock)();
        let letters = match got {
            Got::Some(letters) => letters,
            Got::End { store, last } => {
                self.online.read_up_to(home, wants, (&store, last), now)?;
                return Ok(Vec::new());
            }
        };
        let mailbox = |index: u64| wants.get(usize::try_from(index).ok()?).map(Want::mailbox);
        for letter in &letters {
            if let Some(mailbox) = mailbox(letter.index) {
                self.online.had(mailbox, letter.number);
            }
        }
        let letters: Vec<(Mailbox, Vec<u8>)> = letters
            .into_iter()
            .filter_map(|letter| Some((mailbox(letter.index)?, letter.envelope.into())))
            .collect();
        let down = letters.iter().filter(|(mailbox, _)| self.online.is_written_down(mailbox));
        let down: Vec<[u8; 32]> =
            down.map(|(_, envelope)| Sha256::digest(envelope).into()).collect();
        let news = self.online.take(home, letters, now)?;
        self.taken.extend(down);
        let changed = news.iter().any(|one| matches!(one, News::Invited(..)));
        if changed || std::mem::take(&mut self.online.fresh_awaited) {
            self.coming.clear();
            self.elsewhere = true;
        }
        self.attend_at = Some(now);
        Ok(news.into_iter().map(Progress::News).collect())
    }

    /// Lets the owner's agent do what is due.
    fn attend(&mut self, home: &mut Home) -> Result<Vec<Progress>, ExchangeEnd> {
        let now = (self.timing.clock)();
        if self.attend_at.is_none_or(|at| at > now) {
            return Ok(Vec::new());
        }
        let mut progress = Vec::new();
        self.attend_at = None;
        for (number, room) in &mut self.online.rooms {
            let attended = home.attend(room, now, &self.timing.waits)?;
            if !attended.sealed.is_empty() {
                progress.push(Progress::Sealed(*number, attended.sealed));
            }
            self.attend_at = self.attend_at.into_iter().chain(attended.until).min();
        }
        Ok(progress)
    }
}
