//! What others have written, made harmless for a terminal: nothing in it moves the cursor, changes
//! colours, or turns the direction of what stands beside it.

/// On one line.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|c| if is_harmless(c) { c } else { '\u{fffd}' }).collect()
}

/// On several lines; ends of lines and tabs stay.
pub(super) fn text(text: &str) -> String {
    let kept = |c| matches!(c, '\n' | '\t') || is_harmless(c);
    text.replace("\r\n", "\n").chars().map(|c| if kept(c) { c } else { '\u{fffd}' }).collect()
}

/// Neither a control character nor one that turns the direction of a text.
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_the_screen_is_shown_as_such() {
        assert_eq!(line("a\u{1b}[2Jb\nc\u{202e}d"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d");
        assert_eq!(text("a\r\n\tb\u{7}\r\n"), "a\n\tb\u{fffd}\n");
        assert_eq!(text("ünï 😀"), "ünï 😀");
    }
}
