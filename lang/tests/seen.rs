//! What code sees, what its values are, and what is refused of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use std::fmt::Write as _;

use kit::{checked, codes, framed, render};
use mundi_lang::Source;

const HEAD: &str = "use std::ranked
terms { n: int, d: decimal, s: text, xs: list(text), o: int?, c: \"x\" | \"y\", t: time, w: duration }
message offer by a { n: int, s: text?, c: \"x\" | \"y\", who: person, seen: ref(m)? }
message hush by a { n: hidden(int) }
message secret by a { s: text for b }
state { n: int = 0, d: decimal = 0.0, o: int?, xs: list(int), ms: map(text, int), ps: map(person, int), r: list({ x: int }) }
script { fn twice(x) { x + x } fn first(xs) { xs[0] } }
";

/// The codes of a condition.
fn asked(code: &str) -> Vec<&'static str> {
    codes(&format!("{HEAD}consensus {{ {code} }}"))
}

/// The codes of a guard of `offer`.
fn guarded(code: &str) -> Vec<&'static str> {
    codes(&format!("{HEAD}allow offer when {{ {code} }}"))
}

/// The codes of a handler of `offer`.
fn handled(code: &str) -> Vec<&'static str> {
    codes(&format!("{HEAD}on offer {{ {code} }}"))
}

