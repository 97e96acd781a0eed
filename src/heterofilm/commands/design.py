"""``heterofilm design``: the best cell for a target within limits, and what its outputs depend on."""

from __future__ import annotations

import argparse

from ..designs.best import Designed, design
from . import answer
from .inputs import check_outputs, lines, number, write_outputs
from .options import outputs

GROUP = "fit"
MOST = 15  # rows of a front that are printed
EXAMPLES = (
    "heterofilm design study.toml --folder designs --plot front.png --out front.csv",
    "heterofilm design sensor_node.toml",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "study", metavar="STUDY.toml", help="a file with the cell, runs, inputs, outputs, and what is wanted of them"
    )
    parser.add_argument("--folder", metavar="DIR", help="keep all runs in this folder, where the same command goes on")
    outputs(parser, "the best designs as .csv")


def run(given: argparse.Namespace) -> int:
    """Print the best designs and the indices; write figure and table."""
    check_outputs(given.plot, given.out)
    found = design(given.study, given.folder, progress=True)
    print(printed(found))
    if found.indices is not None:
        answer.frame(found.indices, "indices")
    answer.frame(found.runs, "designs")
    write_outputs(given.plot, found.figures() if given.plot else [], given.out, found.best)
    return 1 if found.study.goal is not None and not found.best.height else 0


def printed(found: Designed) -> str:
    """The best, what outputs depend on, what failed, what was assumed."""
    out = [found.study.title] if found.study.title else []
    if found.study.goal is not None:
        met = int(found.runs["met"].sum())
        out.append(f"{found.runs.height} designs of {found.cell.name} tried, {met} meet the limits")
    if found.best.height:
        head = [f"{name} / {found.units[name]}" if found.units.get(name, "1") != "1" else name
                for name in found.best.columns]  # fmt: skip
        step = max(1, -(-found.best.height // MOST))
        rows = [[number(x) for x in row] for row in found.best[::step].rows()]
        if found.best.height == 1:
            out += ["", lines(("", "best"), list(zip(head, rows[0], strict=True)), name="best")]
        else:
            out += ["", lines(head, rows, (), name="front")]
        if step > 1:
            out.append(f"Of {found.best.height} designs on the front {len(rows)} are shown; --out writes all.")
    if found.indices is not None:
        rows = [
            [r["output"], r["input"], *(f"{r[key]:.2f} +- {r[f'{key}_half']:.2f}" for key in ("first", "total"))]
            for r in found.indices.iter_rows(named=True)
        ]  # fmt: skip
        out += ["", lines(("output", "input", "alone", "with others"), rows, (0, 1), name="indices")]
        out.append("Shares of the variance over the ranges (Sobol), each even; +- is half of a 95 % interval.")
    out += [f"  {count} x {reason}" for reason, count in sorted(found.failed.items(), key=lambda one: -one[1])[:3]]
    return "\n".join([*out, *found.notes])
