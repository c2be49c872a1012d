"""Holds this library against others on drawn polls, and writes what comes of it.

Arguments: the program `answer`, how many polls a method, where RESULTS.md goes, where vectors go."""

import json
import random
import signal
import subprocess
import sys
import time

from notes import NOTES
from oracles import MOST, ORACLES

SEED = 20260101
# On a core, so that nothing depends on what else the machine does.
SECONDS = 2  # for one answer of an oracle
BUDGET = 60  # for all answers of one oracle
# More time for every order of level duels, and for every change of ballots.
PATIENCE = {"pref_voting.river": (2, 600), "pref_voting.dodgson": (2, 600)}
VECTORS = 30


def ranking(rng, options, length):
    order = list(range(options))
    rng.shuffle(order)
    return order[:length]


def ballot(rng, options, kind):
    if kind == "full":
        return ranking(rng, options, options)
    if kind == "short":
        return ranking(rng, options, rng.randint(1, options))
    if kind in ("firsts", "lasts"):
        return ranking(rng, options, options)
    if kind == "sets":
        return [rng.randint(0, 1) for _ in range(options)]
    if kind == "signs":
        return [rng.randint(-1, 1) for _ in range(options)]
    if kind == "sign":
        marks = [0] * options
        marks[rng.randrange(options)] = rng.choice([1, -1])
        return marks
    return [rng.randint(0, 5) for _ in range(options)]


def draw(rng, kind, rich, most):
    """A poll. Rich in ties: few ballots, an even number. Else: an odd number, without level duels of
    one margin, as far as a few tries find one."""
    for _ in range(40):
        options = rng.randint(3, min(most, 6 if rich else 5))
        count = rng.choice([2, 4, 6, 8]) if rich else rng.choice(range(1, 22, 2))
        poll = {"options": options, "ballots": [ballot(rng, options, kind) for _ in range(count)]}
        if rich or not tied(poll, kind):
            return poll
    return poll


def tied(poll, kind):
    if kind not in ("full", "short"):
        return False
    margins, firsts = [], [0] * poll["options"]
    for b in poll["ballots"]:
        firsts[b[0]] += 1
    place = lambda b, o: b.index(o) if o in b else len(b)
    for a in range(poll["options"]):
        for b in range(a):
            margins.append(abs(sum((place(x, a) > place(x, b)) - (place(x, a) < place(x, b)) for x in poll["ballots"])))
    return 0 in margins or len(set(margins)) < len(margins) or len(set(firsts)) < len(firsts)


def call(function, poll, more, kind):
    """The arguments of this library's function."""
    name = lambda o: chr(ord("A") + o)
    options = [name(o) for o in range(poll["options"])]
    marked = lambda b, sign: [name(o) for o, mark in enumerate(b) if mark == sign]
    if kind in ("full", "short"):
        ballots = [[name(o) for o in b] for b in poll["ballots"]]
    elif kind == "firsts":
        ballots = [name(b[0]) for b in poll["ballots"]]
    elif kind == "lasts":
        ballots = [name(b[-1]) for b in poll["ballots"]]
    elif kind == "sets":
        ballots = [marked(b, 1) for b in poll["ballots"]]
    elif kind in ("signs", "sign"):
        ballots = [{"in_favour": marked(b, 1), "against": marked(b, -1)} for b in poll["ballots"]]
    else:
        ballots = [[{"option": name(o), "score": s} for o, s in enumerate(b)] for b in poll["ballots"]]
    return {"function": function, "args": [ballots, options, *more]}


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def ask(oracle, poll, seconds):
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return oracle(poll)
    except TooSlow:
        return "slow"
    except Exception as error:  # an oracle's own failure is a finding, not ours
        return type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def answers(program, calls):
    lines = "".join(json.dumps(c) + "\n" for c in calls)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def winners(answer):
    if "ok" not in answer:
        return answer["error"]
    return {ord(name) - ord("A") for name in answer["ok"]["winners"]}


def show(poll, kind):
    name = lambda o: chr(ord("A") + o)
    if kind in ("full", "short", "firsts", "lasts"):
        return ", ".join("".join(name(o) for o in b) for b in poll["ballots"])
    return "; ".join(" ".join(f"{name(o)}{s}" for o, s in enumerate(b)) for b in poll["ballots"])


