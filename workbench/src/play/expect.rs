//! Expectations: what a play says must be so, held against what is.

use mundi_engine::{Ending, Replica, Value};
use mundi_lang::literal::Literal;
use mundi_lang::play::Expect;
use mundi_lang::{Name, Spanned};

use crate::rehearsal::{Judged, Rehearsal, Spoken};

/// What was expected and what was found, each in words.
type Misfit = (String, String);

/// Whether an expectation holds now, after the line `last`.
///
/// # Errors
/// What was expected, and what is there instead.
pub(super) fn hold(
    expect: &Expect,
    last: Option<&Spoken>,
    rehearsal: &Rehearsal,
) -> Result<(), Misfit> {
    match expect {
        Expect::Accepted => {
            judged(matches!(judgement(last), Some(Judged::Accepted)), "accepted", last)
        }
        Expect::Refused { code, reason } => refused(code.as_ref(), reason.as_ref(), last),
        Expect::Consensus => {
            let there = matches!(rehearsal.replica().ending(), Some(Ending::Consensus { .. }));
            ending(there, "consensus".into(), rehearsal)
        }
        Expect::NoConsensus => {
            let there = matches!(rehearsal.replica().ending(), Some(Ending::Consensus { .. }));
            ending(!there, "no consensus".into(), rehearsal)
        }
        Expect::Failure(part) => failure(part.as_ref(), rehearsal),
        Expect::Output(value) => output(&value.node, rehearsal),
        Expect::State(fields) => state(fields, rehearsal),
        Expect::Possible(names) => possible(names, rehearsal),
    }
}

/// A `never` or `always` that does not hold, in words.
pub(super) fn breach(name: &str, replica: &Replica) -> Misfit {
    let rules = replica.rules();
    let never = rules.invariants.iter().find(|i| i.name == name).is_some_and(|i| i.breach);
    if never {
        (format!("never `{name}`"), "it is so after this line".into())
    } else {
        (format!("always `{name}`"), "it is not so after this line".into())
    }
}

fn judgement(last: Option<&Spoken>) -> Option<&Judged> {
    last.map(|spoken| &spoken.at_first)
}

/// `accepted`, `refused (out-of-turn): …`
fn in_words(last: Option<&Spoken>) -> String {
    match judgement(last) {
        None => "no line before it".into(),
        Some(judged) => match judged.why() {
            None => judged.word().into(),
            Some((code, "")) => format!("{} ({})", judged.word(), code.as_str()),
            Some((code, text)) => format!("{} ({}): {text}", judged.word(), code.as_str()),
        },
    }
}

fn judged(holds: bool, expected: &str, last: Option<&Spoken>) -> Result<(), Misfit> {
    if holds { Ok(()) } else { Err((expected.to_owned(), in_words(last))) }
}

fn refused(
    code: Option<&Spanned<String>>,
    reason: Option<&Spanned<String>>,
    last: Option<&Spoken>,
) -> Result<(), Misfit> {
    let why = judgement(last).and_then(Judged::why);
    let holds = why.is_some_and(|(is, text)| {
        code.is_none_or(|code| code.node == is.as_str())
            && reason.is_none_or(|part| text.contains(part.node.as_str()))
    });
    let mut expected = "refused".to_owned();
    if let Some(code) = code {
        expected.push_str(&format!(" ({})", code.node));
    }
    if let Some(part) = reason {
        expected.push_str(&format!(", with \"{}\" in the reason", part.node));
    }
    judged(holds, &expected, last)
}

/// How the conversation stands, in words.
fn standing(rehearsal: &Rehearsal) -> String {
    match rehearsal.replica().ending() {
        None => "no consensus, and none ruled out".into(),
        Some(Ending::Consensus { output, .. }) => {
            format!("consensus, with the output {}", text(&output, rehearsal))
        }
        Some(Ending::Failure { text, .. }) => format!("failure: {text}"),
    }
}

fn ending(holds: bool, expected: String, rehearsal: &Rehearsal) -> Result<(), Misfit> {
    if holds { Ok(()) } else { Err((expected, standing(rehearsal))) }
}

fn failure(part: Option<&Spanned<String>>, rehearsal: &Rehearsal) -> Result<(), Misfit> {
    let holds = match rehearsal.replica().ending() {
        Some(Ending::Failure { text, .. }) => part.is_none_or(|p| text.contains(p.node.as_str())),
        _ => false,
    };
    let expected = match part {
        None => "failure".into(),
        Some(part) => format!("failure with \"{}\" in its text", part.node),
    };
    ending(holds, expected, rehearsal)
}

