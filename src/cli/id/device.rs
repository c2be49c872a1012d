//! `mundi id device`: the keys that write in your name.

use clap::Subcommand;
use mundi_identity::{DevicePublic, Reason};
use mundi_node::clock;
use mundi_node::home::{Home, HomeError};
use mundi_node::store::Device;
use serde_json::json;

use super::super::home::{HomeArguments, of_home};
use super::show;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// List your devices, begin a new one, or say that one speaks for you no more.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    home: HomeArguments,
}

#[derive(Subcommand)]
enum Command {
    /// List the devices of this home.
    List {
        #[command(flatten)]
        home: HomeArguments,
        /// Write the answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Begin a new device: it writes from here on.
    New {
        #[command(flatten)]
        home: HomeArguments,
    },
    /// Say that a device speaks for you no more. Each conversation learns it with the next thing
    /// that you say there.
    Revoke(Revoke),
}

#[derive(clap::Args)]
struct Revoke {
    #[command(flatten)]
    home: HomeArguments,
    /// The device: its number here, or its key.
    #[arg(value_name = "NUMBER|KEY")]
    device: String,
    /// Why: what it has written by then counts, unless it is compromised.
    #[arg(long, value_parser = reason)]
    reason: Reason,
}

/// `lost`, `retired`, `compromised`.
fn reason(text: &str) -> Result<Reason, String> {
    Reason::named(text).ok_or_else(|| "write lost, retired or compromised".into())
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    match &arguments.command {
        None => list(&arguments.home, false, screen),
        Some(Command::List { home, json }) => list(home, *json, screen),
        Some(Command::New { home }) => begin(home, screen),
        Some(Command::Revoke(arguments)) => revoke(arguments, screen),
    }
}

fn list(home: &HomeArguments, json: bool, screen: &Screen) -> Answer {
    let home = home.enter(screen)?;
    let failed = |e: HomeError| of_home(e, screen);
    let rows = home.store().devices().map_err(|e| failed(e.into()))?;
    let others = revoked_elsewhere(&home, &rows).map_err(failed)?;
    if json {
        let devices: Vec<_> = rows.iter().map(show::device_json).collect();
        let others: Vec<_> = others
            .iter()
            .map(|(key, reason)| json!({ "key": key.to_string(), "state": reason.name() }))
            .collect();
        let said = json!({ "devices": devices, "revoked_elsewhere": others });
        return screen.line(&format!("{said:#}"));
    }
    for row in &rows {
        screen.line(&show::device_line(row))?;
    }
    for (key, reason) in others {
        screen.line(&format!("  -  {:<11}  {key}", reason.name()))?;
    }
    Ok(())
}

/// Devices of the owner that were revoked, and whose keys were never here.
fn revoked_elsewhere(
    home: &Home,
    rows: &[Device],
) -> Result<Vec<(DevicePublic, Reason)>, HomeError> {
    let here: Vec<String> = rows.iter().map(show::public).collect();
    let mut all = home.own_revocations()?;
    all.retain(|one| !here.contains(&one.device().to_string()));
    Ok(all.iter().map(|one| (one.device(), one.reason())).collect())
}

fn begin(home: &HomeArguments, screen: &Screen) -> Answer {
    let mut home = home.enter(screen)?;
    let device = home.begin_device(clock::now()).map_err(|e| of_home(e, screen))?;
    screen.line(&format!("device {} writes from here on: {}", device.number, device.public()))
}

fn revoke(arguments: &Revoke, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let public = meant(&home, &arguments.device, screen)?;
    let before = home.device().map_err(|e| of_home(e, screen))?.public();
    home.revoke_device(public, arguments.reason, clock::now()).map_err(|e| of_home(e, screen))?;
    screen.line(&format!("{public} is revoked: {}", arguments.reason.name()))?;
    let now = home.device().map_err(|e| of_home(e, screen))?;
    if now.public() != before {
        screen.line(&format!("device {} writes from here on: {}", now.number, now.public()))?;
    }
    screen.line("each conversation learns it with the next thing that you say there")
}

/// The device that is meant: by its number here, or by its whole key.
fn meant(home: &Home, text: &str, screen: &Screen) -> Result<DevicePublic, Stop> {
    if let Some(key) = key(text) {
        return Ok(key);
    }
    let number: Option<u32> = text.parse().ok();
    let rows = home.store().devices().map_err(|e| of_home(e.into(), screen))?;
    let found = rows.iter().find(|row| Some(row.number) == number);
    found.and_then(|row| key(&show::public(row))).ok_or_else(|| {
        Stop::Usage(format!(
            "there is no device `{text}` here: give a number that `mundi id device` lists, or the 64 \
             digits of a key"
        ))
    })
}

/// 64 hexadecimal digits.
fn key(text: &str) -> Option<DevicePublic> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let byte = |n: usize| u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes?.try_into().ok().map(DevicePublic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_digits_and_nothing_else() {
        assert_eq!(key(&"ab".repeat(32)), Some(DevicePublic([0xab; 32])));
        for wrong in ["", "0", "abcd", &"zz".repeat(32), &"ab".repeat(33)] {
            assert!(key(wrong).is_none(), "{wrong}");
        }
    }
}
