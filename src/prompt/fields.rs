//! Asking for one value: its documentation, its type, then again until it fits.

use std::path::Path;

use mundi_engine::Value;
use mundi_engine::body::{check_value, literal_value};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Message, MessageKind, Presence, Rules, Type};

use super::ask::{Ask, Reply};
use super::describe;
use crate::files;
use crate::stop::Stop;

/// What a value is held against.
pub(crate) struct Ground<'a> {
    pub(crate) rules: &'a Rules,
    /// The terms' values in file order, as far as they are known.
    pub(crate) terms: &'a [Value],
    /// Persons and labels.
    pub(crate) names: &'a dyn Fn(&str) -> Option<Value>,
    /// What completes a name.
    pub(crate) words: &'a [String],
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filled {
    /// A value that fits.
    With(Literal),
    /// It is left out.
    Empty,
    /// The person does not want to go on with this.
    Away,
    /// The person is gone.
    Out,
}

/// What came of asking for all fields of a message.
pub(super) enum Filling {
    /// They fit.
    All(Vec<(String, Literal)>),
    /// The person does not want to say it after all.
    Away,
    /// The person is gone.
    Out,
}

impl Ground<'_> {
    /// The value of a text as typed, if it fits.
    ///
    /// # Errors
    /// What is needed instead.
    pub(crate) fn read(&self, field: &Field, typed: &str) -> Result<Literal, String> {
        if let (Type::Outcome(_), Some(path)) = (inner(&field.ty), typed.strip_prefix('@')) {
            let path = path.trim_matches('"');
            let read = files::literal(Path::new(path)).map_err(|stop| stop.to_string())?;
            return self.fits(field, &read).map(|()| read);
        }
        let literal = match mundi_lang::parse_value(typed) {
            Ok(Literal::Name(name)) if takes_text(&field.ty) => Literal::Text(name),
            Ok(literal @ Literal::Text(_)) => literal,
            Ok(literal) if !takes_text(&field.ty) => literal,
            // Nobody has to put a text between quotes that stands alone.
            _ if takes_text(&field.ty) => Literal::Text(typed.to_owned()),
            Ok(literal) => literal,
            Err(_) => return Err(self.needed(field)),
        };
        self.fits(field, &literal)?;
        Ok(literal)
    }

    /// Whether a value fits a field.
    ///
    /// # Errors
    /// What is needed instead.
    pub(super) fn fits(&self, field: &Field, literal: &Literal) -> Result<(), String> {
        if *literal == Literal::Unit && field.presence == Presence::Optional {
            return Ok(());
        }
        let value = literal_value(&field.ty, literal, self.names).map_err(|why| match literal {
            // A bare word means somebody or something only where such may stand.
            Literal::Name(_) if !takes_names(&field.ty) => self.needed(field),
            _ => why,
        })?;
        match inner(&field.ty) {
            // The engine asks for more than a name here.
            Type::Reveal(_) | Type::File(_) => Ok(()),
            ty => check_value(ty, &value, self.terms).map_err(|why| format!("it {why}")),
        }
    }

    fn needed(&self, field: &Field) -> String {
        format!("{} is needed here", describe::ty(&field.ty, self.rules))
    }

    /// Asks until the answer fits.
    pub(super) fn ask(&self, field: &Field, ask: &mut dyn Ask) -> Result<Filled, Stop> {
        if !field.doc.is_empty() {
            ask.tell(&format!("  {}", field.doc.replace('\n', "\n  ")))?;
        }
        let what = describe::ty(&field.ty, self.rules);
        let prompt = format!("  {} ({what}{}) > ", field.name, describe::presence(field));
        loop {
            let typed = match ask.ask(&prompt, self.choices(&field.ty))? {
                Reply::Line(line) => line,
                Reply::Away => return Ok(Filled::Away),
                Reply::Out => return Ok(Filled::Out),
            };
            match typed.trim() {
                "" if field.presence != Presence::Required => return Ok(Filled::Empty),
                "" => ask.tell(&format!("  {} (Ctrl-C gives up)", self.needed(field)))?,
                typed => match self.read(field, typed) {
                    Ok(literal) => return Ok(Filled::With(literal)),
                    Err(why) => ask.tell(&format!("  {why}"))?,
                },
            }
        }
    }

    /// All fields of a message: those typed, held against their types, and those asked for.
    pub(super) fn fill(
        &self,
        message: &Message,
        typed: &[(String, Literal)],
        ask: &mut dyn Ask,
    ) -> Result<Filling, Stop> {
        let mut fields = typed.to_vec();
        for field in &message.fields {
            let at = fields.iter().position(|(name, _)| *name == field.name);
            let given = at.and_then(|at| fields.get(at)).map(|(_, literal)| literal.clone());
            let wrong = given.as_ref().and_then(|literal| self.fits(field, literal).err());
            match (&given, &wrong) {
                (Some(_), None) => continue,
                (Some(_), Some(why)) => ask.tell(&format!("  `{}`: {why}", field.name))?,
                (None, _) if !is_asked_for(message, field, typed) => continue,
                (None, _) => {}
            }
            fields.retain(|(name, _)| *name != field.name);
            match self.ask(field, ask)? {
                Filled::With(literal) => fields.push((field.name.clone(), literal)),
                Filled::Empty => {}
                Filled::Away => return Ok(Filling::Away),
                Filled::Out => return Ok(Filling::Out),
            }
        }
        Ok(Filling::All(fields))
    }

    /// What a value of a type may be, where that can be listed.
    pub(super) fn choices(&self, ty: &Type) -> Vec<String> {
        match inner(ty) {
            Type::Bool => vec!["true".into(), "false".into()],
            Type::Choice(options) => options.iter().map(|o| format!("\"{o}\"")).collect(),
            Type::List { of, .. } => self.choices(of),
            Type::OneOf(term, _) => match self.terms.get(usize::from(*term)) {
                Some(Value::List(options)) => options.iter().filter_map(written).collect(),
                _ => Vec::new(),
            },
            Type::Person(_) | Type::Ref(_) | Type::Reveal(_) => self.words.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// An option as it is typed.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(format!("\"{text}\"")),
        Value::Int(n) => Some(n.to_string()),
        Value::Decimal(n) => Some(n.to_string()),
        _ => None,
    }
}

/// The type of what a person fills in.
fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Hidden(of) | Type::Private(of, _) | Type::Optional(of) => inner(of),
        other => other,
    }
}

/// Whether a person's name or a label may stand here.
fn takes_names(ty: &Type) -> bool {
    match inner(ty) {
        Type::Person(_) | Type::Ref(_) | Type::Reveal(_) | Type::File(_) => true,
        Type::OneOf(_, of) => takes_names(of),
        _ => false,
    }
}

fn takes_text(ty: &Type) -> bool {
    match inner(ty) {
        Type::Text(..) | Type::Choice(_) => true,
        Type::OneOf(_, of) => takes_text(of),
        _ => false,
    }
}

/// Whether a field that was not typed is asked for: all of them where none was typed, else only
/// those that must be there.
fn is_asked_for(message: &Message, field: &Field, typed: &[(String, Literal)]) -> bool {
    let said = !matches!(message.kind, MessageKind::Leave);
    said && (typed.is_empty() || field.presence == Presence::Required)
}
