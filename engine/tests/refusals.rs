//! Every kind of bad input has its own reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use mundi_engine::body::encode_body;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{CONTENT_TYPE, Entry, EntryId};
use mundi_engine::rekeying::{self, REKEY, Rekeying};
use mundi_engine::{Value, joining};
use mundi_identity::{Reason, Revocation, cose};
use support::{Room, certificate, device, person, someone};

const TALK: &str = r#"
conversation talk "Talk"
edition 1
role host
role guest 1..3
message greet by host { text: text(1..20) }
message ask by guest { about: text(1..20), to: person(host)?, n: int(1..9) = 1 }
message answer by host { to: ref(ask) }
message bid by guest { price: hidden(int(1..100)) }
message show by guest { bid: reveal(bid) }
message fail by guest { n: int }
message spin by guest
message bye by host
deadline late at { last("greet")?.at + hours(1) }
pattern { greet, (ask | answer | bid | show | fail | spin)*, (bye | late) }
state { left: int(0..10) = 10 }
on fail { state.left = 100 / msg.n; }
on spin { let i = 0; while true { i += 1; } }
allow ask when { msg.about != "rudeness" } else "be polite, {from}"
consensus { said("bye") || said("late") }
"#;

const CLUB: &str = r#"
conversation club "Club"
edition 1
role chair
role member 0..2 open
role friend open
message say by chair, member { text: text(1..20) = "hi" }
message close by chair
consensus { said("close") }
"#;

fn room() -> Room {
    Room::new(TALK, "host: ada, guest: ben cy")
}

fn greeted() -> Room {
    let mut room = room();
    room.hear("ada", "greet", "text: \"hello\"", "g");
    room
}

/// Says it and gives the code.
fn code(room: &mut Room, who: &str, message: &str, fields: &str) -> String {
    room.say(who, message, fields).code
}

#[test]
fn what_fits_is_accepted() {
    let mut room = greeted();
    assert_eq!(code(&mut room, "ben", "ask", "about: \"rain\""), "accepted");
    assert_eq!(code(&mut room, "ada", "bye", ""), "accepted");
    assert_eq!(room.ended(), "consensus Unit");
}

#[test]
fn a_stranger_is_not_a_member() {
    let mut room = greeted();
    let said = room.say("mallory", "ask", "about: \"rain\"");
    assert_eq!(said.code, "not-a-member", "{}", said.reason);
}

#[test]
fn another_role_is_not_your_role() {
    let mut room = room();
    let said = room.say("ben", "greet", "text: \"hi\"");
    assert_eq!(said.code, "not-your-role");
    assert!(said.reason.contains("host") && said.reason.contains("ben"), "{}", said.reason);
}

#[test]
fn out_of_turn_says_what_is_possible() {
    let mut room = room();
    let said = room.say("ben", "spin", "");
    assert_eq!(said.code, "out-of-turn");
    assert!(said.reason.contains("`greet` by ada (host)"), "{}", said.reason);
}

#[test]
fn an_entry_that_comes_twice_is_replayed_and_changes_nothing() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    assert_eq!(room.put("ben", &draft).code, "accepted");
    let before = support::view(&room.replica);
    assert_eq!(room.put("ben", &draft).code, "replayed");
    assert_eq!(support::view(&room.replica), before);
}

#[test]
fn an_entry_of_another_conversation_is_replayed() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    let elsewhere = Draft { conversation: Some(EntryId([1; 32])), ..draft };
    assert_eq!(room.put("ben", &elsewhere).code, "replayed");
}

#[test]
fn an_entry_dated_before_what_it_builds_on_is_backdated() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    for at in [support::START, support::START + 1_000] {
        assert_eq!(room.put("ben", &Draft { at, ..draft.clone() }).code, "backdated", "{at}");
    }
}

#[test]
fn an_entry_before_its_device_was_certified_is_expired() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    for at in [0, support::START - 1] {
        assert_eq!(room.put("ben", &Draft { at, ..draft.clone() }).code, "expired", "{at}");
    }
}

/// A `rekey` by a device, on the heads.
fn rekey(room: &mut Room, who: &str, begins: &[&str], ends: &[&str]) -> String {
    let ended = |whose: &&str| {
        Revocation::sign(&person(whose), device(whose).public(), Reason::Lost, support::START)
            .unwrap()
    };
    let body = Rekeying {
        commit: rekeying::commitment(&[1; 32]),
        devices: begins.iter().map(|d| certificate(d)).collect(),
        revoked: ends.iter().map(ended).collect(),
    };
    let draft = room.draft(who, "ask", "about: \"rain\"");
    let draft = Draft { message: REKEY.into(), body: body.body(), ..draft };
    room.put(who, &draft).code
}

