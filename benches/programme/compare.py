"""The ambush game as one linear programme, by HiGHS, beside our answers.

usage: compare.py TRIAL [ARCS]

`TRIAL instances` writes games with our values and how long they took us. Without a budget a game
is a flow over arcs; with one, a flow over arcs and times, so that no route is listed and none
is forgotten. Exits with 1 if a value differs by more than a millionth.
"""

import heapq
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import highspy
import numpy as np

CLOSE = 1e-6
# So often faster than the general solver at 10^5 arcs, at least.
FASTER = 50


def times(game, start, forward):
    """The least time from the start along the arcs, or to it against them."""
    around = {}
    for tail, head, millis, _ in game["arcs"]:
        one, two = (tail, head) if forward else (head, tail)
        around.setdefault(one, []).append((two, millis))
    best, heap = {}, [(0, start)]
    while heap:
        far, at = heapq.heappop(heap)
        if at in best:
            continue
        best[at] = far
        for other, millis in around.get(at, ()):
            if other not in best:
                heapq.heappush(heap, (far + millis, other))
    return best


def flow_over_arcs(game):
    """Columns as (from, to, road) and the ends."""
    columns = [(tail, head, road) for tail, head, _, road in game["arcs"]]
    return columns, game["from"], {game["to"]}


def flow_over_times(game):
    """The same over places and times: whoever is late for the end is nowhere."""
    behind, ahead = times(game, game["from"], True), times(game, game["to"], False)
    limit, columns = game["limit"], []
    leaving = {}
    for tail, head, millis, road in game["arcs"]:
        leaving.setdefault(tail, []).append((head, millis, road))
    seen, open_ = {(game["from"], 0)}, [(game["from"], 0)]
    while open_:
        at, far = open_.pop()
        if at == game["to"]:
            continue
        for head, millis, road in leaving.get(at, ()):
            then = far + millis
            if head in ahead and head in behind and then + ahead[head] <= limit:
                columns.append(((at, far), (head, then), road))
                if (head, then) not in seen:
                    seen.add((head, then))
                    open_.append((head, then))
    return columns, (game["from"], 0), {place for place in seen if place[0] == game["to"]}


def programme(game, columns, start, ends):
    """Greatest flow such that on no road more than one whole ambush is gained."""
    model = highspy.HighsLp()
    rows = {}
    starts, index, value, cost = [0], [], [], []
    weights = [weight / 1e6 for weight in game["weights"]]

    def row(key):
        return rows.setdefault(key, len(rows))

    for tail, head, road in columns:
        entries = {}
        if tail not in ends and tail != head:
            if tail != start:
                entries[row(("at", tail))] = -1.0
            if head != start and head not in ends:
                entries[row(("at", head))] = 1.0
        if weights[road] > 0:
            entries[row(("road", road))] = weights[road]
        sign = (tail == start) - (head == start) if tail != head else 0
        cost.append(-float(sign) if tail not in ends else 0.0)
        index.extend(entries.keys())
        value.extend(entries.values())
        starts.append(len(index))
    upper = np.array([0.0 if key[0] == "at" else 1.0 for key in rows])
    lower = np.array([0.0 if key[0] == "at" else -highspy.kHighsInf for key in rows])
    # Nothing leaves the end again, and nothing comes back to the start to count twice.
    top = np.array([0.0 if tail in ends else highspy.kHighsInf for tail, _, _ in columns])
    model.num_col_, model.num_row_ = len(columns), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = np.array(cost), np.zeros(len(columns)), top
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.array(starts)
    model.a_matrix_.index_ = np.array(index)
    model.a_matrix_.value_ = np.array(value)
    return model


def solve(model, solver):
    """The value of the game and the seconds on processors that it took."""
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("solver", solver)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", 900.0)
    highs.passModel(model)
    begun = time.process_time()
    highs.run()
    took = time.process_time() - begun
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, took
    return 1.0 / -highs.getInfo().objective_function_value, took


def main():
    trial = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([trial, "instances", scratch, *sys.argv[2:]], check=True)
        worst, good, ours, theirs = 0.0, True, 0.0, 0.0
        files = sorted(Path(scratch).glob("*.json"))
        for file in files:
            game = json.loads(file.read_text())
            flow = flow_over_arcs if game["limit"] is None else flow_over_times
            model = programme(game, *flow(game))
            if file.stem != "large":
                value, took = solve(model, "choose")
                apart = abs(value - game["value"])
                worst, good = max(worst, apart), good and apart <= CLOSE
                if game["bound"] > value + CLOSE:
                    good = False
                    print(f"{file.stem}: the bound {game['bound']} is above {value}")
                ours, theirs = ours + game["micros"] / 1e6, theirs + took
                if apart > CLOSE:
                    print(f"{file.stem}: ours {game['value']}, HiGHS {value}")
                continue
            runs = {solver: solve(model, solver) for solver in ("simplex", "ipm")}
            solved = {solver: run for solver, run in runs.items() if run[0] is not None}
            for solver, (value, took) in runs.items():
                ratio = took / (game["micros"] / 1e6)
                print(f"{len(game['arcs'])} arcs, {solver}: {value} in {took:.2f} s; ours "
                      f"{game['value']:.9f} in {game['micros'] / 1e3:.2f} ms, {ratio:.0f} times")
                good = good and (value is None or abs(value - game["value"]) <= CLOSE)
                good = good and ratio >= FASTER
            good = good and bool(solved)
        print(f"{len(files) - 1} small games: largest difference {worst:.1e}; HiGHS {theirs:.2f} s, "
              f"ours {ours:.2f} s with every bound closed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
