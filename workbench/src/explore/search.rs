//! Breadth first, a level after the other, each level shared out among threads: what is found first is
//! reached by the fewest steps, on any number of threads.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use mundi_engine::opening::OpenError;
use mundi_engine::suppose::{Digest, Point, Supposed, Supposer};
use mundi_engine::{Code, Ending, Reasons, Verdict};
use mundi_lang::rules::{MessageId, Rules};

use super::bounds::Bounds;
use super::graph::{Edge, Graph, Stand, State, StateId};
use super::moves::{Move, Moves};
use super::race::{Race, races};
use super::setting::Setting;
use crate::coverage::{Coverage, Item};
use crate::rehearsal::{Head, Rehearsal};

/// A state that waits to be searched.
pub(super) struct Waiting {
    pub(super) id: StateId,
    pub(super) point: Point,
    pub(super) clock: i64,
}

/// What a search has found.
pub(super) struct Found {
    pub(super) rules: Arc<Rules>,
    pub(super) setting: Arc<Setting>,
    pub(super) graph: Graph,
    pub(super) tally: Tally,
    /// Entries judged.
    pub(super) transitions: u64,
    /// Whether a bound on states or length has kept something from being searched.
    pub(super) cut: bool,
    /// Messages of which not all combinations of values were tried.
    pub(super) combined: Vec<MessageId>,
    /// Messages that have more values than were tried, in a field that a guard reads.
    pub(super) uncovered: BTreeSet<MessageId>,
    /// What there is to come to, and how often it was; by instrumented code only.
    pub(super) items: Vec<Item>,
}

/// What is counted on the way, with where it was seen first.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By message: how often it was accepted.
    pub(super) accepted: BTreeMap<MessageId, u64>,
    /// By message: how often a guard of it was asked, and how often each refused.
    pub(super) guarded: BTreeMap<MessageId, (u64, BTreeMap<u16, u64>)>,
    /// Code that failed or spent its budget: the message, the code of the refusal.
    pub(super) faults: BTreeMap<(MessageId, Code), Seen>,
    /// By name of an invariant: where it did not hold.
    pub(super) breaches: BTreeMap<String, StateId>,
    /// By the text of a failure.
    pub(super) failures: BTreeMap<String, StateId>,
    /// What a message that comes late would change: by what decides and what comes late.
    pub(super) races: BTreeMap<(MessageId, MessageId), Race>,
}

/// A step that was refused, and why.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) at: StateId,
    pub(super) step: Move,
    pub(super) reason: String,
}

/// A step from a state.
pub(super) struct Step {
    pub(super) from: StateId,
    pub(super) by: Move,
    roles: u64,
    digest: Digest,
    pub(super) ending: Option<Ending>,
    breaches: Vec<String>,
    /// Where it leads, unless that was known already.
    to: Option<(Point, i64)>,
}

/// What one thread found of its part of a level.
struct Part {
    steps: Vec<Step>,
    tally: Tally,
    transitions: u64,
}

/// How a worker's conversation is opened.
type Open = fn(&Head, Arc<Rules>) -> Result<Rehearsal, OpenError>;

/// One thread's means.
pub(crate) struct Worker {
    pub(crate) supposer: Supposer,
    moves: Moves,
}

impl Worker {
    /// `open` is [`Rehearsal::open`], or [`Rehearsal::open_traced`] where code is instrumented.
    pub(crate) fn new(
        rules: &Arc<Rules>,
        setting: &Arc<Setting>,
        bounds: &Bounds,
        open: Open,
    ) -> Result<Self, OpenError> {
        let replica = open(&setting.head, rules.clone())?.into_replica();
        let strangers = setting.people.iter().filter(|p| p.is_stranger);
        let strangers: Vec<_> = strangers.map(|p| p.print).collect();
        let supposer = Supposer::new(replica, &strangers, Reasons::Skip);
        let moves = Moves::new(&supposer, setting.clone(), bounds);
        Ok(Self { supposer, moves })
    }

    /// What may be tried at the point where the supposer stands.
    pub(crate) fn moves(&mut self, point: &Point, clock: i64) -> Vec<Move> {
        self.moves.at(&self.supposer, point, clock)
    }

    /// Searches what follows from some states.
    fn part(&mut self, level: &[Waiting], known: &HashMap<Digest, StateId>) -> Part {
        let mut part = Part { steps: Vec::new(), tally: Tally::default(), transitions: 0 };
        let mut here = HashSet::new();
        for waiting in level {
            let begin = part.steps.len();
            self.expand(waiting, known, &mut here, &mut part);
            let steps = part.steps.get(begin..).unwrap_or_default();
            races(&mut self.supposer, waiting, steps, &mut part.tally.races);
        }
        part
    }

