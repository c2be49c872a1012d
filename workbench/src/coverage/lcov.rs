//! Sheets as an lcov tracefile (geninfo(1), "TRACEFILE FORMAT"): one record for each file, with `DA` for
//! lines and `BRDA` for the ways of an item. Editors and coverage services read it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, Sheet};

/// What is known of one file.
#[derive(Default)]
struct Record<'a> {
    lines: BTreeMap<usize, u64>,
    items: Vec<&'a Item>,
}

/// The tracefile of all sheets. A file of a stage is named beside the rules that name it, and counts once
/// where several rules name it.
#[must_use]
pub fn lcov(sheets: &[Sheet]) -> String {
    let mut files: BTreeMap<String, Record<'_>> = BTreeMap::new();
    for sheet in sheets {
        for ((file, line), hits) in &sheet.lines {
            let record = files.entry(named(&sheet.file, file.as_deref())).or_default();
            let all = record.lines.entry(*line).or_default();
            *all = all.saturating_add(*hits);
        }
        for item in &sheet.items {
            let file = named(&sheet.file, item.place.file.as_deref());
            files.entry(file).or_default().items.push(item);
        }
    }
    files.iter().map(|(file, record)| record.text(file)).collect()
}

/// The path of a file of a stage: relative to the rules.
fn named(rules: &str, file: Option<&str>) -> String {
    let folder = rules.rsplit_once('/').map(|(folder, _)| folder);
    match (file, folder) {
        (None, _) => rules.to_owned(),
        (Some(file), Some(folder)) => format!("{folder}/{file}"),
        (Some(file), None) => file.to_owned(),
    }
}

impl Record<'_> {
    fn text(&self, file: &str) -> String {
        let mut out = format!("TN:\nSF:{file}\n");
        let ways = self.ways();
        for ((line, block, branch), (taken, come_to)) in &ways {
            // `-`: its line was never come to.
            let taken = if *come_to { taken.to_string() } else { "-".into() };
            out.push_str(&format!("BRDA:{line},{block},{branch},{taken}\n"));
        }
        let hit = ways.values().filter(|(taken, _)| *taken > 0).count();
        out.push_str(&format!("BRF:{}\nBRH:{hit}\n", ways.len()));
        for (line, hits) in &self.lines {
            out.push_str(&format!("DA:{line},{hits}\n"));
        }
        let hit = self.lines.values().filter(|hits| **hits > 0).count();
        out.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", self.lines.len()));
        out
    }

    /// By line, block and branch: how often it was taken, and whether it was asked at all. A block is an item
    /// of its line; items of several rules that share the file are one.
    fn ways(&self) -> BTreeMap<(usize, usize, usize), (u64, bool)> {
        let mut blocks: BTreeMap<usize, BTreeSet<(u32, &str)>> = BTreeMap::new();
        for item in &self.items {
            blocks.entry(item.place.line).or_default().insert(item.key());
        }
        let mut ways: BTreeMap<(usize, usize, usize), (u64, bool)> = BTreeMap::new();
        for item in &self.items {
            let of_line = blocks.get(&item.place.line);
            let block = of_line.and_then(|keys| keys.iter().position(|key| *key == item.key()));
            let asked = self.lines.get(&item.place.line).is_some_and(|hits| *hits > 0);
            for (branch, way) in item.ways.iter().enumerate() {
                let place = ways.entry((item.place.line, block.unwrap_or(0), branch)).or_default();
                place.0 = place.0.saturating_add(way.hits);
                place.1 |= asked;
            }
        }
        ways
    }
}
