"""``heterofilm junction``: compute bands and field of a junction, and how much of a gain they can explain."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..bars import progress_bar
from ..cell import Cell
from ..files import check_folder, prepare_folder, write_table
from ..junction.pair import Pair, load_pair
from ..library import Library
from .depends import only_with
from .inputs import lines, setting

if TYPE_CHECKING:
    from ..study.contributions import Contributions

GROUP = "make films"
EXAMPLES = (
    "heterofilm junction V2O5-Cu2V2O7 --out junction",
    "heterofilm junction --cell voc1-half --reference vo-half",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "name", nargs="?", default="V2O5-Cu2V2O7", metavar="NAME", help="a junction of the library, or a file"
    )
    parser.add_argument(
        "--cell", metavar="CELL", help="add the contribution analysis of this cell, for example voc1-half"
    )
    parser.add_argument(
        "--reference", default="vo-half", metavar="CELL", help="the cell without domains (default: vo-half)"
    )
    parser.add_argument(
        "--protocol",
        default="Discharge at 5 uA/cm2 until 2.15 V",
        metavar="TEXT",
        help="protocol of the contribution analysis",
    )
    parser.add_argument(
        "--samples", type=int, default=10_000, metavar="N", help="draws of the contribution analysis (default: 10000)"
    )
    parser.add_argument(
        "--members",
        type=int,
        metavar="N",
        help="joint draws of the calibration in it, each with tables of its own (default: 32; 1 is quick)",
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="change a value of the library"
    )
    parser.add_argument("--out", metavar="DIR", help="write a page with figures and the draws")
    only_with(parser, "--reference --protocol --samples --members", "--cell")


def run(given: argparse.Namespace) -> int:
    """Print what the junction is and can do; with a cell what it contributes; write a page and the draws."""
    if given.out is not None:
        check_folder(given.out)
    pair = load_pair(given.name, Library(dict(setting(text) for text in given.set)))
    from ..reports.junction import bound_sentences, contribution_sentences

    print(pair.entry.title)
    for sentence in (pair.contact.words, *bound_sentences(pair)):
        print(f"- {sentence}")
    print(f"\n{_levels(pair)}")
    contributions = None
    if given.cell is not None:
        cell, reference = Cell.load(given.cell), Cell.load(given.reference)
        contributions = _contributions(given, cell, reference)
        print()
        for sentence in contribution_sentences(contributions, cell, pair):
            print(f"- {sentence}")
    if given.out is not None:
        from ..reports.junction import contribution_chapter, junction_chapter, microstructure_chapter
        from ..reports.page import write_chapters

        folder = prepare_folder(given.out)
        chapters = [junction_chapter(pair)]
        if contributions is not None:
            chapters.append(contribution_chapter(contributions, cell, reference, pair))
            write_table(contributions.samples, folder / "data" / "contributions-draws.csv")
        chapters.append(microstructure_chapter(pair))
        page = write_chapters(pair.entry.title, chapters, folder)
        print(f"\n{page}")
    return 0


def _levels(pair: Pair) -> str:
    rows = [
        [x.name, x.carrier, *(f"{v:.2f}" for v in (x.work_function, x.electron_affinity, x.gap, x.valence_band_edge))]
        for x in pair.levels
    ]
    return lines(("solid", "type", "work function/eV", "affinity/eV", "gap/eV", "E_F to E_v/eV"), rows)


def _contributions(given: argparse.Namespace, cell: Cell, reference: Cell) -> Contributions:
    from ..paper import reference as paper
    from ..reports.study.chapters import measured_pair
    from ..study.contributions import MEMBERS, contribution_analysis

    with progress_bar(total=1, unit="discharge") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return contribution_analysis(
            given.cell,
            given.reference,
            given.name,
            protocol=given.protocol,
            measured=measured_pair(cell, reference, given.protocol, paper.reference()),
            samples=given.samples,
            members=MEMBERS if given.members is None else given.members,
            progress=progress,
        )
