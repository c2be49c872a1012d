//! What must hold in the end, at every honest agent.

use std::collections::BTreeSet;

use mundi_engine::sealing::Finality;
use mundi_engine::{Ending, EntryId, Reasons, Replica, Verdict};
use mundi_identity::Fingerprint;

use crate::agent::{Agent, short};
use crate::laws::Laws;
use crate::violation::{Run, broken, trouble};
use crate::world::World;

/// All that must be the same wherever the same entries are.
#[derive(Clone, Debug, PartialEq)]
struct Picture {
    order: Vec<(EntryId, Option<Verdict>)>,
    hash: [u8; 32],
    ending: Option<Ending>,
    finality: Finality,
    twice: Vec<Fingerprint>,
    turns: Vec<(String, BTreeSet<Fingerprint>)>,
}

impl Picture {
    fn of(replica: &Replica) -> Self {
        let order = replica.order();
        let turns = replica.turns().into_iter();
        Self {
            order: order.into_iter().map(|id| (id, replica.verdict(&id))).collect(),
            hash: replica.state_hash(),
            ending: replica.ending(),
            finality: replica.finality(),
            twice: replica.twice(),
            turns: turns.map(|t| (t.message, t.by.into_iter().collect())).collect(),
        }
    }

    /// Where two differ, in words.
    fn against(&self, other: &Self) -> Option<String> {
        let ids = |one: &Self| one.order.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        if ids(self) != ids(other) {
            let lacks: Vec<String> =
                ids(other).iter().filter(|id| !ids(self).contains(id)).map(short).collect();
            return Some(format!("another order; lacks {}", lacks.join(" ")));
        }
        if let Some((one, two)) = self.order.iter().zip(&other.order).find(|(a, b)| a != b) {
            return Some(format!("{}: {:?} and {:?}", short(&one.0), one.1, two.1));
        }
        if self.ending != other.ending {
            return Some(format!("{:?} and {:?}", self.ending, other.ending));
        }
        if self.finality != other.finality {
            return Some(format!("{:?} and {:?}", self.finality, other.finality));
        }
        (self != other).then(|| "another state, other turns or other proofs".into())
    }
}

const AGREE: &str = "honest agents with the same entries agree";
const REPLAY: &str = "replaying the log from nothing gives the same";
const RESUME: &str = "taking up from the store gives the same";
const TWO: &str = "two finals name who sealed twice, and never an honest person";
const LIVE: &str = "what enough honest people could finish is final";
const WAITS: &str = "what is open says for whom it waits";

impl World {
    /// Looks at everything.
    ///
    /// # Errors
    /// The first law that does not hold.
    pub fn check(&mut self) -> Run<()> {
        let up: Vec<&Agent> = self.agents().filter(|agent| agent.is_up()).collect();
        let Some(first) = up.first().and_then(|agent| agent.replica()) else { return Ok(()) };
        let picture = Picture::of(first);
        for agent in &up {
            let Some(replica) = agent.replica() else { continue };
            if let Some(how) = Picture::of(replica).against(&picture) {
                let text = format!("{} and {}: {how}", agent.person.name, self.first_name());
                return Err(broken(AGREE, text));
            }
        }
        Laws::of(first, &self.all).hold()?;
        self.replayed(&picture)?;
        self.only_liars(&picture)?;
        self.is_live(&picture, first)?;
        self.count(&picture);
        self.taken_up(&picture)?;
        for n in 0..self.members.len() {
            if let Some(agent) = self.honest(n) {
                agent.observe()?;
            }
        }
        Ok(())
    }

