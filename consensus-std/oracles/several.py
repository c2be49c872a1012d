"""Compares the methods for several winners with published libraries on random input.

    consensus-std/oracles/several.py ANSWER [CASES] [--only NAME] [--results FILE] [--record FILE]

ANSWER is the built example. Every method is asked CASES times (2,000 unless told), ties, short and
empty ballots among them, and sets of outcomes are compared. Disagreements are printed with the
smallest case of each method; `--results` writes RESULTS-several.md, where notes.py says who is right.
`--record` writes cases on which both agree, which `tests/recorded.rs` checks without Python.
"""

import json
import random
import subprocess
import sys
from fractions import Fraction

from notes import AGAINST, SEVERAL_HEAD, SEVERAL_NOTES


class Refused(Exception):
    """What the library says where it gives no answer."""


class Library:
    """The library, over its example."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def call(self, function, *args):
        self.process.stdin.write(json.dumps({"function": function, "args": args}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "ok" not in answer:
            raise Refused(answer["error"])
        return answer["ok"]


def approvals(rng):
    """Options, ballots of up to so many marks, seats; blocks of equal ballots in every second."""
    options = rng.randint(2, 5)
    ballots = []
    for _ in range(rng.randint(1, 7)):
        ballot = [o for o in range(options) if rng.random() < 0.45]
        ballots += [ballot] * rng.choice([1, 1, 2, 3])
    return options, ballots, rng.randint(1, options)


def rankings(rng):
    options = rng.randint(2, 5)
    ballots = []
    for _ in range(rng.randint(1, 7)):
        order = list(range(options))
        rng.shuffle(order)
        ballots += [order[: rng.randint(1, options)]] * rng.choice([1, 1, 2, 3])
    return options, ballots, rng.randint(1, options - 1)


def votes(rng):
    return [rng.choice([rng.randint(1, 12), rng.randint(1, 500)]) for _ in range(rng.randint(2, 6))]


def committees(answer):
    return {frozenset(c) for c in answer["committees"]}


# Approval committees: abcvoting.


def abc(rule):
    from abcvoting import abcrules
    from abcvoting.preferences import Profile

    def oracle(options, ballots, seats):
        profile = Profile(options)
        profile.add_voters([set(b) for b in ballots])
        algorithm = {
            "pav": "brute-force",
            "cc": "brute-force",
            "seqphragmen": "standard-fractions",
            "equal-shares": "standard-fractions",
        }.get(rule, "standard")
        found = abcrules.compute(rule, profile, seats, algorithm=algorithm, resolute=False)
        return {frozenset(c) for c in found}

    return oracle


def with_ties(function, *more):
    def ours(library, options, ballots, seats):
        return committees(
            library.call(function, ballots, list(range(options)), seats, *more, "parallel")
        )

    return ours


def separable(function):
    from itertools import combinations

    def ours(library, options, ballots, seats):
        answer = library.call(function, ballots, list(range(options)), seats)
        sure = frozenset(answer["elected"])
        return {sure | frozenset(c) for c in combinations(answer["tied"], answer["left"])}

    return ours


# Transferable votes: pref_voting, with every outcome of its lots.


class Lots:
    """Draws that are told beforehand; where none is told, the first, and it is written down."""

    def __init__(self, told):
        self.told, self.asked = told, []

    def choice(self, among):
        at = self.told[len(self.asked)] if len(self.asked) < len(self.told) else 0
        self.asked.append(len(among))
        return among[at]


def every_lot(count):
    open_ways, results = [[]], set()
    while open_ways:
        told = open_ways.pop()
        lots = Lots(told)
        results.add(frozenset(count(lots)))
        for at in range(len(told), len(lots.asked)):
            for other in range(1, lots.asked[at]):
                open_ways.append(told + [0] * (at - len(told)) + [other])
    return results


def ranked_profile(options, ballots):
    from pref_voting.profiles_with_ties import ProfileWithTies

    return ProfileWithTies(
        [{o: place for place, o in enumerate(b, 1)} for b in ballots], candidates=range(options)
    )


def scottish_oracle(options, ballots, seats):
    from pref_voting.proportional_methods import stv_scottish

    profile = ranked_profile(options, ballots)
    return every_lot(lambda lots: stv_scottish(profile, num_seats=seats, rng=lots))


def meek_oracle(options, ballots, seats):
    """The reference rule in fractions, written for this comparison: no rounding of what ballots
    give, every way of a tie."""
    results = set()

    def distribute(keep):
        got = [Fraction(0)] * options
        for ballot in ballots:
            left = Fraction(1)
            for o in ballot:
                given = left * keep[o]
                got[o] += given
                left -= given
        return got

    def run(keep, elected, hopeful):
        while True:
            if len(elected) >= seats or len(hopeful) <= seats - len(elected):
                results.add(frozenset(elected | (hopeful if len(elected) < seats else set())))
                return
            while True:
                got = distribute(keep)
                quota = sum(got) / (seats + 1)
                # The reference rule adds a billionth to the quota.
                quota += Fraction(1, 10**9)
                now = {o for o in hopeful if got[o] >= quota}
                elected, hopeful = elected | now, hopeful - now
                surplus = sum((got[o] - quota for o in elected), Fraction(0))
                if now or surplus < Fraction(1, 10**6):
                    break
                for o in elected:
                    keep[o] = (keep[o] * quota / got[o]).limit_denominator(10**15)
            if now:
                continue
            least = min(got[o] for o in hopeful)
            level = [o for o in hopeful if got[o] <= least + max(surplus, 0)]
            for out in level[1:]:
                other = list(keep)
                other[out] = Fraction(0)
                run(other, set(elected), hopeful - {out})
            keep[level[0]] = Fraction(0)
            hopeful = hopeful - {level[0]}

    run([Fraction(1)] * options, set(), set(range(options)))
    return results


def in_ours(function):
    """pref_voting's Meek breaks ties by name: whether its committee is among ours."""

    def ours(library, options, ballots, seats):
        from pref_voting.proportional_methods import stv_meek

        theirs = frozenset(stv_meek(ranked_profile(options, ballots), num_seats=seats))
        mine = with_ties(function)(library, options, ballots, seats)
        return {theirs} if theirs in mine else mine

    return ours