#[test]
fn a_new_device_begins_with_a_rekey_that_certifies_it() {
    let mut room = greeted();
    assert_eq!(code(&mut room, "ben/tablet", "ask", "about: \"rain\""), "not-a-member");
    assert_eq!(rekey(&mut room, "ben/tablet", &["ben/phone"], &[]), "not-a-member");
    assert_eq!(rekey(&mut room, "mallory/tablet", &["mallory/tablet"], &[]), "not-a-member");
    assert_eq!(rekey(&mut room, "ben/tablet", &["ben/tablet", "cy/tablet"], &[]), "bad-field");
    assert_eq!(rekey(&mut room, "ben/tablet", &["ben/tablet"], &[]), "accepted");
    assert_eq!(code(&mut room, "ben/tablet", "ask", "about: \"rain\""), "accepted");
    assert_eq!(code(&mut room, "ben/tablet", "bye", ""), "not-your-role");
}

#[test]
fn an_entry_by_a_revoked_device_is_revoked_unless_others_had_built_on_it() {
    let mut room = greeted();
    let first = room.hear("ben/phone", "ask", "about: \"rain\"", "q");
    room.hear("ada", "answer", "to: q", "a");
    let second = room.hear("ben/phone", "ask", "about: \"snow\"", "r");
    assert_eq!(rekey(&mut room, "cy", &[], &["ben/phone"]), "accepted");
    assert_eq!(code(&mut room, "ben/phone", "ask", "about: \"fog\""), "accepted");
    assert_eq!(rekey(&mut room, "ben", &[], &["ben/phone"]), "accepted");
    let draft = room.draft("ben/phone", "ask", "about: \"ice\"");
    assert_eq!(room.put("ben/phone", &draft).code, "revoked");
    for id in [first, second] {
        assert_eq!(room.replica.verdict(&id), Some(mundi_engine::Verdict::Accepted));
    }
    assert_eq!(code(&mut room, "ben", "ask", "about: \"sun\""), "accepted");
}

#[test]
fn a_hole_in_the_chain_is_a_gap() {
    let mut room = greeted();
    let first = room.draft("ben", "ask", "about: \"rain\"");
    let after =
        Draft { seq: 1, prev: Some(EntryId([3; 32])), parents: Vec::new(), ..first.clone() };
    assert_eq!(room.put("ben", &after).code, "gap");
}

#[test]
fn an_unknown_parent_is_a_missing_parent() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    let draft = Draft { parents: vec![EntryId([3; 32])], ..draft };
    assert_eq!(room.put("ben", &draft).code, "missing-parent");
}

#[test]
fn more_than_64_kib_is_oversize() {
    let mut room = greeted();
    let mut draft = room.draft("ben", "ask", "about: \"rain\"");
    let long = Value::Text("x".repeat(70_000).into());
    let number = room.replica.rules().message("ask").unwrap();
    draft.body = encode_body(&room.replica.rules(), number, &[("about".into(), long)]);
    assert_eq!(room.put("ben", &draft).code, "oversize");
}

#[test]
fn a_flipped_signature_is_a_bad_signature() {
    let mut room = greeted();
    let entry = room.draft("ben", "ask", "about: \"rain\"").sign(&device("ben")).unwrap();
    let mut bytes = entry.bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(room.put_bytes(&bytes).code, "bad-signature");
}

#[test]
fn what_is_not_in_its_one_form_is_bad_encoding() {
    let mut room = greeted();
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    let bytes = draft.sign(&device("ben")).unwrap().bytes().to_vec();
    let trailing = [bytes.clone(), vec![0]].concat();
    for bad in [&[][..], &[0xd2], &bytes[1..], &bytes[..bytes.len() - 1], &trailing] {
        assert_eq!(room.put_bytes(bad).code, "bad-encoding");
    }
    // A body whose text has an over-long length, well signed.
    let sign1 = cose::Sign1::decode(&bytes, CONTENT_TYPE).unwrap();
    let mut payload = bytes[sign1.payload].to_vec();
    let at = payload.windows(5).position(|w| w == b"\x64rain").unwrap();
    payload.splice(at..=at, [0x78, 4]);
    let long = cose::sign(CONTENT_TYPE, &payload, &device("ben"));
    assert_eq!(room.put_bytes(&long).code, "bad-encoding");
}

