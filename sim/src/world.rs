//! One run: agents, liars, the network between them, and what the plan has happen to them.
//!
//! One thread, one queue in order of virtual time. Nothing is asked of the machine's clock or chance.

mod exchange;
mod power;

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::EntryId;

use crate::agent::{Agent, Did, short};
use crate::liar::{Liar, read};
use crate::network::{Cut, Everything, Message, Network, Packet};
use crate::people::{Stage, people, stage};
use crate::plan::{Deed, Event, Plan};
use crate::seed::{Numbers, mixed};
use crate::trace::{Counts, Spoken, Telling, Trace};
use crate::violation::{Run, broken};

/// Tasks of a run at most: what takes more goes round in circles.
const TASKS: u64 = 20_000;
/// ms between two questions of an agent, about.
const ASKING: u64 = 6_000;

/// Somebody who takes part.
pub enum Member {
    /// An honest one.
    Honest(Box<Agent>),
    /// A liar.
    Liar(Box<Liar>),
}

enum Task {
    Happens(Event),
    Comes { from: usize, to: usize, message: Message },
    Asks(usize),
    Attends(usize),
    Starts(usize),
    Consents(usize),
}

/// A run.
pub struct World {
    /// What is to happen.
    pub plan: Plan,
    /// The conversation.
    pub stage: &'static Stage,
    /// Who takes part.
    pub members: Vec<Member>,
    /// All entries.
    pub all: Everything,
    /// What happened.
    pub trace: Trace,
    /// How much there was of what.
    pub counts: Counts,
    /// What was said.
    pub spoken: Vec<Spoken>,
    /// Now, in ms since the beginning.
    pub time: u64,
    /// Chance for what is not planned.
    pub numbers: Numbers,
    network: Network,
    queue: BTreeMap<(u64, u64), Task>,
    serial: u64,
    /// When each agent is to attend next.
    waking: BTreeMap<usize, u64>,
    /// Whose person is being asked.
    asked: BTreeSet<usize>,
    /// No tasks are added any more: all is healing.
    healing: bool,
}

impl World {
    /// Everything as it begins.
    ///
    /// # Errors
    /// A home cannot be opened.
    pub fn new(plan: &Plan, telling: Telling) -> Run<Self> {
        let stage = stage(plan.scenario)?;
        let everybody = people()?.iter().take(stage.images.len()).enumerate();
        let mut members = Vec::new();
        for (n, person) in everybody {
            members.push(if plan.lies(n) {
                Member::Liar(Box::new(Liar::new(n, person, stage, plan.seed)?))
            } else {
                Member::Honest(Box::new(Agent::new(n, person, stage, plan.seed)?))
            });
        }
        let mut world = Self {
            stage,
            network: Network::new(plan.net, mixed(plan.seed ^ 0x4e)),
            all: Everything::default(),
            trace: Trace::new(telling),
            counts: Counts { agents: members.len() as u64, ..Counts::default() },
            members,
            spoken: Vec::new(),
            time: 0,
            numbers: Numbers::of(plan.seed, 2),
            queue: BTreeMap::new(),
            serial: 0,
            waking: BTreeMap::new(),
            asked: BTreeSet::new(),
            healing: false,
            plan: plan.clone(),
        };
        world.all.add(stage.open.clone());
        for event in plan.events.clone() {
            world.plan_for(event.at, Task::Happens(event));
        }
        for n in 0..world.members.len() {
            let at = world.numbers.below(ASKING);
            world.plan_for(at, Task::Asks(n));
        }
        Ok(world)
    }

    fn plan_for(&mut self, at: u64, task: Task) {
        self.serial += 1;
        self.queue.insert((at.max(self.time), self.serial), task);
    }

    /// Plays the plan, to some time after its last event.
    ///
    /// # Errors
    /// A law that does not hold.
    pub fn play(&mut self) -> Run<()> {
        let end = self.plan.events.last().map_or(0, |event| event.at) + 20_000;
        let mut tasks = 0;
        while let Some(((at, _), task)) = self.queue.pop_first() {
            if at > end {
                break;
            }
            tasks += 1;
            if tasks > TASKS {
                return Err(broken("agents come to rest", "too much happens"));
            }
            self.time = at;
            self.act(task)?;
        }
        self.queue.clear();
        self.waking.clear();
        self.asked.clear();
        self.time = self.time.max(end);
        self.healing = true;
        Ok(())
    }

