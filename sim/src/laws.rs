//! The laws of forks and seals once more, slowly, from the text of the specification: what the engine says
//! of an entry is held against it.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::entry::Verified;
use mundi_engine::outcome::{Basis, OutcomeHash, SealBody};
use mundi_engine::{Code, Ending, EntryId, Reasons, Replica, Verdict};
use mundi_identity::{DevicePublic, Fingerprint};

use crate::agent::short;
use crate::network::Everything;
use crate::violation::{Run, broken, trouble};

const FORKS: &str = "of a fork the branch with most support stands";
const SEALS: &str = "a seal counts only where the law says so";
const OWN: &str = "no entry of another conversation is in a log";

type Past = BTreeSet<EntryId>;

/// A log, with all causal pasts worked out.
pub struct Laws<'a> {
    replica: &'a Replica,
    all: &'a Everything,
    order: Vec<EntryId>,
    /// Each entry's causal past, itself included.
    pasts: BTreeMap<EntryId, Past>,
    seals: BTreeMap<EntryId, Seal>,
    basis: Basis,
}

struct Seal {
    sealer: u32,
    round: u32,
    hash: OutcomeHash,
    body: SealBody,
    /// The engine accepts it.
    valid: bool,
    /// It is valid, or its author had sealed that round: it could stand in a certificate.
    counts: bool,
}

impl<'a> Laws<'a> {
    /// Of a replica that is folded.
    #[must_use]
    pub fn of(replica: &'a Replica, all: &'a Everything) -> Self {
        let order = replica.order();
        let mut pasts: BTreeMap<EntryId, Past> = BTreeMap::new();
        for id in &order {
            let mut past = Past::from([*id]);
            for under in all.get(id).into_iter().flat_map(under) {
                past.extend(pasts.get(&under).into_iter().flatten());
            }
            pasts.insert(*id, past);
        }
        let basis = Basis::of(replica.conversation(), replica.opening());
        let mut seals = BTreeMap::new();
        for id in &order {
            let Some(entry) = all.get(id).filter(|entry| entry.message() == "seal") else {
                continue;
            };
            let Ok(Some(body)) = SealBody::read(entry.body()) else { continue };
            let Some(sealer) = replica.sealers().number(&entry.author()) else { continue };
            let verdict = replica.verdict(id);
            let valid = verdict == Some(Verdict::Accepted);
            let counts = valid || verdict == Some(Verdict::Refused(Code::SealedTwice));
            let hash = basis.hash(&body.outcome);
            seals.insert(*id, Seal { sealer, round: body.round, hash, body, valid, counts });
        }
        Self { replica, all, order, pasts, seals, basis }
    }