#[test]
fn a_message_that_the_rules_do_not_know_is_unknown() {
    let mut room = greeted();
    let said = room.say("ben", "aks", "");
    assert_eq!(said.code, "unknown-message");
    assert!(said.reason.contains("did you mean `ask`"), "{}", said.reason);
    let draft = room.draft("ben", "ask", "about: \"rain\"");
    for name in ["aks", "open2", "ask "] {
        let draft = Draft { message: name.into(), ..draft.clone() };
        assert_eq!(room.put("ben", &draft).code, "unknown-message", "{name}");
    }
}

#[test]
fn fields_that_do_not_fit_are_bad_fields_and_say_which() {
    let table: &[(&[(&str, Value)], &str)] = &[
        (&[], "about"),
        (&[("about", Value::Int(1))], "about"),
        (&[("about", Value::Text("".into()))], "about"),
        (&[("about", Value::Text("x".repeat(21).into()))], "about"),
        (&[("about", Value::Text("x".into())), ("n", Value::Int(10))], "n"),
        (&[("about", Value::Text("x".into())), ("n", Value::Int(0))], "n"),
        (&[("about", Value::Text("x".into())), ("other", Value::Int(0))], "other"),
        (&[("about", Value::Text("x".into())), ("to", Value::Text("ada".into()))], "to"),
        (&[("about", Value::Text("x".into())), ("to", someone("ben"))], "to"),
        (&[("about", Value::Text("x".into())), ("to", someone("mallory"))], "to"),
    ];
    for (values, field) in table {
        let mut room = greeted();
        let mut draft = room.draft("ben", "ask", "about: \"rain\"");
        let rules = room.replica.rules();
        let values: Vec<(String, Value)> =
            values.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        draft.body = encode_body(&rules, rules.message("ask").unwrap(), &values);
        let said = room.put("ben", &draft);
        assert_eq!(said.code, "bad-field", "{values:?}");
        assert!(said.reason.contains(field), "{field}: {}", said.reason);
    }
}

#[test]
fn a_default_that_is_not_written_in_is_a_bad_field() {
    let mut room = greeted();
    let mut draft = room.draft("ben", "ask", "about: \"x\"");
    draft.body = b"\xa1\x65about\x61x".to_vec();
    assert_eq!(room.put("ben", &draft).code, "bad-field");
}

#[test]
fn a_ref_names_an_accepted_entry_of_its_kind() {
    let mut room = greeted();
    let refused = room.say("ben", "ask", "about: \"rudeness\"");
    assert_eq!(refused.code, "not-allowed");
    room.labels.insert("refused".into(), refused.id);
    room.hear("ben", "ask", "about: \"rain\"", "good");
    room.labels.insert("none".into(), EntryId([5; 32]));
    assert_eq!(code(&mut room, "ada", "answer", "to: refused"), "bad-ref");
    assert_eq!(code(&mut room, "ada", "answer", "to: none"), "bad-ref");
    assert_eq!(code(&mut room, "ada", "answer", "to: g"), "bad-ref");
    assert_eq!(code(&mut room, "ada", "answer", "to: good"), "accepted");
}

#[test]
fn a_reveal_shows_what_its_author_committed_to() {
    let mut room = greeted();
    let ben = room.hear("ben", "bid", "price: 20", "b");
    room.hear("cy", "bid", "price: 30", "c");
    // Somebody else's.
    let secrets = room.secrets[&ben].clone();
    assert_eq!(code(&mut room, "cy", "show", "bid: b"), "bad-reveal");
    // Another value, another salt, nothing.
    let mut lie = secrets.clone();
    lie[0].value = Value::Int(21);
    let mut salt = secrets.clone();
    salt[0].salt = [0xee; 16];
    for (what, wrong) in [("value", lie), ("salt", salt), ("nothing", Vec::new())] {
        room.secrets.insert(ben, wrong);
        assert_eq!(code(&mut room, "ben", "show", "bid: b"), "bad-reveal", "{what}");
    }
    room.secrets.insert(ben, secrets);
    assert_eq!(code(&mut room, "ben", "show", "bid: b"), "accepted");
}

#[test]
fn a_reveal_from_another_device_of_the_same_person_is_good() {
    let mut room = greeted();
    room.hear("ben", "bid", "price: 20", "b");
    assert_eq!(code(&mut room, "ben/phone", "show", "bid: b"), "accepted");
}

#[test]
fn a_hidden_value_outside_its_type_is_refused_before_it_is_committed() {
    let mut room = greeted();
    assert_eq!(code(&mut room, "ben", "bid", "price: 101"), "bad-field");
}

