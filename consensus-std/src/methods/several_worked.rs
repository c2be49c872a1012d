//! Published examples of methods for several winners, worked.

use super::budget::{self, Measure, greedy};
use super::equal_shares::{self as shares, Completion, Utility};
use super::meek;
use super::phragmen;
use super::preferential_block;
use super::scottish::{self, VOTE};
use super::separable::{marks, most, satisfaction};
use super::thiele::{self, Weights};
use super::universes::{Ties, TooMuch};
use crate::profile::Profile;

/// `"5 acb"` lines over options that are letters.
fn profile(letters: &str, lines: &[&str]) -> Profile {
    let mut ballots = Vec::new();
    for line in lines {
        let (times, marks) = line.split_once(' ').unwrap();
        let ballot: Vec<usize> = marks.chars().map(|c| letters.find(c).unwrap()).collect();
        ballots.extend(vec![ballot; times.parse().unwrap()]);
    }
    Profile::new(letters.len(), ballots).unwrap()
}

fn named(letters: &str, committees: &[Vec<usize>]) -> Vec<String> {
    let name = |c: &Vec<usize>| c.iter().map(|o| letters.chars().nth(*o).unwrap()).collect();
    committees.iter().map(name).collect()
}

/// The running example of Lackner and Skowron, "Multi-winner voting with approval preferences",
/// 2023: twelve voters; the eighth candidate, of whom nobody approves, is left out.
fn book() -> Profile {
    profile("abcdefg", &["3 ab", "3 ac", "2 ad", "1 bcf", "1 e", "1 f", "1 g"])
}

#[test]
fn the_running_example_of_the_book_on_approval_committees() {
    let (p, all) = (book(), Ties::Parallel);
    let names = |c: Result<Vec<Vec<usize>>, TooMuch>| named("abcdefg", &c.unwrap());
    let approval = most(&marks(&p), 4);
    assert_eq!(named("abcdefg", &[approval.elected, approval.tied]), ["abc", "df"]);
    let satisfied = most(&satisfaction(&p), 4);
    assert_eq!(named("abcdefg", &[satisfied.elected]), ["abcf"]);
    assert_eq!(names(thiele::optimal(&p, 4, Weights::Proportional, all)), ["abcf"]);
    assert_eq!(names(thiele::sequential(&p, 4, Weights::Proportional, all)), ["abcf"]);
    assert_eq!(names(thiele::optimal(&p, 4, Weights::Coverage, all)), ["aefg"]);
    assert_eq!(names(phragmen::sequential(&p, 4, all)), ["abcd"]);
    assert_eq!(names(shares::committee(&p, 4, Completion::Phragmen, all)), ["abcd"]);
}

#[test]
fn a_third_of_the_voters_has_a_third_of_the_places() {
    // Six voters want a, b, c and d, three want e and f.
    let p = profile("abcdef", &["6 abcd", "3 ef"]);
    let names = |c: Result<Vec<Vec<usize>>, TooMuch>| named("abcdef", &c.unwrap());
    for committees in [
        thiele::sequential(&p, 3, Weights::Proportional, Ties::FirstListed),
        thiele::optimal(&p, 3, Weights::Proportional, Ties::FirstListed),
        thiele::reverse(&p, 3, Weights::Proportional, Ties::FirstListed),
        phragmen::sequential(&p, 3, Ties::FirstListed),
        shares::committee(&p, 3, Completion::None, Ties::FirstListed),
    ] {
        assert_eq!(names(committees), ["abe"]);
    }
    assert_eq!(most(&marks(&p), 4).elected, [0, 1, 2, 3]);
}

#[test]
fn searches_above_the_cap_are_refused_at_once() {
    let ballots = (0..40).map(|i| vec![i, (i + 1) % 40, (i + 7) % 40]).collect();
    let p = Profile::new(40, ballots).unwrap();
    let search = thiele::optimal(&p, 20, Weights::Proportional, Ties::FirstListed);
    assert_eq!(search, Err(TooMuch::Steps));
    // Nobody approves of anybody: 40 over 3 committees are level.
    let p = Profile::new(40, Vec::new()).unwrap();
    let level = |ties| thiele::optimal(&p, 3, Weights::Proportional, ties);
    assert_eq!(level(Ties::Parallel), Err(TooMuch::Ties));
    assert_eq!(level(Ties::FirstListed), Ok(vec![vec![0, 1, 2]]));
}

