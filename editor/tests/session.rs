//! An editor's day: what is asked of each kind, and what is answered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use kit::{Editor, Memory, at, edited, place, uri};
use mundi_editor::Ended;
use serde_json::{Value, json};

const SHOP: &str = "conversation shop \"Shop \u{1f600}\"\nedition 1\nuse std::ranked\n\nrole buyer\nrole seller\n\n\
    terms { price: decimal(0..), wishes: list(text, 1..5) }\n\n\
    /// The buyer places it.\n\
    message order by buyer { count: int(1..) = 1, kind: \"big\" | \"small\" }\n\
    message pay by buyer { of: ref(order) }\n\
    message ship by seller\n\n\
    pattern { order, pay, ship }\n\n\
    state { total: decimal(0..) = 0.0 }\n\n\
    on order { state.total = terms.price * msg.count; }\n\
    allow ship when { count(\"pay\") == 1 } else \"not paid\"\n\n\
    consensus { said(\"ship\") }\n\
    output { state.total }\n";

const PLAY: &str = "play \"\u{1f600} it ships\"\nrules \"shop.conv\"\ncast { buyer: ada, seller: ben }\n\
    terms { price: 2.5, wishes: [\"a\"] }\n\n\
    ada: order { count: 2, kind: \"big\" } as o\nben: ship\nexpect refused\nada: pay { of: o }\nben: ship\n\
    expect output 5.0\n";

