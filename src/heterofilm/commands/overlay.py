"""``heterofilm overlay``: overlay curves of samples, cycles, temperatures, potentials or scan rates."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from ..errors import InputError
from ..figures.panels import save_sheet
from ..figures.save import check_plot_path
from ..files import write_table
from ..plots.overlay import SCALINGS
from ..samples.analyse import samples_in
from ..samples.curves import CURVES, curves_of_sample
from ..samples.overlays import Over, overlays
from .inputs import check_outputs, lines

GROUP = "analyse"
EXAMPLES = (
    "heterofilm overlay project raman --plot raman.png",
    "heterofilm overlay project/VOC1 xps --over potentials --waterfall --part V2p --plot v2p.pdf",
)
MOST_NAMED = 12  # curves on a line


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", metavar="SAMPLE", help="a sample.toml, its folder, or a folder of such folders")
    parser.add_argument("kind", metavar="KIND", help=f"kind of measurement: {', '.join(CURVES)}")
    parser.add_argument(
        "--over", default="samples", choices=get_args(Over), help="what distinguishes the curves (default: samples)"
    )
    parser.add_argument("--part", default="", metavar="NAME", help="only this core level, ion or half cycle")
    parser.add_argument("--waterfall", action="store_true", help="draw the curves one above the other")
    parser.add_argument(
        "--scale", choices=SCALINGS, help="scaling of each curve (default: counts to the same maximum, others not)"
    )
    parser.add_argument("--plot", metavar="FILE", help="write the figures on one sheet: .png, .svg, .pdf or .html")
    parser.add_argument(
        "--out", metavar="FILE.csv", help="write the numbers of the figure (of the first, where there are several)"
    )


def run(given: argparse.Namespace) -> int:
    """Read the files of that kind, lay their curves over each other; say which could not be read."""
    check_outputs(given.plot, given.out)
    if not (given.plot or given.out):
        raise InputError("An overlay is a figure: name a file with --plot, or its numbers with --out.")
    if given.plot:
        check_plot_path(given.plot)
    curves, failed = [], []
    samples = samples_in(given.path)
    for sample in samples:
        own, bad = curves_of_sample(sample, given.kind)
        curves += own
        failed += [(f"{sample.name}, {name}", why) for name, why in bad]
    if not curves:
        why = f" The first reason: {failed[0][0]}: {failed[0][1]}" if failed else ""
        raise InputError(f"There is no {given.kind} measurement in '{given.path}'.{why}")
    figures = overlays(
        curves,
        given.over,
        part=given.part,
        waterfall=given.waterfall,
        scaling=given.scale,
        order=[one.name for one in samples],
    )
    print(lines(("figure", "curves"), [(f.title, _named([s.label for s in f.series])) for f in figures]))
    for figure in figures:
        if figure.caption:
            print(f"{figure.title}: {figure.caption}")
    for name, why in failed:
        print(f"not read: {name}: {why}")
    if given.plot:
        save_sheet(figures, given.plot)
    if given.out:
        if len(figures) > 1:
            print(f"--out holds the numbers of '{figures[0].title}' alone; choose another with --part.")
        write_table(figures[0].numbers(), Path(given.out))
    return 1 if failed else 0


def _named(curves: list[str]) -> str:
    """The names of curves on a line; of many the first and the last."""
    if len(curves) <= MOST_NAMED:
        return ", ".join(curves)
    return f"{len(curves)}: {', '.join(curves[:3])} ... {curves[-1]}"
