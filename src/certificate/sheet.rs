//! What there is to tell of a certificate, in sections of rows: the same for a terminal and a page.
//! Everything here is for people, and escaped as for one line.

use mundi_engine::Value;
use mundi_engine::outcome::proof::{Revoked, Signer};
use mundi_identity::Reason;
use mundi_lang::units::format_time;

use super::{Replayed, Valid};
use crate::show::{Naming, hex, plain};
use crate::transcript::entry_name;

/// Rows under a title.
pub struct Section {
    /// `Signed: 2 of 3 are needed`
    pub title: String,
    /// In order.
    pub rows: Vec<Row>,
}

/// One row.
pub struct Row {
    /// `ada (buyer)`; empty where there is none.
    pub label: String,
    /// What stands beside it.
    pub text: String,
}

fn row(label: impl Into<String>, text: impl Into<String>) -> Row {
    Row { label: label.into(), text: text.into() }
}

impl Valid {
    /// `Escrow order (escrow)`
    #[must_use]
    pub fn title(&self) -> String {
        let rules = &self.proven.opening.rules;
        format!("{} ({})", plain(&rules.title), plain(&rules.name))
    }

    /// All that there is to tell, but for its title.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let proven = &self.proven;
        let sealers = &proven.payload.basis.sealers;
        let signed = format!("Signed, where {} of {} are needed", sealers.q(), sealers.n());
        let people = |title: &str, people: &[Signer]| Section {
            title: title.to_owned(),
            rows: people.iter().map(signer).collect(),
        };
        let twice = proven.twice.iter().map(|p| row(self.name(p), p.to_string()));
        let mut sections = vec![
            self.agreed(),
            self.decided(),
            self.terms(),
            people(&signed, &proven.signed),
            people(
                "Signed with a key that was revoked as compromised: not counted",
                &proven.compromised,
            ),
            people("Listed, and did not sign", &proven.silent),
            Section {
                title: "Sealed two outcomes in one round, as this file proves".to_owned(),
                rows: twice.collect(),
            },
            self.ground(),
            self.not_proven(),
        ];
        sections.retain(|section| !section.rows.is_empty());
        sections
    }

    fn name(&self, person: &mundi_identity::Fingerprint) -> String {
        self.proven.name_of(person).map_or_else(|| person.to_string(), plain)
    }

    fn value(&self, value: &Value) -> String {
        let naming = Naming { person: &|p| self.name(p), entry: &entry_name };
        plain(&naming.text(value))
    }

    fn agreed(&self) -> Section {
        let rows = match &self.proven.output {
            Value::Unit => vec![row("output", "none: the rules give none")],
            Value::Record(fields) if !fields.is_empty() => {
                fields.iter().map(|(name, v)| row(plain(name), self.value(v))).collect()
            }
            value => vec![row("output", self.value(value))],
        };
        Section { title: "Agreed".to_owned(), rows }
    }

    /// Apart from the output, whose fields may have any names.
    fn decided(&self) -> Section {
        let payload = &self.proven.payload;
        let topic = self.proven.opening.topic.as_ref().map(|topic| row("about", plain(topic)));
        let time = format!("{}, as its author says", time(payload.outcome.at));
        let rows = topic
            .into_iter()
            .chain([row("at", time), row("sealed in round", payload.round.to_string())]);
        Section { title: "Decided".to_owned(), rows: rows.collect() }
    }

    fn terms(&self) -> Section {
        let opening = &self.proven.opening;
        let terms = opening.rules.terms.iter().zip(&opening.terms);
        let naming = Naming { person: &|p| self.name(p), entry: &entry_name };
        let rows =
            terms.map(|(field, value)| row(plain(&field.name), plain(&naming.term(field, value))));
        Section { title: "Terms".to_owned(), rows: rows.collect() }
    }

    fn ground(&self) -> Section {
        let payload = &self.proven.payload;
        let mut rows = vec![
            row("rules", hex(&payload.basis.rules)),
            row("conversation", payload.basis.conversation.to_string()),
            row("decisive entry", payload.outcome.entry.to_string()),
        ];
        rows.extend(payload.outcome.cut.iter().map(|id| row("and all before", id.to_string())));
        rows.push(row("outcome", hex(&payload.hash().0)));
        if self.replayed == Replayed::Same {
            rows.push(row("log", "replayed: it gives this outcome"));
        }
        Section { title: "Rests on".to_owned(), rows }
    }

    fn not_proven(&self) -> Section {
        let mut rows = vec![
            "That there is no second certificate of another outcome. Who has two gives both to \
             `mundi verify`.",
            "What was said that this outcome leaves out.",
            "The true time: all times are claims of those who wrote.",
            "Who the persons are, and that they are distinct: they chose their names. Compare fingerprints.",
            "That no signing key was revoked: only the revocations in this file, and in a log that is given \
             with it, are known here.",
        ];
        if !self.proven.silent.is_empty() {
            rows.push("That those who are listed and did not sign ever took part.");
        }
        if self.replayed == Replayed::No {
            let follows = "That the outcome follows from what was said: those who signed say so; `--log` \
                           shows it.";
            rows.insert(1, follows);
        }
        let rows = rows.into_iter().map(|text| row("", text)).collect();
        Section { title: "What this does not prove".to_owned(), rows }
    }
}

/// Milliseconds since 1970, RFC 3339.
pub(super) fn time(ms: u64) -> String {
    format_time(i64::try_from(ms).unwrap_or(i64::MAX))
}

fn signer(signer: &Signer) -> Row {
    let roles = signer.roles.iter().map(|r| plain(r)).collect::<Vec<_>>().join(", ");
    let note = signer.revoked.map_or_else(String::new, |revoked| format!("; {}", note(revoked)));
    row(format!("{} ({roles})", plain(&signer.name)), format!("{}{note}", signer.person))
}

fn note(revoked: Revoked) -> String {
    let at = time(revoked.at);
    let means = match revoked.reason {
        Reason::Retired => "what it signed before counts",
        Reason::Lost => "it counts, as nobody is known to have it",
        Reason::Compromised => "anybody may have signed with it",
    };
    format!("this key was revoked as {} ({at}): {means}", revoked.reason.name())
}
