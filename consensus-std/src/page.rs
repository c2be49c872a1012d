//! A method's page: `pages/MODULE/FUNCTION.md`, in a fixed form.
//!
//! ```text
//! # Name
//!
//! One sentence.
//!
//! - Inputs: what the arguments are.
//! - Condition: when an option wins, or the answer is true.
//! - Ties: what becomes of them.
//! - Has: properties, with commas between.
//! - Lacks: properties.
//! - Cap: above what size there is no answer.
//! - Source: author, title, year.
//!
//! ## Example
//!
//! Prose, then a fenced `rhai` expression and a fenced `result`, its value.
//! ```
//!
//! `Has` and `Lacks` are left out where a method is none of those that properties speak of.
//! Invariant, held by tests: every function has a page, every page reads, every example gives its
//! result, every property claimed holds on random profiles, and every property denied has a
//! counter-example in `tests/claims/lacks.txt`.

use mundi_lang::ty::Signature;

use crate::property::Property;
use crate::table;

/// A function's page, and where it is called.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The module's name.
    pub module: String,
    /// The function's name in its module.
    pub function: String,
    /// How it is called.
    pub signature: Signature,
    /// The page's text.
    pub text: &'static str,
}

impl Listed {
    /// The function's whole name, as rules call it: `ranked::schulze`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}::{}", self.module, self.function)
    }

    /// How it is called, with the types of its arguments.
    #[must_use]
    pub fn call(&self) -> String {
        table::call(&self.module, &self.signature)
    }

    /// The type of what it gives.
    #[must_use]
    pub fn gives(&self) -> String {
        table::show(&self.signature.result)
    }

    /// What it does, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        sentence_of(self.text)
    }
}

/// What a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The method's name.
    pub title: &'a str,
    /// What it does, in one sentence.
    pub sentence: String,
    /// What its arguments are.
    pub inputs: String,
    /// When an option wins, or the answer is true.
    pub condition: String,
    /// What becomes of ties.
    pub ties: String,
    /// Properties that it has.
    pub has: Vec<Property>,
    /// Properties that it lacks.
    pub lacks: Vec<Property>,
    /// Above what size there is no answer.
    pub cap: String,
    /// Author, title, year.
    pub source: String,
    /// The example.
    pub example: Example,
}

/// A call and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What the example shows.
    pub prose: String,
    /// Code whose last expression is the call.
    pub code: String,
    /// Its value, as the language writes it.
    pub result: String,
}

/// A page without the form, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPage(pub String);

fn bad<T>(text: impl Into<String>) -> Result<T, BadPage> {
    Err(BadPage(text.into()))
}

impl<'a> Page<'a> {
    /// Reads a page.
    ///
    /// # Errors
    /// It does not have the form.
    pub fn read(text: &'a str) -> Result<Self, BadPage> {
        let Some((head, example)) = text.split_once("\n## Example\n") else {
            return bad("there is no `## Example`");
        };
        let mut paragraphs = head.trim_end().split("\n\n");
        let title = paragraphs.next().and_then(|line| line.strip_prefix("# "));
        let Some(title) = title else { return bad("the first line is no `# Name`") };
        let sentence = sentence_of(text);
        if !sentence.ends_with('.') {
            return bad("after the name comes one sentence");
        }
        let items = items(paragraphs.nth(1).unwrap_or_default())?;
        if paragraphs.next().is_some() {
            return bad("after the list comes the example");
        }
        let mut items = Items { left: items };
        Ok(Self {
            title,
            sentence,
            inputs: items.take("Inputs")?,
            condition: items.take("Condition")?,
            ties: items.take("Ties")?,
            has: items.properties("Has")?,
            lacks: items.properties("Lacks")?,
            cap: items.take("Cap")?,
            source: items.take("Source")?,
            example: items.end().and_then(|()| example_of(example))?,
        })
    }
}

/// The sentence of a page's text: its second paragraph. Empty where there is none.
pub(crate) fn sentence_of(text: &str) -> String {
    text.split("\n\n").nth(1).map(joined).unwrap_or_default()
}

