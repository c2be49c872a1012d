//! Why a line was accepted or refused: all that was asked of it, with the values that each answer came
//! from, and the smallest changes with which it would have been accepted.
//!
//! In goes a play and a line of it, or a log and an entry. The values come from judging the entry once more,
//! by instrumented code, at its place in the order; each suggestion has been played.

mod checks;
mod course;
mod fields;
mod json;
mod log;
mod parts;
mod paths;
mod retold;
mod samples;
mod stand;
mod suggest;
mod text;
mod trial;

use mundi_engine::entry::{Entry, verify};
use mundi_engine::trace::Run;
use mundi_engine::{EntryId, Reasons, Replica};
use mundi_lang::Source;
use mundi_lang::play::Play;
use mundi_lang::rules::Rules;

use checks::Asking;
pub use checks::{Answer, Check, RulesPlace};
use course::{Course, Held};
pub use log::of_log;
pub(crate) use parts::on_one_line;
pub use parts::{Part, Shown};
pub use stand::{Ended, Stand};
pub use suggest::Suggestion;

use crate::play::spoken_text;
use crate::rehearsal::{Judged, Spoken};
use crate::show::Naming;

/// Why a line was accepted or refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// Where it stands: `line 10`, `entry 4`.
    pub place: String,
    /// What was said.
    pub said: String,
    /// Who said it, with roles.
    pub who: String,
    /// When, in ms since 1970.
    pub at: i64,
    /// The verdict.
    pub judged: Judged,
    /// What the conversation said at once, where it has changed its mind.
    pub at_first: Option<Judged>,
    /// What its code means, for people.
    pub meaning: Option<&'static str>,
    /// How the conversation stood before it; `None` where it never came so far.
    pub before: Option<Stand>,
    /// How it stood after it, where it was judged.
    pub after: Option<Stand>,
    /// What was asked, in order.
    pub checks: Vec<Check>,
    /// The smallest changes with which it would have been accepted.
    pub suggestions: Vec<Suggestion>,
}

/// Why a line of a play was accepted or refused.
///
/// # Errors
/// Nothing is said in that line, or the conversation cannot be opened; in words.
pub fn of_play(source: &Source, play: &Play, rules: &Rules, line: usize) -> Result<Why, String> {
    let course = Course::of_play(source, play, rules);
    let step = course.at(line).ok_or_else(|| {
        let places: Vec<String> = course.places().iter().map(usize::to_string).collect();
        format!("nothing is said in line {line}; something is said in {}", places.join(", "))
    })?;
    explain(&course, step, format!("line {line}"))
}

/// Explains a step of a conversation that can be held again.
fn explain(course: &Course, step: usize, place: String) -> Result<Why, String> {
    let opens =
        |e: mundi_engine::opening::OpenError| format!("the conversation cannot be opened: {e}");
    let held = course.hold(course.deeds.len()).map_err(opens)?;
    let spoken = held.spoken.get(step).cloned().flatten().ok_or("nothing is said there")?;
    let Some(id) = spoken.id else {
        let before = course.hold(step).map_err(opens)?;
        return Ok(of_invalid(course, step, &before, &spoken, place));
    };
    let log = held.rehearsal.replica().export();
    let judged = held.rehearsal.judged(&id);
    let again = Again::judge(&log, &id)?;
    let rehearsal = &held.rehearsal;
    let naming = &Naming {
        person: &|print| rehearsal.name_of(print),
        entry: &|id| rehearsal.label_of(id).map_or_else(|| rehearsal.who_said(id), str::to_owned),
    };
    let why = {
        let (stood, stands) = again.stands(naming);
        let who = held.rehearsal.person(&spoken.line.person);
        let rules = again.replica.rules();
        let message = rules.message(&spoken.line.message);
        let asking = Asking {
            rules: &rules,
            message: message.and_then(|m| rules.messages.get(usize::from(m))),
            who: spoken.line.person.clone(),
            roles: again.roles.clone(),
            judged: &judged,
            runs: &again.runs,
            naming,
        };
        let who =
            who.map_or_else(String::new, |print| named(&(naming.person)(&print), &again.roles));
        Why {
            place,
            said: spoken_text(&spoken),
            who,
            at: spoken.at,
            meaning: judged.why().map(|(code, _)| log::meaning(code)),
            at_first: (judged != spoken.at_first).then(|| spoken.at_first.clone()),
            before: Some(stood),
            after: Some(stands),
            checks: asking.checks(),
            suggestions: Vec::new(),
            judged: judged.clone(),
        }
    };
    let suggestions = suggest::suggestions(course, step, &judged, &again.runs);
    Ok(Why { suggestions, ..why })
}

