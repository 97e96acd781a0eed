"""``heterofilm calibrate``: fit the library to the paper's numbers, or compare mechanisms that could explain them."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..calibration.calibrate import calibrate, table, write
from ..calibration.coverage import papers, shares, widths
from ..calibration.ensemble import check_draws
from ..calibration.selection import compare, sets_of, validated
from ..calibration.selection import table as compared_table
from ..errors import InputError
from ..files import check_place, write_table
from ..library.calibration import CALIBRATION, calibration_of
from ..paper.claims import claims
from ..paper.mechanisms import BASE, KEPT, MECHANISMS, PROBLEM
from ..paper.targets import unused
from . import answer
from .depends import not_with
from .inputs import lines

__all__ = ["options", "run"]

GROUP = "fit"
EXAMPLES = (
    "heterofilm calibrate --members 0",
    "heterofilm calibrate --out mine.toml --members 100 --draws draws.jsonl",
    "heterofilm calibrate --compare 2 --out mechanisms.csv",
    "heterofilm calibrate --coverage 40 --out coverage.csv",
)
COVERED = "VO and VOC1"  # the group whose bands are tried
FULL = 10  # of the synthetic papers have draws too


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--out", metavar="FILE", default="calibration.toml", help="file for the values (default: calibration.toml)"
    )
    parser.add_argument("--members", type=int, default=24, metavar="N", help="number of joint draws of the values")
    parser.add_argument(
        "--draws", metavar="FILE", help="keep the draws in this file, one a line, and continue from those it holds"
    )
    parser.add_argument(
        "--compare", type=int, default=0, metavar="N",
        help="instead, compare all combinations of up to N mechanisms and write the table to FILE.csv",
    )  # fmt: skip

    parser.add_argument(
        "--coverage", type=int, default=0, metavar="N",
        help="instead, test the 90 %% bands on N synthetic papers of known truth and write the table to FILE.csv",
    )  # fmt: skip
    not_with(parser, "--members", "--compare --coverage")


def run(given: argparse.Namespace) -> int:
    """0. Errors: `HeterofilmError` for a place that cannot be written to, before any work."""
    if given.members < 0:
        raise InputError(f"--members must not be negative, got {given.members}.")
    out = check_place(Path(given.out))
    if given.compare and given.coverage:
        raise InputError("--compare and --coverage are two tasks; give one of them.")
    kept = check_place(Path(given.draws)) if given.draws else None
    if kept is not None and (given.compare or given.coverage):
        raise InputError("--draws keeps the draws of a fit; --compare and --coverage make none: leave one out.")
    if kept is not None and kept.exists():
        check_draws(kept)  # before the hours of the fit
    if given.coverage:
        return _cover(given.coverage, out.with_suffix(".csv"))
    start = _start()
    if given.compare:
        sets = [*sets_of(MECHANISMS, given.compare), KEPT]
        found = compare(BASE, MECHANISMS, list(dict.fromkeys(sets)), start=start)
        frame = compared_table(validated(BASE, MECHANISMS, found))
        place = out.with_suffix(".csv")
        write_table(frame, place)
        answer.frame(frame, "sets of mechanisms")
        rows = [
            (f"{row['ln_evidence']:.1f}", f"{row['chi2']:.1f}", str(row["free"]), row["mechanisms"])
            for row in frame.iter_rows(named=True)
        ]
        print(lines(("ln evidence", "chi2", "free", "mechanisms"), rows, left=(3,)))
        print(f"\nwritten to {place}")
        return 0
    calibration = calibrate(PROBLEM, given.members, kept=kept, start=start)
    print(table(calibration, lambda row: claims()[row].sample))
    write(calibration, out)
    print(f"\nwritten to {out}")
    return 0


def _cover(count: int, place: Path) -> int:
    """Bands on synthetic papers; 0."""
    if count < 1:
        raise InputError(f"--coverage needs 1 paper or more, got {count}.")
    found = papers(PROBLEM[COVERED], unused, count, full=min(FULL, count))
    frame = shares(found)
    write_table(frame, place)
    answer.frame(frame, "coverage")
    for row in frame.iter_rows(named=True):
        print(f"{100.0 * row['share']:5.0f} %  {row['held']:4d} of {row['papers']:4d}  {row['number']}")
    sd, within = widths(found)
    print(f"\ndraws over the linear posterior: standard deviation {sd:.2f}, {100.0 * within:.0f} % within its 90 %")
    print(f"written to {place}")
    return 0


def _start() -> dict[str, float]:
    """The packaged calibration, from which the search goes on: it says where to begin, not what is found."""
    return {path: entry.value for path, entry in calibration_of(CALIBRATION).items()}
