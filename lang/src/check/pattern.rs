//! The pattern: names resolved, senders narrowed, and what the language forbids of it.

use std::collections::BTreeMap;

use super::names::{self, list};
use super::report::Report;
use super::schema::Schema;
use crate::diagnostic::Diagnostic;
use crate::rules::{MessageId, MessageKind, Pattern, RoleId, Type};
use crate::span::{Name, Span, Spanned};
use crate::syntax::PatternSyntax;

/// Resolves the pattern; without one, any message may come at any time.
pub(crate) fn resolve(
    written: Option<&Spanned<PatternSyntax>>,
    schema: &Schema,
    report: &mut Report,
) -> Pattern {
    let Some(written) = written else { return anything(schema) };
    let mut resolver = Resolver { schema, report, each: None };
    let pattern = resolver.resolve(written);
    resolver.pers(written);
    super::stages::places(written, schema, report);
    pattern
}

/// Where the messages of a pattern stand, in the order in which [`resolve`] meets them.
pub(crate) fn places(written: &Spanned<PatternSyntax>) -> Vec<Span> {
    match &written.node {
        PatternSyntax::Message { .. } => vec![written.span],
        PatternSyntax::Sequence(parts)
        | PatternSyntax::Either(parts)
        | PatternSyntax::Interleave(parts) => parts.iter().flat_map(places).collect(),
        PatternSyntax::Repeat { of, .. }
        | PatternSyntax::Each { of, .. }
        | PatternSyntax::One { of, .. }
        | PatternSyntax::Per { of, .. } => places(of),
        PatternSyntax::Unless { of, exit } => [places(of), places(exit)].concat(),
    }
}

/// Any message of the rules, any number of times.
fn anything(schema: &Schema) -> Pattern {
    let said = schema.numbered();
    let said = said.filter(|(_, m)| matches!(m.kind, MessageKind::Said | MessageKind::Deadline(_)));
    let any = said.map(|(id, m)| Pattern::Message(id, m.by.clone())).collect();
    Pattern::Repeat(Box::new(Pattern::Either(any)), 0, None)
}

struct Resolver<'a> {
    schema: &'a Schema,
    report: &'a mut Report,
    /// The roles of the `each` around, which narrow the senders.
    each: Option<Vec<RoleId>>,
}

