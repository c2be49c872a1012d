//! Every rule of the structure, with the codes of small files that keep or break it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use kit::{checked, codes, framed, render};
use mundi_lang::Source;

/// Each part with the codes that it gives.
#[track_caller]
fn table(rows: &[(&str, &[&str])]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(part, wanted)| {
            let found = codes(part);
            let text = framed(part);
            let shown = render(&Source::new("x", text.clone()), &checked(&text).1);
            (found != *wanted)
                .then(|| format!("{part}\n    wanted {wanted:?}, found {found:?}\n{shown}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_head_stands_first_and_once() {
    let rest = "role a\nmessage m by a\nconsensus { said(\"m\") }";
    table(&[
        (&format!("conversation x \"X\"\nedition 1\n{rest}"), &[]),
        (&format!("conversation x \"X\"\n{rest}"), &["E0201"]),
        (&format!("conversation x \"X\"\n{rest}\nedition 1"), &["E0215"]),
        (&format!("conversation x \"X\"\nedition 2\n{rest}"), &["E0215"]),
        (&format!("conversation x \"X\"\nedition 1\nedition 1\n{rest}"), &["E0202"]),
        (
            &format!("conversation x \"X\"\nconversation y \"Y\"\nedition 1\n{rest}"),
            &["E0202", "E0215"],
        ),
        ("conversation x \"X\"\nedition 1\nrole a\nmessage m by a", &["E0201"]),
    ]);
    let (rules, found) = checked(&format!("edition 1\nconversation x \"X\"\n{rest}"));
    assert!(rules.is_none());
    assert_eq!(found.first().map(|d| d.code), Some("E0201"));
}

#[test]
fn what_stands_once_stands_once() {
    for item in [
        "terms { x: int }",
        "pattern { m }",
        "state { n: int = 0 }",
        "consensus { said(\"m\") }",
        "failure { said(\"m\") } else \"x\"",
        "output { 1 }",
        "seal majority of a",
        "on open { }",
    ] {
        assert!(!codes(item).contains(&"E0202"), "{item}");
        assert!(codes(&format!("{item}\n{item}")).contains(&"E0202"), "{item}");
    }
}

#[test]
fn names_are_known_and_stand_once_in_their_kind() {
    table(&[
        ("role c\nrole c", &["E0204"]),
        ("message o by a\nmessage o by b", &["E0204"]),
        ("message o by a\ndeadline o at { opened }", &["E0204"]),
        ("terms { x: int, x: text }", &["E0204"]),
        ("message o by a { x: int, x: text }", &["E0204"]),
        ("state { x: int = 0, x: int = 0 }", &["E0204"]),
        ("terms { x: { y: int, y: int } }", &["E0204"]),
        ("type t = int\ntype t = text", &["E0204"]),
        ("type int = text", &["E0204"]),
        ("script { fn f() { 1 } fn f() { 2 } }", &["E0204"]),
        ("never x { false }\nalways x { true }", &["E0204"]),
        ("terms { c: \"x\" | \"x\" }", &["E0204"]),
        ("message o by a, a", &["E0204"]),
        ("role x\nmessage x by a\nterms { x: int }\nstate { y: int = 0 }", &[]),
        ("message o by c", &["E0203"]),
        ("terms { x: strin }", &["E0203"]),
        ("terms { p: person(c) }", &["E0203"]),
        ("message o by a { r: ref(x) }", &["E0203"]),
        ("message o by a { r: reveal(x) }", &["E0203"]),
        ("overlap a, c", &["E0203"]),
        ("overlap a, b", &[]),
        ("overlap a", &["E0224"]),
        ("terms { order: outcome(escrow), old: outcome(escrow)? }", &[]),
        ("type proof = outcome(escrow)\nterms { order: proof }", &[]),
        ("message o by a { order: outcome(escrow) }", &["E0225"]),
        ("message o by a { order: hidden(outcome(escrow)) }", &["E0225"]),
        ("state { order: outcome(escrow)? }", &["E0225"]),
        ("terms { orders: list(outcome(escrow)) }", &["E0225"]),
        ("terms { x: { order: outcome(escrow) } }", &["E0225"]),
        ("type proof = outcome(escrow)\nmessage o by a { order: proof }", &["E0225"]),
        ("terms { order: outcome(escrow) = 0x00 }", &["E0208"]),
        ("type outcome = text", &["E0204"]),
        ("seal all of a, c", &["E0203"]),
        ("on x { }", &["E0203"]),
        ("allow x when { true }", &["E0203"]),
        ("use std::ranked", &[]),
        ("use std::rank", &["E0217"]),
        ("use foo::ranked", &["E0217"]),
    ]);
}

#[test]
fn reserved_words_are_no_names_but_of_fields() {
    let words = [
        "each", "one", "per", "by", "unless", "anyone", "for", "open", "join", "leave", "seal",
        "fork", "rekey",
    ];
    for word in words {
        let named = |part: String| {
            let (rules, found) = checked(&framed(&part));
            assert!(rules.is_none(), "{part}: {found:?}");
        };
        named(format!("role {word}"));
        named(format!("message {word} by a"));
        named(format!("terms {{ {word}: int }}"));
        named(format!("type {word} = int"));
        assert_eq!(codes(&format!("message o by a {{ {word}: int }}")), [""; 0], "{word}");
    }
    for word in ["let", "fn", "if", "switch", "this", "until", "case", "default", "var"] {
        let part = format!(
            "terms {{ {word}: int }}\nmessage o by a {{ {word}: int }}\nallow o when {{ msg.{word} <= terms.{word} }}"
        );
        assert_eq!(codes(&part), [""; 0], "{word}");
    }
    for word in ["from", "at", "id"] {
        assert_eq!(codes(&format!("message o by a {{ {word}: int }}")), ["E0210"], "{word}");
        assert_eq!(codes(&format!("terms {{ {word}: int }}")), ["E0210"], "{word}");
    }
}

#[test]
fn types_have_ranges_of_their_own_kind() {
    let good = [
        "bool",
        "int",
        "int(1..)",
        "int(..5)",
        "int(-3..3)",
        "decimal(0.01..)",
        "decimal(0..1)",
        "text(1..200)",
        "text",
        "bytes(32..32)",
        "time",
        "time(2026-01-01T00:00:00Z..)",
        "duration(1m..1d)",
        "person",
        "person(a)",
        "\"x\" | \"y\"",
        "(\"x\" | \"y\")?",
        "list(int, 1..3)",
        "list(text(1..80), 2..20, unique)",
        "list(text, unique)",
        "{ x: int, y: text? }",
        "list({ x: int })",
        "int?",
        "list(int?)",
    ];
    for ty in good {
        assert_eq!(codes(&format!("terms {{ x: {ty} }}")), [""; 0], "{ty}");
    }
    table(&[
        ("terms { x: int(5..1) }", &["E0206"]),
        ("terms { x: decimal(1.5..1) }", &["E0206"]),
        ("terms { x: duration(1d..1h) }", &["E0206"]),
        ("terms { x: text(-1..5) }", &["E0206"]),
        ("terms { x: text(0..100000) }", &["E0206"]),
        ("terms { x: list(int, 3..1) }", &["E0206"]),
        ("terms { x: int(1.5..2) }", &["E0207"]),
        ("terms { x: duration(1..5) }", &["E0207"]),
        ("terms { x: time(1..5) }", &["E0207"]),
        ("terms { x: bool(1..2) }", &["E0207"]),
        ("type t = int(1..5)\nterms { x: t }", &[]),
        ("type t = int\nterms { x: t(1..5) }", &["E0207"]),
        ("type t = list(u)\ntype u = list(t)", &["E0212", "E0212"]),
        ("role c 3..1", &["E0218"]),
        ("role c 3", &[]),
        ("role c 2.. open", &[]),
        ("role c 0..10", &[]),
        ("role c open", &[]),
    ]);
}

#[test]
fn types_stand_where_they_may() {
    table(&[
        ("state { x: map(text, int) }", &[]),
        ("state { x: map(person, { n: int }, 0..5) }", &[]),
        ("state { x: map(ref(m), list(int)) }", &[]),
        ("state { x: map(decimal, int) }", &["E0211"]),
        ("state { x: map(list(int), int) }", &["E0211"]),
        ("terms { x: map(text, int) }", &["E0211"]),
        ("message o by a { x: map(text, int) }", &["E0211"]),
        ("terms { x: hidden(int) }", &["E0211"]),
        ("state { x: hidden(int)? }", &["E0211"]),
        ("message o by a { x: list(hidden(int)) }", &["E0211"]),
        ("message o by a { x: hidden(int) }", &[]),
        ("terms { x: text for a }", &["E0211"]),
        ("message o by a { x: text for a, b }", &[]),
        ("message o by a { x: text for a, b, y: int }", &[]),
        ("terms { x: ref(m) }", &["E0211"]),
        ("state { x: ref(m)? }", &[]),
        ("message o by a { x: ref(m) = last }", &[]),
        ("message o by a { x: ref(m | o) }", &[]),
        ("message o by a { x: int = last }", &["E0220"]),
        ("terms { x: file(1mb) }", &["E0211"]),
        ("message o by a { x: file(10mb) }", &[]),
        ("message o by a { x: file(900mb) }", &["E0206"]),
        ("message o by a { x: reveal(m) }", &["E0214"]),
        ("message o by a { h: hidden(int) }\nmessage p by a { x: reveal(o) }", &[]),
        ("terms { xs: list(text) }\nmessage o by a { x: one_of(terms.xs) }", &[]),
        ("terms { xs: list(text)? }\nmessage o by a { x: one_of(terms.xs) }", &["E0213"]),
        ("terms { x: int }\nmessage o by a { x: one_of(terms.x) }", &["E0213"]),
        ("message o by a { x: one_of(terms.x) }", &["E0203"]),
    ]);
}

#[test]
fn defaults_fit_and_stand_alone() {
    table(&[
        ("terms { x: int = 1, y: decimal = 1, z: duration = 1w2d, t: text = \"x\" }", &[]),
        ("terms { x: int = 1.5 }", &["E0208"]),
        ("terms { x: int(1..5) = 6 }", &["E0208"]),
        ("terms { x: text(1..) = \"\" }", &["E0208"]),
        ("terms { x: \"a\" | \"b\" = \"c\" }", &["E0208"]),
        ("terms { x: list(int, unique) = [1, 1] }", &["E0208"]),
        ("terms { x: list(int, 2..) = [1] }", &["E0208"]),
        ("terms { x: { y: int } = { z: 1 } }", &["E0208"]),
        ("terms { x: int? = 1 }", &["E0209"]),
        ("state { x: int }", &["E0219"]),
        ("state { x: int?, y: list(int), z: map(text, int), w: int = 0 }", &[]),
        ("state { x: list(int, 1..) }", &["E0219"]),
        ("state { x: { y: int } }", &["E0219"]),
    ]);
}

#[test]
fn patterns_name_messages_and_people_that_can() {
    let said = "message n by a, b\nmessage o by b { to: ref(m) }\ndeadline late at { opened }\n";
    let rows: &[(&str, &[&str])] = &[
        ("m, n, o unless late", &["E0110"]),
        ("(m, n, o) unless late", &[]),
        ("(m, n, per m ( o )) unless late", &[]),
        ("(m, n by b, o) unless late", &[]),
        ("(m, n by c, o) unless late", &["E0203"]),
        ("(m by b, n, o) unless late", &["E0402"]),
        ("(each a ( m ), each b ( n?, o )) unless late", &[]),
        ("(each b ( m ), n, o) unless late", &["E0403"]),
        ("(one a ( m ), n, o) unless late", &[]),
        ("(one b ( m ), n, o) unless late", &["E0404"]),
        ("(m, per m ( n ), o) unless late", &["E0405"]),
        ("(n by a & (n by b, m, o)) unless late", &[]),
        ("(n & (n, m, o)) unless late", &["E0406"]),
        ("(n, per m ( o )) unless late", &["E0407", "W0401"]),
        ("(m{2..1}, n, o) unless late", &["E0408"]),
        ("(m, leave, n, o) unless late", &["E0409"]),
        ("(m, n, oo) unless late", &["E0401", "W0401"]),
        ("m, n, o", &["W0402"]),
        ("(m, n) unless late", &["W0401"]),
        ("(m, n, o) | (m, late)", &["W0404"]),
        ("each b ( (n, o) unless late ), m", &["W0405"]),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(pattern, wanted)| {
            let found = codes(&format!("{said}pattern {{ {pattern} }}"));
            (found != *wanted).then(|| format!("{pattern}: wanted {wanted:?}, found {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn seals_are_more_than_half_of_a_fixed_number() {
    table(&[
        ("role c\nseal 2 of a, b, c", &["W0501"]),
        ("role c\nseal 1 of a, b, c", &["E0504"]),
        ("role c\nseal 3 of a, b, c", &["W0502"]),
        ("role c\nseal 4 of a, b, c", &["E0505"]),
        ("role c 5\nseal 6 of a, b, c", &[]),
        ("role c 2..\nseal 2 of c", &["E0503"]),
        ("role c 2..\nseal majority of c", &[]),
        ("role c 3 open\nseal majority of c", &["E0502"]),
        ("seal majority of a, a", &["E0204"]),
        ("seal all of a", &[]),
        ("seal 1 of a", &[]),
    ]);
}

#[test]
fn joins_are_guarded_where_somebody_can_join() {
    table(&[
        ("allow join when { true }", &["E0222"]),
        ("role c open\nallow join when { msg.role == \"c\" && count(\"join\") < 5 }", &[]),
        ("role c open\nstate { n: int = 0 }\non leave { state.n += 1; }", &[]),
    ]);
}
