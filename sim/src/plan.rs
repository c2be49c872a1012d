//! What is to happen in a run: drawn from the seed before it begins, so that parts can be left out.

use crate::scenario::SCENARIOS;
use crate::seed::Numbers;

/// The network between agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    /// Of a hundred messages, so many are lost.
    pub loss: u64,
    /// Of a hundred, so many come twice.
    pub twice: u64,
    /// The least time that one takes, in ms.
    pub delay: u64,
    /// And so much more at most: what is sent later may come earlier.
    pub spread: u64,
    /// Of a hundred, so many take ten times as long.
    pub slow: u64,
}

/// What a liar does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// From now on it is two-faced: it forgets something, goes on as if it had never been there, and shows
    /// that face to some of the others. So it forks its chain, and seals twice.
    TwoFaced {
        /// Who sees the first face: a bit an agent.
        mask: u64,
    },
    /// It says something as if it had seen little, at the earliest time that it can.
    Backdate,
    /// It says something dated ahead.
    Ahead,
    /// It sends nothing to half of the others.
    Withhold,
    /// It seals what is wrong.
    BadSeal,
    /// It seals a round again, or another one, for another outcome.
    SealTwice,
    /// It writes an entry with a seq that it has used.
    Fork,
    /// It sends bytes that are no entry, and entries with a bit flipped.
    Garbage,
    /// It sends entries of another conversation.
    Replay,
}

/// All lies.
pub const LIES: [Lie; 9] = [
    Lie::TwoFaced { mask: 0b1001_0101 },
    Lie::Backdate,
    Lie::Ahead,
    Lie::Withhold,
    Lie::BadSeal,
    Lie::SealTwice,
    Lie::Fork,
    Lie::Garbage,
    Lie::Replay,
];

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Says something that it may say.
    Speak,
    /// Says something, whether it may or not.
    Blurt,
    /// Its machine stops, and starts again after so many ms.
    Crash {
        /// ms
        down: u64,
    },
    /// Its machine will stop in the middle of what it does: at the n-th step of its disk.
    Power {
        /// From 1.
        nth: u64,
        /// Then it starts again after so many ms.
        down: u64,
    },
    /// A copy of its disk is put aside.
    Backup,
    /// The last copy is put back.
    Restore,
    /// It saves its conversation, to take it up fast.
    Keep,
    /// Its clock is off by so many ms from now on.
    Skew {
        /// ms
        by: i64,
    },
    /// It is never heard again.
    Gone,
    /// For so many ms it and those of the mask hear nothing of the others.
    Cut {
        /// Who is on one side: a bit an agent.
        mask: u64,
        /// Who still reaches both sides.
        both: u64,
        /// ms
        ms: u64,
    },
    /// Where it is a liar, it lies.
    Lie(Lie),
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// ms since the beginning.
    pub at: u64,
    /// Whom it happens to.
    pub who: usize,
    /// What.
    pub deed: Deed,
    /// A number of its own, for all that chance decides in it.
    pub choice: u64,
}

/// What is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Of what all other numbers come.
    pub seed: u64,
    /// Which of [`SCENARIOS`].
    pub scenario: usize,
    /// Who lies: a bit an agent.
    pub liars: u64,
    /// The network.
    pub net: Net,
    /// In order of time.
    pub events: Vec<Event>,
}

impl Plan {
    /// The plan of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut numbers = Numbers::of(seed, 1);
        let scenario = numbers.index(SCENARIOS.len());
        let n = SCENARIOS.get(scenario).map_or(1, crate::scenario::Scenario::members);
        let liars = liars(&mut numbers, n);
        let net = net(&mut numbers);
        let span = numbers.from_to(15_000, 70_000);
        let mut drawing = Drawing { numbers, events: Vec::new(), n, span };
        drawing.talk();
        drawing.troubles();
        for liar in (0..n).filter(|who| liars >> who & 1 == 1) {
            drawing.lies(liar);
        }
        let mut events = drawing.events;
        events.sort_by_key(|event| event.at);
        Self { seed, scenario, liars, net, events }
    }

    /// Whether an agent lies.
    #[must_use]
    pub fn lies(&self, who: usize) -> bool {
        self.liars >> who & 1 == 1
    }
}

/// Half of the runs have no liar; a few have two.
fn liars(numbers: &mut Numbers, n: usize) -> u64 {
    let count = match numbers.below(100) {
        0..45 => 0,
        45..90 => 1,
        _ => 2,
    };
    let mut all: Vec<usize> = (0..n).collect();
    numbers.shuffle(&mut all);
    all.iter().take(count.min(n.saturating_sub(1))).fold(0, |mask, who| mask | 1 << who)
}

