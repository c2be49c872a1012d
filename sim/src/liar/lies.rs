//! The lies themselves: forks, entries that are dated wrongly, seals of two outcomes, garbage.

use std::collections::BTreeSet;

use mundi_engine::draft::Draft;
use mundi_engine::entry::Verified;
use mundi_engine::outcome::SealBody;
use mundi_engine::sealing::agent::Intent;
use mundi_engine::{EntryId, Replica};

use super::{ALL, Face, Liar, Lied, empty, say_in};
use crate::plan::Lie;
use crate::seed::Numbers;
use crate::violation::Run;

impl Liar {
    /// Lies.
    ///
    /// # Errors
    /// A scenario's line cannot be read.
    pub fn lie(&mut self, lie: Lie, choice: u64, time: u64) -> Run<Vec<Lied>> {
        let mut numbers = Numbers::of(choice, 5);
        let half = numbers.next();
        match lie {
            Lie::TwoFaced { mask } => self.grow_a_face(mask, &mut numbers)?,
            Lie::Withhold => self.muted = half,
            Lie::Backdate => return self.backdate(&mut numbers),
            Lie::Ahead => return self.ahead(&mut numbers, time),
            Lie::BadSeal => return Ok(self.bad_seal(half, &mut numbers, time)),
            Lie::SealTwice => return self.seal_twice(half, &mut numbers, time),
            Lie::Fork => return self.fork(half, &mut numbers, time),
            Lie::Garbage => return Ok(self.garbage(half, &mut numbers)),
            Lie::Replay => return self.replay(half, &mut numbers, time),
        }
        Ok(Vec::new())
    }

    pub(super) fn grow_a_face(&mut self, half: u64, numbers: &mut Numbers) -> Run<()> {
        if self.faces.len() > 1 {
            return Ok(());
        }
        let (replica, forgotten) = match self.without(numbers)? {
            Some(other) => other,
            // Nothing has come yet: the two begin alike.
            None => (empty(self.stage)?, BTreeSet::new()),
        };
        if let Some(first) = self.faces.first_mut() {
            first.shown = half;
        }
        self.faces.push(Face { replica, shown: !half, forgotten });
        Ok(())
    }

    /// The first face's log without one of its later entries, and what builds on it.
    pub(super) fn without(
        &self,
        numbers: &mut Numbers,
    ) -> Run<Option<(Replica, BTreeSet<EntryId>)>> {
        let Some(face) = self.faces.first() else { return Ok(None) };
        let order = face.replica.order();
        let late: Vec<&EntryId> = order.iter().skip(1.max(order.len() / 3)).collect();
        let Some(gone) = numbers.pick(&late).map(|id| **id) else { return Ok(None) };
        self.log_without(&order, gone).map(Some)
    }

    pub(super) fn log_without(
        &self,
        order: &[EntryId],
        gone: EntryId,
    ) -> Run<(Replica, BTreeSet<EntryId>)> {
        let mut forgotten = BTreeSet::from([gone]);
        let mut replica = empty(self.stage)?;
        for id in order {
            let Some(entry) = self.known.get(id) else { continue };
            let builds =
                entry.prev().into_iter().chain(entry.parents()).any(|p| forgotten.contains(&p));
            if builds || forgotten.contains(id) {
                forgotten.insert(*id);
            } else {
                replica.insert(entry.clone());
            }
        }
        replica.advance();
        Ok((replica, forgotten))
    }

    pub(super) fn backdate(&mut self, numbers: &mut Numbers) -> Run<Vec<Lied>> {
        let Some(face) = self.faces.first() else { return Ok(Vec::new()) };
        let parents = match face.replica.tip(&self.key.public()) {
            Some(_) => Vec::new(),
            None => vec![self.stage.id],
        };
        let said = self.say(0, false, numbers, 0, Some(parents))?;
        Ok(self.show(0, said, "backdates").into_iter().collect())
    }

    pub(super) fn ahead(&mut self, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let by = numbers.pick(&[30_000, 100_000, 140_000, 600_000, 172_800_000]).copied();
        let at = Self::now(time) + by.unwrap_or(0);
        let said = self.say(0, false, numbers, at, None)?;
        // Not into its own log: else all that it writes from now on would be dated ahead.
        Ok(said.map(|one| self.only(one, ALL, "dates ahead")).into_iter().collect())
    }

    pub(super) fn only(&mut self, entry: Verified, to: u64, what: &'static str) -> Lied {
        self.known.insert(entry.id(), entry.clone());
        Lied { entry: Some(entry), bytes: Vec::new(), to: to & !self.muted, what }
    }

