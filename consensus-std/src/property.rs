//! Properties of methods of deciding: the closed list that pages claim from. Each is said so that a
//! program can try it on a profile, ties included; `tests/claims.rs` does.
//!
//! "Wins" is: is among the winners, is in one of the committees or sets that tie. "Prefers" is of ballots
//! as cast: ranked above, graded higher, named where the other is not.

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// `anonymity`
    Anonymity,
    /// `neutrality`
    Neutrality,
    /// `homogeneity`
    Homogeneity,
    /// `Pareto`
    Pareto,
    /// `majority`
    Majority,
    /// `majority loser`
    MajorityLoser,
    /// `mutual majority`
    MutualMajority,
    /// `Condorcet winner`
    CondorcetWinner,
    /// `Condorcet loser`
    CondorcetLoser,
    /// `Smith`
    Smith,
    /// `monotonicity`
    Monotonicity,
    /// `participation`
    Participation,
    /// `consistency`
    Consistency,
    /// `reversal symmetry`
    ReversalSymmetry,
    /// `independence of clones`
    Clones,
    /// `later-no-harm`
    LaterNoHarm,
    /// `later-no-help`
    LaterNoHelp,
    /// `committee monotonicity`
    CommitteeMonotonicity,
    /// `Pareto efficiency`
    ParetoEfficiency,
    /// `justified representation`
    Jr,
    /// `proportional justified representation`
    Pjr,
    /// `extended justified representation`
    Ejr,
    /// `proportionality for solid coalitions`
    SolidCoalitions,
    /// `strategy-proofness`
    StrategyProofness,
    /// `house monotonicity`
    HouseMonotonicity,
    /// `population monotonicity`
    PopulationMonotonicity,
    /// `lower quota`
    LowerQuota,
    /// `upper quota`
    UpperQuota,
    /// `uniformity`
    Uniformity,
    /// `encouragement of coalitions`
    Coalitions,
    /// `discount monotonicity`
    DiscountMonotonicity,
    /// `limit monotonicity`
    LimitMonotonicity,
    /// `exhaustiveness`
    Exhaustiveness,
    /// `extended justified representation up to one project`
    EjrUpToOne,
    /// `individual rationality`
    IndividualRationality,
    /// `allocative efficiency`
    Efficiency,
    /// `budget balance`
    BudgetBalance,
    /// `stability`
    Stability,
    /// `core`
    Core,
    /// `non-bossiness`
    NonBossiness,
    /// `breakdown point of one half`
    Resistance,
}

