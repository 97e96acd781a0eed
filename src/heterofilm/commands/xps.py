"""``heterofilm xps``: fit core levels: chemical states with uncertainties, atomic per cent."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..analysis.photoemission.background import BACKGROUNDS
from ..errors import InputError
from ..files import made_folder, real, write_table
from ..records.result import result_table
from ..samples.guess import read_entry
from ..samples.job import Job
from ..samples.photoemission import core_level_states
from ..samples.sample_file import FileEntry, LevelEntry, Sample, SampleFile
from ..wording import counted
from . import answer
from .one_file import printed_page

__all__ = ["EXAMPLES", "options", "run"]

GROUP = "analyse"
EXAMPLES = (
    "heterofilm xps film.vms --plot figures",
    "heterofilm xps film.vms --states V2p=V5+,V4+,V3+ --calibration 'C 1s' --out states.csv",
)


def options(xps: argparse.ArgumentParser) -> None:
    """What the command takes."""
    xps.add_argument(
        "files", nargs="+", metavar="FILE", help="VAMAS, SPECS, Scienta, PHI, CasaXPS or Avantage files, or tables"
    )
    xps.add_argument(
        "--states", action="append", default=[], metavar="LEVEL=LIST", help="states to fit: V2p=V5+,V4+,V3+"
    )
    xps.add_argument(
        "--window", action="append", default=[], metavar="LEVEL=LOW:HIGH", help="window of the fit in eV: Cu2p=926:948"
    )
    xps.add_argument("--background", metavar="NAME", help="shirley, active, linear, tougaard-u2, tougaard-u3 or none")
    xps.add_argument("--calibration", choices=("O 1s", "C 1s", "none"), help="line that calibrates the energy axis")
    xps.add_argument("--core-level", action="append", default=[], metavar="FILE.toml", help="a core level of your own")
    xps.add_argument("--plot", metavar="DIR", help="write the figure of every region into a folder (SVG, PDF, PNG)")
    xps.add_argument("--out", metavar="FILE.csv", help="write the rows as a table")


def run(given: argparse.Namespace) -> int:
    """Fit every file, print its rows and doubts, and write what was asked for."""
    if given.background and given.background not in BACKGROUNDS:
        raise InputError(f"There is no background '{given.background}'; known: {', '.join(BACKGROUNDS)}.")
    places = [Path(file) for file in given.files]
    levels = _levels(given)
    own = [real(file) for file in given.core_level]
    rows, figures = [], []
    for place in places:
        entry = FileEntry(
            path=place.name, what="xps", background=given.background or "", calibration=given.calibration or "",
            level=levels, core_levels=(),
        )  # fmt: skip
        sample = Sample(SampleFile(name=place.stem, files=(entry,)), place.parent, place)
        parts = [(entry, m) for m in read_entry(sample, entry)]
        found = core_level_states(Job("xps", parts, sample), own)
        for _, why in found.failed:
            raise InputError(f"'{place}': {why}")
        rows += found.results
        figures += found.figures
        print(printed_page(place, found))
    table = result_table(rows)
    answer.frame(table)
    if given.out:
        write_table(table, Path(given.out))
    if given.plot:
        folder = made_folder(given.plot)
        for figure in figures:
            figure.save_static(folder / figure.name, ("svg", "pdf", "png"))
        print(f"{counted(len(figures), 'figure')} in '{folder}'")
    return 0


def _levels(given: argparse.Namespace) -> dict[str, LevelEntry]:
    """``Cu2p=Cu0,Cu2+`` and ``Cu2p=926:948`` as the sample file would say them."""
    said: dict[str, dict[str, Any]] = {}
    for text in given.states:
        name, mark, states = text.partition("=")
        if not mark or not states.strip():
            raise InputError(f"--states {text}: expected a level and its states, such as Cu2p=Cu0,Cu2+.")
        said.setdefault(name.strip(), {})["states"] = tuple(one.strip() for one in states.split(","))
    for text in given.window:
        name, mark, ends = text.partition("=")
        try:
            low, high = (float(word) for word in ends.split(":"))
        except ValueError:
            low = high = 0.0
        if not mark or not low < high:
            raise InputError(f"--window {text}: expected a level and two rising energies in eV, such as Cu2p=926:948.")
        said.setdefault(name.strip(), {})["window"] = (low, high)
    return {name: LevelEntry(**values) for name, values in said.items()}
