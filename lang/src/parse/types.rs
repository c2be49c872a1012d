//! Fields and their types.

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::literal::Literal;
use crate::parse::build::{Build, Node, child, children};
use crate::span::{Name, Spanned};
use crate::syntax::{DefaultSyntax, Field, RangeSyntax, TypeSyntax};

impl Build<'_> {
    /// The fields between braces.
    pub(crate) fn fields(&mut self, node: &Node<'_>) -> Vec<Field> {
        let fields = children(node);
        fields.iter().filter(|n| n.as_rule() == Rule::field).map(|n| self.field(n)).collect()
    }

    fn field(&mut self, node: &Node<'_>) -> Field {
        let span = self.span(node);
        let mut ty = self.plain_type(node);
        let mut optional = child(node, Rule::optional).map(|n| self.span(&n));
        if let TypeSyntax::Optional(inner) = ty.node {
            optional = optional.or(Some(ty.span));
            ty = *inner;
        }
        if let Some(private) = child(node, Rule::private) {
            let roles = self.private_roles(&private);
            let span = ty.span.to(self.span(&private));
            ty = Spanned::new(TypeSyntax::Private { of: Box::new(ty), roles }, span);
        }
        let doc = self.docs.at(span.start as usize);
        Field {
            doc,
            name: self.first_name(node),
            ty,
            optional,
            default: self.default_of(node),
            span,
        }
    }

    fn private_roles(&self, node: &Node<'_>) -> Vec<Name> {
        let roles = children(node).into_iter().filter(|n| n.as_rule() == Rule::private_role);
        roles.map(|n| self.first_name(&n)).collect()
    }

    fn default_of(&mut self, node: &Node<'_>) -> Option<Spanned<DefaultSyntax>> {
        if let Some(last) = child(node, Rule::k_last) {
            return Some(Spanned::new(DefaultSyntax::Last, self.span(&last)));
        }
        let value = child(node, Rule::literal)?;
        let value = self.value(&value);
        if let Some(name) = names(&value.node) {
            let what = format!("`{name}` is a name, and a default is a value");
            let help = format!("write `\"{name}\"` for a text");
            self.report(Diagnostic::error("E0139", value.span, what).help(help));
        }
        Some(Spanned::new(DefaultSyntax::Value(value.node), value.span))
    }

    /// The type under a pair, without a `?` beside it.
    fn plain_type(&mut self, node: &Node<'_>) -> Spanned<TypeSyntax> {
        let missing = Spanned::new(TypeSyntax::Choice(Vec::new()), self.span(node));
        let Some(ty) = child(node, Rule::ty) else { return missing };
        let Some(inner) = ty.clone().into_inner().next() else { return missing };
        let span = self.span(&ty);
        let node = self.type_syntax(&inner);
        Spanned::new(node, span)
    }

    /// The type under a pair, with the `?` beside it.
    pub(crate) fn optional_type(&mut self, node: &Node<'_>) -> Spanned<TypeSyntax> {
        let ty = self.plain_type(node);
        if child(node, Rule::optional).is_none() || matches!(ty.node, TypeSyntax::Optional(_)) {
            return ty;
        }
        let span = self.span(node);
        Spanned::new(TypeSyntax::Optional(Box::new(ty)), span)
    }

    fn inner_types(&mut self, node: &Node<'_>) -> Vec<Spanned<TypeSyntax>> {
        let inner = children(node);
        let inner = inner.iter().filter(|n| n.as_rule() == Rule::inner_ty);
        inner.map(|n| self.optional_type(n)).collect()
    }

    fn inner_type(&mut self, node: &Node<'_>) -> Box<Spanned<TypeSyntax>> {
        let first = self.inner_types(node).into_iter().next();
        let span = self.span(node);
        Box::new(first.unwrap_or_else(|| Spanned::new(TypeSyntax::Choice(Vec::new()), span)))
    }

    fn type_syntax(&mut self, node: &Node<'_>) -> TypeSyntax {
        match node.as_rule() {
            Rule::choice => TypeSyntax::Choice(self.texts(node)),
            Rule::ty_paren => self.inner_type(node).node,
            Rule::fields => TypeSyntax::Record(self.fields(node)),
            Rule::ty_person => TypeSyntax::Person(child(node, Rule::ident).map(|n| self.name(&n))),
            Rule::ty_one_of => TypeSyntax::OneOf(self.first_name(node)),
            Rule::ty_list => TypeSyntax::List {
                of: self.inner_type(node),
                len: self.bounds_of(node),
                unique: child(node, Rule::k_unique).map(|n| self.span(&n)),
            },
            Rule::ty_map => self.map_type(node),
            Rule::ty_ref => TypeSyntax::Ref(self.names(node)),
            Rule::ty_file => TypeSyntax::File(self.size_of(node)),
            Rule::ty_hidden => TypeSyntax::Hidden(self.inner_type(node)),
            Rule::ty_reveal => TypeSyntax::Reveal(self.first_name(node)),
            Rule::ty_outcome => TypeSyntax::Outcome(self.first_name(node)),
            _ => TypeSyntax::Named { name: self.first_name(node), range: self.bounds_of(node) },
        }
    }

    fn map_type(&mut self, node: &Node<'_>) -> TypeSyntax {
        let mut types = self.inner_types(node).into_iter();
        let span = self.span(node);
        let missing = || Spanned::new(TypeSyntax::Choice(Vec::new()), span);
        let key = Box::new(types.next().unwrap_or_else(missing));
        let value = Box::new(types.next().unwrap_or_else(missing));
        TypeSyntax::Map { key, value, len: self.bounds_of(node) }
    }

    fn bounds_of(&mut self, node: &Node<'_>) -> Option<Spanned<RangeSyntax>> {
        let bounds = child(node, Rule::bounds)?;
        let mut range = RangeSyntax { min: None, max: None };
        let mut past_dots = false;
        for part in children(&bounds) {
            if part.as_rule() == Rule::dots {
                past_dots = true;
                continue;
            }
            let value = Some(self.value(&part));
            if past_dots { range.max = value } else { range.min = value }
        }
        Some(Spanned::new(range, self.span(&bounds)))
    }
}

/// The first name in a value; only plays have names as values.
fn names(value: &Literal) -> Option<&str> {
    match value {
        Literal::Name(name) => Some(name),
        Literal::List(items) => items.iter().find_map(names),
        Literal::Record(fields) => fields.iter().find_map(|(_, value)| names(value)),
        _ => None,
    }
}
