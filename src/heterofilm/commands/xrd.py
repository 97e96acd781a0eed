"""``heterofilm xrd``: phases, sizes and texture of a diffraction pattern; refine the whole of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import InputError
from ..figures.figure import Figure
from ..figures.panels import save_sheet
from ..files import real, write_table
from ..records.result import result_table
from ..samples.guess import read_entry
from ..samples.job import Job
from ..samples.sample_file import FileEntry, Sample, SampleFile
from ..samples.structure import diffraction
from . import answer
from .inputs import check_outputs
from .one_file import printed_page

__all__ = ["EXAMPLES", "options", "run"]

GROUP = "analyse"
EXAMPLES = (
    "heterofilm xrd film.xrdml --substrate Pt --plot film.png",
    "heterofilm xrd film.xrdml --phases V2O5,beta-Cu2V2O7 --substrate Pt --refine --out cells.csv",
)


def options(xrd: argparse.ArgumentParser) -> None:
    """What the command takes."""
    xrd.add_argument("file", metavar="FILE", help="a scan of X-ray diffraction, of any of the known formats")
    xrd.add_argument("--phases", metavar="LIST", help="phases that alone can be there: V2O5,beta-Cu2V2O7")
    xrd.add_argument("--substrate", metavar="LIST", help="what lies below the film: Pt,Si")
    xrd.add_argument("--cif", action="append", default=[], metavar="FILE.cif", help="a structure of your own besides")
    xrd.add_argument("--refine", action="store_true", help="refine all phases together against the whole pattern")
    xrd.add_argument("--plot", metavar="FILE", help="write the figures: .png, .svg, .pdf or .html")
    xrd.add_argument("--out", metavar="FILE.csv", help="write the rows as a table")


def run(given: argparse.Namespace) -> int:
    """Analyse the scan, print its rows and doubts, and write what was asked for."""
    check_outputs(given.plot, given.out)
    place = Path(given.file)
    entry = FileEntry(path=place.name, what="xrd", phases=_names(given.phases), refine=given.refine)
    sheet = SampleFile(name=place.stem or "scan", substrate=_names(given.substrate), files=(entry,))
    sample = Sample(sheet, place.parent, place)
    parts = [(entry, m) for m in read_entry(sample, entry)]
    if not parts or any(m.technique != "xrd" for _, m in parts):
        raise InputError(f"'{place}' holds {parts[0][1].technique if parts else 'no'} data, not X-ray diffraction.")
    found = diffraction(Job("xrd", parts, sample), own=[real(Path(file)) for file in given.cif])
    for _, why in found.failed:
        raise InputError(f"'{place}': {why}")
    print(printed_page(place, found))
    table = result_table(found.results)
    answer.frame(table)
    if given.out:
        write_table(table, Path(given.out))
    if given.plot:
        save_sheet([figure for figure in found.figures if isinstance(figure, Figure)], given.plot)
    return 0


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (text or "").split(",") if one.strip())
