//! What a person types at the prompt, taken apart.

use mundi_lang::literal::Literal;
use mundi_lang::units::{parse_duration, parse_time};

/// What a person wants.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Input {
    /// An empty line.
    Nothing,
    /// `quit`
    Quit,
    /// `help`, `help MESSAGE`
    Help(Option<String>),
    /// `possible`
    Possible,
    /// `state`
    State,
    /// `as ben`, `ben:`, `ben/phone:`
    As(Speaker),
    /// `+3d`
    Wait(i64),
    /// `at TIME`
    At(i64),
    /// `order quantity=2`, `ben: accept`, `toss number=1 as l`
    Say(Typed),
}

/// Who speaks, and from which device; an empty device is the one without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Speaker {
    /// Who.
    pub(super) person: String,
    /// From where.
    pub(super) device: String,
}

/// A line to be said, as far as it was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typed {
    /// Who, where another than before.
    pub(super) speaker: Option<Speaker>,
    /// `after p1`: the entry that is the last it has seen.
    pub(super) after: Option<String>,
    /// What.
    pub(super) message: String,
    /// Fields.
    pub(super) fields: Vec<(String, Literal)>,
    /// `as p1`
    pub(super) label: Option<String>,
}

/// Takes a line apart. Words like `help` are commands unless the rules have a message of that
/// name (`is_message`); with a `/` before them they always are.
pub(super) fn read(line: &str, is_message: &dyn Fn(&str) -> bool) -> Result<Input, String> {
    let line = line.trim();
    if let Some(command) = line.strip_prefix('/') {
        let unknown = || format!("`/{command}` is no command; `/help` lists them");
        return self::command(command.trim()).unwrap_or_else(|| Err(unknown()));
    }
    let first = line.split(|c: char| c.is_whitespace()).next().unwrap_or("");
    if !is_message(first)
        && let Some(input) = command(line)
    {
        return input;
    }
    say(line).map(Input::Say)
}

/// `None` where it is no command.
fn command(line: &str) -> Option<Result<Input, String>> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let input = match (word, rest) {
        ("", _) => Input::Nothing,
        ("quit" | "exit", "") => Input::Quit,
        ("help" | "?", "") => Input::Help(None),
        ("help" | "?", message) => Input::Help(Some(message.to_owned())),
        ("possible", "") => Input::Possible,
        ("state", "") => Input::State,
        ("as", name) if speaker(name).is_some() => Input::As(speaker(name)?),
        ("at", time) => {
            let wrong = || format!("`{time}` is no time; write `at 2026-01-31T18:00:00Z`");
            return Some(parse_time(time).map(Input::At).ok_or_else(wrong));
        }
        _ if line.starts_with('+') => {
            let text = line.trim_start_matches('+').trim();
            let wrong = |e| format!("{e}; write `+3d` or `+1h30m`");
            return Some(parse_duration(text).map(Input::Wait).map_err(wrong));
        }
        _ => Input::As(line.strip_suffix(':').and_then(speaker)?),
    };
    Some(Ok(input))
}

/// `ada`, `ada/phone`
fn speaker(text: &str) -> Option<Speaker> {
    let text = text.trim();
    let (person, device) = match text.split_once('/') {
        Some((person, device)) if is_name(device) => (person, device),
        Some(_) => return None,
        None => (text, ""),
    };
    is_name(person).then(|| Speaker { person: person.to_owned(), device: device.to_owned() })
}

/// `ada`, `ada/phone after p1`: what stands before the colon, and what it has seen.
fn head(text: &str) -> Option<(Speaker, Option<String>)> {
    match text.split_once(" after ") {
        Some((who, label)) if is_name(label.trim()) => {
            Some((speaker(who)?, Some(label.trim().to_owned())))
        }
        Some(_) => None,
        None => Some((speaker(text)?, None)),
    }
}

