//! Random patterns: the machine and the plain meaning agree.

use std::collections::{BTreeMap, BTreeSet};

use mundi_lang::rules::{MessageId, Pattern};
use proptest::prelude::*;

use super::naive::{Naive, Said};
use super::people::{Crowd, Talk};
use crate::pattern::{Event, Machine, People, Who};

fn crowd() -> Crowd {
    let mut crowd = Crowd::default();
    crowd.roles.extend([(1, vec![0]), (2, vec![0]), (3, vec![1])]);
    crowd
}

fn letters() -> Vec<Said> {
    let people = [(1, 0), (2, 0), (3, 1)];
    let all = (0..3).flat_map(|m| people.map(|(person, role)| Said { message: m, role, person }));
    all.collect()
}

/// Patterns over three messages, their leaves given.
fn over(leaf: BoxedStrategy<Pattern>) -> BoxedStrategy<Pattern> {
    leaf.prop_recursive(3, 8, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..3);
        let pair = prop::collection::vec(inner.clone(), 1..3);
        let bounds = (0u32..3, prop::option::of(0u32..3));
        prop_oneof![
            several.clone().prop_map(Pattern::Sequence),
            pair.prop_map(Pattern::Either),
            several.prop_map(Pattern::Interleave),
            (inner.clone(), bounds).prop_map(|(p, (min, more))| {
                Pattern::Repeat(Box::new(p), min, more.map(|more| min + more))
            }),
            (inner.clone(), inner).prop_map(|(p, q)| Pattern::Unless(Box::new(p), Box::new(q))),
        ]
    })
    .boxed()
}

fn plain() -> BoxedStrategy<Pattern> {
    let message = (0..3 as MessageId).prop_map(|m| Pattern::Message(m, vec![0, 1]));
    over(message.boxed())
}

/// With `each` and `one` whose bodies are plain.
fn peopled() -> BoxedStrategy<Pattern> {
    let each = plain().prop_map(|p| Pattern::Each(vec![0], Box::new(p)));
    let one = plain().prop_map(|p| Pattern::One(0, Box::new(p)));
    let message = (0..3 as MessageId).prop_map(|m| Pattern::Message(m, vec![0, 1]));
    over(prop_oneof![each, one, message].boxed())
}

/// The letters that `possible` promises.
fn promised(talk: &Talk) -> BTreeSet<(MessageId, u32)> {
    let mut all = BTreeSet::new();
    for may in talk.machine.possible(&talk.state, &talk.crowd) {
        let holders = talk.crowd.holders(&[may.role]);
        let who = match may.who {
            Who::AnyHolder => holders,
            Who::Only(who) => who,
        };
        all.extend(who.into_iter().map(|person| (may.message, person)));
    }
    all
}