    fn expand(
        &mut self,
        waiting: &Waiting,
        known: &HashMap<Digest, StateId>,
        here: &mut HashSet<Digest>,
        part: &mut Part,
    ) {
        self.supposer.go(&waiting.point);
        let moves = self.moves(&waiting.point, waiting.clock);
        let mut moved = false;
        for by in moves {
            if std::mem::take(&mut moved) {
                self.supposer.go(&waiting.point);
            }
            let (clock, roles) = match &by {
                Move::Wait(time) => (*time, 0),
                Move::Say(entry) => {
                    part.transitions = part.transitions.saturating_add(1);
                    let roles = self.roles(entry);
                    if !self.say(entry, waiting.id, &mut part.tally) {
                        continue;
                    }
                    moved = true;
                    (entry.at, roles)
                }
            };
            let digest = self.supposer.digest(clock);
            let fresh = !known.contains_key(&digest) && here.insert(digest);
            part.steps.push(Step {
                from: waiting.id,
                roles,
                digest,
                ending: self.supposer.ending(),
                breaches: if fresh { self.supposer.breaches() } else { Vec::new() },
                to: fresh.then(|| (self.supposer.keep(), clock)),
                by,
            });
        }
    }

    /// Whether an entry is accepted where the supposer stands.
    fn say(&mut self, entry: &Arc<Supposed>, from: StateId, tally: &mut Tally) -> bool {
        let verdict = self.supposer.say(entry);
        let guards = self.supposer.guards(entry.message);
        if guards > 0 {
            let (asked, refused) = tally.guarded.entry(entry.message).or_default();
            *asked = asked.saturating_add(1);
            if verdict == Verdict::Refused(Code::NotAllowed) {
                let by = refused.entry(self.supposer.refused_by()).or_default();
                *by = by.saturating_add(1);
            }
        }
        match verdict {
            Verdict::Accepted => {
                let count = tally.accepted.entry(entry.message).or_default();
                *count = count.saturating_add(1);
            }
            Verdict::Refused(code @ (Code::ScriptFailed | Code::BudgetSpent)) => {
                let seen = || Seen {
                    at: from,
                    step: Move::Say(entry.clone()),
                    reason: self.supposer.reason().to_owned(),
                };
                tally.faults.entry((entry.message, code)).or_insert_with(seen);
            }
            Verdict::Refused(_) => {}
        }
        verdict == Verdict::Accepted
    }

    /// The roles that an author holds, a bit each; none for a deadline, which anybody may say.
    fn roles(&self, entry: &Supposed) -> u64 {
        if mundi_engine::suppose::is_deadline(&self.supposer.rules(), entry.message) {
            return 0;
        }
        let held = self.supposer.roles(&entry.person);
        held.into_iter().fold(0, |all, role| all | bit(role))
    }
}

/// A role's bit; roles beyond the 64th share the last.
pub(super) fn bit(role: u16) -> u64 {
    1_u64 << role.min(63)
}

/// Searches.
pub(super) fn search(
    rules: &Arc<Rules>,
    setting: Setting,
    bounds: &Bounds,
    open: Open,
    progress: &mut dyn FnMut(usize, u64),
) -> Result<Found, OpenError> {
    let setting = Arc::new(setting);
    let count = bounds.workers.max(1);
    let workers = (0..count).map(|_| Worker::new(rules, &setting, bounds, open));
    let mut workers = workers.collect::<Result<Vec<_>, _>>()?;
    let mut found = Found {
        rules: rules.clone(),
        setting,
        graph: Graph::default(),
        tally: Tally::default(),
        transitions: 0,
        cut: false,
        combined: Vec::new(),
        uncovered: BTreeSet::new(),
        items: Vec::new(),
    };
    let mut known = HashMap::new();
    let mut level = begin(&workers, &mut found, &mut known);
    while !level.is_empty() {
        if found.graph.states.len() >= bounds.states {
            found.cut = true;
            level.iter().for_each(|waiting| unsearched(&mut found, waiting.id));
            break;
        }
        let parts = share(&mut workers, &level, &known);
        level = Vec::new();
        for part in parts {
            found.transitions = found.transitions.saturating_add(part.transitions);
            merge(&mut found.tally, part.tally);
            take(part.steps, &mut found, &mut known, &mut level, bounds);
        }
        progress(found.graph.states.len(), found.transitions);
    }
    found.graph.edges.sort_unstable();
    found.graph.edges.dedup();
    let cut: BTreeSet<_> = workers.iter().flat_map(|w| w.moves.cut.iter()).collect();
    found.combined = cut.into_iter().copied().collect();
    found.uncovered = workers.iter().flat_map(|w| w.moves.uncovered.iter().copied()).collect();
    found.items = covered(&workers);
    Ok(found)
}

