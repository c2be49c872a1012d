//! Diagrams of all examples, and the laws of all diagrams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mundi_lang::Source;
use mundi_lang::bundle::bundle;
use mundi_lang::rules::{MessageKind, Pattern, Rules};
use mundi_workbench::graph::{Format, draw, until};
use mundi_workbench::play::play;
use mundi_workbench::rehearsal::Rehearsal;
use proptest::prelude::*;
use roxmltree::{Document, Node};

const FORMATS: [(Format, &str); 3] =
    [(Format::Svg, "svg"), (Format::Dot, "dot"), (Format::Mermaid, "mermaid")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn checked(text: &str) -> Rules {
    let source = Source::new("rules.conv", text);
    let parsed = mundi_lang::parse(&source);
    let tree = parsed.tree.unwrap();
    let checked = mundi_lang::check(&source, &tree, &consensus_std::library().signatures());
    checked.rules.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

fn read(path: &Path) -> Rules {
    let text = std::fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let named = |file: &str| std::fs::read_to_string(folder.join(file)).map_err(|e| e.to_string());
    checked(&bundle(&text, named).text)
}

/// The rules files of a folder, by name.
fn rules_in(folder: &str) -> BTreeMap<String, Rules> {
    let files = std::fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path());
    let rules = files.filter(|path| path.extension().is_some_and(|e| e == "conv"));
    rules
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(&path)))
        .collect()
}

fn example(name: &str) -> Rules {
    read(&root().join(format!("examples/conversations/{name}.conv")))
}

/// The rehearsal that a play of the examples is, up to a line.
fn rehearsed(name: &str, rules: &Rules, line: usize) -> Rehearsal {
    let path = root().join(format!("examples/conversations/{name}.play"));
    let source = Source::new(name, std::fs::read_to_string(path).unwrap());
    let tree = until(&source, &mundi_lang::parse_play(&source).tree.unwrap(), line);
    play(&source, &tree, rules).unwrap().rehearsal
}

#[test]
fn every_example_is_drawn() {
    for (name, rules) in rules_in("examples/conversations") {
        for (format, suffix) in FORMATS {
            let text = without_style(&draw(&rules, None, format));
            insta::with_settings!({ snapshot_suffix => format!("{name}.{suffix}") }, {
                insta::assert_snapshot!("example", text);
            });
        }
    }
}

/// The style is the same everywhere: it is in the picture of the documentation.
fn without_style(text: &str) -> String {
    match (text.find("<style>"), text.find("</style>")) {
        (Some(from), Some(to)) => format!("{}{}", &text[..from], &text[to + "</style>\n".len()..]),
        _ => text.to_owned(),
    }
}

#[test]
fn a_play_shows_how_far_it_has_come() {
    let rules = example("escrow");
    for (line, at) in [(0, "before"), (11, "order"), (usize::MAX, "end")] {
        let rehearsal = rehearsed("escrow-disputed", &rules, line);
        for (format, suffix) in FORMATS {
            let text = without_style(&draw(&rules, Some(&rehearsal), format));
            insta::with_settings!({ snapshot_suffix => format!("{at}.{suffix}") }, {
                insta::assert_snapshot!("play", text);
            });
        }
    }
}

#[test]
fn the_picture_of_the_documentation_is_made_by_the_program() {
    let kept = std::fs::read_to_string(root().join("docs/graph/escrow.svg")).unwrap();
    let how = "mundi graph examples/conversations/escrow.conv --out docs/graph/escrow.svg";
    assert!(kept == draw(&example("escrow"), None, Format::Svg), "write it again: {how}");
    let kept = std::fs::read_to_string(root().join("docs/graph/escrow-disputed.svg")).unwrap();
    let rules = example("escrow");
    let rehearsal = rehearsed("escrow-disputed", &rules, 14);
    assert!(
        kept == draw(&rules, Some(&rehearsal), Format::Svg),
        "write it again: mundi graph examples/conversations/escrow.conv \
         --play examples/conversations/escrow-disputed.play:14 --out docs/graph/escrow-disputed.svg"
    );
}

