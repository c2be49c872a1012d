//! Real elections, counted by the library as rules call it. `elections/README.md` says where the
//! data and the outcomes come from.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use consensus_std::library;
use mundi_engine::Value;

/// Ballots over options from 0, and how many seats.
struct Ballots {
    options: Vec<usize>,
    ballots: Vec<Vec<usize>>,
    seats: usize,
}

/// A line's whole numbers, which commas or blanks divide.
fn numbers(line: &str) -> Vec<i64> {
    let parts = line.split('#').next().unwrap().split([',', ' ']);
    parts.filter_map(|part| part.trim().parse().ok()).collect()
}

/// Ballot lines: times, then options from 1; the BLT format ends each with a 0, and says with a
/// negative number who has withdrawn.
fn read(text: &str) -> Ballots {
    let mut lines = text.lines().map(numbers).filter(|n| !n.is_empty());
    let head = lines.next().unwrap();
    let usize_of = |n: i64| usize::try_from(n).unwrap();
    let mut withdrawn = Vec::new();
    let mut ballots = Vec::new();
    for line in lines {
        if line[0] < 0 {
            withdrawn.extend(line.iter().map(|n| usize_of(-n) - 1));
        } else if line[0] > 0 {
            let marks = line[1..].iter().filter(|n| **n > 0).map(|n| usize_of(*n) - 1);
            let ballot: Vec<usize> = marks.filter(|o| !withdrawn.contains(o)).collect();
            ballots.extend(vec![ballot; usize_of(line[0])]);
        }
    }
    let options = (0..usize_of(head[0])).filter(|o| !withdrawn.contains(o)).collect();
    Ballots { options, ballots, seats: usize_of(head[1]) }
}

fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap())
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.into_iter().collect()))
}

