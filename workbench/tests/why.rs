//! Every verdict is explained, every suggestion holds, and listening changes nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, verify};
use mundi_engine::{Code, EntryId, Reasons, Replica};
use mundi_identity::DeviceKey;
use mundi_workbench::play::play;
use mundi_workbench::rehearsal::{Judged, Rehearsal, head_of_play};
use mundi_workbench::tone::Colour;
use mundi_workbench::why::{Why, of_log, of_play};
use support::{Loaded, all, example, load, of_project, of_texts};

fn why(loaded: &Loaded, line: usize) -> Why {
    of_play(&loaded.source, &loaded.play, &loaded.rules, line).unwrap()
}

fn text(why: &Why) -> String {
    why.text("the play", "the rules", Colour::Off)
}

/// The lines of a play that say something.
fn spoken(loaded: &Loaded) -> Vec<(usize, Judged)> {
    let report = play(&loaded.source, &loaded.play, &loaded.rules).unwrap();
    report.said.iter().map(|said| (said.place, said.spoken.at_first.clone())).collect()
}

#[test]
fn out_of_turn_reads_well() {
    let escrow = example("escrow.play");
    insta::assert_snapshot!(
        "escrow_ship",
        why(&escrow, 10).text("escrow.play", "escrow.conv", Colour::Off)
    );
    insta::assert_snapshot!("escrow_ship_json", format!("{:#}", why(&escrow, 10).json()));
}

#[test]
fn a_guard_shows_its_parts_and_a_value_that_would_do() {
    let disputed = example("escrow-disputed.play");
    let lines = ["rule { to_seller: 40.01", "ben: rule", "order {", "cy: rule { to_seller: 30.00"];
    let all = lines.map(|part| {
        let at = disputed.source.text.lines().position(|line| line.contains(part)).unwrap();
        why(&disputed, at + 1).text("escrow-disputed.play", "escrow.conv", Colour::Off)
    });
    insta::assert_snapshot!("escrow_rule", all.join("\n────\n"));
}

#[test]
fn every_refusal_of_a_play_is_explained() {
    let refusals = load(&of_project("tests/texts/refusals.play")).unwrap();
    let mut met = BTreeSet::new();
    let mut out = Vec::new();
    for (line, judged) in spoken(&refusals) {
        let Some((code, _)) = judged.why() else { continue };
        met.insert(code);
        let why = why(&refusals, line);
        assert_eq!(why.judged.why().map(|(code, _)| code), Some(code));
        assert!(!why.suggestions.is_empty(), "{code}: {}", text(&why));
        out.push(text(&why));
    }
    let wanted = [
        Code::OutOfTurn,
        Code::NotAllowed,
        Code::TooEarly,
        Code::BadField,
        Code::BadRef,
        Code::BadReveal,
        Code::NotYourRole,
        Code::NotAMember,
        Code::UnknownMessage,
        Code::ScriptFailed,
        Code::BudgetSpent,
        Code::Ended,
    ];
    assert!(wanted.iter().all(|code| met.contains(code)), "{met:?}");
    insta::assert_snapshot!("refusals", out.join("\n────\n"));
}

/// A conversation of two as a log, and what is needed to write more.
fn log_of_two() -> (Vec<Vec<u8>>, Rehearsal) {
    let rules = "/// Notes.\nconversation notes \"Notes\"\nedition 1\nrole host\nrole guest\n\
                 message note by host, guest { words: text(1..20) }\nmessage done by host\n\
                 pattern { note* , done }\nconsensus { said(\"done\") }\n";
    let play = "play \"a log\"\nrules \"notes.conv\"\ncast { host: ada, guest: ben }\n\
                ada: note { words: \"one\" }\nben: note { words: \"two\" }\nada: note { words: \"three\" }\n";
    let loaded = of_texts(rules, play);
    let report = self::play(&loaded.source, &loaded.play, &loaded.rules).unwrap();
    let log = report.rehearsal.replica().export();
    let entries = mundi_engine::log::split(&log).unwrap();
    (entries.into_iter().map(<[u8]>::to_vec).collect(), report.rehearsal)
}

fn id(bytes: &[u8]) -> EntryId {
    Entry::decode(bytes).unwrap().id()
}

fn signed(draft: &Draft, person: &str) -> Vec<u8> {
    draft.sign(&DeviceKey::rehearsal("a log", person, "")).unwrap().bytes().to_vec()
}

/// An entry of ada's that follows the last one.
fn next(entries: &[Vec<u8>], rehearsal: &Rehearsal, words: &str) -> Draft {
    let key = DeviceKey::rehearsal("a log", "ada", "").public();
    let replica = rehearsal.replica();
    let body =
        [&[0xa1, 0x65][..], b"words", &[0x60 + words.len() as u8], words.as_bytes()].concat();
    let at = Entry::decode(entries.last().unwrap()).unwrap().at() + 1_000;
    replica.chained(key, "note", body, at, None)
}

fn explained(entries: &[Vec<u8>], which: &str) -> Why {
    of_log(&entries.concat(), which).unwrap()
}

