"""Yes or no: each function of `agreement` as its page's source has it, in fractions of people."""

from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import product

getcontext().prec = 60


def some(rng, most=12):
    return rng.randint(0, most)


def part(rng, most=12):
    """A part, and the whole; often all, or half."""
    whole = some(rng, most)
    return rng.choice([rng.randint(0, whole), whole, whole // 2]), whole


def share(rng):
    q = rng.randint(1, 6)
    return rng.randint(1, q), q


def three(rng):
    """Yes, no and members, of whom some may be silent."""
    yes, no = some(rng, 7), some(rng, 7)
    return yes, no, yes + no + rng.choice([0, 0, 1, 2, 5])


def now(rng):
    until = rng.randint(0, 10)
    return until + rng.choice([-1, 0, 1]), until


def people(rng):
    return [rng.randint(0, 5) for _ in range(rng.randint(0, 5))]


def votes_out(yes, no, members):
    """Every way in which the votes that are out may still fall: yes, no or not at all."""
    sign = lambda n: (n > 0) - (n < 0)
    out = members - yes - no
    return {sign(yes + a - no - b) for a, b in product(range(out + 1), repeat=2) if a + b <= out}


def decided(yes, no, members):
    return members > 0 and len(votes_out(yes, no, members)) == 1


def turnout(yes, no, members, bias):
    """The roots to sixty digits; whether they are level is asked of their squares."""
    cast = yes + no
    left, right = (no * no * members, yes * yes * cast) if bias == "approve" else (no * no * cast, yes * yes * members)
    if left == right:
        return False
    if cast == 0:
        return False
    root = lambda n: Decimal(n).sqrt()
    if bias == "approve":
        return Decimal(no) / root(cast) < Decimal(yes) / root(members)
    return Decimal(no) / root(members) < Decimal(yes) / root(cast)


def stakes(rng):
    held = [{"amount": rng.randint(0, 1000), "since": rng.randint(-40, 20)} for _ in range(rng.randint(0, 5))]
    return held, rng.randint(0, 40), rng.randint(1, 30)


def conviction(held, at, half_life):
    grown = lambda t: 1 - Decimal(2) ** (-(Decimal(max(t, 0)) / Decimal(half_life)))
    return sum((Decimal(s["amount"]) * grown(at - s["since"]) for s in held), Decimal(0))


def near(mine, theirs):
    """To millionths, rounded down, with the error of 32 binary places."""
    return abs(Decimal(mine) - theirs) <= Decimal(2) ** -31 * 10_000 + Decimal(10) ** -5


def delegating(rng):
    members = list(range(rng.randint(1, 6)))
    one = lambda: rng.choice(members)
    votes = [{"by": one(), "vote": rng.choice(["no", "yes"])} for _ in range(rng.randint(0, 4))]
    named = [{"by": one(), "to": one()} for _ in range(rng.randint(0, 6))]
    return votes, named, members


def delegated(votes, named, members):
    """Every member walks on its own; who walks as many steps as there are members goes round."""
    weights, abstained = {}, 0
    for at in members:
        for _ in range(len(members) + 1):
            own = {v["vote"] for v in votes if v["by"] == at}
            to = {n["to"] for n in named if n["by"] == at}
            if len(own) == 1:
                vote = own.pop()
                weights[vote] = weights.get(vote, 0) + 1
                break
            if own or len(to) != 1:
                abstained += 1
                break
            at = to.pop()
        else:
            abstained += 1
    return {"abstained": abstained, "weights": [{"vote": v, "weight": weights[v]} for v in sorted(weights)]}


def roles(rng):
    both = [part(rng, 3) for _ in range(rng.randint(0, 3))]
    return [yes for yes, _ in both], [all_of for _, all_of in both]


def states(rng):
    union = [{"yes": rng.random() < 0.6, "people": some(rng, 9)} for _ in range(rng.randint(0, 5))]
    return union, *share(rng), *share(rng)


def double(union, p, q, people_p, people_q):
    agree = [s for s in union if s["yes"]]
    all_people = sum(s["people"] for s in union)
    enough = bool(union) and Fraction(len(agree), len(union)) >= Fraction(p, q)
    behind = sum(s["people"] for s in agree)
    of_people = all_people == 0 or Fraction(behind, all_people) >= Fraction(people_p, people_q)
    return bool(agree) and enough and of_people


def mean(numbers):
    return Fraction(sum(numbers), len(numbers))


def levels(rng):
    q = rng.randint(1, 4)
    return [rng.choice([1, 2, 3, 4, 5, 6, 7, 7, 8][: rng.choice([5, 8, 9])]) for _ in range(rng.randint(0, 5))], rng.randint(q, 8 * q), q


def weighed(rng):
    return [{"yes": rng.random() < 0.5, "weight": some(rng, 6)} for _ in range(rng.randint(0, 5))], some(rng, 6)


def weighted(votes, most):
    side = lambda yes: sum(min(v["weight"], most) for v in votes if v["yes"] == yes)
    return side(True) > side(False)


def reaches(part_of, whole, p, q):
    """Whether it is a share of the whole; of nobody nothing is."""
    return part_of > 0 and Fraction(part_of, whole) >= Fraction(p, q)


def row(name, says, draw, definition, *more):
    return (f"agreement::{name}", says, draw, definition, *more)


ROWS = [
    row("unanimity", "nobody of somebody is missing", part, lambda y, m: m > 0 and m - y == 0),
    row("k_of_n", "counted one by one", lambda r: (some(r), r.randint(1, 12)), lambda y, k: len(range(y)) >= k),
    row("majority", "more than half of those who said yes or no", lambda r: (some(r, 5), some(r, 5)), lambda y, n: y + n > 0 and Fraction(y, y + n) > Fraction(1, 2)),
    row("absolute_majority", "more than half of the members", part, lambda y, m: m > 0 and Fraction(y, m) > Fraction(1, 2)),
    row("majority_of_present", "more than half of those present", part, lambda y, m: m > 0 and Fraction(y, m) > Fraction(1, 2)),
    row("super_majority", "the share, as a fraction", lambda r: (some(r), some(r), *share(r)), lambda y, n, p, q: reaches(y, y + n, p, q)),
    row("super_majority_of_members", "the share, as a fraction", lambda r: (*part(r), *share(r)), reaches),
    row("quorum", "the share, as a fraction", lambda r: (*part(r), *share(r)), reaches),
    row("quorum_without_no", "the share of yes and abstentions, as a fraction", lambda r: (*three(r), *share(r)), lambda y, a, m, p, q: reaches(y + a, m, p, q)),
    row("option_quorum", "a majority above the default, and so many", lambda r: (some(r), some(r), some(r)), lambda a, b, least: a - b > 0 and a - least >= 0),
    row("turnout_majority", "roots to sixty digits", lambda r: (*three(r), r.choice(["approve", "against"])), turnout),
    row("consent", "everybody answered, nobody objects", lambda r: (r.choice([0, 0, 1]), *part(r, 5)), lambda o, a, m: m > 0 and a == m and o == 0),
    row("consensus_minus", "everybody answered, at most k object, not all", lambda r: (some(r, 4), *part(r, 5), some(r, 3)), lambda o, a, m, k: m > 0 and a == m and o <= k and m - o > 0),
    row("no_dissent", "somebody and nobody", lambda r: (some(r, 2), some(r, 2)), lambda y, n: y != 0 and n == 0),
    row("without_veto", "a majority, and no veto", lambda r: (some(r, 5), some(r, 5), r.choice([0, 0, 1])), lambda y, n, v: y - n > 0 and v == 0),
    row("casting_vote", "the chair's vote counts where they are level", lambda r: (some(r, 3), some(r, 3), r.random() < 0.5), lambda y, n, chair: 2 * y + chair > 2 * n + (not chair)),
    row("decided", "every way in which the others may still vote", three, decided),
    row("lazy_consensus", "time over, nobody objects", lambda r: (r.choice([0, 0, 1]), *now(r)), lambda o, t, u: o == 0 and t - u >= 0),
    row("optimistic", "time over, too few object", lambda r: (some(r, 3), r.randint(1, 3), *now(r)), lambda c, e, t, u: t - u >= 0 and c - e < 0),
    row("extended", "the later of two times", lambda r: (some(r), some(r), some(r)), lambda u, reached, grace: sorted([u, reached + grace])[1]),
    row("advice", "each who was asked, or the time", lambda r: (people(r), people(r), *now(r)), lambda asked, answered, t, u: asked != [] and (t >= u or all(a in answered for a in asked))),
    row("petition", "different people", lambda r: (people(r), r.randint(1, 5)), lambda signers, least: len({*signers}) >= least),
    row("gradients", "the mean, as a fraction", levels, lambda ls, p, q: ls != [] and 8 not in ls and mean(ls) <= Fraction(p, q)),
    row("fist_to_five", "the fewest fingers", lambda r: (people(r), some(r, 5)), lambda fs, least: fs != [] and min(fs) > 0 and min(fs) >= least),
    row("all_of_roles", "each role by itself", roles, lambda yes, all_of: len(yes) > 0 and all(a > 0 and y == a for y, a in zip(yes, all_of))),
    row("concurrent_majorities", "each house by itself", lambda r: ([{"yes": some(r, 4), "no": some(r, 4)} for _ in range(r.randint(0, 3))],), lambda hs: hs != [] and min(h["yes"] - h["no"] for h in hs) > 0),
    row("double_majority", "two shares, as fractions", states, double),
    row("weighted_majority", "two sums", weighed, weighted),
    row("delegated", "every member walks on its own", delegating, delegated),
    row("conviction", "2^(-t/half-life) to sixty digits; to a hundred-thousandth", stakes, conviction, near),
]
