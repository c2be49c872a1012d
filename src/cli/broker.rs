//! `mundi broker`: a machine that relays sealed envelopes for others.

mod host;
mod peers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use mundi_broker::keys::BrokerKey;
use mundi_broker::settings::{self, hashed, key_path};
use mundi_broker::{Admission, Broker, BrokerError, Options, Settings, notice};
use mundi_node::clock;
use mundi_transport::address::BrokerAddress;

use crate::live::runtime;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Run a broker: it relays sealed envelopes, keeps them for a while, and can read none.
///
/// It needs nats-server 2.12 or later: in PATH, or named by MUNDI_NATS_SERVER.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Init(Init),
    Run(Run),
    Peers(peers::Arguments),
    Status(Status),
    Notice(NoticeOf),
    Invite(Invite),
}

/// Make a broker's folder: its key and its settings, in `broker.json`.
#[derive(clap::Args)]
struct Init {
    /// The folder.
    folder: PathBuf,
    /// What it is called.
    #[arg(long, default_value = "broker")]
    name: String,
    /// Where it listens: on this machine. Port 0 is any free one.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4222")]
    listen: SocketAddr,
    /// Where leaves are let in: on this machine.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:7422")]
    leaves: SocketAddr,
    /// Where counts are told, at /metrics: on this machine.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:9422")]
    metrics: SocketAddr,
    /// Who is let in: `open` (everybody), `invited` (who has a code), `pgp` (keys that are listed).
    #[arg(long, default_value = "invited", value_parser = admission)]
    admission: Admission,
    /// A fingerprint that is let in, with `pgp`.
    #[arg(long = "fingerprint", value_name = "HEX")]
    fingerprints: Vec<String>,
    /// Days that an envelope is kept.
    #[arg(long, default_value_t = 30)]
    days: u64,
}

/// Run it, until Ctrl-C.
#[derive(clap::Args)]
struct Run {
    /// Its folder.
    folder: PathBuf,
    #[command(flatten)]
    host: host::Hosting,
}

/// Say what a broker's folder holds, and how it does.
#[derive(clap::Args)]
struct Status {
    /// Its folder.
    folder: PathBuf,
}

/// Tell all users something, signed by the broker's key. A broker that runs tells it at once.
#[derive(clap::Args)]
struct NoticeOf {
    /// Its folder.
    folder: PathBuf,
    /// What.
    text: String,
}

/// Make an invitation code, with which one more user is let in.
#[derive(clap::Args)]
struct Invite {
    /// Its folder.
    folder: PathBuf,
}

fn admission(text: &str) -> Result<Admission, String> {
    match text {
        "open" => Ok(Admission::Open),
        "invited" => Ok(Admission::Invited),
        "pgp" => Ok(Admission::Pgp),
        _ => Err("write open, invited or pgp".into()),
    }
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    match &arguments.command {
        Command::Init(init) => self::init(init, screen),
        Command::Run(run) => runtime()?.block_on(serve(run, screen)),
        Command::Peers(arguments) => peers::run(arguments, screen),
        Command::Status(status) => self::status(&status.folder, screen),
        Command::Notice(notice) => tell(notice, screen),
        Command::Invite(invite) => self::invite(&invite.folder, screen),
    }
}

fn init(init: &Init, screen: &Screen) -> Answer {
    let settings = Settings {
        name: init.name.clone(),
        listen: init.listen,
        leaves: init.leaves,
        metrics: Some(init.metrics),
        admission: init.admission,
        fingerprints: init.fingerprints.clone(),
        days: init.days,
        ..Settings::default()
    };
    let key = settings::init(&init.folder, &settings).map_err(|e| of_broker(&e))?;
    let address = address(&settings, &key);
    screen.line(&format!("made a broker in {}", init.folder.display()))?;
    screen.line(&format!("its address on this machine: {address}"))?;
    let next = match init.admission {
        Admission::Open => String::new(),
        Admission::Invited => {
            format!("let somebody in: mundi broker invite {}\n", init.folder.display())
        }
        Admission::Pgp => "let somebody in: add fingerprints in broker.json\n".into(),
    };
    screen.note(&format!("{next}start it: mundi broker run {}\n", init.folder.display()));
    Ok(())
}

