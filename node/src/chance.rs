//! Random bytes: from the system, or in simulations from a seed.

/// Where random bytes come from.
pub struct Chance(Box<Source>);

type Source = dyn Fn(&mut [u8]) -> Result<(), getrandom::Error> + Send + Sync;

impl Chance {
    /// From the system.
    #[must_use]
    pub fn system() -> Self {
        Self(Box::new(fill))
    }

    /// From somewhere else, for simulations: whoever knows the bytes knows the keys.
    #[must_use]
    pub fn of(source: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Box::new(move |bytes| {
            source(bytes);
            Ok(())
        }))
    }

    /// Fills a buffer.
    ///
    /// # Errors
    /// The system has none to give.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), getrandom::Error> {
        (self.0)(bytes)
    }
}

/// Fills a buffer with random bytes of the system's.
///
/// # Errors
/// The system has none to give.
pub fn fill(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
    getrandom::fill(bytes)
}
