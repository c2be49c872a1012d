//! Laws: one set of entries, one answer, whatever came when; and a refusal leaves nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use mundi_engine::Value;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, verify};
use proptest::prelude::*;
use support::rules::{RULES, STAGED, any_rules, conversation};
use support::talk::{Dice, PEOPLE, moves, shuffled, talk};
use support::{Room, View, device, replica, try_open, view};

#[test]
fn the_rules_of_these_tests_check() {
    let wrong = |(text, cast): &(&str, &str)| try_open(text, cast, "").err().map(|e| e.text);
    assert_eq!(
        RULES.iter().chain(&STAGED).filter_map(wrong).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

/// Takes entries in, folding now and then as dice have it.
fn taken(open: &Entry, entries: &[Entry], dice: &mut Dice, often: usize) -> View {
    let mut replica = replica(open);
    for entry in entries {
        replica.insert(verify(entry.clone()).unwrap());
        if dice.roll(often) == 0 {
            replica.advance();
        }
    }
    replica.advance();
    let seen = view(&replica);
    replica.replay();
    assert_eq!(view(&replica), seen, "replayed from nothing");
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_came_when_the_answer_is_one(
        which in any_rules(), seed in any::<u64>(), moves in moves(30, 6), chance in any::<u64>(),
    ) {
        let (open, text) = conversation(which, seed);
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        let dice = &mut Dice::new(chance);
        let first = taken(&open, &entries[1..], dice, 1);
        for often in [1, 3, 1_000] {
            let mut other = shuffled(&entries[1..], dice);
            // Some come twice.
            other.extend(other.clone().into_iter().take(3));
            prop_assert_eq!(&taken(&open, &other, dice, often), &first, "{}", text);
        }
    }

    #[test]
    fn an_entry_that_is_not_there_yet_only_inserts(
        which in any_rules(), seed in any::<u64>(), moves in moves(20, 0), chance in any::<u64>(),
    ) {
        let (open, _) = conversation(which, seed);
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        let dice = &mut Dice::new(chance);
        let all = taken(&open, &entries[1..], dice, 2).order;
        // Every prefix in order of making is closed: its order is the whole order without the rest.
        let some = &entries[1..=dice.roll(entries.len().max(2) - 1)];
        let part = taken(&open, some, dice, 2).order;
        let kept: Vec<_> = all.into_iter().filter(|id| part.contains(id)).collect();
        prop_assert_eq!(kept, part);
    }
}

const UNDO: &str = r#"
conversation undo "Undo"
edition 1
role host
role voter 2..4
role guest 0..3 open
message propose by voter { n: int(0..3) }
message vote by voter, guest { on_it: ref(propose), choice: "yes" | "no" | "abstain", bad: int(0..1), m: int(0..4)? }
message hide by voter { n: hidden(int(0..3)), bad: int(0..1) }
message show by voter { it: reveal(hide), bad: int(0..1) }
message silent by anyone
message probe by host
state { x: int(0..5) = 0, log: list(text(0..3), 0..9), by: map(person, int(0..9), 0..9), seen: text(0..4000) = "" }
on vote {
    state.x = 5;
    state.by[from] = 3;
    state.log.push("v");
    state.x = 1 / (1 - msg.bad);
    state.by[from] = (state.by[from] ?? 0) + 1;
}
on hide, show { state.log.push("h"); state.x = 1 / (1 - msg.bad); }
on probe {
    let p = last("propose");
    state.seen = `${tally("vote", "choice", "yes")} ${tally("vote", "choice", "no")} ${tally("vote", "m", 1)} ${tally("vote", "m", 2)} ${count("vote")} ${said("hide")} ${everyone("vote", "voter")} ${everyone("show", "voter")}`;
    for v in members("voter") {
        state.seen = `${state.seen} ${count("vote", v)} ${said("show", v)} ${last("vote", v)?.m ?? 9}`;
    }
    for g in members("guest") { state.seen = `${state.seen} g${count("vote", g)}`; }
    for h in last_of_each("hide") { state.seen = `${state.seen} h${h.n ?? 9}`; }
    for v in last_of_each("vote", "choice") { state.seen = `${state.seen} ${v}`; }
    if p != () {
        state.seen = `${state.seen} p ${p.count("vote")} ${p.tally("vote", "choice", "yes")} ${p.tally("vote", "m", 1)} ${p.everyone("vote", "voter")} ${p.said("vote")}`;
        for v in p.all("vote") { state.seen = `${state.seen} ${v.choice}`; }
    }
}
consensus { count("probe") > 999 }
"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two conversations in which the same is said, but where one says what its handlers refuse,
    /// the other says `silent`, which does nothing: all that can be counted is the same.
    #[test]
    fn what_is_refused_leaves_no_trace(lines in proptest::collection::vec((0..9_usize, 0..4_usize, 0..5_usize, any::<bool>()), 1..25)) {
        let cast = "host: ada, voter: ben cy dan";
        let mut rooms = [Room::new(UNDO, cast), Room::new(UNDO, cast)];
        let voters = ["ben", "cy", "dan", "gus"];
        for (n, (what, who, value, bad)) in lines.into_iter().enumerate() {
            let who = voters[who];
            let (message, fields) = match what {
                0 => ("propose", format!("n: {}", value % 4)),
                1 => ("hide", format!("n: {}, bad: {}", value % 4, i32::from(bad))),
                2 => ("show", format!("it: h{}, bad: {}", value, i32::from(bad))),
                3 => ("join", "role: \"guest\"".to_owned()),
                4 => ("leave", String::new()),
                _ => {
                    let choice = ["yes", "no", "abstain"][value % 3];
                    let m = if value == 4 { String::new() } else { format!(", m: {value}") };
                    ("vote", format!("on_it: p, choice: \"{choice}\", bad: {}{m}", i32::from(bad)))
                }
            };
            let mut ids = Vec::new();
            for (copy, room) in rooms.iter_mut().enumerate() {
                let refused = bad && matches!(message, "vote" | "hide" | "show");
                let said = if copy == 1 && refused {
                    room.say(who, "silent", "")
                } else {
                    room.say(who, message, &fields)
                };
                if refused && copy == 0 {
                    prop_assert_ne!(&said.code, "accepted");
                }
                if said.code == "accepted" && !refused {
                    let label = match message {
                        "propose" => "p".to_owned(),
                        "hide" => format!("h{}", n % 5),
                        _ => String::new(),
                    };
                    room.labels.insert(label, said.id);
                }
                ids.push((said.code, refused));
            }
            if !ids[0].1 {
                prop_assert_eq!(&ids[0].0, &ids[1].0, "{} by {}", message, who);
            }
            for room in &mut rooms {
                let said = room.say("ada", "probe", "");
                prop_assert_eq!(&said.code, "accepted", "{}", said.reason);
            }
            prop_assert_eq!(rooms[0].replica.state(), rooms[1].replica.state());
            prop_assert_eq!(rooms[0].replica.present(), rooms[1].replica.present());
        }
    }
}

const LONG: &str = r#"
conversation long "Long"
edition 1
role a
role b
message add by anyone { n: int(-9..9) }
message gone by a
state { sum: int(-100..100) = 0, seen: list(int, 0..50) }
on add { state.sum += msg.n; if state.seen.len() < 50 { state.seen.push(msg.n); } }
consensus { count("add") > 100000 || said("gone") && state.sum == 99 }
"#;

#[test]
fn a_long_log_with_late_entries_folds_from_its_checkpoints_to_the_same() {
    let mut room = Room::new(LONG, "a: ada, b: ben");
    let mut chains = [(Some(room.open.id()), 0_u32), (None, 0)];
    let mut entries = Vec::new();
    let dice = &mut Dice::new(1);
    // Two chains that do not see each other.
    for n in 0..5_000_u64 {
        let who = dice.roll(2);
        let (prev, seq) = chains[who];
        let number = i64::try_from(dice.roll(19)).unwrap() - 9;
        let rules = room.replica.rules();
        let draft = Draft {
            conversation: Some(room.open.id()),
            seq: if prev.is_some() { seq + 1 } else { 0 },
            prev,
            parents: if prev.is_none() { vec![room.open.id()] } else { Vec::new() },
            at: support::START + 1 + n * 10,
            message: "add".into(),
            body: mundi_engine::body::encode_body(
                &rules,
                rules.message("add").unwrap(),
                &[("n".into(), Value::Int(number))],
            ),
        };
        let entry = draft.sign(&device(["ada", "ben"][who])).unwrap();
        chains[who] = (Some(entry.id()), draft.seq);
        entries.push(entry);
    }
    let (late, early): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|e| e.author() == device("ben").public());
    let mut other = replica(&room.open);
    for entry in early.iter().chain(&late) {
        other.insert(verify(entry.clone()).unwrap());
    }
    other.advance();
    for entry in &early {
        room.replica.insert(verify(entry.clone()).unwrap());
    }
    room.replica.advance();
    for part in late.chunks(300) {
        for entry in part {
            room.replica.insert(verify(entry.clone()).unwrap());
        }
        room.replica.advance();
    }
    let seen = view(&room.replica);
    assert_eq!(seen, view(&other));
    assert_eq!(seen.order.len(), 5_001);
    room.replica.replay();
    assert_eq!(view(&room.replica), seen);
    assert!(
        seen.verdicts.iter().filter(|v| **v != Some(mundi_engine::Verdict::Accepted)).count() > 10
    );
}
