//! The few colours of answers, and text without them.

/// Whether text may carry colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// ANSI colours.
    On,
}

/// The few colours that answers use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Yes, accepted, added.
    Good,
    /// No, refused, removed.
    Bad,
    /// Invalid, new, to be looked at.
    Mind,
    /// Beside the point.
    Faint,
    /// The point.
    Strong,
}

impl Colour {
    /// The text in a tone.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Mind => "33",
            Tone::Faint => "2",
            Tone::Strong => "1",
        };
        match self {
            Colour::Off => text.to_owned(),
            Colour::On => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
