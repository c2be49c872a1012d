//! `mundi say`: says something in a conversation of the home.

use mundi_lang::literal::Literal;
use mundi_lang::rules::{Message, Rules};
use mundi_node::clock;
use mundi_node::conversation::Room;
use mundi_node::home::Home;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use super::{outcome, room};
use crate::prompt::Ground;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::transcript::Transcript;

/// Say something in a conversation.
///
/// What the rules refuse is not kept; the reason is shown, and the exit status is 1.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The conversation: its number, the beginning of its id, or its title.
    conversation: String,
    /// The message's name.
    message: String,
    /// Its fields: `quantity=2`, `address="1 High St"`. Persons as you call them, entries as
    /// `mundi show` names them.
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let mut room = home.room_of(Some(&arguments.conversation)).map_err(|e| of_home(e, screen))?;
    let fields = fields(&home, &room, &arguments.message, &arguments.fields)?;
    let said = home.say(&mut room, &arguments.message, &fields, clock::now());
    let id = match said {
        Ok(id) => id,
        Err(error) => {
            if arguments.json {
                let code = error.code().map(mundi_engine::Code::as_str);
                let object =
                    json!({"verdict": "refused", "code": code, "reason": error.to_string()});
                screen.line(&format!("{object:#}"))?;
            }
            let stop = of_home(error, screen);
            if matches!(stop, Stop::No) {
                screen.note(&room::possible(&home, &room, screen.err));
            }
            return Err(stop);
        }
    };
    outcome::attend(&mut home, &mut room, screen)?;
    if arguments.json {
        let naming = crate::show::Naming {
            person: &|p| p.to_string(),
            entry: &|id| crate::show::hex(&id.0),
        };
        let colour = crate::screen::Colour::Off;
        let transcript = Transcript { replica: &room.replica, naming, colour, told: None };
        return screen.line(&format!("{:#}", transcript.json_line(&id)));
    }
    let answer =
        room::with(&home, &room, screen.out, |t| format!("{}{}", t.line(&id), t.standing()));
    screen.answer(&answer)
}

/// `quantity=2` by the types of the message.
fn fields(
    home: &Home,
    room: &Room,
    message: &str,
    typed: &[String],
) -> Result<Vec<(String, Literal)>, Stop> {
    let rules = room.replica.rules();
    let number = rules.meant(message);
    let Some(said) = number.and_then(|m| rules.messages.get(usize::from(m))) else {
        return Err(Stop::Usage(unknown(&rules, message)));
    };
    let names = |name: &str| home.named(room, name);
    let terms = room.replica.terms();
    let ground = Ground { rules: &rules, terms: &terms, names: &names, words: &[] };
    typed.iter().map(|text| field(&ground, said, text)).collect()
}

fn field(ground: &Ground<'_>, message: &Message, text: &str) -> Result<(String, Literal), Stop> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(Stop::Usage(format!("a field is written `name=value`, not `{text}`")));
    };
    let name = name.trim();
    let Some(field) = message.fields.iter().find(|f| f.name == name) else {
        let names: Vec<&str> = message.fields.iter().map(|f| f.name.as_str()).collect();
        let hint = match mundi_lang::suggest(name, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if names.is_empty() => "it has no fields".into(),
            None => format!("its fields are {}", names.join(", ")),
        };
        return Err(Stop::Usage(format!("`{}` has no field `{name}`; {hint}", message.name)));
    };
    let literal =
        ground.read(field, value.trim()).map_err(|why| Stop::Usage(format!("`{name}`: {why}")))?;
    Ok((name.to_owned(), literal))
}

fn unknown(rules: &Rules, message: &str) -> String {
    let names: Vec<&str> = rules.spoken().collect();
    match mundi_lang::suggest(message, names.iter().copied()) {
        Some(close) => format!("the rules have no message `{message}`; did you mean `{close}`?"),
        None => format!("the rules have no message `{message}`; there are {}", names.join(", ")),
    }
}
