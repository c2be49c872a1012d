//! Sealing in a log: which seals count, when an outcome is final, open or broken, and that none of it
//! depends on what came when.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod support;

use mundi_engine::entry::{Entry, EntryId, verify};
use mundi_engine::outcome::{Basis, Outcome, SealBody};
use mundi_engine::sealing::agent::Intent;
use mundi_engine::sealing::{Clocks, Finality, Next, Waits};
use mundi_engine::{Replica, Taken};
use mundi_identity::{Reason, Revocation};
use support::talk::{Dice, shuffled};
use support::{Room, device, person, replica};

const RULES: &str = r#"
conversation deal "Deal"
edition 1
role buyer
role seller
role notary
message pay by buyer { price: int(0..) }
message rule by notary { price: int(0..) }
message note by anyone { text: text }
consensus { said("pay") || said("rule") }
output { if said("rule") { last("rule").price } else { last("pay").price } }
"#;

const CAST: &str = "buyer: ada, seller: ben, notary: cy";

fn rules(seal: &str) -> String {
    format!("{RULES}\nseal {seal} of buyer, seller, notary\n")
}

/// Far beyond every waiting time.
const LATE: Clocks = Clocks { now: u64::MAX / 4, outcome: 0, seal: 0 };

/// What an agent that waits for nothing does next.
fn next(replica: &Replica, who: &str) -> Next {
    replica.next_seal(&device(who).public(), &LATE, &Waits::default())
}

/// Lets an agent seal in a replica; gives its entry.
fn seal(room: &mut Room, who: &str) -> Entry {
    let Next::Seal(intent) = next(&room.replica, who) else {
        panic!("{who}: {:?}", next(&room.replica, who))
    };
    let draft = room.replica.seal(&intent, &device(who), room.clock + 1_000);
    room.clock += 1_000;
    let entry = draft.sign(&device(who)).unwrap();
    assert_eq!(room.insert(entry.clone()).code, "accepted");
    entry
}

/// A seal of whatever outcome and round, on parents; as a liar writes it.
fn forged(
    room: &Room,
    who: &str,
    round: u32,
    outcome: &Outcome,
    parents: Option<Vec<EntryId>>,
) -> Entry {
    let intent = Intent { round, outcome: outcome.clone() };
    let body = SealBody::sign(
        &Basis::of(room.replica.conversation(), room.replica.opening()),
        intent.round,
        intent.outcome,
        &device(who),
    );
    let draft = room.replica.chained(
        device(who).public(),
        "seal",
        body.encode(),
        room.clock + 1_000,
        parents,
    );
    draft.sign(&device(who)).unwrap()
}

/// The outcome that an agent would propose.
fn proposed(replica: &Replica, who: &str) -> Outcome {
    match next(replica, who) {
        Next::Seal(intent) | Next::Ask(intent, _) => intent.outcome,
        other => panic!("{other:?}"),
    }
}

fn paid(seal: &str) -> Room {
    let mut room = Room::new(&rules(seal), CAST);
    room.say("ben", "note", "text: \"hello\"");
    room.say("ada", "pay", "price: 12");
    room
}

fn state(replica: &Replica) -> String {
    let names = |all: &[mundi_identity::Fingerprint]| {
        let mut names: Vec<String> = all.iter().map(|p| replica.name_of(p)).collect();
        names.sort();
        names.join(" ")
    };
    match replica.finality() {
        Finality::None => "none".into(),
        Finality::Provisional { waiting } => format!("provisional, waiting {}", names(&waiting)),
        Finality::Open { round, sealed, waiting, twice, .. } => format!(
            "open in {round}: {} of; waiting {}; twice {}",
            names(&sealed),
            names(&waiting),
            names(&twice)
        ),
        Finality::Final(one) => {
            format!("final in {}: {:?} by {}", one.round, one.output, names(&one.sealed))
        }
        Finality::Broken { finals, twice } => {
            format!("broken: {} finals, twice {}", finals.len(), names(&twice))
        }
    }
}

/// The same entries in any order come to the same.
fn same_in_any_order(room: &Room, entries: &[Entry]) {
    let order = room.replica.order();
    for seed in 0..20 {
        let mut other = replica(&room.open);
        for entry in shuffled(entries, &mut Dice::new(seed)) {
            other.insert(verify(entry).unwrap());
            if seed % 2 == 0 {
                other.advance();
            }
        }
        other.advance();
        assert_eq!(other.order(), order);
        assert_eq!(other.state_hash(), room.replica.state_hash());
        assert_eq!(other.finality(), room.replica.finality());
    }
}

