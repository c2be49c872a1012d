//! `mundi id show`: who you are here, with which devices, and where the secret key is.

use mundi_identity::{DeviceKey, identicon};
use mundi_lang::units::format_time;
use mundi_node::home::{Home, HomeError};
use mundi_node::place::Place;
use mundi_node::store::{Device, DeviceState};
use serde_json::{Value, json};

use super::super::home::{HomeArguments, of_home};
use super::super::plain;
use super::grouped;
use crate::screen::Screen;
use crate::stop::Answer;

/// Show your identity: fingerprint, name, devices, and where its secret key is.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Write the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let place = arguments.home.place(screen)?;
    let home = arguments.home.enter(screen)?;
    let said = if arguments.json { as_json(&home, &place) } else { as_text(&home, &place) };
    screen.answer(&said.map_err(|e| of_home(e, screen))?)
}

fn as_text(home: &Home, place: &Place) -> Result<String, HomeError> {
    let (me, cert) = (home.me(), home.cert());
    let mut out = format!("{}\n{}\n\n{}\n", home.name()?, grouped(&me), identicon::text(&me));
    let ids = cert.user_ids();
    let ids = ids.iter().map(|id| plain::line(id)).collect::<Vec<_>>();
    out.push_str(&format!("user ids    {}\n", ids.join(", ")));
    out.push_str(&format!("algorithm   {}\n", cert.algorithm()));
    out.push_str(&format!("home        {}\n", place.folder().display()));
    out.push_str(&format!("secret key  {}\n", where_it_is(place)));
    match home.root()? {
        Some(root) => out.push_str(&format!(
            "root key    {} (the seed phrase; certified by the key above)\n",
            root.device()
        )),
        None => out.push_str("root key    none: this identity has no seed phrase\n"),
    }
    out.push_str("devices\n");
    for row in home.store().devices()? {
        out.push_str(&format!("  {}\n", device_line(&row)));
    }
    Ok(out)
}

/// On how few machines the secret key is: this answers for this one.
fn where_it_is(place: &Place) -> &'static str {
    if place.key().exists() {
        "in this home, in the file `key`, under your passphrase"
    } else {
        "in GnuPG; not in this home"
    }
}

pub(super) fn public(row: &Device) -> String {
    DeviceKey::from_seed(&row.seed).public().to_string()
}

pub(super) fn state(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Current => "current",
        DeviceState::Retired => "retired",
        DeviceState::Lost => "lost",
        DeviceState::Compromised => "compromised",
        DeviceState::Forked => "forked",
    }
}

/// `  0  current      3f2a…`
pub(super) fn device_line(row: &Device) -> String {
    format!("{:>3}  {:<11}  {}", row.number, state(row.state), public(row))
}

pub(super) fn device_json(row: &Device) -> Value {
    json!({ "number": row.number, "state": state(row.state), "key": public(row) })
}

fn as_json(home: &Home, place: &Place) -> Result<String, HomeError> {
    let (me, cert) = (home.me(), home.cert());
    let here = place.key().exists();
    let devices: Vec<Value> = home.store().devices()?.iter().map(device_json).collect();
    let said = json!({
        "fingerprint": me.to_string(),
        "name": home.name()?,
        "user_ids": cert.user_ids(),
        "algorithm": cert.algorithm(),
        "created": format_time(i64::try_from(cert.created()).unwrap_or(i64::MAX)),
        "root": home.root()?.map(|root| root.device().to_string()),
        "secret_key": if here { "home" } else { "gnupg" },
        "home": place.folder().display().to_string(),
        "devices": devices,
    });
    Ok(format!("{said:#}\n"))
}