/// Which of two places was meant is not known, and a mark says so.
#[test]
fn a_message_at_two_places_is_marked_at_both() {
    let rules = checked(
        "conversation talk \"Talk\"\nedition 1\nrole host\nrole guest\nmessage a by host, guest\n\
         message b by host, guest\npattern { a, (b by host), (b by guest), a? }\n\
         consensus { false }\n",
    );
    let source = Source::new("talk.play", "cast { host: ada, guest: ben }\nada: a\nada: b\n");
    let tree = mundi_lang::parse_play_lines(&source).tree.unwrap();
    let rehearsal = play(&source, &tree, &rules).unwrap().rehearsal;
    let dot = draw(&rules, Some(&rehearsal), Format::Dot);
    let labels: Vec<&str> =
        dot.lines().filter_map(|line| line.split("label=\"").nth(1)?.split('"').next()).collect();
    let of =
        |name: &str| labels.iter().filter(|l| l.starts_with(name)).copied().collect::<Vec<_>>();
    assert_eq!(of("b"), ["b\\nby host\\nsaid once", "b\\nby guest\\nnow: ben"],);
    assert_eq!(of("a"), ["a\\nby anyone\\nsaid once, here or elsewhere"; 2]);
}

/// How often each message stands in the pattern, those of stages in the place of the stage's name.
fn standing_in(rules: &Rules, pattern: &Pattern, counts: &mut BTreeMap<String, usize>) {
    match pattern {
        Pattern::Message(number, _) => {
            let message = &rules.messages[usize::from(*number)];
            match message.kind {
                MessageKind::Stage => {
                    let stage = rules.stages.iter().find(|s| s.message == *number).unwrap();
                    standing_in(rules, &stage.pattern, counts);
                }
                _ => *counts.entry(message.name.clone()).or_default() += 1,
            }
        }
        Pattern::Sequence(parts) | Pattern::Either(parts) | Pattern::Interleave(parts) => {
            parts.iter().for_each(|part| standing_in(rules, part, counts));
        }
        Pattern::Repeat(of, ..)
        | Pattern::Each(_, of)
        | Pattern::One(_, of)
        | Pattern::Per(_, of) => {
            standing_in(rules, of, counts);
        }
        Pattern::Unless(of, exit) => {
            standing_in(rules, of, counts);
            standing_in(rules, exit, counts);
        }
    }
}

