//! What people owe, line after line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

use mundi_engine::Replica;
use mundi_lang::play::Play;
use mundi_workbench::owes;
use mundi_workbench::play::play;
use support::{Loaded, all, example, of_texts};

/// What is owed after each step of a play.
fn told(loaded: &Loaded) -> String {
    let mut out = String::new();
    for count in 0..=loaded.play.steps.len() {
        let steps = loaded.play.steps.iter().take(count).cloned().collect();
        let part = Play { steps, ..loaded.play.clone() };
        let report = play(&loaded.source, &part, &loaded.rules).unwrap();
        let said = report
            .said
            .last()
            .map(|s| format!("{} {}", s.spoken.line.person, s.spoken.line.message));
        let lines =
            report.rehearsal.naming(|naming| owes::lines(report.rehearsal.replica(), naming));
        let now =
            format!("{}\n    {}\n", said.unwrap_or_else(|| "open".into()), lines.join("\n    "));
        if !out.ends_with(&now) {
            out.push_str(&now);
        }
    }
    out
}

#[test]
fn what_is_owed_follows_the_pattern() {
    for name in [
        "escrow",
        "escrow-disputed",
        "feedback-mutual",
        "debate-then-vote-decided",
        "motion-carried",
    ] {
        insta::assert_snapshot!(name, told(&example(&format!("{name}.play"))));
    }
}

#[test]
fn a_guard_that_asks_for_no_field_says_whether_it_lets_it() {
    let rules = "/// Two.\nconversation two \"Two\"\nedition 1\nrole host\nrole guest 2\n\
        message ask by host\nmessage answer by guest\nmessage done by host\n\
        pattern { ask, (answer* & done) }\nstate { answers: int = 0 }\n\
        on answer { state.answers += 1; }\n\
        allow done when { state.answers > 0 } else \"nobody has answered\"\n\
        consensus { said(\"done\") }\n";
    let head = "play \"two\"\nrules \"two.conv\"\ncast { host: ada, guest: [ben, cy] }\n";
    let loaded = of_texts(rules, &format!("{head}ada: ask\nben: answer\n"));
    insta::assert_snapshot!("guarded", told(&loaded));
}

/// Where nothing is owed the pattern may end, or the conversation has; where something is, somebody
/// who is here may say one of the messages now, by pattern and roles.
#[test]
fn whoever_owes_something_may_say_it() {
    let holds = |replica: &Replica| {
        let turns = replica.turns();
        for one in replica.owed() {
            assert!(replica.ending().is_none());
            let may = |message: &String| {
                turns
                    .iter()
                    .any(|t| t.message == *message && one.by.iter().any(|p| t.by.contains(p)))
            };
            assert!(!one.messages.is_empty() && one.messages.iter().all(may), "{one:?} {turns:?}");
        }
    };
    for loaded in all() {
        for count in 0..=loaded.play.steps.len() {
            let steps = loaded.play.steps.iter().take(count).cloned().collect();
            let part = Play { steps, ..loaded.play.clone() };
            holds(play(&loaded.source, &part, &loaded.rules).unwrap().rehearsal.replica());
        }
    }
}
