//! Stages: each file is checked as it is by itself, its numbers counted on after the file around.

use super::code::{Coder, Context, Shared};
use super::items::{Items, StageItem};
use super::names::{self, Taken};
use super::report::Report;
use super::schema::Schema;
use crate::code::{Expr, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::rules::{Holders, MessageKind, Presence, Role, RoleId, Script, Stage};
use crate::span::{Name, Span, Spanned};
use crate::syntax::PatternSyntax;

/// Words that code knows already: no stage is called so.
const BUILT_IN: [&str; 6] = ["terms", "state", "msg", "from", "now", "opened"];

impl Schema {
    /// The names of stages, as messages that nobody sends.
    pub(super) fn stage_names(&mut self, items: &Items<'_>, report: &mut Report) {
        let by = self.role_ids();
        for item in &items.stages {
            names::not_reserved("stage", item.name, report);
            let name = &item.name.node;
            let twice = self.message(name).is_some();
            if twice || BUILT_IN.contains(&name.as_str()) {
                let what = if twice { "is there already" } else { "is built in" };
                let text = format!("`{name}` {what}: a stage has a name of its own");
                report.add(
                    Diagnostic::error("E0204", item.name.span, text).help("give it another name"),
                );
            }
            self.messages.push(crate::rules::Message {
                name: name.clone(),
                doc: item.doc.to_owned(),
                kind: MessageKind::Stage,
                stage: self.base.stage,
                by: by.clone(),
                fields: Vec::new(),
                guards: Vec::new(),
                handlers: Vec::new(),
            });
        }
    }
}

/// What the file around gives a stage, checked there.
pub(super) fn given(
    item: &StageItem<'_>,
    inner: &Schema,
    stage: &mut Stage,
    shared: &mut Shared<'_>,
) {
    stage.roles = roles(item, inner, shared);
    let mut taken = Taken::default();
    for (name, value) in item.terms {
        let at = inner.terms.iter().position(|f| f.name == name.node);
        let Some(field) = at.and_then(|at| inner.terms.get(at)) else {
            let known = inner.terms.iter().map(|f| f.name.as_str());
            let text = format!("term of `{}`", item.name.node);
            shared.report.add(names::unknown("E0203", &text, name, known));
            continue;
        };
        if taken.take("term", name, &mut shared.report) {
            let script = Coder::new(shared, Context::Output).given_term(value, field);
            if let Some(place) = at.and_then(|at| stage.terms.get_mut(at)) {
                place.1 = Some(script);
            }
        }
    }
    let missing = |(field, script): &&(crate::rules::Field, Option<Script>)| {
        script.is_none() && field.presence == Presence::Required
    };
    for (field, _) in stage.terms.iter().filter(missing) {
        if !item.terms.iter().any(|(name, _)| name.node == field.name) {
            let text = format!("the stage `{}` needs its term `{}`", item.name.node, field.name);
            let help = format!("write `terms: {{ {}: … }}` in the stage", field.name);
            shared.report.add(Diagnostic::error("E0228", item.name.span, text).help(help));
        }
    }
}

fn roles(item: &StageItem<'_>, inner: &Schema, shared: &mut Shared<'_>) -> Vec<(RoleId, Holders)> {
    let mut taken = Taken::default();
    for (name, _) in item.roles {
        taken.take("role", name, &mut shared.report);
        if inner.role(&name.node).is_none() {
            let known = inner.roles.iter().map(|r| r.name.as_str());
            let text = format!("role of `{}`", item.name.node);
            shared.report.add(names::unknown("E0203", &text, name, known));
        }
    }
    let mut all = Vec::new();
    for (role, id) in inner.roles.iter().zip(inner.role_ids()) {
        let value = item.roles.iter().find(|(name, _)| name.node == role.name);
        let holders = match value {
            Some((_, value)) => holders(value, shared),
            None => nobody(item, role, &mut shared.report),
        };
        all.push((id, holders));
    }
    all
}

/// A role of the file around, a list of such, or code.
fn holders(value: &Expr, shared: &mut Shared<'_>) -> Holders {
    let role = |e: &Expr| match &e.node {
        ExprKind::Variable(name) => shared.schema.role(name),
        _ => None,
    };
    let all = match &value.node {
        ExprKind::List(items) => items.iter().map(role).collect::<Option<Vec<_>>>(),
        _ => role(value).map(|role| vec![role]),
    };
    match all {
        Some(roles) if !roles.is_empty() => Holders::Of(roles),
        _ => {
            misspelt(value, shared);
            Holders::Asked(Coder::new(shared, Context::Output).given_role(value))
        }
    }
}

/// A name alone that is no role is a slip: code has no variables here.
fn misspelt(value: &Expr, shared: &mut Shared<'_>) {
    let items = match &value.node {
        ExprKind::List(items) => items.iter().collect(),
        _ => vec![value],
    };
    for e in items {
        if let ExprKind::Variable(word) = &e.node
            && !BUILT_IN.contains(&word.as_str())
            && shared.schema.role(word).is_none()
        {
            let known = shared.schema.roles.iter().map(|r| r.name.as_str());
            let name = Name::new(word.clone(), e.span);
            shared.report.add(names::unknown("E0203", "role", &name, known));
        }
    }
}

fn nobody(item: &StageItem<'_>, role: &Role, report: &mut Report) -> Holders {
    if role.min > 0 {
        let text = format!("nobody holds the role `{}` of `{}`", role.name, item.name.node);
        let help = format!("write `roles: {{ {}: … }}` in the stage", role.name);
        report.add(Diagnostic::error("E0228", item.name.span, text).help(help));
    }
    Holders::Nobody
}

/// Where stages stand in a pattern: once, by nobody, and where it comes once at most.
pub(super) fn places(written: &Spanned<PatternSyntax>, schema: &Schema, report: &mut Report) {
    let mut seen = Taken::default();
    Places { schema, report, seen: &mut seen }.walk(written, None);
}

struct Places<'a> {
    schema: &'a Schema,
    report: &'a mut Report,
    seen: &'a mut Taken,
}

