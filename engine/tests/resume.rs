//! Laws: a conversation that was put away and taken up again is the one that it was, whatever comes
//! afterwards; and bytes that were damaged are an error, never another conversation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mundi_engine::author::Author;
use mundi_engine::entry::{Entry, EntryId, verify};
use mundi_engine::library::Library;
use mundi_engine::{Bodies, Reasons, Replica, ResumeError, Verdict};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use support::rules::{any_rules, conversation};
use support::talk::{Dice, PEOPLE, moves, shuffled, talk};
use support::{Room, View, certificate, device, replica, someone, view};

/// A host's store, of which some may be lost, and what was asked of it.
#[derive(Default)]
struct Store {
    kept: Mutex<BTreeMap<EntryId, Vec<u8>>>,
    lost: Mutex<BTreeMap<EntryId, Vec<u8>>>,
    asked: Mutex<Vec<EntryId>>,
}

impl Store {
    fn of(entries: &[Entry]) -> Arc<Self> {
        let kept = entries.iter().map(|e| (e.id(), e.bytes().to_vec())).collect();
        Arc::new(Self { kept: Mutex::new(kept), ..Self::default() })
    }

    fn lose(&self, dice: &mut Dice, one_in: usize) {
        let mut kept = self.kept.lock().unwrap();
        let gone: Vec<EntryId> = kept.keys().filter(|_| dice.roll(one_in) == 0).copied().collect();
        let mut lost = self.lost.lock().unwrap();
        for id in gone {
            lost.insert(id, kept.remove(&id).unwrap());
            // Other bytes are no better than none.
            if dice.roll(2) == 0 {
                kept.insert(id, vec![7; 90]);
            }
        }
    }

    fn find_again(&self) {
        self.kept.lock().unwrap().append(&mut self.lost.lock().unwrap());
    }

    fn asked(&self) -> usize {
        std::mem::take(&mut *self.asked.lock().unwrap()).len()
    }
}

impl Bodies for Store {
    fn bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
        self.asked.lock().unwrap().push(*id);
        self.kept.lock().unwrap().get(id).cloned()
    }
}

fn resumed(open: &Entry, saved: &[u8], store: &Arc<Store>) -> Result<Replica, ResumeError> {
    let open = verify(open.clone()).unwrap();
    Replica::resume(&open, saved, store.clone(), &Library::default(), Reasons::Keep)
}

/// All that two replicas of one conversation must agree on, beyond verdicts and state.
#[derive(Debug, PartialEq)]
struct All {
    view: View,
    heads: Vec<EntryId>,
    export: Vec<u8>,
    drafts: Vec<Vec<u8>>,
    reasons: Vec<Option<String>>,
    names: Vec<String>,
}

fn all(replica: &Replica) -> All {
    let view = view(replica);
    All {
        heads: replica.heads(),
        export: replica.export(),
        drafts: PEOPLE.iter().map(|who| draft(replica, who)).collect(),
        reasons: view.order.iter().map(|id| replica.reason(id)).collect(),
        names: PEOPLE.iter().map(|p| replica.name_of(&support::person(p).fingerprint())).collect(),
        view,
    }
}

/// What somebody would write next: the bytes of an entry with no fields, or a `join`.
fn draft(replica: &Replica, who: &str) -> Vec<u8> {
    let certificate = certificate(who);
    let mut salt = || [3; 16];
    let mut author = Author {
        device: device(who).public(),
        certificate: Some(&certificate),
        names: &|name| Some(someone(name)),
        secrets: &|_| Vec::new(),
        salt: &mut salt,
    };
    let rules = replica.rules();
    let drafted = rules.messages.iter().map(|message| {
        let drafted = replica.draft(&mut author, &message.name, &[], support::START, None);
        drafted.ok().map(|d| d.draft.sign(&device(who)).unwrap().bytes().to_vec())
    });
    drafted.flatten().flatten().collect()
}

/// How far it is folded, and to what.
fn stand(replica: &Replica) -> (Vec<EntryId>, Vec<Option<Verdict>>, [u8; 32]) {
    let order = replica.order();
    let verdicts = order.iter().map(|id| replica.verdict(id)).collect();
    (order, verdicts, replica.state_hash())
}

