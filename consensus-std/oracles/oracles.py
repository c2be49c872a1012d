"""The methods of other libraries, each as a function from a drawn poll to a set of options.

A poll is {"options": n, "ballots": [[...], ...]}: rankings as lists of option numbers, best first, or
for scores one number for each option."""

import warnings
from collections import Counter

warnings.filterwarnings("ignore")

import votelib.candidate
import votelib.convert
import votelib.evaluate.cardinal as vl_cardinal
import votelib.evaluate.condorcet as vl_condorcet
import votelib.evaluate.core as vl_core
import votelib.evaluate.sequential as vl_sequential
from pref_voting import c1_methods as c1
from pref_voting import combined_methods as combined
from pref_voting import grade_methods as grades
from pref_voting import iterative_methods as iterative
from pref_voting import margin_based_methods as margins
from pref_voting import other_methods as other
from pref_voting import scoring_methods as scoring
from pref_voting.grade_profiles import GradeProfile
from pref_voting.profiles import Profile
from pref_voting.profiles_with_ties import ProfileWithTies


def full(poll):
    """A profile of full rankings."""
    counts = Counter(tuple(b) for b in poll["ballots"])
    return Profile([list(b) for b in counts], list(counts.values()))


def short(poll):
    """A profile in which what a ballot leaves out is below what it ranks, and level."""
    counts = Counter(tuple(b) for b in poll["ballots"])
    ranks = [{c: place for place, c in enumerate(b, 1)} for b in counts]
    profile = ProfileWithTies(ranks, list(counts.values()), candidates=range(poll["options"]))
    profile.use_extended_strict_preference()
    return profile


def graded(poll, allowed):
    """A profile of grades."""
    maps = [dict(enumerate(b)) for b in poll["ballots"]]
    return GradeProfile(maps, allowed, candidates=range(poll["options"]))


def pref(method, **more):
    """pref_voting, on full rankings."""
    return lambda poll: set(map(int, method(full(poll), **more)))


def duels(method, strength=None):
    """pref_voting, by duels, on full or short rankings."""

    def answer(poll):
        complete = all(len(b) == poll["options"] for b in poll["ballots"])
        profile = full(poll) if complete else short(poll)
        more = {"strength_function": getattr(profile, strength)} if strength else {}
        return set(map(int, method(profile, **more)))

    return answer


def opposition(profile, **_):
    """Minimax by opposition: its scores are pref_voting's."""
    scores = margins.minimax_scores(profile, score_method="pairwise_opposition")
    best = max(scores.values())
    return [c for c, score in scores.items() if score == best]


def winner(profile, **_):
    """The Condorcet winner or nobody; the method of that name gives all where there is none."""
    found = profile.condorcet_winner()
    return [] if found is None else [found]


def names(poll):
    return [chr(ord("A") + o) for o in range(poll["options"])]


def flatten(result):
    """votelib's list of winners, in which a tie is a set."""
    winners = set()
    for item in result:
        winners |= set(item) if isinstance(item, (set, frozenset)) else {item}
    return {ord(name) - ord("A") for name in winners}


def vote(evaluator, kind):
    """votelib: of `kind` duels, rankings or scores."""

    def answer(poll):
        label = names(poll)
        if kind == "scores":
            votes = Counter(
                frozenset((label[o], score) for o, score in enumerate(b)) for b in poll["ballots"]
            )
        else:
            votes = Counter(tuple(label[o] for o in b) for b in poll["ballots"])
        if kind == "duels":
            votes = votelib.convert.RankedToCondorcetVotes().convert(votes)
        seatless = not hasattr(evaluator, "evaluate") or isinstance(
            evaluator, (vl_condorcet.SmithSet, vl_condorcet.SchwartzSet, vl_condorcet.CondorcetWinner)
        )
        result = evaluator.evaluate(votes) if seatless else evaluator.evaluate(votes, 1)
        return flatten(result)

    return answer


