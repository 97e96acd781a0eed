"""``heterofilm new``: start a cell, film, phase, growth system ... of your own: a commented file that runs as it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..library import Library
from ..library.template import KINDS, examples, new, placeholders, table_of

GROUP = "your own cell"
EXAMPLES = (
    "heterofilm new cell mine.toml --from lmo-atfb --short",
    "heterofilm new cell mine.toml --all",
    "heterofilm new phase LiNiO2.toml --ocv measured.csv",
    "heterofilm new system W-V-O.toml",
    "heterofilm new sample VOC1-07/sample.toml",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "kind", metavar="KIND", help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}; or sample, for a folder of files"
    )
    parser.add_argument("file", metavar="FILE.toml", help="the file to write")
    parser.add_argument(
        "--from", dest="like", metavar="NAME", help="entry of the library to start from, for example lmo-atfb"
    )
    parser.add_argument(
        "--short",
        action="store_true",
        help="for a cell: one file with its film (with --ocv also its phase) in it, and only the keys that are stated",
    )
    parser.add_argument("--all", action="store_true", help="also write its film, phase and electrolyte beside it")
    parser.add_argument(
        "--ocv", metavar="FILE.csv", help="for a phase: a table of its open-circuit potential, instead of couples"
    )


def run(given: argparse.Namespace) -> int:
    """Write the file, or it and its parts, and say what to do with it."""
    if given.kind == "sample":
        return _sample(given)
    written = new(given.kind, given.file, parts=given.all, ocv=given.ocv, like=given.like, short=given.short)
    for path in written:
        print(f"written: {path}")
    if given.ocv:
        _told(given, written)
    first = written[0].read_text(encoding="utf-8")
    print(first.split("Try it:")[1].lstrip(" #\n").splitlines()[0])
    return 0


def _told(given: argparse.Namespace, written: list[Path]) -> None:
    """What was made of the table, and every value beside it that is still that of the example."""
    begun = examples(given.kind, given.like)
    table = table_of(given.kind, written)
    for note in () if table is None else table.notes:
        print(note)
    if given.kind == "cell":
        spec = Library().cell(written[0]).spec
        ends = f"{spec.lower_voltage} and {spec.upper_voltage}"
        print(f"The cut-offs are the ends of the table, {ends}, until you state your own.")
    for path in written:
        if keys := placeholders(path):
            kind = next((one for one in begun if given.all and path.stem.endswith(f"-{one}")), given.kind)
            print(f"{path} begins as {begun[kind]}; placeholders, to be replaced by yours: {', '.join(keys)}.")


def _sample(given: argparse.Namespace) -> int:
    """A sample file for the instrument files that lie in its folder."""
    from ..errors import InputError
    from ..samples.beginning import new_sample

    idle = [name for name, value in (("--from", given.like), ("--short", given.short), ("--all", given.all),
                                     ("--ocv", given.ocv)) if value]  # fmt: skip
    if idle:
        raise InputError(f"{' and '.join(idle)} has no effect on a sample file; leave it out.")
    place = new_sample(given.file)
    print(f"written: {place}")
    print(place.read_text(encoding="utf-8").split("Try it:")[1].lstrip().splitlines()[0])
    return 0
