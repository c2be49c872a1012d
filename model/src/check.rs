//! A question to a configuration, what exploration answers, and what the closed forms say.

use std::fmt;

use crate::closed;
use crate::finals::{self, Verdict};
use crate::healing::{self, Ends};
use crate::rule::Rule;
use crate::seen::TooMany;
use crate::setting::Setting;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Can two outcomes be final under rule P, and do they name somebody?
    Finals,
    /// The same, if rounds may be skipped.
    FinalsSkipping,
    /// The same, if the rule allows for as many undiscovered double-sealers as there are.
    FinalsAllowing,
    /// Does an outcome become final when so many who kept the rule fall silent?
    Silence,
    /// The same, when they have lied first.
    SilenceAfterLies,
}

/// All questions, in the order of the command.
pub const QUESTIONS: [Question; 5] = [
    Question::Finals,
    Question::FinalsSkipping,
    Question::FinalsAllowing,
    Question::Silence,
    Question::SilenceAfterLies,
];

/// What is found, or expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Of finals.
    Finals(Verdict),
    /// Every run ends with a final outcome.
    Live,
    /// Some runs stay open until the silent speak, none after.
    Open,
    /// Some runs stay open whatever the silent say.
    InVain,
    /// Some runs need more rounds than the model has.
    CutOff,
}

/// One configuration, asked one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// States visited.
    pub states: usize,
    /// Runs from them after healing.
    pub runs: usize,
    /// What was found.
    pub found: Answer,
    /// What the closed form says.
    pub expected: Answer,
}

impl Question {
    /// Its name in the command.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finals => "finals",
            Self::FinalsSkipping => "finals-skipping",
            Self::FinalsAllowing => "finals-allowing",
            Self::Silence => "silence",
            Self::SilenceAfterLies => "silence-after-lies",
        }
    }

    /// Whether it is asked of this configuration. Healing is not asked about where even honest
    /// members make two outcomes final.
    #[must_use]
    pub fn fits(self, setting: &Setting) -> bool {
        let majority = 2 * setting.quorum > setting.members;
        match self {
            Self::Finals | Self::FinalsSkipping => true,
            Self::FinalsAllowing => setting.liars > 0,
            Self::Silence => majority,
            Self::SilenceAfterLies => majority && setting.liars > 0,
        }
    }

    /// The configuration as this question explores it. Two who have lied multiply runs, so that
    /// they are given a round less.
    #[must_use]
    pub fn asked_of(self, setting: &Setting) -> Setting {
        let rule = match self {
            Self::FinalsSkipping => Rule::SKIPPING,
            Self::FinalsAllowing => Rule { allowance: setting.liars, ..Rule::P },
            _ => Rule::P,
        };
        let less = self == Self::SilenceAfterLies && setting.liars > 1 && setting.rounds > 1;
        Setting { rule, rounds: setting.rounds - u8::from(less), ..*setting }
    }

    /// Explores.
    ///
    /// # Errors
    /// There are too many states.
    pub fn ask(self, setting: &Setting) -> Result<Line, TooMany> {
        let setting = self.asked_of(setting);
        let expected = self.expected(&setting);
        let finals = || {
            let found = finals::verdict(&setting)?;
            Ok(Line {
                states: found.states,
                runs: 0,
                found: Answer::Finals(found.verdict),
                expected,
            })
        };
        match self {
            Self::Finals | Self::FinalsSkipping | Self::FinalsAllowing => finals(),
            Self::Silence => {
                healing::mere_silence(&setting, setting.liars).map(|e| line(&e, expected))
            }
            Self::SilenceAfterLies => {
                healing::silence_after_lies(&setting).map(|e| line(&e, expected))
            }
        }
    }

    fn expected(self, setting: &Setting) -> Answer {
        let (n, q, f) = (setting.members, setting.quorum, setting.liars);
        match self {
            Self::Finals | Self::FinalsSkipping => Answer::Finals(closed::verdict(n, q, f)),
            Self::FinalsAllowing => Answer::Finals(closed::verdict_with_allowance(n, q, f)),
            _ if closed::live(n, q, f) => Answer::Live,
            _ => Answer::Open,
        }
    }
}

/// What runs say together: the worst of them.
fn line(ends: &Ends, expected: Answer) -> Line {
    let found = match (ends.cut, ends.vain, ends.open) {
        (0, 0, 0) => Answer::Live,
        (0, 0, _) => Answer::Open,
        (0, _, _) => Answer::InVain,
        _ => Answer::CutOff,
    };
    Line { states: ends.states, runs: ends.runs, found, expected }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Finals(Verdict::Safe) => "safe",
            Self::Finals(Verdict::Proven) => "proven",
            Self::Finals(Verdict::Unproven) => "unproven",
            Self::Live => "live",
            Self::Open => "open",
            Self::InVain => "open in vain",
            Self::CutOff => "cut off",
        })
    }
}