# Function of this library, its further arguments, the oracle's name, the oracle, kind of ballots.
# `full`: rankings of all options; `short`: also rankings that leave options out; `scores`.
PARALLEL, DROP = ["parallel"], ["drop-all"]
ORACLES = [
    ("ranked::schulze", [], "pref_voting.beat_path (support)", duels(margins.beat_path, "support"), "short"),
    ("ranked::schulze", [], "votelib.Schulze", vote(vl_condorcet.Schulze(), "duels"), "full"),
    ("ranked::condorcet", [], "pref_voting, a profile's condorcet_winner", duels(winner), "short"),
    ("ranked::copeland", [], "pref_voting.copeland", duels(c1.copeland), "short"),
    ("ranked::copeland", [], "votelib.Copeland", vote(vl_condorcet.Copeland(second_order=False), "duels"), "full"),
    ("ranked::llull", [], "pref_voting.llull", duels(c1.llull), "short"),
    ("ranked::minimax", [], "pref_voting.minimax (support)", duels(margins.minimax, "support"), "short"),
    ("ranked::minimax", [], "votelib.MinimaxCondorcet", vote(vl_condorcet.MinimaxCondorcet(), "duels"), "full"),
    ("ranked::minimax_margins", [], "pref_voting.minimax", duels(margins.minimax), "short"),
    ("ranked::minimax_opposition", [], "pref_voting.minimax_scores (pairwise_opposition)", duels(opposition), "short"),
    ("ranked::smith_minimax", [], "pref_voting.smith_minimax", pref(combined.smith_minimax), "full"),
    ("ranked::ranked_pairs", PARALLEL, "pref_voting.ranked_pairs (from_stacks)", duels(lambda profile: margins.ranked_pairs(profile, algorithm="from_stacks")), "short"),
    ("ranked::ranked_pairs", PARALLEL, "votelib.RankedPairs", vote(vl_condorcet.RankedPairs(), "duels"), "full"),
    ("ranked::river", PARALLEL, "pref_voting.river", duels(margins.river), "short"),
    ("ranked::split_cycle", [], "pref_voting.split_cycle", duels(margins.split_cycle), "short"),
    ("ranked::stable_voting", [], "pref_voting.stable_voting", duels(margins.stable_voting), "short"),
    ("ranked::kemeny", [], "pref_voting.kemeny_young", pref(other.kemeny_young), "full"),
    ("ranked::kemeny", [], "votelib.KemenyYoung", vote(vl_condorcet.KemenyYoung(), "duels"), "full"),
    ("ranked::slater", [], "pref_voting.slater", pref(c1.slater), "full"),
    ("ranked::top_cycle", [], "pref_voting.top_cycle", duels(c1.top_cycle), "short"),
    ("ranked::top_cycle", [], "votelib.SmithSet", vote(vl_condorcet.SmithSet(), "duels"), "full"),
    ("ranked::schwartz", [], "pref_voting.gocha", duels(c1.gocha), "short"),
    ("ranked::schwartz", [], "votelib.SchwartzSet", vote(vl_condorcet.SchwartzSet(), "duels"), "full"),
    ("ranked::uncovered", [], "pref_voting.uc_gill", duels(c1.uc_gill), "short"),
    ("ranked::banks", [], "pref_voting.banks", duels(c1.banks), "short"),
    ("ranked::irv", PARALLEL, "pref_voting.instant_runoff_put", pref(iterative.instant_runoff_put), "full"),
    ("ranked::irv", DROP, "pref_voting.instant_runoff", pref(iterative.instant_runoff), "full"),
    ("ranked::coombs", PARALLEL, "pref_voting.coombs_put", pref(iterative.coombs_put), "full"),
    ("ranked::coombs", DROP, "pref_voting.coombs", pref(iterative.coombs), "full"),
    ("ranked::baldwin", PARALLEL, "pref_voting.baldwin_put", pref(iterative.baldwin_put), "full"),
    ("ranked::baldwin", DROP, "pref_voting.baldwin", pref(iterative.baldwin), "full"),
    ("ranked::nanson", [], "pref_voting.strict_nanson", pref(iterative.strict_nanson), "full"),
    ("ranked::nanson_weak", [], "pref_voting.weak_nanson", pref(iterative.weak_nanson), "full"),
    ("ranked::raynaud", DROP, "pref_voting.raynaud", duels(iterative.raynaud), "short"),
    ("ranked::bottom_two", PARALLEL, "pref_voting.bottom_two_runoff_instant_runoff_put", pref(iterative.bottom_two_runoff_instant_runoff_put), "full"),
    ("ranked::benham", PARALLEL, "pref_voting.benham_put", pref(iterative.benham_put), "full"),
    ("ranked::benham", DROP, "pref_voting.benham", pref(iterative.benham), "full"),
    ("ranked::woodall", DROP, "pref_voting.woodall", pref(iterative.woodall), "full"),
    ("ranked::tideman_alternative", PARALLEL, "pref_voting.tideman_alternative_put (top_cycle)", pref(iterative.tideman_alternative_put(c1.top_cycle)), "full"),
    ("ranked::smith_irv", PARALLEL, "pref_voting.smith_irv_put", pref(combined.smith_irv_put), "full"),
    ("ranked::condorcet_irv", PARALLEL, "pref_voting.condorcet_irv_put", pref(combined.condorcet_irv_put), "full"),
    ("ranked::contingent", [], "pref_voting.plurality_with_runoff_put", pref(iterative.plurality_with_runoff_put), "full"),
    ("ranked::borda", [], "pref_voting.borda", pref(scoring.borda), "full"),
    ("ranked::dowdall", [], "pref_voting.dowdall", pref(scoring.dowdall), "full"),
    ("ranked::bucklin", [], "pref_voting.bucklin", pref(other.bucklin), "full"),
    ("ranked::black", [], "pref_voting.blacks", pref(combined.blacks), "full"),
    ("ranked::condorcet_plurality", [], "pref_voting.condorcet_plurality", pref(combined.condorcet_plurality), "full"),
    ("ranked::dodgson", [], "pref_voting.dodgson", pref(other.dodgson), "full"),
    ("single::plurality", [], "pref_voting.plurality", pref(scoring.plurality), "firsts"),
    ("single::anti_plurality", [], "pref_voting.anti_plurality", pref(scoring.anti_plurality), "lasts"),
    ("single::positive_negative", [], "pref_voting.dis_and_approval, one mark a ballot", lambda p: set(map(int, grades.dis_and_approval(graded(p, [-1, 0, 1])))), "sign"),
    ("single::combined_approval", [], "pref_voting.dis_and_approval", lambda p: set(map(int, grades.dis_and_approval(graded(p, [-1, 0, 1])))), "signs"),
    ("single::approval", [], "pref_voting.approval", lambda p: set(map(int, grades.approval(graded(p, [0, 1])))), "sets"),
    ("scored::score", [], "pref_voting.score_voting", lambda p: set(map(int, grades.score_voting(graded(p, list(range(6)))))), "scores"),
    ("scored::score", [], "votelib.ScoreVoting (sum)", vote(vl_cardinal.ScoreVoting("sum"), "scores"), "scores"),
    ("scored::star", [], "pref_voting.star", lambda p: set(map(int, grades.star(graded(p, list(range(6)))))), "scores"),
    ("scored::majority_judgment", [], "pref_voting.majority_judgement", lambda p: set(map(int, grades.majority_judgement(graded(p, list(range(6)))))), "scores"),
    ("scored::majority_judgment", [], "votelib.MajorityJudgment", vote(vl_cardinal.MajorityJudgment(), "scores"), "scores"),
    ("scored::typical_judgment", [], "pref_voting.greatest_median (tiebreaker_diff)", lambda p: set(map(int, grades.greatest_median(graded(p, list(range(6))), tb_func=grades.tiebreaker_diff))), "scores"),
]

# An oracle that takes too long where there are more options.
MOST = {"pref_voting.river": 4}