#[test]
fn what_a_log_itself_refuses_is_explained() {
    let (entries, rehearsal) = log_of_two();
    let draft = next(&entries, &rehearsal, "four");
    let with = |bytes: Vec<u8>| [entries.clone(), vec![bytes]].concat();
    let mut forged = signed(&draft, "ada");
    *forged.last_mut().unwrap() ^= 1;
    let mut early = draft.clone();
    early.at = 1_767_225_600_001;
    let mut gap = draft.clone();
    gap.seq = 3;
    gap.prev = Some(EntryId([7; 32]));
    let mut orphan = draft.clone();
    orphan.parents = vec![EntryId([7; 32])];
    let mut stranger = draft.clone();
    (stranger.seq, stranger.prev) = (0, None);
    let cases = [
        (Code::BadSignature, with(forged)),
        (Code::Oversize, with(large())),
        (Code::Backdated, with(signed(&early, "ada"))),
        (Code::Gap, with(signed(&gap, "ada"))),
        (Code::MissingParent, with(signed(&orphan, "ada"))),
        (Code::Replayed, with(entries[1].clone())),
        (
            Code::UnknownMessage,
            with(signed(&Draft { message: "noted".into(), ..draft.clone() }, "ada")),
        ),
        (Code::NotAMember, with(signed(&stranger, "eve"))),
        (Code::BadEncoding, with(vec![0xd2, 0x80])),
    ];
    let mut out = Vec::new();
    for (code, log) in cases {
        let why = explained(&log, "5");
        assert_eq!(why.judged.why().map(|(code, _)| code), Some(code), "{why:?}");
        out.push(text(&why));
    }
    insta::assert_snapshot!("logs", out.join("\n────\n"));
}

/// Bytes that are larger than an entry may be: nobody signs such a one here.
fn large() -> Vec<u8> {
    let length = 200 * 1024_u32;
    let mut bytes = vec![0xd2, 0x5a];
    bytes.extend(length.to_be_bytes());
    bytes.resize(bytes.len() + length as usize, 0);
    bytes
}

#[test]
fn a_fork_is_explained_and_its_line_may_be_said_again() {
    let (entries, rehearsal) = log_of_two();
    let one = next(&entries, &rehearsal, "four");
    let other = Draft { at: one.at + 5, ..next(&entries, &rehearsal, "five") };
    let log = [entries.clone(), vec![signed(&one, "ada"), signed(&other, "ada")]].concat();
    let forked: Vec<Why> = ["5", "6"].iter().map(|n| explained(&log, n)).collect();
    let refused: Vec<&Why> =
        forked.iter().filter(|w| w.judged.why().is_some_and(|(c, _)| c == Code::Forked)).collect();
    // Nobody has built on either: neither stands.
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|why| !why.suggestions.is_empty()));
    insta::assert_snapshot!("fork", text(refused[0]));
}

#[test]
fn an_entry_of_a_log_is_found_by_number_and_by_id() {
    let (entries, _) = log_of_two();
    let log = entries.concat();
    let hex: String = id(&entries[2]).0.iter().map(|b| format!("{b:02x}")).collect();
    let by_number = of_log(&log, "3").unwrap();
    assert_eq!(of_log(&log, &hex[..12]).unwrap(), by_number);
    assert_eq!(of_log(&log, &format!("e{}", &hex[..7])).unwrap(), by_number);
    assert!(of_log(&log, "no such entry").is_err());
    assert_eq!(by_number.judged, Judged::Accepted);
    insta::assert_snapshot!("accepted", text(&by_number));
}

#[test]
fn a_log_gets_the_suggestions_of_its_play() {
    let escrow = example("escrow-disputed.play");
    let at = escrow.source.text.lines().position(|l| l.contains("40.01")).unwrap() + 1;
    let of_play = why(&escrow, at);
    let report = play(&escrow.source, &escrow.play, &escrow.rules).unwrap();
    let spoken = report.said.iter().find(|said| said.place == at).unwrap();
    let id: String = spoken.spoken.id.unwrap().0.iter().map(|b| format!("{b:02x}")).collect();
    let of_log = of_log(&report.rehearsal.replica().export(), &id).unwrap();
    assert!(!of_log.suggestions.is_empty());
    assert_eq!(of_log.suggestions, of_play.suggestions);
    assert_eq!(of_log.checks, of_play.checks);
}

#[test]
fn a_traced_conversation_comes_to_the_same() {
    for loaded in all() {
        let report = play(&loaded.source, &loaded.play, &loaded.rules).unwrap();
        let plain = report.rehearsal.replica();
        let log = plain.export();
        let mut entries = mundi_engine::log::split(&log).unwrap().into_iter();
        let verified = |bytes: &[u8]| Entry::decode(bytes).and_then(verify).unwrap();
        let open = verified(entries.next().unwrap());
        let library = consensus_std::library();
        let mut traced = Replica::open_traced(&open, &library, Reasons::Keep).unwrap();
        assert!(!traced.rules().marks.probes.is_empty(), "{}", loaded.path.display());
        for bytes in entries {
            traced.insert(verified(bytes));
        }
        traced.advance();
        assert_eq!(plain.state_hash(), traced.state_hash(), "{}", loaded.path.display());
        assert_eq!(plain.ending(), traced.ending());
        for id in plain.order() {
            assert_eq!(plain.verdict(&id), traced.verdict(&id));
            assert_eq!(plain.reason(&id), traced.reason(&id));
        }
    }
}

#[test]
fn every_line_of_every_play_is_explained() {
    for loaded in all() {
        for (line, _) in spoken(&loaded) {
            let why = why(&loaded, line);
            let said = text(&why);
            assert!(!said.is_empty());
            let refused =
                why.checks.iter().filter(|c| c.answer == mundi_workbench::why::Answer::No);
            let entered = !matches!(why.judged, Judged::Invalid(..));
            let one = usize::from(why.judged != Judged::Accepted);
            assert!(!entered || refused.count() == one, "{}:{line}: {said}", loaded.path.display());
        }
    }
}

#[test]
fn a_rehearsal_can_be_opened_traced() {
    let escrow = example("escrow.play");
    let head = head_of_play(&escrow.play);
    let rehearsal = Rehearsal::open_traced(&head, Arc::new(escrow.rules.clone())).unwrap();
    assert!(!rehearsal.replica().rules().marks.probes.is_empty());
}
