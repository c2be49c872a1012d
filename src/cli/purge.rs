//! `mundi purge`: deletes what is old, or everything.

use mundi_lang::units::{parse_duration, parse_time};
use mundi_node::erase::{self, Erased};
use mundi_node::mail::Period;
use mundi_node::place::Place;
use mundi_node::store::{Store, StoreError};
use mundi_node::{agent, clock};
use serde_json::json;

use super::handed;
use super::home::{HomeArguments, of_agent, of_home};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// What is to be typed before everything goes.
const WORD: &str = "everything";

/// Delete private messages that are old, in and out, but for those that are kept.
///
/// Without options, those go that have stayed for their period: 30 days, where nothing else was
/// set. They go by themselves too, whenever you look at your messages. What is deleted is
/// overwritten.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Delete those that were written before this time: `2026-01-31T18:00:00Z` or `2026-01-31`.
    #[arg(long, value_name = "TIME", value_parser = time)]
    before: Option<u64>,
    /// Delete those that are older than this: `30d`, `12h`.
    #[arg(long, value_name = "AGE", value_parser = age, conflicts_with = "before")]
    older_than: Option<u64>,
    /// From now on, messages stay for this long: `30d`, or `never` for as long as you like.
    #[arg(long, value_name = "AGE", value_parser = period)]
    period: Option<Period>,
    /// Remove the whole home instead: keys, contacts, conversations, messages. It asks for the
    /// passphrase, and for a word.
    #[arg(long, conflicts_with_all = ["before", "older_than", "period"])]
    everything: bool,
    /// Do not ask for the word.
    #[arg(long, requires = "everything")]
    yes: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

fn time(text: &str) -> Result<u64, String> {
    let ms = parse_time(text).or_else(|| parse_time(&format!("{text}T00:00:00Z")));
    ms.and_then(|ms| u64::try_from(ms).ok())
        .ok_or_else(|| "write a time like 2026-01-31T18:00:00Z, or a day like 2026-01-31".into())
}

fn age(text: &str) -> Result<u64, String> {
    let ms = parse_duration(text).ok().and_then(|ms| u64::try_from(ms).ok());
    ms.ok_or_else(|| "write an age like 30d, 2w or 12h".into())
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| "write an age like 30d, 2w or 12h, or `never`".into())
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    if arguments.everything {
        return everything(arguments, screen);
    }
    let mut home = arguments.home.enter(screen)?;
    let now = clock::now();
    if let Some(period) = arguments.period {
        home.set_mail_period(period).map_err(|e| of_home(e, screen))?;
    }
    let before = arguments.before.or(arguments.older_than.map(|age| now.saturating_sub(age)));
    let mut count = home.purge_mail(now).map_err(|e| of_home(e, screen))?;
    if let Some(before) = before {
        count += home.purge_mail_before(before).map_err(|e| of_home(e, screen))?;
    }
    let period = home.mail_period().map_err(|e| of_home(e, screen))?;
    if arguments.json {
        let answer = json!({"deleted": count, "period": period.to_string()});
        return screen.line(&answer.to_string());
    }
    let gone = match count {
        0 => "nothing was to be deleted".to_owned(),
        1 => "1 message is deleted and overwritten".to_owned(),
        n => format!("{n} messages are deleted and overwritten"),
    };
    screen.line(&match period {
        Period::Never => format!("{gone}; messages stay until you delete them"),
        period => format!("{gone}; messages that are not kept go after {period}"),
    })
}

/// The whole home.
fn everything(arguments: &Arguments, screen: &Screen) -> Answer {
    let (place, unlocked) = arguments.home.unlock_by_asking(screen)?;
    let shown = place.folder().display().to_string();
    // Nobody may be writing there. A database that is damaged goes like any other.
    match Store::open(&place.database(), &unlocked.db_key) {
        Err(e @ StoreError::InUse { .. }) => return Err(of_home(e.into(), screen)),
        _closed_again => {}
    }
    if !arguments.yes {
        sure(&place, screen)?;
    }
    agent::lock(&place).map_err(|e| of_agent(&e))?;
    let erased = erase::erase(&place).map_err(|e| Stop::Environment(e.to_string()))?;
    if arguments.json {
        return screen.line(&json!({"erased": shown}).to_string());
    }
    screen.line(&match erased {
        Erased::Folder => format!("{shown} is overwritten and gone"),
        Erased::Files(n) => {
            format!("the home at {shown} is overwritten and gone; {n} files there are not its own")
        }
    })
}

/// Whether somebody means it.
fn sure(place: &Place, screen: &Screen) -> Result<(), Stop> {
    let question = format!(
        "All of {} goes for good: keys, contacts, conversations, messages. Only the seed phrase \
         brings the identity back, and only a backup the rest.\nType `{WORD}` to go on: ",
        place.folder().display()
    );
    match handed::line(&question, screen) {
        None => Err(Stop::Usage(
            "nobody can be asked here whether everything is to go; say so with `--yes`".into(),
        )),
        Some(answer) if answer.trim() == WORD => Ok(()),
        Some(_) => {
            screen.note("mundi: nothing is deleted\n");
            Err(Stop::No)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ages_are_read() {
        assert_eq!(time("2026-01-01"), Ok(1_767_225_600_000));
        assert_eq!(time("2026-01-01T00:00:01Z"), Ok(1_767_225_601_000));
        assert_eq!(age("1d"), Ok(86_400_000));
        assert_eq!(period("never"), Ok(Period::Never));
        for wrong in ["", "soon", "2026-13-01", "-1d"] {
            assert!(time(wrong).is_err() && age(wrong).is_err() && period(wrong).is_err());
        }
    }
}