def float_meek_oracle(options, ballots, seats):
    from pref_voting.proportional_methods import stv_meek

    return {frozenset(stv_meek(ranked_profile(options, ballots), num_seats=seats))}


# Apportionment: votelib.


def apportioned(answer):
    return [s["seats"] for s in answer["seats"]], answer["left"]


def divisor_oracle(name):
    from votelib.component import divisor
    from votelib.evaluate.proportional import HighestAverages

    function = {
        "dhondt": "d_hondt",
        "sainte_lague": "sainte_lague",
        "modified_sainte_lague": divisor.modified_first_coef(
            divisor.sainte_lague, Fraction(14, 10)
        ),
        "danish": "danish",
        "imperiali": "imperiali",
        "huntington_hill": "huntington_hill",
    }[name]
    method = HighestAverages(function)
    return lambda votes, seats: shown(method, votes, seats)


def huntington_hill_oracle(votes, seats):
    """votelib fails on the first seats, whose divisor is 0: a seat at a time in exact fractions,
    written for this comparison."""
    given, left = [0] * len(votes), seats
    while left:
        def quotient(o):
            n = given[o]
            return (1, votes[o]) if n == 0 else (0, Fraction(votes[o] ** 2, n * (n + 1)))

        most = max(map(quotient, range(len(votes))))
        level = [o for o in range(len(votes)) if quotient(o) == most]
        if len(level) > left:
            break
        for o in level:
            given[o] += 1
        left -= len(level)
    return given, left


def quota_oracle(name):
    from votelib.evaluate.proportional import LargestRemainder

    method = LargestRemainder(name.replace("-", "_"), on_overaward="subtract")
    return lambda votes, seats: shown(method, votes, seats)


def shown(method, votes, seats):
    from votelib.evaluate.core import Tie

    given = method.evaluate(dict(enumerate(votes)), seats)
    sure = [given.get(o, 0) for o in range(len(votes))]
    left = sum(n for o, n in given.items() if isinstance(o, Tie))
    return sure, left


def counted(votes):
    return [{"option": o, "votes": n} for o, n in enumerate(votes)]


# Budgets: pabutools.


def projects(rng):
    options, ballots, _ = approvals(rng)
    costs = [rng.randint(1, 8) for _ in range(options)]
    return options, [b for b in ballots if b] or [[0]], costs, rng.randint(1, sum(costs))


def pabutools_oracle(kind):
    from pabutools.election import (
        ApprovalBallot, ApprovalProfile, Cardinality_Sat, Cost_Sat, Instance, Project,
    )
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

    sat = Cost_Sat if kind in ("greedy votes", "mes cost") else Cardinality_Sat
    rule = greedy_utilitarian_welfare if kind.startswith("greedy") else method_of_equal_shares

    def oracle(options, ballots, costs, budget):
        of = [Project(str(o), costs[o]) for o in range(options)]
        instance = Instance(of, budget_limit=budget)
        profile = ApprovalProfile([ApprovalBallot([of[o] for o in b]) for b in ballots])
        found = rule(instance, profile, sat_class=sat, resoluteness=False)
        sets = {frozenset(int(p.name) for p in outcome) for outcome in found}
        # Projects without a vote are funded there where they fit; the library leaves them out.
        voted = {o for b in ballots for o in b}
        return {frozenset(s & voted) for s in sets}

    return oracle


