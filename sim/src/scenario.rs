//! The conversations that are held: rules, cast, terms, and what can be said.

use crate::violation::{Run, trouble};
use mundi_lang::literal::Literal;

/// Everybody who may take part.
pub const PEOPLE: [&str; 6] = ["ada", "ben", "cy", "dee", "eve", "fay"];

/// A conversation that can be held.
#[derive(Debug)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// The file of its rules, from the root of the project.
    pub file: &'static str,
    /// The text of its rules.
    pub rules: &'static str,
    /// Roles and who holds them. Together they are the first of [`PEOPLE`].
    pub cast: &'static [(&'static str, &'static [&'static str])],
    /// The terms, as a command line gives them.
    pub terms: &'static str,
    /// Messages, each with the fields that it may be said with. `own_toss` in fields is the speaker's own
    /// last `toss`.
    pub lines: &'static [(&'static str, &'static [&'static str])],
}

impl Scenario {
    /// How many take part.
    #[must_use]
    pub fn members(&self) -> usize {
        self.cast.iter().map(|(_, who)| who.len()).sum()
    }

    /// One of the ways in which a message can be said, as written.
    #[must_use]
    pub fn fields(&self, message: &str, choice: u64) -> &'static str {
        let line = self.lines.iter().find(|(name, _)| *name == message);
        let ways = line.map_or(&[][..], |(_, ways)| ways);
        let at = choice.checked_rem(ways.len() as u64).unwrap_or(0);
        usize::try_from(at).ok().and_then(|at| ways.get(at)).copied().unwrap_or("")
    }
}

/// Fields as they are written, read; `own_toss` stays a name.
///
/// # Errors
/// They cannot be read.
pub fn read_fields(text: &str) -> Run<Vec<(String, Literal)>> {
    let parsed = mundi_lang::parse_fields(text).map_err(|d| trouble(&d.message))?;
    Ok(parsed.into_iter().map(|(name, value)| (name.node, value.node)).collect())
}

macro_rules! rules {
    ($file:literal) => {
        include_str!(concat!("../../", $file))
    };
}

const NUMBERS: &[&str] = &["n: 0", "n: 1", "n: 2", "n: 3"];

/// All of them.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "race of four",
        file: "sim/rules/race.conv",
        rules: rules!("sim/rules/race.conv"),
        cast: &[("runner", &["ada", "ben", "cy", "dee"])],
        terms: "laps=4",
        lines: &[("go", NUMBERS)],
    },
    Scenario {
        name: "escrow",
        file: "examples/conversations/escrow.conv",
        rules: rules!("examples/conversations/escrow.conv"),
        cast: &[("buyer", &["ada"]), ("seller", &["ben"]), ("notary", &["cy"])],
        terms: "item=\"lamp\", price=12.50, currency=\"EUR\", ship_by=20s, rule_by=20s",
        lines: &[
            ("order", &["address: \"1 High Street\"", "quantity: 2, address: \"2 Low Road\""]),
            ("decline", &["reason: \"sold out\""]),
            ("pay", &["reference: \"tx-1\""]),
            ("dispute", &["reason: \"broken\"", "reason: \"no word\""]),
            (
                "rule",
                &[
                    "to_seller: 10.00, reason: \"half\"",
                    "to_seller: 0.00, reason: \"none\"",
                    "to_seller: 99.00, reason: \"more\"",
                ],
            ),
        ],
    },
    Scenario {
        name: "race of five",
        file: "sim/rules/race.conv",
        rules: rules!("sim/rules/race.conv"),
        cast: &[("runner", &["ada", "ben", "cy", "dee", "eve"])],
        terms: "laps=3",
        lines: &[("go", NUMBERS)],
    },
    Scenario {
        name: "ballot",
        file: "examples/conversations/ballot.conv",
        rules: rules!("examples/conversations/ballot.conv"),
        cast: &[("voter", &["ada", "ben", "cy", "dee"])],
        terms: "question=\"soup?\", options=[\"a\", \"b\", \"c\"], closes=40s",
        lines: &[(
            "vote",
            &[
                "ranking: [\"a\", \"b\", \"c\"]",
                "ranking: [\"b\", \"a\"]",
                "ranking: [\"c\", \"b\"]",
                "ranking: [\"a\"]",
            ],
        )],
    },
    Scenario {
        name: "race of three, all seal",
        file: "sim/rules/all.conv",
        rules: rules!("sim/rules/all.conv"),
        cast: &[("runner", &["ada", "ben", "cy"])],
        terms: "laps=3",
        lines: &[("go", NUMBERS)],
    },
    Scenario {
        name: "coin",
        file: "examples/conversations/coin.conv",
        rules: rules!("examples/conversations/coin.conv"),
        cast: &[("left", &["ada"]), ("right", &["ben"])],
        terms: "show_within=1m",
        lines: &[("toss", &["number: 0", "number: 1"]), ("show", &["toss: own_toss"])],
    },
    Scenario {
        name: "race of six",
        file: "sim/rules/race.conv",
        rules: rules!("sim/rules/race.conv"),
        cast: &[("runner", &["ada", "ben", "cy", "dee", "eve", "fay"])],
        terms: "laps=3",
        lines: &[("go", NUMBERS)],
    },
    Scenario {
        name: "race of five, a majority seals",
        file: "sim/rules/majority.conv",
        rules: rules!("sim/rules/majority.conv"),
        cast: &[("runner", &["ada", "ben", "cy", "dee", "eve"])],
        terms: "laps=2",
        lines: &[("go", NUMBERS)],
    },
    Scenario {
        name: "motion",
        file: "examples/conversations/motion.conv",
        rules: rules!("examples/conversations/motion.conv"),
        cast: &[("chair", &["ada"]), ("member", &["ben", "cy", "dee"])],
        terms: "motion=\"tea\", second_within=1h, vote_within=10m",
        lines: &[
            ("move", &["grounds: \"it is late\"", ""]),
            ("vote", &["choice: \"yes\"", "choice: \"yes\"", "choice: \"no\""]),
        ],
    },
    Scenario {
        name: "date",
        file: "examples/conversations/date.conv",
        rules: rules!("examples/conversations/date.conv"),
        cast: &[("host", &["ada"]), ("guest", &["ben", "cy", "dee"])],
        terms: "what=\"tea\", times=[2026-03-01T10:00:00Z, 2026-03-02T10:00:00Z], answer_within=1h",
        lines: &[(
            "suits",
            &["times: [2026-03-01T10:00:00Z]", "times: [2026-03-02T10:00:00Z]", "times: []"],
        )],
    },
];