fn names(answer: &Value) -> Vec<String> {
    let all = answer.as_array().unwrap().iter();
    all.map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

fn started(files: &[(&str, &str)]) -> Editor {
    Editor::start(Memory::new(files), &json!({}))
}

/// What is completed at the end of `typed`, which stands in the place of `old` in the shop's rules.
fn completed(old: &str, typed: &str) -> Vec<String> {
    let text = SHOP.replacen(old, typed, 1);
    let mut editor = started(&[]);
    editor.open("shop.conv", &text);
    let asked = at("shop.conv", &text, &text[SHOP.find(old).unwrap()..], typed.len());
    let answer = editor.ask("textDocument/completion", asked).unwrap();
    editor.end();
    names(&answer)
}

#[test]
fn a_broken_file_is_told_fixed_completed_renamed_and_formatted() {
    let mut editor = started(&[("shop.play", PLAY)]);
    let broken = SHOP.replace("said(\"ship\")", "said(\"shipp\")");
    editor.open("shop.conv", &broken);
    assert_eq!(editor.codes("shop.conv"), ["E0318"]);

    let here = place(&broken, "\"shipp\"", 2);
    let asked = json!({
        "textDocument": {"uri": uri("shop.conv")}, "range": {"start": here, "end": here},
        "context": {"diagnostics": []},
    });
    let actions = editor.ask("textDocument/codeAction", asked).unwrap();
    assert_eq!(actions[0]["title"], "write `\"ship\"` instead of `\"shipp\"`");
    let edits = &actions[0]["edit"]["changes"][uri("shop.conv").as_str()];
    let fixed = edited(&broken, edits);
    assert_eq!(fixed, SHOP);
    editor.replace("shop.conv", 2, &fixed);
    assert_eq!(editor.codes("shop.conv"), Vec::<String>::new());

    let asked = json!({
        "textDocument": {"uri": uri("shop.conv")}, "position": place(SHOP, "message order", 9),
        "newName": "purchase",
    });
    let changes = editor.ask("textDocument/rename", asked).unwrap()["changes"].clone();
    let rules = edited(SHOP, &changes[uri("shop.conv").as_str()]);
    let play = edited(PLAY, &changes[uri("shop.play").as_str()]);
    assert_eq!(rules.matches("purchase").count(), 4, "{rules}");
    assert!(!rules.contains("order"), "{rules}");
    assert_eq!(play, PLAY.replace("order", "purchase"));

    let untidy = rules.replace("role buyer", "role    buyer");
    editor.replace("shop.conv", 3, &untidy);
    let asked = json!({"textDocument": {"uri": uri("shop.conv")}, "options": {}});
    let asked = json!({"textDocument": asked["textDocument"], "options": {"tabSize": 4, "insertSpaces": true}});
    let edits = editor.ask("textDocument/formatting", asked.clone()).unwrap();
    let source = mundi_lang::Source::new("x", untidy.clone());
    assert_eq!(edited(&untidy, &edits), mundi_lang::format(&source).unwrap());
    editor.replace("shop.conv", 4, "conversation");
    let (code, why) = editor.ask("textDocument/formatting", asked).unwrap_err();
    assert_eq!(code, -32803);
    assert!(why.starts_with("the text does not parse, and is left as it is: line 1:"), "{why}");
    assert_eq!(editor.end(), Ended::Properly);
}

#[test]
fn code_is_completed_by_its_types() {
    assert_eq!(completed("terms.price *", "terms."), ["price", "wishes"]);
    assert_eq!(completed("state.total }", "state."), ["total"]);
    assert_eq!(completed("msg.count; }", "msg."), ["count", "kind"]);
    assert_eq!(completed("msg.count", "msg.co").first().map(String::as_str), Some("count"));
    let entry = completed("said(\"ship\") }", "last(\"order\")?.");
    assert_eq!(entry[..4], ["count", "kind", "from", "at"]);
    let through = completed("said(\"ship\") }", "let e = last(\"pay\"); let o = e?.of; o?.");
    assert_eq!(through[..2], ["count", "kind"]);
    assert_eq!(completed("said(\"ship\")", "said(\""), ["order", "pay", "ship"]);
    assert_eq!(completed("said(\"ship\")", "members(\"se"), ["buyer", "seller"]);
    assert_eq!(
        completed("said(\"ship\")", "count(\"order\", from) + tally(\"order\", \""),
        ["count", "kind"]
    );
    assert!(completed("said(\"ship\")", "ranked::").contains(&"schulze".to_owned()));
    assert!(completed("said(\"ship\")", "terms.wishes.").contains(&"len".to_owned()));
    let own = completed("output {", "script { fn twice(x) { x } }\noutput { let mine = 1; ");
    for word in ["mine", "twice", "terms", "state", "said", "ranked", "days", "if"] {
        assert!(own.contains(&word.to_owned()), "{word}: {own:?}");
    }
    assert!(!own.contains(&"msg".to_owned()));
    assert_eq!(completed("count(\"pay\") == 1", "last(\"order\")?.kind == \""), ["big", "small"]);
}

#[test]
fn structure_is_completed_by_its_place() {
    assert_eq!(completed("by seller", "by "), ["buyer", "seller", "anyone"]);
    assert_eq!(
        completed("pattern { order,", "pattern { order, "),
        ["order", "pay", "ship", "each", "one", "per"]
    );
    assert_eq!(completed("on order", "on "), ["order", "pay", "ship", "open"]);
    assert_eq!(completed("allow ship when", "allow "), ["order", "pay", "ship"]);
    assert_eq!(
        completed("ref(order)", "ref("),
        ["order", "ship", "pay"],
        "its own item is unfinished"
    );
    assert!(completed("use std::ranked", "use std::").contains(&"auctions".to_owned()));
    assert!(completed("count: int", "count: i").contains(&"decimal".to_owned()));
    assert_eq!(completed("output {", "seal all of buyer, "), ["buyer", "seller"]);
    assert!(completed("output {", "out").contains(&"consensus".to_owned()));
    assert_eq!(completed("/// The buyer", "/// The bu").len(), 0);
}

#[test]
fn a_play_is_completed_by_its_rules() {
    let mut editor = started(&[("shop.conv", SHOP)]);
    let mut done = |old: &str, typed: &str| {
        let text = PLAY.replace(old, typed);
        assert_ne!(text, PLAY, "{old}");
        editor.open("shop.play", &text);
        names(
            &editor
                .ask("textDocument/completion", at("shop.play", &text, typed, typed.len()))
                .unwrap(),
        )
    };
    assert_eq!(done("ben: ship\nexpect refused", "ben: s")[..3], ["order", "pay", "ship"]);
    assert_eq!(done("ada: pay { of: o }", "ada: pay { "), ["of"]);
    assert_eq!(done("ada: pay { of: o }", "ada: pay { of: "), ["o", "ada", "ben"]);
    assert_eq!(done("kind: \"big\"", "kind: \""), ["big", "small"]);
    assert_eq!(done("cast { buyer: ada,", "cast { buyer: ada, "), ["buyer", "seller"]);
    assert!(done("expect refused", "expect refused ").contains(&"not-allowed".to_owned()));
    assert!(done("expect refused", "expect ").contains(&"possible".to_owned()));
}

#[test]
fn changes_count_in_the_units_that_were_agreed_on() {
    for (general, wide) in [(json!({}), 2), (json!({"positionEncodings": ["utf-8", "utf-16"]}), 4)]
    {
        let mut editor = Editor::start(Memory::default(), &general);
        editor.open("shop.conv", SHOP);
        assert_eq!(editor.codes("shop.conv"), Vec::<String>::new());
        // Behind the face in the title: a quote too many.
        let character = "conversation shop \"Shop ".len() + wide;
        let here = json!({"line": 0, "character": character});
        let change = json!({"range": {"start": here, "end": here}, "text": "\u{e9}\u{1f600}\""});
        let document = json!({"uri": uri("shop.conv"), "version": 2});
        editor.tell(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [change]}),
        );
        let told = editor.told("shop.conv");
        assert_eq!(told["version"], 2);
        assert!(!told["diagnostics"].as_array().unwrap().is_empty());
        // And gone again.
        let length = if wide == 2 { 1 + 2 + 1 } else { 2 + 4 + 1 };
        let end = json!({"line": 0, "character": character + length});
        let change = json!({"range": {"start": here, "end": end}, "text": ""});
        let document = json!({"uri": uri("shop.conv"), "version": 3});
        editor.tell(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [change]}),
        );
        assert_eq!(editor.codes("shop.conv"), Vec::<String>::new());
    }
}

