//! An entry of an exported log: found, read, and where it never came into the conversation, why not.

use mundi_engine::entry::{Entry, verify};
use mundi_engine::opening::Member;
use mundi_engine::{Code, EntryId, Reasons, Replica, Taken};
use mundi_lang::rules::MessageKind;

use super::checks::Asking;
use super::retold::{self, Retold};
use super::samples::entry_name;
use super::stand::with_roles;
use super::{Again, Stand, Why, suggest};
use crate::rehearsal::Judged;
use crate::show::{Naming, hex};

/// Why an entry of a log was accepted or refused: by its number, from 1, or the beginning of its id.
///
/// # Errors
/// There is no such entry, or the log opens no conversation; in words.
pub fn of_log(log: &[u8], which: &str) -> Result<Why, String> {
    let entries = match mundi_engine::log::split(log) {
        Ok(entries) => entries,
        Err(text) if text.starts_with(&format!("entry {which} ")) => {
            return Ok(unread(format!("entry {which}"), Code::BadEncoding, text));
        }
        Err(text) => return Err(text),
    };
    let found = number_of(&entries, which)?;
    let place = format!("entry {}", found.saturating_add(1));
    let bytes = entries.get(found).copied().unwrap_or_default();
    let entry = match Entry::decode(bytes).and_then(verify) {
        Ok(entry) => entry,
        Err(e) => {
            return Ok(unread(place, e.code(), e.to_string()));
        }
    };
    let id = entry.id();
    let (mut replica, taken) = take_in(&entries, found)?;
    replica.advance();
    if found == 0 {
        return Ok(opening(&replica, &place));
    }
    match taken {
        Some(Taken::Invalid { code, text }) => {
            Ok(not_in(&replica, &entry.into_entry(), &place, code, text))
        }
        Some(Taken::Duplicate) => {
            let text = "the same entry stands before it in the log".to_owned();
            Ok(not_in(&replica, &entry.into_entry(), &place, Code::Replayed, text))
        }
        Some(Taken::Waiting { code, missing }) if replica.verdict(&id).is_none() => {
            let missing: Vec<String> = missing.iter().map(|id| hex(&id.0)).collect();
            let text = format!("it builds on what is not in the log: {}", missing.join(", "));
            Ok(not_in(&replica, &entry.into_entry(), &place, code, text))
        }
        _ => judged(log, &replica, &id, &place),
    }
}

/// The place of an entry among all.
fn number_of(entries: &[&[u8]], which: &str) -> Result<usize, String> {
    if let Ok(number) = which.parse::<usize>()
        && let Some(at) = number.checked_sub(1).filter(|at| *at < entries.len())
    {
        return Ok(at);
    }
    let digits = which.strip_prefix('e').filter(|rest| rest.len() >= 7).unwrap_or(which);
    let id = |bytes: &&[u8]| Entry::decode(bytes).ok().map(|entry| hex(&entry.id().0));
    let ids = entries.iter().enumerate().filter_map(|(at, bytes)| Some((at, id(bytes)?)));
    let fits = |(_, id): &(usize, String)| !digits.is_empty() && id.starts_with(digits);
    let mut found: Vec<(usize, String)> = ids.filter(fits).collect();
    found.dedup_by(|a, b| a.1 == b.1);
    match found.as_slice() {
        [(at, _)] => Ok(*at),
        [] => {
            Err(format!("it has {} entries, and none whose number or id is {which}", entries.len()))
        }
        more => {
            Err(format!("the ids of {} entries begin with {which}: give more of it", more.len()))
        }
    }
}

/// All entries of a log taken in, and what became of one of them.
fn take_in(entries: &[&[u8]], which: usize) -> Result<(Replica, Option<Taken>), String> {
    let verified = |bytes: &[u8]| Entry::decode(bytes).and_then(verify);
    let first = entries.first().copied().unwrap_or_default();
    let open =
        verified(first).map_err(|e| format!("entry 1 does not verify ({}): {e}", e.code()))?;
    let mut replica = Replica::open(&open, &consensus_std::library(), Reasons::Keep)
        .map_err(|e| format!("entry 1 opens no conversation: {e}"))?;
    let mut of_it = None;
    for (at, bytes) in entries.iter().enumerate().skip(1) {
        let Ok(entry) = verified(bytes) else { continue };
        let taken = replica.insert(entry);
        if at == which {
            of_it = Some(taken);
        }
    }
    Ok((replica, of_it))
}

/// An entry that the fold has judged.
fn judged(log: &[u8], replica: &Replica, id: &EntryId, place: &str) -> Result<Why, String> {
    let again = Again::judge(log, id)?;
    let spoken_of = |id: &EntryId| match replica.said(id) {
        Some((print, message)) => format!("{}'s {message}", replica.name_of(&print)),
        None => entry_name(id),
    };
    let naming = Naming { person: &|print| replica.name_of(print), entry: &spoken_of };
    let rules = again.replica.rules();
    let (author, message) = replica.said(id).ok_or("the entry is not in the log")?;
    let number = rules.message(&message);
    let judged = retold::judged(replica, id);
    let asking = Asking {
        rules: &rules,
        message: number.and_then(|m| rules.messages.get(usize::from(m))),
        who: replica.name_of(&author),
        roles: again.roles.clone(),
        judged: &judged,
        runs: &again.runs,
        naming: &naming,
    };
    let suggestions = match (Retold::of(replica, id), judged.why()) {
        (Some(retold), Some(_)) => {
            suggest::suggestions(&retold.course, retold.step, &judged, &again.runs)
        }
        _ => Vec::new(),
    };
    let (before, after) = (Stand::of(&again.before, &naming), Stand::of(&again.replica, &naming));
    Ok(Why {
        place: format!("{place}, {}", entry_name(id)),
        said: said(replica, id, &naming),
        who: super::named(&replica.name_of(&author), &again.roles),
        at: at(replica, id),
        meaning: judged.why().map(|(code, _)| meaning(code)),
        at_first: None,
        before: Some(before),
        after: Some(after),
        checks: asking.checks(),
        suggestions,
        judged,
    })
}