fn all(room: &Room) -> Vec<Entry> {
    let bytes = |id| room.replica.entry_bytes(&id).unwrap();
    let order = room.replica.order();
    order.into_iter().skip(1).map(|id| Entry::decode(&bytes(id)).unwrap()).collect()
}

#[test]
fn an_outcome_is_provisional_then_open_then_final() {
    let mut room = paid("2");
    assert_eq!(state(&room.replica), "provisional, waiting ada ben cy");
    seal(&mut room, "cy");
    assert_eq!(state(&room.replica), "open in 0: cy of; waiting ada ben; twice ");
    seal(&mut room, "ada");
    assert_eq!(state(&room.replica), "final in 0: Int(12) by ada cy");
    assert_eq!(next(&room.replica, "ben"), Next::Nothing);
    same_in_any_order(&room, &all(&room));
}

#[test]
fn before_consensus_and_after_failure_there_is_nothing_to_seal() {
    let room = Room::new(&rules("2"), CAST);
    assert_eq!(state(&room.replica), "none");
    assert_eq!(next(&room.replica, "ada"), Next::Nothing);
}

#[test]
fn agents_wait_for_an_outcome_to_settle_one_after_the_other() {
    let room = paid("2");
    let waits = Waits::default();
    let clocks = |now| Clocks { now, outcome: 1_000, seal: 0 };
    let mut firsts: Vec<u64> = ["ada", "ben", "cy"]
        .iter()
        .map(|who| match room.replica.next_seal(&device(who).public(), &clocks(1_000), &waits) {
            Next::Wait(until) => until,
            other => panic!("{other:?}"),
        })
        .collect();
    firsts.sort_unstable();
    assert_eq!(firsts, [4_000, 6_000, 8_000]);
    let at_once = |who: &str| {
        matches!(
            room.replica.next_seal(&device(who).public(), &clocks(8_000), &waits),
            Next::Seal(_)
        )
    };
    assert!(["ada", "ben", "cy"].into_iter().all(at_once));
    assert_eq!(next(&room.replica, "ada/phone"), Next::Nothing);
}

#[test]
fn a_late_entry_does_not_change_what_is_final() {
    let mut room = paid("2");
    let draft = {
        // Ruled before it was paid, by somebody who had seen nothing, and held back.
        let parents = Some(vec![room.replica.conversation()]);
        let price = mundi_lang::parse_fields("price: 5").unwrap();
        let body = mundi_engine::body::encode_body(
            &room.replica.rules(),
            room.replica.rules().message("rule").unwrap(),
            &price
                .iter()
                .map(|(n, _)| (n.node.clone(), mundi_engine::Value::Int(5)))
                .collect::<Vec<_>>(),
        );
        room.replica.chained(device("cy").public(), "rule", body, support::START + 1, parents)
    };
    let late = draft.sign(&device("cy")).unwrap();
    seal(&mut room, "ada");
    seal(&mut room, "ben");
    let before = state(&room.replica);
    assert_eq!(room.insert(late).code, "accepted");
    assert_eq!(state(&room.replica), before);
    assert!(before.starts_with("final in 0: Int(12)"));
    // The log by itself now comes to something else; what is final does not.
    assert_eq!(room.ended(), "consensus Int(5)");
    same_in_any_order(&room, &all(&room));
}

#[test]
fn whoever_has_an_entry_left_out_is_asked() {
    let mut room = paid("2");
    let outcome = proposed(&room.replica, "ada");
    let heads = room.replica.heads();
    // Somebody proposes what leaves out a note that comes before.
    let note = {
        let body = mundi_engine::body::encode_body(
            &room.replica.rules(),
            room.replica.rules().message("note").unwrap(),
            &[("text".into(), mundi_engine::Value::Text("mine".into()))],
        );
        let parents = Some(vec![room.replica.conversation()]);
        room.replica.chained(device("cy").public(), "note", body, support::START + 5, parents)
    };
    let proposal = forged(&room, "ada", 0, &outcome, Some(heads));
    let note = room.put("cy", &note);
    assert_eq!(room.insert(proposal).code, "accepted");
    let Next::Ask(intent, omitted) = next(&room.replica, "cy") else { panic!() };
    assert_eq!((intent.outcome, omitted), (outcome, vec![note.id]));
    assert!(matches!(next(&room.replica, "ben"), Next::Seal(_)));
}