/// Food for a party: twenty guests, three dishes. The example of many introductions to the method.
#[test]
fn food_for_a_party_by_single_transferable_vote() {
    // Oranges, pears, chocolate, strawberries, sweets (w).
    let p = profile("opcsw", &["4 o", "2 po", "8 cs", "4 cw", "1 s", "1 w"]);
    let counts = scottish::counts(&p, 3, Ties::Parallel).unwrap();
    let [count] = counts.as_slice() else { panic!("{counts:?}") };
    assert_eq!(count.quota, 6);
    let votes: Vec<Vec<u64>> =
        count.stages.iter().map(|s| s.votes.iter().map(|v| v / VOTE).collect()).collect();
    // Chocolate's surplus of six goes on in halves; then pears are out, and oranges have six.
    assert_eq!(votes[..3], [[4, 2, 12, 1, 1], [4, 2, 6, 5, 3], [6, 0, 6, 5, 3]]);
    assert_eq!(named("opcsw", std::slice::from_ref(&count.elected)), ["cos"]);
    assert_eq!(named("opcsw", &meek::elected(&p, 3, Ties::Parallel).unwrap()), ["ocs"]);
}

#[test]
fn worth_is_cut_to_five_decimals() {
    // Seven papers for a, quota ⌊10/3⌋ + 1 = 4: the surplus of 3 makes each worth 3/7 = 0.42857.
    let p = profile("abc", &["7 ab", "3 c"]);
    let counts = scottish::counts(&p, 2, Ties::Parallel).unwrap();
    assert_eq!(counts[0].stages[1].votes, [400_000, 299_999, 300_000]);
    // What the cut took is with nobody.
    assert_eq!(counts[0].stages[1].non_transferable, 1);
    assert_eq!(counts[0].elected, [0, 2]);
}

#[test]
fn a_tie_looks_back_before_it_is_a_lot() {
    // After e's transfer b and c have 3 each; before it c had fewer, so c is out, not the last d.
    let p = profile("abcde", &["5 a", "3 b", "2 c", "4 d", "1 ec"]);
    let counts = scottish::counts(&p, 1, Ties::Parallel).unwrap();
    assert_eq!(counts.len(), 1);
    let out: Vec<usize> = counts[0].stages.iter().filter_map(|s| s.excluded).collect();
    assert_eq!(out[..2], [4, 2]);
    // Level from the beginning: a lot.
    let p = profile("ab", &["1 a", "1 b"]);
    let elected = |ties| named("ab", &scottish::elected(&p, 1, ties).unwrap());
    assert_eq!(elected(Ties::Parallel), ["a", "b"]);
    assert_eq!(elected(Ties::FirstListed), ["a"]);
}

#[test]
fn meek_counts_in_nine_decimals() {
    // Algorithm 123's idea in small: a keeps 4/7 or so, and what is left of each paper goes to b.
    let p = profile("abc", &["7 ab", "3 c"]);
    let counts = meek::counts(&p, 2, Ties::Parallel).unwrap();
    // 10/3 cut to nine decimals, and a billionth.
    assert_eq!(counts[0].rounds[0].quota, 3_333_333_334);
    assert_eq!(counts[0].rounds[0].votes, [7_000_000_000, 0, 3_000_000_000]);
    assert_eq!(named("abc", std::slice::from_ref(&counts[0].elected)), ["ab"]);
}

#[test]
fn a_majority_takes_all_places_of_a_block() {
    let p = profile("abcd", &["3 abcd", "2 cdab"]);
    let block = preferential_block::elected(&p, 2, Ties::Parallel).unwrap();
    assert_eq!(named("abcd", &block), ["ab"]);
    assert_eq!(named("abcd", &scottish::elected(&p, 2, Ties::Parallel).unwrap()), ["ac"]);
}

#[test]
fn a_budget_by_votes_by_votes_for_cost_and_by_equal_shares() {
    // Two thirds want a park or its halves, a third a library.
    let p = profile("phql", &["6 phq", "3 l"]);
    let costs = [60, 30, 31, 30];
    let all = Ties::Parallel;
    let funded = |measure| named("phql", &greedy(&p, &costs, 90, measure, all).unwrap());
    assert_eq!(funded(Measure::Votes), ["ph", "hq"]);
    assert_eq!(funded(Measure::VotesForCost), ["hq"]);
    let shares = |utility, completion| {
        named("phql", &budget::equal_shares(&p, &costs, 90, utility, completion, all).unwrap())
    };
    // Ten each. For a unit of cost park and halves cost the same: 60/6/60, 30/6/30, 31/6/31.
    assert_eq!(shares(Utility::Cost, budget::Completion::None), ["pl", "hl", "ql"]);
    assert_eq!(shares(Utility::Cardinality, budget::Completion::None), ["hl"]);
}
