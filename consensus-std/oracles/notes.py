"""For each oracle that differs: who is right, and why."""

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
    "pref_voting.ranked_pairs": SLOW + " It tries every order of level duels.",
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