/// A line that never came into the log.
fn of_invalid(course: &Course, step: usize, before: &Held, spoken: &Spoken, place: String) -> Why {
    let rehearsal = &before.rehearsal;
    let judged = spoken.at_first.clone();
    let replica = rehearsal.replica();
    let print = rehearsal.person(&spoken.line.person);
    let roles = print.map(|print| replica.roles_of(&print)).unwrap_or_default();
    let rules = replica.rules();
    let message = rules.message(&spoken.line.message);
    rehearsal.naming(|naming| {
        let asking = Asking {
            rules: &rules,
            message: message.and_then(|m| rules.messages.get(usize::from(m))),
            who: spoken.line.person.clone(),
            roles: roles.clone(),
            judged: &judged,
            runs: &[],
            naming,
        };
        Why {
            place,
            said: spoken_text(spoken),
            who: named(&spoken.line.person, &roles),
            at: spoken.at,
            meaning: judged.why().map(|(code, _)| log::meaning(code)),
            at_first: None,
            before: Some(Stand::of(replica, naming)),
            after: None,
            checks: asking.checks(),
            suggestions: suggest::suggestions(course, step, &judged, &[]),
            judged: judged.clone(),
        }
    })
}

/// `ada (buyer)`
fn named(name: &str, roles: &[String]) -> String {
    if roles.is_empty() { name.to_owned() } else { format!("{name} ({})", roles.join(", ")) }
}

/// An entry that is judged once more, by instrumented code.
struct Again {
    /// Just before the entry.
    before: Replica,
    /// Just after it.
    replica: Replica,
    runs: Vec<Run>,
    /// The roles that its author held before it.
    roles: Vec<String>,
}

impl Again {
    /// Judges an entry of a log again.
    fn judge(log: &[u8], id: &EntryId) -> Result<Self, String> {
        let mut before = taken_in(log)?;
        let mut replica = taken_in(log)?;
        if !before.advance_before(id) || !replica.advance_before(id) {
            return Err("the entry is not in the log".into());
        }
        let author = before.said(id).map(|(print, _)| print);
        let roles = author.map(|print| before.roles_of(&print)).unwrap_or_default();
        let runs = replica.advance_one();
        Ok(Self { before, replica, runs, roles })
    }

    /// How the conversation stood before and after.
    fn stands(&self, naming: &Naming<'_>) -> (Stand, Stand) {
        (Stand::of(&self.before, naming), Stand::of(&self.replica, naming))
    }
}

/// A log taken into a conversation of instrumented code, of which nothing is folded yet.
fn taken_in(log: &[u8]) -> Result<Replica, String> {
    let mut entries = mundi_engine::log::split(log)?.into_iter();
    let verified = |bytes: &[u8]| Entry::decode(bytes).and_then(verify).map_err(|e| e.to_string());
    let open = verified(entries.next().ok_or("it holds no entry")?)?;
    let mut replica = Replica::open_traced(&open, &consensus_std::library(), Reasons::Keep)
        .map_err(|e| e.to_string())?;
    for bytes in entries {
        // What the log itself refuses is no part of the order.
        if let Ok(entry) = verified(bytes) {
            replica.insert(entry);
        }
    }
    Ok(replica)
}
