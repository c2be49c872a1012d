//! Patterns by derivatives, without any memory: what is left of the pattern after each message is
//! worked out again from the start each time (`spec/pattern.md`). Not known here: `per`.

use std::collections::BTreeMap;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{MessageId, RoleId, Rules};
use mundi_lang::syntax::PatternSyntax as S;

/// Who holds which role, in order of joining.
pub type Holders = [(RoleId, Fingerprint)];

/// What is left of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum P {
    Never,
    Done,
    Message(MessageId, Vec<RoleId>),
    Then(Box<P>, Box<P>),
    Or(Vec<P>),
    And(Box<P>, Box<P>),
    Times(Box<P>, u32, Option<u32>),
    /// Its roles, whether one of them is open, what each does, what is left for who has begun.
    Each(Vec<RoleId>, bool, Box<P>, BTreeMap<Fingerprint, P>),
    One(RoleId, Option<Fingerprint>, Box<P>),
    Unless(Box<P>, Box<P>),
}
use P::{And, Done, Each, Message, Never, One, Or, Then, Times, Unless};

/// A message through a role of its sender.
pub type Event = (MessageId, RoleId, Fingerprint);

fn then(a: P, b: P) -> P {
    match (a, b) {
        (Never, _) | (_, Never) => Never,
        (Done, b) => b,
        (a, Done) => a,
        (a, b) => Then(Box::new(a), Box::new(b)),
    }
}

fn and(a: P, b: P) -> P {
    match (a, b) {
        (Never, _) | (_, Never) => Never,
        (Done, b) => b,
        (a, Done) => a,
        (a, b) => And(Box::new(a), Box::new(b)),
    }
}

fn or(parts: impl IntoIterator<Item = P>) -> P {
    let mut all: Vec<P> = Vec::new();
    for part in parts {
        let parts = if let Or(parts) = part { parts } else { vec![part] };
        for part in parts {
            if part != Never && !all.contains(&part) {
                all.push(part);
            }
        }
    }
    match all.len() {
        0 => Never,
        1 => all.remove(0),
        _ => Or(all),
    }
}

fn times(p: &P, min: u32, max: Option<u32>) -> P {
    if max == Some(0) { Done } else { Times(Box::new(p.clone()), min, max) }
}

impl P {
    /// A pattern as written.
    pub fn new(s: &S, rules: &Rules) -> P {
        let all = |parts: &[mundi_lang::Spanned<S>], join: fn(P, P) -> P| {
            let parts = parts.iter().map(|p| P::new(&p.node, rules));
            parts.rev().reduce(|after, before| join(before, after)).unwrap_or(Done)
        };
        let inner = |of: &mundi_lang::Spanned<S>| Box::new(P::new(&of.node, rules));
        let role = |name: &mundi_lang::Name| rules.role(&name.node).unwrap();
        match s {
            S::Message { name, by } => {
                let number = rules.message(&name.node).unwrap();
                let anybody = rules.messages[usize::from(number)].by.clone();
                Message(number, by.as_ref().map_or(anybody, |by| vec![role(by)]))
            }
            S::Sequence(parts) => all(parts, then),
            S::Either(parts) => or(parts.iter().map(|p| P::new(&p.node, rules))),
            S::Interleave(parts) => all(parts, and),
            S::Repeat { of, min, max } => times(&inner(of), *min, *max),
            S::Each { roles, of } => {
                let roles: Vec<RoleId> = roles.iter().map(role).collect();
                let open = roles.iter().any(|r| {
                    rules.roles[usize::from(*r)].open == mundi_lang::rules::Openness::Open
                });
                Each(roles, open, inner(of), BTreeMap::new())
            }
            S::One { role: of_role, of } => One(role(of_role), None, inner(of)),
            S::Unless { of, exit } => Unless(inner(of), inner(exit)),
            S::Per { .. } => panic!("the reference knows no `per`"),
        }
    }