#[test]
fn a_guard_refuses_in_its_own_words() {
    let mut room = greeted();
    let said = room.say("ben", "ask", "about: \"rudeness\"");
    assert_eq!(said.code, "not-allowed");
    assert_eq!(said.reason, "be polite, ben");
}

#[test]
fn a_deadline_before_its_time_is_too_early_and_at_its_time_is_not() {
    let mut room = greeted();
    let greeted_at = room.clock;
    assert_eq!(code(&mut room, "ben", "late", ""), "too-early");
    room.clock = greeted_at + 3_600_000 - 1_001;
    assert_eq!(code(&mut room, "ben", "late", ""), "too-early");
    room.clock = greeted_at + 3_600_000 - 1_000;
    assert_eq!(code(&mut room, "cy", "late", ""), "accepted");
}

#[test]
fn a_script_that_fails_is_script_failed_and_names_the_fault() {
    let mut room = greeted();
    let said = room.say("ben", "fail", "n: 0");
    assert_eq!(said.code, "script-failed");
    assert!(said.reason.contains("zero"), "{}", said.reason);
    assert!(said.reason.starts_with("line "), "{}", said.reason);
    assert_eq!(code(&mut room, "ben", "fail", "n: 5"), "script-failed", "20 is beyond 0..10");
    assert_eq!(code(&mut room, "ben", "fail", "n: 50"), "accepted");
    assert_eq!(room.state("left"), Value::Int(2));
}

#[test]
fn a_script_that_never_ends_spends_its_budget() {
    let mut room = greeted();
    assert_eq!(code(&mut room, "ben", "spin", ""), "budget-spent");
    assert_eq!(code(&mut room, "ben", "ask", "about: \"rain\""), "accepted");
}

#[test]
fn after_the_end_everything_is_refused() {
    let mut room = greeted();
    room.hear("ada", "bye", "", "bye");
    for (who, message) in [("ada", "bye"), ("ben", "spin"), ("ben", "late")] {
        assert_eq!(code(&mut room, who, message, ""), "ended", "{message}");
    }
}

#[test]
fn a_fork_without_support_is_refused_and_support_lets_one_branch_stand() {
    let mut room = greeted();
    let one = room.draft("ben", "ask", "about: \"rain\"");
    let two = Draft { at: one.at + 1, ..one.clone() };
    assert_eq!(room.put("ben", &one).code, "accepted");
    let second = room.put("ben", &two);
    assert_eq!(second.code, "forked");
    // Nobody has built on the first either.
    let first = one.sign(&device("ben")).unwrap().id();
    let verdict = |room: &Room, id| format!("{:?}", room.replica.verdict(id).unwrap());
    assert_eq!(verdict(&room, &first), "Refused(Forked)");
    // Cy builds on the second: it stands.
    let cy = Draft { parents: vec![second.id], at: two.at + 10, ..room.draft("cy", "spin", "") };
    room.put("cy", &cy);
    assert_eq!(verdict(&room, &second.id), "Accepted");
    assert_eq!(verdict(&room, &first), "Refused(Forked)");
}

fn club() -> Room {
    Room::new(CLUB, "chair: ada")
}

#[test]
fn who_has_not_joined_is_not_a_member_and_may_join() {
    let mut room = club();
    assert_eq!(code(&mut room, "gus", "say", ""), "not-a-member");
    assert_eq!(code(&mut room, "gus", "join", "role: \"member\""), "accepted");
    assert_eq!(code(&mut room, "gus", "say", ""), "accepted");
    assert_eq!(room.replica.roles_of(&person("gus").fingerprint()), ["member"]);
}

#[test]
fn joins_that_the_rules_do_not_let_in() {
    let mut room = club();
    let said = room.say("gus", "join", "role: \"chair\"");
    assert_eq!(said.code, "not-your-role", "not open");
    let said = room.say("gus", "join", "role: \"pope\"");
    assert_eq!(said.code, "not-your-role", "no such role: {}", said.reason);
    assert_eq!(code(&mut room, "gus", "join", "role: \"member\""), "accepted");
    assert_eq!(code(&mut room, "gus", "join", "role: \"member\""), "not-your-role", "twice");
    assert_eq!(code(&mut room, "gus", "join", "role: \"friend\""), "not-your-role", "no overlap");
    assert_eq!(code(&mut room, "ada", "join", "role: \"member\""), "not-your-role", "no overlap");
    assert_eq!(code(&mut room, "ida", "join", "role: \"member\""), "accepted");
    let said = room.say("kim", "join", "role: \"member\"");
    assert_eq!(said.code, "not-your-role");
    assert!(said.reason.contains("full"), "{}", said.reason);
    assert_eq!(code(&mut room, "ida", "leave", ""), "accepted");
    assert_eq!(code(&mut room, "kim", "join", "role: \"member\""), "accepted", "there is room now");
}

