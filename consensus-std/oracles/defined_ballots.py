"""Ballots: methods for which no published program was found, from the sources that their pages name."""

import hashlib
from fractions import Fraction
from itertools import permutations, product

NAMES = "ABCDE"


def ranking(rng, options):
    order = list(options)
    rng.shuffle(order)
    return order[: rng.randint(1, len(order))]


def rankings(rng, most=5):
    options = list(NAMES[: rng.randint(2, most)])
    block = lambda: [ranking(rng, options)] * rng.choice([1, 1, 2, 3])
    return [b for _ in range(rng.randint(1, 7)) for b in block()], options


def prefers(ballot, a, b):
    return a in ballot and (b not in ballot or ballot.index(a) < ballot.index(b))


def more(ballots, a, b):
    """How many prefer a to b."""
    return sum(prefers(ballot, a, b) for ballot in ballots)


def first_of(options, worth):
    """Those with the greatest worth, in order."""
    most = max(map(worth, options))
    return {"winners": [o for o in options if worth(o) == most]}


# Debian: the constitution's vote counting, by its numbers.


def resolution(rng):
    ballots, options = rankings(rng)
    ratios = [{"option": o, "p": rng.randint(1, 3), "q": rng.randint(1, 2)} for o in options if rng.random() < 0.3]
    return ballots, options, rng.choice(options), rng.randint(0, 4), ratios, rng.choice([[], ranking(rng, options)])


def debian(ballots, options, default, quorum, ratios, casting):
    v = lambda a, b: more(ballots, a, b)
    # 2. those that too few rank above the default option are dropped.
    no_quorum = [o for o in options if o != default and v(o, default) < quorum]
    # 3. so are those that do not defeat it by their majority ratio.
    ratio = {o: Fraction(1) for o in options} | {r["option"]: Fraction(r["p"], r["q"]) for r in ratios}
    defeats = lambda o: v(o, default) >= ratio[o] * v(default, o) and v(o, default) > v(default, o)
    no_majority = [o for o in options if o != default and o not in no_quorum and not defeats(o)]
    left = [o for o in options if o not in no_quorum + no_majority]
    # 4. pairwise defeats.
    beats = {(a, b) for a, b in product(left, repeat=2) if v(a, b) > v(b, a)}
    while True:
        # 5. transitive defeats.
        reach = set(beats)
        for _ in left:
            reach |= {(a, d) for a, b in reach for c, d in beats if b == c}
        # 6. the Schwartz set.
        schwartz = [a for a in left if all((a, b) in reach or (b, a) not in reach for b in left)]
        # 7. the weakest defeats within it are dropped.
        within = [(a, b) for a, b in beats if a in schwartz and b in schwartz]
        if not within:
            break
        weaker = lambda x, y: v(*x) < v(*y) or (v(*x) == v(*y) and v(*x[::-1]) > v(*y[::-1]))
        beats -= {d for d in within if not any(weaker(other, d) for other in within)}
    # 8. the casting vote.
    chosen = [o for o in casting if o in schwartz][:1]
    winners = chosen if len(schwartz) > 1 and chosen else schwartz
    return {"winners": winners, "without_quorum": no_quorum, "without_majority": no_majority}


def agenda(ballots, options):
    holds = options[0]
    for comer in options[1:]:
        holds = comer if more(ballots, comer, holds) > more(ballots, holds, comer) else holds
    return {"winners": [holds]}


def modified_borda(ballots, options):
    # A point for oneself, and one for every option ranked below.
    points = lambda o: sum(1 + sum(prefers(b, o, other) and other in b for other in options) for b in ballots if o in b)
    return first_of(options, points)


def truncated_borda(ballots, options):
    points = lambda o: sum(len(options) - 1 - b.index(o) for b in ballots if o in b)
    return first_of(options, points)


# Orders of duels, one after the other: for every order of level ones.


