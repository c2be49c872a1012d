//! Roles: how many hold each, and which of them together.

use super::base::Base;
use super::items::{Items, RoleItem};
use super::names::{self, Taken};
use super::report::Report;
use super::types::find_role;
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::rules::{Openness, Role, RoleId};
use crate::span::Spanned;

/// The roles of a file.
pub(super) fn declared(items: &[RoleItem<'_>], base: Base, report: &mut Report) -> Vec<Role> {
    let mut taken = Taken::default();
    let mut out = Vec::new();
    if let Some(extra) = items.get(limits::ROLES) {
        report.error("E0221", extra.name.span, "too many roles");
    }
    for item in items {
        names::not_reserved("role", item.name, report);
        if !taken.take("role", item.name, report) {
            continue;
        }
        let open = item.open.map_or(Openness::Fixed, |_| Openness::Open);
        let (min, max) = match item.cardinality {
            None if open == Openness::Open => (0, None),
            None => (1, Some(1)),
            Some(written) => {
                cardinality(written, report);
                written.node
            }
        };
        if let (Some(at), true) = (item.open, base.stage.is_some()) {
            let text = "a stage has no open role: its roles are given when it begins";
            report.add(
                Diagnostic::error("E0216", at, text)
                    .help("take `open` out, or hold this conversation by itself"),
            );
        }
        let (name, doc) = (item.name.node.clone(), item.doc.to_owned());
        out.push(Role { name, doc, min, max, open, stage: base.stage });
    }
    out
}

fn cardinality(written: &Spanned<(u32, Option<u32>)>, report: &mut Report) {
    let (min, max) = written.node;
    if max.is_some_and(|max| max < min) {
        report.add(
            Diagnostic::error("E0218", written.span, "this range is backwards: nobody fits it")
                .help("write the smaller number first"),
        );
    } else if max == Some(0) {
        report.add(
            Diagnostic::warning("W0201", written.span, "nobody can hold this role")
                .help("leave the role out, or let somebody hold it"),
        );
    } else if min > limits::HOLDERS || max.is_some_and(|m| m > limits::HOLDERS) {
        let most = limits::HOLDERS;
        report.add(
            Diagnostic::error("E0218", written.span, "too many people for one role")
                .help(format!("write at most {most}")),
        );
    }
}

/// Which of them one person may hold together.
pub(super) fn overlaps(
    items: &Items<'_>,
    roles: &[Role],
    base: Base,
    report: &mut Report,
) -> Vec<Vec<RoleId>> {
    let mut out = Vec::new();
    for written in &items.overlaps {
        let mut taken = Taken::default();
        let mut ids: Vec<RoleId> = Vec::new();
        for name in *written {
            if taken.take("role", name, report) {
                ids.extend(find_role(roles, base, name, report));
            }
        }
        if let [only] = written {
            report.add(
                Diagnostic::error("E0224", only.span, "a role alone overlaps nothing")
                    .help("write two roles that one person may hold together"),
            );
        }
        out.push(ids);
    }
    out
}
