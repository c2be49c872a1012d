//! A small run as a play, for `mundi test`: where all that happened is that people spoke.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::people::START;
use crate::plan::{Deed, Plan};
use crate::scenario::{PEOPLE, SCENARIOS, Scenario};
use crate::trace::Spoken;

/// The play, if the run can be said as one. `rules` is the path of the rules, from where the play will lie.
#[must_use]
pub fn play(plan: &Plan, spoken: &[Spoken], rules: &str) -> Option<String> {
    let speech = |deed: &Deed| matches!(deed, Deed::Speak | Deed::Blurt | Deed::Cut { .. });
    if plan.liars != 0 || !plan.events.iter().all(|event| speech(&event.deed)) {
        return None;
    }
    let scenario = SCENARIOS.get(plan.scenario)?;
    let mut text = head(plan, scenario, rules);
    // A play counts a second for each line.
    let mut clock = 0;
    for group in groups(spoken)? {
        let first = group.first()?.time + 1_000;
        let wait = first.saturating_sub(clock + 1_000);
        if wait > 0 {
            let _infallible = writeln!(text, "+{wait}ms");
        }
        clock += wait + 1_000 * group.len() as u64;
        let together = group.len() > 1;
        if together {
            text.push_str("together {\n");
        }
        for one in group {
            line(&mut text, spoken, one, if together { "    " } else { "" });
        }
        if together {
            text.push_str("}\n");
        }
    }
    Some(text)
}

fn head(plan: &Plan, scenario: &Scenario, rules: &str) -> String {
    let cast = scenario.cast.iter().map(|(role, who)| match who {
        [one] => format!("{role}: {one}"),
        all => format!("{role}: [{}]", all.join(", ")),
    });
    let cast: Vec<String> = cast.collect();
    let terms = scenario.terms.replace('=', ": ");
    let start = mundi_lang::units::format_time(i64::try_from(START).unwrap_or(0));
    format!(
        "play \"seed {}\"\nrules \"{rules}\"\ncast {{ {} }}\nterms {{ {terms} }}\nstart {start}\n\n",
        plan.seed,
        cast.join(", ")
    )
}

/// Who had not heard each other speaks together; `None` where that is no row of groups.
fn groups(spoken: &[Spoken]) -> Option<Vec<Vec<&Spoken>>> {
    let mut groups: Vec<Vec<&Spoken>> = Vec::new();
    let mut before: BTreeSet<_> = BTreeSet::new();
    for one in spoken {
        let open: BTreeSet<_> = groups.last().into_iter().flatten().map(|other| other.id).collect();
        let heard_before = before.iter().all(|id| one.past.contains(id));
        if !open.is_empty() && heard_before && open.iter().all(|id| !one.past.contains(id)) {
            groups.last_mut()?.push(one);
            continue;
        }
        before.extend(open);
        if !before.iter().all(|id| one.past.contains(id)) {
            return None;
        }
        groups.push(vec![one]);
    }
    Some(groups)
}

fn line(text: &mut String, all: &[Spoken], one: &Spoken, indent: &str) {
    let who = PEOPLE.get(one.who).copied().unwrap_or("?");
    let fields = own_label(all, one);
    let fields = if fields.is_empty() { String::new() } else { format!(" {{ {fields} }}") };
    let label = all.iter().position(|other| other.id == one.id).unwrap_or(0);
    let _infallible = writeln!(text, "{indent}{who}: {}{fields} as x{label}", one.message);
}

/// Fields in which `own_toss` is the label of the speaker's last `toss`.
fn own_label(all: &[Spoken], one: &Spoken) -> String {
    let mut fields = one.fields.to_owned();
    for (number, other) in all.iter().enumerate() {
        if other.who == one.who && other.time < one.time {
            fields = fields.replace(&format!("own_{}", other.message), &format!("x{number}"));
        }
    }
    fields
}
