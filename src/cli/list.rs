//! `mundi list`: the conversations of the home.

use mundi_lang::units::format_time;
use mundi_node::conversation::{ENDED, MY_TURN, UNREAD};
use mundi_node::store::Conversation;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use crate::screen::{Screen, Tone};
use crate::show::hex;
use crate::stop::Answer;

/// List your conversations, the one that moved last first.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let home = arguments.home.enter(screen)?;
    let rows = home.store().conversations().map_err(|e| of_home(e.into(), screen))?;
    if arguments.json {
        let all: Vec<_> = rows.iter().map(as_json).collect();
        return screen.line(&format!("{:#}", json!({"conversations": all})));
    }
    if rows.is_empty() {
        return screen
            .line("no conversations yet: `mundi open --rules FILE --role ROLE=NAME` opens one");
    }
    for row in &rows {
        screen.line(&line(row, screen))?;
    }
    Ok(())
}

fn time(ms: u64) -> String {
    format_time(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// `  1  3f2a9c01  Escrow order: a lamp  you may say pay  2026-…`
fn line(row: &Conversation, screen: &Screen) -> String {
    let id = row.id.to_string();
    let new = if row.flags & UNREAD == 0 { " " } else { "*" };
    let tone = match row.flags {
        flags if flags & ENDED != 0 => Tone::Faint,
        flags if flags & MY_TURN != 0 => Tone::Strong,
        _ => Tone::Good,
    };
    let topic = row.topic.as_ref().map(|topic| format!(": {topic}")).unwrap_or_default();
    format!(
        "{new} {:>3}  {}  {}{topic}  {}  {}",
        row.number.to_string(),
        id.get(..8).unwrap_or(&id),
        row.title,
        screen.out.paint(tone, &row.standing),
        screen.out.paint(Tone::Faint, &time(row.last_at)),
    )
}

fn as_json(row: &Conversation) -> serde_json::Value {
    json!({
        "number": row.number.to_string(),
        "conversation": hex(&row.id.0),
        "title": row.title,
        "topic": row.topic,
        "opened_at": time(row.opened_at),
        "last_at": time(row.last_at),
        "entries": row.entries,
        "standing": row.standing,
        "my_turn": row.flags & MY_TURN != 0,
        "ended": row.flags & ENDED != 0,
        "unread": row.flags & UNREAD != 0,
    })
}