fn put(replica: &mut Replica, entries: &[Entry], dice: &mut Dice, often: usize) {
    for entry in entries {
        replica.insert(verify(entry.clone()).unwrap());
        if dice.roll(often) == 0 {
            replica.advance();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_resumed_conversation_is_the_one_that_was_saved_whatever_comes_then(
        which in any_rules(), seed in any::<u64>(), moves in moves(30, 6), chance in any::<u64>(),
    ) {
        let (open, text) = conversation(which, seed);
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        let store = Store::of(&entries);
        let dice = &mut Dice::new(chance);
        let coming = shuffled(&entries[1..], dice);
        let mut whole = replica(&open);
        put(&mut whole, &coming, dice, 3);
        whole.advance();
        let mut one = replica(&open);
        let mut done = 0;
        for _ in 0..4 {
            let next = done + dice.roll(coming.len() - done + 1);
            let often = [1, 2, 50][dice.roll(3)];
            put(&mut one, &coming[done..next], dice, often);
            done = next;
            // Now and then with entries that are not folded yet.
            if dice.roll(4) > 0 {
                one.advance();
            }
            let saved = one.save();
            let mut two = resumed(&open, &saved, &store).unwrap();
            prop_assert!(two.save() == saved, "saved again, other bytes: {}", text);
            prop_assert_eq!(all(&two), all(&one), "{}", text);
            prop_assert_eq!(two.missing(), None);
            one.advance();
            two.advance();
            prop_assert_eq!(all(&two), all(&one), "{}", text);
            one = two;
        }
        put(&mut one, &coming[done..], dice, 3);
        one.advance();
        prop_assert_eq!(all(&one), all(&whole), "{}", text);
        one.replay();
        prop_assert_eq!(view(&one), view(&whole), "replayed from nothing: {}", text);
    }

    #[test]
    fn lost_bytes_stop_the_fold_and_never_change_a_verdict(
        which in any_rules(), seed in any::<u64>(), moves in moves(30, 6), chance in any::<u64>(),
    ) {
        let (open, text) = conversation(which, seed);
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        let store = Store::of(&entries);
        let dice = &mut Dice::new(chance);
        let coming = shuffled(&entries[1..], dice);
        let mut whole = replica(&open);
        put(&mut whole, &coming, dice, 1_000);
        let (now, later) = coming.split_at(dice.roll(coming.len() + 1));
        let mut one = replica(&open);
        put(&mut one, now, dice, 1_000);
        one.advance();
        whole.advance();
        let mut two = resumed(&open, &one.save(), &store).unwrap();
        store.lose(dice, 3);
        put(&mut two, &coming[..now.len()], dice, 1_000);
        put(&mut two, later, dice, 4);
        two.advance();
        if dice.roll(2) == 0 {
            two.replay();
        }
        match two.missing() {
            None => prop_assert_eq!(view(&two).verdicts, view(&whole).verdicts, "{}", text),
            Some(id) => {
                prop_assert!(now.iter().any(|e| e.id() == id));
                for id in whole.order() {
                    let verdict = two.verdict(&id);
                    prop_assert!(verdict.is_none() || verdict == whole.verdict(&id), "{}", text);
                }
                // Saved like this, it goes on like this.
                let saved = two.save();
                let stood = stand(&two);
                two = resumed(&open, &saved, &store).unwrap();
                prop_assert_eq!(stand(&two), stood);
                put(&mut two, &coming, dice, 1_000);
            }
        }
        let old = one.order();
        let lost = old[1..].iter().any(|id| store.lost.lock().unwrap().contains_key(id));
        let waits = two.order().len() < whole.order().len();
        prop_assert!(waits || two.export().is_empty() == lost, "no part of a log is exported");
        store.find_again();
        two.advance();
        prop_assert_eq!(all(&two), all(&whole), "{}", text);
    }

    #[test]
    fn damaged_bytes_are_an_error(
        which in any_rules(), seed in any::<u64>(), moves in moves(20, 6), chance in any::<u64>(),
        flips in proptest::collection::vec((any::<usize>(), 0..8_u8), 1..4), cut in any::<usize>(),
    ) {
        let (open, _) = conversation(which, seed);
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        let store = Store::of(&entries);
        let dice = &mut Dice::new(chance);
        let mut one = replica(&open);
        let (now, later) = entries[1..].split_at(dice.roll(entries.len()));
        put(&mut one, now, dice, 1);
        let saved = one.save();
        let short = &saved[..cut % saved.len()];
        prop_assert!(resumed(&open, short, &store).is_err());
        let mut long = saved.clone();
        long.push(0);
        prop_assert!(resumed(&open, &long, &store).is_err());
        let mut wrong = saved.clone();
        for (at, bit) in &flips {
            // Half of them among the folds, which stand at the end.
            let last = wrong.len() - 33;
            let at = if at % 2 == 0 { at / 2 % wrong.len() } else { last - at / 2 % last.min(400) };
            wrong[at] ^= 1 << bit;
        }
        prop_assert!(wrong == saved || resumed(&open, &wrong, &store).is_err());
        // With a checksum that fits, it may be read; but nothing ever breaks.
        for damaged in [wrong, short.to_vec()] {
            let Some(end) = damaged.len().checked_sub(32) else { continue };
            let mut damaged = damaged[..end].to_vec();
            let hash: [u8; 32] = Sha256::digest(&damaged).into();
            damaged.extend(hash);
            if let Ok(mut two) = resumed(&open, &damaged, &store) {
                view(&two);
                put(&mut two, later, dice, 2);
                two.advance();
                all(&two);
                assert!(!two.save().is_empty());
                two.replay();
            }
        }
    }
}

#[test]
fn what_was_saved_of_another_conversation_or_by_another_version_is_refused() {
    let (open, _) = conversation(0, 0);
    let (other, _) = conversation(1, 0);
    let store = Store::of(&[]);
    let saved = replica(&open).save();
    assert!(resumed(&open, &saved, &store).is_ok());
    assert_eq!(resumed(&other, &saved, &store).err(), Some(ResumeError::Foreign));
    for at in [16, 40] {
        let mut newer = saved.clone();
        newer[at] ^= 1;
        assert_eq!(resumed(&open, &newer, &store).err(), Some(ResumeError::Edition));
    }
    assert!(matches!(resumed(&open, b"", &store), Err(ResumeError::Damaged(_))));
}

const LONG: &str = r#"
conversation long "Long"
edition 1
role a
role b
role silent
message add by anyone { n: int(-9..9) }
message gone by a
state { sum: int(-100..100) = 0, seen: list(int, 0..50) }
on add { state.sum += msg.n; if state.seen.len() < 50 { state.seen.push(msg.n); } }
consensus { count("add") > 100000 || said("gone") && state.sum == 99 }
"#;

#[test]
fn a_late_entry_asks_for_the_bytes_since_the_last_fold_that_was_kept_and_no_more() {
    let mut room = Room::new(LONG, "a: ada, b: ben, silent: cy");
    let mut entries = vec![room.open.clone()];
    let say = |room: &mut Room, who: &str, n: usize| {
        let draft = room.draft(who, "add", &format!("n: {}", n % 7));
        (draft.sign(&device(who)).unwrap(), draft)
    };
    let mut late = None;
    for n in 0..5_000 {
        let (entry, draft) = say(&mut room, ["ada", "ben"][n % 2], n);
        entries.push(entry.clone());
        room.insert(entry);
        if n == 4_500 {
            // Somebody else's, on what was there then: it comes when all is said.
            let mut draft = draft;
            draft.parents = vec![room.replica.heads()[0]];
            (draft.seq, draft.prev, draft.at) = (0, None, draft.at + 1);
            late = Some(draft.sign(&device("ben/phone")).unwrap());
        }
    }
    let late = late.unwrap();
    let store = Store::of(&entries);
    let saved = room.replica.save();
    let mut two = resumed(&room.open, &saved, &store).unwrap();
    assert!(two.save() == saved, "with earlier folds, which a silent member keeps from settling");
    assert_eq!(view(&two), view(&room.replica));
    assert_eq!(store.asked(), 0, "resuming needs no bytes");
    let (entry, _) = say(&mut room, "ada", 0);
    for replica in [&mut two, &mut room.replica] {
        replica.insert(verify(entry.clone()).unwrap());
        replica.advance();
    }
    assert_eq!(store.asked(), 0, "what comes at the end needs no bytes of others");
    for replica in [&mut two, &mut room.replica] {
        replica.insert(verify(late.clone()).unwrap());
        replica.advance();
    }
    let asked = store.asked();
    assert!((500..2_000).contains(&asked), "asked for {asked}");
    assert_eq!(view(&two), view(&room.replica));
    assert!(two.verdict(&late.id()).is_some());
}
