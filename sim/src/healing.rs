//! After the plan: the network works, clocks are right, machines run, and everybody tells everybody all,
//! until nothing is new and no agent has anything left to do.

use std::collections::BTreeSet;

use mundi_engine::EntryId;

use crate::network::Packet;
use crate::violation::{Run, broken};
use crate::world::{Member, World};

/// Exchanges at most before all must be at rest.
const EXCHANGES: usize = 300;
/// Longer than anything may be dated ahead: ms.
const DAYS: u64 = 3 * 24 * 60 * 60 * 1000;

impl World {
    /// Heals all.
    ///
    /// # Errors
    /// A law that does not hold; there is no end to it.
    pub fn heal(&mut self) -> Run<()> {
        self.trace.note(self.time, "", "all heals");
        for n in 0..self.members.len() {
            let seed = self.numbers.next();
            let Some(agent) = self.honest(n).filter(|agent| !agent.gone) else { continue };
            agent.skew = 0;
            if agent.is_armed() {
                agent.stop(seed);
            }
            self.start(n)?;
        }
        self.exchange_all()?;
        // What was dated ahead is not any more.
        self.time += DAYS;
        for n in 0..self.members.len() {
            self.hand(n, &[])?;
        }
        self.exchange_all()
    }

    fn exchange_all(&mut self) -> Run<()> {
        for _ in 0..EXCHANGES {
            if self.exchange()? {
                continue;
            }
            let Some(at) = self.next_waking() else { return Ok(()) };
            self.time = self.time.max(at);
            self.wake()?;
        }
        Err(broken("agents come to rest", "they go on and on, with nothing new"))
    }

    /// Everybody gets all that anybody honest has; says whether anything was new.
    fn exchange(&mut self) -> Run<bool> {
        let up = |world: &Self| -> Vec<BTreeSet<EntryId>> {
            world.agents().filter(|agent| agent.is_up()).map(|agent| agent.held.clone()).collect()
        };
        let before = up(self);
        let union: BTreeSet<EntryId> = before.iter().flatten().copied().collect();
        let mut all: Vec<usize> = (0..self.members.len()).collect();
        self.numbers.shuffle(&mut all);
        for n in all {
            let Some(Member::Honest(agent)) = self.members.get(n) else { continue };
            let mut lacking: Vec<EntryId> = union.difference(&agent.held).copied().collect();
            self.numbers.shuffle(&mut lacking);
            let packets: Vec<Packet> =
                lacking.iter().filter_map(|id| self.all.packet(id)).collect();
            self.bring(n, &packets)?;
            if let Some(agent) = self.honest(n) {
                agent.gate.clear();
            }
            self.attend(n)?;
            self.wake()?;
        }
        Ok(up(self) != before)
    }
}
