//! `mundi status`: how this home stands towards others.

use mundi_node::clock;
use mundi_node::home::Home;
use mundi_node::network::notices::signed;
use mundi_transport::link::{LinkError, Standing};
use mundi_transport::wire::Info;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use crate::live;
use crate::screen::Screen;
use crate::stop::Answer;

/// Say whether this home is on-line, through which broker, and what waits to be sent.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Do not try to connect.
    #[arg(long)]
    offline: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let waiting = home.unsent().map_err(|e| of_home(e, screen))?;
    let network = home.network().map_err(|e| of_home(e, screen))?;
    let (standing, info) = if arguments.offline {
        (Standing::Offline { why: "as you wished".into() }, None)
    } else {
        match live::runtime()?.block_on(reach(&mut home)) {
            Ok(reached) => reached,
            Err(error) => (Standing::Offline { why: error.why() }, None),
        }
    };
    if arguments.json {
        let broker = info.as_ref().map(described);
        let state = match &standing {
            Standing::Online { .. } => "on-line",
            Standing::Connecting { .. } => "connecting",
            Standing::Offline { .. } => "off-line",
        };
        let object = json!({
            "state": state, "standing": standing.to_string(), "queued": waiting,
            "brokers": network.brokers.len(), "broker": broker
        });
        return screen.line(&format!("{object:#}"));
    }
    screen.line(&standing.to_string())?;
    if let Some(info) = &info {
        screen.answer(&text(info))?;
    }
    screen.line(&format!("{waiting} wait to be sent"))
}

/// A leaf is there also while its broker is not.
async fn reach(home: &mut Home) -> Result<(Standing, Option<Info>), LinkError> {
    let link = home.connect(None).await?;
    let info = match link.info().await {
        Ok(info) => Some(info),
        Err(_) if link.keeps().is_some() => None,
        Err(error) => return Err(error),
    };
    Ok((link.standing(), info))
}

fn text(info: &Info) -> String {
    let days = info.keeps / 86_400_000;
    let mut out = format!(
        "{}: admission {}, {} connected, keeps envelopes for {days} days\n",
        info.name, info.admission, info.users
    );
    let off = info.now.abs_diff(clock::now()) / 1_000;
    if off > 60 {
        out.push_str(&format!("its clock and this machine's differ by {off} s\n"));
    }
    for peer in &info.peers {
        out.push_str(&format!("its peer: {peer}\n"));
    }
    for notice in signed(info) {
        out.push_str(&format!("its operator: {}\n", crate::show::plain(&notice.text)));
    }
    out
}

fn described(info: &Info) -> serde_json::Value {
    let notices: Vec<_> =
        signed(info).iter().map(|n| json!({"at": n.at, "text": n.text})).collect();
    json!({
        "name": info.name, "admission": info.admission, "users": info.users, "peers": info.peers,
        "notices": notices, "now": info.now
    })
}
