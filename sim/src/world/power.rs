//! What happens to machines: they stop, start again, and are restored from old copies.

use mundi_engine::EntryId;

use super::{Task, World};
use crate::violation::Run;

impl World {
    pub(super) fn stop(&mut self, n: usize, down: u64, seed: u64) {
        let Some(agent) = self.honest(n).filter(|agent| agent.is_up()) else { return };
        agent.stop(seed);
        self.counts.crashes += 1;
        self.note(n, "stops");
        self.waking.remove(&n);
        if !self.healing {
            let at = self.time + down;
            self.plan_for(at, Task::Starts(n));
        }
    }

    /// The disk's power has gone within an operation.
    pub(super) fn stopped(&mut self, n: usize) -> Run<()> {
        let seed = self.numbers.next();
        let down = self.numbers.below(5_000);
        self.stop(n, down, seed);
        if self.healing {
            self.start(n)?;
        }
        Ok(())
    }

    /// Starts an agent that is down.
    ///
    /// # Errors
    /// It has lost something.
    pub fn start(&mut self, n: usize) -> Run<()> {
        let Some(agent) = self.honest(n).filter(|a| !a.is_up() && !a.gone) else { return Ok(()) };
        agent.start()?;
        let held: Vec<EntryId> = agent.held.iter().copied().collect();
        self.note(n, "starts");
        self.keep_all(n, &held);
        self.ask_all(n);
        self.attend_soon(n);
        Ok(())
    }

    pub(super) fn restore(&mut self, n: usize, choice: u64) -> Run<()> {
        let honest = self.honest_peers(n);
        let Some(agent) = self.honest(n).filter(|agent| agent.is_up()) else { return Ok(()) };
        let Some(lost) = agent.would_lose() else { return Ok(()) };
        // A seal that nobody has heard of could be sealed again otherwise, and no machine can know it.
        let me = agent.person.print;
        let replica = agent.replica();
        let seals = lost.iter().filter(|id| {
            replica.and_then(|r| r.said(id)).is_some_and(|(who, what)| who == me && what == "seal")
        });
        let seals: Vec<EntryId> = seals.copied().collect();
        let heard = |id: &EntryId| self.agents().any(|a| a.number != n && a.held.contains(id));
        if !seals.iter().all(heard) {
            return Ok(());
        }
        if let Some(agent) = self.honest(n) {
            agent.restore(honest, choice)?;
        }
        self.counts.restored += 1;
        self.note(n, &format!("is put back from a copy, without {} entries", lost.len()));
        self.ask_all(n);
        Ok(())
    }
}