/// Walks along letters that are in turn, and holds every answer against the plain meaning.
fn agree(pattern: &Pattern, choices: &[prop::sample::Index]) -> Result<(), TestCaseError> {
    let mut talk = Talk::new(Machine::new(pattern, &[false, false]), crowd());
    let (crowd, letters) = (crowd(), letters());
    let naive = Naive { crowd: &crowd, letters: &letters };
    let mut word: Vec<Said> = Vec::new();
    for choice in choices {
        prop_assert_eq!(talk.complete(), naive.whole(pattern, &word), "whole: {:?}", word);
        let come = talk.machine.can_come(&talk.state, &talk.crowd);
        prop_assert_eq!(come, naive.can_come(pattern, &word), "can come: {:?}", word);
        let mut next = Vec::new();
        for x in &letters {
            let event =
                Event { message: x.message, role: x.role, person: x.person, entry: 0, refs: &[] };
            let Ok(state) = talk.machine.step(&talk.state, &event, &crowd) else { return Ok(()) };
            let longer = [word.as_slice(), &[*x]].concat();
            prop_assert_eq!(state.is_some(), naive.begun(pattern, &longer), "{:?}", longer);
            next.extend(state.map(|state| (*x, state)));
        }
        let in_turn: BTreeSet<_> = next.iter().map(|(x, _)| (x.message, x.person)).collect();
        prop_assert_eq!(promised(&talk), in_turn);
        if next.is_empty() {
            break;
        }
        let (x, state) = choice.get(&next);
        word.push(*x);
        talk.state = state.clone();
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn plain_patterns_mean_what_every_cut_of_the_word_says(
        pattern in plain(),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 5),
    ) {
        agree(&pattern, &choices)?;
    }

    #[test]
    fn each_and_one_mean_a_word_for_each_person(
        pattern in peopled(),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 5),
    ) {
        agree(&pattern, &choices)?;
    }

    #[test]
    fn forgetting_changes_no_answer(
        pattern in peopled(),
        word in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 12),
    ) {
        let machine = || Machine::new(&pattern, &[false, false]);
        let (mut keeps, mut forgets) = (Talk::new(machine(), crowd()), Talk::new(machine(), crowd()));
        for (choice, forget) in word {
            let x = *choice.get(&letters());
            if forget {
                forgets.machine.forget();
            }
            let first = keeps.say(x.message, x.role, x.person, &[]);
            prop_assert_eq!(first, forgets.say(x.message, x.role, x.person, &[]));
            prop_assert_eq!(&keeps.state, &forgets.state);
        }
    }

    #[test]
    fn each_is_a_word_for_everyone_since_they_came(
        pattern in plain(),
        word in prop::collection::vec((1u32..4, 0u16..5), 10),
    ) {
        let each = Pattern::Each(vec![0], Box::new(pattern.clone()));
        let mut talk = Talk::new(Machine::new(&each, &[true]), Crowd::default());
        let naive = Naive { crowd: &Crowd::default(), letters: &letters() };
        let mut words: BTreeMap<u32, Vec<Said>> = BTreeMap::new();
        for (person, what) in word {
            match words.get_mut(&person) {
                None => {
                    talk.join(person, 0);
                    words.insert(person, Vec::new());
                }
                Some(_) if what == 4 => {
                    talk.leave(person);
                    words.remove(&person);
                }
                Some(own) if own.len() < 5 => {
                    own.push(Said { message: what % 3, role: 0, person });
                    let said = talk.say(what % 3, 0, person, &[]);
                    prop_assume!(said.is_ok());
                    prop_assert_eq!(said, Ok(naive.begun(&pattern, own)));
                    if said == Ok(false) {
                        own.pop();
                    }
                }
                Some(_) => {}
            }
            let whole = words.values().all(|own| naive.whole(&pattern, own));
            prop_assert_eq!(talk.complete(), whole, "{:?}", words);
        }
    }

    #[test]
    fn per_is_a_word_for_every_entry_and_each_within_it_or_around_it_is_the_same(
        pattern in plain(),
        word in prop::collection::vec((1u32..3, 0u32..4, 0u16..3), 10),
        before in any::<bool>(),
    ) {
        const M: MessageId = 9;
        let each = |p: &Pattern| Pattern::Each(vec![0], Box::new(p.clone()));
        let per = |p: &Pattern| Pattern::Per(M, Box::new(p.clone()));
        let named = Pattern::Repeat(Box::new(Pattern::Message(M, vec![0])), 0, None);
        let both = |p| match before {
            true => Pattern::Sequence(vec![named.clone(), p]),
            false => Pattern::Interleave(vec![named.clone(), p]),
        };
        let (inside, around) = (both(per(&each(&pattern))), both(each(&per(&pattern))));
        let talk = |p| Talk::new(Machine::new(p, &[false, false]), crowd());
        let (mut inside, mut around) = (talk(&inside), talk(&around));
        let naive = Naive { crowd: &crowd(), letters: &letters() };
        let mut words: BTreeMap<(u32, u32), Vec<Said>> = BTreeMap::new();
        let mut begun = false;
        for (person, about, message) in word {
            let at = inside.entry;
            let (message, refs) = if about == 3 { (M, vec![]) } else { (message, vec![about]) };
            let said = inside.say(message, 0, person, &refs);
            prop_assume!(said.is_ok());
            prop_assert_eq!(said, around.say(message, 0, person, &refs));
            let fits = if message == M {
                let fits = !(before && begun);
                if fits {
                    words.extend([((at, 1), vec![]), ((at, 2), vec![])]);
                }
                fits
            } else {
                words.get_mut(&(about, person)).is_some_and(|own| {
                    own.push(Said { message, role: 0, person });
                    let fits = naive.begun(&pattern, own);
                    if !fits {
                        own.pop();
                    }
                    begun |= fits;
                    fits
                })
            };
            prop_assert_eq!(said, Ok(fits), "{} about {:?} by {}", message, refs, person);
            let whole = words.values().all(|own| naive.whole(&pattern, own));
            prop_assert_eq!(inside.complete(), whole);
            prop_assert_eq!(around.complete(), whole);
            prop_assert_eq!(promised(&inside), promised(&around));
        }
    }
}
