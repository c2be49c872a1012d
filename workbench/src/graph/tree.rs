//! What is to be drawn: the pattern with everything in words that a box shows.
//!
//! Whoever draws it knows neither rules nor rehearsals, only this tree.

use std::collections::BTreeSet;

use mundi_lang::rules::{MessageKind, Openness, Pattern, Role, RoleId, Rules, Stage};

use super::standing::{Mark, Places, Standing};
use super::words;
use crate::rehearsal::Rehearsal;
use crate::show::plain;

/// A whole diagram.
pub(super) struct Diagram {
    /// `Escrow order`
    pub(super) title: String,
    /// `escrow`
    pub(super) name: String,
    /// How the rehearsal stands.
    pub(super) standing: Option<String>,
    /// All roles, by [`RoleId`].
    pub(super) roles: Vec<Shown>,
    /// The pattern.
    pub(super) whole: Part,
}

/// A role in the legend.
pub(super) struct Shown {
    /// `buyer`
    pub(super) name: String,
    /// `one`, `2 or more`, `open`
    pub(super) holders: String,
}

/// A part of the pattern.
pub(super) enum Part {
    /// A message or a deadline.
    Message(Box<Leaf>),
    /// One after the other; of none: nothing.
    Sequence(Vec<Part>),
    /// One of them.
    Either(Vec<Part>),
    /// All of them, interleaved.
    Interleave(Vec<Part>),
    /// At least and at most so often.
    Repeat(Box<Part>, u32, Option<u32>),
    /// Something with a heading around it.
    Frame(Frame, Box<Part>),
    /// The first; the second may come instead.
    Unless(Box<Part>, Box<Part>),
}

/// What a frame says of its content.
pub(super) struct Frame {
    /// Which.
    pub(super) kind: FrameKind,
    /// `each voter`, `stage vote: Vote`
    pub(super) heading: String,
}

/// The kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// `each`, `per`: its content happens several times, side by side.
    Many,
    /// `one`
    One,
    /// `stage`
    Stage,
}

/// A box.
pub(super) struct Leaf {
    /// `order`, `vote.pick`
    pub(super) name: String,
    /// Who may send it.
    pub(super) roles: Vec<RoleId>,
    /// `by buyer, seller`, `by anyone`
    pub(super) senders: String,
    /// Of a deadline: its time, as written.
    pub(super) deadline: Option<String>,
    /// Its guards' conditions, as written.
    pub(super) guards: Vec<String>,
    /// What its author says of it.
    pub(super) doc: String,
    /// How far a rehearsal has come with it.
    pub(super) mark: Option<Mark>,
}

impl Diagram {
    /// The diagram of the rules' pattern, with the marks of a rehearsal.
    pub(super) fn of(rules: &Rules, rehearsal: Option<&Rehearsal>) -> Self {
        let standing = rehearsal.map(Standing::of);
        let builder = Builder { rules, standing: standing.as_ref() };
        let mut whole = builder.part(&rules.pattern);
        tell_places(&mut whole);
        Self {
            title: plain(&rules.title),
            name: rules.name.clone(),
            standing: standing.as_ref().map(|s| s.in_words.clone()),
            roles: rules.roles.iter().map(shown).collect(),
            whole,
        }
    }

