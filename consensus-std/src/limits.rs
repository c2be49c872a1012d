//! Caps on work. They are part of what a method promises: above them every machine gives the same
//! refusal, below them every machine gives the same answer.

/// Options in one question. Pairwise methods take the cube of it in steps: 64³ is 262,144, about a
/// millisecond. People do not rank more than a few dozen.
pub const MAX_OPTIONS: usize = 64;

/// Marks on all ballots together (options ranked, approved or scored). 262,144 is ten thousand
/// ballots that rank 26 options, or four thousand that rank all of 64. A pairwise count takes at most
/// this times [`MAX_OPTIONS`] steps, 17 million; reading them, a look-up each, takes as long. Both took
/// 0.1 s in a debug build on a busy machine (`cargo run --release -p consensus-std --example caps`
/// measures anew), and cost less than a half of what an `output` has.
pub const MAX_MARKS: usize = 262_144;

/// Sets of remaining options that `ranked::irv` looks at under `parallel`. Seven options have
/// 2⁷ subsets, so seven or fewer always fit; more fit unless ties follow upon ties.
pub const MAX_UNIVERSES: usize = 128;

/// States of a step-by-step method for several winners that are looked at under `parallel`. Ties
/// between six options for three places come to at most 42 sets; 256 leave room for ties upon ties,
/// and each costs a look at every ballot.
pub const MAX_BRANCHES: usize = 256;

/// Tied committees in one result. Somebody has to read them, and a draw has to choose.
pub const MAX_COMMITTEES: usize = 128;

/// Committees × different ballots in a search through all committees: some 30 milliseconds.
/// 5 of 20 (15,504 committees) fit with 270 different ballots, 10 of 20 with 22.
pub const MAX_SEARCH: u64 = 4_194_304;

/// Marks × places in methods whose fractions grow with the places (Phragmén, equal shares): a step
/// adds or compares numbers of up to 16 bits for each place.
pub const MAX_SHARES: usize = 2_097_152;

/// Distributions of all ballots in a count by Meek's method, over all its rounds and universes. A
/// round takes one, or some ten where keep factors have to settle.
pub const MAX_DISTRIBUTIONS: usize = 1_024;

/// Participants whose opinions are grouped. A swap of k medoids looks at k² × 256² distances; with
/// [`MAX_SWAPS`] for k = 2, …, 5 that is some 60 million steps, the most that an output may cost.
pub const MAX_PARTICIPANTS: usize = 256;

/// Swaps of medoids for each number of groups. After a good beginning a few lower the sum.
pub const MAX_SWAPS: usize = 16;

/// Proposers, hosts, owners or things in a matching.
pub const MAX_MATES: usize = 1_024;

/// Votes of one list, so that a square of them times a square of seats is below 2¹²⁸.
pub const MAX_VOTES: u64 = 1 << 53;

/// The largest amount of money, price or number of units, so that no sum over [`MAX_MARKS`] of them,
/// and no product of two, overflows.
pub const MAX_COUNT: u64 = 1 << 40;
/// Steps of `ranked::ranked_pairs` and `ranked::river` under `parallel`: for each way of locking in, one
/// for each option and each duel of one margin. 64 options without ties take 129,024; six options that
/// all have duels of one margin, in a circle, take up to 2¹⁵ ways of 15 duels, 2,949,120.
pub const MAX_LOCKINGS: usize = 4_194_304;

/// Options of methods that look at every set of them: 2¹² · 12² is 589,824 steps, and people who want
/// an order of more than twelve options have it from others.
pub const MAX_SUBSET_OPTIONS: usize = 12;

/// Combinations of lacking votes that `ranked::dodgson` keeps: three rivals of whom each is 24 votes
/// ahead make 25³ = 15,625. Its price tells what keeping them costs.
pub const MAX_COMBINATIONS: usize = 16_384;

/// Grades that medians are taken of, one of every option from every ballot: four times
/// [`MAX_MARKS`], eight megabytes.
pub const MAX_GRADES: usize = 1_048_576;

/// Seats to be given out in proportion. Highest averages takes options × seats steps: 64,000, some
/// hundred microseconds. The largest parliaments have fewer, save one.
pub const MAX_SEATS: u64 = 1_000;

/// The largest score on a ballot, either way, so that no total can overflow: [`MAX_MARKS`] times
/// this is far below 2⁶³.
pub const MAX_SCORE: i64 = 1_000_000_000;

/// Steps of a compiled loop that count as one unit of fuel: a step takes a nanosecond or two, an
/// operation of the sandbox some fifty to a hundred.
pub const STEPS_A_UNIT: u64 = 64;

/// What a call costs at least, in units of fuel: taking arguments apart and building a result.
pub const CALL: u64 = 8;
