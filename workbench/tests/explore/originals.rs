//! The examples and the library have no faults, and every play that is shown holds.

use std::path::{Path, PathBuf};

use mundi_lang::literal::Literal;
use mundi_workbench::explore::{Answer, Bounds, Branches, Kind, Weight};

use super::{examples, explored, parsed, play_all, rules};

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|e| e == "conv")).collect();
    all.sort();
    all
}

/// The bounds of a short search, with terms, cast and values of a play beside the rules.
fn like_its_play(file: &Path, rules: &mundi_lang::rules::Rules) -> Bounds {
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let folder = file.parent().unwrap();
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_rules = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap_or_default();
        name.ends_with(".play") && text.contains(&format!("rules \"{stem}.conv\""))
    };
    let mut plays: Vec<PathBuf> = all.filter(of_rules).collect();
    plays.sort();
    // One that comes to consensus: others show people or terms with which there is none.
    let decides = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.contains("expect consensus") || text.contains("expect output")
    };
    plays.sort_by_key(|path| !decides(path));
    let mut bounds =
        Bounds { states: 1_200, workers: 2, branches: Branches::Untold, ..Bounds::default() };
    let Some(play) = plays.first() else { return bounds };
    let (_, tree) = parsed(&std::fs::read_to_string(play).unwrap(), rules);
    bounds.title = Some(tree.title.node.clone());
    bounds.start = tree.start.as_ref().map_or(bounds.start, |start| start.node);
    for (name, value) in &tree.terms {
        let value = match &value.node {
            Literal::File(file) => Literal::Bytes(std::fs::read(folder.join(file)).unwrap()),
            other => other.clone(),
        };
        bounds.terms.push((name.node.clone(), value));
    }
    for (role, who) in &tree.cast {
        let who = who.iter().map(|name| name.node.clone()).collect();
        bounds.cast.push((role.node.clone(), who));
    }
    for step in &tree.steps {
        if let mundi_lang::play::StepKind::Say(say) = &step.node {
            for (name, value) in &say.fields {
                let (said, name) = (say.message.node.clone(), name.node.clone());
                bounds.tried.push((said, name, value.node.clone()));
            }
        }
    }
    bounds
}

fn no_faults(folder: &Path) {
    let files = files(folder);
    assert!(files.len() > 20, "{} files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let rules = rules(&text, folder);
        let report = explored(&rules, &like_its_play(&file, &rules));
        let faults: Vec<_> = report.answers.iter().filter(|a| a.weight == Weight::Fault).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", file.display());
        assert!(report.states > 1, "{}", file.display());
        play_all(&report, &rules);
    }
}

#[test]
fn the_examples_have_no_faults() {
    no_faults(&examples());
}

#[test]
fn the_rules_of_the_library_have_no_faults() {
    no_faults(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../consensus-std/rules"));
}

#[test]
fn escrow_and_a_ballot_of_three_are_searched_to_the_end() {
    for (file, people) in [("escrow.conv", 1), ("ballot.conv", 3)] {
        let text = std::fs::read_to_string(examples().join(file)).unwrap();
        let rules = rules(&text, &examples());
        let report = explored(&rules, &Bounds { people: 3, ..Bounds::default() });
        assert!(report.consensus.is_some(), "{file}");
        assert!(report.cast.iter().all(|(_, who)| who.len() == people), "{:?}", report.cast);
        assert!(report.unsearched.iter().all(|line| !line.contains("of the states")), "{file}");
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let text = std::fs::read_to_string(examples().join("debate-then-vote.conv")).unwrap();
    let rules = rules(&text, &examples());
    let one = explored(&rules, &Bounds { workers: 1, ..Bounds::default() });
    let many = explored(&rules, &Bounds { workers: 3, ..Bounds::default() });
    assert_eq!(one.json(), many.json());
}

/// Who holds a role among others like them does not matter: of six ways in which three may have voted
/// one is held.
#[test]
fn holders_of_a_role_count_as_each_other() {
    let text = "conversation hands \"Hands\"\nedition 1\nrole voter 3\nmessage raise by voter\n\
                pattern { each voter ( raise ) }\nconsensus { everyone(\"raise\", \"voter\") }\n";
    let report = explored(&rules(text, &examples()), &Bounds { people: 3, ..Bounds::default() });
    // None, one, two or three have.
    assert_eq!(report.states, 4);
    assert!(report.answers.iter().all(|a| a.kind == Kind::Blocks), "{:?}", report.answers);
}

/// What no code asks for is forgotten: a text that nobody reads makes no new state.
#[test]
fn what_nothing_asks_for_makes_no_state() {
    let text = "conversation talk \"Talk\"\nedition 1\nrole a\nrole b\n\
                message say by anyone { words: text }\nmessage done by a\n\
                pattern { say*, done }\nconsensus { said(\"done\") }\n";
    let report = explored(&rules(text, &examples()), &Bounds::default());
    assert_eq!(report.states, 2, "before and after `done`");
}

/// Instrumented code tells which branches and places nothing takes.
#[test]
fn a_branch_that_nothing_takes_is_told() {
    let text = std::fs::read_to_string(examples().join("escrow.conv")).unwrap();
    let never = text.replace("if said(\"rule\")", "if said(\"decline\")");
    let told = |text: &str| {
        let report = explored(&rules(text, &examples()), &Bounds::default());
        let never = |a: &&Answer| a.kind == Kind::NeverTaken;
        report.answers.iter().filter(never).map(|a| a.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&text), Vec::<String>::new());
    let found = told(&never);
    assert_eq!(found, ["the branch `said(\"decline\")` in line 48 is never true"]);
}

/// A guard that reads no field of its message refuses all or nothing: other values would not help.
#[test]
fn what_no_value_would_mend_is_a_fault() {
    let text = std::fs::read_to_string(examples().join("escrow.conv")).unwrap();
    let weight = |guard: &str| {
        let text = text.replace("allow rule", &format!("{guard}\nallow rule"));
        let report = explored(&rules(&text, &examples()), &Bounds::default());
        let never = report.answers.iter().find(|a| a.kind == Kind::NeverAllowed);
        never.map(|a| (a.of.clone(), a.weight)).unwrap()
    };
    let (of, heavy) = weight("allow pay when { state.total < 0.0 }");
    assert_eq!((of.as_str(), heavy), ("pay", Weight::Fault));
    let (of, light) = weight("allow pay when { msg.reference == \"the right one \" + \"only\" }");
    assert_eq!((of.as_str(), light), ("pay", Weight::Note));
}
