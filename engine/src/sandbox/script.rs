//! Compiled code, and where its faults stand in the rules file.

use mundi_lang::rules::{
    Failure, Holders, MessageKind, Piece, Rules, Script, Stage, StageId, Text,
};
use mundi_lang::span::Span;
use rhai::{AST, Engine, EvalAltResult, Position, Scope};

use super::{CompileError, FaultKind, ScriptFault};

/// One block, compiled.
pub(crate) struct Compiled {
    ast: AST,
    places: Places,
}

/// From places in printed Rhai to places in the rules file.
struct Places {
    /// Byte offset of each line of the Rhai.
    lines: Vec<u32>,
    table: Vec<(u32, Span)>,
    whole: Span,
}

/// A text with holes, compiled.
pub(crate) struct CompiledText {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a text.
pub(crate) enum Part {
    /// As it is.
    Text(String),
    /// A script whose value is a text.
    Hole(Compiled),
}

/// A guard, compiled.
pub(crate) struct CompiledGuard {
    pub(crate) when: Compiled,
    pub(crate) otherwise: Option<CompiledText>,
}

/// The code of one message, compiled.
pub(crate) struct CompiledMessage {
    pub(crate) deadline: Option<Compiled>,
    pub(crate) guards: Vec<CompiledGuard>,
    pub(crate) handlers: Vec<Compiled>,
}

/// The code of a stage, compiled.
pub(crate) struct CompiledStage {
    /// By its roles: who holds it, where that is code.
    pub(crate) roles: Vec<Option<Compiled>>,
    /// By its terms: what it is given.
    pub(crate) terms: Vec<Option<Compiled>>,
    pub(crate) on_open: Option<Compiled>,
    pub(crate) consensus: Compiled,
    pub(crate) failure: Option<(Compiled, Option<CompiledText>)>,
    pub(crate) output: Option<Compiled>,
}

/// A condition of `never` or `always`, compiled.
pub(crate) struct CompiledInvariant {
    pub(crate) name: String,
    pub(crate) when: Compiled,
    /// Which value breaches.
    pub(crate) breach: bool,
    /// The stage while which it is held.
    pub(crate) stage: Option<StageId>,
}

/// All code of a rules file, compiled.
pub(crate) struct Scripts {
    /// The rules, to tell people in which line something fails.
    text: String,
    functions: Places,
    pub(crate) messages: Vec<CompiledMessage>,
    pub(crate) on_open: Option<Compiled>,
    pub(crate) consensus: Compiled,
    pub(crate) failure: Option<(Compiled, Option<CompiledText>)>,
    pub(crate) output: Option<Compiled>,
    pub(crate) invariants: Vec<CompiledInvariant>,
    pub(crate) stages: Vec<CompiledStage>,
}

/// Compiles scripts that all see the same functions.
struct Compiler<'a> {
    engine: &'a Engine,
    functions: AST,
}

impl Compiler<'_> {
    fn script(&self, script: &Script) -> Result<Compiled, CompileError> {
        let own = self.engine.compile(&script.rhai);
        let own = own.map_err(|e| CompileError(format!("{e} in `{}`", script.rhai)))?;
        let ast = if self.functions.has_functions() { self.functions.merge(&own) } else { own };
        Ok(Compiled { ast, places: Places::new(script) })
    }

    fn text(&self, text: &Text) -> Result<CompiledText, CompileError> {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => Ok(Part::Text(text.clone())),
            Piece::Hole(script) => self.script(script).map(Part::Hole),
        };
        Ok(CompiledText { parts: text.parts.iter().map(part).collect::<Result<_, _>>()? })
    }

    fn maybe(&self, script: Option<&Script>) -> Result<Option<Compiled>, CompileError> {
        script.map(|script| self.script(script)).transpose()
    }

    fn failure(
        &self,
        failure: Option<&Failure>,
    ) -> Result<Option<(Compiled, Option<CompiledText>)>, CompileError> {
        let Some(failure) = failure else { return Ok(None) };
        let text = failure.otherwise.as_ref().map(|t| self.text(t)).transpose()?;
        Ok(Some((self.script(&failure.when)?, text)))
    }

    fn stage(&self, stage: &Stage) -> Result<CompiledStage, CompileError> {
        let role = |(_, holders): &(_, Holders)| match holders {
            Holders::Asked(script) => self.script(script).map(Some),
            Holders::Of(_) | Holders::Nobody => Ok(None),
        };
        let term = |(_, given): &(_, Option<Script>)| self.maybe(given.as_ref());
        Ok(CompiledStage {
            roles: stage.roles.iter().map(role).collect::<Result<_, _>>()?,
            terms: stage.terms.iter().map(term).collect::<Result<_, _>>()?,
            on_open: self.maybe(stage.on_open.as_ref())?,
            consensus: self.script(&stage.consensus)?,
            failure: self.failure(stage.failure.as_ref())?,
            output: self.maybe(stage.output.as_ref())?,
        })
    }

    fn message(
        &self,
        message: &mundi_lang::rules::Message,
    ) -> Result<CompiledMessage, CompileError> {
        let deadline = match &message.kind {
            MessageKind::Deadline(script) => Some(self.script(script)?),
            _ => None,
        };
        let guard = |guard: &mundi_lang::rules::Guard| {
            Ok(CompiledGuard {
                when: self.script(&guard.when)?,
                otherwise: guard.otherwise.as_ref().map(|t| self.text(t)).transpose()?,
            })
        };
        Ok(CompiledMessage {
            deadline,
            guards: message.guards.iter().map(guard).collect::<Result<_, _>>()?,
            handlers: message.handlers.iter().map(|s| self.script(s)).collect::<Result<_, _>>()?,
        })
    }
}

