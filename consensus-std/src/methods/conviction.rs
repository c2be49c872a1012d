//! Conviction voting: support grows the longer it stands.
//!
//! In: amounts, each with the time since when it stands; the present time; a half-life, in
//! milliseconds. An amount that has stood for `t` counts as amount · (1 - 2^(-t/half-life)): nothing at
//! first, half of it after one half-life, three quarters after two, never all of it. Holds: the sum is
//! compared with a threshold by whoever calls. Ties: none.
//!
//! Arithmetic, the same everywhere: a factor is a whole number of 2⁻⁶² parts, each product rounded
//! down. t/half-life is split into its whole part, a shift, and 32 binary places, rounded down; the
//! factors 2^(-2⁻¹) to 2^(-2⁻³²) are found by whole square roots, 2⁻⁶² parts rounded down, and those whose
//! place is set are multiplied. What is left has an error below 2⁻³¹; the conviction is given in
//! millionths, rounded down. Source: Emmett, "Conviction voting: a novel continuous decision making
//! alternative to governance", 2019.

/// One, in 2⁻⁶² parts.
const ONE: u64 = 1 << 62;

/// Binary places of t/half-life.
const PLACES: u32 = 32;

/// The product of two factors, rounded down.
fn times(a: u64, b: u64) -> u64 {
    u64::try_from((u128::from(a) * u128::from(b)) >> 62).unwrap_or(ONE)
}

/// The factors 2^(-2⁻¹), 2^(-2⁻²), … 2^(-2⁻³²).
#[derive(Clone, Debug)]
pub struct Decay {
    roots: Vec<u64>,
}

impl Default for Decay {
    fn default() -> Self {
        // The root of a factor f, in parts, is √(f · 2⁶²).
        let root = |f: u64| u64::try_from((u128::from(f) << 62).isqrt()).unwrap_or(ONE);
        let mut roots = vec![root(ONE / 2)];
        for _ in 1..PLACES {
            roots.extend(roots.last().map(|f| root(*f)));
        }
        Self { roots }
    }
}

impl Decay {
    /// `2^(-time/half_life)` in 2⁻⁶² parts. `half_life` is above 0; time below 0 counts as 0.
    #[must_use]
    pub fn left_over(&self, time: i64, half_life: u64) -> u64 {
        let time = u128::from(u64::try_from(time).unwrap_or(0));
        let parts = (time << PLACES).checked_div(u128::from(half_life)).unwrap_or(0);
        let places = (0..PLACES).rev().zip(&self.roots);
        let set = places.filter(|(place, _)| parts >> place & 1 == 1);
        let factor = set.fold(ONE, |factor, (_, root)| times(factor, *root));
        u32::try_from(parts >> PLACES).ok().and_then(|s| factor.checked_shr(s)).unwrap_or(0)
    }

    /// The conviction of an amount that has stood for a time, in millionths, rounded down.
    #[must_use]
    pub fn conviction(&self, amount: u64, time: i64, half_life: u64) -> u128 {
        let grown = u128::from(ONE - self.left_over(time, half_life).min(ONE)) * 1_000_000;
        // The amount times 2⁸² would not fit 128 bits: whole millionths and the rest apart.
        let (whole, rest) = (grown >> 62, grown & u128::from(ONE - 1));
        u128::from(amount) * whole + ((u128::from(amount) * rest) >> 62)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_over(time: i64, half_life: u64) -> u64 {
        Decay::default().left_over(time, half_life)
    }
    fn conviction(amount: u64, time: i64, half_life: u64) -> u128 {
        Decay::default().conviction(amount, time, half_life)
    }

    #[test]
    fn half_of_it_is_left_after_a_half_life() {
        assert_eq!(left_over(0, 7), ONE);
        assert_eq!(left_over(7, 7), ONE / 2);
        assert_eq!(left_over(21, 7), ONE / 8);
        assert_eq!(left_over(i64::MAX, 1), 0);
        assert_eq!(left_over(-5, 7), ONE);
    }

    #[test]
    fn the_square_of_half_a_half_life_is_a_half() {
        // √½ = 0.707106781186547524…
        let half = (u128::from(left_over(1, 2)) * 1_000_000_000_000) >> 62;
        assert_eq!(half, 707_106_781_186);
        // 2^(-1/3) = 0.7937005259840998, to within the 32 places.
        let third = (u128::from(left_over(1, 3)) * 1_000_000_000) >> 62;
        assert_eq!(third, 793_700_526);
    }

    #[test]
    fn conviction_grows_towards_the_amount_and_never_exceeds_it() {
        assert_eq!(conviction(100, 10, 10), 50_000_000);
        assert_eq!(conviction(100, 20, 10), 75_000_000);
        let grown: Vec<u128> = (0..200).map(|t| conviction(1_000, t, 10)).collect();
        assert!(grown.windows(2).all(|w| w[0] <= w[1]));
        assert!(grown.iter().all(|c| *c <= 1_000_000_000));
        assert_eq!(conviction(u64::MAX, i64::MAX, 1), u128::from(u64::MAX) * 1_000_000);
    }
}
