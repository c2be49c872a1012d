"""For each oracle that differs: who is right, and why; and what the rows of several.py are held against."""

ONE = "It names one of those that tie, since it is asked for one seat; never another one."
SLOW = "It answers the same wherever it answers in time."

NOTES = {
    "votelib.Schulze": ONE,
    "votelib.RankedPairs": ONE,
    "votelib.Copeland": "Where all tie it names nobody; never another one. The tie is right.",
    "votelib.KemenyYoung": "It does not answer where orders tie.",
    "votelib.MinimaxCondorcet": "It is wrong: an option that nothing beats has no defeat in its table, "
    "and so is not among those that it compares.",
    "votelib.SchwartzSet": "It is wrong where duels are level. The methods here agree with pref_voting's "
    "`gocha` on all polls, and with the definition done the long way (`src/methods/definitions.rs`).",
    "votelib.MajorityJudgment": "It fails where options have the same grades all over. Where it names another "
    "one it is wrong. In the poll below all three have the median 3; the next one is 3, 2 and 3; the one after "
    "that 3 for A and 4 for C. By the shares above and below the median, too, C is first: 9 and 8 of 19, against "
    "6 and 7.",
    "pref_voting.beat_path (support)": SLOW,
    "pref_voting, a profile's condorcet_winner": SLOW,
    "pref_voting.instant_runoff_put": SLOW,
    "pref_voting.baldwin_put": SLOW,
    "pref_voting.river": SLOW + " It tries every order of level duels.",
    "pref_voting.bottom_two_runoff_instant_runoff_put": "Both keep their word. Where the last two are level "
    "in their duel, it drops the one with fewer first places; here either may drop, and the winners of both "
    "counts win.",
    "pref_voting.dowdall": "It adds floating-point numbers, and so misses exact ties. Here sums are exact.",
    "pref_voting.greatest_median (tiebreaker_diff)": "It subtracts floating-point numbers, and so misses exact "
    "ties. Here they are exact.",
    "pref_voting.star": "Both keep their word. Where the run-off is level, it names both; here, as Equal Vote "
    "says, the greater total decides.",
    "pref_voting.majority_judgement": "It compares once, by the greater of the shares above and below the "
    "median, and leaves what is then level. Balinski and Laraki go on until grades differ: so it is done here, "
    "and votelib does so too.",
}

# What each row of several.py is held against: the first that the row's name begins with.
AGAINST = [
    ("committees::approval", "abcvoting `av`"),
    ("committees::satisfaction_approval", "abcvoting `sav`"),
    ("committees::pav", "abcvoting `pav`, brute force"),
    ("committees::chamberlin_courant", "abcvoting `cc`, brute force"),
    ("committees::sequential_pav", "abcvoting `seqpav`"),
    ("committees::reverse_pav", "abcvoting `revseqpav`"),
    ("committees::phragmen", "abcvoting `seqphragmen`, fractions"),
    ("committees::equal_shares", 'abcvoting `equal-shares`, fractions; completed by "phragmen"'),
    ("committees::preferential_block", "pref_voting `instant_runoff_put`, again and again"),
    ("stv::scottish", "pref_voting `stv_scottish`, every outcome of its lots"),
    ("stv::meek pref_voting", "pref_voting `stv_meek`, whose one committee is among ours"),
    ("stv::meek", "own: the reference rule in fractions, every way of a tie"),
    ("seats::huntington_hill", "own: exact fractions (votelib fails, below)"),
    ("seats::quota_remainder imperiali", "votelib `LargestRemainder`, subtracting"),
    ("seats::quota_remainder", "votelib `LargestRemainder`"),
    ("seats::", "votelib `HighestAverages`"),
    ("budget::greedy votes-for-cost", "pabutools greedy, cardinality satisfaction"),
    ("budget::greedy", "pabutools greedy, cost satisfaction"),
    ("budget::equal_shares", "pabutools method of equal shares"),
    ("numbers::quartiles", "own, on `statistics.median`"),
    ("numbers::", "Python's `statistics`"),
    ("matching::", "own: every matching is tried"),
]

SEVERAL_HEAD = """# Several winners, seats, budgets, numbers, matching: held against other programs

Written by `oracles/run` ({number} questions a row). `several.py` asks the library and another program about the
same random input and compares sets of outcomes. Committees and transferable votes: 2 to 5 options, 1 to 21
ballots, some of them empty (approvals) or short, equal ballots in blocks, 1 to 5 places; the library is asked
with `"parallel"`, the other program for all outcomes. "Tied" counts the questions with more than one outcome, as
sets, among those answered alike; "fails" those on which the other program failed.

Programs: abcvoting 2.19.2, pref_voting 1.18.2, votelib 0.4.0, pabutools 1.2.3, Python's `statistics`; where there
was none that answers, one written for the comparison (named "own"). RESULTS-defined.md has what is held against
such definitions alone.

| method | against | questions | same | tied | fails |
|---|---|---|---|---|---|
"""

SEVERAL_NOTES = """
## Every kind of disagreement

**Meek, 3 of 2,000: the library follows the rule, the comparison does not round.** Five options, three
places, ballots 3>1>2>4>0 and twice 3>0>4. Options 1 and 4 have 3/4 of a vote in the limit. The
reference rule lets all options within the surplus of the fewest votes tie; in nine decimals they have
0.749999998 and 0.749999994, the surplus is 0.000000006, so both ways are followed. In fractions the
iteration ends elsewhere, with a difference just above the surplus there. In all three cases the options
are level in the limit, and the comparison's committees are among the library's.

**Droop's quota, 94 of 2,000: votelib leaves seats empty.** Votes 4 and 7, eight seats: the quota is
⌊11/9⌋ + 1 = 2, so 2 and 3 seats by whole quotas. votelib gives each list one seat for its rest and
stops with 3 and 4, seven of eight; so in all 94. Such small electorates are outside what the quota is made for. The
library gives out the rest again in the order of the rests, 3 and 5, as its page says.

**Imperiali's quota, 398 of 2,000: the library, as votelib has a defect.** Votes 8 and 1, six seats: the
quota is 9/8, so the first list has seven by whole quotas, one too many; one taken back is six. votelib
0.4.0 takes a list with more whole quotas than there are seats out of the count, and gives 1 and 1. In
all 398 cases a list has more whole quotas than there are seats; in 166 of them votelib gives out fewer
seats than there are. Where no list has, all cases agree, those with seats to take back among them.

**Huntington and Hill: votelib fails** with `ValueError` on every case, as the first divisor is 0.

**Budgets: what nobody votes for.** pabutools' greedy rule funds projects without a vote where they
fit; the library does not, and the comparison leaves them out.
"""
