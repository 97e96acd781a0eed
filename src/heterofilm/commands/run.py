"""``heterofilm run``: run a study and write its report (the paper's study by default)."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InputError, did_you_mean
from ..paper import reference as paper
from ..reports.study import write
from ..study.results import Reference, Results

__all__ = ["options", "run", "run_study"]

REFERENCES = {paper.NAME: paper.reference}  # by the name that a study file gives


def run_study(path: str | Path | None = None, out: str | Path = "heterofilm-report", **options: Any) -> Results:
    """Run a study file, the paper's by default, and write the folder ``out``.

    ``options`` are those of :func:`heterofilm.reports.study.write.run_study`; a study that names a ``reference`` is
    laid beside it.

    Errors: `HeterofilmError` as there, and for a reference that is not known.
    """
    file = paper.STUDY if path is None else Path(path)
    given: dict[str, Any] = {"reference": partial(_reference, file), "named": "" if path is None else str(path)}
    return write.run_study(file, out, **(given | options))


def _reference(file: Path, name: str) -> Reference:
    if name not in REFERENCES:
        raise InputError(
            f"Study '{file.name}': there is no reference '{name}'; known: {', '.join(REFERENCES)}."
            f"{did_you_mean(name, REFERENCES)}"
        )
    return REFERENCES[name]()


GROUP = "simulate"
EXAMPLES = (
    "heterofilm run --out demo",
    "heterofilm run mine.toml --out mine --members 0",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("study", nargs="?", metavar="STUDY.toml")
    parser.add_argument(
        "--out", metavar="DIR", default="heterofilm-report", help="folder for the report (default: heterofilm-report)"
    )
    parser.add_argument("--members", type=int, metavar="N", help="draws of the calibration for the bands; 0 for none")
    parser.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate'")
    parser.add_argument(
        "--panels", action="store_true", help="also show the paper's spectra and images, from synthetic films"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.add_argument("--fresh", action="store_true", help="overwrite the folder of another study")


def run(given: argparse.Namespace) -> int:
    """0, or 1 when some runs failed."""
    if given.members is not None and given.members < 0:
        raise InputError(f"--members must not be negative, got {given.members}; 0 means no bands.")
    results = run_study(
        given.study, given.out, progress=not given.quiet, members=given.members, calibration=given.calibration,
        fresh=given.fresh,
    )  # fmt: skip
    there = f", {results.served} of them from the folder as they were," if results.served else ""
    print(
        f"{len(results.main.records)} runs{there} in {results.seconds:.1f} s: {os.path.join(given.out, 'report.html')}"
    )
    if given.panels:
        from .panels import write_panels

        print(f"panels of the paper, on a synthetic film: {write_panels(Path(given.out) / 'panels')}")
    for cell, test, sentence in results.failed:
        print(f"heterofilm: {cell}, {test}: {sentence}", file=sys.stderr)
    return 1 if results.failed else 0
