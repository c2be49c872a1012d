//! What a mover may have heard, chosen for it: every subset of the seals that exist.
//!
//! In: how many honest members sealed what in a round, what each liar could sign there, and which
//! seal is the mover's own. Out: the set of all outcomes that some subset lets it seal in the round
//! after. Nothing is lost by choosing at the move: hearing only grows, and matters only there.
//!
//! Arrays are indexed by outcomes and by liars, both below their limits by the setting.

use crate::limits::{LIARS, OUTCOMES};
use crate::rule::{Judge, Outcomes, Tally, Votes};
use crate::setting::Setting;

/// What each liar could sign in a round.
pub type Forged = [Outcomes; LIARS];

/// The seal that a mover has heard in any case: its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// It has none in this round.
    None,
    /// An honest member's, for this outcome.
    Honest(u8),
    /// That of this liar, for one outcome or more.
    Liar(u8),
}

/// Has not been asked yet.
const UNKNOWN: u8 = u8::MAX;

/// Answers, and those given before: a round looks the same in many states.
#[derive(Clone, Debug)]
pub struct Hearing {
    judge: Judge,
    liars: u8,
    all: Outcomes,
    known: Vec<Outcomes>,
}

/// One question.
#[derive(Clone, Copy)]
struct Question {
    honest: Votes,
    own: Own,
    forged: Forged,
}

impl Hearing {
    /// Nothing asked yet.
    #[must_use]
    pub fn new(setting: &Setting) -> Self {
        let bits = u32::from(setting.outcomes) * (3 + LIARS as u32) + 3;
        let known = vec![UNKNOWN; 1 << bits];
        Self { judge: setting.judge(), liars: setting.liars, all: setting.all(), known }
    }

    /// The outcomes that a member may come to seal in the next round.
    pub fn outcomes(&mut self, honest: &Votes, own: Own, forged: &Forged) -> Outcomes {
        let question = Question { honest: *honest, own, forged: *forged };
        let place = self.place(&question);
        if self.known[place] == UNKNOWN {
            let mut found = 0;
            let tally = Tally::of_nobody(self.judge.members);
            self.hear_honest(&question, 0, tally, &mut found);
            self.known[place] = found;
        }
        self.known[place]
    }

    /// Where the answer is kept: the question's parts side by side.
    fn place(&self, question: &Question) -> usize {
        let outcomes = usize::from(self.judge.outcomes);
        let own = match question.own {
            Own::None => 0,
            Own::Honest(outcome) => 1 + usize::from(outcome),
            Own::Liar(liar) => 1 + OUTCOMES + usize::from(liar),
        };
        let honest = question.honest.iter().take(outcomes);
        let place = honest.fold(own, |place, count| place << 3 | usize::from(*count));
        question.forged.iter().fold(place, |place, set| place << outcomes | usize::from(*set))
    }

    /// Any number of those who sealed this outcome and those after it, the mover among them.
    fn hear_honest(&self, question: &Question, outcome: u8, tally: Tally, found: &mut Outcomes) {
        if *found == self.all {
            return;
        }
        if outcome == self.judge.outcomes {
            return self.hear_liars(question, 0, tally, found);
        }
        let least = u8::from(question.own == Own::Honest(outcome));
        for count in least..=question.honest[usize::from(outcome)] {
            let heard = (0..count).fold(tally, |tally, _| tally.with(1 << outcome));
            self.hear_honest(question, outcome + 1, heard, found);
        }
    }

    /// Any part of what this liar and those after it could have signed.
    fn hear_liars(&self, question: &Question, liar: u8, tally: Tally, found: &mut Outcomes) {
        if liar == self.liars {
            *found |= self.judge.moves(&tally);
            return;
        }
        let signed = question.forged[usize::from(liar)];
        for part in (0..=self.all).filter(|part| part & !signed == 0) {
            if part != 0 || question.own != Own::Liar(liar) {
                self.hear_liars(question, liar + 1, tally.with(part), found);
            }
        }
    }
}
