//! Patterns from short text: messages are `a` to `z`; roles are upper-case letters.
//!
//! A message without `by` may come from any role. Role `P` is open, the others are not.

use mundi_lang::rules::{MessageId, Pattern, RoleId};

use crate::pattern::Machine;

/// Role numbers in order.
pub(super) const ROLES: &str = "PQR";

pub(super) fn role(name: char) -> RoleId {
    RoleId::try_from(ROLES.find(name).expect("a role")).unwrap()
}

pub(super) fn message(name: char) -> MessageId {
    assert!(name.is_ascii_lowercase(), "a message: {name}");
    MessageId::from(u8::try_from(name).unwrap() - b'a')
}

pub(super) fn machine(text: &str) -> Machine {
    Machine::new(&pattern(text), &[true, false, false])
}

pub(super) fn pattern(text: &str) -> Pattern {
    let mut reader = Reader { words: words(text), at: 0 };
    let pattern = reader.line();
    assert_eq!(reader.at, reader.words.len(), "all of `{text}`");
    pattern
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut glue = false;
    for c in text.chars() {
        let word = c.is_ascii_alphanumeric();
        match words.last_mut() {
            Some(last) if glue && word => last.push(c),
            _ if c != ' ' => words.push(c.to_string()),
            _ => {}
        }
        glue = word;
    }
    words
}

struct Reader {
    words: Vec<String>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> &str {
        self.words.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let word = self.peek().to_owned();
        self.at += 1;
        word
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.peek() == word;
        self.at += usize::from(here);
        here
    }

    fn line(&mut self) -> Pattern {
        let first = self.postfix();
        let sign = self.peek().to_owned();
        if sign == "unless" {
            self.at += 1;
            return Pattern::Unless(Box::new(first), Box::new(self.postfix()));
        }
        let mut parts = vec![first];
        while matches!(sign.as_str(), "," | "|" | "&") && self.take(&sign) {
            parts.push(self.postfix());
        }
        match sign.as_str() {
            "," => Pattern::Sequence(parts),
            "|" => Pattern::Either(parts),
            "&" => Pattern::Interleave(parts),
            _ => parts.remove(0),
        }
    }

    fn postfix(&mut self) -> Pattern {
        let mut of = self.primary();
        loop {
            let (min, max) = match self.peek() {
                "*" => (0, None),
                "+" => (1, None),
                "?" => (0, Some(1)),
                "{" => {
                    self.at += 1;
                    let min: u32 = self.next().parse().unwrap();
                    let range = self.take(".") && self.take(".");
                    let max = match (range, self.peek()) {
                        (false, _) => Some(min),
                        (true, "}") => None,
                        (true, _) => Some(self.next().parse().unwrap()),
                    };
                    of = Pattern::Repeat(Box::new(of), min, max);
                    assert!(self.take("}"));
                    continue;
                }
                _ => return of,
            };
            self.at += 1;
            of = Pattern::Repeat(Box::new(of), min, max);
        }
    }

    fn body(&mut self) -> Box<Pattern> {
        assert!(self.take("("), "`(` before {}", self.peek());
        let inner = self.line();
        assert!(self.take(")"), "`)` before {}", self.peek());
        Box::new(inner)
    }

    fn roles(&mut self) -> Vec<RoleId> {
        let mut roles = vec![self.role()];
        while self.take(",") {
            roles.push(self.role());
        }
        roles
    }

    fn role(&mut self) -> RoleId {
        role(self.next().chars().next().unwrap())
    }

    fn primary(&mut self) -> Pattern {
        if self.peek() == "(" {
            if self.words.get(self.at + 1).is_some_and(|w| w == ")") {
                self.at += 2;
                return Pattern::Sequence(Vec::new());
            }
            return *self.body();
        }
        match self.next().as_str() {
            "each" => {
                let roles = self.roles();
                Pattern::Each(roles, self.body())
            }
            "one" => {
                let role = self.role();
                Pattern::One(role, self.body())
            }
            "per" => {
                let of = message(self.next().chars().next().unwrap());
                Pattern::Per(of, self.body())
            }
            name => {
                let message = message(name.chars().next().unwrap());
                let roles = if self.take("by") { vec![self.role()] } else { vec![0, 1, 2] };
                Pattern::Message(message, roles)
            }
        }
    }
}