def letters(found):
    return "".join(chr(ord("A") + o) for o in sorted(found)) if isinstance(found, set) else found


def compared(program, number, entry, vectors):
    function, more, name, oracle, kind = entry
    most = MOST.get(name, 6)
    row = {"function": function, "more": more, "oracle": name, "same": 0, "part": 0, "other": 0,
           "failed": {}, "drawn": 0, "example": None}
    rng = random.Random(f"{SEED} {function} {name}")
    polls = []
    kinds = ["full", "short"] if kind == "short" else [kind]
    for number_of in range(number):
        polls.append((draw(rng, kinds[number_of % len(kinds)], number_of % 4 < 2, most), kinds[number_of % len(kinds)]))
    ours = answers(program, [call(function, poll, more, k) for poll, k in polls])
    start = time.process_time()
    seconds, budget = PATIENCE.get(name, (SECONDS, BUDGET))
    for (poll, k), answer in zip(polls, ours):
        if time.process_time() - start > budget:
            break
        row["drawn"] += 1
        mine, theirs = winners(answer), ask(oracle, poll, seconds)
        if not isinstance(theirs, set):
            row["failed"][theirs] = row["failed"].get(theirs, 0) + 1
        elif mine == theirs:
            row["same"] += 1
            kept = vectors.setdefault((function, *more), [])
            if len(kept) < VECTORS and row["drawn"] % 7 == 0:
                kept.append({**call(function, poll, more, k), "winners": answer["ok"]["winners"]})
        else:
            part = isinstance(mine, set) and theirs < mine
            row["part" if part else "other"] += 1
            size = (poll["options"], len(poll["ballots"]))
            if row["example"] is None or (part, size) < row["example"][0]:
                row["example"] = ((part, size), show(poll, k), letters(mine), letters(theirs))
    return row


def main():
    program, number, results, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    only = sys.argv[5:]
    signal.signal(signal.SIGPROF, too_slow)
    vectors, rows = {}, []
    for entry in ORACLES:
        if only and entry[0] not in only:
            continue
        rows.append(compared(program, number, entry, vectors))
        print(json.dumps({k: v for k, v in rows[-1].items()}), flush=True)
    if not only:
        write(results, rows, number)
    for (function, *more), lines in vectors.items():
        path = f"{folder}/{'-'.join([function.replace('::', '-'), *more])}.jsonl"
        with open(path, "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)


HEAD = """# Held against other libraries

Written by `oracles/run` (seed {seed}, {number} polls a row; {seconds} s on a core for an answer,
{budget} s for a row, more for the oracles of river and Dodgson: where an oracle is slow there are
fewer polls). Polls have 3 to 6 options, 3 or 4 for the oracle that tries every order of level duels, and 1 to 21 ballots; half of them are rich in ties, half are without, as far
as a few tries find such; where the oracle understands short ballots, half of each have them. Sets of
winners are compared. *Part*: the oracle names some of the winners here, as one that breaks ties does.
*Other*: anything else. *Failed*: its exception, or `slow`.

| function | oracle | polls | same | part | other | failed |
|---|---|---|---|---|---|---|
"""


def write(path, rows, number):
    text = HEAD.format(seed=SEED, number=number, seconds=SECONDS, budget=BUDGET)
    for r in rows:
        name = f"`{r['function']}`" + (f" {' '.join(r['more'])}" if r["more"] else "")
        failed = ", ".join(f"{n} `{e}`" for e, n in r["failed"].items())
        text += f"| {name} | {r['oracle']} | {r['drawn']} | {r['same']} | {r['part']} | {r['other']} | {failed} |\n"
    text += "\n## Where they differ\n"
    for r in rows:
        if r["example"] is None and not r["failed"]:
            continue
        text += f"\n**`{r['function']}` and {r['oracle']}.** "
        text += NOTES.get((r["function"], r["oracle"]), NOTES.get(r["oracle"], "Not yet explained."))
        if r["example"] is not None:
            _, ballots, mine, theirs = r["example"]
            text += f" Smallest: {ballots}: here {mine}, there {theirs}."
        text += "\n"
    with open(path, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