impl Scripts {
    /// Compiles everything.
    pub(crate) fn compile(engine: &Engine, rules: &Rules) -> Result<Self, CompileError> {
        let functions = engine.compile(&rules.functions.rhai);
        let functions = functions.map_err(|e| CompileError(format!("{e} in `script`")))?;
        let compiler = Compiler { engine, functions };
        let failure = compiler.failure(rules.failure.as_ref())?;
        let invariant = |i: &mundi_lang::rules::Invariant| {
            let (name, when) = (i.name.clone(), compiler.script(&i.when)?);
            Ok(CompiledInvariant { name, when, breach: i.breach, stage: i.stage })
        };
        Ok(Self {
            text: rules.text.clone(),
            stages: rules.stages.iter().map(|s| compiler.stage(s)).collect::<Result<_, _>>()?,
            functions: Places::new(&rules.functions),
            messages: rules
                .messages
                .iter()
                .map(|m| compiler.message(m))
                .collect::<Result<_, _>>()?,
            on_open: compiler.maybe(rules.on_open.as_ref())?,
            consensus: compiler.script(&rules.consensus)?,
            failure,
            output: compiler.maybe(rules.output.as_ref())?,
            invariants: rules.invariants.iter().map(invariant).collect::<Result<_, _>>()?,
        })
    }
}

impl Places {
    fn new(script: &Script) -> Self {
        Self { lines: line_starts(&script.rhai), table: script.places.clone(), whole: script.span }
    }

    /// The place in the rules file of a position in the Rhai. Columns of Rhai count characters;
    /// the printer escapes all others than ASCII, so they are bytes.
    fn span(&self, position: Position) -> Span {
        let (Some(line), column) = (position.line(), position.position().unwrap_or(1)) else {
            return self.whole;
        };
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let offset = start.saturating_add(u32::try_from(column.saturating_sub(1)).unwrap_or(0));
        let after = self.table.partition_point(|(at, _)| *at <= offset);
        after.checked_sub(1).and_then(|i| self.table.get(i)).map_or(self.whole, |(_, span)| *span)
    }
}

impl Compiled {
    /// Runs it, with the world lent to the functions.
    pub(crate) fn run(
        &self,
        engine: &Engine,
        scripts: &Scripts,
    ) -> Result<rhai::Dynamic, ScriptFault> {
        let result = engine.eval_ast_with_scope::<rhai::Dynamic>(&mut Scope::new(), &self.ast);
        result.map_err(|error| self.explain(&error, scripts))
    }

    /// Its block in the rules file.
    pub(crate) fn span(&self) -> Span {
        self.places.whole
    }

    /// The fault of a block that has used more than it may.
    pub(crate) fn spent(&self) -> ScriptFault {
        let (kind, text) = describe(&super::Fuel::spent());
        ScriptFault { kind, text, span: self.places.whole }
    }

    /// A fault of the whole block.
    pub(crate) fn fault(&self, text: String) -> ScriptFault {
        ScriptFault { kind: FaultKind::Failed, text, span: self.places.whole }
    }

    fn explain(&self, error: &EvalAltResult, scripts: &Scripts) -> ScriptFault {
        let mut places = &self.places;
        let mut error = error;
        while let EvalAltResult::ErrorInFunctionCall(name, _, inner, _) = error {
            if name.starts_with("f_") {
                places = &scripts.functions;
            }
            error = inner;
        }
        let (kind, text) = describe(error);
        let span = places.span(error.position());
        let (file, line) = mundi_lang::bundle::line(&scripts.text, span.start as usize);
        let file = file.map_or_else(|| "the rules".to_owned(), |file| format!("`{file}`"));
        ScriptFault { kind, text: format!("line {line} of {file}: {text}"), span }
    }
}

/// The byte offset of each line.
fn line_starts(text: &str) -> Vec<u32> {
    let starts = text.match_indices('\n').map(|(i, _)| i + 1);
    std::iter::once(0).chain(starts).map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect()
}

/// What Rhai's errors mean to a person; its own texts hold names of Rust types.
fn describe(error: &EvalAltResult) -> (FaultKind, String) {
    use EvalAltResult as E;
    let failed = |text: &str| (FaultKind::Failed, text.to_owned());
    match error {
        E::ErrorTerminated(text, _) if text.is_string() => (FaultKind::Spent, text.to_string()),
        E::ErrorTerminated(..)
        | E::ErrorTooManyOperations(..)
        | E::ErrorDataTooLarge(..)
        | E::ErrorStackOverflow(..)
        | E::ErrorTooManyVariables(..) => {
            (FaultKind::Spent, "it does more work than one message may cause".into())
        }
        E::ErrorRuntime(text, _) => (FaultKind::Failed, text.to_string()),
        E::ErrorArithmetic(text, _) if text.contains("zero") => failed("a division by zero"),
        E::ErrorArithmetic(..) => failed("a number too large or too small for its type"),
        E::ErrorArrayBounds(len, index, _) => {
            (FaultKind::Failed, crate::slots::outside(*index, *len))
        }
        E::ErrorFor(..) => failed("what `for` walks over is `()`"),
        _ => failed("a value of another kind than its rules say, or `()`, is used here"),
    }
}
