//! From the files of a text to one set of rules: each file is checked by itself, in the order in which
//! the stages stand, and what it declares is put behind what was declared before it.

use std::collections::BTreeSet;

use super::base::Base;
use super::items::Items;
use super::notes::{Known, Notes};
use super::schema::{Held, Schema};
use super::scripts::{Code, Lent};
use super::stages::{self, full_name};
use super::{Checked, code, lints, pattern, seal};
use crate::bundle::{self, Part};
use crate::diagnostic::Diagnostic;
use crate::limits::{STAGE_DEPTH, STAGES};
use crate::rules::{
    Field, Marks, Message, Pattern, Role, Rules, Script, Seal, SealQuorum, Stage, StageId,
};
use crate::source::Source;
use crate::span::Span;
use crate::syntax::Syntax;
use crate::ty::{Modules, Ty};

/// What has been put together so far.
pub(super) struct Linker<'t> {
    text: &'t str,
    parts: Vec<Part<'t>>,
    modules: &'t Modules,
    lent: Lent,
    roles: Vec<Role>,
    messages: Vec<Message>,
    terms: usize,
    state: Vec<Field>,
    stages: Vec<Stage>,
    /// Where the messages of each pattern stand.
    patterns: Vec<(Option<StageId>, Vec<Span>)>,
    /// The files around the one being checked, itself last.
    open: Vec<Option<String>>,
    /// Files that some stage names.
    named: BTreeSet<String>,
}

/// A file that was checked.
pub(super) struct File {
    schema: Schema,
    pattern: Pattern,
    seal: Seal,
    code: Code,
    /// What its `output` gives.
    output: Ty,
}

impl<'t> Linker<'t> {
    pub(super) fn new(text: &'t str, modules: &'t Modules, tables: code::TableMaker) -> Self {
        Self {
            text,
            parts: bundle::parts(text),
            modules,
            lent: Lent { tables, ..Lent::default() },
            patterns: Vec::new(),
            roles: Vec::new(),
            messages: Vec::new(),
            terms: 0,
            state: Vec::new(),
            stages: Vec::new(),
            open: Vec::new(),
            named: BTreeSet::new(),
        }
    }

    /// Keeps what it sees on its way.
    pub(super) fn noting(mut self) -> Self {
        self.lent.notes = Some(Notes::default());
        self
    }

    /// The first file, with all that is in it.
    pub(super) fn whole(&mut self, syntax: &Syntax) -> File {
        let whole = Span::new(0, self.parts.first().map_or(0, |p| p.end));
        let file = self.file(syntax, None, None, whole);
        self.superfluous();
        file
    }

    /// Files that stand in the text for nothing.
    fn superfluous(&mut self) {
        let mut seen = BTreeSet::new();
        for part in &self.parts {
            let Some(path) = part.path else { continue };
            let text = if !self.named.contains(path) {
                format!("no stage names `{path}`")
            } else if !seen.insert(path) {
                format!("`{path}` stands twice in this text")
            } else {
                continue;
            };
            let at = Span::new(part.head, part.start.saturating_sub(1).max(part.head));
            self.lent
                .report
                .add(Diagnostic::error("E0226", at, text).help("take the file out of this text"));
        }
    }