/// What all threads together have come to.
fn covered(workers: &[Worker]) -> Vec<Item> {
    let Some(first) = workers.first() else { return Vec::new() };
    let mut coverage = Coverage::new("", first.supposer.replica());
    workers.iter().for_each(|worker| coverage.add(worker.supposer.replica()));
    coverage.sheet().items
}

fn begin(
    workers: &[Worker],
    found: &mut Found,
    known: &mut HashMap<Digest, StateId>,
) -> Vec<Waiting> {
    let Some(worker) = workers.first() else { return Vec::new() };
    let point = worker.supposer.start();
    let clock = worker.supposer.opened();
    known.insert(worker.supposer.digest(clock), 0);
    for name in worker.supposer.breaches() {
        found.tally.breaches.insert(name, 0);
    }
    found.graph.states.push(State { before: 0, by: None, stand: Stand::Searched, messages: 0 });
    vec![Waiting { id: 0, point, clock }]
}

/// Each thread takes a part of a level, in order; so the parts put together are as one thread's.
fn share(workers: &mut [Worker], level: &[Waiting], known: &HashMap<Digest, StateId>) -> Vec<Part> {
    if workers.len() == 1 || level.len() < SHARED {
        return workers.first_mut().map(|worker| worker.part(level, known)).into_iter().collect();
    }
    let size = level.len().div_ceil(workers.len());
    std::thread::scope(|scope| {
        let parts = workers.iter_mut().zip(level.chunks(size));
        let threads: Vec<_> =
            parts.map(|(worker, level)| scope.spawn(move || worker.part(level, known))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// A level of fewer states is not worth a thread.
const SHARED: usize = 32;

fn merge(all: &mut Tally, part: Tally) {
    for (message, n) in part.accepted {
        let count = all.accepted.entry(message).or_default();
        *count = count.saturating_add(n);
    }
    for (message, (asked, refused)) in part.guarded {
        let (count, by) = all.guarded.entry(message).or_default();
        *count = count.saturating_add(asked);
        for (guard, n) in refused {
            let count = by.entry(guard).or_default();
            *count = count.saturating_add(n);
        }
    }
    for (key, seen) in part.faults {
        all.faults.entry(key).or_insert(seen);
    }
    for (key, race) in part.races {
        all.races.entry(key).or_insert(race);
    }
}

/// Takes the steps of a part in: new states, and what leads to them.
fn take(
    steps: Vec<Step>,
    found: &mut Found,
    known: &mut HashMap<Digest, StateId>,
    level: &mut Vec<Waiting>,
    bounds: &Bounds,
) {
    for step in steps {
        let waits = matches!(step.by, Move::Wait(_));
        let id = match known.get(&step.digest) {
            Some(id) => *id,
            None if found.graph.states.len() >= bounds.states => {
                found.cut = true;
                unsearched(found, step.from);
                continue;
            }
            None => {
                let Some(id) = add(&step, found, level, bounds) else { continue };
                known.insert(step.digest, id);
                id
            }
        };
        if id != step.from {
            found.graph.edges.push(Edge { from: step.from, to: id, roles: step.roles, waits });
        }
    }
}

/// Of what follows from a state not all was kept.
fn unsearched(found: &mut Found, id: StateId) {
    if let Some(state) = found.graph.states.get_mut(id as usize) {
        state.stand = Stand::Unsearched;
    }
}

fn add(
    step: &Step,
    found: &mut Found,
    level: &mut Vec<Waiting>,
    bounds: &Bounds,
) -> Option<StateId> {
    let id = StateId::try_from(found.graph.states.len()).ok()?;
    let said = u32::from(matches!(step.by, Move::Say(_)));
    let messages = found.graph.state(step.from).map_or(0, |s| s.messages).saturating_add(said);
    let far = messages as usize >= bounds.length;
    let stand = match &step.ending {
        Some(Ending::Consensus { .. }) => Stand::Decided,
        Some(Ending::Failure { text, .. }) => {
            found.tally.failures.entry(text.clone()).or_insert(id);
            Stand::Failed
        }
        None if far => {
            found.cut = true;
            Stand::Unsearched
        }
        None => Stand::Searched,
    };
    for name in &step.breaches {
        found.tally.breaches.entry(name.clone()).or_insert(id);
    }
    let by = Some(step.by.clone());
    found.graph.states.push(State { before: step.from, by, stand, messages });
    if stand == Stand::Searched {
        let (point, clock) = step.to.clone()?;
        level.push(Waiting { id, point, clock });
    }
    Some(id)
}