def funded(function, *more):
    def ours(library, options, ballots, costs, budget):
        named = [{"project": o, "cost": c} for o, c in enumerate(costs)]
        answer = library.call(function, ballots, named, budget, *more, "parallel")
        return {frozenset(s) for s in answer["funded"]}

    return ours


# Run-offs again and again: pref_voting's, with every way of its ties.


def block_oracle(options, ballots, seats):
    from pref_voting.iterative_methods import instant_runoff_put

    def fill(left, chosen):
        if len(chosen) == seats:
            return {frozenset(chosen)}
        if len(left) == 1:
            return fill([], chosen | set(left))
        kept = [[o for o in b if o in left] for b in ballots]
        # It counts no empty ballots, and wants one ballot: with none left anybody may win.
        kept = [b for b in kept if b]
        winners = left
        if kept:
            names = dict(enumerate(left))
            number = {o: i for i, o in names.items()}
            profile = ranked_profile(len(left), [[number[o] for o in b] for b in kept])
            profile.use_extended_strict_preference()
            winners = [names[w] for w in instant_runoff_put(profile)]
        return set().union(
            *(fill([o for o in left if o != w], chosen | {w}) for w in winners)
        )

    return fill(list(range(options)), set())


# Numbers: Python's own statistics.


def numbers(rng):
    return ([rng.randint(-20, 20) for _ in range(rng.randint(1, 12))],)


def number(answer):
    return Fraction(answer) if isinstance(answer, str) else answer


def quartiles_oracle(values):
    """Medians of halves without the middle value."""
    import statistics

    ordered, half = sorted(values), len(values) // 2
    if not half:
        return ordered[0], ordered[0]
    halves = ordered[:half], ordered[-half:]
    return tuple(statistics.median([Fraction(v) for v in h]) for h in halves)


def number_rows():
    import statistics

    def plain(name, oracle):
        ours = lambda library, values: number(library.call(f"numbers::{name}", values))
        return (f"numbers::{name}", numbers, ours, oracle)

    return [
        plain("median", lambda v: statistics.median([Fraction(n) for n in v])),
        plain("median_low", statistics.median_low),
        plain("median_high", statistics.median_high),
        plain("modes", lambda v: sorted(statistics.multimode(v))),
        (
            "numbers::quartiles",
            numbers,
            lambda library, v: tuple(
                number(library.call("numbers::quartiles", v)[end]) for end in ("first", "third")
            ),
            quartiles_oracle,
        ),
    ]


# Matching: every matching is tried.


def market(rng):
    def some(over):
        order = list(range(over))
        rng.shuffle(order)
        return order[: rng.randint(0, over)]

    asking, asked = rng.randint(1, 4), rng.randint(1, 3)
    return (
        [some(asked) for _ in range(asking)],
        [some(asking) for _ in range(asked)],
        [rng.randint(0, 2) for _ in range(asked)],
    )


def deferred(library, proposers, hosts, places):
    answer = library.call(
        "matching::deferred_acceptance",
        [{"who": p, "ranks": r} for p, r in enumerate(proposers)],
        [
            {"who": h, "ranks": r, "places": n}
            for h, (r, n) in enumerate(zip(hosts, places, strict=True))
        ],
    )
    found = {pair["who"]: pair["with"] for pair in answer["pairs"]}
    return tuple(found.get(p) for p in range(len(proposers)))


def stable_oracle(proposers, hosts, places):
    """Of all stable matchings the one in which every proposer has the best it has in any."""
    from itertools import product

    def stable(matched):
        for h, (list_of, room) in enumerate(zip(hosts, places, strict=True)):
            keeps = [p for p, m in enumerate(matched) if m == h]
            if len(keeps) > room or any(p not in list_of for p in keeps):
                return False
            for p, wants in enumerate(proposers):
                if p not in list_of or h not in wants or matched[p] == h:
                    continue
                rather = matched[p] is None or wants.index(h) < wants.index(matched[p])
                worse = [q for q in keeps if list_of.index(q) > list_of.index(p)]
                if rather and (worse or len(keeps) < room):
                    return False
        return True

    ways = product(*([None, *wants] for wants in proposers))
    all_stable = [m for m in ways if stable(m)]

    def rank(p, h):
        return len(proposers[p]) if h is None else proposers[p].index(h)

    best = [min(rank(p, m[p]) for m in all_stable) for p in range(len(proposers))]
    return next(m for m in all_stable if [rank(p, h) for p, h in enumerate(m)] == best)


