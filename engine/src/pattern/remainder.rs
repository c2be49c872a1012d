//! What is left of a pattern, in the notation in which rules are written.

use mundi_lang::rules::{MessageId, RoleId};

use super::node::{Group, Node};
use super::program::{Many, Over, Program, Term, TermId};
use super::{Machine, State};

/// What messages, roles and persons are called.
pub trait Names {
    /// A message; the narrower role through which alone it is meant here.
    fn message(&self, message: MessageId, roles: &[RoleId]) -> String;
    /// A role.
    fn role(&self, role: RoleId) -> String;
    /// A person.
    fn person(&self, person: u32) -> String;
}

impl Machine {
    /// What is left, a text for each reading; `()` where nothing is.
    #[must_use]
    pub fn remainder(&self, state: &State, names: &dyn Names) -> Vec<String> {
        let writer = Writer { program: &self.program, names };
        state.ways().map(|way| writer.node(way).text).collect()
    }
}

/// An expression, and whether it holds together beside operators.
struct Written {
    text: String,
    whole: bool,
}

impl Written {
    fn whole(text: impl Into<String>) -> Self {
        Self { text: text.into(), whole: true }
    }

    fn loose(text: String) -> Self {
        Self { text, whole: false }
    }

    /// As an operand.
    fn operand(self) -> String {
        if self.whole { self.text } else { format!("({})", self.text) }
    }

    fn is_nothing(&self) -> bool {
        self.text == "()"
    }
}

struct Writer<'a> {
    program: &'a Program,
    names: &'a dyn Names,
}

