//! Cast and terms as the command line gives them: `buyer=ada,seller=ben`, `item="lamp"`.

use std::path::Path;

use mundi_lang::literal::Literal;
use mundi_lang::play::Value;
use mundi_lang::{Name, Source, Span, Spanned};

use crate::load::LoadedPlay;
use crate::screen::Screen;
use crate::stop::Stop;
use crate::{files, render};

/// The head as the command line gives it.
#[derive(Default)]
pub(super) struct Given {
    pub(super) cast: Vec<(Name, Vec<Name>)>,
    pub(super) terms: Vec<(Name, Value)>,
}

impl Given {
    /// `option` is the one that gives the cast: `--cast`, or `--role`.
    pub(super) fn read(
        option: &str,
        cast: &[String],
        terms: &[String],
        screen: &Screen,
    ) -> Result<Self, Stop> {
        let mut given = Given::default();
        for text in cast {
            given.add_cast(option, text)?;
        }
        for text in terms {
            let read = mundi_lang::parse_terms(text).map_err(|diagnostic| {
                let source = Source::new("--terms", text.as_str());
                screen.note(&render::text(&source, &diagnostic, screen.err));
                Stop::Usage("--terms is written `item=\"lamp\", price=12.50`".into())
            })?;
            for (name, value) in read {
                given.terms.push((name.clone(), brought(&name, value)?));
            }
        }
        Ok(given)
    }

    /// `buyer=ada,voter=[ben,cy],voter=dora`: a name without a role has the role before it.
    fn add_cast(&mut self, option: &str, text: &str) -> Result<(), Stop> {
        let wrong =
            || Stop::Usage(format!("{option} is written `buyer=ada,seller=ben`, not `{text}`"));
        let name = |text: &str| Spanned::new(text.to_owned(), Span::default());
        let mut role: Option<String> = None;
        for part in text.split([',', '+']) {
            let who = match part.split_once('=') {
                Some((named, who)) => {
                    role = Some(named.trim().to_owned());
                    who
                }
                None => part,
            };
            let who = who.trim_matches(|c: char| c.is_whitespace() || c == '[' || c == ']');
            let role = role.as_deref().filter(|r| !r.is_empty()).ok_or_else(wrong)?;
            if who.is_empty() {
                return Err(wrong());
            }
            match self.cast.iter_mut().find(|(known, _)| known.node == role) {
                Some((_, held)) => held.push(name(who)),
                None => self.cast.push((name(role), vec![name(who)])),
            }
        }
        Ok(())
    }

    /// Puts what the command line gives in the place of what the play says.
    pub(super) fn complete(self, loaded: &mut LoadedPlay) {
        let title = loaded.rules.as_ref().and_then(|r| r.rules.as_ref()).map(|r| r.title.clone());
        let Some(play) = &mut loaded.play else { return };
        if !self.cast.is_empty() {
            play.cast = self.cast;
        }
        for (name, value) in self.terms {
            play.terms.retain(|(known, _)| known.node != name.node);
            play.terms.push((name, value));
        }
        if let (true, Some(title)) = (play.title.node.is_empty(), title) {
            play.title.node = title;
        }
    }
}

/// The value of a term; of `@order.cert`, the file's bytes.
fn brought(name: &Name, value: Value) -> Result<Value, Stop> {
    let Literal::File(path) = &value.node else { return Ok(value) };
    let read = files::literal(Path::new(path));
    let read = read.map_err(|stop| Stop::Usage(format!("the term `{}`: {stop}", name.node)))?;
    Ok(Spanned::new(read, value.span))
}

/// Only the texts.
pub(super) fn names(who: Vec<Name>) -> Vec<String> {
    who.into_iter().map(|name| name.node).collect()
}