fn call(name: &str, values: &[Value]) -> BTreeMap<String, Value> {
    let (module, name) = name.split_once("::").unwrap();
    let library = library();
    let function = library.function(module, name).unwrap();
    match (function.native)(values).unwrap() {
        Value::Record(fields) => {
            fields.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn count(method: &str, election: &Ballots, ties: &str) -> BTreeMap<String, Value> {
    let ballots = list(election.ballots.iter().map(|b| list(b.iter().map(|o| int(*o)))));
    let options = list(election.options.iter().map(|o| int(*o)));
    call(method, &[ballots, options, int(election.seats), Value::Text(Arc::from(ties))])
}

/// A value of ints, as nested lists.
fn shown(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn elected(method: &str, election: &Ballots) -> String {
    shown(&count(method, election, "parallel")["committees"])
}

fn field(record: &Value, name: &str) -> Value {
    let Value::Record(fields) = record else { panic!("{record:?}") };
    fields[name].clone()
}

/// The votes of a stage, in the order of the options.
fn votes(stage: &Value) -> String {
    let Value::List(votes) = field(stage, "votes") else { panic!("{stage:?}") };
    shown(&list(votes.iter().map(|v| field(v, "votes"))))
}

const WARD: &str = include_str!("elections/eilean_siar_2012_ward3.csv");
const GNOME: &str = include_str!("elections/gnome_26.blt");
const MAEMO: &str = include_str!("elections/maemo.blt");
const ATWOOD: &str = include_str!("elections/atwood_so.blt");

#[test]
fn a_scottish_ward_stage_by_stage() {
    let count = count("stv::scottish", &read(WARD), "parallel");
    assert_eq!(shown(&count["committees"]), "[[0, 1, 2]]");
    assert_eq!(shown(&count["quota"]), "201");
    let Value::List(stages) = &count["stages"] else { panic!() };
    let stages: Vec<String> = stages.iter().map(votes).collect();
    assert_eq!(
        stages,
        [
            "[498, 69, 202, 33]",
            "[201, 163.82442, 202, 105.16198]",
            "[201, 163.91352, 201, 105.77578]",
            "[201, 193.5218, 201, 0]",
        ]
    );
    assert_eq!(elected("stv::meek", &read(WARD)), "[[0, 1, 2]]");
}

#[test]
fn a_foundations_board() {
    for method in ["stv::scottish", "stv::meek"] {
        assert_eq!(elected(method, &read(GNOME)), "[[0, 1, 2, 3, 4, 5, 7]]");
    }
}

#[test]
fn a_communitys_council_with_empty_ballots() {
    let election = read(MAEMO);
    assert_eq!(election.ballots.len(), 51);
    for method in ["stv::scottish", "stv::meek"] {
        assert_eq!(elected(method, &election), "[[0, 2, 4]]");
    }
}

#[test]
fn a_gardening_club_whose_option_has_withdrawn() {
    let election = read(ATWOOD);
    assert_eq!(election.options, [0, 2, 3]);
    // Amy and Diane have three votes each at every stage: a lot, which Meek's method does not need.
    assert_eq!(elected("stv::scottish", &election), "[[0, 2], [2, 3]]");
    assert_eq!(elected("stv::meek", &election), "[[2, 3]]");
}

fn counts(votes: impl IntoIterator<Item = u64>) -> Value {
    let record = |(option, votes): (usize, u64)| {
        let votes = Value::Int(i64::try_from(votes).unwrap());
        let fields = [("option", int(option)), ("votes", votes)];
        Value::Record(Arc::new(fields.into_iter().map(|(k, v)| (Arc::from(k), v)).collect()))
    };
    list(votes.into_iter().enumerate().map(record))
}

/// The seats that a method gives, in the order of the lists.
fn seats(method: &str, votes: Value, seats: usize, more: &[Value]) -> Vec<u64> {
    let mut values = vec![votes, int(seats)];
    values.extend_from_slice(more);
    let given = call(method, &values);
    assert_eq!(shown(&given["left"]), "0");
    let Value::List(seats) = &given["seats"] else { panic!() };
    seats.iter().map(|s| shown(&field(s, "seats")).parse().unwrap()).collect()
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(';').collect()).collect()
}

#[test]
fn the_national_council_of_slovakia() {
    let rows = rows(include_str!("elections/sk_nr_2020.csv"));
    let votes: Vec<u64> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    let official: Vec<u64> = rows.iter().map(|row| row[3].parse().unwrap()).collect();
    // Five in a hundred for a list, seven for a coalition (1 in the second column).
    let above = |share: i64| {
        let kept = call("seats::threshold", &[counts(votes.clone()), Value::Int(share), int(100)]);
        let Value::List(kept) = &kept["votes"] else { panic!() };
        kept.iter().map(|k| shown(&field(k, "option")).parse().unwrap()).collect::<Vec<usize>>()
    };
    let (five, seven) = (above(5), above(7));
    let needed = |list: &usize| if rows[*list][1] == "1" { &seven } else { &five };
    let kept: Vec<usize> = (0..rows.len()).filter(|list| needed(list).contains(list)).collect();
    let of_kept = counts(kept.iter().map(|list| votes[*list]));
    let quota = [Value::Text(Arc::from("hagenbach-bischoff"))];
    let given = seats("seats::quota_remainder", of_kept, 150, &quota);
    let mut all = vec![0; rows.len()];
    for (list, seats) in kept.into_iter().zip(given) {
        all[list] = seats;
    }
    assert_eq!(all, official);
}

#[test]
fn the_chamber_of_deputies_by_regions() {
    let rows = rows(include_str!("elections/cz_psp_2021.csv"));
    let regions = rows[0].len();
    let cast = |region: usize| rows[1..].iter().map(|r| r[region].parse::<u64>().unwrap()).sum();
    let votes = counts((1..regions).map(cast));
    // The law gives each region seats by the Hare quota and the largest remainders.
    let given = seats("seats::largest_remainder", votes, 200, &[]);
    assert_eq!(given, [23, 26, 13, 11, 5, 14, 8, 11, 10, 10, 23, 12, 12, 22]);
}

#[test]
fn the_electorates_of_new_zealand() {
    let rows = rows(include_str!("elections/nz_leg_2014_electorate.csv"));
    let mut won: BTreeMap<String, u64> = BTreeMap::new();
    for row in &rows[1..] {
        let votes = row[1..].iter().map(|v| v.parse::<u64>().unwrap());
        // Plurality, as a house of one seat.
        let given = seats("seats::dhondt", counts(votes), 1, &[]);
        let party = rows[0][given.iter().position(|s| *s == 1).unwrap() + 1];
        *won.entry(party.to_owned()).or_default() += 1;
    }
    let won: Vec<(&str, u64)> = won.iter().map(|(party, n)| (party.as_str(), *n)).collect();
    assert_eq!(
        won,
        [
            ("ACT New Zealand", 1),
            ("Labour Party", 27),
            ("Māori Party", 1),
            ("National Party", 41),
            ("United Future", 1),
        ]
    );
}

#[test]
fn a_towns_council_by_lists() {
    let rows = rows(include_str!("elections/nmnmet_cc_2018.csv"));
    let mut lists: Vec<(&str, u64)> = Vec::new();
    for row in &rows {
        let votes: u64 = row[2].parse().unwrap();
        match lists.iter_mut().find(|(list, _)| *list == row[0]) {
            Some((_, sum)) => *sum += votes,
            None => lists.push((row[0], votes)),
        }
    }
    let votes = || counts(lists.iter().map(|(_, votes)| *votes));
    // ČSSD, KSČM, VPM, NM, KDU-ČSL, ODS, VČ.
    assert_eq!(seats("seats::dhondt", votes(), 21, &[]), [1, 1, 6, 3, 3, 4, 3]);
    assert_eq!(seats("seats::sainte_lague", votes(), 21, &[]), [2, 1, 5, 3, 3, 4, 3]);
}