fn output(literal: &Literal, rehearsal: &Rehearsal) -> Result<(), Misfit> {
    let holds = match rehearsal.replica().ending() {
        Some(Ending::Consensus { output, .. }) => same(&output, literal, rehearsal),
        _ => false,
    };
    ending(holds, format!("the output {}", written(literal)), rehearsal)
}

fn state(fields: &[(Name, mundi_lang::play::Value)], rehearsal: &Rehearsal) -> Result<(), Misfit> {
    let state = rehearsal.replica().state();
    let mut expected = Vec::new();
    let mut found = Vec::new();
    for (name, literal) in fields {
        let value = state.iter().find(|(n, _)| *n == name.node).map(|(_, value)| value);
        if value.is_some_and(|value| same(value, &literal.node, rehearsal)) {
            continue;
        }
        let is = value.map_or_else(|| "no such field".into(), |v| text(v, rehearsal));
        expected.push(format!("{}: {}", name.node, written(&literal.node)));
        found.push(format!("{}: {is}", name.node));
    }
    if expected.is_empty() {
        return Ok(());
    }
    Err((format!("state {{ {} }}", expected.join(", ")), format!("{{ {} }}", found.join(", "))))
}

fn possible(names: &[Name], rehearsal: &Rehearsal) -> Result<(), Misfit> {
    let sorted = |mut list: Vec<String>| {
        list.sort_unstable();
        list.dedup();
        list
    };
    let rules = rehearsal.replica().rules();
    let full = |name: &str| {
        let meant = rules.meant(name).and_then(|m| rules.messages.get(usize::from(m)));
        meant.map_or_else(|| name.to_owned(), |m| m.name.clone())
    };
    let expected = sorted(names.iter().map(|n| full(&n.node)).collect());
    let found = sorted(rehearsal.replica().turns().into_iter().map(|t| t.message).collect());
    if expected == found {
        return Ok(());
    }
    Err((format!("possible [{}]", expected.join(", ")), format!("[{}]", found.join(", "))))
}

fn text(value: &Value, rehearsal: &Rehearsal) -> String {
    rehearsal.naming(|naming| naming.text(value))
}

/// A literal as it is written.
fn written(literal: &Literal) -> String {
    crate::show::literal(literal)
}

/// Whether a value is what a literal says. Numbers are compared as numbers: 12.5 is 12.50.
#[must_use]
pub fn same(value: &Value, literal: &Literal, rehearsal: &Rehearsal) -> bool {
    match (value, literal) {
        (Value::Unit, Literal::Unit) => true,
        (Value::Bool(a), Literal::Bool(b)) => a == b,
        (Value::Int(a), Literal::Int(b)) => a == b,
        (Value::Decimal(a), Literal::Decimal(b)) => a == b,
        (Value::Decimal(a), Literal::Int(b)) => *a == (*b).into(),
        (Value::Text(a), Literal::Text(b)) => **a == **b,
        (Value::Bytes(a), Literal::Bytes(b)) => **a == **b,
        (Value::Time(a), Literal::Time(b)) | (Value::Duration(a), Literal::Duration(b)) => a == b,
        (Value::Person(_) | Value::Ref(_), Literal::Name(name)) => {
            rehearsal.person(name).map(Value::Person).as_ref() == Some(value)
                || rehearsal.label(name).map(Value::Ref).as_ref() == Some(value)
        }
        (Value::List(values), Literal::List(list)) => {
            let pairs = values.iter().zip(list);
            values.len() == list.len() && pairs.into_iter().all(|(v, l)| same(v, l, rehearsal))
        }
        (Value::Record(fields), Literal::Record(written)) => {
            let there = written.iter().all(|(name, literal)| match fields.get(name.as_str()) {
                Some(value) => same(value, literal, rehearsal),
                None => *literal == Literal::Unit,
            });
            let named = |name: &str| written.iter().any(|(n, _)| n == name);
            there && fields.iter().all(|(name, v)| *v == Value::Unit || named(name))
        }
        (Value::Map(pairs), Literal::Record(written)) => {
            pairs.len() == written.len()
                && written.iter().all(|(name, literal)| {
                    let value = pairs.iter().find(|(key, _)| is_key(key, name, rehearsal));
                    value.is_some_and(|(_, value)| same(value, literal, rehearsal))
                })
        }
        _ => false,
    }
}

/// Whether a map's key is what a play writes as a name.
fn is_key(key: &Value, name: &str, rehearsal: &Rehearsal) -> bool {
    match key {
        Value::Text(text) => **text == *name,
        other => same(other, &Literal::Name(name.to_owned()), rehearsal),
    }
}