#[test]
fn what_a_seal_must_show() {
    let room = paid("2");
    let good = proposed(&room.replica, "ada");
    let put = |entry: Entry| {
        let mut other = replica(&room.open);
        for one in all(&room) {
            other.insert(verify(one).unwrap());
        }
        other.advance();
        let mut copy = Room::new(&rules("2"), CAST);
        copy.replica = other;
        copy.insert(entry)
    };
    let conversation = room.replica.conversation();
    let outcome = |change: &dyn Fn(&mut Outcome)| {
        let mut other = good.clone();
        change(&mut other);
        forged(&room, "ada", 0, &other, None)
    };
    assert_eq!(put(outcome(&|_| {})).code, "accepted");
    for (what, entry, code) in [
        ("another output", outcome(&|o| o.output = vec![0x0d]), "wrong-outcome"),
        ("another time", outcome(&|o| o.at += 1), "wrong-outcome"),
        ("another decisive entry", outcome(&|o| o.entry = conversation), "wrong-outcome"),
        (
            "a cut without consensus",
            outcome(&|o| {
                o.cut = vec![conversation];
                o.entry = conversation;
            }),
            "wrong-outcome",
        ),
        ("a cut that is not here", outcome(&|o| o.cut = vec![EntryId([9; 32])]), "bad-ref"),
        (
            "a cut of what builds on itself",
            outcome(&|o| {
                o.cut.push(conversation);
                o.cut.sort_unstable();
            }),
            "bad-ref",
        ),
        (
            "a decisive entry outside of the cut",
            outcome(&|o| o.cut = vec![conversation]),
            "bad-ref",
        ),
        ("a later round", forged(&room, "ada", 1, &good, None), "unjustified"),
        (
            "a cut that it has not seen",
            forged(&room, "cy", 0, &good, Some(vec![conversation])),
            "bad-ref",
        ),
        ("a phone", forged(&room, "ada/phone", 0, &good, None), "not-your-role"),
    ] {
        let said = put(entry);
        assert_eq!(said.code, code, "{what}: {}", said.reason);
        assert!(!said.reason.is_empty(), "{what}");
    }
    let bytes = forged(&room, "ada", 0, &good, None);
    let mut body = bytes.body().to_vec();
    *body.last_mut().unwrap() ^= 1;
    let draft =
        room.replica.chained(device("ada").public(), "seal", body, room.clock + 1_000, None);
    assert_eq!(put(draft.sign(&device("ada")).unwrap()).code, "bad-signature");
    let draft = room.replica.chained(
        device("ada").public(),
        "seal",
        vec![0xa1, 0x61, 0x61, 0x01],
        room.clock,
        None,
    );
    assert_eq!(put(draft.sign(&device("ada")).unwrap()).code, "bad-field");
    let seen = room.replica.acknowledge(device("ben/phone").public(), room.clock);
    assert_eq!(put(seen.sign(&device("ben/phone")).unwrap()).code, "accepted");
}

#[test]
fn a_second_seal_of_a_round_is_refused_and_proves_it() {
    let mut room = paid("2");
    let first = seal(&mut room, "ada");
    let mut other = proposed(&room.replica, "ben");
    assert_eq!(room.insert(forged(&room, "ada", 0, &other, None)).code, "sealed-twice");
    assert_eq!(state(&room.replica), "open in 0: ada of; waiting ben cy; twice ");
    // The same again is no lie; another one is.
    other.output = vec![0x0d];
    assert_eq!(room.insert(forged(&room, "ada", 0, &other, None)).code, "sealed-twice");
    assert_eq!(state(&room.replica), "open in 0: ada of; waiting ben cy; twice ada");
    assert!(room.replica.verdict(&first.id()).is_some());
    same_in_any_order(&room, &all(&room));
}

