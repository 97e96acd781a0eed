"""``heterofilm atoms figures``, ``claims`` and ``values``: what recorded results show, answer, and give to a cell."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from textwrap import fill

from ..files import check_folder

__all__ = ["ACTIONS"]


def _figures(given: argparse.Namespace) -> None:
    from tqdm import tqdm

    from ..reports.atoms import write_atoms_page

    check_folder(given.out)
    with tqdm(unit=" figures", delay=2.0, dynamic_ncols=True) as bar:

        def tell(name: str) -> None:
            bar.set_postfix_str(name, refresh=False)
            bar.update()

        page = write_atoms_page(Path(given.out), tell)
    print(page)


def _claims(given: argparse.Namespace) -> None:
    from ..paper.dft_answers import answers

    for one in answers():
        print(f"{one.id}: {one.verdict}\n  paper: {one.statement}")
        print(fill(f"why: {one.why}", 110, initial_indent="  ", subsequent_indent="       "))
        for what, number, level in one.numbers:
            print(f"    {what}: {number} ({level})")


def _values(given: argparse.Namespace) -> None:
    from ..reports.atoms import flowing

    for one in flowing():
        low, high = one.value.span
        print(f"{one.words}\n  computed: {one.value.value:.3g} {one.value.unit} ({low:.2g} to {high:.2g})\n"
              f"  library:  {one.beside}\n  use:      {one.use}\n  source:   {one.value.source}")  # fmt: skip


ACTIONS: dict[str, Callable[[argparse.Namespace], None]] = {"figures": _figures, "claims": _claims, "values": _values}
