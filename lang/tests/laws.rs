//! Laws: nothing panics, nothing overflows a small stack, formatting stands still.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_lang::{
    Severity, Source, format, format_play, parse, parse_fields, parse_play, parse_value,
};
use proptest::prelude::*;

const EXAMPLES: [&str; 5] = [
    include_str!("examples/escrow.conv"),
    include_str!("examples/ballot.conv"),
    include_str!("examples/coin.conv"),
    include_str!("examples/comments.conv"),
    include_str!("examples/confirm.play"),
];

fn everything(text: &str) {
    let source = Source::new("x", text);
    for found in parse(&source).diagnostics.iter().chain(&parse_play(&source).diagnostics) {
        assert!(found.span.start <= found.span.end, "{found:?}");
        assert!(found.span.end as usize <= text.len() + 1, "{found:?}");
    }
    for formatted in [format(&source), format_play(&source)].into_iter().flatten() {
        let again = Source::new("x", formatted.clone());
        let twice = format(&again).or_else(|_| format_play(&again));
        assert_eq!(twice.unwrap(), formatted);
    }
    let _ = parse_value(text);
    let _ = parse_fields(text);
}

/// A text with a piece of another put in, taken out or doubled.
fn mutated() -> impl Strategy<Value = String> {
    let cut = (0..EXAMPLES.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (cut.clone(), cut, 0..40usize).prop_map(|((a, at, _), (b, from, _), length)| {
        let into: Vec<char> = EXAMPLES[a].chars().collect();
        let piece: Vec<char> = EXAMPLES[b].chars().collect();
        let (at, from) = (at.index(into.len()), from.index(piece.len()));
        let piece = piece[from..].iter().take(length % 20);
        let skip = if length % 2 == 0 { length } else { 0 };
        into[..at].iter().chain(piece).chain(into[at..].iter().skip(skip)).collect()
    })
}

/// Words and signs of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "role",
        "message",
        "by",
        "a",
        "b",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        ",",
        ";",
        "int",
        "1",
        "..",
        "2",
        "\"t\"",
        "`x ${",
        "`",
        "pattern",
        "|",
        "&",
        "unless",
        "each",
        "*",
        "?",
        "consensus",
        "on",
        "if",
        "else",
        "=",
        "==",
        "-",
        "!",
        "in",
        "#{",
        ".",
        "?.",
        "// c\n",
        "/// d\n",
        "\n",
        "state",
        "terms",
        "let",
        "x",
        "12.5",
        "14d",
        "play",
        "expect",
        "together",
        "+3d",
        "{{",
        "else \"{x}\"",
        "allow",
        "when",
    ]);
    prop::collection::vec(word, 0..80).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC{0,300}") {
        everything(&text);
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_mutated_example_makes_the_parsers_panic(text in mutated()) {
        everything(&text);
    }

    #[test]
    fn no_soup_of_words_makes_the_parsers_panic(text in soup()) {
        everything(&text);
    }
}

/// Texts that would be trees of thousands of levels.
fn towers() -> Vec<String> {
    let n = 10_000;
    let code = |inner: String| format!("output {{ {inner} }}");
    vec![
        code(format!("{}x", "!".repeat(n))),
        code(format!("{}x", "- ".repeat(n))),
        code(format!("x{}", ".a".repeat(n))),
        code(format!("x{}", "[0]".repeat(n))),
        code(format!("1{}", "+1".repeat(n))),
        code(format!("1{}", " ?? 1".repeat(n))),
        code(format!("if a {{ 1 }}{}", " else if a { 1 }".repeat(3_000))),
        code(format!("{}x{}", "(".repeat(n), ")".repeat(n))),
        code(format!("{}x{}", "{".repeat(n), "}".repeat(n))),
        code("[".repeat(n)),
        code(format!("x{}", " in x".repeat(n))),
        format!("pattern {{ a{} }}", " unless a".repeat(5_000)),
        format!("pattern {{ {}a{} }}", "(".repeat(n), ")".repeat(n)),
        format!("terms {{ x: {}int{} }}", "hidden(".repeat(5_000), ")".repeat(5_000)),
        format!("failure {{ true }} else \"{{{}x{}}}\"", "(".repeat(n), ")".repeat(n)),
        format!("failure {{ true }} else \"{{{}x}}\"", "!".repeat(n)),
        format!("ada: a {{ x: {}", "[".repeat(n)),
        format!("{}x{}", "`${".repeat(n), "}`".repeat(n)),
    ]
}

