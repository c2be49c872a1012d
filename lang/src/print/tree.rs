//! Code in the vocabulary of the sandbox: what is left to do is to write it down.

use rust_decimal::Decimal;

use crate::span::Span;

/// An expression and its place in the rules file.
#[derive(Clone, Debug)]
pub(crate) struct Out {
    pub(crate) kind: OutKind,
    pub(crate) span: Span,
    /// In instrumented code: the number of the probe that tells its value.
    pub(crate) probe: Option<i64>,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub(crate) enum OutKind {
    Unit,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(String),
    /// A variable, with its prefix.
    Local(String),
    /// A function of the sandbox or of the rules.
    Call(String, Vec<Out>),
    /// `base.name(args)`: changes the variable `base` in place.
    Method(Box<Out>, &'static str, Vec<Out>),
    Unary(&'static str, Box<Out>),
    Binary(&'static str, Box<Out>, Box<Out>),
    If(Box<Out>, OutBlock, Option<OutBlock>),
    List(Vec<Out>),
    Record(Vec<(String, Out)>),
    /// `base["name"]`
    Member(Box<Out>, String),
    /// `base[index]`, as a place to store only.
    At(Box<Out>, Box<Out>),
    /// An element of a local map, as a place to store only.
    Entry(Box<Out>, Box<Out>),
    /// First, end, whether the end is in it.
    Range(Box<Out>, Box<Out>, bool),
    Block(OutBlock),
}

/// Statements and, perhaps, a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutBlock {
    pub(crate) statements: Vec<OutStatement>,
    pub(crate) tail: Option<Box<Out>>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(crate) enum OutStatement {
    Let(String, Out),
    Set(Out, Out),
    Expr(Out),
    For(String, Out, OutBlock),
    While(Out, OutBlock),
    Return(Option<Out>, Span),
    Break,
    Continue,
}

/// A function of the rules, for one signature.
#[derive(Clone, Debug)]
pub(crate) struct OutFunction {
    pub(crate) name: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) body: OutBlock,
    pub(crate) span: Span,
}

impl Out {
    pub(crate) fn new(kind: OutKind, span: Span) -> Self {
        Self { kind, span, probe: None }
    }

    /// A call of a function of the sandbox.
    pub(crate) fn call(name: &str, args: Vec<Out>, span: Span) -> Self {
        Self::new(OutKind::Call(name.to_owned(), args), span)
    }

    /// A literal number: an index into a table.
    pub(crate) fn index(n: u16, span: Span) -> Self {
        Self::new(OutKind::Int(i64::from(n)), span)
    }

    /// Whether nothing else holds this value: storing it needs no copy. What a function gives is
    /// new, and was paid for there.
    pub(crate) fn is_fresh(&self) -> bool {
        !matches!(
            &self.kind,
            OutKind::Local(_)
                | OutKind::Member(..)
                | OutKind::At(..)
                | OutKind::Entry(..)
                | OutKind::If(..)
                | OutKind::Binary(..)
                | OutKind::Block(_)
        )
    }
}
