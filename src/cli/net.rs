//! `mundi net`: how this home reaches others.

mod key;
mod leaf;

use std::net::SocketAddr;
use std::path::PathBuf;

use mundi_node::home::Home;
use mundi_node::network::Network;
use mundi_transport::address::{BrokerAddress, Network as Kind, network};
use serde_json::json;

use super::home::{HomeArguments, of_home};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Show or set how this home reaches others: proxies and brokers.
///
/// Without a proxy only brokers on this machine can be reached. Names are looked up by the proxy, never
/// here.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// One JSON object on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Tor's SOCKS proxy: `127.0.0.1:9050`, or `off`.
    Tor {
        /// Its address on this machine, or `off`.
        address: String,
    },
    /// I2P's SOCKS proxy: `127.0.0.1:4447`, or `off`.
    I2p {
        /// Its address on this machine, or `off`.
        address: String,
    },
    /// Whether others are told what you have read: `on`, or `off`, as it is at first.
    Receipts {
        /// `on` or `off`.
        #[arg(value_parser = ["on", "off"])]
        tell: String,
    },
    /// Brokers: `add`, `remove`.
    #[command(subcommand)]
    Broker(Brokers),
    /// A leaf on this machine, that keeps and forwards while nothing else runs: its folder, or `off`.
    Leaf {
        /// The folder that `mundi node init` made, or `off`.
        #[arg(value_hint = clap::ValueHint::DirPath)]
        folder: PathBuf,
    },
    Key(key::Arguments),
    /// Let connections to a host go without a proxy: for tests, never for a broker that you use.
    Allow {
        /// A host name or an IP address.
        host: String,
        /// No longer.
        #[arg(long)]
        not: bool,
    },
}

#[derive(clap::Subcommand)]
enum Brokers {
    /// Add a broker: `HOST:PORT#KEY`, as its operator gives it.
    Add {
        /// Its address.
        address: String,
        /// What its operator has given you to be let in.
        #[arg(long, value_name = "CODE")]
        invitation: Option<String>,
    },
    /// Remove a broker.
    Remove {
        /// Its address, or the beginning of it.
        address: String,
    },
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let mut network = home.network().map_err(|e| of_home(e, screen))?;
    if let Some(Command::Key(arguments)) = &arguments.command {
        return key::run(arguments, &mut home, screen);
    }
    if let Some(command) = &arguments.command {
        change(command, &mut home, &mut network, screen)?;
        home.set_network(&network).map_err(|e| of_home(e, screen))?;
    }
    if arguments.json {
        return screen.line(&format!("{:#}", as_json(&network)));
    }
    screen.answer(&text(&network))
}

fn change(command: &Command, home: &mut Home, network: &mut Network, screen: &Screen) -> Answer {
    match command {
        Command::Tor { address } => network.tor = proxy(address)?,
        Command::I2p { address } => network.i2p = proxy(address)?,
        Command::Receipts { tell } => network.receipts = tell == "on",
        Command::Broker(Brokers::Add { address, invitation }) => {
            let broker = add(network, address, screen)?;
            if let Some(code) = invitation {
                home.set_token(&broker, code).map_err(|e| of_home(e, screen))?;
            }
        }
        Command::Broker(Brokers::Remove { address }) => remove(network, address)?,
        Command::Leaf { folder } => leaf::set(folder, home, network, screen)?,
        Command::Key(_) => {}
        Command::Allow { host, not } => {
            let host = host.to_ascii_lowercase();
            network.clearnet.retain(|known| *known != host);
            if !not {
                network.clearnet.push(host);
            }
        }
    }
    Ok(())
}

/// `off`, or an address on this machine.
fn proxy(text: &str) -> Result<Option<SocketAddr>, Stop> {
    if text == "off" {
        return Ok(None);
    }
    let address: SocketAddr = text.parse().map_err(|_| {
        Stop::Usage(format!(
            "`{text}` is no address: write IP:PORT, such as 127.0.0.1:9050, or `off`"
        ))
    })?;
    if !address.ip().is_loopback() {
        return Err(Stop::Usage(format!(
            "a proxy on another machine ({address}) would see everything: it must be on this one, such \
             as 127.0.0.1:9050"
        )));
    }
    Ok(Some(address))
}

/// Adds a broker, and says where no connection will be made to it.
pub(super) fn add(
    network: &mut Network,
    text: &str,
    screen: &Screen,
) -> Result<BrokerAddress, Stop> {
    let broker: BrokerAddress = text.parse().map_err(|e| Stop::Usage(format!("{e}")))?;
    if !network.brokers.contains(&broker) {
        network.brokers.push(broker.clone());
    }
    if let Some(why) = unreachable(network, &broker) {
        screen.note(&format!("mundi: {broker} will not be used: {why}\n"));
    }
    Ok(broker)
}

fn unreachable(settings: &Network, broker: &BrokerAddress) -> Option<String> {
    let proxies = match settings.proxies() {
        Ok(proxies) => proxies,
        Err(error) => return Some(error.to_string()),
    };
    proxies.route(&broker.host, broker.port).err().map(|error| error.to_string())
}

fn remove(network: &mut Network, text: &str) -> Answer {
    let fits = |broker: &BrokerAddress| broker.to_string().starts_with(text);
    match network.brokers.iter().filter(|broker| fits(broker)).count() {
        0 => Err(Stop::Usage(format!("no broker's address begins with `{text}`"))),
        1 => {
            network.brokers.retain(|broker| !fits(broker));
            Ok(())
        }
        n => Err(Stop::Usage(format!(
            "{n} brokers' addresses begin with `{text}`: write more of it"
        ))),
    }
}

fn kind(host: &str) -> &'static str {
    match network(host) {
        Kind::Tor => "through Tor",
        Kind::I2p => "through I2P",
        Kind::Loopback => "on this machine",
        Kind::Clearnet => "on the open internet",
    }
}

fn text(network: &Network) -> String {
    let proxy = |one: Option<SocketAddr>| one.map_or_else(|| "off".into(), |a| a.to_string());
    let mut out = format!("tor    {}\ni2p    {}\n", proxy(network.tor), proxy(network.i2p));
    for host in &network.clearnet {
        out.push_str(&format!("allow  {host}, without a proxy\n"));
    }
    if let Some(leaf) = &network.leaf {
        out.push_str(&format!("leaf   {leaf}\n"));
    }
    if network.receipts {
        out.push_str("others are told what you have read\n");
    }
    for broker in &network.brokers {
        let way = unreachable(network, broker)
            .map_or_else(|| kind(&broker.host).into(), |why| format!("not used: {why}"));
        out.push_str(&format!("broker {broker} ({way})\n"));
    }
    if network.brokers.is_empty() {
        out.push_str("no brokers: `mundi net broker add HOST:PORT#KEY`\n");
    }
    out
}

fn as_json(network: &Network) -> serde_json::Value {
    let proxy = |one: Option<SocketAddr>| one.map(|a| a.to_string());
    let brokers: Vec<_> = network
        .brokers
        .iter()
        .map(|b| json!({"address": b.to_string(), "unused": unreachable(network, b)}))
        .collect();
    json!({
        "tor": proxy(network.tor), "i2p": proxy(network.i2p), "allowed": network.clearnet,
        "receipts": network.receipts,
        "leaf": network.leaf.map(|leaf| leaf.to_string()), "brokers": brokers
    })
}