impl Writer<'_> {
    fn node(&self, node: &Node) -> Written {
        match node {
            Node::Done => Written::whole("()"),
            Node::Fresh(term) => self.term(*term),
            Node::Sequence { term, at, inner } => {
                let mut parts = vec![self.node(inner)];
                if let Term::Sequence(all) = self.program.term(*term) {
                    let rest = all.iter().skip(at.saturating_add(1));
                    parts.extend(rest.map(|part| self.term(*part)));
                }
                joined(parts, ", ")
            }
            Node::Interleave { parts, .. } => {
                joined(parts.iter().map(|part| self.node(part)).collect(), " & ")
            }
            Node::Repeat { term, rounds, inner } => self.round(*term, *rounds, inner),
            Node::One { term, bound, inner } => {
                let Term::One { role, .. } = self.program.term(*term) else {
                    return Written::whole("()");
                };
                let who = bound.map(|p| format!(" = {}", self.names.person(p))).unwrap_or_default();
                let role = self.names.role(*role);
                Written::whole(format!("one {role}{who} ( {} )", self.node(inner).text))
            }
            Node::Unless { term, inner } => match self.program.term(*term) {
                Term::Unless { exit, .. } => self.unless(self.node(inner), *exit),
                _ => self.node(inner),
            },
            Node::Scope { inner, .. } => self.node(inner),
            Node::Many { term, group } => match self.program.term(*term) {
                Term::Many(many) => self.many(many, Some(group)),
                _ => Written::whole("()"),
            },
        }
    }

    /// A part that has not begun.
    fn term(&self, id: TermId) -> Written {
        let all = |parts: &[TermId]| parts.iter().map(|part| self.term(*part)).collect();
        match self.program.term(id) {
            Term::Empty => Written::whole("()"),
            Term::Message(message, roles) => Written::whole(self.names.message(*message, roles)),
            Term::Sequence(parts) => joined(all(parts), ", "),
            Term::Either(parts) => joined(all(parts), " | "),
            Term::Interleave(parts) => joined(all(parts), " & "),
            Term::Repeat { body, min, max } => counted(self.term(*body), *min, *max),
            Term::One { role, body } => {
                let role = self.names.role(*role);
                Written::whole(format!("one {role} ( {} )", self.term(*body).text))
            }
            Term::Unless { body, exit } => self.unless(self.term(*body), *exit),
            Term::Scope { body, .. } => self.term(*body),
            Term::Many(many) => self.many(many, None),
        }
    }

    fn unless(&self, body: Written, exit: TermId) -> Written {
        Written::loose(format!("{} unless {}", body.operand(), self.term(exit).operand()))
    }

    /// What is left of a round, and the rounds that may follow it.
    fn round(&self, term: TermId, rounds: u32, inner: &Node) -> Written {
        let now = self.node(inner);
        let Term::Repeat { body, min, max } = self.program.term(term) else { return now };
        let gone = rounds.saturating_add(1);
        let (min, max) = (min.saturating_sub(gone), max.map(|max| max.saturating_sub(gone)));
        if max == Some(0) {
            return now;
        }
        joined(vec![now, counted(self.term(*body), min, max)], ", ")
    }

    /// `each` or `per`, and where those stand who are not at its start.
    fn many(&self, many: &Many, group: Option<&Group>) -> Written {
        let (head, begun) = match &many.over {
            Over::People { roles, .. } => {
                let roles: Vec<String> = roles.iter().map(|r| self.names.role(*r)).collect();
                let begun = group.map(|g| g.begun.iter()).unwrap_or_default();
                let of = |(person, ways): &(u32, &super::node::Ways)| {
                    let left: Vec<String> = ways.iter().map(|way| self.node(way).text).collect();
                    format!("{}: {}", self.names.person(*person), left.join(" or "))
                };
                (format!("each {}", roles.join(", ")), begun.iter().map(of).collect::<Vec<_>>())
            }
            Over::Entries(groups) => {
                let count = group.map_or(0, |g| g.begun.len());
                let begun = if count > 0 { vec![format!("{count} begun")] } else { Vec::new() };
                (format!("per {}", self.gathered(groups)), begun)
            }
        };
        let body = self.term(many.body).text;
        let begun = match begun.len() {
            0 => String::new(),
            n if n > SHOWN => {
                let shown: Vec<_> = begun.into_iter().take(SHOWN).collect();
                format!(" [{}; {} others]", shown.join("; "), n.saturating_sub(SHOWN))
            }
            _ => format!(" [{}]", begun.join("; ")),
        };
        Written::whole(format!("{head} ( {body} ){begun}"))
    }

    /// The message whose entries a `per` has an instance for.
    fn gathered(&self, groups: &[(TermId, usize)]) -> String {
        let holds = |(_, slots): &(&(TermId, TermId), &Vec<usize>), group: &(TermId, usize)| {
            slots.contains(&group.1)
        };
        let found = groups.iter().find_map(|group| {
            let mut all = self.program.gathers.iter().filter(|((scope, _), _)| *scope == group.0);
            all.find(|pair| holds(pair, group)).map(|((_, message), _)| *message)
        });
        match found.map(|term| self.program.term(term)) {
            Some(Term::Message(message, _)) => self.names.message(*message, &[]),
            _ => "…".into(),
        }
    }
}

/// Persons under an `each` that are told apart: what a person reads at a glance.
const SHOWN: usize = 6;

/// Parts beside an operator; those of which nothing is left are left out.
fn joined(parts: Vec<Written>, operator: &str) -> Written {
    let mut parts: Vec<Written> = if operator == " | " {
        parts
    } else {
        parts.into_iter().filter(|p| !p.is_nothing()).collect()
    };
    match parts.len() {
        0 => Written::whole("()"),
        1 => parts.pop().unwrap_or_else(|| Written::whole("()")),
        _ => {
            let parts: Vec<String> = parts.into_iter().map(Written::operand).collect();
            Written::loose(parts.join(operator))
        }
    }
}

/// `p?`, `p*`, `p+`, `p{2}`, `p{2..}`, `p{2..5}`
fn counted(body: Written, min: u32, max: Option<u32>) -> Written {
    let count = match (min, max) {
        (0, Some(1)) => "?".to_owned(),
        (0, None) => "*".into(),
        (1, None) => "+".into(),
        (1, Some(1)) => return body,
        (min, None) => format!("{{{min}..}}"),
        (min, Some(max)) if min == max => format!("{{{min}}}"),
        (min, Some(max)) => format!("{{{min}..{max}}}"),
    };
    Written::whole(format!("{}{count}", body.operand()))
}
