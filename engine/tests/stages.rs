//! Stages: their course, what refuses, and what cannot begin.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use mundi_engine::Value;
use mundi_engine::Verdict;
use mundi_engine::cbor;
use mundi_engine::entry::verify;
use mundi_engine::opening::rules_hash;
use support::rules::{FIRST_STAGED, STAGED, conversation};
use support::talk::{Dice, Move, PEOPLE, talk};
use support::{Room, checked, opening, replica, someone, try_open, view};

/// Two stages; the second gets its options and its people from what the first gives.
const TWO: &str = r#"
conversation two "Two"
edition 1
role chair
role member 2..
role guest open
terms { seats: int(0..5) = 1 }
stage ideas from "ideas.conv" { roles: { speaker: member }, terms: { word: "x" } }
stage vote from "vote.conv" {
    roles: { voter: ideas.output?.by ?? [] },
    terms: { options: ideas.output?.ideas ?? [], seats: terms.seats }
}
message stop by chair
pattern { (ideas, vote) unless stop }
state { decided: int = 0 }
on ideas { state.decided += 1; }
consensus { vote.decided }
failure { said("stop") } else "stopped"
output { #{ choice: vote.output, decided: state.decided } }

file "ideas.conv"
conversation ideas "Ideas"
edition 1
role speaker 2..
terms { word: text }
message idea by speaker { text: text(1..20) }
message done by speaker
pattern { idea*, done }
consensus { said("done") && count("idea") > 0 }
failure { said("done") } else "no ideas for {terms.word}"
output { let by = []; for e in last_of_each("idea") { by.push(e.from); } #{ ideas: all("idea", "text"), by: by } }

file "vote.conv"
conversation vote "Vote"
edition 1
role voter 1..2
terms { options: list(text(1..20), 2..4, unique), seats: int(1..5) }
message pick by voter { option: one_of(terms.options) }
deadline late at { opened + hours(1) }
pattern { each voter ( pick ) unless late }
state { first: time? }
on open { state.first = now; }
consensus { everyone("pick", "voter") }
output { last("pick")?.option }
"#;

fn room(terms: &str) -> Room {
    Room::with_terms(TWO, "chair: ada, member: ben cy dan", terms)
}

fn possible(room: &Room) -> Vec<String> {
    room.replica.turns().into_iter().map(|t| t.message).collect()
}

#[test]
fn one_stage_gives_the_next_its_people_and_its_terms() {
    let mut room = room("");
    assert_eq!(possible(&room), ["stop", "ideas.idea", "ideas.done"]);
    let early = room.say("ben", "vote.pick", "option: \"soup\"");
    assert!(early.reason.contains("`vote` has not begun"), "{early:?}");
    room.hear("ben", "ideas.idea", "text: \"soup\"", "one");
    room.hear("cy", "idea", "text: \"pie\"", "two");
    room.hear("dan", "ideas.done", "", "three");
    assert_eq!(room.state("decided"), Value::Int(1));
    assert_eq!(possible(&room), ["stop", "vote.pick", "vote.late"]);
    assert!(matches!(room.state("vote.first"), Value::Time(_)));
    assert_eq!(room.replica.deadlines().len(), 1);
    let over = room.say("ben", "idea", "text: \"rice\"");
    assert!(over.reason.contains("`ideas` is over"), "{over:?}");
    // Who had no idea is no voter; what was no idea is no option.
    assert_eq!(room.say("dan", "pick", "option: \"soup\"").code, "not-your-role");
    assert_eq!(room.say("cy", "pick", "option: \"rice\"").code, "bad-field");
    room.hear("cy", "pick", "option: \"pie\"", "four");
    room.hear("ben", "pick", "option: \"soup\"", "five");
    assert!(room.ended().contains("soup"), "{}", room.ended());
}

#[test]
fn what_cannot_begin_refuses_the_entry_that_would_begin_it_and_leaves_nothing() {
    // One option is too few; so the debate cannot end yet.
    let mut room = room("");
    room.hear("ben", "idea", "text: \"soup\"", "one");
    let before = view(&room.replica);
    let refused = room.say("ben", "done", "");
    assert_eq!(refused.code, "script-failed");
    assert!(refused.reason.contains("`vote` cannot begin: its term `options`"), "{refused:?}");
    let after = view(&room.replica);
    assert_eq!((&before.state, &before.possible), (&after.state, &after.possible));
    // Three voters are too many.
    room.hear("cy", "idea", "text: \"pie\"", "two");
    room.hear("dan", "idea", "text: \"rice\"", "three");
    let refused = room.say("ben", "done", "");
    assert!(refused.reason.contains("`vote.voter` needs 1 to 2: 3 people hold it"), "{refused:?}");
    assert_eq!(possible(&room), before.possible.iter().map(|p| p.0.clone()).collect::<Vec<_>>());
}

#[test]
fn terms_that_do_not_fit_are_a_fault_of_the_entry_that_makes_a_stage_begin() {
    let mut room = room("seats: 0");
    room.hear("ben", "idea", "text: \"soup\"", "one");
    room.hear("cy", "idea", "text: \"pie\"", "two");
    let refused = room.say("ben", "done", "");
    assert!(refused.reason.contains("its term `seats` must be at least 1, not 0"), "{refused:?}");
    // At `open` there is no conversation then.
    let text = TWO
        .replace("word: \"x\"", "word: `${terms.seats}`")
        .replace("word: text", "word: text(2..9)");
    let refused = try_open(&text, "chair: ada, member: ben cy", "").and_then(|open| {
        let open = verify(open).unwrap();
        let library = mundi_engine::library::Library::default();
        mundi_engine::Replica::open(&open, &library, mundi_engine::Reasons::Keep).map(|_| ())
    });
    assert!(refused.unwrap_err().text.contains("`ideas` cannot begin"));
}

#[test]
fn a_stage_that_fails_fails_all_unless_the_pattern_has_another_way() {
    let mut room = room("");
    room.hear("ben", "done", "", "one");
    // `stop` can still come.
    assert_eq!((room.ended().as_str(), possible(&room)), ("", vec!["stop".to_owned()]));
    let text = TWO
        .replace(" unless stop", "")
        .replace("message stop by chair", "")
        .replace("said(\"stop\")", "false");
    let mut room = Room::with_terms(&text, "chair: ada, member: ben cy", "");
    room.hear("ben", "done", "", "one");
    assert_eq!(room.ended(), "failure no ideas for x");
}

#[test]
fn the_name_of_a_stage_is_no_message_and_its_roles_are_nobodys_to_take() {
    let mut room = room("");
    let mut draft = room.draft("ben", "ideas.done", "");
    draft.message = "ideas".into();
    assert_eq!(room.put("ben", &draft).code, "unknown-message");
    let refused = room.say("eve", "join", "role: \"ideas.speaker\"");
    assert_eq!(refused.code, "not-your-role");
    let rules = checked(TWO);
    let mut opening = opening(rules.clone(), "chair: ada, member: ben cy", "");
    opening.members[0].roles = vec![rules.role("ideas.speaker").unwrap()];
    let refused = opening.sign(support::START, &support::device("ada")).unwrap_err();
    assert!(refused.text.contains("a role of a stage"), "{}", refused.text);
}

#[test]
fn who_leaves_leaves_the_stages_and_that_may_decide_one() {
    let text = TWO.replace("role member 2..", "role member 2.. open");
    let mut room = Room::with_terms(&text, "chair: ada, member: ben cy", "");
    room.hear("ben", "idea", "text: \"soup\"", "one");
    room.hear("cy", "idea", "text: \"pie\"", "two");
    room.hear("cy", "done", "", "three");
    room.hear("ben", "pick", "option: \"pie\"", "four");
    room.hear("cy", "leave", "", "five");
    assert!(room.ended().contains("pie"), "{}", room.ended());
    assert!(!room.replica.holds(&support::person("cy").fingerprint(), "vote.voter"));
}

#[test]
fn the_pattern_may_leave_a_stage_and_all_that_is_in_it() {
    let mut room = Room::new(STAGED[0].0, STAGED[0].1);
    assert!(possible(&room).contains(&"talks.first.word".to_owned()));
    for who in ["dan", "eve"] {
        room.hear(who, "join", "role: \"member\"", who);
    }
    room.hear("ada", "stop", "", "two");
    assert_eq!(room.ended(), "failure stopped after 0");
    assert_eq!(room.say("ben", "talks.first.word", "text: \"b\"").code, "ended");
}

#[test]
fn stages_in_stages_are_held_one_after_the_other() {
    let mut room = Room::new(STAGED[0].0, STAGED[0].1);
    room.hear("ben", "talks.first.word", "text: \"a\"", "one");
    let over = room.say("ben", "talks.first.word", "text: \"a\"");
    assert!(over.reason.contains("`talks.first` is over"), "{over:?}");
    room.hear("cy", "talks.last_words.word", "text: \"b\"", "two");
    // One word has decided the inner stage and the one around it.
    let over = room.say("ben", "talks.last_words.word", "text: \"a\"");
    assert!(over.reason.contains("`talks.last_words` is over"), "{over:?}");
    assert!(possible(&room).contains(&"vote.vote".to_owned()), "{:?}", possible(&room));
    assert_eq!(room.state("ended"), Value::Int(1));
}

#[test]
fn random_talk_goes_through_stages_often_enough_to_mean_something() {
    let mut said = std::collections::BTreeMap::<String, usize>::new();
    for (n, seed) in (0..STAGED.len()).flat_map(|n| (0..80).map(move |seed| (n, seed))) {
        let (open, _) = conversation(FIRST_STAGED + n, 0);
        let mut dice = Dice::new(seed);
        let mut roll = |sides: u32| u32::try_from(dice.roll(sides as usize)).unwrap();
        let moves: Vec<Move> = (0..30)
            .map(|_| Move {
                who: u16::try_from(roll(60_000)).unwrap(),
                what: u16::try_from(roll(60_000)).unwrap(),
                fields: u64::from(roll(1 << 30)),
                seen: roll(1 << 30),
                later: 1 + roll(2_000),
                fork: false,
                rekey: false,
            })
            .collect();
        let mut replica = replica(&open);
        for entry in talk(&open, "ada", &PEOPLE, &moves).into_iter().skip(1) {
            replica.insert(verify(entry).unwrap());
        }
        replica.advance();
        for id in replica.order() {
            if replica.verdict(&id) == Some(Verdict::Accepted) {
                *said.entry(replica.said(&id).unwrap().1).or_default() += 1;
            }
        }
    }
    for message in [
        "talks.first.word",
        "talks.last_words.word",
        "vote.vote",
        "here.pick",
        "there.show",
        "after.hide",
    ] {
        assert!(said.get(message).is_some_and(|n| *n > 1), "{message}: {said:?}");
    }
}

/// Rules with so many files inside each other, each holding the next.
fn nested(depth: usize) -> String {
    let head = |n: usize| format!("conversation c{n} \"C\"\nedition 1\nrole a\n");
    let mut text = String::new();
    for n in 0..=depth {
        if n > 0 {
            text.push_str(&format!("file \"{n}.conv\"\n"));
        }
        text.push_str(&head(n));
        if n < depth {
            let next = n + 1;
            text.push_str(&format!("stage s from \"{next}.conv\" {{ roles: {{ a: a }} }}\n"));
            text.push_str("pattern { s }\nconsensus { s.decided }\n");
        } else {
            text.push_str("message say by a\nconsensus { said(\"say\") }\n");
        }
    }
    text
}

#[test]
fn stages_nest_four_deep_and_one_word_may_decide_all_of_them() {
    let mut room = Room::new(&nested(4), "a: ada");
    room.hear("ada", "say", "", "one");
    assert_eq!(room.ended(), "consensus Unit");
    assert_eq!(room.replica.said(&room.labels["one"]).unwrap().1, "s.s.s.s.say");
    let refused = try_open(&nested(5), "a: ada", "").unwrap_err();
    assert!(refused.text.contains("E0227"), "{}", refused.text);
}

#[test]
fn a_term_may_name_the_people_of_the_conversation() {
    let room = Room::new(STAGED[1].0, STAGED[1].1);
    assert!(room.replica.terms().contains(&someone("ben")));
}

#[test]
fn open_carries_all_files_and_their_hash() {
    let room = room("");
    let all = room.replica.rules();
    assert_eq!(all.text, TWO);
    let mut hash = Vec::new();
    cbor::write_bytes(&mut hash, &rules_hash(TWO));
    assert!(room.open.body().windows(hash.len()).any(|w| w == hash));
}
