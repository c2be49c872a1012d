//! The tree of a `.conv` file as written: nothing resolved, everything with its place.

use crate::code::Block;
use crate::literal::Literal;
use crate::span::{Name, Span, Spanned};

/// A whole rules file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Syntax {
    /// Items in file order.
    pub items: Vec<Item>,
    /// The first words of items that could not be read: they are wrong, not missing.
    pub unread: Vec<String>,
}

/// One item, with the documentation before it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The `///` lines before it, joined with newlines, without the slashes and one space.
    pub doc: String,
    /// What it is.
    pub kind: ItemKind,
    /// From its keyword to its end.
    pub span: Span,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        let kinds = match (&self.kind, &other.kind) {
            (
                ItemKind::Role { name: a, cardinality: b, open: c },
                ItemKind::Role { name: x, cardinality: y, open: z },
            ) => a == x && b == y && c.is_some() == z.is_some(),
            (a, b) => a == b,
        };
        self.doc == other.doc && kinds
    }
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `conversation NAME "Title"`
    Conversation {
        /// Its name.
        name: Name,
        /// Its title.
        title: Spanned<String>,
    },
    /// `edition 1`
    Edition(Spanned<i64>),
    /// `use std::MODULE`
    Use {
        /// `std`
        root: Name,
        /// The module.
        module: Name,
    },
    /// `role NAME [CARDINALITY] [open]`
    Role {
        /// Its name.
        name: Name,
        /// `3` is `(3, Some(3))`, `2..` is `(2, None)`.
        cardinality: Option<Spanned<(u32, Option<u32>)>>,
        /// The word `open`, where it is written.
        open: Option<Span>,
    },
    /// `overlap a, b`
    Overlap(Vec<Name>),
    /// `terms { … }`
    Terms(Vec<Field>),
    /// `type NAME = TYPE`
    Type {
        /// Its name.
        name: Name,
        /// What it stands for.
        ty: Spanned<TypeSyntax>,
    },
    /// `message NAME by ROLE, … [{ … }]`
    Message {
        /// Its name.
        name: Name,
        /// Who may send it.
        by: Senders,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `deadline NAME at { time }`
    Deadline {
        /// Its name.
        name: Name,
        /// From when on.
        at: Block,
    },
    /// `pattern { … }`
    Pattern(Spanned<PatternSyntax>),
    /// `state { … }`
    State(Vec<Field>),
    /// `on open { … }`
    OnOpen(Block),
    /// `on MESSAGE, … { … }`
    On {
        /// After which messages.
        messages: Vec<Name>,
        /// What is done.
        body: Block,
    },
    /// `allow MESSAGE, … when { bool } else "text"`
    Allow {
        /// Which messages it guards.
        messages: Vec<Name>,
        /// The condition.
        when: Block,
        /// The text where it is false.
        otherwise: Option<Spanned<ElseText>>,
    },
    /// `consensus { bool }`
    Consensus(Block),
    /// `failure { bool } else "text"`
    Failure {
        /// The condition.
        when: Block,
        /// The text of the failure.
        otherwise: Option<Spanned<ElseText>>,
    },
    /// `output { … }`
    Output(Block),
    /// `never NAME { bool }`
    Never {
        /// Its name.
        name: Name,
        /// What must never hold.
        when: Block,
    },
    /// `always NAME { bool }`
    Always {
        /// Its name.
        name: Name,
        /// What must always hold.
        when: Block,
    },
    /// `script { fn … }`
    Script(Vec<crate::code::Function>),
    /// `stage NAME from "file.conv" { roles: { … }, terms { … } }`
    Stage {
        /// Its name.
        name: Name,
        /// The file, relative to this one.
        file: Spanned<String>,
        /// Who holds its roles.
        roles: Vec<(Name, crate::code::Expr)>,
        /// What its terms are.
        terms: Vec<(Name, crate::code::Expr)>,
    },
    /// `seal N of ROLE, …`
    Seal {
        /// How many.
        quorum: Spanned<Quorum>,
        /// Of which roles.
        roles: Vec<Name>,
    },
}

/// Who may send a message.
#[derive(Clone, Debug)]
pub enum Senders {
    /// `by anyone`
    Anyone(Span),
    /// `by a, b`
    Roles(Vec<Name>),
}

impl PartialEq for Senders {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Senders::Anyone(_), Senders::Anyone(_)) => true,
            (Senders::Roles(a), Senders::Roles(b)) => a == b,
            _ => false,
        }
    }
}

/// How many seals make an outcome final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quorum {
    /// `seal 2 of`
    Count(u32),
    /// `seal all of`
    All,
    /// `seal majority of`
    Majority,
}

/// `name: TYPE[?] [= default] `
#[derive(Clone, Debug)]
pub struct Field {
    /// The `///` lines before it.
    pub doc: String,
    /// Its name.
    pub name: Name,
    /// Its type, without the `?`.
    pub ty: Spanned<TypeSyntax>,
    /// The `?`, where it is written.
    pub optional: Option<Span>,
    /// The default, where one is written.
    pub default: Option<Spanned<DefaultSyntax>>,
    /// The whole field.
    pub span: Span,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.doc == other.doc
            && self.name == other.name
            && self.ty == other.ty
            && self.optional.is_some() == other.optional.is_some()
            && self.default == other.default
    }
}

/// What stands after `=` in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultSyntax {
    /// A value.
    Value(Literal),
    /// `last`: the last accepted entry that a `ref` may name.
    Last,
}

