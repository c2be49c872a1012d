"""pref_voting's Schulze beside `benches/decide.rs`, from lists of numbers to the winners.

The question: {"options": n, "ballots": [[...], ...]}, all options from 1 on, best first."""

import json
import sys
import time
from collections import Counter

from pref_voting.margin_based_methods import beat_path
from pref_voting.profiles import Profile

asked = json.loads(sys.stdin.readline())
ballots = [tuple(option - 1 for option in ballot) for ballot in asked["ballots"]]


def counted():
    start = time.process_time()
    counts = Counter(ballots)
    winners = beat_path(Profile(list(map(list, counts)), list(counts.values())))
    took = time.process_time() - start
    return {"gives": sorted(int(w) + 1 for w in winners), "ms": took * 1e3}


print(json.dumps({}), flush=True)
for _ in sys.stdin:
    print(json.dumps({"pref_voting_beat_path": counted()}), flush=True)
