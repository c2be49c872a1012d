//! Durations, times and sizes: as people write them, and as numbers.
//!
//! Durations and times are milliseconds (times since 1970-01-01T00:00:00Z, of the years 1970 to
//! 9999, RFC 3339); sizes are bytes.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// The last millisecond of the year 9999.
pub const MAX_TIME: i64 = 253_402_300_799_999;

/// Units of durations, largest first.
const UNITS: [(&str, i64); 6] =
    [("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1)];

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationProblem {
    /// `15`, `d`, `1x`
    #[error("this is no duration")]
    Form,
    /// `2d1w`, `1d1d`
    #[error("the parts of a duration stand largest first, each once")]
    Order,
    /// More than 64 bits of milliseconds.
    #[error("this duration is too long")]
    Large,
}

/// `1w2d` in milliseconds.
///
/// # Errors
/// What is wrong with it.
pub fn parse_duration(text: &str) -> Result<i64, DurationProblem> {
    let mut total = 0i64;
    let mut smallest = i64::MAX;
    for (number, size) in duration_parts(text)? {
        if size >= smallest {
            return Err(DurationProblem::Order);
        }
        smallest = size;
        let part = number.checked_mul(size).ok_or(DurationProblem::Large)?;
        total = total.checked_add(part).ok_or(DurationProblem::Large)?;
    }
    Ok(total)
}

/// The numbers of a duration and the milliseconds of their units, in the order written.
fn duration_parts(text: &str) -> Result<Vec<(i64, i64)>, DurationProblem> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            return Err(DurationProblem::Form);
        }
        let number = number.parse().map_err(|_| DurationProblem::Large)?;
        let letters =
            after.len() - after.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
        let (unit, after) = after.split_at(letters);
        let size = UNITS.iter().find(|(name, _)| *name == unit).ok_or(DurationProblem::Form)?.1;
        parts.push((number, size));
        rest = after;
    }
    if parts.is_empty() { Err(DurationProblem::Form) } else { Ok(parts) }
}

/// A duration whose parts stand in the wrong order, put right: `2d1w` is `1w2d`.
#[must_use]
pub fn reorder_duration(text: &str) -> Option<String> {
    let parts = duration_parts(text).ok()?;
    let mut better = String::new();
    for (unit, size) in UNITS {
        let of_unit = parts.iter().filter(|(_, s)| *s == size);
        let sum = of_unit.clone().try_fold(0i64, |sum, (n, _)| sum.checked_add(*n))?;
        if of_unit.count() > 0 {
            better.push_str(&format!("{sum}{unit}"));
        }
    }
    Some(better)
}

/// Milliseconds in d h m s (and ms): `1d12h`; nothing is `0s`.
#[must_use]
pub fn format_duration(milliseconds: i64) -> String {
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    let mut rest = milliseconds.unsigned_abs();
    let mut text = if milliseconds < 0 { "-".to_owned() } else { String::new() };
    for (unit, size) in UNITS.iter().skip(1) {
        let size = size.unsigned_abs();
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    text
}

/// `2026-01-31T18:00:00Z` (RFC 3339, any offset) as milliseconds since 1970; `None` where there is
/// no such time between 1970 and 9999. Digits after the third of a second are cut.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once('T')?;
    let mut numbers = date.split('-');
    let year: i64 = digits(numbers.next()?, 4)?;
    let month: i64 = digits(numbers.next()?, 2)?;
    let day: i64 = digits(numbers.next()?, 2)?;
    if numbers.next().is_some() || !(1..=12).contains(&month) {
        return None;
    }
    if day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let (clock, offset) = split_offset(clock)?;
    let milliseconds = days_from_civil(year, month, day) * DAY + parse_clock(clock)? - offset;
    (0..=MAX_TIME).contains(&milliseconds).then_some(milliseconds)
}

/// A clock time and its offset in milliseconds.
fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(utc) = clock.strip_suffix('Z') {
        return Some((utc, 0));
    }
    let at = clock.rfind(['+', '-'])?;
    let (clock, offset) = clock.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * HOUR + minutes * MINUTE)))
}

