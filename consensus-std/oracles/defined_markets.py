"""Auctions, matching and budgets, by trying what can be tried."""

from fractions import Fraction
from functools import cache
from itertools import permutations, product

PRICES = 6


def bidders(rng, least=0):
    return [{"bidder": chr(97 + i), "price": rng.randint(0, PRICES)} for i in range(rng.randint(least, 6))]


def one_thing(rng):
    return bidders(rng), rng.randint(0, PRICES)


def first_price(bids, reserve):
    high = [b for b in bids if b["price"] >= reserve and all(b["price"] >= c["price"] for c in bids)]
    return {"winners": [b["bidder"] for b in high], "price": high[0]["price"] if high else reserve}


def second_price(bids, reserve):
    """The least that the winner could have bid and still be among the highest; nobody's: the reserve, or
    what is bid below it, which is never more."""
    winners = first_price(bids, reserve)["winners"]
    others = [b for b in bids if b["bidder"] != (winners or [None])[0]]
    price = next(p for p in range(PRICES + 1) if p >= reserve and all(p >= b["price"] for b in others))
    return {"winners": winners, "price": price}


def many(rng):
    bid = lambda: {"bidder": rng.choice("abcd"), "price": rng.randint(0, PRICES), "units": rng.randint(0, 3)}
    return [bid() for _ in range(rng.randint(0, 6))], rng.randint(0, 8), rng.randint(0, 3)


def served(bids, units, reserve):
    """Unit by unit: the highest of those that are asked for and not yet given, the earliest of these."""
    given = [0] * len(bids)
    wants = lambda: [i for i, b in enumerate(bids) if b["price"] >= reserve and given[i] < b["units"]]
    while units and wants():
        given[max(wants(), key=lambda i: (bids[i]["price"], -i))] += 1
        units -= 1
    short = [bids[i]["price"] for i in wants()]
    margin = min((b["price"] for b, n in zip(bids, given) if n), default=None)
    level = [i for i, b in enumerate(bids) if b["price"] == margin and b["units"] and margin >= reserve]
    decides = margin in short and len(level) > 1
    return given, units, max(short, default=reserve), margin, [bids[i]["bidder"] for i in level] if decides else []


def sold(bids, units, reserve, price):
    given, left, rejected, accepted, tied = served(bids, units, reserve)
    pays = {"first-rejected": rejected, "last-accepted": rejected if accepted is None else accepted}.get(price)
    awards = [
        {"bidder": b["bidder"], "units": n, "pays": n * (b["price"] if pays is None else pays)}
        for b, n in zip(bids, given)
        if n
    ]
    return {"awards": awards, "left": left, "tied": tied} | ({} if pays is None else {"price": pays})


def two_sides(rng):
    buyers, sellers = bidders(rng), bidders(rng)
    return buyers, [{"bidder": s["bidder"].upper(), "price": s["price"]} for s in sellers]


def ranked(offers, sign):
    return sorted(range(len(offers)), key=lambda i: (sign * offers[i]["price"], i))


def trades(bids, asks, k, pays, gets):
    """The first k of either side, and who is level with the last of them."""
    buy, sell = ranked(bids, -1), ranked(asks, 1)
    level = lambda offers, order: [
        o["bidder"] for i, o in enumerate(offers) if i not in order[:k] and o["price"] in [offers[j]["price"] for j in order[:k]]
    ]
    pairs = [{"buyer": bids[b]["bidder"], "seller": asks[s]["bidder"]} for b, s in zip(buy[:k], sell[:k])]
    return {"trades": pairs, "pays": pays, "gets": gets, "tied_buyers": level(bids, buy), "tied_sellers": level(asks, sell)}


def most_gain(bids, asks):
    """The largest number of pairs with which all together gain most."""
    worth = lambda k: sum(bids[b]["price"] for b in ranked(bids, -1)[:k]) - sum(asks[s]["price"] for s in ranked(asks, 1)[:k])
    return max(range(min(len(bids), len(asks)) + 1), key=lambda k: (worth(k), k))


def pair(bids, asks, k):
    """The kth bid and ask, from 1."""
    if not 0 < k <= min(len(bids), len(asks)):
        return None
    return bids[ranked(bids, -1)[k - 1]]["price"], asks[ranked(asks, 1)[k - 1]]["price"]


def average(bids, asks):
    k = most_gain(bids, asks)
    price = Fraction(sum(pair(bids, asks, k)), 2) if k else Fraction(0)
    return trades(bids, asks, k, price, price)


def mcafee(bids, asks):
    k = most_gain(bids, asks)
    if not k:
        return trades(bids, asks, 0, Fraction(0), Fraction(0))
    (bid, ask), following = pair(bids, asks, k), pair(bids, asks, k + 1)
    price = Fraction(sum(following), 2) if following else None
    if price is not None and ask <= price <= bid:
        return trades(bids, asks, k, price, price)
    return trades(bids, asks, k - 1, Fraction(bid), Fraction(ask))


# Matching: every way is tried.


def listed(rng, over):
    over = list(over)
    rng.shuffle(over)
    return over[: rng.randint(0, len(over))]


def owners(rng):
    things = "VWXYZ"[: rng.randint(1, 5)]
    return ([{"who": i, "has": t, "ranks": listed(rng, things)} for i, t in enumerate(things)],)


