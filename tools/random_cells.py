"""Simulate random legal cells: values in range, or up to ten times beyond.

    python tools/random_cells.py FIRST LAST [--beyond]

One line for every seed from FIRST up to LAST that ended with a sentence, missed lithium, took a hundred times as long
as the median or gave something that is silently wrong; then a tally. See ``tests/random_cells.py``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from random_cells import Outcome, Tally, case, outcome  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--beyond", action="store_true", help="values up to ten times beyond their ranges")
    given = parser.parse_args()
    found: list[Outcome] = []
    wrong = 0
    for seed in range(given.first, given.last):
        try:
            found.append(outcome(case(seed, given.beyond)))
        except Exception as error:  # silently wrong, or a traceback: both are findings
            wrong += 1
            print(f"{seed}: {type(error).__name__}: {error}", flush=True)
            continue
        if found[-1].failure or Tally([found[-1]]).leaking:
            print(found[-1], flush=True)
    tally = Tally(found)
    for one in tally.slow:
        print("slow:", one)
    print(f"{tally}, {wrong} wrong")
    for one in tally.unchecked:
        print("lithium not counted:", one)
    return 1 if wrong or tally.leaking or tally.unchecked or tally.slow or (tally.stalled and not given.beyond) else 0


if __name__ == "__main__":
    raise SystemExit(main())