#[test]
fn a_change_of_rules_is_told_in_the_plays_that_are_open() {
    let mut editor = started(&[]);
    editor.open("shop.play", PLAY);
    assert_eq!(editor.codes("shop.play"), ["E0901"]);
    editor.open("shop.conv", SHOP);
    assert_eq!(editor.codes("shop.play"), Vec::<String>::new());
    editor.replace("shop.conv", 2, &SHOP.replace("price", "cost"));
    assert_eq!(editor.codes("shop.play"), ["E0203"]);
    let here = place(PLAY, "price", 1);
    let asked = json!({
        "textDocument": {"uri": uri("shop.play")}, "range": {"start": here, "end": here},
        "context": {"diagnostics": []},
    });
    let nothing = editor.ask("textDocument/codeAction", asked).unwrap();
    assert_eq!(nothing, json!([]), "no name is near enough");
}

#[test]
fn hovering_tells_declaration_documentation_and_type() {
    let text = SHOP.replace(
        "output { state.total }",
        "output { let o = last(\"order\"); ranked::schulze([[\"a\"]], terms.wishes).winners }",
    );
    let mut editor = started(&[]);
    editor.open("shop.conv", &text);
    let mut told = |needle: &str, by: usize| {
        let answer = editor.ask("textDocument/hover", at("shop.conv", &text, needle, by)).unwrap();
        answer["contents"]["value"].as_str().unwrap_or("").to_owned()
    };
    let order = told("last(\"order\")", 7);
    assert!(
        order.contains("message order by buyer") && order.contains("The buyer places it."),
        "{order}"
    );
    assert!(told("let o =", 4).contains("o: (entry of order)?"));
    assert!(told("msg.count", 5).contains("count: int(1..) = 1"));
    assert!(told("schulze", 1).contains("ranked::schulze("));
    assert!(told("said(", 1).contains("Whether there is an accepted one."));
    assert!(told("pattern", 1).contains("In which order messages may come."));
    assert!(told("state.total", 1).contains("state.NAME"));
    assert_eq!(told("Shop \u{1f600}", 1), "");
}

