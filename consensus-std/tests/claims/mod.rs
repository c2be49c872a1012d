//! What claims of pages are tried with: for each family of methods its questions, random ones and written
//! ones, and for each property whether a method breaks it in a question.

mod agreed;
mod apportionment;
mod auction;
mod broken;
mod budget;
pub(crate) mod chance;
mod committee;
mod debate;
mod justified;
mod market;
pub(crate) mod poll;
mod sample;
mod values;

use std::collections::BTreeMap;

use consensus_std::page::{Listed, Page};
use consensus_std::pages;
use consensus_std::property::Property;

use chance::Chance;

/// A family: methods that are asked questions of one form.
pub(crate) trait Family: Sized + 'static {
    type Question;

    /// The properties that speak of the method.
    fn known(&self) -> Vec<Property>;

    fn random(&self, chance: &mut Chance) -> Self::Question;

    fn text(question: &Self::Question) -> String;

    /// Reads what [`Family::text`] writes.
    fn read(&self, text: &str) -> Self::Question;

    /// What breaks the property in this question; nothing where it holds.
    fn broken(&self, property: Property, question: &Self::Question) -> Option<String>;

    /// Its first number counts most: what makes a question small.
    fn size(question: &Self::Question) -> (usize, usize);
}

/// A method, whatever its family.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) known: Vec<Property>,
    inner: Box<dyn Asked>,
}

/// A [`Family`] whose questions are texts.
trait Asked {
    fn random(&self, chance: &mut Chance) -> String;
    fn broken(&self, property: Property, text: &str) -> Option<String>;
    fn size(&self, text: &str) -> (usize, usize);
    fn again(&self, text: &str) -> String;
}

impl<F: Family> Asked for F {
    fn random(&self, chance: &mut Chance) -> String {
        F::text(&Family::random(self, chance))
    }

    fn broken(&self, property: Property, text: &str) -> Option<String> {
        Family::broken(self, property, &self.read(text))
    }

    fn size(&self, text: &str) -> (usize, usize) {
        F::size(&self.read(text))
    }

    fn again(&self, text: &str) -> String {
        F::text(&self.read(text))
    }
}

impl Subject {
    fn new(listed: &Listed, family: impl Family) -> Self {
        Self { name: listed.name(), known: family.known(), inner: Box::new(family) }
    }

    /// `None` for what no property speaks of.
    fn of(listed: &Listed) -> Option<Self> {
        poll::Method::of(listed)
            .map(|f| Self::new(listed, f))
            .or_else(|| committee::Committee::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| apportionment::Apportionment::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| budget::Budget::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| auction::Auction::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| market::Market::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| sample::Sample::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| debate::Swing::of(listed).map(|f| Self::new(listed, f)))
            .or_else(|| agreed::Agreed::of(listed).map(|f| Self::new(listed, f)))
    }

    pub(crate) fn random(&self, chance: &mut Chance) -> String {
        self.inner.random(chance)
    }

    pub(crate) fn broken(&self, property: Property, text: &str) -> Option<String> {
        self.inner.broken(property, text)
    }

    pub(crate) fn size(&self, text: &str) -> (usize, usize) {
        self.inner.size(text)
    }

    /// The question read and written again.
    pub(crate) fn again(&self, text: &str) -> String {
        self.inner.again(text)
    }
}

/// All methods that properties speak of, with what their pages claim.
pub(crate) fn subjects() -> Vec<(Subject, Page<'static>)> {
    let subjects = pages().into_iter().filter_map(|listed| {
        let subject = Subject::of(&listed)?;
        Some((subject, Page::read(listed.text).unwrap()))
    });
    subjects.collect()
}

/// The recorded counter-examples: `METHOD | PROPERTY | QUESTION`.
pub(crate) fn recorded() -> BTreeMap<(String, String), String> {
    let lines = include_str!("lacks.txt").lines().filter(|l| !l.starts_with('#'));
    let parts = lines.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    parts.map(|p| ((p[0].clone(), p[1].clone()), p[2].clone())).collect()
}