def locked(ballots, options, river):
    margin = lambda a, b: more(ballots, a, b) - more(ballots, b, a)
    won = [(a, b) for a, b in permutations(options, 2) if margin(a, b) > 0]
    groups = [[d for d in won if margin(*d) == m] for m in sorted({margin(*d) for d in won}, reverse=True)]
    winners = set()
    for orders in product(*map(permutations, groups)):
        edges = set()
        for a, b in (duel for order in orders for duel in order):
            below, found = {b}, {b}
            while found:
                found = {d for c, d in edges if c in found} - below
                below |= found
            if a not in below and not (river and any(d == b for _, d in edges)):
                edges.add((a, b))
        winners |= {o for o in options if all(b != o for _, b in edges)}
    return {"winners": [o for o in options if o in winners]}


def few(rng):
    return *rankings(rng, 4), "parallel"


# Votes for one.


def votes(rng):
    options = list(NAMES[: rng.randint(1, 5)])
    return [rng.choice(options) for _ in range(rng.randint(0, 12))], options


def rounds(ballots, options, stay):
    counts = {o: ballots.count(o) for o in options}
    winners = [o for o in options if 2 * counts[o] > len(ballots)]
    return {"winners": winners, "next": [] if winners else [o for o in options if stay(counts, o)]}


def second_round(counts, option):
    """Fewer than two have more votes."""
    return sum(n > counts[option] for n in counts.values()) < 2


def next_round(counts, option):
    """It is not last, or nobody is ahead of anybody."""
    return counts[option] > min(counts.values()) or len({*counts.values()}) == 1


def objections(rng):
    options = list(NAMES[: rng.randint(1, 5)])
    return [[o for o in options if rng.random() < 0.4] for _ in range(rng.randint(0, 8))], options


def disapproval(ballots, options):
    against = lambda o: sum(o in b for b in ballots)
    counts = [{"option": o, "votes": against(o)} for o in options]
    return {"counts": counts} | first_of(options, lambda o: -against(o))


# Lots, by the hash.


def lots(pool, wanted, entropy):
    pool, drawn = list(pool), []
    while pool and len(drawn) < wanted:
        number = (len(drawn) + 1).to_bytes(2, "big")
        digest = hashlib.sha256(number + entropy.encode() + number).digest()
        drawn.append(pool.pop(int.from_bytes(digest, "big") % len(pool)))
    return drawn


def pool(rng):
    return list(range(rng.randint(0, 9))), rng.randint(0, 10), "".join(rng.choice("abcé0") for _ in range(rng.randint(0, 9)))


def random_ballot(ballots, options, entropy):
    drawn = lots(range(len(ballots)), 1, entropy)
    return {"winners": [ballots[drawn[0]][0]] if drawn else options}


# Scores.


def scored(rng, low, high):
    options = list(NAMES[: rng.randint(1, 5)])
    some = lambda: [o for o in options if rng.random() < 0.8]
    ballot = lambda: [{"option": o, "score": rng.randint(low, high)} for o in some()]
    block = lambda: [ballot()] * rng.choice([1, 1, 2])
    return [b for _ in range(rng.randint(1, 6)) for b in block()], options


def given(ballots, option):
    return [mark["score"] for b in ballots for mark in b if mark["option"] == option]


def totals(ballots, options, worth=lambda score: score):
    total = lambda o: sum(map(worth, given(ballots, o)))
    return {"totals": [{"option": o, "total": total(o)} for o in options]} | first_of(options, total)


def root(credits):
    """Thousandths of a vote: the largest whole number whose square is not above."""
    thousandths = 0
    while (thousandths + 1) ** 2 <= abs(credits) * 10**6:
        thousandths += 1
    return Fraction(thousandths if credits > 0 else -thousandths, 1000)


def average(ballots, options, least):
    known = [o for o in options if len(given(ballots, o)) >= least]
    # Where a mean is of nothing, there is none.
    mean = lambda o: Fraction(sum(given(ballots, o)), len(given(ballots, o)))
    known = [o for o in known if given(ballots, o)]
    return first_of(known, mean) if known else {"winners": options}


def grades(ballots, option):
    """One of every ballot, 0 where left out."""
    return sorted(sum(mark["score"] for mark in b if mark["option"] == option) for b in ballots)


