//! Codes of `seal`: `E05…` and `W05…`.

use super::Code;

/// What can be wrong with whose signatures make an outcome final.
pub const ALL: &[Code] = &[
    Code {
        code: "E0502",
        title: "sealers of an open role",
        explanation: "Sealers are fixed when the conversation opens, or nobody could tell when enough have sealed. Name roles without `open`.",
        example: "role c 3 open\nseal all of c",
    },
    Code {
        code: "E0503",
        title: "a number of a role without one",
        explanation: "`seal N of` needs roles held by a fixed number of people. Write `seal majority of …`, or fix the number.",
        example: "role c 2..\nseal 2 of c",
    },
    Code {
        code: "E0504",
        title: "not more than half",
        explanation: "With half of the sealers two different outcomes could both be final. Write a number above half.",
        example: "seal 1 of a, b",
    },
    Code {
        code: "E0505",
        title: "more seals than sealers",
        explanation: "So many will never seal. Write a number up to that of the sealers.",
        example: "seal 3 of a, b",
    },
    Code {
        code: "W0501",
        title: "one sealer could make two outcomes final",
        explanation: "Somebody who seals twice can do it, and it is proven against them. The help says with how many seals they could not.",
        example: "role c\nseal 2 of a, b, c",
    },
    Code {
        code: "W0502",
        title: "any one sealer can block",
        explanation: "The outcome stays open until the last has sealed. A smaller number lets it end without one.",
        example: "seal all of a, b",
    },
    Code {
        code: "W0503",
        title: "nobody can seal",
        explanation: "Every role is open, and holders of open roles do not seal. Give somebody a role without `open`.",
        example: "conversation example \"Example\"\nedition 1\nrole a open\nmessage m by a\nconsensus { said(\"m\") }",
    },
];
