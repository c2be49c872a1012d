//! What is possible, what is equal, and what a step costs.

use super::notation::{machine, message, pattern, role};
use super::people::{Crowd, Talk};
use crate::pattern::node::Node;
use crate::pattern::{Machine, Possible, TooLarge, Who};

const P: u16 = 0;
const Q: u16 = 1;

fn talk(text: &str) -> Talk {
    let mut crowd = Crowd::default();
    crowd.roles.extend([(1, vec![P]), (2, vec![P]), (3, vec![Q])]);
    Talk::new(machine(text), crowd)
}

/// Says messages that are in turn: `a1` is `a` by person 1, who counts through `P` or, third, `Q`.
fn say(talk: &mut Talk, words: &str) {
    for word in words.split_whitespace() {
        let name = word.chars().next().unwrap();
        let person: u32 = word[1..].parse().unwrap();
        let through = if person == 3 { Q } else { P };
        assert_eq!(talk.say(message(name), through, person, &[0, 1]), Ok(true), "{word}");
    }
}

fn possible(talk: &Talk) -> String {
    let list = talk.machine.possible(&talk.state, &talk.crowd);
    let words = list.iter().map(|Possible { message, role, who }| {
        let name = char::from(b'a' + u8::try_from(*message).unwrap());
        let role = "PQR".chars().nth(usize::from(*role)).unwrap();
        match who {
            Who::AnyHolder => format!("{name} by {role}"),
            Who::Only(who) => format!("{name} by {role} {who:?}"),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn possible_lists_messages_with_those_who_may_say_them() {
    let rows = [
        ("b by Q | a by P", "", "a by P, b by Q"),
        ("(a by P, b by P)*", "a1", "b by P"),
        ("each P ( a by P )", "", "a by P"),
        ("each P ( a by P )", "a1", "a by P [2]"),
        ("each P ( a by P, b by P )", "a1", "a by P [2], b by P [1]"),
        ("each P ( a by P ), b by Q", "a1 a2", "b by Q"),
        ("each P ( a )", "", "a by P"),
        ("each P ( a by P? ) unless c by Q", "a1", "a by P [2], c by Q"),
        ("one P ( a by P, (b by P | c by Q) )", "a2", "b by P [2], c by Q"),
        ("m by P+, per m ( a by Q )", "m1", "a by Q, m by P"),
        ("m by P, per m ( each P ( a by P ) )", "m1 a2", "a by P [1]"),
        ("each Q ( a by Q ) unless b by P", "a3", ""),
        ("(a by P, c by P) unless b by Q", "a1", "b by Q, c by P"),
    ];
    for (text, words, want) in rows {
        let mut talk = talk(text);
        say(&mut talk, words);
        assert_eq!(possible(&talk), want, "{text} after {words}");
    }
}

#[test]
fn a_group_without_people_has_nothing_possible() {
    let mut talk = talk("each P ( a by P ) | b by Q");
    talk.leave(1);
    talk.leave(2);
    assert_eq!(possible(&talk), "b by Q");
}

#[test]
fn different_ways_to_the_same_remainder_are_equal_states() {
    let rows = [
        ("(a & b), c", "a1 b1", "b1 a1"),
        ("each P ( a, b )", "a1 a2", "a2 a1"),
        ("each P ( a* )", "", "a1 a2 a1"),
        ("a*", "", "a1 a1"),
        ("a{2..}", "a1 a1", "a1 a1 a1 a1"),
        ("(a*, a), b", "a1", "a1 a1 a1"),
        ("each P ( a ), each P ( b )", "a1 a2 b1", "a2 a1 b1"),
    ];
    for (text, one, other) in rows {
        let (mut a, mut b) = (talk(text), talk(text));
        say(&mut a, one);
        say(&mut b, other);
        assert_eq!(a.state, b.state, "{text}");
    }
}

#[test]
fn who_leaves_and_comes_back_is_as_if_never_there() {
    let mut gone = talk("m, per m ( each P ( a, b ) )");
    let mut never = talk("m, per m ( each P ( a, b ) )");
    say(&mut gone, "m1 a2");
    say(&mut never, "m1");
    assert_ne!(gone.state, never.state);
    gone.leave(2);
    gone.join(2, P);
    assert_eq!(gone.state, never.state);
}

#[test]
fn who_still_holds_a_role_of_the_group_loses_nothing() {
    let mut talk = talk("each P, Q ( a, b )");
    say(&mut talk, "a1");
    let before = talk.state.clone();
    talk.crowd.roles.insert(1, vec![Q]);
    talk.state = talk.machine.left(&talk.state, 1, &talk.crowd);
    assert_eq!(talk.state, before);
}

#[test]
fn a_pattern_with_too_many_readings_is_refused() {
    let mut talk = talk("(a{0..100} & a{0..100}), b");
    let mut said = 0;
    let end = loop {
        match talk.say(message('a'), P, 1, &[]) {
            Ok(true) => said += 1,
            end => break end,
        }
        assert!(said < 100, "it is never refused");
    };
    assert_eq!(end, Err(TooLarge));
    assert_eq!(said, 63, "one reading more for each message");
}

#[test]
fn a_counter_to_50_000_is_one_small_node() {
    let mut talk = talk("a{1..50000} & b*");
    for _ in 0..50_000 {
        assert_eq!(talk.say(message('a'), P, 1, &[]), Ok(true));
        let nodes: usize = talk.state.ways().map(|way| way.size()).sum();
        assert!(nodes <= 4, "{nodes} nodes");
    }
    assert!(talk.complete());
    assert_eq!(talk.say(message('a'), P, 1, &[]), Ok(false));
    assert!(talk.machine.memo.len() < 10, "{} remembered", talk.machine.memo.len());
}

fn large(text: &str, people: u32) -> Talk {
    let mut crowd = Crowd::default();
    crowd.roles.extend((0..people).map(|person| (person, vec![P])));
    Talk::new(machine(text), crowd)
}

#[test]
fn a_vote_under_each_keeps_nothing() {
    let mut talk = large("each P ( a* ) unless b", 10_000);
    let start = talk.state.clone();
    for person in (0..10_000).step_by(7) {
        assert_eq!(talk.say(message('a'), P, person, &[]), Ok(true));
    }
    assert_eq!(talk.crowd.listed.get(), 0, "nobody asks for all the people");
    assert_eq!(talk.state, start);
}

#[test]
fn a_step_among_10_000_people_copies_one_path() {
    let mut talk = large("each P ( a, b* )", 10_000);
    for person in 0..10_000 {
        assert!(!talk.complete());
        let before = talk.state.clone();
        assert_eq!(talk.say(message('a'), P, person, &[]), Ok(true));
        let (Node::Many { group: new, .. }, Node::Many { group: old, .. }) =
            (&*talk.state.first, &*before.first)
        else {
            continue;
        };
        let copied = new.begun.unshared(&old.begun);
        assert!(copied <= 4, "{copied} chunks copied for person {person}");
    }
    assert!(talk.complete());
    assert_eq!(talk.crowd.listed.get(), 0, "nobody asks for all the people");
}

#[test]
fn a_long_log_over_many_entries_copies_one_path() {
    let mut talk = large("m* & per m ( each P ( a* ) )", 3);
    for _ in 0..2_000 {
        assert_eq!(talk.say(message('m'), P, 1, &[]), Ok(true));
    }
    for entry in 0..2_000 {
        assert_eq!(talk.say(message('a'), P, 1, &[entry]), Ok(true));
    }
    assert!(talk.complete());
}

#[test]
fn the_memory_of_steps_stays_bounded() {
    let names: Vec<_> = ('a'..='p').map(String::from).collect();
    let mut talk = talk(&format!("({})*", names.join(" & ")));
    for turn in 0..4_000_usize {
        // Another order each time, so that other states are met.
        let at = (0..16).map(|i| (i * 5 + turn * 7 + (turn / 16) * i) % 16);
        let next =
            at.map(|i| u16::try_from(i).unwrap()).find(|m| talk.say(*m, P, 1, &[]) == Ok(true));
        assert!(next.is_some());
        assert!(talk.machine.memo.len() <= crate::pattern::limits::MAX_MEMO);
    }
}

#[test]
fn an_empty_group_is_nothing() {
    for text in ["each P ( () )", "one P ( () )", "per a ( () )", "() unless a", "()*", "a{0}"] {
        let machine = Machine::new(&pattern(text), &[true]);
        assert_eq!(*machine.start().first, Node::Done, "{text}");
    }
    assert_eq!(role('Q'), Q);
}

#[test]
fn a_loop_meets_its_own_remembered_steps() {
    let mut talk = talk("(a, (b & c))*");
    for _ in 0..2 {
        say(&mut talk, "a1 c1 b1");
    }
    for name in ['a', 'c', 'b'] {
        let known = talk.machine.memo.only(&talk.state.first, message(name), P);
        assert!(known.is_some(), "{name} is not remembered");
        say(&mut talk, &format!("{name}1"));
    }
}
