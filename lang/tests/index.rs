//! What names mean: definitions, renaming and back, types at places.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use std::path::Path;

use mundi_lang::check::{Known, check_knowing};
use mundi_lang::index::{
    Index, PlayIndex, PlayThing, Thing, Use, free, renamed, replaced, same, ty_words,
};
use mundi_lang::{Severity, Source, Span, bundle::bundle, parse, parse_play};

/// The index of a text, what is known of it, and its errors.
fn indexed(text: &str) -> (Index, Known, Vec<String>) {
    let source = Source::new("x.conv", text);
    let parsed = parse(&source);
    let tree = parsed.tree.unwrap();
    let (checked, known) = check_knowing(&source, &tree, &kit::modules());
    let all = parsed.diagnostics.iter().chain(&checked.diagnostics);
    let errors = all.filter(|d| d.severity == Severity::Error).map(|d| d.message.clone());
    (Index::new(&source, &tree, &known), known, errors.collect())
}

/// All example rules that this crate's library of one method can check, with the files of their stages.
fn examples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["../examples/conversations", "tests/examples"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "conv") {
                let text = std::fs::read_to_string(&path).unwrap();
                let read = |file: &str| {
                    std::fs::read_to_string(folder.join(file)).map_err(|e| e.to_string())
                };
                let whole = bundle(&text, read).text;
                if indexed(&whole).2.is_empty() {
                    found.push((path.display().to_string(), whole));
                }
            }
        }
    }
    found.sort();
    assert!(found.len() > 15, "{}", found.len());
    found
}

#[test]
fn every_name_is_renamed_and_back_without_changing_what_the_text_means() {
    for (file, text) in examples() {
        let (index, _, _) = indexed(&text);
        let mut done = std::collections::BTreeSet::new();
        let mut count = 0;
        for place in index.places() {
            let things = index.together(&place.things);
            if renamed(&index, &things, &kit::modules()).is_err() || !done.insert(things.clone()) {
                continue;
            }
            let places: Vec<Span> = index.of(&things).map(|p| p.span).collect();
            let old = Source::new("", &*text).slice(place.span).to_owned();
            let new = "zz_renamed";
            free(&things, new).unwrap();
            let other = replaced(&text, &places, new);
            let (after, _, errors) = indexed(&other);
            assert!(errors.is_empty(), "{file}: {old}: {errors:?}\n{other}");
            assert!(same(&index, &places, &after, new), "{file}: {old}\n{other}");
            let back = after
                .places()
                .iter()
                .find(|p| p.used == Use::Defined && Source::new("", &*other).slice(p.span) == new);
            let back = after.together(&back.unwrap().things);
            let places: Vec<Span> = after.of(&back).map(|p| p.span).collect();
            assert_eq!(replaced(&other, &places, &old), text, "{file}: {old}");
            count += 1;
        }
        assert!(count > 3, "{file}: {count}");
    }
}

#[test]
fn every_name_that_is_used_is_declared_or_a_word_of_the_language() {
    for (file, text) in examples() {
        let (index, _, _) = indexed(&text);
        for place in index.places() {
            for thing in &place.things {
                let given = match thing {
                    Thing::Word(_) | Thing::Module(_) | Thing::Library(..) => true,
                    Thing::Message(_, name) => matches!(name.as_str(), "join" | "leave"),
                    Thing::Member(..) => true,
                    Thing::Field(_, message, field) => message == "join" && field == "role",
                    _ => false,
                };
                let found = index.definition(thing).is_some() || given;
                assert!(found, "{file}: {thing:?}");
            }
        }
    }
}

const ORDER: &str = "conversation shop \"Shop\"\nedition 1\nrole buyer\nrole seller\n\
    terms { price: decimal(0..) }\n\
    /// The order.\nmessage order by buyer { count: int(1..), what: { name: text, size: int } }\n\
    message change by buyer { count: int(1..) }\n\
    message pay by buyer { of: ref(order) }\n\
    state { total: decimal = 0.0 }\n\
    on order, change { state.total = terms.price * msg.count; }\n\
    on pay { let e = msg.of; if e.count > 1 { let e = 2; state.total = terms.price * e; } }\n\
    consensus { let o = last(\"order\"); o != () && o.what.size > 1 && said(\"pay\") }\n";

fn thing_at(index: &Index, needle: &str, within: &str) -> Vec<Thing> {
    let at = ORDER.find(needle).unwrap() + needle.find(within).unwrap();
    index.at(at).unwrap().things.clone()
}

