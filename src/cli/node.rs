//! `mundi node`: a leaf, that keeps and forwards sealed envelopes while nothing else runs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mundi_broker::leaf::{self, Leaf, LeafKeys, LeafOptions, LeafSettings, Upstream};
use mundi_transport::leaf_link::{LeafEntrance, LeafLink};
use mundi_transport::link::{Link, LinkError};

use super::broker::{interrupted, of_broker};
use super::home::{HomeArguments, of_home};
use crate::live::runtime;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Run a leaf: it keeps and forwards this home's envelopes.
///
/// Also while the home is locked. It has no key of the home's owner, and can read nothing. It needs nats-server 2.15 or later: in PATH, or
/// named by MUNDI_NATS_SERVER. Without it everything works directly.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Init(Init),
    /// Run it, until Ctrl-C.
    Run(Folder),
    /// Say at which broker a leaf is, and what waits in it.
    Status(Folder),
}

#[derive(clap::Args)]
struct Folder {
    /// Its folder.
    #[arg(value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

/// Make a leaf's folder: its keys and its settings, in `leaf.json`.
///
/// With `--broker` its brokers are those, else those of the home, which is unlocked for that.
#[derive(clap::Args)]
struct Init {
    /// The folder.
    folder: PathBuf,
    /// Where it listens: on this machine. Port 0 is any free one.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4223")]
    listen: SocketAddr,
    /// A broker: `HOST:PORT#KEY`, with `@PORT` at its end where its port for leaves is not 3200 above.
    #[arg(long = "broker", value_name = "BROKER")]
    brokers: Vec<String>,
    /// What the operator of the brokers has given you to be let in.
    #[arg(long, value_name = "CODE", requires = "brokers")]
    invitation: Option<String>,
    /// Tor's SOCKS proxy: 127.0.0.1:9050.
    #[arg(long, value_name = "IP:PORT")]
    tor: Option<SocketAddr>,
    /// I2P's SOCKS proxy: 127.0.0.1:4447.
    #[arg(long, value_name = "IP:PORT")]
    i2p: Option<SocketAddr>,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    match &arguments.command {
        Command::Init(init) => self::init(init, screen),
        Command::Run(Folder { folder }) => runtime()?.block_on(serve(folder, screen)),
        Command::Status(Folder { folder }) => runtime()?.block_on(status(folder, screen)),
    }
}

fn init(init: &Init, screen: &Screen) -> Answer {
    let mut settings = LeafSettings {
        listen: init.listen,
        tor: init.tor,
        i2p: init.i2p,
        ..LeafSettings::default()
    };
    for text in &init.brokers {
        let broker = Upstream::parse(text).map_err(Stop::Usage)?;
        settings.brokers.push(Upstream { invitation: init.invitation.clone(), ..broker });
    }
    if init.brokers.is_empty() {
        of_settings(init, &mut settings, screen)?;
    }
    leaf::init(&init.folder, &settings).map_err(|e| of_broker(&e))?;
    let folder = init.folder.display();
    screen.line(&format!("made a leaf in {folder}"))?;
    screen.note(&format!("start it: mundi node run {folder}\nuse it: mundi net leaf {folder}\n"));
    Ok(())
}

/// Brokers and proxies as the home has them.
fn of_settings(init: &Init, settings: &mut LeafSettings, screen: &Screen) -> Answer {
    let home = init.home.enter(screen)?;
    let network = home.network().map_err(|e| of_home(e, screen))?;
    if network.brokers.is_empty() {
        let text = "the home knows no brokers: give `--broker HOST:PORT#KEY`";
        return Err(Stop::Usage(text.into()));
    }
    settings.tor = settings.tor.or(network.tor);
    settings.i2p = settings.i2p.or(network.i2p);
    settings.clearnet = network.clearnet.clone();
    for broker in &network.brokers {
        let invitation = home.token_for(broker).map_err(|e| of_home(e, screen))?;
        let address = broker.to_string();
        settings.brokers.push(Upstream { address, leaves: None, invitation });
    }
    Ok(())
}

async fn serve(folder: &Path, screen: &Screen) -> Answer {
    let leaf = Leaf::start(folder, LeafOptions::default()).await.map_err(|e| of_broker(&e))?;
    screen.line(&format!("runs: {}", leaf.address()))?;
    let mut known = None;
    loop {
        tokio::select! {
            () = interrupted() => break,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        let broker = leaf.status().await.ok().and_then(|status| status.broker);
        if broker != known {
            let text = broker.as_ref().map_or_else(|| "no broker".into(), ToString::to_string);
            screen.note(&format!("at {text}\n"));
            known = broker;
        }
    }
    leaf.stop().await;
    screen.line("stopped")
}

async fn status(folder: &Path, screen: &Screen) -> Answer {
    let settings = LeafSettings::load(folder).map_err(|e| of_broker(&e))?;
    let keys = LeafKeys::read(folder).map_err(|e| of_broker(&e))?;
    screen.line(&format!("address on this machine: {}", settings.address(&keys)))?;
    for broker in &settings.brokers {
        screen.line(&format!("broker: {}", broker.address))?;
    }
    match asked(&settings, &keys).await {
        Ok((link, out, letters)) => {
            screen.line(&link.standing().to_string())?;
            screen.line(&format!("{out} wait to be put at a broker, {letters} to be read"))
        }
        Err(error) => screen.line(&format!("it does not run: {error}")),
    }
}

async fn asked(
    settings: &LeafSettings,
    keys: &LeafKeys,
) -> Result<(LeafLink, u64, u64), LinkError> {
    let brokers = settings.brokers.iter().filter_map(|one| Some(one.read().ok()?.0)).collect();
    let entrance = LeafEntrance::new(settings.address(keys), &keys.home.seed(), brokers)?;
    let link = entrance.with_timeout(Duration::from_secs(5)).connect().await?;
    let (out, letters) = link.lengths().await?;
    // Where there is no answer, there is no broker: that is how it stands.
    let _broker = link.info().await;
    Ok((link, out, letters))
}
