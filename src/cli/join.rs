//! `mundi join`: takes part in a conversation to which one is invited.

use std::path::PathBuf;
use std::time::Duration;

use mundi_node::clock;
use mundi_node::conversation::Room;
use mundi_node::home::Home;
use mundi_node::network::{Exchange, ExchangeEnd, News, Online, Progress, Timing};
use mundi_node::store::ConversationNo;

use super::home::{HomeArguments, of_home};
use super::{live, room};
use crate::live::{news, runtime};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Take part in a conversation to which you are invited, and hold it live.
///
/// Waits for an invitation where none has come. With a file it is what `mundi export` wrote for you; with
/// a code, the beginning of a conversation's id, as its opener's screen shows it, it is that one.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A file, or the beginning of the conversation's id; nothing: the next one to which you are invited.
    #[arg(value_name = "CODE|FILE", value_hint = clap::ValueHint::FilePath)]
    what: Option<String>,
    /// Through this broker (`HOST:PORT#KEY`), which is added to those that you know.
    #[arg(long, value_name = "BROKER")]
    via: Vec<String>,
    /// Wait so long for an invitation.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait: u64,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    live::via(&mut home, &arguments.via, screen)?;
    let file = arguments.what.as_ref().map(PathBuf::from).filter(|path| path.is_file());
    let room = match (file, &arguments.what) {
        (Some(path), _) => by_file(&mut home, &path, screen)?,
        (None, Some(code)) if home.find(Some(code)).is_ok() => {
            home.room_of(Some(code)).map_err(|e| of_home(e, screen))?
        }
        (None, code) => invited(&mut home, code.as_deref(), arguments.wait, screen)?,
    };
    screen.line(&room::name(&room.row))?;
    live::hold(&mut home, room, None, screen)
}

fn by_file(home: &mut Home, path: &std::path::Path, screen: &Screen) -> Result<Room, Stop> {
    let bytes = crate::files::read_bytes(path, mundi_node::limits::BUNDLE_BYTES as u64)?;
    let imported = home.import(&bytes, None, clock::now()).map_err(|e| of_home(e, screen))?;
    Ok(imported.room)
}

/// Waits for an invitation.
fn invited(
    home: &mut Home,
    code: Option<&str>,
    seconds: u64,
    screen: &Screen,
) -> Result<Room, Stop> {
    screen.note("waiting for an invitation; Ctrl-C ends\n");
    let found = runtime()?.block_on(async {
        let waiting = wait_for(home, code, screen);
        tokio::time::timeout(Duration::from_secs(seconds), waiting).await
    });
    let number = match found {
        Ok(Ok(number)) => number,
        Ok(Err(ExchangeEnd::Link(error))) => return Err(Stop::Environment(error.to_string())),
        Ok(Err(ExchangeEnd::Home(error))) => return Err(of_home(error, screen)),
        Err(_) => {
            screen.note(&format!("mundi: no invitation has come within {seconds} s\n"));
            return Err(Stop::No);
        }
    };
    let row = home.store().conversation(number).map_err(|e| of_home(e.into(), screen))?;
    let row = row.ok_or_else(|| Stop::Environment("the conversation is gone".into()))?;
    home.room(&row).map_err(|e| of_home(e, screen))
}

async fn wait_for(
    home: &mut Home,
    code: Option<&str>,
    screen: &Screen,
) -> Result<ConversationNo, ExchangeEnd> {
    let link = home.connect(None).await?;
    screen.note(&format!("{}\n", link.standing()));
    let mut exchange = Exchange::begin(home, link, Online::new(), Timing::default()).await?;
    let mut progress = exchange.catch_up(home).await?;
    loop {
        for one in &progress {
            if let Some(line) = news::line(home, one) {
                screen.note(&format!("{line}\n"));
            }
            if let Progress::News(News::Invited(number, _)) = one
                && code.is_none_or(|code| is(home, *number, code))
            {
                return Ok(*number);
            }
        }
        progress = exchange.next(home).await?;
    }
}

fn is(home: &Home, number: ConversationNo, code: &str) -> bool {
    let row = home.store().conversation(number).ok().flatten();
    row.is_some_and(|row| row.id.to_string().starts_with(&code.to_lowercase()))
}
