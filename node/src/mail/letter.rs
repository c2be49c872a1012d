//! What is in the seal: four lines of header, an empty line, the text.

use mundi_identity::Fingerprint;
use mundi_lang::units::{format_time, parse_time};

use super::MailError;
use crate::limits::{MAIL_BYTES, MAIL_HEADER_LINES, MAIL_SUBJECT_BYTES};

/// Times in letters have no seconds: they would tell more than anybody needs.
const MINUTE: u64 = 60_000;

/// A private message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Whose it says it is.
    pub from: Fingerprint,
    /// For whom it was written.
    pub to: Fingerprint,
    /// When, in ms since 1970, to the minute.
    pub date: u64,
    /// What it is about, one line; empty where nothing was said.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl Letter {
    /// A new one. `date` (ms since 1970) is cut to its minute.
    ///
    /// # Errors
    /// The subject does not fit into a line; the text is too long; both are empty.
    pub fn new(
        from: Fingerprint,
        to: Fingerprint,
        date: u64,
        subject: &str,
        body: &str,
    ) -> Result<Self, MailError> {
        let subject = subject.trim();
        if body.len() > MAIL_BYTES {
            return Err(MailError::Long(body.len()));
        }
        if !is_line(subject) {
            return Err(MailError::Subject);
        }
        if subject.is_empty() && body.trim().is_empty() {
            return Err(MailError::Empty);
        }
        let date = date - date % MINUTE;
        Ok(Self { from, to, date, subject: subject.into(), body: body.into() })
    }

    /// The text that is signed and sealed.
    #[must_use]
    pub fn text(&self) -> String {
        let date = format_time(i64::try_from(self.date).unwrap_or(0));
        let Self { from, to, subject, body, .. } = self;
        format!("From: {from}\nTo: {to}\nDate: {date}\nSubject: {subject}\n\n{body}")
    }

    /// Reads [`Self::text`]. Lines may end as Windows ends them, header names have any case, and
    /// lines of the header that are not known are passed over.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub fn parse(text: &[u8]) -> Result<Self, MailError> {
        let text = std::str::from_utf8(text).map_err(|_| MailError::Form("it is no UTF-8 text"))?;
        let mut header = Header::default();
        let mut rest = text;
        for _ in 0..MAIL_HEADER_LINES {
            let (line, after) =
                rest.split_once('\n').ok_or(MailError::Form("no empty line ends its header"))?;
            rest = after;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                return header.letter(rest);
            }
            header.line(line)?;
        }
        Err(MailError::Form("its header has too many lines"))
    }
}

/// The lines of a header that are known, as far as they have been read.
#[derive(Default)]
struct Header<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    date: Option<&'a str>,
    subject: Option<&'a str>,
}

impl<'a> Header<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), MailError> {
        let (name, value) =
            line.split_once(':').ok_or(MailError::Form("a line of its header has no `:`"))?;
        let place = match name.trim().to_ascii_lowercase().as_str() {
            "from" => &mut self.from,
            "to" => &mut self.to,
            "date" => &mut self.date,
            "subject" => &mut self.subject,
            _ => return Ok(()),
        };
        match place.replace(value.trim()) {
            None => Ok(()),
            Some(_) => Err(MailError::Form("a line of its header stands there twice")),
        }
    }

    fn letter(&self, body: &str) -> Result<Letter, MailError> {
        let form = MailError::Form;
        let from = self.from.and_then(print).ok_or(form("its `From` is no fingerprint"))?;
        let to = self.to.and_then(print).ok_or(form("its `To` is no fingerprint"))?;
        let date = self.date.and_then(parse_time).and_then(|ms| u64::try_from(ms).ok());
        let date = date.ok_or(form("its `Date` is no time"))?;
        let subject = self.subject.unwrap_or("");
        if !is_line(subject) {
            return Err(form("its subject is no line of text"));
        }
        if body.len() > MAIL_BYTES {
            return Err(MailError::Long(body.len()));
        }
        Ok(Letter { from, to, date, subject: subject.into(), body: body.into() })
    }
}

fn is_line(text: &str) -> bool {
    text.len() <= MAIL_SUBJECT_BYTES && !text.chars().any(char::is_control)
}

/// A fingerprint in hexadecimal digits, large or small, in groups or not.
fn print(text: &str) -> Option<Fingerprint> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    let bytes: Vec<u8> = digits.chunks(2).map(byte).collect::<Option<_>>()?;
    Fingerprint::new(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print_of(byte: u8) -> Fingerprint {
        Fingerprint::new(&[byte; 20]).unwrap()
    }

    fn letter(subject: &str, body: &str) -> Result<Letter, MailError> {
        Letter::new(print_of(1), print_of(0xab), 1_767_225_659_999, subject, body)
    }

    #[test]
    fn a_letter_is_read_as_it_was_written_and_its_time_has_no_seconds() {
        let armored = "-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n";
        for body in ["", "hello", "\n\n two\n\nFrom: nobody\r\n", armored, "ünï\u{1F600}"] {
            let letter = letter("a: b", body).unwrap();
            assert!(letter.text().contains("\nDate: 2026-01-01T00:00:00Z\n"), "{}", letter.text());
            assert_eq!(Letter::parse(letter.text().as_bytes()).unwrap(), letter);
        }
    }

    #[test]
    fn the_form_of_a_letter_is_fixed() {
        insta::assert_snapshot!(letter("a lamp", "Hello Ben,\n\nstill there?\n").unwrap().text());
    }

    #[test]
    fn letters_that_people_write_by_hand_are_read() {
        let by_hand = "to: ABAB ABAB ABAB ABAB ABAB  ABAB ABAB ABAB ABAB ABAB\r\n\
                       FROM: 0101010101010101010101010101010101010101\r\nX-Other: 1\r\n\
                       Date: 2026-01-01T01:00:30+01:00\r\n\r\nHello\r\n";
        let read = Letter::parse(by_hand.as_bytes()).unwrap();
        assert_eq!((read.from, read.to), (print_of(1), print_of(0xab)));
        assert_eq!((read.date, read.subject.as_str()), (1_767_225_630_000, ""));
        assert_eq!(read.body, "Hello\r\n");
    }

    #[test]
    fn what_is_no_letter_says_why() {
        let good = letter("s", "b").unwrap().text();
        let many = format!("{}{good}", "X: 1\n".repeat(40));
        for (text, why) in [
            ("hello", "no empty line"),
            ("hello\n\nyou", "has no `:`"),
            ("\nhello", "`From` is no fingerprint"),
            (&good.replace("From: 01", "From: "), "`From` is no fingerprint"),
            (&good.replace("To: ab", "To: xy"), "`To` is no fingerprint"),
            (&good.replace("2026", "soon"), "`Date` is no time"),
            (&good.replace("Subject: s", "Subject: \u{1b}[2J"), "subject"),
            (&good.replace("Subject", "To"), "twice"),
            (&many, "too many lines"),
        ] {
            let found = Letter::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(found.contains(why), "{text}: {found}");
        }
        assert!(Letter::parse(b"From: \xff\n\n").is_err());
    }

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(letter("", " \n"), Err(MailError::Empty));
        assert_eq!(letter("a\nb", "x"), Err(MailError::Subject));
        assert_eq!(letter(&"s".repeat(MAIL_SUBJECT_BYTES + 1), "x"), Err(MailError::Subject));
        assert!(letter("", &"x".repeat(MAIL_BYTES)).is_ok());
        assert_eq!(letter("", &"x".repeat(MAIL_BYTES + 1)), Err(MailError::Long(MAIL_BYTES + 1)));
    }
}