/// Either end of a range may be open; both ends are included.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeSyntax {
    /// Lower end.
    pub min: Option<Spanned<Literal>>,
    /// Upper end.
    pub max: Option<Spanned<Literal>>,
}

/// A type as written.
#[derive(Clone, Debug)]
pub enum TypeSyntax {
    /// `bool`, `int(a..b)`, `decimal(…)`, `text(…)`, `bytes(…)`, `time(…)`, `duration(…)`, or the
    /// name of a `type`: a name and a range, if one is written.
    Named {
        /// The word.
        name: Name,
        /// The range in parentheses.
        range: Option<Spanned<RangeSyntax>>,
    },
    /// `person` or `person(role)`
    Person(Option<Name>),
    /// `"a" | "b"`
    Choice(Vec<Spanned<String>>),
    /// `one_of(terms.options)`
    OneOf(Name),
    /// `list(T, a..b, unique)`
    List {
        /// The elements.
        of: Box<Spanned<TypeSyntax>>,
        /// How many.
        len: Option<Spanned<RangeSyntax>>,
        /// The word `unique`, where it is written.
        unique: Option<Span>,
    },
    /// `{ field, … }`
    Record(Vec<Field>),
    /// `ref(a | b)`
    Ref(Vec<Name>),
    /// `file(10mb)`: the largest size in bytes
    File(Spanned<u64>),
    /// `hidden(T)`
    Hidden(Box<Spanned<TypeSyntax>>),
    /// `reveal(message)`
    Reveal(Name),
    /// `outcome(escrow)`: the name that the rules of another conversation give themselves
    Outcome(Name),
    /// `map(K, T, a..b)`
    Map {
        /// The keys.
        key: Box<Spanned<TypeSyntax>>,
        /// The values.
        value: Box<Spanned<TypeSyntax>>,
        /// How many.
        len: Option<Spanned<RangeSyntax>>,
    },
    /// `T?` inside a list, a map or parentheses
    Optional(Box<Spanned<TypeSyntax>>),
    /// `T for a, b`
    Private {
        /// The type of the value.
        of: Box<Spanned<TypeSyntax>>,
        /// Who receives it.
        roles: Vec<Name>,
    },
}

impl PartialEq for TypeSyntax {
    /// Wherever `unique` stands.
    fn eq(&self, other: &Self) -> bool {
        use TypeSyntax as T;
        match (self, other) {
            (T::Named { name: a, range: b }, T::Named { name: x, range: y }) => a == x && b == y,
            (T::Person(a), T::Person(x)) => a == x,
            (T::Choice(a), T::Choice(x)) => a == x,
            (T::OneOf(a), T::OneOf(x))
            | (T::Reveal(a), T::Reveal(x))
            | (T::Outcome(a), T::Outcome(x)) => a == x,
            (T::List { of: a, len: b, unique: c }, T::List { of: x, len: y, unique: z }) => {
                a == x && b == y && c.is_some() == z.is_some()
            }
            (T::Record(a), T::Record(x)) => a == x,
            (T::Ref(a), T::Ref(x)) => a == x,
            (T::File(a), T::File(x)) => a == x,
            (T::Hidden(a), T::Hidden(x)) | (T::Optional(a), T::Optional(x)) => a == x,
            (T::Map { key: a, value: b, len: c }, T::Map { key: x, value: y, len: z }) => {
                a == x && b == y && c == z
            }
            (T::Private { of: a, roles: b }, T::Private { of: x, roles: y }) => a == x && b == y,
            _ => false,
        }
    }
}

/// A pattern as written. Lists hold two or more.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternSyntax {
    /// `m` or `m by role`
    Message {
        /// The message, deadline or stage.
        name: Name,
        /// The narrower sender.
        by: Option<Name>,
    },
    /// `a, b`
    Sequence(Vec<Spanned<PatternSyntax>>),
    /// `a | b`
    Either(Vec<Spanned<PatternSyntax>>),
    /// `a & b`
    Interleave(Vec<Spanned<PatternSyntax>>),
    /// `p*` (0, None), `p+` (1, None), `p?` (0, Some(1)), `p{1..3}`
    Repeat {
        /// What is repeated.
        of: Box<Spanned<PatternSyntax>>,
        /// At least.
        min: u32,
        /// At most.
        max: Option<u32>,
    },
    /// `each ROLE, … ( p )`
    Each {
        /// Whose holders.
        roles: Vec<Name>,
        /// What each does.
        of: Box<Spanned<PatternSyntax>>,
    },
    /// `one ROLE ( p )`
    One {
        /// Of which role.
        role: Name,
        /// What one does.
        of: Box<Spanned<PatternSyntax>>,
    },
    /// `per MESSAGE ( p )`
    Per {
        /// For which message.
        message: Name,
        /// What is done for each.
        of: Box<Spanned<PatternSyntax>>,
    },
    /// `p unless q`
    Unless {
        /// What is expected.
        of: Box<Spanned<PatternSyntax>>,
        /// What may come instead.
        exit: Box<Spanned<PatternSyntax>>,
    },
}

/// A text with holes: `"at most {state.total}"`.
#[derive(Clone, Debug, PartialEq)]
pub struct ElseText {
    /// Pieces in order.
    pub parts: Vec<TextPart>,
}

/// A piece of a text with holes.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// As it is.
    Text(String),
    /// A hole.
    Hole(crate::code::Expr),
}