#[test]
fn leaving_is_for_those_who_joined() {
    let mut room = club();
    assert_eq!(code(&mut room, "ada", "leave", ""), "not-your-role");
    assert_eq!(code(&mut room, "gus", "join", "role: \"member\""), "accepted");
    assert_eq!(code(&mut room, "gus", "leave", ""), "accepted");
    assert_eq!(code(&mut room, "gus", "leave", ""), "not-a-member");
    assert_eq!(code(&mut room, "gus", "say", ""), "not-a-member");
    assert_eq!(code(&mut room, "gus", "join", "role: \"friend\""), "accepted");
    assert_eq!(code(&mut room, "gus", "say", ""), "not-your-role");
}

#[test]
fn joins_and_leaves_where_no_role_is_open_are_never_kept() {
    let mut room = greeted();
    let len = room.replica.len();
    assert_eq!(code(&mut room, "gus", "join", "role: \"guest\""), "not-your-role");
    assert_eq!(code(&mut room, "ben", "leave", ""), "not-your-role");
    assert_eq!(room.replica.len(), len);
}

#[test]
fn a_join_needs_a_certificate_of_its_own_device() {
    let mut room = club();
    let draft = room.draft("gus", "join", "role: \"member\"");
    let body = joining::body("member", &certificate("ida"));
    assert_eq!(room.put("gus", &Draft { body, ..draft.clone() }).code, "bad-field");
    let early = person("gus").certify(device("gus").public(), "gus", draft.at + 1, None).unwrap();
    let body = joining::body("member", &early);
    assert_eq!(room.put("gus", &Draft { body, ..draft.clone() }).code, "bad-field");
    for body in [b"\xa0".to_vec(), b"\xa1\x64role\x66member".to_vec()] {
        assert_eq!(room.put("gus", &Draft { body, ..draft.clone() }).code, "bad-field");
    }
    assert_eq!(room.put("gus", &draft).code, "accepted");
}

#[test]
fn a_newcomers_first_entry_is_a_join_whatever_has_come_before_it() {
    let entries = |room: &mut Room| -> Vec<Entry> {
        let join = room.draft("gus", "join", "role: \"member\"");
        let rival = Draft {
            message: "say".into(),
            body: b"\xa1\x64text\x62hi".to_vec(),
            at: join.at + 1,
            ..join.clone()
        };
        [join, rival].iter().map(|d| d.sign(&device("gus")).unwrap()).collect()
    };
    let (mut one, mut two) = (club(), club());
    for entry in entries(&mut one) {
        one.insert(entry);
    }
    for entry in entries(&mut two).into_iter().rev() {
        two.insert(entry);
    }
    assert_eq!(support::view(&one.replica), support::view(&two.replica));
}

#[test]
fn one_device_that_two_persons_certify_is_the_same_on_every_machine() {
    let draft = |room: &mut Room, who: &str, later: u64| {
        let draft = room.draft("gus", "join", "role: \"member\"");
        let certificate =
            person(who).certify(device("gus").public(), who, support::START, None).unwrap();
        let body = joining::body("member", &certificate);
        Draft { body, at: draft.at + later, ..draft }.sign(&device("gus")).unwrap()
    };
    let (mut one, mut two) = (club(), club());
    let entries = [draft(&mut one, "gus", 0), draft(&mut one, "hal", 1)];
    let hear = |join: &Entry, at: u64| Draft {
        conversation: Some(one.open.id()),
        seq: 1,
        prev: Some(one.open.id()),
        parents: vec![join.id()],
        at,
        message: "say".into(),
        body: b"\xa1\x64text\x62hi".to_vec(),
    };
    // Ada has seen the second one only: it stands, and it is hal's.
    let hear = hear(&entries[1], entries[1].at() + 10).sign(&device("ada")).unwrap();
    entries.iter().for_each(|e| drop(one.insert(e.clone())));
    entries.iter().rev().for_each(|e| drop(two.insert(e.clone())));
    assert_eq!(one.insert(hear.clone()).code, "accepted");
    assert_eq!(two.insert(hear).code, "accepted");
    assert_eq!(one.replica.roles_of(&person("hal").fingerprint()), ["member"]);
    assert_eq!(support::view(&one.replica), support::view(&two.replica));
}