    /// Whether it may end here.
    pub fn may_end(&self, here: &Holders) -> bool {
        match self {
            Never | Message(..) => false,
            Done => true,
            Then(a, b) | And(a, b) => a.may_end(here) && b.may_end(here),
            Or(parts) => parts.iter().any(|p| p.may_end(here)),
            Times(p, min, _) => *min == 0 || p.may_end(here),
            Each(roles, _, p, begun) => holders(roles, here).all(|who| begun.get(&who).unwrap_or(p).may_end(here)),
            One(_, _, p) | Unless(p, _) => p.may_end(here),
        }
    }

    /// Whether any message of it can still come.
    pub fn can_come(&self, here: &Holders) -> bool {
        match self {
            Never | Done => false,
            Message(..) => true,
            Then(a, b) => a.can_come(here) || (a.may_end(here) && b.can_come(here)),
            And(a, b) => a.can_come(here) || b.can_come(here),
            Or(parts) => parts.iter().any(|p| p.can_come(here)),
            Each(roles, open, p, begun) => {
                *open || holders(roles, here).any(|who| begun.get(&who).unwrap_or(p).can_come(here))
            }
            Times(p, ..) | One(_, _, p) | Unless(p, _) => p.can_come(here),
        }
    }

    /// What is left after a message; `Never` where it is out of turn.
    pub fn after(&self, event: Event, here: &Holders) -> P {
        let (message, role, who) = event;
        match self {
            Never | Done => Never,
            Message(m, roles) if *m == message && roles.contains(&role) => Done,
            Message(..) => Never,
            Then(a, b) => {
                let first = then(a.after(event, here), (**b).clone());
                let second = if a.may_end(here) { b.after(event, here) } else { Never };
                or([first, second])
            }
            And(a, b) => or([
                and(a.after(event, here), (**b).clone()),
                and((**a).clone(), b.after(event, here)),
            ]),
            Or(parts) => or(parts.iter().map(|p| p.after(event, here))),
            Times(p, min, max) => {
                let rest = times(p, min.saturating_sub(1), max.map(|m| m - 1));
                then(p.after(event, here), rest)
            }
            Each(roles, open, p, begun) => {
                let next = begun.get(&who).unwrap_or(p).after(event, here);
                if !roles.contains(&role) || next == Never {
                    return Never;
                }
                let mut begun = begun.clone();
                begun.insert(who, next);
                Each(roles.clone(), *open, p.clone(), begun)
            }
            One(of, bound, p) => {
                let through = *of == role;
                let next = p.after(event, here);
                if next == Never || (through && bound.is_some_and(|b| b != who)) {
                    return Never;
                }
                One(*of, if through { Some(who) } else { *bound }, Box::new(next))
            }
            Unless(p, exit) => {
                let stay = match p.after(event, here) {
                    Never => Never,
                    next => Unless(Box::new(next), exit.clone()),
                };
                let gone = if p.can_come(here) { exit.after(event, here) } else { Never };
                or([stay, gone])
            }
        }
    }

    /// What is left after a person has left: who holds none of the roles any more owes nothing.
    pub fn without(&self, who: Fingerprint, here: &Holders) -> P {
        let inside = |p: &P| Box::new(p.without(who, here));
        match self {
            Never | Done | Message(..) | Times(..) => self.clone(),
            Then(a, b) => Then(inside(a), b.clone()),
            And(a, b) => And(inside(a), inside(b)),
            Or(parts) => or(parts.iter().map(|p| p.without(who, here))),
            Each(roles, open, p, begun) => {
                let mut begun = begun.clone();
                if !holders(roles, here).any(|holder| holder == who) {
                    begun.remove(&who);
                }
                let begun = begun.iter().map(|(w, p)| (*w, p.without(who, here))).collect();
                Each(roles.clone(), *open, p.clone(), begun)
            }
            One(role, bound, p) => One(*role, *bound, inside(p)),
            Unless(p, exit) => Unless(inside(p), exit.clone()),
        }
    }
}

fn holders<'a>(roles: &'a [RoleId], here: &'a Holders) -> impl Iterator<Item = Fingerprint> + 'a {
    here.iter().filter(|(role, _)| roles.contains(role)).map(|(_, who)| *who)
}
