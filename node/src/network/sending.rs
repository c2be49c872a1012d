//! What an exchange puts at its broker: what was written here, what waits in the queue, and whose passes the
//! own inbox takes.

use mundi_identity::envelope::DAY;
use mundi_transport::limits::{HAVE_HASHES, PUT_PARCELS};
use mundi_transport::wire::{Parcel, Status};

use super::exchange::{Exchange, ExchangeEnd, IDLE, Progress};
use super::outgoing::{Said, queue};
use super::written::Written;
use crate::home::{Home, HomeError};
use crate::limits::BROKER_DAYS;

/// The work that a broker asks of strangers if nothing else is known.
const STAMP_BITS: u8 = 16;

impl Exchange {
    /// Puts all that is due.
    pub(super) async fn send(&mut self, home: &mut Home) -> Result<Vec<Progress>, ExchangeEnd> {
        let (written, unreachable) = self.online.written(home, (self.timing.clock)())?;
        let mut progress: Vec<Progress> =
            unreachable.into_iter().map(Progress::Unreachable).collect();
        let (mut sent, mut kept) = (self.send_written(home, &written).await?, 0);
        if !std::mem::replace(&mut self.asked_for_sent, true) {
            self.ask_for_sent(home).await?;
        }
        self.show_policy(home).await?;
        let receipts = self.online.receipts(home, (self.timing.clock)())?;
        self.put_all(receipts).await?;
        sent += self.settle(home).await?;
        loop {
            let now = (self.timing.clock)();
            let due = self.online.outgoing(home, now)?;
            if due.is_empty() {
                break;
            }
            let parcels = due.iter().map(|one| one.parcel.clone()).collect();
            let answer = match self.link.put(parcels).await {
                Ok(answer) => answer,
                Err(error) => {
                    self.online.in_vain(home, &due, now)?;
                    return Err(error.into());
                }
            };
            let (broker, bits) = (self.broker(), self.bits());
            let statuses = &answer.statuses;
            let said = Said { statuses, broker: &broker, wait: answer.wait, bits };
            self.online.answered(home, &due, &said, now)?;
            let count = |wanted: &[Status]| {
                statuses.iter().filter(|status| wanted.contains(status)).count()
            };
            sent += count(&[Status::Stored, Status::Known]);
            kept += count(&[Status::Kept]);
        }
        progress.extend((sent > 0).then_some(Progress::Sent(sent)));
        progress.extend((kept > 0).then_some(Progress::Kept(kept)));
        Ok(progress)
    }

    /// Sends what was written just now, if nothing else is due: without two waits for the disk that the
    /// queue costs. Gives how many parcels are on the broker's disk; what is not goes into the queue.
    async fn send_written(
        &mut self,
        home: &mut Home,
        written: &[Written],
    ) -> Result<usize, ExchangeEnd> {
        let now = (self.timing.clock)();
        let [one] = written else {
            queue(home, written)?;
            return Ok(0);
        };
        let parcels = one.parcels();
        let (count, queued) =
            (parcels.len(), home.store().due(now, 1).map_err(HomeError::from)?.len());
        let at_once = (1..=PUT_PARCELS).contains(&count) && queued == 0;
        if !at_once || self.link.keeps().is_some() {
            queue(home, written)?;
            return Ok(0);
        }
        let answer = self.link.put(parcels).await;
        let is_stored = |status: &Status| matches!(status, Status::Stored | Status::Known);
        if answer.as_ref().is_ok_and(|answer| answer.statuses.iter().all(is_stored)) {
            let broker = self.broker();
            home.write(|tx| one.stored(tx, &broker)).map_err(HomeError::from)?;
            return Ok(count);
        }
        queue(home, written)?;
        answer?;
        Ok(0)
    }

    /// The broker's key; zeros while it is away.
    fn broker(&self) -> [u8; 32] {
        self.info.as_ref().map_or([0; 32], |info| *info.key)
    }

    /// The work that the broker asks of strangers.
    pub(super) fn bits(&self) -> u8 {
        self.info.as_ref().map_or(STAMP_BITS, |info| info.bits)
    }

    /// Parcels that are not kept in the queue: they can be made again.
    pub(super) async fn put_all(&mut self, parcels: Vec<Parcel>) -> Result<(), ExchangeEnd> {
        for some in parcels.chunks(PUT_PARCELS) {
            self.link.put(some.to_vec()).await?;
        }
        Ok(())
    }

    /// Asks the broker for letters to inboxes that were on some broker's disk: what it does not have goes into
    /// the queue again. Were it not asked, a letter of which a broker loses its only copy would never come.
    pub(super) async fn ask_for_sent(&mut self, home: &mut Home) -> Result<(), ExchangeEnd> {
        let before = (self.timing.clock)().saturating_sub(BROKER_DAYS * DAY);
        let most = u32::try_from(HAVE_HASHES).unwrap_or(u32::MAX);
        let sent = home.store().sent(most).map_err(HomeError::from)?;
        if sent.is_empty() {
            return Ok(());
        }
        // Behind a leaf the broker may be away: another time, then.
        let had = match self.link.have(sent.clone()).await {
            Ok(had) => had,
            Err(_) if self.link.keeps().is_some() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let lost: Vec<[u8; 32]> =
            sent.iter().zip(&had).filter(|(_, had)| !**had).map(|(hash, _)| *hash).collect();
        let now = (self.timing.clock)();
        home.write(|tx| {
            tx.forget_sent(before)?;
            tx.send_again(&lost, now)
        })
        .map_err(HomeError::from)?;
        Ok(())
    }

    /// Tells the broker whose passes the own inbox takes, where it does not know. To find that out takes a
    /// multiplication a contact, so it is not done with every message.
    async fn show_policy(&mut self, home: &mut Home) -> Result<(), ExchangeEnd> {
        let now = (self.timing.clock)();
        if self.policy_until.is_some_and(|until| now < until) {
            return Ok(());
        }
        self.policy_until = Some(now.saturating_add(IDLE));
        let policy = home.inbox_policy(now)?;
        let shown = (self.broker(), policy.hash());
        if self.online.policies.contains(&shown) {
            return Ok(());
        }
        self.link.put(vec![policy]).await?;
        self.online.policies.insert(shown);
        Ok(())
    }
}
