"""``heterofilm grow``: grow a film from sputter powers, gas, time and anneal, ready for a cell."""

from __future__ import annotations

import argparse

from ..errors import HeterofilmError, InputError
from ..figures.panels import save_sheet
from ..figures.save import check_plot_path
from ..files import check_folder, made_folder
from ..growth.grow import Grown, grow
from ..library import Library
from ..library.schema import Film
from .depends import only_with
from .inputs import lines, number

GROUP = "make films"
EXAMPLES = (
    "heterofilm grow VOC1",
    'heterofilm grow VOC1 --set power.Cu="1.5 W" --out grown',
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("recipe", metavar="RECIPE", help="a recipe of the library (VO, VOC1, VOC2 ...) or a TOML file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a value, for example power.Cu='1.5 W' or anneal.time=2h",
    )
    parser.add_argument(
        "--cell", default="vo-half", metavar="CELL", help="cell to put the film into (default: vo-half)"
    )
    parser.add_argument("--out", metavar="DIR", help="write film, cell, a table of all numbers, and figures")
    parser.add_argument("--plot", metavar="FILE", help="write only the figures: .png, .svg, .pdf or .html")
    only_with(parser, "--cell", "--out")


def run(given: argparse.Namespace) -> int:
    """Print the film with its ranges; write film, cell, table and figures to a folder."""
    if given.plot:
        check_plot_path(given.plot)
    if given.out:
        check_folder(given.out)
    settings = dict(setting(text) for text in given.set)
    cell = Library().cell(given.cell).spec
    grown = grow(given.recipe, settings)
    print(printed(grown))
    try:
        film: Film | None = grown.film
    except HeterofilmError as error:
        film = None
        print(f"\nNo film is written: {error}")
    if given.plot or given.out:
        from ..growth.written import written
        from ..plots.growth import crystallisation_figure, thickness_figure

        figures = [thickness_figure(grown), crystallisation_figure(grown)]
        if given.plot:
            save_sheet(figures, given.plot)
        if given.out:
            folder = made_folder(given.out)
            for path in written(grown, film, folder, cell):
                print(f"written: {path}")
            for suffix in ("html", "svg", "png"):
                save_sheet(figures, folder / f"growth.{suffix}")
            print(f"written: {folder / 'growth.html'}, .svg, .png")
    return 0


def setting(text: str) -> tuple[str, str]:
    """``power.Cu=1.5 W``."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise InputError(f"--set '{text}' is not of the form NAME=VALUE, for example power.Cu=\"1.5 W\".")
    return path.strip(), value.strip()


def printed(grown: Grown) -> str:
    """Results with their ranges, the phases, and what follows."""
    rows = [
        (n.quantity, number(n.value), number(n.low), number(n.high), n.unit if n.unit != "1" else "", n.kind)
        for n in grown.notes
        if "." not in n.quantity
    ]
    state = "crystalline" if grown.crystalline else "amorphous"
    phases = ", ".join(f"{100 * share:.0f} % {name}" for name, share in grown.phases.items())
    would = "" if grown.crystalline else " if it crystallised"
    return "\n".join(
        [
            f"{grown.recipe.title}: {1e9 * grown.thickness:.0f} nm, {state}; {phases} by volume{would}",
            "",
            lines(("quantity", "value", "5 %", "95 %", "unit", "kind"), rows),
            "",
            *grown.remarks,
        ]
    )
