"""Numbers, seats and what a conversation agrees on."""

import statistics
from fractions import Fraction


def values(rng):
    return [rng.randint(-20, 20) for _ in range(rng.randint(1, 12))]


def trimmed(rng):
    q = rng.randint(3, 12)
    return values(rng), rng.randint(0, (q - 1) // 2), q


def trimmed_mean(numbers, p, q):
    """The least and the greatest are taken out in turns, as long as the share is not exceeded."""
    left, out = sorted(numbers), 0
    while (out + 1) * q <= len(numbers) * p:
        left, out = left[1:-1], out + 1
    return Fraction(sum(left), len(left))


def of_members(rng):
    numbers = values(rng)[: rng.randint(0, 12)]
    q = rng.randint(1, 4)
    return numbers, len(numbers) + rng.randint(0, 8), rng.randint(1, q), q


def quorum_median(numbers, members, p, q):
    if not numbers or Fraction(len(numbers), members) < Fraction(p, q):
        return None
    return statistics.median(map(Fraction, numbers))


def threshold_question(rng):
    lists = [{"option": chr(65 + o), "votes": rng.randint(0, 9)} for o in range(rng.randint(1, 6))]
    q = rng.choice([4, 10, 20])
    return lists, rng.randint(0, q // 2), q


def threshold(lists, p, q):
    cast = sum(l["votes"] for l in lists)
    kept = [l for l in lists if cast == 0 or Fraction(l["votes"], cast) >= Fraction(p, q)]
    return {"votes": kept, "below": [l["option"] for l in lists if l not in kept]}


def sided(rng):
    sides = list("ABC"[: rng.randint(1, 3)])
    votes = lambda: [{"voter": v, "side": rng.choice(sides)} for v in rng.sample(range(9), rng.randint(0, 9))]
    return votes(), votes(), sides


def swing(before, after, sides):
    was, is_now = ({v["voter"]: v["side"] for v in votes} for votes in (before, after))
    both = was.keys() & is_now.keys()
    counts = []
    for side in sides:
        # Who came, less who went.
        came = sum(is_now[v] == side != was[v] for v in both)
        went = sum(was[v] == side != is_now[v] for v in both)
        counts.append({"side": side, "before": sum(was[v] == side for v in both), "after": sum(is_now[v] == side for v in both), "swing": came - went})
    most = max(c["swing"] for c in counts)
    return {"counts": counts, "winners": [c["side"] for c in counts if c["swing"] == most]}


def estimates(rng):
    rounds = [[rng.randint(0, 9) for _ in range(rng.randint(0, 6))] for _ in range(rng.randint(1, 3))]
    return rounds + [[rng.randint(0, 9)] + rounds[-1]], rng.randint(0, 5)


def spread(estimates):
    """Medians of the halves without the middle one, and of one alone nothing."""
    ordered, half = [*map(Fraction, sorted(estimates))], len(estimates) // 2
    if half == 0:
        return Fraction(0)
    return statistics.median(ordered[-half:]) - statistics.median(ordered[:half])


def delphi(rounds, bound):
    for number, given in enumerate(rounds, 1):
        if given and spread(given) <= bound:
            break
    agreed = bool(given) and spread(given) <= bound
    last = given or [r for r in rounds if r][-1]
    return {"agreed": agreed, "round": number, "median": Fraction(statistics.median(map(Fraction, last))), "range": spread(last)}


# Opinion groups, by the steps of its page.

UNIT = 10**9


def opinions(rng):
    statements = list("ABCD"[: rng.randint(1, 4)])
    camps = [[rng.choice([-1, 0, 1]) for _ in statements] for _ in range(3)]
    given = []
    for person in range(rng.randint(1, 9)):
        camp = rng.choice(camps)
        for statement, usual in zip(statements, camp):
            if rng.random() < 0.85:
                vote = usual if rng.random() < 0.8 else rng.choice([-1, 0, 1])
                given.append({"person": person, "statement": statement, "vote": vote})
    rng.shuffle(given)
    return given, statements, rng.randint(0, 2)


def distance(a, b):
    both = [(a[s], b[s]) for s in a if s in b]
    return sum(abs(x - y) for x, y in both) * UNIT // (2 * len(both)) if both else UNIT // 2


def medoids(people, far, k):
    cost = lambda some: sum(min(far(p, m) for m in some) for p in people)
    chosen = []
    while len(chosen) < k:
        rest = [p for p in people if p not in chosen]
        chosen.append(min(rest, key=lambda p: cost([*chosen, p])))
    for _ in range(16):
        rest = [p for p in people if p not in chosen]
        swaps = [chosen[:i] + [p] + chosen[i + 1 :] for i in range(k) for p in rest]
        best = min(swaps, key=cost)
        if cost(best) >= cost(chosen):
            break
        chosen = best
    return chosen


def silhouette(person, groups, far):
    own = next(g for g in groups if person in g)
    if len(own) == 1 or len(groups) == 1:
        return 0
    mean = lambda group: Fraction(sum(far(person, p) for p in group if p != person), len([p for p in group if p != person]))
    a, b = mean(own), min(mean(g) for g in groups if g is not own)
    # A fraction of UNIT, cut towards nothing.
    return int((b - a) * UNIT / max(a, b)) if max(a, b) else 0


def parted(people, far, k):
    chosen = medoids(people, far, k)
    nearest = lambda p: min(range(k), key=lambda i: far(p, chosen[i]))
    return [g for g in ([p for p in people if nearest(p) == i] for i in range(k)) if g]


def groups(given, statements, floor):
    seen = [*dict.fromkeys(g["person"] for g in given)]
    votes = {p: {g["statement"]: g["vote"] for g in given if g["person"] == p} for p in seen}
    counted = [p for p in seen if len(votes[p]) >= floor]
    # No vote comes before a disagreement.
    order = sorted(counted, key=lambda p: [votes[p].get(s, -2) for s in statements])
    far = lambda a, b: distance(votes[a], votes[b])
    best, most = [order] if order else [], 0
    if len(order) >= 3 and any(far(a, b) for a in order for b in order):
        found = []
        for k in range(2, min(5, len(order) - 1) + 1):
            parts = parted(order, far, k)
            found.append((sum(silhouette(p, parts, far) for p in order), -k, parts))
        most, _, best = max(found, key=lambda f: f[:2])
    place = seen.index
    best = sorted((sorted(g, key=place) for g in best), key=lambda g: (-len(g), place(g[0])))
    agreement = []
    for statement in statements:
        product = Fraction(1)
        for group in best:
            on = [votes[p][statement] for p in group if statement in votes[p]]
            product *= Fraction(on.count(1) + 1, len(on) + 2)
        agreement.append((product, statement))
    agreement.sort(key=lambda pair: -pair[0])
    cut = lambda number: Fraction(int(number * 10**6), 10**6)
    mean = cut(Fraction(int(Fraction(most, max(len(order), 1))), UNIT))
    shown = [{"statement": s, "agreement": cut(product)} for product, s in agreement]
    return {"groups": best, "left_out": [p for p in seen if p not in counted], "consensus": shown, "silhouette": mean}


ROWS = [
    ("numbers::trimmed_mean", "taken out in turns", trimmed, trimmed_mean),
    ("numbers::quorum_median", "Python's statistics.median, with a quorum", of_members, quorum_median),
    ("seats::threshold", "shares, as fractions", threshold_question, threshold),
    ("deliberation::swing", "who came, less who went", sided, swing),
    ("deliberation::delphi", "Python's statistics.median, round by round", estimates, delphi),
    ("deliberation::groups", "the steps of the page", opinions, groups),
]