/// `[PERSON[/DEVICE] [after LABEL]:] MESSAGE [FIELDS] [as LABEL]`
fn say(line: &str) -> Result<Typed, String> {
    let mut typed = Typed::default();
    let mut rest = line;
    if let Some((before, said)) = line.split_once(':')
        && let Some((speaker, after)) = head(before)
    {
        typed.speaker = Some(speaker);
        typed.after = after;
        rest = said.trim();
    }
    if let Some((before, label)) = rest.rsplit_once(" as ")
        && is_name(label.trim())
    {
        typed.label = Some(label.trim().to_owned());
        rest = before.trim();
    }
    let end = rest.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(rest.len());
    let (message, fields) = rest.split_at(end);
    if !message.split('.').all(is_name) {
        return Err(format!("`{message}` is no message; `possible` says what can be said now"));
    }
    message.clone_into(&mut typed.message);
    let fields = fields.trim();
    let fields = match fields.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}').unwrap_or(inner).trim(),
        None => fields,
    };
    if !fields.is_empty() {
        let parsed = mundi_lang::parse_fields(fields).map_err(|d| {
            let help = d.help.map(|h| format!("; {h}")).unwrap_or_default();
            format!("the fields: {}{help}", d.message)
        })?;
        typed.fields = parsed.into_iter().map(|(n, v)| (n.node, v.node)).collect();
    }
    Ok(typed)
}

/// Whether a word may be a person's or a message's name.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Input {
        read(line, &|m| m == "state").unwrap()
    }

    #[test]
    fn commands_are_told_from_lines() {
        assert_eq!(typed("  "), Input::Nothing);
        assert_eq!(typed("quit"), Input::Quit);
        assert_eq!(typed("help order"), Input::Help(Some("order".into())));
        let ben = Speaker { person: "ben".into(), device: String::new() };
        assert_eq!(typed("as ben"), Input::As(ben.clone()));
        assert_eq!(typed("ben:"), Input::As(ben.clone()));
        let phone = Speaker { device: "phone".into(), ..ben };
        assert_eq!(typed("ben/phone:"), Input::As(phone));
        assert_eq!(typed("+1d2h"), Input::Wait(93_600_000));
        assert_eq!(typed("at 1970-01-01T00:00:01Z"), Input::At(1_000));
    }

    #[test]
    fn a_message_that_is_called_like_a_command_is_a_message() {
        assert!(matches!(typed("state"), Input::Say(_)));
        assert_eq!(typed("/state"), Input::State);
    }

    #[test]
    fn a_line_has_a_person_a_message_fields_and_a_label() {
        let Input::Say(line) = typed("ben: order quantity=2 address=\"1 as 2: x\" as o") else {
            panic!("a line is expected")
        };
        assert_eq!(line.speaker.map(|s| s.person).as_deref(), Some("ben"));
        assert_eq!((line.message.as_str(), line.label.as_deref()), ("order", Some("o")));
        assert_eq!(
            line.fields,
            [
                ("quantity".into(), Literal::Int(2)),
                ("address".into(), Literal::Text("1 as 2: x".into())),
            ]
        );
        let Input::Say(line) = typed("order { quantity: 2 }") else { panic!("a line is expected") };
        assert_eq!(line.fields, [("quantity".into(), Literal::Int(2))]);
    }

    #[test]
    fn a_device_and_what_was_seen_stand_before_the_colon() {
        let Input::Say(line) = typed("ada/phone after p1: accept") else {
            panic!("a line is expected")
        };
        let ada = Speaker { person: "ada".into(), device: "phone".into() };
        assert_eq!((line.speaker, line.after.as_deref()), (Some(ada), Some("p1")));
        assert_eq!(line.message, "accept");
        for wrong in ["ada/: accept", "ada/Phone: accept", "ada after P: accept"] {
            assert!(read(wrong, &|_| false).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |line| read(line, &|_| false).unwrap_err();
        insta::assert_snapshot!(
            ["+3", "at noon", "/hlep", "Order", "order quantity="].map(said).join("\n")
        );
    }
}
