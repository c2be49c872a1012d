"""Transferable votes of pref_voting (Scottish) and votelib (Gregory, in fractions) beside
`consensus-std/benches/stv.rs`, from counted rankings to the elected.

The question: {"options": n, "seats": n, "papers": [[times, [...]], ...]}, options from 0 on."""

import json
import sys
import time

from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.proportional_methods import stv_scottish
from votelib.component.transfer import Gregory
from votelib.evaluate.sequential import TransferableVoteSelector

asked = json.loads(sys.stdin.readline())
times = [count for count, _ in asked["papers"]]
ranks = [{option: place for place, option in enumerate(b, 1)} for _, b in asked["papers"]]
votes = {tuple(ballot): count for count, ballot in asked["papers"]}
seats = asked["seats"]


def pref_voting():
    profile = ProfileWithTies(ranks, times, candidates=range(asked["options"]))
    return stv_scottish(profile, num_seats=seats)


def votelib():
    return TransferableVoteSelector(transferer=Gregory()).evaluate(votes, seats)


def counted(method):
    start = time.process_time()
    elected = method()
    took = time.process_time() - start
    return {"gives": sorted(map(int, elected)), "ms": took * 1e3}


FUNCTIONS = {"pref_voting_stv_scottish": pref_voting, "votelib_gregory": votelib}
print(json.dumps({}), flush=True)
for _ in sys.stdin:
    print(json.dumps({name: counted(method) for name, method in FUNCTIONS.items()}), flush=True)
