//! What the command was asked to do.

use std::ops::RangeInclusive;

/// A range of small numbers, both ends in it.
pub(crate) type Range = RangeInclusive<u8>;

/// The command's task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Ask every question of every configuration.
    Explore(Ranges),
    /// Print the table of what holds.
    Table(Ranges),
    /// Tell how one variant breaks, or all.
    Variant(Option<String>),
    /// List variants.
    List,
    /// Say how to use it.
    Help,
}

/// Which configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranges {
    pub(crate) members: Range,
    pub(crate) liars: Range,
    pub(crate) outcomes: Range,
    pub(crate) rounds: Range,
    /// The only question to ask, by its name.
    pub(crate) question: Option<String>,
}

/// How to use it.
pub(crate) const HELP: &str = "\
mundi-model: the rule of finality, explored state by state

  --members A..B    how many members, both ends in it (2..7)
  --liars A..B      how many may seal twice, or fall silent (0..2)
  --outcomes A..B   how many outcomes (3)
  --rounds A..B     how many rounds (3)
  --question NAME   ask this question only: finals, finals-skipping, finals-allowing, silence or
                    silence-after-lies
  --table           print the table of what holds, for these members
  --variant NAME    tell the shortest way in which a rule that was left out breaks
  --variant all     tell all of them
  --list            list the rules that were left out
  --help            this text

Prints a line for each configuration: the question, n q f, outcomes, rounds, states, runs after
healing, what was found, what the closed form says. Ends with 1 if any two differ, with 2 if it
was called wrongly.
";

/// Reads the words of a call.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Task, String> {
    let mut ranges =
        Ranges { members: 2..=7, liars: 0..=2, outcomes: 3..=3, rounds: 3..=3, question: None };
    let mut words = words;
    let mut table = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--help" => return Ok(Task::Help),
            "--list" => return Ok(Task::List),
            "--table" => table = true,
            "--variant" => {
                let name = value()?;
                return Ok(Task::Variant((name != "all").then_some(name)));
            }
            "--members" => ranges.members = range(&value()?)?,
            "--liars" => ranges.liars = range(&value()?)?,
            "--outcomes" => ranges.outcomes = range(&value()?)?,
            "--question" => ranges.question = Some(value()?),
            "--rounds" => ranges.rounds = range(&value()?)?,
            other => return Err(format!("there is no {other}")),
        }
    }
    Ok(if table { Task::Table(ranges) } else { Task::Explore(ranges) })
}

/// `A..B`, or `A` for one number.
fn range(text: &str) -> Result<Range, String> {
    let wrong = || format!("{text} is no range; write it as 3..7, or as 3");
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.parse::<u8>().map_err(|_| wrong());
    let (from, to) = (number(from)?, number(to)?);
    if from <= to { Ok(from..=to) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &str) -> Result<Task, String> {
        read(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn ranges_have_both_ends() {
        let task = read_words("--members 3..5 --rounds 2").unwrap();
        let Task::Explore(ranges) = task else { panic!("{task:?}") };
        assert_eq!((ranges.members, ranges.rounds, ranges.liars), (3..=5, 2..=2, 0..=2));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for words in ["--members", "--members x", "--members 5..3", "--speed 3", "--variant"] {
            assert!(read_words(words).is_err(), "{words}");
        }
    }
}
