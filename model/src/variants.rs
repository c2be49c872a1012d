//! Rules that were left out, each with where it breaks although rule P holds there.

use crate::closed;
use crate::finals::Verdict;
use crate::roles;
use crate::rule::{Adding, Choice, Forkers, Hearing, Justification, Moving, Rounds, Rule};
use crate::setting::Setting;
use crate::witness::{self, Witness};

/// Members up to which a break is looked for. Names make states many; all breaks need fewer.
const MOST: u8 = 4;

/// What a variant breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Two outcomes become final where rule P lets only one.
    Finals,
    /// The same, by members who seal once a round, but not by the rule.
    FinalsByLoose,
    /// The same, compared with rule P that allows for undiscovered liars.
    FinalsWithAllowance,
    /// Nothing becomes final when members are merely silent, where with rule P it does.
    Silence,
    /// The same, when they have lied before.
    SilenceAfterLies,
    /// Two outcomes become final as members join.
    Roles,
}

/// A rule that was left out.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// What the command calls it.
    pub name: &'static str,
    /// What it does otherwise.
    pub does: &'static str,
    /// The rule.
    pub rule: Rule,
    /// What comes of it.
    pub harm: Harm,
}

/// All of them.
pub const VARIANTS: [Variant; 10] = [
    Variant {
        name: "forkers-dropped",
        does: "Seals of proven double-sealers are not counted; the rule allows for f undiscovered.",
        rule: Rule { forkers: Forkers::Dropped, ..Rule::P },
        harm: Harm::FinalsWithAllowance,
    },
    Variant {
        name: "forkers-by-value",
        does: "Proven double-sealers count for what they were heard to seal, not for every outcome; \
               the rule allows for f undiscovered.",
        rule: Rule { forkers: Forkers::CountForTheirs, ..Rule::P },
        harm: Harm::FinalsWithAllowance,
    },
    Variant {
        name: "outcomes-anew",
        does: "Who moves seals what the merged log now yields, whatever the round leads to.",
        rule: Rule { choice: Choice::Anew, ..Rule::P },
        harm: Harm::Finals,
    },
    Variant {
        name: "open-roles",
        does: "Who seals, and so n and q, depends on the cut.",
        rule: Rule::P,
        harm: Harm::Roles,
    },
    Variant {
        name: "no-hearing",
        does: "A member moves without having heard q members.",
        rule: Rule { hearing: Hearing::Anything, ..Rule::P },
        harm: Harm::Finals,
    },
    Variant {
        name: "no-justification",
        does: "A seal of a later round need not follow from its causal past.",
        rule: Rule { justification: Justification::NotRequired, ..Rule::P },
        harm: Harm::FinalsByLoose,
    },
    Variant {
        name: "no-hearing-no-justification",
        does: "Neither is asked for.",
        rule: Rule {
            hearing: Hearing::Anything,
            justification: Justification::NotRequired,
            ..Rule::SKIPPING
        },
        harm: Harm::FinalsByLoose,
    },
    Variant {
        name: "rounds-add-up",
        does: "Seals of different rounds for one outcome add up.",
        rule: Rule { adding: Adding::AllRounds, ..Rule::P },
        harm: Harm::Finals,
    },
    Variant {
        name: "none-possible",
        does: "A member moves only when no outcome at all can reach q.",
        rule: Rule { moving: Moving::NonePossible, ..Rule::P },
        harm: Harm::Silence,
    },
    Variant {
        name: "skipping",
        does: "A member may leave a round in which it has not sealed.",
        rule: Rule { rounds: Rounds::MayBeSkipped, ..Rule::P },
        harm: Harm::SilenceAfterLies,
    },
];

impl Variant {
    /// The settings of so many members in which rule P does what is asked, fewest lies first.
    pub fn settings(&self, members: u8) -> impl Iterator<Item = Setting> + use<> {
        let variant = *self;
        let quorums = members / 2 + 1..=members;
        let pairs = (0..=2).flat_map(move |bad| quorums.clone().map(move |quorum| (bad, quorum)));
        pairs.filter_map(move |(bad, quorum)| variant.setting(members, quorum, bad))
    }

    /// The setting with so many who are bad in the variant's way, if rule P holds in it.
    fn setting(&self, members: u8, quorum: u8, bad: u8) -> Option<Setting> {
        let kept = closed::verdict(members, quorum, bad) == Verdict::Safe;
        let live = closed::live(members, quorum, bad);
        let (holds, liars, loose, allowance) = match self.harm {
            Harm::Finals => (kept, bad, 0, 0),
            Harm::FinalsByLoose => (bad > 0, 0, bad, 0),
            Harm::FinalsWithAllowance => {
                let safe = closed::verdict_with_allowance(members, quorum, bad) == Verdict::Safe;
                (bad > 0 && safe, bad, 0, bad)
            }
            Harm::Silence => (live && bad == 0, 0, 0, 0),
            Harm::SilenceAfterLies => (live && bad > 0, bad, 0, 0),
            Harm::Roles => (false, 0, 0, 0),
        };
        let rule = Rule { allowance, ..self.rule };
        // With two outcomes, whoever seals twice seals everything, and there is no other value.
        let outcomes = if self.rule.forkers == Forkers::CountForTheirs { 3 } else { 2 };
        let setting = Setting { members, quorum, liars, loose, outcomes, rounds: 3, rule };
        setting.checked().ok().filter(|_| holds)
    }

    /// The shortest way to where it breaks in a setting.
    #[must_use]
    pub fn breaks(&self, setting: &Setting) -> Option<Witness> {
        match self.harm {
            Harm::Finals | Harm::FinalsByLoose | Harm::FinalsWithAllowance => {
                witness::two_finals(setting)
            }
            Harm::Silence => (1..=2)
                .filter(|s| closed::live(setting.members, setting.quorum, *s))
                .find_map(|silent| witness::stuck(setting, silent)),
            Harm::SilenceAfterLies => witness::stuck(setting, setting.liars),
            Harm::Roles => None,
        }
    }
}

impl Variant {
    /// The first break: with as few who are bad as it takes, then with as few members.
    #[must_use]
    pub fn first(&self) -> Option<Witness> {
        let mut settings: Vec<_> = (2..=MOST).flat_map(|members| self.settings(members)).collect();
        settings.sort_by_key(|setting| setting.liars + setting.loose);
        settings.iter().find_map(|setting| self.breaks(setting))
    }

    /// How it breaks, in words.
    #[must_use]
    pub fn story(&self) -> Option<String> {
        if self.harm == Harm::Roles {
            // One sealer alone is no quorum that anybody would write; so from two on.
            let mut pairs = (2..=7).flat_map(|late| (2..late).map(move |early| (early, late)));
            let split = pairs.find_map(|(early, late)| roles::split(early, late));
            return split.map(|split| split.to_string());
        }
        self.first().map(|witness| witness.to_string())
    }
}
