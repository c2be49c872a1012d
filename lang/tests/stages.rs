//! Stages as the checker sees them: what is given, where they stand, what is read of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use mundi_lang::rules::{Holders, MessageKind};
use mundi_lang::{Source, format};

const POLL: &str = "\nfile \"poll.conv\"\nconversation poll \"Poll\"\nedition 1\nrole voter 1..\nrole teller 0..1\nterms { question: text, days: int = 3 }\nmessage pick by voter { n: int }\nstate { sum: int = 0 }\non pick { state.sum += msg.n; }\npattern { pick }\nconsensus { said(\"pick\") }\noutput { state.sum }\n";

/// A conversation around the poll.
fn around(stage: &str, rest: &str) -> String {
    format!(
        "conversation talk \"Talk\"\nedition 1\nrole host\nrole guest 2..\nterms {{ about: text }}\nmessage stop by host\n{stage}\n{rest}\n{POLL}"
    )
}

const GIVEN: &str =
    "stage poll from \"poll.conv\" { roles: { voter: guest }, terms: { question: terms.about } }";
const REST: &str = "pattern { poll unless stop }\nconsensus { poll.decided }\nfailure { said(\"stop\") }\noutput { poll.output }";

/// What is found, as code and message.
fn found(text: &str) -> Vec<String> {
    let all = kit::checked(text).1;
    all.into_iter()
        .map(|d| {
            format!(
                "{} {}{}",
                d.code,
                d.message,
                d.help.map_or(String::new(), |h| format!(" | {h}"))
            )
        })
        .collect()
}

#[test]
fn a_stage_is_put_behind_the_file_around_it() {
    let (rules, found) = kit::checked(&around(GIVEN, REST));
    assert!(found.is_empty(), "{found:?}");
    let rules = rules.unwrap();
    let names: Vec<_> = rules.messages.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["stop", "join", "leave", "poll", "poll.pick"]);
    assert!(matches!(rules.messages[3].kind, MessageKind::Stage));
    let roles: Vec<_> = rules.roles.iter().map(|r| (r.name.as_str(), r.stage)).collect();
    let wanted =
        [("host", None), ("guest", None), ("poll.voter", Some(0)), ("poll.teller", Some(0))];
    assert_eq!(roles, wanted);
    assert_eq!(rules.state[0].name, "poll.sum");
    assert_eq!(rules.term_name(2), "poll.days");
    let stage = &rules.stages[0];
    assert_eq!((stage.message, stage.first_term, stage.within), (3, 1, None));
    assert!(matches!(&stage.roles[0], (2, Holders::Of(roles)) if *roles == [1]));
    assert!(matches!(stage.roles[1], (3, Holders::Nobody)));
    assert!(stage.consensus.rhai.contains("said(4)"), "{}", stage.consensus.rhai);
    assert_eq!(
        (rules.meant("pick"), rules.meant("poll.pick"), rules.meant("stop")),
        (Some(4), Some(4), Some(0))
    );
}

#[test]
fn slips_in_what_is_given_are_named() {
    for (stage, wanted) in [
        (
            "roles: { voter: gest }, terms: { question: terms.about }",
            "E0203 there is no role `gest` | did you mean `guest`?",
        ),
        (
            "roles: { vote: guest }, terms: { question: terms.about }",
            "E0203 there is no role of `poll` `vote` | did you mean `voter`?",
        ),
        (
            "roles: { voter: guest }, terms: { qestion: terms.about }",
            "E0203 there is no term of `poll` `qestion` | did you mean `question`?",
        ),
        ("roles: { voter: guest }", "E0228 the stage `poll` needs its term `question`"),
        ("terms: { question: terms.about }", "E0228 nobody holds the role `voter` of `poll`"),
        (
            "roles: { voter: guest, voter: host }, terms: { question: \"x\" }",
            "E0204 the role `voter` is there already",
        ),
        (
            "roles: { voter: guest }, terms: { question: 3 }",
            "E0305 a value for the term `question` is needed here; this is an int",
        ),
        (
            "roles: { voter: 3 }, terms: { question: \"x\" }",
            "E0305 a role, a person or a list of persons is needed here; this is an int",
        ),
    ] {
        let text = around(&format!("stage poll from \"poll.conv\" {{ {stage} }}"), REST);
        let all = found(&text);
        assert!(all.iter().any(|f| f.starts_with(wanted)), "{stage}: {all:#?}");
    }
}

