//! The tables of `spec/pattern.md`.

use super::notation::{machine, message, role};
use super::people::{Crowd, Talk};

pub(super) const LAW: &str = include_str!("../../../../spec/pattern.md");

/// Ann (1) and bob (2) hold `P`; cat (3) holds `Q`; dan (4) and eve (5) are not here yet.
pub(super) fn crowd() -> Crowd {
    let mut crowd = Crowd::default();
    crowd.roles.insert(1, vec![role('P')]);
    crowd.roles.insert(2, vec![role('P')]);
    crowd.roles.insert(3, vec![role('Q')]);
    crowd
}

/// The verdict of a word, as the tables write it.
fn verdict(pattern: &str, word: &str) -> String {
    let mut talk = Talk::new(machine(pattern), crowd());
    for said in word.split_whitespace() {
        if let Some(who) = said.strip_prefix('+') {
            talk.join(person(who.chars().next().unwrap()).1, role('P'));
        } else if let Some(who) = said.strip_prefix('-') {
            talk.leave(person(who.chars().next().unwrap()).1);
        } else {
            match say(&mut talk, said) {
                Ok(true) => {}
                Ok(false) => return format!("refused at `{said}`"),
                Err(_) => return format!("too large at `{said}`"),
            }
        }
    }
    let end = if talk.complete() { "may end" } else { "open" };
    let come = talk.machine.can_come(&talk.state, &talk.crowd);
    if come { end.to_owned() } else { format!("{end}, nothing can come") }
}

fn person(initial: char) -> (char, u32) {
    match initial {
        'A' => ('P', 1),
        'B' => ('P', 2),
        'C' => ('Q', 3),
        'D' => ('P', 4),
        'E' => ('P', 5),
        _ => panic!("nobody is {initial}"),
    }
}

/// `a` by ann, `aB` by bob, `aB1` about the first thing said (counting from 1).
pub(super) fn say(talk: &mut Talk, said: &str) -> Result<bool, crate::pattern::TooLarge> {
    let mut letters = said.chars();
    let name = letters.next().unwrap();
    let rest: String = letters.collect();
    let who = rest.chars().find(char::is_ascii_uppercase).unwrap_or('A');
    let about: String = rest.chars().filter(char::is_ascii_digit).collect();
    let refs: Vec<u32> = about.parse().map(|n: u32| n - 1).into_iter().collect();
    let (through, who) = person(who);
    talk.say(message(name), role(through), who, &refs)
}

#[test]
fn every_row_of_the_law_holds() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    let mut table = false;
    for line in LAW.lines() {
        table ^= line.starts_with("```");
        if !table {
            continue;
        }
        let cells: Vec<_> = line.split('¦').map(str::trim).collect();
        let [pattern, word, want] = cells.as_slice() else { continue };
        rows += 1;
        let is = verdict(pattern, word);
        if is != *want {
            wrong.push(format!("{pattern} ¦ {word} ¦ {want}; it is: {is}"));
        }
    }
    assert!(rows > 80, "only {rows} rows were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
