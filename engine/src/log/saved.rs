//! The log in the saved form: persons, devices, ids, and one row an entry. All else about it follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::{DevicePublic, Fingerprint};

use super::chains::Chains;
use super::forks::Forks;
use super::order::Order;
use super::revoked::{Key, Revoked};
use super::rows::{NONE, Old, Rows};
use super::waiting::Waiting;
use super::{FORK, Log};
use crate::entry::{EntryId, Verified};
use crate::saved::{Bodies, Damaged, Read, Reader, Writer};

/// Bytes of an id.
const ID: usize = 32;

impl Log {
    /// The number of a person in this log.
    pub(crate) fn person_number(&self, person: &Fingerprint) -> Option<u32> {
        self.chains.number(person)
    }

    /// The person of a number.
    pub(crate) fn fingerprint(&self, person: u32) -> Option<Fingerprint> {
        self.chains.fingerprint(person)
    }

    /// Writes all but the bytes of entries and those that wait.
    pub(crate) fn write(&self, out: &mut Writer) {
        let rows = &self.rows;
        out.count(self.chains.persons().len());
        self.chains.persons().iter().for_each(|person| out.print(person));
        out.count(self.chains.devices().len());
        for (public, owner) in self.chains.devices() {
            out.raw(&public.0);
            out.number(u64::from(owner));
        }
        let all = 0..rows.len();
        out.number(u64::from(rows.len()));
        all.clone().for_each(|index| out.raw(&self.id(index).0));
        let mut before = 0;
        for (index, row) in all.filter_map(|index| Some((index, rows.get(index)?))) {
            out.signed(row.at.cast_signed().wrapping_sub(before));
            before = row.at.cast_signed();
            out.number(u64::from(row.message));
            if row.prev == NONE {
                out.byte(0);
                out.number(u64::from(row.device));
            } else {
                out.number(u64::from(index - row.prev));
            }
            let parents = rows.parents(index);
            out.count(parents.len());
            parents.iter().for_each(|parent| out.number(u64::from(index - *parent)));
        }
        out.count(self.revoked.said().len());
        for (index, keys) in self.revoked.said() {
            out.number(u64::from(*index));
            out.count(keys.len());
            keys.iter().for_each(|(device, _)| out.raw(&device.0));
        }
        out.maybe(self.order.changed().map(|position| position as u64));
    }

    /// Reads what was written of the log that begins with `open`, in place of this one, which has
    /// nothing else yet.
    pub(crate) fn read(
        &self,
        open: &Verified,
        from: &mut Reader<'_>,
        bodies: Arc<dyn Bodies>,
    ) -> Read<Self> {
        let mut chains = read_chains(from)?;
        let count = from.count(ID + 5)?;
        let (ids, []) = from.take(count * ID)?.as_chunks::<ID>() else {
            return Err(Damaged("the ids"));
        };
        if ids.first() != Some(&open.id().0) {
            return Err(Damaged("it does not begin with its `open` entry"));
        }
        let mut rows = Rows::of_old(bodies, count);
        let mut built_on = vec![false; count];
        let mut forked = BTreeMap::new();
        let mut parents = Vec::new();
        let mut at = 0;
        for (index, id) in (0..).zip(ids) {
            at = from.signed()?.checked_add(at).filter(|at| *at >= 0).ok_or(Damaged("a time"))?;
            let mut old = self.read_row(index, (&rows, &chains), &mut parents, from)?;
            (old.id, old.at) = (EntryId(*id), at.cast_unsigned());
            for under in parents.iter().chain([&old.prev]) {
                if let Some(place) = built_on.get_mut(*under as usize) {
                    *place = true;
                }
            }
            if chains.add(old.device, old.seq, index).is_some() {
                let seq = forked.entry(old.device).or_insert(old.seq);
                *seq = old.seq.min(*seq);
            }
            rows.push_old(&old, &parents).ok_or(Damaged("a row"))?;
        }
        rows.keep_open(open);
        rows.index_all();
        let said = read_revoked(&rows, &chains, from)?;
        let changed = from.maybe()?.filter(|position| *position <= count);
        let mut forks = Forks::of_all(&rows, &chains, &forked);
        let shows = self.number(FORK);
        let evidence = (0..rows.len()).filter(|n| rows.get(*n).map(|row| row.message) == shows);
        evidence.for_each(|index| forks.show(&rows, index));
        Ok(Self {
            names: self.names.clone(),
            numbers: self.numbers.clone(),
            order: Order::of_all(&rows, &chains, changed),
            forks,
            revoked: Revoked::of_all(&rows, &chains, said),
            heads: (0..).zip(built_on).filter(|(_, built)| !built).map(|(n, _)| n).collect(),
            supposed: Vec::new(),
            waiting: Waiting::default(),
            woken: Vec::new(),
            rows,
            chains,
        })
    }

    /// Reads an entry's row, but for its id and time.
    fn read_row(
        &self,
        index: u32,
        (rows, chains): (&Rows, &Chains),
        parents: &mut Vec<u32>,
        from: &mut Reader<'_>,
    ) -> Read<Old> {
        let earlier = |back: u32| index.checked_sub(back).filter(|_| back > 0);
        let message = from.small()?;
        if usize::from(message) >= self.names.len() {
            return Err(Damaged("a message"));
        }
        let back: u32 = from.small()?;
        let (prev, seq, device) = if back == 0 {
            (NONE, 0, from.small()?)
        } else {
            let prev = earlier(back).ok_or(Damaged("a row's prev"))?;
            let row = rows.get(prev).ok_or(Damaged("a row's prev"))?;
            let seq = row.seq.checked_add(1).ok_or(Damaged("a seq"))?;
            (prev, seq, row.device)
        };
        if chains.owner(device).is_none() {
            return Err(Damaged("a device"));
        }
        parents.clear();
        for _ in 0..from.count(1)? {
            parents.push(earlier(from.small()?).ok_or(Damaged("a row's parent"))?);
        }
        Ok(Old { id: EntryId([0; ID]), at: 0, device, seq, prev, message })
    }
}

/// What each `rekey` revokes: devices of its own author.
fn read_revoked(
    rows: &Rows,
    chains: &Chains,
    from: &mut Reader<'_>,
) -> Read<BTreeMap<u32, Vec<Key>>> {
    from.sorted(Reader::small, |from| {
        (0..from.count(ID)?).map(|_| Ok(DevicePublic(from.hash()?))).collect::<Read<Vec<_>>>()
    })?
    .into_iter()
    .map(|(index, devices)| {
        let person = chains.person_of(rows, index).and_then(|person| chains.fingerprint(person));
        let person = person.ok_or(Damaged("who revokes a device"))?;
        Ok((index, devices.into_iter().map(|device| (device, person)).collect()))
    })
    .collect()
}

fn read_chains(from: &mut Reader<'_>) -> Read<Chains> {
    let persons = (0..from.count(2)?).map(|_| from.print()).collect::<Read<Vec<_>>>()?;
    let device = |from: &mut Reader<'_>| Ok((DevicePublic(from.hash()?), from.small()?));
    let devices = (0..from.count(33)?).map(|_| device(from)).collect::<Read<Vec<_>>>()?;
    Chains::of(persons, &devices).ok_or(Damaged("the persons and devices"))
}
