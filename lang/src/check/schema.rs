//! The schema: roles, terms, messages, state, resolved to numbers.

use std::collections::BTreeMap;

use super::base::Base;
use super::items::{Items, Said, SaidKind};
use super::names::{self, Taken};
use super::report::Report;
use super::roles;
use super::types::{BUILT_IN, Place, Types, Walk, find_role};
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::rules::{
    Field, Message, MessageId, MessageKind, Openness, Presence, Role, RoleId, Script, StageId, Type,
};
use crate::span::Spanned;
use crate::syntax::{self, Senders};
use crate::ty::{Modules, Ty};

/// What code, pattern and seal may name.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) uses: Vec<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) overlaps: Vec<Vec<RoleId>>,
    pub(crate) terms: Vec<Field>,
    /// Guards, handlers and the scripts of deadlines are filled in later.
    pub(crate) messages: Vec<Message>,
    pub(crate) state: Vec<Field>,
    /// Where the file's numbers begin.
    pub(crate) base: Base,
    /// Its stages, with what is known of them once their files are checked.
    pub(crate) stages: Vec<Held>,
}

/// A stage, as the file around sees it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) id: StageId,
    /// What its `output` gives.
    pub(crate) output: Ty,
}

impl Held {
    /// The fact that it has given its output.
    pub(crate) fn given(&self) -> String {
        format!("{}.output", self.name)
    }
}

impl Schema {
    /// Resolves everything but code.
    pub(crate) fn resolve(
        items: &Items<'_>,
        modules: &Modules,
        base: Base,
        report: &mut Report,
    ) -> Self {
        let uses = uses(items, modules, report);
        let roles = roles::declared(&items.roles, base, report);
        let overlaps = roles::overlaps(items, &roles, base, report);
        let names: Vec<String> = items.said.iter().map(|s| s.name.node.clone()).collect();
        let aliases = aliases(items, report);
        let mut types = Types { roles: &roles, messages: &names, terms: Vec::new(), aliases, base };
        terms(items, &mut types, report);
        for (_, ty) in &items.types {
            // Found here even where nothing uses the type; a place that refuses it says so there.
            let mut quiet = Report::default();
            Walk::new(&types, Place::State, &mut quiet).ty(ty);
            for found in
                quiet.finish().into_iter().filter(|d| !["E0211", "E0225"].contains(&d.code))
            {
                report.add(found);
            }
        }
        let messages = messages(items, &types, report);
        let state = state(items, &types, report);
        let terms = types.terms;
        let stages = Vec::new();
        let mut schema = Self { uses, roles, overlaps, terms, messages, state, base, stages };
        schema.reveals(items, report);
        // Nobody joins or leaves a stage by itself.
        if base.stage.is_none() {
            schema.system();
        }
        schema.stage_names(items, report);
        schema
    }

    /// The role of a name.
    pub(crate) fn role(&self, name: &str) -> Option<RoleId> {
        self.base.role(self.roles.iter().position(|r| r.name == name)?)
    }

    /// The role of a number.
    pub(crate) fn role_at(&self, role: RoleId) -> Option<&Role> {
        self.roles.get(usize::from(role).checked_sub(self.base.roles)?)
    }

    /// The state slot of a number.
    pub(crate) fn slot_at(&self, slot: u16) -> Option<&Field> {
        self.state.get(usize::from(slot).checked_sub(self.base.state)?)
    }

    /// All roles, by their numbers.
    pub(crate) fn role_ids(&self) -> Vec<RoleId> {
        (0..self.roles.len()).filter_map(|n| self.base.role(n)).collect()
    }