fn net(numbers: &mut Numbers) -> Net {
    let bad = numbers.percent(60);
    Net {
        loss: if bad { numbers.below(40) } else { 0 },
        twice: if bad { numbers.below(15) } else { 0 },
        delay: numbers.from_to(10, 300),
        spread: numbers.from_to(10, if bad { 4_000 } else { 300 }),
        slow: if bad { numbers.below(10) } else { 0 },
    }
}

/// Events being drawn.
struct Drawing {
    numbers: Numbers,
    events: Vec<Event>,
    n: usize,
    span: u64,
}

impl Drawing {
    fn add(&mut self, at: u64, who: usize, deed: Deed) {
        let choice = self.numbers.next();
        self.events.push(Event { at, who, deed, choice });
    }

    /// Something that happens at some time, to somebody.
    fn anywhere(&mut self, deed: Deed) {
        let (at, who) = (self.numbers.below(self.span), self.numbers.index(self.n));
        self.add(at, who, deed);
    }

    /// In so many of a hundred runs, up to so many.
    fn some(&mut self, odds: u64, most: u64) -> u64 {
        if self.numbers.percent(odds) { self.numbers.from_to(1, most) } else { 0 }
    }

    /// What is said: now and then many at once, who have not heard each other; some in the same ms.
    fn talk(&mut self) {
        let n = self.n as u64;
        let count = self.numbers.from_to(n + 2, 3 * n + 4);
        let bursts: Vec<u64> = (0..3).map(|_| self.numbers.below(self.span)).collect();
        for _ in 0..count {
            let at = match self.numbers.pick(&bursts).copied() {
                Some(burst) if self.numbers.percent(30) => burst,
                Some(burst) if self.numbers.percent(40) => burst + self.numbers.below(1_500),
                _ => self.numbers.below(self.span),
            };
            let who = self.numbers.index(self.n);
            let deed = if self.numbers.percent(6) { Deed::Blurt } else { Deed::Speak };
            self.add(at, who, deed);
        }
    }

    fn mask(&mut self) -> u64 {
        self.numbers.below((1 << self.n) - 1) + 1
    }

    /// Half of those who are not the liar.
    fn half_of_others(&mut self, liar: usize) -> u64 {
        let mut others: Vec<usize> = (0..self.n).filter(|who| *who != liar).collect();
        self.numbers.shuffle(&mut others);
        others.iter().take(others.len().div_ceil(2)).fold(0, |mask, who| mask | 1 << who)
    }

    fn troubles(&mut self) {
        for _ in 0..self.some(55, 3) {
            let (mask, ms) = (self.mask(), self.numbers.from_to(1_000, self.span / 2));
            self.anywhere(Deed::Cut { mask, both: 0, ms });
        }
        for _ in 0..self.some(40, 3) {
            let down = self.numbers.from_to(10, 8_000);
            let nth = self.numbers.from_to(1, 40);
            let crash = self.numbers.percent(35);
            self.anywhere(if crash { Deed::Crash { down } } else { Deed::Power { nth, down } });
        }
        for _ in 0..self.some(30, 2) {
            self.copies();
        }
        for _ in 0..self.some(25, 2) {
            self.anywhere(Deed::Keep);
        }
        for _ in 0..self.some(25, 2) {
            let by = i64::try_from(self.numbers.below(260_000)).unwrap_or(0) - 130_000;
            self.anywhere(Deed::Skew { by });
        }
        if self.numbers.percent(8) {
            self.anywhere(Deed::Gone);
        }
    }

    /// A copy of somebody's disk, and later it is put back.
    fn copies(&mut self) {
        let who = self.numbers.index(self.n);
        let at = self.numbers.below(self.span);
        self.add(at, who, Deed::Backup);
        let speaks = at + self.numbers.below(6_000);
        self.add(speaks, who, Deed::Speak);
        let back = speaks + self.numbers.below(25_000);
        self.add(back, who, Deed::Restore);
    }

    /// A liar's lies. In a conspiracy the others are cut in two, and it shows each half a face.
    fn lies(&mut self, liar: usize) {
        if self.numbers.percent(45) {
            let early = self.numbers.percent(50);
            let at = self.numbers.below(if early { 2_000 } else { self.span });
            let (mask, ms) = (self.half_of_others(liar), self.numbers.from_to(20_000, 40_000));
            self.add(at, liar, Deed::Cut { mask, both: 1 << liar, ms });
            self.add(at + 1, liar, Deed::Lie(Lie::TwoFaced { mask }));
            for _ in 0..2 * self.n {
                let (at, who) = (at + self.numbers.below(4_000), self.numbers.index(self.n));
                self.add(at, who, Deed::Speak);
            }
        }
        for _ in 0..self.numbers.from_to(1, 3) {
            let Some(lie) = self.numbers.pick(&LIES).copied() else { continue };
            let at = self.numbers.below(self.span + 10_000);
            self.add(at, liar, Deed::Lie(lie));
        }
    }
}
