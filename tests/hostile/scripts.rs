//! Code that means harm: it must be refused by the checker, or run into its budget or its bounds.

use super::Case;

/// A conversation whose message `go` runs a handler; then somebody says it.
fn handler(name: &'static str, what: &'static str, code: &str) -> Case {
    file(name, what, &format!("on go {{ {code} }}\nconsensus {{ count(\"go\") > 9 }}\n"))
}

/// As [`handler`], with all after the messages and the state given.
fn file(name: &'static str, what: &'static str, rest: &str) -> Case {
    let text = format!(
        "conversation x \"X\"\nedition 1\nrole a\nmessage go by a {{ n: int = 0 }}\n\
         state {{ i: int = 0, t: text(0..65536) = \"x\", l: list(int, 0..65536), \
         m: map(int, int, 0..65536), d: decimal = 1.5 }}\n{rest}"
    );
    Case::run(name, what, text, "ada: go\n".into())
}

const BIG: &str = "let l = []; for i in 0..20000 { l.push(i); } ";

/// Scripts that are run.
pub(super) fn cases() -> Vec<Case> {
    let mut all = loops();
    all.extend(bombs());
    all.extend(costly());
    all.extend(elsewhere());
    all
}

fn loops() -> Vec<Case> {
    vec![
        handler("loop-empty", "a loop without an end or a body", "while true { }"),
        handler("loop-count", "a loop that counts", "let i = 0; while true { i += 1; }"),
        handler(
            "loop-nested",
            "loops in loops",
            "for i in 0..999999 { for j in 0..999999 { state.i = j; } }",
        ),
        handler(
            "loop-range",
            "a range of all numbers",
            "for i in 0..9223372036854775807 { state.i = 1; }",
        ),
        handler(
            "loop-back",
            "a range from the lowest number",
            "for i in -9223372036854775807..9223372036854775807 { }",
        ),
        file("calls-doubling", "functions that call the one before twice", &{
            let f = |n: usize| format!("fn f{n}(x) {{ f{p}(x) + f{p}(x) }}\n", p = n - 1);
            let all: String = (1..30).map(f).collect();
            format!(
                "script {{ fn f0(x) {{ x + 1 }}\n{all} }}\non go {{ state.i = f29(1); }}\nconsensus {{ count(\"go\") > 9 }}\n"
            )
        }),
        file("calls-deep", "200 functions, each calling the next", &{
            let f = |n: usize| format!("fn f{n}(x) {{ f{p}(x) }}\n", p = n - 1);
            let all: String = (1..200).map(f).collect();
            format!(
                "script {{ fn f0(x) {{ x + 1 }}\n{all} }}\non go {{ state.i = f199(1); }}\nconsensus {{ count(\"go\") > 9 }}\n"
            )
        }),
        file(
            "recursion",
            "a function that calls itself",
            "script { fn f(x) { f(x) + 1 } }\non go { state.i = f(1); }\nconsensus { false }\n",
        ),
        file(
            "recursion-mutual",
            "functions that call each other",
            "script { fn f(x) { g(x) } fn g(x) { f(x) } }\non go { state.i = f(1); }\nconsensus { false }\n",
        ),
    ]
}

fn bombs() -> Vec<Case> {
    vec![
        handler("text-doubling", "a text that doubles", "let s = \"x\"; while true { s = s + s; }"),
        handler(
            "text-doubling-holes",
            "a text that doubles through its holes",
            "let s = \"x\"; while true { s = `${s}${s}`; }",
        ),
        handler("list-doubling", "a list that doubles", "let l = [1]; while true { l = l + l; }"),
        handler("list-growing", "a list that grows", "let l = [1]; while true { l.push(1); }"),
        handler("list-nested", "a list of itself", "let l = []; while true { l = [l, l]; }"),
        handler(
            "list-of-lists",
            "big lists in a list",
            &format!("{BIG} let k = [l]; while true {{ k.push(l); }}"),
        ),
        handler(
            "record-nested",
            "a record of itself",
            "let r = #{ a: 1 }; while true { r = #{ a: r }; }",
        ),
        handler(
            "state-text",
            "state's text that doubles",
            "while true { state.t = state.t + state.t; }",
        ),
        handler("state-list", "state's list that grows", "while true { state.l.push(1); }"),
        handler(
            "state-map",
            "state's map that grows",
            "let i = 0; while true { state.m[i] = i; i += 1; }",
        ),
        handler(
            "state-copied",
            "a big slot copied over and over",
            "for i in 0..9999 { state.l.push(i); } while true { let k = state.l; state.l = k; }",
        ),
        handler(
            "integer-overflow",
            "integers beyond 64 bits",
            "let i = 1; while true { i = i * 3; }",
        ),
        handler(
            "decimal-overflow",
            "decimals beyond 96 bits",
            "let d = 1.5; while true { d = d * d; }",
        ),
        handler(
            "decimal-division",
            "a division by a decimal zero",
            "state.d = 1.5 / (state.d - 1.5);",
        ),
        handler(
            "lowest-by-minus-one",
            "the lowest integer divided by -1",
            "state.i = (-9223372036854775807 - 1) / (msg.n - 1);",
        ),
        handler("remainder-zero", "a remainder of zero", "state.i = 7 % msg.n;"),
        handler(
            "duration-overflow",
            "a duration beyond 64 bits",
            "let d = weeks(9223372036854775807); state.i = 1;",
        ),
        handler("round-far", "more places than a decimal has", "state.d = round(1.5, 4000000000);"),
    ]
}