impl Places<'_> {
    fn walk(&mut self, part: &Spanned<PatternSyntax>, many: Option<(Span, &'static str)>) {
        let many = match &part.node {
            PatternSyntax::Each { .. } => Some((part.span, "`each`")),
            PatternSyntax::One { .. } => Some((part.span, "`one`")),
            PatternSyntax::Per { .. } => Some((part.span, "`per`")),
            PatternSyntax::Repeat { max, .. } if *max != Some(1) => Some((part.span, "a loop")),
            _ => many,
        };
        if let PatternSyntax::Message { name, by } = &part.node {
            self.message(name, by.as_ref(), many);
        }
        super::pattern::children(&part.node).into_iter().for_each(|child| self.walk(child, many));
    }

    fn message(&mut self, name: &Name, by: Option<&Name>, many: Option<(Span, &'static str)>) {
        let message = self.schema.message(&name.node).and_then(|m| self.schema.at(m));
        if !message.is_some_and(|m| matches!(m.kind, MessageKind::Stage)) {
            return;
        }
        let stage = &name.node;
        if let Some((around, word)) = many {
            let text = format!("the stage `{stage}` is held once, and {word} could ask for more");
            self.report.add(
                Diagnostic::error("E0410", name.span, text)
                    .label(around, "inside of this")
                    .help("put it outside, or name a stage for each time"),
            );
        }
        if let Some(by) = by {
            let text = format!("nobody says the stage `{stage}`");
            self.report
                .add(Diagnostic::error("E0410", by.span, text).help("write its name without `by`"));
        }
        let mut twice = Report::default();
        if !self.seen.take("stage", name, &mut twice) {
            let text = format!("the stage `{stage}` stands twice in the pattern");
            self.report.add(
                Diagnostic::error("E0410", name.span, text)
                    .help("let it stand once, or name a stage for each place"),
            );
        }
    }
}

/// Without a pattern nothing says when a stage begins.
pub(super) fn need_a_pattern(items: &Items<'_>, report: &mut Report) {
    if let (Some(first), None) = (items.stages.first(), items.pattern) {
        let text = "without a pattern no stage ever begins";
        let help = format!("write `pattern {{ {} }}`", first.name.node);
        report.add(Diagnostic::error("E0410", first.name.span, text).help(help));
    }
}

/// The name of something in a stage, or of a stage in a stage.
pub(super) fn full_name(around: &str, name: &str) -> String {
    if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") }
}