/// Two who have heard different things: each has the log up to the payment and its own proposal.
fn split(quorum: &str) -> (Room, Vec<Entry>) {
    let mut room = paid(quorum);
    let first = proposed(&room.replica, "ada");
    let heads = room.replica.heads();
    let mut entries = vec![forged(&room, "ada", 0, &first, Some(heads))];
    // Ben had seen a note of cy's that ada had not: another cut, so another outcome.
    let body = mundi_engine::body::encode_body(
        &room.replica.rules(),
        room.replica.rules().message("note").unwrap(),
        &[("text".into(), mundi_engine::Value::Text("before".into()))],
    );
    let parents = Some(vec![room.replica.conversation()]);
    let draft =
        room.replica.chained(device("cy").public(), "note", body, support::START + 5, parents);
    room.put("cy", &draft);
    let second = proposed(&room.replica, "ben");
    assert_ne!(first, second);
    entries.push(forged(&room, "ben", 0, &second, None));
    (room, entries)
}

#[test]
fn a_split_is_mended_in_the_next_round() {
    let (mut room, proposals) = split("all");
    for entry in &proposals {
        assert_eq!(room.insert(entry.clone()).code, "accepted");
    }
    // All three are needed, so neither can be final any more: whoever moves may.
    assert_eq!(state(&room.replica), "open in 0: ada ben of; waiting cy; twice ");
    assert_eq!(next(&room.replica, "ada"), Next::Nothing);
    seal(&mut room, "cy");
    for who in ["ada", "ben", "cy"] {
        seal(&mut room, who);
    }
    assert!(state(&room.replica).starts_with("final in 1: Int(12) by ada ben cy"));
    same_in_any_order(&room, &all(&room));
}

#[test]
fn while_the_silent_one_decides_it_stays_open_and_says_so() {
    let (mut room, proposals) = split("2");
    for entry in proposals {
        assert_eq!(room.insert(entry).code, "accepted");
    }
    assert_eq!(next(&room.replica, "ada"), Next::Nothing);
    assert_eq!(next(&room.replica, "ben"), Next::Nothing);
    assert_eq!(state(&room.replica), "open in 0: ada ben of; waiting cy; twice ");
    assert!(matches!(next(&room.replica, "cy"), Next::Seal(_) | Next::Ask(..)));
}

#[test]
fn two_finals_are_broken_and_name_who_sealed_twice() {
    let (mut room, proposals) = split("2");
    // Cy gives each of them a seal, on branches of its own.
    let mut lies = Vec::new();
    for proposal in &proposals {
        let mut view = replica(&room.open);
        for one in all(&room) {
            view.insert(verify(one).unwrap());
        }
        view.insert(verify(proposal.clone()).unwrap());
        view.advance();
        let mut copy = Room::new(&rules("2"), CAST);
        copy.replica = view;
        copy.clock = room.clock + 10_000;
        let seal = SealBody::read(proposal.body()).unwrap().unwrap();
        lies.push(forged(&copy, "cy", 0, &seal.outcome, None));
    }
    for entry in proposals.into_iter().chain(lies) {
        assert_eq!(room.insert(entry).code, "accepted");
    }
    assert_eq!(state(&room.replica), "broken: 2 finals, twice cy");
    assert_eq!(next(&room.replica, "ada"), Next::Nothing);
    same_in_any_order(&room, &all(&room));
}

#[test]
fn a_fork_is_shown_once_and_takes_no_seal_away() {
    let mut room = paid("2");
    let sealed = seal(&mut room, "cy");
    seal(&mut room, "ada");
    let before = state(&room.replica);
    // An old copy of cy's device writes the same seq again.
    let body = mundi_engine::body::encode_body(
        &room.replica.rules(),
        room.replica.rules().message("note").unwrap(),
        &[("text".into(), mundi_engine::Value::Text("again".into()))],
    );
    let parents = Some(vec![room.replica.conversation()]);
    let mut draft =
        room.replica.chained(device("cy").public(), "note", body, support::START + 5, parents);
    (draft.seq, draft.prev) = (sealed.seq(), sealed.prev());
    room.put("cy", &draft);
    assert_eq!(state(&room.replica), before);
    let shown = room.replica.show_fork(&device("ben").public(), room.clock + 9_000).unwrap();
    assert_eq!(room.put("ben", &shown).code, "accepted");
    assert_eq!(room.replica.show_fork(&device("ada").public(), room.clock + 9_000), None);
    assert_eq!(state(&room.replica), before);
    same_in_any_order(&room, &all(&room));
    // What shows none is none.
    let draft = room.replica.chained(device("ben").public(), "fork", vec![0xa0], room.clock, None);
    assert_eq!(room.put("ben", &draft).code, "bad-field");
}

