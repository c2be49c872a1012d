//! `mundi broker peers`: the brokers with which one exchanges what one keeps.

use std::path::PathBuf;

use mundi_broker::{Peer, Settings};
use mundi_transport::address::BrokerAddress;

use super::of_broker;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Show, add or remove peers: brokers that exchange what they keep. Each operator lists the other.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The broker's folder.
    folder: PathBuf,
    /// Add this one (`HOST:PORT#KEY`).
    #[arg(long, value_name = "BROKER")]
    add: Vec<String>,
    /// Remove the one whose address begins so.
    #[arg(long, value_name = "BROKER")]
    remove: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut settings = Settings::load(&arguments.folder).map_err(|e| of_broker(&e))?;
    for text in &arguments.add {
        let address: BrokerAddress = text.parse().map_err(|e| Stop::Usage(format!("{e}")))?;
        let address = address.to_string();
        if settings.peers.iter().all(|peer| peer.address != address) {
            settings.peers.push(Peer { address, via: None });
        }
    }
    for text in &arguments.remove {
        let before = settings.peers.len();
        settings.peers.retain(|peer| !peer.address.starts_with(text.as_str()));
        if settings.peers.len() == before {
            return Err(Stop::Usage(format!("no peer's address begins with `{text}`")));
        }
    }
    if !arguments.add.is_empty() || !arguments.remove.is_empty() {
        settings.save(&arguments.folder).map_err(|e| of_broker(&e))?;
        screen.note("a broker that runs knows it after its next start\n");
    }
    for peer in &settings.peers {
        screen.line(&peer.address)?;
    }
    if settings.peers.is_empty() {
        screen.line("no peers")?;
    }
    Ok(())
}
