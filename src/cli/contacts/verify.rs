//! `mundi contacts verify`

use mundi_node::home::{Home, Means};

use super::{Asked, nobody_there};
use crate::cli::handed;
use crate::cli::home::of_home;
use crate::stop::{Answer, Stop};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Their name.
    name: String,
    /// What they read to you, or what you scanned from their screen: the code of `mundi contacts
    /// code`, `openpgp4fpr:FINGERPRINT`, or their whole fingerprint. Without it you are asked
    /// whether both of you see the same code.
    #[arg(value_name = "CODE|FINGERPRINT")]
    given: Vec<String>,
    /// Take it back: you are not sure of them any more.
    #[arg(long, conflicts_with = "given")]
    undo: bool,
}

pub(super) fn run(home: &mut Home, arguments: &Arguments, asked: Asked<'_>) -> Answer {
    let Asked { now, screen, .. } = asked;
    let name = &arguments.name;
    let contact = home.contact(name).map_err(|e| of_home(e, screen))?;
    let person = contact.fingerprint;
    if arguments.undo {
        let contact = home.unverify_contact(name).map_err(|e| of_home(e, screen))?;
        return asked.say(home, &contact, &format!("{name} is not verified any more"));
    }
    if arguments.given.is_empty() {
        ask(home, name, &person, asked)?;
        let noted = home.verify_contact(&person, Means::Word.name(), now);
        noted.map_err(|e| of_home(e, screen))?;
    } else {
        // A code in groups may come as one argument or as twelve.
        let given = arguments.given.join(" ");
        home.verify_by(&person, &given, now).map_err(|e| of_home(e, screen))?;
    }
    let contact = home.contact(name).map_err(|e| of_home(e, screen))?;
    asked.say(home, &contact, &format!("{name} is verified"))
}

/// Asks whether both see the same.
fn ask(
    home: &Home,
    name: &str,
    person: &mundi_identity::Fingerprint,
    asked: Asked<'_>,
) -> Result<(), Stop> {
    let screen = asked.screen;
    let code = home.safety_code(person);
    let question =
        format!("{code}\n\n{}\nDoes {name} see the same code? yes or no: ", code.picture());
    match handed::yes_or_no(&question, screen) {
        None => Err(nobody_there(name)),
        Some(true) => Ok(()),
        Some(false) => {
            screen.note("mundi: nothing is noted; if the codes differ, this key is not theirs\n");
            Err(Stop::No)
        }
    }
}
