//! What the grammar expected, in words.

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::parse::slips::Around;
use crate::span::Span;

/// A finding for a place where no slip fits.
pub(crate) fn unexpected(around: &Around<'_>, rules: &[Rule]) -> Diagnostic {
    let span = match around.token(0) {
        Some(token) if (token.span.start as usize) < around.offset => {
            Span::new(around.offset, token.span.end as usize)
        }
        _ => around.span(0),
    };
    let what = match around.token(0) {
        Some(_) => format!("`{}` is not expected here", shortened(around.text, span)),
        None => "something is missing after this".to_owned(),
    };
    let finding = Diagnostic::error("E0101", span, what);
    match expected(rules) {
        Some(list) => finding.help(format!("write {list}")),
        None => finding,
    }
}

fn shortened(text: &str, span: Span) -> String {
    let whole = text.get(span.range()).unwrap_or("");
    let short: String = whole.chars().take(30).collect();
    if short.len() < whole.len() { format!("{short}…") } else { short }
}

/// `a, b or c`; `None` where the list would be too long to help.
fn expected(rules: &[Rule]) -> Option<String> {
    let mut words: Vec<String> = rules.iter().filter_map(|rule| word(*rule)).collect();
    words.sort();
    words.dedup();
    if words.len() > 6 {
        return None;
    }
    let last = words.pop()?;
    Some(if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) })
}

/// A rule in words. Rules of keywords are named after them.
fn word(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    if let Some(keyword) = name.strip_prefix("k_").or_else(|| name.strip_prefix("w_")) {
        return Some(format!("`{keyword}`"));
    }
    let words = match rule {
        Rule::ident
        | Rule::names
        | Rule::variable
        | Rule::person
        | Rule::spoken
        | Rule::message_name => "a name",
        Rule::text | Rule::choice => "a text in double quotes",
        Rule::uint | Rule::int | Rule::udecimal | Rule::decimal => "a number",
        Rule::literal | Rule::bound => "a value",
        Rule::duration => "a duration like `14d`",
        Rule::time => "a time like `2026-01-31T18:00:00Z`",
        Rule::size => "a size like `10mb`",
        Rule::block
        | Rule::fields
        | Rule::literal_record
        | Rule::term_record
        | Rule::stage_body
        | Rule::given => "`{`",
        Rule::field
        | Rule::literal_field
        | Rule::term_field
        | Rule::record_field
        | Rule::given_one => "`name: …`",
        Rule::ty | Rule::ty_named | Rule::inner_ty => "a type",
        Rule::bounds | Rule::dots => "a range like `1..5`",
        Rule::pat | Rule::pat_unit => "a pattern",
        Rule::op_then => "`,`",
        Rule::op_or => "`|`",
        Rule::op_and => "`&`",
        Rule::suffix => "a suffix",
        Rule::semicolon => "`;`",
        Rule::expr | Rule::unit => "an expression",
        Rule::optional => "`?`",
        Rule::say => "a line like `ada: accept`",
        Rule::else_text => "a text in double quotes",
        Rule::EOI => "the end",
        _ => return None,
    };
    Some(words.to_owned())
}
