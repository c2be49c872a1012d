//! The laws of the formatter: the tree stays, twice is once, comments stay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_lang::{Source, format, format_play, parse, parse_play};

const CONVS: [(&str, &str); 4] = [
    ("escrow.conv", include_str!("examples/escrow.conv")),
    ("ballot.conv", include_str!("examples/ballot.conv")),
    ("coin.conv", include_str!("examples/coin.conv")),
    ("comments.conv", include_str!("examples/comments.conv")),
];

fn of(text: &str) -> Source {
    Source::new("x", text)
}

#[test]
fn formatting_keeps_the_tree_and_twice_is_once() {
    for (name, text) in CONVS {
        let once = format(&of(text)).unwrap();
        assert_eq!(format(&of(&once)).unwrap(), once, "{name}");
        assert_eq!(parse(&of(&once)).tree, parse(&of(text)).tree, "{name}");
        insta::assert_snapshot!(name, once);
    }
}

#[test]
fn formatting_keeps_every_comment() {
    for (name, text) in CONVS {
        let once = format(&of(text)).unwrap();
        assert_eq!(once.matches("//").count(), text.matches("//").count(), "{name}");
    }
}

#[test]
fn a_play_is_formatted_line_by_line() {
    let text = include_str!("examples/confirm.play");
    let once = format_play(&of(text)).unwrap();
    assert_eq!(format_play(&of(&once)).unwrap(), once);
    assert_eq!(parse_play(&of(&once)).tree, parse_play(&of(text)).tree);
    insta::assert_snapshot!(once);
}

#[test]
fn a_file_in_the_terms_of_a_play_stays_in_one_piece() {
    let text = "play \"x\"\nterms {order:  @ \"a.cert\",n:-1}\nada: m\n";
    assert!(format_play(&of(text)).is_err(), "the sign and the text stand together");
    let once = format_play(&of(&text.replace("@ ", "@"))).unwrap();
    assert_eq!(once, "play \"x\"\nterms { order: @\"a.cert\", n: -1 }\nada: m\n");
    let rules = "terms {order:outcome( escrow ) ?}\n";
    assert_eq!(format(&of(rules)).unwrap(), "terms { order: outcome(escrow)? }\n");
}

#[test]
fn long_lines_are_broken_at_braces_operators_and_lists() {
    let text = include_str!("examples/long.conv");
    let once = format(&of(text)).unwrap();
    assert_eq!(format(&of(&once)).unwrap(), once);
    insta::assert_snapshot!(once);
}

#[test]
fn what_does_not_parse_is_not_formatted() {
    assert_eq!(format(&of("role a;")).unwrap_err()[0].code, "E0116");
}

#[test]
fn a_play_with_comments_and_long_lines_keeps_both() {
    let text = "// before\nplay  \"x\"   rules \"y.conv\"\ncast{a:[ada,ben],b:cy}// who\n\n\n\nada/phone  after p1:m{x:1,y:[1,2],}as p2 // said\nexpect refused not-allowed  \"x\"\ntogether{ada:m ben:n\n// inside\nexpect   accepted}\n+1d12h\nada: m { first: \"a long text that fills the line\", second: \"another long text\", third: [ada, ben] }\nexpect output{a:-1,b:()}\n// end";
    let once = format_play(&of(text)).unwrap();
    assert_eq!(format_play(&of(&once)).unwrap(), once);
    insta::assert_snapshot!(once);
}