    fn act(&mut self, task: Task) -> Run<()> {
        match task {
            Task::Happens(event) => self.happen(&event),
            Task::Comes { from, to, message } => self.come(from, to, message),
            Task::Asks(n) => {
                let at = self.time + ASKING / 2 + self.numbers.below(ASKING);
                self.plan_for(at, Task::Asks(n));
                self.ask_somebody(n);
                Ok(())
            }
            Task::Attends(n) => {
                self.waking.remove(&n);
                self.attend(n)
            }
            Task::Starts(n) => self.start(n),
            Task::Consents(n) => self.consent(n),
        }
    }

    /// An agent, if it is an honest one.
    pub fn honest(&mut self, n: usize) -> Option<&mut Agent> {
        match self.members.get_mut(n) {
            Some(Member::Honest(agent)) => Some(agent),
            _ => None,
        }
    }

    /// All honest agents.
    pub fn agents(&self) -> impl DoubleEndedIterator<Item = &Agent> {
        self.members.iter().filter_map(|member| match member {
            Member::Honest(agent) => Some(&**agent),
            Member::Liar(_) => None,
        })
    }

    fn liar(&mut self, n: usize) -> Option<&mut Liar> {
        match self.members.get_mut(n) {
            Some(Member::Liar(liar)) => Some(liar),
            _ => None,
        }
    }

