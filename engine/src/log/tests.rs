use std::collections::BTreeSet;

use mundi_identity::DeviceKey;
use proptest::prelude::*;

use super::*;
use crate::code::Code;
use crate::draft::Draft;
use crate::entry::verify;

const NAMES: [&str; 5] = ["ada", "ben", "cy", "dan", "eve"];

fn key(person: usize) -> DeviceKey {
    DeviceKey::rehearsal("log", NAMES[person], "")
}

fn print(person: usize) -> Fingerprint {
    Fingerprint::from([u8::try_from(person).unwrap() + 1; 32])
}

fn roster(people: usize) -> impl Fn(&Entry) -> Author {
    let keys: Vec<DevicePublic> = (0..people).map(|p| key(p).public()).collect();
    move |entry: &Entry| match keys.iter().position(|key| *key == entry.author()) {
        Some(person) => Author::Person(print(person)),
        None => Author::Stranger,
    }
}

fn signed(person: usize, draft: &Draft) -> Verified {
    verify(draft.sign(&key(person)).unwrap()).unwrap()
}

fn draft(seq: u32, prev: Option<EntryId>, parents: Vec<EntryId>, at: u64) -> Draft {
    let message = "say".to_owned();
    Draft { conversation: None, seq, prev, parents, at, message, body: vec![0xa0] }
}

fn open() -> Verified {
    let draft = Draft { message: OPEN.to_owned(), ..draft(0, None, vec![], 1000) };
    signed(0, &draft)
}

fn new(people: usize) -> Log {
    let members: Vec<Fingerprint> = (0..people).map(print).collect();
    Log::new(&open(), print(0), &["say".to_owned()], &members).unwrap()
}

/// An entry by a person, in the conversation of [`open`].
fn say(person: usize, seq: u32, prev: Option<EntryId>, parents: &[EntryId], at: u64) -> Verified {
    let conversation = Some(open().id());
    signed(person, &Draft { conversation, ..draft(seq, prev, parents.to_vec(), at) })
}

fn code(outcome: &Insertion) -> Option<Code> {
    match outcome {
        Insertion::Invalid { code, .. } | Insertion::Waiting { code, .. } => Some(*code),
        _ => None,
    }
}

#[test]
fn an_entry_is_found_as_it_was_written() {
    let mut log = new(2);
    let root = open().id();
    let entry = say(1, 0, None, &[root], 2000);
    let outcome = log.insert(entry.clone(), &roster(2));
    assert_eq!(outcome, Insertion::Inserted { index: 1, position: 1, fork: None });
    assert_eq!((log.id(1), log.at(1), log.seq(1)), (entry.id(), 2000, 0));
    assert_eq!((log.person(1), log.device(1)), (print(1), key(1).public()));
    assert_eq!(log.bytes(1).as_deref(), Some(entry.bytes()));
    assert_eq!(log.body(1).as_deref(), Some(entry.body()));
    assert_eq!((log.message(1), log.message_name(0)), (0, OPEN));
    assert_eq!((log.parents(1), log.prev(1)), (&[0][..], None));
    assert_eq!(log.heads().collect::<Vec<_>>(), [1]);
    assert_eq!((log.find(&entry.id()), log.find(&EntryId([0; 32]))), (Some(1), None));
}