    /// All messages, by their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (MessageId, &Message)> {
        let all = self.messages.iter().enumerate();
        all.filter_map(|(n, message)| Some((self.base.message(n)?, message)))
    }

    /// The stage of a name.
    pub(crate) fn stage(&self, name: &str) -> Option<&Held> {
        self.stages.iter().find(|s| s.name == name)
    }

    /// The message of a name.
    pub(crate) fn message(&self, name: &str) -> Option<MessageId> {
        self.base.message(self.messages.iter().position(|m| m.name == name)?)
    }

    /// The message of a number.
    pub(crate) fn at(&self, message: MessageId) -> Option<&Message> {
        self.messages.get(usize::from(message).checked_sub(self.base.messages)?)
    }

    /// The name of a message.
    pub(crate) fn name(&self, message: MessageId) -> &str {
        self.at(message).map_or("?", |m| m.name.as_str())
    }

    /// Whether people may join while it runs.
    pub(crate) fn is_open(&self) -> bool {
        self.roles.iter().any(|r| r.open == Openness::Open)
    }

    /// `reveal(m)` needs hidden fields in `m`.
    fn reveals(&self, items: &Items<'_>, report: &mut Report) {
        for said in &items.said {
            let SaidKind::Message(_, fields) = &said.kind else { continue };
            let Some(message) = self.message(&said.name.node).and_then(|m| self.at(m)) else {
                continue;
            };
            for field in &message.fields {
                let Type::Reveal(of) = field.ty else { continue };
                let hides = |m: &Message| m.fields.iter().any(|f| matches!(f.ty, Type::Hidden(_)));
                if !self.at(of).is_some_and(hides) {
                    let at = fields.iter().find(|f| f.name.node == field.name);
                    report.add(
                        Diagnostic::error(
                            "E0214",
                            at.map_or(said.name.span, |f| f.ty.span),
                            format!("`{}` hides nothing that could be revealed", self.name(of)),
                        )
                        .help("make a field of that message `hidden(…)`"),
                    );
                }
            }
        }
    }

    /// The system's messages, last.
    fn system(&mut self) {
        let by = self.role_ids();
        let role = Field {
            name: "role".to_owned(),
            doc: "The role to join in.".to_owned(),
            ty: Type::Text(0, limits::TEXT),
            presence: Presence::Required,
        };
        let mut add = |name: &str, kind, fields| {
            self.messages.push(Message {
                name: name.to_owned(),
                doc: String::new(),
                kind,
                stage: None,
                by: by.clone(),
                fields,
                guards: Vec::new(),
                handlers: Vec::new(),
            });
        };
        add("join", MessageKind::Join, vec![role]);
        add("leave", MessageKind::Leave, Vec::new());
    }
}

fn uses(items: &Items<'_>, modules: &Modules, report: &mut Report) -> Vec<String> {
    let mut taken = Taken::default();
    let mut out = Vec::new();
    for (root, module) in &items.uses {
        if root.node != "std" {
            report.add(
                Diagnostic::error(
                    "E0217",
                    root.span,
                    format!("there is no library `{}`", root.node),
                )
                .help("write `use std::…`"),
            );
        } else if !modules.modules.contains_key(&module.node) {
            let known = modules.modules.keys().map(String::as_str);
            report.add(names::unknown("E0217", "module", module, known));
        } else if taken.take("module", module, report) {
            out.push(module.node.clone());
        }
    }
    out
}

fn aliases<'a>(
    items: &Items<'a>,
    report: &mut Report,
) -> BTreeMap<&'a str, &'a Spanned<syntax::TypeSyntax>> {
    let mut taken = Taken::default();
    let mut out = BTreeMap::new();
    for (name, ty) in &items.types {
        names::not_reserved("type", name, report);
        if BUILT_IN.contains(&name.node.as_str()) {
            report.error("E0204", name.span, format!("the type `{}` is built in", name.node));
        } else if taken.take("type", name, report) {
            out.insert(name.node.as_str(), *ty);
        }
    }
    out
}

