//! Codes of running plays: the command line finds these.

use super::Code;

/// All of them.
pub const ALL: &[Code] = &[
    Code {
        code: "E0901",
        title: "the rules of a play cannot be read",
        explanation: "`rules \"…\"` names a file relative to the play. Check the name, or say where the file is.",
        example: "",
    },
    Code {
        code: "E0902",
        title: "a file in the terms of a play cannot be read",
        explanation: "`@\"order.cert\"` names a file relative to the play, whose bytes are the value. Check the name, or make the file.",
        example: "",
    },
    Code {
        code: "E0910",
        title: "an expectation does not hold",
        explanation: "An `expect` says one thing of the line before it, and the conversation another, or a `never` or `always` of the rules was broken. The help says what was found.",
        example: "",
    },
];
