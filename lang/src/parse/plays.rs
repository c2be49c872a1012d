//! Plays: head, steps, and what is expected of them.

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::parse::build::{Build, Node, child, children};
use crate::play::{Expect, Play, Say, Step, StepKind};
use crate::span::{Name, Span, Spanned};

/// A play without anything in it.
pub(crate) fn empty() -> Play {
    Play {
        title: Spanned::new(String::new(), Span::default()),
        rules: None,
        topic: None,
        cast: Vec::new(),
        terms: Vec::new(),
        start: None,
        steps: Vec::new(),
    }
}

impl Build<'_> {
    /// Puts a piece of a play where it belongs; pieces of the head come first, each once.
    pub(crate) fn piece(&mut self, node: &Node<'_>, play: &mut Play, seen: &mut Vec<Rule>) {
        let rule = node.as_rule();
        if let Some(step) = self.step(node) {
            play.steps.push(step);
            return;
        }
        let word = node.as_str().split_whitespace().next().unwrap_or("").to_owned();
        if seen.contains(&rule) {
            let what = format!("`{word}` stands twice in this play");
            self.report(Diagnostic::error("E0132", self.span(node), what).help("keep one of them"));
            return;
        }
        if !play.steps.is_empty() {
            let what = format!("`{word}` belongs to the head of the play");
            let help = "move this line before the first step";
            self.report(Diagnostic::error("E0131", self.span(node), what).help(help));
        }
        seen.push(rule);
        match rule {
            Rule::play_title => play.title = self.text_of(node),
            Rule::play_rules => play.rules = Some(self.text_of(node)),
            Rule::play_topic => play.topic = Some(self.text_of(node)),
            Rule::play_cast => play.cast = self.cast(node),
            Rule::play_terms => play.terms = self.terms_of(node),
            Rule::play_start => play.start = self.time_of(node),
            _ => {}
        }
    }

    fn cast(&self, node: &Node<'_>) -> Vec<(Name, Vec<Name>)> {
        let castings = children(node).into_iter().filter(|n| n.as_rule() == Rule::casting);
        castings.map(|n| (self.first_name(&n), self.persons(&n))).collect()
    }

    fn persons(&self, node: &Node<'_>) -> Vec<Name> {
        let mut persons = Vec::new();
        for part in children(node) {
            match part.as_rule() {
                Rule::person => persons.push(self.first_name(&part)),
                Rule::person_list => persons.extend(self.persons(&part)),
                _ => {}
            }
        }
        persons
    }

    fn record_of(&mut self, node: &Node<'_>) -> Vec<(Name, crate::play::Value)> {
        child(node, Rule::literal_record).map(|n| self.values(&n)).unwrap_or_default()
    }

    fn terms_of(&mut self, node: &Node<'_>) -> Vec<(Name, crate::play::Value)> {
        child(node, Rule::term_record).map(|n| self.values(&n)).unwrap_or_default()
    }

    fn time_of(&mut self, node: &Node<'_>) -> Option<Spanned<i64>> {
        let time = child(node, Rule::time)?;
        Some(Spanned::new(self.time(&time), self.span(&time)))
    }

    fn step(&mut self, node: &Node<'_>) -> Option<Step> {
        let kind = match node.as_rule() {
            Rule::say => StepKind::Say(self.say(node)),
            Rule::wait => {
                StepKind::Wait(child(node, Rule::duration).map_or(0, |n| self.duration(&n)))
            }
            Rule::set_clock => StepKind::At(self.time_of(node).map_or(0, |t| t.node)),
            Rule::together => {
                let steps = children(node);
                StepKind::Together(steps.iter().filter_map(|n| self.step(n)).collect())
            }
            Rule::expect => StepKind::Expect(self.expect(node)?),
            _ => return None,
        };
        Some(Spanned::new(kind, self.span(node)))
    }

    fn say(&mut self, node: &Node<'_>) -> Say {
        let name = |rule| child(node, rule).map(|n| self.first_name(&n));
        let speaker = child(node, Rule::speaker).map(|n| self.names(&n)).unwrap_or_default();
        let mut speaker = speaker.into_iter();
        let missing = || Spanned::new(String::new(), self.span(node));
        Say {
            person: speaker.next().unwrap_or_else(missing),
            device: speaker.next(),
            after: name(Rule::after),
            message: self.message_names(node).pop().unwrap_or_else(missing),
            label: name(Rule::label),
            fields: self.record_of(node),
        }
    }

    /// Names of messages under a pair: `pick`, `vote.pick`.
    fn message_names(&self, node: &Node<'_>) -> Vec<Name> {
        let spoken = child(node, Rule::spoken);
        let all = children(spoken.as_ref().unwrap_or(node));
        let names = all.iter().filter(|n| n.as_rule() == Rule::message_name);
        names.map(|n| self.name(n)).collect()
    }

    fn expect(&mut self, node: &Node<'_>) -> Option<Expect> {
        let what = children(node).into_iter().find(|n| n.as_rule() != Rule::k_expect)?;
        let text = child(&what, Rule::text).map(|_| self.text_of(&what));
        Some(match what.as_rule() {
            Rule::expect_accepted => Expect::Accepted,
            Rule::expect_refused => {
                let code = child(&what, Rule::refusal).map(|n| self.name(&n));
                Expect::Refused { code, reason: text }
            }
            Rule::expect_no => Expect::NoConsensus,
            Rule::expect_consensus => Expect::Consensus,
            Rule::expect_failure => Expect::Failure(text),
            Rule::expect_output => {
                let value = child(&what, Rule::literal)?;
                Expect::Output(self.value(&value))
            }
            Rule::expect_state => Expect::State(self.record_of(&what)),
            Rule::expect_possible => Expect::Possible(self.message_names(&what)),
            _ => return None,
        })
    }
}
