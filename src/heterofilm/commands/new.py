"""``heterofilm new``: start a cell, film, phase or electrolyte of your own: a commented file that runs as it is."""

from __future__ import annotations

import argparse

from ..library.template import examples, new, placeholders

GROUP = "your own cell"
EXAMPLES = (
    "heterofilm new cell mine.toml --from lmo-atfb --short",
    "heterofilm new cell mine.toml --all",
    "heterofilm new phase LiNiO2.toml --ocv measured.csv",
    "heterofilm new sample VOC1-07/sample.toml",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "kind", metavar="KIND", help="cell, film, phase or electrolyte; or sample, for a folder of files"
    )
    parser.add_argument("file", metavar="FILE.toml", help="the file to write")
    parser.add_argument(
        "--from", dest="like", metavar="NAME", help="entry of the library to start from, for example lmo-atfb"
    )
    parser.add_argument(
        "--short", action="store_true", help="for a cell: one file with its film, and only the keys that are stated"
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
    of = examples(given.kind, given.like)["phase"]
    for path in written:
        if keys := placeholders(path):
            print(f"But for the table, {path} holds values of {of} as placeholders; replace {', '.join(keys)}.")
    first = written[0].read_text(encoding="utf-8")
    print(first.split("Try it:")[1].lstrip(" #\n").splitlines()[0])
    return 0


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
