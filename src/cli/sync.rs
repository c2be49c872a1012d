//! `mundi sync`: sends what waits, and takes in what has come.

use std::time::Duration;

use mundi_node::network::{Exchange, ExchangeEnd, Online, Progress, Timing};
use serde_json::json;

use super::home::{HomeArguments, of_home};
use crate::live::{self, news};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Send what waits, and take in what has come, through a broker.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Stay for so many seconds, and take in what comes meanwhile.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
    /// One JSON object on standard output, at the end.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let done = live::runtime()?.block_on(async {
        let link = home.connect(None).await?;
        let mut exchange =
            Exchange::begin(&mut home, link, Online::new(), Timing::default()).await?;
        let mut all = exchange.catch_up(&mut home).await?;
        let end = tokio::time::Instant::now() + Duration::from_secs(arguments.wait);
        while tokio::time::Instant::now() < end {
            match tokio::time::timeout_at(end, exchange.next(&mut home)).await {
                Ok(more) => all.extend(more?),
                Err(_) => break,
            }
        }
        Ok((all, exchange.link().standing().to_string()))
    });
    let (progress, standing) = match done {
        Ok(done) => done,
        Err(ExchangeEnd::Link(error)) => return Err(Stop::Environment(error.to_string())),
        Err(ExchangeEnd::Home(error)) => return Err(of_home(error, screen)),
    };
    let waiting = home.unsent().map_err(|e| of_home(e, screen))?;
    if arguments.json {
        let sent: usize =
            progress.iter().map(|p| if let Progress::Sent(n) = p { *n } else { 0 }).sum();
        let lines: Vec<String> = progress.iter().filter_map(|p| news::line(&home, p)).collect();
        let object = json!({"sent": sent, "queued": waiting, "news": lines, "standing": standing});
        return screen.line(&format!("{object:#}"));
    }
    screen.line(&standing)?;
    for line in progress.iter().filter_map(|one| news::line(&home, one)) {
        screen.line(&line)?;
    }
    if waiting > 0 {
        screen.line(&format!("{waiting} still wait to be sent"))?;
    }
    Ok(())
}
