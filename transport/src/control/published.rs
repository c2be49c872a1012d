//! Whether an onion service can be found: what Tor tells of its descriptors (control-spec, HS_DESC).
//!
//! A service has two descriptors, of this period and of the next one, each kept by some directories.
//! Clients ask any of these, so the first upload is not enough for a connection at first try.

use std::time::Duration;

use tokio::time::Instant;

/// Nothing more may be announced for so long before all counts as announced.
const QUIET: Duration = Duration::from_secs(1);
/// So long after the first upload the rest is not waited for: some directory is always slow.
const ENOUGH: Duration = Duration::from_secs(15);

/// The uploads of one service.
#[derive(Debug)]
pub(super) struct Published<'a> {
    service: &'a str,
    announced: usize,
    settled: usize,
    first: Option<Instant>,
    last: Instant,
}

impl<'a> Published<'a> {
    /// Nothing is uploaded yet.
    pub(super) fn new(service: &'a str, now: Instant) -> Self {
        Self { service, announced: 0, settled: 0, first: None, last: now }
    }

    /// Takes what an event says: `HS_DESC ACTION SERVICE …`.
    pub(super) fn hear(&mut self, event: &str, now: Instant) {
        let mut words = event.split(' ');
        let (kind, action, service) = (words.next(), words.next(), words.next());
        if kind != Some("HS_DESC") || service != Some(self.service) {
            return;
        }
        match action {
            Some("UPLOAD") => self.announced += 1,
            Some("UPLOADED") => {
                self.settled += 1;
                self.first.get_or_insert(now);
            }
            Some("FAILED") => self.settled += 1,
            _ => return,
        }
        self.last = now;
    }

    /// When it counts as published, if nothing more is heard; `None` if it does not without more.
    pub(super) fn at(&self) -> Option<Instant> {
        let enough = self.first? + ENOUGH;
        let quiet = self.last + QUIET;
        Some(if self.settled >= self.announced { quiet.min(enough) } else { enough })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_when_all_directories_have_it_or_after_a_while() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for (events, wanted) in [
            (vec![], None),
            (vec![(1, "UPLOAD x")], None),
            (vec![(1, "UPLOADED y")], None),
            (vec![(1, "UPLOAD x"), (2, "FAILED x")], None),
            (vec![(1, "REQUESTED x"), (1, "UPLOADEDx")], None),
            (vec![(1, "UPLOAD x"), (2, "UPLOADED x")], Some(3)),
            (vec![(1, "UPLOAD x"), (1, "UPLOAD x"), (2, "UPLOADED x")], Some(17)),
            (vec![(1, "UPLOAD x"), (1, "UPLOAD x"), (2, "UPLOADED x"), (4, "FAILED x")], Some(5)),
            (
                vec![(1, "UPLOAD x"), (2, "UPLOADED x"), (2, "UPLOAD x"), (9, "UPLOADED x")],
                Some(10),
            ),
        ] {
            let mut published = Published::new("x", start);
            for (seconds, event) in &events {
                let event = format!("HS_DESC {event} UNKNOWN $AB~relay HSDIR_INDEX=1");
                published.hear(&event, at(*seconds));
            }
            assert_eq!(published.at(), wanted.map(at), "{events:?}");
        }
    }
}
