//! `mundi net key`: one's key for a broker that lets in by key only.

use std::net::SocketAddr;

use mundi_node::home::Home;
use mundi_transport::control::Control;
use mundi_transport::onion::{ClientKey, OnionAddress, Onions};

use crate::cli::home::of_home;
use crate::live::runtime;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Your key for an onion service that only lets in who has one: shows what its operator needs, and gives
/// the secret half to your Tor.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The service: `….onion`.
    host: String,
    /// The control port of the Tor on this machine: 127.0.0.1:9051. Tor forgets the key when it ends.
    #[arg(long, value_name = "IP:PORT")]
    control: Option<SocketAddr>,
}

pub(super) fn run(arguments: &Arguments, home: &mut Home, screen: &Screen) -> Answer {
    let service: OnionAddress = arguments.host.parse().map_err(|e| Stop::Usage(format!("{e}")))?;
    let seed = home.onion_seed(service.service()).map_err(|e| of_home(e, screen))?;
    let key = ClientKey::new(*seed);
    screen.line(&key.public().to_string())?;
    let Some(at) = arguments.control else {
        screen.note(
            "give this to the broker's operator (`mundi broker run … --client KEY`); with --control it is \
             given to your Tor\n",
        );
        return Ok(());
    };
    let admitted = runtime()?.block_on(async {
        let control = Control::connect(at, None).await?;
        control.admit(service, key).await
    });
    admitted.map_err(|e| Stop::Environment(e.to_string()))?;
    screen.note("your Tor shows it to that service until it ends\n");
    Ok(())
}