#[test]
fn what_can_never_be_in_the_log_is_refused_with_its_code() {
    let mut log = new(2);
    let root = open().id();
    let first = say(1, 0, None, &[root], 2000);
    log.insert(first.clone(), &roster(2));
    let second = say(0, 1, Some(root), &[first.id()], 3000);
    log.insert(second.clone(), &roster(2));
    let base = draft(1, Some(first.id()), vec![], 4000);
    let here = Some(root);
    let table = [
        (
            1,
            Draft { conversation: here, message: "shout".into(), ..base.clone() },
            Code::UnknownMessage,
        ),
        (1, Draft { conversation: Some(first.id()), ..base.clone() }, Code::Replayed),
        (2, Draft { conversation: here, ..draft(0, None, vec![root], 4000) }, Code::NotAMember),
        (1, Draft { conversation: here, at: 2000, ..base.clone() }, Code::Backdated),
        (
            1,
            Draft { conversation: here, at: 3000, parents: vec![second.id()], ..base.clone() },
            Code::Backdated,
        ),
        (1, Draft { conversation: here, seq: 2, ..base.clone() }, Code::Gap),
        (1, Draft { conversation: here, prev: Some(second.id()), ..base.clone() }, Code::Gap),
        (1, Draft { conversation: here, ..draft(0, None, vec![], 4000) }, Code::MissingParent),
        (
            1,
            Draft { conversation: here, parents: vec![root, second.id()], ..base.clone() },
            Code::BadEncoding,
        ),
    ];
    for (n, (person, draft, expected)) in table.iter().enumerate() {
        let outcome = log.insert(signed(*person, draft), &roster(2));
        assert!(matches!(outcome, Insertion::Invalid { .. }), "{n}: {outcome:?}");
        assert_eq!(code(&outcome), Some(*expected), "{n}: {outcome:?}");
    }
    assert_eq!(log.insert(first, &roster(2)), Insertion::Duplicate { index: 1 });
    assert_eq!(log.len(), 3);
}

#[test]
fn an_entry_waits_for_its_past_and_comes_with_it() {
    let mut log = new(2);
    let root = open().id();
    let first = say(1, 0, None, &[root], 2000);
    let second = say(1, 1, Some(first.id()), &[], 3000);
    let third = say(0, 1, Some(root), &[second.id()], 4000);
    assert_eq!(code(&log.insert(third.clone(), &roster(2))), Some(Code::MissingParent));
    assert_eq!(code(&log.insert(second.clone(), &roster(2))), Some(Code::Gap));
    assert_eq!(log.wanted().collect::<Vec<_>>(), [first.id()]);
    assert_eq!((log.waiting().count(), log.len()), (2, 1));
    log.insert(first, &roster(2));
    let woken: Vec<EntryId> = log.take_woken().iter().map(|(id, _)| *id).collect();
    assert_eq!(woken, [second.id(), third.id()]);
    assert_eq!((log.waiting().count(), log.len()), (0, 4));
    assert_eq!(log.wanted().count(), 0);
}

#[test]
fn a_device_has_at_most_256_entries_waiting_and_the_farthest_go_first() {
    let mut log = new(2);
    let entry = |seq: u32| say(1, seq, Some(EntryId([7; 32])), &[], 2000);
    for seq in (1..=300).rev() {
        log.insert(entry(seq), &roster(2));
    }
    assert_eq!(log.waiting().count(), limits_per_device());
    assert!(log.waiting().all(|id| log.waiting_entry(id).unwrap().seq() <= 256));
    assert!(log.wanted().any(|id| id == entry(300).id()), "it is asked for again");
}

fn limits_per_device() -> usize {
    crate::limits::WAITING_PER_DEVICE
}

#[test]
fn entries_are_settled_when_every_member_has_a_later_one() {
    let mut log = new(2);
    let root = open().id();
    assert_eq!(log.settled(), 0);
    let one = say(1, 0, None, &[root], 2000);
    let two = say(0, 1, Some(root), &[], 3000);
    log.insert(one.clone(), &roster(2));
    assert_eq!(log.settled(), 0, "the opener's latest is the first entry");
    log.insert(two, &roster(2));
    assert_eq!(log.settled(), 1);
    log.insert(say(1, 1, Some(one.id()), &[], 4000), &roster(2));
    assert_eq!(log.settled(), 2);
    log.dismiss(&print(1));
    assert_eq!(log.settled(), 2);
    log.enrol(&print(2));
    assert_eq!(log.settled(), 0);
}

#[test]
fn the_lowest_changed_position_is_told_once() {
    let mut log = new(3);
    let root = open().id();
    assert_eq!(log.take_changed(), 0);
    log.insert(say(1, 0, None, &[root], 3000), &roster(3));
    assert_eq!(log.take_changed(), 1);
    assert_eq!(log.take_changed(), 2);
    log.insert(say(2, 0, None, &[root], 2000), &roster(3));
    log.insert(say(0, 1, Some(root), &[], 4000), &roster(3));
    assert_eq!(log.take_changed(), 1);
    assert_eq!(log.take_changed(), 4);
}

