//! What agents send each other: new entries, questions for what is missing, answers.

use std::sync::Arc;

use mundi_engine::EntryId;

use super::{Member, Task, World};
use crate::agent::{Did, short};
use crate::liar::Lied;
use crate::network::{Message, Packet};
use crate::violation::{Run, broken, trouble};

impl World {
    pub(super) fn send(&mut self, from: usize, to: usize, message: &Message) {
        if self.healing {
            return;
        }
        for at in self.network.arrivals(from, to, self.time) {
            self.plan_for(at, Task::Comes { from, to, message: message.clone() });
        }
    }

    /// Sends what a liar sends.
    pub(super) fn spread(&mut self, n: usize, lied: Vec<Lied>) {
        for one in lied {
            let what = match &one.entry {
                Some(entry) => {
                    self.all.add(entry.clone());
                    format!("{} {} {}", one.what, entry.message(), short(&entry.id()))
                }
                None => one.what.to_owned(),
            };
            self.note(n, &format!("{what} to {:b}", one.to & 0xff));
            let id = one.entry.as_ref().map(|entry| entry.id());
            let bytes = one.entry.map_or(one.bytes, |entry| entry.bytes().to_vec());
            let message = Message::Entries(vec![Packet { id, bytes: Arc::new(bytes) }]);
            for to in (0..self.members.len()).filter(|to| *to != n && one.to >> to & 1 == 1) {
                self.send(n, to, &message);
            }
        }
    }

    pub(super) fn ask_somebody(&mut self, n: usize) {
        let time = self.time;
        if let Some(liar) = self.liar(n) {
            let lied = liar.attend(time);
            self.spread(n, lied);
        }
        let gate: Vec<usize> =
            self.honest(n).map(|agent| agent.gate.iter().copied().collect()).unwrap_or_default();
        let to = self.numbers.index(self.members.len());
        for to in gate.into_iter().chain([to]) {
            self.ask(n, to);
        }
    }

    pub(super) fn ask_all(&mut self, n: usize) {
        (0..self.members.len()).for_each(|to| self.ask(n, to));
    }

    pub(super) fn ask(&mut self, n: usize, to: usize) {
        let (heads, boot) = match self.members.get(n) {
            Some(Member::Honest(agent)) if agent.is_up() => match agent.replica() {
                Some(replica) => (replica.heads(), agent.boots),
                None => return,
            },
            Some(Member::Liar(liar)) => (liar.log(), 0),
            _ => return,
        };
        if to != n {
            self.send(n, to, &Message::Ask { heads, boot });
        }
    }

    pub(super) fn come(&mut self, from: usize, to: usize, message: Message) -> Run<()> {
        self.counts.messages += 1;
        match message {
            Message::Ask { heads, boot } => {
                self.answer(from, to, &heads, boot);
                Ok(())
            }
            Message::Entries(bytes) => self.bring(to, &bytes),
            Message::Answer { packets, boot } => {
                self.bring(to, &packets)?;
                if let Some(agent) = self.honest(to).filter(|a| a.is_up() && a.boots == boot)
                    && agent.gate.remove(&from)
                    && agent.gate.is_empty()
                {
                    return self.attend(to);
                }
                Ok(())
            }
        }
    }

    pub(super) fn answer(&mut self, asker: usize, n: usize, heads: &[EntryId], boot: u64) {
        let lacking = match self.members.get(n) {
            Some(Member::Honest(agent)) if agent.is_up() => self.all.lacking(&agent.held, heads),
            // A liar answers what it likes: nothing.
            _ => return,
        };
        let asks = self.honest(asker).is_some_and(|agent| !agent.gate.is_empty());
        if lacking.is_empty() && !asks {
            return;
        }
        let packets = lacking.iter().filter_map(|id| self.all.packet(id)).collect();
        self.send(n, asker, &Message::Answer { packets, boot });
    }

    /// Bytes come to a member.
    ///
    /// # Errors
    /// A law that does not hold.
    pub fn bring(&mut self, to: usize, packets: &[Packet]) -> Run<()> {
        let again = self.numbers.percent(10);
        if self.liar(to).is_some() {
            let ids = packets.iter().filter_map(|packet| packet.id);
            let entries: Vec<_> = ids.filter_map(|id| self.all.get(&id).cloned()).collect();
            if let Some(liar) = self.liar(to) {
                liar.take(&entries);
            }
            return Ok(());
        }
        let Some(agent) = self.honest(to).filter(|agent| agent.is_up()) else { return Ok(()) };
        // What is here already is not looked at again; but now and then it is, as it must not matter.
        let new = |packet: &&Packet| again || packet.id.is_none_or(|id| !agent.held.contains(&id));
        let entries: Vec<Vec<u8>> =
            packets.iter().filter(new).map(|packet| packet.bytes.to_vec()).collect();
        if entries.is_empty() {
            return Ok(());
        }
        self.hand(to, &entries)
    }

    /// An honest agent takes bytes in.
    ///
    /// # Errors
    /// A law that does not hold.
    pub fn hand(&mut self, to: usize, entries: &[Vec<u8>]) -> Run<()> {
        let time = self.time;
        let Some(agent) = self.honest(to).filter(|agent| agent.is_up()) else { return Ok(()) };
        let (did, fresh) = agent.take(entries, time)?;
        match did {
            Did::Done(intake) => {
                self.trust(to, &intake)?;
                if !fresh.is_empty() || intake.old_copy {
                    let old = if intake.old_copy { "; it is an old copy" } else { "" };
                    let ids: Vec<String> = fresh.iter().map(short).collect();
                    self.note(to, &format!("has got {}{old}", ids.join(" ")));
                }
                self.fresh(to, &fresh)
            }
            Did::Refused(why) => Err(trouble(&why)),
            Did::Stopped => self.stopped(to),
        }
    }

    /// Nothing that an honest agent has written is invalid anywhere.
    pub(super) fn trust(&self, n: usize, intake: &mundi_node::conversation::Intake) -> Run<()> {
        for (id, code, text) in &intake.invalid {
            let Some(entry) = id.as_ref().and_then(|id| self.all.get(id)) else { continue };
            let honest = self.agents().any(|agent| {
                agent
                    .replica()
                    .and_then(|r| r.said(&entry.id()))
                    .is_some_and(|(who, _)| self.agents().any(|one| one.person.print == who))
            });
            if honest {
                let text = format!("{}: {code} {text}: {}", self.name(n), short(&entry.id()));
                return Err(broken("what an honest agent writes is valid everywhere", text));
            }
        }
        Ok(())
    }
}