fn costly() -> Vec<Case> {
    vec![
        handler(
            "sort",
            "a big list sorted over and over",
            &format!("{BIG} while true {{ l = l.sorted(); }}"),
        ),
        handler(
            "reverse",
            "a big list reversed over and over",
            &format!("{BIG} while true {{ l = l.reversed(); }}"),
        ),
        handler(
            "contains",
            "a big list searched over and over",
            &format!("{BIG} while true {{ if l.contains(-1) {{ state.i = 1; }} }}"),
        ),
        handler(
            "equal",
            "big lists compared over and over",
            &format!("{BIG} let k = l; while true {{ if l == k {{ state.i = 1; }} }}"),
        ),
        handler(
            "copy",
            "a big list copied over and over",
            &format!("{BIG} while true {{ let k = l; }}"),
        ),
        handler(
            "pass",
            "a big list passed over and over",
            &format!("{BIG} let k = [0]; while true {{ k = l; k.push(1); }}"),
        ),
        handler(
            "sum",
            "a big list summed over and over",
            &format!("{BIG} while true {{ state.i = l.sum(); }}"),
        ),
        handler(
            "slot-contains",
            "a big slot searched over and over",
            "for i in 0..9999 { state.l.push(i); } while true { if state.l.contains(-1) { state.i = 1; } }",
        ),
        handler(
            "slot-keys",
            "a big map's keys over and over",
            "for i in 0..9999 { state.m[i] = i; } while true { state.i = state.m.keys().len(); }",
        ),
        handler(
            "slot-values",
            "a big map's values over and over",
            "for i in 0..9999 { state.m[i] = i; } while true { state.i = state.m.values().len(); }",
        ),
        handler(
            "text-search",
            "a long text searched over and over",
            "let s = \"ab\"; for i in 0..14 { s = s + s; } while true { if s.contains(\"ba ba\") { state.i = 1; } }",
        ),
        handler(
            "text-equal",
            "long texts compared over and over",
            "let s = \"ab\"; for i in 0..14 { s = s + s; } let t = s + \"x\"; while true { if s == t { state.i = 1; } }",
        ),
        handler(
            "text-less",
            "long texts ordered over and over",
            "let s = \"ab\"; for i in 0..14 { s = s + s; } let t = s + \"x\"; while true { if s < t { state.i = 1; } }",
        ),
        handler(
            "join-texts",
            "texts joined without an end",
            "let l = [\"ab\"]; while true { l.push(l.join(\", \")); }",
        ),
        handler(
            "walk",
            "a big list walked over and over",
            &format!("{BIG} while true {{ for x in l {{ state.i = x; }} }}"),
        ),
    ]
}

fn elsewhere() -> Vec<Case> {
    let endless = "let i = 0; while true { i += 1; } i > 0";
    vec![
        file("guard-endless", "a guard without an end", &format!("allow go when {{ {endless} }}\nconsensus {{ false }}\n")),
        file("consensus-endless", "consensus without an end", &format!("consensus {{ {endless} }}\n")),
        file("failure-endless", "a failure without an end", &format!("consensus {{ count(\"go\") > 3 }}\nfailure {{ {endless} }}\n")),
        file("output-endless", "an output without an end", "consensus { said(\"go\") }\noutput { let i = 0; while true { i += 1; } i }\n"),
        file("output-bomb", "an output that doubles", "consensus { said(\"go\") }\noutput { let s = \"x\"; while true { s = s + s; } s }\n"),
        file("hole-bomb", "a reason that doubles", "allow go when { false } else \"no {f()}\"\nscript { fn f() { let s = \"x\"; while true { s = s + s; } s } }\nconsensus { count(\"go\") > 3 }\n"),
        file("open-endless", "an opening without an end", "on open { while true { state.i += 1; } }\nconsensus { count(\"go\") > 3 }\n"),
        file("state-of-state", "a state larger than its bound", "on open { let i = 0; while i < 60000 { state.m[i] = i; state.l.push(i); i += 1; } }\nconsensus { count(\"go\") > 3 }\n"),
        Case::run(
            "deadline-endless",
            "a deadline without an end",
            "conversation x \"X\"\nedition 1\nrole a\nmessage m by a\ndeadline go at { let i = 0; while true { i += 1; } opened }\nconsensus { said(\"go\") }\n".into(),
            "ada: go\n".into(),
        ),
        Case::run(
            "pattern-readings",
            "a pattern whose readings double",
            format!(
                "conversation x \"X\"\nedition 1\nrole a\nmessage go by a\nmessage z by a\npattern {{ (go*, {} z) }}\nconsensus {{ said(\"z\") }}\n",
                "(go | (go, go) | (go, go, go))*, ".repeat(12)
            ),
            "ada: go\n".repeat(30),
        ),
    ]
}