impl Resolver<'_> {
    fn resolve(&mut self, written: &Spanned<PatternSyntax>) -> Pattern {
        match &written.node {
            PatternSyntax::Message { name, by } => self.message(name, by.as_ref()),
            PatternSyntax::Sequence(parts) => Pattern::Sequence(self.all(parts)),
            PatternSyntax::Either(parts) => Pattern::Either(self.all(parts)),
            PatternSyntax::Interleave(parts) => self.interleave(parts),
            PatternSyntax::Repeat { of, min, max } => self.repeat(written.span, of, *min, *max),
            PatternSyntax::Each { roles, of } => self.each(roles, of),
            PatternSyntax::One { role, of } => self.one(role, of),
            PatternSyntax::Per { message, of } => match self.said(message) {
                Some(message) => Pattern::Per(message, Box::new(self.resolve(of))),
                None => self.resolve(of),
            },
            PatternSyntax::Unless { of, exit } => {
                Pattern::Unless(Box::new(self.resolve(of)), Box::new(self.resolve(exit)))
            }
        }
    }

    fn all(&mut self, parts: &[Spanned<PatternSyntax>]) -> Vec<Pattern> {
        parts.iter().map(|part| self.resolve(part)).collect()
    }

    /// The message of a name that a pattern may hold.
    fn said(&mut self, name: &Name) -> Option<MessageId> {
        if ["join", "leave"].contains(&name.node.as_str()) {
            self.report.add(
                Diagnostic::error(
                    "E0409",
                    name.span,
                    format!("`{}` has no place in a pattern", name.node),
                )
                .help("people join and leave open roles at any time; guard it with `allow`"),
            );
            return None;
        }
        if let Some(id) = self.schema.message(&name.node) {
            return Some(id);
        }
        let known: Vec<&str> = self.schema.messages.iter().map(|m| m.name.as_str()).collect();
        let mut found = names::unknown("E0401", "message", name, known);
        if self.schema.role(&name.node).is_some() {
            found = found.only_help(format!(
                "`{0}` is a role; a pattern narrows to one role: write `(m by a | m by {0})`",
                name.node
            ));
        }
        self.report.add(found);
        None
    }

    fn role(&mut self, name: &Name) -> Option<RoleId> {
        super::types::find_role(&self.schema.roles, self.schema.base, name, self.report)
    }

    fn message(&mut self, name: &Name, by: Option<&Name>) -> Pattern {
        let Some(id) = self.said(name) else { return Pattern::Sequence(Vec::new()) };
        let can = self.schema.at(id).map(|m| m.by.clone()).unwrap_or_default();
        let mut roles = can.clone();
        if let Some(narrow) = by
            && let Some(role) = self.role(narrow)
        {
            if !can.contains(&role) {
                self.not_a_sender("E0402", name, narrow.span, &can, &narrow.node);
            }
            roles = vec![role];
        }
        if let Some(each) = &self.each {
            let within: Vec<RoleId> = roles.iter().filter(|r| each.contains(r)).copied().collect();
            if within.is_empty() && !roles.is_empty() {
                let each: Vec<&str> = each.iter().map(|r| self.role_name(*r)).collect();
                let each = each.join(", ");
                self.not_a_sender("E0403", name, name.span, &can, &each);
            } else {
                roles = within;
            }
        }
        Pattern::Message(id, roles)
    }

    fn role_name(&self, role: RoleId) -> &str {
        self.schema.role_at(role).map_or("?", |r| r.name.as_str())
    }

    fn not_a_sender(
        &mut self,
        code: &'static str,
        message: &Name,
        at: Span,
        can: &[RoleId],
        role: &str,
    ) {
        let can: Vec<&str> = can.iter().map(|r| self.role_name(*r)).collect();
        self.report.add(
            Diagnostic::error(code, at, format!("`{}` cannot be sent by `{role}`", message.node))
                .help(format!("it is sent by {}", list(&can))),
        );
    }

    fn repeat(
        &mut self,
        at: Span,
        of: &Spanned<PatternSyntax>,
        min: u32,
        max: Option<u32>,
    ) -> Pattern {
        if max.is_some_and(|max| max < min) {
            self.report.add(
                Diagnostic::error("E0408", at, "this count is backwards: nothing fits it")
                    .help("write the smaller number first"),
            );
        } else if max == Some(0) {
            self.report.add(
                Diagnostic::error("E0408", at, "no times at all: this never comes")
                    .help("leave it out, or write `{1}`, `?` or `*`"),
            );
        }
        Pattern::Repeat(Box::new(self.resolve(of)), min, max)
    }

    fn each(&mut self, roles: &[Name], of: &Spanned<PatternSyntax>) -> Pattern {
        let roles: Vec<RoleId> = roles.iter().filter_map(|r| self.role(r)).collect();
        let outer = self.each.replace(roles.clone());
        let inner = self.resolve(of);
        self.each = outer;
        Pattern::Each(roles, Box::new(inner))
    }

    fn one(&mut self, role: &Name, of: &Spanned<PatternSyntax>) -> Pattern {
        let inner = self.resolve(of);
        let Some(id) = self.role(role) else { return inner };
        if !senders(&inner).contains(&id) {
            self.report.add(
                Diagnostic::error(
                    "E0404",
                    role.span,
                    format!("nothing in this `one` can be sent by `{}`", role.node),
                )
                .help("name a role that sends the messages inside"),
            );
        }
        Pattern::One(id, Box::new(inner))
    }

    /// One message may not stand in two branches.
    fn interleave(&mut self, parts: &[Spanned<PatternSyntax>]) -> Pattern {
        let resolved = self.all(parts);
        let mut seen: Vec<(MessageId, Vec<RoleId>, Span)> = Vec::new();
        for (part, pattern) in parts.iter().zip(&resolved) {
            let mut own = Vec::new();
            atoms(pattern, &mut own);
            for (message, roles) in &own {
                let meets = |(m, r, _): &&(MessageId, Vec<RoleId>, Span)| {
                    m == message && r.iter().any(|x| roles.contains(x))
                };
                if let Some((_, _, first)) = seen.iter().find(meets) {
                    let name = self.schema.name(*message);
                    self.report.add(
                        Diagnostic::error(
                            "E0406",
                            part.span,
                            format!("`{name}` stands in two branches of `&`: nobody could tell which is meant"),
                        )
                        .label(*first, "also in this branch")
                        .help(format!("narrow both, as in `{name} by a & {name} by b`, or use two messages")),
                    );
                }
            }
            seen.extend(own.into_iter().map(|(m, r)| (m, r, part.span)));
        }
        Pattern::Interleave(resolved)
    }

    /// What `per` asks of its messages, and that its own can come.
    fn pers(&mut self, whole: &Spanned<PatternSyntax>) {
        let mut outside: BTreeMap<String, usize> = BTreeMap::new();
        count(whole, &mut outside);
        self.pers_in(whole, &outside);
    }

    fn pers_in(&mut self, part: &Spanned<PatternSyntax>, whole: &BTreeMap<String, usize>) {
        if let PatternSyntax::Per { message, of } = &part.node
            && let Some(id) = self.schema.message(&message.node)
        {
            self.references(id, message, of);
            let mut inside = BTreeMap::new();
            count(of, &mut inside);
            let in_all = whole.get(&message.node).copied().unwrap_or(0);
            if in_all <= inside.get(&message.node).copied().unwrap_or(0) {
                self.report.add(
                    Diagnostic::error(
                        "E0407",
                        message.span,
                        format!("no `{}` can come before this `per`", message.node),
                    )
                    .help(format!("let the pattern hold `{}` beside or before it", message.node)),
                );
            }
        }
        children(&part.node).into_iter().for_each(|child| self.pers_in(child, whole));
    }

    /// Each message inside a `per` names its own by exactly one field.
    fn references(&mut self, of: MessageId, per: &Name, part: &Spanned<PatternSyntax>) {
        if let PatternSyntax::Message { name, .. } = &part.node
            && let Some(message) = self.schema.message(&name.node).and_then(|m| self.schema.at(m))
        {
            let names = |ty: &Type| matches!(ty, Type::Ref(to) if to.contains(&of));
            let fields = message.fields.iter().filter(|f| names(&f.ty)).count();
            if fields != 1 {
                let has = if fields == 0 { "no field" } else { "more than one field" };
                self.report.add(
                    Diagnostic::error(
                        "E0405",
                        name.span,
                        format!(
                            "`{}` has {has} that names the `{}` it belongs to",
                            name.node, per.node
                        ),
                    )
                    .help(format!("give it one field `ref({})`", per.node)),
                );
            }
        }
        children(&part.node).into_iter().for_each(|child| self.references(of, per, child));
    }
}

