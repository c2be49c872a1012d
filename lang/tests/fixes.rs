//! A did-you-mean is an edit that mends what it speaks of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use mundi_lang::codes;
use mundi_lang::{Diagnostic, Source, check_play, parse, parse_play};

/// All findings of a file, those of a text that does not parse among them.
fn found(text: &str) -> Vec<Diagnostic> {
    let mut all = parse(&Source::new("x", text)).diagnostics;
    all.extend(kit::checked(text).1);
    all
}

fn applied(text: &str, found: &Diagnostic) -> String {
    let fix = found.fix.as_ref().unwrap_or_else(|| panic!("no fix: {found:?}"));
    let mut text = text.to_owned();
    text.replace_range(fix.span.range(), &fix.text);
    text
}

/// The text with the one fix of a code applied.
fn mended(part: &str, code: &str) -> String {
    let text = kit::framed(part);
    let all = found(&text);
    let one = all.iter().find(|d| d.code == code).unwrap_or_else(|| panic!("{code}: {all:?}"));
    let after = applied(&text, one);
    let again = found(&after);
    assert!(!again.iter().any(|d| d.code == code && d.message == one.message), "{after}");
    after
}

#[test]
fn every_did_you_mean_of_the_page_mends_what_it_speaks_of() {
    let mut count = 0;
    let all = codes::ALL.iter().flat_map(|part| part.iter()).filter(|c| !c.example.is_empty());
    for code in all {
        let text = kit::framed(code.example);
        for finding in found(&text) {
            if finding.help.as_ref().is_some_and(|h| h.starts_with("did you mean")) {
                mended(code.example, finding.code);
                count += 1;
            }
        }
    }
    assert!(count > 0);
}

#[test]
fn names_in_quotes_stay_in_quotes() {
    let text = mended("message pay by a\nconsensus { said(\"pey\") }", "E0318");
    assert!(text.contains("said(\"pay\")"), "{text}");
    let text = mended(
        "message pay by a { kind: \"big\" | \"small\" }\nallow pay when { msg.kind == \"smal\" }",
        "W0302",
    );
    assert!(text.contains("== \"small\""), "{text}");
    let text = mended(
        "message pay by a { kind: text }\nconsensus { all(\"pay\", \"kin\").len() > 0 }",
        "E0303",
    );
    assert!(text.contains("all(\"pay\", \"kind\")"), "{text}");
    let text = mended("message pay by a\nconsensus { said(pay) }", "E0309");
    assert!(text.contains("said(\"pay\")"), "{text}");
}

#[test]
fn a_name_gets_what_stands_before_it() {
    let text = mended("terms { price: int }\nmessage n by a\non n { let x = price; }", "E0301");
    assert!(text.contains("let x = terms.price"), "{text}");
    let text = mended("message pay by a\nconsensus { pay }", "E0301");
    assert!(text.contains("{ said(\"pay\") }"), "{text}");
}

#[test]
fn slips_of_the_grammar_are_edits_where_one_does_it() {
    let text = mended("mesage n by a", "E0133");
    assert!(text.contains("message n by a"), "{text}");
    let text = mended("terms { x: int; y: int }", "E0116");
    assert!(text.contains("{ x: int, y: int }"), "{text}");
    let text = mended("terms { x: int y: int }", "E0115");
    assert!(text.contains("{ x: int, y: int }"), "{text}");
    let text = mended("terms { x: string }", "E0203");
    assert!(text.contains("{ x: text }"), "{text}");
}

#[test]
fn help_that_no_single_edit_does_is_none() {
    let text = kit::framed("message pay by a\nconsensus { pay() }");
    let all = found(&text);
    let one = all.iter().find(|d| d.code == "E0302").unwrap();
    assert!(one.help.is_some() && one.fix.is_none(), "{one:?}");
}

#[test]
fn a_play_has_fixes_too() {
    let (rules, _) = kit::checked(&kit::framed("message n by b"));
    let text = "play \"x\"\nrules \"x.conv\"\ncast { a: ada, b: ben }\naad: m\nexspect accepted\n";
    let source = Source::new("x.play", text);
    let parsed = parse_play(&source);
    let word = parsed.diagnostics.iter().find(|d| d.code == "E0134").unwrap();
    assert!(applied(text, word).contains("\nexpect accepted"));
    let named = check_play(&parsed.tree.unwrap(), &rules.unwrap());
    let person = named.iter().find(|d| d.code == "W0202").unwrap();
    assert!(applied(text, person).contains("\nada: m"));
}
