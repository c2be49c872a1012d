"""Holds the library against definitions done the long way, written for this comparison alone, where no
published program answers the question.

Arguments: the program `answer`, how many questions a row, where RESULTS-defined.md goes."""

import json
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import defined_agreement
import defined_ballots
import defined_markets
import defined_numbers

SEED = 20260101
ROWS = defined_agreement.ROWS + defined_ballots.ROWS + defined_markets.ROWS + defined_numbers.ROWS

HEAD = """# Held against definitions

Written by `oracles/run` (seed {seed}, {number} questions a row). No published program that we know of answers
these questions; so each function is held against a definition that was written for this comparison, in
Python (`defined*.py`), from the source or the steps that its page names, the long way: by trying everything
where that is possible, in fractions. It shows that two ways of saying the same agree, and finds slips; it is less
than agreement with somebody else's program. Whole answers are compared, not winners alone, unless the second
column says otherwise.

| function | the definition | questions | same | different |
|---|---|---|---|---|
"""


def answers(program, calls):
    lines = "".join(json.dumps(c) + "\n" for c in calls)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(mine, theirs):
    """Numbers are texts where they are decimals; of 28 digits the last is rounded."""
    if isinstance(theirs, Fraction) or (isinstance(theirs, int) and isinstance(mine, str)):
        return isinstance(mine, (str, int)) and abs(Fraction(Decimal(mine)) - theirs) <= Fraction(1, 10**24)
    if isinstance(theirs, dict):
        return isinstance(mine, dict) and mine.keys() == theirs.keys() and all(same(mine[k], theirs[k]) for k in mine)
    if isinstance(theirs, (list, tuple)):
        return isinstance(mine, list) and len(mine) == len(theirs) and all(map(same, mine, theirs))
    return type(mine) is type(theirs) and mine == theirs


def held(program, number, row):
    function, _, draw, definition, *compared = row
    rng = random.Random(f"{SEED} {function}")
    questions = [draw(rng) for _ in range(number)]
    ours = answers(program, [{"function": function, "args": list(q)} for q in questions])
    fits = compared[0] if compared else same
    worst = None
    count = 0
    for question, mine in zip(questions, ours):
        theirs = definition(*question)
        if "ok" in mine and fits(mine["ok"], theirs):
            count += 1
        elif worst is None or len(json.dumps(question)) < len(json.dumps(worst[0])):
            worst = (question, mine, theirs)
    return count, worst


def main():
    program, number, results = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    only = sys.argv[4:]
    text, differ = HEAD.format(seed=SEED, number=number), ""
    for row in ROWS:
        if only and row[0] not in only:
            continue
        count, worst = held(program, number, row)
        print(f"{row[0]}\t{number}\tsame {count}", flush=True)
        text += f"| `{row[0]}` | {row[1]} | {number} | {count} | {number - count} |\n"
        if worst:
            question, mine, theirs = worst
            differ += f"\n**`{row[0]}`**: asked `{json.dumps(question)}`: here `{json.dumps(mine)}`, there `{theirs}`.\n"
            print(f"    {json.dumps(question)}\n    {json.dumps(mine)}\n    {theirs}", flush=True)
    if not only:
        with open(results, "w") as file:
            file.write(text + ("\n## Where they differ\n" + differ if differ else "\nNowhere do they differ.\n"))


if __name__ == "__main__":
    main()
