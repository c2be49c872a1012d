//! `mundi contacts code`

use mundi_node::home::Home;
use serde_json::json;

use super::Asked;
use crate::cli::home::of_home;
use crate::stop::Answer;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Their name.
    name: String,
}

pub(super) fn run(home: &Home, arguments: &Arguments, asked: Asked<'_>) -> Answer {
    let screen = asked.screen;
    let name = &arguments.name;
    let contact = home.contact(name).map_err(|e| of_home(e, screen))?;
    let code = home.safety_code(&contact.fingerprint);
    if asked.json {
        let answer = json!({
            "name": home.name_of(&contact.fingerprint),
            "fingerprint": contact.fingerprint.to_string(),
            "code": code.groups().join(" "),
            "verified": contact.verified.is_some(),
        });
        return screen.line(&answer.to_string());
    }
    screen.answer(&format!("{code}\n\n{}\n", code.picture()))?;
    screen.line(&format!(
        "{name} sees the same code and picture, if nobody stands between you. Read it to each \
         other, face to face or by a voice that you know; then `mundi contacts verify {name}`"
    ))
}
