//! How much a user may put: so much a second on average, and so much at once.

/// What fills again with time.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    left: u64,
    at: u64,
    rate: Rate,
}

/// How fast, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// A second.
    pub each_second: u64,
    /// At once.
    pub burst: u64,
}

impl Bucket {
    /// A full one.
    #[must_use]
    pub fn new(rate: Rate, now: u64) -> Self {
        Self { left: rate.burst.saturating_mul(1_000), at: now, rate }
    }

    fn fill(&mut self, now: u64) {
        let more = now.saturating_sub(self.at).saturating_mul(self.rate.each_second);
        self.left = self.left.saturating_add(more).min(self.rate.burst.saturating_mul(1_000));
        self.at = self.at.max(now);
    }

    /// Takes some out, if there is so much. Else: how many ms until there is.
    ///
    /// # Errors
    /// The ms.
    pub fn take(&mut self, some: u64, now: u64) -> Result<(), u64> {
        self.fill(now);
        let some = some.saturating_mul(1_000);
        if some <= self.left {
            self.left -= some;
            return Ok(());
        }
        Err((some - self.left).div_ceil(self.rate.each_second.max(1)))
    }

    /// Whether nothing is missing: then nobody need remember it.
    pub fn is_full(&mut self, now: u64) -> bool {
        self.fill(now);
        self.left >= self.rate.burst.saturating_mul(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_so_much_a_second() {
        let mut bucket = Bucket::new(Rate { each_second: 100, burst: 2_000 }, 5_000);
        assert_eq!(bucket.take(2_000, 5_000), Ok(()));
        assert_eq!(bucket.take(1, 5_000), Err(10));
        assert_eq!(bucket.take(1, 5_010), Ok(()));
        assert_eq!(bucket.take(100, 6_000), Err(10));
        // A clock that goes back gives nothing.
        assert!(bucket.take(1, 0).is_ok() && bucket.take(99, 0).is_err());
        assert!(!bucket.is_full(7_000));
        assert!(bucket.is_full(60_000));
    }
}