fn terms(items: &Items<'_>, types: &mut Types<'_>, report: &mut Report) {
    let mut taken = Taken::default();
    for (n, field) in items.terms.unwrap_or_default().iter().enumerate() {
        if n == limits::FIELDS {
            report.error("E0221", field.span, "too many terms");
        }
        names::not_reserved("term", &field.name, report);
        if taken.take("term", &field.name, report) {
            let found = Walk::new(types, Place::Terms, report).field(field);
            if let (Some(Type::Outcome(_)), Some(_)) =
                (found.as_ref().map(|f| &f.ty), types.base.stage)
            {
                report.add(
                    Diagnostic::error(
                        "E0216",
                        field.ty.span,
                        "a stage has no outcome among its terms",
                    )
                    .help("require the certificate in the terms of the whole conversation"),
                );
            }
            types.terms.extend(found);
        }
    }
}

fn messages(items: &Items<'_>, types: &Types<'_>, report: &mut Report) -> Vec<Message> {
    let mut taken = Taken::default();
    if let Some(extra) = items.said.get(limits::MESSAGES) {
        report.error("E0221", extra.name.span, "too many messages");
    }
    let mut out = Vec::new();
    for said in &items.said {
        names::not_reserved("message", said.name, report);
        // A message that is there twice keeps its place: numbers are places in the file.
        taken.take("message", said.name, report);
        out.push(message(said, types, report));
    }
    out
}

fn message(said: &Said<'_>, types: &Types<'_>, report: &mut Report) -> Message {
    let all = || (0..types.roles.len()).filter_map(|n| types.base.role(n)).collect::<Vec<RoleId>>();
    let (kind, by, fields) = match &said.kind {
        SaidKind::Deadline(_) => (MessageKind::Deadline(Script::default()), all(), Vec::new()),
        SaidKind::Message(by, fields) => {
            let by = match by {
                Senders::Anyone(_) => all(),
                Senders::Roles(names) => senders(names, types, report),
            };
            let fields = Walk::new(types, Place::Message, report).fields("field", fields);
            (MessageKind::Said, by, fields)
        }
    };
    Message {
        name: said.name.node.clone(),
        doc: said.doc.to_owned(),
        kind,
        stage: types.base.stage,
        by,
        fields,
        guards: Vec::new(),
        handlers: Vec::new(),
    }
}

/// The roles that may send, in file order.
fn senders(names: &[crate::span::Name], types: &Types<'_>, report: &mut Report) -> Vec<RoleId> {
    let mut taken = Taken::default();
    let mut by = Vec::new();
    for name in names {
        if taken.take("sender", name, report) {
            by.extend(find_role(types.roles, types.base, name, report));
        }
    }
    by.sort_unstable();
    by
}

fn state(items: &Items<'_>, types: &Types<'_>, report: &mut Report) -> Vec<Field> {
    let written = items.state.unwrap_or_default();
    let fields = Walk::new(types, Place::State, report).fields("state field", written);
    for field in &fields {
        let empty = match &field.ty {
            Type::List { min, .. } | Type::Map { min, .. } => {
                if *min > 0 && field.presence == Presence::Required {
                    start_is_empty(field, written, report);
                }
                true
            }
            _ => false,
        };
        if field.presence == Presence::Required && !empty {
            let at = written.iter().find(|f| f.name.node == field.name);
            report.add(
                Diagnostic::error(
                    "E0219",
                    at.map_or_else(Default::default, |f| f.span),
                    format!("`{}` has no value when the conversation opens", field.name),
                )
                .help("give it a default with `= …`, or let it be `()` with `?` after its type"),
            );
        }
    }
    fields
}

fn start_is_empty(field: &Field, written: &[syntax::Field], report: &mut Report) {
    let at = written.iter().find(|f| f.name.node == field.name);
    report.add(
        Diagnostic::error(
            "E0219",
            at.map_or_else(Default::default, |f| f.span),
            format!("`{}` starts empty, and its range does not allow that", field.name),
        )
        .help("let the range start at 0"),
    );
}
