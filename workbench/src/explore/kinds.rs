//! What an answer is about, and what it weighs.

/// Whether an answer is a defect of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is.
    Fault,
    /// It is worth knowing; it may be meant so.
    Note,
}

/// What an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No conversation reaches consensus.
    NoConsensus,
    /// A state from which nothing leads on, and which is no ending.
    DeadEnd,
    /// A state from which much may follow, and never an ending.
    NoEnd,
    /// Code that fails, or spends its budget.
    CodeFails,
    /// `never` that is, `always` that is not.
    Breach,
    /// A message that nobody ever comes to say.
    NeverSaid,
    /// A guard that refuses all.
    NeverAllowed,
    /// A guard that refuses nothing.
    NeverRefuses,
    /// The same entries gave two answers.
    Differs,
    /// It ends without consensus, and no `failure` says so.
    EndsUnsaid,
    /// A branch of code, or a place of the pattern, that nothing takes.
    NeverTaken,
    /// A role without which nothing ends.
    Blocks,
    /// A decision that a late message changes.
    Unstable,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 13] = [
        Kind::NoConsensus,
        Kind::DeadEnd,
        Kind::NoEnd,
        Kind::CodeFails,
        Kind::Breach,
        Kind::NeverSaid,
        Kind::NeverAllowed,
        Kind::Differs,
        Kind::NeverRefuses,
        Kind::NeverTaken,
        Kind::EndsUnsaid,
        Kind::Blocks,
        Kind::Unstable,
    ];

    /// Its name, for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::NoConsensus => "no-consensus",
            Kind::DeadEnd => "dead-end",
            Kind::NoEnd => "no-end",
            Kind::CodeFails => "code-fails",
            Kind::Breach => "breach",
            Kind::NeverSaid => "never-said",
            Kind::NeverAllowed => "never-allowed",
            Kind::NeverRefuses => "never-refuses",
            Kind::Differs => "differs",
            Kind::EndsUnsaid => "ends-unsaid",
            Kind::NeverTaken => "never-taken",
            Kind::Blocks => "blocks",
            Kind::Unstable => "unstable",
        }
    }

    /// Whether it is a defect, where nothing speaks against it.
    #[must_use]
    pub fn weight(self) -> Weight {
        match self {
            Kind::Blocks
            | Kind::Unstable
            | Kind::NeverRefuses
            | Kind::EndsUnsaid
            | Kind::NeverTaken => Weight::Note,
            _ => Weight::Fault,
        }
    }
}