#[test]
fn definitions_and_references_cross_files() {
    let mut editor = started(&[("shop.conv", SHOP), ("shop.play", PLAY)]);
    editor.open("shop.play", PLAY);
    let answer =
        editor.ask("textDocument/definition", at("shop.play", PLAY, "ada: pay", 6)).unwrap();
    assert_eq!(answer[0]["uri"], json!(uri("shop.conv")));
    let start = place(SHOP, "message pay", 8);
    assert_eq!(answer[0]["range"]["start"], json!(start));
    let mut asked = at("shop.conv", SHOP, "price", 1);
    asked["context"] = json!({"includeDeclaration": true});
    let answer = editor.ask("textDocument/references", asked).unwrap();
    let files: Vec<&str> =
        answer.as_array().unwrap().iter().map(|l| l["uri"].as_str().unwrap()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.last().unwrap().ends_with("shop.play"));
    let answer = editor.ask("textDocument/definition", at("shop.play", PLAY, "of: o", 4)).unwrap();
    assert_eq!(answer[0]["range"]["start"], json!(place(PLAY, "as o", 3)));
}

#[test]
fn a_name_that_is_taken_or_reserved_is_refused() {
    let mut editor = started(&[("shop.play", PLAY)]);
    editor.open("shop.conv", SHOP);
    let mut refused = |needle: &str, by: usize, new: &str| {
        let mut asked = at("shop.conv", SHOP, needle, by);
        asked["newName"] = json!(new);
        editor.ask("textDocument/rename", asked).unwrap_err().1
    };
    assert_eq!(refused("message order", 9, "pay"), "`pay` is there already");
    assert_eq!(refused("role buyer", 6, "seller"), "`seller` is there already");
    assert_eq!(refused("role buyer", 6, "each"), "`each` is a word of the language");
    assert!(refused("role buyer", 6, "Buyer").contains("is no name"));
    assert!(refused("said(", 1, "x").contains("not declared"));
    assert!(refused("conversation shop", 14, "x").contains("certificates"));
    assert_eq!(
        editor.ask("textDocument/prepareRename", at("shop.conv", SHOP, "said(", 1)).unwrap_err().0,
        -32803
    );
    let fine =
        editor.ask("textDocument/prepareRename", at("shop.conv", SHOP, "msg.count", 5)).unwrap();
    assert_eq!(fine["placeholder"], "count");
}

#[test]
fn somebody_of_a_play_is_renamed_in_it() {
    let mut editor = started(&[("shop.conv", SHOP)]);
    editor.open("shop.play", PLAY);
    let mut asked = at("shop.play", PLAY, "buyer: ada", 8);
    asked["newName"] = json!("ann");
    let changes = editor.ask("textDocument/rename", asked.clone()).unwrap()["changes"].clone();
    assert_eq!(edited(PLAY, &changes[uri("shop.play").as_str()]), PLAY.replace("ada", "ann"));
    asked["newName"] = json!("ben");
    assert!(editor.ask("textDocument/rename", asked).unwrap_err().1.contains("already"));
}