/// How often each message has a box in a text. Names are small letters, digits, `_` and `.`: nothing in
/// them is ever escaped.
fn boxes_in(format: Format, text: &str) -> BTreeMap<String, usize> {
    let name = |line: &str| -> Option<String> {
        let line = line.trim_start();
        let rest = match format {
            Format::Svg => {
                line.strip_prefix("<g class=\"message")?.split("data-message=\"").nth(1)?
            }
            Format::Dot => {
                let (node, rest) = line.split_once(" [label=\"")?;
                node.strip_prefix('n')?.parse::<usize>().ok()?;
                rest
            }
            Format::Mermaid => {
                let (node, rest) = line.split_once("[\"")?;
                node.trim_end_matches('(').strip_prefix('n')?.parse::<usize>().ok()?;
                rest
            }
        };
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))?;
        (end > 0 && !rest.starts_with("all of these")).then(|| rest[..end].to_owned())
    };
    let mut counts = BTreeMap::new();
    for name in text.lines().filter_map(name) {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn every_message_stands_as_often_as_in_the_pattern(rules: &Rules) {
    let mut wanted = BTreeMap::new();
    standing_in(rules, &rules.pattern, &mut wanted);
    for (format, _) in FORMATS {
        assert_eq!(boxes_in(format, &draw(rules, None, format)), wanted, "{format:?}");
    }
}

type Rect = (i64, i64, i64, i64);

fn number(node: &Node<'_, '_>, name: &str) -> i64 {
    node.attribute(name).unwrap_or("0").parse().unwrap()
}

fn rect(node: &Node<'_, '_>) -> Rect {
    let (x, y) = (number(node, "x"), number(node, "y"));
    (x, y, x + number(node, "width"), y + number(node, "height"))
}

fn inside(inner: Rect, outer: Rect) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

fn apart(a: Rect, b: Rect) -> bool {
    a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1
}

/// Everything lies inside the picture, boxes apart from each other and wholly in or out of frames, texts
/// of boxes in their boxes.
fn a_picture_is_sound(svg: &str) {
    let document = Document::parse(svg).unwrap();
    let root = document.root_element();
    let (width, height) = (number(&root, "width"), number(&root, "height"));
    assert_eq!(root.attribute("viewBox"), Some(format!("0 0 {width} {height}").as_str()));
    let picture = (0, 0, width, height);
    let of_class = |class: &str| -> Vec<Rect> {
        let has = |n: &Node<'_, '_>| {
            n.attribute("class").is_some_and(|c| c.split(' ').any(|c| c == class))
        };
        root.descendants().filter(|n| n.has_tag_name("rect") && has(n)).map(|n| rect(&n)).collect()
    };
    let (boxes, frames) = (of_class("box"), of_class("frame"));
    for (at, one) in boxes.iter().enumerate() {
        assert!(inside(*one, picture), "{one:?} in {picture:?}");
        for other in &boxes[at + 1..] {
            assert!(apart(*one, *other), "{one:?} and {other:?}");
        }
        for frame in &frames {
            assert!(inside(*one, *frame) || apart(*one, *frame), "{one:?} and frame {frame:?}");
        }
    }
    for frame in frames {
        assert!(inside(frame, picture), "{frame:?} in {picture:?}");
    }
    for message in root.descendants().filter(|n| n.attribute("data-message").is_some()) {
        let outline = message.children().find(|n| n.attribute("class") == Some("box")).unwrap();
        for text in message.children().filter(|n| n.has_tag_name("text")) {
            let size = if text.attribute("class") == Some("name") { 14 } else { 12 };
            let (x, y) = (number(&text, "x"), number(&text, "y"));
            let wide = advance(text.text().unwrap_or("")) * size / 1000;
            let drawn = text.attribute("textLength").map_or(wide, |w| w.parse().unwrap());
            assert!(inside((x, y - size, x + drawn, y + 3), rect(&outline)), "{:?}", text.text());
        }
    }
    for path in root.descendants().filter(|n| n.attribute("class") == Some("rail")) {
        let d = path.attribute("d").unwrap();
        let numbers: Vec<i64> = d
            .split(|c: char| !(c.is_ascii_digit() || c == '-'))
            .filter_map(|n| n.parse().ok())
            .collect();
        for point in numbers.chunks(2) {
            assert!(inside((point[0], point[1], point[0], point[1]), picture), "{d}");
        }
    }
}

/// A lower bound of a text's width in thousandths of its size: as Arial has it, roughly. That the picture's
/// own table is an upper one is a matter of fonts, not of this test.
fn advance(text: &str) -> i64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ' ' | '|' | '\'' => 222,
            'm' | 'w' | 'M' | 'W' => 833,
            _ => 556,
        })
        .sum()
}

#[test]
fn laws_hold_for_all_examples_and_the_library() {
    for folder in ["examples/conversations", "consensus-std/rules"] {
        for (name, rules) in rules_in(folder) {
            println!("{name}");
            every_message_stands_as_often_as_in_the_pattern(&rules);
            a_picture_is_sound(&draw(&rules, None, Format::Svg));
        }
    }
}