#[test]
fn a_field_is_found_through_the_types_of_code() {
    let (index, known, errors) = indexed(ORDER);
    assert_eq!(errors, Vec::<String>::new());
    let field = |m: &str, f: &str| Thing::Field(0, m.to_owned(), f.to_owned());
    let both = vec![field("order", "count"), field("change", "count")];
    assert_eq!(thing_at(&index, "msg.count", "count"), both);
    assert_eq!(thing_at(&index, "e.count", "count"), [field("order", "count")]);
    let member = Thing::Member(vec!["name".into(), "size".into()], "size".into());
    assert_eq!(thing_at(&index, "what.size", "size"), std::slice::from_ref(&member));
    assert_eq!(
        index.definition(&member).unwrap().name.start as usize,
        ORDER.find("size: int").unwrap()
    );
    assert_eq!(index.together(&[field("order", "count")]).len(), 2, "they share a name");
    let e = index.definition(&thing_at(&index, "e.count", "e")[0]).unwrap().name;
    assert_eq!(ty_words(&known.types(e)[0], &known), "entry of order");
}

#[test]
fn a_variable_is_the_innermost_of_its_name() {
    let (index, _, _) = indexed(ORDER);
    let at = ORDER.find("* e;").unwrap() + 2;
    let thing = &index.at(at).unwrap().things[0];
    assert_eq!(index.definition(thing).unwrap().name.start as usize, ORDER.find("e = 2").unwrap());
    let seen: Vec<_> = index.locals(at).map(|l| l.declared.start as usize).collect();
    assert_eq!(seen.len(), 2, "both are in scope, one hides the other");
}

#[test]
fn a_name_that_hides_another_is_not_free() {
    let text = ORDER.replace("let e = 2;", "let f = 2;").replace("* e;", "* f + e.count;");
    let (index, _, errors) = indexed(&text);
    assert_eq!(errors, Vec::<String>::new());
    let at = text.find("f = 2").unwrap();
    let things = index.together(&index.at(at).unwrap().things);
    let places: Vec<Span> = index.of(&things).map(|p| p.span).collect();
    let (after, _, _) = indexed(&replaced(&text, &places, "e"));
    assert!(!same(&index, &places, &after, "e"));
    let (after, _, errors) = indexed(&replaced(&text, &places, "g"));
    assert!(errors.is_empty() && same(&index, &places, &after, "g"));
}

#[test]
fn reserved_words_and_what_is_no_name_are_refused() {
    let role = [Thing::Role(0, "a".into())].into();
    for bad in ["each", "join", "A", "1a", "a-b", "", "é"] {
        assert!(free(&role, bad).is_err(), "{bad}");
    }
    assert!(free(&role, "a_1").is_ok());
    assert!(free(&[Thing::Term(0, "a".into())].into(), "unless").is_err());
    assert!(free(&[Thing::State(0, "a".into())].into(), "unless").is_ok());
    assert!(free(&[Thing::Field(0, "m".into(), "a".into())].into(), "from").is_err());
    assert!(free(&[Thing::Local(3)].into(), "while").is_err());
}

#[test]
fn a_play_names_what_its_rules_declare() {
    let (index, _, _) = indexed(ORDER);
    let text = "play \"x\"\nrules \"x.conv\"\ncast { buyer: ada, seller: ben }\nterms { price: 2.0 }\n\
        ada: order { count: 1, what: { name: \"a\", size: 2 } } as o1\nada: pay { of: o1 }\n\
        expect state { total: 2.0 }\nexpect possible [pay, order]\n";
    let source = Source::new("x.play", text);
    let play = PlayIndex::new(&source, &parse_play(&source).tree.unwrap(), &index);
    let all: Vec<(String, bool)> = play
        .places()
        .iter()
        .map(|(span, thing, _)| {
            let declared = match thing {
                PlayThing::Of(thing) => index.definition(thing).is_some(),
                PlayThing::Person(_) | PlayThing::Label(_) => true,
            };
            (source.slice(*span).to_owned(), declared)
        })
        .collect();
    assert!(all.iter().all(|(_, declared)| *declared), "{all:?}");
    let words: Vec<&str> = all.iter().map(|(w, _)| w.as_str()).collect();
    assert_eq!(
        words,
        [
            "buyer", "ada", "seller", "ben", "price", "ada", "order", "count", "what", "name",
            "size", "o1", "ada", "pay", "of", "o1", "total", "pay", "order"
        ]
    );
}