    /// The numbers of the roles that some box or frame names, in order.
    pub(super) fn cast(&self) -> Vec<RoleId> {
        let mut roles: Vec<RoleId> = Vec::new();
        self.whole.leaves(&mut |leaf| roles.extend(&leaf.roles));
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

impl Part {
    /// Every box, in the order of the pattern.
    pub(super) fn leaves<'a>(&'a self, visit: &mut impl FnMut(&'a Leaf)) {
        match self {
            Part::Message(leaf) => visit(leaf),
            Part::Sequence(parts) | Part::Either(parts) | Part::Interleave(parts) => {
                parts.iter().for_each(|part| part.leaves(visit));
            }
            Part::Repeat(of, ..) | Part::Frame(_, of) => of.leaves(visit),
            Part::Unless(of, exit) => {
                of.leaves(visit);
                exit.leaves(visit);
            }
        }
    }

    /// Every box, to change it.
    fn each_leaf(&mut self, visit: &mut impl FnMut(&mut Leaf)) {
        match self {
            Part::Message(leaf) => visit(leaf),
            Part::Sequence(parts) | Part::Either(parts) | Part::Interleave(parts) => {
                parts.iter_mut().for_each(|part| part.each_leaf(visit));
            }
            Part::Repeat(of, ..) | Part::Frame(_, of) => of.each_leaf(visit),
            Part::Unless(of, exit) => {
                of.each_leaf(visit);
                exit.each_leaf(visit);
            }
        }
    }
}

/// Which marks stand at several boxes.
fn tell_places(whole: &mut Part) {
    let mut all: Vec<(String, Vec<RoleId>)> = Vec::new();
    whole.leaves(&mut |leaf| all.push((leaf.name.clone(), leaf.roles.clone())));
    all.sort_unstable();
    let several: BTreeSet<_> = all
        .windows(2)
        .filter_map(|two| two.first().filter(|one| two.last() == Some(*one)))
        .collect();
    whole.each_leaf(&mut |leaf| {
        let key = (leaf.name.clone(), leaf.roles.clone());
        if let Some(mark) = leaf.mark.as_mut().filter(|_| several.contains(&key)) {
            mark.places = Places::Several;
        }
    });
}

fn shown(role: &Role) -> Shown {
    let holders = match (role.open, role.min, role.max) {
        (Openness::Open, ..) => "open".to_owned(),
        (_, 1, Some(1)) => "one".to_owned(),
        (_, min, max) => words::bounds(min, max),
    };
    Shown { name: role.name.clone(), holders }
}

/// Makes the tree.
struct Builder<'a> {
    rules: &'a Rules,
    standing: Option<&'a Standing<'a>>,
}

impl Builder<'_> {
    fn part(&self, pattern: &Pattern) -> Part {
        let parts = |of: &[Pattern]| of.iter().map(|p| self.part(p)).collect();
        let boxed = |of: &Pattern| Box::new(self.part(of));
        match pattern {
            Pattern::Message(message, roles) => self.message(*message, roles),
            // One way alone is no choice: rules with one message and no pattern are so.
            Pattern::Sequence(of) | Pattern::Either(of) | Pattern::Interleave(of)
                if of.len() == 1 =>
            {
                of.first().map_or(Part::Sequence(Vec::new()), |one| self.part(one))
            }
            Pattern::Sequence(of) => Part::Sequence(parts(of)),
            Pattern::Either(of) => Part::Either(parts(of)),
            Pattern::Interleave(of) => Part::Interleave(parts(of)),
            Pattern::Repeat(of, min, max) => Part::Repeat(boxed(of), *min, *max),
            Pattern::Each(roles, of) => {
                let heading = format!("each {}", self.role_names(roles).join(", "));
                Part::Frame(Frame { kind: FrameKind::Many, heading }, boxed(of))
            }
            Pattern::One(role, of) => {
                let heading = format!("one {}", self.role_names(&[*role]).join(", "));
                Part::Frame(Frame { kind: FrameKind::One, heading }, boxed(of))
            }
            Pattern::Per(message, of) => {
                let of_name = self.rules.messages.get(usize::from(*message));
                let heading = format!("per {}", of_name.map_or("", |m| m.name.as_str()));
                Part::Frame(Frame { kind: FrameKind::Many, heading }, boxed(of))
            }
            Pattern::Unless(of, exit) => Part::Unless(boxed(of), boxed(exit)),
        }
    }

    /// A box; of a stage's name, the frame of the stage.
    fn message(&self, number: u16, roles: &[RoleId]) -> Part {
        let Some(message) = self.rules.messages.get(usize::from(number)) else {
            return Part::Sequence(Vec::new());
        };
        let stage = self.rules.stages.iter().find(|stage| stage.message == number);
        if let (MessageKind::Stage, Some(Stage { name, title, pattern, .. })) =
            (&message.kind, stage)
        {
            let heading = format!("stage {name}: {}", plain(title));
            let frame = Frame { kind: FrameKind::Stage, heading };
            return Part::Frame(frame, Box::new(self.part(pattern)));
        }
        let deadline = match &message.kind {
            MessageKind::Deadline(time) => Some(self.written(time.span)),
            _ => None,
        };
        let narrowed = roles.len() < message.by.len();
        let held = |role: &RoleId| self.rules.roles.get(usize::from(*role));
        let names: Vec<&str> = roles.iter().filter_map(held).map(|r| r.name.as_str()).collect();
        Part::Message(Box::new(Leaf {
            name: message.name.clone(),
            roles: roles.to_vec(),
            senders: self.senders(roles, message.stage),
            deadline,
            guards: message.guards.iter().map(|guard| self.written(guard.span)).collect(),
            doc: plain(&message.doc.replace('\n', " ")),
            mark: self
                .standing
                .map(|s| s.mark(&message.name, narrowed.then_some(names.as_slice()), Places::One)),
        }))
    }

    fn role_names(&self, roles: &[RoleId]) -> Vec<&str> {
        let name = |role: &RoleId| self.rules.roles.get(usize::from(*role));
        roles.iter().filter_map(name).map(|role| role.name.as_str()).collect()
    }

    /// `by buyer, seller`; of all roles of the conversation or stage: `by anyone`.
    fn senders(&self, roles: &[RoleId], stage: Option<u16>) -> String {
        let all = self.rules.roles.iter().filter(|role| role.stage == stage).count();
        if all > 1 && roles.len() == all {
            return "by anyone".to_owned();
        }
        format!("by {}", self.role_names(roles).join(", "))
    }

    /// What stands between the braces of a block in the file, on one line.
    fn written(&self, span: mundi_lang::Span) -> String {
        words::code(self.rules.text.get(span.range()).unwrap_or(""))
    }
}
