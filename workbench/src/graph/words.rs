//! What is written in a diagram beside names.

use super::standing::{Mark, Places};
use super::tree::{Diagram, Leaf, Part};
use crate::show::plain;

/// `3`, `2 or more`, `1 to 3`, `at most 4`
pub(super) fn bounds(min: u32, max: Option<u32>) -> String {
    match (min, max) {
        (0, None) => "any number".to_owned(),
        (min, None) => format!("{min} or more"),
        (0, Some(max)) => format!("at most {max}"),
        (min, Some(max)) if min == max => max.to_string(),
        (min, Some(max)) => format!("{min} to {max}"),
    }
}

/// At what may come instead.
pub(super) const UNLESS: &str = "unless";

/// At what is done in any order.
pub(super) const INTERLEAVED: &str = "all of these, interleaved";

/// Whether something may come more than once.
pub(super) fn goes_round(min: u32, max: Option<u32>) -> bool {
    min > 1 || max != Some(1)
}

/// How often a loop goes round.
pub(super) fn times(min: u32, max: Option<u32>) -> String {
    match (min, max) {
        (0, None) => "any number of times".to_owned(),
        (1, None) => "at least once".to_owned(),
        (_, Some(1)) if min <= 1 => "once".to_owned(),
        (0, Some(0)) => "never".to_owned(),
        (min, max) => format!("{} times", bounds(min, max)),
    }
}

/// Code as written, on one line: without the words and braces around it, and without comments.
pub(super) fn code(block: &str) -> String {
    let words = block.lines().map(uncommented).flat_map(str::split_whitespace);
    let line = words.collect::<Vec<_>>().join(" ");
    let inner = line.strip_prefix("when ").unwrap_or(&line);
    let inner = inner.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(inner);
    plain(inner.trim())
}

/// A line of code without the comment at its end. What looks like one inside a text stays.
fn uncommented(line: &str) -> &str {
    let mut text = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match text {
            None if line.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                return line.get(..at).unwrap_or(line);
            }
            None if c == '"' || c == '`' => text = Some(c),
            Some(end) if c == end && !escaped => text = None,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    line
}

/// What stands in a message's box, a line each, none longer than so many characters.
pub(super) fn lines(leaf: &Leaf, most: usize) -> Vec<String> {
    let mut lines = vec![leaf.name.clone()];
    match &leaf.deadline {
        Some(time) => lines.push(format!("from {time} on")),
        None => lines.push(leaf.senders.clone()),
    }
    lines.extend(guards(&leaf.guards));
    if let Some(mark) = &leaf.mark {
        lines.extend(said(mark));
        lines.extend(possible(mark));
    }
    // The name is never cut: it is what the box is known by.
    let cut_all =
        |(at, line): (usize, &String)| if at == 0 { line.clone() } else { cut(line, most) };
    lines.iter().enumerate().map(cut_all).collect()
}

/// How many conditions are shown; how many more there are is said.
const CONDITIONS: usize = 2;

/// `when state.total > 0`, a line each.
pub(super) fn guards(guards: &[String]) -> Vec<String> {
    let shown = guards.iter().take(CONDITIONS).map(|guard| format!("when {guard}"));
    let more = guards.len().saturating_sub(CONDITIONS);
    shown.chain((more > 0).then(|| format!("and {more} more"))).collect()
}

/// `said once`, `said 3 times`, `said once, here or elsewhere`; nothing of what was not said.
pub(super) fn said(mark: &Mark) -> Option<String> {
    let said = match mark.said {
        0 => return None,
        1 => "said once".to_owned(),
        n => format!("said {n} times"),
    };
    Some(match mark.places {
        Places::One => said,
        Places::Several => format!("{said}, here or elsewhere"),
    })
}

/// `now: ada`, `here or elsewhere, now: ada`
pub(super) fn possible(mark: &Mark) -> Option<String> {
    let possible = mark.possible.as_ref()?;
    Some(match mark.places {
        Places::One => possible.clone(),
        Places::Several => format!("here or elsewhere, {possible}"),
    })
}

/// A line of at most so many characters.
pub(super) fn cut(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}\u{2026}", kept.trim_end())
}

/// The whole diagram in a sentence or two, for who cannot see it.
pub(super) fn description(diagram: &Diagram) -> String {
    let role = |number: &u16| {
        let role = diagram.roles.get(usize::from(*number))?;
        Some(format!("{} ({})", role.name, role.holders))
    };
    let roles: Vec<String> = diagram.cast().iter().filter_map(role).collect();
    let standing = diagram.standing.as_ref().map(|s| format!(" {s}.")).unwrap_or_default();
    format!("Roles: {}. Pattern: {}.{standing}", roles.join(", "), part(&diagram.whole))
}

fn part(of: &Part) -> String {
    match of {
        Part::Message(leaf) => leaf.name.clone(),
        Part::Sequence(parts) if parts.is_empty() => "nothing".to_owned(),
        Part::Sequence(parts) => joined(parts, ", then "),
        Part::Either(parts) => joined(parts, " or "),
        Part::Interleave(parts) => joined(parts, " and, interleaved, "),
        Part::Repeat(of, 0, Some(1)) => format!("perhaps {}", closed(of)),
        Part::Repeat(of, min, max) => format!("{} {}", closed(of), times(*min, *max)),
        Part::Frame(frame, of) => format!("{}: {}", frame.heading, closed(of)),
        Part::Unless(of, exit) => format!("{} unless {}", closed(of), closed(exit)),
    }
}

fn joined(parts: &[Part], between: &str) -> String {
    parts.iter().map(closed).collect::<Vec<_>>().join(between)
}

/// In parentheses, unless it is a word.
fn closed(of: &Part) -> String {
    match of {
        Part::Message(_) => part(of),
        _ => format!("({})", part(of)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_counted_in_words() {
        let said = [
            (0, None),
            (1, None),
            (3, None),
            (0, Some(0)),
            (0, Some(1)),
            (1, Some(1)),
            (0, Some(4)),
            (3, Some(3)),
            (1, Some(3)),
        ]
        .map(|(min, max)| times(min, max));
        assert_eq!(
            said.join("; "),
            "any number of times; at least once; 3 or more times; never; once; once; at most 4 times; \
             3 times; 1 to 3 times"
        );
    }

    #[test]
    fn code_stands_on_one_line_without_its_braces() {
        assert_eq!(code("{ opened + terms.closes }"), "opened + terms.closes");
        assert_eq!(code("when {\n    // so that it ends\n    a\n    && b\n}"), "a && b");
        assert_eq!(code("{ x == \"a // \\\" b\" // c\n}"), "x == \"a // \\\" b\"");
    }
}
