//! The closed forms hold: every question, to every configuration of three and four members.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_model::check::{Answer, QUESTIONS, Question};
use mundi_model::closed;
use mundi_model::finals::{self, Verdict};
use mundi_model::healing;
use mundi_model::rule::{Forkers, Hearing, Rule};
use mundi_model::setting::{Misfit, Setting};

fn setting(members: u8, quorum: u8, liars: u8) -> Setting {
    Setting { members, quorum, liars, loose: 0, outcomes: 3, rounds: 3, rule: Rule::P }
}

/// Every configuration of so many members, bare majorities and less among them.
fn settings(members: u8) -> impl Iterator<Item = Setting> {
    let all = (1..=members).flat_map(move |q| (0..=2).map(move |f| setting(members, q, f)));
    all.filter(|setting| setting.checked().is_ok())
}

fn all_answers_are_expected(members: u8) {
    for question in QUESTIONS {
        for setting in settings(members).filter(|setting| question.fits(setting)) {
            let line = question.ask(&setting).unwrap();
            assert_eq!(line.found, line.expected, "{} {setting:?}", question.name());
        }
    }
}

#[test]
fn three_members_do_what_the_closed_forms_say() {
    all_answers_are_expected(3);
}

#[test]
fn four_members_do_what_the_closed_forms_say() {
    all_answers_are_expected(4);
}

#[test]
fn every_answer_is_given_to_some_configuration() {
    let found = |question: Question, n, q, f| question.ask(&setting(n, q, f)).unwrap().found;
    assert_eq!(found(Question::Finals, 4, 2, 0), Answer::Finals(Verdict::Unproven));
    assert_eq!(found(Question::Finals, 4, 3, 1), Answer::Finals(Verdict::Proven));
    assert_eq!(found(Question::Finals, 3, 3, 1), Answer::Finals(Verdict::Safe));
    assert_eq!(found(Question::SilenceAfterLies, 4, 3, 1), Answer::Live);
    assert_eq!(found(Question::SilenceAfterLies, 3, 2, 1), Answer::Open);
}

#[test]
fn where_rounds_may_be_skipped_members_may_wait_in_vain() {
    let skipping = Setting { rule: Rule::SKIPPING, ..setting(4, 3, 1) };
    assert!(healing::silence_after_lies(&skipping).unwrap().vain > 0);
    // Mere silence does no harm there.
    let ends = healing::mere_silence(&skipping, 1).unwrap();
    assert_eq!((ends.open, ends.vain, ends.cut), (0, 0, 0));
}

#[test]
fn what_does_not_fit_is_refused() {
    let three = setting(3, 2, 1);
    let misfits = [
        (Setting { members: 1, ..three }, Misfit::Members),
        (Setting { members: 8, ..three }, Misfit::Members),
        (Setting { quorum: 4, ..three }, Misfit::Quorum),
        (Setting { liars: 3, ..three }, Misfit::Liars),
        (Setting { outcomes: 1, ..three }, Misfit::Outcomes),
        (Setting { rounds: 5, ..three }, Misfit::Rounds),
    ];
    for (setting, misfit) in misfits {
        assert_eq!(setting.checked().err(), Some(misfit), "{setting:?}");
    }
}

#[test]
fn without_hearing_a_quorum_two_finals_still_name_somebody() {
    let rule = Rule { hearing: Hearing::Anything, ..Rule::P };
    for members in 2..=4 {
        for quorum in members / 2 + 1..=members {
            for liars in 0..members.min(3) {
                let setting = Setting { rule, ..setting(members, quorum, liars) };
                let found = finals::verdict(&setting).unwrap().verdict;
                assert_ne!(found, Verdict::Unproven, "{setting:?}");
            }
        }
    }
}

#[test]
fn dropping_forkers_without_allowance_changes_no_verdict() {
    for forkers in [Forkers::Dropped, Forkers::CountForTheirs] {
        for setting in (2..=5).flat_map(settings) {
            let rule = Rule { forkers, ..Rule::P };
            let found = finals::verdict(&Setting { rule, ..setting }).unwrap().verdict;
            let (n, q, f) = (setting.members, setting.quorum, setting.liars);
            assert_eq!(found, closed::verdict(n, q, f), "{forkers:?} {setting:?}");
        }
    }
}
