//! The tables in the saved form.

use std::collections::BTreeMap;

use super::{Replies, Row, Tables};
use crate::saved::{Damaged, Read, Reader, Writer};
use crate::value::Value;

impl Row {
    fn write(self, out: &mut Writer) {
        out.number(u64::from(self.count));
        if self.count > 0 {
            out.number(u64::from(self.last));
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let count = from.small()?;
        Ok(Self { count, last: if count > 0 { from.small()? } else { 0 } })
    }
}

fn write_tally(tally: &BTreeMap<Value, u32>, out: &mut Writer) {
    out.count(tally.len());
    for (value, n) in tally {
        out.value(value);
        out.number(u64::from(*n));
    }
}

fn read_tally(from: &mut Reader<'_>) -> Read<BTreeMap<Value, u32>> {
    from.sorted(Reader::value, Reader::amount)
}

impl Replies {
    fn write(&self, out: &mut Writer) {
        out.rising(&self.entries);
        out.count(self.by_person.len());
        for (person, row) in &self.by_person {
            out.number(u64::from(*person));
            row.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self { entries: from.rising()?, by_person: from.sorted(Reader::small, Row::read)? })
    }
}

impl Tables {
    /// Writes them.
    pub(crate) fn write(&self, out: &mut Writer) {
        self.messages.iter().for_each(|row| row.write(out));
        for rows in &self.persons {
            out.count(rows.len());
            rows.iter().for_each(|row| row.write(out));
        }
        out.count(self.tallies.len());
        for (number, tally) in &self.tallies {
            out.number(u64::from(*number));
            write_tally(tally, out);
        }
        out.count(self.replies.len());
        for ((entry, message), replies) in &self.replies {
            out.number(u64::from(*entry));
            out.number(u64::from(*message));
            replies.write(out);
        }
        out.count(self.reply_tallies.len());
        for ((entry, number), tally) in &self.reply_tallies {
            out.number(u64::from(*entry));
            out.number(u64::from(*number));
            write_tally(tally, out);
        }
        out.count(self.weight);
    }

    /// Reads those of so many messages.
    pub(crate) fn read(messages: usize, from: &mut Reader<'_>) -> Read<Self> {
        let rows = |from: &mut Reader<'_>, count: usize| -> Read<Vec<Row>> {
            (0..count).map(|_| Row::read(from)).collect()
        };
        let all = rows(from, messages)?;
        let by_person = |_| {
            let count = from.count(1)?;
            rows(from, count)
        };
        let persons = (0..messages).map(by_person).collect::<Read<_>>()?;
        let pair = |from: &mut Reader<'_>| Ok((from.small()?, from.small()?));
        let tables = Self {
            messages: all,
            persons,
            tallies: from.sorted(Reader::small, read_tally)?,
            replies: from.sorted(pair, Replies::read)?,
            reply_tallies: from.sorted(pair, read_tally)?,
            weight: from.amount()? as usize,
        };
        let known = |(_, message): &(u32, u16)| usize::from(*message) < messages;
        if !tables.replies.keys().all(known) {
            return Err(Damaged("replies of no message"));
        }
        Ok(tables)
    }
}
