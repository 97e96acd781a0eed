"""``heterofilm analyse``: analyse a sample's instrument files: a table, figures and a methods paragraph."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten

from ..bars import progress_bar
from ..errors import InputError
from ..figures.style import PRESETS, load_style
from ..records.result import Result
from ..samples.analyse import Analysed, analyse_all, samples_in, write
from ..samples.findings import slug
from ..samples.provenance import changes
from ..samples.recipe import Recipe, load_recipe
from ..samples.verdict import verdict
from ..samples.workers import Workers, cores
from .inputs import lines

WIDEST = 48  # characters of a value: a sentence stands whole in the table and on the page

GROUP = "analyse"
EXAMPLES = (
    "heterofilm analyse VOC1-07",
    "heterofilm analyse project --out results",
    "heterofilm analyse VOC1-07 --figures svg,pdf",
    "heterofilm analyse VOC1-08 --only eis --again VOC1-07",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("path", metavar="SAMPLE", help="a sample.toml, its folder, or a folder of such folders")
    parser.add_argument(
        "--out", metavar="DIR", help="folder for the results (default: 'results' beside the sample file)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KIND",
        help="analyse only this kind of measurement (eis, xps ...); repeatable",
    )
    parser.add_argument("--again", metavar="RECIPE", help="use the settings of another sample, or of a recipe file")
    parser.add_argument(
        "--style", metavar="STYLE", help=f"also write figures for print: {', '.join(PRESETS)} or a style file"
    )
    parser.add_argument(
        "--figures", metavar="FORMATS", help="also draw every figure as files: svg, pdf, png, separated by commas"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="overwrite a folder that holds the results of other samples"
    )


def run(given: argparse.Namespace) -> int:
    """Analyse every sample; print its table; write the folder of results."""
    broken: list[tuple[str, str]] = []
    samples = samples_in(given.path, broken)
    recipe = load_recipe(given.again) if given.again else None
    style = load_style(given.style) if given.style else None
    formats = [part.strip() for part in given.figures.split(",")] if given.figures is not None else []
    name = "-".join(["results", *map(slug, given.only)])  # of some kinds apart, so that the whole stays
    beside = Path(given.path) if Path(given.path).is_dir() else Path(given.path).parent
    out = Path(given.out) if given.out else beside / name
    with progress_bar(unit="item") as bar:

        def progress(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        with Workers(cores()) as workers:
            refused = broken if len(samples) > 1 else None
            done = analyse_all(samples, progress, only=given.only, again=recipe, workers=workers, broken=refused)
            if not done:
                raise InputError(broken[0][1])
            changed = changes(done, out)
            page = write(done, out, progress=progress, fresh=given.fresh, workers=workers, style=style, formats=formats)
    for one in done:
        print(f"{one.sample.name}\n{printed(one)}\n")
    for one in done:  # last, where the reader's eye is
        print(f"{verdict(one)}\n")
    if recipe is not None:
        _told(recipe, done)
    for sheet, why in broken:
        print(f"not analysed: {sheet}: {why}")
    if changed is not None:
        print(f"Since the last run into this folder: {'; '.join(changed) or 'nothing changed'}.")
    if style is not None:
        print(f"Figures of {style.single_mm:g} and {style.double_mm:g} mm in {out / 'print'}.")
        if style.said:
            print(f"Note: {style.said}.")
    if not formats and style is None:
        print("Figures are on the page; --figures svg,pdf draws each as files, --style acs as a journal prints it.")
    print(page)
    failed = [*broken, *(pair for one in done for pair in one.failed)]
    if failed and not any(one.findings for one in done):
        raise InputError(f"Nothing could be analysed; the first reason: {failed[0][1]}")
    return 1 if failed else 0


def _told(recipe: Recipe, done: list[Analysed]) -> None:
    """Which settings were taken over, for which files; which had no file to act on."""
    used: dict[str, list[str]] = {}
    for one in done:
        for decision in one.decisions:
            if decision.source:
                used.setdefault(decision.file, []).append(decision.what)
    for file, keys in used.items():
        print(f"Settings of {recipe.source} for {file}: {', '.join(keys)}.")
    kinds = {kind for one in done for said in one.files.values() for kind in said.split(", ")}
    idle = [kind for kind in recipe.settings if kind not in kinds]
    if idle:
        print(f"Settings of {recipe.source} for {', '.join(idle)} had no file to act on.")
    if not used:
        print(f"No setting of {recipe.source} was taken over: the lines of the sample files make their own.")


NUMBERED = re.compile(r"(\w+) (\d+)([ ,(].*)")
FILE = 40  # characters of a file's name


def folded(results: Sequence[Result]) -> list[tuple[str, str, str]]:
    """Quantity, value and file of every row; of peaks and plateaus that are only numbered one line for all of a kind,
    without their uncertainties, which stand on the page and in the table."""
    found: list[tuple[str, str, str]] = []
    places: dict[tuple[str, str, str], tuple[int, list[tuple[str, Result]]]] = {}
    for row in results:
        told = NUMBERED.fullmatch(row.quantity) if row.numbered else None
        if told is None or isinstance(row.value, str):
            found.append((row.quantity, str(row), row.file))
            continue
        key = (told[1], told[3], row.file)
        if key not in places:
            places[key] = (len(found), [])
            found.append(("", "", row.file))
        places[key][1].append((told[2], row))
    for (word, rest, file), (place, rows) in places.items():
        first, last = rows[0][0], rows[-1][0]
        name = f"{word} {first}{rest}" if len(rows) == 1 else f"{word}s {first} to {last}{rest}"
        values = ", ".join(f"{row.value:.4g}" for _, row in rows)
        found[place] = (name, str(rows[0][1]) if len(rows) == 1 else f"{values} {rows[0][1].unit}".rstrip(), file)
    return found


def _short(file: str) -> str:
    """A name by its beginning and its end."""
    return file if len(file) <= FILE else f"{file[: FILE // 2 - 2]} ... {file[-FILE // 2 + 3 :]}"


def printed(one: Analysed) -> str:
    """The results of a sample, then what was assumed or is in doubt, then what failed."""
    rows = folded(one.results)
    before = ["", *(file for _, _, file in rows)]
    shown = [
        (name, shorten(value, WIDEST, placeholder=" ..."), "" if file == last else _short(file))
        for (name, value, file), last in zip(rows, before, strict=False)
    ]
    text = lines(("quantity", "value", "file"), shown) if rows else "no results"
    said = [f"note ({kind}): {note}" for kind, found in one.findings.items() for note in found.notes]
    return "\n".join([text, *said, *(f"not analysed: {name}: {why}" for name, why in one.failed)])
