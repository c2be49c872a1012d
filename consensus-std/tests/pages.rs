//! Pages are held to the code: each has the form, and its example, run as the `output` of a
//! conversation, gives its result.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod written;

use std::collections::BTreeSet;
use std::path::Path;

use consensus_std::page::Page;
use consensus_std::pages;
use mundi_engine::author::Author;
use mundi_engine::entry::verify;
use mundi_engine::opening::{Member, Opening};
use mundi_engine::{Ending, Reasons, Replica, Value};
use mundi_identity::{DeviceKey, PersonKey};
use written::written;

const START: u64 = 1_767_225_600_000;

/// The value of code, as the output of a conversation in which ada says one thing.
fn evaluated(module: &str, code: &str) -> Result<Value, String> {
    let rules = format!(
        "conversation example \"Example\"\nedition 1\nuse std::{module}\nrole caller\n\
         message go by caller\npattern {{ go }}\nconsensus {{ said(\"go\") }}\n\
         output {{\n{code}\n}}\nseal all of caller\n"
    );
    let library = consensus_std::library();
    let rules = Opening::check_rules(&rules, &library).map_err(|e| e.to_string())?;
    let device = DeviceKey::rehearsal("pages", "ada", "");
    let ada = PersonKey::rehearsal("pages", "ada");
    let certificate = ada.certify(device.public(), "ada", START, None).unwrap();
    let members = vec![Member { roles: vec![0], devices: vec![certificate.clone()] }];
    let opening = Opening { rules, terms: vec![], topic: None, members, nonce: [7; 16] };
    let open = verify(opening.sign(START, &device).map_err(|e| e.to_string())?).unwrap();
    let mut replica = Replica::open(&open, &library, Reasons::Keep).map_err(|e| e.to_string())?;
    replica.advance();
    let mut author = Author {
        device: device.public(),
        certificate: Some(&certificate),
        names: &|_| None,
        secrets: &|_| vec![],
        salt: &mut || [0; 16],
    };
    let drafted = replica.draft(&mut author, "go", &[], START + 1_000, None).map_err(|e| e.text)?;
    let entry = verify(drafted.draft.sign(&device).unwrap()).unwrap();
    let id = entry.id();
    replica.insert(entry);
    replica.advance();
    match replica.ending() {
        Some(Ending::Consensus { output, .. }) => Ok(output),
        _ => Err(replica.reason(&id).unwrap_or_default()),
    }
}

#[test]
fn every_page_has_the_form() {
    for listed in pages() {
        let name = format!("{}::{}", listed.module, listed.function);
        let page = Page::read(listed.text).unwrap_or_else(|e| panic!("{name}: {}", e.0));
        assert!(page.example.code.contains(&format!("{name}(")), "{name}: the example calls it");
        let denied: BTreeSet<_> = page.lacks.iter().collect();
        assert!(!page.has.iter().any(|p| denied.contains(p)), "{name} has and lacks a property");
        let prose = listed.text.split("```").step_by(2).flat_map(str::lines);
        let long = prose.into_iter().find(|line| line.chars().count() > 100);
        assert!(long.is_none(), "{name} has a long line: {long:?}");
    }
}

#[test]
fn every_page_is_of_a_function() {
    let known: BTreeSet<String> =
        pages().iter().map(|p| format!("{}/{}.md", p.module, p.function)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    for module in std::fs::read_dir(root).unwrap() {
        for page in std::fs::read_dir(module.unwrap().path()).unwrap() {
            let path = page.unwrap().path();
            let name: Vec<_> = path.components().rev().take(2).collect();
            let name = format!(
                "{}/{}",
                name[1].as_os_str().to_string_lossy(),
                name[0].as_os_str().to_string_lossy()
            );
            assert!(known.contains(&name), "{name} is the page of no function");
        }
    }
}

#[test]
fn every_example_gives_its_result() {
    let mut wrong = Vec::new();
    for listed in pages() {
        let page = Page::read(listed.text).unwrap();
        let got = evaluated(&listed.module, &page.example.code);
        let got = got.map_or_else(|e| format!("error: {e}"), |value| written(&value));
        if got != page.example.result {
            wrong.push(format!("{}::{}\t{got}", listed.module, listed.function));
        }
    }
    assert!(wrong.is_empty(), "other results:\n{}", wrong.join("\n"));
}

#[test]
fn a_page_is_found_by_its_functions_name() {
    let page = consensus_std::page("ranked::schulze").unwrap();
    assert_eq!(Page::read(page.text).unwrap().title, "Schulze");
    assert!(consensus_std::page("ranked::nothing").is_none());
    assert!(consensus_std::page("schulze").is_none());
}

#[test]
fn ten_thousand_ballots_of_twenty_are_counted_within_an_output() {
    let options: Vec<String> = (0..20).map(|n| format!("\"option {n}\"")).collect();
    let code = format!(
        "let options = [{}];\nlet ballots = [];\nfor i in 0..10000 {{ ballots.push(options); }}\n\
         ranked::schulze(ballots, options).winners",
        options.join(", ")
    );
    assert_eq!(written(&evaluated("ranked", &code).unwrap()), "[\"option 0\"]");
}

#[test]
fn a_call_that_no_budget_could_pay_is_refused_at_once_in_words() {
    let asked = |ballots: usize, call: &str| {
        let code = format!(
            "let options = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];\nlet ballots = [];\n\
             for i in 0..{ballots} {{ ballots.push(options); }}\n\
             committees::{call}.committees.len()"
        );
        evaluated("committees", &code).map(|value| written(&value))
    };
    let block = "preferential_block(ballots, options, 2, \"parallel\")";
    assert_eq!(asked(20, block), Ok("1".into()));
    let refused = asked(2_000, block).unwrap_err();
    assert!(refused.contains("`committees::preferential_block`: this would cost"), "{refused}");
    assert!(refused.contains("do not follow ties"), "{refused}");
    assert_eq!(
        asked(2_000, "preferential_block(ballots, options, 2, \"first-listed\")"),
        Ok("1".into())
    );
}
