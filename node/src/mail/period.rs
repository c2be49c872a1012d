//! How long private messages stay: for a period, unless they are kept.

use mundi_lang::units::{format_duration, parse_duration};

use crate::home::{Home, HomeError};
use crate::limits::MAIL_PERIOD_MS;
use crate::store::MailNo;

/// The setting: ms in decimal digits, or nothing for ever.
const SETTING: &str = "mail period";

/// How long a message stays after it was written here or came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many ms.
    Ms(u64),
    /// For ever.
    Never,
}

impl Period {
    /// `30d`, `12h`, or `never`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "never" {
            return Some(Period::Never);
        }
        let ms = u64::try_from(parse_duration(text).ok()?).ok()?;
        (ms > 0).then_some(Period::Ms(ms))
    }

    /// When a message goes that is taken in now (ms since 1970).
    #[must_use]
    pub fn end(self, now: u64) -> Option<u64> {
        match self {
            Period::Ms(ms) => Some(now.saturating_add(ms)),
            Period::Never => None,
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Period::Ms(ms) => f.write_str(&format_duration(i64::try_from(*ms).unwrap_or(i64::MAX))),
            Period::Never => f.write_str("never"),
        }
    }
}

impl Home {
    /// How long messages stay here.
    ///
    /// # Errors
    /// As all reading.
    pub fn mail_period(&self) -> Result<Period, HomeError> {
        let Some(value) = self.store().setting(SETTING)? else {
            return Ok(Period::Ms(MAIL_PERIOD_MS));
        };
        let ms = std::str::from_utf8(&value).ok().and_then(|digits| digits.parse().ok());
        Ok(ms.map_or(Period::Never, Period::Ms))
    }

    /// Sets it, also for the messages that are here: counted from when they were written.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn set_mail_period(&mut self, period: Period) -> Result<(), HomeError> {
        let (ms, value) = match period {
            Period::Ms(ms) => (Some(ms), ms.to_string()),
            Period::Never => (None, String::new()),
        };
        Ok(self.write(|tx| {
            tx.set_setting(SETTING, value.as_bytes())?;
            tx.set_mail_period(ms)
        })?)
    }

    /// Deletes what has stayed for its period and is not kept; how many.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn purge_mail(&mut self, now: u64) -> Result<usize, HomeError> {
        Ok(self.store().purge_mail(now)?)
    }

    /// Deletes the messages that were written before a time (ms since 1970) and are not kept; how
    /// many.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn purge_mail_before(&mut self, before: u64) -> Result<usize, HomeError> {
        let mut old = self.store().mail()?;
        old.retain(|one| one.mail.at < before && !one.keep);
        let numbers: Vec<MailNo> = old.iter().map(|one| one.number).collect();
        self.write(|tx| numbers.iter().try_for_each(|number| tx.remove_mail(*number)))?;
        self.store().cut_log()?;
        Ok(numbers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written() {
        for (text, period) in [
            ("30d", Period::Ms(MAIL_PERIOD_MS)),
            ("never", Period::Never),
            ("1s", Period::Ms(1000)),
        ] {
            assert_eq!(Period::parse(text), Some(period));
            assert_eq!(period.to_string(), text);
        }
        for wrong in ["", "0s", "-1d", "soon", "30"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }
}
