//! What happened in a run: lines for people, and a hash by which two runs are told apart.

use std::collections::BTreeSet;

use mundi_engine::EntryId;

use crate::violation::Violation;

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Nobody: only the hash is made.
    Hash,
    /// Whoever reads the lines.
    Lines,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Trace {
    hash: u64,
    telling: Telling,
    lines: Vec<String>,
}

impl Trace {
    /// Nothing yet.
    #[must_use]
    pub fn new(telling: Telling) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, telling, lines: Vec::new() }
    }

    /// Something happens, at a time in ms since the beginning.
    pub fn note(&mut self, time: u64, who: &str, what: &str) {
        for byte in time.to_le_bytes().iter().chain(who.as_bytes()).chain(what.as_bytes()) {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        if self.telling == Telling::Lines {
            self.lines.push(format!("{:>8}.{:03} {who:<4} {what}", time / 1_000, time % 1_000));
        }
    }

    /// A hash of all (FNV-1a).
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

/// How much there was of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Agents.
    pub agents: u64,
    /// Entries in the log that all have in the end, `open` not counted.
    pub entries: u64,
    /// Times that a machine stopped.
    pub crashes: u64,
    /// Copies of a disk that were put back.
    pub restored: u64,
    /// Devices that had forked in the end.
    pub forks: u64,
    /// Persons who had sealed twice.
    pub twice: u64,
    /// Runs with rounds above 0.
    pub rounds: u64,
    /// Runs with consensus in the end.
    pub consensus: u64,
    /// Runs that ended final.
    pub finals: u64,
    /// Runs that ended broken.
    pub broken: u64,
    /// Runs that ended open.
    pub open: u64,
    /// Runs in which finality was owed: enough sealers are honest and there.
    pub owed: u64,
    /// Messages that were delivered.
    pub messages: u64,
}

impl Counts {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        let all = [
            (&mut self.agents, other.agents),
            (&mut self.entries, other.entries),
            (&mut self.crashes, other.crashes),
            (&mut self.restored, other.restored),
            (&mut self.forks, other.forks),
            (&mut self.twice, other.twice),
            (&mut self.rounds, other.rounds),
            (&mut self.consensus, other.consensus),
            (&mut self.finals, other.finals),
            (&mut self.broken, other.broken),
            (&mut self.open, other.open),
            (&mut self.owed, other.owed),
            (&mut self.messages, other.messages),
        ];
        all.into_iter().for_each(|(one, more)| *one += more);
    }
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What there was.
    pub counts: Counts,
    /// What happened.
    pub trace: Trace,
    /// The law that does not hold, if any.
    pub violation: Option<Violation>,
    /// What was said, for a play.
    pub spoken: Vec<Spoken>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The entry that it has become.
    pub id: EntryId,
    /// All that had been said before, as far as the speaker knew.
    pub past: BTreeSet<EntryId>,
    /// When, in ms since the beginning.
    pub time: u64,
    /// By whom: a number in the cast.
    pub who: usize,
    /// The message.
    pub message: String,
    /// The fields, as written.
    pub fields: &'static str,
}
