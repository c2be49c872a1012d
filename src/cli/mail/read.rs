//! `mundi mail read`

use mundi_node::home::Home;
use mundi_node::store::{Direction, Mail, MailNo};

use super::Asked;
use super::shown::{self, Belief};
use crate::cli::home::of_home;
use crate::cli::plain;
use crate::stop::{Answer, Stop};

pub(super) fn run(home: &mut Home, number: MailNo, asked: Asked<'_>) -> Answer {
    let screen = asked.screen;
    let mail = shown::one(home, number, screen)?;
    if Belief::of(home, &mail) == Belief::Waiting {
        screen.note(&format!(
            "mundi: message {} is signed by a key that is not known here; it says that it is from \
             {}: add their card, and it opens (`mundi contacts add NAME FILE`)\n",
            number.0, mail.mail.peer
        ));
        return Err(Stop::No);
    }
    if asked.json {
        screen.line(&shown::json(home, &mail, true).to_string())?;
    } else {
        screen.answer(&page(home, &mail))?;
    }
    if mail.read {
        return Ok(());
    }
    home.write(|tx| tx.set_mail_read(number, true)).map_err(|e| of_home(e.into(), screen))
}

/// Header, an empty line, the text.
fn page(home: &Home, mail: &Mail) -> String {
    let one = &mail.mail;
    let name = shown::name(home, mail);
    let (from, to) = match one.direction {
        Direction::In => (name, "me".to_owned()),
        Direction::Out => ("me".to_owned(), name),
    };
    let goes = match (mail.keep, one.expires) {
        (true, _) => "kept".into(),
        (false, None) => "stays".into(),
        (false, Some(at)) => format!("goes on {}", shown::day(at)),
    };
    let mut out = format!(
        "from     {from}\nto       {to}\nsigned   {}\ndate     {}, {goes}\n",
        signed(home, mail),
        shown::time(one.at),
    );
    if !one.subject.is_empty() {
        out.push_str(&format!("subject  {}\n", plain::line(&one.subject)));
    }
    out.push('\n');
    out.push_str(&plain::text(&one.body));
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Who wrote it, and what that is worth.
fn signed(home: &Home, mail: &Mail) -> String {
    let author = shown::author(home, mail);
    let peer = mail.mail.peer;
    match (mail.mail.direction, Belief::of(home, mail)) {
        (Direction::In, Belief::Verified | Belief::Signed) => format!("{author}, key {peer}"),
        (Direction::In, _) => format!("{author}: anybody could have written it"),
        (Direction::Out, _) => author,
    }
}
