//! `m by a, b` in a pattern: `by` narrows to one role, and the comma means "then".

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::span::Spanned;
use crate::syntax::{ItemKind, PatternSyntax, Syntax};

/// Roles that stand where a message is expected, after a `by`.
pub(crate) fn check(syntax: &Syntax) -> Vec<Diagnostic> {
    let mut roles = BTreeSet::new();
    let mut found = Vec::new();
    for item in &syntax.items {
        if let ItemKind::Role { name, .. } = &item.kind {
            roles.insert(name.node.as_str());
        }
    }
    for item in &syntax.items {
        match &item.kind {
            ItemKind::Message { name, .. } | ItemKind::Deadline { name, .. } => {
                roles.remove(name.node.as_str());
            }
            _ => {}
        }
    }
    for item in &syntax.items {
        if let ItemKind::Pattern(pattern) = &item.kind {
            walk(pattern, &roles, &mut found);
        }
    }
    found
}

fn walk(pattern: &Spanned<PatternSyntax>, roles: &BTreeSet<&str>, found: &mut Vec<Diagnostic>) {
    match &pattern.node {
        PatternSyntax::Sequence(parts) => {
            for pair in parts.windows(2) {
                if let [before, after] = pair {
                    found.extend(two_senders(before, after, roles));
                }
            }
            parts.iter().for_each(|p| walk(p, roles, found));
        }
        PatternSyntax::Either(parts) | PatternSyntax::Interleave(parts) => {
            parts.iter().for_each(|p| walk(p, roles, found));
        }
        PatternSyntax::Repeat { of, .. }
        | PatternSyntax::Each { of, .. }
        | PatternSyntax::One { of, .. }
        | PatternSyntax::Per { of, .. } => walk(of, roles, found),
        PatternSyntax::Unless { of, exit } => {
            walk(of, roles, found);
            walk(exit, roles, found);
        }
        PatternSyntax::Message { .. } => {}
    }
}

fn two_senders(
    before: &Spanned<PatternSyntax>,
    after: &Spanned<PatternSyntax>,
    roles: &BTreeSet<&str>,
) -> Option<Diagnostic> {
    let PatternSyntax::Message { name: message, by: Some(role) } = &before.node else {
        return None;
    };
    let PatternSyntax::Message { name: second, by: None } = &after.node else { return None };
    let (message, role, second) = (&message.node, &role.node, &second.node);
    if !roles.contains(second.as_str()) {
        return None;
    }
    let what = format!("`{second}` is a role; in a pattern `by` names one role");
    let help = format!("write `({message} by {role} | {message} by {second})`");
    Some(Diagnostic::error("E0125", after.span, what).help(help))
}