/// Rules with these names, under which any pattern over messages 0 to 4 makes sense enough to be drawn.
fn ground() -> Rules {
    checked(
        "conversation ground \"Ground\"\nedition 1\nrole host\nrole guest 2..\n\
         message a by host\nmessage bee by guest { about: ref(a) }\n\
         message a_message_with_quite_a_long_name_as_people_may_give_it_to_theirs by anyone\n\
         message d by host, guest\ndeadline late at { opened + days(2) }\n\
         allow d when { count(\"d\") < 3 } else \"often enough\"\nconsensus { said(\"a\") }\n",
    )
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let leaf = prop_oneof![
        8 => (0u16..5, prop::sample::subsequence(vec![0u16, 1], 1..=2))
            .prop_map(|(message, roles)| Pattern::Message(message, roles)),
        1 => Just(Pattern::Sequence(Vec::new())),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        let some = || prop::collection::vec(inner.clone(), 1..5);
        let one = || inner.clone().prop_map(Box::new);
        prop_oneof![
            some().prop_map(Pattern::Sequence),
            some().prop_map(Pattern::Either),
            some().prop_map(Pattern::Interleave),
            (one(), 0u32..4, prop::option::of(0u32..70_000))
                .prop_map(|(of, min, more)| Pattern::Repeat(of, min, more.map(|n| min + n))),
            (one(), prop::sample::subsequence(vec![0u16, 1], 1..=2))
                .prop_map(|(of, roles)| Pattern::Each(roles, of)),
            one().prop_map(|of| Pattern::One(1, of)),
            one().prop_map(|of| Pattern::Per(0, of)),
            (one(), one()).prop_map(|(of, exit)| Pattern::Unless(of, exit)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn laws_hold_for_any_pattern(pattern in pattern()) {
        let rules = Rules { pattern, ..ground() };
        every_message_stands_as_often_as_in_the_pattern(&rules);
        a_picture_is_sound(&draw(&rules, None, Format::Svg));
    }

    #[test]
    fn a_hostile_title_stays_a_text(title in "\\PC{0,40}|[\"<>&#`\\\\{}\\[\\];%\\u{0}-\\u{1f}\\u{202e}\\u{fffe}]{0,20}") {
        let rules = Rules { title: title.clone(), ..ground() };
        let svg = draw(&rules, None, Format::Svg);
        a_picture_is_sound(&svg);
        let document = Document::parse(&svg).unwrap();
        let elements = document.descendants().filter(Node::is_element).count();
        let plain = draw(&ground(), None, Format::Svg);
        let plain = Document::parse(&plain).unwrap().descendants().filter(Node::is_element).count();
        prop_assert_eq!(elements, plain);
        let dot = draw(&rules, None, Format::Dot);
        prop_assert_eq!(dot.lines().count(), draw(&ground(), None, Format::Dot).lines().count());
        let mermaid = draw(&rules, None, Format::Mermaid);
        prop_assert_eq!(mermaid.lines().count(), draw(&ground(), None, Format::Mermaid).lines().count());
        let front = mermaid.lines().nth(1).unwrap().strip_prefix("title: ").unwrap();
        prop_assert!(serde_json::from_str::<String>(front).is_ok());
        every_message_stands_as_often_as_in_the_pattern(&rules);
    }
}

#[test]
fn what_a_condition_says_is_escaped() {
    let text = "conversation talk \"<b>&amp;</b>\"\nedition 1\nrole host\n\
                message say by host { word: text }\n\
                allow say when { msg.word != \"]]> <script> \\\" & #quot; `x`\" && 1 < 2 } else \"no\"\n\
                consensus { said(\"say\") }\n";
    let rules = checked(text);
    let svg = draw(&rules, None, Format::Svg);
    a_picture_is_sound(&svg);
    let document = Document::parse(&svg).unwrap();
    assert!(document.descendants().all(|n| !n.has_tag_name("script") && !n.has_tag_name("b")));
    let guard = document
        .descendants()
        .find(|n| {
            n.has_tag_name("title") && n.parent_element().is_some_and(|p| p.has_tag_name("g"))
        })
        .unwrap();
    assert!(guard.text().unwrap().contains("\"]]> <script> \\\" & #quot; `x`\" && 1 < 2"));
    insta::assert_snapshot!("hostile_dot", draw(&rules, None, Format::Dot));
    insta::assert_snapshot!("hostile_mermaid", draw(&rules, None, Format::Mermaid));
}
