"""``heterofilm formats``: list the instrument formats, or tell what a file is."""

from __future__ import annotations

import argparse

from ..errors import InputError
from ..instruments import known_formats, read_all
from ..wording import counted
from .inputs import lines, read_mapped
from .options import columns_option

GROUP = "analyse"
EXAMPLES = (
    "heterofilm formats",
    "heterofilm formats measured.mpt",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("file", nargs="?", metavar="FILE")
    columns_option(parser)


def run(given: argparse.Namespace) -> int:
    """List the formats; of a file, its format, measurements and what was assumed."""
    if given.columns is not None and given.file is None:
        raise InputError("--columns says what the columns of a file are: name the file.")
    if given.file is None:
        rows = [(one.name, " ".join(one.suffixes), ", ".join(one.techniques)) for one in known_formats()]
        print(lines(("format", "suffixes", "holds"), rows))
        return 0
    found = read_all(given.file) if given.columns is None else [read_mapped(given.file, given.columns)]
    print(found[0].format)
    for k, one in enumerate(found, 1):
        size = f"{counted(one.table.height, 'row')}: {', '.join(one.table.columns)}"
        if one.image is not None:
            size = " x ".join(map(str, one.image.shape)) + " pixels"
        print(f"{k}. {one.name} ({one.technique}), {size}")
        for note in one.notes:
            print(f"   {note}")
    return 0