#[track_caller]
fn table(of: fn(&str) -> Vec<&'static str>, rows: &[(&str, &[&str])]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(code, wanted)| {
            let found = of(code);
            (found != *wanted).then(|| format!("{code}\n    wanted {wanted:?}, found {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_log_is_asked_by_names_written_out() {
    table(
        asked,
        &[
            ("said(\"m\")", &[]),
            ("said(m)", &["E0309"]),
            ("said(\"mm\") || said(\"m\")", &["E0318"]),
            ("let x = \"m\"; said(x)", &["E0309"]),
            ("said()", &["E0304"]),
            ("said(\"m\", 3)", &["E0305"]),
            ("count(\"m\") > 1", &[]),
            ("count(\"m\")", &["E0305"]),
            ("members(\"a\").len() > 1", &["W0601"]),
            ("members(\"c\").len() > 1", &["E0318"]),
            ("all(\"offer\", \"n\").sum() > 3", &[]),
            ("all(\"offer\", \"nn\").len() > 3", &["E0303"]),
            ("all(\"offer\")[0].n > 3", &[]),
            ("last_of_each(\"offer\", \"c\").contains(\"x\")", &[]),
            ("tally(\"offer\", \"c\", \"x\") > 1", &[]),
            ("tally(\"offer\", \"c\")[\"x\"] ?? 0 > 1", &[]),
            ("tally(\"offer\", \"seen\").len() > 1", &["E0319"]),
            ("everyone(\"m\", \"a\")", &[]),
            ("everyone(\"m\", a)", &["E0309"]),
            ("for p in members(\"a\") { if holds(p, \"b\") { return true; } } said(\"m\")", &[]),
            ("pattern_complete()", &[]),
            ("said(\"m\") && last(\"m\").said(\"offer\")", &[]),
            ("said(\"m\") && last(\"m\").said(\"hush\")", &["E0317"]),
            ("said(\"m\") && last(\"m\").tally(\"offer\", \"c\", \"x\") > 1", &[]),
            ("said(\"m\") && last(\"m\").everyone(\"offer\", \"a\")", &[]),
            ("sed(\"m\")", &["E0302"]),
            ("last(\"hush\")?.n == 3", &[]),
            ("said(\"secret\") && last(\"secret\").s == \"x\"", &["E0312"]),
            ("said(\"secret\") && last(\"secret\").s != ()", &[]),
        ],
    );
}

#[test]
fn a_place_sees_what_it_may() {
    table(
        asked,
        &[
            ("msg.n > 3", &["E0310"]),
            ("from == from", &["E0310", "E0310"]),
            ("now > opened && said(\"m\")", &["W0602"]),
            ("state.n = 3; true", &["E0307"]),
            ("state.xs.push(3); true", &["E0307"]),
            ("state.n > 3", &[]),
            ("terms.n > 3 && said(\"m\")", &[]),
        ],
    );
    table(
        guarded,
        &[
            ("msg.n > 3 && from == msg.who", &[]),
            ("msg.nn > 3", &["E0303"]),
            ("state.n = 3; true", &["E0307"]),
            ("now > opened + terms.w", &[]),
            ("now < opened + terms.w", &["W0603"]),
            ("msg.n = 3; true", &["E0307"]),
            ("terms.n = 3; true", &["E0307"]),
            ("true; ", &["E0305"]),
            ("msg.c == \"z\"", &["W0302"]),
            ("msg.c == \"x\"", &[]),
            ("price > 3", &["E0301"]),
        ],
    );
    table(
        handled,
        &[
            ("state.n = msg.n;", &[]),
            ("state.n += 1; state.d = 3; state.d += 1;", &[]),
            ("state.n = \"x\";", &["E0305"]),
            ("state.n = 1.5;", &["E0305"]),
            ("state.n = state.o;", &["W0301"]),
            ("state.o = (); state.o = 3;", &[]),
            ("state.xs.push(1); state.xs[0] = 3; state.xs.remove(0);", &[]),
            ("state.xs.push(\"x\");", &["E0305"]),
            ("state.ms[\"x\"] = 3; state.ms.remove(\"x\");", &[]),
            ("state.ms[3] = 3;", &["E0305"]),
            ("state.ps[from] = (state.ps[from] ?? 0) + 1;", &[]),
            ("state.r.push(#{ x: 1 }); state.r[0].x = 3;", &[]),
            ("state.r.push(#{ y: 1 });", &["E0305"]),
            ("state.zz = 3;", &["E0303"]),
            ("if msg.n in state.xs { state.n = 1; }", &[]),
            ("if state.ps.contains(from) { state.n = state.ps[from]; }", &[]),
        ],
    );
    table(
        codes,
        &[
            (
                "message o by a { x: int }\nmessage p by a { x: int, y: int }\nstate { n: int = 0 }\non o, p { state.n = msg.x; }",
                &[],
            ),
            (
                "message o by a { x: int }\nmessage p by a { x: int, y: int }\nstate { n: int = 0 }\non o, p { state.n = msg.y; }",
                &["E0303"],
            ),
            ("terms { n: int }\nstate { n: int = 0 }\non open { state.n = terms.n; }", &[]),
            ("state { n: int = 0 }\non open { state.n = msg.n; }", &["E0310"]),
            ("deadline d at { last(\"m\")?.at + days(3) }", &[]),
            ("deadline d at { opened + 3 }", &["E0306"]),
            ("deadline d at { 3 }", &["E0305"]),
            ("deadline d at { () }", &[]),
            ("script { fn f() { said(\"m\") } }\noutput { f() }", &["E0310"]),
            ("script { fn f() { now } }\noutput { f() }", &["E0310"]),
        ],
    );
}

#[test]
fn values_keep_their_types() {
    table(
        asked,
        &[
            ("terms.n + terms.d > 1.5 && said(\"m\")", &[]),
            ("terms.n == \"x\"", &["E0306"]),
            ("terms.n + terms.s == 1", &["E0306"]),
            ("terms.s + \"x\" == \"y\" && said(\"m\")", &[]),
            ("terms.t + terms.w > terms.t && said(\"m\")", &[]),
            ("terms.t + terms.t > terms.t", &["E0306"]),
            ("terms.t - terms.t > days(3) && said(\"m\")", &[]),
            ("terms.w * 2 > terms.w && said(\"m\")", &[]),
            ("terms.w > 3", &["E0306"]),
            ("!terms.n", &["E0305"]),
            ("-terms.s == 1", &["E0305"]),
            ("terms.o > 3 && said(\"m\")", &["W0301"]),
            ("terms.o != () && terms.o > 3 && said(\"m\")", &[]),
            ("(terms.o ?? 0) > 3 && said(\"m\")", &[]),
            ("terms.o == 3 && said(\"m\")", &[]),
            ("terms.xs[0] == \"x\" && said(\"m\")", &[]),
            ("terms.xs[\"x\"] == \"x\"", &["E0305"]),
            ("terms.n.len() > 1", &["E0302"]),
            ("terms.s.trim().len() > 1 && said(\"m\")", &[]),
            ("\"x\" in terms.xs && said(\"m\")", &[]),
            ("3 in terms.xs", &["E0305"]),
            ("terms.n in 1..5 && said(\"m\")", &[]),
            ("min(terms.n, terms.d) > 1 && said(\"m\")", &[]),
            ("min(terms.n, terms.s) > 1", &["E0305"]),
            ("round(terms.d, 2) > 1 && said(\"m\")", &[]),
            ("round(terms.d) > 1", &["E0304"]),
            ("twice(terms.n) > 1 && twice(terms.s) == \"x\" && said(\"m\")", &[]),
            ("twice(terms.n, 1) > 1", &["E0304"]),
            ("twice(true)", &["E0306"]),
            ("first([1, 2]) > 1 && first([\"x\"]) == \"x\" && said(\"m\")", &[]),
            ("[1, \"x\"].len() > 1", &["E0305"]),
            ("#{ x: 1, x: 2 }.x > 1", &["E0204"]),
            ("let r = #{ x: 1 }; r.y > 1", &["E0303"]),
            ("let x = 1; x = \"y\"; said(\"m\")", &["E0305", "W0303"]),
            ("let x = 1; x = 2.5; x > 1 && said(\"m\")", &[]),
            ("let state = 3; said(\"m\")", &["E0308", "W0303"]),
            ("let x = 3; said(\"m\")", &["W0303"]),
            ("let xs = []; for i in 0..3 { xs.push(i); } xs.sum() > 1 && said(\"m\")", &[]),
            ("for x in terms.n { } said(\"m\")", &["E0314"]),
            ("break; said(\"m\")", &["E0315"]),
            ("while count(\"m\") > 3 { break; } said(\"m\")", &[]),
            ("if terms.n > 1 { said(\"m\") } else { 3 }", &["E0316"]),
            ("if terms.n > 1 { said(\"m\") }", &["W0301"]),
            ("if terms.n > 1 { return said(\"m\"); } false", &[]),
            ("ranked::schulze([[\"x\"]], terms.xs).winners.len() == 1 && said(\"m\")", &[]),
            ("ranked::schulze([[\"x\"]], [1]).winners.len() == 1", &["E0305"]),
            ("ranked::schulze([[\"x\"]]).winners.len() == 1", &["E0304"]),
            ("ranked::schulz([[\"x\"]], terms.xs).winners.len() == 1", &["E0302"]),
            ("rankd::schulze([[\"x\"]], terms.xs).winners.len() == 1", &["E0302"]),
            ("terms.xs.find(\"x\") == 1", &["E0302"]),
            ("`${terms.n} of ${terms.d}` == terms.s && said(\"m\")", &[]),
            ("`${terms.o}` == terms.s && said(\"m\")", &["W0301"]),
        ],
    );
    table(
        codes,
        &[
            ("script { fn f(n) { g(n) } fn g(n) { f(n) } }\noutput { f(1) }", &["E0311"]),
            ("script { fn f(n) { if n > 1 { return 1; } \"x\" } }\noutput { f(1) }", &["E0316"]),
            ("script { fn f(n) { zz } }", &["E0301"]),
            ("output { if said(\"m\") { 1 } else { \"x\" } }", &[]),
            ("output { if said(\"m\") { return #{ a: 1 }; } [1, 2] }", &[]),
            ("allow m when { true } else \"{count(\"m\")} of {zz}\"", &["E0301"]),
        ],
    );
}

#[test]
fn each_kind_of_finding_is_shown_so() {
    let mut text = String::new();
    for code in mundi_lang::codes::ALL.iter().skip(1).flat_map(|part| part.iter()) {
        if code.example.is_empty() {
            continue;
        }
        let file = framed(code.example);
        let _ = writeln!(text, "== {} {}", code.code, code.title);
        text.push_str(&render(&Source::new("x", file.clone()), &checked(&file).1));
    }
    insta::assert_snapshot!(text);
}
