//! What is known of who wrote a message, as it stands in the store.

/// What a message's signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The key in its `From` signed it, for the person in its `To`.
    Signed,
    /// Nobody signed it: anybody could have written it.
    Unsigned,
    /// It is signed by a key that is not known here: it is kept as it came, sealed.
    Waiting,
}

impl Author {
    /// As it is written in the store, and for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Author::Signed => "signed",
            Author::Unsigned => "unsigned",
            Author::Waiting => "waiting",
        }
    }

    /// Back. What is not known proves nothing.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "signed" => Author::Signed,
            "waiting" => Author::Waiting,
            _ => Author::Unsigned,
        }
    }
}
