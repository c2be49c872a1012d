//! How an outcome stands, for people and for programs: provisional, open, final, broken, and why.

use mundi_engine::sealing::{Final, Finality};
use mundi_identity::Fingerprint;
use serde_json::{Value, json};

use crate::screen::{Colour, Tone};
use crate::show::{Naming, hex};

/// In lines; nothing where there is no outcome.
#[must_use]
pub fn text(finality: &Finality, naming: &Naming<'_>, colour: Colour) -> String {
    match finality {
        Finality::None => String::new(),
        Finality::Provisional { waiting } if waiting.is_empty() => format!(
            "{}: everybody may join, so nobody's seal could make it final\n",
            colour.paint(Tone::Mind, "provisional")
        ),
        Finality::Provisional { waiting } => format!(
            "{}: nobody has sealed it yet, so what comes late can change it; waiting for {}\n",
            colour.paint(Tone::Mind, "provisional"),
            names(waiting, naming)
        ),
        Finality::Open { round, sealed, needed, waiting, twice } => format!(
            "{}: {} of {needed} seals in round {round}, by {}; waiting for {}\n{}",
            colour.paint(Tone::Mind, "open"),
            sealed.len(),
            names(sealed, naming),
            names(waiting, naming),
            blame(twice, naming, colour)
        ),
        Finality::Final(one) => {
            format!("{}: {}\n", colour.paint(Tone::Good, "final"), by_whom(one, naming))
        }
        Finality::Broken { finals, twice } => {
            let mut out = format!(
                "{}: more than one outcome is final, and none of them counts\n",
                colour.paint(Tone::Bad, "broken")
            );
            for one in finals {
                let output = naming.text(&one.output);
                out.push_str(&format!("    {output}: {}\n", by_whom(one, naming)));
            }
            out.push_str(&blame(twice, naming, colour));
            out
        }
    }
}

/// `sealed in round 1 by ada, cy`; the first round is not named.
fn by_whom(one: &Final, naming: &Naming<'_>) -> String {
    let round = if one.round == 0 { String::new() } else { format!(" in round {}", one.round) };
    format!("sealed{round} by {}", names(&one.sealed, naming))
}

fn blame(twice: &[Fingerprint], naming: &Naming<'_>, colour: Colour) -> String {
    if twice.is_empty() {
        return String::new();
    }
    format!(
        "{}: {} sealed two outcomes in one round; the log proves it\n",
        colour.paint(Tone::Bad, "double seal"),
        names(twice, naming)
    )
}

fn names(all: &[Fingerprint], naming: &Naming<'_>) -> String {
    match all {
        [] => "nobody".into(),
        all => all.iter().map(|p| (naming.person)(p)).collect::<Vec<_>>().join(", "),
    }
}

/// For programs: `state` and what belongs to it.
#[must_use]
pub fn json(finality: &Finality, naming: &Naming<'_>) -> Value {
    let people = |all: &[Fingerprint]| -> Vec<String> {
        all.iter().map(|person| (naming.person)(person)).collect()
    };
    let one = |one: &Final| {
        json!({
            "round": one.round,
            "outcome": hex(&one.hash.0),
            "decided_by": hex(&one.outcome.entry.0),
            "output": naming.json(&one.output),
            "sealed": people(&one.sealed),
            "absent": people(&one.absent),
        })
    };
    match finality {
        Finality::None => json!({"state": "none"}),
        Finality::Provisional { waiting } => {
            json!({"state": "provisional", "waiting": people(waiting)})
        }
        Finality::Open { round, sealed, needed, waiting, twice } => json!({
            "state": "open", "round": round, "sealed": people(sealed), "needed": needed,
            "waiting": people(waiting), "twice": people(twice),
        }),
        Finality::Final(found) => json!({"state": "final", "final": one(found)}),
        Finality::Broken { finals, twice } => json!({
            "state": "broken", "finals": finals.iter().map(one).collect::<Vec<_>>(),
            "twice": people(twice),
        }),
    }
}