fn at(replica: &Replica, id: &EntryId) -> i64 {
    replica.time_of(id).and_then(|at| i64::try_from(at).ok()).unwrap_or(0)
}

/// `ada: order { quantity: 2 }`
fn said(replica: &Replica, id: &EntryId, naming: &Naming<'_>) -> String {
    let Some((author, message)) = replica.said(id) else { return String::new() };
    let rules = replica.rules();
    let known = rules.message(&message).and_then(|m| rules.messages.get(usize::from(m)));
    let join = known.is_some_and(|m| matches!(m.kind, MessageKind::Join));
    let fields = if join { Vec::new() } else { replica.fields(id) };
    let shown: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}: {}", naming.text(value))).collect();
    let fields =
        if shown.is_empty() { String::new() } else { format!(" {{ {} }}", shown.join(", ")) };
    format!("{}: {message}{fields}", (naming.person)(&author))
}

/// The `open` entry.
fn opening(replica: &Replica, place: &str) -> Why {
    let naming = Naming { person: &|print| replica.name_of(print), entry: &entry_name };
    let id = replica.conversation();
    let who = replica.said(&id).map(|(print, _)| with_roles(replica, &naming, &print));
    Why {
        place: format!("{place}, {}", entry_name(&id)),
        said: "open".into(),
        who: who.unwrap_or_default(),
        at: at(replica, &id),
        judged: Judged::Accepted,
        at_first: None,
        meaning: Some("it opens the conversation: rules, terms and members are its"),
        before: None,
        after: None,
        checks: Vec::new(),
        suggestions: Vec::new(),
    }
}

/// An entry that is well-formed and signed, and never came into the conversation.
fn not_in(replica: &Replica, entry: &Entry, place: &str, code: Code, text: String) -> Why {
    let naming = Naming { person: &|print| replica.name_of(print), entry: &entry_name };
    let members = &replica.opening().members;
    let own = |m: &&Member| m.devices.iter().any(|d| d.device() == entry.author());
    let who = members.iter().find(own).and_then(Member::person);
    let who = who.map_or_else(
        || "a device that nobody has certified".to_owned(),
        |p| with_roles(replica, &naming, &p),
    );
    Why {
        place: format!("{place}, {}", entry_name(&entry.id())),
        said: entry.message().to_owned(),
        who,
        at: i64::try_from(entry.at()).unwrap_or(0),
        judged: Judged::Invalid(code, text),
        at_first: None,
        meaning: Some(meaning(code)),
        before: Some(Stand::of(replica, &naming)),
        after: None,
        checks: Vec::new(),
        suggestions: Vec::new(),
    }
}

/// Bytes that are no entry.
fn unread(place: String, code: Code, text: String) -> Why {
    Why {
        place,
        said: String::new(),
        who: String::new(),
        at: 0,
        judged: Judged::Invalid(code, text),
        at_first: None,
        meaning: Some(meaning(code)),
        before: None,
        after: None,
        checks: Vec::new(),
        suggestions: Vec::new(),
    }
}

/// What a code means, for somebody who meets it for the first time.
pub(super) fn meaning(code: Code) -> &'static str {
    match code {
        Code::OutOfTurn => {
            "it was not the turn of this message: the pattern of the rules says what may come after what, and by whom"
        }
        Code::NotAllowed => {
            "it was its turn, and a condition that the rules put on it did not hold"
        }
        Code::TooEarly => "it is a deadline, which may be said once its time has come",
        Code::BadField => "a field does not fit what the rules say of it",
        Code::BadRef => {
            "it speaks of an entry that is not there, was not accepted, or is of another kind"
        }
        Code::BadReveal => "what it shows is not what was hidden, or was hidden by somebody else",
        Code::NotYourRole => "the rules give this message to another role",
        Code::NotAMember => "who said it does not take part",
        Code::UnknownMessage => "the rules have no message of this name",
        Code::ScriptFailed => "code of the rules failed on it; nothing of it was kept",
        Code::BudgetSpent => {
            "code of the rules had more to do for it than one message may cause; nothing of it was kept"
        }
        Code::Ended => "the conversation was over when it came",
        Code::Forked => {
            "its device wrote two entries with one number, and only one of the two branches stands"
        }
        Code::BadSignature => {
            "the signature does not fit the bytes: they were changed, or somebody else signed them"
        }
        Code::BadEncoding => "the bytes are not an entry in its one form",
        Code::Replayed => "it is there already, or belongs to another conversation",
        Code::Backdated => "its time is not later than that of what it builds on",
        Code::Gap => {
            "an earlier entry of the same device is missing; it counts when that one comes"
        }
        Code::MissingParent => {
            "an entry that it builds on is missing; it counts when that one comes"
        }
        Code::Oversize => "it is larger than an entry may be",
        Code::Revoked => "its device was revoked, and nobody had built on it before they knew",
        Code::Expired => "the certificate of its device does not cover its time",
        Code::SealedTwice => "its author has sealed this round, or a later one, already",
        Code::Unjustified => "the seals before it do not lead to this round",
        Code::WrongOutcome => "the entries that it names come to another outcome",
    }
}
