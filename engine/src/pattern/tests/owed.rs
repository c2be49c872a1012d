//! What is left of a pattern, and what is owed: the tables of `spec/pattern.md`.

use mundi_lang::rules::{MessageId, RoleId};

use super::notation::{ROLES, machine};
use super::people::Talk;
use super::spec::{LAW, crowd, say};
use crate::pattern::{Due, Names, persons};

/// Messages, roles and persons as the tables write them.
struct Letters;

fn letter(message: MessageId) -> char {
    char::from(b'a' + u8::try_from(message).unwrap())
}

fn initial(person: u32) -> char {
    char::from(b'@' + u8::try_from(person).unwrap())
}

impl Names for Letters {
    fn message(&self, message: MessageId, roles: &[RoleId]) -> String {
        match roles {
            [only] => format!("{} by {}", letter(message), self.role(*only)),
            _ => letter(message).to_string(),
        }
    }

    fn role(&self, role: RoleId) -> String {
        ROLES.chars().nth(usize::from(role)).unwrap().to_string()
    }

    fn person(&self, person: u32) -> String {
        initial(person).to_string()
    }
}

/// `a b of A C, else c`, `a of each of A B`
fn in_words(due: &Due, talk: &Talk) -> String {
    let mut messages: Vec<char> = due.says.iter().map(|says| letter(says.message)).collect();
    messages.dedup();
    let mut by: Vec<u32> = due.says.iter().flat_map(|s| persons(s, &talk.crowd)).collect();
    by.sort_unstable();
    by.dedup();
    let spaced =
        |letters: Vec<char>| letters.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
    let each = if due.each { "each of " } else { "" };
    let instead: Vec<char> = due.instead.iter().map(|m| letter(*m)).collect();
    let instead =
        if instead.is_empty() { String::new() } else { format!(", else {}", spaced(instead)) };
    format!(
        "{} of {each}{}{instead}",
        spaced(messages),
        spaced(by.into_iter().map(initial).collect())
    )
}

#[test]
fn what_is_left_and_owed_is_what_the_law_says() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    let mut table = false;
    for line in LAW.lines() {
        table ^= line.starts_with("```");
        let cells: Vec<_> = line.split('¦').map(str::trim).collect();
        let ([pattern, word, left, owed], true) = (cells.as_slice(), table) else { continue };
        rows += 1;
        let mut talk = Talk::new(machine(pattern), crowd());
        for said in word.split_whitespace() {
            assert!(say(&mut talk, said).unwrap(), "{pattern}: {said}");
        }
        let is_left = talk.machine.remainder(&talk.state, &Letters).join(" or ");
        let dues = talk.machine.owed(&talk.state, &talk.crowd);
        let dues: Vec<String> = dues.iter().map(|due| in_words(due, &talk)).collect();
        let is_owed = if dues.is_empty() { "nothing".into() } else { dues.join("; ") };
        if (is_left.as_str(), is_owed.as_str()) != (*left, *owed) {
            wrong.push(format!("{pattern} ¦ {word} ¦ {is_left} ¦ {is_owed}"));
        }
    }
    assert!(rows > 20, "only {rows} rows were read");
    assert!(wrong.is_empty(), "it is:\n{}", wrong.join("\n"));
}
