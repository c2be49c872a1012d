//! `seal`: whose signatures make an outcome final, and who could block or cheat.
//!
//! The bounds (explored by model before they were chosen): two finals are proof against a named person if
//! 2q > n; one double-sealer cannot cause them if 3q > 2n + 2.

use super::names::list;
use super::report::Report;
use super::schema::Schema;
use crate::diagnostic::Diagnostic;
use crate::rules::{Openness, Role, RoleId, Seal, SealQuorum};
use crate::span::{Name, Span, Spanned};
use crate::syntax::Quorum;

/// Resolves `seal`; without one, more than two thirds of all whose roles are fixed.
pub(crate) fn resolve(
    written: Option<(&Spanned<Quorum>, &[Name])>,
    whole: Span,
    schema: &Schema,
    report: &mut Report,
) -> Seal {
    let Some((quorum, names)) = written else { return by_default(whole, schema, report) };
    let mut roles: Vec<RoleId> = Vec::new();
    for name in names {
        let Some(id) = super::types::find_role(&schema.roles, schema.base, name, report) else {
            continue;
        };
        if roles.contains(&id) {
            report.error("E0204", name.span, format!("the role `{}` is there already", name.node));
            continue;
        }
        if schema.role_at(id).is_some_and(|r| r.open == Openness::Open) {
            report.add(
                Diagnostic::error(
                    "E0502",
                    name.span,
                    format!("`{}` is open, so its holders cannot seal", name.node),
                )
                .help("sealers are fixed when the conversation opens: name roles without `open`"),
            );
        }
        roles.push(id);
    }
    let held: Vec<&Role> = roles.iter().filter_map(|r| schema.role_at(*r)).collect();
    match quorum.node {
        Quorum::Count(n) => count(n, quorum.span, &held, report),
        Quorum::All => all(quorum.span, &held, report),
        Quorum::Majority => {}
    }
    Seal { quorum: SealQuorum::Written(quorum.node), roles }
}

fn by_default(whole: Span, schema: &Schema, report: &mut Report) -> Seal {
    let fixed = schema.roles.iter().zip(0..).filter(|(r, _)| r.open == Openness::Fixed);
    let roles: Vec<RoleId> = fixed.map(|(_, id)| id).collect();
    if roles.is_empty() && !schema.roles.is_empty() {
        report.add(
            Diagnostic::warning(
                "W0503",
                whole,
                "every role is open, so nobody can seal the outcome",
            )
            .help("give somebody a role without `open`: their seals make the outcome final"),
        );
    }
    Seal { quorum: SealQuorum::TwoThirds, roles }
}

/// How many people hold these roles, where that is fixed.
fn sealers(roles: &[&Role]) -> Option<u32> {
    roles.iter().map(|r| (r.max == Some(r.min)).then_some(r.min)).sum()
}

fn count(n: u32, at: Span, roles: &[&Role], report: &mut Report) {
    let Some(of) = sealers(roles) else {
        let loose: Vec<&str> =
            roles.iter().filter(|r| r.max != Some(r.min)).map(|r| r.name.as_str()).collect();
        report.add(
            Diagnostic::error(
                "E0503",
                at,
                format!(
                    "how many {} there will be is not fixed, so a number cannot be a quorum",
                    list(&loose)
                ),
            )
            .help("write `seal majority of …`, or give the role a fixed number"),
        );
        return;
    };
    if n > of {
        report.add(
            Diagnostic::error("E0505", at, format!("there are only {of} sealers")).help(enough(of)),
        );
    } else if n.saturating_mul(2) <= of {
        report.add(
            Diagnostic::error(
                "E0504",
                at,
                format!("{n} of {of} is not more than half: two outcomes could be final at once"),
            )
            .help(enough(of)),
        );
    } else if n == of {
        all(at, roles, report);
    } else if n.saturating_mul(3) <= of.saturating_mul(2).saturating_add(2) {
        report.add(
            Diagnostic::warning(
                "W0501",
                at,
                format!("one of the {of} who seals twice can make two outcomes final; it is proven against them"),
            )
            .help(cheat_help(of)),
        );
    }
}

/// Numbers that are more than half.
fn enough(of: u32) -> String {
    match of / 2 + 1 {
        least if least == of => format!("write {of}"),
        least => format!("write a number from {least} to {of}"),
    }
}

fn cheat_help(of: u32) -> String {
    let tolerant = of.saturating_mul(2).saturating_add(2) / 3 + 1;
    if tolerant < of {
        format!(
            "with {tolerant} of {of} they could not; with {n} it shows who did it",
            n = tolerant - 1
        )
    } else {
        format!("with all {of} they could not, but then any one of them can block the outcome")
    }
}

fn all(at: Span, roles: &[&Role], report: &mut Report) {
    if sealers(roles) == Some(1) {
        return;
    }
    report.add(
        Diagnostic::warning(
            "W0502",
            at,
            "any one of them can keep the outcome from becoming final",
        )
        .help("it stays open until the last has sealed; a smaller number lets it end without one"),
    );
}
