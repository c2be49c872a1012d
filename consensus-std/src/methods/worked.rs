//! Published examples, worked. Winners as computed by other libraries and in the literature.

use super::approval::approval;
use super::borda::{borda, doubled_points};
use super::condorcet::condorcet;
use super::copeland::copeland;
use super::elimination::Ties;
use super::irv::irv;
use super::minimax::minimax;
use super::pairwise::Pairwise;
use super::plurality::plurality;
use super::schulze::schulze;
use super::score::score;
use crate::profile::Profile;

/// `"5 ACBED"` lines over options that are letters.
fn profile(letters: &str, lines: &[&str]) -> Profile {
    let mut ballots = Vec::new();
    for line in lines {
        let (times, ranking) = line.split_once(' ').unwrap();
        let ballot: Vec<usize> = ranking.chars().map(|c| letters.find(c).unwrap()).collect();
        ballots.extend(vec![ballot; times.parse().unwrap()]);
    }
    Profile::new(letters.len(), ballots).unwrap()
}

fn named(letters: &str, options: &[usize]) -> String {
    options.iter().map(|o| letters.chars().nth(*o).unwrap()).collect()
}

fn firsts(profile: &Profile) -> Vec<usize> {
    profile.ballots().iter().filter_map(|b| b.first().copied()).collect()
}

/// Winners of plurality, instant run-off (three policies), Borda, Schulze, and the Condorcet one.
fn winners(letters: &str, lines: &[&str]) -> [String; 7] {
    let p = profile(letters, lines);
    let condorcet: Vec<usize> = condorcet(&p).winner.into_iter().collect();
    [
        named(letters, &plurality(p.options(), &firsts(&p))),
        named(letters, &irv(&p, Ties::DropAll).unwrap()),
        named(letters, &irv(&p, Ties::Parallel).unwrap()),
        named(letters, &irv(&p, Ties::LastListed).unwrap()),
        named(letters, &borda(&p)),
        named(letters, &schulze(&p).winners),
        named(letters, &condorcet),
    ]
}

const TENNESSEE: [&str; 4] = ["42 MNCK", "26 NCKM", "15 CKNM", "17 KCNM"];
const SCHULZE_45: [&str; 8] =
    ["5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"];

#[test]
fn the_tennessee_capital() {
    assert_eq!(winners("MNCK", &TENNESSEE), ["M", "K", "K", "K", "N", "N", "N"]);
    let points = doubled_points(&profile("MNCK", &TENNESSEE));
    assert_eq!(points.iter().map(|p| p / 2).collect::<Vec<_>>(), [126, 194, 173, 107]);
}

#[test]
fn the_45_ballots_of_schulze() {
    // In the run-off D is out, then B and E tie for the last place with 8: both out, A wins; either
    // alone, C.
    assert_eq!(winners("ABCDE", &SCHULZE_45), ["C", "A", "C", "C", "E", "E", ""]);
    let p = profile("ABCDE", &SCHULZE_45);
    let order: Vec<String> = schulze(&p).order.iter().map(|g| named("ABCDE", g)).collect();
    assert_eq!(order, ["E", "A", "C", "B", "D"]);
    assert_eq!(named("ABCDE", &condorcet(&p).smith), "ABCDE");
    let count = Pairwise::count(&p);
    let row = |a| (0..5).map(|b| count.get(a, b)).collect::<Vec<_>>();
    assert_eq!(row(0), [0, 20, 26, 30, 22]);
    assert_eq!(row(4), [23, 27, 21, 31, 0]);
}

#[test]
fn the_paradox_ties_everywhere() {
    let all = "ABC".to_owned();
    let mut expected = std::array::from_fn(|_| all.clone());
    expected[3] = "A".to_owned(); // C is out first, then A has two of three
    expected[6] = String::new();
    assert_eq!(winners("ABC", &["1 ABC", "1 BCA", "1 CAB"]), expected);
}

#[test]
fn borda_fails_the_majority() {
    let [.., borda, schulze, condorcet] = winners("ABC", &["3 ABC", "2 BCA"]);
    assert_eq!([borda, schulze, condorcet], ["B", "A", "A"]);
}