/// The parts of a pattern.
pub(crate) fn children(of: &PatternSyntax) -> Vec<&Spanned<PatternSyntax>> {
    match of {
        PatternSyntax::Message { .. } => Vec::new(),
        PatternSyntax::Sequence(parts)
        | PatternSyntax::Either(parts)
        | PatternSyntax::Interleave(parts) => parts.iter().collect(),
        PatternSyntax::Repeat { of, .. }
        | PatternSyntax::Each { of, .. }
        | PatternSyntax::One { of, .. }
        | PatternSyntax::Per { of, .. } => vec![of],
        PatternSyntax::Unless { of, exit } => vec![of, exit],
    }
}

/// How often each message stands in a pattern.
fn count(part: &Spanned<PatternSyntax>, into: &mut BTreeMap<String, usize>) {
    if let PatternSyntax::Message { name, .. } = &part.node {
        *into.entry(name.node.clone()).or_default() += 1;
    }
    children(&part.node).into_iter().for_each(|child| count(child, into));
}

/// Messages with their senders, as they stand.
pub(crate) fn atoms(of: &Pattern, into: &mut Vec<(MessageId, Vec<RoleId>)>) {
    match of {
        Pattern::Message(id, roles) => into.push((*id, roles.clone())),
        Pattern::Sequence(parts) | Pattern::Either(parts) | Pattern::Interleave(parts) => {
            parts.iter().for_each(|part| atoms(part, into));
        }
        Pattern::Repeat(of, ..)
        | Pattern::Each(_, of)
        | Pattern::One(_, of)
        | Pattern::Per(_, of) => {
            atoms(of, into);
        }
        Pattern::Unless(of, exit) => {
            atoms(of, into);
            atoms(exit, into);
        }
    }
}

fn senders(of: &Pattern) -> Vec<RoleId> {
    let mut all = Vec::new();
    atoms(of, &mut all);
    all.into_iter().flat_map(|(_, roles)| roles).collect()
}