    /// Looks at all of them.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn hold(&self) -> Run<()> {
        for id in &self.order {
            let Some(entry) = self.all.get(id) else {
                return Err(trouble("an entry from nowhere"));
            };
            let own = entry.conversation().unwrap_or(*id) == self.basis.conversation;
            let whole = under(entry).all(|one| self.pasts.contains_key(&one));
            if !own || !whole {
                return Err(broken(OWN, short(id)));
            }
        }
        self.forks()?;
        let mut evaluated = BTreeSet::new();
        for (id, seal) in self.seals.iter().filter(|(_, seal)| seal.valid) {
            self.seal(id, seal)?;
            if evaluated.insert(seal.hash) {
                self.outcome(id, seal)?;
            }
        }
        Ok(())
    }

    fn past(&self, id: &EntryId) -> &Past {
        static NONE: Past = Past::new();
        self.pasts.get(id).unwrap_or(&NONE)
    }

    /// The seals in an entry's past, itself left out.
    fn before(&self, id: &EntryId) -> Vec<&Seal> {
        let past = self.past(id);
        self.seals
            .iter()
            .filter(|(one, _)| *one != id && past.contains(one))
            .map(|(_, s)| s)
            .collect()
    }

    fn seal(&self, id: &EntryId, seal: &Seal) -> Run<()> {
        let wrong = |why: &str| Err(broken(SEALS, format!("{} is accepted, {why}", short(id))));
        let before = self.before(id);
        if before.iter().any(|one| one.sealer == seal.sealer && one.round >= seal.round) {
            return wrong("though its author had sealed that round");
        }
        if let Some(round) = seal.round.checked_sub(1) {
            let last: Vec<&Seal> = before.into_iter().filter(|one| one.round == round).collect();
            if !last.iter().any(|one| one.valid && one.sealer == seal.sealer) {
                return wrong("though it skips a round");
            }
            if self.moves(&last) != Some(seal.hash) {
                return wrong("though it is not justified");
            }
        }
        let outcome = &seal.body.outcome;
        let past = self.past(id);
        let there = outcome.cut.iter().chain([&outcome.entry]).all(|one| past.contains(one));
        let whole: Past = outcome.cut.iter().flat_map(|one| self.past(one)).copied().collect();
        let heads = outcome.cut.iter().all(|one| {
            !outcome.cut.iter().any(|other| other != one && self.past(other).contains(one))
        });
        if !there || !heads || !whole.contains(&outcome.entry) || past.len() == 1 {
            return wrong("though its cut is not the heads of a past of its own");
        }
        Ok(())
    }

    /// The move that the seals of a round make.
    fn moves(&self, seals: &[&Seal]) -> Option<OutcomeHash> {
        let (n, q) = (self.replica.sealers().n(), self.replica.sealers().q());
        let heard: BTreeSet<u32> = seals.iter().filter(|s| s.counts).map(|s| s.sealer).collect();
        let twice: BTreeSet<u32> = seals
            .iter()
            .filter(|a| a.counts)
            .filter(|a| {
                seals.iter().filter(|b| b.counts).any(|b| a.sealer == b.sealer && a.hash != b.hash)
            })
            .map(|s| s.sealer)
            .collect();
        let hashes: BTreeSet<OutcomeHash> =
            seals.iter().filter(|s| s.counts).map(|s| s.hash).collect();
        let by = |hash: &OutcomeHash| -> BTreeSet<u32> {
            seals.iter().filter(|s| s.counts && s.hash == *hash).map(|s| s.sealer).collect()
        };
        let everybody: BTreeSet<u32> = (0..u32::try_from(n).unwrap_or(0)).collect();
        let free: BTreeSet<u32> =
            everybody.iter().filter(|s| !heard.contains(s) || twice.contains(s)).copied().collect();
        let reach = |hash: &OutcomeHash| by(hash).union(&free).count();
        if heard.len() < q || hashes.iter().any(|hash| by(hash).len() >= q) || free.len() >= q {
            return None;
        }
        let possible: Vec<&OutcomeHash> = hashes.iter().filter(|hash| reach(hash) >= q).collect();
        match possible.as_slice() {
            [one] => Some(**one),
            [] => {
                let single = |hash: &OutcomeHash| by(hash).difference(&twice).count();
                let most = hashes.iter().map(single).max()?;
                hashes.iter().find(|hash| single(hash) == most).copied()
            }
            _ => None,
        }
    }

    /// What is sealed is what its cut comes to, in a conversation of its own.
    fn outcome(&self, id: &EntryId, seal: &Seal) -> Run<()> {
        let outcome = &seal.body.outcome;
        let part: Past = outcome.cut.iter().flat_map(|one| self.past(one)).copied().collect();
        let open = self.all.get(&self.basis.conversation).ok_or_else(|| trouble("no `open`"))?;
        let replica = Replica::open(open, &consensus_std::library(), Reasons::Skip);
        let mut replica = replica.map_err(|e| trouble(&e))?;
        for entry in part.iter().filter_map(|one| self.all.get(one)).filter(|e| e.id() != open.id())
        {
            replica.insert(entry.clone());
        }
        replica.advance();
        let right = match replica.ending() {
            Some(Ending::Consensus { entry, output }) => {
                entry == outcome.entry
                    && mundi_engine::cbor::value_bytes(&output) == outcome.output
                    && replica.time_of(&entry) == Some(outcome.at)
            }
            _ => false,
        };
        let text = || format!("{} is accepted, though its cut has another outcome", short(id));
        if right { Ok(()) } else { Err(broken(SEALS, text())) }
    }

    /// Each forked device: what stands, by support, and what verdicts say.
    fn forks(&self) -> Run<()> {
        let mut chains: BTreeMap<DevicePublic, Vec<&Verified>> = BTreeMap::new();
        for entry in self.order.iter().filter_map(|id| self.all.get(id)) {
            chains.entry(entry.author()).or_default().push(entry);
        }
        for chain in chains.values() {
            let again = |one: &&&Verified| {
                chain.iter().any(|two| two.seq() == one.seq() && two.id() != one.id())
            };
            let Some(from) = chain.iter().filter(again).map(|entry| entry.seq()).min() else {
                continue;
            };
            let after: Vec<&Verified> = chain.iter().filter(|e| e.seq() >= from).copied().collect();
            let stands = self.standing(&after, from);
            for entry in after {
                self.fares(entry, &stands)?;
            }
        }
        Ok(())
    }

    fn fares(&self, entry: &Verified, stands: &Past) -> Run<()> {
        let rules = self.replica.rules();
        if rules.message(entry.message()).is_none() {
            return Ok(());
        }
        let verdict = self.replica.verdict(&entry.id());
        let wrong = match verdict {
            Some(Verdict::Accepted) => !stands.contains(&entry.id()),
            Some(Verdict::Refused(Code::Forked)) => stands.contains(&entry.id()),
            _ => false,
        };
        if wrong {
            return Err(broken(FORKS, format!("{}: {verdict:?}", short(&entry.id()))));
        }
        Ok(())
    }

    /// The entries of a forked chain that stand.
    fn standing(&self, chain: &[&Verified], from: u32) -> Past {
        let mut stands = Past::new();
        let mut row: Vec<&&Verified> = chain.iter().filter(|e| e.seq() == from).collect();
        while !row.is_empty() {
            let support = |e: &&Verified| self.support(e, chain);
            let best = row.iter().map(|e| (support(e), std::cmp::Reverse(e.id()))).max();
            let Some((_, std::cmp::Reverse(id))) = best.filter(|(count, _)| *count > 0) else {
                break;
            };
            stands.insert(id);
            row = chain.iter().filter(|e| e.prev() == Some(id)).collect();
        }
        stands
    }

    /// How many other persons have an entry with this and no rival of it in its past.
    fn support(&self, entry: &Verified, chain: &[&Verified]) -> usize {
        let rivals: Vec<EntryId> = chain
            .iter()
            .filter(|other| {
                !self.past(&other.id()).contains(&entry.id()) || !self.follows(other, entry)
            })
            .filter(|other| !self.follows(entry, other))
            .map(|other| other.id())
            .collect();
        let author = self.author(&entry.id());
        let has = |id: &&EntryId| {
            let past = self.past(id);
            past.contains(&entry.id()) && !rivals.iter().any(|rival| past.contains(rival))
        };
        let persons: BTreeSet<Fingerprint> =
            self.order.iter().filter(has).filter_map(|id| self.author(id)).collect();
        persons.into_iter().filter(|person| Some(*person) != author).count()
    }

    /// Whether an entry follows another in its chain, or is it.
    fn follows(&self, later: &Verified, earlier: &Verified) -> bool {
        let mut at = Some(later);
        while let Some(entry) = at.filter(|entry| entry.seq() >= earlier.seq()) {
            if entry.id() == earlier.id() {
                return true;
            }
            at = entry.prev().and_then(|id| self.all.get(&id));
        }
        false
    }

    fn author(&self, id: &EntryId) -> Option<Fingerprint> {
        self.replica.said(id).map(|(who, _)| who)
    }
}

fn under(entry: &Verified) -> impl Iterator<Item = EntryId> + '_ {
    entry.prev().into_iter().chain(entry.parents())
}
