"""``heterofilm compare``: compare analysed samples: quantities, replicates, correlations."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import InputError, did_you_mean
from ..figures.figure import Figure
from ..files import write_table
from ..plots.correlation import correlation_figure
from ..samples.analyse import QUANTITIES
from ..samples.compared import Compared, read_compared
from .depends import not_with
from .inputs import check_outputs, lines, number, write_outputs

GROUP = "analyse"
EXAMPLES = (
    "heterofilm compare project/results",
    "heterofilm compare project/results --correlate 'Cu content' 'work function' --plot cu.png",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", metavar="RESULTS", help="a folder written by 'heterofilm analyse' for several samples")
    parser.add_argument(
        "--quantity", action="append", default=[], metavar="NAME", help="show only this quantity; repeatable"
    )
    parser.add_argument("--correlate", nargs=2, metavar=("X", "Y"), help="test whether two quantities are correlated")
    parser.add_argument("--plot", metavar="FILE", help="with --correlate, write a figure: .png, .svg, .pdf or .html")
    parser.add_argument(
        "--out", metavar="FILE.csv", help="write the table: one row per quantity, one column per sample"
    )
    not_with(parser, "--quantity", "--correlate")


def run(given: argparse.Namespace) -> int:
    """Print the table of samples, statistics over replicates, and a correlation where one is asked for."""
    check_outputs(given.plot, given.out)
    if given.plot and not given.correlate:
        raise InputError("--plot draws a correlation: name two quantities with --correlate X Y.")
    folder = Path(given.path)
    place = folder if folder.is_file() else folder / QUANTITIES
    if not place.is_file():
        raise InputError(
            f"There is no '{QUANTITIES}' in '{given.path}': run `heterofilm analyse` on the project first, and name "
            "the folder of its results."
        )
    found = read_compared(place)
    if given.correlate:
        first, second = given.correlate
        _correlate(found, first, second, given.plot, given.out)
        return 0
    cells = found.cells()
    for name in given.quantity:
        if name not in found.quantities:
            raise InputError(f"No two samples have '{name}'.{did_you_mean(name, found.quantities)}")
    shown = [row for row in cells if not given.quantity or row[0] in given.quantity]
    if not shown:
        raise InputError("No quantity is known of two samples: there is nothing to compare.")
    print(lines(("quantity", *found.samples), shown))
    groups, outliers = found.groups()
    groups = [g for g in groups if not given.quantity or g.quantity in given.quantity]
    if groups:
        print("\nSamples made alike (group in their sample files)")
        print(lines(("quantity", "group", "mean", ""), [(g.quantity, g.group, str(g), g.note) for g in groups]))
    for one in outliers:
        print(f"{one.cell} stands out in {one.quantity}: {one.value:.4g} (modified z-score {one.z:.1f}); it was kept.")
    if given.out:
        write_table(found.wide(), Path(given.out))
    return 0


def _correlate(found: Compared, first: str, second: str, plot: str | None, out: str | None) -> None:
    result = found.correlation(first, second)
    own = found.pair(first, second)
    rows = [(str(name), *map(number, numbers)) for name, *numbers in own.iter_rows()]
    print(lines(("sample", first, "±", second, "±"), rows))
    between = f" (95 %: {result.low:.2f} to {result.high:.2f})" if result.n > 3 else " (no interval below four samples)"
    print(f"\nr = {result.r:.3f}{between}, rank correlation {result.rho:.3f}: {result.verdict}.")
    if result.line is not None:
        line = result.line
        fits = f"; reduced chi squared {line.chi2:.2g}" if line.chi2 == line.chi2 else "; no uncertainties were known"
        print(f"y = ({line.a:.4g} ± {line.a_sd:.2g}) + ({line.b:.4g} ± {line.b_sd:.2g}) x{fits}.")
    units = [f" / {u}" if (u := found.unit_of(name)) not in ("", "1") else "" for name in (first, second)]
    figures: list[Figure] = [
        correlation_figure(
            result, own["sample"].to_list(), own["x"], own["y"], own["x_sd"].fill_null(0.0), own["y_sd"].fill_null(0.0),
            f"{first}{units[0]}", f"{second}{units[1]}",
        )
    ]  # fmt: skip
    write_outputs(plot, figures, out, own)