    fn file(
        &mut self,
        syntax: &Syntax,
        path: Option<&str>,
        stage: Option<StageId>,
        whole: Span,
    ) -> File {
        self.open.push(path.map(str::to_owned));
        let report = &mut self.lent.report;
        let items = Items::gather(syntax, report);
        let base = Base {
            roles: self.roles.len(),
            messages: self.messages.len(),
            terms: self.terms,
            state: self.state.len(),
            stage,
        };
        let mut schema = Schema::resolve(&items, self.modules, base, report);
        self.declare(&schema);
        let mut inner = Vec::new();
        for item in &items.stages {
            let name = item.name.node.clone();
            let Some((id, file)) = self.stage(item, path, stage) else {
                // What is wrong is said; that its name is not known would be said once more.
                schema.stages.push(Held { name, id: StageId::MAX, output: Ty::Unknown });
                continue;
            };
            schema.stages.push(Held { name, id, output: file.output.clone() });
            inner.push((item, id, file));
        }
        let report = &mut self.lent.report;
        stages::need_a_pattern(&items, report);
        let pattern = pattern::resolve(items.pattern, &schema, report);
        self.patterns.extend(items.pattern.map(|written| (stage, pattern::places(written))));
        let head = items.conversation.map_or_else(Span::default, |(name, ..)| name.span);
        let seal = match stage {
            None => seal::resolve(items.seal, head, &schema, report),
            Some(_) => Seal { quorum: SealQuorum::TwoThirds, roles: Vec::new() },
        };
        lints::check(&items, &schema, &pattern, report);
        let lent = std::mem::take(&mut self.lent);
        let all = &mut self.stages;
        let give = |shared: &mut code::Shared<'_>| {
            for (item, id, file) in &inner {
                if let Some(stage) = all.get_mut(usize::from(*id)) {
                    stages::given(item, &file.schema, stage, shared);
                }
            }
        };
        let (code, lent, output) =
            Code::of(&items, &schema, self.modules, &pattern, whole, lent, give);
        self.lent = lent;
        self.open.pop();
        File { schema, pattern, seal, code, output }
    }

    /// What a file declares, under its full names.
    fn declare(&mut self, schema: &Schema) {
        let around = schema.base.stage.and_then(|s| self.stages.get(usize::from(s)));
        let around = around.map(|s| s.name.clone()).unwrap_or_default();
        let full = |name: &str| full_name(&around, name);
        let role = |r: &Role| Role { name: full(&r.name), ..r.clone() };
        self.roles.extend(schema.roles.iter().map(role));
        let message = |m: &Message| Message { name: full(&m.name), ..m.clone() };
        self.messages.extend(schema.messages.iter().map(message));
        let slot = |f: &Field| Field { name: full(&f.name), ..f.clone() };
        self.state.extend(schema.state.iter().map(slot));
        self.terms += schema.terms.len();
    }

    /// Checks the file of a stage and puts the stage among the others, but for what it is given.
    fn stage(
        &mut self,
        item: &super::items::StageItem<'_>,
        around: Option<&str>,
        within: Option<StageId>,
    ) -> Option<(StageId, File)> {
        let part = self.part(item, around)?;
        let path = part.path?;
        let id = StageId::try_from(self.stages.len()).ok()?;
        let outer = within.and_then(|s| self.stages.get(usize::from(s)));
        let name = full_name(outer.map_or("", |s| s.name.as_str()), &item.name.node);
        let message = self.messages.iter().position(|m| m.name == name)?;
        self.stages.push(Stage {
            name,
            title: String::new(),
            doc: item.doc.to_owned(),
            within,
            message: message.try_into().ok()?,
            roles: Vec::new(),
            overlaps: Vec::new(),
            first_term: u16::try_from(self.terms).ok()?,
            terms: Vec::new(),
            pattern: Pattern::Sequence(Vec::new()),
            on_open: None,
            consensus: Script::default(),
            failure: None,
            output: None,
        });
        let (tree, found) = bundle::tree(self.text, &part);
        found.into_iter().for_each(|d| self.lent.report.add(d));
        let syntax = tree.unwrap_or_default();
        let mut file = self.file(&syntax, Some(path), Some(id), Span::new(part.start, part.end));
        self.settle(id, &syntax, &mut file);
        Some((id, file))
    }

    /// Puts the code of a stage where it belongs.
    fn settle(&mut self, id: StageId, syntax: &Syntax, file: &mut File) {
        let code = std::mem::take(&mut file.code);
        code.messages.place(&mut self.messages);
        self.lent.invariants.extend(code.invariants);
        let Some(stage) = self.stages.get_mut(usize::from(id)) else { return };
        stage.title = title(syntax);
        stage.overlaps = file.schema.overlaps.clone();
        stage.terms = file.schema.terms.iter().map(|f| (f.clone(), None)).collect();
        stage.pattern = file.pattern.clone();
        stage.on_open = code.on_open;
        stage.consensus = code.consensus.unwrap_or_default();
        stage.failure = code.failure;
        stage.output = code.output;
    }

    /// The file that a stage names, unless it may not be held here.
    fn part(
        &mut self,
        item: &super::items::StageItem<'_>,
        around: Option<&str>,
    ) -> Option<Part<'t>> {
        let report = &mut self.lent.report;
        let at = item.file.span;
        let Some(path) = bundle::resolve(around, &item.file.node) else {
            let text = format!("`{}` is no path that a stage can name", item.file.node);
            let help = "write names of folders and a file with `/` between them, without `..`";
            report.add(Diagnostic::error("E0226", at, text).help(help));
            return None;
        };
        self.named.insert(path.clone());
        let Some(part) = self.parts.iter().find(|p| p.path == Some(&path)).copied() else {
            let text = format!("there is no file `{path}` beside these rules");
            let help = "correct the path: it is relative to the file in which it stands";
            report.add(Diagnostic::error("E0226", at, text).help(help));
            return None;
        };
        let refused = if self.open.contains(&Some(path.clone())) {
            Some(format!("`{path}` would hold itself"))
        } else if self.open.len() > STAGE_DEPTH {
            Some(format!("stages nest at most {STAGE_DEPTH} deep"))
        } else if self.stages.len() >= STAGES {
            Some(format!(
                "a conversation holds at most {STAGES} stages, those in stages among them"
            ))
        } else {
            None
        };
        match refused {
            None => Some(part),
            Some(text) => {
                let help = "hold the conversations one after the other instead";
                report.add(Diagnostic::error("E0227", at, text).help(help));
                None
            }
        }
    }

    /// The rules, where nothing is wrong.
    pub(super) fn finish(
        mut self,
        file: File,
        source: &Source,
        syntax: &Syntax,
    ) -> (Checked, Known) {
        let File { schema, pattern, seal, mut code, .. } = file;
        std::mem::take(&mut code.messages).place(&mut self.messages);
        let failed = self.lent.report.failed();
        let mut invariants = std::mem::take(&mut code.invariants);
        invariants.append(&mut self.lent.invariants);
        let notes = self.lent.notes.take();
        let known = match notes {
            Some(_) => Known::new(&self.roles, &self.messages, &self.stages, notes),
            None => Known::default(),
        };
        let diagnostics = self.lent.report.finish();
        let (tables, marks) = self.lent.tables.finish();
        let (name, doc) = name(syntax);
        let rules = match (failed, code.consensus) {
            (false, Some(consensus)) => Some(Rules {
                text: source.text.clone(),
                name,
                title: title(syntax),
                doc,
                edition: 1,
                uses: schema.uses,
                roles: self.roles,
                overlaps: schema.overlaps,
                terms: schema.terms,
                messages: self.messages,
                stages: self.stages,
                pattern,
                state: self.state,
                on_open: code.on_open,
                consensus,
                failure: code.failure,
                output: code.output,
                invariants,
                seal,
                functions: crate::print::text::functions(&self.lent.functions),
                tables,
                marks: Marks { patterns: self.patterns, ..marks },
            }),
            _ => None,
        };
        (Checked { rules, diagnostics }, known)
    }
}

/// What a file calls itself, and its documentation.
fn name(syntax: &Syntax) -> (String, String) {
    let found = syntax.items.iter().find_map(|item| match &item.kind {
        crate::syntax::ItemKind::Conversation { name, .. } => {
            Some((name.node.clone(), item.doc.clone()))
        }
        _ => None,
    });
    found.unwrap_or_default()
}

/// The title that a file gives itself.
fn title(syntax: &Syntax) -> String {
    let found = syntax.items.iter().find_map(|item| match &item.kind {
        crate::syntax::ItemKind::Conversation { title, .. } => Some(title.node.clone()),
        _ => None,
    });
    found.unwrap_or_default()
}