def core(records):
    """Of all ways of trading the one in which no group could give somebody more, and nobody less, by
    trading what it has. With strict lists there is one alone (Roth and Postlewaite, 1977)."""
    things = [r["has"] for r in records]
    wants = [r["ranks"] + [r["has"]] * (r["has"] not in r["ranks"]) for r in records]
    wants = [w[: w.index(t) + 1] for w, t in zip(wants, things)]
    rank = lambda i, t: wants[i].index(t) if t in wants[i] else len(things) + 1
    people = range(len(records))

    def blocked(way):
        for size in range(1, len(records) + 1):
            for group in permutations(people, size):
                # Everybody has the thing of the next in a circle; several circles block no more than one.
                after = [things[group[(at + 1) % size]] for at in range(size)]
                now = [rank(i, way[i]) for i in group]
                then = [rank(i, t) for i, t in zip(group, after)]
                if then != now and all(a <= b for a, b in zip(then, now)):
                    return True
        return False

    ways = [w for w in permutations(things) if all(t in wants[i] for i, t in enumerate(w)) and not blocked(w)]
    assert len(ways) == 1
    return {"pairs": [{"who": i, "with": t} for i, t in enumerate(ways[0])]}


def choosing(rng):
    things = "XYZ"[: rng.randint(1, 3)]
    choosers = [{"who": i, "ranks": listed(rng, things)} for i in range(rng.randint(0, 4))]
    return choosers, [{"thing": t, "places": rng.randint(0, 2)} for t in things]


def serial(choosers, things):
    """Of all ways that overfill nothing the best for the first, of these the best for the second, …"""
    places = {t["thing"]: t["places"] for t in things}
    ways = product(*([*c["ranks"], None] for c in choosers))
    fits = [w for w in ways if all(w.count(t) <= n for t, n in places.items())]
    rank = lambda c, t: len(c["ranks"]) if t is None else c["ranks"].index(t)
    best = min(fits, key=lambda w: [rank(c, t) for c, t in zip(choosers, w)])
    pairs = [{"who": c["who"], "with": t} for c, t in zip(choosers, best) if t is not None]
    return {"pairs": pairs, "alone": [c["who"] for c, t in zip(choosers, best) if t is None]}


# Equal shares of a budget, what is left spent greedily by votes.


def projects(rng):
    names = "ABCD"[: rng.randint(1, 4)]
    ballots = [[p for p in names if rng.random() < 0.5] for _ in range(rng.randint(1, 6))]
    costs = [{"project": p, "cost": rng.randint(1, 8)} for p in names]
    budget = rng.randint(0, sum(c["cost"] for c in costs))
    return ballots, costs, budget, rng.choice(["cost", "cardinality"]), "greedy", "parallel"


def least_payment(cost, purses):
    """The least payment p with which min(p, purse) of all supporters come to the cost."""
    for purse in sorted({*purses}):
        rich = [p for p in purses if p >= purse]
        rest = cost - sum(p for p in purses if p < purse)
        if rest <= purse * len(rich):
            return Fraction(rest, len(rich))
    return None


def shares(ballots, costs, budget, utility, _, __):
    price = {c["project"]: c["cost"] for c in costs}
    votes = {p: sum(p in b for b in ballots) for p in price}

    @cache
    def bought(have, purses):
        """All sets that the purses can come to."""
        asked = {}
        for p in price.keys() - have:
            pays = least_payment(price[p], [purse for purse, b in zip(purses, ballots) if p in b])
            if pays is not None:
                asked[p] = pays, pays / (price[p] if utility == "cost" else 1)
        if not asked:
            return spent(have)
        least = min(dear for _, dear in asked.values())
        ends = set()
        for p, (pays, dear) in asked.items():
            if dear == least:
                rest = tuple(purse - min(pays, purse) if p in b else purse for purse, b in zip(purses, ballots))
                ends |= bought(have | {p}, rest)
        return ends

    @cache
    def spent(have):
        left = budget - sum(price[p] for p in have)
        fits = [p for p in price.keys() - have if votes[p] and price[p] <= left]
        if not fits:
            return {have}
        most = max(votes[p] for p in fits)
        return set().union(*(spent(have | {p}) for p in fits if votes[p] == most))

    return bought(frozenset(), (Fraction(budget, len(ballots)),) * len(ballots))


def sets(mine, theirs):
    return {frozenset(s) for s in mine["funded"]} == theirs


ROWS = [
    ("auctions::first_price", "whom nobody outbids", one_thing, first_price),
    ("auctions::second_price", "the least with which the winner is still highest", one_thing, second_price),
    ("auctions::uniform_price", "unit by unit", lambda r: (*many(r), r.choice(["first-rejected", "last-accepted"])), sold),
    ("auctions::pay_as_bid", "unit by unit", many, lambda *q: sold(*q, None)),
    ("auctions::double_average", "the most gain of all together", two_sides, average),
    ("auctions::double_mcafee", "the most gain of all together, and McAfee's two cases", two_sides, mcafee),
    ("matching::top_trading_cycles", "every way of trading, every group", owners, core),
    ("matching::serial_dictatorship", "every way, the best for the first first", choosing, serial),
    ("budget::equal_shares", "every way, with greedy completion; sets of projects", projects, shares, sets),
]