/// `18:00:00.250` in milliseconds since midnight.
fn parse_clock(clock: &str) -> Option<i64> {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut numbers = whole.split(':');
    let hour = digits(numbers.next()?, 2)?;
    let minute = digits(numbers.next()?, 2)?;
    let second = digits(numbers.next()?, 2)?;
    if numbers.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded: String = fraction.chars().chain("00".chars()).take(3).collect();
    let milliseconds: i64 = padded.parse().ok()?;
    Some(hour * HOUR + minute * MINUTE + second * SECOND + milliseconds)
}

/// A number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let fits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Milliseconds since 1970 in RFC 3339, UTC; milliseconds are written only where there are some.
/// A time outside the years 1970 to 9999 is written as the nearest inside.
#[must_use]
pub fn format_time(milliseconds: i64) -> String {
    let time = milliseconds.clamp(0, MAX_TIME);
    let (year, month, day) = civil_from_days(time / DAY);
    let (hour, minute, second) = (time % DAY / HOUR, time % HOUR / MINUTE, time % MINUTE / SECOND);
    let seconds = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    match time % SECOND {
        0 => format!("{seconds}Z"),
        rest => format!("{seconds}.{rest:03}Z"),
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, by counting in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// `10mb` in bytes (a kb is 1024 bytes); `None` where it is none or does not fit.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = match (text.strip_suffix("kb"), text.strip_suffix("mb")) {
        (Some(number), _) => (number, 1024),
        (_, Some(number)) => (number, 1024 * 1024),
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// Bytes in the largest unit that divides them.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    if bytes >= MB && bytes.is_multiple_of(MB) {
        format!("{}mb", bytes / MB)
    } else if bytes.is_multiple_of(KB) {
        format!("{}kb", bytes / KB)
    } else {
        format!("{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_and_written() {
        let rows = [
            ("14d", 14 * DAY, "14d"),
            ("1w2d", 9 * DAY, "9d"),
            ("1d12h", 36 * HOUR, "1d12h"),
            ("90s", 90 * SECOND, "1m30s"),
            ("250ms", 250, "250ms"),
            ("0s", 0, "0s"),
            ("1s5ms", 1_005, "1s5ms"),
        ];
        for (text, milliseconds, canonical) in rows {
            assert_eq!(parse_duration(text), Ok(milliseconds), "{text}");
            assert_eq!(format_duration(milliseconds), canonical);
        }
    }

    #[test]
    fn wrong_durations_say_what_is_wrong() {
        assert_eq!(parse_duration("2d1w"), Err(DurationProblem::Order));
        assert_eq!(parse_duration("1d1d"), Err(DurationProblem::Order));
        assert_eq!(parse_duration("15"), Err(DurationProblem::Form));
        assert_eq!(parse_duration("d"), Err(DurationProblem::Form));
        assert_eq!(parse_duration(""), Err(DurationProblem::Form));
        assert_eq!(parse_duration("99999999999999w"), Err(DurationProblem::Large));
        assert_eq!(reorder_duration("2d1w").as_deref(), Some("1w2d"));
        assert_eq!(reorder_duration("1d1d").as_deref(), Some("2d"));
    }

    #[test]
    fn times_are_read_and_written() {
        let rows = [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-01T00:00:00Z", 1_767_225_600_000),
            ("2000-02-29T12:30:45.250Z", 951_827_445_250),
            ("9999-12-31T23:59:59.999Z", MAX_TIME),
        ];
        for (text, milliseconds) in rows {
            assert_eq!(parse_time(text), Some(milliseconds), "{text}");
            assert_eq!(format_time(milliseconds), text);
        }
        assert_eq!(parse_time("2026-01-01T01:00:00+01:00"), parse_time("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn there_are_no_such_times() {
        let rows = [
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "1969-12-31T23:59:59Z",
            "2026-1-01T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
        ];
        for text in rows {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_read_and_written() {
        assert_eq!(parse_size("10mb"), Some(10_485_760));
        assert_eq!(format_size(10_485_760), "10mb");
        assert_eq!(format_size(parse_size("3kb").unwrap()), "3kb");
        assert_eq!(parse_size("3gb"), None);
    }

    proptest! {
        #[test]
        fn every_time_comes_back(milliseconds in 0..=MAX_TIME) {
            prop_assert_eq!(parse_time(&format_time(milliseconds)), Some(milliseconds));
        }

        #[test]
        fn every_duration_comes_back(milliseconds in 0..i64::MAX) {
            prop_assert_eq!(parse_duration(&format_duration(milliseconds)), Ok(milliseconds));
        }
    }
}