#[test]
fn without_ballots_all_options_tie() {
    assert_eq!(winners("ABC", &[]), ["ABC", "ABC", "ABC", "A", "ABC", "ABC", ""]);
    let none = profile("ABC", &[]);
    assert_eq!(approval(&none), [0, 1, 2]);
    assert_eq!(score(3, &[]), [0, 1, 2]);
    assert_eq!(condorcet(&none).undefeated, [0, 1, 2]);
    assert_eq!(schulze(&none).order, [[0, 1, 2]]);
}

#[test]
fn a_short_ballot_shares_the_points_that_are_left() {
    // Of four options: 3 for A, and (2+1+0)/3 = 1 for each of the others.
    assert_eq!(doubled_points(&profile("ABCD", &["1 A"])), [6, 2, 2, 2]);
    // Three ranked of four: what is left is 0.
    assert_eq!(doubled_points(&profile("ABCD", &["1 ABC"])), [6, 4, 2, 0]);
    assert_eq!(doubled_points(&profile("ABC", &["1 A", "1 "])), [6, 3, 3]);
}

#[test]
fn the_tie_policies_of_the_run_off_differ() {
    // A 4, B 3, C 2, D 2: C and D tie for the last place.
    let p = profile("ABCD", &["4 AB", "3 BA", "2 CB", "2 DC"]);
    let with = |ties| named("ABCD", &irv(&p, ties).unwrap());
    // Both out: A 4, B 5.
    assert_eq!(with(Ties::DropAll), "B");
    // D out: A 4, C 4, B 3 out: A 7.
    assert_eq!(with(Ties::LastListed), "A");
    // C out instead: B 5, A 4, D 2 out: B.
    assert_eq!(with(Ties::Parallel), "AB");
}

#[test]
fn a_ballot_with_nobody_left_is_set_aside() {
    // A 3 of 7 has no majority until C's two ballots are spent: 3 against 2 of 5.
    let p = profile("ABC", &["3 A", "2 B", "1 C", "1 CB"]);
    assert_eq!(irv(&p, Ties::DropAll), Ok(vec![0]));
}

#[test]
fn copeland_and_minimax_agree_with_the_literature() {
    let cases: [(&str, &[&str], &str); 4] = [
        ("MNCK", &TENNESSEE, "N"),
        ("ABCDE", &SCHULZE_45, "E"),
        ("ABC", &["1 ABC", "1 BCA", "1 CAB"], "ABC"),
        ("ABC", &[], "ABC"),
    ];
    for (letters, lines, expected) in cases {
        let p = profile(letters, lines);
        assert_eq!(named(letters, &copeland(&p)), expected);
        assert_eq!(named(letters, &minimax(&p)), expected);
    }
    // Everybody puts D first: a published library once elected all the others.
    let unanimous = ["1 DBAEC", "1 DBCAE", "1 DCBEA", "1 DBECA", "1 DAEBC"];
    assert_eq!(named("ABCDE", &minimax(&profile("ABCDE", &unanimous))), "D");
}

#[test]
fn approvals_and_scores_are_added() {
    let p = profile("ABC", &["2 AB", "1 B", "1 CA"]);
    assert_eq!(approval(&p), [0, 1]);
    assert_eq!(score(3, &[vec![(0, 5), (1, 4)], vec![(1, 2), (2, -3)]]), [1]);
    // A total below 0 loses against an option that nobody scored.
    assert_eq!(score(2, &[vec![(0, -1)]]), [1]);
}

#[test]
fn ties_upon_ties_are_too_many_to_follow() {
    // Sixteen options with one vote each, each passing on to another.
    let ballots = (0..16).map(|i| vec![i, (i + 1) % 16, (i + 5) % 16]).collect();
    let p = Profile::new(16, ballots).unwrap();
    assert!(irv(&p, Ties::Parallel).is_err());
    assert_eq!(irv(&p, Ties::DropAll).unwrap().len(), 16);
}
