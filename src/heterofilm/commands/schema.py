"""``heterofilm schema``: show what a cell, film, phase or any other file may contain."""

from __future__ import annotations

import argparse
import json

from ..errors import InputError, did_you_mean
from ..library.described import KINDS, json_schema, schema_page

GROUP = "your own cell"
EXAMPLES = (
    "heterofilm schema phase",
    "heterofilm schema cell --json",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("kind", nargs="?", metavar="KIND", help="cell, film, phase, electrolyte ... (default: all)")
    parser.add_argument(
        "--json",
        dest="for_editors",
        action="store_true",
        help="print a JSON schema for editors (by default that of a cell)",
    )


def run(given: argparse.Namespace) -> int:
    """Print the page, the part of one kind, or its JSON schema."""
    if given.kind == "sample":
        from ..samples.beginning import sample_keys
        from ..samples.sample_file import SampleFile

        print(json.dumps(SampleFile.model_json_schema(), indent=1) if given.for_editors else sample_keys())
        return 0
    if given.kind is not None and given.kind not in KINDS:
        raise InputError(
            f"There is no kind '{given.kind}'; known: {', '.join(KINDS)}.{did_you_mean(given.kind, KINDS)}"
        )
    if given.for_editors:
        print(json.dumps(json_schema(given.kind or "cell"), indent=1))
        return 0
    page = schema_page()
    if given.kind is not None:
        chapters = page.split("\n## ")
        page = "## " + next(chapter for chapter in chapters if chapter.startswith(f"{given.kind}\n"))
    print(page.rstrip())
    return 0
