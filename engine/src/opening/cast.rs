//! From what people write above a conversation to its opening: who holds which role, on which terms.

use mundi_identity::{Certificate, Fingerprint};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Presence, RoleId, Rules};

use super::{Member, OpenError, bad};
use crate::body::literal_value;
use crate::value::Value;

impl Member {
    /// Members from a cast: roles by name, each with its holders and their devices, in the order in
    /// which the cast first names them.
    ///
    /// # Errors
    /// A role that the rules do not have.
    pub fn cast(
        rules: &Rules,
        cast: &[(String, Vec<Vec<Certificate>>)],
    ) -> Result<Vec<Member>, OpenError> {
        let mut members: Vec<(Option<Fingerprint>, Member)> = Vec::new();
        for (name, holders) in cast {
            let role = role(rules, name)?;
            for devices in holders {
                let person = devices.first().map(Certificate::person);
                match members.iter_mut().find(|(known, _)| *known == person) {
                    Some((_, member)) => member.roles.push(role),
                    None => {
                        let devices = devices.clone();
                        members.push((person, Member { roles: vec![role], devices }));
                    }
                }
            }
        }
        for (_, member) in &mut members {
            member.roles.sort_unstable();
            member.roles.dedup();
        }
        Ok(members.into_iter().map(|(_, member)| member).collect())
    }
}

fn role(rules: &Rules, name: &str) -> Result<RoleId, OpenError> {
    rules.role(name).ok_or_else(|| {
        let names: Vec<&str> = rules.cast().map(|r| r.name.as_str()).collect();
        let hint = match mundi_lang::suggest(name, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("there are: {}", names.join(", ")),
        };
        bad(format!("the rules have no role `{name}`; {hint}"))
    })
}

/// The values of the terms as written, in file order, with defaults; `names` says who is meant by a
/// name. Ranges are checked when the opening is signed.
///
/// # Errors
/// A term that is unknown, missing, or of another type.
pub fn terms(
    rules: &Rules,
    written: &[(String, Literal)],
    names: &dyn Fn(&str) -> Option<Value>,
) -> Result<Vec<Value>, OpenError> {
    let known = |name: &str| rules.terms.iter().any(|f| f.name == name);
    if let Some((name, _)) = written.iter().find(|(name, _)| !known(name)) {
        let hint = mundi_lang::suggest(name, rules.terms.iter().map(|f| f.name.as_str()));
        let hint = hint.map(|close| format!("; did you mean `{close}`?")).unwrap_or_default();
        return Err(bad(format!("the rules have no term `{name}`{hint}")));
    }
    let mut values = Vec::new();
    for field in &rules.terms {
        let said = written.iter().rfind(|(n, _)| *n == field.name).map(|(_, v)| v);
        let literal = match (said, &field.presence) {
            (Some(literal), _) | (None, Presence::Default(literal)) => literal,
            (None, Presence::Optional) => &Literal::Unit,
            (None, _) => return Err(bad(format!("the term `{}` is missing", field.name))),
        };
        let value = literal_value(&field.ty, literal, names)
            .map_err(|why| bad(format!("the term `{}`: {why}", field.name)))?;
        values.push(value);
    }
    Ok(values)
}
