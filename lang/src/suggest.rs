//! "Did you mean": the candidate nearest to a word that is none.

/// The candidate nearest to `word`, where at most a third of its letters differ. Two neighbours
/// that changed places count once.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count().max(3)) / 3;
    let near = candidates.into_iter().map(|c| (distance(word, c), c));
    let near = near.filter(|(d, c)| *d <= most && *d < c.chars().count());
    near.min_by_key(|(d, _)| *d).map(|(_, c)| c)
}

/// The optimal string alignment distance: insertions, deletions, changes, swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (get(&last, j) + usize::from(x != y))
                .min(get(&last, j + 1) + 1)
                .min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(get(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, suggest};

    #[test]
    fn a_slip_finds_its_word() {
        let words = ["message", "role", "terms", "deadline"];
        assert_eq!(suggest("mesage", words), Some("message"));
        assert_eq!(suggest("mesasge", words), Some("message"));
        assert_eq!(suggest("rloe", words), Some("role"));
        assert_eq!(suggest("deadlnie", words), Some("deadline"));
    }

    #[test]
    fn a_word_far_from_all_finds_none() {
        assert_eq!(suggest("banana", ["message", "role"]), None);
        assert_eq!(suggest("x", ["y"]), None);
        assert_eq!(suggest("", ["y"]), None);
    }

    #[test]
    fn swapped_neighbours_count_once() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
