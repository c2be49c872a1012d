//! The tree of the code between braces: a closed subset of Rhai.

use rust_decimal::Decimal;

use crate::span::{Name, Span, Spanned};
use crate::syntax::TextPart;

/// Statements and, perhaps, a value at the end.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements before the value.
    pub statements: Vec<Statement>,
    /// The expression without a semicolon at the end: the block's value.
    pub tail: Option<Box<Expr>>,
    /// With its braces.
    pub span: Span,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.statements == other.statements && self.tail == other.tail
    }
}

/// A statement and where it stands.
pub type Statement = Spanned<StatementKind>;

/// The kinds of statements. `if` as a statement is an expression whose value is dropped.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let x = e;` (`None`: `let x;`, which is refused by the checker)
    Let {
        /// The variable.
        name: Name,
        /// Its value.
        value: Option<Expr>,
    },
    /// `place = e;`, `place += e;`
    Assign {
        /// What is assigned to: a variable, a field, an element.
        target: Expr,
        /// `None` for `=`, else the operator before the `=`.
        op: Option<BinaryOp>,
        /// The value.
        value: Expr,
    },
    /// `e;`, and `if`, whose braces need no semicolon
    Expr(Expr),
    /// `for x in e { … }`
    For {
        /// The variable.
        name: Name,
        /// A list or a range.
        over: Expr,
        /// The body.
        body: Block,
    },
    /// `while e { … }`
    While {
        /// The condition.
        condition: Expr,
        /// The body.
        body: Block,
    },
    /// `return;`, `return e;`
    Return(Option<Expr>),
    /// `break;`
    Break,
    /// `continue;`
    Continue,
}

/// An expression and where it stands.
pub type Expr = Spanned<ExprKind>;

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `()`
    Unit,
    /// `true`
    Bool(bool),
    /// `12`
    Int(i64),
    /// `12.50`
    Decimal(Decimal),
    /// `"text"`, its escapes undone
    Text(String),
    /// `` `text ${e}` ``
    Template(Vec<TextPart>),
    /// `x`, `state`, `msg`, `from`, `now`
    Variable(String),
    /// `e.name`, `e?.name`
    Field {
        /// Of what.
        base: Box<Expr>,
        /// The field.
        name: Name,
        /// Whether it is `?.`
        chain: Chain,
    },
    /// `e[i]`
    Index {
        /// Of what.
        base: Box<Expr>,
        /// Which.
        index: Box<Expr>,
    },
    /// `f(a, b)`, `module::f(a)`
    Call {
        /// The module, where one is written.
        module: Option<Name>,
        /// The function.
        name: Name,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `e.f(a, b)`, `e?.f(a)`
    Method {
        /// Of what.
        base: Box<Expr>,
        /// The method.
        name: Name,
        /// The arguments.
        args: Vec<Expr>,
        /// Whether it is `?.`
        chain: Chain,
    },
    /// `-e`, `!e`
    Unary {
        /// Which.
        op: UnaryOp,
        /// Of what.
        of: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// Which, and where it stands.
        op: Spanned<BinaryOp>,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `if a { … } else { … }`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// Where it is true.
        then: Block,
        /// Where it is false: a block, or another `if` as the tail of one.
        otherwise: Option<Block>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `#{ a: 1 }`
    Record(Vec<(Name, Expr)>),
    /// `a..b` (the end excluded) or `a..=b`
    Range {
        /// First.
        start: Box<Expr>,
        /// Last or one past it.
        end: Box<Expr>,
        /// Whether the end is in it.
        inclusive: bool,
    },
    /// `(e)`: kept so that the formatter can write it again
    Paren(Box<Expr>),
    /// `{ … }` as a value
    Block(Block),
}

/// `.` or `?.`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// `.`: what stands before must not be `()`
    Plain,
    /// `?.`: `()` where what stands before is `()`
    Optional,
}

/// Operators before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Minus,
    /// `!`
    Not,
}

/// Operators between operands, loosest last: `??` binds tightest after `* / %` and `+ -`, then
/// comparisons and `in`, then `&&`, then `||` (as in Rhai).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `??`
    Else,
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `in`
    In,
    /// `!in`
    NotIn,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// `fn name(a, b) { … }` of a `script`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The `///` lines before it.
    pub doc: String,
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Name>,
    /// Its body.
    pub body: Block,
}
