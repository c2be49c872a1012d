//! What `converse` and `join` share: a conversation that is held through brokers.

use std::path::Path;

use mundi_node::conversation::Room;
use mundi_node::home::Home;

use super::home::of_home;
use super::{net, open, room};
use crate::live::{keys::Keys, runtime, talk::Talk};
use crate::prompt::What;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Adds the brokers that were named.
pub(super) fn via(home: &mut Home, brokers: &[String], screen: &Screen) -> Answer {
    if brokers.is_empty() {
        return Ok(());
    }
    let mut network = home.network().map_err(|e| of_home(e, screen))?;
    for broker in brokers {
        net::add(&mut network, broker, screen)?;
    }
    home.set_network(&network).map_err(|e| of_home(e, screen))
}

/// Holds a conversation until the person leaves.
pub(super) fn hold(home: &mut Home, room: Room, export: Option<&Path>, screen: &Screen) -> Answer {
    let number = room.row.number;
    let colour = screen.out;
    let show = |home: &Home, room: &Room, what: &What<'_>| {
        room::with(home, room, colour, |transcript| what(transcript))
    };
    let keys = Keys::of_process(*screen)?;
    let accepted = runtime()?.block_on(Talk::new(home, room, &show, keys).run())?;
    if let Some(path) = export {
        let row = home.store().conversation(number).map_err(|e| of_home(e.into(), screen))?;
        if let Some(row) = row {
            let mut room = home.room(&row).map_err(|e| of_home(e, screen))?;
            open::export(home, &mut room, path, screen)?;
        }
    }
    if accepted { Ok(()) } else { Err(Stop::No) }
}