#[test]
fn a_revoked_key_seals_no_more_once_that_is_known() {
    let mut room = paid("2");
    let early = forged(&room, "ada", 0, &proposed(&room.replica, "ada"), None);
    let key = device("ada").public();
    let revoked = Revocation::sign(&person("ada"), key, Reason::Lost, support::START).unwrap();
    let rekeying = mundi_engine::rekeying::Rekeying {
        commit: [3; 32],
        devices: vec![],
        revoked: vec![revoked],
    };
    let phone = device("ada/phone").public();
    let draft = room.replica.chained(phone, "rekey", rekeying.body(), room.clock + 1_000, None);
    room.put("ada/phone", &draft);
    let late = forged(&room, "ada", 0, &proposed(&room.replica, "ben"), None);
    assert_eq!(room.insert(late).code, "revoked");
    // What it had sealed without knowing stands, whenever it comes.
    assert_eq!(room.insert(early).code, "accepted");
    same_in_any_order(&room, &all(&room));
}

#[test]
fn a_resumed_conversation_knows_its_seals() {
    struct Bytes(std::collections::BTreeMap<EntryId, Vec<u8>>);
    impl mundi_engine::Bodies for Bytes {
        fn bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
            self.0.get(id).cloned()
        }
    }
    let mut room = paid("2");
    seal(&mut room, "ada");
    let saved = room.replica.save();
    let bytes = all(&room).into_iter().map(|e| (e.id(), e.bytes().to_vec())).collect();
    let mut resumed = Replica::resume(
        &verify(room.open.clone()).unwrap(),
        &saved,
        std::sync::Arc::new(Bytes(bytes)),
        &mundi_engine::library::Library::default(),
        mundi_engine::Reasons::Keep,
    )
    .unwrap();
    resumed.advance();
    assert_eq!(resumed.finality(), room.replica.finality());
    let last = seal(&mut room, "ben");
    assert_eq!(resumed.insert(verify(last).unwrap()), Taken::Inserted);
    resumed.advance();
    assert_eq!(resumed.finality(), room.replica.finality());
    assert_eq!(resumed.state_hash(), room.replica.state_hash());
    assert!(resumed.is_final());
    // And what is final when it is put away is final when it is taken up.
    let bytes = all(&room).into_iter().map(|e| (e.id(), e.bytes().to_vec())).collect();
    let mut again = Replica::resume(
        &verify(room.open.clone()).unwrap(),
        &resumed.save(),
        std::sync::Arc::new(Bytes(bytes)),
        &mundi_engine::library::Library::default(),
        mundi_engine::Reasons::Keep,
    )
    .unwrap();
    again.advance();
    assert_eq!(again.finality(), room.replica.finality());
}

#[test]
fn rules_that_could_never_be_final_open_nothing() {
    let rules =
        format!("{RULES}\noverlap buyer, seller, notary\nseal 3 of buyer, seller, notary\n");
    let error = support::try_open(&rules, "buyer: ada, seller: ada, notary: cy", "").unwrap_err();
    assert!(error.text.contains("only 2 people seal"), "{}", error.text);
}

#[test]
fn more_heads_than_an_entry_can_name_are_noted_first() {
    let mut rules = String::from(
        "conversation many \"Many\"\nedition 1\nrole chair\nrole voter 2..\nmessage vote by voter\n",
    );
    rules.push_str(
        "consensus { count(\"vote\") >= 100 }\noutput { count(\"vote\") }\nseal all of chair\n",
    );
    let voters: Vec<String> = (0..100).map(|n| format!("v{n}")).collect();
    let mut room = Room::new(&rules, &format!("chair: cy, voter: {}", voters.join(" ")));
    for (n, voter) in (0..).zip(&voters) {
        let parents = Some(vec![room.replica.conversation()]);
        let key = device(voter).public();
        let draft = room.replica.chained(key, "vote", vec![0xa0], support::START + 1 + n, parents);
        assert_eq!(room.put(voter, &draft).code, "accepted");
    }
    let mut steps = 0;
    while !room.replica.is_final() {
        steps += 1;
        match next(&room.replica, "cy") {
            Next::Acknowledge => {
                let draft = room.replica.acknowledge(device("cy").public(), room.clock + 1_000);
                assert_eq!(room.put("cy", &draft).code, "accepted");
            }
            _ => {
                seal(&mut room, "cy");
            }
        }
    }
    assert_eq!(steps, 2);
    assert_eq!(state(&room.replica), "final in 0: Int(100) by cy");
}
