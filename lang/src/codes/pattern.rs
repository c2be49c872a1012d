//! Codes of the pattern: `E04…` and `W04…`.

use super::Code;

/// What can be wrong with a pattern.
pub const ALL: &[Code] = &[
    Code {
        code: "E0401",
        title: "no such message in the pattern",
        explanation: "A pattern is made of the messages and deadlines of the file. Correct the name.",
        example: "pattern { mm }",
    },
    Code {
        code: "E0402",
        title: "narrowed to a role that cannot send it",
        explanation: "`m by role` names one of the roles that may send `m`. Name one of those.",
        example: "pattern { m by b }",
    },
    Code {
        code: "E0403",
        title: "`each` of a role that cannot send it",
        explanation: "Inside `each ROLE ( … )` the holders of the role say everything. Name a role that sends the messages inside.",
        example: "pattern { each b ( m ) }",
    },
    Code {
        code: "E0404",
        title: "`one` of a role that sends nothing there",
        explanation: "`one ROLE ( … )` is finished by whoever starts it. Name a role that sends a message inside.",
        example: "pattern { one b ( m ) }",
    },
    Code {
        code: "E0405",
        title: "a message of a `per` that names nothing",
        explanation: "Instances of `per MESSAGE ( … )` are told apart by the one field `ref(MESSAGE)` of each message inside. Give it exactly one such field.",
        example: "message vote by b\npattern { m, per m ( vote ) }",
    },
    Code {
        code: "E0406",
        title: "one message in two branches of `&`",
        explanation: "Nobody could tell which branch a message belongs to. Narrow both (`m by a & m by b`), or use two messages.",
        example: "message o by b\npattern { (m, o) & m }",
    },
    Code {
        code: "E0407",
        title: "a `per` of what never comes",
        explanation: "`per MESSAGE ( … )` opens an instance for each MESSAGE of the pattern. Let the pattern hold that message before or beside it.",
        example: "message vote by b { on: ref(m) }\npattern { per m ( vote ) }",
    },
    Code {
        code: "E0408",
        title: "a count that nothing fits",
        explanation: "A count has its smaller number first and is not `{0}`. Turn it round, or take the part out.",
        example: "pattern { m{3..1} }",
    },
    Code {
        code: "E0409",
        title: "`join` and `leave` in the pattern",
        explanation: "People join and leave open roles at any time, beside the pattern. Guard them with `allow join when { … }`.",
        example: "role c open\npattern { m, join }",
    },
    Code {
        code: "E0410",
        title: "a stage where it cannot stand",
        explanation: "A stage is held once: its name stands once in a pattern, not under `each`, `one` or `per` nor in a loop, and without `by`; and without a pattern it never begins. Move it, or name a stage for each time.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"say.conv\" { roles: { speaker: host } }\npattern { first* }\nconsensus { first.decided }\n\nfile \"say.conv\"\nconversation say \"Say\"\nedition 1\nrole speaker\nmessage say by speaker\nconsensus { said(\"say\") }",
    },
    Code {
        code: "W0401",
        title: "a message outside of the pattern",
        explanation: "Where there is a pattern, only its messages can be said. Put the message in, or take it out of the file.",
        example: "message o by b\npattern { m }",
    },
    Code {
        code: "W0402",
        title: "a deadline that nothing waits for",
        explanation: "A deadline ends a waiting where the pattern has it. Write `… unless DEADLINE`.",
        example: "deadline late at { opened + days(3) }\npattern { m }",
    },
    Code {
        code: "W0403",
        title: "a message that nobody can send",
        explanation: "Its role is held by nobody, so what follows it never comes. Let somebody hold the role.",
        example: "role c 0\nmessage o by c\npattern { m, o }",
    },
    Code {
        code: "W0404",
        title: "a message read in two ways",
        explanation: "After some history the same message may stand at two places of the pattern. The engine keeps both readings, but people seldom mean it. Write the pattern so that what came before tells.",
        example: "message o by b\npattern { (m, o) | (m, m) }",
    },
    Code {
        code: "W0405",
        title: "a deadline inside of `each`",
        explanation: "Inside `each` every holder says everything themself, also the deadline, and whoever is away ends nothing. Put it outside: `(each ROLE ( … ) unless DEADLINE)`.",
        example: "deadline late at { opened + days(3) }\npattern { each a ( m unless late ) }",
    },
];
