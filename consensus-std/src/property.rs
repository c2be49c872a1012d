//! Properties of methods of deciding: the closed list that pages claim from. Each is said so that a
//! program can try it on a profile, ties included; `tests/claims.rs` does.
//!
//! "Wins" is: is among the winners. "Prefers" is of ballots as cast: ranked above, graded higher,
//! named where the other is not.

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
}

/// All of them, with the name that pages use and what it means.
pub const PROPERTIES: [(Property, &str, &str); 17] = [
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
