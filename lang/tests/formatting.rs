//! The laws of the formatter: the tree stays, twice is once, comments stay.

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