/// All of them, with the name that pages use and what it means.
pub const PROPERTIES: [(Property, &str, &str); 41] = [
    (Property::Anonymity, "anonymity", "the order of the ballots changes nothing"),
    (Property::Neutrality, "neutrality", "options that change names change places, no more"),
    (Property::Homogeneity, "homogeneity", "every ballot cast twice, or thrice, changes nothing"),
    (
        Property::Pareto,
        "Pareto",
        "where every ballot prefers another option, an option does not win",
    ),
    (
        Property::Majority,
        "majority",
        "what more than half of the ballots prefer to all others wins alone",
    ),
    (
        Property::MajorityLoser,
        "majority loser",
        "what is below all others on more than half of the ballots does not win",
    ),
    (
        Property::MutualMajority,
        "mutual majority",
        "where more than half of the ballots prefer each of some options to each of the rest, only \
         some of these win",
    ),
    (
        Property::CondorcetWinner,
        "Condorcet winner",
        "what more ballots prefer than not, against each other option, wins alone",
    ),
    (
        Property::CondorcetLoser,
        "Condorcet loser",
        "what fewer ballots prefer than not, against each other option, does not win",
    ),
    (
        Property::Smith,
        "Smith",
        "only options of the Smith set win, the smallest of which each beats everything outside",
    ),
    (
        Property::Monotonicity,
        "monotonicity",
        "a winner that one ballot raises, with nothing else changed, still wins",
    ),
    (
        Property::Participation,
        "participation",
        "equal ballots that come in addition do not replace a sole winner by one that they like less",
    ),
    (
        Property::Consistency,
        "consistency",
        "what wins in both parts of an electorate wins in the whole, and nothing else then does",
    ),
    (
        Property::ReversalSymmetry,
        "reversal symmetry",
        "where every ballot is turned upside down, a sole winner is not the sole winner again",
    ),
    (
        Property::Clones,
        "independence of clones",
        "copies of an option, beside it on every ballot, change nothing for the other options, and \
         one of them wins where the one alone did",
    ),
    (
        Property::LaterNoHarm,
        "later-no-harm",
        "a ballot that names one more option below those it names takes the win from none of these",
    ),
    (
        Property::LaterNoHelp,
        "later-no-help",
        "a ballot that names one more option below those it names gives the win to none of these",
    ),
    (
        Property::CommitteeMonotonicity,
        "committee monotonicity",
        "what is elected for some places is within something that is elected for one more, \
         and nothing else is elected for these",
    ),
    (
        Property::ParetoEfficiency,
        "Pareto efficiency",
        "nothing else possible gives one of those concerned more and none of them less",
    ),
    (
        Property::Jr,
        "justified representation",
        "of a group that is one place’s share of the ballots and agrees on an option, \
         somebody has one that it approves of in the committee",
    ),
    (
        Property::Pjr,
        "proportional justified representation",
        "a group that is the share of some places and agrees on as many options has as many \
         in the committee that one of the group approves of",
    ),
    (
        Property::Ejr,
        "extended justified representation",
        "of a group that is the share of some places and agrees on as many options, somebody \
         has as many in the committee that it approves of",
    ),
    (
        Property::SolidCoalitions,
        "proportionality for solid coalitions",
        "options that more than some Droop quotas of the ballots rank above all others fill \
         as many places, or are all elected",
    ),
    (
        Property::StrategyProofness,
        "strategy-proofness",
        "where the outcome is one, nobody does better by a ballot, a bid, a value or a list \
         that is false",
    ),
    (Property::HouseMonotonicity, "house monotonicity", "with a seat more no list has fewer"),
    (
        Property::PopulationMonotonicity,
        "population monotonicity",
        "a list whose votes do not fall in proportion to another’s does not lose a seat while \
         the other gains one",
    ),
    (
        Property::LowerQuota,
        "lower quota",
        "no list has fewer seats than its exact share, rounded down",
    ),
    (
        Property::UpperQuota,
        "upper quota",
        "no list has more seats than its exact share, rounded up",
    ),
    (
        Property::Uniformity,
        "uniformity",
        "some of the lists, alone with the seats that they have, have the same",
    ),
    (
        Property::Coalitions,
        "encouragement of coalitions",
        "two lists that join have together no fewer seats than apart",
    ),
    (
        Property::DiscountMonotonicity,
        "discount monotonicity",
        "a funded project that costs less is still funded",
    ),
    (
        Property::LimitMonotonicity,
        "limit monotonicity",
        "with one more to spend, and no project of just that cost, what was funded still is",
    ),
    (
        Property::Exhaustiveness,
        "exhaustiveness",
        "what is left pays for no project that somebody approves of",
    ),
    (
        Property::EjrUpToOne,
        "extended justified representation up to one project",
        "of a group whose share pays for projects that all of it approve of, somebody has as \
         much as they are worth, or more with one of them in addition",
    ),
    (
        Property::IndividualRationality,
        "individual rationality",
        "nobody pays more than it bids, gets less than it asks, or has what it does not want",
    ),
    (
        Property::Efficiency,
        "allocative efficiency",
        "by what is bid and asked no other sale is worth more",
    ),
    (Property::BudgetBalance, "budget balance", "what buyers pay is what sellers get"),
    (Property::Stability, "stability", "no two would rather have each other than what they have"),
    (Property::Core, "core", "no group would do better by trading among itself what it has"),
    (
        Property::NonBossiness,
        "non-bossiness",
        "nobody changes what another has by a list that leaves its own the same",
    ),
    (
        Property::Resistance,
        "breakdown point of one half",
        "while fewer than half of the values are false, the result lies between true ones",
    ),
];

impl Property {
    /// The property of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        PROPERTIES.iter().find(|(_, known, _)| *known == name).map(|(property, ..)| *property)
    }

    /// Its name on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        PROPERTIES.iter().find(|(known, ..)| *known == self).map_or("", |(_, name, _)| name)
    }
}
