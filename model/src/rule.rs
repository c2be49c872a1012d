//! Rule P: what a member does who has heard so much of a round; and its variants, each a switch.
//!
//! In: a [`Tally`], what one member has heard of one round. Out: the set of outcomes that it may
//! seal in the round after; none, if it has to stay. The rule is that of `spec/outcome.md`; the
//! switches are rules that were considered and left out, so that each can be seen to break.
//!
//! Outcomes are small numbers, and index arrays of [`OUTCOMES`] counts: an index is always below
//! the setting's number of outcomes, which [`crate::setting`] has checked.

use crate::limits::OUTCOMES;

/// How many members for each outcome.
pub type Votes = [u8; OUTCOMES];

/// A set of outcomes, one bit for each.
pub type Outcomes = u8;

/// What counts, once somebody is proven to have sealed twice in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forkers {
    /// They may have sealed anything: they count for every outcome (rule P).
    CountForAll,
    /// They count for what they were heard to seal.
    CountForTheirs,
    /// Their seals are dropped.
    Dropped,
}

/// How much a member must have heard before it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Seals of at least q members (rule P).
    Quorum,
    /// Anything, even nothing.
    Anything,
}

/// Whether a seal of a later round must follow from the seals in its causal past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Justification {
    /// It must, or it counts as not heard (rule P).
    Required,
    /// Any seal of any round is as good as another.
    NotRequired,
}

/// When a member may leave a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moving {
    /// When at most one outcome can still reach q (rule P).
    AtMostOnePossible,
    /// When no outcome can still reach q (the rule before).
    NonePossible,
}

/// What a member seals when it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What the round that it leaves leads to (rule P).
    OfTheRound,
    /// Whatever the merged log yields now: in the model, anything.
    Anew,
}

/// How a member comes to a later round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounds {
    /// From any earlier round, whether or not it sealed in those between.
    MayBeSkipped,
    /// A seal of round r + 1 has its author's own seal of round r in its past.
    OneByOne,
}

/// Which seals add up to a final outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adding {
    /// Those of one round (rule P).
    OneRound,
    /// Those of all rounds, each person once.
    AllRounds,
}

/// A rule, as a choice at each switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What proven double-sealers count for.
    pub forkers: Forkers,
    /// How much must have been heard.
    pub hearing: Hearing,
    /// Whether later seals must be justified.
    pub justification: Justification,
    /// When a member may move.
    pub moving: Moving,
    /// What it then seals.
    pub choice: Choice,
    /// Whether rounds may be skipped.
    pub rounds: Rounds,
    /// Which seals add up.
    pub adding: Adding,
    /// How many liars to allow for. Those who are not proven yet are added to what is possible.
    pub allowance: u8,
}

impl Rule {
    /// Rule P, with rounds taken one by one.
    pub const P: Self = Self {
        forkers: Forkers::CountForAll,
        hearing: Hearing::Quorum,
        justification: Justification::Required,
        moving: Moving::AtMostOnePossible,
        choice: Choice::OfTheRound,
        rounds: Rounds::OneByOne,
        adding: Adding::OneRound,
        allowance: 0,
    };

    /// Rule P, with rounds that may be skipped.
    pub const SKIPPING: Self = Self { rounds: Rounds::MayBeSkipped, ..Self::P };
}

/// What a member has heard of one round.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    /// Members who were heard to seal this outcome and no other.
    pub single: Votes,
    /// Members of whom no seal was heard.
    pub unheard: u8,
    /// Members who were heard to seal several outcomes.
    pub proven: u8,
    /// Of those, how many sealed this outcome.
    pub of_proven: Votes,
}

impl Tally {
    /// Nothing heard yet of so many members.
    #[must_use]
    pub fn of_nobody(members: u8) -> Self {
        Self { single: [0; OUTCOMES], unheard: members, proven: 0, of_proven: [0; OUTCOMES] }
    }

    /// One more member is heard, with these outcomes; with none, it stays unheard.
    #[must_use]
    pub fn with(mut self, outcomes: Outcomes) -> Self {
        let several = outcomes.count_ones() > 1;
        let votes = if several { &mut self.of_proven } else { &mut self.single };
        for (outcome, count) in votes.iter_mut().enumerate() {
            *count += (outcomes >> outcome) & 1;
        }
        self.unheard -= u8::from(outcomes != 0);
        self.proven += u8::from(several);
        self
    }
}

/// A rule for so many members, of whom a quorum makes an outcome final.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    /// The rule.
    pub rule: Rule,
    /// n.
    pub members: u8,
    /// q.
    pub quorum: u8,
    /// How many outcomes there are.
    pub outcomes: u8,
}

impl Judge {
    /// What a member who has heard this may seal in the next round; the empty set: it stays.
    #[must_use]
    pub fn moves(&self, heard: &Tally) -> Outcomes {
        let quiet = self.members - heard.unheard < self.quorum;
        if quiet && self.rule.hearing == Hearing::Quorum {
            return 0;
        }
        if self.finals(heard) != 0 {
            return 0;
        }
        let possible = self.each(|outcome| self.can_reach(heard, outcome));
        let to = match (possible.count_ones(), self.rule.moving) {
            (0, _) => self.most(heard),
            (1, Moving::AtMostOnePossible) => possible,
            _ => 0,
        };
        match self.rule.choice {
            Choice::Anew if to != 0 => self.each(|_| self.quorum),
            _ => to,
        }
    }

    /// The outcomes that are final for a member who has heard this.
    #[must_use]
    pub fn finals(&self, heard: &Tally) -> Outcomes {
        self.each(|outcome| self.has(heard, outcome))
    }

    /// The outcomes that this gives a quorum.
    fn each(&self, count: impl Fn(usize) -> u8) -> Outcomes {
        (0..self.outcomes)
            .filter(|outcome| count(usize::from(*outcome)) >= self.quorum)
            .fold(0, |set, outcome| set | 1 << outcome)
    }

    /// How many seals the mover could put into a certificate.
    fn has(&self, heard: &Tally, outcome: usize) -> u8 {
        match self.rule.forkers {
            Forkers::Dropped => heard.single[outcome],
            _ => heard.single[outcome] + heard.of_proven[outcome],
        }
    }

    /// How many seals somebody else could have.
    fn can_reach(&self, heard: &Tally, outcome: usize) -> u8 {
        let forkers = match self.rule.forkers {
            Forkers::CountForAll => heard.proven,
            Forkers::CountForTheirs => heard.of_proven[outcome],
            Forkers::Dropped => 0,
        };
        let undiscovered = self.rule.allowance.saturating_sub(heard.proven);
        heard.single[outcome] + heard.unheard + forkers + undiscovered
    }

    /// The outcome with most seals, the smallest of those that tie; none if nobody is counted.
    fn most(&self, heard: &Tally) -> Outcomes {
        let most = heard.single.iter().max().copied().unwrap_or(0);
        // Without having to hear anybody, a member has nothing to go by, and may seal anything.
        if most == 0 {
            let blind = self.rule.hearing == Hearing::Anything;
            return if blind { self.each(|_| self.quorum) } else { 0 };
        }
        (0..self.outcomes)
            .find(|outcome| heard.single[usize::from(*outcome)] == most)
            .map_or(0, |outcome| 1 << outcome)
    }
}
