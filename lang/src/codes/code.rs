//! Codes of code between braces, and of what it never reaches: `E03…`, `W03…`, `W06…`.

use super::Code;

/// What can be wrong with code.
pub const ALL: &[Code] = &[
    Code {
        code: "E0301",
        title: "there is no such variable",
        explanation: "Code sees `terms`, `state`, `msg`, `from`, `now`, `opened` and what `let` names. Correct the name; a term is `terms.x`, a message is asked for as `said(\"x\")`.",
        example: "terms { price: int }\nallow m when { pice > 3 }",
    },
    Code {
        code: "E0302",
        title: "there is no such function",
        explanation: "Functions are those of the language, of the modules in use and of `script`. Correct the name.",
        example: "consensus { sad(\"m\") }",
    },
    Code {
        code: "E0303",
        title: "there is no such field",
        explanation: "Terms, state, messages and records have the fields that the file declares, and an entry also `from` and `at`. Correct the name.",
        example: "terms { price: int }\nallow m when { terms.pric > 3 }",
    },
    Code {
        code: "E0304",
        title: "another number of arguments",
        explanation: "A function takes the arguments that the help shows. Write those.",
        example: "consensus { everyone(\"m\") }",
    },
    Code {
        code: "E0305",
        title: "a value of another type",
        explanation: "A place takes values of its type: a condition takes true or false, a slot of `state` what it declares. Write a value of that type.",
        example: "consensus { count(\"m\") }",
    },
    Code {
        code: "E0306",
        title: "two types that do not go together",
        explanation: "Operators take two values of one kind: a number is no text, and no duration. Turn one side into the other's type: `days(3)` for a number of days, back-ticks for a text.",
        example: "terms { name: text }\nallow m when { terms.name == 3 }",
    },
    Code {
        code: "E0307",
        title: "nothing can be stored here",
        explanation: "Only `on` writes `state`; terms, messages and the log never change. Store to a variable of your own, or move the line into `on MESSAGE { … }`.",
        example: "state { n: int = 0 }\nallow m when { state.n = 1; true }",
    },
    Code {
        code: "E0308",
        title: "a built-in name as a variable",
        explanation: "`terms state msg from now opened` mean the same everywhere. Give the variable another name.",
        example: "output { let now = 3; now }",
    },
    Code {
        code: "E0309",
        title: "a name that is not written out",
        explanation: "Names of messages, roles and fields in calls are texts written out, so that they can be checked. Put the name in quotes.",
        example: "consensus { said(m) }",
    },
    Code {
        code: "E0310",
        title: "not seen from here",
        explanation: "`msg` and `from` are seen where a message is at hand, in `allow` and `on`; a function of `script` sees its arguments and `terms`. Ask the log with `last(\"…\")`, or pass the value as an argument.",
        example: "message m by a { n: int }\nconsensus { msg.n > 3 }",
    },
    Code {
        code: "E0311",
        title: "a function that calls itself",
        explanation: "Without recursion every script ends within its budget. Write a loop.",
        example: "script { fn f(n) { f(n) } }\noutput { f(3) }",
    },
    Code {
        code: "E0312",
        title: "a value for some roles only",
        explanation: "A field `T for role` is a commitment for everybody else, and code is the same for all. Ask only whether it is there, with `== ()`.",
        example: "message m by a { secret: text for b }\nallow m when { msg.secret == \"x\" }",
    },
    Code {
        code: "E0313",
        title: "a variable without a value",
        explanation: "A variable has a type from its first value on. Write `let x = …;`.",
        example: "output { let x; 3 }",
    },
    Code {
        code: "E0314",
        title: "nothing to walk over",
        explanation: "`for` walks over a list or a range `a..b`; of a map, over `m.keys()`.",
        example: "output { for x in 3 { } 1 }",
    },
    Code {
        code: "E0315",
        title: "outside of a loop",
        explanation: "`break` and `continue` speak of the loop around them. Write `return` to end a script.",
        example: "output { break; 3 }",
    },
    Code {
        code: "E0316",
        title: "branches of different types",
        explanation: "An `if` that gives a value gives one type, and so does a function; only `output` may give different ones. Give both branches one type.",
        example: "terms { n: int }\nallow m when { let x = if terms.n > 1 { 1 } else { \"one\" }; x != () }",
    },
    Code {
        code: "E0317",
        title: "entries that nothing refers to",
        explanation: "`e.said(m)`, `e.count(m)` and their kin speak of the entries of `m` that refer to `e`. Give `m` a field `ref(…)`.",
        example: "message vote by b\nconsensus { said(\"m\") && last(\"m\").count(\"vote\") > 1 }",
    },
    Code {
        code: "E0318",
        title: "no such message or role",
        explanation: "The names in `said(\"…\")`, `members(\"…\")` and their kin are those of the file. Correct the name.",
        example: "consensus { said(\"mm\") && said(\"m\") }",
    },
    Code {
        code: "E0319",
        title: "values that cannot be counted",
        explanation: "`tally` counts bools, numbers, texts, choices, persons and times. Count something else, or walk over `all(\"…\")`.",
        example: "message m by a { names: list(text) }\nconsensus { tally(\"m\", \"names\").len() > 1 }",
    },
    Code {
        code: "E0320",
        title: "a module that is not in use",
        explanation: "What a file depends on stands at its top. Write `use std::MODULE` after `edition 1`.",
        example: "output { ranked::schulze([[\"x\"]], [\"x\"]) }",
    },
    Code {
        code: "E0321",
        title: "too many kinds of calls",
        explanation: "A function is made once for each set of types with which it is called, at most 256 times in all. Call functions with fewer different types.",
        example: "",
    },
    Code {
        code: "W0301",
        title: "this may be `()`",
        explanation: "A `?` field, `last(…)` and a look-up in a map may be `()`; used untested it fails as `script-failed`. Test it first (`x != ()`, `said(\"m\")`), or say what holds otherwise: `last(\"m\")?.n ?? 0`.",
        example: "message m by a { n: int }\nconsensus { last(\"m\").n > 3 }",
    },
    Code {
        code: "W0302",
        title: "a choice is never this",
        explanation: "A choice is one of its texts. Compare with one of those.",
        example: "message m by a { answer: \"yes\" | \"no\" }\nallow m when { msg.answer == \"yess\" }",
    },
    Code {
        code: "W0303",
        title: "a variable that nothing reads",
        explanation: "Often it is a slip for another name. Use it, take it out, or begin its name with `_`.",
        example: "output { let x = 3; 4 }",
    },
    Code {
        code: "W0601",
        title: "a consensus that no message reaches",
        explanation: "Consensus is asked after each message. Ask for what is said, or for what `on` has put into `state`.",
        example: "consensus { 1 > 2 }",
    },
    Code {
        code: "W0602",
        title: "time alone ends nothing",
        explanation: "Nothing is asked when no message comes. Declare a `deadline` and let the pattern wait for it: agents say it unasked.",
        example: "consensus { said(\"m\") && now > opened + days(3) }",
    },
    Code {
        code: "W0603",
        title: "a closing time in a guard",
        explanation: "Authors date their own messages, so a guard `now < …` binds only the honest. Close the time with a `deadline` in the pattern.",
        example: "allow m when { now < opened + days(3) }",
    },
];
