//! `mundi unlock`: the passphrase once, for some hours.

use mundi_lang::units::parse_duration;
use mundi_node::agent::{self, Started};
use mundi_node::limits::{AGENT_MOST_SECONDS, AGENT_SECONDS};
use mundi_node::place::Place;
use mundi_node::unlock;

use super::home::{HomeArguments, of_agent, of_unlock};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Give the passphrase once, for some hours.
///
/// A process in the background remembers the keys until `mundi lock`, the end of the time, or the
/// end of the session, whichever comes first. Other users cannot ask it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// How long: `30m`, `8h`, at most 7d.
    #[arg(long = "for", value_name = "TIME", default_value = "8h", value_parser = seconds)]
    time: u64,
}

/// `8h` in seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let ms = parse_duration(text).ok().and_then(|ms| u64::try_from(ms).ok());
    match ms.map(|ms| ms / 1000) {
        None | Some(0) => Err("write a time like 30m, 8h or 2d".into()),
        Some(s) if s > AGENT_MOST_SECONDS => {
            Err(format!("at most {} are possible", spoken(AGENT_MOST_SECONDS)))
        }
        Some(seconds) => Ok(seconds),
    }
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let place = arguments.home.place(screen)?;
    if agent::status(&place).map_err(|e| of_agent(&e))?.is_some() {
        return already(&place, arguments, screen);
    }
    let keyring = arguments.home.keyring();
    let unlocked = unlock::by_asking(&place, arguments.home.wishes(), keyring.as_ref());
    let unlocked = unlocked.map_err(|e| of_unlock(&e, screen))?;
    let program = std::env::current_exe()
        .map_err(|e| Stop::Environment(format!("this program's own file is unknown: {e}")))?;
    match agent::start(&program, &place, &unlocked, arguments.time).map_err(|e| of_agent(&e))? {
        Started::Taken => already(&place, arguments, screen),
        Started::Ready => screen.line(&format!(
            "unlocked for {}; `mundi lock` ends it earlier",
            spoken(arguments.time)
        )),
    }
}

/// What an agent that is there will do. Its time stays what it is.
fn already(place: &Place, arguments: &Arguments, screen: &Screen) -> Answer {
    let status = agent::status(place).map_err(|e| of_agent(&e))?;
    let left = status.map_or(0, |status| status.seconds);
    screen.line(&format!("unlocked already, for {} more", spoken(left)))?;
    // Nobody may believe in a shorter time than there is.
    if arguments.time != AGENT_SECONDS && left > arguments.time {
        screen.note("mundi: the time stays as it is; to change it, `mundi lock` first\n");
        return Err(Stop::No);
    }
    Ok(())
}

/// Seconds as people say them: `7 h 59 min`.
fn spoken(seconds: u64) -> String {
    let minutes = seconds / 60;
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, 0, _) => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_spoken() {
        for (text, number, words) in [
            ("8h", 28_800, "8 h"),
            ("90m", 5_400, "1 h 30 min"),
            ("5s", 5, "5 s"),
            ("7d", 604_800, "7 d"),
        ] {
            assert_eq!(seconds(text), Ok(number), "{text}");
            assert_eq!(spoken(number), words);
        }
        for wrong in ["0s", "8d", "-1h", "soon", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seconds("8h"), Ok(AGENT_SECONDS), "the default");
    }
}
