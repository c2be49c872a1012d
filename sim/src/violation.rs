//! What a run can end with that it should not.

use mundi_node::home::HomeError;

/// A law that does not hold, or something that stopped a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The law, in a few words; the same for all runs that break it.
    pub law: &'static str,
    /// Who, what, where.
    pub text: String,
}

/// What goes on, or a law that does not hold.
pub type Run<T> = Result<T, Violation>;

/// A law does not hold.
#[must_use]
pub fn broken(law: &'static str, text: impl Into<String>) -> Violation {
    Violation { law, text: text.into() }
}

/// Something fails that never should.
pub fn trouble(what: &(impl std::fmt::Display + ?Sized)) -> Violation {
    broken("a machine that works goes on", what.to_string())
}

impl From<HomeError> for Violation {
    fn from(error: HomeError) -> Self {
        trouble(&error)
    }
}

impl From<mundi_node::store::StoreError> for Violation {
    fn from(error: mundi_node::store::StoreError) -> Self {
        trouble(&error)
    }
}