#[test]
fn towers_are_refused_on_a_small_stack() {
    let run = || {
        for tower in towers() {
            let source = Source::new("x", tower.clone());
            let found = [parse(&source).diagnostics, parse_play(&source).diagnostics].concat();
            let refused = found.iter().any(|d| d.severity == Severity::Error);
            assert!(refused, "{}", tower.chars().take(40).collect::<String>());
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

/// Just inside the bounds.
fn hills() -> Vec<String> {
    let code = |inner: String| format!("output {{ {inner} }}");
    vec![
        code(format!("{}x{}", "(".repeat(63), ")".repeat(63))),
        code(format!("{}x{}", "{".repeat(63), "}".repeat(63))),
        code(format!("{}x{}", "#{ a: [".repeat(31), "] }".repeat(31))),
        code(format!("{}1{}", "if a { ".repeat(63), " }".repeat(63))),
        code(format!("{}x", "!".repeat(250))),
        code(format!("1{}", "+1".repeat(250))),
        code(format!("x{}", ".a".repeat(250))),
        format!("pattern {{ {}a{} }}", "(".repeat(63), ")*".repeat(63)),
        format!("terms {{ x: {}int{} }}", "list(".repeat(63), ")".repeat(63)),
        format!("pattern {{ a{} }}", " unless a".repeat(250)),
    ]
}

#[test]
fn many_short_items_and_lines_are_no_chain() {
    let roles: String = (0..1_000).map(|i| format!("role a{i} 2..\n")).collect();
    assert_eq!(parse(&Source::new("x", roles)).diagnostics, Vec::new());
    let uses = "message m by a { x: int(..5) }\n".repeat(1_000);
    assert_eq!(parse(&Source::new("x", uses)).diagnostics, Vec::new());
    let statements = format!("on m {{ {} }}", "if a == b { x.y = 1 + 2; }\n".repeat(1_000));
    assert_eq!(parse(&Source::new("x", statements)).diagnostics, Vec::new());
    let waits = "ada: a { x: 1 }\n+3d\n".repeat(1_000);
    assert_eq!(mundi_lang::parse_play_lines(&Source::new("x", waits)).diagnostics, Vec::new());
    let lines = "+3d\nada/phone: a { x: [1] }\nexpect refused out-of-turn\n".repeat(500);
    assert_eq!(mundi_lang::parse_play_lines(&Source::new("x", lines)).diagnostics, Vec::new());
}

#[test]
fn what_is_just_inside_the_bounds_parses_and_formats_on_a_small_stack() {
    let run = || {
        for hill in hills() {
            let source = Source::new("x", hill.clone());
            assert_eq!(parse(&source).diagnostics, Vec::new(), "{hill}");
            let once = format(&source).unwrap();
            assert_eq!(format(&Source::new("x", once.clone())).unwrap(), once);
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_source_beyond_64_kib_is_refused() {
    let long = "// x\n".repeat(14_000);
    let codes: Vec<_> = parse(&Source::new("x", long)).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["E0102"]);
}

#[test]
fn a_failing_nest_takes_no_exponential_time() {
    let deep = format!("output {{ {}x y{} }}", "if a { f(".repeat(30), ") }".repeat(30));
    assert!(!parse(&Source::new("x", deep)).diagnostics.is_empty());
}

#[test]
fn the_longest_sources_take_no_time() {
    let texts = [
        "role\n".repeat(13_000),
        "role a\n".repeat(9_000),
        format!("terms {{ a: list(int) = [{}1] }}", "1, ".repeat(20_000)),
        format!("output {{ {} }}", "x = 1; ".repeat(9_000)),
        format!("output {{ {} }}", "if a { x = 1; } ".repeat(4_000)),
        format!("pattern {{ a{} }}", ", a".repeat(20_000)),
        "ada: a\n".repeat(9_000),
        "{".repeat(65_000),
        "\"".repeat(65_000),
        "`${".repeat(21_000),
    ];
    let begin = std::time::Instant::now();
    for text in texts {
        let source = Source::new("x", text);
        let _ = (parse(&source), parse_play(&source), format(&source), format_play(&source));
    }
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