def table():
    """Name, random input, ours, the oracle's."""
    rows = [
        ("committees::approval", approvals, separable("committees::approval"), abc("av")),
        (
            "committees::satisfaction_approval",
            approvals,
            separable("committees::satisfaction_approval"),
            abc("sav"),
        ),
    ]
    for name, rule in [
        ("pav", "pav"),
        ("chamberlin_courant", "cc"),
        ("sequential_pav", "seqpav"),
        ("reverse_pav", "revseqpav"),
        ("phragmen", "seqphragmen"),
    ]:
        rows.append((f"committees::{name}", approvals, with_ties(f"committees::{name}"), abc(rule)))
    rows.append(
        (
            "committees::equal_shares",
            approvals,
            with_ties("committees::equal_shares", "phragmen"),
            abc("equal-shares"),
        )
    )
    rows.append(("stv::scottish", rankings, with_ties("stv::scottish"), scottish_oracle))
    rows.append(("stv::meek", rankings, with_ties("stv::meek"), meek_oracle))
    rows.append(("stv::meek pref_voting", rankings, in_ours("stv::meek"), float_meek_oracle))
    for name in [
        "dhondt",
        "sainte_lague",
        "modified_sainte_lague",
        "danish",
        "imperiali",
        "huntington_hill",
    ]:
        rows.append(
            (
                f"seats::{name}",
                lambda rng: (votes(rng), rng.randint(1, 20)),
                lambda library, v, s, name=name: apportioned(
                    library.call(f"seats::{name}", counted(v), s)
                ),
                huntington_hill_oracle if name == "huntington_hill" else divisor_oracle(name),
            )
        )
    for quota in ["hare", "droop", "hagenbach-bischoff", "imperiali"]:
        rows.append(
            (
                f"seats::quota_remainder {quota}",
                lambda rng: (votes(rng), rng.randint(1, 20)),
                lambda library, v, s, quota=quota: apportioned(
                    library.call("seats::quota_remainder", counted(v), s, quota)
                ),
                quota_oracle(quota),
            )
        )
    for name, kind, more in [
        ("budget::greedy", "greedy votes", ("votes",)),
        ("budget::greedy", "greedy votes for cost", ("votes-for-cost",)),
        ("budget::equal_shares", "mes cost", ("cost", "none")),
        ("budget::equal_shares", "mes cardinality", ("cardinality", "none")),
    ]:
        rows.append((f"{name} {more[0]}", projects, funded(name, *more), pabutools_oracle(kind)))
    rows.append(
        (
            "committees::preferential_block",
            rankings,
            with_ties("committees::preferential_block"),
            block_oracle,
        )
    )
    rows.extend(number_rows())
    rows.append(("matching::deferred_acceptance", market, deferred, stable_oracle))
    return rows


def main():
    program = sys.argv[1]
    cases = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 2000
    told = lambda name: sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None
    record, only, results = told("--record"), told("--only") or "", told("--results")
    library = Library(program)
    recorded, lines = [], []
    for name, random_input, ours, oracle in table():
        if only not in name:
            continue
        rng = random.Random(name)
        same = tied = errors = 0
        worst = None
        for _ in range(cases):
            case = random_input(rng)
            try:
                theirs = oracle(*case)
            except Exception as error:  # an oracle may fail on what it does not foresee
                theirs = f"{type(error).__name__}: {error}"
            try:
                mine = ours(library, *case)
            except Refused as refusal:
                mine = f"refused: {refusal}"
            if mine == theirs:
                same += 1
                tied += isinstance(mine, set) and len(mine) > 1
                recordable = not name.startswith(("numbers", "matching"))
                if record and recordable and len([r for r in recorded if r[0] == name]) < 25:
                    recorded.append((name, case, mine))
            else:
                errors += isinstance(theirs, str)
                if worst is None or len(str(case)) < len(str(worst[0])):
                    worst = (case, mine, theirs)
        print(f"{name}\t{cases}\tsame {same}\ttied {tied}\toracle fails {errors}", flush=True)
        against = next(text for prefix, text in AGAINST if name.startswith(prefix))
        lines.append(f"| `{name}` | {against} | {cases} | {same} | {tied} | {errors} |\n")
        if worst:
            print(f"    {worst[0]}\n    ours {worst[1]}\n    theirs {worst[2]}", flush=True)
    if record:
        write(record, recorded)
    if results:
        with open(results, "w") as file:
            file.write(SEVERAL_HEAD.format(number=cases) + "".join(lines) + SEVERAL_NOTES)


def write(path, recorded):
    """One line each: the method, its input, the outcomes, as JSON."""
    with open(path, "w") as file:
        for name, case, outcome in recorded:
            if isinstance(outcome, set):
                outcome = sorted(sorted(s) for s in outcome)
            file.write(json.dumps([name, case, outcome]) + "\n")


if __name__ == "__main__":
    main()
