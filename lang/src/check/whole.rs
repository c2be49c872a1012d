//! Types that stand as whole fields, and not everywhere: commitments, files, certificates.

use super::types::{Place, Walk};
use crate::diagnostic::Diagnostic;
use crate::rules::{Field, Type};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{self, TypeSyntax};

impl Walk<'_, '_> {
    /// A type inside another: no commitment, reveal, private value or file stands there.
    pub(super) fn inside(&mut self, ty: &Spanned<TypeSyntax>) -> Option<Type> {
        let found = self.ty(ty)?;
        let inner = match &found {
            Type::Optional(inner) => inner,
            other => other,
        };
        let word = match inner {
            Type::Hidden(_) => "hidden",
            Type::Reveal(_) => "reveal",
            Type::Private(..) => "for",
            Type::File(_) => "file",
            Type::Outcome(_) => {
                self.no_outcome(ty.span, "inside a type");
                return None;
            }
            _ => return Some(found),
        };
        self.report.add(
            Diagnostic::error("E0211", ty.span, format!("`{word}` cannot stand inside a type"))
                .help("make it a field of the message itself"),
        );
        None
    }

    pub(super) fn only_in_messages(&mut self, word: &str, at: Span) -> Option<()> {
        if self.place == Place::Message {
            return Some(());
        }
        self.report.add(
            Diagnostic::error("E0211", at, format!("`{word}` can only stand in a message"))
                .help("move the field into a message"),
        );
        None
    }

    /// Nothing of the other file is known here: its name is held against certificates.
    pub(super) fn outcome(&mut self, name: &Name, at: Span) -> Option<Type> {
        if self.place == Place::Terms {
            return Some(Type::Outcome(name.node.clone()));
        }
        self.no_outcome(at, if self.place == Place::State { "in `state`" } else { "in a message" });
        None
    }

    fn no_outcome(&mut self, at: Span, place: &str) {
        let text = format!("`outcome` cannot stand {place}: it is verified once, with the terms");
        self.report.add(
            Diagnostic::error("E0225", at, text)
                .help("make it a field of `terms`, as `order: outcome(escrow)`"),
        );
    }

    /// The fields of a record, in which no outcome stands.
    pub(super) fn record(&mut self, written: &[syntax::Field]) -> Vec<Field> {
        let mut fields = self.fields("field", written);
        for field in fields.iter().filter(|f| matches!(f.ty, Type::Outcome(_))) {
            let at = written.iter().find(|f| f.name.node == field.name);
            self.no_outcome(at.map_or_else(Span::default, |f| f.ty.span), "inside a record");
        }
        fields.retain(|f| !matches!(f.ty, Type::Outcome(_)));
        fields
    }
}