fn address(settings: &Settings, key: &BrokerKey) -> BrokerAddress {
    let (host, port) = (settings.listen.ip().to_string(), settings.listen.port());
    BrokerAddress { host, port, key: key.public() }
}

async fn serve(run: &Run, screen: &Screen) -> Answer {
    host::reach_peers(&run.folder, &run.host).await?;
    let broker = Broker::start(&run.folder, Options::default()).await.map_err(|e| of_broker(&e))?;
    screen.line(&format!("runs: {}", broker.address()))?;
    if let Some(metrics) = broker.metrics() {
        screen.note(&format!("counts: http://{metrics}/metrics\n"));
    }
    let hosted = host::host(&run.folder, &run.host, &broker, screen).await?;
    let ended = tokio::select! {
        () = host::ended(hosted.as_ref()) => Some("Tor has gone: the broker is no longer reached through it"),
        () = interrupted() => None,
    };
    broker.stop().await;
    match ended {
        Some(why) => Err(Stop::Environment(why.into())),
        None => screen.line("stopped"),
    }
}

/// Until somebody wants it to end.
pub(super) async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn status(folder: &Path, screen: &Screen) -> Answer {
    let (settings, key) = load(folder)?;
    screen.line(&format!("{}: admission {}", settings.name, settings.admission.name()))?;
    screen.line(&format!("address on this machine: {}", address(&settings, &key)))?;
    for host in &settings.addresses {
        screen.line(&format!("address: {host}#{}", mundi_broker::keys::hex(&key.public())))?;
    }
    screen.line(&format!(
        "keeps envelopes for {} days, {} MiB at most",
        settings.days,
        settings.bytes >> 20
    ))?;
    for peer in &settings.peers {
        screen.line(&format!("peer: {}", peer.address))?;
    }
    let notices = notice::notices(folder).map_err(|e| of_broker(&e))?;
    for one in notices {
        screen.line(&format!("notice: {}", crate::show::plain(&one.text)))?;
    }
    let running = match settings.metrics {
        Some(at) if at.port() > 0 => runtime()?.block_on(host::counts(at)),
        _ => None,
    };
    match running {
        Some(counts) => screen.answer(&format!("runs:\n{counts}")),
        None => {
            screen.line("it does not run, or its counts are told elsewhere than broker.json says")
        }
    }
}

fn tell(notice: &NoticeOf, screen: &Screen) -> Answer {
    let (_, key) = load(&notice.folder)?;
    notice::add(&notice.folder, &key, &notice.text, clock::now()).map_err(|e| of_broker(&e))?;
    screen.line("told to all users from now on")
}

/// Sixteen random bytes, of which the settings keep a hash.
fn invite(folder: &Path, screen: &Screen) -> Answer {
    let (mut settings, _) = load(folder)?;
    let mut random = [0; 16];
    mundi_node::chance::fill(&mut random)
        .map_err(|e| Stop::Environment(format!("the system has no random bytes: {e}")))?;
    let code = mundi_broker::keys::hex(&random);
    settings.invitations.push(hashed(&code));
    settings.save(folder).map_err(|e| of_broker(&e))?;
    screen.line(&code)?;
    screen.note(
        "whoever has this code is let in: `mundi net broker add ADDRESS --invitation CODE`; a broker that \
         runs knows it after its next start\n",
    );
    Ok(())
}

fn load(folder: &Path) -> Result<(Settings, BrokerKey), Stop> {
    let settings = Settings::load(folder).map_err(|e| of_broker(&e))?;
    let key = BrokerKey::read(&key_path(folder)).map_err(|e| of_broker(&e))?;
    Ok((settings, key))
}

/// What a person did wrong, and what the machine did.
pub(super) fn of_broker(error: &BrokerError) -> Stop {
    match error {
        BrokerError::Exists(_) | BrokerError::Settings { .. } => Stop::Usage(error.to_string()),
        _ => Stop::Environment(error.to_string()),
    }
}
