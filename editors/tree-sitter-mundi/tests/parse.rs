//! What our own parser takes, these grammars take; what it refuses in every file, they refuse too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod shared;

use mundi_lang::{Diagnostic, Severity, Source};
use shared::{Grammar, files, root};

/// Whether our own parser finds the text well-formed, each file of it. What a text means, it does not ask.
fn well_formed(grammar: Grammar, text: &str) -> bool {
    let sound =
        |diagnostics: &[Diagnostic]| diagnostics.iter().all(|d| d.severity != Severity::Error);
    match grammar {
        Grammar::Play => {
            sound(&mundi_lang::parse_play_lines(&Source::new("text", text)).diagnostics)
        }
        Grammar::Conv => {
            let mut files = vec![String::new()];
            for line in text.split_inclusive('\n') {
                if begins_file(line) {
                    files.push(String::new());
                } else if let Some(file) = files.last_mut() {
                    file.push_str(line);
                }
            }
            files
                .iter()
                .all(|file| sound(&mundi_lang::parse(&Source::new("text", file)).diagnostics))
        }
    }
}

/// The line before a file of a stage.
fn begins_file(line: &str) -> bool {
    line.starts_with("file \"") && line.trim_end().ends_with('"')
}

fn taken(grammar: Grammar, text: &str) -> bool {
    !grammar.parse(text).root_node().has_error()
}

/// All texts that people are shown: examples, the library's rules, the specification's fences.
fn texts() -> Vec<(Grammar, String, String)> {
    let mut texts = Vec::new();
    for folder in ["examples/conversations", "consensus-std/rules"] {
        for grammar in Grammar::ALL {
            for file in files(&root().join(folder), grammar.name()) {
                let text = std::fs::read_to_string(&file).unwrap();
                texts.push((grammar, file.display().to_string(), text));
            }
        }
    }
    assert!(texts.len() > 100, "{}", texts.len());
    for page in ["spec/language.md", "README.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        texts.extend(fences(page, &text));
    }
    texts
}

/// The ` ```conv ` and ` ```play ` blocks of a page.
fn fences(page: &str, text: &str) -> Vec<(Grammar, String, String)> {
    let mut fences = Vec::new();
    let mut open: Option<(Option<Grammar>, String, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let word = info.split(',').next().unwrap_or("");
                let grammar = Grammar::ALL.into_iter().find(|g| g.name() == word);
                open = Some((grammar, format!("{page}:{}", number + 1), String::new()));
            }
            (Some(_), Some(_)) => {
                if let Some((Some(grammar), place, body)) = open.take() {
                    fences.push((grammar, place, body));
                }
                open = None;
            }
            (Some((_, _, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(fences.len() > 1, "{page}");
    fences
}

#[test]
fn both_parsers_agree_on_everything_that_people_are_shown() {
    let mut refused = 0;
    for (grammar, place, text) in texts() {
        let well_formed = well_formed(grammar, &text);
        refused += usize::from(!well_formed);
        assert_eq!(taken(grammar, &text), well_formed, "{place}");
    }
    // The specification shows that operators do not mix, and that there is no `switch`.
    assert!(refused >= 2, "{refused}");
}

/// What stands where in canonical form is all the same to both.
#[test]
fn both_parsers_agree_on_canonical_forms() {
    for (grammar, place, text) in texts().into_iter().filter(|(g, _, t)| well_formed(*g, t)) {
        let source = Source::new("text", text);
        let formatted = match grammar {
            Grammar::Conv => mundi_lang::format(&source),
            Grammar::Play => mundi_lang::format_play(&source),
        };
        let Ok(formatted) = formatted else { continue };
        assert!(taken(grammar, &formatted), "{place}");
        let mut lines: Vec<String> = Vec::new();
        for line in formatted.lines() {
            // Behind the line before a file nothing may stand.
            let comment = if begins_file(line) { "" } else { " // said \"{" };
            lines.push(format!("{line}{comment}"));
        }
        let commented = lines.join("\n");
        assert_eq!(taken(grammar, &commented), well_formed(grammar, &commented), "{place}");
    }
}

/// A text cut short anywhere: what our parser takes of it, the grammar takes. Not the other way round: the
/// grammar knows no bounds.
#[test]
fn what_our_parser_takes_of_a_text_cut_short_is_taken() {
    for (grammar, place, text) in texts() {
        let tokens: Vec<usize> = text.match_indices([' ', '\n']).map(|(at, _)| at).collect();
        for at in tokens.iter().step_by(tokens.len() / 12 + 1) {
            let cut = &text[..*at];
            if well_formed(grammar, cut) {
                assert!(taken(grammar, cut), "{place} up to {at}");
            }
        }
    }
}

const REFUSED_RULES: [&str; 34] = [
    "conversation talk",
    "conversation Talk \"Talk\"",
    "conversation talk \"Talk",
    "conversation talk \"a \\q\"",
    "edition",
    "use ranked",
    "role voter 2...",
    "role voter many",
    "overlap",
    "terms { a int }",
    "terms { a: int b: int }",
    "terms { a: int(1) }",
    "terms { a: list() }",
    "terms { a: file(10) }",
    "type grade int",
    "message vote voter",
    "deadline late { opened }",
    "pattern { a, b | c }",
    "pattern { a** }",
    "pattern { each voter a }",
    "pattern { a, }",
    "pattern { (a }",
    "on pay state.total = 1;",
    "allow pay { true }",
    "failure { true } else no",
    "failure { true } else \"{\"",
    "output { switch x { 1 => 2 } }",
    "output { let if = 1; }",
    "output { x y }",
    "output { |x| x }",
    "output { a ** b }",
    "script { fn f { 1 } }",
    "stage vote \"vote.conv\" { }",
    "seal two of voter",
];

const REFUSED_PLAYS: [&str; 14] = [
    "play talk",
    "cast { host ada }",
    "terms { a = 1 }",
    "start tomorrow",
    "ada say",
    "ada: say { a: }",
    "ada: say as",
    "ada:",
    "+3",
    "at noon",
    "together { +1d }",
    "expect nothing",
    "expect possible say",
    "expect output",
];

#[test]
fn what_our_parser_refuses_is_an_error_here() {
    for (grammar, texts) in
        [(Grammar::Conv, REFUSED_RULES.as_slice()), (Grammar::Play, REFUSED_PLAYS.as_slice())]
    {
        for text in texts {
            assert!(!well_formed(grammar, text), "{text} is well-formed");
            assert!(!taken(grammar, text), "{text} is taken: {}", grammar.parse(text).root_node());
        }
    }
}