    /// A seal that is wrong in one way or another, whether it is its turn to seal or not.
    pub(super) fn bad_seal(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Vec<Lied> {
        let Some(face) = self.faces.first() else { return Vec::new() };
        let Some(mut intent) =
            self.intent(&face.replica, time).or_else(|| self.seen(&face.replica))
        else {
            return Vec::new();
        };
        let order = face.replica.order();
        let any = numbers.pick(&order).copied().unwrap_or(self.stage.id);
        match numbers.below(9) {
            0 => intent.outcome.output = vec![0x18, 0x63],
            1 => intent.outcome.cut = vec![self.stage.id],
            2 => {
                intent.outcome.cut.push(any);
                intent.outcome.cut.sort_unstable();
                intent.outcome.cut.dedup();
            }
            3 => intent.round += 1,
            4 => intent.round += 2,
            5 => intent.outcome.entry = any,
            // What somebody has sealed, in a round that it may have sealed already.
            6 | 7 => intent = self.some_seal(&face.replica, numbers).unwrap_or(intent),
            _ => intent.outcome.at += 1,
        }
        let draft = face.replica.seal(&intent, self.key, Self::now(time));
        let to = if numbers.percent(50) { ALL } else { half };
        let entry = self.signed(&draft);
        if to == ALL {
            return self.show(0, entry, "seals badly").into_iter().collect();
        }
        entry.map(|one| self.only(one, to, "seals badly to some")).into_iter().collect()
    }

    /// What any of the seals says.
    pub(super) fn some_seal(&self, replica: &Replica, numbers: &mut Numbers) -> Option<Intent> {
        let body = |id: &EntryId| SealBody::read(self.known.get(id)?.body()).ok().flatten();
        let all: Vec<SealBody> = replica.order().iter().filter_map(body).collect();
        let one = numbers.pick(&all)?;
        Some(Intent { round: one.round, outcome: one.outcome.clone() })
    }

    /// What the last seal says.
    pub(super) fn seen(&self, replica: &Replica) -> Option<Intent> {
        let body = |id: &EntryId| SealBody::read(self.known.get(id)?.body()).ok().flatten();
        let last = replica.order().iter().rev().find_map(body)?;
        Some(Intent { round: last.round, outcome: last.outcome })
    }

    /// Seals what the log comes to without something that came: as a fork, shown to half.
    pub(super) fn seal_twice(
        &mut self,
        half: u64,
        numbers: &mut Numbers,
        time: u64,
    ) -> Run<Vec<Lied>> {
        let mut all = Vec::new();
        let first = self.faces.first().and_then(|face| {
            let intent = self.intent(&face.replica, time)?;
            self.signed(&face.replica.seal(&intent, self.key, Self::now(time)))
        });
        for _ in 0..4 {
            let Some((other, _)) = self.without(numbers)? else { break };
            let Some(intent) = self.intent(&other, time) else { continue };
            let draft = other.seal(&intent, self.key, Self::now(time));
            all.extend(self.signed(&draft).map(|one| self.only(one, half, "seals again")));
            break;
        }
        if let Some(entry) = first {
            all.push(self.only(entry.clone(), !half, "seals for some"));
            self.take(&[entry]);
        }
        Ok(all)
    }

    /// Writes its last entry again, otherwise, for half.
    pub(super) fn fork(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let Some(face) = self.faces.first() else { return Ok(Vec::new()) };
        let Some((_, tip)) = face.replica.tip(&self.key.public()) else { return Ok(Vec::new()) };
        let (other, _) = self.log_without(&face.replica.order(), tip)?;
        let said = say_in(&other, self, false, numbers, Self::now(time), None)?;
        Ok(said.map(|(one, _)| self.only(one, half, "forks")).into_iter().collect())
    }

    pub(super) fn garbage(&mut self, half: u64, numbers: &mut Numbers) -> Vec<Lied> {
        let mut noise = vec![0; numbers.index(200) + 1];
        numbers.fill(&mut noise);
        let mut all = vec![Lied { entry: None, bytes: noise, to: half, what: "sends noise" }];
        let ids: Vec<&EntryId> = self.known.keys().collect();
        if let Some(entry) = numbers.pick(&ids).and_then(|id| self.known.get(*id)) {
            let mut bytes = entry.bytes().to_vec();
            let at = numbers.index(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << numbers.below(8);
            }
            all.push(Lied { entry: None, bytes, to: ALL, what: "flips a bit" });
        }
        all
    }

    pub(super) fn replay(&mut self, half: u64, numbers: &mut Numbers, time: u64) -> Run<Vec<Lied>> {
        let other = EntryId([if numbers.percent(50) { 1 } else { 2 }; 32]);
        let Some(said) = self.say(0, false, numbers, Self::now(time), None)? else {
            return Ok(Vec::new());
        };
        let draft = Draft {
            conversation: Some(other),
            seq: said.seq(),
            prev: said.prev(),
            parents: said.parents().collect(),
            at: said.at(),
            message: said.message().to_owned(),
            body: said.body().to_vec(),
        };
        let strange = self.signed(&draft).map(|entry| entry.bytes().to_vec()).unwrap_or_default();
        let open = self.stage.open.bytes().to_vec();
        Ok(vec![
            Lied { entry: None, bytes: strange, to: half, what: "replays" },
            Lied { entry: None, bytes: open, to: ALL, what: "sends `open` again" },
        ])
    }
}