#[test]
fn the_branch_that_others_built_on_stands() {
    let mut log = new(3);
    let root = open().id();
    let left = say(1, 0, None, &[root], 2000);
    let right = say(1, 0, None, &[root], 2001);
    let more = say(1, 1, Some(right.id()), &[], 2500);
    let built = say(2, 0, None, &[right.id()], 3000);
    for entry in [&left, &right, &more] {
        log.insert(entry.clone(), &roster(3));
    }
    let standing = |log: &Log, e: &Verified| log.standing(log.find(&e.id()).unwrap());
    assert_eq!(standing(&log, &right), Standing::Refused, "nobody has built on either");
    assert_eq!(log.forked().collect::<Vec<_>>(), [(key(1).public(), 0)]);
    log.take_changed();
    log.insert(built.clone(), &roster(3));
    assert_eq!(log.take_changed(), 2, "`right` stands from now on");
    assert_eq!(standing(&log, &left), Standing::Refused);
    assert_eq!(standing(&log, &right), Standing::Stands);
    assert_eq!(standing(&log, &more), Standing::Refused, "nobody has built on it");
    assert_eq!(standing(&log, &built), Standing::Unforked);
}

/// A random log: for each entry its author, whether it forks, and what it has seen.
fn entries(people: usize, steps: &[(usize, bool, u16)]) -> Vec<Verified> {
    let mut all = vec![open()];
    let mut clock = 1000;
    for (author, forks, seen) in steps {
        let author = author % people;
        clock += 1 + u64::from(seen % 3);
        let mut own: Vec<&Verified> =
            all.iter().filter(|e| e.author() == key(author).public()).collect();
        if *forks && own.len() > 1 {
            own.truncate(1 + usize::from(*seen) % own.len());
        }
        let prev = own.last().copied();
        // One entry of each other device, of those written so far.
        let mut parents = vec![];
        for other in (0..people).filter(|p| *p != author) {
            let theirs: Vec<&Verified> =
                all.iter().filter(|e| e.author() == key(other).public()).collect();
            if !theirs.is_empty() && (seen >> other) & 1 == 0 {
                parents.push(theirs[usize::from(seen / 7) % theirs.len()].id());
            }
        }
        if prev.is_none() && parents.is_empty() {
            parents.push(all[0].id());
        }
        let seq = prev.map_or(0, |e| e.seq() + 1);
        all.push(say(author, seq, prev.map(|e| e.id()), &parents, clock));
    }
    all
}

/// Which entries of forked devices stand, by the words of the specification alone.
fn naive(people: usize, all: &[Verified]) -> BTreeSet<(EntryId, bool)> {
    let find = |id: EntryId| all.iter().position(|e| e.id() == id).unwrap();
    let mut pasts: Vec<BTreeSet<usize>> = vec![];
    for (n, entry) in all.iter().enumerate() {
        let under = entry.parents().chain(entry.prev()).map(find);
        let mut past: BTreeSet<usize> = under.flat_map(|u| pasts[u].clone()).collect();
        past.insert(n);
        pasts.push(past);
    }
    let mut chains: Vec<BTreeSet<usize>> = vec![];
    for (n, entry) in all.iter().enumerate() {
        let mut chain = entry.prev().map_or_else(BTreeSet::new, |prev| chains[find(prev)].clone());
        chain.insert(n);
        chains.push(chain);
    }
    let rivals = |a: usize, b: usize| !chains[a].contains(&b) && !chains[b].contains(&a);
    let mut said = BTreeSet::new();
    for device in (0..people).map(|p| key(p).public()) {
        let own: Vec<usize> = (0..all.len()).filter(|n| all[*n].author() == device).collect();
        let support = |x: usize| {
            let supporters = (0..all.len()).filter(|e| {
                all[*e].author() != device
                    && pasts[*e].contains(&x)
                    && !own.iter().any(|y| rivals(x, *y) && pasts[*e].contains(y))
            });
            supporters.map(|e| all[e].author()).collect::<BTreeSet<_>>().len()
        };
        let twice = |seq| own.iter().filter(|n| all[**n].seq() == seq).count() > 1;
        let Some(seq) = (0..1000).find(|seq| twice(*seq)) else { continue };
        let mut standing = vec![];
        let mut level: Vec<usize> = own.iter().filter(|n| all[**n].seq() == seq).copied().collect();
        while let Some(best) =
            level.iter().copied().max_by_key(|n| (support(*n), std::cmp::Reverse(all[*n].id())))
        {
            if support(best) == 0 {
                break;
            }
            standing.push(best);
            let id = Some(all[best].id());
            level = own.iter().filter(|n| all[**n].prev() == id).copied().collect();
        }
        for n in own.into_iter().filter(|n| all[*n].seq() >= seq) {
            said.insert((all[n].id(), standing.contains(&n)));
        }
    }
    said
}

