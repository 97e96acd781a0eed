"""``heterofilm atoms results``, ``figures``, ``claims`` and ``values``: recorded results that come with the package."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import fill

from .atoms_options import Action, no_options
from .inputs import lines

__all__ = ["ACTIONS"]


def _results_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME")


def _results(given: argparse.Namespace) -> None:
    from ..atomistic.results import recorded

    if given.name is None:
        rows = [(one.name, f"{one.value:.3f} {one.unit}", str(one.level), one.words) for one in recorded.results()]
        print(lines(("name", "value", "level", "what"), rows, left=(0, 2, 3)))
        return
    one = recorded.load(given.name)
    print(f"{one.words}\nvalue:    {one.value:.4f} {one.unit}\nlevel:    {one.level} ({one.version})\n"
          f"settings: {one.settings}\nwall:     {one.wall_s:.0f} s\ncommand:  {one.command}\n"
          f"limits:   {one.limits}")  # fmt: skip


def _figures_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        metavar="DIR",
        default="heterofilm-atoms-page",
        help="folder for the page (default: heterofilm-atoms-page)",
    )


def _figures(given: argparse.Namespace) -> None:
    from tqdm import tqdm

    from ..atomistic.results.evidence import evidence
    from ..files import check_folder
    from ..paper.dft_answers import statements
    from ..reports.atoms import write_atoms_page

    check_folder(given.out)
    found = evidence()
    with tqdm(unit=" figures", delay=2.0, dynamic_ncols=True) as bar:

        def tell(name: str) -> None:
            bar.set_postfix_str(name, refresh=False)
            bar.update()

        page = write_atoms_page(Path(given.out), found, statements(found), tell)
    print(page)


def _claims(given: argparse.Namespace) -> None:
    from ..paper.dft_answers import answers

    for one in answers():
        print(f"{one.id}: {one.verdict}\n  paper: {one.statement}")
        print(fill(f"why: {one.why}", 110, initial_indent="  ", subsequent_indent="       "))
        for what, number, level in one.numbers:
            print(f"    {what}: {number} ({level})")


def _values(given: argparse.Namespace) -> None:
    from ..reports.atoms_tables import derived_parameters

    for one in derived_parameters():
        low, high = one.value.span
        print(f"{one.words}\n  computed: {one.value.value:.3g} {one.value.unit} ({low:.2g} to {high:.2g})\n"
              f"  library:  {one.beside}\n  use:      {one.use}\n  source:   {one.value.source}")  # fmt: skip


ACTIONS = {
    "results": Action(_results_options, _results),
    "figures": Action(_figures_options, _figures),
    "claims": Action(no_options, _claims),
    "values": Action(no_options, _values),
}