    fn first_name(&self) -> &'static str {
        self.agents().find(|agent| agent.is_up()).map_or("?", |agent| agent.person.name)
    }

    /// The same entries in another order, into a new replica.
    fn replayed(&self, picture: &Picture) -> Run<()> {
        let library = consensus_std::library();
        let open = Replica::open(&self.stage.open, &library, Reasons::Skip);
        let mut replica = open.map_err(|e| trouble(&e))?;
        let mut ids: Vec<EntryId> = picture.order.iter().map(|(id, _)| *id).collect();
        let mut numbers = self.numbers.clone();
        numbers.shuffle(&mut ids);
        for id in ids.iter().filter(|id| **id != self.stage.id) {
            let entry = self.all.get(id).ok_or_else(|| trouble("an entry from nowhere"))?;
            replica.insert(entry.clone());
            if numbers.percent(10) {
                replica.advance();
            }
        }
        replica.advance();
        Picture::of(&replica).against(picture).map_or(Ok(()), |how| Err(broken(REPLAY, how)))
    }

    /// One of the agents, stopped and started again.
    fn taken_up(&mut self, picture: &Picture) -> Run<()> {
        let up: Vec<usize> =
            self.agents().filter(|agent| agent.is_up()).map(|agent| agent.number).collect();
        let Some(n) = self.numbers.pick(&up).copied() else { return Ok(()) };
        let saves = self.numbers.percent(50);
        let Some(agent) = self.honest(n) else { return Ok(()) };
        if saves {
            agent.keep()?;
        }
        agent.reopen()?;
        let name = agent.person.name;
        let Some(replica) = agent.replica() else { return Ok(()) };
        let how = Picture::of(replica).against(picture);
        how.map_or(Ok(()), |how| Err(broken(RESUME, format!("{name}: {how}"))))
    }

    fn only_liars(&self, picture: &Picture) -> Run<()> {
        for person in &picture.twice {
            if let Some(agent) = self.agents().find(|agent| agent.person.print == *person) {
                let text = format!("{} is said to have sealed twice", agent.person.name);
                return Err(broken(TWO, text));
            }
        }
        match &picture.finality {
            Finality::Broken { finals, twice } => {
                // Whoever is in both quorums has sealed two outcomes, if they are of one round.
                if twice.is_empty() {
                    return Err(broken(TWO, format!("{} finals, nobody is named", finals.len())));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether what should be final is; and whether what is open says why.
    fn is_live(&self, picture: &Picture, replica: &Replica) -> Run<()> {
        let sealers = replica.sealers();
        let (n, q) = (sealers.n(), sealers.q());
        if let Finality::Open { sealed, waiting, .. } = &picture.finality {
            let both = sealed.iter().any(|one| waiting.contains(one));
            if both || sealed.len() + waiting.len() != n {
                return Err(broken(WAITS, format!("{sealed:?} and {waiting:?} of {n}")));
            }
        }
        let done = matches!(picture.finality, Finality::Final(_) | Finality::Broken { .. });
        if done || !self.is_owed(picture, replica) {
            return Ok(());
        }
        let able = self.able(replica);
        let text = format!("{able} of {n} can seal, {q} are needed: {:?}", picture.finality);
        Err(broken(LIVE, text))
    }

    /// Sealers who are honest and there, with the key that seals.
    fn able(&self, replica: &Replica) -> usize {
        let fit = |agent: &&Agent| {
            let sealer = replica.sealers().of(&agent.person.print).is_some();
            sealer && agent.is_up() && !agent.restored
        };
        self.agents().filter(fit).count()
    }

    fn is_owed(&self, picture: &Picture, replica: &Replica) -> bool {
        let sealers = replica.sealers();
        let (n, q, able) = (sealers.n(), sealers.q(), self.able(replica));
        let silent = n.saturating_sub(able);
        let consensus = matches!(picture.ending, Some(Ending::Consensus { .. }));
        n > 0 && consensus && q <= able && 2 * q > n + silent
    }

    fn count(&mut self, picture: &Picture) {
        let entries = picture.order.iter().filter_map(|(id, _)| self.all.get(id));
        let mut seen = BTreeSet::new();
        let again = entries.filter(|entry| !seen.insert((entry.author(), entry.seq())));
        let forked: BTreeSet<_> = again.map(|entry| entry.author()).collect();
        let forks = forked.len() as u64;
        let owed = {
            let replica = self.agents().find(|a| a.is_up()).and_then(|a| a.replica());
            replica.is_some_and(|replica| self.is_owed(picture, replica))
        };
        let counts = &mut self.counts;
        counts.entries = picture.order.len().saturating_sub(1) as u64;
        counts.forks = forks;
        counts.twice = picture.twice.len() as u64;
        counts.owed = u64::from(owed);
        counts.consensus = u64::from(matches!(picture.ending, Some(Ending::Consensus { .. })));
        match &picture.finality {
            Finality::Final(one) => {
                counts.finals = 1;
                counts.rounds = u64::from(one.round > 0);
            }
            Finality::Broken { finals, .. } => {
                counts.broken = 1;
                counts.rounds = u64::from(finals.iter().any(|one| one.round > 0));
            }
            Finality::Open { round, .. } => {
                counts.open = 1;
                counts.rounds = u64::from(*round > 0);
            }
            Finality::None | Finality::Provisional { .. } => {}
        }
    }
}
