"""Routes of ours beside Valhalla's over the same extract: lengths, times, and how fast.

usage: compare.py SAFECONDUCT EXTRACT [PAIRS]

Reads our file of roads by docs/formats/roads.md alone, draws pairs of places of it with a fixed
seed, and asks both. The two have different speeds, so times are compared as a
correlation; with every road equally fast the shortest route has one length, and there they
must agree. Exits with 1 if they do not.
"""

import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import valhalla
from valhalla.config import get_config

SEED = 20_260_105
# A length agrees if it differs by less than this: Valhalla rounds to metres a leg and keeps
# places in 1e-6 degrees, a decimetre a corner.
METRES, SHARE = 10.0, 0.005
# The rest is explained by how places are snapped: 1 in 50 pairs.
AGREE_MIN = 0.98
CORRELATION_MIN = 0.95


def places(path):
    """A place on each segment of the mainland, in degrees, by docs/formats/roads.md."""
    data = path.read_bytes()
    body, digest = data[:-32], data[-32:]
    assert body[:16] == b"safeconduct/road" and body[16:20] == (1).to_bytes(4, "little")
    assert hashlib.sha256(body).digest() == digest, "the checksum is another"
    at = 16 + 4 + 32 + 8

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed():
        value = number()
        return (value >> 1) ^ -(value & 1)

    def differences(size):
        total, values = 0, []
        for _ in range(size):
            total += signed()
            values.append(total)
        return values

    junctions, names, segments, shapes, bans = [number() for _ in range(5)]
    lats, lons = differences(junctions), differences(junctions)
    at += junctions
    for _ in range(names * 5):
        length = number()
        at += length
    first = differences(segments)
    last = [one + signed() for one in first]
    differences(segments)
    _, _, shape, island, _ = [[number() for _ in range(segments)] for _ in range(5)]
    at += 5 * segments
    end = at + shapes
    found = []
    for row in range(segments):
        begin, (lat, lon) = at, (lats[first[row]], lons[first[row]])
        next_lat, next_lon = lats[last[row]], lons[last[row]]
        if shape[row]:
            next_lat, next_lon = lat + signed(), lon + signed()
        at = begin + shape[row]
        # The middle of the first line, so that no other road is as near.
        if island[row] == 1:
            found.append(((lat + next_lat) / 2e7, (lon + next_lon) / 2e7))
    assert at == end, "the shapes are as long as is said"
    for _ in range(bans):
        differences(number())
    assert at == len(body), "nothing is left over"
    return found


def ours(binary, roads, pairs, folder, *options):
    """Milliseconds and metres of each pair, or None."""
    file = folder / "pairs"
    file.write_text("".join(f"{a:.7f},{b:.7f} {c:.7f},{d:.7f}\n" for (a, b), (c, d) in pairs))
    command = [binary, "roads", "times", roads, "--pairs", file, *options]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    print("ours:", run.stderr.strip())
    lines = [line.split() for line in run.stdout.splitlines()]
    return [None if one == "-" else (int(one), int(two)) for one, two in lines]


def theirs(actor, pairs, **options):
    """Milliseconds and metres of each pair, or None; and how long each answer took, in ms."""
    answers, took = [], []
    for one, two in pairs:
        places = [{"lat": lat, "lon": lon} for lat, lon in (one, two)]
        query = {
            "locations": places,
            "costing": "auto",
            "costing_options": {"auto": options},
            "directions_type": "none",
        }
        begun = time.perf_counter()
        try:
            trip = json.loads(actor.route(json.dumps(query)))["trip"]["summary"]
            answers.append((trip["time"] * 1000, trip["length"] * 1000))
        except RuntimeError:
            answers.append(None)
        took.append((time.perf_counter() - begun) * 1000)
    return answers, sorted(took)


def tiles(extract, folder):
    """Valhalla's own tiles from the same extract."""
    (folder / "tiles").mkdir()
    settings = get_config(tile_extract="", tile_dir=str(folder / "tiles"))
    settings["mjolnir"]["concurrency"] = 1
    # Without it Valhalla leaves small roads out of long searches, and is not exact.
    settings["service_limits"]["max_distance_disable_hierarchy_culling"] = 1_000_000
    file = folder / "valhalla.json"
    file.write_text(json.dumps(settings))
    build = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    begun = time.perf_counter()
    subprocess.run([build, "-c", file, extract], check=True, capture_output=True)
    print(f"Valhalla {valhalla.__version__}: tiles in {time.perf_counter() - begun:.2f} s")
    return valhalla.Actor(str(file))


def lengths(one, two):
    """Do the shortest routes agree?"""
    both = [(a[1], b[1]) for a, b in zip(one, two) if a and b]
    close = [abs(a - b) <= max(METRES, SHARE * max(a, b)) for a, b in both]
    alone = sum(bool(a) != bool(b) for a, b in zip(one, two))
    shorter = sum(a < b - max(METRES, SHARE * b) for a, b in both)
    longer = sum(a > b + max(METRES, SHARE * b) for a, b in both)
    share = sum(close) / len(both)
    print(f"shortest: {len(both)} pairs, {share:.1%} agree; ours shorter {shorter}, "
          f"longer {longer}; only one has a way: {alone}")
    worst = sorted(zip(both, range(len(both))), key=lambda it: -abs(it[0][0] - it[0][1]))[:3]
    print("  farthest apart (ours, Valhalla's, in m):", [pair for pair, _ in worst])
    return share >= AGREE_MIN and alone <= len(one) * (1 - AGREE_MIN)


def times(one, two):
    """Do the fastest routes' times go together?"""
    both = [(a[0] / 1000, b[0] / 1000) for a, b in zip(one, two) if a and b]
    ratios = sorted(a / b for a, b in both if b > 60)
    at = lambda share: ratios[int(len(ratios) * share)]
    correlation = statistics.correlation(*zip(*both))
    print(f"fastest: {len(both)} pairs, correlation of times {correlation:.4f}; "
          f"ours to Valhalla's: p5 {at(0.05):.2f}, p50 {at(0.5):.2f}, p95 {at(0.95):.2f}")
    return correlation >= CORRELATION_MIN


def main():
    binary, extract = sys.argv[1], Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        roads = folder / "roads"
        subprocess.run([binary, "roads", "import", extract, "--out", roads], check=True,
                       capture_output=True)
        dice, known = random.Random(SEED), places(roads)
        pairs = [(dice.choice(known), dice.choice(known)) for _ in range(count)]
        actor = tiles(extract, folder)
        alike = ["--turning-back", "dead-ends"]
        short, _ = theirs(actor, pairs, shortest=True, disable_hierarchy_pruning=True)
        good = [lengths(ours(binary, roads, pairs, folder, "--shortest", *alike), short)]
        fast, took = theirs(actor, pairs)
        good.append(times(ours(binary, roads, pairs, folder, *alike), fast))
        at = lambda share: took[int(len(took) * share)]
        print(f"Valhalla: p50 {at(0.5):.2f} ms, p95 {at(0.95):.2f} ms an answer")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
