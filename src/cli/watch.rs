//! `mundi watch`: shows what comes into a conversation, as it comes.

use std::time::Duration;

use mundi_node::conversation::Room;
use mundi_node::home::{Home, HomeError};
use mundi_node::store::{Store, StoreError};

use super::home::{HomeArguments, of_home};
use super::room;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Show what comes into a conversation, as it comes, until Ctrl-C.
///
/// Other commands can be used meanwhile: the home is looked into once a second, and let go.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Its number, the beginning of its id, or its title; nothing where there is only one.
    conversation: Option<String>,
    /// End after so many seconds without anything new.
    #[arg(long, value_name = "SECONDS")]
    idle: Option<u64>,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let (place, unlocked) = arguments.home.unlock(screen)?;
    let key = unlocked.db_key;
    let mut holder: Box<dyn mundi_identity::pgp::Keyholder> = Box::new(unlocked.keyholder);
    let mut shown = std::collections::BTreeSet::new();
    let mut idle = 0;
    loop {
        match Store::open(&place.database(), &key) {
            Ok(store) => {
                let home = Home::of(store, holder);
                let room = home.room_of(arguments.conversation.as_deref());
                let room = room.map_err(|e| of_home(e, screen))?;
                let before = shown.len();
                print(&home, &room, &mut shown, screen)?;
                idle = if shown.len() == before { idle + 1 } else { 0 };
                drop(room);
                holder = home.into_holder();
            }
            // Another command is at it; it will not take long.
            Err(StoreError::InUse { .. }) => {}
            Err(error) => return Err(of_home(HomeError::from(error), screen)),
        }
        if arguments.idle.is_some_and(|most| idle >= most) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Prints what was not shown yet, and then how it stands.
fn print(
    home: &Home,
    room: &Room,
    shown: &mut std::collections::BTreeSet<mundi_engine::EntryId>,
    screen: &Screen,
) -> Result<(), Stop> {
    let new: Vec<_> =
        room.replica.order().into_iter().skip(1).filter(|id| !shown.contains(id)).collect();
    if new.is_empty() && !shown.is_empty() {
        return Ok(());
    }
    let text = room::with(home, room, screen.out, |transcript| {
        let lines: String = new.iter().map(|id| transcript.line(id)).collect();
        format!("{lines}{}", transcript.standing())
    });
    shown.extend(new);
    screen.answer(&text)
}
