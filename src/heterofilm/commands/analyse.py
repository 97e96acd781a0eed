"""``heterofilm analyse``: a sample file, or a folder of samples, to a paper's table and figures."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import shorten

from ..errors import InputError
from ..samples.analyse import Analysed, analyse, samples_in, write
from ..samples.provenance import changes
from ..samples.verdict import verdict
from .inputs import lines

WIDEST = 48  # characters of a value: a sentence stands whole in the table and on the page

EXAMPLES = (
    "heterofilm analyse VOC1-07",
    "heterofilm analyse project --out results",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", metavar="SAMPLE", help="sample.toml, its folder, or a folder of such folders")
    parser.add_argument("--out", metavar="DIR", help="for the results; default: results beside the sample file")
    parser.add_argument("--fresh", action="store_true", help="into a folder with results of other samples: they go")


def run(given: argparse.Namespace) -> int:
    """Analyse every sample; print its table; write the folder of results."""
    from tqdm import tqdm

    broken: list[tuple[str, str]] = []
    samples = samples_in(given.path, broken)
    out = (
        Path(given.out)
        if given.out
        else Path(given.path if Path(given.path).is_dir() else Path(given.path).parent) / "results"
    )
    done: list[Analysed] = []
    with tqdm(unit="item", delay=2.0, dynamic_ncols=True) as bar:

        def progress(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        for sample in samples:
            done.append(analyse(sample, progress))
        changed = changes(done, out)
        page = write(done, out, progress=progress, fresh=given.fresh)
    for one in done:
        print(f"{one.sample.name}\n{printed(one)}\n")
    for one in done:  # last, where the reader's eye is
        print(f"{verdict(one)}\n")
    for sheet, why in broken:
        print(f"not analysed: {sheet}: {why}")
    if changed is not None:
        print(f"Since the last run into this folder: {'; '.join(changed) or 'nothing changed'}.")
    print(page)
    failed = [*broken, *(pair for one in done for pair in one.failed)]
    if failed and not any(one.findings for one in done):
        raise InputError(f"Nothing could be analysed; the first reason: {failed[0][1]}")
    return 1 if failed else 0


def printed(one: Analysed) -> str:
    """The results of a sample, then what was assumed or is in doubt, then what failed."""
    rows = [(r.quantity, shorten(str(r), WIDEST, placeholder=" ..."), r.file) for r in one.results]
    text = lines(("quantity", "value", "file"), rows) if rows else "no results"
    said = [f"note ({kind}): {note}" for kind, found in one.findings.items() for note in found.notes]
    return "\n".join([text, *said, *(f"not analysed: {name}: {why}" for name, why in one.failed)])
