//! Patterns that read a message in two ways: after one history, the same message by the same
//! sender may stand at two places. The positions are Glushkov's: `first`, `last` and `follow`.
//!
//! A warning, not an error: the engine keeps both readings. But people seldom mean it.

use super::report::Report;
use super::schema::Schema;
use crate::diagnostic::Diagnostic;
use crate::rules::{MessageId, RoleId};
use crate::span::{Span, Spanned};
use crate::syntax::PatternSyntax;

/// A message at a place of the pattern.
struct Position {
    message: MessageId,
    roles: Vec<RoleId>,
    span: Span,
    /// Positions that may come next.
    follow: Vec<usize>,
}

/// What a part of a pattern begins and ends with.
#[derive(Clone, Default)]
struct Part {
    nullable: bool,
    first: Vec<usize>,
    last: Vec<usize>,
}

/// Warns where a message can be read in two ways.
pub(crate) fn check(written: &Spanned<PatternSyntax>, schema: &Schema, report: &mut Report) {
    let mut readings = Readings { schema, positions: Vec::new(), each: None };
    let whole = readings.part(written);
    readings.conflicts(&whole.first, report);
    for n in 0..readings.positions.len() {
        let follow = readings.positions.get(n).map(|p| p.follow.clone()).unwrap_or_default();
        readings.conflicts(&follow, report);
    }
}

struct Readings<'a> {
    schema: &'a Schema,
    positions: Vec<Position>,
    each: Option<Vec<RoleId>>,
}

impl Readings<'_> {
    fn part(&mut self, written: &Spanned<PatternSyntax>) -> Part {
        match &written.node {
            PatternSyntax::Message { name, by } => {
                let message = self.schema.message(&name.node);
                let by = by.as_ref().and_then(|r| self.schema.role(&r.node));
                self.message(message, by, written.span)
            }
            PatternSyntax::Sequence(parts) => {
                let start = Part { nullable: true, ..Part::default() };
                parts.iter().fold(start, |before, part| {
                    let after = self.part(part);
                    self.then(before, after)
                })
            }
            PatternSyntax::Either(parts) => {
                let parts: Vec<Part> = parts.iter().map(|p| self.part(p)).collect();
                let nullable = parts.iter().any(|p| p.nullable);
                together(parts, nullable)
            }
            PatternSyntax::Interleave(parts) => self.interleave(parts),
            PatternSyntax::Repeat { of, min, max } => {
                let part = self.part(of);
                // A fixed count tells its turns apart by itself.
                if max.is_none_or(|max| max > 1 && max != *min) {
                    self.link(&part.last, &part.first);
                }
                Part { nullable: part.nullable || *min == 0, ..part }
            }
            PatternSyntax::Each { roles, of } => {
                let roles = roles.iter().filter_map(|r| self.schema.role(&r.node)).collect();
                let outer = self.each.replace(roles);
                let part = self.many(of);
                self.each = outer;
                part
            }
            PatternSyntax::Per { of, .. } => self.many(of),
            PatternSyntax::One { of, .. } => self.part(of),
            PatternSyntax::Unless { of, exit } => self.unless(of, exit),
        }
    }

    fn message(&mut self, message: Option<MessageId>, by: Option<RoleId>, span: Span) -> Part {
        let Some(message) = message else { return Part { nullable: true, ..Part::default() } };
        let mut roles = match by {
            Some(role) => vec![role],
            None => self.schema.at(message).map(|m| m.by.clone()).unwrap_or_default(),
        };
        if let Some(each) = &self.each {
            roles.retain(|r| each.contains(r));
        }
        let n = self.positions.len();
        self.positions.push(Position { message, roles, span, follow: Vec::new() });
        Part { nullable: false, first: vec![n], last: vec![n] }
    }

    fn then(&mut self, before: Part, after: Part) -> Part {
        self.link(&before.last, &after.first);
        let mut first = before.first;
        if before.nullable {
            first.extend(&after.first);
        }
        let mut last = after.last;
        if after.nullable {
            last.extend(&before.last);
        }
        Part { nullable: before.nullable && after.nullable, first, last }
    }

    /// After anything of one branch, anything of another may come; they share no message.
    fn interleave(&mut self, parts: &[Spanned<PatternSyntax>]) -> Part {
        let parts: Vec<Part> = parts.iter().map(|p| self.part(p)).collect();
        let nullable = parts.iter().all(|p| p.nullable);
        together(parts, nullable)
    }

    /// `each` and `per`: many instances side by side, told apart by person or entry. From outside,
    /// any message of theirs may be the last, since the others may have ended.
    fn many(&mut self, of: &Spanned<PatternSyntax>) -> Part {
        let from = self.positions.len();
        let part = self.part(of);
        let all: Vec<usize> = (from..self.positions.len()).collect();
        Part { nullable: part.nullable, first: part.first, last: all }
    }

    fn unless(&mut self, of: &Spanned<PatternSyntax>, exit: &Spanned<PatternSyntax>) -> Part {
        let from = self.positions.len();
        let part = self.part(of);
        let all: Vec<usize> = (from..self.positions.len()).collect();
        let exit = self.part(exit);
        self.link(&all, &exit.first);
        let nullable = part.nullable;
        together(vec![part, exit], nullable)
    }

    fn link(&mut self, from: &[usize], to: &[usize]) {
        for n in from {
            if let Some(position) = self.positions.get_mut(*n) {
                position.follow.extend(to);
                position.follow.sort_unstable();
                position.follow.dedup();
            }
        }
    }

    /// Two positions with one message by one sender, in one set of what may come.
    fn conflicts(&self, set: &[usize], report: &mut Report) {
        let all: Vec<&Position> = set.iter().filter_map(|n| self.positions.get(*n)).collect();
        for (n, a) in all.iter().enumerate() {
            for b in all.iter().skip(n + 1) {
                let meet = a.message == b.message
                    && a.span != b.span
                    && a.roles.iter().any(|r| b.roles.contains(r));
                if meet {
                    let name = self.schema.name(a.message);
                    report.add(
                        Diagnostic::warning(
                            "W0404",
                            b.span,
                            format!("`{name}` can be read in two ways here"),
                        )
                        .label(a.span, "as this one")
                        .help("write the pattern so that what came before tells which is meant"),
                    );
                }
            }
        }
    }
}

fn together(parts: Vec<Part>, nullable: bool) -> Part {
    let mut all = Part { nullable, ..Part::default() };
    for part in parts {
        all.first.extend(part.first);
        all.last.extend(part.last);
    }
    all
}