fn filled(people: usize, all: &[Verified], arrival: &[usize]) -> Log {
    let mut log = new(people);
    for n in arrival {
        log.insert(all[*n].clone(), &roster(people));
    }
    log
}

fn order(log: &Log) -> Vec<EntryId> {
    log.order().iter().map(|index| log.id(*index)).collect()
}

fn standings(log: &Log) -> BTreeSet<(EntryId, bool)> {
    let all = log.order().iter().filter_map(|index| match log.standing(*index) {
        Standing::Unforked => None,
        standing => Some((log.id(*index), standing == Standing::Stands)),
    });
    all.collect()
}

fn steps() -> impl Strategy<Value = Vec<(usize, bool, u16)>> {
    let forks = proptest::bool::weighted(0.3);
    proptest::collection::vec((0..5_usize, forks, proptest::num::u16::ANY), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_order_of_arrival_gives_the_same_log(
        steps in steps(),
        shuffle in proptest::collection::vec(proptest::num::u64::ANY, 26),
    ) {
        let all = entries(4, &steps);
        let mut arrival: Vec<usize> = (1..all.len()).collect();
        let straight = filled(4, &all, &arrival);
        arrival.sort_by_key(|n| shuffle[*n]);
        let mixed = filled(4, &all, &arrival);
        prop_assert_eq!(straight.len(), all.len());
        prop_assert_eq!(order(&straight), order(&mixed));
        prop_assert_eq!(straight.settled(), mixed.settled());
        prop_assert_eq!(standings(&straight), standings(&mixed));
    }

    #[test]
    fn forks_stand_as_the_words_of_the_specification_say(steps in steps()) {
        let all = entries(4, &steps);
        let arrival: Vec<usize> = (1..all.len()).collect();
        prop_assert_eq!(standings(&filled(4, &all, &arrival)), naive(4, &all));
    }

    #[test]
    fn the_order_of_a_closed_part_is_the_order_of_the_whole_restricted(
        steps in steps(),
        cut in 1..25_usize,
    ) {
        let all = entries(4, &steps);
        let whole = filled(4, &all, &(1..all.len()).collect::<Vec<_>>());
        let part = filled(4, &all, &(1..cut.min(all.len())).collect::<Vec<_>>());
        let within: BTreeSet<EntryId> = order(&part).into_iter().collect();
        let restricted: Vec<EntryId> =
            order(&whole).into_iter().filter(|id| within.contains(id)).collect();
        prop_assert_eq!(restricted, order(&part));
    }

    #[test]
    fn a_fold_that_resumes_at_what_changed_has_the_same_entries(steps in steps()) {
        let all = entries(4, &steps);
        let mut log = new(4);
        let mut folded: Vec<(EntryId, Standing)> = vec![];
        for entry in &all {
            log.insert(entry.clone(), &roster(4));
            let from = log.take_changed();
            folded.truncate(from);
            for index in &log.order()[from..] {
                folded.push((log.id(*index), log.standing(*index)));
            }
            let now: Vec<_> = log.order().iter().map(|i| (log.id(*i), log.standing(*i))).collect();
            prop_assert_eq!(&folded, &now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_device_that_forks_all_the_time_is_judged_by_the_same_words(
        steps in proptest::collection::vec((0..8_usize, proptest::num::u16::ANY), 10..40),
    ) {
        // Half of all entries are by one device, and most of them fork it.
        let steps: Vec<_> = steps
            .into_iter()
            .map(|(n, seen)| if n < 4 { (0, n > 0, seen) } else { (n - 3, false, seen) })
            .collect();
        let all = entries(5, &steps);
        let arrival: Vec<usize> = (1..all.len()).collect();
        prop_assert_eq!(standings(&filled(5, &all, &arrival)), naive(5, &all));
    }
}
