//! A contact in words and for programs.

use mundi_identity::{Certificate, identicon};
use mundi_lang::units::format_time;
use mundi_node::home::{Home, HomeError};
use mundi_node::store::Contact;
use serde_json::{Value, json};

use crate::cli::plain;
use crate::show::hex;

/// What is known of a contact.
pub(super) struct Described {
    /// As people are shown them: with a `?` while nobody has made sure of them.
    name: String,
    contact: Contact,
    devices: Vec<Certificate>,
    algorithm: String,
    /// Why nothing can be written to them now.
    unusable: Option<String>,
}

/// Collects it.
pub(super) fn of(home: &Home, contact: &Contact, now: u64) -> Result<Described, HomeError> {
    let card = home.card_of(contact, now)?;
    Ok(Described {
        name: plain::line(&home.name_of(&contact.fingerprint)),
        contact: contact.clone(),
        devices: card.devices,
        algorithm: card.cert.algorithm(),
        unusable: card.cert.usable(now).err().map(|e| e.to_string()),
    })
}

/// Ms since 1970 as a time.
pub(super) fn time(ms: u64) -> String {
    format_time(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// `2026-01-31`
fn day(ms: u64) -> String {
    time(ms).chars().take(10).collect()
}

/// A fingerprint in groups of four.
pub(super) fn groups(print: &str) -> String {
    let letters: Vec<char> = print.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

impl Described {
    fn published(&self) -> String {
        plain::line(self.contact.published.as_deref().unwrap_or(""))
    }

    fn print(&self) -> String {
        self.contact.fingerprint.to_string()
    }

    /// `verified by the code on 2026-01-31`
    fn sure(&self) -> String {
        let Some(verified) = &self.contact.verified else { return "not verified".into() };
        let how = match verified.how.as_str() {
            "code" => "by the code",
            "fingerprint" => "by the fingerprint",
            "scan" => "by a scan",
            "word" => "by your word",
            other => other,
        };
        format!("verified {how} on {}", day(verified.at))
    }

    fn count(&self) -> String {
        match self.devices.len() {
            0 => "no device".into(),
            1 => "1 device".into(),
            n => format!("{n} devices"),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let device = |one: &Certificate| {
            json!({
                "name": one.name(),
                "key": hex(&one.device().0),
                "since": time(one.not_before()),
                "until": one.not_after().map(time),
            })
        };
        let devices: Vec<Value> = self.devices.iter().map(device).collect();
        let verified = self.contact.verified.as_ref();
        json!({
            "name": self.name,
            "petname": self.contact.petname,
            "published": self.contact.published,
            "fingerprint": self.print(),
            "algorithm": self.algorithm,
            "verified": verified.is_some(),
            "how": verified.map(|v| v.how.clone()),
            "verified_at": verified.map(|v| time(v.at)),
            "added_at": time(self.contact.added_at),
            "usable": self.unusable.is_none(),
            "devices": devices,
        })
    }

    /// For people, all of it.
    pub(super) fn page(&self) -> String {
        let mut lines = vec![
            format!("{} — {}", self.name, self.sure()),
            format!("calls themselves  {}", self.published()),
            format!("fingerprint       {}", groups(&self.print())),
            format!("key               {}", self.algorithm),
            format!("known since       {}", day(self.contact.added_at)),
        ];
        if let Some(why) = &self.unusable {
            lines.push(format!("cannot be used    {why}"));
        }
        for one in &self.devices {
            let (name, key) = (plain::line(one.name()), hex(&one.device().0));
            lines
                .push(format!("device            {key} ({name}, since {})", day(one.not_before())));
        }
        if self.devices.is_empty() {
            lines.push(
                "device            none is known: ask for their card (`mundi id card`)".into(),
            );
        }
        if self.contact.verified.is_none() {
            let name = self.contact.petname.clone().unwrap_or_else(|| self.print());
            lines.push(format!("to make sure      mundi contacts code {name}"));
        }
        lines.push(String::new());
        lines.join("\n") + "\n" + identicon::text(&self.contact.fingerprint).as_str()
    }
}

/// All contacts, one a line.
pub(super) fn table(all: &[Described]) -> String {
    let width = |of: &dyn Fn(&Described) -> String| {
        all.iter().map(|one| of(one).chars().count()).max().unwrap_or(0).min(32)
    };
    let names = width(&|one| one.name.clone());
    let published = width(&Described::published);
    all.iter()
        .map(|one| {
            format!(
                "{:names$}  {:published$}  {}  {}, {}\n",
                one.name,
                one.published(),
                one.print(),
                one.sure(),
                if one.unusable.is_some() { "key cannot be used".into() } else { one.count() }
            )
        })
        .collect()
}
