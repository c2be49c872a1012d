//! What is known of a parcel without reading it: its subject and one header.

use async_nats::HeaderMap;
use mundi_transport::wire::{Kind, Mailbox};

use crate::keys::{hex, unhex};

/// The header.
const ABOUT: &str = "M";
/// The header by which JetStream forgets a message (ADR-43).
const TTL: &str = "Nats-TTL";

/// A parcel in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it lies.
    pub mailbox: Mailbox,
    /// The envelope's hash.
    pub hash: [u8; 32],
    /// The envelope's bytes.
    pub size: u64,
    /// The broker to which it was first given.
    pub origin: [u8; 32],
    /// When it is forgotten, in ms since 1970.
    pub expires: u64,
}

impl Row {
    /// Its subject: `b.<kind>.<mailbox>.<hash>`.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("b.{}.{}", self.mailbox, hex(&self.hash))
    }

    /// Its subject where so many before it are taken by what cannot be read: an `x` more for each.
    #[must_use]
    pub fn subject_after(&self, damaged: usize) -> String {
        format!("{}{}", self.subject(), "x".repeat(damaged))
    }

    /// Its headers; `own` is the key of this broker, `asked` is what the parcel says of its expiry.
    #[must_use]
    pub fn headers(&self, own: &[u8; 32], asked: u64, now: u64) -> HeaderMap {
        let origin = if self.origin == *own { "-".into() } else { hex(&self.origin) };
        let mut headers = HeaderMap::new();
        headers.insert(ABOUT, format!("{asked}.{}.{origin}", self.size));
        if asked != 0 {
            let seconds = asked.saturating_sub(now).div_ceil(1_000).max(1);
            headers.insert(TTL, format!("{seconds}s"));
        }
        headers
    }

    /// A row as it was stored; `until` is when the store forgets it at the latest.
    #[must_use]
    pub fn read(subject: &str, headers: &HeaderMap, own: &[u8; 32], until: u64) -> Option<Self> {
        let mut words = subject.strip_prefix("b.")?.split('.');
        let kind = match words.next()? {
            "t" => Kind::Tag,
            "i" => Kind::Inbox,
            "p" => Kind::Policy,
            _ => return None,
        };
        let mailbox = Mailbox { kind, name: unhex(words.next()?)? };
        let hash = unhex(words.next()?.trim_end_matches('x'))?;
        let mut about = headers.get(ABOUT)?.as_str().split('.');
        let asked: u64 = about.next()?.parse().ok()?;
        let size = about.next()?.parse().ok()?;
        let origin = about.next()?;
        let origin = if origin == "-" { *own } else { unhex(origin)? };
        Some(Self { mailbox, hash, size, origin, expires: until_when(asked, until) })
    }
}

/// When something is forgotten that asks for `asked` (0: nothing) in a store that keeps it `until`.
#[must_use]
pub fn until_when(asked: u64, until: u64) -> u64 {
    if asked == 0 { until } else { asked.min(until) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_from_subject_and_header() {
        let own = [1; 32];
        for (mailbox, origin, asked) in [
            (Mailbox::tag([7; 16]), own, 0),
            (Mailbox::inbox([8; 16]), [2; 32], 5_000),
            (Mailbox::policy([9; 16]), [3; 32], 90_000),
        ] {
            let row = Row {
                mailbox,
                hash: [4; 32],
                size: 633,
                origin,
                expires: until_when(asked, 50_000),
            };
            let headers = row.headers(&own, asked, 1_000);
            assert_eq!(Row::read(&row.subject(), &headers, &own, 50_000), Some(row));
            assert_eq!(Row::read(&row.subject_after(2), &headers, &own, 50_000), Some(row));
            assert_eq!(headers.get(TTL).is_some(), asked != 0);
        }
    }
}
