//! Codes of the schema: `E02…` and `W02…`.

use super::Code;

/// What can be wrong with roles, terms, messages and state.
pub const ALL: &[Code] = &[
    Code {
        code: "E0201",
        title: "an item is missing",
        explanation: "A file begins with `conversation NAME \"Title\"` and `edition 1`, and says with `consensus { … }` when it is reached. Write the item that is named.",
        example: "conversation example \"Example\"\nrole a\nmessage m by a\nconsensus { said(\"m\") }",
    },
    Code {
        code: "E0202",
        title: "an item stands twice",
        explanation: "`conversation`, `edition`, `terms`, `pattern`, `state`, `on open`, `consensus`, `failure`, `output` and `seal` stand once each, so that there is one place to look. Put all of it into one.",
        example: "terms { x: int }\nterms { y: int }",
    },
    Code {
        code: "E0203",
        title: "there is no such name",
        explanation: "Roles, terms, messages and types are used by the name that the file gives them. Correct the name, or define it.",
        example: "message offer by sellr",
    },
    Code {
        code: "E0204",
        title: "a name is taken",
        explanation: "Within its kind a name stands for one thing. Give one of the two another name.",
        example: "message offer by a\nmessage offer by b",
    },
    Code {
        code: "E0205",
        title: "a reserved word as a name",
        explanation: "The words of patterns and the system's messages (`each one per by unless anyone for open join leave seal fork rekey`) are no names of roles, messages, terms or types. Fields may use them. Write another word.",
        example: "message leave by a",
    },
    Code {
        code: "E0206",
        title: "a range that nothing fits",
        explanation: "A range has its lower end first, lengths go from 0 to 65536, and a file has at most 64mb. Write ends that something fits.",
        example: "terms { price: int(10..1) }",
    },
    Code {
        code: "E0207",
        title: "a range of another kind",
        explanation: "The ends of a range are values of the type itself: durations for a duration, whole numbers for a length. A bool and a type with a name of its own have no range.",
        example: "terms { closes: duration(1..14) }",
    },
    Code {
        code: "E0208",
        title: "a default outside its type",
        explanation: "Defaults are checked like any value. Write one that fits the type and its range.",
        example: "terms { copies: int(1..) = 0 }",
    },
    Code {
        code: "E0209",
        title: "both `?` and a default",
        explanation: "A field with a default is never left out, so its `?` would mean nothing. Keep one of the two.",
        example: "terms { copies: int? = 1 }",
    },
    Code {
        code: "E0210",
        title: "a field with the name of an entry's own",
        explanation: "Every entry has `from` and `at`, and an id. Write another name for the field.",
        example: "message offer by a { from: text }",
    },
    Code {
        code: "E0211",
        title: "a type where it cannot stand",
        explanation: "Maps stand in `state` only; `hidden`, `reveal`, `file` and `T for role` are fields of messages; keys of maps are text, int, bool, person or ref; `terms` cannot name an entry. Write the type that the help names.",
        example: "terms { seats: map(text, int) }",
    },
    Code {
        code: "E0212",
        title: "a type made of itself",
        explanation: "A type must end in built-in types, or its values would have no end. Take the type out of its own definition.",
        example: "type tree = list(tree)\nterms { t: tree }",
    },
    Code {
        code: "E0213",
        title: "`one_of` of something else than a list",
        explanation: "`one_of(terms.x)` chooses from the list `x` of the terms, which is not optional. Make `x` such a list.",
        example: "terms { options: text }\nmessage vote by a { choice: one_of(terms.options) }",
    },
    Code {
        code: "E0214",
        title: "nothing to reveal",
        explanation: "`reveal(m)` opens the hidden fields of an `m`. Make a field of that message `hidden(…)`.",
        example: "message toss by a { number: int }\nmessage show by a { toss: reveal(toss) }",
    },
    Code {
        code: "E0215",
        title: "another edition",
        explanation: "`edition 1` is the only one, on the second line.",
        example: "conversation example \"Example\"\nedition 2\nrole a\nmessage m by a\nconsensus { said(\"m\") }",
    },
    Code {
        code: "E0216",
        title: "what no stage can have",
        explanation: "A stage is given its people when it begins and its terms by the file around, and nobody says its name. So it has no `open` role and no `outcome(…)` among its terms, and of its name only `said`, `count` and `last` can be asked. Hold such a conversation by itself, or ask `NAME.output`.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"say.conv\" { roles: { speaker: host } }\npattern { first }\nconsensus { first.decided }\n\nfile \"say.conv\"\nconversation say \"Say\"\nedition 1\nrole speaker open\nmessage say by speaker\nconsensus { said(\"say\") }",
    },
    Code {
        code: "E0217",
        title: "no such library",
        explanation: "`use std::MODULE` brings a module of the standard library. Correct its name.",
        example: "use std::rankd",
    },
    Code {
        code: "E0218",
        title: "a number of people that cannot be",
        explanation: "How many hold a role is a number or a range, the smaller end first, at most a million. Turn the ends round.",
        example: "role c 5..2",
    },
    Code {
        code: "E0219",
        title: "state without a first value",
        explanation: "The state exists from `open` on. Lists and maps start empty; give any other field a default, or a `?`.",
        example: "state { total: int }",
    },
    Code {
        code: "E0220",
        title: "`last` as a default of something else",
        explanation: "`= last` is the last entry that a `ref` of a message may name. Write a value, or make the field a `ref`.",
        example: "message offer by a { copies: int = last }",
    },
    Code {
        code: "E0221",
        title: "too much of it",
        explanation: "A file has at most 64 roles and 512 messages, a list of fields at most 256, a type at most 16 layers: everybody's machine must bear it.",
        example: "",
    },
    Code {
        code: "E0222",
        title: "nobody can join or leave",
        explanation: "Only roles with the word `open` are joined and left while the conversation runs. Write `open` after a role, or take the item out.",
        example: "allow join when { true }",
    },
    Code {
        code: "E0223",
        title: "a person cast twice",
        explanation: "One person holds one role in a play, unless the rules say `overlap a, b`.",
        example: "",
    },
    Code {
        code: "E0224",
        title: "a role that overlaps nothing",
        explanation: "`overlap a, b` lets one person hold both. Name two roles or more.",
        example: "overlap a",
    },
    Code {
        code: "E0225",
        title: "an outcome where it cannot stand",
        explanation: "`outcome(NAME)` is a whole field of `terms`: a certificate is verified once, when the conversation is opened. Make it a term.",
        example: "message m by a { proof: outcome(escrow) }",
    },
    Code {
        code: "E0226",
        title: "a stage without its file",
        explanation: "A stage names a file by a path that goes down from the file in which it stands, and rules that travel carry all their files in one text: each behind a line `file \"PATH\"`, and none that no stage names. Correct the path, or put the file there.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"debate.conv\" { }\npattern { first }\nconsensus { first.decided }",
    },
    Code {
        code: "E0227",
        title: "too many stages inside each other",
        explanation: "Stages nest at most 4 deep and are at most 16 in all, and no file holds itself. Hold the conversations one after the other.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"say.conv\" { roles: { speaker: host } }\npattern { first }\nconsensus { first.decided }\n\nfile \"say.conv\"\nconversation say \"Say\"\nedition 1\nrole speaker\nmessage say by speaker\nconsensus { said(\"say\") }\nstage again from \"say.conv\" { roles: { speaker: speaker } }\npattern { say, again }",
    },
    Code {
        code: "E0228",
        title: "a role or term that a stage lacks",
        explanation: "Each role that somebody must hold, and each term without a default, is given in the stage. Write `roles: { ROLE: … }` or `terms: { TERM: … }` there.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"say.conv\" { }\npattern { first }\nconsensus { first.decided }\n\nfile \"say.conv\"\nconversation say \"Say\"\nedition 1\nrole speaker\nmessage say by speaker\nconsensus { said(\"say\") }",
    },
    Code {
        code: "E0229",
        title: "an output of several types",
        explanation: "The file around reads the output of a stage, so all places that give one give one type. Give the same fields everywhere, or `()` where there is nothing.",
        example: "conversation talk \"Talk\"\nedition 1\nrole host\nstage first from \"say.conv\" { roles: { speaker: host } }\npattern { first }\nconsensus { first.decided }\n\nfile \"say.conv\"\nconversation say \"Say\"\nedition 1\nrole speaker\nmessage say by speaker\nconsensus { said(\"say\") }\noutput { if count(\"say\") == 1 { 1 } else { \"many\" } }",
    },
    Code {
        code: "W0201",
        title: "a role of nobody",
        explanation: "A role for nobody can say nothing. Leave it out, or let somebody hold it.",
        example: "role c 0",
    },
    Code {
        code: "W0202",
        title: "a name that nobody has",
        explanation: "In a play, people are named in `cast`, or by a `join`. Correct the name, or cast it.",
        example: "",
    },
];