#[test]
fn what_is_read_of_a_stage_is_typed_and_tests_are_understood() {
    let wrong = |rest: &str| found(&around(GIVEN, rest));
    let rest = "pattern { poll unless stop }\nconsensus { poll.decidd }";
    assert_eq!(
        wrong(rest),
        ["E0303 there is no field of a stage `decidd` | did you mean `decided`?"]
    );
    let rest = "pattern { poll unless stop }\nconsensus { poll.output == \"x\" }";
    assert!(wrong(rest)[0].starts_with("E0306"), "{:?}", wrong(rest));
    let rest = "pattern { poll unless stop }\nconsensus { pol.decided }";
    assert!(wrong(rest)[0].contains("did you mean `poll`?"), "{:?}", wrong(rest));
    // Without a test it may be `()`; after one it is there.
    let rest =
        "pattern { poll unless stop }\nconsensus { said(\"poll\") }\noutput { poll.output + 1 }";
    assert!(wrong(rest)[0].starts_with("W0301"), "{:?}", wrong(rest));
    let rest =
        "pattern { poll unless stop }\nconsensus { poll.decided }\noutput { poll.output + 1 }";
    assert_eq!(wrong(rest), Vec::<String>::new());
    let rest = "state { n: int = 0 }\non poll { state.n = poll.output; }\npattern { poll unless stop }\nconsensus { state.n > 0 }";
    assert_eq!(wrong(rest), Vec::<String>::new());
    let rest = "pattern { poll unless stop }\nconsensus { all(\"poll\").len() > 0 }";
    assert!(wrong(rest)[0].starts_with("E0216"), "{:?}", wrong(rest));
    let rest =
        "script { fn f() { poll.output } }\npattern { poll unless stop }\nconsensus { f() == 3 }";
    assert!(wrong(rest)[0].starts_with("E0310"), "{:?}", wrong(rest));
}

#[test]
fn a_stage_stands_once_and_where_it_comes_once() {
    for pattern in [
        "poll*",
        "poll+",
        "poll{2}",
        "each guest ( poll )",
        "one guest ( poll )",
        "poll by host",
        "(poll, stop) | poll",
    ] {
        let rest = format!("pattern {{ {pattern} }}\nconsensus {{ poll.decided }}");
        let all = found(&around(GIVEN, &rest));
        assert!(all.iter().any(|f| f.starts_with("E0410")), "{pattern}: {all:?}");
    }
    let all = found(&around(GIVEN, "consensus { poll.decided }"));
    assert!(all[0].starts_with("E0410"), "{all:?}");
    let all = found(&around(GIVEN, "pattern { stop }\nconsensus { said(\"stop\") }"));
    assert_eq!(all.len(), 1);
    assert!(all[0].starts_with("W0401 no pattern uses `poll`, so it never begins"), "{all:?}");
    let all = found(&around(GIVEN, "pattern { poll? unless stop }\nconsensus { poll.decided }"));
    assert!(all.is_empty(), "{all:?}");
}

#[test]
fn files_that_nobody_names_or_that_are_named_badly_are_findings() {
    let extra =
        format!("{}\nfile \"x.conv\"\nconversation x \"X\"\nedition 1\n", around(GIVEN, REST));
    assert_eq!(found(&extra), ["E0226 no stage names `x.conv` | take the file out of this text"]);
    let again = format!("{}{POLL}", around(GIVEN, REST));
    assert_eq!(
        found(&again),
        ["E0226 `poll.conv` stands twice in this text | take the file out of this text"]
    );
    let upwards = GIVEN.replace("poll.conv", "../poll.conv");
    let all = found(&around(&upwards, REST));
    assert!(all.iter().any(|f| f.starts_with("E0226 `../poll.conv` is no path")), "{all:?}");
    let twice = format!("{GIVEN}\n{}", GIVEN.replace("stage poll", "stage stop"));
    let all = found(&around(&twice, REST));
    assert!(all.iter().any(|f| f.starts_with("E0204 `stop` is there already")), "{all:?}");
}

#[test]
fn a_finding_in_a_stage_stands_at_its_place_in_the_whole_text() {
    let text = around(GIVEN, REST).replace("state.sum += msg.n", "state.sum += msg.m");
    let source = Source::new("in/talk.conv", text.clone());
    let (_, all) = kit::checked(&text);
    assert_eq!(all.len(), 1);
    assert_eq!(source.slice(all[0].span), "m");
    let (file, there) = mundi_lang::bundle::in_its_file(&source, &all[0]);
    assert_eq!((file.name.as_str(), file.slice(there.span)), ("in/poll.conv", "m"));
    assert_eq!(file.place(there.span.start as usize).line, 8);
}

#[test]
fn a_text_of_several_files_is_formatted_file_by_file() {
    let text = around(GIVEN, REST);
    let once = format(&Source::new("x", text.clone())).unwrap();
    assert_eq!(format(&Source::new("x", once.clone())).unwrap(), once);
    assert!(kit::checked(&once).0.is_some());
    let wrong = text.replace("said(\"pick\")", "said(\"pick\"");
    let all = format(&Source::new("x", wrong.clone())).unwrap_err();
    assert!(all[0].span.start as usize > wrong.find("file \"").unwrap());
}
