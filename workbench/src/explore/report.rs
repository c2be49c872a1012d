//! What a search says, for people and for programs. Every answer stands under its bounds.

use serde_json::{Value, json};

use super::answers::{Answer, Reached};
use super::bounds::{Bounds, COMBINATIONS};
use super::graph::Stand;
use super::kinds::Weight;
use super::search::Found;
use crate::show;
use crate::tone::{Colour, Tone};

/// What a search says.
#[derive(Clone, Debug)]
pub struct Report {
    /// The rules' name.
    pub rules: String,
    /// Who took part: roles and holders.
    pub cast: Vec<(String, Vec<String>)>,
    /// The terms, as a play writes them.
    pub terms: String,
    /// States found.
    pub states: usize,
    /// Entries judged.
    pub transitions: u64,
    /// States in which it is over, with consensus and without.
    pub ended: (usize, usize),
    /// Messages of the longest conversation.
    pub longest: u32,
    /// The shortest conversation to consensus.
    pub consensus: Option<String>,
    /// By the text of a failure, the shortest conversation to it.
    pub failures: Vec<(String, String)>,
    /// Faults, then notes.
    pub answers: Vec<Answer>,
    /// What was not searched, and why.
    pub unsearched: Vec<String>,
}

impl Report {
    pub(super) fn of(
        found: &Found,
        bounds: &Bounds,
        reached: Reached,
        answers: Vec<Answer>,
    ) -> Self {
        let stand = |wanted| found.graph.states.iter().filter(|s| s.stand == wanted).count();
        let head = &found.setting.head;
        Self {
            rules: found.rules.name.clone(),
            cast: head.cast.clone(),
            terms: show::record(&head.terms),
            states: found.graph.states.len(),
            transitions: found.transitions,
            ended: (stand(Stand::Decided), stand(Stand::Failed)),
            longest: found.graph.states.iter().map(|s| s.messages).max().unwrap_or(0),
            consensus: reached.decided,
            failures: reached.failures,
            answers,
            unsearched: unsearched(found, bounds, stand(Stand::Unsearched)),
        }
    }

    /// Whether a fault was found.
    #[must_use]
    pub fn has_faults(&self) -> bool {
        self.answers.iter().any(|answer| answer.weight == Weight::Fault)
    }

    /// All plays, each with a name for its file.
    #[must_use]
    pub fn plays(&self) -> Vec<(String, &str)> {
        let decided = self.consensus.iter().map(|play| ("consensus".to_owned(), play.as_str()));
        let failures = (1..).zip(&self.failures);
        let failures = failures.map(|(n, (_, play))| (format!("failure-{n}"), play.as_str()));
        let answers = (1..).zip(&self.answers).filter_map(|(n, answer)| {
            Some((format!("{}-{n}", answer.kind.name()), answer.play.as_deref()?))
        });
        decided.chain(failures).chain(answers).collect()
    }

    /// For people.
    #[must_use]
    pub fn text(&self, colour: Colour) -> String {
        let mut out = self.head(colour);
        match &self.consensus {
            Some(play) => {
                out.push_str(&format!(
                    "\n{}\n",
                    colour.paint(Tone::Good, "consensus can be reached")
                ));
                out.push_str(&indented(play));
            }
            None => out.push_str("\nconsensus was not reached\n"),
        }
        if !self.failures.is_empty() {
            let texts: Vec<&str> = self.failures.iter().map(|(text, _)| text.as_str()).collect();
            out.push_str(&format!("\nit can fail: {}\n", texts.join("; ")));
        }
        for answer in &self.answers {
            let (tone, word) = match answer.weight {
                Weight::Fault => (Tone::Bad, "fault"),
                Weight::Note => (Tone::Mind, "note"),
            };
            let word = colour.paint(tone, &format!("{word} [{}]", answer.kind.name()));
            out.push_str(&format!("\n{word} {}\n", answer.text));
            out.push_str(&answer.play.as_deref().map(indented).unwrap_or_default());
        }
        if !self.answers.iter().any(|a| a.weight == Weight::Fault) {
            out.push_str(&format!("\n{}\n", colour.paint(Tone::Good, "no fault was found")));
        }
        for line in &self.unsearched {
            out.push_str(&format!("{} {line}\n", colour.paint(Tone::Faint, "not searched:")));
        }
        out
    }

    fn head(&self, colour: Colour) -> String {
        let cast = |(role, who): &(String, Vec<String>)| format!("{} ({role})", who.join(", "));
        let cast: Vec<String> = self.cast.iter().map(cast).collect();
        let (decided, failed) = self.ended;
        format!(
            "{}: {} states, {} transitions; {decided} with consensus, {failed} without; \
             none further than {} messages\nwith {}; terms {}\n",
            colour.paint(Tone::Strong, &self.rules),
            self.states,
            self.transitions,
            self.longest,
            cast.join(", "),
            self.terms,
        )
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let answer = |a: &Answer| {
            let fault = a.weight == Weight::Fault;
            json!({
                "kind": a.kind.name(), "fault": fault, "of": a.of, "text": a.text, "play": a.play,
            })
        };
        let failure = |(text, play): &(String, String)| json!({ "text": text, "play": play });
        let cast: serde_json::Map<String, Value> =
            self.cast.iter().map(|(role, who)| (role.clone(), json!(who))).collect();
        json!({
            "rules": self.rules,
            "cast": cast,
            "terms": self.terms,
            "states": self.states,
            "transitions": self.transitions,
            "decided": self.ended.0,
            "failed": self.ended.1,
            "longest": self.longest,
            "consensus": self.consensus,
            "failures": self.failures.iter().map(failure).collect::<Vec<_>>(),
            "answers": self.answers.iter().map(answer).collect::<Vec<_>>(),
            "unsearched": self.unsearched,
        })
    }
}

fn indented(play: &str) -> String {
    play.lines().map(|line| format!("    {line}\n").replace("    \n", "\n")).collect()
}

/// The bounds, each with what it kept out.
fn unsearched(found: &Found, bounds: &Bounds, states: usize) -> Vec<String> {
    let mut out = vec![
        format!("more than {} persons in a role, where a role allows them", bounds.people),
        format!(
            "other values than up to {} in a field ({} in a list or choice): ends of ranges, what code \
             compares with and what is beside it",
            bounds.values,
            bounds.values.saturating_mul(4)
        ),
        "other terms; messages that take time (each is said at once, time passes for deadlines and \
         where code looks at it)"
            .to_owned(),
        "forks, second devices, and late messages other than one beside the one that decides"
            .to_owned(),
    ];
    if found.cut {
        out.push(format!(
            "what follows from {states} of the states: at most {} messages and {} states",
            bounds.length, bounds.states
        ));
    }
    for message in &found.combined {
        let name = found.rules.messages.get(usize::from(*message)).map(|m| m.name.as_str());
        let name = name.unwrap_or_default();
        out.push(format!("all but {COMBINATIONS} combinations of the fields of `{name}`"));
    }
    out
}