fn joined(lines: &str) -> String {
    lines.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The list's items, each `- Name: text` over one line or more.
fn items(list: &str) -> Result<Vec<(String, String)>, BadPage> {
    let list = format!("\n{list}");
    let split = |item: &str| {
        let item = joined(item);
        match item.split_once(": ") {
            Some((name, text)) => Ok((name.to_owned(), text.to_owned())),
            None => bad(format!("`{item}` is no `- Name: text`")),
        }
    };
    list.split("\n- ").skip(1).map(split).collect()
}

/// Items that are taken in their order.
struct Items {
    left: Vec<(String, String)>,
}

impl Items {
    fn optional(&mut self, name: &str) -> Option<String> {
        let first = self.left.first().is_some_and(|(n, _)| n == name);
        first.then(|| self.left.remove(0).1)
    }

    fn take(&mut self, name: &str) -> Result<String, BadPage> {
        match self.optional(name) {
            Some(text) => Ok(text),
            None => bad(format!("`- {name}:` is not where it belongs")),
        }
    }

    fn properties(&mut self, name: &str) -> Result<Vec<Property>, BadPage> {
        let text = self.optional(name).unwrap_or_default();
        let names = text.trim_end_matches('.').split(", ").filter(|name| !name.is_empty());
        let known = |name: &str| match Property::named(name) {
            Some(property) => Ok(property),
            None => bad(format!("`{name}` is no property of the list")),
        };
        names.map(known).collect()
    }

    fn end(&self) -> Result<(), BadPage> {
        match self.left.first() {
            Some((name, _)) => bad(format!("`- {name}:` does not belong there")),
            None => Ok(()),
        }
    }
}

fn example_of(text: &str) -> Result<Example, BadPage> {
    let fenced = |text: &'_ str, mark: &str| -> Option<(String, String, String)> {
        let (before, rest) = text.split_once(&format!("```{mark}\n"))?;
        let (inside, after) = rest.split_once("\n```")?;
        Some((joined(before), inside.to_owned(), after.to_owned()))
    };
    let Some((prose, code, rest)) = fenced(text, "rhai") else {
        return bad("the example has no fenced `rhai`");
    };
    match fenced(&rest, "result") {
        Some((between, result, after)) if between.is_empty() && after.trim().is_empty() => {
            Ok(Example { prose, code, result })
        }
        _ => bad("the example does not end with a fenced `result`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Coin\n\nHeads\nor tails.\n\n- Inputs: a coin.\n- Condition: it falls.\n\
        - Ties: none,\n  ever.\n- Has: anonymity, Smith.\n- Cap: none.\n- Source: old.\n\n\
        ## Example\n\nOne throw.\n\n```rhai\ncoin(1)\n```\n\n```result\ntrue\n```\n";

    #[test]
    fn a_page_reads() {
        let page = Page::read(PAGE).unwrap();
        assert_eq!((page.title, page.sentence.as_str()), ("Coin", "Heads or tails."));
        assert_eq!(page.ties, "none, ever.");
        assert_eq!(page.has, [Property::Anonymity, Property::Smith]);
        assert_eq!(page.lacks, []);
        assert_eq!((page.example.code.as_str(), page.example.result.as_str()), ("coin(1)", "true"));
    }

    #[test]
    fn a_page_without_the_form_says_what_is_wrong() {
        let without = |old: &str, new: &str| Page::read(&PAGE.replace(old, new)).unwrap_err().0;
        assert_eq!(without("Smith", "beauty"), "`beauty` is no property of the list");
        assert_eq!(without("- Cap: none.\n", ""), "`- Cap:` is not where it belongs");
        assert_eq!(without("- Has", "- Wants"), "`- Cap:` is not where it belongs");
        assert_eq!(without("tails.", "tails"), "after the name comes one sentence");
        assert_eq!(without("```result", "```"), "the example does not end with a fenced `result`");
    }
}