def judged(by):
    def judgment(ballots, options):
        def key(option):
            all_of = grades(ballots, option)
            middle = all_of[(len(all_of) - 1) // 2]
            p, q = sum(g > middle for g in all_of), sum(g < middle for g in all_of)
            return middle, by(p, q, len(all_of) - p - q)

        return first_of(options, key)

    return judgment


def majority(ballots, options):
    def key(option):
        left, medians = grades(ballots, option), []
        while left:
            medians.append(left.pop((len(left) - 1) // 2))
        return medians

    return first_of(options, key)


def relative(p, q, _):
    return Fraction(p - q, p + q) if p + q else Fraction(0)


# Marks for several places.


def marks(limit):
    def draw(rng):
        options = list(NAMES[: rng.randint(1, 5)])
        seats = rng.randint(1, len(options))
        most = limit(rng, seats)
        ballots = [ranking(rng, options)[:most] for _ in range(rng.randint(0, 8))]
        return ballots, options, seats, most

    return draw


def several(ballots, options, seats, *_):
    """All ways of filling the places with those that nobody outside is ahead of."""
    votes = {o: sum(o in b for b in ballots) for o in options}
    ahead = {o: sum(n > votes[o] for n in votes.values()) for o in options}
    level = {o: sum(n == votes[o] for n in votes.values()) for o in options}
    elected = [o for o in options if ahead[o] + level[o] <= seats]
    tied = [o for o in options if ahead[o] < seats < ahead[o] + level[o]]
    counts = [{"option": o, "votes": votes[o]} for o in options]
    return {"counts": counts, "elected": elected, "tied": tied, "left": seats - len(elected)}


def block(rng):
    return marks(lambda _, seats: seats)(rng)[:3]


def single(rng):
    ballots, options, seats, _ = marks(lambda *_: 1)(rng)
    return [b[0] for b in ballots], options, seats


ROWS = [
    ("ranked::debian", "the constitution’s vote counting, number by number", resolution, debian),
    ("ranked::agenda", "one meeting after another", rankings, agenda),
    ("ranked::borda_modified", "a point for oneself and for each ranked below", rankings, modified_borda),
    ("ranked::borda_truncated", "the points of the place on a full ballot", rankings, truncated_borda),
    ("ranked::ranked_pairs", "every order of level duels, 2 to 4 options", few, lambda b, o, _: locked(b, o, False)),
    ("ranked::river", "every order of level duels, 2 to 4 options", few, lambda b, o, _: locked(b, o, True)),
    ("ranked::random_ballot", "SHA-256 of Python's hashlib", lambda r: (*rankings(r), r.choice(["", "x", "é1"]) * 3), random_ballot),
    ("single::sortition", "SHA-256 of Python's hashlib", pool, lots),
    ("single::two_round", "counted one by one", votes, lambda b, o: rounds(b, o, second_round)),
    ("single::exhaustive", "counted one by one", votes, lambda b, o: rounds(b, o, next_round)),
    ("single::disapproval", "counted one by one", objections, disapproval),
    ("scored::cumulative", "sums", lambda r: (*scored(r, 0, 4), 30), lambda b, o, _: totals(b, o)),
    ("scored::quadratic", "roots by trying", lambda r: (*scored(r, -6, 6), 60), lambda b, o, _: totals(b, o, root)),
    ("scored::average", "means, as fractions", lambda r: (*scored(r, 0, 3), r.randint(0, 3)), average),
    ("scored::majority_judgment", "one median after another taken out", lambda r: scored(r, 0, 4), majority),
    ("scored::typical_judgment", "p - q", lambda r: scored(r, 0, 4), judged(lambda p, q, r: p - q)),
    ("scored::central_judgment", "(p - q)/(p + q), as a fraction", lambda r: scored(r, 0, 4), judged(relative)),
    ("scored::usual_judgment", "(p - q)/r, as a fraction", lambda r: scored(r, 0, 4), judged(lambda p, q, r: Fraction(p - q, r))),
    ("committees::single_vote", "who is ahead of whom", single, lambda b, *q: several([[v] for v in b], *q)),
    ("committees::limited_vote", "who is ahead of whom", marks(lambda rng, _: rng.randint(1, 3)), several),
    ("committees::block_vote", "who is ahead of whom", block, several),
]
