//! How an outcome stands: provisional, open, final or broken, and for whom it waits.

use std::collections::{BTreeMap, BTreeSet};

use mundi_identity::Fingerprint;

use super::seals::{Row, count};
use crate::outcome::{Count, Outcome, OutcomeHash};
use crate::replica::Replica;
use crate::value::Value;
use crate::world::Ending;

/// How the outcome of a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finality {
    /// There is none.
    None,
    /// There is consensus, and nobody has sealed it: an entry that comes late can still change it.
    Provisional {
        /// Who is to seal it; nobody where all roles are open.
        waiting: Vec<Fingerprint>,
    },
    /// Some have sealed.
    Open {
        /// The last round in which anybody has.
        round: u32,
        /// Who has in it, and how many seals are needed.
        sealed: Vec<Fingerprint>,
        /// How many make an outcome final.
        needed: usize,
        /// Who has not been heard in it.
        waiting: Vec<Fingerprint>,
        /// Who has sealed two outcomes in one round: proof against them.
        twice: Vec<Fingerprint>,
    },
    /// Enough have sealed one.
    Final(Final),
    /// Two outcomes are final, and neither is picked.
    Broken {
        /// All that are final, at least two.
        finals: Vec<Final>,
        /// Who has sealed two outcomes in one round: proof against them.
        twice: Vec<Fingerprint>,
    },
}

/// An outcome that enough have sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Final {
    /// The round.
    pub round: u32,
    /// The outcome.
    pub outcome: Outcome,
    /// Its output, with types.
    pub output: Value,
    /// Who has sealed it.
    pub sealed: Vec<Fingerprint>,
    /// Who seals, and has not sealed it.
    pub absent: Vec<Fingerprint>,
    /// Its hash.
    pub hash: OutcomeHash,
}

impl Replica {
    /// How the outcome stands, as far as the log is folded.
    #[must_use]
    pub fn finality(&self) -> Finality {
        let rounds = self.rounds();
        let twice = self.twice();
        let mut finals = self.finals(&rounds);
        if finals.len() > 1 {
            return Finality::Broken { finals, twice };
        }
        if let Some(one) = finals.pop() {
            return Finality::Final(one);
        }
        match rounds.last_key_value() {
            Some((round, count)) => Finality::Open {
                round: *round,
                sealed: self.named(count.heard()),
                needed: self.basis.sealers.q(),
                waiting: self.others(count.heard()),
                twice,
            },
            None if matches!(self.ending(), Some(Ending::Consensus { .. })) => {
                Finality::Provisional { waiting: self.others(&BTreeSet::new()) }
            }
            None => Finality::None,
        }
    }

    /// Whether nothing can change what is final here, and it may have effects elsewhere.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.finality(), Finality::Final(_))
    }

    /// Who has sealed two outcomes in one round, as far as this log shows, whether those seals count or not.
    #[must_use]
    pub fn twice(&self) -> Vec<Fingerprint> {
        let mut first: BTreeMap<(u32, u32), OutcomeHash> = BTreeMap::new();
        let another = |row: &&Row| {
            *first.entry((row.round, row.sealer)).or_insert(row.outcome) != row.outcome
        };
        let rows = self.seals.rows().iter();
        self.named(&rows.filter(another).map(|row| row.sealer).collect())
    }

    /// The seals of the rounds in which any counts.
    pub(super) fn rounds(&self) -> BTreeMap<u32, Count<OutcomeHash>> {
        let counting = self.seals.rows().iter().filter(|row| row.counts());
        let rounds: BTreeSet<u32> = counting.map(|row| row.round).collect();
        rounds.into_iter().map(|r| (r, count(self.seals.rows().iter(), r))).collect()
    }

    /// The outcomes that are final, each in the first round in which it is.
    fn finals(&self, rounds: &BTreeMap<u32, Count<OutcomeHash>>) -> Vec<Final> {
        let q = self.basis.sealers.q();
        let mut found: Vec<Final> = Vec::new();
        for (round, count) in rounds {
            for hash in count.finals(q) {
                if found.iter().all(|one| one.hash != *hash) {
                    found.extend(self.final_of(*round, hash, count));
                }
            }
        }
        found
    }

    fn final_of(
        &self,
        round: u32,
        hash: &OutcomeHash,
        count: &Count<OutcomeHash>,
    ) -> Option<Final> {
        let sealed = self.seals.outcome(hash)?;
        let by = count.seals().get(hash)?;
        Some(Final {
            round,
            outcome: sealed.outcome.clone(),
            output: sealed.value.clone()?,
            sealed: self.named(by),
            absent: self.others(by),
            hash: *hash,
        })
    }

    fn named(&self, numbers: &BTreeSet<u32>) -> Vec<Fingerprint> {
        numbers.iter().filter_map(|number| self.basis.sealers.person(*number)).collect()
    }

    fn others(&self, numbers: &BTreeSet<u32>) -> Vec<Fingerprint> {
        let all = self.basis.sealers.persons().iter().zip(0..);
        all.filter(|(_, number)| !numbers.contains(number)).map(|((who, _), _)| *who).collect()
    }
}
