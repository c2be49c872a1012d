//! What a pattern means, said as plainly as it can be: by trying every way to cut a word.
//!
//! Without `per`, and for a crowd that stays.

use mundi_lang::rules::{MessageId, Pattern, RoleId};

use super::people::Crowd;
use crate::pattern::People;

/// A message said by a person who holds one role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) message: MessageId,
    pub(super) role: RoleId,
    pub(super) person: u32,
}

pub(super) struct Naive<'a> {
    pub(super) crowd: &'a Crowd,
    pub(super) letters: &'a [Said],
}

/// How much of a pattern a word is.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    Whole,
    Begun,
}
use Reach::{Begun, Whole};

impl Naive<'_> {
    pub(super) fn whole(&self, p: &Pattern, word: &[Said]) -> bool {
        self.is(Whole, p, word)
    }

    pub(super) fn begun(&self, p: &Pattern, word: &[Said]) -> bool {
        self.is(Begun, p, word)
    }

    pub(super) fn can_come(&self, p: &Pattern, word: &[Said]) -> bool {
        self.letters.iter().any(|x| self.begun(p, &[word, &[*x]].concat()))
    }

    fn is(&self, reach: Reach, p: &Pattern, word: &[Said]) -> bool {
        match p {
            Pattern::Message(message, roles) => match word {
                [] => reach == Begun,
                [x] => x.message == *message && roles.contains(&x.role),
                _ => false,
            },
            Pattern::Sequence(parts) => match parts.split_first() {
                None => word.is_empty(),
                Some((first, rest)) => {
                    self.then(reach, first, word, 0, &Pattern::Sequence(rest.to_vec()))
                }
            },
            Pattern::Either(parts) => parts.iter().any(|p| self.is(reach, p, word)),
            Pattern::Interleave(parts) => match parts.split_first() {
                None => word.is_empty(),
                Some((first, rest)) => {
                    let rest = Pattern::Interleave(rest.to_vec());
                    (0..1_u32 << word.len()).any(|mask| {
                        let (ours, theirs) = deal(word, mask);
                        self.is(reach, first, &ours) && self.is(reach, &rest, &theirs)
                    })
                }
            },
            Pattern::Repeat(_, _, Some(0)) => word.is_empty(),
            Pattern::Repeat(body, min, max) => {
                if word.is_empty() {
                    return reach == Begun || *min == 0 || self.whole(body, word);
                }
                let less = max.map(|max| max - 1);
                let rest = Pattern::Repeat(body.clone(), min.saturating_sub(1), less);
                self.then(reach, body, word, 1, &rest)
            }
            Pattern::Each(roles, body) => {
                let here = self.crowd.holders(roles);
                word.iter().all(|x| here.contains(&x.person) && roles.contains(&x.role))
                    && here.iter().all(|person| {
                        let own: Vec<_> =
                            word.iter().copied().filter(|x| x.person == *person).collect();
                        self.is(reach, body, &own)
                    })
            }
            Pattern::One(role, body) => {
                let mut through = word.iter().filter(|x| x.role == *role);
                let first = through.next();
                through.all(|x| Some(x.person) == first.map(|f| f.person))
                    && self.is(reach, body, word)
            }
            Pattern::Unless(body, exit) => {
                self.is(reach, body, word)
                    || (0..word.len()).any(|cut| {
                        let (before, after) = word.split_at(cut);
                        self.can_come(body, before)
                            && self.begun(body, before)
                            && self.is(reach, exit, after)
                    })
            }
            Pattern::Per(..) => panic!("no `per` here"),
        }
    }

    /// A word of `first`, of at least so many letters, and then one of `rest`.
    fn then(
        &self,
        reach: Reach,
        first: &Pattern,
        word: &[Said],
        least: usize,
        rest: &Pattern,
    ) -> bool {
        (reach == Begun && self.begun(first, word))
            || (least..=word.len()).any(|cut| {
                let (before, after) = word.split_at(cut);
                self.whole(first, before) && self.is(reach, rest, after)
            })
    }
}

fn deal(word: &[Said], mask: u32) -> (Vec<Said>, Vec<Said>) {
    let mut hands = (Vec::new(), Vec::new());
    for (at, x) in word.iter().enumerate() {
        if mask >> at & 1 == 1 { hands.0.push(*x) } else { hands.1.push(*x) }
    }
    hands
}
