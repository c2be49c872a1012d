//! What travels between agents, and what becomes of it on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mundi_engine::EntryId;
use mundi_engine::entry::Verified;

use crate::plan::Net;
use crate::seed::{Numbers, mixed};

/// Bytes, and the entry that they are, if they are one.
#[derive(Clone, Debug)]
pub struct Packet {
    /// The entry's id.
    pub id: Option<EntryId>,
    /// The bytes.
    pub bytes: Arc<Vec<u8>>,
}

/// A message from one agent to another.
#[derive(Clone, Debug)]
pub enum Message {
    /// Entries, or what pretends to be some.
    Entries(Vec<Packet>),
    /// "I have all up to these heads": it is answered with all that the asker lacks.
    Ask {
        /// Heads of the asker's log.
        heads: Vec<EntryId>,
        /// Since which start of its machine it asks: an answer to a question from before a copy was put
        /// back says nothing of what was lost by that.
        boot: u64,
    },
    /// The answer.
    Answer {
        /// What the asker lacks.
        packets: Vec<Packet>,
        /// As in the question.
        boot: u64,
    },
}

/// Some agents are cut off from the others.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Who is on one side: a bit an agent.
    pub mask: u64,
    /// Who still reaches both.
    pub both: u64,
    /// Until when, in ms since the beginning.
    pub until: u64,
}

impl Cut {
    fn parts(&self, one: usize, other: usize) -> bool {
        let reaches = (self.both >> one | self.both >> other) & 1 == 1;
        !reaches && (self.mask >> one & 1) != (self.mask >> other & 1)
    }
}

/// The network.
pub struct Network {
    net: Net,
    seed: u64,
    /// How many messages each pair has exchanged.
    sent: BTreeMap<(usize, usize), u64>,
    cuts: Vec<Cut>,
}

impl Network {
    /// A network without messages.
    #[must_use]
    pub fn new(net: Net, seed: u64) -> Self {
        Self { net, seed, sent: BTreeMap::new(), cuts: Vec::new() }
    }

    /// Cuts those of a mask off from the others.
    pub fn cut(&mut self, cut: Cut) {
        self.cuts.push(cut);
    }

    /// When a message that is sent now arrives: not at all, once, or twice. What becomes of the n-th
    /// message between two does not depend on any other.
    pub fn arrivals(&mut self, from: usize, to: usize, time: u64) -> Vec<u64> {
        let nth = self.sent.entry((from, to)).or_default();
        *nth += 1;
        let mut numbers = Numbers::of(self.seed ^ mixed((from * 64 + to) as u64), *nth);
        let is_cut = self.cuts.iter().any(|cut| time < cut.until && cut.parts(from, to));
        let lost = numbers.percent(self.net.loss);
        let copies = if numbers.percent(self.net.twice) { 2 } else { 1 };
        if is_cut || lost {
            return Vec::new();
        }
        let one = |numbers: &mut Numbers| {
            let ms = self.net.delay + numbers.below(self.net.spread + 1);
            time + if numbers.percent(self.net.slow) { ms * 10 } else { ms }
        };
        (0..copies).map(|_| one(&mut numbers)).collect()
    }
}

/// All entries that anybody has sent or acknowledged, and whose they are.
#[derive(Default)]
pub struct Everything {
    entries: BTreeMap<EntryId, (Verified, Arc<Vec<u8>>)>,
}

impl Everything {
    /// Adds an entry.
    pub fn add(&mut self, entry: Verified) {
        let bytes = Arc::new(entry.bytes().to_vec());
        self.entries.entry(entry.id()).or_insert((entry, bytes));
    }

    /// Whether an entry is here.
    #[must_use]
    pub fn has(&self, id: &EntryId) -> bool {
        self.entries.contains_key(id)
    }

    /// An entry.
    #[must_use]
    pub fn get(&self, id: &EntryId) -> Option<&Verified> {
        self.entries.get(id).map(|(entry, _)| entry)
    }

    /// As it is sent.
    #[must_use]
    pub fn packet(&self, id: &EntryId) -> Option<Packet> {
        let (_, bytes) = self.entries.get(id)?;
        Some(Packet { id: Some(*id), bytes: bytes.clone() })
    }

    /// What of these entries is not in the past of some heads.
    #[must_use]
    pub fn lacking(&self, held: &BTreeSet<EntryId>, heads: &[EntryId]) -> Vec<EntryId> {
        let mut past = BTreeSet::new();
        let mut open: Vec<EntryId> = heads.to_vec();
        while let Some(id) = open.pop() {
            if past.insert(id)
                && let Some(entry) = self.get(&id)
            {
                open.extend(entry.prev().into_iter().chain(entry.parents()));
            }
        }
        held.difference(&past).copied().collect()
    }
}