#[test]
fn a_role_of_a_stage_is_renamed_in_its_file_and_around() {
    let inner = "conversation inner \"Inner\"\nedition 1\nrole voter 1..\nterms { limit: int = 1 }\nmessage vote by voter\n\
        consensus { count(\"vote\") >= terms.limit }\n";
    let outer = "conversation outer \"Outer\"\nedition 1\nrole member 1..\nstage first from \"inner.conv\" { roles: { voter: member }, terms: { limit: 2 } }\n\
        pattern { first }\nconsensus { said(\"first\") }\n";
    let play = "play \"both\"\nrules \"outer.conv\"\ncast { member: [ada, ben] }\nada: first.vote\nben: vote\nexpect consensus\n";
    let mut editor = started(&[("inner.conv", inner), ("outer.conv", outer), ("both.play", play)]);
    editor.open("inner.conv", inner);
    assert_eq!(editor.codes("inner.conv"), Vec::<String>::new());
    let mut renamed = |name: &str, text: &str, needle: &str, by: usize, new: &str| {
        let mut asked = at(name, text, needle, by);
        asked["newName"] = json!(new);
        editor.ask("textDocument/rename", asked).unwrap()["changes"].clone()
    };
    let changes = renamed("inner.conv", inner, "role voter", 6, "elector");
    assert_eq!(
        edited(inner, &changes[uri("inner.conv").as_str()]),
        inner.replace("voter", "elector")
    );
    assert_eq!(
        edited(outer, &changes[uri("outer.conv").as_str()]),
        outer.replace("voter", "elector")
    );
    let changes = renamed("both.play", play, "ben: vote", 6, "ballot");
    assert_eq!(
        edited(inner, &changes[uri("inner.conv").as_str()]),
        inner.replace("message vote", "message ballot").replace("\"vote\"", "\"ballot\"")
    );
    assert_eq!(edited(play, &changes[uri("both.play").as_str()]), play.replace("vote", "ballot"));
    let changes = renamed("outer.conv", outer, "pattern { first", 11, "round");
    assert_eq!(
        edited(outer, &changes[uri("outer.conv").as_str()]),
        outer.replace("first", "round")
    );
    assert_eq!(edited(play, &changes[uri("both.play").as_str()]), play.replace("first", "round"));
}

#[test]
fn hints_tell_what_becomes_of_each_line() {
    let mut editor = started(&[("shop.conv", SHOP)]);
    editor.open("shop.play", PLAY);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let asked = json!({"textDocument": {"uri": uri("shop.play")}, "range": whole});
    let hints = editor.ask("textDocument/inlayHint", asked.clone()).unwrap();
    assert_eq!(
        names(&hints),
        ["accepted", "refused (out-of-turn)", "accepted", "accepted", "consensus, output 5.0"]
    );
    assert!(
        hints[1]["tooltip"].as_str().unwrap().contains("now possible: `pay` by ada"),
        "{hints}"
    );
    assert_eq!(hints[0]["position"], json!(place(PLAY, " as o", 5)));
    let wrong = PLAY.replace("output 5.0", "output 4.0");
    editor.replace("shop.play", 2, &wrong);
    let hints = editor.ask("textDocument/inlayHint", asked.clone()).unwrap();
    assert!(
        names(&hints)
            .contains(&"expected the output 4.0, found consensus, with the output 5.0".to_owned()),
        "{hints}"
    );
    let long = format!("{PLAY}{}", "ada: order\n".repeat(mundi_editor::limits::PLAY_LINES));
    editor.replace("shop.play", 3, &long);
    let hints = editor.ask("textDocument/inlayHint", asked).unwrap();
    assert_eq!(names(&hints).len(), 1);
    assert!(names(&hints)[0].starts_with("not played here"), "{hints}");
}

#[test]
fn the_outline_has_every_item() {
    let mut editor = started(&[]);
    editor.open("shop.conv", SHOP);
    let asked = json!({"textDocument": {"uri": uri("shop.conv")}});
    let outline = editor.ask("textDocument/documentSymbol", asked).unwrap();
    let names: Vec<&str> =
        outline.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "shop",
            "buyer",
            "seller",
            "terms",
            "order",
            "pay",
            "ship",
            "pattern",
            "state",
            "on order",
            "allow ship",
            "consensus",
            "output"
        ]
    );
    assert_eq!(outline[4]["children"][1]["name"], "kind");
}