    fn name(&self, n: usize) -> &'static str {
        crate::scenario::PEOPLE.get(n).copied().unwrap_or("?")
    }

    /// Notes something for the trace.
    pub fn note(&mut self, n: usize, what: &str) {
        let name = self.name(n);
        self.trace.note(self.time, name, what);
    }

    fn happen(&mut self, event: &Event) -> Run<()> {
        let (n, choice, time) = (event.who, event.choice, self.time);
        match event.deed {
            Deed::Speak => self.speak(n, choice, false)?,
            Deed::Blurt => self.speak(n, choice, true)?,
            Deed::Cut { mask, both, ms } => {
                self.note(n, &format!("sees {mask:b} cut off for {ms} ms, but for {both:b}"));
                self.network.cut(Cut { mask, both, until: time + ms });
            }
            Deed::Lie(lie) => {
                let Some(liar) = self.liar(n) else { return Ok(()) };
                let lied = liar.lie(lie, choice, time)?;
                self.note(n, &format!("lies: {lie:?}"));
                self.spread(n, lied);
            }
            Deed::Crash { down } => self.stop(n, down, choice),
            Deed::Restore => self.restore(n, choice)?,
            deed => {
                let Some(agent) = self.honest(n).filter(|agent| agent.is_up()) else {
                    return Ok(());
                };
                match deed {
                    Deed::Power { nth, .. } => agent.arm(nth),
                    Deed::Backup => agent.back_up(),
                    Deed::Skew { by } => agent.skew = by,
                    Deed::Gone => agent.gone = true,
                    _ => {
                        if let Did::Stopped = agent.keep()? {
                            self.stop(n, 1_000, choice);
                        }
                    }
                }
                self.note(n, &format!("{deed:?}"));
            }
        }
        Ok(())
    }

    fn honest_peers(&self, n: usize) -> BTreeSet<usize> {
        self.agents().filter(|agent| !agent.gone && agent.number != n).map(|a| a.number).collect()
    }

    fn speak(&mut self, n: usize, choice: u64, blurt: bool) -> Run<()> {
        let time = self.time;
        if let Some(liar) = self.liar(n) {
            let lied = liar.speak(choice, blurt, time)?;
            self.spread(n, lied);
            return Ok(());
        }
        let Some(agent) = self.honest(n).filter(|agent| agent.may_write()) else { return Ok(()) };
        let Some(said) = agent.speak(choice, blurt, time)? else { return Ok(()) };
        let words = format!("{} {{ {} }}", said.message, said.fields);
        match said.did {
            Did::Done(id) => {
                self.note(n, &format!("says {words} as {}", short(&id)));
                let past = self.honest(n).map(|agent| agent.held.clone()).unwrap_or_default();
                let (message, fields) = (said.message, said.fields);
                self.spoken.push(Spoken { id, past, time, who: n, message, fields });
                self.fresh(n, &said.fresh)
            }
            Did::Refused(why) => {
                self.note(n, &format!("cannot say {words}: {why}"));
                self.fresh(n, &said.fresh)
            }
            Did::Stopped => {
                self.note(n, &format!("says {words}"));
                self.stopped(n)
            }
        }
    }

    /// What is new at an honest agent is sent if it is its own; then its agent attends.
    fn fresh(&mut self, n: usize, fresh: &[EntryId]) -> Run<()> {
        self.keep_all(n, fresh);
        let own = self.own(n, fresh);
        if !own.is_empty() {
            let packets: Vec<Packet> = own.iter().filter_map(|id| self.all.packet(id)).collect();
            for to in (0..self.members.len()).filter(|to| *to != n) {
                self.send(n, to, &Message::Entries(packets.clone()));
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        if let Some(agent) = self.honest(n) {
            agent.observe()?;
        }
        self.attend(n)
    }

    /// Those of these entries that an agent's person wrote.
    fn own(&mut self, n: usize, ids: &[EntryId]) -> Vec<EntryId> {
        let Some(agent) = self.honest(n) else { return Vec::new() };
        let me = agent.person.print;
        let Some(replica) = agent.replica() else { return Vec::new() };
        let own = |id: &&EntryId| replica.said(id).is_some_and(|(who, _)| who == me);
        ids.iter().filter(own).copied().collect()
    }

    /// Takes note of entries that an agent has.
    fn keep_all(&mut self, n: usize, ids: &[EntryId]) {
        let strange: Vec<EntryId> = ids.iter().filter(|id| !self.all.has(id)).copied().collect();
        let Some(replica) = self.honest(n).and_then(|agent| agent.replica()) else { return };
        let found: Vec<_> =
            strange.iter().filter_map(|id| read(&replica.entry_bytes(id)?)).collect();
        found.into_iter().for_each(|entry| self.all.add(entry));
    }

    /// An honest agent does what is due.
    ///
    /// # Errors
    /// As [`Agent::attend`].
    pub fn attend(&mut self, n: usize) -> Run<()> {
        let time = self.time;
        let Some(agent) = self.honest(n).filter(|agent| agent.may_write()) else { return Ok(()) };
        let (did, fresh) = agent.attend(time)?;
        let now = agent.now(time);
        let Did::Done(attended) = did else { return self.stopped(n) };
        for round in &attended.sealed {
            self.note(n, &format!("seals round {round}"));
        }
        if let Some((_, omitted)) = attended.ask
            && self.asked.insert(n)
        {
            let after = if self.healing { 0 } else { 500 + self.numbers.below(20_000) };
            self.note(n, &format!("is asked: {} of theirs are left out", omitted.len()));
            self.plan_for(time + after, Task::Consents(n));
        }
        if let Some(until) = attended.until {
            let at = time + until.saturating_sub(now).max(1);
            if self.waking.get(&n).is_none_or(|known| at < *known) {
                self.waking.insert(n, at);
                self.plan_for(at, Task::Attends(n));
            }
        }
        self.fresh(n, &fresh)
    }

    fn attend_soon(&mut self, n: usize) {
        let at = self.time + 1;
        self.waking.insert(n, at);
        self.plan_for(at, Task::Attends(n));
    }

    /// The person consents to what the agent asks now.
    fn consent(&mut self, n: usize) -> Run<()> {
        self.asked.remove(&n);
        let time = self.time;
        let Some(agent) = self.honest(n).filter(|agent| agent.may_write()) else { return Ok(()) };
        let (did, fresh) = agent.attend(time)?;
        let Did::Done(attended) = did else { return self.stopped(n) };
        let Some((intent, _)) = attended.ask else { return self.fresh(n, &fresh) };
        let (did, more) = agent.consent(&intent, time)?;
        match did {
            Did::Done(_) => self.note(n, &format!("consents to round {}", intent.round)),
            Did::Refused(why) => {
                let text = format!("{}: {why}", self.name(n));
                return Err(broken("an honest agent writes nothing that is refused", text));
            }
            Did::Stopped => return self.stopped(n),
        }
        self.fresh(n, &[fresh, more].concat())
    }

    /// Whether agents wait for something that they have planned to do; when, if so.
    #[must_use]
    pub fn next_waking(&self) -> Option<u64> {
        self.waking.values().min().copied()
    }

    /// Does what agents had planned to do up to now.
    ///
    /// # Errors
    /// A law that does not hold.
    pub fn wake(&mut self) -> Run<()> {
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > self.time {
                break;
            }
            let task = entry.remove();
            self.act(task)?;
        }
        Ok(())
    }
}
