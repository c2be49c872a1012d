//! A private message in words and for programs.

use mundi_lang::units::format_time;
use mundi_node::home::Home;
use mundi_node::mail::Author;
use mundi_node::store::{Direction, Mail, MailNo};
use serde_json::{Value, json};

use crate::cli::home::of_home;
use crate::cli::plain;
use crate::screen::Screen;
use crate::stop::Stop;

/// Ms since 1970 as a time.
pub(super) fn time(ms: u64) -> String {
    format_time(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// The day of a time.
pub(super) fn day(ms: u64) -> String {
    time(ms).chars().take(10).collect()
}

/// The message with a number.
///
/// # Errors
/// There is none.
pub(super) fn one(home: &Home, number: MailNo, screen: &Screen) -> Result<Mail, Stop> {
    let one = home.store().one_mail(number).map_err(|e| of_home(e.into(), screen))?;
    one.ok_or_else(|| super::none(number))
}

/// What can be believed of who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belief {
    /// Signed by somebody of whom the owner has made sure.
    Verified,
    /// Signed by a key of which nobody has made sure whose it is.
    Signed,
    /// Not signed.
    Unsigned,
    /// Signed by a key that is not known here.
    Waiting,
}

impl Belief {
    /// Of a message, as the contacts are now.
    pub(super) fn of(home: &Home, mail: &Mail) -> Self {
        match Author::named(&mail.mail.authorship) {
            Author::Waiting => Belief::Waiting,
            Author::Unsigned => Belief::Unsigned,
            Author::Signed if mail.mail.direction == Direction::Out => Belief::Verified,
            // A name without `?` is the owner's, or one of whom they have made sure.
            Author::Signed if home.name_of(&mail.mail.peer).ends_with('?') => Belief::Signed,
            Author::Signed => Belief::Verified,
        }
    }

    /// For programs.
    fn name(self) -> &'static str {
        match self {
            Belief::Verified => "verified",
            Belief::Signed => "signed",
            Belief::Unsigned => "unsigned",
            Belief::Waiting => "waiting",
        }
    }
}

/// The other person, as people are shown them. Where nobody has signed, also a name of which the
/// owner has made sure is only a claim.
pub(super) fn name(home: &Home, mail: &Mail) -> String {
    let mut name = plain::line(&home.name_of(&mail.mail.peer));
    let claim = mail.mail.direction == Direction::In && Belief::of(home, mail) == Belief::Unsigned;
    if claim && !name.ends_with('?') {
        name.push('?');
    }
    name
}

/// The same without the mark.
fn bare(name: &str) -> &str {
    name.strip_suffix('?').unwrap_or(name)
}

/// Who wrote it, in a few words: `verified ben`.
pub(super) fn author(home: &Home, mail: &Mail) -> String {
    let name = name(home, mail);
    let belief = Belief::of(home, mail);
    match (mail.mail.direction, belief) {
        (Direction::Out, Belief::Unsigned) => "unsigned".into(),
        (Direction::Out, _) => "signed by you".into(),
        (Direction::In, Belief::Verified) => format!("verified {name}"),
        (Direction::In, Belief::Signed) => format!("signed by {} (not verified)", bare(&name)),
        (Direction::In, Belief::Unsigned) => "unsigned".into(),
        (Direction::In, Belief::Waiting) => "waiting for its writer's card".into(),
    }
}

/// For programs; with the text, where it is asked for.
pub(super) fn json(home: &Home, mail: &Mail, body: bool) -> Value {
    let out = mail.mail.direction == Direction::Out;
    let waits = Belief::of(home, mail) == Belief::Waiting;
    let mut object = json!({
        "number": mail.number.0,
        "direction": if out { "out" } else { "in" },
        "person": name(home, mail),
        "fingerprint": mail.mail.peer.to_string(),
        "at": time(mail.mail.at),
        "subject": mail.mail.subject,
        "author": Belief::of(home, mail).name(),
        "read": mail.read,
        "keep": mail.keep,
        "expires": mail.mail.expires.map(time),
    });
    if body
        && !waits
        && let Some(object) = object.as_object_mut()
    {
        object.insert("body".into(), json!(mail.mail.body));
    }
    object
}
