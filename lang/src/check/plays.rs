//! What is wrong with a play before it is run. A play may send what the rules forbid: that is what
//! it rehearses.

use std::collections::{BTreeMap, BTreeSet};

use super::names;
use super::report::Report;
use crate::diagnostic::Diagnostic;
use crate::play::{Play, Say, Step, StepKind};
use crate::rules::Rules;
use crate::span::Name;

/// Checks a play against its rules.
#[must_use]
pub fn check_play(play: &Play, rules: &Rules) -> Vec<Diagnostic> {
    let mut report = Report::default();
    cast(play, rules, &mut report);
    for (name, _) in &play.terms {
        if !rules.terms.iter().any(|t| t.name == name.node) {
            let known = rules.terms.iter().map(|t| t.name.as_str());
            report.add(names::unknown("E0203", "term", name, known));
        }
    }
    let mut walk = Walk { people: people(play), labels: BTreeMap::new(), report: &mut report };
    walk.steps(&play.steps);
    report.finish()
}

fn people(play: &Play) -> BTreeSet<String> {
    play.cast.iter().flat_map(|(_, people)| people.iter().map(|p| p.node.clone())).collect()
}

fn cast(play: &Play, rules: &Rules, report: &mut Report) {
    let mut seen: BTreeMap<&str, (&Name, Vec<u16>)> = BTreeMap::new();
    for (role, people) in &play.cast {
        let Some(id) = rules.role(&role.node) else {
            let known = rules.cast().map(|r| r.name.as_str());
            report.add(names::unknown("E0203", "role", role, known));
            continue;
        };
        for person in people {
            let Some((first, roles)) = seen.get_mut(person.node.as_str()) else {
                seen.insert(&person.node, (person, vec![id]));
                continue;
            };
            roles.push(id);
            let together = rules.overlaps.iter().any(|set| roles.iter().all(|r| set.contains(r)));
            if !together {
                report.add(
                    Diagnostic::error(
                        "E0223",
                        person.span,
                        format!("`{}` is cast twice", person.node),
                    )
                    .label(first.span, "first here")
                    .help("one person holds one role, unless the rules say `overlap a, b`"),
                );
            }
        }
    }
}

struct Walk<'r> {
    people: BTreeSet<String>,
    labels: BTreeMap<String, Name>,
    report: &'r mut Report,
}

impl Walk<'_> {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.node {
                StepKind::Say(say) => self.say(say),
                StepKind::Together(inner) => self.steps(inner),
                _ => {}
            }
        }
    }

    fn say(&mut self, say: &Say) {
        if say.message.node == "join" {
            self.people.insert(say.person.node.clone());
        } else if !self.people.contains(&say.person.node) {
            let text = format!("nobody is called `{}` yet", say.person.node);
            let known: Vec<&str> = self.people.iter().map(String::as_str).collect();
            let found = Diagnostic::warning("W0202", say.person.span, text);
            self.report.add(
                match crate::suggest::suggest(&say.person.node, known.iter().copied()) {
                    Some(near) => found.meant(near),
                    None => found.help(
                        "add the name to `cast`, or let the person `join` an open role first",
                    ),
                },
            );
        }
        if let Some(after) = &say.after
            && !self.labels.contains_key(&after.node)
        {
            let known: Vec<&str> = self.labels.keys().map(String::as_str).collect();
            self.report.add(names::unknown("E0203", "label", after, known));
        }
        let Some(label) = &say.label else { return };
        if self.people.contains(&label.node) {
            self.report.add(
                Diagnostic::error(
                    "E0204",
                    label.span,
                    format!("`{}` is a person already", label.node),
                )
                .help("give the entry another label"),
            );
        } else if let Some(first) = self.labels.get(&label.node) {
            self.report.add(
                Diagnostic::error(
                    "E0204",
                    label.span,
                    format!("the label `{}` is there already", label.node),
                )
                .label(first.span, "first here")
                .help("give one of them another label"),
            );
        } else {
            self.labels.insert(label.node.clone(), label.clone());
        }
    }
}
