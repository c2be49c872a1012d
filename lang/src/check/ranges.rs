//! Ranges of types: both ends of the type's own kind, not backwards.

use rust_decimal::Decimal;

use super::report::Report;
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::literal::Literal;
use crate::span::{Span, Spanned};
use crate::syntax::RangeSyntax;

type Written<'a> = Option<&'a Spanned<RangeSyntax>>;
type Ends<T> = Option<(Option<T>, Option<T>)>;

/// A range of ints.
pub(crate) fn int(range: Written<'_>, report: &mut Report) -> Ends<i64> {
    ends(range, "a whole number, as in `1..10`", report, |l| match l {
        Literal::Int(n) => Some(*n),
        _ => None,
    })
}

/// A range of decimals; ints may stand for them.
pub(crate) fn decimal(range: Written<'_>, report: &mut Report) -> Ends<Decimal> {
    ends(range, "a number, as in `0.01..99.5`", report, |l| match l {
        Literal::Int(n) => Some(Decimal::from(*n)),
        Literal::Decimal(n) => Some(*n),
        _ => None,
    })
}

/// A range of times.
pub(crate) fn time(range: Written<'_>, report: &mut Report) -> Ends<i64> {
    ends(range, "a time, as in `2026-01-01T00:00:00Z`", report, |l| match l {
        Literal::Time(n) => Some(*n),
        _ => None,
    })
}

/// A range of durations.
pub(crate) fn duration(range: Written<'_>, report: &mut Report) -> Ends<i64> {
    ends(range, "a duration with its unit, as in `1h..14d`", report, |l| match l {
        Literal::Duration(n) => Some(*n),
        _ => None,
    })
}

/// A range of lengths: from 0 where the lower end is open, to `most` where the upper is.
pub(crate) fn count(range: Written<'_>, most: u32, report: &mut Report) -> Option<(u32, u32)> {
    let (min, max) = int(range, report)?;
    let at = range.map_or_else(Span::default, |r| r.span);
    let end = |n: Option<i64>, open: u32| match n {
        None => Some(open),
        Some(n) => u32::try_from(n).ok().filter(|n| *n <= limits::LARGEST),
    };
    let min = end(min, 0);
    // An open upper end after a large lower one is not backwards, only too much.
    let found = min.and_then(|min| Some((min, end(max, most.max(min))?)));
    match found {
        None => {
            let most = limits::LARGEST;
            report.add(
                Diagnostic::error("E0206", at, "a length is a number from 0 on, and not so large")
                    .help(format!("write ends from 0 to {most}")),
            );
            None
        }
        Some((_, 0)) => {
            report.error("E0206", at, "nothing but the empty value fits this range");
            None
        }
        found => found,
    }
}

fn ends<T: PartialOrd>(
    range: Written<'_>,
    wants: &str,
    report: &mut Report,
    read: fn(&Literal) -> Option<T>,
) -> Ends<T> {
    let Some(range) = range else { return Some((None, None)) };
    let mut end = |written: &Option<Spanned<Literal>>| match written {
        None => Some(None),
        Some(literal) => match read(&literal.node) {
            Some(n) => Some(Some(n)),
            None => {
                report.add(
                    Diagnostic::error("E0207", literal.span, "this is no end of such a range")
                        .help(format!("write {wants}")),
                );
                None
            }
        },
    };
    let (min, max) = (end(&range.node.min)?, end(&range.node.max)?);
    if let (Some(a), Some(b)) = (&min, &max)
        && a > b
    {
        report.add(
            Diagnostic::error("E0206", range.span, "this range is backwards: nothing fits it")
                .help("write the lower end first"),
        );
        return None;
    }
    Some((min, max))
}
